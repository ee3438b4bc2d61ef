"""What else a person can put right about a claim, and everything that was ever decided about it."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from dashboard_core import query
from dashboard_core.charts.wording import day, plural
from dashboard_core.folding import find_folded
from dashboard_core.records import Span, stable_id
from dashboard_core.store import Entry
from dashboard_core.store.decisions import claim_key, passage_hash, stance_key
from dashboard_core.ui import data
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import decide, take_back, who
from dashboard_core.ui.select_text import select_text
from dashboard_core.vocabulary import STANCE_LABELS, TIER_LABELS, TIERS

__all__ = ["corrections", "history", "orphans"]

_UNSTATED: Final = ""
_LISTED: Final = 50
_FIELDS: Final = {"tier": "kind of voice", "borders": "borders of the passage"}
_ACTIONS: Final = {
    "confirm": "confirmed",
    "change": "changed",
    "reject": "rejected",
    "add": "added",
    "undo": "took back",
    "code": "read a second time",
}


def corrections(row: dict[str, Any]) -> None:
    """Draw the forms that correct the claim of a position, and its history."""
    # What is closed is not drawn: the article's text and the lists of names would go to the browser with
    # every claim, and reviewing lives on how soon the next one is there.
    for name, (title, form) in _FORMS.items():
        part = st.expander(title, key=f"open_{name}", on_change="rerun")
        if part.open:
            with part:
                form(row)
    with st.expander("History of this claim", expanded=True):
        history(str(row["claim_id"]))


def _hash(row: dict[str, Any]) -> str:
    return query.article_hash(data.desk().store, str(row["article_id"]))


def _text(row: dict[str, Any]) -> str:
    return str(data.article(str(row["article_id"]))["text"].iloc[0])


def _given(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _countries() -> dict[str, str]:
    return {
        _UNSTATED: "Not stated in the text",
        **dict(sorted(data.country_names().items(), key=lambda e: e[1])),
    }


def _tiers() -> dict[str, str]:
    return {_UNSTATED: "Not clear from the text", **{tier: TIER_LABELS[tier] for tier in TIERS}}


def _choice(title: str, options: dict[str, str], value: str, key: str) -> str:
    known = options if value in options else {value: value, **options}
    found = st.selectbox(
        title, list(known), index=list(known).index(value), format_func=lambda v: known[v], key=key
    )
    return found or ""


def _speaker_form(row: dict[str, Any]) -> None:
    key = row["claim_id"]
    with st.form(f"speaker_{key}", border=False):
        after = {
            "speaker": st.text_input(
                "Name", _given(row["speaker"]), key=f"name_{key}", max_chars=120
            ).strip(),
            "role": st.text_input("Role", _given(row["role"]), key=f"role_{key}", max_chars=200).strip(),
            "organisation": st.text_input(
                "Organisation", _given(row["organisation"]), key=f"org_{key}", max_chars=200
            ).strip(),
            "country": _choice("Country", _countries(), _given(row["country"]), f"country_{key}"),
            "tier": _choice("Kind of voice", _tiers(), _given(row["tier"]), f"tier_{key}"),
        }
        why = st.text_input("Reason (optional)", key=f"why_speaker_{key}", max_chars=300)
        with st.container(horizontal=True):
            kept = st.form_submit_button("Keep these corrections")
            confirmed = st.form_submit_button("All of this is right")
        if not (kept or confirmed):
            return
    if not after["speaker"]:
        st.error("A claim needs somebody who says it.")
        return
    changed = {name: value for name, value in after.items() if value != _given(row[name])}
    about = claim_key(row, _hash(row))
    if not changed and confirmed:
        known = {name: _given(row[name]) for name in after if _given(row[name])}
        named = {"speaker": known.pop("speaker"), "speaker_id": str(row["speaker_id"])}
        given = [
            ("speaker", named["speaker"], named),
            *((name, value, value) for name, value in known.items()),
        ]
        decide(*(Entry(who(), "confirm", "claim", about, name, was, now, why) for name, was, now in given))
        st.rerun()
    if not changed:
        st.info("Nothing was changed.")
        return
    decide(
        *(
            Entry(who(), "change", "claim", about, name, _given(row[name]) or None, _after(name, value), why)
            for name, value in changed.items()
        )
    )
    st.rerun()


def _after(name: str, value: str) -> Any:
    if name != "speaker":
        return value
    known = {label: ident for ident, label in data.speaker_names().items()}
    return {"speaker": value, "speaker_id": known.get(value, "")}


def _target_form(row: dict[str, Any]) -> None:
    key = row["stance_id"]
    names = data.target_names()
    others = {ident: name for ident, name in names.items() if ident != row["target_id"]}
    with st.form(f"target_{key}", border=False):
        chosen = _choice(
            "Another target", {_UNSTATED: "Choose, or name a new one below", **others}, "", f"to_{key}"
        )
        new = st.text_input("A new target", key=f"new_{key}", max_chars=120).strip()
        # Naming the stance of before here would tell the machine's label to whoever wants to decide first.
        stances = {_UNSTATED: "Choose, or leave it as it is", **STANCE_LABELS}
        label = _choice("Stance on that target", stances, "", f"st_{key}")
        with st.container(horizontal=True):
            moved = st.form_submit_button("The position is on that target instead")
            added = st.form_submit_button("The claim also takes this position")
    if not (moved or added):
        return
    if not (chosen or new):
        st.error("Choose a target or name a new one.")
        return
    if added and not label:
        st.error("Choose the stance that the claim takes on it.")
        return
    kinds = data.target_kinds()
    ident = stable_id("t", new.casefold()) if new else chosen
    other = {"target_id": ident, "target": new or names[chosen], "target_kind": kinds.get(ident, "proposal")}
    if moved:
        before = {name: str(row[name]) for name in ("target_id", "target", "target_kind")}
        entries = [Entry(who(), "change", "stance", stance_key(row, _hash(row)), "target", before, other)]
        if label not in ("", row["stance"]):
            about = stance_key({**row} | other, _hash(row))
            entries.append(Entry(who(), "change", "stance", about, "stance", str(row["stance"]), label))
        decide(*entries)
    else:
        about = stance_key({**row, "machine_stance": None} | other, _hash(row))
        decide(Entry(who(), "add", "stance", about, "stance", None, label))
    st.rerun()


def _borders_form(row: dict[str, Any]) -> None:
    key = row["claim_id"]
    text = _text(row)
    now = Span(int(row["start"]), int(row["end"]))
    place = select_text(
        text,
        now,
        label="The article; the passage is marked. Choose the words that belong to it.",
        button="Make this the passage",
        key=f"choose_{key}",
    )
    if place is None:
        with st.form(f"borders_{key}", border=False):
            words = st.text_area(
                "Or paste the passage, exactly as it should be",
                str(row["text"]),
                key=f"words_{key}",
                height=120,
                help="Cut what does not belong, or copy the right words from the article and put them here.",
            )
            with st.container(horizontal=True):
                kept = st.form_submit_button("Keep this passage")
                rejected = st.form_submit_button("This is no claim at all")
            if not kept and not rejected:
                return
        if rejected:
            decide(Entry(who(), "reject", "claim", claim_key(row, _hash(row))))
            st.rerun()
        place = _place(text, words, now.start)
    if place is None:
        st.error("These words do not stand in the article one after the other. Copy them from it.")
        return
    before, after = (
        {"start": one.start, "end": one.end, "passage": passage_hash(text[one.start : one.end])}
        for one in (now, place)
    )
    action = "confirm" if place == now else "change"
    decide(Entry(who(), action, "claim", claim_key(row, _hash(row)), "borders", before, after))
    st.rerun()


def _near(chosen: Any) -> int:
    return chosen.start if isinstance(chosen, Span) else 0


def _place(text: str, words: str, near: int) -> Span | None:
    """Return where words stand in the article, nearest to ``near`` if they stand there more than once."""
    found = find_folded(text, words.strip())
    return min(found, key=lambda span: abs(span.start - near)) if found else None


def _claim_form(row: dict[str, Any]) -> None:
    key = row["article_id"]
    names = data.target_names()
    text = _text(row)
    picked = f"_picked_{key}"
    chosen = select_text(
        text,
        Span(0, 0),
        label="The article. Choose the words of the claim that was missed.",
        button="Use these words",
        key=f"choose_new_{key}",
    )
    if chosen is not None:
        st.session_state[picked] = chosen
        st.session_state[f"add_words_{key}"] = text[chosen.start : chosen.end]
    with st.form(f"claim_{key}", border=False):
        words = st.text_area(
            "The passage: chosen above, or copied from the article", key=f"add_words_{key}", height=120
        )
        speaker = st.text_input("Who says it", key=f"add_name_{key}", max_chars=120).strip()
        country = _choice("Country", _countries(), "", f"add_country_{key}")
        tier = _choice("Kind of voice", _tiers(), "", f"add_tier_{key}")
        target = _choice("Target", names, next(iter(names), ""), f"add_target_{key}")
        label = _choice("Stance", dict(STANCE_LABELS), "supportive", f"add_stance_{key}")
        if not st.form_submit_button("Add this claim"):
            return
    place = _place(text, words, _near(st.session_state.get(picked))) if words.strip() else None
    if place is None or not speaker:
        st.error("A claim needs words that stand in the article, and somebody who says them.")
        return
    st.session_state.pop(picked, None)
    passage = text[place.start : place.end]
    about = {
        "article_id": str(key),
        "claim_id": stable_id("c", key, place.start, place.end, speaker),
        "start": place.start,
        "end": place.end,
        "passage": passage_hash(passage),
        "text": _hash(row),
    }
    voice = {"speaker": speaker, "country": country, "tier": tier}
    on = {"target_id": target, "target": names[target], "target_kind": data.target_kinds().get(target, "")}
    decide(
        Entry(who(), "add", "claim", about, after=voice),
        Entry(who(), "add", "stance", about | on | {"seen": voice}, "stance", None, label),
    )
    st.rerun()


def history(claim_id: str) -> None:
    """Write every decision about a claim, the latest first; those that stand can be taken back."""
    store = data.desk().store
    resolved = store.snapshot().resolved
    every = store.ledger.entries()
    standing = {entry.entry_id for entry in store.ledger.standing()}
    mine = {
        entry.entry_id
        for entry in every
        if resolved.get(entry.entry_id, ("", ""))[1] == claim_id or entry.key.get("claim_id") == claim_id
    }
    told = [entry for entry in every if entry.entry_id in mine]
    if not told:
        st.caption("Nobody has decided anything about this claim yet.")
    for entry in reversed(told):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_line(entry, taken=entry.action != "undo" and entry.entry_id not in standing))
            if entry.entry_id in standing:
                st.button(
                    "Take back",
                    key=f"back_{entry.entry_id}",
                    on_click=take_back,
                    args=(entry.entry_id,),
                    type="tertiary",
                )


def orphans() -> None:
    """List the decisions whose passage no longer stands in its article: kept, and without effect."""
    lost = data.desk().store.snapshot().orphans
    if not lost:
        return
    part = st.expander(
        f"{plural(len(lost), 'decision')} whose passage is gone", key="open_orphans", on_change="rerun"
    )
    if not part.open:
        return
    with part:
        st.caption(
            "They are kept in the ledger and change nothing. When the words stand in the article again, they "
            "count again."
        )
        for entry, reason in lost[:_LISTED]:
            seen = entry.key.get("seen")
            speaker = plain(str(seen.get("speaker") or "")) if isinstance(seen, dict) else ""
            of = f" · {speaker}" if speaker else ""
            st.markdown(f"{_line(entry, taken=False)}{of} · {plain(reason)}")
        if len(lost) > _LISTED:
            st.caption(f"The first {_LISTED} are listed.")


def _line(entry: Entry, *, taken: bool) -> str:
    field = entry.field or entry.subject
    what = f"{_ACTIONS.get(entry.action, entry.action)} the {_FIELDS.get(field, field)}"
    if entry.subject == "stance" and entry.key.get("target"):
        what += f" on {plain(str(entry.key['target']))}"
    states = [state for state in map(_value, (entry.before, entry.after)) if state]
    # A label that was kept moved nowhere.
    moved = " → ".join(dict.fromkeys(states))
    line = f"{day(entry.at)}, {entry.at:%H:%M} UTC · **{plain(entry.who)}** {what}"
    line += f": {plain(moved)}" if moved else ""
    line += f" · “{plain(entry.why)}”" if entry.why else ""
    return f"~~{line}~~ · taken back" if taken else line


def _value(value: Any) -> str:
    if isinstance(value, dict):
        named = value.get("target") or value.get("speaker")
        return str(named) if named else f"characters {value.get('start')} to {value.get('end')}"
    if not value:
        return ""
    names = {**STANCE_LABELS, **TIER_LABELS, **data.country_names()}
    return names.get(str(value), str(value))


_FORMS: Final = {
    "speaker": ("Correct the speaker", _speaker_form),
    "target": ("Correct the target, or add a position on another", _target_form),
    "borders": ("Correct where the passage begins and ends, or reject the claim", _borders_form),
    "claim": ("Add a claim that was missed in this article", _claim_form),
}
