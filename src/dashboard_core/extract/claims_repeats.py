"""Pull quotes: passages that only say again what stands elsewhere in the article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dashboard_core.records import Span

__all__ = ["repeats"]

_WORD: Final = re.compile(r"[^\W_]+(?:[’'.\-][^\W_]+)*")
# Fewer words than this may come twice by chance.
_SHINGLE: Final = 5
# How many passages with the same beginning are compared at most.
_REACH: Final = 1_000


def repeats(text: str, passages: Sequence[Span], parts: Sequence[Sequence[Span]] | None = None) -> set[int]:
    """Return the indices of passages that only repeat others (pull quotes).

    A passage repeats when each of its ``parts`` (by default the whole of it) stands word for word in another
    passage that is longer or comes earlier.

    >>> text = "“We will go on with it together,” she said. We will go on with it together"
    >>> repeats(text, [Span(0, 43), Span(44, 75)])
    {1}
    """

    def words_of(span: Span) -> list[str]:
        return [word.lower() for word in _WORD.findall(text[span.start : span.end])]

    words = [words_of(span) for span in passages]
    joined = [f" {' '.join(own)} " for own in words]
    holders: dict[tuple[str, ...], list[int]] = {}
    for index, own in enumerate(words):
        for at in range(len(own) - _SHINGLE + 1):
            holders.setdefault(tuple(own[at : at + _SHINGLE]), []).append(index)
    found: set[int] = set()
    for i, own in enumerate(words):
        pieces = [own] if parts is None else [words_of(span) for span in parts[i]]
        pieces = [piece for piece in pieces if len(piece) >= _SHINGLE]
        if not pieces:
            continue
        if all(_held(piece, i, words, joined, holders) for piece in pieces):
            found.add(i)
    return found


def _held(
    piece: list[str],
    owner: int,
    words: Sequence[list[str]],
    joined: Sequence[str],
    holders: dict[tuple[str, ...], list[int]],
) -> bool:
    needle = f" {' '.join(piece)} "
    for other in dict.fromkeys(holders.get(tuple(piece[:_SHINGLE]), [])[:_REACH]):
        size, own = len(words[other]), len(words[owner])
        if other != owner and (size > own or (size == own and other < owner)) and needle in joined[other]:
            return True
    return False
