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

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard_core.query.filters import (
    DIMENSIONS,
    Filters,
    all_conditions,
    facet_conditions,
    other_conditions,
)
from dashboard_core.query.memberships import membership_case
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch
from dashboard_core.vocabulary import STANCE_DTYPE, STANCE_STATES, STANCES

__all__ = ["WEIGHTS", "Headline", "facets", "headline", "matrix", "tally"]

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
    statement = Statement()
    value = expression(by, statement, text=False)
    second = expression(split, statement, text=False) if split else "NULL"
    groups = "value, split" if split else "value"
    shown = ", ".join(f"{name}::VARCHAR AS {name}" for name in groups.split(", "))
    inner = ", ".join(f"voices.{name}" for name in groups.split(", "))
    where = conjunction(["position_no IS NOT NULL", *all_conditions(filters, statement, "stance")])
    counted = ", ".join(f"count(*) FILTER (WHERE stance = '{s}') AS n_{s}" for s in STANCE_STATES)
    taken = " + ".join(f"(n_{s} > 0)::INT" for s in STANCES)
    of_speaker: list[str] = []
    of_group: list[str] = []
    for state in STANCE_STATES:
        vote = f"1e0 / ({taken})" if state in STANCES else "1e0"
        of_speaker += [
            f"sum(CASE WHEN n_{state} > 0 THEN {vote} ELSE 0e0 END) AS votes_{state}",
            f"sum(n_{state}) AS positions_{state}",
        ]
        of_group += [
            f"sum(votes_{state}) AS votes_{state}",
            f"count(*) FILTER (WHERE positions_{state} > 0) AS speakers_{state}",
            f"sum(positions_{state}) AS positions_{state}",
        ]
    # Cells of speaker and target first, then speakers, then groups: each step works on fewer rows, and
    # counting different speakers needs no set (at a million positions that set cost four times the rest).
    wide = fetch(
        snapshot,
        f"WITH cells AS (SELECT {value} AS value, {second} AS split, speaker_id, target_id, {counted} "
        f"FROM facts WHERE {where} GROUP BY ALL), "
        f"voices AS (SELECT value, split, speaker_id, {', '.join(of_speaker)} FROM cells GROUP BY ALL) "
        f"SELECT {shown}, {', '.join(of_group)} FROM voices GROUP BY {inner}",
        statement,
        filters.folded,
    )
    long = _lengthen(wide, groups.split(", "))
    if filters.stances:
        long = long[long["stance"].isin(filters.stances)]
    if weight == "claims":
        long = long.assign(votes=long["positions"].astype("float64"))
    claims = _distinct_claims(snapshot, filters, by, split)
    keys = [*groups.split(", "), "stance"]
    long = (
        long.merge(claims, on=keys, how="left")
        if claims is not None
        else long.assign(claims=long["positions"])
    )
    return _finish(snapshot, long, by, split)


def _distinct_claims(snapshot: Snapshot, filters: Filters, by: str, split: str | None) -> pd.DataFrame | None:
    """Count different claims; None where each position of a group is a claim of its own, so none repeats."""
    if "target" in (by, split) or len(filters.targets) == 1:
        return None
    statement = Statement()
    value = expression(by, statement, text=False)
    second = f", {expression(split, statement, text=False)} AS split" if split else ""
    shown = "value::VARCHAR AS value" + (", split::VARCHAR AS split" if split else "")
    where = conjunction(all_conditions(filters, statement))
    # `lone` marks the positions that are their claim's only one of this stance: most are, and need no set.
    return fetch(
        snapshot,
        f"WITH counted AS (SELECT {value} AS value{second}, stance, count(*) FILTER (WHERE lone) "
        "+ count(DISTINCT claim_no) FILTER (WHERE NOT lone) AS claims "
        f"FROM facts WHERE {where} GROUP BY ALL) "
        f"SELECT {shown}, stance::VARCHAR AS stance, claims FROM counted",
        statement,
        filters.folded,
    )


