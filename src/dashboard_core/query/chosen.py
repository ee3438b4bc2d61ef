# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""The rows that a filter lets through, found once: every chart and count of a page then reads these alone.

A page asks some ten questions under one filter. Each of them alone would look at every position in the
store. What is counted is read from arrays (see columns.py); where the engine needs the rows, they become a
table of their own, small for most filters, and dropped with the answers.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import duckdb
import numpy as np

from dashboard_core.query.codes import codes_of, number_of
from dashboard_core.query.columns import EPOCH, NO_DAY, Column, Columns, Places, columns_of, numbers
from dashboard_core.query.filters import (
    DIMENSIONS,
    MISSING,
    Filters,
    all_conditions,
    facet_conditions,
)
from dashboard_core.query.sql import Snapshot, Statement, conjunction, execute
from dashboard_core.vocabulary import STANCE_STATES

__all__ = ["Chosen", "chosen", "of_stances"]

# Each stance as one bit, so that the stances of a voice on a target are one small number.
_CASES = " ".join(f"WHEN '{state}' THEN {1 << place}" for place, state in enumerate(STANCE_STATES))
BIT: Final = f"(CASE stance {_CASES} END)::UTINYINT"
# What is asked of the rows, the dimensions as numbers (see codes.py); memberships go by country and day.
_COLUMNS: Final = (
    *("position_no", "claim_no", "article_no", "start", "lone", "published_on", "target", "country"),
    *("stance", "review", f"{BIT} AS bit"),
    *(f"{number_of(name)} AS {name}_no" for name in DIMENSIONS),
)
_numbers = itertools.count(1)


class Chosen:
    """The rows to count, as places in arrays and as a relation, and what a filter on stances adds to it.

    They hold every stance: a filter on stances chooses which part of the votes is shown and does not change
    them.
    """

    def __init__(self, columns: Columns, places: Places, make: Callable[[], tuple[str, Any]] | None) -> None:
        self._columns, self._places, self._make = columns, places, make
        self._taken: dict[str, Column] = {}
        self._lock = threading.Lock()
        self._relation = "facts" if make is None else ""
        self.whole = make is None
        self.rows = columns.rows if places is None else len(places)
        # What keeping it costs, in the cells by which the snapshot reckons.
        self.shape = (0 if places is None else self.rows, 3)

    def column(self, name: str) -> Column:
        """Return a column of the rows."""
        found = self._taken.get(name)
        if found is None:
            found = self._taken[name] = self.of(self._columns[name])
        return found

    def of(self, column: Column) -> Column:
        """Return what a column of all positions holds for the rows."""
        return column if self._places is None else column[self._places]

    def taking(self, stances: tuple[str, ...]) -> Any:
        """Return the index of the rows with one of the stances; of all rows where none is asked for."""
        if not stances:
            return slice(None)
        table = np.zeros(len(STANCE_STATES) + 1, dtype=bool)  # the last is that of no stance
        table[[place for place, state in enumerate(STANCE_STATES) if state in stances]] = True
        return np.flatnonzero(table[self.column("stance")])

    @property
    def relation(self) -> str:
        """The rows for the engine; made when somebody asks for them."""
        with self._lock:
            if not self._relation and self._make is not None:
                self._relation, cursor = self._make()
                # Whoever counts in the table holds this object, so nobody loses it while reading.
                weakref.finalize(self, _drop, cursor, self._relation).atexit = False
        return self._relation

    @property
    def bit(self) -> str:
        """The stance of a row as one bit."""
        return BIT if self.whole else "bit"

    def number(self, by: str) -> str:
        """Return the number of a row's value on a dimension."""
        return number_of(by) if self.whole else f"{by}_no"


def _drop(cursor: Any, relation: str) -> None:
    # The snapshot may be gone already, and its tables with it.
    with contextlib.suppress(duckdb.Error):
        cursor.execute(f"DROP TABLE IF EXISTS {relation}")
        cursor.close()


def chosen(snapshot: Snapshot, filters: Filters) -> Chosen:
    """Return the positions under ``filters``, those on stances aside.

    Without any such filter it is ``facts`` itself.
    """
    bare = replace(filters, stances=())
    key = ("chosen", bare)
    known = snapshot.recall(key)
    if known is None:
        known = _find(snapshot, bare)
        snapshot.remember(key, known)
    found: Chosen = known
    return found


def _find(snapshot: Snapshot, filters: Filters) -> Chosen:
    if not snapshot.has_copies:
        filters = replace(filters, as_published=True)
    statement = Statement()
    conditions = all_conditions(filters, statement)
    columns = columns_of(snapshot)
    if not conditions:
        return Chosen(columns, None, None)
    where = conjunction(conditions)

    def make() -> tuple[str, Any]:
        relation = f"chosen_{next(_numbers)}"
        text = f"CREATE TABLE {relation} AS SELECT {', '.join(_COLUMNS)} FROM facts WHERE {where}"
        return relation, execute(snapshot, text, statement, filters.folded)

    dated = bool(filters.date_from or filters.date_to or not filters.undated)
    plain = len(facet_conditions(filters, Statement())) + dated + (filters.min_confidence > 0)
    if len(conditions) == plain:
        places = _among(snapshot, columns, filters)
    else:
        text = f"SELECT position_no AS no FROM facts WHERE {where}"
        places = columns.places(numbers(snapshot, text, statement, filters.folded)["no"])
    return Chosen(columns, places, make)


def _among(snapshot: Snapshot, columns: Columns, filters: Filters) -> Places:
    """Return the places of the rows under a filter that asks for values, days and confidence alone."""
    places: Places = None

    def narrow(name: str, test: Callable[[Column], Column]) -> None:
        nonlocal places
        column = columns[name]
        found = np.flatnonzero(test(column if places is None else column[places]))
        places = found if places is None else places[found]

    for name, dimension in DIMENSIONS.items():
        wanted = set(getattr(filters, dimension.field))
        if wanted:
            values = codes_of(snapshot, name).values
            # A missing value has the number -1, and there the last entry of the list.
            table = np.array([value in wanted for value in values.tolist()[:-1]] + [MISSING in wanted])
            narrow(name, table.__getitem__)
    if filters.min_confidence > 0:
        narrow("confidence", lambda held: held >= filters.min_confidence)
    first, last = (day and (day - EPOCH).days for day in (filters.date_from, filters.date_to))
    if first is not None:
        narrow("day", lambda days: (days >= first) | ((days == NO_DAY) & filters.undated))
    if last is not None:
        narrow("day", lambda days: (days <= last) & ((days != NO_DAY) | filters.undated))
    if not filters.undated:
        narrow("day", lambda days: days != NO_DAY)
    return places


def of_stances(filters: Filters, statement: Statement) -> list[str]:
    """Return the condition on stances, which the relation leaves open, as a list of none or one."""
    return list(facet_conditions(Filters(stances=filters.stances), statement).values())
