"""Organisations: those spoken about, and those the speakers belong to; two views that are never mixed."""

from __future__ import annotations

from dashboard_core.ui import data, furniture, panel, views

ABOUT, OWN = "Organisations spoken about", "Organisations of the speakers"

furniture.heading(
    "Organisations", "Two different questions: who is spoken about, and who speaks.", explained=True
)
furniture.stop_if_empty()
side = furniture.either("View", ABOUT, OWN, key="view")
options = furniture.chart_options()
if side == ABOUT:
    kinds = furniture.target_kinds()
    view = views.by_target(options, kinds=kinds)
else:
    view = views.by_organisation(options)
furniture.trust_line(options.weight)
panel.show(view, picture=options.picture)
furniture.apart(data.headline())
