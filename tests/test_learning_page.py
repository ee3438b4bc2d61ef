"""The Learning tab and the Method page: what is missing, what was compared, who adopted, one click back."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.learning import State, running
from dashboard_core.stance import StanceModel
from dashboard_core.store import Store
from dashboard_core.store.models import active_model, adopt
from dashboard_core.ui import learned
from learning_store import make_learning_store, review_all, stand_in_model
from test_review_page import PAGE, SCRIPT, words

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    return make_learning_store(tmp_path / "store")


@pytest.fixture
def app(store: Store) -> AppTest:
    """The Learning tab of somebody who has said who they are."""
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["reviewer"] = "Ada Reader"
    app.session_state["review_mode"] = "Learning"
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def test_too_few_labels_are_said_and_the_button_waits(app: AppTest, store: Store) -> None:
    assert app.button(key="learn").disabled
    assert "0 of at least 30 reviewed labels to learn from" in words(app)
    review_all(store)
    app.run()
    assert not app.button(key="learn").disabled
    assert "Too few" not in words(app)


def test_the_button_starts_one_process(app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    review_all(store)
    app.run()
    begun: list[Store] = []
    monkeypatch.setattr(running, "_spawn", begun.append)
    app.button(key="learn").click().run()
    assert len(begun) == 1 and running.state(store).who == "Ada Reader"
    assert "Learning from the reviewed labels" in words(app)
    app.button(key="cancel_learning").click().run()
    assert (store.path / running.FOLDER / "cancel").exists()


def test_a_model_is_compared_adopted_and_rolled_back(app: AppTest, store: Store) -> None:
    model = stand_in_model(store)
    app.run()
    assert not app.exception
    told = words(app)
    assert "Of all 96 labels then in the store, 3 would change (1 of them reviewed" in told
    assert "no clear difference" in told and "No position found → Opposed: 3" in told
    app.button(key=f"adopt_{model.model_id}").click().run()
    assert active_model(store) == model.model_id
    assert "Adopted by **Ada Reader**" in words(app) and "Kept in the ledger" in words(app)
    assert "**96** of the machine's labels in the store come from another model" in words(app)
    app.button(key="roll_back").click().run()
    assert active_model(store) == ""
    assert "The model that this product brings along" in words(app)


def test_a_damaged_model_is_said_and_can_be_left(app: AppTest, store: Store) -> None:
    model = stand_in_model(store)
    adopt(store, model.model_id, "B. Reader")
    (model.folder / "decision.npz").write_bytes(b"")
    app.run()
    assert "cannot be used" in words(app)
    app.switch_page("../../../pages/method.py").run()
    assert "The model that people adopted cannot be used" in words(app)
    assert not app.exception
    app.switch_page(PAGE).run()
    app.button(key="roll_back").click().run()
    assert active_model(store) == ""


def test_what_relabelling_changed_is_said(app: AppTest, store: Store) -> None:
    (store.path / running.FOLDER).mkdir()
    running.write_state(
        store, State("relabel", "done", who="Bo", lines=("96 labels, 2 changed", "  none -> opposed: 2"))
    )
    app.run()
    assert "The store was relabelled" in words(app) and "none -> opposed: 2" in words(app)


def test_the_method_page_says_which_model_labels(app: AppTest, store: Store) -> None:
    app.switch_page("../../../pages/method.py").run()
    assert f"version {StanceModel.load().version}" in words(app)
    assert "96 of 96 labels of the machine in the store come from another model" in words(app)
    model = stand_in_model(store, 0.55)
    adopt(store, model.model_id, "Bo Reader")
    app.run()
    told = words(app)
    assert "adopted by Bo Reader" in told
    assert "figures further down are those of the model that this product brings along" in told
    assert "at least **55%** sure" in told, "the thresholds are those of the model that labels"
    assert learned.active_version(store) == StanceModel.load(model.folder).version
