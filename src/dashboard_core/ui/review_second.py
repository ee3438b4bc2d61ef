"""Second readings, blind, and how far readers agree with each other and the machine with them."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard_core import query
from dashboard_core.charts import SYMBOLS, THEMES, mix
from dashboard_core.charts.wording import plural
from dashboard_core.query import agreement as agreeing
from dashboard_core.store import Entry
from dashboard_core.store.decisions import stance_key
from dashboard_core.ui import data, theme
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import decide, reviewer
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["agreement_view", "second_reading"]

_KEYS: Final = (
    *(("supportive", "1"), ("cautious", "2"), ("opposed", "3"), ("none", "0"), ("unclear", "4")),
    ("", "x"),
)
_KEY_TEXT: Final = {"unclear": f"{SYMBOLS['unclear']} Unclear to me too", "": "Not about this target"}
_MACHINE: Final = ("supportive", "cautious", "opposed", "unclear", "none", "")
_PEOPLE: Final = ("supportive", "cautious", "opposed", "none", "unclear", agreeing.NOT_ABOUT)


def _name(label: str) -> str:
    return STANCE_LABELS.get(label, "Not about this target" if label else "No position found")


def second_reading(draw: Any) -> None:
    """Ask for the label of an item that somebody else has coded, without showing anybody's label.

    ``draw`` writes a position's heading and passage.
    """
    name, store = reviewer(), data.desk().store
    st.caption(
        "Passages that somebody else has already decided, for a second opinion. Neither the machine's label "
        "nor anybody's decision is shown, and your label changes no chart: it counts for agreement."
    )
    items = agreeing.blind_queue(store, name)
    row, left_over = None, len(items)
    for item in items:
        row = _position(store, item)
        if row is not None:
            break
        left_over -= 1
    if row is None:
        st.info("Nothing is waiting for a second reading by you.", icon=":material/task_alt:")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw(row)
    # The same place as in a first reading: there it stays in sight, however long the passage is.
    with right, st.container(key="review_decision", border=True, gap="small"):
        st.markdown(f"**{plain(str(row['target']))}** · {plural(left_over, 'label')} left for you")
        with st.container(horizontal=True, gap="small"):
            for label, key in _KEYS:
                st.button(
                    _KEY_TEXT.get(label) or f"{SYMBOLS[label]} {STANCE_LABELS[label]}",
                    key=f"second_{label or 'reject'}",
                    shortcut=key,
                    on_click=_code,
                    args=(name, row, label),
                )


def _position(store: Any, item: agreeing.Item) -> dict[str, Any] | None:
    """Return the position of an item, also one that somebody rejected; None where its claim is gone."""
    claim_id, target_id = item
    rows = query.claim_positions(store, claim_id)
    found = rows[rows["target_id"] == target_id]
    if found.empty:
        gone = query.rejected(store, query.Filters())
        found = gone[(gone["claim_id"] == claim_id) & (gone["target_id"] == target_id)]
        if found.empty or claim_id not in set(
            query.article_claims(store, str(found["article_id"].iloc[0]))["claim_id"]
        ):
            return None
    return {str(key): value for key, value in found.iloc[0].to_dict().items()}


def _code(name: str, row: dict[str, Any], label: str) -> None:
    blind = {**row, "machine_stance": None}
    key = stance_key(blind, query.article_hash(data.desk().store, str(row["article_id"])))
    decide(Entry(name, "code", "stance", key, "stance", None, label or None))


def agreement_view() -> None:
    """Draw the agreement of readers, their disagreements for resolution, and the machine against people."""
    store = data.desk().store
    coded = agreeing.codings(store)
    _readers(agreeing.agreement(coded))
    done = agreeing.settled(store)
    apart = agreeing.disagreements(coded)
    _different({item: labels for item, labels in apart.items() if item not in done})
    _confusion(agreeing.machine_against_people(store))


def _figure(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"


def _readers(pairs: list[agreeing.Agreement]) -> None:
    st.subheader("Readers with each other", anchor=False)
    if not pairs:
        st.info(
            "No two people have coded the same label yet. Under “Second reading” a second person codes, "
            "blind, what another has decided.",
            icon=":material/group:",
        )
        return
    table = pd.DataFrame(
        {
            "Readers": [f"{one.first} and {one.second}" for one in pairs],
            "Labels both gave": [one.items for one in pairs],
            "Same label": [f"{one.share:.0%}" for one in pairs],
            "Cohen's kappa": [_figure(one.kappa) for one in pairs],
            "Krippendorff's alpha": [_figure(one.alpha) for one in pairs],
        }
    )
    st.dataframe(table, hide_index=True, alt="Agreement of each two readers.")
    st.caption(
        "1 is full agreement, 0 what chance would give. From fewer than about 30 labels these figures "
        "move a lot with each one."
    )
    first = pairs[0]
    st.markdown(f"**By label: {plain(first.first)} and {plain(first.second)}**")
    rows = [
        (_name(label), either, both, _figure(kappa))
        for label, (either, both, kappa) in first.by_label.items()
    ]
    by_label = pd.DataFrame(rows, columns=["Label", "Either used it", "Both used it", "Cohen's kappa"])
    st.dataframe(by_label, hide_index=True, alt="Agreement by label.")


def _different(items: dict[agreeing.Item, dict[str, str]]) -> None:
    st.subheader("Where readers differ", anchor=False)
    if not items:
        st.caption("Nowhere, or all differences are settled.")
        return
    name, store = reviewer(), data.desk().store
    st.caption(
        f"{plural(len(items), 'label')}. Choosing one here decides what counts; both readings are kept."
    )
    for number, (item, labels) in enumerate(list(items.items())[:20]):
        row = _position(store, item)
        if row is None:
            continue
        with st.container(border=True):
            st.markdown(f"**{plain(str(row['speaker']))}** on **{plain(str(row['target']))}**")
            for column, (reader, label) in zip(st.columns(len(labels)), labels.items(), strict=True):
                column.markdown(f"{plain(reader)}: **{_name(label)}**")
            with st.container(horizontal=True, gap="small"):
                for label in dict.fromkeys(labels.values()):
                    st.button(
                        f"Settle on: {_name(label)}",
                        key=f"settle_{number}_{label}",
                        on_click=_settle,
                        args=(name, row, label),
                    )
            st.markdown(f"“{plain(str(row['text']))}”")
    if len(items) > 20:
        st.caption("The first 20 are listed.")


def _settle(name: str, row: dict[str, Any], label: str) -> None:
    key = stance_key(row, query.article_hash(data.desk().store, str(row["article_id"])))
    key["settles"] = True
    after = None if label == agreeing.NOT_ABOUT else label
    action = "reject" if after is None else "confirm" if after == row["machine_stance"] else "change"
    before = row["stance"] if isinstance(row["stance"], str) else None
    decide(Entry(name, action, "stance", key, "stance", before, after, "settles a disagreement"))


def _confusion(rows: pd.DataFrame) -> None:
    st.subheader("The machine against people", anchor=False)
    if rows.empty:
        st.caption("Nothing has been reviewed yet.")
        return
    counts = {(m, p): int(n) for m, p, n in rows.itertuples(index=False)}
    total = sum(counts.values())
    same = sum(count for (machine, people), count in counts.items() if machine == people)
    st.markdown(
        f"People kept **{same} of {total}** labels as the machine gave them ({same / total:.0%}). "
        "Each row is a label of the machine, each column what people made of it."
    )
    machine = [label for label in _MACHINE if any(m == label for m, _ in counts)]
    cells = [[counts.get((label, people), 0) for people in _PEOPLE] for label in machine]
    look = THEMES[theme.theme_name()]
    figure = go.Figure(
        go.Heatmap(
            z=cells,
            x=[_name(label) for label in _PEOPLE],
            y=[_name(label) for label in machine],
            text=[[str(count or "") for count in line] for line in cells],
            texttemplate="%{text}",
            textfont={"size": 16, "color": look.text},
            colorscale=[[0, look.page], [1, mix(look.muted, look.page, 0.55)]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="machine: %{y}<br>people: %{x}<br>%{z} positions<extra></extra>",
        )
    )
    figure.update_layout(
        height=60 + 60 * len(machine),
        margin={"l": 190, "r": 10, "t": 40, "b": 10},
        paper_bgcolor=look.page,
        plot_bgcolor=mix(look.muted, look.page, 0.06),
        font={"color": look.text, "size": 14},
        xaxis={"side": "top", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "ticklabelstandoff": 6},
    )
    st.plotly_chart(
        figure,
        theme=None,
        key="confusion",
        config={"displayModeBar": False},
        alt="How often each label of the machine stands against each label of people.",
    )
    st.caption("What people chose to review is no random sample: this is not the machine's accuracy.")
