"""The Review page: one label per screen in its context, decided by a key, undone by a key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core import query
from dashboard_core.charts import SYMBOLS, THEMES
from dashboard_core.charts.wording import amount, day, plural
from dashboard_core.folding import find_folded
from dashboard_core.query import Filters
from dashboard_core.store import Entry
from dashboard_core.store.decisions import stance_key
from dashboard_core.ui import (
    data,
    filters,
    reader,
    review_correct,
    review_files,
    review_learning,
    review_second,
    theme,
)
from dashboard_core.ui.links import plain, web_address
from dashboard_core.ui.review_people import (
    NOTHING_LEFT,
    SAID,
    TAKEN_BACK,
    decide,
    not_me,
    remember,
    reviewer,
    show_problem,
    undo_last,
    who,
)
from dashboard_core.vocabulary import REVIEW_LABELS, STANCE_LABELS, STANCES, TIER_LABELS

__all__ = ["context_html", "screen"]

_ORDERS: Final = {
    "Targets": "target",
    "Countries": "country",
    "Organisations": "organisation",
    "Kinds of voice": "tier",
}
# (label, key on the keyboard, what stands on the button)
_KEYS: Final = (
    ("supportive", "1", STANCE_LABELS["supportive"]),
    ("cautious", "2", STANCE_LABELS["cautious"]),
    ("opposed", "3", STANCE_LABELS["opposed"]),
    ("none", "0", STANCE_LABELS["none"]),
    ("unclear", "4", "Unclear to me too"),
)
_SHOWN: Final = ("Not reviewed", "Reviewed", "Rejected")
_UNCLEAR: Final = (
    "The passage is about the target, and which position it takes cannot be told from it, also not by you. "
    "Counted apart, never as cautious. Skip instead if somebody else should look at it."
)
_NOTHING: Final = {
    "Not reviewed": "Every label here is reviewed.",
    "Reviewed": "Nothing has been reviewed under these filters yet.",
    "Rejected": "No label was rejected under these filters.",
}
# A new passage is read from its beginning, wherever the reader was in the one before.
_BEGIN: Final = """
export default function ({ data, parentElement }) {
  if (parentElement.begun === data.claim) return;
  const before = parentElement.begun;
  parentElement.begun = data.claim;
  const heading = document.querySelector("[data-testid=stMain] h3");
  if (before && heading && heading.getBoundingClientRect().top < 60) heading.scrollIntoView();
}
"""
# An alias of the list that is a name, not a pattern.
_PLAIN: Final = re.compile(r"[\w .’'&/-]+")
_AFTER: Final = "review_after"
_MODES: Final = ("Review", "Second reading", "Agreement", "Learning", "Files")
_SKIPPED: Final = "_review_skipped"
# The claim whose passage is on the screen (its other labels are asked next), the label, and whether the
# passage was there before it.
_BEGUN: Final = "_review_begun"
# The decision stays beside the passage while a long one is read; with a form open it would lie over it.
_STAY: Final = (
    "<style>@media(min-width:641px) and (min-height:640px){"
    "[data-testid='stColumn']:not(:has(details[open] [data-testid='stForm'])) "
    ":has(> .st-key-review_decision){position:sticky;top:3.75rem;z-index:2;background:%s}}</style>"
)


def screen() -> None:
    """Draw the page: progress, the label to decide with its passage, corrections, history."""
    remember(reviewer())
    show_problem()
    asked = st.query_params.get("claim", "")
    if asked:
        st.html(_STAY % THEMES[theme.theme_name()].page)
        _one_claim(asked)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        # Pills: they go on in a second line of a narrow window, where segments would be cut.
        mode = st.pills(
            "What to do",
            _MODES,
            default=_MODES[0],
            required=True,
            key="review_mode",
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
        )
        st.markdown(f"Reviewing as **{plain(who())}**", width="content")
        not_me()
    st.html(_STAY % THEMES[theme.theme_name()].page)
    if mode == _MODES[1]:
        review_second.second_reading(_passage)
        return
    if mode == _MODES[2]:
        review_second.agreement_view()
        return
    if mode == _MODES[3]:
        review_learning.learning_view()
        return
    if mode == _MODES[4]:
        review_files.files_view()
        return
    chosen = replace(filters.current(), basis="reviewed")
    _progress(chosen)
    by, listed = _controls()
    begun, shown, again = st.session_state.get(_BEGUN, ("", "", False))
    rows = _queue(chosen, by, listed, begun)
    if rows["stance_id"].isin(st.session_state.get(_SKIPPED, set())).all():
        # All that is left was skipped once: it comes round again.
        begun, st.session_state[_SKIPPED] = "", set()
        rows = _queue(chosen, by, listed)
    row = _next(rows)
    if row is None:
        st.success(_NOTHING[listed], icon=":material/task_alt:")
        _told()
        _back_button()
        review_correct.orphans()
        return
    if shown != row["stance_id"]:  # not merely drawn anew
        again = begun == row["claim_id"]
    st.session_state[_BEGUN] = (row["claim_id"], row["stance_id"], again)
    _item(row, _same_passage(rows, row, again=again))
    review_correct.orphans()


def _queue(chosen: Filters, by: str, listed: str, begun: str = "") -> pd.DataFrame:
    store = data.desk().store
    if listed == "Rejected":
        return query.rejected(store, chosen)
    return query.review_queue(store, chosen, by=by, reviewed=listed == "Reviewed", first=begun)


def _same_passage(rows: pd.DataFrame, row: dict[str, Any], *, again: bool) -> str:
    """Return in words that the passage is the one before, or how many labels it has."""
    labels = int((rows["claim_id"] == row["claim_id"]).sum())
    if again:
        more = f"; {plural(labels - 1, 'more label')} on it to come" if labels > 1 else ""
        return f"The same passage as before, another target{more}."
    return f"A new passage, with {plural(labels, 'label')}." if labels > 1 else ""


def _progress(chosen: Filters) -> None:
    counts = query.review_counts(data.desk().store, chosen)
    share = counts.reviewed_labels / counts.labels if counts.labels else 0.0
    gone = f", {amount(counts.rejected)} of them rejected" if counts.rejected else ""
    st.progress(
        share,
        text=f"**{amount(counts.reviewed_labels)} of {plural(counts.labels, 'label')}** reviewed by people"
        f"{gone}; charts count claims: {amount(counts.reviewed_claims)} of {plural(counts.claims, 'claim')} "
        "with a reviewed label. What the machine says is not reviewed until a person decides on it.",
    )


def _controls() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        order = st.selectbox(
            "First what would change most in the chart of",
            list(_ORDERS),
            key="review_order",
            bind="query-params",
            width=320,
            help="A label comes first when much of its bar would move if it were another one; of labels that "
            "weigh the same, the one the machine is least sure of.",
        )
        shown = st.segmented_control(
            "Show",
            _SHOWN,
            default=_SHOWN[0],
            required=True,
            key="review_shown",
            bind="query-params",
        )
        st.toggle(
            "The machine's answer after mine",
            key=_AFTER,
            bind="query-params",
            help="Hides what the machine says of a label until you have decided on it. People agree more "
            "readily with an answer that they see first.",
        )
    return _ORDERS[order or "Targets"], shown or _SHOWN[0]


def _next(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Return what to decide now: what was just taken back, else the first that was not skipped."""
    first = st.session_state.get("_review_first")
    if first is not None:
        found = rows[rows["stance_id"] == first]
        if len(found):
            return _record(found)
    skipped = st.session_state.get(_SKIPPED, set())
    left = rows[~rows["stance_id"].isin(skipped)]
    return _record(left) if len(left) else None


