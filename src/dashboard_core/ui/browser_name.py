"""The reviewer's name, kept in a cookie of their browser, so that it is asked once and not in every session.

The cookie holds the name and nothing else, goes to this server only, and is text from outside like any other.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import unquote

import streamlit as st

__all__ = ["MOST", "clean", "keep", "kept"]

MOST: Final = 60
_COOKIE: Final = "stances_reviewer"
_YEAR: Final = 365 * 24 * 3600
_SCRIPT: Final = """
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = data.name ? data.age : 0;
  const kept = `${data.cookie}=${encodeURIComponent(data.name)}`;
  document.cookie = `${kept}; Path=/; Max-Age=${age}; SameSite=Strict${secure}`;
}
"""


def clean(name: str) -> str:
    """Return a name as it is kept: one line of printable signs, not longer than :data:`MOST`.

    >>> clean("  Ada \\n\\x00 Reader "), len(clean("x" * 99))
    ('Ada Reader', 60)
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(plain.split())[:MOST].strip()


def kept() -> str:
    """Return the name that this browser has kept; empty if there is none."""
    sent = st.context.cookies.get(_COOKIE)
    return clean(unquote(sent[: MOST * 12])) if isinstance(sent, str) else ""


def keep(name: str) -> None:
    """Let the browser keep a name; an empty one is forgotten."""
    _component()(key="keep_name", data={"cookie": _COOKIE, "name": name, "age": _YEAR}, height="content")


@cache
def _component() -> Any:
    return st.components.v2.component("stances_name", js=_SCRIPT)
