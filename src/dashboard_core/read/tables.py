"""Exports of media-monitoring services: a table with one article a row, as CSV or Excel."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any
from zipfile import BadZipFile

from dashboard_core.read.archives import REMEDY_OFFICE, check_office
from dashboard_core.read.columns import (
    COLUMN_FIELDS,
    LOOKED_AT,
    REMEDY_TABLE,
    Header,
    cell_text,
    fields_of,
    find_header,
    has_texts,
    propose_columns,
    seems_headless,
)
from dashboard_core.read.encodings import decode
from dashboard_core.read.fields import clean
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parses, UnreadableError
from dashboard_core.read.rows import HINT_CELLS, articles_of
from dashboard_core.read.text import tidy_text

__all__ = ["Layout", "csv_rows", "layout_of", "parse_csv", "parse_xlsx", "sheet_rows", "xlsx_sheets"]

REMEDY_SHEETS = (
    "If articles stand in it, choose that sheet on the Corpus page or with --sheet, or save the sheet as a "
    "file of "
    "its own and bring that in, too."
)
REMEDY_ROWS = (
    "The other rows were read. Fill in what is missing and bring the file in again, or choose another column "
    "for the texts."
)
REMEDY_NAMES = (
    "Write a row above the first one that names the columns, such as title, outlet, date, text, and bring it "
    "in again."
)
# Excel's own first line, which says what parts the cells and is shown nowhere.
_SEPARATOR = re.compile(r"""\s*"?sep=(.|\\t)"?[;,\s]*$""", re.IGNORECASE)
# So much of a file decides what parts its cells.
_SAMPLE = 300_000
_SHEETS = 50
_DAMAGED = (KeyError, ValueError, TypeError, SyntaxError, AttributeError, BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table begins: its sheet of how many, the header, and what stands in its first rows."""

    header: Header
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    top: tuple[tuple[int, str], ...] = ()


