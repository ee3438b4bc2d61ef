"""In a browser: files are brought in, followed to the end, and lead to their evidence; the empty store invites."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import serve
from dashboard_core.frames import to_frames
from dashboard_core.records import Article
from dashboard_core.store import Store
from dashboard_core.store.ledger import Entry, Ledger
from test_ingest import REPORT
from test_pipeline import ARTICLE
from ui_store import make_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_upload_progress_evidence(browser: Any, tmp_path: Path) -> None:
    uploads = tmp_path / "in"
    uploads.mkdir()
    (uploads / "lake.txt").write_text(f"Lake fund divides the shore\n\n3 March 2026\n\n{ARTICLE}", "utf-8")
    (uploads / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    (uploads / "export.csv").write_text(f'Story,Caption\n"{REPORT}",Piers closed\n', "utf-8")
    Store.create(tmp_path / "store")
    with serve(tmp_path / "store") as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        try:
            page.goto(address)
            page.get_by_role("link", name="Bring articles in").click()
            page.get_by_text("No articles yet").wait_for()
            page.locator("input[type=file]").set_input_files(
                [str(path) for path in sorted(uploads.iterdir())]
            )
            # The page draws itself anew as each file arrives; a click in between would be lost.
            page.get_by_text("scan.pdf").wait_for()
            page.wait_for_timeout(3_000)
            page.get_by_role("button", name="Look at what is in them").click()
            page.get_by_text("2 articles found").wait_for()
            page.get_by_text("Columns of export.csv").wait_for()
            page.get_by_text("is damaged").first.wait_for()
            page.get_by_role("button", name="Bring in 2 articles").click()
            page.get_by_role("button", name="Cancel").wait_for()
            # Leaving the page does not end the work.
            page.goto(f"{address}/method")
            page.goto(f"{address}/corpus")
            page.get_by_text("2 added; 1 not read").wait_for()
            page.get_by_role("button", name="Evidence in").click()
            page.get_by_text("Select a row to read it").wait_for()
            assert "article=" in page.url
            # The cells of a table are there for screen readers; what is seen is drawn.
            page.get_by_text("said Tamsin Orrell").first.wait_for(state="attached")
            assert not page.get_by_text("Traceback").count()
        finally:
            page.close()
    rows = (
        Store(tmp_path / "store").connect().execute("SELECT file, title FROM articles ORDER BY 1").fetchall()
    )
    assert rows == [("export.csv", None), ("lake.txt", "Lake fund divides the shore")]


def test_an_edited_text_is_read_again(browser: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    store = make_store(tmp_path / "store")
    note = Article(
        "note", "Harbour note", "The lake rose by a hand.", language="en", sha256="1",
        added_at=datetime(2026, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    store.append(to_frames([note], [], []))
    with serve(store.path) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        try:
            page.goto(f"{address}/corpus?part=Articles")
            page.get_by_label("Find").fill("harbour note")
            page.keyboard.press("Enter")
            page.get_by_text("1 article. Select one").wait_for()
            page.wait_for_timeout(2_000)
            table = page.get_by_test_id("stDataFrame").first.bounding_box()
            page.mouse.click(table["x"] + 14, table["y"] + 52)
            page.get_by_role("tab", name="Text").click()
            text = page.get_by_role("textbox", name="Text", exact=True)
            expect(text).to_have_value(note.text, timeout=120_000)  # filled in just after it is there
            text.fill(REPORT)
            page.keyboard.press("Control+Enter")
            page.get_by_role("button", name="Save the text and read it again").click()
            page.get_by_text("1 brought up to date").wait_for()
            # The text as it was first read stays beside the new one.
            back = page.get_by_role("button", name="Back to the first text")
            for _ in range(20):  # a page drawn anew meanwhile goes back to its first tab
                page.get_by_role("tab", name="Text").click()
                page.wait_for_timeout(3_000)
                if back.is_visible():
                    break
            back.wait_for(timeout=1_000)
            page.get_by_text(note.text).first.wait_for()
        finally:
            page.close()
    (entry,) = Ledger(store.path).entries()
    assert (entry.action, entry.field) == ("change", "text")


def test_a_removed_article_comes_back_from_the_folded_list(browser: Any, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    added = datetime(2026, 3, 4, tzinfo=UTC)
    notes = [
        Article(f"note-{n}", f"Harbour note {n}", "The lake rose.", sha256=str(n), added_at=added)
        for n in range(6)
    ]
    store.append(to_frames(notes, [], []))
    keys = [{"article_id": note.article_id} for note in notes]
    Ledger(store.path).append(*(Entry("A. Reader", "remove", "article", key) for key in keys))
    with serve(store.path) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        try:
            page.goto(f"{address}/corpus?part=Articles")
            folded = page.get_by_text("Removed: 6 articles")
            folded.wait_for()
            back = page.get_by_role("button", name="Bring it back")
            assert not back.count() or not back.first.is_visible()
            folded.click()
            back.first.click()
            page.get_by_text("Removed: 5 articles").wait_for()
            page.get_by_text("3 articles.").wait_for()
            back.first.click()
            page.get_by_text("Removed: 4 articles").wait_for()
        finally:
            page.close()
    assert [entry.action for entry in Ledger(store.path).entries()][6:] == ["restore", "restore"]
