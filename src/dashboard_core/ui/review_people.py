"""Who reviews: the login's name where there is a login, else a name asked for once in each browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from dashboard_core.errors import StoreError
from dashboard_core.store import Entry, Ledger
from dashboard_core.ui import browser_name, data
from dashboard_core.ui.links import plain
from dashboard_core.ui.trouble import end_page

__all__ = [
    "NOTHING_LEFT",
    "SAID",
    "TAKEN_BACK",
    "ask_name",
    "decide",
    "not_me",
    "remember",
    "reviewer",
    "show_problem",
    "take_back",
    "take_back_all",
    "undo_last",
    "who",
]

_NAME: Final = "reviewer"
_DONE: Final = "_review_done"
_PROBLEM: Final = "_review_problem"
# What the Review page says of the last decision, once.
SAID: Final = "_review_said"
TAKEN_BACK: Final = "Taken back. The earlier decision stays in the history."
NOTHING_LEFT: Final = "Nothing to take back: your last decision was taken back already."


def reviewer() -> str:
    """Return the name under which decisions are kept; ask for it where nobody is logged in.

    Without a name the page says why it needs one, and ends.
    """
    name = who()
    if name:
        return name
    st.info(
        "Decisions are kept with the name of the person who made them. Please say who you are: it is asked "
        "once, this browser remembers it, and it stands in the history of every label you decide.",
        icon=":material/badge:",
    )
    ask_name("Start reviewing")
    end_page()


def ask_name(button: str) -> None:
    """Ask who decides; ``button`` is what the answer leads to."""
    if "reviewer_given" not in st.session_state:
        # The Corpus page may have asked already.
        told = str(st.session_state.get("reader_name") or "")
        st.session_state["reviewer_given"] = browser_name.clean(told)
    with st.form("reviewer_form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        given = st.text_input("Your name", key="reviewer_given", max_chars=browser_name.MOST, width=320)
        if st.form_submit_button(button, type="primary") and browser_name.clean(given):
            st.session_state[_NAME] = browser_name.clean(given)
            st.rerun()


def remember(name: str) -> None:
    """Let the browser keep the name that was given in this session; once on a page."""
    if not _logged_in() and name != browser_name.kept():
        browser_name.keep(name)


def who() -> str:
    """Return the reviewer's name, empty if it is not known yet."""
    if _logged_in():
        return str(st.user.get("name") or st.user.get("email") or "")
    said = st.session_state.get(_NAME)
    return browser_name.kept() if said is None else str(said)


def not_me() -> None:
    """Draw a button for whoever shares the computer: another name is asked for."""
    if not _logged_in():
        st.button(
            "Not you?", key="not_me", type="tertiary", on_click=_ask_again, help="Review under another name."
        )


def _ask_again() -> None:
    # Empty, not missing: the browser's name stays until another one is given, and must not come back.
    st.session_state[_NAME] = ""
    st.session_state.pop(_DONE, None)


def _logged_in() -> bool:
    return bool(getattr(st.user, "is_logged_in", False))


def decide(*entries: Entry) -> bool:
    """Put decisions into the ledger; one that cannot be written is said on the page, and False returned."""
    ledger = Ledger(data.desk().store.path)
    try:
        ledger.append(*entries)
    except StoreError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    st.session_state.setdefault(_DONE, []).append(tuple(entry.entry_id for entry in entries))
    return True


def show_problem() -> None:
    """Tell of the last decision that could not be kept, once."""
    problem = st.session_state.pop(_PROBLEM, "")
    if problem:
        st.error(f"The decision was not kept. {plain(problem)}")


def undo_last() -> Mapping[str, Any] | None:
    """Take back the last decision made in this session that still stands; return what it was about."""
    done: list[tuple[str, ...]] = st.session_state.get(_DONE, [])
    while done:
        taken = _undo(done.pop())
        if taken:
            return taken[0].key
    return None


def take_back_all(names: Sequence[str]) -> int:
    """Take back those of some decisions that still stand; return how many did."""
    count = len(_undo(names))
    _keep_standing()
    return count


def _undo(names: Sequence[str]) -> list[Entry]:
    ledger = Ledger(data.desk().store.path)
    held = {entry.entry_id: entry for entry in ledger.standing()}
    wanted = [held[name] for name in reversed(names) if name in held]
    for entry in wanted:
        ledger.undo(entry.entry_id, who())
    return wanted


def _keep_standing() -> None:
    """Let Undo go on with the decisions of this session that still stand."""
    standing = {entry.entry_id for entry in Ledger(data.desk().store.path).standing()}
    made = st.session_state.get(_DONE, [])
    st.session_state[_DONE] = [names for names in made if standing.intersection(names)]


def take_back(entry_id: str) -> None:
    """Take one decision of the history back; Undo then goes on with those that still stand."""
    state = st.session_state
    try:
        Ledger(data.desk().store.path).undo(entry_id, who())
    except StoreError as error:
        state[_PROBLEM] = str(error)
        return
    _keep_standing()
    state[SAID] = TAKEN_BACK