def _record(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[0].to_dict().items()}


def _one_claim(claim_id: str) -> None:
    """Draw one claim that a link asked for, whatever the queue says."""
    rows = query.claim_positions(data.desk().store, claim_id)
    st.button("Back to the queue", on_click=_leave, icon=":material/arrow_back:")
    if rows.empty:
        st.info("This claim has no position now: it was rejected, or its article is no longer there.")
        review_correct.history(claim_id)
        return
    # The reader comes from a passage that was found under a target: that one is asked about first.
    asked = int(rows["target_id"].isin(filters.current().targets).to_numpy().argmax())
    if len(rows) > 1:
        asked = st.selectbox(
            "Position on",
            range(len(rows)),
            index=asked,
            format_func=lambda place: str(rows["target"].iloc[place]),
            key=f"review_which_{claim_id}",
            width=480,
        )
    _item(_record(rows.iloc[[asked]]))


def _leave() -> None:
    st.query_params.pop("claim", None)


def _item(row: dict[str, Any], note: str = "") -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        _passage(row, f"{note} " if note else "")
        _beginning()(key="review_beginning", data={"claim": str(row["claim_id"])})
    with right:
        with st.container(key="review_decision", border=True, gap="small"):
            if _claim_gone(row):
                st.markdown("**The whole claim was rejected.** In its history below it can be taken back.")
            else:
                _decision(row)
            _told()
        review_correct.corrections(row)


@cache
def _beginning() -> Any:
    return st.components.v2.component("stances_beginning", html="", js=_BEGIN, isolate_styles=False)


def _claim_gone(row: dict[str, Any]) -> bool:
    return row["review"] == "rejected" and str(row["claim_id"]) not in set(
        query.article_claims(data.desk().store, str(row["article_id"]))["claim_id"]
    )


