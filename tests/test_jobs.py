"""Work in the background: it can be followed, cancelled, killed and taken up again, and loses nothing it reported."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard_core.cli import main
from dashboard_core.errors import StoreError
from dashboard_core.jobs import (
    Job,
    JobFile,
    Request,
    State,
    columns_for,
    preview,
    remember_columns,
    start,
    table_header,
)
from dashboard_core.jobs import folder as job_folder
from dashboard_core.jobs.lock import held, is_held
from dashboard_core.jobs.memory import give_back
from dashboard_core.jobs.worker import work
from dashboard_core.pipeline import ingesting
from dashboard_core.store import Store
from dashboard_core.store.arrivals import read_arrivals
from dashboard_core.store.ledger import Ledger
from job_stand_in import stand_in
from test_read_hostile import zipped

HERE = Path(__file__).parent


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "structure_articles", stand_in())


def no_models() -> Any:
    return object()


def corpus(count: int) -> bytes:
    rows = [
        {"article_id": f"a{n}", "title": f"Pier {n}", "text": f"Pier {n} was closed at noon."}
        for n in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def report(number: int) -> bytes:
    return f"Pier {number} was closed at noon, and nobody knows for how many days.".encode()


def results(job: Job) -> list[tuple[str, str]]:
    return [(one.file, one.result) for one in job.outcomes()]


class TestWork:
    def test_a_row_that_came_in_without_its_date_is_not_counted_as_not_read(self, store: Store) -> None:
        table = b"text,date\nThe pier was closed at noon.,someday\n,2021-05-03\nThe lake rose.,2021-05-04\n"
        job = Job.create(store, Request("A. Reader"), [("piers.csv", table)])
        state = work(job, no_models)
        assert (state.counts["added"], state.counts["failed"], state.counts["remark"]) == (2, 1, 1)
        assert state.done == state.total == 3
        said = {one.result: one.reason for one in job.outcomes()}
        assert "row 2: date 'someday'" in said["remark"] and "row 3: has no text" in said["failed"]

    def test_what_came_in_and_what_did_not(self, store: Store) -> None:
        uploads = [
            ("two.jsonl", corpus(2)),
            ("scan.pdf", b"%PDF-1.4 nothing"),
            ("note.rtf", b"x"),
            ("n.txt", b"The lake rose."),
        ]
        job = Job.create(store, Request("A. Reader"), uploads)
        state = work(job, no_models)
        assert state == job.state() and state.status == "done"
        assert dict(state.counts) == {
            "added": 3,
            "changed": 0,
            "same": 0,
            "removed": 0,
            "failed": 2,
            "remark": 0,
        }
        assert results(job) == [
            ("scan.pdf", "failed"),
            ("note.rtf", "failed"),
            ("two.jsonl", "added"),
            ("two.jsonl", "added"),
            ("n.txt", "added"),
        ]
        assert (
            "save it as .docx" in next(one.reason for one in job.outcomes() if one.file == "note.rtf").lower()
        )
        assert not (job.folder / "files").exists(), "the copies of what was uploaded are not kept"

    def test_names_from_outside_are_never_paths(self, store: Store) -> None:
        uploads = [
            ("../../store.json", b"x"),
            ("..\\..\\a.txt", b"The lake rose."),
            ("/etc/a.txt", b"It fell."),
            ("\x00.txt", b"x"),
        ]
        job = Job.create(store, Request("A"), uploads)
        inside = {Path(file.path).relative_to(job.folder).as_posix() for file in job.request.files}
        assert inside == {"files/0001.json", "files/0002.txt", "files/0003.txt", "files/0004"}
        assert [file.name for file in job.request.files][:3] == ["store.json", "a.txt", "a (2).txt"]

    def test_two_files_of_one_name_are_both_told(self, store: Store) -> None:
        job = Job.create(store, Request("A"), [("a.pdf", b"x"), ("a.pdf", b"y")])
        work(job, no_models)
        assert results(job) == [("a.pdf", "failed"), ("a (2).pdf", "failed")]

    def test_files_are_read_where_they_are(self, store: Store, tmp_path: Path) -> None:
        for folder in ("one", "two"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "a.txt").write_text(f"The lake rose in {folder} days.")
        files = tuple(JobFile(f"{f}/a.txt", str(tmp_path / f / "a.txt")) for f in ("one", "two"))
        job = Job.create(store, Request("A", files))
        work(job, no_models)
        assert job.state().counts["added"] == 2 and (tmp_path / "one/a.txt").exists()
        work(job, no_models)
        assert job.state().counts["added"] == 2, "done again, nothing is told twice"

    def test_a_table_is_read_with_its_own_columns(self, store: Store) -> None:
        job = Job.create(
            store, Request("A"), [("a.csv", b"Story,Caption\nThe lake rose.,Flood\n")], draft=True
        )
        (file,) = job.request.files
        mapped = JobFile(file.name, file.path, {"text": "Story", "title": "Caption"})
        job.revise(Request("A", (mapped,)))
        work(job, no_models)
        assert [one.title for one in job.outcomes()] == ["Flood"]

    def test_corrections_before_saving_are_kept_with_their_origin(self, store: Store) -> None:
        said = {"a0": {"title": "Pier nought", "published_on": "2024-05-06", "outlet": None}}
        job = Job.create(store, Request("A. Reader", corrections=said), [("a.jsonl", corpus(2))])
        work(job, no_models)
        work(job, no_models)
        entries = Ledger(store.path).entries()
        assert [(e.who, e.origin, e.field, e.before, e.after) for e in entries] == [
            ("A. Reader", "person", "title", "Pier 0", "Pier nought"),
            ("A. Reader", "person", "published_on", None, "2024-05-06"),
        ]
        # The report says what now stands there, not what was read wrongly.
        first = next(one for one in job.outcomes() if one.article_id == "a0")
        assert (first.title, first.outlet, str(first.published_on)) == ("Pier nought", "", "2024-05-06")

    def test_an_edited_text_is_kept_beside_the_original(self, store: Store) -> None:
        work(Job.create(store, Request("A"), [("a.jsonl", corpus(2))]), no_models)
        before = read_arrivals(store)
        job = Job.create(
            store, Request("A. Reader", reread=("a0",), texts={"a0": "Pier nought stayed open."})
        )
        work(job, no_models)
        after = read_arrivals(store)
        assert before["a0"].sha256 != after["a0"].sha256 and before["a1"] == after["a1"]
        (entry,) = Ledger(store.path).entries()
        assert (entry.field, entry.before, entry.after) == ("text", before["a0"].sha256, after["a0"].sha256)

    def test_memory_is_given_back_before_each_batch(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: list[int] = []
        monkeypatch.setattr("dashboard_core.jobs.worker.give_back", lambda: given.append(1))
        monkeypatch.setattr(ingesting, "_APPENDED_AT_ONCE", 4)
        work(Job.create(store, Request("A"), [("a.jsonl", corpus(10))]), no_models)
        assert len(given) == 3
        monkeypatch.undo()

        class Mark:
            own: object = None

        mark = Mark()
        mark.own, seen = mark, weakref.ref(mark)
        del mark
        give_back()
        assert seen() is None, "what refers to itself is freed, too"

    def test_a_failure_is_told_and_what_was_saved_stays(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise StoreError("store", ["could not write a batch (No space left on device)"], "Make room.")

        monkeypatch.setattr(Store, "append", full)
        job = Job.create(store, Request("A"), [("a.jsonl", corpus(2))])
        state = work(job, no_models)
        assert state.status == "failed" and "Make room" in state.message and state.done == 0
        monkeypatch.undo()
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        start_again = work(job, no_models)
        assert start_again.status == "done" and start_again.counts["added"] == 2


def delivered(count: int) -> bytes:
    """Return articles of a media-monitoring service, one after the other in one text."""
    heads = (f"Headline: Pier {n}\nSource: The Lake Herald\n\n".encode() + report(n) for n in range(count))
    return b"\n\n".join(heads)


class TestState:
    @pytest.mark.parametrize(("name", "files"), [("a.jsonl", corpus), ("a.txt", delivered)])
    def test_cancelled_work_goes_on(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, name: str, files: Callable[[int], bytes]
    ) -> None:
        monkeypatch.setattr(ingesting, "_APPENDED_AT_ONCE", 2)
        job = Job.create(store, Request("A"), [(name, files(20))])

        def cancelling(*arguments: Any, **options: Any) -> Any:
            job.cancel()
            time.sleep(0.3)
            return stand_in()(*arguments, **options)

        monkeypatch.setattr(ingesting, "structure_articles", cancelling)
        state = work(job, no_models)
        assert state.status == "cancelled" and state.done == 2 == len(read_arrivals(store))
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        (job.folder / "cancel").unlink()
        state = work(job, no_models)
        assert state.status == "done" and state.counts["added"] == 20

    def test_what_another_import_brought_in_meanwhile_is_no_news(self, store: Store) -> None:
        """Two at once are worked on in turn; what the first brought in, the second finds there."""
        job = Job.create(store, Request("A"), [("a.jsonl", corpus(2))])
        with held(job.folder.parent / ".working"):
            job.cancel()
            assert work(job, no_models).status == "cancelled"
        work(Job.create(store, Request("B"), [("b.jsonl", corpus(1))]), no_models)
        (job.folder / "cancel").unlink()
        counts = work(job, no_models).counts
        assert (counts["added"], counts["same"]) == (1, 1)

    def test_a_dead_process_is_seen(self, store: Store) -> None:
        job = Job.create(store, Request("A"), [("a.txt", b"The lake rose.")])
        job.write_state(State("running", since=datetime.now(UTC).isoformat()))
        assert job.state().status == "interrupted"
        job.write_state(State("starting", since=(datetime.now(UTC) - timedelta(seconds=300)).isoformat()))
        assert job.state().status == "interrupted"
        with held(job.folder / "lock") as mine:
            assert mine and job.state().status == "starting"

    def test_a_process_that_begins_between_two_looks_is_no_dead_one(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = Job.create(store, Request("A"), [("a.jsonl", corpus(1))])
        looks: list[Path] = []

        def held_from_the_second_look_on(path: Path) -> bool:
            looks.append(path)
            if len(looks) == 1:
                job.write_state(State("running", since=datetime.now(UTC).isoformat()))
            return len(looks) > 1

        monkeypatch.setattr(job_folder, "is_held", held_from_the_second_look_on)
        assert job.state().status == "running"

    def test_a_draft_that_cannot_be_removed_is_told(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = Job.create(store, Request("A"), [("a.jsonl", corpus(1))], draft=True)

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(shutil, "rmtree", refuse)
        with pytest.raises(StoreError, match=r"could not be removed.*Permission denied"):
            job.discard()
        monkeypatch.undo()
        job.discard()
        job.discard()
        assert not job.folder.exists()

    def test_uploads_that_cannot_be_removed_are_told_when_the_work_is_done(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: Path, *_: object, **__: object) -> None:
            if Path(path).name == "files":
                raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(shutil, "rmtree", refuse)
        state = work(Job.create(store, Request("A"), [("a.jsonl", corpus(1))]), no_models)
        assert state.status == "done" and "could not be removed" in state.message

    def test_a_lock_is_held_once(self, tmp_path: Path) -> None:
        with held(tmp_path / "lock") as first, held(tmp_path / "lock") as second:
            assert first and not second and is_held(tmp_path / "lock")
        assert not is_held(tmp_path / "lock")

    def test_pace_and_remaining_time(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ingesting, "_APPENDED_AT_ONCE", 2)
        seen: list[State] = []
        write = Job.write_state
        monkeypatch.setattr(Job, "write_state", lambda job, state: (seen.append(state), write(job, state))[1])
        ticks = iter(range(10_000))
        monkeypatch.setattr("dashboard_core.jobs.worker.time.monotonic", lambda: float(next(ticks)))
        work(Job.create(store, Request("A"), [("a.jsonl", corpus(8))]), no_models)
        running = [state for state in seen if state.remaining is not None]
        assert running and all(state.pace and state.pace > 0 for state in running)
        assert running[0].remaining > running[-1].remaining  # type: ignore[operator]
        assert seen[-1].status == "done" and seen[-1].remaining is None

    def test_a_draft_that_nobody_asks_for_is_removed(self, store: Store) -> None:
        old = Job.create(store, Request("A"), [("a.txt", b"x")], draft=True)
        young = Job.create(store, Request("A"), [("a.txt", b"x")], draft=True)
        long_ago = time.time() - 3 * 24 * 3600
        os.utime(old.folder / "state.json", (long_ago, long_ago))
        Job.create(store, Request("A"), [("a.txt", b"x")])
        assert not old.folder.exists() and young.folder.exists()

    def test_jobs_are_listed_without_drafts(self, store: Store) -> None:
        assert Job.every(store) == []
        job = Job.create(store, Request("A"), [("a.txt", b"x")])
        draft = Job.create(store, Request("A"), [("b.txt", b"x")], draft=True)
        assert [one.job_id for one in Job.every(store)] == [job.job_id]
        draft.discard()
        with pytest.raises(StoreError, match="there is no job"):
            Job.of(store, draft.job_id)
        with pytest.raises(StoreError, match="there is no job"):
            Job.of(store, "../../etc")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows replaces no program in a process")
def test_a_fresh_program_takes_over_and_nobody_sees_a_gap(store: Store) -> None:
    """Memory starts anew with it; the process, both locks, the counts and the pace stay."""
    job = Job.create(store, Request("A"), [("a.zip", zipped({f"{n}.txt": report(n) for n in range(52)}))])
    log = job.folder / "log.txt"
    command = [sys.executable, str(HERE / "job_stand_in.py"), str(job.folder), "0.01"]
    environment = {"PYTHONPATH": f"{HERE.parent / 'src'}:{HERE}", "PATH": "/usr/bin:/bin"}
    seen: list[State] = []
    with log.open("ab") as errors:
        process = subprocess.Popen(command, env=environment, stderr=errors)
    while process.poll() is None:
        # Another job may wait for its turn, and must not get it in between.
        free = not is_held(job.folder.parent / ".working") if seen and seen[-1].status == "running" else False
        seen.append(job.state())
        assert not (free and seen[-1].status == "running"), "the lock was let go"
        time.sleep(0.04)
    state = job.state()
    assert (state.status, state.counts["added"], process.returncode) == ("done", 52, 0), log.read_text()
    begun = next(n for n, one in enumerate(seen) if one.status == "running")
    assert {one.status for one in seen[begun:]} <= {"running", "done"}
    assert {one.process for one in seen[begun:]} == {process.pid}
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    told = [one.article_id for one in job.outcomes()]
    assert len(told) == len(set(told)) == 52
    assert log.read_text().count("a fresh program") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_at_random_moments_no_reported_article_is_lost(store: Store) -> None:
    """Ten kills in a row; after each, what was reported is there, whole, and the next start goes on."""
    chance = random.Random(7)
    count = 120
    job = Job.create(store, Request("A"), [("a.jsonl", corpus(count))])
    command = [sys.executable, str(HERE / "job_stand_in.py"), str(job.folder), "0.02"]
    environment = {"PYTHONPATH": f"{HERE.parent / 'src'}:{HERE}", "PATH": "/usr/bin:/bin"}
    reported = 0
    killed = 0
    for _ in range(10):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        wanted = reported + chance.randint(1, 11)
        while process.poll() is None and sum(1 for _ in job.outcomes()) < wanted:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        told = [one.article_id for one in job.outcomes()]
        there = (
            Store(store.path).connect().execute("SELECT article_id, length(text) FROM articles").fetchall()
        )
        assert set(told) <= {name for name, _ in there}, "reported, but not there"
        assert all(length > 20 for _, length in there)
        assert len(told) == len(set(told)), "reported twice"
        assert not Store(store.path).verify()
        assert job.state().status in {"interrupted", "done"}
        reported = len(told)
    assert killed == 10
    state = work(job, no_models)
    assert state.status == "done" and state.counts["added"] == count == len(read_arrivals(store))


def test_a_started_process_outlives_nobody_waiting_for_it(store: Store) -> None:
    """The real process: an unreadable file needs no models, so it ends soon."""
    job = Job.create(store, Request("A"), [("a.pdf", b"%PDF-1.4 broken")])
    start(job)
    assert job.state().status in {"starting", "waiting", "running", "done"}
    until = time.monotonic() + 120
    while not job.state().over and time.monotonic() < until:
        time.sleep(0.1)
    assert job.state().status == "done" and results(job) == [("a.pdf", "failed")]


class TestCommands:
    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    def test_a_job_is_listed_reported_and_cancelled(self, store: Store, tmp_path: Path) -> None:
        job = Job.create(store, Request("A"), [("a.jsonl", corpus(3)), ("b.pdf", b"x")])
        work(job, no_models)
        listed = self.run("jobs", "list", "--store", store.path)
        assert listed.exit_code == 0, listed.output
        assert f"{job.job_id}  done  4 of 4  3 added, 1 failed" in listed.output
        out = tmp_path / "outcome.csv"
        result = self.run("jobs", "report", job.job_id, "--store", store.path, "--out", out)
        assert result.exit_code == 3 and len(out.read_text("utf-8-sig").splitlines()) == 5
        ended = self.run("jobs", "cancel", job.job_id, "--store", store.path)
        assert ended.exit_code == 1 and "has ended already (done)" in ended.output
        waiting = Job.create(store, Request("A"), [("a.jsonl", corpus(1))])
        assert self.run("jobs", "cancel", waiting.job_id, "--store", store.path).exit_code == 0
        assert (waiting.folder / "cancel").exists()
        assert self.run("jobs", "resume", "no-such-job", "--store", store.path).exit_code == 1

    def test_a_job_starts_and_ends_by_itself(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(b"broken")
        started = self.run("jobs", "start", tmp_path / "a.pdf", "--store", tmp_path / "new")
        assert started.exit_code == 0, started.output
        job = Job.of(Store(tmp_path / "new"), started.output.strip())
        until = time.monotonic() + 120
        while not job.state().over and time.monotonic() < until:
            time.sleep(0.1)
        assert job.state().status == "done"
        (told,) = job.outcomes()
        assert told.file == str(tmp_path / "a.pdf") and told.result == "failed"
        assert (tmp_path / "a.pdf").exists()


class TestPreview:
    def test_the_first_articles_are_shown_under_their_own_names(self, store: Store) -> None:
        uploads = [
            ("notes.txt", b"The lake rose.\n\nIt rose again."),
            ("a.jsonl", corpus(30)),
            ("b.pdf", b"x"),
        ]
        job = Job.create(store, Request("A"), uploads, draft=True)
        found = preview(job, most=25)
        assert [one.file for one in found.articles][:2] == ["notes.txt", "a.jsonl"]
        assert (len(found.articles), found.whole, found.more) == (25, 32, True)
        assert read_arrivals(store) == {}, "nothing is kept yet"
        whole = preview(job, most=100)
        assert (len(whole.articles), whole.whole, whole.more) == (31, 31, False)
        assert [one.file for one in whole.problems] == ["b.pdf"]

    def test_a_mapping_is_proposed_and_remembered(self, store: Store) -> None:
        header = ["Story", "Caption", "Paper"]
        assert columns_for(store, header) == {"text": "Story"}
        remember_columns(store, header, {"text": "Story", "title": "Caption"})
        assert columns_for(store, header) == {"text": "Story", "title": "Caption"}
        assert columns_for(store, ["Full Text", "Headline"]) == {"text": "Full Text", "title": "Headline"}
        (store.path / "columns.json").write_text("no json")
        assert columns_for(store, ["Full Text"]) == {"text": "Full Text"}

    def test_what_was_set_is_used_inside_an_archive_and_told(self, store: Store) -> None:
        remember_columns(store, ["Story", "Caption", "Paper"], {"text": "Story", "outlet": "Paper"})
        rows = b"Story,Caption,Paper\nThe piers are closed at noon until Friday.,Piers,Lake Post\n"
        archive = zipped({"a.csv": rows, "b.csv": rows.replace(b"Story", b"Text").replace(b"noon", b"dawn")})
        job = Job.create(store, Request("A"), [("week.zip", archive)])
        assert work(job, no_models).counts["added"] == 2
        told = {one.file: one.reason.split(". ")[0] for one in job.outcomes() if one.result == "remark"}
        assert told == {
            "week.zip > a.csv": "columns taken: text from 'Story', outlet from 'Paper'",
            "week.zip > b.csv": "columns taken: text from 'Text'",
        }

    def test_the_header_of_a_table(self, store: Store) -> None:
        job = Job.create(
            store, Request("A"), [("a.csv", b"Story,Caption\nx,y\n"), ("b.xlsx", b"no")], draft=True
        )
        assert [table_header(file.path) for file in job.request.files] == [["Story", "Caption"], []]
