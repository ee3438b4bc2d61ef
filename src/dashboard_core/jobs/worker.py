"""The process of a job: ``python -m dashboard_core.jobs.worker FOLDER [RELAY]``."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn, TextIO

from dashboard_core import pipeline
from dashboard_core.errors import ArticleFormatError, DashboardCoreError
from dashboard_core.jobs.folder import Job, JobFile, State, counted
from dashboard_core.jobs.lock import held, inheritable
from dashboard_core.jobs.memory import give_back
from dashboard_core.jobs.preview import inner_columns, known_columns
from dashboard_core.pipeline import Outcome, Resources, Watch
from dashboard_core.read import count_articles, iter_articles
from dashboard_core.records import Article, stable_id
from dashboard_core.store import Store
from dashboard_core.store.arrivals import Arrival, read_arrivals
from dashboard_core.store.corrections import Corrections, read_corrections
from dashboard_core.store.ledger import Entry, Ledger

__all__ = ["Relay", "main", "work"]

# The state is for people: twice a second is as often as they look.
_SECONDS_BETWEEN = 0.5
# Words that were read once stay with the parser, and what is freed between them with the process: its memory
# grows by a tenth with every thousand articles. After so many a fresh program takes the process over; to load
# the models again takes a hundredth of the time that these articles take.
_ARTICLES_A_PROGRAM = 400


@dataclass(frozen=True, slots=True)
class Relay:
    """What one program leaves to the next in the same process: both locks, and since when it works."""

    lock: int = -1
    working: int = -1
    begun: float = 0.0
    done_before: int = 0


def work(
    job: Job,
    load: Callable[[], Resources] | None = None,
    *,
    successor: Sequence[str] = (),
    relay: Relay | None = None,
) -> State:
    """Do a job to its end, its cancelling or its failure; return the last state.

    Parameters
    ----------
    job : Job
        One on which no other process works.
    load : callable, optional
        Returns the models, when the first new article is there; by default those of the store.
    successor : sequence of str, optional
        The command that takes this process over after some hundred articles, and goes on; it gets a
        :class:`Relay` as its last argument. Without it all is done here.
    relay : Relay, optional
        What the program before left.
    """
    given = relay or Relay()
    # Whoever looks whether a process works on the job holds the lock for an instant.
    patience = time.monotonic() + 5
    lock, working = job.folder / "lock", job.folder.parent / ".working"
    with held(lock, give_up=lambda: time.monotonic() > patience, handle=given.lock) as mine:
        if not mine:
            return job.state()
        desk = _Desk(job, successor, relay)
        # One job at a time works on a store: two would only take the processor from each other.
        with held(working, give_up=desk.stopped, handle=given.working) as ours:
            if ours:
                desk.run(load)
            else:
                desk.finish("cancelled")
        return desk.state


class _Desk:
    """Follows the run, writes down what becomes of each article, and keeps the state up to date."""

    def __init__(self, job: Job, successor: Sequence[str], relay: Relay | None) -> None:
        self.job = job
        # Windows starts another process where others replace the program: there, one does it all.
        self._successor = () if os.name == "nt" else tuple(successor)
        self._worked = 0
        self._leaves = False
        self.request = job.request
        self.store = Store.create(job.store_path)
        told = list(job.outcomes())
        self._told = {_line_of(one) for one in told}
        self._files = {one.file for one in told}
        self._names = {one.article_id for one in told}
        self._kept = {one.article_id for one in told if one.result in {"added", "changed", "same"}}
        self._arrivals: dict[str, Arrival] = {}
        self._counts = counted(told)
        previous = job.state()
        self.state = State(
            previous.status if relay else "waiting",
            previous.stage if relay else "",
            previous.total,
            dict(self._counts),
            sum(one.claims for one in told),
            sum(one.positions for one in told),
            sum(bool(one.copy_of) for one in told),
            since=datetime.now(UTC).isoformat(),
            process=os.getpid(),
            before=previous.before,
            pace=previous.pace if relay else None,
            remaining=previous.remaining if relay else None,
        )
        self._begun = relay.begun if relay else 0.0
        self._done_before = relay.done_before if relay else self.state.done
        self._written = 0.0
        self._asked = 0.0
        self._stop = False
        self._read: dict[str, Article] = {}
        self._log: TextIO | None = None
        self.job.write_state(self.state)

    def stopped(self) -> bool:
        """Whether somebody has cancelled the job."""
        now = time.monotonic()
        if not self._stop and now - self._asked > 0.2:
            self._asked = now
            self._stop = (self.job.folder / "cancel").exists()
        return self._stop

    def run(self, load: Callable[[], Resources] | None) -> None:
        """Do the work."""
        try:
            self._arrivals = read_arrivals(self.store)
            # What came in after this batch came in with this job, also when its report was cut off. It is
            # taken only now: while the job waited, others brought theirs in.
            before = self.state.before or next(iter(reversed(self.store.batches())), "0")
            self._show(status="running", stage="Looking at the files", before=before)
            with self._outcomes() as self._log:
                self._work(load)
            if self._leaves:
                self._hand_over()
        except DashboardCoreError as error:
            self.finish("failed", str(error))
        except Exception as error:
            # The page shows this; the traceback is in the job's log.
            traceback.print_exc()
            self.finish("failed", f"The work broke off ({type(error).__name__}: {str(error)[:300]}).")
        else:
            self.finish("cancelled" if self._stop else "done")

    def _work(self, load: Callable[[], Resources] | None) -> None:
        paths = [Path(one.path) for one in self.request.files]
        columns = inner_columns(self.request.files)
        total = count_articles(paths, columns=columns) if paths else len(self.request.reread)
        self._show(total=max(total, self.state.done), stage="Loading the models")
        self._begun = self._begun or time.monotonic()
        watch = Watch(
            tell=self.tell,
            reading=self.reading,
            working=self.working,
            stopped=self.stopped,
            leaves=self.leaves,
        )
        if self.request.reread:
            names = [name for name in self.request.reread if ("", name) not in self._told]
            pipeline.reread(self.store, names, load, texts=self.request.texts, watch=watch)
            return
        ledger = read_corrections(self.store)
        merged = {key: dict(ledger.facts.get(key, {})) for key in {*ledger.facts, *self.request.corrections}}
        for key, said in self.request.corrections.items():
            merged[key] |= said
        corrections = Corrections(merged, ledger.edited, ledger.removed)
        pipeline.ingest_found(
            self._found(paths), self.store, load, watch=watch, corrections=corrections, seen=self._kept
        )

    def leaves(self) -> bool:
        """Whether a fresh program shall go on, because this one has done its share."""
        self._leaves = bool(self._successor) and self._worked >= _ARTICLES_A_PROGRAM
        return self._leaves

    def _hand_over(self) -> NoReturn:
        """Let a fresh program take this process over: its number and both locks stay."""
        lock, working = self.job.folder / "lock", self.job.folder.parent / ".working"
        relay = Relay(inheritable(lock), inheritable(working), self._begun, self._done_before)
        self.job.write_state(self.state)
        sys.stdout.flush()
        sys.stderr.flush()
        # This interpreter or a test's, no shell, no word of the input.
        os.execv(self._successor[0], [*self._successor, json.dumps(asdict(relay))])  # noqa: S606

    def _found(self, paths: list[Path]) -> Iterator[Article | ArticleFormatError]:
        """Yield what the files hold, under the names that the reader knows."""
        files = {Path(one.path).name: one for one in self.request.files}
        columns, known = inner_columns(self.request.files), known_columns(self.store)
        # Only where a name stands for one file can what was read before be passed over by it.
        alone = len(files) == len(self.request.files) and not any(path.is_dir() for path in paths)
        inner = {self._inner_name(name, files) for name in self._files} if alone else set()
        for item in iter_articles(paths, columns=columns, known=known, skip=inner):
            if isinstance(item, ArticleFormatError):
                yield self._renamed(item, files)
                continue
            article = replace(item, file=_shown_name(item.file, files))
            if article.article_id in self.request.corrections:
                self._read[article.article_id] = article
            yield article

    def _inner_name(self, shown: str, files: Mapping[str, JobFile]) -> str:
        own, mark, rest = shown.partition(" > ")
        return next((name for name, one in files.items() if one.name == own), own) + mark + rest

    def _renamed(self, error: ArticleFormatError, files: Mapping[str, JobFile]) -> ArticleFormatError:
        path, mark, rest = error.path.partition(" > ")
        # A file of one's own is named with its folder; of an uploaded one only the name means anything.
        own = _shown_name(Path(path).name, files) if Path(path).parent.parent == self.job.folder else path
        return ArticleFormatError(own + mark + rest, error.problems, error.remedy, remark=error.remark)

    def reading(self, _: str) -> None:
        """An article was opened."""
        if not self.state.stage.startswith("Reading"):
            self._show(stage="Reading the files")

    def working(self, count: int) -> None:
        """Claims are about to be looked for."""
        give_back()
        self._worked += count
        self._show(stage=f"Looking for claims in {count:,} article{'' if count == 1 else 's'}")

    def tell(self, outcome: Outcome) -> None:
        """Write down what became of an article: from now on it counts as reported."""
        if self.request.reread:
            outcome = replace(outcome, file="")
        if _line_of(outcome) in self._told:
            return
        if outcome.result == "same" and self._came_with_this_job(outcome):
            outcome = replace(outcome, result="added", reason="Saved before the work was interrupted.")
        self._keep_corrections(outcome)
        outcome = self._as_corrected(outcome)
        self._told.add(_line_of(outcome))
        self._names.add(outcome.article_id)
        assert self._log is not None  # opened before the work begins
        row = asdict(outcome)
        row["published_on"] = outcome.published_on.isoformat() if outcome.published_on else ""
        self._log.write(json.dumps(row) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())
        self._counts[outcome.result] += 1
        self._show(
            counts=dict(self._counts),
            claims=self.state.claims + outcome.claims,
            positions=self.state.positions + outcome.positions,
            copies=self.state.copies + bool(outcome.copy_of),
        )

    def _as_corrected(self, outcome: Outcome) -> Outcome:
        """Return it with what a person put right before saving: the report shows what now stands there."""
        said = self.request.corrections.get(outcome.article_id)
        if not said or outcome.result == "failed":
            return outcome
        day = outcome.published_on
        if "published_on" in said:
            day = date.fromisoformat(said["published_on"]) if said["published_on"] else None
        title, outlet = said.get("title", outcome.title), said.get("outlet", outcome.outlet)
        return replace(outcome, title=title or "", outlet=outlet or "", published_on=day)

    def _came_with_this_job(self, outcome: Outcome) -> bool:
        """Whether an earlier run of this job saved it and was cut off before it could say so."""
        arrival = self._arrivals.get(outcome.article_id)
        if outcome.reason or arrival is None or outcome.article_id in self._names:
            return False
        return arrival.batch > self.state.before

    def _keep_corrections(self, outcome: Outcome) -> None:
        """Put what was corrected before saving into the ledger, each once."""
        if outcome.article_id in self.request.texts and outcome.result == "changed":
            self._keep_edit(outcome.article_id)
        said = self.request.corrections.get(outcome.article_id)
        read = self._read.pop(outcome.article_id, None)
        if not said or read is None or outcome.result == "failed":
            return
        ledger = Ledger(self.store.path)
        known = {entry.entry_id for entry in ledger.entries()}
        entries = []
        for column, value in said.items():
            name = stable_id("e", self.job.job_id, outcome.article_id, column)
            before = getattr(read, column)
            before = before.isoformat() if hasattr(before, "isoformat") else before or None
            if name not in known and before != (value or None):
                key = {"article_id": outcome.article_id}
                entries.append(
                    Entry(
                        self.request.who,
                        "change",
                        "article",
                        key,
                        column,
                        before,
                        value or None,
                        "corrected before saving",
                        entry_id=name,
                    )
                )
        ledger.append(*entries)

    def _keep_edit(self, article_id: str) -> None:
        ledger = Ledger(self.store.path)
        name = stable_id("e", self.job.job_id, article_id, "text")
        if name in {entry.entry_id for entry in ledger.entries()}:
            return
        before = self._arrivals[article_id].sha256
        after = read_arrivals(self.store)[article_id].sha256
        key = {"article_id": article_id}
        ledger.append(
            Entry(self.request.who, "change", "article", key, "text", before, after, "edited", entry_id=name)
        )

    def finish(self, status: str, message: str = "") -> None:
        """Write the last state; of a job that is done, the uploaded copies are not needed any more."""
        copies = self.job.folder / "files"
        if status == "done" and copies.is_dir():
            try:
                shutil.rmtree(copies)
            except OSError as error:
                # The work is done all the same; whoever uploaded them should know that they are there.
                reason = error.strerror or error
                message = f"The uploaded copies could not be removed ({reason}): remove {copies} by hand."
        self._written = 0.0
        self._show(status=status, message=message, stage="", remaining=None)

    def _outcomes(self) -> TextIO:
        """Open the list for adding, after cutting off a line that a crash left unfinished."""
        path = self.job.folder / "outcomes.jsonl"
        if path.exists():
            content = path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                with path.open("rb+") as handle:
                    handle.truncate(whole)
        return path.open("a", encoding="ascii")

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        fresh = state.done - self._done_before
        minutes = (time.monotonic() - self._begun) / 60
        if self._begun and fresh > 0 and minutes > 0.05 and state.status == "running":
            pace = fresh / minutes
            left = max(0, state.total - state.done)
            state = replace(state, pace=pace, remaining=left / pace * 60)
        urgent = state.status != self.state.status or state.stage != self.state.stage
        self.state = state
        now = time.monotonic()
        if urgent or now - self._written >= _SECONDS_BETWEEN:
            self._written = now
            self.job.write_state(state)


def _line_of(outcome: Outcome) -> tuple[str, str]:
    """Return what tells a line of the report from all others; a file may have a failure and a remark."""
    return outcome.file, outcome.article_id or f"({outcome.result})"


def _shown_name(name: str, files: Mapping[str, JobFile]) -> str:
    own, mark, rest = name.partition(" > ")
    return (files[own].name if own in files else own) + mark + rest


def main() -> None:
    """Work on the job whose folder is named on the command line."""
    relay = Relay(**json.loads(sys.argv[2])) if len(sys.argv) > 2 else None
    if relay is None and hasattr(os, "nice"):
        os.nice(10)
    command = [sys.executable, "-m", "dashboard_core.jobs.worker", sys.argv[1]]
    work(Job(Path(sys.argv[1])), successor=command, relay=relay)


if __name__ == "__main__":
    main()
