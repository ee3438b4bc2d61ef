"""What means harm, brought in as a person would: told file by file, the page stands, the store is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.jobs import Job, JobFile, Request
from dashboard_core.jobs.worker import work
from dashboard_core.pipeline import ingesting
from dashboard_core.store import Store
from invented_pages import invent
from invented_pdfs import set_pdf
from job_stand_in import stand_in
from test_corpus_page import CORPUS, SCRIPT
from test_read_hostile import (
    BIG,
    BOMB,
    OUTWARD,
    PAGE,
    PROSE,
    declare,
    docx,
    long_pdf,
    with_part,
    xlsx,
    zipped,
)

pytestmark = pytest.mark.timeout(300)
TABLE = xlsx([["text"], [PROSE]])
HOSTILE = {
    "bomb.zip": zipped({"a.html": BIG}),
    "nested.zip": zipped({"b.zip": zipped({"a.txt": PROSE.encode()})}),
    "bomb.docx": with_part(docx(), "word/document.xml", declare(BOMB)),
    "outward.docx": with_part(docx(), "word/document.xml", declare(OUTWARD)),
    "bomb.xlsx": with_part(TABLE, "xl/workbook.xml", lambda part: BOMB.encode() + part),
    "long.pdf": long_pdf(2000),
    "cut.pdf": set_pdf(invent(3))[:900],
    "halves.html": b"\xff\xfe\x00\xd8" * 50,
    "nul.txt": b"The ministers met.\x00\x01 And left.",
    "macro.docm": docx(),
}
CLIMBING = {"../../store.json": PROSE.encode(), "/etc/a.txt": (PROSE + " Twice.").encode()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "place" / "store")


def beside(store: Store) -> dict[str, bytes]:
    """Everything around and in the store but the jobs' own folders."""
    root = store.path.parent
    files = (path for path in root.rglob("*") if path.is_file() and "jobs" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def brought_in(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(ingesting, "structure_articles", stand_in())
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as sink:
        sink.truncate(200_000_000)
    job = Job.create(store, Request("A", (JobFile("huge.txt", str(huge)),)), HOSTILE.items())
    models: Any = object()
    assert work(job, lambda: models).status == "done"
    return job


def test_each_is_told_and_the_store_is_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = beside(store)
    told = {
        Path(one.file.split(" > ")[0]).name: one
        for one in brought_in(store, tmp_path, monkeypatch).outcomes()
    }
    assert set(told) == {*HOSTILE, "huge.txt"}
    assert {one.result for one in told.values()} == {"failed"}
    assert all(one.reason.count(". ") for one in told.values()), "what is wrong, and then what to do"
    assert beside(store) == before and store.is_empty


def test_paths_in_an_archive_lead_nowhere(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "structure_articles", stand_in())
    manifest = (store.path / "store.json").read_bytes()
    job = Job.create(store, Request("A"), [("climbing.zip", zipped(CLIMBING))])
    models: Any = object()
    work(job, lambda: models)
    shown = {one.file: one.result for one in job.outcomes()}
    assert shown == {"climbing.zip": "failed", "climbing.zip > etc/a.txt": "added"}, "a .json is not read"
    assert (store.path / "store.json").read_bytes() == manifest
    assert {Path(path).parts[0] for path in beside(store)} == {"store"}


def test_the_page_shows_them_and_stands(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANCES_STORE", str(store.path))
    script = b"<p onclick='steal()'>" + PROSE.encode() + b"<script>alert('stolen')</script></p>"
    uploads = {**HOSTILE, "page.html": PAGE.encode().replace(b"<p>", script)}
    job = Job.create(store, Request("A"), uploads.items(), draft=True)
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.session_state["draft_job"] = job.job_id
    app.switch_page(CORPUS).run()
    assert not app.exception
    assert [one.value for one in app.subheader] == ["1 article found"]
    written = " ".join(str(one.value) for one in [*app.markdown, *app.text, *app.dataframe])
    assert f"Not read: {len(HOSTILE)}." in written and "stolen" not in written
    app.button(key="discard").click().run()
    assert not app.exception and store.is_empty
