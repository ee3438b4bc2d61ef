"""Rows as a workbook: positions, tally, what each column means, and where it all comes from."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard_core.exports.about import About, clean
from dashboard_core.exports.table import people_first
from dashboard_core.frames import CONTRACTS, POSITIONS, Contract

__all__ = ["MAX_ROWS", "workbook"]

# Above this a workbook takes minutes to write and to open; the CSV has no such end.
MAX_ROWS = 100_000
_LONGEST_TEXT = 32_767  # a cell holds no more; a longer text would be left out without a word
_WIDTHS = {"text": 80, "title": 40, "target": 28, "speaker": 24, "organisation": 28, "role": 28, "url": 40}
_UNSAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(
    positions: pd.DataFrame,
    about: About,
    *,
    tally: pd.DataFrame | None = None,
    rejected: pd.DataFrame | None = None,
    contracts: Sequence[Contract] = CONTRACTS,
    labels: Mapping[str, str] | None = None,
) -> bytes:
    """Return an XLSX file: ``positions``, ``rejected``, ``tally``, ``data dictionary`` and ``about``.

    Parameters
    ----------
    positions : DataFrame
        The rows behind the chart; columns of :data:`frames.POSITIONS`. Beyond :data:`MAX_ROWS` the sheet
        ends, and ``about`` says at which row of how many.
    about : About
        Filters, dates, versions and marking.
    tally : DataFrame, optional
        The numbers of the chart, as they are shown.
    rejected : DataFrame, optional
        Positions of the machine that people took out: a sheet of their own, if there are any. No chart
        counts them.
    contracts : sequence of Contract
        The columns to explain.
    labels : mapping, optional
        Headings for the tally's columns.

    Returns
    -------
    bytes
        No cell of it is a formula or a link, whatever the texts hold.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **_UNSAFE})
    book.set_properties(
        {
            "title": about.title,
            "comments": about.filter_line,
            "status": about.marking,
            "created": about.made.replace(tzinfo=None),
        }
    )
    sheets = _Sheets(book, about.marking)
    cut = positions.head(MAX_ROWS)
    sheets.add("positions", people_first(cut))
    if rejected is not None and len(rejected):
        sheets.add("rejected", people_first(rejected.head(MAX_ROWS)))
    if tally is not None:
        sheets.add("tally", tally.rename(columns=dict(labels or {})))
    sheets.add("data dictionary", _dictionary(contracts))
    rows = [*about.rows(), ("Positions in this file", f"{len(cut)} of {len(positions)}")]
    if rejected is not None and len(rejected):
        rows.append(("Rejected labels", f"{len(rejected)}, on a sheet of their own; no chart counts them"))
    if len(cut) < len(positions):
        rows.append(("Cut", f"A workbook ends after {MAX_ROWS} rows here; the CSV holds all of them."))
    sheets.add("about", pd.DataFrame(rows, columns=["item", "value"], dtype="str"))
    book.close()
    return out.getvalue()


class _Sheets:
    """Sheets of one look: bold frozen heading, filter arrows, wrapped long texts."""

    def __init__(self, book: Any, marking: str) -> None:
        self._book = book
        self._marking = marking
        self._head = book.add_format(
            {"bold": True, "bg_color": "#E8ECF1", "bottom": 1, "valign": "top", "text_wrap": True}
        )
        self._text = book.add_format({"valign": "top"})
        self._wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self._day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})

    def add(self, name: str, rows: pd.DataFrame) -> None:
        sheet = self._book.add_worksheet(name)
        top = 0
        if self._marking:
            sheet.set_header(f"&C{_plain_header(self._marking)}")
            sheet.set_footer(f"&C{_plain_header(self._marking)}")
            sheet.write_string(0, 0, self._marking.upper(), self._head)
            top = 1
        for column, heading in enumerate(map(str, rows.columns)):
            values = rows.iloc[:, column]
            wide = _WIDTHS.get(heading, 0)
            sheet.set_column(column, column, wide or _width(heading, values), None)
            sheet.write_string(top, column, heading, self._head)
            self._fill(
                sheet, top + 1, column, values, self._wrapped if wide or name == "about" else self._text
            )
        sheet.freeze_panes(top + 1, 0)
        if len(rows.columns):
            sheet.autofilter(top, 0, top + max(len(rows), 1), len(rows.columns) - 1)
        sheet.set_landscape()
        if len(rows.columns) <= 12:  # more would print too small to read
            sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)

    def _fill(self, sheet: Any, top: int, column: int, values: pd.Series[Any], text: Any) -> None:
        for row, value in enumerate(values.tolist(), start=top):
            if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
                sheet.write_blank(row, column, None, self._text)
            elif isinstance(value, bool):
                sheet.write_boolean(row, column, value, self._text)
            elif isinstance(value, (int, float)):
                sheet.write_number(row, column, round(value, 4), self._text)
            elif isinstance(value, pd.Timestamp):
                sheet.write_datetime(row, column, value.tz_localize(None), self._day)
            else:
                sheet.write_string(row, column, _fit(str(value)), text)


def _fit(text: str) -> str:
    """Return text that a cell can hold; what does not fit is said, not dropped."""
    valid = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(valid) <= _LONGEST_TEXT:
        return valid
    said = " … [cut here; the CSV has the whole text]"
    return valid[: _LONGEST_TEXT - len(said)] + said


def _width(heading: str, values: pd.Series[Any]) -> int:
    longest = max((len(str(value)) for value in values.head(200)), default=0)
    return max(10, min(32, max(len(heading), longest) + 2))


def _plain_header(text: str) -> str:
    # "&" begins a code in a page header ("&D" prints the date)
    return text.upper().replace("&", "&&")[:200]


def _dictionary(contracts: Sequence[Contract]) -> pd.DataFrame:
    rows = [
        {
            "frame": contract.name,
            "column": column.name,
            "type": column.dtype,
            "meaning": column.meaning,
            "values": ", ".join(column.values),
            "missing means": column.missing or "never missing",
        }
        for contract in sorted(contracts, key=lambda c: c.name != POSITIONS.name)
        for column in contract.columns
    ]
    return pd.DataFrame(rows)
