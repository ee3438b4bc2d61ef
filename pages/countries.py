"""Countries: where the voices come from and what they hold."""

from __future__ import annotations

from dashboard_core.ui import data, furniture, panel, views

furniture.heading(
    "Countries",
    "What voices from each country hold. A few experts are not their country: whose voices they are stands "
    "under each name.",
)
furniture.stop_if_empty()
furniture.target_shortcuts()
grouping = furniture.grouping()
options = furniture.chart_options(separate=not grouping)
view = views.by_membership(grouping, options) if grouping else views.by_country(options)
panel.show(view, picture=options.picture)
furniture.apart(data.headline())
