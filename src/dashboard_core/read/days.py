"""The day that a cell or a labelled line names, however a program wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from dashboard_core.read.fields import dates_in

__all__ = ["day_first", "day_in_cell"]

_NUMBERS = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/.-])")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:[T ]?\d{4}(?:\d\d)?(?:\.\d+)?Z?)?$")
# "5-Mar-21", as Excel writes days by itself.
_SHORT_YEAR = re.compile(r"^(\d{1,2}[- ][^\W\d_]{3,10}\.?[- ,]{1,2})(\d{2})(?!\d)")
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_FIRST_EPOCH, _EXCEL_ZERO = date(1995, 1, 1), date(1899, 12, 30)


def day_first(values: Iterable[str]) -> bool | None:
    """Tell whether a column writes 31/12 (True) or 12/31 (False); None if no row tells, or rows disagree.

    >>> day_first(["05/03/2021", "31/03/2021"]), day_first(["05/03/2021"])
    (True, None)
    """
    matches = [m for v in values if (m := _NUMBERS.match(v.strip())) and m[2] != "."]
    day, month = any(int(m[1]) > 12 for m in matches), any(int(m[3]) > 12 for m in matches)
    return day if day != month else None


def day_in_cell(value: str, order: bool | None = None, *, serial: bool = True) -> str:
    """Return the day that a cell names as YYYY-MM-DD, "" if it names none or reads two ways.

    ``order`` is what :func:`day_first` says of the column.

    >>> [day_in_cell(v) for v in ("05-Mar-2021", "5-Mar-21", "20210305", "05.03.21", "1614902400", "44260")]
    ['2021-03-05', '2021-03-05', '2021-03-05', '2021-03-05', '2021-03-05', '2021-03-05']
    >>> day_in_cell("05/03/2021"), day_in_cell("05/03/2021", order=True), day_in_cell("31/03/2021")
    ('', '2021-03-05', '2021-03-31')
    """
    value = value.strip()
    if match := _NUMBERS.match(value):
        first, second = int(match[1]), int(match[3])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        # Dots stand between day and month wherever they are used; elsewhere only a number above twelve tells.
        own = True if match[2] == "." or first > 12 or first == second else False if second > 12 else order
        if own is None:
            return ""
        day, month = (first, second) if own else (second, first)
        return _one(f"{year:04}-{month:02}-{day:02}")
    if match := _COMPACT.match(value):
        return _one("-".join(match.groups()[:3]))
    if match := _EPOCH.match(value):
        found = datetime.fromtimestamp(int(match[1]), UTC).date()
        return _one(found.isoformat()) if found >= _FIRST_EPOCH else ""
    if serial and (match := _SERIAL.match(value)):
        found = _EXCEL_ZERO + timedelta(days=int(match[1]))
        return _one(found.isoformat()) if found >= _FIRST_EPOCH else ""
    if match := _SHORT_YEAR.match(value):
        return _one(f"{match[1]}20{match[2]}")
    return _one(value)


def _one(value: str) -> str:
    found = set(dates_in(value))
    return found.pop().isoformat() if len(found) == 1 else ""
