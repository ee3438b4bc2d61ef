"""The stance room: which position a claim takes on a target, with its probabilities and its reasons."""

from __future__ import annotations

from dashboard_core.stance.classifier import Moved, StanceInput, StanceLabel, StanceModel

__all__ = ["Moved", "StanceInput", "StanceLabel", "StanceModel"]
