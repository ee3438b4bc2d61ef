"""Files that mean harm, or are merely broken: each ends in a clear message, and the others are read."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard_core.errors import ArticleFormatError, SettingError
from dashboard_core.read import Limits, ReadResult, iter_articles, read_articles
from dashboard_core.read.parsed import UnreadableError
from dashboard_core.read.process import ParserProcess
from invented_pages import invent, pages
from invented_pdfs import set_pdf

PROSE = "The committee of the lake basin met on Thursday and agreed to share its measurements by spring."
PAGE = f"<html><head><title>Lake treaty agreed</title></head><body><p>{PROSE}</p></body></html>"
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "lollollollollollol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTWARD = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def zipped(members: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


def docx(text: str = PROSE) -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph(text)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def xlsx(rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def with_part(office: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an Office file with one of its parts changed or added."""
    with zipfile.ZipFile(io.BytesIO(office)) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    return zipped(parts)


def declare(text: str) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"?>", b"?>" + text.encode(), 1)


def long_pdf(count: int) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(200, 200)
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def locked_pdf() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(set_pdf(invent(3)))))
    writer.encrypt("secret", algorithm="RC4-128")
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def password_zip() -> bytes:
    """Return an archive that claims a password: the flag stands in both of its tables."""
    data = bytearray(zipped({"a.html": PAGE.encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def link_zip() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        member = zipfile.ZipInfo("passwords.txt")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return sink.getvalue()


BIG = b"<p>" + b"a" * 30_000_000 + b"</p>"
EXAMPLES: list[Any] = [
    pytest.param("a.zip", zipped({"a.html": BIG}), "zip bomb", id="zip bomb"),
    pytest.param("a.zip", zipped({"b.zip": zipped({"a.txt": b"x"})}), "archive inside", id="nested zip"),
    pytest.param("a.zip", zipped({"b.tar.gz": b"x"}), "archive inside", id="nested tar"),
    pytest.param("a.zip", zipped({"b.docx": zipped({"a.txt": b"x"})}), "no Word file", id="zip named docx"),
    pytest.param("a.zip", b"PK\x03\x04broken", "damaged", id="broken zip"),
    pytest.param("a.zip", zipped({}), "no file in it", id="empty zip"),
    pytest.param("a.zip", password_zip(), "password", id="zip with a password"),
    pytest.param("a.zip", link_zip(), "link to another file", id="link in a zip"),
    pytest.param("a.docx", with_part(docx(), "word/document.xml", declare(BOMB)), "XML bomb", id="docx bomb"),
    pytest.param("a.docx", with_part(docx(), "docProps/core.xml", declare(BOMB)), "XML bomb", id="core bomb"),
    pytest.param(
        "a.docx", with_part(docx(), "word/document.xml", declare(OUTWARD)), "entities", id="docx XXE"
    ),
    pytest.param(
        "a.docx",
        with_part(docx(), "word/styles.xml", lambda p: declare(BOMB)(p).decode().encode("utf-16")),
        "XML bomb",
        id="bomb in UTF-16",
    ),
    pytest.param(
        "a.docx",
        with_part(docx(), "word/document.xml", lambda p: p.replace(b"UTF-8", b"cp037", 1)),
        "encoding that Office never writes",
        id="docx in EBCDIC",
    ),
    pytest.param(
        "a.docx",
        with_part(docx(), "word/media/a.xml", lambda _: b" " * 30_000_000),
        "zip bomb",
        id="docx as zip bomb",
    ),
    pytest.param(
        "a.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "password, or is an old format", id="old Word"
    ),
    pytest.param("a.docx", b"PK\x03\x04", "damaged", id="broken docx"),
    pytest.param("a.docx", docx("Menu"), "no sentence", id="docx of labels"),
    pytest.param("a.docx", PAGE.encode(), "a web page under the name", id="page named docx"),
    pytest.param(
        "a.xlsx",
        with_part(xlsx([["text"], [PROSE]]), "xl/workbook.xml", lambda p: BOMB.encode() + p),
        "XML bomb",
        id="xlsx bomb",
    ),
    pytest.param(
        "a.xlsx",
        with_part(xlsx([["text"], [PROSE]]), "xl/worksheets/sheet1.xml", lambda p: OUTWARD.encode() + p),
        "entities",
        id="xlsx XXE",
    ),
    pytest.param(
        "a.xlsx", xlsx([["Reach", "Tone"], [1, 2]]), "no column holds the texts", id="xlsx without texts"
    ),
    pytest.param("a.csv", b"Reach;Tone\n1;2\n", "no column holds the texts", id="csv without texts"),
    pytest.param("a.csv", b"text\n" + b'"' + b"a" * 11_000_000, "field larger", id="endless csv field"),
    pytest.param("a.pdf", long_pdf(2000), "2,000 pages; the limit is 500", id="2,000-page PDF"),
    pytest.param("a.pdf", set_pdf(invent(3))[:900], "damaged|no text", id="cut PDF"),
    pytest.param("a.pdf", b"%PDF-1.7\n" + os.urandom(4000), "damaged", id="noise named PDF"),
    pytest.param("a.pdf", PAGE.encode(), "a web page under the name", id="page named pdf"),
    pytest.param("a.pdf", locked_pdf(), "password", id="PDF with a password"),
    pytest.param("a.html", b"<p>The ministers met.\x00\x01 And left.</p>", "NUL", id="NUL in a page"),
    pytest.param("a.html", b"", "empty", id="empty page"),
    pytest.param("a.html", b"<!-- nothing -->", "no web page", id="only a comment"),
    pytest.param("a.html", b"<nav><a href=/>Home</a></nav>", "no article text", id="only a menu"),
    pytest.param("a.html", b"\xff\xfe\x00\xd8" * 50, "encoding", id="broken UTF-16"),
    pytest.param("a.doc", b"x", "Open it in Word and save it as .docx", id="old Word by name"),
    pytest.param("a.docm", b"x", "without macros", id="macros by name"),
    pytest.param("a.tar.gz", b"\x1f\x8b", "Unpack it, and bring in the files", id="other archive"),
    pytest.param("a.exe", b"MZ", "type .exe", id="program"),
]


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(Limits()) as one:
        yield one


@pytest.fixture(scope="module")
def read_together(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReadResult]:
    """Read all the bad files in one go, with a good one before and after them."""
    root = tmp_path_factory.mktemp("bad")
    paths = [root / "first.html", root / "last.html"]
    for n, path in enumerate(paths):
        path.write_text(PAGE.replace("Thursday", "Friday" if n else "Thursday"), "utf-8")
    for n, example in enumerate(EXAMPLES):
        name, data, _ = example.values
        (root / str(n)).mkdir()
        (root / str(n) / name).write_bytes(data)
        paths.insert(-1, root / str(n) / name)
    return root, read_articles(paths)


def test_good_files_among_bad_ones_are_read(read_together: tuple[Path, ReadResult]) -> None:
    root, result = read_together
    assert [a.file for a in result.articles] == ["first.html", "last.html"]
    # Nothing was unpacked beside the files, or anywhere below them.
    assert len([p for p in root.rglob("*") if p.is_file()]) == len(EXAMPLES) + 2


@pytest.mark.parametrize(
    ("number", "problem"), [pytest.param(n, e.values[2], id=e.id) for n, e in enumerate(EXAMPLES)]
)
def test_bad_files_are_named_with_place_and_remedy(
    read_together: tuple[Path, ReadResult], number: int, problem: str
) -> None:
    root, result = read_together
    path = root / str(number) / EXAMPLES[number].values[0]
    (error,) = [e for e in result.problems if e.path == str(path) or e.path.startswith(f"{path} > ")]
    assert error.remedy
    assert re.search(problem, str(error)), str(error)


def test_a_bad_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    members = {
        "a/1.html": PAGE.encode(),
        "a/2.pdf": b"%PDF-1.7 broken",
        "a/3.docx": docx(PROSE + " A second one."),
        "a/style.css": b"p {}",
        "a/photo.png": b"\x89PNG",
        "a/photo2.png": b"\x89PNG",
        "a/old.doc": b"x",
        "__MACOSX/a/._1.html": b"\x00",
        "a/4.txt": (PROSE + " A third one.").encode(),
        "a/5.jsonl": json.dumps({"text": PROSE + " A fourth one."}).encode() + b"\nbroken",
    }
    path.write_bytes(zipped(members))
    result = read_articles([path])
    assert [a.file for a in result.articles] == [
        f"a.zip > a/{n}" for n in ("1.html", "3.docx", "4.txt", "5.jsonl")
    ]
    said = {p.path: p.problems for p in result.problems if not p.remark}
    assert "damaged" in said[f"{path} > a/2.pdf"][0]
    assert said[f"{path} > a/5.jsonl"][0].startswith("line 2")
    assert said[str(path)] == ["files in it of types that are not read: 1 .css, 1 .doc, 2 .png"]
    remedy = next(p.remedy for p in result.problems if p.path == str(path))
    assert remedy == ".doc: Open it in Word and save it as .docx."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("../../../etc/cron.d/a.html", "etc/cron.d/a.html", id="way up"),
        pytest.param("/etc/a.html", "etc/a.html", id="root"),
        pytest.param("C:\\Windows\\a.html", "Windows/a.html", id="drive"),
        pytest.param("..\\..\\a.html", "a.html", id="way up with backslashes"),
        pytest.param("a\x1b[31m\u202elmth.html", "a [31mlmth.html", id="controls and reversed text"),
    ],
)
def test_names_in_archives_are_never_paths(tmp_path: Path, name: str, shown: str) -> None:
    inside = tmp_path / "x" / "y" / "z"
    inside.mkdir(parents=True)
    path = inside / "a.zip"
    path.write_bytes(zipped({name: PAGE.encode()}))
    before = sorted(tmp_path.rglob("*"))
    result = read_articles([path])
    assert result.problems == []
    assert [a.file for a in result.articles] == [f"a.zip > {shown}"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_table_of_names_in_an_archive_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    table = b"file,outlet,published_on\n1.html,The Lake Herald,2021-05-03\n"
    path.write_bytes(zipped({"a/articles.csv": table, "a/1.html": PAGE.encode()}))
    (article,) = read_articles([path]).articles
    assert (article.outlet, str(article.published_on)) == ("The Lake Herald", "2021-05-03")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as sink:
        sink.truncate(200_000_000)
    started = time.monotonic()
    (error,) = read_articles([path]).problems
    assert "the file is 200 MB; the limit is 50 MB" in str(error)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("limits", "name", "data", "problem"),
    [
        pytest.param(
            Limits(archive_members=2),
            "a.zip",
            zipped({f"{n}.txt": PROSE.encode() for n in range(3)}),
            "3 members; the limit is 2",
            id="members",
        ),
        pytest.param(
            Limits(expanded_megabytes=1),
            "a.zip",
            zipped({f"{n}.txt": os.urandom(400_000) for n in range(3)}),
            "expand to 1 MB; the limit is 1 MB",
            id="expanded size",
        ),
        pytest.param(
            Limits(text_characters=500),
            "a.html",
            f"<p>{PROSE}</p>".encode() * 10,
            "characters; the limit is 500",
            id="length of a text",
        ),
        pytest.param(Limits(pages=2), "a.pdf", long_pdf(3), "3 pages; the limit is 2", id="pages"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, name: str, data: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = read_articles([path], limits=limits)
    assert result.articles == []
    assert problem in str(result.problems[0])


def test_rows_beyond_the_limit_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "".join(f"{PROSE} Number {n}.\n" for n in range(5)), "utf-8")
    result = read_articles([path], limits=Limits(rows=3))
    assert len(result.articles) == 3
    assert "row 5: the rows from here on are beyond the limit of 3" in str(result.problems[0])


def test_a_parser_that_takes_too_long_is_ended_and_the_next_file_read(tmp_path: Path) -> None:
    """A table whose one cell is asked for a very long time stands for any parser without an end."""
    slow = tmp_path / "a.html"
    slow.write_text("<div>" * 4 + (f"<p>{PROSE}</p>" * 12_000), "utf-8")
    good = tmp_path / "b.csv"
    good.write_text(f"text\n{PROSE}\n", "utf-8")
    result = read_articles([slow, good], limits=Limits(seconds=1))
    assert [a.file for a in result.articles] == ["b.csv"]
    assert "takes longer than 1 seconds" in str(result.problems[0])


@pytest.mark.skipif(
    sys.platform in {"win32", "darwin"}, reason="the system has no limit on a process's memory"
)
def test_a_parser_that_needs_too_much_memory_is_ended_and_the_next_file_read(tmp_path: Path) -> None:
    greedy = tmp_path / "a.html"
    greedy.write_text("<p>a <b>b</b></p>" * 1_500_000, "utf-8")
    good = tmp_path / "b.html"
    good.write_text(PAGE, "utf-8")
    result = read_articles([greedy, good], limits=Limits(memory_megabytes=400))
    assert [a.file for a in result.articles] == ["b.html"]
    assert "memory" in str(result.problems[0])


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, "utf-8")
    with ParserProcess(Limits()) as one:
        assert len(one.read(path).articles) == 1
        assert one._child is not None
        one._child.kill()
        one._child.wait()
        with pytest.raises(UnreadableError, match="its parser stopped"):
            one.read(path)
        assert len(one.read(path).articles) == 1


FORBIDDEN = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "resolve": "import socket; socket.getaddrinfo('example.org', 80)",
    "run": "import subprocess; subprocess.run(['true'])",
    "system": "import os; os.system('true')",
    "write": "open('made-by-a-parser', 'w')",
    "write by descriptor": "import os; os.open('made-by-a-parser', os.O_CREAT | os.O_WRONLY)",
    "remove": "import os; os.remove('nothing')",
}


@pytest.mark.parametrize("code", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_child_connects_to_nothing_starts_nothing_and_writes_nothing(code: str, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom dashboard_core.read import worker\n"
        "worker._confine(worker.Limits())\nsys.addaudithook(worker._guard)\n"
        f"try:\n    {code}\nexcept worker.ForbiddenError as error:\n    print('refused', error)\n"
    )
    source = str(Path(__file__).parents[1] / "src")
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert done.stdout.startswith("refused"), done
    assert list(tmp_path.iterdir()) == []


def test_the_child_inherits_no_secrets(
    parser: ParserProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    with ParserProcess(Limits()) as one:
        path = tmp_path / "a.html"
        path.write_text(PAGE, "utf-8")
        one.read(path)
        assert one._child is not None
        place = Path(f"/proc/{one._child.pid}/environ")
        if place.exists():
            assert b"SOME_API_KEY" not in place.read_bytes()


@pytest.mark.parametrize(
    "trap",
    [
        pytest.param(
            "<script>document.write('stolen words in the article, said the script.')</script>", id="script"
        ),
        pytest.param("<img src=x onerror=\"alert('stolen words in the article')\">", id="event handler"),
        pytest.param("<iframe src='https://evil.example/'>stolen words</iframe>", id="frame"),
        pytest.param("<object data='https://evil.example/stolen words'></object>", id="object"),
        pytest.param("<style>p::after { content: 'stolen words' }</style>", id="style"),
        pytest.param("<!-- stolen words --><noscript>stolen words</noscript>", id="comment"),
        pytest.param("<svg onload='go()'><text>stolen words</text></svg>", id="drawing"),
        pytest.param("<link rel=stylesheet href='https://evil.example/'><base href='file:///'>", id="base"),
        pytest.param(
            "<template><p>stolen words that no reader sees on the page.</p></template>", id="template"
        ),
    ],
)
def test_pages_give_words_and_nothing_else(parser: ParserProcess, tmp_path: Path, trap: str) -> None:
    article = invent(11)
    body = "".join(f"<p>{p}</p>{trap if n == 2 else ''}" for n, p in enumerate(article.paragraphs))
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><article>{body}</article></body></html>", "utf-8")
    (found,) = parser.read(path).articles
    assert "stolen" not in found.text and "<" not in found.text
    assert found.text.split("\n\n") == list(article.paragraphs)


def test_nesting_without_end(parser: ParserProcess, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<div>" * 100_000 + f"<p>{PROSE}</p>", "utf-8")
    try:
        assert all(PROSE in a.text for a in parser.read(path).articles)
    except UnreadableError as error:
        assert error.remedy
    path.write_text(PAGE, "utf-8")
    assert parser.read(path).articles[0].text == PROSE


def test_an_archive_of_many_pages_is_read_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{p.name}.html": p.html.encode() for p in pages(12)}))
    found = list(iter_articles([path]))
    assert len(found) == 12 and not any(isinstance(f, ArticleFormatError) for f in found)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"STANCES_LIMIT_PAGES": "many"}, "STANCES_LIMIT_PAGES is 'many'"),
        ({"STANCES_LIMIT_PAGES": "0"}, "no whole number above zero"),
        ({"STANCES_LIMIT_PAGE": "3"}, "names no limit"),
    ],
)
def test_limits_that_cannot_be_used_are_named(given: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingError, match=problem):
        Limits.from_environment(given)


def test_every_limit_is_documented_with_its_default() -> None:
    from dataclasses import fields

    text = (Path(__file__).parents[1] / "docs" / "inputs.md").read_text("utf-8")
    for field in fields(Limits):
        assert f"| `STANCES_LIMIT_{field.name.upper()}` | {field.default:,} |" in text
