"""A chart on the page with everything around it: table twin, downloads, and the voices behind a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard_core.charts import THEMES, SizeName, marked, picture_config
from dashboard_core.charts.wording import amount, plural
from dashboard_core.ui import data, downloads, filters, reader, theme
from dashboard_core.ui.links import plain
from dashboard_core.ui.views import View
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["Ready", "cards", "claim_rows", "show"]

_CARDS: Final = 8


def show(view: View, *, picture: Literal["png", "svg"] = "png", size: SizeName | None = None) -> None:
    """Draw a chart, the voices behind the mark that was chosen, its table and the downloads."""
    size = size or theme.screen_size()
    chart = marked(view.chart, downloads.marking(), THEMES[theme.theme_name()], size)
    chosen = view.filters or filters.current()
    stem = downloads.file_name(view.key, chosen, "png").removesuffix(".png")
    marks = _marks(view)
    drawn, picked = f"chart_{view.key}", f"mark_{view.key}"
    st.plotly_chart(
        Ready(chart.figure),
        theme=None,
        key=drawn,
        on_select=lambda: _clicked(drawn, picked, marks),
        selection_mode="points",
        config=picture_config(stem, chart, size, picture),
        alt=chart.alt,
    )
    _behind(view, marks, picked)
    downloads.chart_files(view.key, view.chart, chosen, weight=view.weight)
    table = f"Table of this chart ({plural(len(chart.table), 'row')})"
    with st.expander(table, key=f"table_{view.key}", on_change="rerun") as twin:
        # A closed table is not sent: with a thousand rows it would be most of what a click costs.
        if twin.open:
            numbers = {name: _number() for name in chart.table.select_dtypes("number").columns}
            st.dataframe(chart.table, hide_index=True, column_config=numbers, alt=f"Table. {chart.title}")


class Ready(BaseFigure):  # type: ignore[misc]
    """A figure that needs no checking: of a dict Streamlit checks every part, a third of a click's time."""

    def __init__(self, figure: dict[str, Any]) -> None:
        self._ready = figure

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as it was drawn."""
        return self._ready


def _number() -> Any:
    return st.column_config.NumberColumn(format="%.4g")


def _marks(view: View) -> dict[str, tuple[str, list[Any]]]:
    """Return the marks of a chart in reading order: key -> what it is called, its custom data."""
    found: list[tuple[int, str, list[Any]]] = []
    for trace in view.chart.figure["data"]:
        places = trace["y"] if view.chart.drawn.shape == "diverging" else range(len(trace["y"]))
        for place, mark in zip(places, trace.get("customdata") or (), strict=False):
            if mark and float(mark[2]) > 0:
                found.append((int(place), f"{mark[0]}|{mark[1]}|{mark[5] if len(mark) > 5 else ''}", mark))
    marks: dict[str, tuple[str, list[Any]]] = {}
    for place, key, mark in sorted(found, key=lambda entry: entry[0]):
        if mark[1]:
            name = f"{view.chart.drawn.categories[place]}: {STANCE_LABELS[str(mark[1])].lower()}"
        else:
            name = view.behind(mark)[0]
        marks[key] = f"{name} · {amount(float(mark[2]))}", mark
    return marks


def _clicked(drawn: str, picked: str, marks: Mapping[str, Any]) -> None:
    """Choose the mark that was clicked in the list below the chart; a click beside all marks closes it."""
    points = st.session_state[drawn].selection.points
    mark = points[0].get("customdata") if points else None
    key = f"{mark[0]}|{mark[1]}|{mark[5] if len(mark) > 5 else ''}" if mark else None
    st.session_state[picked] = key if key in marks else None


def _behind(view: View, marks: Mapping[str, tuple[str, list[Any]]], picked: str) -> None:
    if not marks:
        return
    if st.session_state.get(picked) not in marks:
        st.session_state[picked] = None
    # The list does by keyboard what a click does by mouse, and follows it.
    choice = st.selectbox(
        "Read the claims behind a part of the chart",
        list(marks),
        key=picked,
        format_func=lambda key: marks[key][0],
        placeholder="Click a coloured part of the chart, or choose it here",
        width=520,
    )
    if choice is None:
        return
    mark = marks[choice][1]
    name, chosen = view.behind(mark)
    rows = data.positions(chosen)
    stance = STANCE_LABELS.get(str(mark[1]), "")
    title = f"{name}: {stance.lower()}" if stance else name
    with st.container(border=True, key=f"behind_{view.key}"):
        st.subheader(plain(title), anchor=False)
        speakers, claims = rows["speaker_id"].nunique(), rows["claim_id"].nunique()
        st.markdown(
            f"**{plural(speakers, 'speaker')}, {plural(claims, 'claim')}**{_votes(rows, float(mark[2]))}"
        )
        cards(rows, key=f"{view.key}_{mark[0]}_{mark[1]}")
        with st.container(horizontal=True):
            downloads.positions_button(chosen, key=f"csv_mark_{view.key}", text="CSV of these positions")
            if st.button("Open in Evidence", key=f"open_{view.key}", icon=":material/format_quote:"):
                filters.jump(chosen, "evidence")


def _votes(rows: pd.DataFrame, votes: float) -> str:
    """Explain a number of votes that is not simply the number of speakers."""
    pairs = len(rows[["speaker_id", "target_id"]].drop_duplicates())
    if rows["speaker_id"].nunique() == votes or len(rows) == votes:
        return ""
    if pairs == votes:
        return f" · {plural(votes, 'vote')}, one per voice and target"
    return f" · {plural(votes, 'vote')}: a voice with different stances on one target splits its vote"


def claim_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return positions as one record per claim, its stances by target gathered in ``stances``."""
    found: dict[str, dict[str, Any]] = {}
    names = data.country_names()
    for row in rows.to_dict("records"):
        claim = found.get(row["claim_id"])
        if claim is None:
            country = row["country"]
            shown = names.get(country, country) if isinstance(country, str) else country
            claim = found[row["claim_id"]] = {str(key): value for key, value in row.items()}
            claim |= {"country": shown, "stances": []}
        claim["stances"].append((row["target"], str(row["stance"])))
    return list(found.values())


def cards(rows: pd.DataFrame, *, key: str) -> None:
    """Write positions as cards, one per claim, a few at a time."""
    claims = claim_rows(rows)
    look = THEMES[theme.theme_name()]
    shown = st.session_state.get(f"more_{key}", _CARDS)
    needle = filters.current().text
    st.html("".join(reader.card_html(claim, look, needle) for claim in claims[:shown]))
    if len(claims) > shown:
        st.button(
            f"Show more ({plural(len(claims) - shown, 'claim')} left)",
            key=f"button_more_{key}",
            on_click=_show_more,
            args=(key, shown + 20),
        )


def _show_more(key: str, count: int) -> None:
    st.session_state[f"more_{key}"] = count


def table_columns(names: Sequence[str]) -> dict[str, Any]:
    """Return the column settings of a claims table: dates without a clock, links only to outlets."""
    settings: dict[str, Any] = {
        "Published": st.column_config.DateColumn(format="YYYY-MM-DD"),
        "Confidence": st.column_config.ProgressColumn(format="%d%%", min_value=0, max_value=100),
        "Article": st.column_config.LinkColumn(display_text="Open"),
    }
    return {name: settings[name] for name in names if name in settings}
