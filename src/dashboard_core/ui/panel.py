"""A chart on the page with everything around it: table twin, downloads, and the voices behind a mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from dashboard_core.charts import THEMES, SizeName, picture_config
from dashboard_core.charts.wording import plural
from dashboard_core.ui import data, downloads, filters, reader, theme
from dashboard_core.ui.links import plain
from dashboard_core.ui.views import View
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["cards", "claim_rows", "show"]

_CARDS: Final = 8


def show(view: View, *, picture: Literal["png", "svg"] = "png", size: SizeName | None = None) -> None:
    """Draw a chart, the voices behind the mark that was clicked, its table and the downloads."""
    chart = view.chart
    chosen = view.filters or filters.current()
    stem = downloads.file_name(view.key, chosen, "png").removesuffix(".png")
    event = st.plotly_chart(
        chart.figure,
        theme=None,
        key=f"chart_{view.key}",
        on_select="rerun",
        selection_mode="points",
        config=picture_config(stem, chart, size or theme.screen_size(), picture),
        alt=chart.alt,
    )
    _behind(event, view)
    downloads.chart_files(view.key, chart, chosen, weight=view.weight)
    with st.expander(f"Table of this chart ({plural(len(chart.table), 'row')})"):
        numbers = {name: _number() for name in chart.table.select_dtypes("number").columns}
        st.dataframe(chart.table, hide_index=True, column_config=numbers, alt=f"Table. {chart.title}")


def _number() -> Any:
    return st.column_config.NumberColumn(format="%.4g")


def _behind(event: Any, view: View) -> None:
    points = event.selection.points if event else []
    mark = points[0].get("customdata") if points else None
    if not mark:
        st.caption("Click a coloured part of the chart to read the claims behind it.")
        return
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
