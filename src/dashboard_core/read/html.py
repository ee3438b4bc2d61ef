"""A saved web page becomes an article: its paragraphs, and what it says of itself."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from dashboard_core.read.body import find_body
from dashboard_core.read.encodings import declared_encoding, decode
from dashboard_core.read.fields import INVISIBLE, clean, dates_in, find_byline
from dashboard_core.read.limits import Limits
from dashboard_core.read.page_metadata import PageMetadata, find_metadata
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError
from dashboard_core.read.text import parse_text, tidy_text

__all__ = ["parse_html"]

REMEDY_HTML = (
    "Open the page in a browser, check that the article shows, and save it again (web page, HTML only), "
    "or copy its text into a .txt file."
)
REMEDY_LONG = (
    "That is a book or a list, no article: save the article alone (its own page, or its text as .txt), or "
    "have whoever runs this program raise the limit of page elements (docs/inputs.md)."
)
_INLINE = {"hi", "ref", "del", "lb", "graphic", "span"}
# Pictures and fonts written into the page itself: megabytes that no reader reads.
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,80},[A-Za-z0-9+/=%\s]{200,}")
_LAYOUT_WORDS = 60
# Fewer letters than this are less than most articles have.
_SUSPICIOUS = 500
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|comentarios?|commentaires?|kommentare?|commenti|reacties|yorum(?:lar)?|disqus)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTAINERS = {"div", "section", "article", "main", "td", "body", "blockquote", "span", "form"}
_RUNNING = {
    "a",
    "b",
    "i",
    "em",
    "strong",
    "span",
    "q",
    "abbr",
    "time",
    "cite",
    "u",
    "sup",
    "sub",
    "small",
    "font",
}
_LOOSE_WORDS = 8
_MAIL = re.compile(
    r"(?:From|Sent|To|Cc|Subject|Date|Attachments|От|Кому|Тема|Отправлено|Kimden|Kime|Konu):\s"
)


def parse_html(data: bytes, limits: Limits | None = None) -> Parses:
    """Return the article of a web page. Scripts are not run and nothing that it refers to is fetched.

    Raises
    ------
    UnreadableError
        The page is empty, is no text, has far more elements than a page with one article, or no article in
        it.
    """
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    if 0 < data.count(0) <= len(data) / 10_000:
        data = data.replace(b"\x00", b"")  # A slip of the site: browsers pass over it.
    source = decode(data, declared=declared_encoding(data), remedy=REMEDY_HTML).translate(INVISIBLE)
    # An XML declaration with an encoding makes lxml refuse a str.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", _EMBEDDED.sub("", source))
    if not source.strip():
        raise UnreadableError("the file is empty", REMEDY_HTML)
    if not re.search(r"<[A-Za-z!/?]", source):
        return parse_text(data)  # a text under the name of a page: its lines would run together
    try:
        tree: Any = lxml_html.document_fromstring(source)
    except (ValueError, ParserError) as error:
        raise UnreadableError("is no web page", REMEDY_HTML) from error
    except SyntaxError as error:
        # This parser forgives all mistakes in a page; what it reports so is that memory ran out.
        raise MemoryError from error
    most = (limits or Limits()).page_elements
    if (count := sum(1 for _ in tree.iter())) > most:
        problem = f"the page has {count:,} paragraphs, boxes and other elements; the limit is {most:,}"
        raise UnreadableError(problem, REMEDY_LONG)
    _drop_invisible(tree)
    said = find_metadata(tree, source)
    _drop_unseen(tree)
    _drop_comments(tree)
    _unwrap_inline(tree)
    _wrap_loose_text(tree)
    _unfold_layout_tables(tree)
    lines = _without_header(_article_lines(tree, precise=True), said)
    letters = sum(map(len, lines))
    if letters < _SUSPICIOUS:
        # Strict rules can take a note under an article for the article itself.
        others = _without_header(_article_lines(tree, precise=False), said)
        # One line is the whole page in a row, menus and all: better than nothing only.
        better = len(others) > 1 or not lines
        lines = others if better and sum(map(len, others)) >= 2 * letters else lines
    text = tidy_text("\n\n".join(lines))
    if not find_body(text):
        raise UnreadableError("no article text in it, only menus, labels or links", REMEDY_HTML)
    return Parses([Parsed(text, said.title, said.outlet, said.author, said.url, said.published_on)])


def _article_lines(tree: Any, *, precise: bool) -> list[str]:
    """Return the lines of what is taken for the article; ``precise`` takes rather less than too much."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        deepcopy(tree), include_comments=False, favor_precision=precise, with_metadata=False
    )
    body = document.body if document is not None and not isinstance(document, dict) else None
    return _lines(body) if body is not None else []


