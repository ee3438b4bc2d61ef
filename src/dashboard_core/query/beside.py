# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""The claims behind votes, apart from those that add to none.

A voice with a clear position on a target is counted with it alone. What it says besides without a clear
position belongs to no mark of a chart: a table and a subtitle that are to agree with the marks leave such
claims out, and say how many they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard_core.query.chosen import chosen
from dashboard_core.query.filters import Filters
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch
from dashboard_core.query.tallies import grouping, texts
from dashboard_core.vocabulary import STANCE_STATES, STANCES

__all__ = ["Behind", "behind", "voices_behind"]

_CLEAR: Final = sum(1 << place for place, state in enumerate(STANCE_STATES) if state in STANCES)
# The stances stand in the order of their bits, the clear ones first: what is not clear counts where its voice
# holds nothing that stands before it.
_COUNTS: Final = f"(r.bit & {_CLEAR} > 0 OR cells.held & (r.bit - 1) = 0)"


@dataclass(frozen=True)
class Behind:
    """Who and what stands behind the votes of a tally.

    ``claims`` : DataFrame, one row per (value[, split], stance): ``claims`` int, the different ones that a
    mark opens. ``speakers`` and ``all_claims`` : the different ones behind any of the marks.
    """

    claims: pd.DataFrame
    speakers: int
    all_claims: int

    @property
    def shape(self) -> tuple[int, int]:
        """What keeping it costs, in the cells by which the store reckons."""
        rows, columns = self.claims.shape
        return rows, columns


def behind(store: Source, filters: Filters, *, by: str, split: str | None = None) -> Behind:
    """Return what stands behind the votes of :func:`tallies.tally` with one vote per voice and target.

    A claim without a clear position counts only where its voice has none on the target in this group.
    """
    key = ("behind", filters, by, split)
    return answer(store, key, lambda snapshot: _behind(snapshot, filters, by, split))


def voices_behind(store: Source, filters: Filters, *, by: str, split: str) -> pd.DataFrame:
    """Return how many different speakers have a vote in each pair of values, as :func:`actors.voices`."""

    def ask(snapshot: Snapshot) -> pd.DataFrame:
        statement = Statement()
        marks, groups = _marks(snapshot, filters, by, split, statement)
        text = f"{marks} SELECT value, split, count(DISTINCT speaker) AS speakers FROM marks GROUP BY ALL"
        rows = fetch(snapshot, text, statement)
        told = {column: texts(snapshot, name, rows[column]) for column, name in groups.items()}
        return rows.assign(**told).sort_values(["value", "split"], ignore_index=True)

    return answer(store, ("voices_behind", filters, by, split), ask)


def _marks(
    snapshot: Snapshot, filters: Filters, by: str, split: str | None, statement: Statement
) -> tuple[str, dict[str, str]]:
    """Return the rows that add to a vote as the relation ``marks``, and its columns by dimension."""
    source = chosen(snapshot, filters)
    groups = {"value": by} | ({"split": split} if split else {})
    grouped = ", ".join(f"{grouping(source, name, statement)} AS {column}" for column, name in groups.items())
    names = ", ".join(groups)
    wanted = filters.stances or STANCE_STATES
    bits = sum(1 << place for place, state in enumerate(STANCE_STATES) if state in wanted)
    # A group may be missing, and what is missing equals nothing unless it is asked so.
    same = " AND ".join(f"r.{n} IS NOT DISTINCT FROM cells.{n}" for n in (*groups, "speaker", "target"))
    return (
        f"WITH r AS NOT MATERIALIZED (SELECT {grouped}, {source.number('speaker')} AS speaker, "
        f"{source.number('target')} AS target, {source.bit} AS bit, claim_no FROM {source.relation}), "
        f"cells AS (SELECT {names}, speaker, target, bit_or(bit) AS held FROM r "
        f"GROUP BY {names}, speaker, target), "
        f"marks AS MATERIALIZED (SELECT r.* FROM r JOIN cells ON {same} "
        f"WHERE {_COUNTS} AND r.bit & {bits} > 0)"
    ), groups


def _behind(snapshot: Snapshot, filters: Filters, by: str, split: str | None) -> Behind:
    statement = Statement()
    marks, groups = _marks(snapshot, filters, by, split, statement)
    rows = fetch(
        snapshot,
        f"{marks}, "
        "whole AS (SELECT count(DISTINCT speaker) AS speakers, count(DISTINCT claim_no) AS n FROM marks) "
        f"SELECT {', '.join(groups)}, bit::INTEGER AS bit, count(DISTINCT claim_no) AS claims, "
        "(SELECT speakers FROM whole) AS speakers, (SELECT n FROM whole) AS all_claims "
        "FROM marks GROUP BY ALL",
        statement,
    )
    stances = [STANCE_STATES[int(bit).bit_length() - 1] for bit in rows["bit"]]
    told = {column: texts(snapshot, name, rows[column]) for column, name in groups.items()}
    claims = rows.assign(**told, stance=stances)[[*groups, "stance", "claims"]]
    first = rows.iloc[0] if len(rows) else {"speakers": 0, "all_claims": 0}
    return Behind(claims, int(first["speakers"]), int(first["all_claims"]))
