"""Diverging stacked bars: opposed to the left, cautious across the middle, supportive to the right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final, Literal

import pandas as pd

from dashboard_core.charts import wording
from dashboard_core.charts.layout import (
    FONT,
    SIZES,
    Chart,
    Drawn,
    Size,
    SizeName,
    axis,
    frame,
    label,
    text_above,
)
from dashboard_core.charts.palette import SYMBOLS, THEMES, Theme, ThemeName
from dashboard_core.vocabulary import STANCE_LABELS, STANCE_STATES, STANCES

__all__ = ["OTHERS", "spread", "stance_bars"]

OTHERS: Final = "__others__"
_TIMES: Final = 8
# One actor of a chart: votes by stance, and how many stand behind them (see spread).
Actor = dict[str, Any]
# "by" of a tally -> how its findings speak of it, and the heading of its table column.
_SPEECH: Final[dict[str, tuple[str, str, str]]] = {
    "country": ("from", "country", "Country"),
    "organisation": ("from", "organisation", "Organisation"),
    "outlet": ("in", "outlet", "Outlet"),
    "speaker": ("", "", "Speaker"),
    "tier": ("among", "group", "Kind of voice"),
    "target": ("", "", "Target"),
    "group": ("from", "group", "Group"),
}
_MISSING: Final = {
    "country": "No country stated",
    "organisation": "No organisation stated",
    "outlet": "No outlet stated",
    "tier": "Kind of voice not known",
    "target": "No target",
    "speaker": "Not named",
    "group": "No country stated",
}


def spread(tally: pd.DataFrame) -> list[Actor]:
    """Return a tally with one record per actor instead of one row per actor and stance.

    Plain records, not a frame: a chart has few rows, and a frame takes most of its time for looking them up.

    Parameters
    ----------
    tally : DataFrame, one row per (value, stance)
        Reads ``value``, ``stance``, ``votes``, ``speakers`` and ``claims``. A missing value is a row of
        its own.

    Returns
    -------
    list of dict, one per actor, most votes first, the missing actor last
        ``actor`` str (empty: missing), ``opposed`` ... ``none`` float votes, ``speakers_<stance>`` and
        ``claims_<stance>`` int, ``n`` float: votes that take a position.

    Examples
    --------
    >>> rows = [("KAZ", "supportive", 2.0, 2, 3), ("KAZ", "opposed", 1.0, 1, 1), (None, "none", 1.0, 1, 1)]
    >>> tally = pd.DataFrame(rows, columns=["value", "stance", "votes", "speakers", "claims"])
    >>> [(row["actor"], row["opposed"], row["supportive"], row["n"]) for row in spread(tally)]
    [('KAZ', 1.0, 2.0, 3.0), ('', 0.0, 0.0, 0.0)]
    """
    actors: dict[str, Actor] = {}
    told = (tally[name].tolist() for name in ("value", "stance", "votes", "speakers", "claims"))
    for actor, stance, votes, speakers, claims in zip(*told, strict=True):
        key = actor if isinstance(actor, str) else ""
        row = actors.get(key)
        if row is None:
            row = actors[key] = _blank(key)
        row[stance] += float(votes)
        row[f"speakers_{stance}"] += int(speakers)
        row[f"claims_{stance}"] += int(claims)
    for row in actors.values():
        row["n"] = row["opposed"] + row["cautious"] + row["supportive"]
    return sorted(actors.values(), key=lambda row: (row["actor"] == "", -row["n"], row["actor"]))


def _blank(actor: str) -> Actor:
    row: Actor = {"actor": actor}
    row |= dict.fromkeys(STANCE_STATES, 0.0)
    for stance in STANCE_STATES:
        row[f"speakers_{stance}"] = 0
        row[f"claims_{stance}"] = 0
    return row


def _cut(full: Sequence[Actor], top: int, title: str, names: Mapping[str, str]) -> tuple[list[Actor], int]:
    """Keep the ``top`` actors with most votes and those the title names; add the rest up in one row."""
    known = [row for row in full if row["actor"]]
    if len(known) <= top + 1:
        return list(full), 0
    said = title.casefold()
    named = [_brief(row, names).casefold() in said for row in known]
    room = max(top - sum(named[top:]), 0)
    rest = [row for place, row in enumerate(known) if not named[place] and place >= room]
    others = _blank(OTHERS)
    for key in rest[0]:
        if key != "actor":
            others[key] = round(math.fsum(row[key] for row in rest), 9)
    left_out = {row["actor"] for row in rest}
    kept = [row for row in known if row["actor"] not in left_out]
    return [*kept, others, *(row for row in full if not row["actor"])], len(rest)


def _dwarfed(rows: Sequence[Actor]) -> Actor | None:
    """Return the row of others if next to its bar no other could be seen: it is told, not drawn."""
    others = next((row for row in rows if row["actor"] == OTHERS), None)
    longest = max((row["n"] for row in rows if row["actor"] not in ("", OTHERS)), default=0)
    return others if others and others["n"] > _TIMES * longest else None


def _ordered(rows: Sequence[Actor], order: str, names: Mapping[str, str]) -> list[Actor]:
    def lean(row: Actor) -> float:
        return float((row["supportive"] - row["opposed"]) / row["n"]) if row["n"] > 0 else -2.0

    def place(row: Actor) -> tuple[Any, ...]:
        name = names.get(row["actor"], row["actor"])
        return {"stance": (-lean(row), -row["n"], name), "votes": (-row["n"], -lean(row), name)}.get(
            order, (name,)
        )

    body = sorted((row for row in rows if row["actor"] not in ("", OTHERS)), key=place)
    ends = (row for end in (OTHERS, "") for row in rows if row["actor"] == end)
    return [*body, *ends]


def stance_bars(
    tally: pd.DataFrame,
    *,
    by: str,
    facts: wording.Facts,
    names: Mapping[str, str] | None = None,
    below: Mapping[str, str] | None = None,
    subject: str = "",
    targets: int = 1,
    silent: int = 0,
    unit: Literal["voices", "claims"] = "voices",
    shares: bool = False,
    order: Literal["stance", "votes", "name"] = "stance",
    only: Sequence[str] = (),
    top: int = 15,
    theme: ThemeName = "light",
    size: SizeName = "wide",
    extra_notes: Sequence[str] = (),
) -> Chart:
    """Return a diverging bar chart of the stances in a tally.

    Parameters
    ----------
    tally : DataFrame, one row per (value, stance)
        As :func:`dashboard_core.query.tally` gives it; see :func:`spread`.
    facts : Facts
        How much was heard in all, for subtitle, note and source line.
    names, below : mapping
        Display name of an actor, and the small line under it ("1 official, 3 experts").
    subject : str
        The target, when there is one; else empty, and ``targets`` says how many are added up, ``silent`` on
        how many more nobody takes a clear position.
    unit : {"voices", "claims"}
        What one vote is.
    shares : bool
        Draw shares instead of counts; actors with fewer than five votes then get no bar.
    only : sequence of str
        The stances that a filter lets through; the finding then speaks of them alone.
    top : int
        Actors drawn one by one; the others are added up in one row, and the note says so.
    """
    names, below = names or {}, below or {}
    look, scale = THEMES[theme], SIZES[size]
    _, noun, heading = _SPEECH[by]
    full = spread(tally)
    title = _title(full, names, by, subject, targets, only)
    rows, added_up = _cut(full, top, title, names)
    dwarfed = None if shares else _dwarfed(rows)
    rows = _ordered([row for row in rows if row is not dwarfed], order, names)
    notes = list(extra_notes)
    if not shares and any(row[stance] % 1 >= 0.005 for row in rows for stance in STANCES):
        notes.insert(0, wording.SPLIT_VOTE)
    if dwarfed:
        counts = wording.counts_of(wording.Row("", *(dwarfed[stance] for stance in STANCES)))
        further = wording.plural(added_up, f"further {noun or heading.lower()}")
        notes.insert(0, f"Not drawn, but in the table: {further} with fewer votes, together {counts}.")
    elif added_up:
        further = wording.plural(added_up, noun or heading)
        notes.insert(0, f"The row of others adds up {further} with fewer votes.")
    silent = sum(not row["n"] for row in full) if by == "target" else silent
    if silent and targets > 1:
        which = "target" if by == "target" else "further target"
        notes.append(f"On {wording.plural(silent, which)} nobody takes a clear position.")
    if any(not row["actor"] for row in full) and by != "target":
        lacking = f"for whom the text names no {noun or 'name'}"
        if by == "tier":
            lacking = "of whom that is not known"
        notes.append(f"Voices {lacking} stand in the last row.")
    if shares and any(0 < row["n"] < wording.SHARE_FLOOR for row in rows):
        notes.append(f"Shares are shown from {wording.SHARE_FLOOR} votes; fewer are given as counts.")
    measure = _measure(unit, bool(subject) or targets == 1, by, shares)
    texts = {
        "title": title,
        "subtitle": wording.subtitle(facts, measure=measure),
        "note": wording.note(facts, notes),
        "source": wording.source(facts),
    }
    shown = [_name(row["actor"], names, by, added_up) for row in rows]
    figure = _figure(
        rows,
        shown,
        below,
        look,
        scale,
        texts,
        unit=unit,
        # Added up over several targets, one voice can stand for several votes.
        single=[bool(subject) or targets == 1 or (by == "target" and row["actor"] != OTHERS) for row in rows],
        shares=shares,
    )
    return Chart(
        figure=figure,
        alt=_alt(texts, rows, shown),
        table=_table(full, names, by, heading, added_up, shares),
        shown=tuple(row["actor"] for row in rows),
        drawn=Drawn(
            categories=tuple(shown),
            series={stance: tuple(row[stance] for row in rows) for stance in STANCE_STATES},
            shares=shares,
        ),
        **texts,
    )


def _title(
    full: Sequence[Actor], names: Mapping[str, str], by: str, subject: str, targets: int, only: Sequence[str]
) -> str:
    preposition, noun, _ = _SPEECH[by]
    rows = [
        wording.Row(_brief(r, names), r["opposed"], r["cautious"], r["supportive"])
        for r in full
        if r["actor"]
    ]
    if only and len(set(only) & set(STANCES)) < 3:
        return wording.filtered_finding(rows, only, subject, targets, preposition, noun)
    if by == "target":
        return wording.target_finding(rows)
    return wording.actor_finding(rows, subject=subject, targets=targets, preposition=preposition, noun=noun)


def _brief(row: Actor, names: Mapping[str, str]) -> str:
    return wording.brief(names.get(row["actor"], row["actor"]))


def _measure(unit: str, single: bool, by: str, shares: bool) -> str:
    kind = "Shares of" if shares else "Number of"
    if unit == "claims":
        return f"{kind} claims" + ("" if single or by == "target" else ", each counted once per target")
    if by == "target":
        return f"{kind} voices by target"
    return f"{kind} voices, one vote each" if single else f"{kind} positions, one vote per voice and target"


def _name(actor: str, names: Mapping[str, str], by: str, added_up: int) -> str:
    if actor == OTHERS:
        return f"{added_up:,} others"
    name = names.get(actor, actor) if actor else _MISSING[by]
    return name[:1].upper() + name[1:]


def _figure(
    rows: Sequence[Actor],
    shown: Sequence[str],
    below: Mapping[str, str],
    look: Theme,
    scale: Size,
    texts: Mapping[str, str],
    *,
    unit: str,
    single: Sequence[bool],
    shares: bool,
) -> dict[str, Any]:
    legend = round(scale.body * 2.1)
    width = max((_length(name, scale) for name in shown), default=0)
    width = max([width, *(_length(below.get(str(r["actor"]), ""), scale, 0.85) for r in rows)], default=0)
    left = min(round(width + scale.body * 1.4), round(scale.label * scale.body * 0.62))
    named = zip(shown, rows, strict=True)
    labels = [label(name, below.get(row["actor"], ""), scale, look) for name, row in named]
    # Names of two lines over kinds of voice of two lines: else the labels of two rows would overlap.
    lines = max((text.count("<br>") + 1 for text in labels), default=1)
    layout = frame(
        texts,
        theme=look,
        size=scale,
        left=left,
        plot_height=max(len(rows), 1) * max(scale.row, round(lines * scale.body * 1.25) + 4),
        head=legend,
    )
    values = [_values(row, shares) for row in rows]
    reach_left = max((o + c / 2 for o, c, _ in values), default=0)
    reach_right = max((s + c / 2 for _, c, s in values), default=0)
    reach = max(reach_left, reach_right, 1e-9)
    span = [-max(reach_left, reach * 0.06) - reach * 0.02, max(reach_right, reach * 0.06) + reach * 0.02]
    # The side column in shares of the plot, on the narrowest screen of this kind.
    side = scale.side / (scale.least - left - 10)
    layout["xaxis"] = {
        "domain": [0, max(1 - side, 0.45)],
        "range": span,
        "fixedrange": True,
        "showgrid": False,
        "showticklabels": False,
        "zeroline": True,
        "zerolinecolor": look.line,
        "zerolinewidth": 1,
    }
    layout["xaxis2"] = {
        "domain": [max(1 - side, 0.45) + 0.012, 1],
        "range": [0, 1],
        "fixedrange": True,
        "visible": False,
    }
    layout["yaxis"] = axis(labels, scale.body, look) | {
        "range": [len(rows) - 0.5, -0.5],
        "ticklabelstandoff": 8,
    }
    layout["barmode"] = "overlay"
    layout["bargap"] = 0.36
    layout["uniformtext"] = {"mode": "hide", "minsize": scale.small if scale.small > 20 else 11}
    layout["annotations"].append(_legend(look, scale, legend))
    data = [_stance_trace(stance, rows, values, shown, look, scale, shares) for stance in STANCES]
    data.append(_side_trace(rows, shown, look, scale, unit=unit, single=single))
    return {"data": data, "layout": layout}


def _length(text: str, scale: Size, factor: float = 1.0) -> float:
    longest = min(max((len(text), 0)), scale.label if factor == 1.0 else round(scale.label * 1.25))
    return longest * scale.body * 0.5 * factor


def _values(row: Actor, shares: bool) -> tuple[float, float, float]:
    opposed, cautious, supportive = (float(row[stance]) for stance in STANCES)
    if not shares:
        return opposed, cautious, supportive
    total = opposed + cautious + supportive
    if total < wording.SHARE_FLOOR:
        return 0.0, 0.0, 0.0
    return opposed / total, cautious / total, supportive / total


def _legend(look: Theme, scale: Size, height: int) -> dict[str, Any]:
    """Own legend as one line of text: Plotly's would cover a long title and hide stances on a click."""
    parts = [
        f'<span style="color:{look.stance[stance]}">{SYMBOLS[stance]}</span> {STANCE_LABELS[stance]}'
        for stance in STANCES
    ]
    text = "&nbsp;&nbsp;&nbsp;&nbsp;".join(parts)
    return text_above(text, scale.body, look, above=round(height * 0.12))


