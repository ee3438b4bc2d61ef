"""The Names page, people: who may be one person, who was joined, and what was kept apart."""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard_core.charts.wording import amount, day, listing, plural
from dashboard_core.query.names import passages_of_speakers
from dashboard_core.store import Entry
from dashboard_core.store.identities import BY_RULE, Known, Pair, open_pairs
from dashboard_core.store.naming import keep_apart, name_entries, same_person
from dashboard_core.ui import data, names_targets
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import (
    ask_name,
    decide,
    not_me,
    remember,
    show_problem,
    take_back,
    undo_last,
    who,
)
from dashboard_core.vocabulary import TIER_LABELS

__all__ = ["screen"]

_PARTS: Final = ("People to confirm", "People joined", "Targets")
_LATER: Final = "_names_later"
_SHOWN: Final = 10
_LISTED: Final = 50
_PASSAGE: Final = 260


def screen() -> None:
    """Draw the page."""
    name = who()
    if name:
        remember(name)
    show_problem()
    part = st.segmented_control(
        "Part of the page",
        _PARTS,
        default=_PARTS[0],
        required=True,
        key="names_part",
        bind="query-params",
        label_visibility="collapsed",
    )
    if name:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(f"Deciding as **{plain(name)}**")
            not_me()
            st.button(
                "Undo",
                key="names_undo",
                icon=":material/undo:",
                on_click=_undo,
                disabled=not st.session_state.get("_review_done"),
                help="Takes back the last decision made here.",
            )
    else:
        st.caption(
            "Everybody can read this page. To decide, say who you are: decisions are kept with the name of "
            "the person who made them, and this browser remembers it."
        )
        ask_name("Start deciding")
    if part == _PARTS[1]:
        _joined()
    elif part == _PARTS[2]:
        names_targets.targets()
    else:
        _to_confirm()


def _to_confirm() -> None:
    later = st.session_state.setdefault(_LATER, set())
    every = open_pairs(data.desk().store)
    pairs = [pair for pair in every if pair.ids not in later]
    if not every:
        st.success("Nobody waits to be confirmed.", icon=":material/task_alt:")
        return
    st.markdown(
        f"**{plural(len(every), 'pair')}** may be one person under two names. Until somebody says so they "
        "are counted as two speakers; nothing is joined unasked."
    )
    if not pairs:
        st.info("All that is left was put off for later.", icon=":material/schedule:")
        st.button("Show them again", on_click=later.clear, key="names_again")
        return
    shown = pairs[:_SHOWN]
    ids = sorted({one for pair in shown for one in pair.ids})
    passages = passages_of_speakers(data.desk().store, ids).set_index("speaker_id")
    for number, pair in enumerate(shown):
        _ask(number, pair, passages)
    if len(pairs) > len(shown):
        st.caption(f"{amount(len(pairs) - len(shown))} more follow when these are decided or put off.")


def _ask(number: int, pair: Pair, passages: pd.DataFrame) -> None:
    with st.container(border=True, key=f"names_pair_{number}"):
        for column, one in zip(st.columns(2, gap="large"), (pair.left, pair.right), strict=True):
            with column:
                st.html(_card(one, passages))
        reason = pair.reason[0].upper() + pair.reason[1:]
        st.caption(f"Why it is asked: {plain(reason)}.")
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Same person: {plain(pair.name)}",
                key=f"names_same_{number}",
                type="primary",
                icon=":material/person_check:",
                disabled=not who(),
                on_click=_decide,
                args=(pair, True),
            )
            st.button(
                "Two people",
                key=f"names_apart_{number}",
                icon=":material/group:",
                disabled=not who(),
                on_click=_decide,
                args=(pair, False),
            )
            st.button("Later", key=f"names_later_{number}", on_click=_put_off, args=(pair,))


def _card(one: Known, passages: pd.DataFrame) -> str:
    country = data.country_names().get(one.country, one.country) or "country not stated"
    also = f"also written {listing(one.names[1:4])}" if len(one.names) > 1 else ""
    office = ", ".join(sorted(one.roles, key=len)[:3]) or "no role stated"
    bodies = ", ".join(one.organisations[:2])
    parts = [office, bodies, country, TIER_LABELS.get(one.tier, ""), also]
    outlets = listing(one.outlets) if one.outlets else "outlet not known"
    told = " · ".join(escape(part) for part in parts if part)
    said = ""
    if one.speaker_id in passages.index:
        row = passages.loc[one.speaker_id]
        words = str(row["text"])
        cut = words if len(words) <= _PASSAGE else words[:_PASSAGE].rsplit(" ", 1)[0] + " …"
        when: str = "undated" if pd.isna(row["published_on"]) else day(row["published_on"])
        title = str(row["title"]) if isinstance(row["title"], str) else "Untitled article"
        said = (
            f'<div class="dc-article"><p>{escape(cut)}</p></div>'
            f'<p class="dc-meta">{escape(title)} · {escape(when)}</p>'
        )
    return (
        f"<h4>{escape(one.name)}</h4>"
        f'<p class="dc-meta">{told}<br>{plural(one.claims, "claim")} in {escape(outlets)}</p>{said}'
    )


def _decide(pair: Pair, same: bool) -> None:
    decide(same_person(pair, who()) if same else keep_apart(pair, who()))


def _undo() -> None:
    undo_last()  # what it gives back is for Review, which goes back to that label


def _put_off(pair: Pair) -> None:
    st.session_state[_LATER].add(pair.ids)


def _joined() -> None:
    entries = name_entries(data.desk().store.ledger.standing(), "speaker")
    merged = [entry for entry in entries if entry.action == "merge"]
    named = [entry for entry in entries if entry.action == "change" and entry.field == "speaker"]
    apart = [entry for entry in entries if entry.action == "reject"]
    by_rule = sum(entry.origin == "machine" for entry in merged)
    st.markdown(
        f"**{plural(len(merged), 'name')}** joined to another speaker: {amount(by_rule)} by rule, "
        f"{amount(len(merged) - by_rule)} by people. Rules join only what is certain; what is taken back "
        "here is asked under People to confirm and never joined by rule again."
    )
    _history("Joined", merged, "Take back")
    _history("One name for several spellings", named, "Take back")
    _history("Kept apart", apart, "Ask again")


def _history(title: str, entries: list[Entry], undo: str) -> None:
    if not entries:
        return
    st.subheader(f"{title} ({amount(len(entries))})", anchor=False)
    for entry in entries[:_LISTED]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(_told(entry), width="stretch")
            st.button(
                undo,
                key=f"names_back_{entry.entry_id}",
                icon=":material/undo:",
                disabled=not who(),
                on_click=take_back,
                args=(entry.entry_id,),
            )
    if len(entries) > _LISTED:
        st.caption(f"The latest {_LISTED} are shown; `stances names list` has all.")


def _told(entry: Entry) -> str:
    if entry.action == "merge":
        told = f"{plain(str(entry.before))} → **{plain(str(entry.after['speaker']))}**"
    elif entry.action == "reject":
        told = plain(str(entry.after))
    else:
        told = f"shown as **{plain(str(entry.after))}**"
    by = "by rule" if entry.who == BY_RULE and entry.origin == "machine" else f"by {plain(entry.who)}"
    why = f": {plain(entry.why)}" if entry.why else ""
    return f"{told}  \n:small[{by}, {day(entry.at)}{why}]"
