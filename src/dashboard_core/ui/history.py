"""The browser's Back button: the address goes back to an earlier view, and the filters follow it.

Streamlit runs the page again with the earlier address but leaves every control as it is. So an address that
differs from what the page wrote means "back" (or "forward") as long as no control has changed with it; when
one has, the address is merely late, and the control counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

__all__ = ["note_controls", "went_back"]

_CONTROLS: Final = "_controls"
_PAGE: Final = "_page"


def _controls() -> dict[str, str]:
    """Return what every control says; a button counts only while it is pressed."""
    held = {str(key): value for key, value in st.session_state.items() if not str(key).startswith("_")}
    return {key: repr(value) for key, value in held.items() if value is not False}


def went_back(page: str, asked: Mapping[str, Sequence[str]], written: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the address names other filters than the page wrote, and the reader means them.

    Parameters
    ----------
    page : str
        The page of this run.
    asked, written : mapping
        Address parameters of the filters: as they are, and as the last run wrote them.
    """
    state = st.session_state
    found = {name: list(values) for name, values in asked.items() if values}
    if found == {name: list(values) for name, values in written.items()}:
        return False
    if not found and state.get(_PAGE) != page:
        return False  # the menu leads to a page without parameters; the filters go along
    before: dict[str, str] = state.get(_CONTROLS, {})
    now = _controls()
    # A button that was pressed in the last run is released in this one: that is no change.
    changed = [key for key, value in now.items() if key in before and before[key] != value]
    return not changed and not any(value == "True" and key not in before for key, value in now.items())


def note_controls(page: str) -> None:
    """Remember what the controls said in this run, for the next one."""
    st.session_state[_CONTROLS] = _controls()
    st.session_state[_PAGE] = page
