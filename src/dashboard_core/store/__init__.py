"""Where articles, claims and stances are kept: a folder of immutable Parquet batches, read through DuckDB."""

from __future__ import annotations

from dashboard_core.store.folder import AppendReport, Store
from dashboard_core.store.ledger import Entry, Ledger

__all__ = ["AppendReport", "Entry", "Ledger", "Store"]
