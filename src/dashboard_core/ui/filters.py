"""The shared filters: drawn once in the side bar, kept between pages, written into the address.

Streamlit's own binding of widgets to the address writes the visible label, which here carries a count; so
the address is written from ids (``links.py``), and read once, when a session starts.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import streamlit as st

from dashboard_core import exports, query
from dashboard_core.charts import MISSING
from dashboard_core.charts.wording import standing
from dashboard_core.query import Choices, Filters
from dashboard_core.records import DISCOVERED
from dashboard_core.store import Store
from dashboard_core.store.naming import target_states
from dashboard_core.ui import data, further_filters, history, saved, screen
from dashboard_core.ui.links import (
    FACETS,
    PARAMETERS,
    SWITCHES,
    by_name,
    filters_from,
    parameters_of,
    plain,
    uncounted,
)
from dashboard_core.vocabulary import BASES, STANCE_LABELS, TIER_LABELS

__all__ = [
    "Origin",
    "catalogue_first",
    "choose",
    "clear",
    "current",
    "describe",
    "draw",
    "go_back",
    "hidden",
    "jump",
    "names",
    "narrow",
    "open_page",
    "origin",
    "reopen",
    "restricted",
]

_KEPT: Final = "_filters"
_PENDING: Final = "_pending_filters"
_PAGES: Final = "_pages"
_ORIGIN: Final = "_origin"
_GOING: Final = "_going"
_FIRST: Final = ("target", "country", "organisation", "stance")
# A list longer than this is cut: a browser that gets 3,000 options per click is slow, and nobody scrolls.
_LONGEST: Final = 200


def current() -> Filters:
    """Return the filters now set."""
    found: Filters = st.session_state.get(_KEPT, Filters())
    return found


def restricted(filters: Filters) -> int:
    """Return how many filters are set."""
    count = len(parameters_of(filters))
    together = filters.articles and filters.as_published and not data.desk().store.snapshot().has_copies
    return count - 1 if together else count


def hidden(filters: Filters) -> list[tuple[str, dict[str, Any]]]:
    """Return the filters that no list of the side bar shows, in words, and what to change to lift each.

    They come from buttons and links: "Evidence in 2 new articles", the claims behind a hollow mark.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    copies = filters.as_published and not data.desk().store.snapshot().has_copies
    if filters.articles:
        count = len(filters.articles)
        said = f"{count:,} chosen articles" if count > 1 else "one chosen article"
        # Without other copies the two were set together and are lifted together.
        changes: dict[str, Any] = {"articles": (), "as_published": filters.as_published and not copies}
        found.append((said, changes))
    elif copies:
        found.append(("every copy, as published", {"as_published": False}))
    if filters.apart:
        who = {"unclear": "voices whose stance is unclear", "none": "voices with no position found"}
        found.append((who[filters.apart], {"apart": ""}))
    return found


def clear() -> None:
    """Set no filter."""
    _put(Filters())


