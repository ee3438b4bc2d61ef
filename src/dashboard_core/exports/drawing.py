"""The parts of a slide: text boxes, native charts with safe workbooks, a legend, a matrix, notes."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from dashboard_core.exports.about import clean
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = [
    "Bars",
    "Box",
    "amount",
    "as_shares",
    "bar_chart",
    "clean",
    "diverging_chart",
    "lines_of",
    "note_line",
    "place_title",
    "readable",
    "row_height",
    "stance_legend",
    "text_box",
]

# The light theme of the dashboard: 3:1 against white and between neighbours.
COLOURS = {
    "opposed": "7F2704",
    "cautious": "919191",
    "supportive": "08306B",
    "unclear": "56616E",
    "none": "D5DAE0",
}
_ON = {"opposed": "FFFFFF", "cautious": "000000", "supportive": "FFFFFF"}
SYMBOLS = {"opposed": "▼", "cautious": "■", "supportive": "▲"}
_PLAIN = ("08306B", "7F2704", "919191", "2B8CBE", "D94801", "4D4D4D")
TEXT, MUTED = "1A222C", "56616E"
# Parts of fewer votes would pretend a precision that is not there; the screen has the same rule.
SHARE_FLOOR = 5
_LABEL = Pt(14)
LABEL_WIDTH = 38
MATRIX_FIRST, MATRIX_LETTERS = Inches(3.6), 26
_LEAST = 4.0  # votes that fill the width: two voices from edge to edge would look like a landslide
_TALLEST = 1.1  # inches for a row where there are few
UNSEEN = "(unseen: keeps cautious centred)"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the slide."""

    left: int
    top: int
    width: int
    height: int


def amount(value: float) -> str:
    """Return a number of votes as it is shown.

    >>> amount(3.0), amount(2 / 3), amount(2.5)
    ('3', '0.67', '2.5')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def wrapped(label: str, width: int) -> str:
    """Return a label broken at words into lines of at most ``width`` letters."""
    return "\n".join(textwrap.wrap(clean(label).replace("\n", " "), width) or [" "])


def lines_of(label: str, width: int) -> int:
    """Return how many lines a label takes.

    >>> lines_of("Қазақстан Республикасының Президенті жанындағы стратегиялық зерттеулер институты", 30)
    4
    """
    return wrapped(label, width).count("\n") + 1


def rgb(colour: str) -> Any:
    known: Any = RGBColor
    return known.from_string(colour)


def paint(font: Any, size: float, colour: str = TEXT, bold: bool = False) -> None:
    font.size, font.bold = Pt(size), bold
    font.color.rgb = rgb(colour)


def place_title(slide: Any, box: Box, text: str, *, size: int) -> None:
    """Put the slide's own title, which outlines and screen readers use, at its place."""
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = box.left, box.top, box.width, box.height
    frame = title.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.text = clean(text)
    smaller = size if len(text) <= 60 else size - 4 if len(text) <= 130 else size - 7
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            paint(run.font, smaller, bold=True)


def text_box(
    slide: Any,
    box: Box,
    lines: Sequence[str],
    *,
    size: float,
    muted: bool = False,
    bold: bool = False,
    centred: bool = False,
    anchor: str = "top",
) -> Any:
    """Add a text box, one paragraph per line."""
    shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if anchor == "bottom" else MSO_ANCHOR.TOP
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.CENTER if centred else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = clean(line)
        paint(run.font, size, MUTED if muted else TEXT, bold)
    return shape


def stance_legend(slide: Any, box: Box, held: Sequence[str]) -> None:
    """Write the legend as text, of the stances ``held``: a native one would list the unseen part, too."""
    left = box.left
    for stance in (name for name in SYMBOLS if name in held):
        place = Box(left, box.top, Inches(1.9), box.height)
        words = f"{SYMBOLS[stance]} {STANCE_LABELS[stance]}"
        shape = text_box(slide, place, [words], size=14)
        # The sign itself has the colour of its bars.
        run = shape.text_frame.paragraphs[0].runs[0]
        run.text = words[:1]
        paint(run.font, 18, COLOURS[stance], bold=True)
        rest = shape.text_frame.paragraphs[0].add_run()
        rest.text = words[1:]
        paint(rest.font, 14)
        left += Inches(1.9)


