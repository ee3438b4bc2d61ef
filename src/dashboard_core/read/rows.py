"""The rows of a table, or the lines of a JSONL file, become articles once it is known which column holds
what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

from dashboard_core.read.fields import clean, clean_author, dates_in, http_url
from dashboard_core.read.parsed import Parsed
from dashboard_core.read.text import headline

__all__ = ["HINT_CELLS", "articles_of", "day_first", "day_in_cell"]

HINT_CELLS = (
    "These rows were read, without what is named. Correct it on the Corpus page, or in the table, with days "
    "as 2026-03-01, and bring it in again."
)
_NUMBERS = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/.-])")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:[T ]?\d{4}(?:\d\d)?(?:\.\d+)?Z?)?$")
# "5-Mar-21", as Excel writes days by itself.
_SHORT_YEAR = re.compile(r"^(\d{1,2}[- ][^\W\d_]{3,10}\.?[- ,]{1,2})(\d{2})(?!\d)")
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_FIRST_EPOCH, _EXCEL_ZERO = date(1995, 1, 1), date(1899, 12, 30)
_MARKUP = re.compile(r"</(?:p|div)>|<br\s*/?>", re.IGNORECASE)


def articles_of(
    said: Sequence[tuple[str, Mapping[str, str]]], *, serial: bool = True
) -> tuple[list[Parsed], list[str]]:
    """Return the articles of rows, each with its place, and remarks on what could not be used.

    Parameters
    ----------
    said : sequence of (place, values)
        ``place`` names the row in messages; ``values`` has text, and optionally the other fields.
    serial : bool
        Whether a bare number such as 44260 in a column of dates is a day as Excel counts them.

    Examples
    --------
    >>> articles_of([("row 2", {"text": "It rained.", "published_on": "05.03.2021"})])[0][0].published_on
    '2021-03-05'
    >>> articles_of([("row 2", {"text": "It rained.", "published_on": "one day"})])[1]
    ["row 2: date 'one day' cannot be told or reads two ways; left undated"]
    """
    order = day_first(values.get("published_on", "") for _, values in said)
    remarks: list[str] = []
    articles = []
    for place, values in said:
        url, when = values.get("url", ""), values.get("published_on", "")
        if url and not http_url(url):
            remarks.append(f"{place}: url {clean(url)[:80]!r} is no http or https address; left out")
        day = day_in_cell(when, order, serial=serial)
        if when.strip() and not day:
            shown = clean(when)[:40]
            remarks.append(f"{place}: date {shown!r} cannot be told or reads two ways; left undated")
        outlet = clean(values.get("outlet", ""))
        text = _without_markup(values["text"])
        articles.append(
            Parsed(
                text,
                title=clean(_without_markup(values.get("title", ""))) or headline(text),
                outlet=outlet,
                author=clean_author(values.get("author", ""), outlet=outlet),
                url=http_url(url),
                published_on=day,
                article_id=clean(values.get("article_id", ""))[:200],
            )
        )
    return articles, remarks


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


class _Paragraphs(HTMLParser):
    """Collects the text of a piece of markup; nothing in it is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in {"script", "style"}
        if tag in {"p", "div", "li", "h1", "h2", "h3", "blockquote", "br"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in {"script", "style"} and self._unseen > 0
        if tag in {"p", "div", "li", "h1", "h2", "h3", "blockquote"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(" ".join(data.split("\n")))


def _without_markup(text: str) -> str:
    """Return the text of a cell that holds a piece of a page; any other is returned as it is.

    >>> _without_markup("<p>It rained.<br/>Still.</p><p>Then &amp; there.</p>")
    'It rained.\\n\\nStill.\\n\\nThen & there.'
    """
    if not _MARKUP.search(text):
        return text
    parser = _Paragraphs()
    parser.feed(text)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n\n".join(line for line in lines if line)
