"""The rows of a table, or the lines of a JSONL file, become articles once it is known which column holds
what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from dashboard_core.read.days import day_first, day_in_cell
from dashboard_core.read.fields import clean, clean_author, http_url
from dashboard_core.read.parsed import Parsed
from dashboard_core.read.text import headline

__all__ = ["HINT_CELLS", "articles_of"]

HINT_CELLS = (
    "These rows were read, without what is named. Correct it on the Corpus page, or in the table, with days "
    "as 2026-03-01, and bring it in again."
)
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
