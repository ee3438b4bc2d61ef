"""The Corpus page without a browser: what is removed can be brought back, what is chosen is shown before it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.frames import Frames, to_frames
from dashboard_core.jobs import Job, Request
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, stable_id
from dashboard_core.store import Store
from dashboard_core.store.ledger import Entry, Ledger
from test_ingest import REPORT
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
    app.run()
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
    app.run()
    app.switch_page(CORPUS).run()
    assert not app.exception and "1 article found" in [one.value for one in app.subheader]
    assert any("scan.pdf" in one.value and "damaged" in one.value for one in app.markdown)
    assert store.is_empty
    app.button(key="discard").click().run()
    assert not job.folder.exists() and store.is_empty


def test_removing_an_article_selects_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A choice is a place in the list: kept, it would fall on the next article, under the same button."""
    store = make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.query_params["part"] = "Articles"
    app.run()
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
    app.run()
    app.switch_page(CORPUS).run()
    assert any("Quarrel over a bridge" in one.value and "removed by A" in one.value for one in app.markdown)


def test_an_article_without_a_date_is_called_undated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    job = Job.create(store, Request("A"), [("report.txt", f"Piers\n\n{REPORT}".encode())], draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.run()
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
        app.run()
        app.switch_page("../../../pages/evidence.py").run()
        assert not app.exception
        written = [one.value for one in app.markdown]
        assert any(claims in line for line in written), (parameter, written)
        said = next(line for line in written if "Also published by" in line)
        assert "Pier News (2026-03-04)" in said and counted in said
