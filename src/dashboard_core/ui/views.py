"""The views that pages show: which tally, which chart, and which claims stand behind a mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any, Final, ParamSpec

import pandas as pd

from dashboard_core import charts
from dashboard_core.charts import Chart
from dashboard_core.charts.wording import (
    Facts,
    among,
    amount,
    is_whole,
    plural,
    several,
    single,
    standing,
    tier_mix,
)
from dashboard_core.query import Filters
from dashboard_core.query.memberships import group_label
from dashboard_core.ui import data, filters, sides, spelled, theme, trust
from dashboard_core.ui.options import MatrixOptions, Options
from dashboard_core.vocabulary import STANCE_LABELS, STANCES, TIER_LABELS

__all__ = [
    "ONE_VOTE",
    "MatrixOptions",
    "Options",
    "View",
    "at_a_glance",
    "by_country",
    "by_membership",
    "by_organisation",
    "by_target",
    "by_tier",
    "facts_of",
    "kept_view",
    "of_stance",
    "position_matrix",
    "single_target",
    "tier_order",
    "told_sides",
    "weighed",
]

# Joins country and kind of voice in one row key; no ISO code and no tier holds it.
_JOINT: Final = "|"
_NO_TARGET: Final = "(none)"
ONE_VOTE: Final = "one vote per voice and target"
Asked = ParamSpec("Asked")


@dataclass(frozen=True)
class View:
    """A chart with a name for its files and the way from a mark to the claims behind it."""

    key: str
    chart: Chart
    behind: Callable[[Sequence[object]], tuple[str, Filters]]
    weight: str = ""
    filters: Filters | None = None
    claims: Callable[[], Mapping[str, int]] | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The chart's table; the claims of a row are those that its marks open, others stand apart.

        Counted when the table is asked for: a chart that is only looked at does without.
        """
        if self.claims is None:
            return self.chart.table
        return charts.with_claims(self.chart.table, self.claims())

    @property
    def shape(self) -> tuple[int, int]:
        """What keeping it costs, in the cells by which the store reckons."""
        rows, columns = self.chart.table.shape
        return rows, 2 * columns

    @cached_property
    def marks(self) -> dict[str, tuple[str, list[Any]]]:
        """The marks in reading order: key -> what each is called, its custom data."""
        found: list[tuple[int, list[Any]]] = []
        for trace in self.chart.figure["data"]:
            places = trace["y"] if self.chart.drawn.shape == "diverging" else range(len(trace["y"]))
            for place, mark in zip(places, trace.get("customdata") or (), strict=False):
                if mark and float(mark[2]) > 0:
                    found.append((round(place), mark))
        marks: dict[str, tuple[str, list[Any]]] = {}
        for place, mark in sorted(found, key=lambda entry: entry[0]):
            if mark[1]:
                name = f"{self.chart.drawn.categories[place]}: {STANCE_LABELS[str(mark[1])].lower()}"
            else:
                name = self.behind(mark)[0]
            noun = self.chart.drawn.counted if is_whole(float(mark[2])) else "vote"
            marks[mark_key(mark)] = f"{standing(name)} · {plural(float(mark[2]), noun)}", mark
        return marks


def mark_key(mark: Sequence[object]) -> str:
    """Return what tells a mark from the others of its chart."""
    return f"{mark[0]}|{mark[1]}|{mark[5] if len(mark) > 5 else ''}"


def kept_view(make: Callable[Asked, View]) -> Callable[Asked, View]:
    """Draw a view once: equal data, filters, options and look give the same one, for every reader."""

    @wraps(make)
    def view(*args: Asked.args, **kwargs: Asked.kwargs) -> View:
        look = theme.theme_name(), theme.screen_size()
        key = ("view", make.__name__, args, tuple(sorted(kwargs.items())), look)
        return data.kept_here(key, lambda: make(*args, **kwargs))

    return view


def single_target() -> str:
    """Return the id of the target if the filters leave just one, else nothing."""
    chosen = filters.current().targets
    return chosen[0] if len(chosen) == 1 else ""


def weighed(options: Options | MatrixOptions) -> str:
    return "every claim" if options.weight == "claims" else ONE_VOTE


def _subject() -> tuple[str, int, int]:
    """Return the target's name, if there is one, how many targets the votes are about, and how many more
    are named without anybody's taking a position."""
    one = single_target()
    if one:
        return data.target_names().get(one, one), 1, 0
    counted = data.tally("target")
    # Targets that are only mentioned have no votes to add up.
    taken = counted[counted["stance"].isin(STANCES)]
    present = (taken if len(taken) else counted)["value"]
    count = int(present.nunique())
    silent = int(counted["value"].nunique()) - count
    if count == 1:
        only = str(present.dropna().iloc[0])
        return data.target_names().get(only, only), 1, silent
    return "", count, silent


