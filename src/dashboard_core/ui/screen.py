"""What only the browser knows: how wide the page is, whether an answer is slow, which choices lead nowhere.

A narrow window of a wide screen gets charts that fit into it. Streamlit cannot style one choice of a list:
those that nothing matches are marked as the list opens (see theme.py).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import streamlit as st

from dashboard_core.charts import SizeName

__all__ = ["NOTHING", "measure", "size", "window"]

_KEY: Final = "_screen"
_WINDOW: Final = "_window"
# Until the browser has said: a meeting's screen of 1920 x 1080, the page's edges aside.
_PROJECTOR: Final = (1840, 1080)
_PHONE: Final = "_phone"
_PHONES: Final = ("Mobi", "Android", "iPhone")
# The least widths of the page, in pixels, for charts of the sizes "wide" and "middle".
_LIMITS: Final = (920, 600)
# No chart that fills its window is narrower.
_LEAST_WIDTH: Final = 600
_SIZES: Final[dict[str, SizeName]] = {"wide": "wide", "middle": "middle", "narrow": "narrow"}
# An answer that takes longer is slow: until then the page stays as it is (see theme.py).
_SLOW_MS: Final = 750
# How the label of a choice ends that nothing matches.
NOTHING: Final = " · none here"
_SCRIPT: Final = """
export default function ({ data, setStateValue }) {
  const page = document.querySelector("[data-testid='stMainBlockContainer']") || document.body;
  let told = data.known;
  let seen = data.window.join();
  const look = () => {
    const style = getComputedStyle(page);
    const width = page.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const found = width >= data.limits[0] ? "wide" : width >= data.limits[1] ? "middle" : "narrow";
    if (data.exact) {
      const now = [width, window.innerHeight].map((length) => Math.floor(length / 10) * 10);
      if (now.join() !== seen) { seen = now.join(); setStateValue("window", now); }
    } else if (found !== told) { told = found; setStateValue("size", found); }
  };
  let waiting = 0;
  const watch = new ResizeObserver(() => { clearTimeout(waiting); waiting = setTimeout(look, 250); });
  watch.observe(page);
  if (data.exact) window.addEventListener("resize", look);
  look();
  const app = document.querySelector("[data-testid='stApp']");
  const root = document.documentElement;
  let slow = 0;
  const follow = () => {
    clearTimeout(slow);
    if (app.dataset.testScriptState !== "running") root.removeAttribute("data-slow");
    else slow = setTimeout(() => root.setAttribute("data-slow", ""), data.slow);
  };
  const run = new MutationObserver(follow);
  if (app) { run.observe(app, { attributeFilter: ["data-test-script-state"] }); follow(); }
  const mark = (list) => {
    for (const option of list.querySelectorAll("[role='option']"))
      option.toggleAttribute("data-nothing", option.textContent.endsWith(data.nothing));
  };
  // A long list draws what is scrolled into sight; it stands in a part of the body of its own.
  let inside = null;
  const lists = new MutationObserver(() => {
    const list = document.querySelector("body > div [role='listbox']");
    if (inside && inside.list === list) return;
    if (inside) inside.watch.disconnect();
    inside = list && { list, watch: new MutationObserver(() => mark(list)) };
    if (!inside) return;
    inside.watch.observe(list, { childList: true, subtree: true, characterData: true });
    mark(list);
  });
  lists.observe(document.body, { childList: true });
  return () => {
    lists.disconnect(); if (inside) inside.watch.disconnect();
    clearTimeout(waiting); clearTimeout(slow); watch.disconnect(); run.disconnect();
    root.removeAttribute("data-slow"); window.removeEventListener("resize", look);
  };
}
"""


def size() -> SizeName:
    """Return the size of chart that fits; a phone names itself before the first line is drawn."""
    told = getattr(st.session_state.get(_KEY), "size", None)
    if isinstance(told, str) and told in _SIZES:
        return _SIZES[told]
    # Asked some ten times a run, and a browser does not change: the headers are looked up once a session.
    if _PHONE not in st.session_state:
        agent = st.context.headers.get("User-Agent", "")
        st.session_state[_PHONE] = any(word in agent for word in _PHONES)
    return "narrow" if st.session_state[_PHONE] else "wide"


def window() -> tuple[int, int]:
    """Return the width of the page and the height of the window in pixels, for a chart that fills both."""
    told = getattr(st.session_state.get(_WINDOW), "window", None)
    if isinstance(told, (list, tuple)) and len(told) == 2 and all(isinstance(n, int) for n in told):
        width, height = told
        return min(max(width, _LEAST_WIDTH), 4000), min(max(height, 500), 3000)
    return _PROJECTOR


def is_small() -> bool:
    """Whether the window is too narrow for a chart that fills it: then it scrolls, as on other pages."""
    told = getattr(st.session_state.get(_WINDOW), "window", None)
    if isinstance(told, (list, tuple)) and told and isinstance(told[0], int):
        return told[0] < _LEAST_WIDTH
    return size() == "narrow"


def measure(*, exact: bool = False) -> None:
    """Let the browser say when the page is wider or narrower than it was drawn for.

    ``exact``: also when it changes by a few pixels, for a chart that fills the screen.
    """
    _component()(
        key=_WINDOW if exact else _KEY,
        data={
            "known": size(),
            "limits": list(_LIMITS),
            "exact": exact,
            "window": list(window()),
            "slow": _SLOW_MS,
            "nothing": NOTHING,
        },
        **({"on_window_change": _noted} if exact else {"on_size_change": _noted}),
        height="content",
    )


def _noted() -> None:
    """The run that follows reads what the browser said."""


@cache
def _component() -> Any:
    return st.components.v2.component("stances_screen", js=_SCRIPT)
