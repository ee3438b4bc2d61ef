"""Take the pictures in docs/screenshots/: every page in both themes, a phone, and the meeting view.

Usage: python scripts/screenshots.py [--out DIR]

The pictures show the store that the dashboard would open (``STANCES_STORE``, else ``store/``). They are
taken in a headless Chromium, which may reach nothing but the dashboard.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from dashboard_core.benchmarks.browser import SWITCHES, chromium

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "overview": "",
    "countries": "countries?target=turkic_military_alliance",
    "countries-by-kind-of-voice": "countries?separate=true",
    "countries-by-membership": "countries?group=OTS:+members+and+others",
    "countries-in-shares": "countries?measure=Shares",
    "organisations": "organisations",
    "organisations-of-speakers": "organisations?view=Organisations+of+the+speakers",
    "organisations-by-members": "organisations?view=Blocs+by+their+members",
    "organisations-side-by-side": "organisations?view=Blocs+by+their+members&blocs=CSTO&blocs=OTS",
    "matrix": "matrix",
    "evidence": "evidence",
    "corpus": "corpus",
    "review": "review",
    "method": "method",
}
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile"


def main() -> None:
    """Start the dashboard, take the pictures, stop it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs/screenshots")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py"],
        cwd=ROOT,
        env={**os.environ, "STREAMLIT_SERVER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/_stcore/health")
        _pictures(address, out)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # our own server
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"{address} did not answer within two minutes")


def _pictures(address: str, out: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        for theme in ("light", "dark"):
            tab = _tab(browser, 1440, 900, theme)
            for name, place in PAGES.items():
                _shoot(tab, f"{address}/{place}", out / f"{name}-{theme}.png")
            tab.context.close()
        tab = _tab(browser, 1440, 900, "light")
        _shoot(
            tab, f"{address}/countries?target=turkic_military_alliance", out / "behind-a-mark.png", click=True
        )
        tab.context.close()
        for theme in ("light", "dark"):
            tab = _tab(browser, 1920, 1080, theme)
            _shoot(tab, f"{address}/meeting", out / f"meeting-{theme}.png", whole=False)
            _shoot(tab, f"{address}/meeting?slide=Blocs", out / f"meeting-blocs-{theme}.png", whole=False)
            tab.context.close()
        tab = _tab(browser, 390, 844, "light", user_agent=PHONE, is_mobile=True, has_touch=True)
        _shoot(tab, address, out / "phone.png")
        browser.close()


def _tab(browser: Any, width: int, height: int, theme: str, **more: Any) -> Any:
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=theme, **more)
    context.set_default_timeout(120_000)
    return context.new_page()


def _shoot(tab: Any, address: str, file: Path, *, click: bool = False, whole: bool = True) -> None:
    size = dict(tab.viewport_size)
    tab.goto(address, wait_until="commit")
    # The filters tell that the script has run; the Corpus page has a switch in their place.
    drawn = "stButtonGroup" if address.endswith("/corpus") else "stMultiSelect"
    tab.wait_for_selector(f"[data-testid='{drawn}']", state="attached")
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    tab.wait_for_timeout(1500)
    if click:
        mark = tab.locator(".js-plotly-plot .barlayer .point path").first
        box = mark.bounding_box()
        tab.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
        tab.wait_for_selector("[class*='st-key-behind_']")
        tab.mouse.move(5, 5)
        tab.wait_for_timeout(1500)
    if whole:
        height = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        tab.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), 4000)})
        tab.wait_for_timeout(1000)
    tab.screenshot(path=str(file))
    tab.set_viewport_size(size)
    print(file)


if __name__ == "__main__":
    main()
