"""The frame around every chart: title, subtitle, note and source inside the picture, sized in pixels.

Plotly places text relative to the plot area and never wraps it; here lines are broken beforehand and
every block gets its own strip of the margin, so that nothing overlaps with one row or with thirty.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Final, Literal

import pandas as pd

from dashboard_core.charts.palette import Theme
from dashboard_core.charts.wording import shortened

__all__ = [
    "FONT",
    "SIZES",
    "Chart",
    "Drawn",
    "Size",
    "SizeName",
    "axis",
    "fitted",
    "frame",
    "label",
    "lines_of",
    "marked",
    "picture_config",
    "text_above",
    "wrap",
]

SizeName = Literal["wide", "middle", "narrow", "meeting"]
FONT: Final = '"Source Sans", "Source Sans 3", "Noto Sans", "Segoe UI", Arial, sans-serif'


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of one kind of screen; ``columns`` is how many characters of body text fit in a line.

    ``least`` is the narrowest that a chart of this kind is drawn.
    """

    title: int
    body: int
    small: int
    columns: int
    label: int
    row: int
    side: int
    picture: int
    least: int


SIZES: Final[dict[SizeName, Size]] = {
    "wide": Size(
        title=21, body=15, small=13, columns=150, label=30, row=46, side=205, picture=1200, least=920
    ),
    "middle": Size(
        title=19, body=14, small=12, columns=92, label=22, row=58, side=120, picture=760, least=600
    ),
    "narrow": Size(
        title=17, body=13, small=12, columns=60, label=15, row=58, side=96, picture=420, least=345
    ),
    # A meeting room reads from the back: nothing under 28 pixels on a 1920 x 1080 screen.
    # Lines are broken early enough for a 1366 pixel projector.
    "meeting": Size(
        title=40, body=30, small=28, columns=106, label=24, row=84, side=450, picture=1920, least=1330
    ),
}


# On a screen of so many pixels, the page's edges aside, letters have the size written above.
_FULL: Final = (1840, 900)


def fitted(size: Size, width: int, height: int = 0) -> Size:
    """Return a size for a page of ``width`` pixels: its lines are as long as the page is wide.

    With ``height`` the chart fills the screen, and its letters grow and shrink with it: thrown on a wall, a
    small screen is as large as a big one.

    Examples
    --------
    >>> fitted(SIZES["meeting"], 1840, 1080).small, fitted(SIZES["meeting"], 1360, 900).small
    (28, 21)
    """
    if not width:
        return size
    if height:
        factor = min(max(min(width / _FULL[0], height / _FULL[1]), 0.45), 2.0)
        names = ("title", "body", "small", "row", "side", "least")
        size = replace(size, **{name: round(getattr(size, name) * factor) for name in names})
    return replace(size, columns=round(size.columns * width / size.least), least=width)


