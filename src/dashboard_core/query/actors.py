# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Who speaks and what is spoken about: voices by two dimensions, kinds of targets, an article's positions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard_core.frames import POSITIONS
from dashboard_core.query.chosen import chosen
from dashboard_core.query.codes import codes_of
from dashboard_core.query.columns import counted, distinct
from dashboard_core.query.filters import Filters
from dashboard_core.query.rows import columns_of, frame_of
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch
from dashboard_core.query.tallies import grouped

__all__ = ["article_positions", "outlets", "target_kinds", "voices"]


def voices(store: Source, filters: Filters, *, by: str, split: str) -> pd.DataFrame:
    """Return how many different speakers stand behind each pair of values.

    A tally counts speakers per stance, and one speaker can hold two; this counts each once.

    Returns
    -------
    DataFrame, one row per (value, split) that occurs
        ``value`` and ``split`` (NaN where missing), ``speakers`` int.
    """

    def ask(snapshot: Snapshot) -> pd.DataFrame:
        source = chosen(snapshot, filters)
        held = source.taking(filters.stances)
        (first, book), (second, other) = (grouped(snapshot, source, name) for name in (by, split))
        speaker = source.column("speaker")[held].astype("int64") + 1
        wide, many = len(other.values) + 1, int(speaker.max(initial=0)) + 1
        pair = (first[held].astype("int64") + 1) * wide + second[held] + 1
        pairs, counts = np.unique_counts(distinct(pair * many + speaker) // many)
        found = {"value": book.values[pairs // wide - 1], "split": other.values[pairs % wide - 1]}
        told = {name: pd.Series(values, dtype="str") for name, values in found.items()}
        rows = pd.DataFrame(told | {"speakers": counts.astype("int64")})
        return rows.sort_values(["value", "split"], ignore_index=True)

    return answer(store, ("voices", filters, by, split), ask)


def outlets(store: Source, filters: Filters) -> tuple[str, ...]:
    """Return the outlets that the positions come from, those with most of them first."""

    def ask(snapshot: Snapshot) -> tuple[str, ...]:
        source, names = chosen(snapshot, filters), codes_of(snapshot, "outlet").values
        counts = counted(source.column("outlet")[source.taking(filters.stances)], len(names))[:-1]
        named = [(-int(counts[no]), str(names[no])) for no in np.flatnonzero(counts)]
        return tuple(name for _, name in sorted(named))

    return answer(store, ("outlets", filters), ask)


def target_kinds(store: Source) -> dict[str, str]:
    """Return the kind of every target in the store, by id."""

    def ask(snapshot: Snapshot) -> dict[str, str]:
        text = "SELECT DISTINCT target_id::VARCHAR AS id, target_kind::VARCHAR AS kind FROM facts"
        rows = fetch(snapshot, text, Statement())
        return dict(zip(rows["id"], rows["kind"], strict=True))

    return answer(store, ("target_kinds",), ask)


def article_positions(store: Source, article_id: str) -> pd.DataFrame:
    """Return every position of one article, in the order of its text."""
    statement = Statement()
    test = f"article_id = {statement.bind(article_id)}"
    text = (
        f'SELECT {columns_of(POSITIONS)} FROM positions WHERE {test} ORDER BY start, "end", claim_id, target'
    )
    return answer(store, ("article_positions", article_id), lambda s: frame_of(s, POSITIONS, text, statement))
