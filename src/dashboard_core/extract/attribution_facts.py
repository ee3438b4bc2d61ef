"""What all rankers of attributions ask about a cue and about stretches of text."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from dashboard_core.extract.attribution_candidates import Part, clause_of
from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import CueList

__all__ = ["CueFacts", "cue_facts", "holds", "quote_shape", "size_of"]

_STEPS: Final = (1, 2, 3, 5, 8, 12, 18, 27, 40, 70, 120)
_SIZES: Final = tuple(str(bisect_left(_STEPS, count)) for count in range(_STEPS[-1] + 1))


def size_of(count: int) -> str:
    """Return a number in a dozen steps, so that 41 and 44 words are one fact."""
    return _SIZES[count] if count <= _STEPS[-1] else "x"


def holds(parts: tuple[Part, ...], index: int) -> bool:
    """Return whether a token stands in one of the parts; asked a thousand times for each article."""
    for a, b in parts:  # noqa: SIM110  # any() takes three times as long
        if a <= index < b:
            return True
    return False


@dataclass(slots=True)
class CueFacts:
    """What is worth knowing about a cue for the choice of its content and source."""

    index: int
    lemma: str
    kind: str
    frame: str
    subject: int
    clause: Part
    quoted: str
    inside: bool


def cue_facts(t: Tokens, i: int, cues: CueList) -> CueFacts:
    """Return the facts about a possible cue that all three rankers share."""
    subject = -1
    slots = []
    for child in t.children[i]:
        dep = t.dep[child]
        if dep in ("nsubj", "nsubjpass", "csubj"):
            if subject < 0:
                subject = child
            slots.append("S" if dep == "nsubj" else "P")
        elif dep in (
            "ccomp",
            "xcomp",
            "dobj",
            "attr",
            "acomp",
            "oprd",
            "parataxis",
            "acl",
            "relcl",
            "agent",
            "dative",
        ):
            slots.append(dep)
        elif dep == "prep":
            slots.append("prep")
    frame = " ".join(slots)
    clause = clause_of(t, i)
    before = clause[0] - 1
    while before >= 0 and t.lower[before] == ",":
        before -= 1
    after = clause[1]
    while after < t.size and (t.lower[after] in (",", ":", "that") or t.pos[after] == "SPACE"):
        after += 1
    quoted = ("b" if before >= 0 and t.is_mark(before) else "") + (
        "a" if after < t.size and t.is_mark(after) else ""
    )
    pos = t.pos[i]
    kind = cues.kind(t.lemma[i], pos)
    return CueFacts(i, t.lemma[i], kind, frame, subject, clause, quoted, t.quote[i] >= 0)


def quote_shape(t: Tokens, parts: tuple[Part, ...]) -> str:
    """Return how the content sits in quotation marks: whole, partly, not at all, or cutting one open."""
    start, end = parts[0][0], parts[-1][1]
    quote = t.quote
    first, last = quote[start], quote[end - 1]
    cut = (first >= 0 and t.quote_spans[first][0] < start) or (last >= 0 and t.quote_spans[last][1] > end)
    if len(parts) == 1:
        outside = (first < 0) + (last < 0)
        ends = 2
    else:
        inside = [quote[k] >= 0 for a, b in parts for k in (a, b - 1)]
        ends = len(inside)
        outside = inside.count(False)
    if not outside:
        return "wholecut" if cut else "whole"
    if outside < ends:
        return "partcut" if cut else "part"
    # No part begins or ends in a quotation, so one that it holds begins within.
    for a, b in parts:
        number = bisect_left(t.quote_starts, a)
        if number < len(t.quote_starts) and t.quote_starts[number] < b:
            return "holds"
    return "none"