def _told() -> None:
    """Say what became of the last decision, once."""
    if said := st.session_state.pop(SAID, ""):
        st.caption(said)


def _passage(row: dict[str, Any], note: str = "") -> None:
    target = str(row["target"])
    st.subheader(f"What does {plain(str(row['speaker']))} hold on {plain(target)}?", anchor=False)
    st.html(f'<p class="dc-meta">{_voice(row)}</p>')
    names = _names(str(row["target_id"]), target)
    if not any(find_folded(str(row["text"]), name) for name in names):
        note += "The passage does not name the target in so many words."
    if note:
        st.caption(plain(note))
    st.html(context_html(_text(row), int(row["start"]), int(row["end"]), names))


def _names(target_id: str, target: str) -> tuple[str, ...]:
    """Return what a target is called in texts, as far as the list of targets has it in plain words."""
    also = next((one.aliases for one in data.catalogue() if one.target_id == target_id), ())
    return (target, *(name for name in also if _PLAIN.fullmatch(name)))


def _text(row: dict[str, Any]) -> str:
    found = data.article(str(row["article_id"]))
    return str(found["text"].iloc[0]) if len(found) else str(row["text"])


def _voice(row: dict[str, Any]) -> str:
    names = data.country_names()
    country = row["country"]
    parts = [
        row["role"],
        row["organisation"],
        names.get(country, country) if isinstance(country, str) else "country not stated",
        TIER_LABELS.get(str(row["tier"]), "kind of voice not clear"),
    ]
    told = " · ".join(escape(str(part)) for part in parts if isinstance(part, str) and part)
    title = escape(str(row["title"])) if isinstance(row["title"], str) else "Untitled article"
    url = web_address(str(row["url"])) if isinstance(row["url"], str) else ""
    if url:
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    outlet = escape(str(row["outlet"])) if isinstance(row["outlet"], str) else "outlet not known"
    when = "undated" if pd.isna(row["published_on"]) else day(row["published_on"])
    return f"{told}<br>{title} · {outlet} · {when}"


def context_html(text: str, start: int, end: int, names: Sequence[str] = ()) -> str:
    """Return the passage, marked, with the sentence before it and the end of its paragraph.

    Where it names the target, by one of ``names``, these words are bold: in a long passage the eye looks for
    them first.

    >>> context_html("It rained. Ada spoke. We want it. Bo left.", 22, 33)
    '<div class="dc-article"><p>Ada spoke. <mark class="dc-focus">We want it.</mark> Bo left.</p></div>'
    >>> context_html("We want NATO.", 0, 13, ["NATO"])
    '<div class="dc-article"><p><mark class="dc-focus">We want <b>NATO</b>.</mark></p></div>'
    >>> context_html("- We do.\\n\\nWe must.", 0, 18).count('<mark class="dc-focus">')
    2
    """
    before = text[max(0, start - 600) : start]
    lead = before.rstrip()
    for mark in (". ", "! ", "? ", ".” ", "\n"):
        place = lead.rfind(mark, 0, max(len(lead) - 1, 0))
        if place >= 0 and len(lead) - place > 2:
            candidate = lead[place + len(mark) :]
            lead = candidate if len(candidate) < len(lead) else lead
    lead += before[len(before.rstrip()) :]
    stop = text.find("\n", end)
    after = text[end : min(len(text) if stop < 0 else stop, end + 300)]
    # A mark ends with its paragraph, so each paragraph of the passage has one of its own.
    paragraphs = (_bold(part, names) for part in text[start:end].split("\n\n"))
    marked = "\n\n".join(f'<mark class="dc-focus">{part}</mark>' for part in paragraphs)
    inner = f"{reader.hits(lead, '')}{marked}"
    written = f"{inner}{reader.hits(after, '')}".replace("\n\n", "</p><p>").replace("\n", "<br>")
    return f'<div class="dc-article"><p>{written}</p></div>'


def _bold(text: str, names: Sequence[str]) -> str:
    """Return escaped text in which the names are bold, longer ones before those that stand in them."""
    found = [(span.start, span.end) for name in names for span in find_folded(text, name)]
    parts, at = [], 0
    for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
        inside = start and text[start - 1].isalnum(), end < len(text) and text[end].isalnum()
        if start < at or any(inside):
            continue
        parts += [reader.hits(text[at:start], ""), f"<b>{reader.hits(text[start:end], '')}</b>"]
        at = end
    return "".join([*parts, reader.hits(text[at:], "")])


