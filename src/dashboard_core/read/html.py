"""A saved web page becomes an article: its paragraphs, and what it says of itself."""

from __future__ import annotations

import re
from typing import Any

from dashboard_core.read.body import find_body
from dashboard_core.read.fields import clean, dates_in, find_byline
from dashboard_core.read.page_metadata import PageMetadata, find_metadata
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError
from dashboard_core.read.text import declared_encoding, decode, tidy_text

__all__ = ["parse_html"]

REMEDY_HTML = (
    "Open the page in a browser, check that the article shows, and save it again (web page, HTML only), "
    "or copy its text into a .txt file."
)
_INLINE = {"hi", "ref", "del", "lb", "graphic", "span"}
# Pictures and fonts written into the page itself: megabytes that no reader reads.
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,80},[A-Za-z0-9+/=%\s]{200,}")
_LAYOUT_WORDS = 60


def parse_html(data: bytes) -> Parses:
    """Return the article of a web page. Scripts are not run and nothing that it refers to is fetched.

    Raises
    ------
    UnreadableError
        The page is empty, is no text, or has no article in it.
    """
    from lxml import html as lxml_html
    from lxml.etree import ParserError
    from trafilatura import bare_extraction

    source = decode(data, declared=declared_encoding(data), remedy=REMEDY_HTML)
    # An XML declaration with an encoding makes lxml refuse a str.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", _EMBEDDED.sub("", source))
    if not source.strip():
        raise UnreadableError("the file is empty", REMEDY_HTML)
    try:
        tree: Any = lxml_html.document_fromstring(source)
    except (ValueError, ParserError) as error:
        raise UnreadableError("is no web page", REMEDY_HTML) from error
    except SyntaxError as error:
        # This parser forgives all mistakes in a page; what it reports so is that memory ran out.
        raise MemoryError from error
    said = find_metadata(tree, source)
    _drop_unseen(tree)
    _unfold_layout_tables(tree)
    document: Any = bare_extraction(tree, include_comments=False, favor_precision=True, with_metadata=False)
    body = document.body if document is not None and not isinstance(document, dict) else None
    lines = _without_header(_lines(body) if body is not None else [], said)
    text = tidy_text("\n\n".join(lines))
    if not find_body(text):
        raise UnreadableError("no article text in it, only menus, labels or links", REMEDY_HTML)
    return Parses([Parsed(text, said.title, said.outlet, said.author, said.url, said.published_on)])


def _drop_unseen(tree: Any) -> None:
    """Take out what a page holds but does not show, as far as its source tells."""
    unseen = tree.xpath(
        ".//template | .//*[@hidden or @aria-hidden='true'][not(.//p)]"
        " | .//*[contains(translate(@style, ' ', ''), 'display:none') and not(.//article)]"
    )
    for element in unseen:
        if element.getparent() is not None and element.tag not in {"html", "body", "main", "article"}:
            element.drop_tree()


def _unfold_layout_tables(tree: Any) -> None:
    """Turn tables that lay out a page into plain boxes: their cells hold paragraphs, not figures."""
    for table in list(tree.iter("table")):
        cells = list(table.iter("td", "th"))
        if any(len(cell.text_content().split()) >= _LAYOUT_WORDS for cell in cells):
            for element in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th")):
                element.tag = "div"


def _lines(element: Any) -> list[str]:
    """Return the text of each block, in order; a line break inside one starts a new line."""
    lines: list[str] = []
    current: list[str] = []

    def close() -> None:
        lines.extend(line for part in "".join(current).split("\n") if (line := " ".join(part.split())))
        current.clear()

    def walk(node: Any) -> None:
        current.append(" ".join((node.text or "").split("\n")))
        for child in node:
            inline = child.tag in _INLINE
            if child.tag == "lb":
                current.append("\n")
            elif isinstance(child.tag, str) and child.tag != "graphic":
                if not inline:
                    close()
                walk(child)
                if not inline:
                    close()
            current.append(" ".join((child.tail or "").split("\n")))

    walk(element)
    close()
    return lines


def _without_header(lines: list[str], said: PageMetadata) -> list[str]:
    """Leave out headline, byline and date above the first paragraph; they are kept as such."""
    prose = (n for n, line in enumerate(lines) if len(line.split()) > 14 and not _is_header(line, said))
    first = next(prose, 0)
    return [line for n, line in enumerate(lines) if n >= first or not _is_header(line, said)]


def _is_header(line: str, said: PageMetadata) -> bool:
    plain = clean(line).casefold()
    if said.title and (plain == said.title.casefold() or plain.startswith(said.title.casefold() + " ")):
        return True
    if len(line.split()) > 12 or line[-1:] in ".!?”":
        return False
    named = bool(said.author) and said.author.casefold() in plain and len(line.split()) <= 10
    return named or bool(find_byline([line])) or bool(dates_in(line)) or plain == said.outlet.casefold()
