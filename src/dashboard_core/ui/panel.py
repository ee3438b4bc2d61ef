"""A chart on the page with everything around it: table twin, downloads, and the voices behind a mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard_core.charts import THEMES, WITHOUT_VOTE, SizeName, marked, picture_config
from dashboard_core.charts.wording import amount, listing, plural, standing
from dashboard_core.query import Filters
from dashboard_core.ui import besides, data, downloads, filters, reader, theme, trust
from dashboard_core.ui.links import plain
from dashboard_core.ui.views import ONE_VOTE, View, mark_key, single_target
from dashboard_core.vocabulary import STANCE_LABELS, STANCES

__all__ = ["Ready", "cards", "claim_rows", "show"]

_CARDS: Final = 8
# Whose claims are open: (chart, mark, filters); and how often such a panel was closed.
_OPEN: Final = "_behind"
_ROUND: Final = "_behind_round"


def show(view: View, *, picture: Literal["png", "svg"] = "png", size: SizeName | None = None) -> None:
    """Draw a chart, the voices behind the mark that was chosen, its table and the downloads."""
    size = size or theme.screen_size()
    chart = marked(view.chart, downloads.marking(), THEMES[theme.theme_name()], size)
    chosen = view.filters or filters.current()
    stem = downloads.file_name(view.key, chosen, "png").removesuffix(".png")
    # A new key after each closing: else a second click on the same mark would only take the first back.
    drawn = f"chart_{view.key}_{st.session_state.get(_ROUND, 0)}"
    st.plotly_chart(
        Ready(chart.figure),
        theme=None,
        key=drawn,
        on_select=lambda: _clicked(drawn, view),
        selection_mode="points",
        config=picture_config(stem, chart, size, picture),
        alt=chart.alt,
    )
    _choice(view)
    downloads.chart_files(view.key, view.chart, chosen, weight=view.weight, table=lambda: view.table)
    table = f"Table of this chart ({plural(len(chart.table), 'row')})"
    with st.expander(table, key=f"table_{view.key}", on_change="rerun") as twin:
        # A closed table is not sent: with a thousand rows it would be most of what a click costs.
        if twin.open:
            numbers = {name: _number() for name in view.table.select_dtypes("number").columns}
            st.dataframe(view.table, hide_index=True, column_config=numbers, alt=f"Table. {chart.title}")
            if WITHOUT_VOTE in view.table:
                st.caption(besides.EXPLAINED)
    _behind(view)


class Ready(BaseFigure):  # type: ignore[misc]
    """A figure that needs no checking: of a dict Streamlit checks every part, a third of a click's time."""

    def __init__(self, figure: dict[str, Any]) -> None:
        self._ready = figure

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as it was drawn."""
        return self._ready


def _number() -> Any:
    return st.column_config.NumberColumn(format="%.4g")


def _choice(view: View) -> None:
    """Offer the marks as a list: it does by keyboard what a click does by mouse."""
    picked = f"mark_{view.key}"
    if not view.marks:
        return
    if st.session_state.get(picked) not in view.marks:
        st.session_state[picked] = None
    st.selectbox(
        "Read the claims behind a part of the chart",
        list(view.marks),
        key=picked,
        format_func=lambda key: view.marks[key][0],
        placeholder="Click a coloured part of the chart, or choose it here",
        on_change=_chosen,
        args=(view, picked),
        width=520,
    )


def _clicked(drawn: str, view: View) -> None:
    points = st.session_state[drawn].selection.points
    mark = points[0].get("customdata") if points else None
    _open(view, mark_key(mark) if mark else None)


def _chosen(view: View, picked: str) -> None:
    _open(view, st.session_state[picked])


def _open(view: View, key: str | None) -> None:
    st.session_state[_OPEN] = (view.key, key, filters.current()) if key in view.marks else None


def _close(picked: str) -> None:
    state = st.session_state
    state[_OPEN] = state[picked] = None
    state[_ROUND] = state.get(_ROUND, 0) + 1


def _behind(view: View) -> None:
    """Open the claims behind the mark chosen, over the page: below the chart nobody would see them."""
    opened = st.session_state.get(_OPEN)
    if opened is None or opened[0] != view.key or opened[2] != filters.current():
        return
    mark = view.marks[opened[1]][1]
    name, chosen = view.behind(mark)
    stance = STANCE_LABELS.get(str(mark[1]), "")
    name = standing(name)
    target = data.target_names().get(single_target(), "")
    if target.casefold() not in name.casefold():
        name = f"{name} on {target}"
    title = f"{name}: {stance.lower()}" if stance else name
    picked = f"mark_{view.key}"
    dialog = st.dialog(plain(title), width="medium", on_dismiss=lambda: _close(picked))
    dialog(_claims)(view, title, mark, chosen)


def _claims(view: View, title: str, mark: Sequence[Any], chosen: Filters) -> None:
    rows = data.positions(chosen)
    with st.container(key=f"behind_{view.key}"):
        speakers, claims = rows["speaker_id"].nunique(), rows["claim_id"].nunique()
        st.markdown(
            f"**{plural(speakers, 'speaker')}, {plural(claims, 'claim')}**{_votes(rows, float(mark[2]))}"
            + (f" · {len(rows):,} rows in the CSV: one per claim and target" if len(rows) > claims else "")
            + (f"  \n{plain(_heard(rows))}" if speakers > 1 else "")
        )
        st.caption(plain(_relied_on(rows)))
        with st.container(horizontal=True):
            downloads.positions_csv(chosen, key=f"csv_mark_{view.key}", text="CSV of these positions")
            if st.button("Open in Evidence", key=f"evidence_{view.key}", icon=":material/format_quote:"):
                _close(f"mark_{view.key}")
                filters.jump(chosen, "evidence", since=title)
        cards(rows, chosen, key=f"{view.key}_{mark_key(mark)}", since=title, leave=f"mark_{view.key}")
        _besides(view, title, mark, chosen, rows)


def _besides(view: View, title: str, mark: Sequence[Any], chosen: Filters, rows: pd.DataFrame) -> None:
    """Tell what else the mark's voices say on its target, which adds nothing to their votes."""
    if view.weight != ONE_VOTE or not mark[1] or filters.current().stances:
        return
    more = besides.said_besides(rows, mark, chosen)
    said = besides.told(more, rows)
    if said:
        with st.expander(said, key=f"besides_{view.key}"):
            key, leave = f"{view.key}_besides_{mark_key(mark)}", f"mark_{view.key}"
            cards(more[~more["claim_id"].isin(rows["claim_id"])], chosen, key=key, since=title, leave=leave)


