"""What the overview says before its charts: the finding in words, and the headline numbers."""

from __future__ import annotations

from dashboard_core import charts
from dashboard_core.charts.findings import Row, most_discussed
from dashboard_core.charts.wording import amount, plural, tier_mix
from dashboard_core.query import Headline
from dashboard_core.ui import data, filters, views

__all__ = ["findings", "headline_numbers"]


def headline_numbers(numbers: Headline) -> list[tuple[str, int, str]]:
    """Return the headline numbers: label, value, what it means."""
    return [
        ("Voices", numbers.speakers, "People and institutions whose words were found."),
        ("Claims", numbers.claims, "Passages in which one of them says something."),
        ("Positions", numbers.positions, "Claims times targets: what one claim holds on one target."),
        ("Countries", numbers.countries, "Countries that the voices come from or speak for."),
        ("Articles", numbers.articles, "Published texts read."),
        ("Outlets", numbers.outlets, "Who published them."),
    ]


def findings() -> list[str]:
    """Return what the data show under these filters, in one to three sentences."""
    return data.kept_here(("findings",), _findings)


def _findings() -> list[str]:
    names = data.target_names()
    rows = [
        Row(
            str(names.get(row["actor"], row["actor"])),
            row["opposed"],
            row["cautious"],
            row["supportive"],
            apart=row["unclear"] + row["none"],
            none=row["none"],
        )
        for row in charts.spread(data.tally("target"))
        if row["actor"]
    ]
    numbers = data.headline()
    said: list[str] = []
    taken = any(row.votes for row in rows)
    if taken and not filters.current().stances:
        said.append(most_discussed(rows, voices=numbers.speakers))
    elif taken:
        said.append(f"{plural(numbers.claims, 'claim')} by {plural(numbers.speakers, 'voice')} match.")
    else:
        said.append("No clear position was found here.")
    heard = tier_mix(views.tier_order(data.voices_of_each_tier()))
    places = f" from {plural(numbers.countries, 'country')}" if numbers.countries else ""
    placeless = sum(data.voices_by_tier().get("", {}).values())
    if places and placeless:
        places += f" and {amount(placeless)} whose country is not stated"
        # Who is counted with two countries, or with one and without, is still one voice.
        places = f", {amount(max(numbers.speakers - placeless, 0))} of them{places}"
    base = plural(numbers.articles, "article")
    if numbers.outlets:
        base = plural(numbers.articles - numbers.unnamed, "article")
        base += f" of {plural(numbers.outlets, 'outlet')}"
        if numbers.unnamed:
            base += f" and {plural(numbers.unnamed, 'article')} without a named outlet"
    said.append(f"{plural(numbers.speakers, 'voice')}{places} ({heard}), quoted in {base}.")
    return said
