"""Tallies into figures: each chart carries its finding, its numbers as a table, and its text alternative."""

from __future__ import annotations

from dashboard_core.charts.bars import MISSING, WITHOUT_VOTE, spread, stance_bars, with_claims
from dashboard_core.charts.layout import Chart, Drawn, SizeName, marked, picture_config
from dashboard_core.charts.matrix import position_matrix
from dashboard_core.charts.palette import SYMBOLS, THEMES, Theme, ThemeName, contrast, mix
from dashboard_core.charts.wording import Facts

__all__ = [
    "MISSING",
    "SYMBOLS",
    "THEMES",
    "WITHOUT_VOTE",
    "Chart",
    "Drawn",
    "Facts",
    "SizeName",
    "Theme",
    "ThemeName",
    "contrast",
    "marked",
    "mix",
    "picture_config",
    "position_matrix",
    "spread",
    "stance_bars",
    "with_claims",
]
