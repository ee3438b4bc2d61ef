"""Files for the reader, under names that say what, when and which filters."""

from __future__ import annotations

import re

import pandas as pd

from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.ui.links import parameters_of

__all__ = ["file_stem", "frame_csv", "positions_csv", "table_csv"]


def file_stem(name: str, chosen: Filters, store: Store) -> str:
    parts = [name, f"{store.data_date:%Y-%m-%d}" if store.data_date else "undated"]
    parts += ["-".join([key, *values]) for key, values in parameters_of(chosen).items()]
    return re.sub(r"[^\w-]+", "-", "_".join(parts))[:120].strip("-")


def frame_csv(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode("utf-8-sig")


def table_csv(table: pd.DataFrame) -> bytes:
    return frame_csv(table)


def positions_csv(store: Store, chosen: Filters) -> bytes:
    from dashboard_core import query

    return frame_csv(query.positions(store, chosen))
