"""Where paragraphs start and end, and where one sentence runs into the next."""

from __future__ import annotations

import re
from typing import Final

from dashboard_core.records import Span

__all__ = ["glue_points", "paragraph_spans"]

# "added.Deputy": a word, a full stop, and a capitalised word with no space between; "Lantern.Com" is none.
_GLUE: Final = re.compile(
    r"(?<=[^\W\d_]{3})[.!?…][\"”»’']?(?=[A-ZÀ-ÞА-ЯЁ][^\W\d_]*[ ,\n])"
    r"(?!(?:[Cc]om|[Oo]rg|[Nn]et|[Aa]z|[Kk][gz]|[Rr]u|[Uu]z)\b)"
)


def paragraph_spans(text: str) -> list[Span]:
    """Return the non-blank paragraphs of a text, trimmed; a hard-wrapped line is joined to its beginning.

    >>> paragraph_spans("One.\\n\\n  Two goes\\non here.")
    [Span(start=0, end=4), Span(start=8, end=25)]
    """
    found: list[Span] = []
    for match in re.finditer(r"[^\n\r\u2028\u2029]+", text):
        raw = match.group()
        stripped = raw.strip()
        if not stripped:
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        end = start + len(stripped)
        # A line that starts in lower case goes on with the one before it, unless that was a full sentence.
        if found and stripped[0].islower() and text.count("\n", found[-1].end, start) == 1:
            last = text[found[-1].end - 1]
            if last.isalnum() or last in ",;-–’'":
                found[-1] = Span(found[-1].start, end)
                continue
        found.append(Span(start, end))
    return found


def glue_points(text: str) -> list[int]:
    """Return the places where one sentence runs into the next without a space.

    >>> text = "We will see, Orlova added.Deputy head Marat Beisen agreed."
    >>> [text[p:p + 6] for p in glue_points(text)]
    ['Deputy']
    """
    return [match.end() for match in _GLUE.finditer(text)]
