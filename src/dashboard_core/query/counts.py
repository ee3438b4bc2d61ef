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
from dashboard_core.query.codes import Codes, Numbers, codes_of, number_of
from dashboard_core.query.filters import DIMENSIONS, Filters, all_conditions, facet_conditions
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch

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

    def ask(snapshot: Snapshot) -> dict[str, Choices]:
        counted = _counted(snapshot, filters)
        return {
            name: _offered(codes_of(snapshot, name), counted[name], getattr(filters, dimension.field), limit)
            for name, dimension in DIMENSIONS.items()
        }

    return answer(store, ("choices", filters, limit), ask)


def _offered(codes: Codes, counts: Numbers, chosen_values: Sequence[str], limit: int) -> Choices:
    ordered = _by_count(codes, counts)
    top = ordered[:limit].tolist()
    if len(ordered) > limit:
        wanted = set(chosen_values)
        top += [no for no in ordered[limit:].tolist() if _text(codes.values[no]) in wanted] if wanted else []
    return Choices(
        {_text(codes.values[no]): int(counts[no]) for no in top},
        {_text(codes.values[no]): _text(codes.labels[no]) for no in top},
        len(ordered) > limit,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _by_count(codes: Codes, counts: Numbers) -> Numbers:
    """Return the numbers of all values, most positions first, equals in the order of their labels."""
    listed = codes.listed
    ordered: Numbers = listed[np.argsort(-counts[listed], kind="stable")]
    return ordered


def _facets(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    parts = []
    for name, counts in _counted(snapshot, filters).items():
        codes = codes_of(snapshot, name)
        ordered = _by_count(codes, counts)
        told = {"value": codes.values[ordered], "label": codes.labels[ordered]}
        texts = {column: pd.Series(values, dtype="str") for column, values in told.items()}
        parts.append(pd.DataFrame({"facet": name, **texts, "positions": counts[ordered]}))
    return pd.concat(parts, ignore_index=True).astype({"facet": "str"})


def _counted(snapshot: Snapshot, filters: Filters) -> dict[str, Numbers]:
    """Return the positions of each value of each dimension, by its number; the missing one stands last."""
    books = {name: codes_of(snapshot, name) for name in DIMENSIONS}
    if filters.is_empty:
        return {name: codes.positions for name, codes in books.items()}
    source, own = chosen(snapshot, filters), set(facet_conditions(filters, Statement()))
    statement = Statement()
    here = f"{source.relation} WHERE {conjunction(of_stances(filters, statement))}"
    free = {name: (source.number(name), here) for name in DIMENSIONS if name not in own}
    found = _by_number(snapshot, free, statement)
    for name in own:
        if name == "stance":
            found |= _by_number(snapshot, {name: (source.number(name), source.relation)}, Statement())
            continue
        # Without its own condition a dimension shows more than what was chosen: one look at all rows.
        statement = Statement()
        where = conjunction(all_conditions(filters, statement, name))
        asked = {name: (number_of(name), f"facts WHERE {where}")}
        found |= _by_number(snapshot, asked, statement, filters.folded)
    counted: dict[str, Numbers] = {}
    for name, codes in books.items():
        counted[name] = np.zeros(len(codes.values), dtype="int64")
        numbers, counts = found[name]
        counted[name][numbers] = counts
    return counted


def _by_number(
    snapshot: Snapshot, asked: Mapping[str, tuple[str, str]], statement: Statement, folded: str = ""
) -> dict[str, tuple[Numbers, Numbers]]:
    """Return the numbers that occur and how often, for each dimension; ``asked``: expression, relation."""
    if not asked:
        return {}
    rows = fetch(
        snapshot,
        " UNION ALL ".join(
            f"SELECT {place} AS facet, {number} AS no, count(*) AS n FROM {relation} GROUP BY ALL"
            for place, (number, relation) in enumerate(asked.values())
        ),
        statement,
        folded,
    )
    facet, numbers, counts = (rows[name].to_numpy("int64") for name in ("facet", "no", "n"))
    return {name: (numbers[facet == p], counts[facet == p]) for p, name in enumerate(asked)}


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers at the top of a page, and how much of them is unknown.

    ``without_country`` counts claims; ``unclear`` and ``none`` count positions; ``undated`` counts articles,
    and so does ``unnamed``: those with a claim that name no outlet.
    """

    articles: int = 0
    claims: int = 0
    positions: int = 0
    speakers: int = 0
    countries: int = 0
    organisations: int = 0
    outlets: int = 0
    unnamed: int = 0
    undated: int = 0
    without_country: int = 0
    unclear: int = 0
    none: int = 0
    first_on: date | None = None
    last_on: date | None = None


def headline(store: Source, filters: Filters) -> Headline:
    """Return how much is there under ``filters``.

    Claims without any position are counted as long as no filter asks for a target, a stance, a named
    target or a confidence; articles without any claim as long as none asks for a claim.
    """
    return answer(store, ("headline", filters), lambda snapshot: _headline(snapshot, filters))


def _headline(snapshot: Snapshot, filters: Filters) -> Headline:
    statement, source = Statement(), chosen(snapshot, filters)
    plain = ("article_no", "claim_no", "country", "published_on", "stance")
    numbered = ("speaker", "organisation", "outlet")
    columns = ", ".join([*plain, *(f"{source.number(name)} AS {name}_no" for name in numbered)])
    where = conjunction(of_stances(filters, statement))
    rows = f"SELECT {columns} FROM {source.relation} WHERE {where}"
    silent = silent_conditions(filters, statement)
    if silent is not None:
        others = ["NULL" if name == "stance" else name for name in plain]
        others += [number_of(name) for name in numbered]
        rows += f" UNION ALL SELECT {', '.join(others)} FROM silent WHERE {conjunction(silent)}"
    # One narrow set after the other: several sets in one scan cost twice as much.
    counted = [
        f"(SELECT count(*) FROM (SELECT DISTINCT {c} FROM r WHERE {t})) AS {n}" for n, c, t in _DISTINCT
    ]
    whole = [f"(SELECT {what} FROM r) AS {name}" for name, what in _PLAIN]
    row = fetch(
        snapshot,
        f"WITH r AS MATERIALIZED ({rows}) SELECT {', '.join([*counted, *whole])}",
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
    ("speakers", "speaker_no", "speaker_no >= 0"),
    ("countries", "country", "country IS NOT NULL"),
    ("organisations", "organisation_no", "organisation_no >= 0"),
    ("outlets", "outlet_no", "outlet_no >= 0"),
    ("unnamed", "article_no", "outlet_no < 0 AND claim_no IS NOT NULL"),
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


def _of_positions(filters: Filters) -> bool:
    """Whether a filter asks for something that only a position has."""
    asked = filters.targets or filters.stances or filters.apart or filters.named_only
    return bool(asked or filters.min_confidence > 0)


def silent_conditions(filters: Filters, statement: Statement) -> list[str] | None:
    """Return which claims without a position and articles without a claim count, too; None for none."""
    if _of_positions(filters):
        return None
    conditions = all_conditions(filters, statement)
    if any((filters.countries, filters.organisations, filters.speakers, filters.tiers, filters.text)):
        # "no country resolved" is said of claims; an article without any is not meant
        conditions.append("claim_no IS NOT NULL")
    return conditions


def claim_conditions(filters: Filters, statement: Statement) -> list[str]:
    """Return the conditions on ``all_rows``: positions, claims without one, articles without a claim."""
    conditions = all_conditions(filters, statement)
    if _of_positions(filters):
        conditions.append("position_no IS NOT NULL")
    elif any((filters.countries, filters.organisations, filters.speakers, filters.tiers, filters.text)):
        # "no country resolved" is said of claims; an article without any is not meant
        conditions.append("claim_no IS NOT NULL")
    return conditions
