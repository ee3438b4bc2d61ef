"""The Corpus page without a browser: what is removed can be brought back, what is chosen is shown before it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.jobs import Job, Request
from dashboard_core.store import Store
from dashboard_core.store.ledger import Entry, Ledger
from test_ingest import REPORT
from ui_store import make_store

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
