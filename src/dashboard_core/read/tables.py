"""Exports of media-monitoring services: a table with one article a row, as CSV or Excel."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from dashboard_core.read.archives import REMEDY_OFFICE, check_office
from dashboard_core.read.fields import clean, clean_author, dates_in, http_url
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError
from dashboard_core.read.text import decode, headline, tidy_text

__all__ = ["COLUMN_FIELDS", "cell_text", "parse_csv", "parse_xlsx", "propose_columns", "read_header"]

COLUMN_FIELDS = ("text", "title", "outlet", "author", "url", "published_on", "article_id")
REMEDY_TABLE = (
    "The first row names the columns. One of them holds the articles' text; say which in the column mapping, "
    "or name it text. The other rows were read."
)
REMEDY_SHEETS = "If articles stand in it, save the sheet as a file of its own and bring that in, too."
HINT_CELLS = (
    "These rows were read, without what is named. Correct it on the Corpus page, or in the table, with days "
    "as 2026-03-01, and bring it in again."
)
# In order of trust. "Hit sentence" and "snippet" are parts of an article: never taken for its text.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "full text", "article text", "body text", "article body", "story text", "body", "content"),
        *(
            "article content",
            "article",
            "story",
            "full article",
            "main text",
            "plain text",
            "maintext",
            "texte",
        ),
        *("volltext", "texto", "текст", "текст статьи", "полный текст", "metin"),
    ),
    "title": (
        *(
            "title",
            "headline",
            "article title",
            "heading",
            "story title",
            "head line",
            "titel",
            "titre",
            "titulo",
        ),
        *("заголовок", "название", "baslik", "başlık", "subject"),
    ),
    "outlet": (
        *(
            "outlet",
            "source name",
            "publication",
            "publication name",
            "media outlet",
            "outlet name",
            "source",
        ),
        *("publisher", "newspaper", "media", "media name", "medium", "site name", "sitename", "media title"),
        *("source title", "quelle", "источник", "издание", "сми", "kaynak", "domain"),
    ),
    "author": (
        "author",
        "authors",
        "byline",
        "by line",
        "journalist",
        "writer",
        "author name",
        "autor",
        "автор",
    ),
    "url": (
        "url",
        "link",
        "article url",
        "web link",
        "permalink",
        "source url",
        "canonical url",
        "web address",
        "ссылка",
    ),
    "published_on": (
        *("published on", "publication date", "published", "date published", "publish date", "published at"),
        *(
            "pub date",
            "pubdate",
            "article date",
            "date",
            "load date",
            "published date",
            "publication time",
            "datum",
        ),
        *("дата", "дата публикации", "tarih"),
    ),
    # A bare "id" numbers the rows of one export and would clash with the next one's.
    "article_id": ("article id",),
}


def propose_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which column seems to hold what: field name to column name, only what is recognised.

    Parameters
    ----------
    header : sequence of str
        The names in the first row.

    Returns
    -------
    dict
        Keys are among ``text, title, outlet, author, url, published_on, article_id``; each column is
        proposed once.

    Examples
    --------
    >>> propose_columns(["Date", "Headline", "Source Name", "Full Text", "Reach"])
    {'text': 'Full Text', 'title': 'Headline', 'outlet': 'Source Name', 'published_on': 'Date'}
    """
    plain: dict[str, str] = {}
    for name in header:
        words = re.sub(r"([a-zа-я])([A-ZА-Я])", r"\1 \2", name)
        plain.setdefault(" ".join(re.findall(r"[^\W_]+", words.lower())), name)
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        column = next((plain[n] for n in names if n in plain and plain[n] not in found.values()), None)
        if column is not None:
            found[field] = column
    return found


