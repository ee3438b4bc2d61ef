"""Charts as slides: native PowerPoint charts with editable numbers, their evidence in the notes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pptx import Presentation
from pptx.util import Inches

from dashboard_core.exports import drawing, matrix
from dashboard_core.exports.about import About
from dashboard_core.exports.drawing import Box
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["Passage", "SlideChart", "brief_pptx"]

Passage = tuple[str, str, str, str]
"""Speaker, text, outlet and link of one passage."""

Shape = Literal["diverging", "bars", "matrix"]

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_MARGIN = Inches(0.6)
_INNER = _WIDTH - 2 * _MARGIN
_MATRIX_COLUMNS = 7
# Inches from the top to where the lines under a chart end, and letters in one of these lines.
_BOTTOM, _FOOT_LETTERS = 7.4, 104
_NOTED_PASSAGES = 40


@dataclass(frozen=True)
class SlideChart:
    """One chart as it is on the screen.

    Parameters
    ----------
    title, subtitle, note, source : str
        The finding, the measure, what to bear in mind, where it comes from.
    categories : sequence of str
        The rows, in reading order, as they are labelled.
    series : mapping of str to sequence of float
        For ``"diverging"``: votes of "opposed", "cautious", "supportive" and, counted apart, "unclear" and
        "none". For ``"bars"``: any series. For ``"matrix"``: a column's label -> where each row leans, from
        -1 to 1, NaN where nobody takes a position.
    shape : {"diverging", "bars", "matrix"}
        How it is drawn.
    counts : mapping of str to sequence of float
        For a matrix: a column's label -> n in each row.
    apart : mapping of str to sequence of float
        For a matrix: a column's label -> votes without a clear position in each row.
    texts : mapping of str to sequence of str
        For a matrix: a column's label -> what each row's cell says, if not symbol and n.
    shares : bool
        For ``"diverging"``: draw each row's votes as parts of their sum, from :data:`SHARE_FLOOR` votes on;
        rows with fewer get no bar, and their label says how many they are.
    voices : sequence of sequence of str
        Who stands behind the chart, as lines, in several lengths, the fullest first: written under a chart
        of few rows, as far as there is room.
    short : sequence of str
        Shorter labels of the rows, for a chart that would else go over more slides.
    passages : sequence of (speaker, text, outlet, url)
        What stands behind the chart; written into the notes page.
    """

    title: str
    subtitle: str
    note: str
    source: str
    categories: Sequence[str]
    series: Mapping[str, Sequence[float]]
    shape: Shape = "diverging"
    passages: Sequence[Passage] = ()
    counts: Mapping[str, Sequence[float]] | None = None
    shares: bool = False
    apart: Mapping[str, Sequence[float]] | None = None
    texts: Mapping[str, Sequence[str]] | None = None
    voices: Sequence[Sequence[str]] = ()
    short: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name, values in [*self.series.items(), *(self.counts or {}).items(), *(self.apart or {}).items()]:
            if len(values) != len(self.categories):
                raise ValueError(
                    f"series {name!r} has {len(values)} values for {len(self.categories)} categories; "
                    "give one value for each"
                )

    def rows(self, first: int, last: int) -> SlideChart:
        """Return the chart with the categories from ``first`` to ``last`` (exclusive) only."""
        cut = {name: list(values)[first:last] for name, values in self.series.items()}
        counts = {name: list(values)[first:last] for name, values in (self.counts or {}).items()}
        apart = {name: list(values)[first:last] for name, values in (self.apart or {}).items()}
        texts = {name: list(values)[first:last] for name, values in (self.texts or {}).items()}
        return replace(
            self,
            categories=list(self.categories)[first:last],
            short=list(self.short)[first:last],
            series=cut,
            counts=counts or self.counts,
            apart=apart or self.apart,
            texts=texts or self.texts,
        )


def brief_pptx(charts: Sequence[SlideChart], about: About, marking: str | None = None) -> bytes:
    """Return a presentation, 16:9, with one slide per chart and a cover when there are several.

    A chart with more rows than fit goes on over further slides on the same scale.

    Parameters
    ----------
    charts : sequence of SlideChart
        The charts with the numbers that the screen shows.
    about : About
        Filters, dates and versions; they stand at the foot of every slide.
    marking : str, optional
        A handling instruction such as "internal", on every slide; ``about.marking`` when not given.
    """
    marked = about.marking if marking is None else marking
    show = Presentation()
    show.slide_width, show.slide_height = _WIDTH, _HEIGHT
    properties = show.core_properties
    properties.title = drawing.clean(about.title)
    properties.subject = drawing.clean(about.filter_line)[:250]
    properties.comments = drawing.clean(f"{about.stamp} · {about.versions}".strip(" ·"))[:250]
    properties.content_status = drawing.clean(marked)
    properties.created = about.made.replace(tzinfo=None)
    properties.author = ""
    if len(charts) != 1:
        _cover(show, charts, about, marked)
    for chart in charts:
        foot = _foot(chart, about)
        area = _area(foot)
        pages = _pages(chart, area.height / Inches(1))
        for number, page in enumerate(pages, start=1):
            slide = _framed(show, page, foot, marked, (number, len(pages)))
            _draw(slide, page, chart, area)
            if len(pages) == 1 and page.shape == "diverging" and page.categories:
                _name_voices(slide, page, area)
            _write_notes(slide, page, about, chart.passages if number == 1 else ())
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _foot(page: SlideChart, about: About) -> list[str]:
    """Return the lines under a chart: what to bear in mind, the source, and filters and day."""
    # The note of the screen says it already; a chart of other making may not.
    apart = _apart(page) if page.shape == "diverging" and "without a bar" not in page.note else ""
    lines = [" ".join(part for part in (page.note, apart) if part), page.source, _footer(page, about)]
    return [line for line in lines if line]


def _area(foot: Sequence[str]) -> Box:
    """Return the place of a chart: what the lines under it leave."""
    lines = sum(drawing.lines_of(line, _FOOT_LETTERS) for line in foot)
    height = min(Inches(4.15), Inches(_BOTTOM - 2.15 - 0.15) - Inches(0.235) * lines)
    return Box(_MARGIN, Inches(2.15), _INNER, int(max(height, Inches(1.5))))


def _pages(chart: SlideChart, room: float) -> list[SlideChart]:
    """Split a chart over as few slides as its labels allow, with the shorter ones where these take fewer."""
    pages = _split(chart, room)
    if len(pages) == 1 or len(chart.short) != len(chart.categories):
        return pages
    fewer = _split(replace(chart, categories=chart.short), room)
    return fewer if len(fewer) < len(pages) else pages


def _split(chart: SlideChart, room: float) -> list[SlideChart]:
    """Split a chart so that every label keeps its lines at 14 pt, in equal parts; ``room`` is in inches."""
    tabled = chart.shape == "matrix"
    # Above the rows of a matrix stand the names of its columns.
    room -= 0.85 if tabled else 0.15
    letters = drawing.MATRIX_LETTERS if tabled else drawing.LABEL_WIDTH
    heights = [drawing.row_height(drawing.lines_of(label, letters)) for label in chart.categories]
    cuts = [0]
    for place in range(1, len(heights)):
        page = heights[cuts[-1] : place + 1]
        # rows of a table have their own height, bars of a chart share the tallest label's
        if (sum(page) if tabled else max(page) * len(page)) > room:
            cuts.append(place)
    if not tabled and len(cuts) > 1:
        # As many slides with about as many rows each: a last one with a single row looks forgotten.
        for slides in (len(cuts), len(cuts) + 1):
            even = [place * len(heights) // slides for place in range(slides)]
            parts = [heights[a:b] for a, b in zip(even, [*even[1:], len(heights)], strict=True)]
            if all(max(part) * len(part) <= room for part in parts):
                cuts = even
                break
    ends = [*cuts[1:], len(heights)]
    pages = [chart.rows(first, last) for first, last in zip(cuts, ends, strict=True)]
    return [part for page in pages for part in _column_pages(page)] if tabled else pages


def _column_pages(chart: SlideChart) -> list[SlideChart]:
    names = list(chart.series)
    parts = -(-len(names) // _MATRIX_COLUMNS) or 1
    size = -(-len(names) // parts) or 1
    counts, apart, texts = chart.counts or {}, chart.apart or {}, chart.texts or {}
    return [
        replace(
            chart,
            series={name: chart.series[name] for name in names[first : first + size]},
            counts={name: counts[name] for name in names[first : first + size] if name in counts},
            apart={name: apart[name] for name in names[first : first + size] if name in apart},
            texts={name: texts[name] for name in names[first : first + size] if name in texts},
        )
        for first in range(0, max(len(names), 1), size)
    ]


def _draw(slide: Any, page: SlideChart, whole: SlideChart, area: Box) -> None:
    if not page.categories or not page.series:
        drawing.text_box(slide, area, ["Nothing matches these filters."], size=18)
    elif page.shape == "matrix":
        told = " ".join(text for texts in (page.texts or {}).values() for text in texts)
        matrix.matrix_legend(slide, Box(_MARGIN, Inches(1.72), _INNER, Inches(0.36)), told)
        cells = matrix.Cells(page.series, page.counts or {}, page.apart or {}, page.texts or {})
        matrix.matrix_table(slide, area, page.categories, cells)
    else:
        said = f"{page.title}. {page.subtitle}"
        bars = drawing.Bars(page.categories, page.series, whole.series, said, page.shares)
        if page.shape == "diverging":
            held = [stance for stance, values in page.series.items() if any(v > 0 for v in values)]
            drawing.stance_legend(slide, Box(_MARGIN, Inches(1.72), _INNER, Inches(0.36)), held)
            drawing.diverging_chart(slide, area, bars)
        else:
            drawing.bar_chart(slide, area, bars)


def _name_voices(slide: Any, page: SlideChart, area: Box) -> None:
    """Write who stands behind a chart into the room under it, in the fullest length that fits."""
    drawn = slide.shapes[-1]
    top = drawn.top + drawn.height + int(Inches(0.1))
    room = area.top + area.height - top
    for lines in page.voices:
        count = sum(drawing.lines_of(line, _FOOT_LETTERS) for line in lines)
        if lines and Inches(0.245) * count <= room:
            drawing.text_box(slide, Box(_MARGIN, top, _INNER, room), lines, size=14)
            return


def _framed(show: Any, page: SlideChart, foot: Sequence[str], marking: str, number: tuple[int, int]) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[5])
    again = "continued, " if number[0] > 1 else ""
    title = page.title if number[1] == 1 else f"{page.title} ({again}{number[0]} of {number[1]})"
    # The layout's title is made for 4:3 and would lie over the chart: every box is placed here.
    drawing.place_title(slide, Box(_MARGIN, Inches(0.4), _INNER, Inches(0.8)), title, size=26)
    # Two lines of the larger type would lie over the legend.
    size = 18 if len(page.subtitle) <= 90 else 14
    drawing.text_box(slide, Box(_MARGIN, Inches(1.2), _INNER, Inches(0.5)), [page.subtitle], size=size)
    drawing.text_box(
        slide,
        Box(_MARGIN, Inches(6.3), _INNER, Inches(_BOTTOM - 6.3)),
        foot,
        size=14,
        muted=True,
        anchor="bottom",
    )
    _mark(slide, marking)
    return slide


def _mark(slide: Any, marking: str) -> None:
    """Write the handling instruction over everything else."""
    if marking:
        place = Box(_MARGIN, Inches(0.08), _INNER, Inches(0.34))
        drawing.text_box(slide, place, [marking.upper()], size=14, bold=True, centred=True)


def _footer(page: SlideChart, about: About) -> str:
    """Return filters and day, as far as the lines above do not say them."""
    said = f"{page.subtitle} {page.source} {page.note}"
    left = [f"{name}: {value}" for name, value in about.filters if f"{name}: {value}" not in said]
    parts = [] if "Filters: " in said else left
    parts.append("" if about.stamp in said else about.stamp)
    return " · ".join(part for part in parts if part)


def _apart(page: SlideChart) -> str:
    """What the bars do not show: votes without a stance."""
    words = {state: STANCE_LABELS[state].lower() for state in ("unclear", "none")}
    sums = {name: sum(page.series.get(name, ())) for name in words}
    said = [f"{drawing.amount(total)} {words[name]}" for name, total in sums.items() if total]
    return f"In the totals, without a bar: {', '.join(said)}." if said else ""


def _cover(show: Any, charts: Sequence[SlideChart], about: About, marking: str) -> None:
    slide = show.slides.add_slide(show.slide_layouts[5])
    drawing.place_title(slide, Box(_MARGIN, Inches(2.0), _INNER, Inches(1.3)), about.title, size=36)
    lines = [about.filter_line, about.stamp]
    drawing.text_box(slide, Box(_MARGIN, Inches(3.4), _INNER, Inches(1.2)), lines, size=18, muted=True)
    if charts:
        found = [f"• {chart.title}" for chart in charts][:8]
        drawing.text_box(slide, Box(_MARGIN, Inches(4.6), _INNER, Inches(2.6)), found, size=16)
    _mark(slide, marking)


def _write_notes(slide: Any, page: SlideChart, about: About, passages: Sequence[Passage]) -> None:
    frame = slide.notes_slide.notes_text_frame
    lines = [page.title, page.subtitle, page.note, page.source, about.filter_line, about.stamp]
    lines.append(about.versions)
    frame.text = drawing.clean("\n".join(line for line in lines if line))
    drawing.note_line(frame, "Numbers")
    for place, category in enumerate(page.categories):
        told = [
            f"{name} {drawing.amount(values[place])}"
            for name, values in page.series.items()
            if values[place] == values[place]
        ]
        drawing.note_line(frame, f"{category}: {', '.join(told) or 'nothing found'}")
    if passages:
        drawing.note_line(frame, f"Passages ({len(passages)})")
    for speaker, text, outlet, url in list(passages)[:_NOTED_PASSAGES]:
        drawing.note_line(frame, f"{speaker} ({outlet}): {text}", link=url)
    if len(passages) > _NOTED_PASSAGES:
        drawing.note_line(frame, f"{len(passages) - _NOTED_PASSAGES} further passages are in the CSV.")
