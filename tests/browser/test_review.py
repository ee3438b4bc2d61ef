"""The whole loop of reviewing in a real browser: keys, charts that change, undo, export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import serve
from browser.pages import Dashboard
from dashboard_core.exports import read_csv
from dashboard_core.store import Store
from ui_store import make_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture
def reviewed(browser: Any, tmp_path: Path) -> Iterator[tuple[Dashboard, Store]]:
    """A dashboard over a store of its own: what is decided here must not show in other tests."""
    store = make_store(tmp_path / "store")
    with serve(store.path) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        context.set_default_timeout(90_000)
        yield Dashboard(context, address), store
        context.close()


def press(dashboard: Dashboard, key: str) -> None:
    """Press a key and wait until another label is asked."""
    page = dashboard.page
    before = page.locator(".dc-article").inner_text() + page.locator("h3").first.inner_text()
    page.keyboard.press(key)
    page.wait_for_function(
        "b => document.querySelector('.dc-article').innerText + document.querySelector('h3').innerText !== b",
        arg=before,
    )
    dashboard.settle()


def says(dashboard: Dashboard, words: str) -> bool:
    """Whether the chart says so, wherever its lines break."""
    drawn = dashboard.page.locator(".js-plotly-plot").first.text_content()
    return "".join(words.split()) in "".join(drawn.split())


def test_three_labels_by_key_change_the_chart_and_one_is_taken_back(
    reviewed: tuple[Dashboard, Store],
) -> None:
    dashboard, store = reviewed
    page = dashboard.open("review").page
    page.get_by_label("Your name").fill("Ada Reader")
    page.get_by_role("button", name="Start reviewing").click()
    page.get_by_role("button", name="Skip").wait_for()
    dashboard.settle()
    first = page.locator("h3").first.inner_text()
    for key in ("3", "2", "1"):
        press(dashboard, key)
    assert [e.after for e in store.ledger.entries()] == ["opposed", "cautious", "supportive"]
    assert "3 of 11" in dashboard.text

    # Letters and digits typed into a field decide nothing.
    page.get_by_label("Reason (optional, kept with the decision)").fill("1 2 3 u")
    # Leaving the field sends it; a click meanwhile would be answered by the page before.
    page.keyboard.press("Tab")
    page.wait_for_timeout(1_000)
    dashboard.settle()
    assert len(store.ledger.entries()) == 3

    dashboard.go("Overview")
    assert says(dashboard, "people's where they have reviewed (3 of 9 claims)")
    name, content = dashboard.download("CSV of all positions behind it")
    rows = read_csv(content)
    assert name.endswith(".csv")
    assert (rows["review"] != "unreviewed").sum() == 3
    changed = rows[rows["review"] == "changed"]
    assert len(changed) and (changed["stance"] != changed["machine_stance"]).all()

    dashboard.go("Review")
    for count in (4, 5, 6):
        page.get_by_role("button", name="Undo").click()
        for _ in range(60):
            if len(store.ledger.entries()) == count:
                break
            page.wait_for_timeout(500)
        dashboard.settle()
    assert store.ledger.standing() == ()
    assert len(store.ledger.entries()) == 6
    assert page.locator("h3").first.inner_text() == first
    dashboard.go("Overview")
    assert says(dashboard, "nobody has reviewed these claims yet")
    assert dashboard.outside == []
    assert dashboard.complaints == []
