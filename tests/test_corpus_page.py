"""The Corpus page without a browser: what is removed can be brought back, what is chosen is shown before it is kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.frames import Frames, to_frames
from dashboard_core.jobs import Job, Request, State, columns_for
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, stable_id
from dashboard_core.store import Store
from dashboard_core.store.ledger import Entry, Ledger
from dashboard_core.ui import corpus
from test_ingest import REPORT
from test_read_digests import SOURCED
from test_read_tables import workbook
from ui_store import BRIDGE, make_store

SCRIPT = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui/main.py"
CORPUS = "../../../pages/corpus.py"
pytestmark = pytest.mark.timeout(300)


def test_a_removed_article_is_listed_and_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    Ledger(store.path).append(Entry("A", "remove", "article", {"article_id": "article-0"}))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.query_params["part"] = "Articles"
    app.switch_page(CORPUS).run()
    assert "**1 article.**" in app.markdown[0].value
    app.button(key="restore_article-0").click().run()
    assert not app.exception and "**2 articles.**" in app.markdown[0].value
    assert [entry.action for entry in Ledger(store.path).entries()] == ["remove", "restore"]


def test_a_draft_is_shown_before_anything_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    uploads = [
        ("export.csv", f'Story,Caption\n"{REPORT}",Piers\n'.encode()),
        ("scan.pdf", b"%PDF-1.4 broken"),
    ]
    job = Job.create(store, Request("A"), uploads, draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.switch_page(CORPUS).run()
    assert not app.exception and "1 article found" in [one.value for one in app.subheader]
    assert any("scan.pdf" in one.value and "damaged" in one.value for one in app.markdown)
    assert store.is_empty
    app.button(key="discard").click().run()
    assert not job.folder.exists() and store.is_empty


def test_a_digest_is_split_only_when_that_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    job = Job.create(store, Request("A"), [("digest.md", SOURCED.encode())], draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.run()
    app.switch_page(CORPUS).run()
    assert "1 article found" in [one.value for one in app.subheader]
    (choice,) = [one for one in app.button_group if "looks like 2 articles" in one.label]
    assert choice.label.startswith("digest.md") and choice.value == "Keep as one article"
    choice.set_value("Split at the headings").run()
    assert not app.exception and "2 articles found" in [one.value for one in app.subheader]
    assert job.request.files[0].columns == {"articles": "split"}


def test_removing_an_article_selects_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A choice is a place in the list: kept, it would fall on the next article, under the same button."""
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.query_params["part"] = "Articles"
    app.switch_page(CORPUS).run()
    before = app.dataframe[0].proto.id
    Ledger(store.path).append(Entry("A", "remove", "article", {"article_id": "article-0"}))
    app.run()
    assert not app.exception and app.dataframe[0].proto.id != before


def test_removed_articles_bear_the_title_that_people_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    key = {"article_id": "article-0"}
    Ledger(store.path).append(
        Entry("A", "change", "article", key, "title", "A bridge", "Quarrel over a bridge"),
        Entry("A", "remove", "article", key),
    )
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.query_params["part"] = "Articles"
    app.switch_page(CORPUS).run()
    assert any("Quarrel over a bridge" in one.value and "removed by A" in one.value for one in app.markdown)