def _lengthen(wide: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    parts = []
    for state in STANCE_STATES:
        columns = {f"{name}_{state}": name for name in ("votes", "speakers", "positions")}
        part = wide[[*groups, *columns]].rename(columns=columns).assign(stance=state)
        parts.append(part[part["positions"] > 0])
    return pd.concat(parts, ignore_index=True)


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


def facets(store: Source, filters: Filters) -> pd.DataFrame:
    """Return, for each value of each dimension, how many positions it would show.

    A value is counted under all filters but those on its own dimension, so that choosing it in addition
    is no surprise; a value that would show nothing is listed with 0.

    Returns
    -------
    DataFrame, one row per (facet, value)
        ``facet``, ``value`` (NaN: missing), ``label``, ``positions``; most positions first in each facet.
    """
    return answer(store, ("facets", filters), lambda snapshot: _facets(snapshot, filters))


def _facets(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    statement = Statement()
    always = conjunction(other_conditions(filters, statement))
    own = facet_conditions(filters, statement)
    columns = {name: DIMENSIONS[name].column for name in DIMENSIONS}
    tests = "".join(f", {test} AS ok_{name}" for name, test in own.items())
    counts = {"n": conjunction(["always", *(f"ok_{name}" for name in own)])}
    for name in own:
        counts[f"n_{name}"] = conjunction(["always", *(f"ok_{other}" for other in own if other != name)])
    counted = ", ".join(f"count(*) FILTER (WHERE {test}) AS {name}" for name, test in counts.items())
    listed = ", ".join(columns.values())
    # One scan for all facets: GROUPING SETS groups the same rows once by each dimension.
    wide = fetch(
        snapshot,
        f"WITH rows AS (SELECT {listed}, ({always}) AS always{tests} FROM facts) "
        f"SELECT {', '.join(f'{c}::VARCHAR AS {c}' for c in columns.values())}, {counted}, "
        f"{', '.join(f'grouping({c}) AS not_{c}' for c in columns.values())} "
        f"FROM rows GROUP BY GROUPING SETS ({', '.join(f'({c})' for c in columns.values())})",
        statement,
        filters.folded,
    )
    parts = []
    for name, column in columns.items():
        part = wide[wide[f"not_{column}"] == 0]
        values = part[column].astype("str")
        counts_here = part[f"n_{name}" if name in own else "n"].astype("int64")
        found = pd.DataFrame(
            {
                "facet": name,
                "value": values,
                "label": named(snapshot, name, values),
                "positions": counts_here,
            }
        )
        parts.append(found.sort_values(["positions", "label"], ascending=[False, True], na_position="last"))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers at the top of a page, and how much of them is unknown.

    ``without_country`` counts claims; ``unclear`` and ``none`` count positions; ``undated`` counts articles.
    """

    articles: int = 0
    claims: int = 0
    positions: int = 0
    speakers: int = 0
    countries: int = 0
    organisations: int = 0
    outlets: int = 0
    undated: int = 0
    without_country: int = 0
    unclear: int = 0
    none: int = 0
    first_on: date | None = None
    last_on: date | None = None


def headline(store: Source, filters: Filters) -> Headline:
    """Return how much is there under ``filters``.

    Claims without any position are counted as long as no filter asks for a target, a stance or a
    confidence; articles without any claim as long as none asks for a claim.
    """
    return answer(store, ("headline", filters), lambda snapshot: _headline(snapshot, filters))


def _headline(snapshot: Snapshot, filters: Filters) -> Headline:
    statement = Statement()
    where = conjunction(claim_conditions(filters, statement))
    row = fetch(
        snapshot,
        "SELECT count(DISTINCT article_no) AS articles, count(DISTINCT claim_no) AS claims, "
        "count(position_no) AS positions, count(DISTINCT speaker_id) AS speakers, "
        "count(DISTINCT country) AS countries, count(DISTINCT organisation) AS organisations, "
        "count(DISTINCT outlet) AS outlets, "
        "count(DISTINCT article_no) FILTER (WHERE published_on IS NULL) AS undated, "
        "count(DISTINCT claim_no) FILTER (WHERE country IS NULL) AS without_country, "
        "count(*) FILTER (WHERE stance = 'unclear') AS unclear, "
        "count(*) FILTER (WHERE stance = 'none') AS none, "
        "min(published_on) AS first_on, max(published_on) AS last_on "
        f"FROM all_rows WHERE {where}",
        statement,
        filters.folded,
    ).iloc[0]
    days: dict[str, Any] = {
        name: None if pd.isna(row[name]) else row[name].date() for name in ("first_on", "last_on")
    }
    counts: dict[str, Any] = {name: int(row[name]) for name in row.index if name not in days}
    return Headline(**counts, **days)


def claim_conditions(filters: Filters, statement: Statement) -> list[str]:
    """Return the conditions on ``all_rows``: positions, claims without one, articles without a claim."""
    conditions = all_conditions(filters, statement)
    if filters.targets or filters.stances or filters.min_confidence > 0:
        conditions.append("position_no IS NOT NULL")
    elif any((filters.countries, filters.organisations, filters.speakers, filters.tiers, filters.text)):
        # "no country resolved" is said of claims; an article without any is not meant
        conditions.append("claim_no IS NOT NULL")
    return conditions
