"""Countries: where the voices come from and what they hold."""

from __future__ import annotations

from dashboard_core.ui import furniture, panel, views

furniture.heading(
    "Countries",
    "What voices from each country hold. A few experts are not their country: whose voices they are stands "
    "under each name.",
    explained=True,
)
furniture.stop_if_empty()
furniture.target_shortcuts()
options = furniture.chart_options(countries=True)
furniture.trust_line(options.weight)
view = views.by_country(options)
panel.show(view, picture=options.picture)
furniture.apart(view)
