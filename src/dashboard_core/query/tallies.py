# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Counting positions: votes by country, organisation, target and the rest, all summed up by the engine.

**Votes.** With ``weight="voices"`` each speaker has one vote on each target. Where their claims take
different stances on it, the vote is split equally over these stances: opposed once and supportive five
times gives one half to each. ``unclear`` and ``none`` are no stances, take nothing from the vote and are
counted apart: each is one for every speaker and target that has such a claim. The vote is split within the
group that is counted, so a bar of a chart and the same chart filtered to that bar agree. A filter on
stances chooses which part of the votes is shown and does not change them. With ``weight="claims"`` every
position counts 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard_core.query.chosen import BIT, chosen
from dashboard_core.query.filters import DIMENSIONS, Filters
from dashboard_core.query.memberships import membership_case
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch
from dashboard_core.vocabulary import STANCE_DTYPE, STANCE_STATES, STANCES

__all__ = ["WEIGHTS", "display_names", "expression", "labels", "matrix", "named", "tally"]

WEIGHTS = ("voices", "claims")


def tally(
    store: Source, filters: Filters, *, by: str, weight: str = "voices", split: str | None = None
) -> pd.DataFrame:
    """Return votes by one dimension, or by two.

    Parameters
    ----------
    store : Store
        What to count.
    filters : Filters
        What is in.
    by, split : str
        "country", "organisation", "target", "tier", "speaker", "outlet", "stance" or "membership:NAME".
    weight : {"voices", "claims"}
        One vote per speaker and target, or one per position (see the module).

    Returns
    -------
    DataFrame, one row per (value[, split], stance) that occurs
        ``value`` (what a filter takes: id, code or name; NaN where it is missing), ``label`` (what a reader
        sees), with ``split`` also ``split`` and ``split_label``; ``stance``; ``votes`` (float), ``speakers``
        (different ones), ``claims`` (different ones: the rows of :func:`claims` under the same filters and
        this mark) and ``positions`` (the rows of :func:`positions`).

    Raises
    ------
    ValueError
        An unknown dimension, weight or membership.
    """
    if weight not in WEIGHTS:
        raise ValueError(f"weight {weight!r} is not one of {', '.join(WEIGHTS)}")
    key = ("tally", filters, by, weight, split)
    return answer(store, key, lambda snapshot: _tally(snapshot, filters, by, weight, split))


def _tally(snapshot: Snapshot, filters: Filters, by: str, weight: str, split: str | None) -> pd.DataFrame:
    whole = replace(filters, stances=())
    # Both weights and every filter on stances are read from one count.
    key = ("counted", whole, by, split)
    counted: pd.DataFrame | None = snapshot.recall(key)
    if counted is None:
        counted = _counted(snapshot, whole, by, split)
        snapshot.remember(key, counted)
    if weight == "claims":
        counted = counted.assign(votes=counted["positions"].astype("float64"))
    if filters.stances:
        counted = counted[counted["stance"].isin(filters.stances)].reset_index(drop=True)
    return counted.copy(deep=False)


def _counted(snapshot: Snapshot, filters: Filters, by: str, split: str | None) -> pd.DataFrame:
    """Return the tally of every stance, one vote per speaker and target."""
    statement, source = Statement(), chosen(snapshot, filters)
    groups = ["value", "split"] if split else ["value"]
    grouped = f"{expression(by, statement, text=False)} AS value"
    if split:
        grouped += f", {expression(split, statement, text=False)} AS split"
    names = ", ".join(groups)
    states = ", ".join(f"('{state}', {1 << place})" for place, state in enumerate(STANCE_STATES))
    taken = sum(1 << place for place, state in enumerate(STANCE_STATES) if state in STANCES)
    vote = (
        f"CASE WHEN bit & {taken} > 0 THEN 1e0 * n / bit_count((held & {taken})::UTINYINT) ELSE 1e0 * n END"
    )

    def same(other: str) -> str:
        return " AND ".join(f"v.{name} IS NOT DISTINCT FROM {other}.{name}" for name in (*groups, "stance"))

    # `held`: the stances of one speaker on one target, a bit each. What differs in a few bits is soon few
    # rows, so that nothing has to be kept in sets (at a million positions those cost four times the rest).
    # Only claims that take one stance on several targets can repeat in a group: most are `lone`.
    repeating = "target" not in (by, split) and len(filters.targets) != 1
    claims = "c.lone + coalesce(s.claims, 0)" if repeating else "c.positions"
    long = fetch(
        snapshot,
        f"WITH r AS NOT MATERIALIZED (SELECT {grouped}, speaker_id, target_id, stance::VARCHAR AS stance, "
        f"claim_no, lone, {BIT} AS bit FROM {source.relation}), "
        f"cells AS MATERIALIZED (SELECT {names}, speaker_id, target_id, bit_or(bit) AS held "
        "FROM r GROUP BY ALL), "
        f"voices AS (SELECT {names}, speaker_id, bit_or(held) AS held FROM cells GROUP BY ALL), "
        f"kinds AS (SELECT {names}, held, false AS speaker, count(*) AS n FROM cells GROUP BY ALL UNION ALL "
        f"SELECT {names}, held, true, count(*) FROM voices GROUP BY ALL), "
        f"v AS (SELECT {names}, stance, sum(CASE WHEN speaker THEN 0e0 ELSE {vote} END) AS votes, "
        f"sum(CASE WHEN speaker THEN n ELSE 0 END) AS speakers "
        f"FROM kinds, (VALUES {states}) states(stance, bit) WHERE held & bit > 0 GROUP BY ALL), "
        f"c AS (SELECT {names}, stance, count(*) AS positions, count(*) FILTER (WHERE lone) AS lone "
        "FROM r GROUP BY ALL), "
        f"s AS (SELECT {names}, stance, count(*) AS claims FROM "
        f"(SELECT DISTINCT {names}, stance, claim_no FROM r WHERE NOT lone AND {str(repeating).lower()}) "
        "GROUP BY ALL) "
        f"SELECT {', '.join(f'v.{name}::VARCHAR AS {name}' for name in groups)}, v.stance, v.votes, "
        f"v.speakers, c.positions, {claims} AS claims "
        f"FROM v JOIN c ON {same('c')} LEFT JOIN s ON {same('s')}",
        statement,
    )
    return _finish(snapshot, long, by, split)


