# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""What stands beside the charts: counts for every filter's values, and the numbers at the top of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.query.chosen import chosen, of_stances
from dashboard_core.query.filters import DIMENSIONS, Filters, all_conditions, facet_conditions
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch
from dashboard_core.query.tallies import named

__all__ = ["Choices", "Headline", "choices", "claim_conditions", "facets", "headline"]


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


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that one filter offers; an empty string stands for a missing one.

    ``numbers`` and ``labels`` go by value, most positions first; ``cut`` says that there are more.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def choices(store: Source, filters: Filters, *, limit: int) -> dict[str, Choices]:
    """Return what each filter offers: the ``limit`` values with most positions, and those chosen.

    A browser that is sent 20,000 names with every click is slow, and nobody reads so many.
    """

    def ask(_: Snapshot) -> dict[str, Choices]:
        offered = {name: Choices() for name in DIMENSIONS}
        for facet, rows in facets(store, filters).groupby("facet", sort=False):
            name = str(facet)
            dimension = DIMENSIONS[name]
            top = rows.head(limit)
            if len(rows) > limit:
                wanted = rows.iloc[limit:]["value"].isin(getattr(filters, dimension.field))
                top = pd.concat([top, rows.iloc[limit:][wanted]])
            values = top["value"].fillna("").tolist()
            numbers = dict(zip(values, top["positions"].tolist(), strict=True))
            labels = dict(zip(values, top["label"].fillna("").tolist(), strict=True))
            offered[name] = Choices(numbers, labels, len(rows) > limit)
        return offered

    return answer(store, ("choices", filters, limit), ask)