def _stance_trace(
    stance: str,
    rows: Sequence[Actor],
    values: Sequence[tuple[float, float, float]],
    shown: Sequence[str],
    look: Theme,
    scale: Size,
    shares: bool,
) -> dict[str, Any]:
    place = STANCES.index(stance)
    lengths, bases, texts, hovers, custom, cells = [], [], [], [], [], []
    for cell, (row, value, name) in enumerate(zip(rows, values, shown, strict=True)):
        opposed, cautious, _ = value
        votes = float(row[stance])
        if value[place] <= 0:
            continue
        cells.append(cell)
        lengths.append(value[place])
        bases.append((-cautious / 2 - opposed, -cautious / 2, cautious / 2)[place])
        told = f"{value[place]:.0%}" if shares else wording.amount(votes)
        texts.append(f"{SYMBOLS[stance]} {told}")
        speakers, claims = int(row[f"speakers_{stance}"]), int(row[f"claims_{stance}"])
        hover = (
            f"<b>{escape(name, quote=False)}</b><br>{STANCE_LABELS[stance]}: {wording.amount(votes)} of "
            f"{wording.amount(row['n'])}"
        )
        if votes % 1 >= 0.005:
            hover += f"<br>{wording.SPLIT_HOVER}"
        if row["actor"] != OTHERS:  # somebody heard in two of the rows added up is one speaker
            hover += f"<br>{wording.plural(speakers, 'speaker')}, {wording.plural(claims, 'claim')}"
        hovers.append(hover)
        custom.append([str(row["actor"]), stance, votes, speakers, claims])
    return {
        "type": "bar",
        "orientation": "h",
        "name": STANCE_LABELS[stance],
        "y": cells,
        "x": lengths,
        "base": bases,
        # Else Plotly makes bars thicker where the rows next to them have none of this stance.
        "width": [0.64] * len(cells),
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": look.on_stance[stance], "size": scale.body, "family": FONT},
        "marker": {"color": look.stance[stance], "line": {"color": look.page, "width": 2}},
        "selected": {"marker": {"opacity": 1}, "textfont": {"color": look.on_stance[stance]}},
        "unselected": {"marker": {"opacity": 0.7}, "textfont": {"color": look.on_stance[stance]}},
        "hovertext": hovers,
        "hoverinfo": "text",
        "customdata": custom,
    }


