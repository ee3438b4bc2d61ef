"""How wide the reader's page really is: a narrow window of a wide screen gets charts that fit into it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import streamlit as st

from dashboard_core.charts import SizeName

__all__ = ["measure", "size"]

_KEY: Final = "_screen"
_PHONES: Final = ("Mobi", "Android", "iPhone")
# The least widths of the page, in pixels, for charts of the sizes "wide" and "middle".
_LIMITS: Final = (920, 600)
_SIZES: Final[dict[str, SizeName]] = {"wide": "wide", "middle": "middle", "narrow": "narrow"}
_SCRIPT: Final = """
export default function ({ data, setStateValue }) {
  const page = document.querySelector("[data-testid='stMainBlockContainer']") || document.body;
  let told = data.known;
  const look = () => {
    const style = getComputedStyle(page);
    const width = page.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const found = width >= data.limits[0] ? "wide" : width >= data.limits[1] ? "middle" : "narrow";
    if (found !== told) { told = found; setStateValue("size", found); }
  };
  let waiting = 0;
  const watch = new ResizeObserver(() => { clearTimeout(waiting); waiting = setTimeout(look, 250); });
  watch.observe(page);
  look();
  return () => { clearTimeout(waiting); watch.disconnect(); };
}
"""


def size() -> SizeName:
    """Return the size of chart that fits; a phone names itself before the first line is drawn."""
    told = getattr(st.session_state.get(_KEY), "size", None)
    if isinstance(told, str) and told in _SIZES:
        return _SIZES[told]
    agent = st.context.headers.get("User-Agent", "")
    return "narrow" if any(word in agent for word in _PHONES) else "wide"


def measure() -> None:
    """Let the browser say when the page is wider or narrower than it was drawn for."""
    _component()(
        key=_KEY,
        data={"known": size(), "limits": list(_LIMITS)},
        on_size_change=lambda: None,
        height="content",
    )


@cache
def _component() -> Any:
    return st.components.v2.component("stances_screen", js=_SCRIPT)