def _machine(row: dict[str, Any]) -> str:
    state = str(row["review"])
    if state == "unreviewed" and st.session_state.get(_AFTER):
        return "not reviewed. The machine's answer is shown after yours."
    said = f"The machine says {_answer(row)}."
    if state == "unreviewed":
        return f"not reviewed. {said}"
    if state == "rejected":
        return f"rejected: the passage is not about it. {said}"
    label = str(row["stance"])
    return f"{REVIEW_LABELS[state].lower()}: **{SYMBOLS[label]} {STANCE_LABELS[label].lower()}**. {said}"


def _answer(row: dict[str, Any]) -> str:
    machine = row["machine_stance"]
    if not isinstance(machine, str):
        return "nothing: it found no position here"
    # No symbol and no colour: what is decided must not be pressed where the eye already is.
    sure = f", {row['machine_confidence']:.0%} sure" if machine in STANCES else ""
    return f"{STANCE_LABELS[machine].lower()}{sure}"


def _decision(row: dict[str, Any]) -> None:
    st.markdown(f"**{plain(str(row['target']))}** · {_machine(row)}")
    with st.container(horizontal=True, gap="small", key="review_labels"):
        for label, key, text in _KEYS:
            st.button(
                f"{SYMBOLS[label]} {text}",
                key=f"review_{label}",
                shortcut=key,
                on_click=_decide,
                args=(row, label),
                help=_UNCLEAR if label == "unclear" else None,
            )
        st.button(
            "Not about this target",
            key="review_reject",
            shortcut="x",
            on_click=_decide,
            args=(row, ""),
            icon=":material/block:",
        )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Skip", key="review_skip", shortcut="s", on_click=_skip, args=(row,), icon=":material/skip_next:"
        )
        _back_button()
    st.text_input(
        "Reason",
        key="review_why",
        max_chars=300,
        placeholder="Reason (optional, kept with the decision)",
        label_visibility="collapsed",
    )


def _back_button() -> None:
    st.button(
        "Undo",
        key="review_undo",
        shortcut="u",
        on_click=_undo,
        disabled=not st.session_state.get("_review_done"),
        icon=":material/undo:",
    )


def _decide(row: dict[str, Any], label: str) -> None:
    """Keep a decision; an empty label takes the position out.

    Where somebody else has decided since the passage came on the screen, theirs stands and this one is kept
    as a second reading: nobody overrules somebody unseen.
    """
    state = st.session_state
    machine, before = row["machine_stance"], row["stance"] if isinstance(row["stance"], str) else None
    key = stance_key(row, query.article_hash(data.desk().store, str(row["article_id"])))
    why = str(state.get("review_why") or "").strip()
    other = _meanwhile(row)
    if other is None:
        action = "reject" if not label else "confirm" if label == machine else "change"
    else:
        action, before = "code", None
        key["blind"] = False
    decide(Entry(who(), action, "stance", key, "stance", before, label or None, why))
    state["review_why"] = ""
    state["_review_first"] = None
    done = f"{SYMBOLS[label]} {STANCE_LABELS[label].lower()}" if label else "not about this target"
    about = f"{plain(str(row['speaker']))} on {plain(str(row['target']))}: {done}."
    if other is None:
        seen = f" The machine had said {_answer(row)}." if state.get(_AFTER) else ""
        state[SAID] = f"Kept: {about}{seen} U takes it back."
    else:
        said = STANCE_LABELS.get(str(other.after), "not about this target").lower()
        state[SAID] = (
            f"{plain(other.who)} has decided meanwhile: {said}. Yours is kept as a second reading: {about} "
            "Where you differ, Agreement lists it. U takes yours back."
        )


def _meanwhile(row: dict[str, Any]) -> Entry | None:
    """Return what somebody else has decided on a label since it was drawn."""
    store = data.open_store()
    seen, place = data.desk().store.snapshot().resolved, (str(row["claim_id"]), str(row["target_id"]))
    resolved = store.snapshot().resolved
    for entry in reversed(store.ledger.standing()):
        if entry.entry_id in seen or entry.entry_id not in resolved or entry.who == who():
            continue
        label = entry.subject == "stance" and entry.action in ("confirm", "change", "reject", "add")
        if label and entry.field == "stance" and resolved[entry.entry_id][1:] == place:
            return entry
    return None


def _skip(row: dict[str, Any]) -> None:
    st.session_state.setdefault(_SKIPPED, set()).add(row["stance_id"])
    st.session_state["_review_first"] = None


def _undo() -> None:
    key = undo_last()
    st.session_state[SAID] = TAKEN_BACK if key is not None else NOTHING_LEFT
    if key is not None:
        # The store as it is after the undo, not as the page before it saw it.
        rows = query.claim_positions(data.open_store(), str(key.get("claim_id")))
        same = rows[rows["target_id"] == key.get("target_id")]
        st.session_state["_review_first"] = str(same["stance_id"].iloc[0]) if len(same) else None
