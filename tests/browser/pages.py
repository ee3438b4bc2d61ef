"""What a reader does on the dashboard, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Dashboard:
    """One reader's browser tab."""

    def __init__(self, context: Any, address: str) -> None:
        self.page = context.new_page()
        self.address = address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_console)

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, where: str = "") -> Dashboard:
        """Open an address and wait until the page is drawn."""
        self.page.goto(f"{self.address}/{where}", wait_until="commit")
        return self.settle()

    def settle(self) -> Dashboard:
        """Wait until the script has run and nothing is left to draw."""
        # Before the first run the state also says "notRunning": the filters tell that it has run, and on the
        # pages without them the switch or the heading.
        without = {"/corpus": "stButtonGroup", "/names": "stHeading"}
        drawn = without.get(urlsplit(self.page.url).path, "stMultiSelect")
        self.page.wait_for_selector(f"[data-testid='{drawn}']", state="attached")
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(400)
        return self

    def go(self, title: str) -> Dashboard:
        """Follow the menu to a page."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        self.page.get_by_role("heading", level=1, name=title).wait_for()
        return self.settle()

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The address parameters."""
        return parse_qs(urlsplit(self.page.url).query)

    @property
    def text(self) -> str:
        """The text of the page."""
        found: str = self.page.get_by_test_id("stMain").inner_text()
        return found

    def download(self, label: str) -> tuple[str, bytes]:
        """Click a download button whose label starts so; return the file's name and content."""
        offered = self.page.get_by_role("button", name=label)
        files = self.page.get_by_text("Download: slide, workbook, CSV")
        offered.or_(files).first.wait_for(state="attached")
        if not offered.count():  # a chart's files are offered in a list
            files.first.click()
            offered.first.wait_for()
            self.settle()
        with self.page.expect_download() as waiting:
            offered.first.click()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    def every_column(self) -> None:
        """Ask for every column in the CSV of positions."""
        choice = self.page.get_by_role("radio", name="Every column")
        files = self.page.get_by_text("Download: slide, workbook, CSV")
        choice.or_(files).first.wait_for(state="attached")
        if not choice.count():
            files.first.click()
        choice.first.click()
        self.settle()

    def click_mark(self, number: int = 0) -> None:
        """Click a mark of the page's chart."""
        mark = self.page.locator(".js-plotly-plot .barlayer .point path").nth(number)
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
        self.page.wait_for_selector("[class*='st-key-behind_']")
        self.settle()
