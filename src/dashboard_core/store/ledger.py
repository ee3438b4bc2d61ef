"""The ledger: what people decided, kept for ever beside what the machine read.

Nothing in it is ever changed. Each call of :meth:`Ledger.append` puts one file into the store's folder
``ledger/``: written under a hidden name, synced, and renamed into place. So two people at once, or a process
that is killed, lose nothing that was acknowledged and leave nothing half said. A file's name ends in the
hash of its content, by which a damaged one is recognised.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard_core.errors import ColumnError, StoreError
from dashboard_core.store.batches import sync_folder

__all__ = ["ACTIONS", "ORIGINS", "SUBJECTS", "Entry", "Ledger", "standing"]

ORIGINS = ("person", "machine", "import")
ACTIONS = (
    *("confirm", "change", "reject", "add", "remove", "restore", "merge", "hide", "promote", "undo"),
    "adopt",  # another model labels from now on
    "code",  # a second reader's own label: counts for agreement, changes nothing that is shown
    "erase",  # says that something was removed for good, without saying what
)
SUBJECTS = ("stance", "claim", "article", "target", "speaker", "model")

_FOLDER = "ledger"
_NAME = re.compile(r"(\d{8})-(\d{8}T\d{6}Z)-([0-9a-f]{16})\.jsonl")
# A folder's time of change is trusted once it is this old: within one tick of a coarse clock a second
# file could still come in without moving it.
_SETTLED = 3.0
_ABANDONED_AFTER = 24 * 3600

_lock = threading.Lock()
_listed: dict[Path, tuple[int, float, tuple[str, ...]]] = {}
_read: dict[Path, dict[str, tuple[Entry, ...]]] = {}


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return f"e_{uuid.uuid4().hex[:16]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: who changed what of which thing, from what to what, and why.

    Parameters
    ----------
    who : str
        The person, or the program, as it named itself.
    action, subject : str
        One of :data:`ACTIONS` and of :data:`SUBJECTS`.
    key : mapping
        What it is about, in plain JSON values: ``article_id``, ``claim_id``, ``target_id``, ``speaker_id``,
        ``start``, ``end``, ``passage`` (hash of the passage), ``text`` (hash of the article's text).
    field : str
        The column that changes; empty when the action is about the whole thing.
    before, after : JSON value
        What stood there and what shall stand there.
    why : str
        The reason, in the person's words.
    undoes : str
        The entry that an ``undo`` takes back.
    origin : {"person", "machine", "import"}
        Where the decision comes from.
    at : datetime
        When (UTC).
    entry_id : str
        Its name; made anew unless given.

    Raises
    ------
    ColumnError
        A value is not in its closed list, nobody is named, or something is no plain JSON value.

    Examples
    --------
    >>> one = Entry("A. Reader", "change", "article", {"article_id": "a1"}, "outlet", None, "Lake Herald")
    >>> Entry.from_json(one.to_json()) == one
    True
    """

    who: str
    action: str
    subject: str
    key: Mapping[str, Any]
    field: str = ""
    before: Any = None
    after: Any = None
    why: str = ""
    undoes: str = ""
    origin: str = "person"
    at: datetime = dataclasses.field(default_factory=_now)
    entry_id: str = dataclasses.field(default_factory=_new_id)

    def __post_init__(self) -> None:
        problems = [
            f"{name}: {value!r} is not one of {', '.join(known)}"
            for name, value, known in (
                ("action", self.action, ACTIONS),
                ("subject", self.subject, SUBJECTS),
                ("origin", self.origin, ORIGINS),
            )
            if value not in known
        ]
        if not self.who.strip():
            problems.append("who: nobody is named")
        if self.at.tzinfo is None:
            problems.append("at: the time has no time zone")
        if (self.action == "undo") != bool(self.undoes):
            problems.append("undoes: an undo, and nothing else, names the entry it takes back")
        try:
            self.to_json()
        except (TypeError, ValueError) as error:
            problems.append(f"key, before, after: {error}")
        if problems:
            raise ColumnError("ledger entry", problems)

    def to_json(self) -> str:
        """Return the entry as one line of JSON."""
        row = {name: getattr(self, name) for name in _FIELDS}
        row["at"] = self.at.astimezone(UTC).isoformat()
        row["key"] = dict(self.key)
        # ASCII: a lone surrogate from a damaged PDF must not make a decision unwritable
        return json.dumps(row, ensure_ascii=True, allow_nan=False, sort_keys=True)

    @classmethod
    def from_json(cls, line: str) -> Entry:
        """Return the entry written by :meth:`to_json`; fields that a later version added are ignored."""
        row = json.loads(line)
        known = {name: row[name] for name in _FIELDS if name in row}
        return cls(**known | {"at": datetime.fromisoformat(row["at"])})


