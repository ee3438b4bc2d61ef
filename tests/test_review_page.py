"""The review page without a browser: what is decided shows in the charts, and can be taken back."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from dashboard_core import query
from dashboard_core.cli import main
from dashboard_core.exports import About, read_csv, to_csv, workbook
from dashboard_core.query import Filters
from dashboard_core.records import Span
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import claim_key, stance_key
from dashboard_core.ui import browser_name, review, review_correct
from dashboard_core.ui.select_text import chosen_span
from dashboard_core.vocabulary import STANCE_LABELS
from ui_store import make_store

SCRIPT = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui/main.py"
PAGE = "../../../pages/review.py"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    return make_store(tmp_path / "store")


@pytest.fixture
def app(store: Store) -> AppTest:
    """The review page after its reader has said who they are."""
    return signed_in(PAGE, "Ada Reader")


def signed_in(page: str, name: str) -> AppTest:
    """Open a page on which decisions are made, as somebody who has said who they are."""
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["reviewer"] = name
    app.switch_page(page).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def asked(app: AppTest) -> str:
    return str(app.subheader[0].value).replace("\\", "")


def test_nobody_reviews_without_a_name(store: Store) -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.switch_page(PAGE).run()
    assert "say who you are" in words(app)
    assert not [b for b in app.button if b.key == "review_supportive"]


def test_the_name_is_remembered_by_the_browser_and_can_be_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_name, "kept", lambda: "Bo <b>Reader</b>")
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.switch_page(PAGE).run()
    assert "Bo <b>Reader</b>" in words(app), "as text, not as markup"
    app.button(key="not_me").click().run()
    assert "say who you are" in words(app)
    app.text_input(key="reviewer_given").set_value("  Ada   Reader ")
    next(b for b in app.button if b.label == "Start reviewing").click().run()
    app.button(key="review_opposed").click().run()
    assert store.ledger.entries()[0].who == "Ada Reader"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Ada%20Reader", "Ada Reader"),
        ("%D0%94%D0%B8%D0%BD%D0%B0", "Дина"),
        ("%00%0AAda%0D%0AX", "Ada X"),
        ("%ff%fe", "\ufffd\ufffd"),
        ("a" * 5000, "a" * browser_name.MOST),
        ("", ""),
    ],
)
def test_a_cookie_is_text_from_outside(value: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_name.st, "context", SimpleNamespace(cookies={"stances_reviewer": value}))
    assert browser_name.kept() == name


def test_chosen_words_become_a_claim_at_their_exact_place(
    app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    whole = store.connect().execute(
        "SELECT text FROM articles WHERE article_id = $a", {"a": row["article_id"]}
    )
    text = str(whole.fetchone()[0])  # type: ignore[index]
    start = text.rindex("the")
    monkeypatch.setattr(review_correct, "select_text", lambda *_, **__: Span(start, start + 3))
    app.session_state["open_claim"] = True
    app.run()
    key = row["article_id"]
    assert app.text_area(key=f"add_words_{key}").value == "the"
    app.text_input(key=f"add_name_{key}").set_value("A. N. Other")
    next(b for b in app.button if b.label == "Add this claim").click().run()
    added = store.ledger.entries()[0]
    assert (added.action, added.key["start"], added.key["end"]) == ("add", start, start + 3)


@pytest.mark.parametrize(
    "value", [None, "1-2", {"start": -1, "end": 2}, {"start": 2, "end": 2}, {"start": True, "end": 2}]
)
def test_what_is_no_place_in_the_text_chooses_nothing(value: object) -> None:
    assert chosen_span(value, "Yes, we do.") is None


def test_three_labels_are_decided_one_after_the_other(app: AppTest, store: Store) -> None:
    seen = []
    for label in ("opposed", "cautious", "none"):
        seen.append(asked(app))
        app.button(key=f"review_{label}").click().run()
        assert not app.exception
    assert len(set(seen)) == 3, "each time the next one is asked"
    entries = store.ledger.entries()
    assert [e.after for e in entries] == ["opposed", "cautious", "none"]
    assert {e.who for e in entries} == {"Ada Reader"}
    counts = query.review_counts(store, Filters())
    assert counts.reviewed_positions == 3
    assert f"3 of {counts.positions}" in app.get("progress")[0].proto.text


def test_the_same_label_is_a_confirmation(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    app.button(key="review_reject").click().run()
    assert store.ledger.entries()[0].action == "reject"
    app.button(key="review_undo").click().run()
    app.text_input(key="review_why").set_value("as plain as can be")
    machine = str(row["machine_stance"])
    app.button(key=f"review_{machine}").click().run()
    last = store.ledger.standing()[-1]
    assert (last.action, last.before, last.why) == ("confirm", machine, "as plain as can be")
    app.query_params["claim"] = row["claim_id"]
    app.run()
    assert f"confirmed the stance on {row['target']}: {STANCE_LABELS[machine]}" in words(app)
    assert "→" not in words(app)
    app.query_params.pop("claim")
    app.run()
    assert app.text_input(key="review_why").value == ""


def test_a_rejected_label_counts_as_done_and_can_be_found_again(app: AppTest, store: Store) -> None:
    total = query.review_counts(store, Filters()).positions
    first = asked(app)
    app.button(key="review_reject").click().run()
    assert f"1 of {total}" in app.get("progress")[0].proto.text
    app.segmented_control(key="review_shown").set_value("Rejected").run()
    assert asked(app) == first
    assert "rejected: the passage is not about it. The machine says" in words(app)
    app.button(key="review_cautious").click().run()
    assert "No label was rejected" in words(app)
    assert [e.after for e in store.ledger.standing()] == [None, "cautious"]
    assert f"1 of {total}" in app.get("progress")[0].proto.text


def test_files_hold_rejected_labels_and_say_how_many(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    total = query.review_counts(store, Filters()).labels
    app.button(key="review_reject").click().run()
    app.switch_page("../../../pages/evidence.py").run()
    labels = [button.proto.label for button in app.get("download_button")]
    assert f"CSV of everything that matches ({total} rows, 1 of them rejected by people)" in labels
    rows = query.extract(store, Filters())
    assert len(rows) == total
    written = read_csv(to_csv(rows)).iloc[-1]
    assert written[["speaker", "target", "review"]].tolist() == [row["speaker"], row["target"], "rejected"]
    assert written["machine_stance"] == row["machine_stance"] and written["machine_confidence"] == "0.8"
    assert pd.isna(written["stance"])
    out = store.path.parent / "rows.csv"
    called = CliRunner().invoke(main, ["export", "--store", str(store.path), "--out", str(out)])
    assert called.exit_code == 0, called.output
    assert read_csv(out.read_bytes())["review"].tolist().count("rejected") == 1
    book = workbook(query.positions(store, Filters()), About("x"), rejected=query.rejected(store, Filters()))
    sheets = pd.read_excel(io.BytesIO(book), sheet_name=None)
    assert (len(sheets["positions"]), len(sheets["rejected"])) == (total - 1, 1)


def test_a_rejected_claim_is_taken_back_where_it_is_listed(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    key = claim_key(row, query.article_hash(store, row["article_id"]))
    store.ledger.append(Entry("Bo Reader", "reject", "claim", key))
    app.segmented_control(key="review_shown").set_value("Rejected").run()
    assert "The whole claim was rejected" in words(app)
    assert not [b for b in app.button if b.key == "review_opposed"]
    next(b for b in app.button if b.label == "Take back").click().run()
    assert "No label was rejected" in words(app) and not app.exception


def test_unclear_is_a_decision_of_its_own(app: AppTest, store: Store) -> None:
    app.button(key="review_unclear").click().run()
    assert store.ledger.standing()[0].after == "unclear"
    assert query.review_counts(store, Filters()).reviewed_positions == 1


def test_the_machine_s_answer_invites_nobody_and_can_come_after_one_s_own(app: AppTest, store: Store) -> None:
    kinds = {b.proto.type for b in app.button if str(b.key).startswith("review_")}
    assert kinds == {"secondary"}
    assert "The machine says" in words(app)
    app.toggle(key="review_after").set_value(True).run()
    assert "The machine says" not in words(app)
    app.button(key="review_cautious").click().run()
    assert "The machine had said" in words(app) and "The machine says" not in words(app)


def test_nobody_overrules_somebody_unseen(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    key = stance_key(row, query.article_hash(store, row["article_id"]))
    store.ledger.append(Entry("Bo Reader", "change", "stance", key, "stance", row["stance"], "opposed"))
    app.button(key="review_cautious").click().run()
    assert [(e.who, e.action, e.after) for e in store.ledger.standing()] == [
        ("Bo Reader", "change", "opposed"),
        ("Ada Reader", "code", "cautious"),
    ]
    assert "Bo Reader has decided meanwhile: opposed. Yours is kept as a second reading" in words(app)
    now = query.claim_positions(store, row["claim_id"])
    assert now.loc[now["target_id"] == row["target_id"], "stance"].tolist() == ["opposed"]


def test_a_position_moved_to_another_target_takes_the_stance_chosen_there(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    app.session_state["open_target"] = True
    app.run()

    def press(label: str) -> None:
        next(b for b in app.button if b.label == label).click().run()

    app.text_input(key=f"new_{row['stance_id']}").set_value("Ferry subsidies")
    press("The claim also takes this position")
    assert "Choose the stance that the claim takes on it." in words(app)
    app.selectbox(key=f"st_{row['stance_id']}").set_value("cautious")
    press("The position is on that target instead")
    now = query.claim_positions(store, row["claim_id"]).set_index("target")
    assert now.loc["Ferry subsidies", "stance"] == "cautious"
    assert row["target"] not in now.index
    app.button(key="review_undo").click().run()
    now = query.claim_positions(store, row["claim_id"]).set_index("target")
    assert now.loc[row["target"], "stance"] == row["stance"] and "Ferry subsidies" not in now.index


def test_speaker_and_country_are_confirmed(app: AppTest, store: Store) -> None:
    app.session_state["open_speaker"] = True
    app.run()
    next(b for b in app.button if b.label == "All of this is right").click().run()
    assert {(e.action, e.field) for e in store.ledger.entries()} >= {
        ("confirm", "speaker"),
        ("confirm", "country"),
    }
    assert "confirmed the country: " in words(app) and "→" not in words(app)


def test_undo_brings_the_same_label_back_and_keeps_the_history(app: AppTest, store: Store) -> None:
    first = asked(app)
    app.button(key="review_opposed").click().run()
    assert asked(app) != first
    app.button(key="review_undo").click().run()
    assert asked(app) == first
    assert [e.action for e in store.ledger.entries()][-1] == "undo"
    assert store.ledger.standing() == ()
    assert "taken back" in words(app)


def test_skipping_comes_round_again(app: AppTest, store: Store) -> None:
    rows = query.review_queue(store, Filters())
    count = len(rows)
    seen = []
    for _ in range(count + 1):
        seen.append(asked(app))
        app.button(key="review_skip").click().run()
    assert len(set(seen[:count])) == len(rows[["speaker", "target"]].drop_duplicates())
    assert seen[count] == seen[0]
    assert store.ledger.entries() == ()


def test_filters_hold_here_too_and_an_empty_queue_says_so(app: AppTest, store: Store) -> None:
    app.multiselect(key="target").set_value(["road-tolls"]).run()
    assert "road tolls" in asked(app)
    for _ in range(2):
        app.button(key="review_supportive").click().run()
    assert "Every label here is reviewed" in words(app)


def test_a_speaker_is_corrected(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    claim = row["claim_id"]
    app.session_state["open_speaker"] = True
    app.run()
    app.selectbox(key=f"country_{claim}").set_value("NOR")
    app.text_input(key=f"name_{claim}").set_value("A. N. Other")
    next(b for b in app.button if b.label == "Keep these corrections").click().run()
    assert not app.exception
    now = query.claim_positions(store, claim)
    assert set(now["country"]) == {"NOR"}
    assert set(now["speaker"]) == {"A. N. Other"}
    assert "changed the country" in words(app)


def test_borders_are_corrected_by_the_words_of_the_article(app: AppTest, store: Store) -> None:
    row = query.review_queue(store, Filters()).iloc[0]
    claim, text = row["claim_id"], str(row["text"])
    app.session_state["open_borders"] = True
    app.run()
    app.text_area(key=f"words_{claim}").set_value("words that stand nowhere")
    next(b for b in app.button if b.label == "Keep this passage").click().run()
    assert "do not stand in the article" in words(app)
    app.text_area(key=f"words_{claim}").set_value(text[: len(text) // 2])
    next(b for b in app.button if b.label == "Keep this passage").click().run()
    assert query.claim_positions(store, claim)["text"].iloc[0] == text[: len(text) // 2].strip()


def test_a_link_opens_one_claim(app: AppTest, store: Store) -> None:
    rows = query.positions(store, Filters())
    claim = rows[rows["speaker"] == "Efe Ünal"]["claim_id"].iloc[0]
    app.query_params["claim"] = claim
    app.run()
    assert "Efe Ünal" in asked(app)
    app.button(key="review_cautious").click().run()
    assert "Efe Ünal" in asked(app), "the claim that was asked for stays"
    assert "Changed" in words(app) or "changed" in words(app)


def test_of_several_labels_that_of_the_target_one_came_from_is_asked(app: AppTest, store: Store) -> None:
    rows = query.positions(store, Filters())
    last = rows[rows.duplicated("claim_id")].iloc[-1]
    app.query_params["claim"], app.query_params["target"] = last["claim_id"], last["target_id"]
    app.run()
    assert [b.options[b.index or 0] for b in app.selectbox if b.label == "Position on"] == [last["target"]]


def test_charts_say_whose_labels_they_count(app: AppTest, store: Store) -> None:
    app.switch_page("../../../pages/overview.py").run()

    def chart() -> str:
        spec = json.dumps(json.loads(app.get("plotly_chart")[0].proto.spec), ensure_ascii=False)
        return spec.replace("<br>", " ")

    assert "; all are the program's" in chart()
    app.switch_page(PAGE).run()
    app.button(key="review_opposed").click().run()
    app.switch_page("../../../pages/overview.py").run()
    assert " positions reviewed by a person; the others are the program's" in chart()
    assert "program, 1 position decided by a person." in chart()
    app.selectbox(key="labels").set_value("only").run()
    assert "only those that people have reviewed (1 position)" in chart()
    assert app.query_params["labels"] == "only"
    app.selectbox(key="labels").set_value("machine").run()
    assert "the program's alone" in chart()


def test_a_rejected_label_counts_as_reviewing_under_a_chart(app: AppTest, store: Store) -> None:
    app.button(key="review_reject").click().run()
    app.switch_page("../../../pages/overview.py").run()
    spec = json.dumps(json.loads(app.get("plotly_chart")[0].proto.spec)).replace("<br>", " ")
    assert "1 label rejected and left out; the others are" in spec
    assert "; all are the program's" not in spec


def test_after_take_back_there_is_nothing_left_to_undo(app: AppTest, store: Store) -> None:
    app.query_params["claim"] = str(query.review_queue(store, Filters())["claim_id"].iloc[0])
    app.run()
    app.button(key="review_opposed").click().run()
    assert "U takes it back" in words(app)
    (entry,) = store.ledger.standing()
    app.button(key=f"back_{entry.entry_id}").click().run()
    assert "U takes it back" not in words(app)
    assert "Taken back" in words(app)
    assert app.button(key="review_undo").disabled
    assert not store.ledger.standing()


def test_undo_of_what_was_taken_back_elsewhere_says_so(app: AppTest, store: Store) -> None:
    app.button(key="review_opposed").click().run()
    (entry,) = store.ledger.standing()
    store.ledger.undo(entry.entry_id, "Ada Reader")
    app.button(key="review_undo").click().run()
    assert "Nothing to take back" in words(app)


def test_the_labels_of_one_passage_are_asked_one_after_the_other(app: AppTest, store: Store) -> None:
    rows = query.review_queue(store, Filters())
    claim = rows.loc[rows["target"] == "road tolls", "claim_id"].iloc[0]
    app.session_state["_review_begun"] = (claim, "", False)
    app.run()
    first = asked(app)
    app.button(key="review_opposed").click().run()
    second = asked(app)
    assert {first.rsplit(" on ")[1], second.rsplit(" on ")[1]} == {"River bridge?", "road tolls?"}
    assert "The same passage as before, another target." in words(app)
    app.run()
    assert "The same passage as before, another target." in words(app)
    app.button(key="review_supportive").click().run()
    assert "The same passage" not in words(app)


def test_the_target_s_names_are_bold_in_the_passage() -> None:
    marked = review.context_html("The LAKE League, or <LAKE>, not LAKES.", 0, 37, ["LAKE", "LAKE League"])
    assert "The <b>LAKE League</b>, or &lt;<b>LAKE</b>&gt;, not LAKES" in marked


def test_decisions_without_their_passage_are_listed_not_lost(app: AppTest, store: Store) -> None:
    key = {
        "article_id": "gone",
        "claim_id": "c",
        "target_id": "t",
        "target": "ferry_tax",
        "seen": {"speaker": "Ida"},
    }
    store.ledger.append(
        Entry("Bo Reader", "change", "stance", key, "stance", "none", "opposed", "read twice")
    )
    app.run()
    assert "1 decision whose passage is gone" in [part.label for part in app.expander]
    app.session_state["open_orphans"] = True
    app.run()
    told = words(app)
    assert "Bo Reader" in told and "ferry_tax" in told and "Ida" in told
    assert "the article is not in the store" in told


class TestQueue:
    def test_a_passage_that_was_begun_comes_first(self, store: Store) -> None:
        rows = query.review_queue(store, Filters())
        last = str(rows["claim_id"].iloc[-1])
        begun = query.review_queue(store, Filters(), first=last)
        assert begun["claim_id"].iloc[0] == last
        assert sorted(begun["stance_id"]) == sorted(rows["stance_id"])

    def test_the_only_stance_of_the_only_voice_weighs_most(self, store: Store) -> None:
        rows = query.review_queue(store, Filters(), by="target")
        weights = dict(zip(zip(rows["speaker"], rows["target"], strict=True), rows["weight"], strict=True))
        assert weights["Efe Ünal", "LAKE League"] == 1.0
        assert weights["Дина Ибраимова-Қайратқызы", "River bridge"] == 0.25
        # Ada said the same twice: one label more or less moves half of her one vote of four.
        assert weights["Ada Berg", "River bridge"] == 0.125
        assert rows["weight"].round(2).is_monotonic_decreasing

    def test_of_equal_weight_the_least_certain_comes_first(self, store: Store) -> None:
        rows = query.review_queue(store, Filters(), by="country")
        for _, same in rows.groupby(rows["weight"].round(2)):
            assert same["confidence"].is_monotonic_increasing

    def test_what_is_reviewed_leaves_the_queue(self, store: Store) -> None:
        assert len(query.review_queue(store, Filters(), reviewed=True)) == 0
        assert len(query.review_queue(store, Filters())) == query.review_counts(store, Filters()).positions


def test_coded_claims_go_out_and_come_in_as_decisions_that_can_be_undone(app: AppTest, store: Store) -> None:
    app.pills(key="review_mode").set_value("Files").run()
    assert not app.exception
    row = query.positions(store, Filters()).iloc[0]
    other = "opposed" if row["stance"] != "opposed" else "supportive"
    coded = pd.DataFrame(
        [
            {"article_id": row["article_id"], "target": row["target"], "stance": other, "text": row["text"]},
            {"article_id": "lost", "target": "<b>Canal</b>", "stance": "opposed", "text": "x"},
        ]
    )
    upload = app.file_uploader(key="coded_upload")
    upload.set_value(("../coded.csv", coded.to_csv(index=False).encode(), "text/csv")).run()
    assert "**1 decision** from 2 coded positions" in words(app)
    assert "no article lost" in "\n".join(str(block.value) for block in app.code)
    assert not store.ledger.entries(), "looking changes nothing"
    app.button(key="coded_keep").click().run()
    (kept,) = store.ledger.entries()
    assert (kept.who, kept.after) == ("Ada Reader", other)
    assert "1 decision kept" in words(app)
    later = replace(kept, entry_id=Entry("B", "confirm", "stance", kept.key).entry_id, who="Bo Reader")
    app.session_state["_review_done"] = [*app.session_state["_review_done"], (later.entry_id,)]
    store.ledger.append(later)
    app.button(key="coded_undo").click().run()
    assert [entry.who for entry in store.ledger.standing()] == ["Bo Reader"], "what came later stays"


def test_a_file_that_cannot_be_used_is_said_and_changes_nothing(app: AppTest, store: Store) -> None:
    app.pills(key="review_mode").set_value("Files").run()
    app.file_uploader(key="coded_upload").set_value(("claims <i>.csv", b"x,y\n1,2\n", "text/csv")).run()
    assert "nothing was changed" in words(app)
    told = "\n".join(str(block.value) for block in app.code)
    assert "claims <i>.csv" in told and "no column article_id" in told
    assert not store.ledger.entries() and not [b for b in app.button if b.key == "coded_keep"]
