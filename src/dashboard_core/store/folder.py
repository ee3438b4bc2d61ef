"""The store: open it, add to it, ask what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from dashboard_core.errors import ColumnError, StoreError
from dashboard_core.frames import ARTICLES, CLAIMS, STANCES, Frames
from dashboard_core.store.batches import (
    READABLE,
    SCHEMA,
    Batch,
    damaged_files,
    list_batches,
    read_batch,
    readable,
    sync_folder,
    write_batch,
    written_on,
)
from dashboard_core.store.decisions import Decisions
from dashboard_core.store.ledger import Ledger
from dashboard_core.store.snapshot import Snapshot

__all__ = ["AppendReport", "Store"]

_HEADER = "store.json"
_BATCHES = "batches"
# Two stores open at once is one more than the dashboard needs; tests open many, one after the other.
_KEPT_SNAPSHOTS = 2

_lock = threading.RLock()
_snapshots: OrderedDict[Path, tuple[tuple[str, ...], Snapshot]] = OrderedDict()
_batches: dict[tuple[Path, str], Batch] = {}


@dataclass(frozen=True, slots=True)
class AppendReport:
    """What an append did, in articles: ``added`` were new, ``changed`` took the place of an earlier state,
    ``unchanged`` were there already and were not written again. ``relabelled`` counts stances that came
    without their article. ``batch`` is the batch's name, empty when nothing had to be written.
    """

    added: int
    unchanged: int
    changed: int = 0
    relabelled: int = 0
    batch: str = ""


class Store:
    """A store on disk.

    Parameters
    ----------
    path : Path
        Its folder. It must exist: :meth:`create` makes a new one.

    Raises
    ------
    StoreError
        There is no store, or another version wrote it.

    Examples
    --------
    >>> from dashboard_core.synthetic import synthetic_frames
    >>> import tempfile
    >>> store = Store.create(tempfile.mkdtemp())
    >>> store.is_empty
    True
    >>> store.append(synthetic_frames(20)).added
    3
    >>> again = store.append(synthetic_frames(20))
    >>> again.added, again.unchanged
    (0, 3)
    >>> store.connect().execute("SELECT count(*) FROM positions").fetchone()
    (20,)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self.ledger = Ledger(self.path)
        self._folder = self.path / _BATCHES
        _check_header(self.path)

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Store:
        """Return the store at ``path``, made new if there is none.

        Raises
        ------
        StoreError
            The folder holds other things, cannot be written, or its store is of another version.
        """
        place = Path(path).absolute()
        try:
            if not (place / _HEADER).exists():
                _make(place)
            (place / _BATCHES).mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(
                place,
                [f"could not make a store ({error.strerror or error})"],
                "Name another folder, or allow writing there.",
            ) from error
        return cls(place)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been added yet."""
        return not self.batches()

    @property
    def data_version(self) -> str:
        """A short hash over all batches and decisions: the same as long as the data are."""
        names = [*self.batches(), *self.ledger.names()]
        return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]

    @property
    def data_date(self) -> date | None:
        """The day (UTC) on which data last came in; None when the store is empty."""
        names = self.batches()
        return max(map(written_on, names)) if names else None

    def batches(self) -> tuple[str, ...]:
        """Return the names of all batches, oldest first.

        Raises
        ------
        StoreError
            The folder is gone or holds something that is no batch.
        """
        return list_batches(self._folder)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor with the views ``articles``, ``claims``, ``stances`` and ``positions``.

        Batches and decisions added by any process since the last call are seen. A cursor serves one
        thread; take one for each call. ``facts`` is the lean table that tallies scan: one row per
        position, without text.

        Raises
        ------
        StoreError
            A batch is damaged or foreign; the message names it. Nothing is changed or removed.
        """
        return self.snapshot().cursor()

    def snapshot(self, basis: str = "reviewed") -> Snapshot:
        """Return the engine over the batches and decisions that are there now (see :meth:`Snapshot.on`)."""
        names, decided = self.batches(), self.ledger.names()
        with _lock:
            said, current = _snapshots.get(self._folder, ((), None))
            if current is None or current.names != names or said != decided:
                decisions = Decisions.of(self.ledger.standing())
                current = Snapshot(self._folder, [self._batch(n) for n in names], decisions, current)
                _snapshots[self._folder] = (decided, current)
            _snapshots.move_to_end(self._folder)
            while len(_snapshots) > _KEPT_SNAPSHOTS:
                _snapshots.popitem(last=False)
            return current if basis == "reviewed" else current.on(basis)

    def append(self, frames: Frames, *, copies: Sequence[Mapping[str, Any]] = ()) -> AppendReport:
        """Add one batch; articles that are there already in the same state are left out.

        An article comes with all its claims and stances and takes the place of its earlier state.
        Frames with stances alone relabel claims that are in the store: the later label of a claim and
        target counts, the earlier one stays in its batch. ``copies`` tells of which earlier articles these
        and earlier ones are copies (see :func:`write_batch`).

        Raises
        ------
        ColumnError
            A frame breaks its contract, or names an article or claim that is nowhere.
        StoreError
            The store cannot be written; nothing was added.
        """
        ARTICLES.check(frames.articles)
        CLAIMS.check(frames.claims)
        STANCES.check(frames.stances)
        known = self._known()
        self._check_links(frames, known)
        digests = _digests(frames)
        same = [
            known.get(a, ("", ""))[0] == d
            for a, d in zip(frames.articles["article_id"].tolist(), digests.tolist(), strict=True)
        ]
        fresh = frames.articles[~pd.Series(same, index=frames.articles.index, dtype="bool")]
        carried = set(frames.articles["article_id"].tolist())
        written = set(fresh["article_id"].tolist())
        stances = frames.stances
        relabels = stances[~stances["article_id"].isin(carried)]
        relabels = self._changed_labels(relabels)
        batch = Frames(
            fresh.assign(added_at=_first_added(fresh, known)),
            frames.claims[frames.claims["article_id"].isin(written)],
            pd.concat([stances[stances["article_id"].isin(written)], relabels], ignore_index=True),
        )
        new = sum(article not in known for article in written)
        name = ""
        if len(fresh) or len(relabels):
            kept = pd.Series([d for d, s in zip(digests, same, strict=True) if not s], dtype="str")
            told = [row for row in copies if row["article_id"] in written or row["article_id"] in known]
            name = write_batch(self._folder, batch, kept, relabels=bool(len(relabels)), copies=told)
        return AppendReport(new, sum(same), len(written) - new, len(relabels), name)

    def verify(self) -> list[str]:
        """Return one line for each file whose bytes are not those that were written; empty when all are."""
        from dashboard_core.store.models import model_damage  # it needs a store itself

        return damaged_files(self._folder, self.batches()) + self.ledger.damaged() + model_damage(self)

    def _batch(self, name: str) -> Batch:
        key = (self._folder, name)
        if key not in _batches:
            _batches[key] = read_batch(self._folder, name)
        return _batches[key]

    def _known(self) -> dict[str, tuple[str, Any]]:
        """Article id -> fingerprint and time of arrival, of every article in the store."""
        known: dict[str, tuple[str, Any]] = {}
        for name in self.batches():
            self._batch(name)
            path = self._folder / name / "articles.parquet"
            try:
                rows = pq.read_table(path, columns=["article_id", "digest", "added_at"]).to_pylist()
            except (OSError, ValueError) as error:
                raise StoreError(
                    path, [str(error)], "Restore that batch from a backup. All other batches are untouched."
                ) from error
            for row in rows:
                first = known.get(row["article_id"], ("", row["added_at"]))[1]
                known[row["article_id"]] = (row["digest"], first)
        return known

    def _check_links(self, frames: Frames, known: dict[str, tuple[str, Any]]) -> None:
        carried = set(frames.articles["article_id"].tolist())
        stray = sorted(set(frames.claims["article_id"].tolist()) - carried)
        if stray:
            raise ColumnError(
                "claims", [f"article_id: {len(stray)} articles come without their row, first {stray[0]!r}"]
            )
        here = set(frames.claims["claim_id"].tolist())
        absent = set(frames.stances["claim_id"].tolist()) - here
        if absent:
            absent -= self._claims_there(absent)
        if absent:
            raise ColumnError(
                "stances",
                [f"claim_id: {len(absent)} claims are neither here nor in the store, first {min(absent)!r}"],
            )

    def _claims_there(self, ids: set[str]) -> set[str]:
        cursor = self.connect()
        found = cursor.execute(
            "SELECT claim_id FROM claims WHERE claim_id IN (SELECT unnest($ids))", {"ids": sorted(ids)}
        )
        return {row[0] for row in found.fetchall()}

    def _changed_labels(self, stances: pd.DataFrame) -> pd.DataFrame:
        """Return the stances whose label, model or basis differs from what the store says now."""
        if stances.empty:
            return stances
        rows = self.connect().execute(
            "SELECT claim_id, target_id, stance, model_version, coalesce(target_basis, '') FROM stances "
            "WHERE claim_id IN (SELECT unnest($ids))",
            {"ids": sorted(set(stances["claim_id"].tolist()))},
        )
        there = {tuple(row) for row in rows.fetchall()}
        own = zip(
            *(
                stances[n].astype("str").fillna("").tolist()
                for n in ("claim_id", "target_id", "stance", "model_version", "target_basis")
            ),
            strict=True,
        )
        changed = pd.Series([row not in there for row in own], index=stances.index, dtype="bool")
        return stances[changed]


