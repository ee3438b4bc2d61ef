"""Names across spellings: one person under variants, two people of one name, and what a person must judge."""

from __future__ import annotations

import pytest

from dashboard_core.spelling import name_key, same_name


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("Жапаров", "Japarov", id="Cyrillic and Latin"),
        pytest.param("Zhaparov", "Dzhaparov", id="zh and dzh"),
        pytest.param("Pashinyan", "Pashinian", id="yan and ian"),
        pytest.param("Тоқаев", "Tokayev", id="Kazakh Cyrillic and Latin"),
        pytest.param("Erdoğan", "Erdogan", id="Turkish letters"),
        pytest.param("Abdrahmanov", "Abdrakhmanov", id="kh and h"),
        pytest.param("Sergei", "Sergey", id="ei and ey"),
        pytest.param("Қасым", "Kassym", id="doubled letters"),
    ],
)
def test_spellings_of_one_name_share_a_key(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param("Ainura Toktobekova", "Aynura Toktobekova", True, id="variant spelling"),
        pytest.param("Айнура Токтобекова", "Ainura Toktobekova", True, id="another alphabet"),
        pytest.param("Toktobekova Ainura", "Ainura Toktobekova", True, id="surname first"),
        pytest.param("Dana Holt", "Dan Hope", False, id="other surname"),
        pytest.param("Nino Kapanadze", "Giorgi Kapanadze", False, id="relatives share only the surname"),
        pytest.param("Bolat Serikbayev", "Bolat Serikov", False, id="a given name in common"),
        pytest.param("Serikbayev", "Bolat Serikbayev", False, id="a bare surname proves nothing"),
    ],
)
def test_surname_and_given_name_must_both_agree(left: str, right: str, same: bool) -> None:
    assert (same_name(left, right) >= 75) is same