def parse_csv(data: bytes, limits: Limits, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the articles of a CSV export; comma, semicolon, tab and bar are told apart.

    Raises
    ------
    UnreadableError
        No column holds texts, or the file is no text.
    """
    return _articles(csv_rows(data), limits, columns)


def csv_rows(data: bytes) -> Iterator[Sequence[object]]:
    """Yield the rows of a CSV file, with those above its header."""
    csv.field_size_limit(10_000_000)
    text = decode(data, remedy=REMEDY_TABLE)
    said = _SEPARATOR.match(text[: text.find("\n") if "\n" in text else len(text)])
    mark = said[1].replace("\\t", "\t") if said else _mark(text[:_SAMPLE])
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error as error:
        raise UnreadableError(f"is no table ({error})", REMEDY_TABLE) from error


def _mark(sample: str) -> str:
    """Return what parts the cells: with it the header has most names that are known, or most columns."""

    def worth(mark: str) -> tuple[int, int]:
        try:
            rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), LOOKED_AT))
        except csv.Error:
            return 0, 0
        names = find_header(rows).names
        return len(propose_columns(names)), len(names)

    return max(",;\t|", key=worth)


def parse_xlsx(data: bytes, limits: Limits, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the articles of one sheet of an Excel file, as chosen or the first that has any.

    Formulas are not evaluated. The other sheets that hold anything are named: as a problem if articles seem
    to
    stand in them.

    Raises
    ------
    UnreadableError
        The file is no Excel file, could do harm, or no column of it holds texts.
    """
    sheets = _headers(data, limits, columns)
    at = _chosen(sheets, columns)
    chosen = sheets[at]
    if isinstance(chosen.header, UnreadableError):
        raise chosen.header
    found = _articles(chosen.rows(), limits, columns, chosen.header)
    own = (columns or {}).get("sheet", "")
    why = f"sheet {chosen.title!r} was chosen" if own else "only the first sheet with articles is"
    unread: list[str] = []
    passed: list[str] = []
    for sheet in (*sheets[:at], *sheets[at + 1 :]):
        if isinstance(sheet.header, UnreadableError):
            # The articles of the sheet that can be read must not be lost with this one.
            if sheet.header.remedy == REMEDY_OFFICE:
                unread.append(f"sheet {sheet.title!r} was not read: it is damaged")
        elif has_texts(sheet.header, sheet.top) or _fits(sheet.header, columns):
            (passed if own else unread).append(f"sheet {sheet.title!r} was not read: {why}")
        elif sheet.header.names:
            passed.append(f"sheet {sheet.title!r} was passed over: no column of it holds texts")
    found.problems.extend(unread)
    found.remarks.extend(passed)
    remedy = f"{found.remedy} {REMEDY_SHEETS}".strip() if unread else found.remedy
    return replace(found, remedy=remedy, hint=found.hint or (REMEDY_SHEETS if passed else ""))


def layout_of(
    data: bytes, limits: Limits, *, workbook: bool, columns: Mapping[str, str] | None = None
) -> Layout:
    """Return where a table begins, as ``columns`` says or as it seems.

    Raises
    ------
    UnreadableError
        The file cannot be read, or ``columns`` names a sheet or a row that there is not.
    """
    if not workbook:
        top = list(islice(csv_rows(data), LOOKED_AT))
        return Layout(find_header(top, columns), top=_shown(top))
    sheets = _headers(data, limits, columns)
    chosen = sheets[_chosen(sheets, columns)]
    if isinstance(chosen.header, UnreadableError):
        raise chosen.header
    return Layout(chosen.header, chosen.title, tuple(one.title for one in sheets), _shown(chosen.top))


def sheet_rows(
    data: bytes, limits: Limits, columns: Mapping[str, str] | None = None
) -> tuple[Header, Iterator[Sequence[object]]]:
    """Return the header of the sheet of a workbook that is read, and all rows of that sheet."""
    sheets = _headers(data, limits, columns)
    chosen = sheets[_chosen(sheets, columns)]
    return (chosen.header, chosen.rows()) if isinstance(chosen.header, Header) else (Header(), iter(()))


def _shown(rows: Sequence[Sequence[object]]) -> tuple[tuple[int, str], ...]:
    told = ((n, [clean(cell_text(cell))[:40] for cell in row]) for n, row in enumerate(rows, 1))
    return tuple((n, " · ".join(cell for cell in cells if cell)[:160]) for n, cells in told if any(cells))


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    header: Header | UnreadableError
    top: tuple[Sequence[object], ...]
    sheet: Any

    def rows(self) -> Iterator[Sequence[object]]:
        return _sheet_rows(self.sheet)


def _headers(data: bytes, limits: Limits, columns: Mapping[str, str] | None) -> list[_Sheet]:
    """Return the sheets of a workbook, each with its header; at least one."""
    found: list[_Sheet] = []
    own = (columns or {}).get("sheet", "")
    for title, sheet in _titled_sheets(data, limits):
        # A row that was chosen belongs to the sheet that was, or else may stand in any.
        given = dict(columns or {}) if own in {"", title} else {}
        header: Header | UnreadableError = Header()
        top: tuple[Sequence[object], ...] = ()
        try:
            top = tuple(islice(_sheet_rows(sheet), LOOKED_AT))
            header = find_header(top, given)
        except _DAMAGED as error:
            problem = f"sheet {title!r} is damaged ({clean(str(error))[:80]})"
            header = UnreadableError(problem, REMEDY_OFFICE)
        except UnreadableError as error:
            header = error
        found.append(_Sheet(title, header, top, sheet))
    if not found:
        raise UnreadableError("has no sheet with rows", REMEDY_TABLE)
    return found


def _chosen(sheets: Sequence[_Sheet], columns: Mapping[str, str] | None) -> int:
    own = (columns or {}).get("sheet", "")
    if own:
        titles = [one.title for one in sheets]
        if own not in titles:
            listed = ", ".join(map(repr, titles))[:300]
            raise UnreadableError(f"has no sheet {own[:60]!r}; there are {listed}", REMEDY_TABLE)
        return titles.index(own)

    def worth(at: int) -> tuple[bool, bool, bool, bool, int]:
        header = sheets[at].header
        if isinstance(header, UnreadableError):
            return False, False, False, False, -at
        texts, text = has_texts(header, sheets[at].top), "text" in propose_columns(header.names)
        rest = -at if text else len(header.names)
        return _fits(header, columns), texts, text, bool(header.names), rest

    return max(range(len(sheets)), key=worth)


def _fits(header: Header, columns: Mapping[str, str] | None) -> bool:
    wanted = set(fields_of(columns).values())
    return bool(wanted) and wanted <= set(header.names)


def xlsx_sheets(data: bytes, limits: Limits) -> Iterator[Iterator[Sequence[object]]]:
    """Yield the rows of each sheet of an Excel file."""
    for _, sheet in _titled_sheets(data, limits):
        yield _sheet_rows(sheet)


def _sheet_rows(sheet: Any) -> Iterator[Sequence[object]]:
    # A sheet may claim a million columns; no export has two hundred.
    rows: Iterator[Sequence[object]] = sheet.iter_rows(values_only=True, max_col=200)
    return rows


def _titled_sheets(data: bytes, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Yield name and sheet of each."""
    check_office(data, limits, main="xl/workbook.xml", what="Excel file")
    from openpyxl import load_workbook

    try:
        book = load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
    except (KeyError, ValueError, TypeError, SyntaxError, AttributeError) as error:
        raise UnreadableError(f"is damaged ({clean(str(error))[:80]})", REMEDY_OFFICE) from error
    for sheet in book.worksheets[:_SHEETS]:
        yield clean(sheet.title)[:60], sheet


def _articles(
    rows: Iterator[Sequence[object]],
    limits: Limits,
    columns: Mapping[str, str] | None,
    header: Header | None = None,
) -> Parses:
    top = list(islice(rows, LOOKED_AT))
    header = header or find_header(top, columns)
    names = header.names
    mapping = fields_of(columns) or propose_columns(names)
    if not any(any(map(cell_text, row)) for row in top):
        raise UnreadableError("there is nothing in it: no row has a cell that is filled", REMEDY_NAMES)
    if not mapping and (not any(names) or seems_headless(top, header)):
        raise UnreadableError("no row names the columns", REMEDY_NAMES)
    absent = [f"{f} = {c}" for f, c in mapping.items() if c not in names or f not in COLUMN_FIELDS]
    if absent or "text" not in mapping:
        named = ", ".join(name[:40] for name in names if name)[:300] or "none"
        wrong = f"the column mapping names {', '.join(absent)}" if absent else "no column holds the texts"
        where = f" (row {header.rows})" if header.rows not in {"", "1"} else ""
        raise UnreadableError(f"{wrong}; columns found{where}: {named}", REMEDY_TABLE)
    place = {field: names.index(column) for field, column in mapping.items()}
    said: list[tuple[str, dict[str, str]]] = []
    wrong_rows: list[str] = []
    numbered = enumerate(chain(top, rows), 1)
    try:
        for number, row in islice(numbered, header.last, None):
            if len(said) >= limits.rows:
                wrong_rows.append(
                    f"row {number}: the rows from here on are beyond the limit of {limits.rows:,}"
                )
                break
            values = {field: cell_text(row[at]) if at < len(row) else "" for field, at in place.items()}
            if values["text"]:
                values["text"] = tidy_text(values["text"])
                said.append((f"row {number}", values))
            elif any(cell_text(value) for value in row):
                wrong_rows.append(f"row {number}: has no text")
    except (UnreadableError, *_DAMAGED) as error:
        # What stands above the damage must not be lost with what stands below.
        after = said[-1][0] if said else "the header"
        wrong_rows.append(f"the rows after {after}: are damaged ({clean(str(error))[:80]})")
    articles, remarks = articles_of(said)
    if not articles:
        below = f"row {header.rows}" if header.last > 1 else "the first row"
        told = f": {wrong_rows[-1]}" if wrong_rows and "damaged" in wrong_rows[-1] else ""
        raise UnreadableError(f"there are no rows with a text under {below}{told}", REMEDY_TABLE)
    remedy, hint = REMEDY_ROWS if wrong_rows else "", HINT_CELLS if remarks else ""
    return Parses(articles, wrong_rows, remedy, remarks, hint, columns=mapping)
