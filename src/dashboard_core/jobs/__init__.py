"""Work that goes on when the page is left: a process of its own, its state in files of the store."""

from __future__ import annotations

from dashboard_core.jobs.folder import Job, JobFile, Request, State
from dashboard_core.jobs.preview import (
    Digest,
    Preview,
    columns_for,
    columns_of,
    known_columns,
    preview,
    remember_columns,
    table_header,
    table_layout,
)
from dashboard_core.jobs.running import start

__all__ = [
    "Digest",
    "Job",
    "JobFile",
    "Preview",
    "Request",
    "State",
    "columns_for",
    "columns_of",
    "known_columns",
    "preview",
    "remember_columns",
    "start",
    "table_header",
    "table_layout",
]
