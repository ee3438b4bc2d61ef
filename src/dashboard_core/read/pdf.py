"""A PDF with text becomes an article; a scan is named as such."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from dashboard_core.read.body import find_body
from dashboard_core.read.fields import clean, dates_in, find_byline, http_url
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError
from dashboard_core.read.pdf_layout import (
    Line,
    body_size,
    join_lines,
    order_columns,
    paragraphs,
    running_lines,
)
from dashboard_core.read.text import tidy_text

__all__ = ["parse_pdf"]

REMEDY_PDF = "Open it in a PDF reader and print it to a new PDF, or copy the article into a .txt file."
REMEDY_SCAN = "Run text recognition (OCR) over it in a PDF program, or copy the article into a .txt file."
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_NO_TITLE = re.compile(
    r"^(?:microsoft word|untitled|document ?\d*$|slide ?\d|about:blank)"
    r"|\.(?:docx?|indd|pdf|qxd|html?|rtf|odt|pages)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+")
# Fewer letters than this on a page are a page number or a stamp on a picture.
_PAGE_LETTERS = 25


def parse_pdf(data: bytes, limits: Limits) -> Parses:
    """Return the article of a PDF. Scripts, forms, attachments and links in it are passed over.

    Raises
    ------
    UnreadableError
        The file is damaged, has a password or too many pages, is a scan, or holds no article.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    if b"%PDF" not in data[:2048]:
        raise UnreadableError("is no PDF, or a damaged one", REMEDY_PDF)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("has a password", REMEDY_PDF)
        count = len(reader.pages)
        if count > limits.pages:
            problem = f"has {count:,} pages; the limit is {limits.pages:,}"
            raise UnreadableError(problem, "Print the pages with the article to a new PDF.")
        lines = [line for n in range(count) for line in _page_lines(reader.pages[n], n)]
        named = clean(str(reader.metadata.title or "")) if reader.metadata else ""
    except DependencyError as error:
        raise UnreadableError("is encrypted in a way that cannot be opened", REMEDY_PDF) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        # A damaged file fails wherever its damage is.
        problem = f"is damaged ({type(error).__name__}: {clean(str(error))[:80]})"
        raise UnreadableError(problem, REMEDY_PDF) from error
    letters = Counter[int]()
    for line in lines:
        letters[line.page] += sum(c.isalpha() for c in line.text)
    empty = [n + 1 for n in range(count) if letters[n] < _PAGE_LETTERS]
    if len(empty) == count:
        raise UnreadableError(
            f"holds no text on its {count:,} page(s): it is a scan or a picture", REMEDY_SCAN
        )
    article = _article(lines, count, named)
    if not empty:
        return Parses([article])
    listed = ", ".join(map(str, empty[:20])) + (" …" if len(empty) > 20 else "")
    return Parses(
        [article], [f"no text on page(s) {listed}: scans or pictures; the others were read"], REMEDY_SCAN
    )


def _page_lines(page: Any, number: int) -> list[Line]:
    """Return a page's lines in the order in which the file holds them."""
    lines: list[Line] = []
    ended = True

    def visit(text: str, at: list[float], within: list[float], font: Any, size: float) -> None:
        nonlocal ended
        if not text.strip():
            ended = ended or "\n" in text
            if text and lines and not ended:
                lines[-1] = replace(lines[-1], text=lines[-1].text + " ")
            return
        if abs(within[1]) > abs(within[0]) or abs(at[1]) > abs(at[0]):
            return  # Set sideways: a stamp or a note in the margin.
        x = within[4] * at[0] + within[5] * at[2] + at[4]
        y = within[4] * at[1] + within[5] * at[3] + at[5]
        height = abs(size * within[3] * at[3]) or abs(size) or 10.0
        for n, part in enumerate(text.split("\n")):
            if part.strip():
                last = lines[-1] if lines else None
                same = last is not None and abs(last.y - y) < 0.4 * height and n == 0 and x >= last.x
                reach = last.x + 0.62 * last.size * len(last.text) + 2 * height if last is not None else 0.0
                if last is not None and same and (not ended or x < reach):
                    gap = "" if last.text.endswith(" ") or part.startswith(" ") or not ended else " "
                    lines[-1] = Line(number, last.x, last.y, max(last.size, height), last.text + gap + part)
                else:
                    lines.append(Line(number, x, y - n * 1.2 * height, height, part))
            ended = n > 0 or text.endswith("\n")

    page.extract_text(visitor_text=visit)
    return [Line(line.page, line.x, line.y, line.size, text) for line in lines if (text := _plain(line.text))]


