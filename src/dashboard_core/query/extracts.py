"""Positions as files hold them, wherever a file is made."""

from __future__ import annotations

import pandas as pd

from dashboard_core.query.articles import name_outlets
from dashboard_core.query.filters import Filters
from dashboard_core.query.rows import positions, rejected
from dashboard_core.query.sql import Snapshot, Source, answer

__all__ = ["extract", "labelled_by"]


def extract(store: Source, filters: Filters, *, limit: int | None = None) -> pd.DataFrame:
    """Return the positions that match and, behind them, those of the machine that people rejected.

    Parameters
    ----------
    store : Source
        The store.
    filters : Filters
        What is wanted.
    limit : int, optional
        At most so many positions, and so many rejected ones.

    Returns
    -------
    DataFrame, one row per claim and target
        The columns of :data:`frames.EXTRACTS`; of a rejected position ``stance`` is missing.
    """
    rows, gone = positions(store, filters, limit=limit), rejected(store, filters, limit=limit)
    return name_outlets(store, pd.concat([rows, gone], ignore_index=True) if len(gone) else rows)


def labelled_by(store: Source) -> tuple[str, ...]:
    """Return the versions of the stance models whose labels the store holds, in order."""

    def ask(snapshot: Snapshot) -> tuple[str, ...]:
        text = "SELECT DISTINCT model_version::VARCHAR FROM stances WHERE model_version <> '' ORDER BY 1"
        return tuple(row[0] for row in snapshot.cursor().execute(text).fetchall())

    return answer(store, ("labelled by",), ask)