def test_an_article_without_a_date_is_called_undated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    job = Job.create(store, Request("A"), [("report.txt", f"Piers\n\n{REPORT}".encode())], draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.switch_page(CORPUS).run()
    assert not app.exception
    assert list(app.dataframe[0].value["Published"]) == ["undated"]
    app.button(key="save").click().run()
    assert not app.exception and job.request.corrections == {}, "nothing was corrected"


def twin() -> Frames:
    """The report on the bridge once more, in another outlet and with one of its claims."""
    words = "The bridge must be built."
    speaker = Speaker(stable_id("s", "Ada Berg"), "Ada Berg", "", "official", "Ministry of Ferries", "KGZ")
    claim = Claim(
        "c_twin", "article-2", 0, len(words), words, "direct", (Span(0, len(words)),), "said", "Berg", speaker
    )
    stance = Stance(
        "st_twin", "c_twin", "article-2", BRIDGE, "supportive", 0.8, 0.9, 0.1, 0.1, 0.8, "", "test-model"
    )
    added = datetime(2026, 3, 4, tzinfo=UTC)
    article = Article(
        "article-2", "A bridge", words, "Pier News", "", "", date(2026, 3, 4), "en", "2" * 64, added, "t.txt"
    )
    return to_frames([article], [claim], [stance])


def test_a_report_of_two_outlets_counts_once_and_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    rows = [
        {"article_id": name, "copy_of": "article-0", "words": "", "address": "", "sketch": b""}
        for name in ("article-0", "article-2")
    ]
    store.append(twin(), copies=rows)
    for parameter, claims, counted in (
        ("once", "9 claims", "Together they count once."),
        ("all", "10 claims", "Each of them counts here"),
    ):
        app = AppTest.from_file(str(SCRIPT), default_timeout=180)
        app.query_params["copies"] = parameter
        app.query_params["claim"] = next(iter(store.connect().execute(
            "SELECT claim_id FROM claims WHERE article_id = 'article-0' AND text LIKE 'The bridge%'").fetchone()))  # fmt: skip
        app.switch_page("../../../pages/evidence.py").run()
        assert not app.exception
        written = [one.value for one in app.markdown]
        assert any(claims in line for line in written), (parameter, written)
        said = next(line for line in written if "Also published by" in line)
        assert "Pier News (2026-03-04)" in said and counted in said


def opened(store: Store, monkeypatch: pytest.MonkeyPatch, **session: str) -> AppTest:
    """Return the Corpus page over a store."""
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    for name, value in session.items():
        app.session_state[name] = value
    return app.switch_page(CORPUS).run()


def test_a_pasted_text_is_shown_with_what_was_found_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(Store.create(tmp_path / "store"), monkeypatch)
    app.segmented_control(key="way").set_value("Pasted text").run()
    app.button(key="look_pasted").click().run()
    assert [one.value for one in app.warning] == ["Paste the text first."]
    app.text_area(key="pasted").input(f"Piers are painted\n\nBy Falka Brusk\n3 May 2024\n\n{REPORT}").run()
    app.button(key="look_pasted").click().run()
    assert not app.exception
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["Title"], row["Author"], row["Published"]) == (
        "Piers are painted",
        "Falka Brusk",
        "2024-05-03",
    )


def test_an_address_is_fetched_only_where_that_is_switched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.delenv("STANCES_FETCH", raising=False)
    app = opened(store, monkeypatch)
    app.segmented_control(key="way").set_value("Web address").run()
    assert "STANCES_FETCH" in app.info[-1].value and not app.text_input
    monkeypatch.setenv("STANCES_FETCH", "1")
    app.run()
    app.text_input(key="address_text").input("http://127.0.0.1/secret")
    app.button[0].click().run()
    assert not app.exception
    said = " ".join(str(one.value) for one in [*app.error, *app.warning, *app.code, *app.markdown])
    assert "was not fetched" in said and "public" in said and not Job.every(store)


def test_imports_of_several_people_are_shown_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    now = datetime.now(UTC).isoformat()
    jobs = [Job.create(store, Request(who), [(f"{who}.txt", b"x")]) for who in ("Ada", "Ben", "Cem")]
    counts = {"added": 3, "changed": 0, "same": 0, "removed": 0, "failed": 0}
    jobs[0].write_state(State("done", total=3, counts=counts, since=now))
    for job in jobs[1:]:
        job.write_state(State("starting", since=now))
    app = opened(store, monkeypatch, reader_name="Ada", followed_job=jobs[0].job_id)
    written = [one.value for one in app.markdown]
    assert "**Bringing in Ada.txt** · done" in written
    assert {
        "**Bringing in Ben.txt** · for Ben · starting",
        "**Bringing in Cem.txt** · for Cem · starting",
    } < {*written}
    app.button(key=f"cancel_{jobs[1].job_id}").click().run()
    assert (jobs[1].folder / "cancel").exists() and not (jobs[2].folder / "cancel").exists()