def _side_trace(
    rows: Sequence[Actor],
    shown: Sequence[str],
    look: Theme,
    scale: Size,
    *,
    unit: str,
    single: Sequence[bool],
) -> dict[str, Any]:
    texts = []
    for row, alone in zip(rows, single, strict=True):
        noun = ("claim" if unit == "claims" else "voice") if alone else "position"
        if alone and not float(row["n"]).is_integer():
            noun = "vote"
        total = f"<b>{wording.plural(float(row['n']), noun) if row['n'] else 'No clear position'}</b>"
        apart = [
            text
            for count, text in (
                (row["unclear"], f"{wording.amount(row['unclear'])} unclear"),
                (row["none"], f"{wording.amount(row['none'])} no position"),
            )
            if count
        ]
        if apart:
            narrow = scale.picture < 900
            told = "<br>".join(f"+ {part}" for part in apart) if narrow else f"apart: {', '.join(apart)}"
            told = told if row["n"] else told.removeprefix("apart: ")
            small = f'<span style="font-size:{scale.small}px;color:{look.muted}">'
            total += f"<br>{small}{told}</span>"
        texts.append(total)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [0.0] * len(rows),
        "y": list(range(len(rows))),
        "xaxis": "x2",
        "text": texts,
        "textposition": "middle right",
        "textfont": {"size": scale.body, "color": look.text, "family": FONT},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _alt(texts: Mapping[str, str], rows: Sequence[Actor], shown: Sequence[str]) -> str:
    said = []
    for name, row in list(zip(shown, rows, strict=True))[:12]:
        counts = wording.counts_of(wording.Row(name, row["opposed"], row["cautious"], row["supportive"]))
        said.append(f"{name}: {counts or 'no clear position'}")
    more = f"; {len(shown) - 12} more rows in the table" if len(shown) > 12 else ""
    return f"Bar chart. {texts['title']}. {'; '.join(said)}{more}. {texts['subtitle']}."


def _table(
    full: Sequence[Actor], names: Mapping[str, str], by: str, heading: str, added_up: int, shares: bool
) -> pd.DataFrame:
    columns: dict[str, Any] = {heading: [_name(row["actor"], names, by, added_up) for row in full]}
    columns |= {STANCE_LABELS[stance]: [row[stance] for row in full] for stance in STANCES}
    columns["Total"] = [row["n"] for row in full]
    columns |= {STANCE_LABELS[state]: [row[state] for row in full] for state in ("unclear", "none")}
    columns["Claims"] = [sum(row[f"claims_{state}"] for state in STANCE_STATES) for row in full]
    table = pd.DataFrame(columns)
    if shares:
        enough = table["Total"].where(table["Total"] >= wording.SHARE_FLOOR)
        for stance in STANCES:
            table[f"{STANCE_LABELS[stance]}, %"] = (100 * table[STANCE_LABELS[stance]] / enough).round(1)
    return table
