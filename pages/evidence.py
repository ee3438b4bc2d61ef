"""Evidence: every claim with its words, its article and its label."""

from __future__ import annotations

from dashboard_core.ui import evidence, furniture

furniture.heading(
    "Evidence",
    "The sentences behind every number, in their article, with the link to the outlet.",
    explained=True,
)
furniture.stop_if_empty(claims=True)
furniture.way_back()
chosen = evidence.claims_table()
evidence.passport(chosen)
evidence.whole_article(chosen)
