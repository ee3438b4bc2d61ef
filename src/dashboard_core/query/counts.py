# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""What stands beside the charts: counts for every filter's values, and the numbers at the top of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.query.chosen import chosen
from dashboard_core.query.codes import Codes, Numbers, codes_of, number_of
from dashboard_core.query.columns import EPOCH, NO_CLAIM, NO_DAY, Column, counted, different, numbers
from dashboard_core.query.filters import DIMENSIONS, Filters, all_conditions
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction
from dashboard_core.vocabulary import STANCE_STATES

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
    counts: dict[str, Numbers] = {}
    for name, codes in books.items():
        # Without its own condition a dimension shows more than what was chosen.
        own: dict[str, Any] = {DIMENSIONS[name].field: ()}
        free = replace(filters, **own)
        if free.is_empty and not snapshot.has_copies:
            counts[name] = codes.positions
        elif name == "outlet" and filters.outlets and snapshot.has_copies:
            # Which of several copies counts goes by the outlets chosen, here too.
            statement = Statement()
            where = conjunction(all_conditions(filters, statement, name))
            text = f"SELECT {number_of(name)} AS no FROM facts WHERE {where}"
            found = numbers(snapshot, text, statement, filters.folded)["no"]
            counts[name] = counted(found, len(codes.values))
        else:
            source = chosen(snapshot, free)
            found = source.column(name)[source.taking(free.stances)]
            counts[name] = counted(found, len(codes.values))
    return counts


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
    source = chosen(snapshot, filters)
    held = source.taking(filters.stances)
    columns = {name: source.column(name)[held] for name in (*_NUMBERED, "claim", "article", "day")}
    stances = source.column("stance")[held]
    silent = silent_conditions(filters, Statement())
    if silent is not None:
        others = _silent(snapshot, filters)
        columns = {name: np.concatenate([column, others[name]]) for name, column in columns.items()}
    claims, articles, days = (columns[name] for name in ("claim", "article", "day"))
    said = claims != NO_CLAIM
    dated = days[days != NO_DAY]
    known = {name: different(columns[name][columns[name] >= 0]) for name in _NUMBERED}
    unclear, none = (STANCE_STATES.index(state) for state in ("unclear", "none"))
    return Headline(
        articles=different(articles),
        claims=different(claims[said]),
        positions=int(np.count_nonzero(stances >= 0)),
        speakers=known["speaker"],
        countries=known["country"],
        organisations=known["organisation"],
        outlets=known["outlet"],
        unnamed=different(articles[(columns["outlet"] < 0) & said]),
        undated=different(articles[days == NO_DAY]),
        without_country=different(claims[(columns["country"] < 0) & said]),
        unclear=int(np.count_nonzero(stances == unclear)),
        none=int(np.count_nonzero(stances == none)),
        first_on=_day(dated.min()) if len(dated) else None,
        last_on=_day(dated.max()) if len(dated) else None,
    )


_NUMBERED: Final = ("speaker", "country", "organisation", "outlet")


def _day(number: Any) -> date:
    return EPOCH + timedelta(days=int(number))


def _silent(snapshot: Snapshot, filters: Filters) -> dict[str, Column]:
    """Return claims without a position and articles without a claim."""
    statement = Statement()
    conditions = silent_conditions(filters, statement) or []
    listed = [f"{number_of(name)} AS {name}" for name in _NUMBERED]
    listed += [f"coalesce(claim_no, {NO_CLAIM}) AS claim", "article_no AS article"]
    listed.append(f"coalesce(published_on - DATE '1970-01-01', {NO_DAY})::INTEGER AS day")
    text = f"SELECT {', '.join(listed)} FROM silent WHERE {conjunction(conditions)}"
    return numbers(snapshot, text, statement, filters.folded)


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
