"""What stands on every page: heading, empty branch, finding, numbers, and the switches above a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, Final

import streamlit as st

from dashboard_core import query
from dashboard_core.charts import spread
from dashboard_core.charts.wording import amount, plural, standing
from dashboard_core.ui import data, filters, trust, words
from dashboard_core.ui.links import FACETS, plain
from dashboard_core.ui.trouble import end_page
from dashboard_core.ui.views import MatrixOptions, Options, View
from dashboard_core.vocabulary import BASES, TARGET_KIND_LABELS

__all__ = [
    "any_kinds",
    "apart",
    "bloc_choice",
    "chart_options",
    "either",
    "finding",
    "grouping",
    "heading",
    "look",
    "matrix_options",
    "matrix_rows",
    "number_cards",
    "stop_if_empty",
    "target_kinds",
    "target_shortcuts",
    "trust_line",
    "way_back",
]

_SHORTCUTS: Final = 5
# Filters that are no list: key, name, and what lifts them.
_OTHERS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("q", "words", {"text": ""}),
    ("dates", "dates", {"date_from": None, "date_to": None, "undated": True}),
    ("confidence", "least confidence", {"min_confidence": 0.0}),
    ("labels", "labels that count", {"basis": BASES[0]}),
)
# A picture of more rows than this is no picture any more, and a browser takes seconds to draw it.
_ROWS: Final = {"10": 10, "20": 20, "All": 200}


def heading(title: str, question: str, *, explained: bool = False) -> None:
    """Write a page's title and the question it answers; ``explained`` offers what the words mean."""
    st.title(title, anchor=False)
    if not explained:
        st.caption(question)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(question, width="content")
        words.box()


def stop_if_empty(*, claims: bool = False) -> None:
    """Say that nothing matches, offer the way back, and end the page; else say what else is left out.

    ``claims``: the page also shows claims without any target.
    """
    if filters.origin() is None:
        _hidden()
    numbers = data.headline()
    if numbers.positions or (claims and numbers.claims):
        return
    chosen = filters.current()
    said = "; ".join(filters.describe(chosen))
    if said:
        st.info(f"Nothing matches these filters together: {plain(said)}.", icon=":material/search_off:")
    else:
        st.info("No positions have been found in the articles yet.", icon=":material/search_off:")
    with st.container(horizontal=True):
        if said:
            st.button("Clear all filters", on_click=filters.clear, type="primary", key="clear_empty")
        for name, (field, title, _) in FACETS.items():
            if getattr(chosen, field) and filters.restricted(chosen) > 1:
                st.button(
                    f"Remove only: {title[0].lower() + title[1:]}",
                    on_click=filters.narrow,
                    args=({field: ()},),
                    key=f"drop_{name}",
                )
        for key, title, changes in _OTHERS:
            there = any(getattr(chosen, name) != value for name, value in changes.items())
            if there and filters.restricted(chosen) > 1:
                st.button(
                    f"Remove only: {title}", on_click=filters.narrow, args=(changes,), key=f"drop_{key}"
                )
    end_page()


def _hidden() -> None:
    """Say on the page which filters hold that no list of the side bar shows, and take them off by a click."""
    for number, (said, changes) in enumerate(filters.hidden(filters.current())):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/filter_alt: Counted here: **{plain(said)}**.")
            st.button(
                "Count everything again",
                on_click=filters.narrow,
                args=(changes,),
                key=f"unhide_{number}",
                type="tertiary",
                icon=":material/close:",
            )


def way_back() -> None:
    """Say which filters a jump to this page has set, and offer to undo it with one click."""
    found = filters.origin()
    if found is None:
        return
    added = [line for line in filters.describe(found.now) if line not in filters.describe(found.before)]
    page = st.session_state["_pages"][found.page].title
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="way_back"):
        told = f" For this, filters were set: {'; '.join(added)}." if added else ""
        st.markdown(f"You see what stands behind **{plain(found.since)}**.{plain(told)}")
        if st.button(f"Back to {page} as it was", icon=":material/undo:", key="undo_jump"):
            filters.go_back(found)


def finding(sentences: Sequence[str]) -> None:
    """Write the finding in words."""
    first, *rest = sentences
    st.markdown(f"### {plain(first)}")
    for sentence in rest:
        st.markdown(plain(sentence))