def _drop_invisible(tree: Any) -> None:
    """Take out the invisible marks that stood in the source as entities ("&shy;"): they show only now."""
    for element in tree.iter():
        for place in ("text", "tail"):
            words = getattr(element, place)
            if words and (plain := words.translate(INVISIBLE)) != words:
                setattr(element, place, plain)


def _drop_unseen(tree: Any) -> None:
    """Take out what a page holds but does not show, as far as its source tells."""
    unseen = tree.xpath(
        ".//template | .//*[@hidden or @aria-hidden='true'][not(.//p)]"
        " | .//*[contains(translate(@style, ' ', ''), 'display:none') and not(.//article)]"
    )
    for element in unseen:
        if element.getparent() is not None and element.tag not in {"html", "body", "main", "article"}:
            element.drop_tree()


def _drop_comments(tree: Any) -> None:
    """Take out what readers wrote under an article: their words are nobody's claims."""
    for element in list(tree.iter("div", "section", "ol", "ul", "dl", "aside", "form", "table")):
        marks = f"{element.get('id') or ''} {element.get('class') or ''}"
        if element.getparent() is None or not _COMMENTS.search(marks):
            continue
        # Wrappers of whole pages are marked so, too ("comments-open"): comments stand after the article.
        before = sum(len(p.text_content().split()) for p in element.xpath("preceding::p")[-30:])
        if before >= _LAYOUT_WORDS and element.find(".//h1") is None:
            element.drop_tree()


def _unwrap_inline(tree: Any) -> None:
    """Make spans of what stands within a sentence, and would be taken for a block of its own."""
    for element in list(tree.iter("q", "code", "kbd", "samp", "var")):
        if element.tag != "q" and "\n" in element.text_content().strip():
            continue  # lines of a program
        if element.tag == "q":
            element.text = f"“{element.text or ''}"
            tail = element[-1] if len(element) else None
            if tail is None:
                element.text += "”"
            else:
                tail.tail = f"{tail.tail or ''}”"
        element.tag = "span"


def _wrap_loose_text(tree: Any) -> None:
    """Make paragraphs of sentences that stand between paragraphs without being in one.

    A box inside a paragraph ends it for every browser, and what follows the box is loose text: often the
    first sentence of the article.
    """
    for container in {p.getparent() for p in tree.iter("p")} - {None}:
        if container.tag not in _CONTAINERS:
            continue
        for child in list(container):
            if child.tag in _RUNNING or not (child.tail or "").strip():
                continue
            run = []
            following = child.getnext()
            while following is not None and following.tag in _RUNNING:
                run.append(following)
                following = following.getnext()
            words = [child.tail, *(f"{one.text_content()} {one.tail or ''}" for one in run)]
            if len(" ".join(words).split()) < _LOOSE_WORDS:
                continue
            paragraph = child.makeelement("p")
            paragraph.text, child.tail = child.tail, None
            child.addnext(paragraph)
            paragraph.extend(run)


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
    # A message that was saved as a page: who sent it to whom is no part of the article.
    mail = [n for n, line in enumerate(lines[:20]) if _MAIL.match(line)]
    if len(mail) >= 2:
        lines = [line for n, line in enumerate(lines) if n not in mail]
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
