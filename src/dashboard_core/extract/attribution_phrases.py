"""Rules for opinions that hang on a phrase: "In his opinion, ...", "..., in the view of the rector, ...".

The corpus has too few of them to learn from. Which phrases count is a matter of ``seeds/cues.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard_core.extract.attribution_candidates import Part
from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import CueList, find_phrase

__all__ = ["PhraseAttribution", "find_phrase_attributions"]

_LEARNED: Final = frozenset(["according"])  # frequent enough that the scorers read it well
_SHORTEST: Final = 4
_PHRASE_WORDS: Final = 12
_GENITIVES: Final = frozenset(["'s", "’s", "'", "’"])


@dataclass(frozen=True, slots=True)
class PhraseAttribution:
    """Token ranges of a phrase, of whose opinion it is, and of the opinion."""

    cue: Part
    source: Part
    content: tuple[Part, ...]


def find_phrase_attributions(t: Tokens, cues: CueList, taken: bytearray) -> list[PhraseAttribution]:
    """Return the opinions that phrases report, where nothing else was found (``taken`` marks its tokens)."""
    firsts = {phrase[0] for phrase in cues.phrases} - _LEARNED
    found = []
    for index in range(t.size):
        if t.lower[index] not in firsts or t.quote[index] >= 0:
            continue
        first, last = t.sent_spans[t.sent[index]]
        opens = all(t.pos[i] in ("PUNCT", "SPACE", "CCONJ", "ADV") for i in range(first, index))
        if not opens and t.lower[index - 1] != ",":
            continue
        length = find_phrase(t.lower[index : min(last, index + _PHRASE_WORDS)], 0, cues)
        source = _source(t, index, index + length, last) if length else None
        if source is None:
            continue
        after = max(source[1], index + length)
        # "In his opinion, ...": the comma tells the phrase from "in his view of the sea stood a tree".
        if after >= last or t.lower[after] != ",":
            continue
        content = [(after + 1, _end(t, after + 1, last))]
        if not opens:
            content.insert(0, (first, index - 1))
        words = sum(b - a for a, b in content)
        if words < _SHORTEST or any(1 in taken[a:b] for a, b in content):
            continue
        found.append(
            PhraseAttribution((index, index + length), source, tuple(p for p in content if p[1] > p[0]))
        )
    return found


def _source(t: Tokens, first: int, after: int, last: int) -> Part | None:
    """Return whose opinion it is: the possessive inside the phrase, or the noun phrase behind it."""
    inner = [i for i in range(first + 1, after) if t.tag[i] == "PRP$"]
    if inner:
        return inner[0], inner[0] + 1
    genitive = [i for i in range(first + 1, after) if t.lower[i] in _GENITIVES]
    if genitive:
        return first + 1, genitive[0]
    for child in t.children[after - 1]:
        if t.dep[child] == "pobj" and after <= child < last:
            return after, max(child, t.right[child]) + 1
    return None


def _end(t: Tokens, first: int, last: int) -> int:
    while last > first and (t.pos[last - 1] == "SPACE" or t.lower[last - 1] in (".", "…")):
        last -= 1
    return last
