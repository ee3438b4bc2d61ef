"""Clicks in Chromium, timed: the dashboard beside a plain page of pandas and plotly express, in one run.

Both pages have the same list of countries and three charts. A click adds a country (a filter never asked
before) or takes one away again (a filter asked before). The clock runs in the browser, from the key that
makes the choice until the last of the three charts is drawn.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from dashboard_core.benchmarks.relay import Line, Relay, ask_again, relayed
from dashboard_core.errors import DashboardCoreError

__all__ = ["SWITCHES", "PageTimes", "Tab", "browsing", "chromium", "measure_pages", "memory_mb", "served"]

APP: Final = Path(__file__).resolve().parents[3] / "app.py"
SWITCHES: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_CHARTS: Final = 3
# Tells when all charts have been given new data and the frame after that was painted.
_WATCH: Final = """() => {
  const plots = () => [...document.querySelectorAll('.js-plotly-plot')].slice(0, 3);
  const before = plots().map(p => p.data);
  window.__drawn = null;
  window.__asked = null;
  const ask = e => { if (e.key === 'Enter' || e.key === 'Backspace') window.__asked = performance.now(); };
  document.addEventListener('keydown', ask, {capture: true, once: false});
  const look = () => {
    const now = plots();
    if (window.__asked !== null && now.length === 3 && now.every((p, i) => p.data !== before[i]))
      requestAnimationFrame(() => {
        window.__drawn = performance.now() - window.__asked;
        document.removeEventListener('keydown', ask, {capture: true});
      });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@dataclass
class PageTimes:
    """One page: milliseconds and bytes of each click, and what an open session costs the server."""

    first_ms: float = 0.0
    new_ms: list[float] = field(default_factory=list)
    repeated_ms: list[float] = field(default_factory=list)
    settled_new_ms: list[float] = field(default_factory=list)
    server_new_ms: list[float] = field(default_factory=list)
    # Beside the browser that draws, and asked again without one (see relay.py).
    server_repeated_ms: list[float] = field(default_factory=list)
    server_alone_ms: list[float] = field(default_factory=list)
    bytes_per_click: list[int] = field(default_factory=list)
    server_mb: float = 0.0
    session_mb: float | None = None

    def lines(self, name: str) -> list[str]:
        """Return the medians as text."""
        middle = statistics.median
        session = "not measured" if self.session_mb is None else f"{self.session_mb:.2f} MB"
        return [
            f"{name}: first paint of a warm server {self.first_ms:,.0f} ms; server {self.server_mb:,.0f} MB, "
            f"each further open session {session}",
            f"  three charts, new filter       {middle(self.new_ms):8,.0f} ms "
            f"(server {middle(self.server_new_ms):,.0f}); whole page {middle(self.settled_new_ms):,.0f} ms",
            f"  three charts, filter repeated  {middle(self.repeated_ms):8,.0f} ms "
            f"(server {middle(self.server_repeated_ms):,.0f}; without a browser on the machine "
            f"{middle(self.server_alone_ms):,.0f})",
            f"  sent to the browser per click  {middle(self.bytes_per_click) / 1000:8,.1f} KB "
            f"(most {max(self.bytes_per_click) / 1000:,.1f})",
        ]


def chromium() -> str | None:
    """Return the Chromium of the system, or the one that CHROMIUM names; None leaves it to Playwright."""
    for name in (os.environ.get("CHROMIUM"), shutil.which("chromium"), shutil.which("chromium-browser")):
        if name and Path(name).is_file():
            return name
    return None


@contextmanager
def browsing() -> Iterator[Any]:
    """Give a headless Chromium; it is closed at the end.

    Raises
    ------
    DashboardCoreError
        There is no Playwright, or no Chromium starts.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise DashboardCoreError(
            "Pages cannot be timed: Playwright is not installed. Install requirements-dev.lock."
        ) from error
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        except Error as error:
            reason = str(error).splitlines()[0]
            raise DashboardCoreError(f"Pages cannot be timed: no Chromium starts ({reason}).") from error
        yield browser
        browser.close()


def measure_pages(
    store: Path,
    plain: Path,
    countries: Sequence[tuple[str, str]],
    *,
    sessions: int = 20,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, PageTimes]:
    """Return the times of the dashboard over ``store`` and of the plain page over the table ``plain``.

    Parameters
    ----------
    store, plain : Path
        A store's folder; a folder with the script ``page.py`` and ``table.parquet``.
    countries : sequence of (str, str)
        What is chosen one after the other: how the dashboard names it, how the plain page names it.
    sessions : int
        How many further tabs are opened to see what a session costs.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        There is no Chromium, no Playwright or no app.py; or a page did not answer.
    """
    if not APP.is_file():
        raise DashboardCoreError(f"Clicks cannot be timed: {APP} is not there. Run it in a checkout.")
    found: dict[str, PageTimes] = {}
    scripts = {
        "dashboard": (APP, {"STANCES_STORE": str(store)}, [label for label, _ in countries]),
        "plain page": (
            plain / "page.py",
            {"PLAIN_TABLE": str(plain / "table.parquet")},
            [code for _, code in countries],
        ),
    }
    for name, (script, settings, chosen) in scripts.items():
        tell(f"{name}: starting")
        with served(script, settings) as (address, process), relayed(_port(address)) as relay:
            with browsing() as browser:
                times, tab = _measure(browser, relay, process, chosen, sessions, name, tell)
            found[name] = times
            tell(f"{name}: the same clicks without a browser")
            times.server_alone_ms = ask_again(_port(address), tab.sent, tab.repeated)
            for line in times.lines(name):
                tell(line)
    return found


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def _measure(
    browser: Any,
    relay: Relay,
    process: int,
    chosen: Sequence[str],
    sessions: int,
    name: str,
    tell: Callable[[str], None],
) -> tuple[PageTimes, Tab]:
    times = PageTimes()
    address = f"http://127.0.0.1:{relay.port}"
    tab = Tab(browser, address)
    tab.open()  # the first visitor of a server waits for its start
    tab.close()
    tab = Tab(browser, address, relay)
    times.first_ms = tab.open()
    tell(f"{name}: clicking")
    for choice in chosen:
        click = tab.click(partial(tab.add, choice))
        times.new_ms.append(click.drawn)
        times.settled_new_ms.append(click.settled)
        times.server_new_ms.append(click.server)
        times.bytes_per_click.append(click.received)
    for _ in chosen[1:]:
        click = tab.click(tab.remove, repeated=True)
        times.repeated_ms.append(click.drawn)
        times.server_repeated_ms.append(click.server)
        times.bytes_per_click.append(click.received)
    before = times.server_mb = memory_mb(process)
    if sessions and before:
        tell(f"{name}: opening {sessions} sessions")
        tabs = []
        for _ in range(sessions):
            tabs.append(Tab(browser, address))
            tabs[-1].open()
        times.session_mb = (memory_mb(process) - before) / sessions
        for opened in tabs:
            opened.close()
    tab.close()
    return times, tab


@dataclass(frozen=True, slots=True)
class _Click:
    drawn: float
    settled: float
    server: float
    received: int


class Tab:
    """One reader's tab, with its traffic; with a relay the server's part is noted there."""

    def __init__(self, browser: Any, address: str, relay: Relay | None = None) -> None:
        self._relay = relay
        self.repeated: list[int] = []
        self._context = browser.new_context(viewport={"width": 1440, "height": 900})
        self._context.set_default_timeout(180_000)
        self._page = self._context.new_page()
        self._address = address
        self._frames: list[tuple[str, float, int]] = []
        self._own: Line | None = None
        traffic = self._context.new_cdp_session(self._page)
        traffic.send("Network.enable")
        for kind in ("Sent", "Received"):
            traffic.on(f"Network.webSocketFrame{kind}", partial(self._note, kind))

    def _note(self, kind: str, event: dict[str, Any]) -> None:
        frame = event["response"]
        size = len(frame["payloadData"])
        # Binary frames are told in base64.
        self._frames.append(
            (kind, float(event["timestamp"]), size * 3 // 4 if frame["opcode"] == 2 else size)
        )

    @property
    def sent(self) -> list[bytes]:
        """All that the tab sent over its WebSocket."""
        return [chunk for _, chunk in self._line().sent]

    def _line(self) -> Line:
        if self._relay is None:
            raise DashboardCoreError("This tab's traffic does not go through a relay.")
        if self._own is None:
            self._own = self._relay.lines[-1]
        return self._own

    def open(self) -> float:
        began = time.perf_counter()
        self._page.goto(self._address, wait_until="commit")
        self._page.wait_for_function(
            "document.querySelectorAll('.js-plotly-plot .barlayer .point').length > 0 && "
            f"document.querySelectorAll('.js-plotly-plot').length >= {_CHARTS}"
        )
        took = 1000 * (time.perf_counter() - began)
        self._settle()
        return took

    def visit(self, where: str, drawn: str) -> float:
        """Open another page; return the milliseconds until what ``drawn`` selects is there."""
        began = time.perf_counter()
        self._page.goto(f"{self._address}/{where}", wait_until="commit")
        self._page.wait_for_selector(drawn)
        took = 1000 * (time.perf_counter() - began)
        self._settle()
        return took

    def close(self) -> None:
        self._context.close()

    def add(self, choice: str) -> None:
        box = self._page.get_by_role("combobox", name="Country of the speaker")
        box.click()
        box.fill(choice)
        self._page.get_by_role("option", name=choice).first.wait_for()
        self._watch()
        self._page.keyboard.press("Enter")

    def remove(self) -> None:
        box = self._page.get_by_role("combobox", name="Country of the speaker")
        box.click()
        self._watch()
        self._page.keyboard.press("Backspace")

    def _watch(self) -> None:
        self._frames.clear()
        self._page.evaluate(_WATCH)

    def click(self, choose: Callable[[], None], *, repeated: bool = False) -> _Click:
        place = self._line().place if self._relay else 0
        if repeated:
            self.repeated.append(place)
        choose()
        self._page.wait_for_function("window.__drawn !== null")
        drawn = float(self._page.evaluate("window.__drawn"))
        self._settle()
        sent = [at for kind, at, _ in self._frames if kind == "Sent"]
        received = [(at, size) for kind, at, size in self._frames if kind == "Received"]
        answered = 1000 * (max(at for at, _ in received) - min(sent))
        server = self._line().answered_ms(place) if self._relay else answered
        return _Click(drawn, max(drawn, answered), server, sum(size for _, size in received))

    def _settle(self) -> None:
        self._page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self._page.wait_for_timeout(700)


@contextmanager
def served(script: Path, settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603  (our own script under our own Python)
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"],
        cwd=APP.parent,
        env={**os.environ, **settings, "STREAMLIT_SERVER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310
                    break
            except OSError:
                if process.poll() is not None:
                    raise DashboardCoreError(f"{script} ended with exit code {process.returncode}") from None
                time.sleep(0.5)
        else:
            raise DashboardCoreError(f"{script} did not answer within two minutes")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def memory_mb(process: int) -> float:
    """Return a process's memory (RSS), 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
