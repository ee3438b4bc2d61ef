"""The Names page in a real browser: a pair is confirmed, counts as one voice, and is two again after undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from browser.test_review import introduce, reader
from dashboard_core.store import Store
from names_store import make_names_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def speakers(store: Store) -> int:
    return len(store.connect().execute("SELECT DISTINCT speaker_id FROM claims").fetchall())


def test_one_person_is_confirmed_and_taken_back(browser: Any, tmp_path: Path) -> None:
    store = make_names_store(tmp_path / "store")
    before = speakers(store)
    with reader(browser, store) as dashboard:
        page = introduce(dashboard, "names")
        page.get_by_text("1 pair may be one person").wait_for()
        page.get_by_role("button", name="Same person: Ada Berg").click()
        page.get_by_text("Nobody waits to be confirmed").wait_for()
        assert speakers(store) == before - 1
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("1 pair may be one person").wait_for()
        assert speakers(store) == before
