"""Agreement of readers: figures checked by hand, blind readings that change nothing, differences settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core import query
from dashboard_core.query import Filters, agreement
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from ui_store import make_store

SCRIPT = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui/main.py"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    return make_store(tmp_path / "store")


def say(
    store: Store, who: str, place: int, label: str | None, action: str = "change", **more: Any
) -> tuple[str, str]:
    row = query.positions(store, Filters(basis="machine")).sort_values("stance_id").iloc[place].to_dict()
    key = stance_key(row, query.article_hash(store, row["article_id"])) | more
    store.ledger.append(Entry(who, action, "stance", key, "stance", None, label))
    return row["claim_id"], row["target_id"]


def test_figures_are_those_worked_out_by_hand() -> None:
    labels = [("opposed", "opposed"), ("cautious", "opposed"), ("none", "none"), ("supportive", "supportive")]
    coded = {(f"c{n}", "t"): {"A": a, "B": b} for n, (a, b) in enumerate(labels)}
    coded["alone", "t"] = {"A": "opposed"}
    (one,) = agreement.agreement(coded)
    assert (one.items, one.same, one.share) == (4, 3, 0.75)
    # chance: 1/4 x 1/2 + 1/4 x 1/4 + 1/4 x 1/4 = 1/4; (3/4 - 1/4) / (1 - 1/4)
    assert one.kappa == pytest.approx(2 / 3, abs=1e-4)
    # expected difference of the eight labels (3, 1, 2, 2): 46/56; observed 1/4
    assert one.alpha == pytest.approx(1 - (1 / 4) / (46 / 56), abs=1e-4)
    assert one.by_label["cautious"][:2] == (1, 0)
    assert one.by_label["none"] == (1, 1, 1.0)


@pytest.mark.parametrize("labels", [[("opposed", "opposed")], [("none", "none")] * 5])
def test_where_nothing_is_left_to_chance_no_figure_is_given(labels: list[tuple[str, str]]) -> None:
    (one,) = agreement.agreement({(f"c{n}", "t"): {"A": a, "B": b} for n, (a, b) in enumerate(labels)})
    assert (one.kappa, one.alpha, one.share) == (None, None, 1.0)


def test_the_last_label_of_each_reader_counts_and_what_was_taken_back_does_not(store: Store) -> None:
    item = say(store, "Ada", 0, "opposed")
    say(store, "Ada", 0, "cautious")
    say(store, "Bo", 0, "supportive", "code")
    say(store, "Bo", 0, None, "code")
    assert agreement.codings(store) == {item: {"Ada": "cautious", "Bo": agreement.NOT_ABOUT}}
    store.ledger.undo(store.ledger.entries()[-1].entry_id, "Bo")
    assert agreement.codings(store)[item]["Bo"] == "supportive"


def test_settling_a_difference_is_no_reading(store: Store) -> None:
    item = say(store, "Ada", 0, "opposed")
    say(store, "Bo", 0, "cautious", "code")
    assert list(agreement.disagreements(agreement.codings(store))) == [item]
    say(store, "Ada", 0, "cautious", settles=True)
    assert agreement.codings(store)[item] == {"Ada": "opposed", "Bo": "cautious"}
    assert agreement.settled(store) == {item}
    assert query.claim_positions(store, item[0])["stance"].astype(str).tolist()[0] == "cautious"


def test_the_machine_against_people_counts_rejected_positions_too(store: Store) -> None:
    say(store, "Ada", 0, None, "reject")
    say(store, "Ada", 1, "cautious")
    rows = agreement.machine_against_people(store)
    assert rows["positions"].sum() == 2
    assert agreement.NOT_ABOUT in set(rows["people"])


@pytest.mark.timeout(300)
def test_a_second_reader_sees_no_label_and_changes_none(store: Store) -> None:
    item = say(store, "Ada", 0, "opposed")
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.switch_page("../../../pages/review.py").run()
    app.text_input(key="reviewer_given").set_value("Bo")
    next(b for b in app.button if b.label == "Start reviewing").click().run()
    app.pills(key="review_mode").set_value("Second reading").run()
    written = "\n".join(str(e.value) for kind in (app.markdown, app.caption) for e in kind)
    assert "machine says" not in written and "opposed" not in written.lower()
    assert [b.proto.type for b in app.button if b.key and b.key.startswith("second_")] == ["secondary"] * 6
    app.button(key="second_cautious").click().run()
    assert not app.exception
    assert agreement.codings(store)[item] == {"Ada": "opposed", "Bo": "cautious"}
    assert query.claim_positions(store, item[0])["stance"].astype(str).tolist()[0] == "opposed"
    assert "Nothing is waiting" in app.info[0].value
    app.pills(key="review_mode").set_value("Agreement").run()
    assert not app.exception
    assert len(app.dataframe) == 2
    next(b for b in app.button if b.label == "Settle on: Cautious").click().run()
    assert query.claim_positions(store, item[0])["stance"].astype(str).tolist()[0] == "cautious"
    assert agreement.settled(store) == {item}

    # What the first reader rejected is read a second time, too, and can come back.
    gone = say(store, "Ada", 1, None, "reject")
    app.pills(key="review_mode").set_value("Second reading").run()
    app.button(key="second_opposed").click().run()
    app.pills(key="review_mode").set_value("Agreement").run()
    next(b for b in app.button if b.label == "Settle on: Opposed").click().run()
    assert not app.exception
    back = query.claim_positions(store, gone[0]).set_index("target_id").loc[gone[1]]
    assert (back["stance"], back["machine_stance"], back["review"]) == ("opposed", "opposed", "confirmed")