def _plain(text: str) -> str:
    for ligature, letters in _LIGATURES.items():
        text = text.replace(ligature, letters)
    # At a line's end the soft hyphen says that the word goes on in the next one.
    broken = "\u00ad" if text.rstrip().endswith("\u00ad") else ""
    return " ".join(tidy_text(text).replace("\ufffd", " ").split()) + broken


def _article(lines: list[Line], pages: int, named: str) -> Parsed:
    running = running_lines(lines, pages)
    kept = order_columns([line for line in lines if line not in running])
    size = body_size(kept)
    words = Counter(w.casefold() for line in kept for w in re.findall(r"\w+(?:-\w+)+(?!-?$)|\w+", line.text))
    title, header, rest = _headline(kept, size)
    blocks = [join_lines((line.text for line in block), words) for block in paragraphs(rest)]
    text = "\n\n".join(blocks)
    body = find_body(text)
    if not body:
        raise UnreadableError("no sentence in it, only labels, tables or pictures", REMEDY_PDF)
    above = [*header, *(block for block in blocks if text.index(block) < body[0].start)]
    byline = find_byline(above)
    furniture = [line.text for line in lines if line in running]
    # A browser prints the address and the day of printing around each page: that day is not the article's.
    url = http_url(*(m[0].rstrip(".,;)") for line in furniture for m in _ADDRESS.finditer(line)))
    days = {day for line in above for day in dates_in(line)}
    if not days and not url:
        days = {day for line in furniture for day in dates_in(line)}
    first = next((n for n, block in enumerate(blocks) if text.index(block) >= body[0].start), 0)
    said = [
        n for n in range(first) if find_byline([blocks[n]]) or (dates_in(blocks[n]) and len(blocks[n]) < 80)
    ]
    return Parsed(
        "\n\n".join(block for n, block in enumerate(blocks) if n not in said),
        title=title or ("" if _NO_TITLE.search(named) else named),
        author=byline,
        outlet=(urlsplit(url).hostname or "").removeprefix("www."),
        url=url,
        published_on=days.pop().isoformat() if len(days) == 1 else "",
    )


def _headline(lines: list[Line], size: float) -> tuple[str, list[str], list[Line]]:
    """Return the headline, the lines above it, and what is left: it is the largest print on page one."""
    large = [n for n, line in enumerate(lines[:40]) if line.page == lines[0].page and line.size > 1.2 * size]
    large = [n for n in large if sum(c.isalpha() for c in lines[n].text) >= 4]
    if not large:
        return "", [], lines
    biggest = max(lines[n].size for n in large)
    first = next(n for n in large if lines[n].size > 0.95 * biggest)
    last = first
    while last + 1 < len(lines) and abs(lines[last + 1].size - lines[first].size) < 0.05 * biggest:
        last += 1
    if len(" ".join(line.text for line in lines[first : last + 1]).split()) > 40:
        return "", [], lines
    title = join_lines(line.text for line in lines[first : last + 1])
    # Small print above the headline is the name of the paper or the section; prose there is the article's.
    above = [line for line in lines[:first] if len(line.text.split()) > 10]
    return title, [line.text for line in lines[:first]], [*above, *lines[last + 1 :]]