def facts_of(chosen: Filters | None, options: Options | MatrixOptions) -> Facts:
    """Return what stands around a chart, and how much of it rests on the context alone."""
    facts = data.facts(chosen, described=filters.describe(filters.current()))
    found = data.resting(chosen or filters.current())
    return replace(facts, context=trust.resting(found, options.weight, bool(single_target())))


def _facts(
    chosen: Filters | None, options: Options | MatrixOptions, by: str, split: str | None = None
) -> Facts:
    """Return what stands around a chart; who has no vote in it is not counted among its voices."""
    facts = facts_of(chosen, options)
    chosen = chosen or filters.current()
    if options.weight == "claims" or set(chosen.stances) <= set(STANCES):
        return facts
    held = data.behind(chosen, by, split)
    return replace(
        facts, voices=held.speakers, claims=held.all_claims, elsewhere=facts.claims - held.all_claims
    )


def _opened_claims(
    tally: pd.DataFrame, options: Options, chosen: Filters | None, by: str, split: str | None = None
) -> Callable[[], Mapping[str, int]] | None:
    """Return how to find the claims that the marks of each row open, by actor as the chart names it."""
    if options.weight == "claims":
        return None

    def count() -> Mapping[str, int]:
        found = {str(row["actor"]): 0 for row in charts.spread(tally)}
        for row in data.behind(chosen or filters.current(), by, split).claims.to_dict("records"):
            parts = [
                "" if pd.isna(row[name]) else str(row[name]) for name in ("value", "split") if name in row
            ]
            found[_JOINT.join(parts)] += int(row["claims"])
        return found

    return count


def _chart(
    tally: pd.DataFrame,
    by: str,
    key: str,
    options: Options,
    names: dict[str, str],
    below: dict[str, str],
    chosen: Filters | None = None,
    facts: Facts | None = None,
    people: Mapping[str, int] | None = None,
    finding: str = "",
    notes: Sequence[str] = (),
    overlapping: bool = False,
) -> Chart:
    """Draw a tally; ``facts`` where the tally's dimension is not what the chart calls it."""
    subject, targets, silent = _subject()
    chosen = chosen or data.desk().filters
    facts = facts or _facts(chosen, options, by)
    if by != "target" and not overlapping and (twice := _twice(tally, by, options, facts.voices)):
        notes = (*notes, twice)
    return charts.stance_bars(
        tally,
        by=by,
        facts=facts,
        names=names,
        below=below,
        people=people,
        subject="" if by == "target" else subject,
        targets=targets,
        silent=silent,
        unit=options.weight,
        shares=options.shares,
        order=options.order,
        only=chosen.stances,
        top=options.top,
        part=options.part,
        row_height=options.row_height,
        width=options.width,
        height=options.height,
        finding=finding,
        extra_notes=notes,
        overlapping=overlapping,
        spelled=spelled.abbreviations(),
        theme=theme.theme_name(),
        size=options.size or theme.screen_size(),
    )


_SEVERAL: Final = {"group": "groups", "tier": "kinds of voice"}


def _twice(tally: pd.DataFrame, by: str, options: Options, voices: int) -> str:
    """Say that some voices stand in two rows of a chart; nothing where each stands in one.

    From what was counted already: a voice of two countries has a vote in each, and is one voice.
    """
    chosen = filters.current()
    if options.weight == "claims" or chosen.stances or chosen.apart:
        return ""
    rows = float(tally["votes"].sum())
    whole = float(voices if single_target() else data.tally("target")["votes"].sum())
    if rows < whole + 0.5:
        return ""
    what = _SEVERAL.get(by) or several(by)
    return (
        f"A voice with two {what}, or with one and one not stated, has a vote in each: the rows add up to "
        f"{amount(rows)}, not {amount(whole)}."
    )


def _opened(
    by: str, names: dict[str, str], options: Options, chosen: Filters | None = None
) -> Callable[[Sequence[object]], tuple[str, Filters]]:
    """Return the way from a mark's custom data to its heading and filters."""

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        actor = str(mark[0])
        base = of_stance(chosen or data.desk().filters, str(mark[1]), options)
        return names.get(actor, actor) or charts.MISSING[by], base.with_value(by, actor)

    return behind


