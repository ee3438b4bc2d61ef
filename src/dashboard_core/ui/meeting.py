"""The meeting view: one chart per screen, in large type, with the day of the data and the filters on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard_core import charts
from dashboard_core.charts import THEMES, marked, picture_config
from dashboard_core.ui import data, downloads, filters, history, panel, screen, theme, views
from dashboard_core.ui.views import MatrixOptions, Options, View

__all__ = ["screen_rows", "show"]

# No screen holds more rows in large type.
_ROWS: Final = 6
# Pixels above the chart: the row of controls and the page's edge.
_ABOVE: Final = 96
# A row of the chart grows no higher than this: one alone would be a wall.
_HIGHEST: Final = 190
_BARS: Final[dict[str, tuple[str, Callable[[Options], View]]]] = {
    "By target": ("target", views.by_target),
    "By country": ("country", views.by_country),
    "By organisation of the speaker": ("organisation", views.by_organisation),
}
_MATRIX: Final = "Matrix"
_CHARTS: Final = (*_BARS, _MATRIX)
# The page that the reader came from: the view opens with its chart, and leaving leads back there.
_CAME: Final = "_meeting_from"
_CHART_OF: Final = {"countries": "By country", "matrix": _MATRIX}
_WAYS_BACK: Final = ("overview", "countries", "organisations", "matrix", "evidence")
# The last screen of a chart, however many it has.
_LAST: Final = 10_000


def screen_rows(count: int, most: int) -> list[tuple[int, int]]:
    """Return which rows each screen shows, the first and how many: few screens, equally full.

    >>> screen_rows(12, 5), screen_rows(3, 5), screen_rows(0, 5)
    ([(0, 4), (4, 4), (8, 4)], [(0, 3)], [(0, 0)])
    """
    screens = max(-(-count // most), 1)
    each = -(-count // screens)
    return [(first, min(each, count - first)) for first in range(0, max(count, 1), max(each, 1))]


def _step(by: int, screens: int) -> None:
    """Go to the next screen of the chart, after its last to the next chart."""
    state = st.session_state
    part = int(state.get("part") or 0) + by
    if not 0 <= part < screens:
        place = _CHARTS.index(state.get("slide") or _CHARTS[0])
        state["slide"] = _CHARTS[(place + by) % len(_CHARTS)]
        part = 0 if by > 0 else _LAST
    state["part"] = part


def _first() -> None:
    st.session_state["part"] = 0


def _arrive() -> None:
    came = history.page()
    if came == "meeting":
        return
    st.session_state[_CAME] = came if came in _WAYS_BACK else _WAYS_BACK[0]
    # A link that names a chart opens with that one.
    if came in _CHART_OF and "slide" not in st.query_params:
        st.session_state["slide"] = _CHART_OF[came]


def show() -> None:
    """Draw the chart chosen, and the few controls of a meeting."""
    _arrive()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="meeting_controls"):
        # Drawn when the number of screens is known.
        steps = st.container(horizontal=True, gap="small", width="content")
        slide = st.segmented_control(
            "Chart",
            list(_CHARTS),
            default=_CHARTS[0],
            required=True,
            key="slide",
            bind="query-params",
            label_visibility="collapsed",
            on_change=_first,
        )
        view, part, parts = _screen(slide or _CHARTS[0])
        st.session_state["part"] = part
        if len(parts) > 1:
            first, count = parts[part]
            whole = sum(number for _, number in parts)
            st.markdown(f"Rows {first + 1} to {first + count} of {whole}", width="content")
        if st.button("Leave the meeting view", icon=":material/close:", key="leave"):
            filters.jump(filters.current(), st.session_state.get(_CAME, _WAYS_BACK[0]))
    with steps:
        for text, by, icon, shortcut in (("Previous", -1, "back", "Left"), ("Next", 1, "forward", "Right")):
            st.button(
                text,
                on_click=_step,
                args=(by, len(parts)),
                icon=f":material/arrow_{icon}:",
                shortcut=shortcut,
                key=text.lower(),
            )
    chart = marked(view.chart, downloads.marking(), THEMES[theme.theme_name()], "meeting")
    stem = downloads.file_name(f"meeting-{view.key}", filters.current(), "png").removesuffix(".png")
    st.plotly_chart(
        panel.Ready(chart.figure),
        theme=None,
        key=f"meeting_{view.key}",
        config=picture_config(stem, chart, "meeting"),
        alt=chart.alt,
    )


def _screen(shown: str) -> tuple[View, int, list[tuple[int, int]]]:
    """Return the chart of this screen, which of its screens it is, and the rows of each of them."""
    width, height = screen.window()
    room = height - _ABOVE
    if shown == _MATRIX:
        for rows in range(10, 2, -1):
            view = views.position_matrix(MatrixOptions(size="meeting", width=width, top=rows))
            if _height(view) <= room:
                break
        return view, 0, [(0, 0)]
    by, make = _BARS[shown]
    count = len(charts.spread(data.tally(by)))
    for most in range(_ROWS, 0, -1):
        parts = screen_rows(count, most)
        part = min(int(st.session_state.get("part") or 0), len(parts) - 1)
        options = Options(size="meeting", part=parts[part], width=width)
        view = make(options)
        if _height(view) <= room or most == 1:
            break
    return _filled(view, make, options, room), part, parts


def _height(view: View) -> int:
    return int(view.chart.figure["layout"]["height"])


def _filled(view: View, make: Callable[[Options], View], options: Options, room: int) -> View:
    """Draw a chart again with rows that grow to the foot of the screen; texts keep their size."""
    rows = len(view.chart.shown)
    if not rows or _height(view) >= room:
        return view
    margin = view.chart.figure["layout"]["margin"]
    each = (_height(view) - margin["t"] - margin["b"]) / rows
    grown = int(min(each + (room - _height(view)) / rows, _HIGHEST))
    return make(replace(options, row_height=grown)) if grown > each else view
