"""The Names page, targets: the catalogue first, then what articles brought; promote, merge, hide, undo."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core.charts.wording import amount, day, plural, standing
from dashboard_core.query.names import targets_named
from dashboard_core.store import Entry
from dashboard_core.store.naming import hide_target, merge_targets, promote_target, target_states
from dashboard_core.ui import data
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import decide, take_back, who
from dashboard_core.vocabulary import TARGET_KIND_LABELS

__all__ = ["targets"]

_FROM: Final = {"catalogue": "catalogue", "promoted": "promoted", "discovered": "discovered"}
_LISTED: Final = 50


def targets() -> None:
    """Draw the list of targets, what can be done with one, and what is hidden or merged."""
    store = data.desk().store
    states = target_states(store.ledger.standing())
    rows = _with_origin(targets_named(store), states.promoted)
    counts = rows["origin"].value_counts()
    st.markdown(
        f"**{plural(int(counts.get('catalogue', 0)), 'target')}** from the catalogue are spoken of, "
        f"{amount(int(counts.get('promoted', 0)))} promoted, "
        f"{amount(int(counts.get('discovered', 0)))} discovered in the articles."
    )
    _actions(rows)
    shown = rows.assign(
        target=rows["target"].map(standing),
        target_kind=rows["target_kind"].map(lambda kind: TARGET_KIND_LABELS.get(kind, kind)),
    )
    st.dataframe(
        shown[["target", "target_kind", "origin", "positions", "claims", "speakers"]],
        hide_index=True,
        column_config={
            "target": st.column_config.TextColumn("Target", width="large"),
            "target_kind": "Kind",
            "origin": st.column_config.TextColumn("From", help="The catalogue is seeds/targets.csv."),
            "positions": st.column_config.NumberColumn("Positions", help="Supportive, cautious or opposed."),
            "claims": st.column_config.NumberColumn("Claims", help="Claims that speak of it."),
            "speakers": "Speakers",
        },
    )
    _list("Hidden", list(states.hidden.values()), "Bring back")
    _list("Merged into another", list(states.merged.values()), "Take back")
    _list("Promoted", list(states.promoted.values()), "Take back")


def _with_origin(rows: pd.DataFrame, promoted: dict[str, Entry]) -> pd.DataFrame:
    listed = {target.target_id for target in data.catalogue()}

    def origin(target_id: str) -> str:
        base = target_id.split(":")[0]
        known = target_id in listed or base in listed or target_id.startswith("country:")
        return "catalogue" if known else "promoted" if target_id in promoted else "discovered"

    rows = rows.assign(origin=rows["target_id"].map(origin).astype("str"))
    order = rows["origin"].map({name: place for place, name in enumerate(_FROM)})
    return rows.assign(order=order).sort_values(
        ["order", "positions"], ascending=[True, False], kind="stable"
    )


def _actions(rows: pd.DataFrame) -> None:
    known: dict[str, dict[str, Any]] = {
        str(row["target_id"]): {str(name): value for name, value in row.items()}
        for row in rows.to_dict("records")
    }

    def told(target_id: str) -> str:
        row = known[target_id]
        count = f" ({amount(row['claims'])})" if row["origin"] == "discovered" else ""
        return f"{standing(row['target'])}{count}"

    chosen = st.selectbox(
        "Target",
        list(known),
        index=None,
        format_func=told,
        placeholder="Choose a target to promote, merge or hide",
        key="names_target",
        width=520,
    )
    if chosen is None or chosen not in known:
        return
    row = known[chosen]
    into = st.selectbox(
        "Merge it into",
        [other for other in known if other != chosen],
        index=None,
        format_func=told,
        placeholder="The target under which its positions shall count",
        key="names_into",
        width=520,
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Promote",
            key="names_promote",
            icon=":material/star:",
            disabled=row["origin"] != "discovered" or not who(),
            help="Show it with the targets of the catalogue.",
            on_click=_decide,
            args=(promote_target(row, who()),) if who() else (),
        )
        st.button(
            "Merge",
            key="names_merge",
            icon=":material/merge:",
            disabled=into is None or not who(),
            on_click=_decide,
            args=(merge_targets(row, known[into], who()),) if into and who() else (),
        )
        st.button(
            "Hide",
            key="names_hide",
            icon=":material/visibility_off:",
            disabled=not who(),
            help="Its positions are no longer shown or counted; it can be brought back.",
            on_click=_decide,
            args=(hide_target(row, who()),) if who() else (),
        )


def _decide(entry: Entry | None) -> None:
    if entry is not None:
        decide(entry)
        # What is hidden or merged is no longer among the options.
        st.session_state["names_target"] = None
        st.session_state["names_into"] = None


def _list(title: str, entries: list[Entry], undo: str) -> None:
    if not entries:
        return
    st.subheader(f"{title} ({amount(len(entries))})", anchor=False)
    for entry in entries[-_LISTED:][::-1]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            into = f" → **{plain(str(entry.after['target']))}**" if entry.action == "merge" else ""
            why = f": {plain(entry.why)}" if entry.why else ""
            said = f"{plain(str(entry.before))}{into}  \n:small[by {plain(entry.who)}, {day(entry.at)}{why}]"
            st.markdown(said, width="stretch")
            st.button(
                undo,
                key=f"names_target_back_{entry.entry_id}",
                icon=":material/undo:",
                disabled=not who(),
                on_click=take_back,
                args=(entry.entry_id,),
            )
