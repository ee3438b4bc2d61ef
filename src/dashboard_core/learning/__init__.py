"""Learning from what people reviewed: a new stance model, compared on labels it never saw."""

from __future__ import annotations

from dashboard_core.learning.reviewed import LEAST, Least, Supply, shortfall, supply
from dashboard_core.learning.running import State, cancel, is_busy, start, state

__all__ = [
    "LEAST",
    "Least",
    "State",
    "Supply",
    "cancel",
    "is_busy",
    "shortfall",
    "start",
    "state",
    "supply",
]
