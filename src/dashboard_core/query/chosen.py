# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""The rows that a filter lets through, found once: every chart and count of a page then reads these alone.

A page asks some ten questions under one filter. Each of them alone would look at every position in the
store; the rows found once are a table of their own, small for most filters, and dropped with the answers.
"""

from __future__ import annotations

import contextlib
import itertools
import weakref
from dataclasses import replace
from typing import Any, Final

import duckdb

from dashboard_core.query.codes import number_of
from dashboard_core.query.filters import DIMENSIONS, Filters, all_conditions, counted_once, facet_conditions
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
    """A relation to count in, and the condition that a filter on stances adds to it.

    The relation holds every stance: a filter on stances chooses which part of the votes is shown and does
    not change them.
    """

    def __init__(self, relation: str, rows: int, cursor: Any = None) -> None:
        self.relation = relation
        self.whole = cursor is None
        # What keeping it costs, in the cells by which the snapshot reckons.
        self.shape = (rows, 2)
        if cursor is not None:
            # Whoever counts in the table holds this object, so nobody loses it while reading.
            weakref.finalize(self, _drop, cursor, relation).atexit = False

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
        statement = Statement()
        conditions = all_conditions(bare, statement)
        if not snapshot.has_copies and not bare.outlets:
            conditions = [one for one in conditions if one != counted_once(bare, statement)]
        if not conditions:
            return Chosen("facts", 0)
        relation = f"chosen_{next(_numbers)}"
        cursor = execute(
            snapshot,
            f"CREATE TABLE {relation} AS SELECT {', '.join(_COLUMNS)} FROM facts "
            f"WHERE {conjunction(conditions)}",
            statement,
            bare.folded,
        )
        rows = cursor.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]
        known = Chosen(relation, int(rows), cursor)
        snapshot.remember(key, known)
    found: Chosen = known
    return found


def of_stances(filters: Filters, statement: Statement) -> list[str]:
    """Return the condition on stances, which the relation leaves open, as a list of none or one."""
    return list(facet_conditions(Filters(stances=filters.stances), statement).values())
