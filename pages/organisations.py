"""Organisations: those spoken about, those the speakers belong to, and blocs by their members' voices."""

from __future__ import annotations

from dataclasses import replace

from dashboard_core.ui import blocs, furniture, panel, views

furniture.heading(
    "Organisations",
    "Who is spoken about, who speaks, and which organisations and blocs have voices on both sides.",
    explained=True,
)
furniture.stop_if_empty()
side = furniture.either("View", blocs.ABOUT, blocs.OWN, blocs.BLOCS, key="view")
chosen = furniture.bloc_choice() if side == blocs.BLOCS else ()
options = replace(furniture.chart_options(), blocs=chosen)
if side == blocs.ABOUT:
    kinds = furniture.target_kinds()
    view = views.by_target(options, kinds=kinds)
else:
    view = views.by_organisation(options) if side == blocs.OWN else blocs.by_bloc(options)
furniture.trust_line(options.weight)
panel.show(view, picture=options.picture)
if len(chosen) > 1:
    panel.show(blocs.side_by_side(options), picture=options.picture)
furniture.apart(view)
