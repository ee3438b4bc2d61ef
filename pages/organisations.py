"""Organisations: those spoken about, those the speakers belong to, and blocs by their members' voices."""

from __future__ import annotations

from dashboard_core.ui import blocs, data, furniture, panel, views

ABOUT, OWN, BLOCS = "Organisations spoken about", "Organisations of the speakers", "Blocs by their members"

furniture.heading(
    "Organisations",
    "Who is spoken about, who speaks, and which organisations and blocs have voices on both sides.",
    explained=True,
)
furniture.stop_if_empty()
side = furniture.either("View", ABOUT, OWN, BLOCS, key="view")
options = furniture.chart_options()
if side == ABOUT:
    kinds = furniture.target_kinds()
    view = views.by_target(options, kinds=kinds)
else:
    view = views.by_organisation(options) if side == OWN else blocs.by_bloc(options)
furniture.trust_line(options.weight)
panel.show(view, picture=options.picture)
furniture.apart(data.headline())
