"""The figure of a bar chart: bars around a middle, and beside each row its total and who has no bar in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from dashboard_core.charts import wording
from dashboard_core.charts.layout import FONT, Size, axis, frame, label, text_above
from dashboard_core.charts.palette import SYMBOLS, Theme
from dashboard_core.vocabulary import STANCE_LABELS, STANCE_STATES, STANCES

__all__ = ["Actor", "apart_of", "draw"]

# One actor of a chart: votes by stance, and how many stand behind them (see bars.spread).
Actor = dict[str, Any]
APART: Final = tuple(state for state in STANCE_STATES if state not in STANCES)
# Beside a row there is little room.
_BRIEFLY: Final = {"unclear": "unclear", "none": "no position"}
_HOLLOW: Final = {"unclear": "circle-open", "none": "diamond-open"}
# So many votes at least are as wide as the plot.
_LEAST: Final = 4.0
# Between the bars and the side column, in parts of the width.
_GAP: Final = 0.012
# The width of a letter in parts of its height, on average.
_LETTER: Final = 0.5


def apart_of(rows: Sequence[Actor]) -> list[str]:
    """Return the kinds of voices, no clear position of whom was found, that some rows have."""
    return [state for state in APART if any(row[state] for row in rows)]


def draw(
    rows: Sequence[Actor],
    shown: Sequence[str],
    below: Mapping[str, str],
    look: Theme,
    scale: Size,
    texts: Mapping[str, str],
    *,
    counted: str,
    shares: bool,
    row_height: int = 0,
) -> dict[str, Any]:
    """Return the figure; ``counted`` is what one vote is: a voice, a claim, or a vote."""
    # On a phone the two kinds without a bar stand in a line of their own.
    two_lines = scale.picture < 600 and bool(apart_of(rows))
    legend = round(scale.body * (3.5 if two_lines else 2.1))
    width = max((_length(name, scale) for name in shown), default=0)
    width = max([width, *(_length(below.get(str(r["actor"]), ""), scale, 0.85) for r in rows)], default=0)
    left = min(round(width + scale.body * 1.4), round(scale.label * scale.body * 0.62))
    named = zip(shown, rows, strict=True)
    labels = [label(name, below.get(row["actor"], ""), scale, look) for name, row in named]
    # Names of two lines over kinds of voice of two lines: else the labels of two rows would overlap.
    lines = max((text.count("<br>") + 1 for text in labels), default=1)
    each = max(scale.row, round(lines * scale.body * 1.25) + 4, row_height)
    layout = frame(
        texts, theme=look, size=scale, left=left, plot_height=max(len(rows), 1) * each, head=legend
    )
    values = [_values(row, shares) for row in rows]
    reach_left = max((o + c / 2 for o, c, _ in values), default=0)
    reach_right = max((s + c / 2 for _, c, s in values), default=0)
    if not shares and max(reach_left, reach_right) < _LEAST:
        # Two voices across the whole width would look like a landslide.
        reach_right, reach_left = (_LEAST, reach_left) if reach_right >= reach_left else (reach_right, _LEAST)
    reach = max(reach_left, reach_right, 1e-9)
    span = [-max(reach_left, reach * 0.06) - reach * 0.02, max(reach_right, reach * 0.06) + reach * 0.02]
    # The side column in shares of the plot, on the narrowest screen of this kind.
    side = scale.side / (scale.least - left - 10)
    bars = max(1 - side, 0.45)
    # Bars and side column share one axis: a second one would cost a browser a tenth of the drawing.
    whole = (span[1] - span[0]) / bars
    layout["xaxis"] = {
        "range": [span[0], span[0] + whole],
        "fixedrange": True,
        "showgrid": False,
        "showticklabels": False,
        "zeroline": True,
        "zerolinecolor": look.line,
        "zerolinewidth": 1,
    }
    layout["yaxis"] = axis(labels, scale.body, look) | {
        "range": [len(rows) - 0.5, -0.5],
        "ticklabelstandoff": 8,
    }
    layout["barmode"] = "overlay"
    layout["bargap"] = 0.36
    layout["uniformtext"] = {"mode": "hide", "minsize": scale.small if scale.picture >= 1920 else 11}
    layout["annotations"].append(_legend(rows, look, scale, left if two_lines else 0))
    pixels = (scale.least - left - 10) * bars / (span[1] - span[0])
    data = [_stance_trace(stance, rows, values, shown, look, scale, shares, pixels) for stance in STANCES]
    # What has no room in its bar, or no bar, stands beside the total.
    beside = [
        0 < row["n"] < wording.SHARE_FLOOR if shares else _crowded(row, value, pixels, scale)
        for row, value in zip(rows, values, strict=True)
    ]
    aside = _side_traces(rows, shown, look, scale, counted=counted, each=each, beside=beside)
    first = bars + _GAP
    for trace in aside:
        trace["x"] = [round(span[0] + whole * (first + x * (1 - first)), 6) for x in trace["x"]]
    return {"data": data + aside, "layout": layout}


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


def _crowded(row: Actor, value: tuple[float, float, float], pixels: float, scale: Size) -> bool:
    """Return whether a bar of a row is too short for its number."""
    told = (wording.amount(float(row[stance])) for stance in STANCES)
    return any(
        v > 0 and v * pixels - 8 < len(t) * scale.body * 0.55 for v, t in zip(value, told, strict=True)
    )


def _legend(rows: Sequence[Actor], look: Theme, scale: Size, left: int) -> dict[str, Any]:
    """Own legend as one line of text: Plotly's would cover a long title and hide stances on a click."""
    parts = [
        f'<span style="color:{look.stance.get(state, look.muted)}">{SYMBOLS[state]}</span> '
        f"{STANCE_LABELS[state]}"
        for state in (*STANCES, *apart_of(rows))
    ]
    gap = "&nbsp;" * (2 if scale.picture < 900 else 4)
    lines = [parts[: len(STANCES)], parts[len(STANCES) :]] if left else [parts]
    text = "<br>".join(gap.join(line) for line in lines)
    return text_above(text, scale.body, look, left=left, above=round(scale.body * 0.25))


