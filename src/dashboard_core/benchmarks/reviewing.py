"""Reviewing by keyboard, timed: how long the next label takes to be there, and what that is of a review.

It works on a copy of the store, in Chromium, one key for each label. The clock runs in the browser, from the
key until the next passage is painted; the reader's own time is not measured but told as an assumption.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dashboard_core.benchmarks.browser import APP, browsing, served
from dashboard_core.errors import DashboardCoreError
from dashboard_core.store import Store

__all__ = ["ReviewTimes", "benchmark_reviewing"]

_KEYS: Final = ("1", "2", "3", "0")
# How fast people read for understanding on a screen, and how long they then think: assumptions, not figures.
_WORDS_A_MINUTE: Final = 200
_SECONDS_TO_DECIDE: Final = 3.0
_SHOWN: Final = "['h3', '.dc-article'].map(s => document.querySelector(s)?.innerText ?? '').join('')"
_WATCH: Final = f"""() => {{
  const shown = () => {_SHOWN};
  const before = shown();
  window.__next = window.__pressed = null;
  document.addEventListener('keydown', () => {{ window.__pressed = performance.now(); }},
                            {{capture: true, once: true}});
  const look = () => {{
    const now = shown();
    if (window.__pressed !== null && now !== before && now !== '')
      requestAnimationFrame(() => {{ window.__next = performance.now() - window.__pressed; }});
    else requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}}"""


@dataclass(frozen=True, slots=True)
class ReviewTimes:
    """Milliseconds from each key to the next passage, and the words of each passage."""

    next_ms: Sequence[float]
    words: Sequence[int]
    kept: int

    def lines(self) -> list[str]:
        """Return the figures as text."""
        ordered = sorted(self.next_ms)
        middle, late = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
        words = statistics.median(self.words)
        reading = words / _WORDS_A_MINUTE * 60 + _SECONDS_TO_DECIDE
        share = middle / 1000 / (reading + middle / 1000)
        return [
            f"{len(ordered)} labels reviewed by key, {self.kept} decisions kept",
            f"  from the key to the next passage: median {middle:,.0f} ms, 95 % within {late:,.0f} ms, "
            f"longest {ordered[-1]:,.0f} ms",
            f"  words on the screen: median {words:.0f}; at {_WORDS_A_MINUTE} words a minute and "
            f"{_SECONDS_TO_DECIDE:.0f} s to decide (assumed, not measured) a review takes {reading:.0f} s, "
            f"and waiting is {share:.0%} of the time",
        ]


def benchmark_reviewing(
    store: Path, items: int = 50, *, tell: Callable[[str], None] = lambda _: None
) -> ReviewTimes:
    """Return how long each of ``items`` labels took to make way for the next one.

    Parameters
    ----------
    store : Path
        The store; it is copied, so nothing is decided in it.
    items : int
        How many labels; fewer if fewer are waiting.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        There is no Chromium or no Playwright, or the page did not answer.
    """
    with TemporaryDirectory() as folder, browsing() as browser:
        copy = Path(folder) / "store"
        shutil.copytree(store, copy)
        with served(APP, {"STANCES_STORE": str(copy)}) as (address, _):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            tell("opening the Review page")
            page.goto(f"{address}/review", wait_until="commit")
            page.get_by_label("Your name").fill("Benchmark")
            page.get_by_role("button", name="Start reviewing").click()
            times, words = _drive(page, items, tell)
        return ReviewTimes(
            times, words, len(Store(copy).ledger.entries()) - len(Store(store).ledger.entries())
        )


def _drive(page: Any, items: int, tell: Callable[[str], None]) -> tuple[list[float], list[int]]:
    times: list[float] = []
    words: list[int] = []
    page.get_by_role("button", name="Skip").wait_for()
    _settle(page)
    for number in range(items):
        words.append(len(page.evaluate(_SHOWN).split()))
        page.evaluate(_WATCH)
        page.keyboard.press(_KEYS[number % len(_KEYS)])
        page.wait_for_function(
            "window.__next !== null || document.querySelector('[data-testid=stAlertContentSuccess]')"
        )
        took = page.evaluate("window.__next")
        if took is None:
            break  # the queue is empty
        times.append(float(took))
        _settle(page)
        if (number + 1) % 10 == 0:
            tell(f"{number + 1} labels")
    if not times:
        raise DashboardCoreError("Reviewing cannot be timed: fewer than two labels wait for review.")
    return times, words


def _settle(page: Any) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(300)
