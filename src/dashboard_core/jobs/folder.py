"""One job on disk: what is asked, how far it is, and what became of each article.

A job is a folder in the store's ``jobs/``: ``request.json`` (written once), ``files/`` (what was uploaded,
under numbers: a name from outside is never a path), ``state.json`` (replaced whole, so that a reader sees one
state or the next), ``outcomes.jsonl`` (one line each, synced after its article was), ``cancel`` (its being
there ends the work) and ``lock`` (held by the process that works, released by the system when it dies).
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePath
from typing import Any

from dashboard_core.errors import StoreError
from dashboard_core.jobs.lock import is_held
from dashboard_core.pipeline import RESULTS, Outcome
from dashboard_core.store import Store

__all__ = ["Job", "JobFile", "Request", "State"]

_log = logging.getLogger(__name__)
_FOLDER = "jobs"
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
# A process that was started and has not taken its lock after so many seconds never will.
_START_SECONDS = 120
_ABANDONED_AFTER = 24 * 3600


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file to read: its name as the reader knows it, where it is, and its columns if it is a table."""

    name: str
    path: str
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a job is to do.

    ``files`` are brought in; ``corrections`` are what a person put right before saving, by article id and
    column. Without files, ``reread`` names the articles in which to look for claims again, and ``texts`` the
    new text of those that a person edited.
    """

    who: str
    files: tuple[JobFile, ...] = ()
    corrections: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    reread: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """How far a job is.

    ``status`` is one of draft (not asked for yet), starting, waiting (another job works on the store),
    running, done, cancelled, failed, or interrupted: its process is gone, and starting it again goes on.
    ``counts`` are articles and files by what became of them. ``pace`` is articles a minute, ``remaining``
    seconds; both None as long as it cannot be told.
    """

    status: str = "starting"
    stage: str = ""
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    claims: int = 0
    positions: int = 0
    copies: int = 0
    pace: float | None = None
    remaining: float | None = None
    message: str = ""
    since: str = ""
    process: int = 0
    before: str = ""

    @property
    def done(self) -> int:
        """Articles and files of which it is known what became; a remark is on some that are counted."""
        return sum(count for result, count in self.counts.items() if result != "remark")

    @property
    def over(self) -> bool:
        """Whether nothing works on it any more."""
        return self.status in {"done", "cancelled", "failed", "interrupted"}


class Job:
    """A job in its folder.

    Examples
    --------
    >>> import tempfile
    >>> store = Store.create(tempfile.mkdtemp())
    >>> job = Job.create(store, Request("A. Reader"), [("../../notes.txt", b"The lake rose.")])
    >>> [(file.name, PurePath(file.path).name) for file in job.request.files]
    [('notes.txt', '0001.txt')]
    >>> job.state().status
    'starting'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def job_id(self) -> str:
        """Its name: when it was made, and a random end."""
        return self.folder.name

    @property
    def store_path(self) -> Path:
        """The store that it works on."""
        return self.folder.parents[1]

    @classmethod
    def create(
        cls,
        store: Store,
        request: Request,
        uploads: Iterable[tuple[str, bytes]] = (),
        *,
        draft: bool = False,
    ) -> Job:
        """Make a job; nothing works on it yet.

        Parameters
        ----------
        store : Store
            Where the articles go.
        request : Request
            What to do; its files are read where they are.
        uploads : iterable of (name, content)
            Files to keep in the job's folder.
        draft : bool
            Whether a person still looks at what is in the files before asking for the work.

        Raises
        ------
        StoreError
            The store's folder cannot be written.
        """
        _remove_abandoned(store.path / _FOLDER)
        now = datetime.now(UTC)
        folder = store.path / _FOLDER / f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
        job = cls(folder)
        try:
            (folder / "files").mkdir(parents=True)
            files = list(request.files)
            for number, (name, content) in enumerate(uploads, 1):
                files.append(_kept(name, content, folder / "files", number, {one.name for one in files}))
            job.revise(replace(request, files=tuple(files)))
            job.write_state(State("draft" if draft else "starting", since=now.isoformat()))
        except OSError as error:
            raise StoreError(
                folder,
                [f"could not be written ({error.strerror or error})"],
                "Nothing was added and nothing was lost. Make room or allow writing there, then repeat.",
            ) from error
        return job

    @classmethod
    def of(cls, store: Store, job_id: str) -> Job:
        """Return a job by its id.

        Raises
        ------
        StoreError
            There is no such job.
        """
        folder = store.path / _FOLDER / job_id
        if not _ID.fullmatch(job_id) or not (folder / "request.json").is_file():
            raise StoreError(
                store.path / _FOLDER, [f"there is no job {job_id[:40]!r}"], "See `stances jobs`."
            )
        return cls(folder)

    @classmethod
    def every(cls, store: Store) -> list[Job]:
        """Return the jobs of a store, newest first; drafts are not among them."""
        folder = store.path / _FOLDER
        if not folder.is_dir():
            return []
        names = sorted((n for n in folder.iterdir() if _ID.fullmatch(n.name)), reverse=True)
        jobs = [cls(one) for one in names if (one / "state.json").is_file()]
        return [job for job in jobs if job.state().status != "draft"]

    @property
    def request(self) -> Request:
        """What it is to do."""
        row = self._load("request.json")
        files = tuple(JobFile(**one) for one in row.pop("files"))
        return Request(**row | {"files": files, "reread": tuple(row["reread"])})

    def state(self) -> State:
        """Return how far it is; a process that died is seen as such at once."""
        while True:
            state = State(**self._load("state.json"))
            if state.over or state.status == "draft" or is_held(self.folder / "lock"):
                return state
            # The process may have begun or ended between the two looks: only what stood there before and
            # after is the state of a job on which nobody works.
            if State(**self._load("state.json")) == state:
                break
        waited = (datetime.now(UTC) - datetime.fromisoformat(state.since)).total_seconds()
        if state.status == "starting" and waited < _START_SECONDS:
            return state
        return replace(state, status="interrupted")

    @property
    def ended_seconds_ago(self) -> float:
        """How long ago its state last changed."""
        return time.time() - (self.folder / "state.json").stat().st_mtime

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what became of each article and file, in the order in which it was known."""
        try:
            lines = (self.folder / "outcomes.jsonl").open(encoding="ascii")
        except FileNotFoundError:
            return
        with lines:
            for line in lines:
                if not line.endswith("\n"):
                    return  # being written, or cut off by a crash
                row = json.loads(line)
                day = row.pop("published_on")
                yield Outcome(**row, published_on=date.fromisoformat(day) if day else None)

    def revise(self, request: Request) -> None:
        """Replace what a draft is to do."""
        write_whole(self.folder / "request.json", json.dumps(asdict(request)))

    def discard(self) -> None:
        """Remove a draft with its files.

        Raises
        ------
        StoreError
            Something of it could not be removed; the draft is not listed any more all the same.
        """
        try:
            shutil.rmtree(self.folder)
        except FileNotFoundError:
            return  # Another window has discarded it.
        except OSError as error:
            raise StoreError(
                self.folder,
                [f"the uploaded files could not be removed ({error.strerror or error})"],
                "Nothing of them was brought in. Remove that folder by hand, or allow writing there.",
            ) from error

    def cancel(self) -> None:
        """Ask the process to end; what is saved stays, and the job can be taken up again."""
        (self.folder / "cancel").touch()

    def write_state(self, state: State) -> None:
        """Replace the state."""
        write_whole(self.folder / "state.json", json.dumps(asdict(state)))

    def _load(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        try:
            row: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(
                path, [f"cannot be read ({error})"], f"Remove the folder {self.folder.name}; articles stay."
            ) from error
        return row


def _kept(name: str, content: bytes, folder: Path, number: int, taken: Collection[str]) -> JobFile:
    """Keep an uploaded file under a number; its ending decides how it is read."""
    plain = PurePath(
        "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable())[-150:] or "file"
    )
    # Two files of one name, from two folders, must be told apart in the list of outcomes.
    shown, again = plain.name, 1
    while shown in taken:
        again += 1
        shown = f"{plain.stem} ({again}){plain.suffix}"
    ending = re.sub(r"[^a-z0-9.]", "", plain.suffix.lower())[:10]
    path = folder / f"{number:04d}{ending}"
    path.write_bytes(content)
    return JobFile(shown, str(path))


def _remove_abandoned(folder: Path) -> None:
    """Remove drafts that nobody has asked for within a day."""
    for path in folder.glob("*/state.json"):
        job = Job(path.parent)
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER and job.state().status == "draft":
            try:
                job.discard()
            except StoreError as error:
                # Not the fault of whoever brings something in now: it is told, and tried again next time.
                _log.warning("%s", error)


def write_whole(path: Path, text: str) -> None:
    """Put a file in its place at once: readers see the old one or the new one."""
    aside = path.with_name(f".{path.name}-{os.getpid()}-{uuid.uuid4().hex[:6]}")
    with aside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    aside.replace(path)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each result."""
    counts = dict.fromkeys(RESULTS, 0)
    for one in outcomes:
        counts[one.result] += 1
    return counts