_FIELDS = (
    *("who", "action", "subject", "key", "field", "before", "after", "why", "undoes", "origin", "at"),
    "entry_id",
)


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries that hold: neither undone nor undos; an undo that was undone itself has no effect.

    >>> first = Entry("A", "confirm", "stance", {}, entry_id="e1")
    >>> back = Entry("A", "undo", "stance", {}, undoes="e1", entry_id="e2")
    >>> again = Entry("B", "undo", "stance", {}, undoes="e2", entry_id="e3")
    >>> [len(standing(given)) for given in ([first], [first, back], [first, back, again])]
    [1, 0, 1]
    """
    void: set[str] = set()
    held: list[Entry] = []
    for entry in reversed(entries):
        if entry.entry_id in void:
            continue
        if entry.action == "undo":
            void.add(entry.undoes)
        else:
            held.append(entry)
    return tuple(reversed(held))


class Ledger:
    """The ledger of the store in ``path``; it comes into being with its first entry.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger(tempfile.mkdtemp())
    >>> entry = Entry("A. Reader", "remove", "article", {"article_id": "a1"}, why="published twice")
    >>> ledger.append(entry)
    >>> len(ledger.entries()), len(ledger.standing())
    (1, 1)
    >>> _ = ledger.undo(entry.entry_id, "B. Reader", why="another article after all")
    >>> len(ledger.entries()), len(ledger.standing())
    (2, 0)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.folder = Path(path).absolute() / _FOLDER

    def append(self, *entries: Entry) -> None:
        """Add entries, all of them or none; they are on disk when this returns.

        Raises
        ------
        StoreError
            The folder cannot be written; nothing was added.
        """
        if not entries:
            return
        content = "".join(f"{entry.to_json()}\n" for entry in entries).encode("ascii")
        try:
            self._write(content)
        except OSError as error:
            raise StoreError(
                self.folder,
                [f"could not write to the ledger ({error.strerror or error})"],
                "The decision was not kept; all earlier ones were. Make room or allow writing, then repeat.",
            ) from error

    def undo(self, entry_id: str, who: str, *, why: str = "") -> Entry:
        """Take one entry back and return the entry that does so; both stay in the ledger.

        Raises
        ------
        StoreError
            No entry has that name, or it was taken back already.
        """
        known = {entry.entry_id: entry for entry in self.entries()}
        found = known.get(entry_id)
        undone = {e.undoes for e in _effective_undos(self.entries())}
        if found is None or entry_id in undone:
            problem = "was taken back already" if found else "is not in the ledger"
            raise StoreError(self.folder, [f"{entry_id} {problem}"], "Open the item's history again.")
        back = Entry(who, "undo", found.subject, found.key, found.field, found.after, found.before, why,
                     undoes=entry_id)  # fmt: skip
        self.append(back)
        return back

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, oldest first, undone ones and undos too.

        Raises
        ------
        StoreError
            A file cannot be read; the message names it.
        """
        names = self.names()
        with _lock:
            known = _read.setdefault(self.folder, {})
        fresh = {name: self._load(name) for name in names if name not in known}
        if fresh or len(known) > len(names):
            known = {name: fresh.get(name) or known[name] for name in names}
            with _lock:
                _read[self.folder] = known
        # An erasure that was cut short can have left an entry in its old file and in its new one.
        return tuple({e.entry_id: e for name in names for e in known[name]}.values())

    def standing(self) -> tuple[Entry, ...]:
        """Return the entries that hold, oldest first."""
        return standing(self.entries())

    def names(self) -> tuple[str, ...]:
        """Return the names of the files, oldest first; they change when, and only when, the ledger does."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(self.folder, str(error)) from error
        with _lock:
            at, seen, names = _listed.get(self.folder, (0, 0.0, ()))
        # Asked dozens of times for one page: the folder is listed again only when it may have changed.
        if at == changed and seen - changed / 1e9 > _SETTLED:
            return names
        now = time.time()
        try:
            names = tuple(sorted(e.name for e in os.scandir(self.folder) if not e.name.startswith(".")))
        except OSError as error:
            raise self._unreadable(self.folder, str(error)) from error
        foreign = [name for name in names if not _NAME.fullmatch(name)]
        if foreign:
            raise StoreError(
                self.folder,
                [f"{name} is no file of this ledger" for name in foreign],
                f"Move {', '.join(foreign)} out of {self.folder}. The files beside it are untouched.",
            )
        with _lock:
            _listed[self.folder] = (changed, now, names)
        return names

    def damaged(self) -> list[str]:
        """Return one line for each file whose bytes are not those that were written; reads every byte."""
        problems: list[str] = []
        for name in self.names():
            try:
                content = (self.folder / name).read_bytes()
            except OSError as error:
                problems.append(f"{_FOLDER}/{name}: {error.strerror or error}")
                continue
            if _digest(content) != _digest_in(name):
                problems.append(f"{_FOLDER}/{name}: its bytes have changed since it was written")
        return problems

    def erase(self, unwanted: Callable[[Entry], bool]) -> int:
        """Remove for good every entry that ``unwanted`` picks, from disk too; return how many.

        This is for erasure only: to take a decision back, use :meth:`undo`. Entries that stand in one file
        with others leave those in a new file at the same place in the order.
        """
        removed = 0
        for name in self.names():
            entries = self._load(name)
            kept = [entry for entry in entries if not unwanted(entry)]
            if len(kept) == len(entries):
                continue
            removed += len(entries) - len(kept)
            if kept:
                content = "".join(f"{entry.to_json()}\n" for entry in kept).encode("ascii")
                self._put(f"{name[:25]}-{_digest(content)}.jsonl", content)
            (self.folder / name).unlink()
        if removed:
            sync_folder(self.folder)
            with _lock:
                _listed.pop(self.folder, None)
                _read.pop(self.folder, None)
        return removed

    def _write(self, content: bytes) -> None:
        self.folder.mkdir(exist_ok=True)
        self._remove_abandoned()
        names = self.names()
        # The number orders the entries even when a clock is set back between two of them.
        number = int(names[-1].split("-")[0]) + 1 if names else 1
        self._put(f"{number:08d}-{_now():%Y%m%dT%H%M%SZ}-{_digest(content)}.jsonl", content)

    def _put(self, name: str, content: bytes) -> None:
        aside = self.folder / f".writing-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            with aside.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            aside.rename(self.folder / name)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(self.folder)

    def _remove_abandoned(self) -> None:
        for entry in self.folder.glob(".writing-*"):
            try:
                abandoned = time.time() - entry.stat().st_mtime > _ABANDONED_AFTER
            except FileNotFoundError:  # its writer has just renamed it into place
                continue
            if abandoned:
                entry.unlink(missing_ok=True)

    def _load(self, name: str) -> tuple[Entry, ...]:
        path = self.folder / name
        try:
            content = path.read_bytes()
            if _digest(content) != _digest_in(name):
                raise ValueError("its bytes have changed since it was written")
            return tuple(map(Entry.from_json, content.decode("ascii").splitlines()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(path, str(error)) from error

    def _unreadable(self, path: Path, problem: str) -> StoreError:
        return StoreError(
            path, [problem], "Restore that file from a backup. All other decisions are untouched."
        )


def _effective_undos(entries: Iterable[Entry]) -> list[Entry]:
    void: set[str] = set()
    found: list[Entry] = []
    for entry in reversed(list(entries)):
        if entry.action == "undo" and entry.entry_id not in void:
            void.add(entry.undoes)
            found.append(entry)
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _digest_in(name: str) -> str:
    return name.removesuffix(".jsonl").split("-")[-1]
