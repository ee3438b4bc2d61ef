"""Overview: what the articles show, in words, in numbers and in three charts."""

from __future__ import annotations

from dashboard_core.ui import data, furniture, overview, panel, views

furniture.heading(
    "Overview",
    "Who takes which position on what, as reported in the news articles read here.",
    explained=True,
)
furniture.stop_if_empty()
furniture.target_shortcuts()
furniture.finding(overview.findings())
furniture.number_cards(overview.headline_numbers(data.headline()))
options = furniture.chart_options()
furniture.trust_line(options.weight)
for view in views.at_a_glance(options):
    panel.show(view, picture=options.picture)
furniture.apart(view)
