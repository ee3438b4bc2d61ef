"""First paint: from asking for a page until its first chart is drawn, on a server that has been asked before.

Ways to a page are timed. A **page of the menu** is clicked in a tab that is open: a warm page. A **new tab**
is opened in a browser that has been here before and has the dashboard's scripts; beside it stands a **bare
page** of Streamlit with one bar chart and nothing else, which is what a new tab takes at least. A **new
browser** has nothing yet and loads all scripts first. The clock runs in the browser: from the start of the
navigation, or from the click, until the frame after the first chart (on Evidence: the list of claims).
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from dashboard_core.benchmarks.browser import APP, browsing, served

__all__ = ["PAINT_GOAL_MS", "benchmark_paint"]

PAINT_GOAL_MS: Final = 1000.0
_PAGES: Final = ("Overview", "Countries", "Organisations", "Matrix", "Evidence")
_BARE: Final = """
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")
st.title("Overview")
st.plotly_chart(go.Figure(go.Bar(x=[1, 2, 3], y=["a", "b", "c"], orientation="h")))
"""
_WATCH: Final = """
window.__watch = (title, since) => {
  window.__painted = null;
  const plots = () => [...document.querySelectorAll('.js-plotly-plot')].filter(p => p.data);
  const before = plots().map(p => p.data);
  const drawn = () => {
    const heading = document.querySelector('h1');
    if (!heading || heading.textContent.trim() !== title) return false;
    if (title === 'Evidence') return document.querySelector('[data-testid="stDataFrame"] canvas') !== null;
    return plots().some(p => !before.includes(p.data) && p.querySelector('.trace, .hm image, .hm path'));
  };
  const look = () => {
    if (drawn()) requestAnimationFrame(() => { window.__painted = performance.now() - since; });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};
"""


def benchmark_paint(
    store: Path, *, times: int = 5, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Return how long each page takes to its first chart, as text.

    Parameters
    ----------
    store : Path
        The store that the dashboard shows.
    times : int
        How often each page is opened in each way; medians are told.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        There is no Chromium or no Playwright, or a page did not answer.
    """
    found: dict[str, dict[str, list[float]]] = {}
    with browsing() as browser, served(APP, {"STANCES_STORE": str(store)}) as (address, _):
        context = _context(browser)
        tell("warming up")
        for page in _PAGES * 2:
            _new_tab(context, address, page)
        tell("new tabs")
        found["new tab"] = {p: [_new_tab(context, address, p) for _ in range(times)] for p in _PAGES}
        tell("pages of the menu")
        found["page of the menu"] = _menu(context, address, times)
        tell("new browsers")
        found["new browser"] = {"Overview": []}
        for _ in range(times):
            fresh = _context(browser)
            found["new browser"]["Overview"].append(_new_tab(fresh, address, "Overview"))
            fresh.close()
    tell("a bare page")
    found["new tab, bare page"] = {"Overview": _bare_page(times)}
    return _lines(found)


def _bare_page(times: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(_BARE, "utf-8")
        with browsing() as browser, served(script, {}) as (address, _):
            context = _context(browser)
            _new_tab(context, address, "Overview")
            return [_new_tab(context, address, "Overview") for _ in range(times)]


def _lines(found: dict[str, dict[str, list[float]]]) -> list[str]:
    lines = ["first chart drawn, median ms      " + "".join(f"{page:>15}" for page in _PAGES)]
    for way, pages in found.items():
        cells = (f"{statistics.median(pages[p]):>15,.0f}" if p in pages else " " * 15 for p in _PAGES)
        lines.append(f"{way:34}{''.join(cells)}")
    warm = [statistics.median(times) for times in found["page of the menu"].values()]
    held = "held" if max(warm) <= PAINT_GOAL_MS else "MISSED"
    return [*lines, f"slowest warm page {max(warm):,.0f} ms, at most {PAINT_GOAL_MS:,.0f}: {held}"]


def _context(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    context.add_init_script(_WATCH)
    return context


def _new_tab(context: Any, address: str, title: str) -> float:
    page = context.new_page()
    where = "" if title == "Overview" else title.lower()
    # performance.now() counts from the start of the navigation.
    page.add_init_script(f"window.__watch({title!r}, 0)")
    page.goto(f"{address}/{where}", wait_until="commit")
    took = _painted(page)
    page.close()
    return took


def _menu(context: Any, address: str, times: int) -> dict[str, list[float]]:
    page = context.new_page()
    page.add_init_script("window.__watch('Overview', 0)")
    page.goto(address, wait_until="commit")
    _painted(page)
    found: dict[str, list[float]] = {name: [] for name in _PAGES}
    for number in range(times + 1):
        for name in (*_PAGES[1:], _PAGES[0]):
            link = page.locator("[data-testid='stSidebarNavLink']").filter(has_text=name).first
            page.evaluate(
                "title => document.addEventListener('click', () => window.__watch(title, performance.now()),"
                " {capture: true, once: true})",
                name,
            )
            link.click()
            took = _painted(page)
            if number:  # the first round has each page's own scripts loaded
                found[name].append(took)
    page.close()
    return found


def _painted(page: Any) -> float:
    page.wait_for_function("window.__painted !== null && window.__painted !== undefined")
    took = float(page.evaluate("window.__painted"))
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(300)
    return took
