"""Matrix: every actor against every target at one glance."""

from __future__ import annotations

from dashboard_core.ui import furniture, panel, views

furniture.heading(
    "Matrix", "Who stands where on which target. Select a cell to read what was said.", explained=True
)
furniture.stop_if_empty()
choice = furniture.matrix_options()
furniture.trust_line(choice.weight)
view = views.position_matrix(choice)
panel.show(view, picture=choice.picture)
furniture.apart(view)
