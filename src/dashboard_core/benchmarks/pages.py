"""The dashboard's goals, measured: clicks in Chromium beside a plain page, in one run."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from dashboard_core.benchmarks.browser import PageTimes, measure_pages
from dashboard_core.benchmarks.plain_page import PAGE
from dashboard_core.frames import join_positions
from dashboard_core.synthetic import synthetic_frames

__all__ = ["benchmark_pages"]

# Chosen one after the other: how the dashboard names a country, how the plain page does.
_COUNTRIES = (
    ("Kyrgyzstan", "KGZ"),
    ("Kazakhstan", "KAZ"),
    ("Uzbekistan", "UZB"),
    ("Azerbaijan", "AZE"),
    ("Poland", "POL"),
)


def benchmark_pages(
    rows: int, folder: Path, *, sessions: int = 20, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Return what a click on the dashboard takes and on a plain page, as text.

    Parameters
    ----------
    rows : int
        How many positions the store in ``folder`` holds.
    folder : Path
        Where the store is; the plain page and its table are put beside it.
    sessions : int
        How many further tabs are opened to see what a session costs.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        There is no Chromium or no Playwright, or a page did not answer.
    """
    (folder / "page.py").write_text(PAGE, "utf-8")
    table = folder / "table.parquet"
    if not table.is_file():
        tell("writing the plain page's table")
        join_positions(synthetic_frames(rows)).to_parquet(table)
    found = measure_pages(folder / "store", folder, _COUNTRIES, sessions=sessions, tell=tell)
    own, plain = found["dashboard"], found["plain page"]
    lines = [line for name, times in found.items() for line in times.lines(name)]
    return [*lines, *_goals(own, plain)]


def _goals(own: PageTimes, plain: PageTimes) -> list[str]:
    middle = statistics.median
    goals = [
        ("new filter, ms", middle(own.new_ms), 800.0, middle(plain.new_ms)),
        ("filter repeated, ms", middle(own.repeated_ms), 500.0, middle(plain.repeated_ms)),
        ("all counts of a new filter, ms", middle(own.settled_new_ms), 1500.0, middle(plain.settled_new_ms)),
        (
            "server alone, filter repeated, ms",
            middle(own.server_alone_ms),
            50.0,
            middle(plain.server_alone_ms),
        ),
        ("KB per click", middle(own.bytes_per_click) / 1000, 100.0, middle(plain.bytes_per_click) / 1000),
    ]
    if own.session_mb is not None and plain.session_mb is not None:
        goals.append(("MB per open session", own.session_mb, 2.0, plain.session_mb))
    lines = [
        f"on {sys.platform}, medians:",
        "goal                              dashboard     at most  plain page",
    ]
    for name, value, limit, peer in goals:
        held = "held" if value <= limit else "MISSED"
        lines.append(f"{name:32} {value:10,.1f}  {limit:10,.1f}  {peer:10,.1f}  {held}")
    return lines