def _stance_trace(
    stance: str,
    rows: Sequence[Actor],
    values: Sequence[tuple[float, float, float]],
    shown: Sequence[str],
    look: Theme,
    scale: Size,
    shares: bool,
    pixels: float,
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
        # In a short bar the number alone: better than nothing, which is what Plotly would write.
        room = value[place] * pixels - 8
        texts.append(told if room < (len(told) + 2) * scale.body * 0.55 else f"{SYMBOLS[stance]} {told}")
        speakers, claims = int(row[f"speakers_{stance}"]), int(row[f"claims_{stance}"])
        hover = (
            f"<b>{escape(name, quote=False)}</b><br>{STANCE_LABELS[stance]}: {wording.amount(votes)} of "
            f"{wording.amount(row['all'])}"
        )
        if not wording.is_whole(votes):
            hover += f"<br>{wording.SPLIT_HOVER}"
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


def _side_traces(
    rows: Sequence[Actor],
    shown: Sequence[str],
    look: Theme,
    scale: Size,
    *,
    counted: str,
    each: int,
    beside: Sequence[bool],
) -> list[dict[str, Any]]:
    """Write each row's total, and under it hollow marks for those who are in it and in no bar."""
    narrow = scale.picture < 900
    line = scale.small * 1.35 / each
    totals: list[str] = []
    heights: list[float] = []
    hollow: list[tuple[str, float, float, str, str, list[Any]]] = []
    for place, (row, name, told_beside) in enumerate(zip(rows, shown, beside, strict=True)):
        states = [state for state in APART if row[state]]
        lines = 1 + (len(states) if narrow else bool(states))
        top = place - (lines - 1) / 2 * line
        noun = counted if wording.is_whole(row["all"]) else "vote"
        total = f"<b>{wording.plural(row['all'], noun)}</b>"
        clear = f", {wording.amount(row['n'])} clear" if states and row["n"] else ""
        parts = "".join(f"  {SYMBOLS[s]} {wording.amount(row[s])}" for s in STANCES if row[s])
        for said in (parts if told_beside else "", clear):
            if said and (len(said) + len(total) - 7) * scale.body * _LETTER < scale.side:
                total += said
                break
        totals.append(total)
        heights.append(top)
        across = 0.0
        for number, state in enumerate(states):
            told = f"{wording.amount(row[state])} {_BRIEFLY[state]}"
            hover = (
                f"<b>{escape(name, quote=False)}</b><br>{STANCE_LABELS[state]}: "
                f"{wording.amount(row[state])} of {wording.amount(row['all'])}"
            )
            # Which claims these are is known when it is clicked: not all that are unclear belong here.
            mark = [str(row["actor"]), state, float(row[state]), int(row[f"speakers_{state}"]), 0]
            x = (across + scale.small * 0.6) / scale.side
            height = top + line * (number + 1 if narrow else 1)
            hollow.append((_HOLLOW[state], x, height, f" {told}", hover, mark))
            across += 0.0 if narrow else scale.small * (1.9 + len(told) * _LETTER)
    texts: dict[str, Any] = {
        "mode": "text",
        "x": [0.0] * len(rows),
        "y": heights,
        "text": totals,
        "textfont": {"size": scale.body, "color": look.text, "family": FONT},
        # Else Plotly fades them when another mark is chosen.
        "unselected": {"textfont": {"color": look.text}},
        "hoverinfo": "skip",
    }
    drawn = [texts]
    if hollow:
        # One trace for both kinds: each costs a browser some of every drawing.
        symbols, xs, ys, told_all, hovers, custom = (list(part) for part in zip(*hollow, strict=True))
        drawn.append(
            {
                "mode": "markers+text",
                "x": xs,
                "y": ys,
                "text": told_all,
                "textfont": {"size": scale.small, "color": look.muted, "family": FONT},
                "marker": {
                    "symbol": symbols,
                    "size": round(scale.small * 0.8),
                    "color": look.muted,
                    "line": {"color": look.muted, "width": 2},
                },
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}, "textfont": {"color": look.muted}},
                "hovertext": hovers,
                "hoverinfo": "text",
                "customdata": custom,
            }
        )
    common = {"type": "scatter", "textposition": "middle right", "cliponaxis": False}
    return [trace | common for trace in drawn]
