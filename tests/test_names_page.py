"""The Names page and its commands: pairs to confirm, what was joined, and what becomes of targets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from dashboard_core import query
from dashboard_core.cli import main
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.store.identities import open_pairs, settle_speakers
from names_store import make_names_store
from test_review_page import SCRIPT, signed_in, words
from ui_store import invented_frames

PAGE = "../../../pages/names.py"
HOSTILE = 'Ada Berg<img src=x onerror="alert(1)">'
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which one person stands under three ids."""
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    return make_names_store(tmp_path / "store")


@pytest.fixture
def app(store: Store) -> AppTest:
    """The page after its reader has said who they are."""
    return signed_in(PAGE, "Ada Reader")


def speakers(store: Store) -> set[str]:
    return {row[0] for row in store.connect().execute("SELECT DISTINCT speaker_id FROM claims").fetchall()}


def part(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="names_part").set_value(name)
    return app.run()


def test_the_page_can_be_read_by_somebody_who_gives_no_name(store: Store) -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "1 pair" in words(app)
    assert app.button(key="names_same_0").disabled and app.button(key="names_apart_0").disabled
    app.segmented_control(key="names_part").set_value("Targets").run()
    app.selectbox(key="names_target").select_index(0).run()
    assert not app.exception
    assert app.button(key="names_hide").disabled
    app.text_input(key="reviewer_given").set_value("Ada Reader")
    next(b for b in app.button if b.label == "Start deciding").click().run()
    assert not app.button(key="names_hide").disabled


def test_a_pair_is_confirmed_and_taken_back(app: AppTest, store: Store) -> None:
    assert "1 pair" in words(app) and "names no country" in words(app)
    assert "s_nowhere" in speakers(store)
    app.button(key="names_same_0").click().run()
    assert "s_nowhere" not in speakers(store)
    assert "Nobody waits" in words(app)
    assert store.ledger.entries()[-1].who == "Ada Reader"
    app.button(key="names_undo").click().run()
    assert "s_nowhere" in speakers(store) and "1 pair" in words(app)


def test_two_people_stay_two_and_can_be_asked_again(app: AppTest, store: Store) -> None:
    app.button(key="names_apart_0").click().run()
    assert "Nobody waits" in words(app) and "s_nowhere" in speakers(store)
    part(app, "People joined")
    assert "Kept apart (1)" in words(app)
    next(b for b in app.button if b.label == "Ask again").click().run()
    part(app, "People to confirm")
    assert "1 pair" in words(app)


def test_later_is_only_for_now(app: AppTest, store: Store) -> None:
    before = store.ledger.names()
    app.button(key="names_later_0").click().run()
    assert "put off" in words(app)
    app.button(key="names_again").click().run()
    assert app.button(key="names_same_0") and store.ledger.names() == before


def test_what_a_rule_joined_is_shown_as_such_and_can_be_taken_back(app: AppTest, store: Store) -> None:
    part(app, "People joined")
    assert "1 by rule, 0 by people" in words(app) and "by rule" in words(app)
    next(b for b in app.button if b.label == "Take back").click().run()
    assert "s_swapped" in speakers(store)
    assert settle_speakers(store) == ()
    part(app, "People to confirm")
    assert "2 pairs" in words(app)


def test_targets_are_merged_hidden_promoted_and_brought_back(app: AppTest, store: Store) -> None:
    part(app, "Targets")
    assert "3 discovered" in words(app)
    app.selectbox(key="names_target").set_value("road-tolls").run()
    app.button(key="names_promote").click().run()
    assert "Promoted (1)" in words(app) and "2 discovered" in words(app)
    app.selectbox(key="names_target").set_value("lake-league").run()
    app.selectbox(key="names_into").set_value("river-bridge").run()
    app.button(key="names_merge").click().run()
    assert "Merged into another (1)" in words(app)
    assert set(query.display_names(store, "target")) == {"river-bridge", "road-tolls"}
    app.selectbox(key="names_target").set_value("road-tolls").run()
    app.button(key="names_hide").click().run()
    assert "Hidden (1)" in words(app)
    assert query.headline(store, Filters(targets=("road-tolls",))).positions == 0
    next(b for b in app.button if b.label == "Bring back").click().run()
    assert query.headline(store, Filters(targets=("road-tolls",))).positions == 2
    assert not app.exception


def test_names_from_articles_are_text(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = invented_frames()
    claims = frames.claims.copy()
    claims["speaker"] = claims["speaker"].replace("Ada Berg", HOSTILE)
    claims.loc[claims["speaker"] == "Finn Holt", ["speaker", "speaker_id"]] = [HOSTILE, "s_other"]
    store.append(replace(frames, claims=claims))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["reviewer"] = "Ada <b>Reader</b>"
    app.switch_page(PAGE).run()
    drawn = [str(element.proto.body) for element in app.get("html")]
    assert not any("<img" in body for body in drawn)
    assert not app.exception


# The same without a browser


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["names", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_the_commands_do_the_same(store: Store) -> None:
    pair = open_pairs(store)[0]
    ids = sorted(pair.ids)
    assert "confirm?" in run("list")
    entry = run("confirm", *ids, "--who", "A. Reader").split()[0]
    assert "s_nowhere" not in speakers(store) and "confirm?" not in run("list")
    run("undo", entry, "--who", "A. Reader")
    run("keep-apart", *ids, "--who", "A. Reader", "--why", "two mayors")
    assert "two mayors" in run("list") and "s_nowhere" in speakers(store)
    assert "do not wait" in run("confirm", *ids, "--who", "A. Reader", code=1)
    run("merge-target", "LAKE League", "river-bridge", "--who", "A. Reader")
    run("hide-target", "road tolls", "--who", "A. Reader")
    run("promote-target", "River bridge", "--who", "A. Reader")
    assert set(query.display_names(store, "target")) == {"river-bridge"}
    assert "no target" in run("hide-target", "nothing", "--who", "A. Reader", code=1)
    assert "0 decisions" in run("settle")