def of_stance(base: Filters, stance: str, options: Options | MatrixOptions) -> Filters:
    """Narrow filters to those whom a mark counts: unclear are only voices who say nothing clearer."""
    if stance in STANCES or options.weight == "claims":
        return base.with_value("stance", stance)
    return replace(base, apart=stance)


def _view(
    key: str,
    chart: Chart,
    by: str,
    tally: pd.DataFrame,
    options: Options,
    behind: Callable[[Sequence[object]], tuple[str, Filters]],
    *,
    split: str | None = None,
    chosen: Filters | None = None,
) -> View:
    claims = _opened_claims(tally, options, chosen, by, split)
    return View(key, chart, behind, weighed(options), chosen, claims)


@kept_view
def by_country(options: Options) -> View:
    """Return the stances of voices from each country, with the kinds of voice under each name."""
    if options.group:
        return by_membership(options.group, options)
    if options.separate:
        return _by_country_and_tier(options)
    names = dict(data.country_names())
    tally = data.tally("country", weight=options.weight)
    mixes = data.voices_by_tier()
    below = {country: tier_mix(tier_order(mix)) for country, mix in mixes.items()}
    people = {country: sum(mix.values()) for country, mix in mixes.items()}
    chart = _chart(tally, "country", "country", options, names, below, people=people)
    return _view("countries", chart, "country", tally, options, _opened("country", names, options))


def tier_order(mix: dict[str, int]) -> list[tuple[str, int]]:
    known = [(label, mix[tier]) for tier, label in TIER_LABELS.items() if mix.get(tier)]
    return [*known, ("voice of unknown kind", mix[""])] if mix.get("") else known


def _by_country_and_tier(options: Options) -> View:
    countries = data.country_names()
    split = data.tally("country", weight=options.weight, split="tier")
    keys = [
        f"{'' if pd.isna(country) else country}{_JOINT}{'' if pd.isna(tier) else tier}"
        for country, tier in zip(split["value"], split["split"], strict=True)
    ]
    tally = split.assign(value=keys)
    names = {}
    for key in set(keys):
        country, _, tier = key.partition(_JOINT)
        place = countries.get(country, country) or charts.MISSING["country"]
        kind = several(TIER_LABELS[tier]) if tier in TIER_LABELS else "kind of voice not stated"
        names[key] = f"{place} ({kind})"
    facts = _facts(None, options, "country", "tier")
    chart = _chart(tally, "group", "country-tier", options, names, {}, facts=facts)

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        actor = str(mark[0])
        base = of_stance(data.desk().filters, str(mark[1]), options)
        country, _, tier = actor.partition(_JOINT)
        return names[actor], base.with_value("country", country).with_value("tier", tier)

    return _view("countries-by-kind-of-voice", chart, "country", tally, options, behind, split="tier")


def by_membership(group: str, options: Options) -> View:
    """Return the stances of voices grouped by their countries' memberships."""
    by = f"membership:{group}"
    tally = data.tally(by, weight=options.weight)
    kinds = [kind for kind in tally["value"].unique() if isinstance(kind, str)]
    names = {kind: group_label(f"{group}:{kind}") for kind in kinds}
    facts = _facts(None, options, by)
    chart = _chart(tally, "group", by, options, names, data.countries_by_group(by), facts=facts)

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        actor = str(mark[0])
        base = of_stance(data.desk().filters, str(mark[1]), options)
        return names.get(actor, actor) or charts.MISSING["group"], base.with_value(by, actor)

    return _view(f"membership-{group.replace('+', '-')}", chart, by, tally, options, behind)


@kept_view
def by_organisation(options: Options) -> View:
    """Return the stances held by the speakers of each organisation."""
    tally = data.tally("organisation", weight=options.weight)
    split_on = sides.both(data.tally("organisation", weight=options.weight, split="target"))
    chart = told_sides(tally, "organisation", options, split_on, noun="organisation")
    opened = _opened("organisation", {}, options)
    return _view("organisations-of-speakers", chart, "organisation", tally, options, opened)