def read_header(rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the column names in the first row that has any; a name that repeats gets its number.

    >>> read_header([[None, ""], ["Title", "Text", "Text"]])
    ['Title', 'Text', 'Text 2']
    """
    for row in rows:
        cells = [cell_text(value) for value in row]
        if any(cells):
            seen: dict[str, int] = {}
            names = []
            for cell in cells:
                seen[cell] = seen.get(cell, 0) + 1
                names.append(cell if seen[cell] == 1 or not cell else f"{cell} {seen[cell]}")
            return names
    return []


def parse_csv(data: bytes, limits: Limits, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the articles of a CSV export; comma, semicolon and tab are told apart.

    Raises
    ------
    UnreadableError
        No column holds texts, or the file is no text.
    """
    return _articles(csv_rows(data), limits, columns)


def csv_rows(data: bytes) -> Iterator[Sequence[object]]:
    """Yield the rows of a CSV file."""
    csv.field_size_limit(10_000_000)
    text = decode(data, remedy=REMEDY_TABLE)
    first = text[: text.find("\n") if "\n" in text else len(text)]
    # Counting marks in the header is safer than sniffing: the texts below are full of commas.
    mark = max(",;\t|", key=lambda m: len(next(csv.reader([first], delimiter=m), [])))
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error as error:
        raise UnreadableError(f"is no table ({error})", REMEDY_TABLE) from error


def parse_xlsx(data: bytes, limits: Limits, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the articles of the first sheet of an Excel file that has any; formulas are not evaluated.

    The other sheets that hold anything are named: as a problem if articles seem to stand in them.

    Raises
    ------
    UnreadableError
        The file is no Excel file, could do harm, or no column of it holds texts.
    """
    refused: UnreadableError | None = None
    for at, (_, rows) in enumerate(_titled_sheets(data, limits)):
        try:
            found = _articles(rows, limits, columns)
        except UnreadableError as error:
            refused = refused or error
            continue
        unread, passed = _other_sheets(data, limits, columns, at)
        found.problems.extend(unread)
        found.remarks.extend(passed)
        remedy = f"{found.remedy} {REMEDY_SHEETS}".strip() if unread else found.remedy
        return replace(found, remedy=remedy, hint=found.hint or (REMEDY_SHEETS if passed else ""))
    raise refused or UnreadableError("has no sheet with rows", REMEDY_TABLE)


def xlsx_sheets(data: bytes, limits: Limits) -> Iterator[Iterator[Sequence[object]]]:
    """Yield the rows of each sheet; external links are neither kept nor followed."""
    for _, rows in _titled_sheets(data, limits):
        yield rows


def _other_sheets(
    data: bytes, limits: Limits, columns: Mapping[str, str] | None, taken: int
) -> tuple[list[str], list[str]]:
    """Return a line for each sheet but the one taken: those that seem to hold articles, and the others."""
    unread: list[str] = []
    passed: list[str] = []
    for at, (title, rows) in enumerate(_titled_sheets(data, limits)):
        if at == taken:
            continue
        try:
            header = read_header(islice(rows, 50))
        except (KeyError, ValueError, TypeError, SyntaxError, AttributeError, BadZipFile, zlib.error):
            # The articles of the sheet that can be read must not be lost with this one.
            unread.append(f"sheet {title!r} was not read: it is damaged")
            continue
        if "text" in propose_columns(header) or (columns and set(columns.values()) <= set(header)):
            unread.append(f"sheet {title!r} was not read: only the first sheet with articles is")
        elif header:
            passed.append(f"sheet {title!r} was passed over: no column of it holds texts")
    return unread, passed


def _titled_sheets(data: bytes, limits: Limits) -> Iterator[tuple[str, Iterator[Sequence[object]]]]:
    """Yield name and rows of each sheet."""
    check_office(data, limits, main="xl/workbook.xml", what="Excel file")
    from openpyxl import load_workbook

    try:
        book = load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
    except (KeyError, ValueError, TypeError, SyntaxError, AttributeError) as error:
        raise UnreadableError(f"is damaged ({clean(str(error))[:80]})", REMEDY_OFFICE) from error
    for sheet in book.worksheets[:20]:
        # A sheet may claim a million columns; no export has two hundred.
        yield clean(sheet.title)[:60], sheet.iter_rows(values_only=True, max_col=200)


def _articles(rows: Iterator[Sequence[object]], limits: Limits, columns: Mapping[str, str] | None) -> Parses:
    numbered = enumerate(rows, 1)
    header: list[str] = []
    for _, row in islice(numbered, 50):
        header = read_header([row])
        if header:
            break
    mapping = dict(columns) if columns else propose_columns(header)
    absent = [f"{f} = {c}" for f, c in mapping.items() if c not in header or f not in COLUMN_FIELDS]
    if not header or absent or "text" not in mapping:
        named = ", ".join(name[:40] for name in header if name)[:300] or "none"
        wrong = f"the column mapping names {', '.join(absent)}" if absent else "no column holds the texts"
        raise UnreadableError(f"{wrong}; columns found: {named}", REMEDY_TABLE)
    place = {field: header.index(column) for field, column in mapping.items()}
    said: list[tuple[int, dict[str, object]]] = []
    wrong_rows: list[str] = []
    for number, row in numbered:
        values = {field: row[at] if at < len(row) else None for field, at in place.items()}
        if len(said) >= limits.rows:
            wrong_rows.append(f"row {number}: the rows from here on are beyond the limit of {limits.rows:,}")
            break
        if cell_text(values["text"]):
            said.append((number, values))
        elif any(cell_text(value) for value in row):
            wrong_rows.append(f"row {number}: has no text")
    day_first = _day_first([cell_text(v.get("published_on")) for _, v in said])
    remarks: list[str] = []
    articles = [_article(number, values, day_first, remarks) for number, values in said]
    if not articles:
        raise UnreadableError("there are no rows with a text under the first row", REMEDY_TABLE)
    remedy, hint = REMEDY_TABLE if wrong_rows else "", HINT_CELLS if remarks else ""
    return Parses(articles, wrong_rows, remedy, remarks, hint)


def cell_text(value: object) -> str:
    """Return what a cell says: days in ISO, whole numbers without a point, nothing of an empty one."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps the id 12 as 12.0.
    return str(value).strip()


def _article(number: int, values: Mapping[str, Any], day_first: bool | None, remarks: list[str]) -> Parsed:
    said = {field: cell_text(value) for field, value in values.items()}
    url = said.get("url", "")
    if url and not http_url(url):
        remarks.append(f"row {number}: url {clean(url)[:80]!r} is no http or https address; left out")
    when = said.get("published_on", "")
    day = _table_day(when, day_first)
    if when and not day:
        remarks.append(
            f"row {number}: date {clean(when)[:40]!r} cannot be told or reads two ways; left undated"
        )
    outlet = clean(said.get("outlet", ""))
    text = tidy_text(said["text"])
    return Parsed(
        text,
        title=clean(said.get("title", "")) or headline(text),
        outlet=outlet,
        author=clean_author(said.get("author", ""), outlet=outlet),
        url=http_url(url),
        published_on=day,
        article_id=clean(said.get("article_id", ""))[:200],
    )


_SLASHED = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})\b")


def _day_first(values: Iterable[str]) -> bool | None:
    """Tell whether a column writes 31/12 (True) or 12/31 (False); None if no row tells, or rows disagree.

    >>> _day_first(["05/03/2021", "31/03/2021"]), _day_first(["05/03/2021"])
    (True, None)
    """
    pairs = [(int(m[1]), int(m[2])) for v in values if (m := _SLASHED.match(v))]
    day, month = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    return day if day != month else None


def _table_day(value: str, day_first: bool | None) -> str:
    match = _SLASHED.match(value)
    if match and day_first is not None:
        first, second = int(match[1]), int(match[2])
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        day, month = (first, second) if day_first else (second, first)
        found = dates_in(f"{year:04}-{month:02}-{day:02}")
    else:
        found = dates_in(value)
    return found[0].isoformat() if len(set(found)) == 1 else ""