def _finish(snapshot: Snapshot, long: pd.DataFrame, by: str, split: str | None) -> pd.DataFrame:
    names = {"value": by} | ({"split": split} if split else {})
    columns: list[str] = []
    for column, dimension in names.items():
        label = "label" if column == "value" else f"{column}_label"
        texts = long[column].astype("str")
        long = long.assign(**{column: texts, label: named(snapshot, dimension, texts)})
        columns += [column, label]
    # Thirds and sixths add up to a whole that floating point would print as 0.9999999999999999.
    long = long.assign(
        votes=long["votes"].astype("float64").round(9),
        stance=long["stance"].astype("str").astype(STANCE_DTYPE),
        **{name: long[name].astype("int64") for name in ("speakers", "claims", "positions")},
    )
    order = [*names, "stance"]
    columns += ["stance", "votes", "speakers", "claims", "positions"]
    return long.sort_values(order, na_position="last")[columns].reset_index(drop=True)


def expression(by: str, statement: Statement, *, text: bool = True) -> str:
    """Return what a dimension groups by; not as text it is a code, by which grouping is quicker."""
    if by.startswith("membership:"):
        return membership_case(by.removeprefix("membership:"), statement)
    if by not in DIMENSIONS:
        raise ValueError(f"{by!r} is no dimension; use one of {', '.join(DIMENSIONS)} or 'membership:NAME'")
    return f"{DIMENSIONS[by].column}::VARCHAR" if text else DIMENSIONS[by].column


def labels(snapshot: Snapshot, by: str) -> dict[str, str]:
    """Return the display names of a dimension's values, where they differ from the values.

    A speaker whom articles name differently appears under the name that stands most often.
    """
    dimension = DIMENSIONS.get(by)
    if dimension is None or dimension.label == dimension.column:
        return {}
    key = ("labels", by)
    known = snapshot.recall(key)
    if known is None:
        rows = fetch(
            snapshot,
            f"SELECT {dimension.column}::VARCHAR AS value, {dimension.label}::VARCHAR AS label, "
            f"count(*) AS n FROM facts WHERE {dimension.column} IS NOT NULL "
            "GROUP BY ALL ORDER BY n, label DESC",
            Statement(),
        )
        known = dict(zip(rows["value"], rows["label"], strict=True))
        snapshot.remember(key, known)
    named: dict[str, str] = known
    return named


def display_names(store: Source, by: str) -> dict[str, str]:
    """Return :func:`labels` for a dimension: kept, not copied, and so not to be changed."""
    return answer(store, ("display_names", by), lambda snapshot: labels(snapshot, by))


def named(snapshot: Snapshot, by: str, values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values under their display names; one without a name stays as it is."""
    known = labels(snapshot, by)
    return values.map(known, na_action="ignore").fillna(values).astype("str") if known else values


def matrix(
    store: Source, filters: Filters, *, rows: str = "country", columns: str = "target", weight: str = "voices"
) -> pd.DataFrame:
    """Return who stands where on what.

    Returns
    -------
    DataFrame, one row per (row, column) with at least one position
        ``row``, ``row_label``, ``column``, ``column_label``; votes ``opposed``, ``cautious``, ``supportive``,
        ``unclear``, ``none``; ``n`` (votes that take a stance); ``balance`` ((supportive - opposed) / n, from
        -1 to 1; missing where n is 0).
    """
    key = ("matrix", filters, rows, columns, weight)
    return answer(store, key, lambda _: _matrix(tally(store, filters, by=rows, split=columns, weight=weight)))


def _matrix(counted: pd.DataFrame) -> pd.DataFrame:
    names = ["value", "label", "split", "split_label"]
    votes = counted["votes"]
    cells = counted[names].rename(
        columns=dict(zip(names, ("row", "row_label", "column", "column_label"), strict=True))
    )
    cells = cells.assign(**{s: votes.where(counted["stance"] == s, 0.0) for s in STANCE_STATES})
    keys = list(cells.columns[:4])
    cells = cells.groupby(keys, dropna=False, sort=False, as_index=False).sum()
    n = cells[list(STANCES)].sum(axis=1).round(9)
    balance = (cells["supportive"] - cells["opposed"]) / n.where(n > 0)
    return cells.assign(n=n, balance=balance)