def _check_header(path: Path) -> None:
    header = path / _HEADER
    start = "Name another folder with --store or STANCES_STORE, or make one with `stances ingest`."
    if not path.is_dir():
        raise StoreError(path, ["there is no such folder"], start)
    if not header.is_file():
        raise StoreError(path, [f"this folder is no store: it has no {_HEADER}"], start)
    try:
        schema = json.loads(header.read_text(encoding="utf-8"))["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            header,
            [f"it cannot be read ({error})"],
            f'Write {{"schema": {SCHEMA}}} into it. The batches beside it are untouched.',
        ) from error
    if schema not in READABLE:
        raise StoreError(
            header,
            [f"the store has schema {schema}; {readable()}"],
            "Open it with the version that wrote it, or ingest its articles into a new store.",
        )


def _make(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    strangers = sorted(p.name for p in place.iterdir() if p.name != _BATCHES and not p.name.startswith("."))
    if strangers:
        raise StoreError(
            place,
            [f"the folder holds other things: {', '.join(strangers[:5])}"],
            "Name an empty or a new folder for the store.",
        )
    (place / _BATCHES).mkdir(exist_ok=True)
    aside = place / f".{_HEADER}-{uuid.uuid4().hex[:8]}"
    with aside.open("w", encoding="utf-8") as text:
        json.dump({"schema": SCHEMA}, text)
        text.flush()
        os.fsync(text.fileno())
    aside.replace(place / _HEADER)
    sync_folder(place)


def _first_added(fresh: pd.DataFrame, known: dict[str, tuple[str, Any]]) -> pd.Series[Any]:
    """An article that changes keeps the time at which it first came in."""
    times = [
        known[article][1] if article in known else time
        for article, time in zip(fresh["article_id"], fresh["added_at"], strict=True)
    ]
    return pd.to_datetime(pd.Series(times, index=fresh.index), utc=True).astype("datetime64[us, UTC]")


def _digests(frames: Frames) -> pd.Series[Any]:
    """Return the fingerprint of each article with its claims and stances.

    The time and file of arrival are left out, and so are probabilities: the same model gives the same
    ones up to rounding, which differs with the machine and with what else is labelled in one pass.
    """
    parts: dict[str, list[str]] = {article: [] for article in frames.articles["article_id"]}
    noise = {"added_at", "file"}
    rows = [
        (frames.articles, [c for c in ARTICLES.names if c not in noise]),
        (frames.claims, CLAIMS.names),
        (frames.stances, [c.name for c in STANCES.columns if c.dtype != "float64" and c.name != "evidence"]),
    ]
    for frame, columns in rows:
        owners = frame["article_id"].tolist()
        values = [frame[c].astype("str").fillna("\x00").tolist() for c in columns]
        for owner, *row in zip(owners, *values, strict=True):
            if owner in parts:
                parts[owner].append("\x1f".join(map(str, row)))
    return pd.Series(
        [
            hashlib.sha256("\x1e".join(sorted(p)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
            for p in parts.values()
        ],
        dtype="str",
    )
