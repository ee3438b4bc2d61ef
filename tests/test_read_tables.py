"""Exports become articles, one a row: columns by their names, dates only where they read one way."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read import propose_columns, read_articles, read_columns

PROSE = "The committee of the lake basin met on Thursday, and agreed to share its measurements by spring."


def workbook(*sheets: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            ["Date", "Headline", "URL", "Source Name", "Hit Sentence", "Full Text", "Reach"],
            {
                "text": "Full Text",
                "title": "Headline",
                "outlet": "Source Name",
                "url": "URL",
                "published_on": "Date",
            },
            id="a monitoring export",
        ),
        pytest.param(
            ["article_id", "title", "outlet", "url", "author", "published_on", "text"],
            {
                name: name
                for name in ("text", "title", "outlet", "author", "url", "published_on", "article_id")
            },
            id="this program's own names",
        ),
        pytest.param(
            ["publicationDate", "articleText", "bylines", "ID"],
            {"text": "articleText", "published_on": "publicationDate"},
            id="words run together; an id that numbers rows is none",
        ),
        pytest.param(
            ["Заголовок", "Текст", "Источник", "Дата"],
            {"text": "Текст", "title": "Заголовок", "outlet": "Источник", "published_on": "Дата"},
            id="Russian",
        ),
        pytest.param(["id", "name", "kind", "aliases", "definition"], {}, id="a list of something else"),
        pytest.param(["Snippet", "Hit Sentence", "Summary"], {}, id="parts of a text are no text"),
        pytest.param([], {}, id="no header"),
    ],
)
def test_propose_columns(header: list[str], expected: dict[str, str]) -> None:
    assert propose_columns(header) == expected


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv(tmp_path: Path, mark: str, encoding: str) -> None:
    path = tmp_path / "export.csv"
    rows = [
        ["Headline", "Full Text", "Source", "Date"],
        ["Müller’s lake", f'"{PROSE}\n\nAnd more of it."', "Post", "2021-05-03"],
    ]
    path.write_bytes("\r\n".join(mark.join(row) for row in rows).encode(encoding))
    result = read_articles([path])
    assert result.problems == []
    (article,) = result.articles
    assert (article.title, article.outlet, article.published_on) == (
        "Müller’s lake",
        "Post",
        date(2021, 5, 3),
    )
    assert article.text == f"{PROSE}\n\nAnd more of it."
    assert article.file == "export.csv"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            ["03/05/2021", "31/05/2021"], ["2021-05-03", "2021-05-31"], id="a later row shows the day"
        ),
        pytest.param(["03/05/2021", "05/31/2021"], ["2021-03-05", "2021-05-31"], id="or the month"),
        pytest.param(["03/05/2021", "04/05/2021"], [None, None], id="no row shows it: undated"),
        pytest.param(["31/05/2021", "05/31/2021"], ["2021-05-31", "2021-05-31"], id="both: each by itself"),
        pytest.param(["03.05.2021", "3 May 2021"], ["2021-05-03", "2021-05-03"], id="dots, and words"),
        pytest.param(["3/25/21", "2021-05-03T10:00:00Z"], ["2021-03-25", "2021-05-03"], id="two-digit year"),
        pytest.param(["", "yesterday"], [None, None], id="none, and none that is a date"),
    ],
)
def test_dates(tmp_path: Path, values: list[str], expected: list[str | None]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,date\n" + "".join(f'"{PROSE} {n}",{v}\n' for n, v in enumerate(values)), "utf-8")
    result = read_articles([path])
    assert [a.published_on.isoformat() if a.published_on else None for a in result.articles] == expected
    undated = sum(bool(v) and e is None for v, e in zip(values, expected, strict=True))
    assert sum(len(p.problems) for p in result.problems) == undated


def test_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    cover = [["Press review of the week"], ["Prepared by nobody"]]
    rows = [
        [None, None],
        ["Title", "Body", "Published", "Link"],
        ["Lake", PROSE, date(2021, 5, 3), "https://example.org/a"],
        ["No text", None, None, None],
        [2021, PROSE + " Twice.", None, "javascript:alert(1)"],
        [None, None, None, None],
    ]
    path.write_bytes(workbook(cover, rows))
    result = read_articles([path])
    first, second = result.articles
    assert (first.title, first.published_on, first.url) == ("Lake", date(2021, 5, 3), "https://example.org/a")
    assert (second.title, second.published_on, second.url) == ("2021", None, "")
    unread, remarks = result.problems
    assert [p.split(":")[0] for p in unread.problems] == ["row 4"] and not unread.remark
    assert [p.split(":")[0] for p in remarks.problems] == ["row 5", "sheet 'Sheet' was passed over"]
    assert remarks.remark


def test_a_second_sheet_of_articles_is_named_as_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        workbook([["text"], [PROSE]], [[None]], [["Title", "Body"], ["Lake", PROSE + " Twice."]])
    )
    result = read_articles([path])
    assert [a.text for a in result.articles] == [PROSE]
    (error,) = result.problems
    assert error.problems == ["sheet 'Sheet2' was not read: only the first sheet with articles is"]
    assert not error.remark and "save the sheet as a file of its own" in error.remedy


def test_formulas_are_not_run_and_their_saved_value_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["text", "title"], [PROSE, '=HYPERLINK("https://evil.example","x")']]))
    (article,) = read_articles([path]).articles
    assert article.title == ""


def test_a_mapping_given_replaces_the_proposal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'Caption,Story so far,text\nLake,"{PROSE}",short\n', "utf-8")
    assert read_columns(path) == ["Caption", "Story so far", "text"]
    (article,) = read_articles([path], columns={"text": "Story so far", "title": "Caption"}).articles
    assert (article.title, article.text) == ("Lake", PROSE)


@pytest.mark.parametrize(
    "columns", [{"text": "Nothing"}, {"title": "Caption"}, {"text": "text", "mood": "Caption"}]
)
def test_a_mapping_that_does_not_fit_names_the_columns_there_are(
    tmp_path: Path, columns: dict[str, str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Caption,text\nLake,{PROSE}\n", "utf-8")
    (error,) = read_articles([path], columns=columns).problems
    assert "columns found: Caption, text" in str(error)


def test_read_columns_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(ArticleFormatError, match="no Excel file"):
        read_columns(path)


def test_a_folder_passes_over_lists_and_reads_exports(tmp_path: Path) -> None:
    (tmp_path / "targets.csv").write_text("id,name\nx,X\n", "utf-8")
    (tmp_path / "export.csv").write_text(f'title,text\nLake,"{PROSE}"\n', "utf-8")
    (tmp_path / "articles.csv").write_text("file,title\nnone.txt,None\n", "utf-8")
    result = read_articles([tmp_path])
    assert [a.file for a in result.articles] == ["export.csv"]
    assert result.problems == []


def test_a_folder_names_files_of_types_that_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "lake.txt").write_text(PROSE, "utf-8")
    for name in ("letter.RTF", "mail.eml", ".DS_Store", "Thumbs.db", ".settings", "README.rst", "LICENSE"):
        (tmp_path / name).write_bytes(b"x")
    result = read_articles([tmp_path])
    assert [a.file for a in result.articles] == ["lake.txt"]
    said = {Path(p.path).name: p.remedy for p in result.problems}
    assert list(said) == ["letter.RTF", "mail.eml"] and "save it as .docx" in said["letter.RTF"].lower()


def test_the_same_text_under_two_addresses_is_two_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f'https://{host}.example/a,"{PROSE}"\n' for host in ("post", "herald", "post"))
    path.write_text("url,text\n" + rows, "utf-8")
    assert [a.url for a in read_articles([path]).articles] == [
        "https://post.example/a",
        "https://herald.example/a",
    ]