def narrow(changes: dict[str, Any]) -> None:
    """Change some filters and keep the others."""
    _put(replace(current(), **changes))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a jump came from, so that one click leads back: ``since`` is what was asked to be seen.

    ``address`` holds all parameters of the page left, its own switches, too.
    """

    page: str
    since: str
    before: Filters
    now: Filters
    address: Mapping[str, Sequence[str]]


def origin() -> Origin | None:
    """Return where the filters now set came from, if a jump set them and nobody has changed them since."""
    found: Origin | None = st.session_state.get(_ORIGIN)
    return found if found and found.now == current() else None


def jump(filters: Filters, page: str, *, since: str = "", claim: str = "") -> None:
    """Open another page under the given filters; with ``since`` that page says so and offers the way back.

    ``claim`` is the one that the Evidence page opens.
    """
    here = {name: st.query_params.get_all(name) for name in st.query_params}
    origin = Origin(history.page(), since, current(), filters, here)
    st.session_state[_ORIGIN] = origin if since else None
    _leave(filters, page, parameters_of(filters) | ({"claim": [claim]} if claim else {}))


def open_page(page: str, address: Mapping[str, Sequence[str]]) -> None:
    """Open a page by its address, its filters and its own switches, with the next run: for use at a click."""
    if page != history.page():
        st.session_state[_GOING] = page, {name: list(values) for name, values in address.items()}
        return
    _put(filters_from(address))
    # An address is refused where a control of the page stands in it: the controls themselves are set.
    for name, usual in SWITCHES.items():
        values = list(address.get(name, ()))
        if isinstance(usual, bool):
            found: object = values[-1] == "true" if values else usual
        else:
            found = (values if isinstance(usual, list) else values[-1]) if values else usual
        if values or name in st.session_state:
            st.session_state[name] = found


def reopen(page: str, switches: Mapping[str, Sequence[str]]) -> None:
    """Open the page of this run again under the same filters, with switches of its own, none drawn so far."""
    here = {name: list(values) for name, values in switches.items()}
    _leave(current(), page, parameters_of(current()) | here)


def _go(page: str) -> None:
    """Take the way that :func:`open_page` asked for, of which this run shows ``page``."""
    target, address = st.session_state[_GOING]
    chosen = filters_from(address)
    if target != page:
        # With the page left its controls are gone, which would not let their names into the address.
        _leave(chosen, target, parameters_of(chosen))
    del st.session_state[_GOING]
    if set(address) - set(PARAMETERS):
        _leave(chosen, target, address)


def go_back(origin: Origin) -> None:
    """Undo a jump: the page, its switches and the filters as they were."""
    _leave(origin.before, origin.page, {name: list(values) for name, values in origin.address.items()})


def _leave(filters: Filters, page: str, parameters: Mapping[str, list[str]]) -> None:
    st.session_state[_PENDING] = filters
    # The address is written whole: leaving it to be cleared is refused while a control of this page is in it.
    st.switch_page(st.session_state[_PAGES][page], query_params=dict(parameters))


def _put(filters: Filters) -> None:
    state = st.session_state
    state[_KEPT] = filters
    for name, (field, _, _) in FACETS.items():
        state[name] = list(getattr(filters, field))
    state["from"], state["to"] = filters.date_from, filters.date_to
    state["undated_out"] = not filters.undated
    state["confidence"] = round(filters.min_confidence * 100)
    state["q"] = filters.text
    state["labels"] = filters.basis
    state["copies"] = filters.as_published
    state["named_only"] = filters.named_only
    if _further(filters, copies=True):
        state["more_filters"] = True


def _collect() -> Filters:
    """Return the filters with what the reader just changed; widgets not drawn yet keep their value."""
    state, kept = st.session_state, current()
    changes: dict[str, Any] = {}
    for name, (field, _, _) in FACETS.items():
        if name in state:
            changes[field] = tuple(state[name])
    for name, field in (("from", "date_from"), ("to", "date_to")):
        if name in state:
            changes[field] = state[name]
    if "undated_out" in state:
        changes["undated"] = not state["undated_out"]
    ranged, held = (
        any(days.get(field) for field in ("date_from", "date_to"))
        for days in (changes, {"date_from": kept.date_from, "date_to": kept.date_to})
    )
    if "from" in state and ranged != held:
        # Who asks for certain days does not mean articles without one; the box beside them says so.
        changes["undated"] = not ranged
    if "confidence" in state:
        changes["min_confidence"] = state["confidence"] / 100
    if "q" in state:
        changes["text"] = (state["q"] or "").strip()[:200]
    if "copies" in state:
        changes["as_published"] = bool(state["copies"])
    if "named_only" in state:
        changes["named_only"] = bool(state["named_only"])
    if state.get("labels") in BASES:
        changes["basis"] = state["labels"]
    return replace(kept, **changes)


def _named(store: Store, asked: Mapping[str, Sequence[str]]) -> Filters:
    """Return the filters of an address, which may hold names instead of ids."""

    def names_of(facet: str) -> Mapping[str, str]:
        if facet in ("tier", "stance"):
            return TIER_LABELS if facet == "tier" else STANCE_LABELS
        if facet == "country":
            return data.country_names()
        if facet == "membership":
            return {f"{n}:{kind}": n for n in query.membership_groups() for kind in ("non-member", "member")}
        known = query.display_names(store, facet)
        return known or {value: value for value in query.values(store, facet)}

    return filters_from(by_name(asked, names_of))


def choose(page: str, store: Store) -> Filters:
    """Return what is set for this run of a page, and write it into the address.

    A link opened first thing on a fresh server seeds the session; afterwards the session leads and the
    address follows, so a page change keeps both. :func:`draw` draws the filters themselves.
    """
    state = st.session_state
    if _GOING in state:
        _go(page)
    asked = {name: st.query_params.get_all(name) for name in PARAMETERS}
    if _KEPT not in state:
        state[_KEPT] = _named(store, asked)
    if _PENDING in state:
        _put(state.pop(_PENDING))
    elif history.went_back(page, asked, parameters_of(current())):
        _put(_named(store, asked))
    filters = _collect()
    if any(value != uncounted(value) for name in FACETS for value in getattr(filters, FACETS[name][0])):
        # The data changed while the reader chose: the browser sent a label that is not offered any more.
        _put(filters := _named(store, parameters_of(filters)))
    state[_KEPT] = filters
    _write(filters)
    return filters


def draw(page: str, store: Store) -> None:
    """Draw the filters in the side bar, each value with its count.

    Called after the page: its charts need not wait for the counts of every list.
    """
    filters = current()
    counts = data.choices(store, filters, _LONGEST)
    labels = data.kept(store, filters.basis, ("labelled", filters), lambda: _labelled(store, counts, filters))
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
        for number, (said, changes) in enumerate(hidden(filters)):
            st.button(
                f"Only: {plain(said)}",
                on_click=narrow,
                args=(changes,),
                icon=":material/close:",
                width="stretch",
                key=f"hidden_{number}",
                help="Set by a link or a button. A click takes it off.",
            )
        st.caption("The numbers count the positions that a choice would show.")
        for name in _FIRST:
            _facet(name, counts, labels[name], filters)
        st.text_input(
            "Words in the passage",
            key="q",
            value=None if "q" in st.session_state else filters.text,
            placeholder="for example: alliance",
            icon=":material/search:",
        )
        further_filters.basis(filters)
        _more(store, counts, labels, filters)
        _views(page)


def _more(
    store: Store, counts: Mapping[str, Choices], labels: Mapping[str, Mapping[str, str]], filters: Filters
) -> None:
    """Draw the filters that are needed less often; closed, they cost a click nothing."""
    held = _further(filters, copies=store.snapshot().has_copies)
    title = f"More filters ({held} set)" if held else "More filters"
    with st.expander(title, expanded=bool(held), key="more_filters", on_change="rerun") as more:
        if not more.open:
            return
        for name in FACETS:
            if name not in (*_FIRST, "membership"):
                _facet(name, counts, labels[name], filters)
        further_filters.membership(filters)
        further_filters.dates(filters)
        further_filters.confidence(filters)
        further_filters.named_only(filters)
        if store.snapshot().has_copies:
            further_filters.copies(filters)


def _views(page: str) -> None:
    """Offer the saved views, and to save this one under a name."""
    views = saved.read_views(saved.views_file())
    title = f"Saved views ({len(views)})"
    with st.expander(title, key="saved_views", on_change="rerun") as opened:
        if not opened.open:
            return
        for number, (name, held) in enumerate(views.items()):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                there = held.page if held.page in st.session_state[_PAGES] else page
                st.button(
                    plain(name),
                    key=f"view_{number}",
                    on_click=open_page,
                    args=(there, held.address),
                    width="stretch",
                )
                st.button(
                    "",
                    key=f"drop_view_{number}",
                    on_click=saved.save_named,
                    args=(name, None),
                    icon=":material/delete:",
                    type="tertiary",
                    help=f"Remove the view {plain(name)}",
                )
        st.text_input("Name for this view", key="view_name", max_chars=60)
        st.caption("Kept are the page, its filters and what is chosen for its chart.")
        st.button("Save this view", key="save_view", on_click=_save, args=(page,))
        problem = st.session_state.pop("view_problem", "")
        if problem:
            st.error(problem)


def _save(page: str) -> None:
    state = st.session_state
    if str(state.get("view_name") or "").strip():
        own = {n: st.query_params.get_all(n) for n in st.query_params if n not in PARAMETERS}
        saved.save_named(str(state["view_name"]), saved.SavedView(page, own | parameters_of(current())))
        state["view_name"] = ""
        # Its title counts the views, and a box whose title changes would close.
        state["saved_views"] = True
        st.toast("The view is saved.", icon=":material/check:")


def _further(filters: Filters, *, copies: bool) -> int:
    """Return how many filters are set that stand under "More filters"; ``copies``: one of them is there."""
    shown = {FACETS[name][0] for name in _FIRST} | {"text", "basis", "articles", "apart"}
    if not copies:
        shown.add("as_published")
    rest = [f.name for f in fields(Filters) if f.name not in shown]
    return sum(getattr(filters, name) != getattr(Filters(), name) for name in rest)


def _facet(name: str, counts: Mapping[str, Choices], labels: Mapping[str, str], filters: Filters) -> None:
    field, heading, everything = FACETS[name]
    chosen = list(getattr(filters, field))
    # The labels carry counts that change with the other filters: sending the value again makes the
    # browser show the new ones.
    st.session_state[name] = chosen
    st.multiselect(
        heading,
        list(labels),
        key=name,
        format_func=labels.__getitem__,
        placeholder=everything[0].upper() + everything[1:],
        filter_mode="contains",
        select_all=False,
        help=f"The {_LONGEST} most frequent are listed." if counts[name].cut else None,
    )


def _labelled(store: Store, counts: Mapping[str, Choices], filters: Filters) -> dict[str, dict[str, str]]:
    """Return what each list of the side bar offers: value -> its label with its count."""
    order = {
        "stance": [value for value in STANCE_LABELS if value in counts["stance"].numbers],
        "target": catalogue_first(counts["target"].numbers, target_states(store.ledger.standing()).promoted),
    }
    return {
        name: _labels(name, counts[name], filters, order.get(name, [])) for name in FACETS if name in counts
    }


def catalogue_first(counts: Mapping[str, int], promoted: Collection[str]) -> list[str]:
    """Return targets by id: listed and promoted ones, then what articles brought, then those not met here.

    Within each the order stays.

    >>> catalogue_first({"t_1": 9, "OTS": 4, "t_2": 3, "SCO": 0}, ["t_2"])
    ['OTS', 't_2', 't_1', 'SCO']
    """

    def place(target_id: str) -> tuple[bool, bool]:
        return not counts[target_id], target_id.startswith(DISCOVERED) and target_id not in promoted

    return sorted(counts, key=place)


def _labels(name: str, offered: Choices, filters: Filters, order: Sequence[str]) -> dict[str, str]:
    chosen = getattr(filters, FACETS[name][0])
    own: Mapping[str, str] = {"tier": TIER_LABELS, "stance": STANCE_LABELS}.get(name, {})
    own = data.country_names() if name == "country" else own
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for value in dict.fromkeys((*(order or offered.numbers), *chosen)):
        label = own.get(value) or offered.labels.get(value, value) or MISSING.get(name, "Not stated")
        label = standing(label) if name == "target" else label
        # Of two people of one name the browser could not tell which was chosen.
        taken[label] += 1
        label = label if taken[label] == 1 else f"{label} ({taken[label]})"
        count = offered.numbers.get(value, 0)
        # A dead end keeps its place in the list but says so before it is chosen.
        found[value] = f"{label} · {count:,}" if count else f"{label}{screen.NOTHING}"
    return found


def _write(filters: Filters) -> None:
    """Write the filters into the address, leaving the page's own parameters alone.

    All at once: each change of the address is one step of the browser's Back button.
    """
    wanted = parameters_of(filters)
    held = {name: st.query_params.get_all(name) for name in PARAMETERS}
    changes = {name: wanted.get(name, []) for name in PARAMETERS if held[name] != wanted.get(name, [])}
    if changes:
        st.query_params.update(changes)


def names() -> Mapping[str, str]:
    """Return the display names of all ids and codes that filters hold."""
    # Linked, not copied: there can be 20,000 speakers, and a page asks often.
    return ChainMap(data.country_names(), data.target_names(), data.speaker_names())


def describe(filters: Filters) -> tuple[str, ...]:
    """Return the filters in words, as subtitles, stamps and files say them: "country: Kyrgyzstan"."""

    def said() -> tuple[str, ...]:
        found = exports.describe_filters(filters, names())
        return tuple(f"{name[0].lower()}{name[1:]}: {value}" for name, value in found)

    return data.kept_here(("described", filters), said)