@dataclass(frozen=True)
class Drawn:
    """The numbers of a chart as they are drawn, in reading order, for a slide that shows the same.

    ``series`` holds votes by stance (a matrix: where each column's cells lean, from -1 to 1),
    ``counts`` a matrix's n, ``apart`` its votes without a clear position, ``texts`` what its cells say.
    ``below`` is the small line under each name.
    ``shares``: the bars are drawn as parts of each row's votes, where these are enough. ``counted`` is what
    one vote is: "voice", "claim", or "vote" where a voice has several. ``note`` is the chart's note where a
    slide has to say another one.
    """

    categories: tuple[str, ...] = ()
    series: dict[str, tuple[float, ...]] = field(default_factory=dict)
    counts: dict[str, tuple[float, ...]] = field(default_factory=dict)
    shape: Literal["diverging", "matrix"] = "diverging"
    shares: bool = False
    counted: str = "voice"
    apart: dict[str, tuple[float, ...]] = field(default_factory=dict)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    below: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A figure with everything that must travel with it.

    ``figure`` is a plain Plotly dict (validation by plotly costs 30 times the drawing), ``table`` its twin
    with the same numbers, ``alt`` says the finding to those who cannot see it. Each mark's ``customdata``
    is ``[actor, stance, votes, speakers, claims]``. ``shown`` are the actors drawn, ``rows`` counts all.
    """

    figure: dict[str, Any]
    title: str
    subtitle: str
    note: str
    source: str
    alt: str
    table: pd.DataFrame
    shown: tuple[str, ...] = ()
    rows: int = 0
    drawn: Drawn = field(default_factory=Drawn)


def wrap(text: str, columns: int, lines: int = 0) -> str:
    """Return text, made inert, broken into lines for Plotly; ``lines`` cuts it off with an ellipsis.

    Examples
    --------
    >>> wrap("Central Asian union", 12)
    'Central<br>Asian union'
    >>> wrap("<img src=x>", 40)
    '&lt;img src=x&gt;'
    >>> wrap("one two three four five", 9, lines=2)
    'one two<br>three …'
    """
    parts = textwrap.wrap(" ".join(text.split()), max(columns, 4)) or [""]
    if lines and len(parts) > lines:
        # Between words: half a word is no name.
        last = shortened(" ".join(parts[lines - 1 :]), max(columns, 6))
        parts = [*parts[: lines - 1], last if len(last) > 2 else f"{parts[lines - 1][: columns - 2]} …"]
    return "<br>".join(escape(part, quote=False) for part in parts)


def lines_of(letters: int, size: Size) -> int:
    """Return how many lines of small type so many letters take.

    >>> lines_of(137, SIZES["wide"]), lines_of(137, SIZES["meeting"]), lines_of(137, SIZES["narrow"])
    (1, 2, 3)
    """
    return -(-letters // round(size.columns * size.body / size.small * 0.97))


def label(name: str, below: str, size: Size, theme: Theme) -> str:
    """Return a row label of at most three lines, two on a projector, with a smaller line below it."""
    text = wrap(name, size.label, lines=2 if size.picture >= SIZES["meeting"].picture else 3)
    if below:
        small = wrap(below, round(size.label * 1.25), lines=2)
        text += f'<br><span style="font-size:{size.small}px;color:{theme.muted}">{small}</span>'
    return text


def _block(
    text: str, pixels: int, colour: str, shift: float, left: float, *, bold: bool = False, below: bool = False
) -> dict[str, Any]:
    return {
        "text": f"<b>{text}</b>" if bold else text,
        "font": {"size": pixels, "color": colour, "family": FONT},
        "align": "left",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0 if below else 1,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": -left,
        "yshift": shift,
    }


def frame(
    texts: Mapping[str, str],
    *,
    theme: Theme,
    size: Size,
    left: int,
    plot_height: int,
    head: int = 0,
    foot: int = 0,
) -> dict[str, Any]:
    """Return the layout around a plot area of ``plot_height`` pixels.

    Parameters
    ----------
    texts : mapping
        ``title``, ``subtitle``, ``note`` and ``source``.
    left : int
        Left margin in pixels, room for the row labels.
    head, foot : int
        Further pixels directly above and below the plot area (legend, tilted column names).
    """
    blocks: list[dict[str, Any]] = []
    # The button that saves the picture stands where the title ends.
    part = 0.82 if size.picture < 600 else 0.93 if size.picture < SIZES["meeting"].picture else 0.9
    heading = wrap(texts["title"], round(size.columns * size.body / size.title * part))
    under = wrap(texts["subtitle"], size.columns)
    heading_height = (heading.count("<br>") + 1) * size.title * 1.32
    under_height = (under.count("<br>") + 1) * size.body * 1.36
    top = heading_height + under_height + head + size.body * 0.9
    blocks.append(_block(heading, size.title, theme.text, top, left - 2, bold=True))
    blocks.append(_block(under, size.body, theme.muted, top - heading_height, left - 2))
    bottom = foot + size.body * 0.8
    said = [text for text in (texts["note"], texts["source"]) if text]
    if said:
        # One block for both: each costs a browser a measuring of its own with every drawing.
        lines = "<br>".join(wrap(text, round(size.columns * size.body / size.small * 0.97)) for text in said)
        shift = -float(foot) - size.body * 0.5
        blocks.append(_block(lines, size.small, theme.muted, shift, left - 2, below=True))
        bottom += (lines.count("<br>") + 1) * size.small * 1.36 + 3
    return {
        "annotations": blocks,
        "margin": {"l": left, "r": 10, "t": round(top), "b": round(bottom), "pad": 0},
        "height": round(top + plot_height + bottom),
        "paper_bgcolor": theme.page,
        "plot_bgcolor": theme.page,
        "font": {"family": FONT, "size": size.body, "color": theme.text},
        "hoverlabel": {
            "bgcolor": theme.panel,
            "bordercolor": theme.line,
            "align": "left",
            "font": {"family": FONT, "size": size.body, "color": theme.text},
        },
        "showlegend": False,
        # What Streamlit would put here by drawing the chart a second time; the axes are fixed all the same.
        "dragmode": "pan",
        # Streamlit hands Plotly a copy of each new chart right after the chart: one revision says that the
        # copy holds the same data, and it is not drawn again.
        "datarevision": 1,
        "clickmode": "event+select",
        "hovermode": "closest",
    }


def axis(labels: Sequence[str], pixels: int, theme: Theme) -> dict[str, Any]:
    """Return an axis that names rows or columns and cannot be moved."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "tickfont": {"size": pixels, "color": theme.text, "family": FONT},
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }


def text_above(text: str, pixels: int, theme: Theme, *, left: float = 0, above: float = 0) -> dict[str, Any]:
    """Return a line of text that begins ``above`` pixels over the plot area and ``left`` of its edge."""
    return {
        "text": text,
        "font": {"size": pixels, "color": theme.text, "family": FONT},
        "align": "left",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": -left,
        "yshift": above,
    }


def marked(chart: Chart, marking: str, theme: Theme, size: SizeName) -> Chart:
    """Return the chart with a handling marking over its title, so that a saved picture carries it.

    Nothing else moves: the picture grows at its top.
    """
    if not marking.strip():
        return chart
    layout, pixels = chart.figure["layout"], SIZES[size].body
    margin = layout["margin"]
    room = round(pixels * 1.9)
    line = text_above(
        f"<b>{wrap(marking.strip().upper(), 60, lines=1)}</b>",
        pixels,
        theme,
        left=margin["l"] - 2,
        above=margin["t"] + pixels * 0.1,
    )
    grown = {
        **layout,
        "annotations": [*layout["annotations"], line],
        "margin": {**margin, "t": margin["t"] + room},
        "height": layout["height"] + room,
    }
    return replace(chart, figure={**chart.figure, "layout": grown})


def picture_config(
    name: str, chart: Chart, size: SizeName, picture: str = "png", *, width: int = 0
) -> dict[str, Any]:
    """Return the browser-side settings: one button that saves the picture, made in the browser itself.

    ``width``: the chart fills a page of so many pixels, and its picture is as wide.
    """
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "toImageButtonOptions": {
            "format": picture,
            "filename": name,
            "width": width or SIZES[size].picture,
            "height": max(chart.figure["layout"]["height"], 1080 if size == "meeting" and not width else 0),
            "scale": 1 if picture == "svg" else 2,
        },
    }
