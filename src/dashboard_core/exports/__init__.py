"""What is on the screen as a file: CSV, XLSX and PPTX, each naming its filters, dates and versions."""

from __future__ import annotations

from dashboard_core.exports.about import About, describe_filters, file_name, model_versions
from dashboard_core.exports.drawing import LABEL_WIDTH
from dashboard_core.exports.sheets import workbook
from dashboard_core.exports.slides import Passage, SlideChart, brief_pptx
from dashboard_core.exports.table import neutralise, read_csv, readable, to_csv, undo

__all__ = [
    "LABEL_WIDTH",
    "About",
    "Passage",
    "SlideChart",
    "brief_pptx",
    "describe_filters",
    "file_name",
    "model_versions",
    "neutralise",
    "read_csv",
    "readable",
    "to_csv",
    "undo",
    "workbook",
]
