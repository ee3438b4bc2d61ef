"""One person, one speaker: what is joined by rule, what is asked, and what stays two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard_core.frames import Frames, to_frames
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target
from dashboard_core.store import Entry, Store
from dashboard_core.store.identities import Known, find_pairs, open_pairs, read_aliases, settle_speakers


def _known(number: int, name: str, country: str = "", role: str = "", body: str = "") -> Known:
    return Known(
        f"s_{number}", (name,), country, roles=(role,) if role else (), organisations=(body,) if body else ()
    )


JOINED = [
    pytest.param(("Айнура Токтобекова", "KGZ"), ("Ainura Toktobekova", "KGZ"), id="another alphabet"),
    pytest.param(("Toktobekova Aynura", "KGZ"), ("Ainura Toktobekova", "KGZ"), id="surname first"),
    pytest.param(
        ("Bolat Serikbayev", "KAZ", "trade minister"), ("Bolat Serikbayev", "", "minister of trade"),
        id="no country in one text, the same office",
    ),
    pytest.param(
        ("Dana Holt", "USA", "", "Ferry Board"), ("Dana Holt", "", "", "Ferry Board"),
        id="no country in one text, the same organisation",
    ),
    pytest.param(
        ("Askar Beishenaliev", "KGZ", "rector"), ("Askar Beishenalief", "KGZ", "rector of the Academy"),
        id="a letter of the surname, the same office",
    ),
]  # fmt: skip

ASKED = [
    pytest.param(("J. Marlow", "GBR"), ("James Marlow", "GBR"), "initial", id="an initial may be Jane"),
    pytest.param(("Marlow", "GBR"), ("James Marlow", "GBR"), "surname", id="a surname may be a brother's"),
    pytest.param(("Bolat Serikbaev", ""), ("Bulat Serikbayev", "KAZ"), "country", id="other spelling, no country"),
    pytest.param(("Dana Holt", "USA"), ("Dana Holt", ""), "no country", id="nothing but the name in common"),
    pytest.param(
        ("Askar Beishenaliev", "KGZ", "rector"), ("Askar Beishenalief", "KGZ", "poet"), "spelling",
        id="a letter of the surname, another office",
    ),
    pytest.param(
        ("Timur Aliev", "KAZ", "", "Steppe Bank"), ("Timur Aliev", "RUS", "", "Steppe Bank"), "two countries",
        id="two countries, one bank",
    ),
]  # fmt: skip

APART = [
    pytest.param(("Timur Aliev", "KAZ"), ("Timur Aliev", "RUS"), id="two countries"),
    pytest.param(("Nino Kapanadze", "GEO"), ("Giorgi Kapanadze", "GEO"), id="relatives"),
    pytest.param(("Aleksandr Petrov", "RUS"), ("Aleksandra Petrova", "RUS"), id="man and woman"),
    pytest.param(("Dana Holt", "USA"), ("Dan Hope", "USA"), id="other people"),
]


@pytest.mark.parametrize(("first", "second"), JOINED)
def test_what_is_certain_is_joined_by_rule(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    found = find_pairs([_known(1, *first), _known(2, *second)])
    assert [pair.ids for pair in found.certain] == [frozenset({"s_1", "s_2"})]
    assert found.certain[0].reason and not found.likely


@pytest.mark.parametrize(("first", "second", "why"), ASKED)
def test_what_is_likely_is_asked(first: tuple[str, ...], second: tuple[str, ...], why: str) -> None:
    found = find_pairs([_known(1, *first), _known(2, *second)])
    assert not found.certain
    assert [why in pair.reason for pair in found.likely] == [True]


@pytest.mark.parametrize(("first", "second"), APART)
def test_two_people_stay_two(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    found = find_pairs([_known(1, *first), _known(2, *second)])
    assert not found.certain and not found.likely


def test_a_name_of_two_countries_is_not_given_to_one_of_them() -> None:
    people = [
        _known(1, "Timur Aliev", "KAZ", "minister"),
        _known(2, "Timur Aliev", "RUS"),
        _known(3, "Timur Aliev", "", "minister"),
    ]
    found = find_pairs(people)
    assert not found.certain
    assert [pair.ids for pair in found.likely] == [frozenset({"s_1", "s_3"})]


def test_the_alias_list_settles_it_and_gives_the_name() -> None:
    aliases = {("bekova", "aida"): "Aida Bekova"} | {
        ("aida", "bekova"): "Aida Bekova",
        ("aida", "bekova", "maria"): "Aida Bekova",
    }
    people = [_known(1, "Aida Maria Bekova", "KGZ"), _known(2, "Aida Bekova")]
    found = find_pairs(people, aliases)
    assert [(pair.name, pair.ids) for pair in found.certain] == [("Aida Bekova", frozenset({"s_1", "s_2"}))]


def test_the_list_of_the_project_can_be_read() -> None:
    assert len(read_aliases()) > 50


def test_pairs_are_the_same_in_any_order() -> None:
    people = [_known(1, "Aida Bekova", "KGZ"), _known(2, "Ayda Bekova", "KGZ"), _known(3, "Dana Holt", "USA")]
    assert find_pairs(people) == find_pairs(reversed(people))


# In a store

_WHEN = datetime(2026, 3, 2, tzinfo=UTC)


def _frames(*speakers: Speaker) -> Frames:
    articles, claims, stances = [], [], []
    target = Target("t_toll", "river toll", "policy")
    for number, speaker in enumerate(speakers):
        text = f"{speaker.name} rejects the river toll, number {number}."
        article = Article(
            f"a_{speaker.speaker_id}_{number}",
            "Tolls",
            text,
            "Lake Herald",
            sha256=f"{number:064d}",
            added_at=_WHEN,
        )
        claim = Claim(
            f"c_{speaker.speaker_id}_{number}", article.article_id, 0, len(text), text, "indirect",
            (Span(0, len(text)),), "rejects", speaker.name, speaker,
        )  # fmt: skip
        articles.append(article)
        claims.append(claim)
        stances.append(
            Stance(
                f"st_{speaker.speaker_id}_{number}", claim.claim_id, article.article_id, target, "opposed",
                0.9, 0.9, 0.9, 0.05, 0.05, None, "m1",
            )
        )  # fmt: skip
    return to_frames(articles, claims, stances)


def _speaker(number: int, name: str, country: str = "", role: str = "") -> Speaker:
    return Speaker(
        f"s_{number}", name, role, "official", "", country, f"role phrase: {role}" if country else ""
    )


@pytest.fixture
def store(tmp_path) -> Store:
    made = Store.create(tmp_path / "store")
    made.append(
        _frames(
            _speaker(1, "Bolat Serikbayev", "KAZ", "trade minister"),
            _speaker(1, "Bolat Serikbaev", "KAZ", "trade minister"),
            _speaker(1, "Bolat Serikbayev", "KAZ", "trade minister"),
            _speaker(2, "Bolat Serikbayev", "", "trade minister"),
            _speaker(3, "Dana Holt", "USA", "mayor"),
            _speaker(4, "Dana Holt", "", "singer"),
        )
    )
    return made


def _names(store: Store) -> set[tuple[str, str]]:
    return set(store.connect().execute("SELECT DISTINCT speaker_id, speaker FROM claims").fetchall())


def test_one_person_is_one_speaker_under_one_name(store: Store) -> None:
    assert len(_names(store)) == 5
    added = settle_speakers(store)
    assert {(entry.action, entry.origin) for entry in added} == {("merge", "machine"), ("change", "machine")}
    assert {pair for pair in _names(store) if pair[0] == "s_1"} == {("s_1", "Bolat Serikbayev")}
    assert {who for who, _ in _names(store)} == {"s_1", "s_3", "s_4"}


def test_doing_it_again_changes_nothing(store: Store) -> None:
    settle_speakers(store)
    version = store.data_version
    assert settle_speakers(store) == ()
    assert store.data_version == version


def test_a_later_spelling_joins_the_name_that_is_there(store: Store) -> None:
    settle_speakers(store)
    store.append(_frames(*[_speaker(7, "Serikbaev Bolat", "KAZ", "trade minister")] * 5))
    settle_speakers(store)
    assert {pair for pair in _names(store) if "Bolat" in pair[1]} == {("s_1", "Bolat Serikbayev")}


def test_what_somebody_takes_back_is_asked_and_not_joined_again(store: Store) -> None:
    merged = next(entry for entry in settle_speakers(store) if entry.action == "merge")
    assert frozenset({"s_1", "s_2"}) not in {pair.ids for pair in open_pairs(store)}
    store.ledger.undo(merged.entry_id, "A. Reader")
    assert settle_speakers(store) == ()
    assert "s_2" in {who for who, _ in _names(store)}
    assert frozenset({"s_1", "s_2"}) in {pair.ids for pair in open_pairs(store)}


def test_a_pair_kept_apart_is_not_asked_again_until_that_is_taken_back(store: Store) -> None:
    asked = open_pairs(store)
    pair = next(pair for pair in asked if pair.left.name == "Dana Holt")
    key = {"speaker_id": pair.right.speaker_id, "other_id": pair.left.speaker_id}
    entry = Entry("A. Reader", "reject", "speaker", key)
    store.ledger.append(entry)
    assert pair.ids not in {one.ids for one in open_pairs(store)}
    assert not store.snapshot().orphans
    store.ledger.undo(entry.entry_id, "A. Reader")
    assert pair.ids in {one.ids for one in open_pairs(store)}


def test_institutions_and_people_without_a_name_are_not_compared(tmp_path) -> None:
    store = Store.create(tmp_path / "store")
    body = Speaker("s_1", "Ministry of Ferries", "", "official", "Ministry of Ferries")
    unnamed = Speaker("s_2", "Senior diplomat", "Senior diplomat", "official")
    store.append(
        _frames(
            body, replace(body, speaker_id="s_3", country="USA"), unnamed, replace(unnamed, speaker_id="s_4")
        )
    )
    assert settle_speakers(store) == () and open_pairs(store) == ()
