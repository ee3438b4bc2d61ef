"""The meeting view: one chart per screen, in large type, with the day of the data and the filters on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard_core.charts import THEMES, marked, picture_config
from dashboard_core.charts.layout import SIZES
from dashboard_core.ui import downloads, filters, panel, theme, views
from dashboard_core.ui.views import MatrixOptions, Options, View

__all__ = ["screen"]

# What fits on a 1920 x 1080 screen in large type.
_ROWS: Final = 5
# Pixels below the row of controls on a screen of 1080; on a lower one the page is scrolled.
_FILLED: Final = 970
# A row of the chart grows no higher than this: one alone would be a wall.
_HIGHEST: Final = 170
_OPTIONS: Final = Options(size="meeting", top=_ROWS)
_CHARTS: Final[dict[str, Callable[[], View]]] = {
    "By target": lambda: views.by_target(_OPTIONS),
    "By country": lambda: views.by_country(_OPTIONS),
    "By organisation of the speaker": lambda: views.by_organisation(_OPTIONS),
    "Matrix": lambda: views.position_matrix(MatrixOptions(size="meeting")),
}


def _step(by: int) -> None:
    names = list(_CHARTS)
    place = names.index(st.session_state.get("slide") or names[0])
    st.session_state["slide"] = names[(place + by) % len(names)]


def screen() -> None:
    """Draw the chart chosen, and the few controls of a meeting."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="meeting_controls"):
        st.button(
            "Back", on_click=_step, args=(-1,), icon=":material/arrow_back:", shortcut="Left", key="back"
        )
        st.button(
            "Next", on_click=_step, args=(1,), icon=":material/arrow_forward:", shortcut="Right", key="next"
        )
        slide = st.segmented_control(
            "Chart",
            list(_CHARTS),
            default=next(iter(_CHARTS)),
            required=True,
            key="slide",
            bind="query-params",
            label_visibility="collapsed",
        )
        if st.button("Leave the meeting view", icon=":material/close:", key="leave"):
            filters.jump(filters.current(), "overview")
    view = _CHARTS[slide or "By target"]()
    chart = marked(view.chart, downloads.marking(), THEMES[theme.theme_name()], "meeting")
    stem = downloads.file_name(f"meeting-{view.key}", filters.current(), "png").removesuffix(".png")
    layout = chart.figure["layout"]
    # The plot grows to the foot of the screen; texts keep their size, and so stay where they belong.
    room = layout["height"] + len(chart.shown) * (_HIGHEST - SIZES["meeting"].row)
    filled = {**chart.figure, "layout": {**layout, "height": max(layout["height"], min(_FILLED, room))}}
    st.plotly_chart(
        panel.Ready(filled),
        theme=None,
        key=f"meeting_{view.key}",
        config=picture_config(stem, chart, "meeting"),
        alt=chart.alt,
    )
