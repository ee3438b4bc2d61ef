"""The meeting view: one chart per screen, in large type, with the day of the data and the filters on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard_core.charts import THEMES, SizeName, marked, picture_config
from dashboard_core.ui import blocs, downloads, filters, furniture, history, panel, screen, theme, views
from dashboard_core.ui.links import PARAMETERS, parameters_of
from dashboard_core.ui.views import MatrixOptions, Options, View
from dashboard_core.vocabulary import TARGET_KIND_LABELS

__all__ = ["opening", "screen_rows", "show"]

# No screen holds more rows in large type.
_ROWS: Final = 6
_MATRIX_ROWS: Final = 10
# Pixels around the chart: the row of controls above, and the edges of the page.
_ABOVE: Final = 112
# A row of the chart grows no higher than this, in parts of the screen: one alone would be a wall.
_HIGHEST: Final = 0.18
_TARGETS, _COUNTRIES, _OWN = "By target", "By country", "By organisation of the speaker"
_BLOCS: Final = "Blocs"
_MATRIX: Final = "Matrix"
_CHARTS: Final = (_TARGETS, _COUNTRIES, _OWN, _BLOCS, _MATRIX)
# The page that the reader came from and its address: the view opens with its chart, and leaving leads there.
_CAME: Final = "_meeting_from"
_WAYS_BACK: Final = ("overview", "countries", "organisations", "matrix", "evidence")
# What a page's address says of its chart, and this page's as well.
_SWITCHES: Final = ("group", "separate", "blocs", "kinds", "rows", "weight", "measure", "order")
# Room in pixels where a screen scrolls.
_ENDLESS: Final = 1_000_000
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


def opening(page: str, address: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the parameters with which the view shows what a page shows.

    >>> opening("countries", {"group": ["CSTO: members and others"], "country": ["KGZ"]})
    {'slide': ['By country'], 'group': ['CSTO: members and others']}
    >>> opening("organisations", {"view": ["Blocs by their members"]}), opening("overview", {})
    ({'slide': ['Blocs']}, {})
    >>> opening("organisations", {})
    {'slide': ['By target'], 'kinds': ['Organisation or bloc']}
    """
    held = {name: list(address[name]) for name in _SWITCHES if address.get(name)}
    if page == "organisations":
        side = next(iter(address.get("view", ())), blocs.ABOUT)
        chart = {blocs.OWN: _OWN, blocs.BLOCS: _BLOCS}.get(side, _TARGETS)
        kinds = {"kinds": [TARGET_KIND_LABELS["organisation"]]} if chart == _TARGETS else {}
        return {"slide": [chart]} | kinds | held
    chart = {"countries": _COUNTRIES, "matrix": _MATRIX}.get(page, "")
    return ({"slide": [chart]} if chart else {}) | held


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
    left = {name: values for name, values in history.address().items() if name not in PARAMETERS}
    st.session_state[_CAME] = (came, left) if came in _WAYS_BACK else (_WAYS_BACK[0], {})
    _first()
    wanted = opening(came, left)
    # A link that names a chart opens with that one; else the address is written, as a link would hold it.
    if wanted and "slide" not in st.query_params:
        filters.reopen("meeting", wanted)


def _leave() -> None:
    """Go back to the page that the reader came from: its own switches, and the filters as they are now."""
    page, left = st.session_state.get(_CAME, (_WAYS_BACK[0], {}))
    filters.open_page(page, left | parameters_of(filters.current()))


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
        options, matrix, kinds = _options()
        view, part, parts = _screen(slide or _CHARTS[0], options, matrix, kinds)
        st.session_state["part"] = part
        if len(parts) > 1:
            first, count = parts[part]
            whole = sum(number for _, number in parts)
            st.markdown(f"Rows {first + 1} to {first + count} of {whole}", width="content")
        st.button("Leave the meeting view", icon=":material/close:", key="leave", on_click=_leave)
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
    small = screen.is_small()
    size: SizeName = "narrow" if small else "meeting"
    chart = marked(view.chart, downloads.marking(), THEMES[theme.theme_name()], size)
    stem = downloads.file_name(f"meeting-{view.key}", filters.current(), "png").removesuffix(".png")
    st.plotly_chart(
        panel.Ready(chart.figure),
        theme=None,
        key=f"meeting_{view.key}",
        config=picture_config(stem, chart, size, width=0 if small else screen.window()[0]),
        alt=chart.alt,
    )


def _options() -> tuple[Options, MatrixOptions, tuple[str, ...]]:
    """Offer what the pages offer for these charts; closed, for a meeting sees charts."""
    with st.popover("Options", icon=":material/tune:"):
        st.markdown("**By country**")
        group = furniture.grouping()
        separate = not group and st.toggle("Separate kinds of voice", key="separate", bind="query-params")
        st.markdown("**By target**")
        kinds = furniture.any_kinds()
        st.markdown("**Blocs**")
        chosen = furniture.bloc_choice()
        st.markdown("**Matrix**")
        rows = furniture.matrix_rows()
        st.markdown("**All charts**")
        look = furniture.look()
    bars = replace(look, size="meeting", group=group, separate=bool(separate), blocs=chosen)
    return bars, MatrixOptions(size="meeting", rows=rows, weight=look.weight), kinds


def _screen(
    shown: str, bars: Options, matrix: MatrixOptions, kinds: tuple[str, ...]
) -> tuple[View, int, list[tuple[int, int]]]:
    """Return the chart of this screen, which of its screens it is, and the rows of each of them."""
    if screen.is_small():
        # On a phone the letters are those of the other pages, and one scrolls.
        width, height, room = 0, 0, _ENDLESS
        bars, matrix = replace(bars, size="narrow"), replace(matrix, size="narrow")
    else:
        width, height = screen.window()
        room = height - _ABOVE
    draw = {
        _TARGETS: lambda asked: views.by_target(asked, kinds=kinds),
        _COUNTRIES: views.by_country,
        _OWN: views.by_organisation,
        _BLOCS: blocs.by_bloc,
    }

    def make(part: tuple[int, int], grown: int = 0) -> View:
        if shown == _MATRIX:
            return views.position_matrix(replace(matrix, width=width, height=height, part=part))
        return draw[shown](replace(bars, width=width, height=height, part=part, row_height=grown))

    count = make((0, 1)).chart.rows
    for most in range(_MATRIX_ROWS if shown == _MATRIX else _ROWS, 0, -1):
        parts = screen_rows(count, most)
        part = min(int(st.session_state.get("part") or 0), len(parts) - 1)
        view = make(parts[part])
        if _height(view) <= room or most == 1:
            break
    rows = len(view.chart.shown)
    if shown != _MATRIX and rows and height and _height(view) < room:
        # Rows grow to the foot of the screen; texts keep their size.
        margin = view.chart.figure["layout"]["margin"]
        each = (_height(view) - margin["t"] - margin["b"]) / rows
        grown = int(min(each + (room - _height(view)) / rows, _HIGHEST * height))
        view = make(parts[part], grown) if grown > each else view
    return view, part, parts


def _height(view: View) -> int:
    return int(view.chart.figure["layout"]["height"])
