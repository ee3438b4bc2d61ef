"""Which row of a table names its columns, and which column holds what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard_core.read.parsed import UnreadableError

__all__ = [
    "ARTICLES",
    "COLUMN_FIELDS",
    "LOOKED_AT",
    "PLACES",
    "REMEDY_TABLE",
    "SPLIT",
    "Header",
    "cell_text",
    "fields_of",
    "find_header",
    "has_texts",
    "propose_columns",
    "read_header",
    "seems_headless",
]

COLUMN_FIELDS = ("text", "title", "outlet", "author", "url", "published_on", "article_id")
# A mapping may also say where the table begins: on which sheet, and which row or rows ("3-4") name the
# columns.
PLACES = ("sheet", "header_row")
# And of a text or an archive, whether articles under headings of their own are told apart.
ARTICLES, SPLIT = "articles", "split"
# The columns are named in one of so many first rows.
LOOKED_AT = 40
REMEDY_TABLE = (
    "One row names the columns, and one of these holds the articles' text: say which on the Corpus page (or "
    "with "
    "--sheet, --header-row and --column text=NAME), or name it text."
)
# No name of a column is longer.
_NAME_LENGTH = 80
_VALUE = re.compile(r"^(?:https?://|www\.)|^[\d\s.,:/%+-]+$|\d{4}-\d\d-\d\d")
_ABOVE = frozenset(
    "article source publication story news document item details metadata статья публикация".split()
)
# In order of trust. "Hit sentence" and "snippet" are parts of an article: never taken for its text.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": tuple(
        "text;full text;article text;body text;article body;story text;body;content;article content;article;"
        "story;"
        "full article;main text;plain text;maintext;texte;volltext;texto;текст;текст статьи;полный текст;"
        "текст публикации;текст сообщения;metin;haber metni;içerik;icerik;content rendered;fulltext;text "
        "body".split(";")
    ),
    "title": tuple(
        "title;headline;article title;heading;story title;head line;titel;titre;titulo;título;заголовок;"
        "название;"
        "baslik;başlık;haber başlığı;subject;title rendered;article headline".split(";")
    ),
    "outlet": tuple(
        "outlet;source name;publication;publication name;media outlet;outlet name;source;publisher;"
        "newspaper;media;"
        "media name;medium;site name;sitename;media title;source title;publisher name;quelle;источник;"
        "издание;сми;"
        "название сми;kaynak;yayın;domain".split(";")
    ),
    "author": tuple(
        "author;authors;byline;by line;journalist;writer;author name;authors name;autor;автор;авторы;yazar;"
        "auteur".split(";")
    ),
    "url": tuple(
        "url;link;article url;web link;permalink;source url;canonical url;web address;article link;ссылка;"
        "адрес;"
        "bağlantı;lien".split(";")
    ),
    "published_on": tuple(
        "published on;publication date;published;date published;publish date;published at;pub date;pubdate;"
        "article date;date;load date;published date;publication time;datum;date of publication;дата;"
        "дата публикации;дата выхода;tarih;yayın tarihi".split(";")
    ),
    # A bare "id" numbers the rows of one export and would clash with the next one's.
    "article_id": ("article id",),
}


@dataclass(frozen=True, slots=True)
class Header:
    """Which rows name a table's columns, counted from 1, and the names."""

    names: tuple[str, ...] = ()
    first: int = 0
    last: int = 0

    @property
    def rows(self) -> str:
        """The rows as a mapping names them: ``"3"`` or ``"3-4"``; "" if there are none."""
        return "" if not self.first else f"{self.first}" + (f"-{self.last}" if self.last > self.first else "")


def propose_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which column seems to hold what: field name to column name, only what is recognised.

    Parameters
    ----------
    header : sequence of str
        The names of the columns; of what is nested in JSON, both with a dot between (``source.name``).

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
        words = re.sub(r"([a-zа-я])([A-ZА-Я])", r"\1 \2", name).replace("İ", "i")
        plain.setdefault(" ".join(re.findall(r"[^\W_]+", words.lower())), name)
    # "Article Full Text", "Source Link": the upper name of two rows, or of a program.
    for said, name in list(plain.items()):
        above, _, below = said.partition(" ")
        if above in _ABOVE and below:
            plain.setdefault(below, name)
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        column = next((plain[n] for n in names if n in plain and plain[n] not in found.values()), None)
        if column is not None:
            found[field] = column
    return found


