"""Files become articles; what cannot be read is named by file, line and remedy."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_core.read import find_body, find_language, find_title, mask, read_articles
from dashboard_core.read.text import decode, headline, tidy_text

PROSE = "The committee of the lake basin met on Thursday and agreed to share its measurements by spring."


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        pytest.param(PROSE, True, id="a sentence is the article"),
        pytest.param("Brussels declined.", True, id="a short sentence among paragraphs is, too"),
        pytest.param('"Never again."', True, id="a short quote is, too"),
        pytest.param("- We will sign it next week.", True, id="a dash opens speech"),
        pytest.param("He said he would share it with the press on Monday.", True, id="sharing inside prose"),
        pytest.param(
            "Subscribers of the fund said on Monday that it had lost half its value.", True, id="prose"
        ),
        pytest.param("Share this article on social networks", False, id="share line"),
        pytest.param("12 comments", False, id="comment counter"),
        pytest.param("Views: 1,204", False, id="view counter"),
        pytest.param("Photo: The minister in his office. Credit: agency", False, id="caption"),
        pytest.param("Sign up for our newsletter and never miss a story.", False, id="newsletter box"),
        pytest.param("© 2025 The Lake Herald. All rights reserved.", False, id="imprint"),
        pytest.param("ADVERTISEMENT", False, id="advertisement"),
        pytest.param("Read also: Ministers to meet again in the autumn.", False, id="link line"),
        pytest.param("Reaction in the capital", False, id="a bare heading"),
        pytest.param("RELATED: Union rejects the ferry tolls.", False, id="a pull link"),
        pytest.param("MORE: Mayor says “never again”", False, id="a pull link with a quotation"),
        pytest.param("WATCH: Holt warns the fund will fail.", False, id="a film"),
        pytest.param(
            "Related story: Ferry board to meet in spring.", False, id="a pull link in small letters"
        ),
        pytest.param("More: we want peace, he said, and a fair share of it.", True, id="more, as a word"),
        pytest.param("The fund is empty, he added. (LNA)", True, id="an agency behind the last sentence"),
        pytest.param(
            "“We have nothing to add to that,” he said. (berg/lna)", True, id="signs of the writers"
        ),
        pytest.param("جھیل کا فنڈ اب خالی ہے۔", True, id="a full stop in Urdu"),
        pytest.param("झील का कोष अब खाली है।", True, id="a full stop in Hindi"),
        pytest.param("For more on the lake, please visit our front page.", False, id="for more"),
        pytest.param("This story has been updated with a word of the fund.", False, id="a note of changes"),
        pytest.param("Ada Berg and Jon Holt contributed to this report.", False, id="who helped"),
        pytest.param(
            "“The council contributed to this report,” he said.", True, id="who helped, said by one"
        ),
        pytest.param("Follow the Lake Herald on Facebook and Telegram.", False, id="follow"),
        pytest.param("The views expressed here are those of the author alone.", False, id="whose views"),
    ],
)
def test_find_body_keeps_prose_and_leaves_the_page_out(line: str, kept: bool) -> None:
    text = f"{PROSE}\n\n{line}\n\n{PROSE}"
    body = [text[s.start : s.end] for s in find_body(text)]
    assert (line in body) is kept
    assert body.count(PROSE) >= 2


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        pytest.param(
            "Holt said no. RELATED: Board rejects the tolls. Holt left.",
            ["Holt said no.", "Holt left."],
            id="in the middle",
        ),
        pytest.param(
            "Holt said no to it. Read more: Board rejects the tolls", ["Holt said no to it."], id="at the end"
        ),
        pytest.param(
            "Holt said: READ the contract.", ["Holt said: READ the contract."], id="somebody's words"
        ),
        pytest.param(
            "Holt said no. We read: nobody came.", ["Holt said no. We read: nobody came."], id="prose"
        ),
    ],
)
def test_links_inside_a_paragraph_are_left_out(line: str, parts: list[str]) -> None:
    text = f"{PROSE}\n\n{line}\n\n{PROSE}"
    assert [text[s.start : s.end] for s in find_body(text)][1:-1] == parts


def test_menu_and_related_links_are_left_out() -> None:
    text = (
        f"Home\nNews\nSearch\nWhat do you want?\n\nLake treaty agreed after years\n\n3 May 2021\n\n"
        f"{PROSE}\n\nRead also:\n\nMinisters quarrel over fish. Who wins this time round?\nWrite a comment:\n"
    )
    body = find_body(text)
    assert [text[s.start : s.end] for s in body] == [PROSE]
    assert find_title(text, body) == "Lake treaty agreed after years"


def test_teasers_of_other_articles_end_it() -> None:
    teasers = (
        "Berg told the council of the western shore on Monday that...\n\nThe fund has decided to wait..."
    )
    text = f"{PROSE}\n\nMore like this\nRelated\n\nTolls again\n\n{teasers}"
    assert [text[s.start : s.end] for s in find_body(text)] == [PROSE]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        pytest.param("Piers are painted", "Piers are painted", id="a short headline alone"),
        pytest.param("Menu\nShare", "", id="labels"),
        pytest.param("ABC/DEF = 0.0114 -0%\nPiers are painted", "Piers are painted", id="rates"),
        pytest.param(
            "Council agrees on a treaty\n\nThe vote was close, and nobody expected it to be so",
            "Council agrees on a treaty",
            id="the line below it is no headline",
        ),
        pytest.param(
            "Home\nNews and analysis from the lake\nCouncil agrees on a treaty",
            "Council agrees on a treaty",
            id="a menu stands above it",
        ),
        pytest.param(
            "Council agrees on a treaty\nBy Ada Berg and Jon Holt\nFriday, 17 October 2014",
            "Council agrees on a treaty",
            id="byline and day are no headline",
        ),
    ],
)
def test_headline_above_a_text(header: str, title: str) -> None:
    assert headline(f"{header}\n\n{PROSE}") == title


def test_a_read_also_inside_the_article_does_not_end_it() -> None:
    text = f"{PROSE}\n\nRead also:\n\n{PROSE}\n\n{PROSE} Twice."
    assert len(find_body(text)) == 3


@given(st.text(max_size=400))
def test_mask_never_shifts_an_offset(text: str) -> None:
    body = find_body(text)
    masked = mask(text, body)
    assert len(masked) == len(text)
    for span in body:
        assert masked[span.start : span.end] == text[span.start : span.end].replace("\r", " ")


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_text_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lake.{ending}"
    path.write_bytes(f"Home\nLake treaty agreed after years\n3 May 2021 10:15\n\n{PROSE}\n".encode())
    result = read_articles([path])
    assert result.problems == []
    (article,) = result.articles
    assert (article.title, article.published_on) == ("Lake treaty agreed after years", date(2021, 5, 3))
    assert (article.language, article.file, article.outlet) == ("en", f"lake.{ending}", "")
    assert article.article_id == read_articles([path]).articles[0].article_id


@pytest.mark.parametrize(
    ("above", "opening", "day"),
    [
        ("Treaty agreed", "LUNDHAVN, 12 March 2021 - ", date(2021, 3, 12)),
        ("Treaty agreed", "Old Harbour, March 12, 2021 (Coast Agency) — ", date(2021, 3, 12)),
        ("Treaty agreed\n3 May 2021", "LUNDHAVN, 12 March 2021 - ", date(2021, 5, 3)),
        ("Treaty agreed", "The accord of 12 March 2021 - the first of its kind - was praised. ", None),
        ("Treaty agreed", "Officials met on 12 March 2021 – ", None),
        ("Treaty agreed", "LUNDHAVN, March 12 - ", None),
    ],
)
def test_a_dateline_tells_the_day_where_nothing_above_it_does(
    tmp_path: Path, above: str, opening: str, day: date | None
) -> None:
    path = tmp_path / "lake.txt"
    path.write_text(f"{above}\n\n{opening}{PROSE}\n", "utf-8")
    assert read_articles([path]).articles[0].published_on == day


def test_two_dates_above_the_body_leave_it_undated(tmp_path: Path) -> None:
    path = tmp_path / "lake.txt"
    path.write_text(f"3 May 2021\n5 May 2021\n\n{PROSE}\n", "utf-8")
    assert read_articles([path]).articles[0].published_on is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            "Müller said that the lake of the three valleys is “ours”. ".encode("cp1252") * 8,
            "Müller",
            id="Windows-1252",
        ),
        pytest.param(("\ufeff" + PROSE).encode(), "The committee", id="byte order mark"),
        pytest.param(PROSE.encode("utf-16"), "The committee", id="UTF-16"),
        pytest.param(f"{PROSE}\r\n\r\n{PROSE}".encode(), "The committee", id="Windows line ends"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    result = read_articles([path])
    assert result.problems == []
    assert result.articles[0].text.startswith(expected)
    assert "\r" not in result.articles[0].text


QUOTED = "Müller said that the lake of the three valleys is “ours”, and Orlová agreed. "
CYRILLIC = (
    "Совет озера собрался в понедельник и выслушал капитанов паромов о новых причалах. «Нет», сказал он. "
)


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        pytest.param(QUOTED.encode().replace(b"lake", b"la\xffke"), "", QUOTED, id="a stray byte"),
        pytest.param(QUOTED.encode() + "“".encode()[:2], "", QUOTED, id="a character cut short"),
        pytest.param(CYRILLIC.encode() + b"\xd0", "windows-1251", CYRILLIC, id="cut, another one declared"),
        pytest.param(b"\xef\xbb\xbfThe la\xffke.", "", "The lake.", id="stray byte behind the mark"),
        pytest.param("The “la".encode() + b"\xff\xfeke.", "UTF-8", "The “lake.", id="declared UTF-8"),
        pytest.param(QUOTED.encode("cp1252"), "", QUOTED, id="Windows-1252"),
        pytest.param(QUOTED.encode("cp1252"), "utf-8", QUOTED, id="Windows-1252 declared as UTF-8"),
        pytest.param((PROSE + " Müller.").encode("cp1252"), "utf-8", PROSE + " Müller.", id="one accent"),
        pytest.param(CYRILLIC.encode("cp1251"), "utf-8", CYRILLIC, id="Windows-1251 declared as UTF-8"),
        pytest.param(CYRILLIC.encode("cp1251") * 40, "", CYRILLIC * 40, id="Windows-1251"),
    ],
)
def test_a_damaged_byte_does_not_change_the_encoding(data: bytes, declared: str, expected: str) -> None:
    assert decode(data, declared=declared) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The mini\u00adster\u200b of \u200eOrlen\u200f\u2060 said\ufeff so.",
            "The minister of Orlen said so.",
        ),
        ("The mini\u00ad\nster said so.", "The minister said so."),
        ("The minister\u00ad\n\nThe lake", "The minister\n\nThe lake"),
        ("می\u200cخواهند क्\u200dष", "می\u200cخواهند क्\u200dष"),
    ],
)
def test_invisible_marks_are_left_out_and_joiners_kept(text: str, expected: str) -> None:
    assert tidy_text(text) == expected


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        pytest.param("a.txt", b"", "empty", id="empty file"),
        pytest.param("a.txt", b"Menu\nShare\n", "no sentence", id="only labels"),
        pytest.param(
            "a.txt", b"The ministers met.\x00\x01 And left again on the same day.", "NUL", id="binary"
        ),
        pytest.param("a.exe", b"MZ", "type .exe", id="unknown type"),
        pytest.param("a.jsonl", b"", "empty", id="empty JSONL"),
        pytest.param("a.jsonl", b"{broken", "line 1: is no JSON", id="broken JSON"),
        pytest.param("a.jsonl", b"[1]", "line 1: is no JSON object", id="no object"),
        pytest.param(
            "a.jsonl", b'{"title": "x"}', "no column holds the texts; columns found: title", id="no text"
        ),
        pytest.param("a.jsonl", b'{"text": 5}', "text is a int", id="text is a number"),
    ],
)
def test_bad_files_are_named_with_place_and_remedy(
    tmp_path: Path, name: str, data: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    good = tmp_path / "good.txt"
    good.write_text(PROSE, "utf-8")
    result = read_articles([path, good])
    assert [a.file for a in result.articles] == ["good.txt"]
    (error,) = result.problems
    assert str(path) in str(error) and problem in str(error) and error.remedy


def test_jsonl_is_taken_as_it_is_and_bad_lines_do_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"article_id": "one", "title": "T", "text": f"Menu\r\n{PROSE}", "published_on": "2020-02-03"},
        {"article_id": "two", "text": PROSE, "url": "https://example.org/a"},
        {"article_id": "two", "text": "Again the same id."},
    ]
    path.write_text("\n".join([*map(json.dumps, rows), "nonsense"]), "utf-8")
    result = read_articles([path])
    assert [a.article_id for a in result.articles] == ["one", "two"]
    assert result.articles[0].text == rows[0]["text"]
    assert result.articles[0].published_on == date(2020, 2, 3)
    assert [p.split(":")[0] for p in result.problems[0].problems] == ["line 3", "line 4"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_headline_above_the_text_is_the_title_where_an_export_names_none(tmp_path: Path, name: str) -> None:
    text = f"Ferries to run all winter from next year\n\n{PROSE}"
    if name == "a.jsonl":
        (tmp_path / name).write_text(json.dumps({"text": text}), "utf-8")
    else:
        pd.DataFrame({"text": [text], "title": [""]}).to_csv(tmp_path / name, index=False)
    (article,) = read_articles([tmp_path / name]).articles
    assert article.title == "Ferries to run all winter from next year"
    assert article.text.startswith("Ferries to run")


def test_sidecar_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"A headline of the page here\n\n{PROSE}", "utf-8")
    (tmp_path / "articles.csv").write_text(
        "file,title,outlet,url,author,published_on\n"
        "a.txt,Real title,The Herald,https://example.org,B. Writer,2024-01-02\n"
        "b.txt,,,ftp://example.org,,\n",
        "utf-8",
    )
    result = read_articles([tmp_path])
    (article,) = result.articles
    assert (article.title, article.outlet, article.author) == ("Real title", "The Herald", "B. Writer")
    assert "line 3" in str(result.problems[0])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The ministers agreed on Monday to open the border crossing again before the winter comes.", "en"),
        (
            "Министры договорились в понедельник снова открыть пограничный переход в горах до начала зимы.",
            "ru",
        ),
        (
            "Bakanlar pazartesi günü sınır kapısını kış gelmeden önce yeniden açmaya karar verdiler dediler.",
            "tr",
        ),
        ("Hello there.", ""),
    ],
)
def test_language(text: str, code: str) -> None:
    assert find_language(text) == code
