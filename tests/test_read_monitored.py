"""What media-monitoring services deliver as txt and Word: labelled lines are taken, and kept out of the text."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from dashboard_core.read import read_articles

FIRST = "The council of the lake stopped all ferries on Friday.\n\n“We have no other way,” the harbour master said."
SECOND = "The painters came at noon. They brought blue paint."
LABELLED = f"""Headline: Ferries must stop
Source: The Lake Herald
Byline: By Ada Berg
Date: 5 March 2021
Section: News
Length: 532 words

{FIRST}

Copyright 2021 The Lake Herald
----------------
Headline: Piers are painted
Source: The Lake Post
Date: 07-Apr-2021
Text: {SECOND}
"""
MODERN = f"""User Name: A. Reader
Documents (2)
1. Ferries must stop

Ferries must stop
The Lake Herald
March 5, 2021 Friday
Late Edition - Final

Copyright 2021 Lake Media All Rights Reserved

Section: NEWS; Pg. 4
Length: 532 words
Byline: By Ada Berg

Body

{FIRST}

Load-Date: March 6, 2021

End of Document

Piers are painted
The Lake Post
April 7, 2021 Wednesday

Section: NEWS
Body

{SECOND}

Load-Date: April 8, 2021

End of Document
"""
OLD = f"""                1 of 2 DOCUMENTS

           The Lake Herald

           March 5, 2021 Friday
              First Edition

Ferries must stop

BYLINE: ADA BERG

SECTION: NEWS; Pg. 4

{FIRST}

LOAD-DATE: March 6, 2021

LANGUAGE: ENGLISH

         Copyright 2021 The Lake Herald
              All Rights Reserved

                2 of 2 DOCUMENTS

           The Lake Post

           April 7, 2021 Wednesday

Piers are painted

LENGTH: 12 words

{SECOND}

LOAD-DATE: April 8, 2021
"""
TAGGED = """HD Ferries must stop
BY By Ada Berg
WC 532 words
PD 5 March 2021
SN The Lake Herald
LA English

LP The council of the lake stopped all ferries on Friday.

TD
“We have no other way,” the harbour master said.

NS gcat : News
AN Document LAKHER0020210305eh350001a
HD Piers are painted
PD 7 April 2021
SN The Lake Post
LP The painters came at noon. They brought blue paint.
AN Document LAKPOS0020210407eh350001a
"""
COUNTED = f"""Ferries must stop
By Ada Berg
532 words
5 March 2021
The Lake Herald
LAKHER
English
Copyright 2021 Lake Media

{FIRST}

Document LAKHER0020210305eh350001a

Piers are painted
12 words
7 April 2021
The Lake Post
LAKPOS
(c) 2021 Lake Media

{SECOND}

Document LAKPOS0020210407eh350001a
"""
EXPECTED = [
    ("Ferries must stop", "The Lake Herald", "Ada Berg", date(2021, 3, 5), FIRST),
    ("Piers are painted", "The Lake Post", "", date(2021, 4, 7), SECOND),
]


@pytest.mark.parametrize("delivered", [LABELLED, MODERN, OLD, TAGGED, COUNTED])
@pytest.mark.parametrize("suffix", [".txt", ".docx"])
def test_several_articles_of_a_service_in_one_file(tmp_path: Path, delivered: str, suffix: str) -> None:
    path = tmp_path / f"delivered{suffix}"
    if suffix == ".txt":
        path.write_text(delivered.replace("\n", "\r\n"), "utf-8")
    else:
        path.write_bytes(_docx(delivered))
    result = read_articles([path])
    assert result.problems == []
    assert [(a.title, a.outlet, a.author, a.published_on, a.text) for a in result.articles] == EXPECTED


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Ferries must stop\nAda Berg\n532 words\n5 March 2021\nThe Lake Herald\nLAKHER\nEnglish\n(c) 2021 Lake Media", ("Ferries must stop", "The Lake Herald", "Ada Berg")),
        ("Published by: The Lake Herald\nPublished on: 5 March 2021\n\nFerries must stop", ("Ferries must stop", "The Lake Herald", "")),
        ("Outlet: The Lake Herald\nPublished: 5 March 2021\nUpdated: 7 March 2021\nFerries must stop", ("Ferries must stop", "The Lake Herald", "")),
        ("Publication name: The Lake Herald\nRelease date: 5 March 2021\nHeadline: Ferries must stop", ("Ferries must stop", "The Lake Herald", "")),
        ("Ferries must stop\nPublished: 5 March 2021\nUpdated: 7 March 2021", ("Ferries must stop", "", "")),
        ("Ferries must stop\nBy Ada Berg, The Lake Herald, 5 March 2021", ("Ferries must stop", "The Lake Herald", "Ada Berg")),
        ("Ferries must stop\nNew York, 5 March 2021", ("Ferries must stop", "", "")),
    ],
)  # fmt: skip
def test_headers_of_many_kinds(tmp_path: Path, header: str, expected: tuple[str, str, str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"{header}\n\n{FIRST}\n" + ("Document LAKHER0020210305eh350001a\n" if "words" in header else ""),
        "utf-8",
    )
    (one,) = read_articles([path]).articles
    assert (one.title, one.outlet, one.author, one.published_on) == (*expected, date(2021, 3, 5))


def test_an_article_above_the_first_header_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"It rained. {FIRST}\n\n{LABELLED}", "utf-8")
    texts = [a.text for a in read_articles([path]).articles]
    assert texts == [f"It rained. {FIRST}", FIRST, SECOND]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Interview\n\nQuestion: Will the ferries stop?\n\nAnswer: They will stop on Friday.", id="interview"),
        pytest.param(f"Ferries must stop at once\n\nSource: The Lake Herald\n\n{FIRST}", id="one label is no header"),
        pytest.param(f"{FIRST}\n\nNote: it rained.\n\nBy: nobody. He said: it will end.", id="labels in the text"),
    ],
)  # fmt: skip
def test_other_texts_stay_as_they_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    assert [a.text for a in read_articles([path]).articles] == [text]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("Ferries must stop\nBy Ada Berg\n5 March 2021", "Ferries must stop"),
        ("Ferries must stop\nThe Lake Post", "Ferries must stop"),
        ("The Lake Post\nFerries must stop\n5 March 2021", "Ferries must stop"),
        ("Home\nLocal news\nSports news\nFerries stop", ""),
    ],
)
def test_a_headline_of_three_words(tmp_path: Path, header: str, title: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{header}\n\n{FIRST}", "utf-8")
    assert [a.title for a in read_articles([path]).articles] == [title]


def _docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()
