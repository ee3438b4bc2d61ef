"""Exports become articles, one a row: columns by their names, dates only where they read one way."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read import count_articles, propose_columns, read_articles, read_columns, read_layout
from dashboard_core.read.days import day_in_cell

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
    # Nobody was asked which columns to take, or whether a list is meant: both are told.
    assert [(Path(p.path).name, p.problems, p.remark) for p in result.problems] == [
        ("export.csv", ["columns taken: text from 'text', title from 'title'"], True),
        (tmp_path.name, ["passed over, for no column of them holds texts: targets.csv"], True),
    ]


def test_a_table_without_a_header_is_not_passed_over(tmp_path: Path) -> None:
    rows = f'Ferries to stop,The Lake Post,2021-03-05,"{PROSE}"\n'
    (tmp_path / "bare.csv").write_text(rows, "utf-8")
    (tmp_path / "two.csv").write_text(rows + rows.replace("stop", "sail"), "utf-8")
    problems = read_articles([tmp_path]).problems
    assert [(Path(p.path).name, p.problems, p.remark) for p in problems] == [
        (name, ["no row names the columns"], False) for name in ("bare.csv", "two.csv")
    ]
    assert "title, outlet, date, text" in problems[0].remedy


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


@pytest.mark.parametrize(
    ("rows", "row", "title"),
    [
        pytest.param([["Press review"], [], ["Made by", "nobody"], ["Title", "Text", "Date"]], 4, "A", id="preamble"),
        pytest.param(
            [["Article", None, "Source", None], ["Headline", "Full text", "Name", "Day"]], 2, "A", id="two rows"
        ),
        pytest.param([["Title", "Text", "Outlet"], [None, None, "Name"]], 2, "A", id="names end in a second row"),
    ],
)  # fmt: skip
def test_a_header_below_other_rows_is_found_and_rows_keep_their_numbers(
    tmp_path: Path, rows: list[list[Any]], row: int, title: str
) -> None:
    path = tmp_path / "a.xlsx"
    cover = [["Source", "Press office"], ["Content", "12 articles"], ["Text", "as published"]]
    data = [["A", PROSE, "Lake Post"], ["No text", None, "Lake Post"]]
    path.write_bytes(workbook(cover, [*rows, *data]))
    result = read_articles([path])
    assert [(a.title, a.text) for a in result.articles] == [(title, PROSE)]
    named = any("Name" in one or "Outlet" in one for line in rows for one in line if one)
    assert [a.outlet for a in result.articles] == ["Lake Post" if named else ""]
    assert f"row {row + 2}: has no text" in [line for p in result.problems for line in p.problems]


def test_sheet_and_header_row_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    second = [["Remarks"], ["Kopf", "Inhalt"], ["A", PROSE + " Twice."]]
    path.write_bytes(workbook([["Title", "Text"], ["B", PROSE]], second))
    layout = read_layout(path, {"sheet": "Sheet1", "header_row": "2"})
    assert layout.sheets == ("Sheet", "Sheet1") and layout.header.names == ("Kopf", "Inhalt")
    assert layout.top == ((1, "Remarks"), (2, "Kopf · Inhalt"), (3, f"A · {(PROSE + ' Twice.')[:40]}"))
    chosen = {"sheet": "Sheet1", "header_row": "2", "text": "Inhalt", "title": "Kopf"}
    result = read_articles([path], columns=chosen)
    assert [(a.title, a.text) for a in result.articles] == [("A", PROSE + " Twice.")]
    assert count_articles([path], columns=chosen) == 1
    for wrong in ({"sheet": "None"}, {"header_row": "9"}, {"header_row": "last"}):
        (error,) = read_articles([path], columns=wrong).problems
        assert error.remedy and next(iter(wrong.values())) in str(error)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param("sep=;\r\nTitle;Text;Date\r\nA;{};05-Mar-2021\r\n", "utf-8", id="sep="),
        pytest.param("Export, all hits\r\n\r\nTitle;Text;Date\r\nA;{};20210305\r\n", "utf-8", id="preamble"),
        pytest.param("Başlık;Metin;Tarih\r\nA;{} İşçiler ışığı gördü.;05.03.2021 14:30\r\n", "cp1254", id="Turkish"),
        pytest.param("Заголовок;Текст;Дата\r\nA;{} Министр уехал.;5 марта 2021 г.\r\n", "cp1251", id="Russian"),
    ],
)  # fmt: skip
def test_csv_as_programs_write_it(tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.format(PROSE).encode(encoding))
    result = read_articles([path])
    assert result.problems == []
    (article,) = result.articles
    assert (article.title, article.published_on) == ("A", date(2021, 3, 5))
    assert article.text in content.format(PROSE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5 March 2021 14:30", "2021-03-05"), ("2021/03/05", "2021-03-05"), ("20210305T143000Z", "2021-03-05"),
        ("2021-03-05T23:30:00+02:00", "2021-03-05"), ("Fri, 05 Mar 2021 10:00:00 GMT", "2021-03-05"),
        ("5-Mar-21", "2021-03-05"), ("44260", "2021-03-05"), ("1614902400000", "2021-03-05"),
        ("5 ŞUBAT 2021", "2021-02-05"), ("5 наурыз 2021", "2021-03-05"), ("2021-жылдын 5-марты", "2021-03-05"),
        ("٥ مارس ٢٠٢١", "2021-03-05"), ("March 2021", ""), ("31/02/2021", ""), ("123", ""),
    ],
)  # fmt: skip
def test_day_in_cell(value: str, expected: str) -> None:
    assert day_in_cell(value) == expected


def test_lines_of_one_file_may_hold_the_text_in_two_places(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"body": one}) + "\n" for one in (PROSE, {"text": f"{PROSE} Again."})))
    result = read_articles([path])
    assert [a.text for a in result.articles] == [PROSE, f"{PROSE} Again."] and result.problems == []


def test_jsonl_has_columns_too_and_a_date_never_costs_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"headline": "A", "source": {"id": 3, "name": "Lake Post"}, "content": PROSE, "publishedAt": "05.03.2021"},
        {"headline": "B", "authors": ["Ada Berg", {"name": "Bo Dahl"}], "content": PROSE + "!", "publishedAt": "soon"},
        {"headline": "C", "content": "<p>It rained.</p><p>All day.</p>", "publishedAt": "31/12/2020", "url": "ftp://x"},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert read_columns(path)[:3] == ["headline", "source.id", "source.name"]
    result = read_articles([path])
    found = [(a.title, a.outlet, a.author, a.published_on) for a in result.articles]
    assert found == [
        ("A", "Lake Post", "", date(2021, 3, 5)),
        ("B", "", "Ada Berg, Bo Dahl", None),
        ("C", "", "", date(2020, 12, 31)),
    ]
    assert result.articles[2].text == "It rained.\n\nAll day."
    (remarks,) = result.problems
    assert remarks.remark and remarks.problems == [
        "line 2: date 'soon' cannot be told or reads two ways; left undated",
        "line 3: url 'ftp://x' is no http or https address; left out",
    ]
    mapped = read_articles([path], columns={"text": "content", "title": "source.name"}).articles
    assert [a.title for a in mapped] == ["Lake Post", "", ""]
    path.write_text(json.dumps(rows, indent=1), "utf-8")
    assert [a.title for a in read_articles([path]).articles] == ["A", "B", "C"]


def test_an_empty_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([], []))
    (error,) = read_articles([path]).problems
    assert "there is nothing in it" in str(error)