def _relied_on(rows: pd.DataFrame) -> str:
    """Say how many of the labels people have reviewed, and which voices rest on the context alone."""
    reviewed = int((rows["review"] != "unreviewed").sum())
    told = f"{amount(reviewed)} of {plural(len(rows), 'position')} reviewed by a person."
    clear = rows[rows["stance"].isin(STANCES)]
    bare = (clear["target_basis"] == "context") & (clear["review"] == "unreviewed")
    # A voice stands on what names the target, if it has that, too.
    pairs = bare.groupby([clear["speaker_id"], clear["target_id"]]).all()
    weak = clear[clear["speaker_id"].isin(pairs[pairs].index.get_level_values(0)) & bare]
    if weak.empty:
        return told
    names = listing(list(dict.fromkeys(weak["speaker"])), limit=6)
    return f"{told} From {trust.UNNAMED}: {names}."


def _heard(rows: pd.DataFrame) -> str:
    """Name the speakers, those with most claims first."""
    counts = rows.drop_duplicates("claim_id")["speaker"].value_counts()
    named = [
        f"{name} ({plural(count, 'claim')})" if count > 1 else str(name) for name, count in counts.items()
    ]
    return listing(named, limit=12)


def _votes(rows: pd.DataFrame, votes: float) -> str:
    """Explain a number of votes that is not simply the number of speakers."""
    pairs = len(rows[["speaker_id", "target_id"]].drop_duplicates())
    if rows["speaker_id"].nunique() == votes or len(rows) == votes:
        return ""
    if pairs == votes:
        return f" · {plural(votes, 'vote')}, one per voice and target"
    return f" · {plural(votes, 'vote')}: a voice with different stances on one target splits its vote"


def claim_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return positions as one record per claim, its stances by target gathered in ``stances``.

    ``unnamed`` holds those of its targets that only the headline or the sentence before names; once a person
    has looked at the label, that is settled.
    """
    found: dict[str, dict[str, Any]] = {}
    names = data.country_names()
    for row in rows.to_dict("records"):
        claim = found.get(row["claim_id"])
        if claim is None:
            country = row["country"]
            shown = names.get(country, country) if isinstance(country, str) else country
            claim = found[row["claim_id"]] = {str(key): value for key, value in row.items()}
            claim |= {"country": shown, "stances": [], "unnamed": []}
        claim["stances"].append((row["target"], str(row["stance"])))
        if row["target_basis"] == "context" and row["review"] == "unreviewed":
            claim["unnamed"].append(row["target"])
    return list(found.values())


def cards(rows: pd.DataFrame, chosen: Filters, *, key: str, since: str, leave: str) -> None:
    """Write positions as cards, one per claim, a few at a time; a title leads to the passage in Evidence."""
    claims = claim_rows(rows)
    look = THEMES[theme.theme_name()]
    shown = st.session_state.get(f"more_{key}", _CARDS)
    needle = filters.current().text
    for claim in claims[:shown]:
        with st.container(gap="xxsmall"):
            st.html(reader.card_html(claim, look, needle, folded=True))
            if st.button(
                f"Passage in “{plain(reader.title_of(claim))}”",
                key=f"passage_{key}_{claim['claim_id']}",
                type="tertiary",
                icon=":material/article:",
                help="Read the passage in its article",
            ):
                _close(leave)
                filters.jump(chosen, "evidence", since=since, claim=str(claim["claim_id"]))
    if len(claims) > shown:
        st.button(
            f"Show more ({plural(len(claims) - shown, 'claim')} left)",
            key=f"button_more_{key}",
            on_click=_show_more,
            args=(key, shown + 20),
        )


def _show_more(key: str, count: int) -> None:
    st.session_state[f"more_{key}"] = count
