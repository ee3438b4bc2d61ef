"""Invented articles set as PDF: columns, running heads, broken words; for the reading tests."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from invented_pages import Invented

__all__ = ["set_pdf"]

_WIDTH, _HEIGHT, _MARGIN, _GUTTER = 595.0, 842.0, 62.0, 22.0


def set_pdf(
    article: Invented,
    *,
    columns: int = 1,
    hyphenate: bool = False,
    indent: bool = False,
    justify: bool = False,
    size: float = 10.0,
    page_height: float = _HEIGHT,
) -> bytes:
    """Return the article as a PDF with a running header, page numbers, headline, byline and date.

    ``indent`` sets paragraphs without a gap, by an indented first line; otherwise a gap parts them.
    """
    from reportlab.pdfgen.canvas import Canvas

    sink = io.BytesIO()
    canvas: Any = Canvas(sink, pagesize=(_WIDTH, page_height))
    width = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GUTTER) / columns
    leading = size * 1.2
    top = page_height - 150
    page, column, y = 1, 0, top

    def furnish() -> None:
        canvas.setFont("Times-Italic", 8)
        canvas.drawString(_MARGIN, page_height - 40, f"{article.outlet}")
        canvas.drawRightString(_WIDTH - _MARGIN, page_height - 40, "World affairs")
        canvas.drawCentredString(_WIDTH / 2, 30, f"Page {page}")

    furnish()
    canvas.setFont("Times-Bold", 18)
    for n, line in enumerate(_fill(article.title, canvas, "Times-Bold", 18, _WIDTH - 2 * _MARGIN, 0, False)):
        canvas.drawString(_MARGIN, page_height - 80 - 21 * n, line[0])
    day = article.published_on
    canvas.setFont("Times-Roman", 9)
    canvas.drawString(_MARGIN, page_height - 128, f"By {article.author} | {day.day} {day:%B} {day.year}")
    for paragraph in article.paragraphs:
        text = paragraph.replace("“", '"').replace("”", '"').replace("—", "-")
        first = 12.0 if indent else 0.0
        lines = list(_fill(text, canvas, "Times-Roman", size, width, first, hyphenate))
        for n, (line, last) in enumerate(lines):
            if y < 62:
                column, y = column + 1, top if page == 1 else page_height - 70
                if column == columns:
                    canvas.showPage()
                    page, column, y = page + 1, 0, page_height - 70
                    furnish()
            x = _MARGIN + column * (width + _GUTTER) + (first if n == 0 else 0)
            canvas.setFont("Times-Roman", size)
            if justify and not last and " " in line:
                room = width - (first if n == 0 else 0) - canvas.stringWidth(line, "Times-Roman", size)
                words = canvas.beginText(x, y)
                words.setWordSpace(room / line.count(" "))
                words.textOut(line)
                canvas.drawText(words)
            else:
                canvas.drawString(x, y, line)
            y -= leading
        if not indent:
            y -= leading * 0.6
    canvas.save()
    return sink.getvalue()


def _fill(
    text: str, canvas: Any, font: str, size: float, width: float, first: float, hyphenate: bool
) -> Iterator[tuple[str, bool]]:
    """Yield lines no wider than the column, and whether each is the paragraph's last."""
    line, room = "", width - first
    waiting = text.split()
    while waiting:
        word = waiting.pop(0)
        longer = f"{line} {word}".strip()
        if canvas.stringWidth(longer, font, size) <= room:
            line = longer
            continue
        for head, tail in _breaks(word) if hyphenate else []:
            if canvas.stringWidth(f"{line} {head}-".strip(), font, size) <= room:
                line, word = f"{line} {head}-".strip(), tail
                break
        yield line, False
        line, room = "", width
        waiting.insert(0, word)
    yield line, True


def _breaks(word: str) -> list[tuple[str, str]]:
    """Return where a word may break, last place first: between a vowel and a consonant, well inside."""
    if not word.rstrip(".,").isalpha():
        return []
    places = [n for n in range(3, len(word) - 3) if word[n - 1] in "aeiou" and word[n] not in "aeiou.,"]
    return [(word[:n], word[n:]) for n in reversed(places)]
