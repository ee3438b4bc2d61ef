"""Overview: what the articles show, in words, in numbers and in one chart."""

from __future__ import annotations

from dashboard_core.ui import data, furniture, panel, views

furniture.heading("Overview", "Who takes which position on what, as reported in the news articles read here.")
furniture.stop_if_empty()
furniture.finding(views.findings())
furniture.number_cards(views.headline_numbers(data.headline()))
options = furniture.chart_options()
view = views.by_country(options) if views.single_target() else views.by_target(options)
panel.show(view, picture=options.picture)
furniture.apart(data.headline())