def _facets(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    every = _universe(snapshot)
    if filters.is_empty:
        return every
    source, own = chosen(snapshot, filters), set(facet_conditions(filters, Statement()))
    statement = Statement()
    where = conjunction(of_stances(filters, statement))
    free = [name for name in DIMENSIONS if name not in own]
    counted = [_by_dimensions(snapshot, free, source.relation, where, statement)]
    for name in own:
        statement = Statement()
        if name == "stance":
            relation, where, folded = source.relation, "true", ""
        else:
            # Without its own condition a dimension shows more than what was chosen: one look at all rows.
            relation, folded = "facts", filters.folded
            where = conjunction(all_conditions(filters, statement, name))
        counted.append(_by_dimensions(snapshot, [name], relation, where, statement, folded))
    here = pd.concat(counted, ignore_index=True)
    found = every.drop(columns="positions").merge(here, on=["facet", "value"], how="left")
    found["positions"] = found["positions"].fillna(0).astype("int64")
    # The values come in the order of their labels, and a stable sort keeps it among equals.
    place = found["facet"].map({name: number for number, name in enumerate(DIMENSIONS)})
    order = np.lexsort((-found["positions"].to_numpy(), place.to_numpy()))
    return found.iloc[order].reset_index(drop=True)


def _by_dimensions(
    snapshot: Snapshot,
    names: Sequence[str],
    relation: str,
    where: str,
    statement: Statement,
    folded: str = "",
) -> pd.DataFrame:
    """Return ``facet``, ``value`` and ``positions`` for each value of some dimensions, in one scan."""
    if not names:
        return pd.DataFrame({"facet": [], "value": [], "positions": []})
    columns = {name: DIMENSIONS[name].column for name in names}
    parts = " ".join(f"WHEN grouping({c}) = 0 THEN '{name}'" for name, c in columns.items())
    value = ", ".join(f"{c}::VARCHAR" for c in columns.values())
    sets = ", ".join(f"({c})" for c in columns.values())
    rows = fetch(
        snapshot,
        f"SELECT CASE {parts} END AS facet, coalesce({value}) AS value, count(*) AS positions "
        f"FROM {relation} WHERE {where} GROUP BY GROUPING SETS ({sets})",
        statement,
        folded,
    )
    return rows.assign(facet=rows["facet"].astype("str"), value=rows["value"].astype("str"))


def _universe(snapshot: Snapshot) -> pd.DataFrame:
    """Return the facets of everything: every value there is, with its label."""
    known: pd.DataFrame | None = snapshot.recall(("universe",))
    if known is None:
        rows = _by_dimensions(snapshot, list(DIMENSIONS), "facts", "true", Statement())
        parts = []
        for name in DIMENSIONS:
            part = rows[rows["facet"] == name]
            part = part.assign(label=named(snapshot, name, part["value"]))
            parts.append(part.sort_values(["label", "value"], na_position="last"))
        known = pd.concat(parts, ignore_index=True)[["facet", "value", "label", "positions"]]
        snapshot.remember(("universe",), known)
    return known


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
    statement, source = Statement(), chosen(snapshot, filters)
    columns = "article_no, claim_no, speaker_id, country, organisation, outlet, published_on, stance"
    where = conjunction(of_stances(filters, statement))
    rows = f"SELECT {columns} FROM {source.relation} WHERE {where}"
    silent = silent_conditions(filters, statement)
    if silent is not None:
        others = columns.replace("stance", "NULL")
        rows += f" UNION ALL SELECT {others} FROM silent WHERE {conjunction(silent)}"
    # One narrow set after the other: several sets in one scan cost twice as much.
    counted = [
        f"(SELECT count(*) FROM (SELECT DISTINCT {c} FROM r WHERE {t})) AS {n}" for n, c, t in _DISTINCT
    ]
    plain = [f"(SELECT {what} FROM r) AS {name}" for name, what in _PLAIN]
    row = fetch(
        snapshot,
        f"WITH r AS MATERIALIZED ({rows}) SELECT {', '.join([*counted, *plain])}",
        statement,
        filters.folded,
    ).iloc[0]
    days: dict[str, Any] = {
        name: None if pd.isna(row[name]) else row[name].date() for name in ("first_on", "last_on")
    }
    counts: dict[str, Any] = {name: int(row[name]) for name in row.index if name not in days}
    return Headline(**counts, **days)


# Name in the headline, column counted, rows it is counted in.
_DISTINCT: Final = (
    ("articles", "article_no", "true"),
    ("claims", "claim_no", "claim_no IS NOT NULL"),
    ("speakers", "speaker_id", "speaker_id IS NOT NULL"),
    ("countries", "country", "country IS NOT NULL"),
    ("organisations", "organisation", "organisation IS NOT NULL"),
    ("outlets", "outlet", "outlet IS NOT NULL"),
    ("undated", "article_no", "published_on IS NULL"),
    ("without_country", "claim_no", "country IS NULL AND claim_no IS NOT NULL"),
)
_PLAIN: Final = (
    ("positions", "count(stance)"),
    ("unclear", "count(*) FILTER (WHERE stance = 'unclear')"),
    ("none", "count(*) FILTER (WHERE stance = 'none')"),
    ("first_on", "min(published_on)"),
    ("last_on", "max(published_on)"),
)


def silent_conditions(filters: Filters, statement: Statement) -> list[str] | None:
    """Return which claims without a position and articles without a claim count, too; None for none."""
    if filters.targets or filters.stances or filters.min_confidence > 0:
        return None
    conditions = all_conditions(filters, statement)
    if any((filters.countries, filters.organisations, filters.speakers, filters.tiers, filters.text)):
        # "no country resolved" is said of claims; an article without any is not meant
        conditions.append("claim_no IS NOT NULL")
    return conditions


def claim_conditions(filters: Filters, statement: Statement) -> list[str]:
    """Return the conditions on ``all_rows``: positions, claims without one, articles without a claim."""
    conditions = all_conditions(filters, statement)
    if filters.targets or filters.stances or filters.min_confidence > 0:
        conditions.append("position_no IS NOT NULL")
    elif any((filters.countries, filters.organisations, filters.speakers, filters.tiers, filters.text)):
        # "no country resolved" is said of claims; an article without any is not meant
        conditions.append("claim_no IS NOT NULL")
    return conditions