def test_a_cancelled_import_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    job = Job.create(store, Request("Ada"), [("a.txt", b"x")])
    job.write_state(State("cancelled", since=datetime.now(UTC).isoformat()))
    begun: list[str] = []
    monkeypatch.setattr(corpus, "start", lambda one: begun.append(one.job_id))
    app = opened(store, monkeypatch)
    app.button(key=f"resume_{job.job_id}").click().run()
    assert not app.exception and begun == [job.job_id]


def test_a_correction_counts_at_once_and_is_kept_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))

    def article() -> None:
        from dashboard_core.paths import store_dir
        from dashboard_core.query.articles import article_list
        from dashboard_core.store import Store
        from dashboard_core.ui import corpus_articles

        store = Store(store_dir())
        rows, _ = article_list(store, words="", order="added", limit=9)
        row = rows[rows["article_id"] == "article-0"].iloc[0]
        corpus_articles._article(store, {str(name): value for name, value in row.items()})

    app = AppTest.from_function(article, default_timeout=180).run()
    next(one for one in app.text_input if one.label == "Outlet").input("Pier News")
    next(one for one in app.date_input if one.label.startswith("Published")).set_value(date(2024, 5, 3))
    app.text_input(key="why_article-0").input("as printed")
    next(one for one in app.button if one.label == "Save the corrections").click().run()
    assert not app.exception
    entries = Ledger(store.path).entries()
    assert {(e.field, e.after, e.why) for e in entries} == {
        ("outlet", "Pier News", "as printed"),
        ("published_on", "2024-05-03", "as printed"),
    }
    (row,) = store.connect().execute(
        "SELECT outlet, published_on::text FROM articles WHERE article_id = 'article-0'"
    ).fetchall()  # fmt: skip
    assert row == ("Pier News", "2024-05-03")
    # A slip far back is there to be corrected.
    published = next(one for one in app.date_input if one.label.startswith("Published"))
    published.set_value(date(1824, 5, 3))
    next(one for one in app.button if one.label == "Save the corrections").click().run()
    assert not app.exception and not app.run().exception
    assert Ledger(store.path).entries()[-1].after == "1824-05-03"


def test_sheet_header_and_columns_can_be_changed_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    sheets = (
        [["Press review"], [], ["Title", "Text", "Source"], ["Piers closed", REPORT, "Lake Post"]],
        [["Made by nobody"], ["Kopf", "Inhalt"], ["Ferries stop", f"It rained. {REPORT}"]],
    )
    line = json.dumps({"kicker": "Third", "story": {"html": f"Twice. {REPORT}"}})
    uploads = [("export.xlsx", workbook(*sheets)), ("export.jsonl", line.encode())]
    job = Job.create(store, Request("A"), uploads, draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.switch_page(CORPUS).run()
    assert not app.exception and "1 article found" in [one.value for one in app.subheader]
    name = job.request.files[0].path[-12:]
    assert app.selectbox(key=f"header_{name}_Sheet").value == "3"
    app.selectbox(key=f"sheet_{name}").set_value("Sheet1").run()
    app.selectbox(key=f"column_{name}_Sheet1_2_text").set_value("Inhalt").run()
    app.selectbox(key=f"column_{job.request.files[1].path[-12:]}___text").set_value("story.html").run()
    assert not app.exception and "2 articles found" in [one.value for one in app.subheader]
    files = Job.of(store, job.job_id).request.files
    assert files[0].columns == {"sheet": "Sheet1", "text": "Inhalt"} and files[1].columns == {
        "text": "story.html"
    }
    # The next file of this kind is read in the same way.
    assert columns_for(store, ["Title", "Text", "Source"]) == files[0].columns


def test_what_came_in_stays_in_sight_until_more_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    job = Job.create(store, Request("A"), [("lake.txt", REPORT.encode())])
    job.write_state(State("done", total=1, counts={"added": 1}, since=datetime.now(UTC).isoformat()))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["followed_job"] = app.session_state["brought_in"] = job.job_id
    app.switch_page(CORPUS).run()
    assert any("1 added" in one.value for one in app.markdown)
    assert not any(one.key == "way" for one in app.segmented_control)
    app.button(key="more").click().run()
    assert app.segmented_control(key="way").value == "Files" and any(
        "1 added" in m.value for m in app.markdown
    )
