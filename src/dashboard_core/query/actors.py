# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Who speaks and what is spoken about: voices by two dimensions, kinds of targets, an article's positions."""

from __future__ import annotations

import pandas as pd

from dashboard_core.frames import POSITIONS
from dashboard_core.query.chosen import chosen, of_stances
from dashboard_core.query.filters import Filters
from dashboard_core.query.rows import columns_of, frame_of
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch
from dashboard_core.query.tallies import grouping, texts

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
        statement, source = Statement(), chosen(snapshot, filters)
        first, second = (grouping(source, name, statement) for name in (by, split))
        where = conjunction(of_stances(filters, statement))
        rows = fetch(
            snapshot,
            f"WITH heard AS (SELECT DISTINCT {first} AS value, {second} AS split, "
            f"{source.number('speaker')} AS speaker FROM {source.relation} WHERE {where}) "
            "SELECT value, split, count(*) AS speakers FROM heard GROUP BY ALL",
            statement,
        )
        told = {name: texts(snapshot, one, rows[name]) for name, one in (("value", by), ("split", split))}
        return rows.assign(**told).sort_values(["value", "split"], ignore_index=True)

    return answer(store, ("voices", filters, by, split), ask)


def outlets(store: Source, filters: Filters) -> tuple[str, ...]:
    """Return the outlets that the positions come from, those with most of them first."""

    def ask(snapshot: Snapshot) -> tuple[str, ...]:
        statement, source = Statement(), chosen(snapshot, filters)
        where = conjunction(of_stances(filters, statement))
        rows = fetch(
            snapshot,
            f"SELECT {source.number('outlet')} AS no, count(*) AS n FROM {source.relation} WHERE {where} "
            "GROUP BY ALL",
            statement,
        )
        named = [(-n, name) for n, name in zip(rows["n"], texts(snapshot, "outlet", rows["no"]), strict=True)]
        return tuple(name for _, name in sorted(pair for pair in named if isinstance(pair[1], str)))

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
