"""The browser's Back button: the address goes back to an earlier view, and the filters follow it.

Streamlit runs the page again with the earlier address and leaves every control as it is. An address that
differs from what the page wrote can mean two things:

* **Back** (or Forward, or an address typed by hand): no control has changed since the last run;
* **late**: the reader used a control before the browser had the new address. Then a control has changed,
  and the control counts.

So the filters of a run are always either those of the run before with what the reader just changed, or
exactly those of the address: no third thing can come out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

__all__ = ["LASTING", "address", "changed_controls", "is_back", "note_controls", "page", "went_back"]

_CONTROLS: Final = "_controls"
_PAGE: Final = "_page"
_ADDRESS: Final = "_address"
# Controls that stay as they are until they are used again, by the beginning of their keys. All others that
# say yes are buttons: they say it in one run and are released in the next without anybody's doing.
LASTING: Final = (
    *("undated_out", "copies", "named_only", "separate", "more_filters", "saved_views", "review_after"),
    *("table_", "files_", "open_", "words"),
)


def changed_controls(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the keys of the controls that the reader used between two runs.

    Parameters
    ----------
    before, now : mapping
        What each control said at the end of the last run and at the beginning of this one. A control that
        was not there before cannot have been used, unless it is a button that is pressed now.

    Examples
    --------
    >>> changed_controls({"q": "''", "undated_out": "True", "leave": "True"}, {"q": "'x'", "leave": "False"})
    ['q']
    >>> changed_controls({"undated_out": "True"}, {"undated_out": "False"})
    ['undated_out']
    >>> changed_controls({"leave": "True"}, {"leave": "False", "next": "True"})
    ['next']
    """
    used = []
    for key, value in now.items():
        if key in before:
            released = before[key] == "True" and value == "False" and not key.startswith(LASTING)
            if before[key] != value and not released:
                used.append(key)
        elif value == "True":
            used.append(key)
    return used


def is_back(
    asked: Mapping[str, Sequence[str]],
    written: Mapping[str, Sequence[str]],
    used: Sequence[str],
    *,
    moved: bool,
) -> bool:
    """Return whether the reader means the filters of the address, not those that were set.

    Parameters
    ----------
    asked, written : mapping
        Address parameters of the filters: as they are, and as the last run wrote them.
    used : sequence of str
        The controls used since (:func:`changed_controls`).
    moved : bool
        Whether this is another page than the last run's. The menu leads to pages without parameters, and
        the filters go along.

    Examples
    --------
    >>> is_back({"country": ["KGZ"]}, {}, [], moved=False), is_back({}, {"country": ["KGZ"]}, [], moved=False)
    (True, True)
    >>> is_back({}, {"country": ["KGZ"]}, ["country"], moved=False)
    False
    >>> is_back({}, {"country": ["KGZ"]}, [], moved=True)
    False
    """
    found = {name: list(values) for name, values in asked.items() if values}
    if found == {name: list(values) for name, values in written.items()}:
        return False
    return not used and not (moved and not found)


def _controls() -> dict[str, str]:
    held = st.session_state.to_dict()
    return {key: repr(value) for key, value in held.items() if not key.startswith("_")}


def went_back(shown: str, asked: Mapping[str, Sequence[str]], written: Mapping[str, Sequence[str]]) -> bool:
    """Return :func:`is_back` for this run, which shows the page ``shown``."""
    state = st.session_state
    found = {name: list(values) for name, values in asked.items() if values}
    if found == dict(written):
        return False
    used = changed_controls(state.get(_CONTROLS, {}), _controls())
    return is_back(asked, written, used, moved=state.get(_PAGE) != shown)


def page() -> str:
    """Return the page of the last run that ended."""
    return str(st.session_state.get(_PAGE, "overview"))


def address() -> dict[str, list[str]]:
    """Return the parameters of the page of the last run that ended, its own switches among them."""
    found: dict[str, list[str]] = st.session_state.get(_ADDRESS, {})
    return found


def note_controls(shown: str) -> None:
    """Remember what the controls said in this run, for the next one; every page has to."""
    st.session_state[_CONTROLS] = _controls()
    st.session_state[_PAGE] = shown
    st.session_state[_ADDRESS] = {name: st.query_params.get_all(name) for name in st.query_params}
