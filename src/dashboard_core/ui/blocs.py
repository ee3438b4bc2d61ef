"""The view of blocs by their members' voices: which of them have voices on both sides of a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard_core import query
from dashboard_core.charts import spread
from dashboard_core.query import Filters
from dashboard_core.ui import data, filters, sides, views
from dashboard_core.ui.views import Options, View

__all__ = ["by_bloc"]


@views.kept_view
def by_bloc(options: Options) -> View:
    """Return the stances of voices from the members of each bloc; a country in several counts in each."""
    found: list[pd.DataFrame] = []
    below: dict[str, str] = {}
    split_on: dict[str, list[str]] = {}
    groups = query.membership_groups()
    for group in groups:
        by = f"membership:{group}"
        tally = data.tally(by, weight=options.weight)
        found.append(tally[tally["value"] == "member"].assign(value=group))
        below |= {group: data.countries_by_group(by).get("member", "")}
        apart = sides.both(data.tally(by, weight=options.weight, split="target"))
        split_on |= {group: apart["member"]} if apart.get("member") else {}
    members = pd.concat(found, ignore_index=True)
    chart = views.told_sides(
        members,
        "group",
        options,
        split_on,
        noun="bloc",
        below=below,
        facts=views.facts_of(None, options),
        overlapping=True,
        notes=("A country in several blocs counts in each of them, with or without a bar.",),
        always=True,
    )
    chart = replace(chart, table=chart.table.rename(columns={"Group": "Bloc"}))

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        group = str(mark[0])
        base = views.of_stance(data.desk().filters, str(mark[1]), options)
        return f"{group} members", base.with_value(f"membership:{group}", "member")

    def claims() -> Mapping[str, int]:
        opened = {}
        for group in (str(row["actor"]) for row in spread(members)):
            rows = data.behind(filters.current(), f"membership:{group}").claims
            opened[group] = int(rows.loc[rows["value"] == "member", "claims"].sum())
        return opened

    return View(
        "blocs-by-members",
        chart,
        behind,
        views.weighed(options),
        claims=None if options.weight == "claims" else claims,
    )
