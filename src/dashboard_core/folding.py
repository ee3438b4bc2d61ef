"""One spelling for searching: what a reader types finds the passage, whatever its case or accents.

``Türkiye``, ``TURKIYE`` and ``turkiye`` fold to the same letters, as do Turkish ı, i, İ and I, Cyrillic
capitals, curly and straight quotation marks, and a line break and a space.
"""

from __future__ import annotations

import unicodedata

from dashboard_core.records import Span

__all__ = ["find_folded", "fold"]

_ALIKE = {
    "ı": "i",  # Turkish dotless i: capital I is its capital, too, so both must fold to one letter
    "‘": "'",
    "’": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
}


class _Letters(dict[int, str]):
    """What each letter folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_character(chr(code))
        return self[code]


def _fold_character(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    if character.isspace():
        return " "
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) not in {"Mn", "Cf"}
    )
    return "".join(_ALIKE.get(c, c) for c in plain.casefold())


_LETTERS = _Letters()


def fold(text: str) -> str:
    """Return ``text`` as it is compared in a search.

    >>> fold("TÜRKİYE’s  plan") == fold("türkiye's plan")
    True
    >>> fold("Жээнбеков") == fold("ЖЭЭНБЕКОВ")
    True
    """
    return " ".join(text.translate(_LETTERS).split())


def find_folded(text: str, sought: str) -> list[Span]:
    """Return where ``sought`` occurs in ``text``, in the characters of ``text`` itself.

    >>> text = "The İstanbul\\nsummit"
    >>> [text[span.start : span.end] for span in find_folded(text, "istanbul summit")]
    ['İstanbul\\nsummit']
    """
    needle = fold(sought)
    if not needle:
        return []
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for letter in _LETTERS[ord(character)]:
            if letter == " " and letters[-1:] == [" "]:
                continue
            letters.append(letter)
            origin.append(place)
    folded = "".join(letters)
    found: list[Span] = []
    at = folded.find(needle)
    while at >= 0:
        last = at + len(needle)
        found.append(Span(origin[at], origin[last - 1] + 1))
        at = folded.find(needle, last)
    return found
