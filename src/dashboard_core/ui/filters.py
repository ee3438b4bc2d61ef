"""The shared filters: drawn once in the side bar, kept between pages, written into the address.

Streamlit's own binding of widgets to the address writes the visible label, which here carries a count; so
the address is written from ids (``links.py``), and read once, when a session starts.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

import streamlit as st

from dashboard_core import exports, query
from dashboard_core.query import Choices, Filters
from dashboard_core.store import Store
from dashboard_core.ui import data, history, saved
from dashboard_core.ui.links import FACETS, PARAMETERS, filters_from, parameters_of, plain
from dashboard_core.vocabulary import BASES, BASIS_LABELS, STANCE_LABELS, TIER_LABELS

__all__ = ["choose", "clear", "current", "describe", "jump", "names", "narrow", "restricted"]

_KEPT: Final = "_filters"
_PENDING: Final = "_pending_filters"
_PAGES: Final = "_pages"
_FIRST: Final = ("target", "country", "organisation", "stance")
# A list longer than this is cut: a browser that gets 3,000 options per click is slow, and nobody scrolls.
_LONGEST: Final = 200


def current() -> Filters:
    """Return the filters now set."""
    found: Filters = st.session_state.get(_KEPT, Filters())
    return found


def restricted(filters: Filters) -> int:
    """Return how many filters are set."""
    return len(parameters_of(filters))


def clear() -> None:
    """Set no filter."""
    _put(Filters())


def narrow(changes: dict[str, Any]) -> None:
    """Change some filters and keep the others."""
    _put(replace(current(), **changes))


def jump(filters: Filters, page: str) -> None:
    """Open another page under the given filters."""
    st.session_state[_PENDING] = filters
    # The address is written whole: leaving it to be cleared is refused while a control of this page is in it.
    st.switch_page(st.session_state[_PAGES][page], query_params=parameters_of(filters))


def _put(filters: Filters) -> None:
    state = st.session_state
    state[_KEPT] = filters
    for name, (field, _, _) in FACETS.items():
        state[name] = list(getattr(filters, field))
    state["from"], state["to"] = filters.date_from, filters.date_to
    state["undated"] = filters.undated
    state["confidence"] = round(filters.min_confidence * 100)
    state["q"] = filters.text
    state["labels"] = filters.basis
    state["copies"] = filters.as_published


def _collect() -> Filters:
    """Return the filters with what the reader just changed; widgets not drawn yet keep their value."""
    state, kept = st.session_state, current()
    changes: dict[str, Any] = {}
    for name, (field, _, _) in FACETS.items():
        if name in state:
            changes[field] = tuple(state[name])
    for name, field in (("from", "date_from"), ("to", "date_to"), ("undated", "undated")):
        if name in state:
            changes[field] = state[name]
    if "confidence" in state:
        changes["min_confidence"] = state["confidence"] / 100
    if "q" in state:
        changes["text"] = (state["q"] or "").strip()[:200]
    if "copies" in state:
        changes["as_published"] = bool(state["copies"])
    if state.get("labels") in BASES:
        changes["basis"] = state["labels"]
    return replace(kept, **changes)


def choose(store: Store, page: str = "") -> Filters:
    """Draw the filters in the side bar of a page and return what is set.

    A link opened first thing on a fresh server seeds the session; afterwards the session leads and the
    address follows, so a page change keeps both.
    """
    state = st.session_state
    asked = {name: st.query_params.get_all(name) for name in PARAMETERS}
    if _KEPT not in state:
        state[_KEPT] = filters_from(asked)
    if _PENDING in state:
        _put(state.pop(_PENDING))
    elif history.went_back(page, asked, parameters_of(current())):
        _put(filters_from(asked))
    filters = state[_KEPT] = _collect()
    counts = data.choices(store, filters, _LONGEST)
    with st.sidebar:
        held = restricted(filters)
        st.button(
            f"Clear all filters ({held} set)" if held else "No filter set",
            on_click=clear,
            disabled=not held,
            icon=":material/filter_alt_off:",
            width="stretch",
            key="clear_filters",
        )
        for name in _FIRST:
            _facet(name, counts, filters)
        st.text_input(
            "Words in the passage",
            key="q",
            value=None if "q" in state else filters.text,
            placeholder="for example: alliance",
            icon=":material/search:",
        )
        _basis(filters)
        with st.expander("More filters", expanded=_further(filters)):
            for name in FACETS:
                if name not in (*_FIRST, "membership"):
                    _facet(name, counts, filters)
            _membership(filters)
            _dates(filters)
            _confidence(filters)
            if store.snapshot().has_copies:
                _copies(filters)
        _views(filters)
    _write(filters)
    return filters


def _views(filters: Filters) -> None:
    """Offer the saved views, and to save the filters now set under a name."""
    views = saved.read_views(saved.views_file())
    with st.expander(f"Saved views ({len(views)})"):
        for number, (name, held) in enumerate(views.items()):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(plain(name), key=f"view_{number}", on_click=_put, args=(held,), width="stretch")
                st.button(
                    "",
                    key=f"drop_view_{number}",
                    on_click=saved.save_named,
                    args=(name, None),
                    icon=":material/delete:",
                    type="tertiary",
                    help=f"Remove the view {plain(name)}",
                )
        st.text_input("Name for the filters now set", key="view_name", max_chars=60)
        st.button(
            "Save this view",
            key="save_view",
            on_click=_save,
            disabled=not restricted(filters),
            help=None if restricted(filters) else "Set a filter first.",
        )
        problem = st.session_state.pop("view_problem", "")
        if problem:
            st.error(problem)


def _save() -> None:
    state = st.session_state
    if str(state.get("view_name") or "").strip():
        saved.save_named(str(state["view_name"]), current())
        state["view_name"] = ""


def _further(filters: Filters) -> bool:
    shown = {FACETS[name][0] for name in _FIRST} | {"text", "basis"}
    rest = [f.name for f in fields(Filters) if f.name not in shown]
    return any(getattr(filters, name) != getattr(Filters(), name) for name in rest)


def _facet(name: str, counts: Mapping[str, Choices], filters: Filters) -> None:
    field, heading, everything = FACETS[name]
    chosen = list(getattr(filters, field))
    numbers = counts[name].numbers
    own: Mapping[str, str] = {"tier": TIER_LABELS, "stance": STANCE_LABELS}.get(name, {})
    own = data.country_names() if name == "country" else own
    order = list(STANCE_LABELS if name == "stance" else numbers)
    options = [value for value in order if value in numbers]
    options += [value for value in chosen if value not in options]

    def shown(value: str) -> str:
        label = own.get(value) or counts[name].labels.get(value, value) or "Not stated in the text"
        count = numbers.get(value, 0)
        # A dead end keeps its place in the list but says so before it is chosen.
        return f"{label} · {count:,}" if count else f"{label} · none here"

    # The labels carry counts that change with the other filters: sending the value again makes the
    # browser show the new ones.
    st.session_state[name] = chosen
    st.multiselect(
        heading,
        options,
        key=name,
        format_func=shown,
        placeholder=everything[0].upper() + everything[1:],
        filter_mode="contains",
        select_all=False,
        help=f"The {_LONGEST} most frequent are listed." if counts[name].cut else None,
    )


def _membership(filters: Filters) -> None:
    field, heading, everything = FACETS["membership"]
    chosen = list(getattr(filters, field))
    groups = query.membership_groups()
    options = [f"{name}:{kind}" for name in groups for kind in ("member", "non-member")]
    st.session_state["membership"] = chosen
    st.multiselect(
        heading,
        options + [value for value in chosen if value not in options],
        key="membership",
        format_func=_group_name,
        placeholder=everything[0].upper() + everything[1:],
        filter_mode="contains",
        select_all=False,
    )


def _group_name(value: str) -> str:
    name, _, kind = value.rpartition(":")
    pair = name.replace("+", " and ")
    told = {"member": f"{name} members", "non-member": f"Not in {name}"}
    return told.get(kind, f"{pair}: {kind}")


def _basis(filters: Filters) -> None:
    if "labels" not in st.session_state:
        st.session_state["labels"] = filters.basis
    st.selectbox(
        "Labels that count",
        BASES,
        key="labels",
        format_func=lambda basis: BASIS_LABELS[basis],
        help="People review labels on the Review page. The machine's own label is always kept beside theirs.",
    )


def _dates(filters: Filters) -> None:
    state = st.session_state
    for name, heading, value in (
        ("from", "Published from", filters.date_from),
        ("to", "Published until", filters.date_to),
    ):
        if name not in state:
            state[name] = value
        st.date_input(heading, key=name, value=None, format="YYYY-MM-DD", min_value=date(1990, 1, 1))
    state["undated"] = filters.undated
    st.checkbox("Include undated articles", key="undated")


def _copies(filters: Filters) -> None:
    if "copies" not in st.session_state:
        st.session_state["copies"] = filters.as_published
    st.checkbox(
        "Count every copy, as published",
        key="copies",
        help="One report in several outlets counts once, as in the earliest of them. With this, it counts "
        "in each.",
    )


def _confidence(filters: Filters) -> None:
    if "confidence" not in st.session_state:
        st.session_state["confidence"] = round(filters.min_confidence * 100)
    st.slider(
        "Least confidence of a label",
        0,
        100,
        step=5,
        key="confidence",
        format="%d%%",
        help="How sure the classifier has to be of a stance before it is counted.",
    )


def _write(filters: Filters) -> None:
    """Write the filters into the address, leaving the page's own parameters alone."""
    wanted = parameters_of(filters)
    for name in PARAMETERS:
        if name in wanted:
            if st.query_params.get_all(name) != wanted[name]:
                st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def names() -> Mapping[str, str]:
    """Return the display names of all ids and codes that filters hold."""
    # Linked, not copied: there can be 20,000 speakers, and a page asks often.
    return ChainMap(data.country_names(), data.target_names(), data.speaker_names())


def describe(filters: Filters) -> tuple[str, ...]:
    """Return the filters in words, as subtitles, stamps and files say them: "country: Kyrgyzstan"."""
    said = exports.describe_filters(filters, names())
    return tuple(f"{name[0].lower()}{name[1:]}: {value}" for name, value in said)
