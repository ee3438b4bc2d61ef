"""The clauses of a passage, and where in it a target is mentioned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dashboard_core.records import Span

__all__ = ["clauses", "content_words", "find_mentions"]

_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "with",
        "by",
        "at",
        "and",
        "its",
        "their",
        "his",
        "her",
        "new",
        "proposed",
        "between",
        "from",
        "over",
        "as",
        "or",
        "that",
        "this",
        "into",
    ]
)
_BREAK = re.compile(
    r"(?<=[.!?])[\"”’']?\s+|\n+|;\s+|\s[–—-]+\s|,\s+(?=(?:but|and|while|although|though|however|yet|"
    r"so|because|which|who|"
    r"if|unless|until|provided|instead|nor|or|as|with|without|not|rather|despite)\b)|:\s+|"
    r"\s+(?=(?:but|because|unless|although)\b)",
    re.I,
)


def _stem(word: str) -> str:
    word = re.sub(r"['’]s$", "", word.lower())
    return (
        re.sub(r"(isation|ization|ations?|ments?|ings?|ies|es|s|ed|ian|ean|an|ish|ese)$", "", word)
        if len(word) > 5
        else word
    )


def content_words(text: str) -> set[str]:
    """Return the stems of the words that carry meaning.

    >>> sorted(content_words("the new alliances of Poland"))
    ['allianc', 'poland']
    """
    return {_stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP}


def clauses(text: str) -> list[Span]:
    """Return the clauses of a passage in order, without the blanks between; short bits join the next one.

    >>> text = "No bloc is needed, but the exercises should go ahead. We will come."
    >>> [text[a:b] for a, b in clauses(text)]
    ['No bloc is needed,', 'but the exercises should go ahead.', 'We will come.']
    """
    cuts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
    spans: list[Span] = []
    start = 0
    for _, end in pairwise(cuts):
        piece = text[start:end]
        if len(_WORD.findall(piece)) < 3 and end != len(text):
            continue
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            if spans and len(_WORD.findall(piece)) < 3:
                spans[-1] = Span(spans[-1].start, start + len(piece.rstrip()))
            else:
                spans.append(Span(start + left, start + len(piece.rstrip())))
        start = end
    return spans


def find_mentions(text: str, names: Sequence[str], given: Sequence[Span] = ()) -> list[Span]:
    """Return where the target is mentioned: given spans, whole names, else words shared with its name.

    >>> find_mentions("Members of the alliance met.", ["defence alliance"])
    [Span(start=15, end=23)]
    """
    found = [span for span in given if 0 <= span.start < span.end <= len(text)]
    for name in names:
        if name.strip():
            found += [
                Span(*m.span()) for m in re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.I)
            ]
    if found:
        return sorted(set(found))
    wanted = set().union(*(content_words(name) for name in names)) if names else set()
    return [
        Span(*m.span())
        for m in _WORD.finditer(text)
        if m.group().lower() not in _STOP and _stem(m.group()) in wanted
    ]
