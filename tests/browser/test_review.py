"""The whole loop of reviewing in a real browser: keys, charts that change, undo, export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import serve
from browser.pages import Dashboard
from dashboard_core.exports import read_csv
from dashboard_core.frames import to_frames
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target
from dashboard_core.store import Store
from dashboard_core.store.models import active_model, stored_models
from learning_store import make_learning_store, review_all
from ui_store import make_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@contextmanager
def reader(browser: Any, store: Store) -> Iterator[Dashboard]:
    """A reader of a dashboard over a store."""
    with serve(store.path) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        context.set_default_timeout(90_000)
        yield Dashboard(context, address)
        context.close()


@pytest.fixture
def reviewed(browser: Any, tmp_path: Path) -> Iterator[tuple[Dashboard, Store]]:
    """A dashboard over a store of its own: what is decided here must not show in other tests."""
    store = make_store(tmp_path / "store")
    with reader(browser, store) as dashboard:
        yield dashboard, store


def introduce(dashboard: Dashboard, where: str = "review") -> Any:
    """Open the Review page and say who one is; return the page."""
    page = dashboard.open(where).page
    page.get_by_label("Your name").fill("Ada Reader")
    page.get_by_role("button", name=re.compile("^Start (reviewing|deciding)$")).click()
    page.get_by_role("button", name="Not you?").or_(
        page.get_by_role("heading", name="Which model")
    ).wait_for()
    dashboard.settle()
    return page


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
    page = introduce(dashboard)
    first = page.locator("h3").first.inner_text()
    for key in ("3", "2", "1"):
        press(dashboard, key)
    assert [e.after for e in store.ledger.entries()] == ["opposed", "cautious", "supportive"]
    assert "3 of 11" in dashboard.text

    # Letters and digits typed into a field decide nothing.
    page.get_by_label("Reason", exact=True).fill("1 2 3 u")
    # Leaving the field sends it; a click meanwhile would be answered by the page before.
    page.keyboard.press("Tab")
    page.wait_for_timeout(1_000)
    dashboard.settle()
    assert len(store.ledger.entries()) == 3

    dashboard.go("Overview")
    assert says(dashboard, "positions reviewed by a person; the others are the program's")
    dashboard.every_column()
    name, content = dashboard.download("CSV of all positions behind it")
    page.keyboard.press("Escape")  # closes the list of files: the next click would do no more than that
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
    assert says(dashboard, "; all are the program's")
    assert dashboard.outside == []
    assert dashboard.complaints == []


WORDS = "Дина Ибраимова: мост нужен 🚢"
TEXT = (
    "A family 👩‍👩‍👧 came by ferry.\r\n\r\nShe said 🌊 the crossing is dear. " + WORDS + " she went on.\n\n"
    "The bridge must wait, she said. Nobody answered."
)


def strange_store(path: Path) -> Store:
    """A store of one article whose signs take one, two and more units in a browser."""
    start = TEXT.index("The bridge must")
    end = TEXT.index(" Nobody")
    speaker = Speaker("s1", "Ada Berg", "", "official", "", "", "")
    claim = Claim(
        "c1", "a1", start, end, TEXT[start:end], "indirect", (Span(start, end),), "said", "she", speaker
    )
    stance = Stance("st1", "c1", "a1", Target("t1", "River bridge", "proposal"), "cautious",
                    0.8, 0.9, 0.1, 0.8, 0.1, "", "test-model")  # fmt: skip
    article = Article(
        "a1", "Ferry", TEXT, "Herald", "", "", None, "en", "0" * 64, datetime(2026, 3, 2, tzinfo=UTC), "f"
    )
    store = Store.create(path)
    store.append(to_frames([article], [claim], [stance]))
    return store


def drag_over(page: Any, words: str) -> None:
    """Choose words of the article in the open form with the mouse, as soon as they stand still."""
    before, places = None, _places(page, words)
    while places != before:
        page.wait_for_timeout(300)
        before, places = places, _places(page, words)
    page.mouse.move(places[0] + 1, places[1])
    page.mouse.down()
    page.mouse.move(places[2] - 1, places[3], steps=8)
    page.mouse.up()


def _places(page: Any, words: str) -> Any:
    return page.evaluate(
        """words => {
          const box = document.querySelector('.dc-words'), walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            node.parentElement.scrollIntoView({block: 'center'});
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + words.length);
            const lines = [...range.getClientRects()], first = lines[0], last = lines[lines.length - 1];
            return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
          }
        }""",
        words,
    )


def tap_on(page: Any, words: str, *, last: bool) -> None:
    """Tap the first or the last sign of words of the article in the open form."""
    places = page.evaluate(
        """([words, last]) => {
          const box = document.querySelector('.dc-words'), walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words) + (last ? words.length - 1 : 0);
            if (!node.data.includes(words)) continue;
            node.parentElement.scrollIntoView({block: 'center'});
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + 1);
            const sign = range.getClientRects()[0];
            return [sign.left + sign.width / 2, sign.top + sign.height / 2];
          }
        }""",
        [words, last],
    )
    page.touchscreen.tap(*places)


def wait_for_entries(dashboard: Dashboard, store: Store, count: int) -> None:
    for _ in range(120):
        if len(store.ledger.entries()) == count:
            break
        dashboard.page.wait_for_timeout(250)
    assert len(store.ledger.entries()) == count
    dashboard.settle()


def test_words_chosen_by_mouse_or_keys_have_exact_places(browser: Any, tmp_path: Path) -> None:
    store = strange_store(tmp_path / "store")
    with reader(browser, store) as dashboard:
        page = introduce(dashboard)
        page.get_by_text("Correct where the passage begins and ends").click()
        page.wait_for_selector(".dc-words mark")
        assert page.locator(".dc-words mark").inner_text() == "The bridge must wait, she said."
        drag_over(page, WORDS)
        assert "Дина Ибраимова" in page.locator(".dc-below").inner_text()
        page.keyboard.press("1")
        page.keyboard.type("xs0")  # keys that decide on the page, and would write in a field
        assert WORDS in page.locator(".dc-words").inner_text()
        drag_over(page, WORDS)
        page.get_by_role("button", name="Make this the passage").click()
        wait_for_entries(dashboard, store, 1)
        start = TEXT.index(WORDS)
        entry = store.ledger.entries()[0]
        assert (entry.field, entry.after["start"], entry.after["end"]) == (
            "borders",
            start,
            start + len(WORDS),
        )
        now = store.connect().execute("SELECT text FROM claims").fetchone()
        assert now == (WORDS,)

        # By keys alone: from the end of the article backwards over its last sentence.
        page.locator(".dc-words").focus()
        page.keyboard.press("Control+End")
        for _ in range(40):
            page.keyboard.press("Shift+ArrowLeft")
            if "“Nobody answered.”" in page.locator(".dc-below").inner_text():
                break
        page.keyboard.press("Enter")
        wait_for_entries(dashboard, store, 2)
        assert store.connect().execute("SELECT text FROM claims").fetchone() == ("Nobody answered.",)
        assert dashboard.complaints == [] and dashboard.outside == []

        # By finger: the first word is tapped, then the last one.
        cookies = page.context.cookies()
        phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        phone.set_default_timeout(90_000)
        phone.add_cookies(cookies)
        touched = Dashboard(phone, dashboard.address).open("review").page
        touched.get_by_text("Correct where the passage begins and ends").tap()
        touched.wait_for_selector(".dc-words mark")
        touched.wait_for_timeout(500)
        entries = len(store.ledger.entries())
        tap_on(touched, "Дина", last=False)
        tap_on(touched, "нужен", last=True)
        touched.get_by_role("button", name="Make this the passage").tap()
        wait_for_entries(dashboard, store, entries + 1)
        now = store.connect().execute("SELECT text FROM claims WHERE text LIKE 'Дина%'").fetchone()
        assert now == ("Дина Ибраимова: мост нужен",)
        phone.close()

        # The browser remembers who reviews: a new session does not ask.
        again = Dashboard(page.context, dashboard.address).open("review")
        again.page.get_by_role("button", name="Skip").wait_for()
        assert "Reviewing as Ada Reader" in again.text


def test_learn_compare_adopt_and_roll_back(browser: Any, tmp_path: Path) -> None:
    store = make_learning_store(tmp_path / "store")
    review_all(store)
    with reader(browser, store) as dashboard:
        page = introduce(dashboard, "review?review_mode=Learning")
        page.get_by_role("button", name="Learn from the reviewed labels").click()
        page.get_by_text("Learning from the reviewed labels").wait_for()
        dashboard.go("Overview")  # it goes on when the page is left
        for _ in range(480):
            if stored_models(store):
                break
            page.wait_for_timeout(500)
        (model,) = stored_models(store)
        assert active_model(store) == ""

        dashboard.open("review?review_mode=Learning")
        assert "On reviewed labels kept back" in dashboard.text
        assert "On the product's own test pairs" in dashboard.text
        page.get_by_role("button", name="Adopt this model").click()
        page.get_by_role("button", name="Adopt it now").click()
        page.get_by_text("labels now", exact=False).first.wait_for()
        page.get_by_text("Adopted: it labels").wait_for()
        assert active_model(store) == model.model_id
        assert store.ledger.entries()[-1].who == "Ada Reader"

        dashboard.go("Method")
        assert "adopted by Ada Reader" in dashboard.text
        dashboard.open("review?review_mode=Learning")
        page.get_by_role("button", name="Roll back").click()
        page.get_by_text("Rolled back").wait_for()
        assert active_model(store) == ""
        assert dashboard.complaints == [] and dashboard.outside == []