def fields_of(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return the part of a mapping that says which column holds what.

    >>> fields_of({"text": "Story", "header_row": "3"})
    {'text': 'Story'}
    """
    return {field: name for field, name in (columns or {}).items() if field not in {*PLACES, ARTICLES}}


def read_header(rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the column names in the first row that has any; a name that repeats gets its number.

    >>> read_header([[None, ""], ["Title", "Text", "Text"]])
    ['Title', 'Text', 'Text 2']
    """
    for row in rows:
        cells = [cell_text(value) for value in row]
        if any(cells):
            return _numbered(cells)
    return []


def find_header(rows: Sequence[Sequence[object]], columns: Mapping[str, str] | None = None) -> Header:
    """Return the row, or the two rows, that name the columns of a table: as ``columns`` says, or the
    likeliest.

    Above it may stand a title, remarks, a line of the exporting program; names may be set in two rows, with
    the
    upper one over several columns.

    Raises
    ------
    UnreadableError
        ``columns`` names a row that there is not.

    Examples
    --------
    >>> find_header([["Press review"], [], ["Title", "Text"], ["Ferries to stop", "The council met."]])
    Header(names=('Title', 'Text'), first=3, last=3)
    >>> find_header([["Article", None, "Source"], ["Title", "Text", "Name"], ["A", "Rain.", "X"]]).names
    ('Article Title', 'Article Text', 'Source Name')
    """
    cells = [[cell_text(value) for value in row] for row in rows[:LOOKED_AT]]
    given = (columns or {}).get("header_row", "")
    if given:
        return _given(cells, given)
    widest = max((sum(map(bool, row)) for row in cells), default=0)
    wanted = set(fields_of(columns).values())
    best, header = None, Header()
    for at in range(len(cells)):
        for one in _candidates(cells, at):
            worth = (*_worth(one, cells, wanted), *_standing(one, cells, widest))
            if best is None or worth > best:
                best, header = worth, one
    return header


def _given(cells: Sequence[Sequence[str]], given: str) -> Header:
    match = re.fullmatch(r"\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*", given)
    first = int(match[1]) if match else 0
    last = int(match[2] or first) if match else 0
    if not (1 <= first <= last <= first + 1 and last <= len(cells)) or not any(cells[last - 1]):
        said = f"{given[:20]!r} is no row with names, or two (3-4), among the first {LOOKED_AT}"
        raise UnreadableError(f"header row {said}", REMEDY_TABLE)
    names = cells[first - 1] if first == last else _joined(cells[first - 1], cells[last - 1])
    return Header(tuple(_numbered(names)), first, last)


def _candidates(cells: Sequence[Sequence[str]], at: int) -> Iterable[Header]:
    row = cells[at]
    if not any(row) or any(len(cell) > _NAME_LENGTH for cell in row):
        return
    yield Header(tuple(_numbered(row)), at + 1, at + 1)
    below = cells[at + 1] if at + 1 < len(cells) else []
    short = all(len(cell) <= _NAME_LENGTH / 2 and not _VALUE.search(cell) for cell in below)
    if sum(map(bool, below)) >= 2 and short:
        yield Header(tuple(_numbered(_joined(row, below))), at + 1, at + 2)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the names of two rows as one; the upper one of a merged cell stands over all of its columns."""
    names = []
    over = ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        over = above or (over if below else "")
        names.append(below if over.casefold() == below.casefold() else f"{over} {below}".strip())
    return names


def has_texts(header: Header, rows: Sequence[Sequence[object]]) -> bool:
    """Return whether longer texts stand in the first rows under the column whose name says so.

    >>> has_texts(Header(("Text",), 1, 1), [["Text"], ["as published"]])
    False
    """
    told = propose_columns(header.names).get("text")
    if told is None:
        return False
    at = header.names.index(told)
    below = (cell_text(row[at]) for row in rows[header.last : LOOKED_AT] if at < len(row))
    return any(len(cell) >= _NAME_LENGTH / 2 for cell in below)


def seems_headless(rows: Sequence[Sequence[object]], header: Header) -> bool:
    """Return whether no row names the columns: what stands first are a day, an address, a long text.

    >>> rows = [["Ferries", "Lake Post", "2021-03-05"], ["Piers", "Lake Post", "2021-03-06"]]
    >>> seems_headless(rows, find_header(rows)), seems_headless([["name", "since"]], Header(("name",)))
    (True, False)
    """
    if propose_columns(header.names):
        return False
    first = [cell_text(cell) for cell in next((row for row in rows if any(map(cell_text, row))), [])]
    return len(first) > 1 and any(_VALUE.search(one) or len(one) > _NAME_LENGTH for one in first if one)


def _worth(
    header: Header, cells: Sequence[Sequence[str]], wanted: Collection[str]
) -> tuple[bool, bool, bool, int]:
    found = propose_columns(header.names)
    fits = bool(wanted) and set(wanted) <= set(header.names)
    return fits, has_texts(header, cells), "text" in found, len(found)


def _standing(header: Header, cells: Sequence[Sequence[str]], widest: int) -> tuple[bool, bool, int]:
    wide = sum(map(bool, header.names)) >= max(2, 0.6 * widest)
    return wide, header.first == header.last, -header.first


def _numbered(cells: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    # A sheet is as wide as its widest row was once: what is empty at the end is no column.
    width = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
    for cell in cells[:width]:
        seen[cell] = seen.get(cell, 0) + 1
        names.append(cell if seen[cell] == 1 or not cell else f"{cell} {seen[cell]}")
    return names


def cell_text(value: object) -> str:
    """Return what a cell says: days in ISO, whole numbers without a point, nothing of an empty one."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps the id 12 as 12.0.
    return str(value).strip()