@dataclass(frozen=True, slots=True)
class Bars:
    """What a bar chart shows; ``whole`` sets one scale for all slides of a chart.

    ``shares`` draws parts of each row's votes; the workbook's second sheet keeps the votes as counted.
    """

    categories: Sequence[str]
    series: Mapping[str, Sequence[float]]
    whole: Mapping[str, Sequence[float]]
    alt: str
    shares: bool = False


def diverging_chart(slide: Any, box: Box, bars: Bars) -> None:
    """Add stacked bars around the middle of cautious.

    An unseen first part of each bar pushes the middle of its cautious part onto one line. The parts keep
    their own numbers, so labels are true, and in the workbook the unseen part is a formula: whoever edits
    a number in PowerPoint keeps the bars centred.
    """
    none = [0.0] * len(bars.categories)
    values = {s: [round(float(v), 2) for v in bars.series.get(s, none)] for s in SYMBOLS}
    categories, whole = bars.categories, bars.whole
    if bars.shares:
        votes = [sum(row) for row in zip(*values.values(), strict=True)]
        categories = [
            f"{name} ({amount(n)} {'vote' if n == 1 else 'votes'}, no share)" if 0 < n < SHARE_FLOOR else name
            for name, n in zip(categories, votes, strict=True)
        ]
        values, whole = as_shares(values), as_shares(whole)
    left, right = _reach(whole, 0.0 if bars.shares else _LEAST)
    unseen = [left - o - c / 2 for o, c in zip(values["opposed"], values["cautious"], strict=True)]
    parts = [(UNSEEN, unseen), *((STANCE_LABELS[s], values[s]) for s in SYMBOLS)]
    chart = _chart(slide, box, replace(bars, categories=categories), parts, middle=left)
    _scale(chart, left + right)
    chart.value_axis.crosses_at = left  # the other axis, drawn as a line, stands at the middle
    blank, *drawn = chart.plots[0].series
    blank.format.fill.background()
    blank.format.line.fill.background()
    for plotted, stance in zip(drawn, SYMBOLS, strict=True):
        _fill(plotted, COLOURS[stance])
        _number_labels(plotted, _ON[stance], values[stance], left + right, shares=bars.shares)


def bar_chart(slide: Any, box: Box, bars: Bars) -> None:
    """Add bars from zero, stacked when there are several series."""
    parts = [
        (clean(STANCE_LABELS.get(name, name)), [0.0 if v != v else round(float(v), 2) for v in numbers])
        for name, numbers in bars.series.items()
    ]
    chart = _chart(slide, box, bars, parts)
    rows = list(zip(*([0.0 if v != v else float(v) for v in s] for s in bars.whole.values()), strict=True))
    reach = max((sum(row) for row in rows), default=0) * 1.05 or 1
    _scale(chart, reach)
    for place, (plotted, stance) in enumerate(zip(chart.plots[0].series, bars.series, strict=True)):
        colour = COLOURS.get(stance, _PLAIN[place % len(_PLAIN)])
        _fill(plotted, colour)
        _number_labels(plotted, readable(colour), parts[place][1], reach)
    if len(parts) > 1:
        chart.has_legend = True
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = _LABEL


def _scale(chart: Any, reach: float) -> None:
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, reach


