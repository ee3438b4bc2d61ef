"""A Word file becomes an article: its paragraphs as they read with all changes accepted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashboard_core.read.archives import REMEDY_OFFICE, check_office
from dashboard_core.read.body import find_body
from dashboard_core.read.digests import digest_told, heading_kind, outlet_above, split_digest
from dashboard_core.read.fields import clean, dates_in, days_above, find_byline
from dashboard_core.read.limits import Limits
from dashboard_core.read.monitored import split_documents
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError
from dashboard_core.read.text import tidy_text

__all__ = ["parse_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Deleted and moved-away text, pictures' captions in boxes (kept twice in the file), and field codes.
_LEFT_OUT = {
    _W + name for name in ("del", "moveFrom", "instrText", "delText", "txbxContent", "pict", "drawing")
}
_HEADINGS = re.compile(r"^(?:title|titel|heading\s?1|kop\s?1|überschrift\s?1)$", re.IGNORECASE)

# What stands for a style where a paragraph has none that says more.
_BOLD = "bold"


def parse_docx(data: bytes, limits: Limits, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the article of a Word file. Macros, links, embedded objects and pictures are passed over.

    The text has the body's paragraphs, with tracked insertions and without deletions; headers, footers,
    footnotes and comments are left out, tables too, unless the article stands in one.

    Raises
    ------
    UnreadableError
        The file is no Word file, could do harm, or holds no article.
    """
    check_office(data, limits, main="word/document.xml", what="Word file")
    from docx import Document

    try:
        document = Document(io.BytesIO(data))
    except (KeyError, ValueError, SyntaxError) as error:
        if "memory" in str(error).lower():
            raise MemoryError from error  # lxml calls it a syntax error
        raise UnreadableError(f"is damaged ({clean(str(error))[:80]})", REMEDY_OFFICE) from error
    element: Any = document.element.body
    styles = {style.style_id: clean(style.name or "") for style in document.styles}
    outside: list[tuple[str, str]] = []
    inside: list[tuple[str, str]] = []
    for paragraph in element.iter(_W + "p"):
        if any(parent.tag in _LEFT_OUT for parent in paragraph.iterancestors()):
            continue
        in_table = any(parent.tag == _W + "tbl" for parent in paragraph.iterancestors())
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = styles.get(style.get(_W + "val"), "") if style is not None else ""
        name = name if heading_kind(name, bold=False) or not _is_bold(paragraph) else _BOLD
        for line in tidy_text("".join(_runs(paragraph))).split("\n"):
            if line.strip():
                (inside if in_table else outside).append((" ".join(line.split()), name))
    words = [sum(len(line.split()) for line, _ in lines) for lines in (outside, inside)]
    lines = outside if words[0] >= words[1] else [*outside, *inside]
    delivered = split_documents("\n".join(line for line, _ in lines))
    if delivered:
        # One line is one paragraph here.
        return Parses([replace(one, text="\n\n".join(one.text.split("\n"))) for one in delivered])
    one = Parses([_article(lines)])
    several = split_digest([(line, heading_kind(style, bold=style == _BOLD)) for line, style in lines])
    several = [replace(part, text="\n\n".join(part.text.split("\n"))) for part in several]
    return digest_told(one, several, columns) if several else one


def _is_bold(paragraph: Any) -> bool:
    """Whether all that is said in a paragraph is set in bold."""
    runs = [
        run for run in paragraph.iter(_W + "r") if any((t.text or "").strip() for t in run.iter(_W + "t"))
    ]
    marks = [run.find(f"{_W}rPr/{_W}b") for run in runs]
    return bool(runs) and all(b is not None and b.get(_W + "val") not in {"0", "false"} for b in marks)


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT or child.tag == _W + "p":
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag == _W + "tab":
            yield "\t"
        elif child.tag in {_W + "br", _W + "cr"}:
            yield "\n"
        elif child.tag == _W + "noBreakHyphen":
            yield "-"
        else:
            yield from _runs(child)


def _article(lines: list[tuple[str, str]]) -> Parsed:
    text = "\n\n".join(line for line, _ in lines)
    body = find_body(text)
    if not body:
        raise UnreadableError("no sentence in it, only labels, tables or pictures", REMEDY_OFFICE)
    header = [(line, style) for line, style in lines[:12] if text.index(line) < body[0].start]
    title = next((line for line, style in lines[:12] if _HEADINGS.match(style)), "")
    if not title:
        plain = [
            h for h, _ in header if 4 <= len(h.split()) <= 40 and not find_byline([h]) and not dates_in(h)
        ]
        title = next(iter(plain), "")
    days = days_above(line for line, _ in header)
    byline = find_byline(line for line, _ in header)
    said = {title, *(h for h, _ in header if find_byline([h]) or (dates_in(h) and len(h.split()) <= 8))}
    kept = [line for n, (line, _) in enumerate(lines) if n >= len(header) + 1 or line not in said]
    return Parsed(
        "\n\n".join(kept),
        title=clean(title),
        outlet=outlet_above([line for line, _ in header]),
        author=byline,
        published_on=days.pop().isoformat() if len(days) == 1 else "",
    )
