# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""What is counted of every position, as arrays of small numbers in memory.

The engine finds what a filter lets through and reads passages; counting the found rows by two or three
dimensions is ten times as quick in arrays that stay in memory (some 60 MB for a million positions).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from dashboard_core.query.codes import Numbers, number_of
from dashboard_core.query.filters import DIMENSIONS
from dashboard_core.query.sql import Snapshot, Statement, execute
from dashboard_core.vocabulary import STANCE_STATES

__all__ = [
    "EPOCH",
    "NO_CLAIM",
    "NO_DAY",
    "Columns",
    "Places",
    "columns_of",
    "counted",
    "different",
    "distinct",
    "numbers",
]

Column = np.ndarray[Any, Any]
# The rows of Columns that are meant; None stands for all of them.
Places = Numbers | None
EPOCH: Final = date(1970, 1, 1)
# The day of an undated article; days are counted from 1 January 1970.
NO_DAY: Final = -1_000_000
# The claim of an article that has none; decisions number new claims downwards from -1.
NO_CLAIM: Final = -(2**62)
_STANCES: Final = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STANCE_STATES))
_READ: Final = {
    "position": "position_no",
    "claim": "claim_no",
    "article": "article_no",
    "day": f"coalesce(published_on - DATE '1970-01-01', {NO_DAY})::INTEGER",
    "confidence": "coalesce(confidence, -1)",
    "lone": "lone",
    "reviewed": "review <> 'unreviewed'",
    # What only the headline or the sentence before names, and no person has looked at.
    "context": "coalesce(target_basis = 'context' AND review = 'unreviewed', false)",
    **{name: number_of(name) for name in DIMENSIONS},
    "stance": f"(CASE stance {_STANCES} ELSE -1 END)::TINYINT",
}
# Few values fit into smaller numbers.
_SMALL: Final = ("tier", "country", "outlet", "target", "organisation")


class Columns:
    """Every position of a snapshot: one array per column, all in the same order.

    ``position``, ``claim`` and ``article`` are the store's numbers, the dimensions those of
    :mod:`.codes` (-1: missing), ``stance`` its place in the vocabulary (-1: none), ``lone``, ``reviewed`` and
    ``context`` bool.
    """

    # The snapshot itself, not an answer that could make room for others.
    shape = (0, 0)

    def __init__(self, held: dict[str, Column]) -> None:
        self._held = held
        self.rows = len(held["position"])
        ordered: Column = held["position"]
        # They come in order as long as nobody decided anything.
        rising = bool(np.all(ordered[1:] > ordered[:-1]))
        self._order: Places = None if rising else np.argsort(ordered)

    def __getitem__(self, name: str) -> Column:
        return self._held[name]

    def places(self, positions: Column) -> Numbers:
        """Return where the positions with these numbers stand, in the order of the numbers."""
        found: Numbers = np.searchsorted(self._held["position"], np.sort(positions), sorter=self._order)
        return found if self._order is None else self._order[found]

    def without(self, articles: Sequence[int], others: Columns) -> Columns:
        """Return these rows without those of some articles, followed by the rows of ``others``."""
        kept = ~np.isin(self._held["article"], np.array(articles, dtype="int64"))
        return Columns({n: np.concatenate([one[kept], others[n]]) for n, one in self._held.items()})


def columns_of(snapshot: Snapshot) -> Columns:
    """Return the positions of a snapshot as arrays.

    Articles that people decided on are read again, the others taken over from what the machine said.
    """
    known: Columns | None = snapshot.recall(("columns",))
    if known is None:
        decided = snapshot.decided
        if decided is None:
            known = _read(snapshot)
        else:
            whole: Columns | None = snapshot.lasting.get("columns")
            if whole is None:
                whole = snapshot.lasting["columns"] = _read(snapshot.on("machine"))
            known = whole.without(decided, _read(snapshot, decided)) if decided else whole
        snapshot.remember(("columns",), known)
    return known


def _read(snapshot: Snapshot, articles: Sequence[int] | None = None) -> Columns:
    statement = Statement()
    listed = ", ".join(f"{text} AS {name}" for name, text in _READ.items())
    where = ""
    if articles is not None:
        where = f" WHERE article_no IN (SELECT unnest({statement.bind(list(articles))}::BIGINT[]))"
    cursor = execute(snapshot, f"SELECT {listed} FROM facts{where}", statement)
    try:
        rows = cursor.fetchnumpy()
    finally:
        cursor.close()
    held = {name: np.ma.getdata(rows[name]) for name in _READ}
    for name in _SMALL:
        if held[name].max(initial=0) < np.iinfo("int16").max:
            held[name] = held[name].astype("int16")
    return Columns(held)


def numbers(snapshot: Snapshot, text: str, statement: Statement, folded: str = "") -> dict[str, Column]:
    """Return the columns of a statement without missing values as arrays."""
    cursor = execute(snapshot, text, statement, folded)
    try:
        return {name: np.ma.getdata(column) for name, column in cursor.fetchnumpy().items()}
    finally:
        cursor.close()


def distinct(keys: Numbers) -> Numbers:
    """Return the different numbers in rising order: sorting takes a tenth of what np.unique does.

    >>> distinct(np.array([5, 2, 5, 2])).tolist()
    [2, 5]
    """
    ordered: Numbers = np.sort(keys)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    found: Numbers = ordered[first]
    return found


def counted(values: Column, size: int) -> Numbers:
    """Return how often each number occurs of those below ``size - 1``, and last how often -1.

    >>> counted(np.array([0, 2, 2, -1]), 4).tolist()
    [1, 0, 2, 1]
    """
    found = np.bincount(values.astype("int64") + 1, minlength=size)
    return np.append(found[1:size], found[0])


def different(values: Column) -> int:
    """Return how many different numbers there are.

    >>> different(np.array([5, 2, 5, -1]))
    3
    """
    if not len(values):
        return 0
    first, last = int(values.min()), int(values.max())
    if last - first > 4 * len(values) + 10_000:
        return len(distinct(values))
    met = np.zeros(last - first + 1, dtype=bool)
    met[values - first] = True
    return int(np.count_nonzero(met))
