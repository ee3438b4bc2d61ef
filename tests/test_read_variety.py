"""Files as they lie on people's desks: under wrong names, in old code pages, kept by mail and print programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from dashboard_core.read import Limits, read_articles
from dashboard_core.read.encodings import decode

PROSE = (
    "The council of the lake stopped all ferries on Friday, its spokesman said after a long night of talks."
)
MORE = "The union of the crews rejects the decision and calls for a vote in the assembly before the summer."


def page(head: str, body: str) -> str:
    return f"<html><head>{head}</head><body>{body}<p>{PROSE}</p><p>{MORE}</p></body></html>"


@pytest.mark.parametrize(
    ("name", "content", "problem", "remedy"),
    [
        ("a.docx", b"{\\rtf1 hello}", "is an RTF file", "save it as .docx"),
        ("a.doc", b"{\\rtf1 hello}", "type .doc are not read", "save it as .docx"),
        ("a.xlsx", b"<html><table>", "is a web page", "Open it in Excel"),
        ("a.txt", b"%PDF-1.7 \x00", "is a PDF", "Rename it to end in .pdf"),
        ("a.txt", b"https://example.org/news/1\r\n", "only a link", "Web address"),
        ("a.json", b"[]", "type .json", "rename it to end in .jsonl"),
        ("a.html", b"<p>x" * 200_000, "200,", "limit is 100,000"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_it_is(
    tmp_path: Path, name: str, content: bytes, problem: str, remedy: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (error,) = read_articles([path]).problems
    assert problem in str(error) and remedy in str(error) and "Error:" not in str(error)


@pytest.mark.parametrize(
    ("head", "body", "title", "day", "without"),
    [
        pytest.param(
            "<title>FW: Ferries must stop</title>",
            "<p>From: Desk<br>Sent: Friday<br>To: All<br>Subject: Ferries</p>",
            "Ferries must stop", None, "Sent:", id="a message saved as a page",
        ),
        pytest.param(
            "<title>Print: Ferries must stop</title>", "<h2>Ferries must stop</h2><small>Lake Post, 5 March 2021</small>",
            "Ferries must stop", "2021-03-05", "Lake Post", id="the view for printing",
        ),
        pytest.param(
            "<title>Promy stoją</title>", "<h1>Promy stoją</h1><p>5 marca 2021</p>", "Promy stoją", "2021-03-05", "marca",
            id="a Polish day",
        ),
    ],
)  # fmt: skip
def test_pages_of_other_programs(
    tmp_path: Path, head: str, body: str, title: str, day: str | None, without: str
) -> None:
    path = tmp_path / "a.html"
    path.write_text(page(f'<meta charset="utf-8">{head}', body), "utf-8")
    (article,) = read_articles([path]).articles
    assert (article.title, article.published_on and article.published_on.isoformat()) == (title, day)
    assert PROSE in article.text and without not in article.text


def test_names_that_russian_windows_packed(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("NAMED_HERE.txt", PROSE)
    path = tmp_path / "a.zip"
    path.write_bytes(sink.getvalue().replace(b"NAMED_HERE", "паром_стоя".encode("cp866")))
    assert [a.file for a in read_articles([path]).articles] == ["a.zip > паром_стоя.txt"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Minister powiedział, że Łódź i Kraków będą współpracować, „są gotowi”, dodał wójt."),
        ("cp1250", "Předseda vlády řekl, že jednání o smlouvě bude pokračovat příští týden."),
        ("cp1251", "Министр сообщил, что переговоры продолжатся. Глава МИД «не исключил» уступок."),
        ("koi8-r", "Министр сообщил, что переговоры продолжатся на следующей неделе."),
        ("cp866", "Министр сообщил, что переговоры продолжатся на следующей неделе."),
        ("cp1254", "The talks with Erdoğan went on in Diyarbakır; İşçiler ışığı gördü."),
        ("cp1252", "Le ministre a déclaré que les négociations « à huis clos » continueront là où elles ont cessé."),
        ("cp1252", "Ráðherra sagði að viðræðurnar héldu áfram í næstu viku og það væri gott þrátt fyrir allt."),
        ("cp1252", "The minister – “tired” – said it’s £500 or €600 for Müller’s café."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("markup", ["", "<html><meta charset=utf-8><div class=x></div>"])
def test_code_pages_are_told_apart_whatever_is_declared(encoding: str, text: str, markup: str) -> None:
    assert decode((markup + text).encode(encoding), declared="utf-8") == markup + text


def test_signs_that_pages_write_as_controls_become_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(page("", "<h1>A &#150; B</h1>").replace("Friday", "Fri&#146;day"), "utf-8")
    (article,) = read_articles([path], limits=Limits(page_elements=50)).articles
    assert "Fri’day" in article.text and not any("\x80" <= c <= "\x9f" for c in article.title + article.text)


def test_the_folder_of_a_page_that_was_saved_whole_is_no_reproach(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("news/Ferries.html", page("<title>Ferries must stop</title>", ""))
        archive.writestr(
            "news/Ferries_files/saved_resource.html", "<p>Buy boats! They are cheap and they float.</p>"
        )
        archive.writestr("news/Ferries_files/style.css", "p {}")
    result = read_articles([path])
    assert [a.title for a in result.articles] == ["Ferries must stop"]
    (remark,) = result.problems
    assert remark.remark and remark.problems == [
        "2 parts of saved pages (pictures, styles, frames) were passed over"
    ]