def number_cards(numbers: Sequence[tuple[str, float, str]]) -> None:
    """Write headline numbers side by side: label, value, what it means."""
    cards = "".join(
        f'<div title="{escape(meaning)}"><dt>{escape(name)}</dt><dd>{amount(value)}</dd></div>'
        for name, value, meaning in numbers
    )
    st.html(f'<dl class="dc-numbers">{cards}</dl>')


def apart(view: View) -> None:
    """Say of how many of the claims that a chart counts the country is not stated."""
    lacking = data.headline(view.filters).without_country
    if lacking:
        st.caption(f"Country not stated: {plural(lacking, 'claim')}. It is never guessed from a name.")


def trust_line(weight: str) -> None:
    """Offer to leave out the weakest labels, and lead to how far all can be relied on.

    How many are meant, and how many people have reviewed, each chart says in its note.
    """
    chosen = filters.current()
    weak = trust.resting(data.resting(chosen), weight, single=len(chosen.targets) == 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="trust_line"):
        if weak or chosen.named_only:
            st.button(
                "Count also passages that do not name the target"
                if chosen.named_only
                else "Leave out passages that do not name the target",
                on_click=filters.narrow,
                args=({"named_only": not chosen.named_only},),
                key="named_switch",
                type="tertiary",
                icon=":material/filter_alt_off:" if chosen.named_only else ":material/filter_alt:",
                help=None
                if chosen.named_only
                else "There the headline or the sentence before names it. Such labels are right less often.",
            )
        st.page_link(
            st.session_state["_pages"]["method"],
            label="How far to trust the labels",
            icon=":material/fact_check:",
        )


