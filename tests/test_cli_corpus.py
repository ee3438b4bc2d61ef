"""Commands over the corpus: columns of tables, articles taken out and brought back, jobs that have ended."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard_core import jobs
from dashboard_core.jobs import Job, Request, State, columns_for
from dashboard_core.store import Store
from dashboard_core.store.ledger import Ledger
from test_cli import run
from test_read_tables import PROSE, workbook
from ui_store import make_store


def test_columns_shows_what_is_proposed_and_what_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["Cover"]], [["Review"], ["Title", "Item"], ["A", PROSE]]))
    proposed = run("columns", path)
    assert proposed.exit_code == 0 and "text: (none found: --column text=NAME)" in proposed.output
    chosen = run("columns", path, "--sheet", "Sheet1", "--header-row", "2", "--column", "text=Item")
    assert "sheet: Sheet1 (of Sheet, Sheet1)\nheader row: 2\ntext: Item\n" in chosen.output
    assert run("columns", path, "--column", "mood=Story").exit_code == 2
    wrong = run("columns", path, "--sheet", "None")
    assert wrong.exit_code == 1 and "there are 'Sheet', 'Sheet1'" in wrong.output


def test_jobs_start_takes_columns_and_remembers_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, store = tmp_path / "a.jsonl", Store.create(tmp_path / "store")
    path.write_text(json.dumps({"kicker": "A", "story": PROSE}), "utf-8")
    begun: list[Job] = []
    monkeypatch.setattr(jobs, "start", begun.append)
    result = run("jobs", "start", path, "--column", "text=story", "--store", store.path)
    assert result.exit_code == 0, result.output
    assert begun[0].request.files[0].columns == {"text": "story"}
    assert columns_for(store, ["kicker", "story"]) == {"text": "story"}
    run("jobs", "start", path, "--store", store.path)
    assert begun[1].request.files[0].columns == {"text": "story"}


@pytest.mark.parametrize(
    ("verb", "status"),
    [("cancel", "done"), ("cancel", "cancelled"), ("cancel", "failed"), ("resume", "done")],
)
def test_a_job_that_has_ended_is_told_so(tmp_path: Path, verb: str, status: str) -> None:
    store = Store.create(tmp_path / "store")
    job = Job.create(store, Request("A"), [("a.txt", b"It rained all day on Friday.")])
    job.write_state(State(status, since=datetime.now(UTC).isoformat()))
    result = run("jobs", verb, job.job_id, "--store", store.path)
    assert result.exit_code == 1 and f"there is nothing to {verb}" in result.output
    assert job.state().status == status and not (job.folder / "cancel").exists()


def test_articles_are_removed_and_brought_back_with_who_and_why(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    place = ("--store", store.path)
    listed = run("articles", "list", *place)
    assert "article-0\t" in listed.output and "2 of 2 articles" in listed.output
    said = ("--who", "A. Reader", "--why", "an advertisement")
    assert "1 removed" in run("articles", "remove", "article-0", *said, *place).output
    again = run("articles", "remove", "article-0", *said, *place)
    assert again.exit_code == 3 and "was removed before, by A. Reader: nothing changed" in again.output
    assert "1 of 1 articles" in run("articles", "list", *place).output
    assert "A. Reader\tan advertisement" in run("articles", "list", "--removed", *place).output
    assert run("articles", "bring-back", "article-0", "--who", "B", *place).exit_code == 0
    assert "is not among those removed" in run("articles", "bring-back", "article-0", *place).output
    unknown = run("articles", "remove", "article-0", "nothing", *place)
    assert unknown.exit_code == 1 and "there is no article 'nothing'" in unknown.output
    acts = [(entry.who, entry.action, entry.why) for entry in Ledger(store.path).entries()]
    assert acts == [("A. Reader", "remove", "an advertisement"), ("B", "restore", "")]


def test_an_article_is_corrected_and_keeps_what_stood_there(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    place = ("--store", store.path)
    wrong = run("articles", "correct", "article-0", "--set", "published_on=soon", "--set", "mood=x", *place)
    assert wrong.exit_code == 2 and "'soon' is no day" in wrong.output and "FIELD=VALUE" in wrong.output
    values = ("--set", "outlet=Harbour News", "--set", "published_on=", "--why", "on its page")
    done = run("articles", "correct", "article-0", *values, "--who", "A", *place)
    assert done.exit_code == 0 and "corrected: outlet" in done.output
    assert "undated\tHarbour News" in run("articles", "list", *place).output
    assert "nothing differs" in run("articles", "correct", "article-0", *values, *place).output
    entries = Ledger(store.path).entries()
    assert {(e.field, e.after, e.why) for e in entries} >= {("outlet", "Harbour News", "on its page")}