def as_shares(series: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return votes as parts of each row's sum; rows with fewer than five votes have none.

    >>> as_shares({"opposed": [1, 1], "cautious": [0, 1], "supportive": [3, 6]})["supportive"]
    [0.0, 0.75]
    """
    size = max((len(v) for v in series.values()), default=0)
    votes = {s: [float(v) for v in series.get(s, [0.0] * size)] for s in SYMBOLS}
    sums = [sum(row) for row in zip(*votes.values(), strict=True)]
    return {
        s: [v / n if n >= SHARE_FLOOR else 0.0 for v, n in zip(values, sums, strict=True)]
        for s, values in votes.items()
    }


def row_height(lines: int) -> float:
    """Return the inches that a row with a label of so many lines needs at 14 pt."""
    return 0.235 * lines + 0.09


def _chart(
    slide: Any,
    box: Box,
    bars: Bars,
    parts: Sequence[tuple[str, Sequence[float]]],
    middle: float | None = None,
) -> Any:
    labels = [wrapped(c, LABEL_WIDTH) for c in bars.categories]
    make: Any = CategoryChartData
    data = make(number_format="General")
    data.categories = labels
    for name, values in parts:
        data.add_series(name, [round(v, 4) for v in values])
    # Few rows get thicker bars, up to a thumb's height: a strip would look lost on the slide.
    tall = max(row_height(max(map(_lines, labels))), min(_TALLEST, box.height / Inches(1) / len(labels)))
    wanted = Inches(tall * len(labels) + 0.15)
    height = min(box.height, int(wanted) + (int(Inches(0.45)) if middle is None and len(parts) > 1 else 0))
    graphic = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_STACKED, box.left, box.top, box.width, Emu(height), data
    )
    graphic._element.nvGraphicFramePr.cNvPr.set("descr", clean(bars.alt))
    chart = graphic.chart
    blob = _safe_workbook(labels, parts, bars.categories, bars.series, middle)
    chart.part.chart_workbook.update_from_xlsx_blob(blob)
    chart.has_legend, chart.has_title = False, False
    chart.font.size = _LABEL
    chart.plots[0].gap_width, chart.plots[0].overlap = 35, 100
    rows, scale = chart.category_axis, chart.value_axis
    rows.reverse_order = True  # a bar chart begins at the bottom, a reader at the top
    rows.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    rows.tick_labels.font.size = _LABEL
    rows.major_tick_mark = XL_TICK_MARK.NONE
    rows.format.line.color.rgb = rgb(TEXT)
    _show_every_label(rows)
    scale.visible = False
    scale.has_major_gridlines = False
    if middle is not None:
        _leave_room(chart, labels)
    return chart


def _lines(label: str) -> int:
    return label.count("\n") + 1


def _show_every_label(axis: Any) -> None:
    """Forbid leaving out labels where rows are many: a bar without a name is none."""
    skip = OxmlElement("c:tickLblSkip")
    skip.set("val", "1")
    element = axis._element
    after = element.find(qn("c:noMultiLvlLbl"))
    if after is None:
        element.append(skip)
    else:
        after.addprevious(skip)


def _leave_room(chart: Any, labels: Sequence[str]) -> None:
    """Fix the plot's place, so that the middle stands at the same place on every slide of a chart."""
    longest = max(len(line) for label in labels for line in label.split("\n"))
    left = 0.02 + 0.0092 * max(12, min(LABEL_WIDTH, longest))
    area = chart._chartSpace.chart.plotArea
    old = area.find(qn("c:layout"))
    if old is not None:
        area.remove(old)
    layout, manual = OxmlElement("c:layout"), OxmlElement("c:manualLayout")
    layout.append(manual)
    for name, value in (
        ("layoutTarget", "inner"),
        ("xMode", "edge"),
        ("yMode", "edge"),
        ("x", f"{left:.4f}"),
        ("y", "0.01"),
        ("w", f"{0.99 - left:.4f}"),
        ("h", "0.98"),
    ):
        child = OxmlElement(f"c:{name}")
        child.set("val", value)
        manual.append(child)
    area.insert(0, layout)


def _safe_workbook(
    labels: Sequence[str],
    parts: Sequence[tuple[str, Sequence[float]]],
    categories: Sequence[str],
    told: Mapping[str, Sequence[float]],
    middle: float | None,
) -> bytes:
    """Return the workbook behind a chart, without formulas of others; a second sheet has what was counted."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    for title, rows, columns in (
        ("Sheet1", labels, list(parts)),
        ("As counted", [clean(c) for c in categories], [(clean(n), v) for n, v in told.items()]),
    ):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 0, 40)
        for row, label in enumerate(rows, start=1):
            sheet.write_string(row, 0, label)
        for column, (name, values) in enumerate(columns, start=1):
            sheet.write_string(0, column, name)
            for row, value in enumerate(values, start=1):
                if name == UNSEEN and middle is not None:
                    # our own formula of our own numbers: B is this column, C opposed, D cautious
                    sheet.write_formula(row, column, f"={middle!r}-C{row + 1}-D{row + 1}/2", None, value)
                elif not math.isnan(value):
                    sheet.write_number(row, column, round(value, 4) if title == "Sheet1" else value)
    book.close()
    return out.getvalue()


def _reach(series: Mapping[str, Sequence[float]], least: float) -> tuple[float, float]:
    """Return how far the bars go to each side of the middle, to the longer one ``least`` at the least."""
    size = max((len(v) for v in series.values()), default=0)
    rows = {s: [float(v) for v in series.get(s, [0.0] * size)] for s in SYMBOLS}
    left = max((o + c / 2 for o, c in zip(rows["opposed"], rows["cautious"], strict=True)), default=0)
    right = max((s + c / 2 for s, c in zip(rows["supportive"], rows["cautious"], strict=True)), default=0)
    left, right = (left, max(right, least)) if right >= left else (max(left, least), right)
    edge = ((left + right) or 1.0) * 0.02
    return round(left + edge, 4), round(right + edge, 4)


def _fill(plotted: Any, colour: str) -> None:
    plotted.format.fill.solid()
    plotted.format.fill.fore_color.rgb = rgb(colour)
    plotted.format.line.color.rgb = rgb("FFFFFF")  # a white seam between neighbours
    plotted.invert_if_negative = False


def _number_labels(
    plotted: Any, colour: str, numbers: Sequence[float], reach: float, *, shares: bool = False
) -> None:
    """Write each part's number into it; no number for zero, and none where it would not fit.

    What does not fit would lie unreadable on the neighbour; the notes and the workbook have it.
    """
    labels = plotted.data_labels
    labels.show_value = True
    labels.number_format = "0%;-0%;;" if shares else "General;-General;;"
    labels.number_format_is_linked = False
    labels.position = XL_LABEL_POSITION.CENTER
    paint(labels.font, 14, colour, bold=True)
    # Some programs break "100%" into two lines where the bar is thin.
    labels._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("wrap", "none")
    for place, value in enumerate(numbers):
        told = f"{value:.0%}" if shares else amount(value)
        if value and value / reach * 8.0 < 0.11 * len(told) + 0.02:
            point = plotted.points[place].data_label._get_or_add_dLbl()
            for child in list(point):
                if child.tag != qn("c:idx"):
                    point.remove(child)
            hidden = OxmlElement("c:delete")
            hidden.set("val", "1")
            point.append(hidden)


def note_line(frame: Any, text: str, *, link: str = "") -> None:
    """Add a paragraph to the notes, and after it a link if it is one of the web."""
    paragraph = frame.add_paragraph()
    run = paragraph.add_run()
    run.text = clean(text)
    if link:
        shown = paragraph.add_run()
        shown.text = clean(f" {link}")
        if urlsplit(link).scheme in {"http", "https"}:
            shown.hyperlink.address = clean(link)


def readable(colour: str) -> str:
    """Return black or white, whichever is read better on a colour.

    >>> readable("08306B"), readable("FFFFFF")
    ('FFFFFF', '000000')
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return "000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else "FFFFFF"
