"""Review: people check the machine's labels, one passage per screen; their word counts."""

from __future__ import annotations

from dashboard_core.ui import furniture, review

furniture.heading(
    "Review",
    "Read a passage, decide its label, go on. What people decide counts; the machine's label is kept.",
)
review.screen()
