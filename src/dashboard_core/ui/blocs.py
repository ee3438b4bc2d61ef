"""The view of blocs by their members' voices: which of them have voices on both sides of a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from dashboard_core import charts, query
from dashboard_core.charts import spread
from dashboard_core.query import Filters
from dashboard_core.ui import data, filters, sides, spelled, theme, views
from dashboard_core.ui.views import Options, View

__all__ = ["ABOUT", "BLOCS", "OWN", "by_bloc", "side_by_side"]

# The views of the page on organisations.
ABOUT: Final = "Organisations spoken about"
OWN: Final = "Organisations of the speakers"
BLOCS: Final = "Blocs by their members"


@views.kept_view
def by_bloc(options: Options) -> View:
    """Return the stances of voices from the members of each bloc, or of those chosen.

    A country in several counts in each.
    """
    found: list[pd.DataFrame] = []
    below: dict[str, str] = {}
    split_on: dict[str, list[str]] = {}
    for group in (name for name in query.membership_groups() if not options.blocs or name in options.blocs):
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
        names={group: f"{group} members" for group in below},
        below=below,
        facts=views.facts_of(None, options),
        overlapping=True,
        notes=("A country in several blocs counts in each; voices from elsewhere stand in no row.",),
        # Of blocs that the reader chose, how they compare is told.
        always=not options.blocs,
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


@views.kept_view
def side_by_side(options: Options) -> View:
    """Return the chosen blocs target by target: where their members' voices differ."""
    cells: list[pd.DataFrame] = []
    for group in options.blocs:
        found = data.matrix(f"membership:{group}", "target", weight=options.weight)
        cells.append(found[found["row"] == "member"].assign(row=group, row_label=group))
    targets = data.target_names()
    chart = charts.position_matrix(
        pd.concat(cells, ignore_index=True),
        facts=views.facts_of(None, options),
        row_noun="bloc",
        column_names=targets,
        spelled=spelled.abbreviations(),
        width=options.width,
        height=options.height,
        theme=theme.theme_name(),
        size=options.size or theme.screen_size(),
    )

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        group, target = str(mark[0]), str(mark[5])
        chosen = data.desk().filters.with_value(f"membership:{group}", "member")
        return f"{group} members on {targets.get(target, target)}", chosen.with_value("target", target)

    return View("blocs-side-by-side", chart, behind, views.weighed(options))
