"""Copies are found however they were edited, and different reports on one matter stay apart."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from dashboard_core.read import CopyIndex, find_duplicates
from dashboard_core.records import Article
from invented_pages import invent


def article(name: str, paragraphs: tuple[str, ...], day: date | None = None) -> Article:
    return Article(name, "", "\n\n".join(paragraphs), published_on=day)


ORIGINAL = invent(40, paragraphs=10).paragraphs
OTHER = invent(41, paragraphs=10).paragraphs


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda p: p, id="word for word"),
        pytest.param(lambda p: tuple(x.upper() for x in p), id="in capitals"),
        pytest.param(lambda p: tuple(x.replace("“", '"').replace("”", '"') for x in p), id="straight quotes"),
        pytest.param(
            lambda p: ("PORT CALLUM (Agency) - The report follows in full below.", *p), id="dateline added"
        ),
        pytest.param(lambda p: p[:7], id="cut at the end"),
        pytest.param(lambda p: tuple(x.replace("however, ", "") for x in p), id="a word left out"),
        pytest.param(
            lambda p: (*p[:5], "A sentence of the editor's own stands here now.", *p[5:]), id="one added"
        ),
        pytest.param(lambda p: ("Read also:", *p, "Share this article"), id="the page around it"),
    ],
)
def test_copies_are_found(edit: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
    rows = [article("a", ORIGINAL), article("b", OTHER), article("c", edit(ORIGINAL))]
    assert find_duplicates(rows) == [("a", "c")]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(ORIGINAL, OTHER, id="another article"),
        pytest.param(ORIGINAL, (*ORIGINAL[:2], *OTHER[2:]), id="two shared paragraphs"),
        pytest.param(("No comment.",), ("No comment yet.",), id="two short ones"),
        pytest.param(("Menu",), ("",), id="nothing to compare"),
    ],
)
def test_different_articles_stay_apart(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    assert find_duplicates([article("a", a), article("b", b)]) == []


def test_the_earliest_comes_first_and_copies_of_copies_are_one_group() -> None:
    long = invent(42, paragraphs=11).paragraphs
    rows = [
        article("undated", long),
        article("late", long[:9], date(2021, 5, 4)),
        article("early", long[2:], date(2021, 5, 3)),
        article("alone", OTHER),
    ]
    assert find_duplicates(rows) == [("early", "late", "undated")]


def _unlike(seed: int, paragraphs: int) -> tuple[str, ...]:
    """Return paragraphs that share no five words with those of another seed."""
    draw = random.Random(seed)
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrst"]
    return tuple(" ".join(draw.choices(words, k=20)).capitalize() + "." for _ in range(paragraphs))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0)])
@pytest.mark.parametrize("length", [14, 25])
def test_a_digest_makes_no_copies_of_what_has_nothing_in_common(order: tuple[int, ...], length: int) -> None:
    one, two = _unlike(1, length), _unlike(2, 14)
    texts = {"digest": (*two, *one), "one": one, "two": two}
    rows = [article(name, text) for name, text in texts.items()]
    index = CopyIndex({name: "\n\n".join(text) for name, text in texts.items()}.__getitem__)
    found = {name: index.add(rows[n]).copy_of for n in order for name in [rows[n].article_id]}
    assert found["one"] != found["two"]
    assert not any({"one", "two"} <= set(group) for group in find_duplicates([rows[n] for n in order]))


def test_two_empty_articles_are_no_copies() -> None:
    assert find_duplicates([article("a", ("",)), article("b", ("",)), article("c", ("?",))]) == []


def test_reports_in_one_form_do_not_all_have_to_be_read_again() -> None:
    form = invent(43, paragraphs=4).paragraphs
    texts = {
        f"day {n}": "\n\n".join((*form, *invent(100 + n, paragraphs=9).paragraphs[:8])) for n in range(60)
    }
    read: list[str] = []

    def text_of(name: str) -> str:
        read.append(name)
        return texts[name]

    index = CopyIndex(text_of)
    rows = []
    for name, text in texts.items():
        read.clear()
        rows.append(index.add(Article(name, "", text)))
        assert len(read) <= 24
    assert any(read), "the reports are not alike enough to be compared at all"
    assert [row.copy_of for row in rows] == list(texts)
    assert index.add(Article("again", "", f"{texts['day 7']} One more sentence.")).copy_of == "day 7"