def either(title: str, *options: str, key: str) -> str:
    """Return the one option chosen; the first is the default."""
    found = st.segmented_control(
        title,
        list(options),
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return found or options[0]


def target_shortcuts() -> None:
    """Offer the most discussed targets, as long as the votes are about several."""
    if filters.current().targets:
        names = data.target_names()
        about = " or ".join(standing(names.get(value, value)) for value in filters.current().targets)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Target: **{plain(about)}**")
            st.button(
                "All targets",
                on_click=filters.narrow,
                args=({"targets": ()},),
                key="all_targets",
                icon=":material/close:",
                type="tertiary",
            )
        return
    offered = data.kept_here(("shortcuts",), _most_discussed)
    if len(offered) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("One question at a time:")
        for target, name in offered:
            st.button(
                plain(name),
                on_click=filters.narrow,
                args=({"targets": (target,)},),
                key=f"shortcut_{target}",
            )


def _most_discussed() -> list[tuple[str, str]]:
    """Return id and name of the targets that most voices speak about, some of them with a clear position."""
    names = data.target_names()
    clear = [row for row in spread(data.tally("target")) if row["actor"] and row["n"] > 0]
    first = sorted(clear, key=lambda row: (-row["all"], -row["n"]))[:_SHORTCUTS]
    return [(str(r["actor"]), standing(names.get(str(r["actor"])) or str(r["actor"]))) for r in first]


def grouping() -> str:
    """Return the memberships to group countries by, or nothing for each country by itself."""
    alone = "Each country by itself"
    groups = query.membership_groups()
    shown = {alone: ""} | {f"{name}: members and others": name for name in groups}
    shown |= {
        f"{first} and {second}: both, one or neither": f"{first}+{second}"
        for place, first in enumerate(groups)
        for second in groups[place + 1 :]
    }
    chosen = st.selectbox("Group by membership", list(shown), key="group", bind="query-params", width=300)
    return shown.get(chosen or alone, "")


def bloc_choice() -> tuple[str, ...]:
    """Return the blocs to compare; none chosen: all of them."""
    groups = query.membership_groups()
    chosen = st.multiselect(
        "Blocs to compare",
        groups,
        key="blocs",
        bind="query-params",
        placeholder="All blocs. Choose two to put them side by side",
        select_all=False,
        width=520,
    )
    return tuple(group for group in groups if group in chosen)


def chart_options(*, countries: bool = False) -> Options:
    """Draw the switches above a chart and return what is set; all of them stand in the address.

    ``countries``: also offer to separate kinds of voice and to group by membership.
    """
    group, separate = "", False
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if countries:
            group = grouping()
            separate = not group and st.toggle(
                "Separate kinds of voice",
                key="separate",
                bind="query-params",
                help="Officials, experts and others of one country in rows of their own.",
            )
        with st.popover("Chart options", icon=":material/tune:"):
            drawn = look()
            rows = _switch("Rows", *_ROWS, key="shown", told="How many are drawn; the table has all of them.")
            picture = _picture()
    return replace(
        drawn,
        separate=bool(separate),
        group=group,
        picture=picture,  # type: ignore[arg-type]
        top=_ROWS[rows],
    )


def look() -> Options:
    """Draw the switches that all bars have: what is counted, as counts or shares, in which order."""
    weight = _weight()
    measure = _switch("Show", "Counts", "Shares", key="measure", told="Shares need at least 5 clear votes.")
    order = _switch("Order by", "Stance", "Votes", "Name", key="order")
    return Options(
        weight=weight,  # type: ignore[arg-type]
        shares=measure == "Shares",
        order=order.lower(),  # type: ignore[arg-type]
    )


def _picture() -> str:
    chosen = _switch(
        "Save picture as",
        "PNG",
        "SVG",
        key="picture",
        told="The camera at the top right of the chart saves it in this format.",
    )
    st.text_input(
        "Handling marking on exports",
        key="marking",
        max_chars=40,
        placeholder="for example: internal",
        persist_state="session",
    )
    return chosen.lower()


def _weight() -> str:
    return {"Every claim": "claims"}.get(
        _switch(
            "Count",
            "One vote per voice",
            "Every claim",
            key="weight",
            told="One vote per voice: whoever is quoted often counts as much as whoever is quoted once. "
            "A voice that takes different stances on one target gives each its part of the vote.",
        ),
        "voices",
    )


def _switch(title: str, *options: str, key: str, told: str | None = None) -> str:
    found = st.segmented_control(
        title, list(options), default=options[0], required=True, key=key, bind="query-params", help=told
    )
    return found or options[0]


def matrix_rows() -> str:
    """Return who stands in the rows of the matrix."""
    actors = {
        "Countries": "country",
        "Organisations of speakers": "organisation",
        "Speakers": "speaker",
        "Kinds of voice": "tier",
        "Outlets": "outlet",
    }
    rows = st.selectbox("Rows", list(actors), key="rows", bind="query-params", width=240)
    return actors[rows or "Countries"]


def matrix_options() -> MatrixOptions:
    """Draw the switches above the matrix and return what is set."""
    orders: Mapping[str, Any] = {"Votes": "votes", "Stance": "stance", "Name": "name"}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rows = matrix_rows()
        sort_rows = _switch("Order rows by", *orders, key="sort_rows")
        sort_columns = _switch("Order targets by", *orders, key="sort_targets")
        with st.popover("Chart options", icon=":material/tune:"):
            weight = _weight()
            picture = _picture()
    return MatrixOptions(
        rows=rows,
        sort_rows=orders[sort_rows],
        sort_columns=orders[sort_columns],
        weight=weight,  # type: ignore[arg-type]
        picture=picture,  # type: ignore[arg-type]
    )


def any_kinds() -> tuple[str, ...]:
    """Return the kinds of targets to show; none chosen: all of them."""
    kinds = {label: kind for kind, label in TARGET_KIND_LABELS.items()}
    chosen = st.pills(
        "Kinds of target", list(kinds), selection_mode="multi", key="kinds", bind="query-params"
    )
    return tuple(kinds[label] for label in chosen or ())


def target_kinds() -> tuple[str, ...]:
    """Return the kinds of targets to show: organisations at first, every kind on request.

    A target that a filter asks for is shown whatever its kind.
    """
    kinds = {label: kind for kind, label in TARGET_KIND_LABELS.items()}
    first = TARGET_KIND_LABELS["organisation"]
    chosen = st.pills(
        "Kinds of target",
        list(kinds),
        selection_mode="multi",
        default=[first],
        key="kinds",
        bind="query-params",
    )
    held = data.target_kinds() if filters.current().targets else {}
    asked = [held[target] for target in filters.current().targets if target in held]
    return tuple(dict.fromkeys([*(kinds[label] for label in chosen or [first]), *asked]))
