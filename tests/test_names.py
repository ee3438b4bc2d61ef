"""Names across spellings: one person under variants, two people of one name, and what a person must judge."""

from __future__ import annotations

import pytest

from dashboard_core.extract.names import name_key, resolve_identities, same_name
from dashboard_core.records import Speaker


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


def _speaker(number: int, name: str, country: str = "", organisation: str = "") -> Speaker:
    return Speaker(f"s_{number}", name, country=country, organisation=organisation)


def test_variants_of_one_country_become_one_speaker() -> None:
    found = resolve_identities(
        [_speaker(1, "Айнура Токтобекова", "KGZ"), _speaker(2, "Ainura Toktobekova", "KGZ")]
    )
    assert found.mapping["s_2"] == found.mapping["s_1"]
    assert found.uncertain == []


def test_two_people_of_one_name_in_two_countries_stay_two() -> None:
    found = resolve_identities([_speaker(1, "Timur Aliev", "KAZ"), _speaker(2, "Timur Aliev", "RUS")])
    assert found.mapping == {"s_1": "s_1", "s_2": "s_2"}
    assert found.uncertain == []


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        pytest.param(("J. Marlow", "GBR"), ("James Marlow", "GBR"), "initial", id="an initial may be Jane"),
        pytest.param(
            ("Marlow", "GBR"), ("James Marlow", "GBR"), "surname", id="a surname may be a brother's"
        ),
        pytest.param(
            ("Bolat Serikbaev", ""), ("Bulat Serikbayev", "KAZ"), "country", id="no country, other spelling"
        ),
    ],
)
def test_doubtful_pairs_are_listed_and_not_merged(
    first: tuple[str, str], second: tuple[str, str], why: str
) -> None:
    found = resolve_identities([_speaker(1, *first), _speaker(2, *second)])
    assert found.mapping == {"s_1": "s_1", "s_2": "s_2"}
    assert [why in pair.reason for pair in found.uncertain] == [True]


def test_identity_is_the_same_in_any_order() -> None:
    people = [
        _speaker(1, "Aida Bekova", "KGZ"),
        _speaker(2, "Ayda Bekova", "KGZ"),
        _speaker(3, "Dana Holt", "USA"),
    ]
    one = resolve_identities(people).mapping
    other = resolve_identities(reversed(people)).mapping
    assert (one["s_1"] == one["s_2"]) and (other["s_1"] == other["s_2"])
    assert one["s_3"] == other["s_3"] == "s_3"