def told_sides(
    tally: pd.DataFrame,
    by: str,
    options: Options,
    split_on: Mapping[str, Sequence[str]],
    *,
    noun: str,
    names: dict[str, str] | None = None,
    below: dict[str, str] | None = None,
    facts: Facts | None = None,
    notes: Sequence[str] = (),
    always: bool = False,
    overlapping: bool = False,
) -> Chart:
    """Draw a tally and say which of its actors have voices for and against one target.

    The title says it where some have; ``always``: also where none has. ``overlapping``: voices can stand in
    several rows.
    """
    names, below = names or {}, below or {}
    if filters.current().stances:
        # Who is for alone, or against alone, cannot be split.
        return _chart(
            tally, by, noun, options, names, below, facts=facts, notes=notes, overlapping=overlapping
        )
    subject, targets, _ = _subject()
    targeted = data.target_names()
    named = {actor: held for actor, held in split_on.items() if actor}
    # Of many screens each has a title of its own.
    rows = [str(row["actor"]) for row in charts.spread(tally)]
    shown = rows[options.part[0] : sum(options.part)] if options.part else rows
    seen = {actor: held for actor, held in named.items() if actor in shown}
    said = sides.title(seen, noun, subject, targets, targeted) if seen or always else ""
    said += among(len(shown), len(rows), noun) if said and seen != named else ""
    told = [] if said else [sides.direct_answer(named, noun, subject, targeted)]
    if not subject and targets > 1:
        told.append("Two colours in one bar alone are no split: a bar adds up several targets.")
    chart = _chart(
        tally,
        by,
        noun,
        options,
        names,
        below,
        facts=facts,
        finding=said,
        notes=(*told, *notes),
        overlapping=overlapping,
    )
    column = [", ".join(targeted.get(target, target) for target in named.get(actor, ())) for actor in rows]
    return replace(chart, table=chart.table.assign(**{sides.COLUMN: column}))


@kept_view
def by_tier(options: Options) -> View:
    """Return the stances of each kind of voice."""
    people = data.voices_of_each_tier()
    names = {
        tier: single(label) if people.get(tier) == 1 else several(label)
        for tier, label in TIER_LABELS.items()
    }
    tally = data.tally("tier", weight=options.weight)
    chart = _chart(tally, "tier", "tier", options, names, {}, people=people)
    return _view("kinds-of-voice", chart, "tier", tally, options, _opened("tier", names, options))


def at_a_glance(options: Options) -> list[View]:
    """Return the charts of the overview: what is discussed, by whom, and whose voices these are."""
    if single_target():
        return [by_country(options), by_tier(options), by_organisation(options)]
    return [by_target(options), by_country(options), by_tier(options)]


@kept_view
def by_target(options: Options, kinds: Sequence[str] = ()) -> View:
    """Return the stances on each target, or on those of some kinds.

    The kinds narrow everything that the chart says and that its files hold, not only the bars.
    """
    names = data.target_names()
    chosen = filters.current()
    if kinds:
        kind_of = data.target_kinds()
        among = chosen.targets or tuple(sorted(kind_of))
        # An id that no target has: a filter without any value would let all of them in.
        kept = tuple(target for target in among if kind_of.get(target) in kinds) or (_NO_TARGET,)
        chosen = replace(chosen, targets=kept)
    tally = data.tally("target", weight=options.weight, filters=chosen)
    nothing = kinds and not tally["stance"].isin(STANCES).any()
    said = "No clear position was found on targets of the kinds chosen" if nothing else ""
    chart = _chart(tally, "target", f"target-{'-'.join(kinds)}", options, names, {}, chosen, finding=said)
    key = "targets" if not kinds else "spoken-about"
    opened = _opened("target", names, options, chosen)
    return _view(key, chart, "target", tally, options, opened, chosen=chosen)


@kept_view
def position_matrix(options: MatrixOptions) -> View:
    """Return the matrix of actors and targets."""
    names = dict(data.display_names(options.rows))
    targets = data.target_names()
    chart = charts.position_matrix(
        data.matrix(options.rows, "target", weight=options.weight),
        facts=_facts(None, options, options.rows, "target"),
        row_noun={"tier": "kind of voice"}.get(options.rows, options.rows),
        row_names=names,
        column_names=targets,
        spelled=spelled.abbreviations(),
        sort_rows=options.sort_rows,
        sort_columns=options.sort_columns,
        rows=options.top,
        part=options.part,
        width=options.width,
        height=options.height,
        theme=theme.theme_name(),
        size=options.size or theme.screen_size(),
    )

    def behind(mark: Sequence[object]) -> tuple[str, Filters]:
        actor, target = str(mark[0]), str(mark[5])
        heading = f"{names.get(actor, actor)} on {targets.get(target, target)}"
        chosen = data.desk().filters.with_value(options.rows, actor)
        return heading, chosen.with_value("target", target)

    return View(f"matrix-{options.rows}", chart, behind, weighed(options))
