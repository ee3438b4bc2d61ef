"""The story once, start to end: articles in, frames out, kept in the store, and what became of each."""

from __future__ import annotations

from dashboard_core.pipeline.ingesting import (
    RESULTS,
    Outcome,
    Watch,
    ingest,
    ingest_found,
    outcome_table,
    reread,
    update,
)
from dashboard_core.pipeline.structuring import (
    Report,
    Resources,
    Structured,
    context_before,
    structure,
    structure_articles,
)

__all__ = [
    "RESULTS",
    "Outcome",
    "Report",
    "Resources",
    "Structured",
    "Watch",
    "context_before",
    "ingest",
    "ingest_found",
    "outcome_table",
    "reread",
    "structure",
    "structure_articles",
    "update",
]
