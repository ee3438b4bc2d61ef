"""Forty web pages, Word files and PDFs in different layouts: what comes out is what went in."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from dashboard_core.read.html import parse_html
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parsed, UnreadableError
from dashboard_core.read.pdf import parse_pdf
from dashboard_core.read.pdf_layout import join_lines
from dashboard_core.read.text import parse_text
from dashboard_core.read.word import parse_docx
from invented_pages import Invented, Page, invent, pages, paragraph_recall, word_f1
from invented_pdfs import set_pdf

PAGES = pages(40)


@pytest.fixture(scope="module")
def read_pages() -> list[tuple[Page, Parsed]]:
    return [(page, parse_html(page.html.encode()).articles[0]) for page in PAGES]


@pytest.mark.parametrize(
    ("field", "floor", "expected"),
    [
        pytest.param("title", 0.95, lambda p: p.article.title, id="title"),
        pytest.param(
            "published_on", 0.85, lambda p: p.article.published_on.isoformat() if p.dated else "", id="date"
        ),
        pytest.param("outlet", 0.90, lambda p: p.article.outlet, id="outlet"),
        pytest.param("author", 0.75, lambda p: p.author, id="author"),
    ],
)
def test_pages_say_who_what_and_when(
    read_pages: list[tuple[Page, Parsed]], field: str, floor: float, expected: Callable[[Page], str]
) -> None:
    wrong = [
        (p.name, getattr(d, field), expected(p)) for p, d in read_pages if getattr(d, field) != expected(p)
    ]
    assert 1 - len(wrong) / len(read_pages) >= floor, wrong


def test_pages_keep_their_text_and_paragraphs(read_pages: list[tuple[Page, Parsed]]) -> None:
    words = [word_f1(d.text, " ".join(p.article.paragraphs)) for p, d in read_pages]
    whole = [paragraph_recall(d.text, p.article.paragraphs) for p, d in read_pages]
    assert mean(words) >= 0.98 and min(words) >= 0.95, words
    assert mean(whole) >= 0.90, whole


def test_an_undated_page_stays_undated(read_pages: list[tuple[Page, Parsed]]) -> None:
    undated = [d for p, d in read_pages if not p.dated]
    assert len(undated) >= 2
    # The copyright line below names a year, and the article speaks of another.
    assert {d.published_on for d in undated} == {""}


def test_scripts_and_handlers_leave_no_trace(read_pages: list[tuple[Page, Parsed]]) -> None:
    for page, found in read_pages:
        assert not any(word in found.text for word in ("track(", "boot(", "onerror", "<", "go()")), page.name


@pytest.mark.parametrize("columns", [1, 2], ids=["one column", "two columns"])
@pytest.mark.parametrize("hyphenate", [False, True], ids=["whole words", "broken words"])
@pytest.mark.parametrize("indent", [False, True], ids=["gaps", "indents"])
@pytest.mark.parametrize("justify", [False, True], ids=["ragged", "justified"])
def test_pdf(columns: int, hyphenate: bool, indent: bool, justify: bool) -> None:
    words, whole = [], []
    for seed in (1, 2, 3):
        article = invent(seed, paragraphs=24)
        data = set_pdf(article, columns=columns, hyphenate=hyphenate, indent=indent, justify=justify)
        (found,) = parse_pdf(data, Limits()).articles
        expected = tuple(_typed(p) for p in article.paragraphs)
        words.append(word_f1(found.text, " ".join(expected)))
        whole.append(paragraph_recall(found.text, expected))
        assert _typed(found.title) == _typed(article.title)
        assert (found.author, found.published_on) == (article.author, article.published_on.isoformat())
        assert "Page 2" not in found.text and "World affairs" not in found.text
    assert min(words) >= 0.95 and mean(whole) >= 0.70, (words, whole)


def _typed(text: str) -> str:
    return text.replace("“", '"').replace("”", '"').replace("—", "-")


def _docx(article: Invented, fill: Callable[[Any, Invented], None]) -> bytes:
    from docx import Document

    document = Document()
    fill(document, article)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _styled(document: Any, a: Invented) -> None:
    document.sections[0].header.paragraphs[0].text = "Press review, internal"
    document.add_heading(a.title, 0)
    document.add_paragraph(f"By {a.author}")
    document.add_paragraph(f"{a.published_on.day} {a.published_on:%B} {a.published_on.year}")
    for n, text in enumerate(a.paragraphs):
        paragraph = document.add_paragraph()
        for word in text.split(" "):  # Word splits text into runs as it likes.
            paragraph.add_run(word + " ").bold = word[:1] in "“M"
        if n == 2:
            table = document.add_table(1, 2)
            table.cell(0, 0).text, table.cell(0, 1).text = "Tariff", "12"


def _pasted(document: Any, a: Invented) -> None:
    document.add_paragraph(a.title)
    document.add_paragraph(f"By {a.author}, {a.published_on.isoformat()}")
    paragraph = document.add_paragraph()
    for text in a.paragraphs:
        paragraph.add_run(text)
        paragraph.add_run().add_break()
        paragraph.add_run().add_break()


def _in_a_table(document: Any, a: Invented) -> None:
    document.add_heading(a.title, 1)
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = f"By {a.author}"
    cell.add_paragraph(f"{a.published_on:%B} {a.published_on.day}, {a.published_on.year}")
    for text in a.paragraphs:
        cell.add_paragraph(text)


@pytest.mark.parametrize("fill", [_styled, _pasted, _in_a_table])
def test_docx(fill: Callable[[Any, Invented], None]) -> None:
    for seed in range(5):
        article = invent(seed)
        (found,) = parse_docx(_docx(article, fill), Limits()).articles
        assert word_f1(found.text, " ".join(article.paragraphs)) >= 0.98, found.text[:400]
        assert paragraph_recall(found.text, article.paragraphs) >= 0.90
        assert found.title == article.title
        assert (found.author, found.published_on) == (article.author, article.published_on.isoformat())


def test_docx_reads_as_with_all_changes_accepted() -> None:
    from docx.oxml import parse_xml

    def fill(document: Any, a: Invented) -> None:
        paragraph = document.add_paragraph("The council of the lake ")
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        for tag, text in (("ins", "<w:t>agreed</w:t>"), ("del", "<w:delText>refused</w:delText>")):
            change = f'<w:{tag} {space} w:id="1" w:author="x"><w:r>{text}</w:r></w:{tag}>'
            paragraph._p.append(parse_xml(change))
        paragraph.add_run(" to share its water with all five villages.")

    (found,) = parse_docx(_docx(invent(1), fill), Limits()).articles
    assert found.text == "The council of the lake agreed to share its water with all five villages."


def test_txt() -> None:
    for seed in range(10):
        a = invent(seed)
        day = f"{a.published_on.day} {a.published_on:%B} {a.published_on.year}"
        text = f"{a.title}\n\nBy {a.author}\n\n{day}\n\n" + "\n\n".join(a.paragraphs) + "\n"
        (found,) = parse_text(text.encode()).articles
        assert found.text == text  # plain text stays as it is, to the character
        assert (found.title, found.author, found.published_on) == (
            a.title,
            a.author,
            a.published_on.isoformat(),
        )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["The govern-", "ment fell."], "The government fell.", id="a broken word joins"),
        pytest.param(["A long-", "term plan."], "A long-term plan.", id="a compound keeps its hyphen"),
        pytest.param(["The state-", "owned bank."], "The state-owned bank.", id="second half tells"),
        pytest.param(["The Upper-", "Lower border."], "The Upper-Lower border.", id="two names"),
        pytest.param(["The agree\u00ad", "ment."], "The agreement.", id="soft hyphen"),
        pytest.param(["Two lines", "make one."], "Two lines make one.", id="a blank between lines"),
    ],
)
def test_join_lines(lines: list[str], expected: str) -> None:
    assert join_lines(lines) == expected


def test_pdf_columns_that_the_file_holds_row_by_row() -> None:
    from dashboard_core.read.pdf_layout import Line, order_columns

    rows = [
        Line(0, x, 700.0 - 12 * n, 10, f"{side}{n}") for n in range(8) for x, side in ((60, "l"), (310, "r"))
    ]
    ordered = [line.text for line in order_columns([Line(0, 60, 760, 18, "Head"), *rows])]
    assert ordered == ["Head", *(f"l{n}" for n in range(8)), *(f"r{n}" for n in range(8))]


def test_a_scanned_pdf_is_named_as_such(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(595, 842)
    sink = io.BytesIO()
    writer.write(sink)
    with pytest.raises(UnreadableError, match=r"no text on its 3 page\(s\): it is a scan"):
        parse_pdf(sink.getvalue(), Limits())


def test_pages_of_a_pdf_without_text_are_told() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(set_pdf(invent(4)))))
    writer.add_blank_page(595, 842)
    sink = io.BytesIO()
    writer.write(sink)
    found = parse_pdf(sink.getvalue(), Limits())
    assert len(found.articles) == 1
    assert found.problems == ["no text on page(s) 2: scans or pictures; the others were read"]


@pytest.mark.parametrize(
    ("html", "field", "expected"),
    [
        pytest.param(
            "<title>Lake treaty agreed - The Lake Herald</title><h1>Lake treaty agreed</h1>",
            "outlet",
            "The Lake Herald",
            id="outlet from the window title",
        ),
        pytest.param(
            "<!-- saved from url=(0031)https://www.herald.example/lake --><title>Lake treaty agreed</title>",
            "url",
            "https://www.herald.example/lake",
            id="address from the browser's note",
        ),
        pytest.param(
            "<!-- saved from url=(0031)https://www.herald.example/lake --><title>Lake treaty agreed</title>",
            "outlet",
            "herald.example",
            id="no name: the host",
        ),
        pytest.param(
            "<link rel=canonical href='javascript:alert(1)'>", "url", "", id="a script is no address"
        ),
        pytest.param("<meta property='og:url' content='file:///etc/passwd'>", "url", "", id="a file is none"),
        pytest.param(
            '<script type=\'application/ld+json\'>{"@type": "NewsArticle", broken</script>'
            "<meta property='article:published_time' content='2021-05-03'>",
            "published_on",
            "2021-05-03",
            id="broken linked data does not hide the meta tag",
        ),
        pytest.param(
            "<meta name='date' content='2999-01-01'>", "published_on", "", id="a day in the future is none"
        ),
        pytest.param("<meta name='author' content='admin'>", "author", "", id="admin is nobody"),
        pytest.param(
            "<meta name='author' content='https://pages.example/falka'><p class='byline'>By Falka Brusk</p>",
            "author",
            "Falka Brusk",
            id="an address is no author",
        ),
        pytest.param("<h1>Lake treaty</h1><p>05/06/2021</p>", "published_on", "", id="reads two ways"),
    ],
)
def test_page_metadata(html: str, field: str, expected: str) -> None:
    body = "".join(f"<p>{p}</p>" for p in invent(7).paragraphs)
    head, _, top = html.partition("<h1>")
    page = f"<html><head>{head}</head><body>{'<h1>' + top if top else ''}{body}</body></html>"
    (found,) = parse_html(page.encode()).articles
    assert getattr(found, field) == expected


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        pytest.param("windows-1251", "windows-1251", id="as declared"),
        pytest.param("utf-8", "iso-8859-1", id="UTF-8 whatever is declared"),
        pytest.param("windows-1251", "no-such-encoding", id="an encoding that does not exist"),
        pytest.param("utf-16", "utf-8", id="UTF-16 with a mark"),
        pytest.param("utf-16-le", "utf-8", id="UTF-16 without a mark"),
    ],
)
def test_page_encodings(encoding: str, declared: str) -> None:
    sentence = "Министры обеих стран договорились о совместном управлении озером и подписали соглашение."
    page = (
        f"<html><head><meta charset='{declared}'></head><body>" + f"<p>{sentence}</p>" * 4 + "</body></html>"
    )
    (found,) = parse_html(page.encode(encoding)).articles
    assert sentence in found.text
