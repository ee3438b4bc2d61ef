"""What is on the screen as a file: CSV, XLSX and PPTX, each naming its filters, dates and versions."""

from __future__ import annotations

from dashboard_core.exports.about import About, describe_filters, file_name
from dashboard_core.exports.table import neutralise, read_csv, to_csv, undo

__all__ = ["About", "describe_filters", "file_name", "neutralise", "read_csv", "to_csv", "undo"]
