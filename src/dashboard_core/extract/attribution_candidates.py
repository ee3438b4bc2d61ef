"""What could be a cue, its content and its source: wide nets, from which the rankers choose.

A content candidate is a tuple of token ranges. Ranges come from the tree (the clause a verb takes), from the
line (from the sentence's start to the comma before "he said") and from quotation marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import CueList, find_phrase

__all__ = ["CUE_WORDS", "Candidate", "Part", "content_candidates", "cue_candidates", "source_candidates"]

Part = tuple[int, int]
_EDGE: Final = frozenset([",", ";", ":", "-", "--", "–", "—", ".", "...", "…"])
# Function words that are cues in some phrase; the classifier reads the phrase around them.
CUE_WORDS: Final = frozenset(
    [":", "according", "per", "via", "reportedly", "allegedly", "apparently", "supposedly"]
)
_PREPOSITIONS: Final = frozenset(["for", "to", "in", "of", "by", "from", "about", "with", "on", "as"])
_MAX_CONTENT: Final = 48
_MAX_SOURCE: Final = 16
# A text without full stops is one sentence of thousands of words; a cue looks no further than this.
_REACH: Final = 260
_LONGEST_CONTENT: Final = 900


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible content: its token ranges and the names of the rules that made it."""

    parts: tuple[Part, ...]
    made_by: tuple[str, ...]


def cue_candidates(t: Tokens, cues: CueList) -> Iterator[int]:
    """Yield the tokens that may be the head of a cue."""
    starts = {phrase[0] for phrase in cues.phrases}
    for index in range(t.size):
        pos = t.pos[index]
        word = t.lower[index]
        if pos == "VERB":
            yield index
        elif pos == "NOUN":
            if t.lemma[index] in cues.nouns or t.lemma[index] in cues.verbs:
                yield index
        elif pos == "ADJ":
            if t.lemma[index] in cues.adjectives:
                yield index
        elif pos == "PROPN":
            # Headlines in capitals: "Holt Says Treaty Is Dead".
            if word in cues.nouns or word in cues.verbs or (word.endswith("s") and word[:-1] in cues.verbs):
                yield index
        elif pos == "AUX":
            continue
        elif word in CUE_WORDS or (
            (word in starts or word in _PREPOSITIONS)
            and pos in ("ADP", "SCONJ")
            and find_phrase(t.lower, index, cues)
        ):
            yield index


def _trim(t: Tokens, first: int, last: int) -> Part | None:
    """Return the range without blanks and separating marks at its edges, None when nothing is left."""
    while first < last and (t.pos[first] == "SPACE" or t.lower[first] in _EDGE):
        first += 1
    while last > first and (t.pos[last - 1] == "SPACE" or t.lower[last - 1] in _EDGE):
        last -= 1
    return (first, last) if last > first else None


class _Net:
    """Collects candidates once each, in a fixed order."""

    def __init__(self, t: Tokens, cue: int) -> None:
        self.t = t
        self.cue = cue
        self.found: dict[tuple[Part, ...], list[str]] = {}

    def add(self, made_by: str, *ranges: Part) -> None:
        parts = []
        for first, last in ranges:
            part = _trim(self.t, first, last)
            if part is None or part[0] <= self.cue < part[1] or part[1] - part[0] > _LONGEST_CONTENT:
                if len(ranges) == 1:
                    return
                continue
            parts.append(part)
        if not parts:
            return
        parts.sort()
        for before, after in pairwise(parts):
            if after[0] < before[1]:
                return
        key = tuple(parts)
        if key in self.found:
            self.found[key].append(made_by)
        elif len(self.found) < _MAX_CONTENT:
            self.found[key] = [made_by]


_OBJECTS: Final = frozenset(["dobj", "attr", "oprd", "dative", "nsubjpass", "acomp"])
_CLAUSES: Final = frozenset(["ccomp", "xcomp", "advcl", "pcomp", "acl", "relcl", "parataxis", "prep"])


def clause_of(t: Tokens, cue: int) -> Part:
    """Return the tokens from the source's start to the cue's end where they stand together."""
    left = right = cue
    for child in t.children[cue]:
        if t.dep[child] in ("aux", "auxpass", "neg", "advmod", "prt") and abs(child - cue) <= 4:
            left, right = min(left, t.left[child]), max(right, t.right[child])
    for child in t.children[cue]:
        if t.dep[child] in ("nsubj", "nsubjpass", "agent", "pobj"):
            a, b = t.left[child], t.right[child]
            if b < cue and left - b <= 4:
                left = min(left, a)
            elif a > cue and a - right <= 4:
                right = max(right, b)
    return left, right + 1


def content_candidates(t: Tokens, cue: int) -> list[Candidate]:
    """Return what the cue may report, the likelier rules first."""
    net = _Net(t, cue)
    first, last = t.sent_spans[t.sent[cue]]
    first, last = max(first, cue - _REACH), min(last, cue + _REACH)
    para_first, para_last = t.para_spans[t.para[cue]]
    para_first, para_last = max(para_first, cue - _REACH), min(para_last, cue + _REACH)
    clause_first, clause_last = clause_of(t, cue)
    _from_tree(net, cue, last)
    _from_quotations(net, cue, clause_first, clause_last, para_first, para_last)
    _from_line(net, cue, first, last, clause_first, clause_last)
    head = t.head[cue]
    if t.pos[cue] != "VERB" or t.dep[cue] in ("conj", "xcomp", "prep", "dobj", "attr", "acomp", "pobj"):
        _from_tree(net, head, last, "head ")
        if t.head[head] != head and t.pos[cue] in ("NOUN", "ADP", "SCONJ"):
            _from_tree(net, t.head[head], last, "head2 ")
    if t.dep[cue] in ("relcl", "acl"):
        net.add("antecedent", (t.left[head], cue))
        net.add("antecedent all", (t.left[head], t.right[head] + 1))
    _from_next(net, cue, last, para_last)
    return [Candidate(parts, tuple(made_by)) for parts, made_by in net.found.items()]


def _from_tree(net: _Net, at: int, last: int, prefix: str = "") -> None:
    t, cue = net.t, net.cue
    right_children: list[int] = []
    for child in t.children[at]:
        dep = t.dep[child]
        if child == cue or t.left[child] <= cue <= t.right[child]:
            continue
        if dep in _CLAUSES or dep in _OBJECTS or dep == "pobj" or (dep == "dep" and t.pos[child] != "SPACE"):
            net.add(prefix + dep, (t.left[child], t.right[child] + 1))
            if child > cue:
                right_children.append(child)
                net.add(prefix + dep + " on", (t.left[child], last))
            if dep == "prep":
                for inner in t.children[child]:
                    if t.dep[inner] in ("pobj", "pcomp"):
                        net.add(prefix + "prep " + t.dep[inner], (t.left[inner], t.right[inner] + 1))
                        net.add(prefix + "prep " + t.dep[inner] + " on", (t.left[inner], last))
        elif dep in ("nsubj", "csubj", "nsubjpass") and child < cue:
            net.add(prefix + dep, (t.left[child], t.right[child] + 1))
    for position, child in enumerate(right_children):
        for other in right_children[position + 1 : position + 3]:
            net.add(prefix + "two", (t.left[child], t.right[other] + 1))
            if t.dep[other] in _CLAUSES:
                net.add(
                    prefix + "two apart",
                    (t.left[child], t.right[child] + 1),
                    (t.left[other], t.right[other] + 1),
                )
    subject = next((c for c in t.children[at] if t.dep[c] in ("nsubj", "nsubjpass", "csubj") and c < cue), -1)
    if subject >= 0 and right_children and subject != cue:
        for child in right_children[:3]:
            net.add(
                prefix + "subject and " + t.dep[child],
                (t.left[subject], t.right[subject] + 1),
                (t.left[child], t.right[child] + 1),
            )


def _quote_run(t: Tokens, number: int, step: int, limit: Part) -> int:
    """Return the last quotation that follows on ``number`` with nothing said between them."""
    at = number
    while 0 <= at + step < len(t.quote_spans):
        here, there = t.quote_spans[at], t.quote_spans[at + step]
        if not (limit[0] <= there[0] and there[1] <= limit[1]):
            break
        gap = range(here[1], there[0]) if step > 0 else range(there[1], here[0])
        if any(t.pos[i] not in ("SPACE", "PUNCT") for i in gap):
            break
        at += step
    return at


def _from_quotations(
    net: _Net, cue: int, clause_first: int, clause_last: int, para_first: int, para_last: int
) -> None:
    t = net.t
    around = t.quote[cue]
    numbers = [n for n in _quotes_in(t, para_first, para_last) if n != around]
    before = [n for n in numbers if t.quote_spans[n][1] <= cue]
    after = [n for n in numbers if t.quote_spans[n][0] > cue]
    first, last = t.sent_spans[t.sent[cue]]
    first, last = max(first, cue - _REACH), min(last, cue + _REACH)
    limit = (para_first, para_last)
    if before:
        near = before[-1]
        start, end = t.quote_spans[near]
        net.add("quote before", (start, end))
        run = _quote_run(t, near, -1, limit)
        net.add("quotes before", (t.quote_spans[run][0], end))
        sentence = t.sent_spans[t.sent[start]][0]
        net.add("sentence to quote before", (max(sentence, para_first), end))
        net.add("paragraph to quote before", (para_first, end))
        net.add("all quotes before", *(t.quote_spans[n] for n in before))
    if after:
        near = after[0]
        start, end = t.quote_spans[near]
        net.add("quote after", (start, end))
        run_end = t.quote_spans[_quote_run(t, near, 1, limit)][1]
        net.add("quotes after", (start, run_end))
        net.add("cue to quote end", (cue + 1, max(last, end)))
        net.add("cue to quote", (cue + 1, end))
        net.add("clause to quote", (clause_last, end))
        same = [n for n in after if t.quote_spans[n][0] < last]
        if same:
            net.add("cue to last quote", (cue + 1, t.quote_spans[same[-1]][1]))
            net.add("quotes of the sentence after", *(t.quote_spans[n] for n in same))
            clause = [
                c for c in t.children[cue] if c > cue and t.dep[c] in ("ccomp", "xcomp", "dobj", "prep")
            ]
            if clause:
                net.add("tree to last quote", (t.left[clause[0]], t.quote_spans[same[-1]][1]))
        net.add("all quotes after", *(t.quote_spans[n] for n in after))
        if before:
            b_start = t.quote_spans[_quote_run(t, before[-1], -1, limit)][0]
            b_end = t.quote_spans[before[-1]][1]
            net.add("around", (b_start, b_end), (start, run_end))
            net.add("around one", t.quote_spans[before[-1]], (start, end))
            net.add("around line", (max(first, para_first), b_end), (start, run_end))
            net.add("around to paragraph ends", (para_first, b_end), (start, para_last))
            net.add("around all", *(t.quote_spans[n] for n in numbers))
    if before and not after:
        net.add("around open", t.quote_spans[before[-1]], (clause_last, last))


def _quotes_in(t: Tokens, first: int, last: int) -> list[int]:
    seen: list[int] = []
    for index in range(first, last):
        number = t.quote[index]
        if number >= 0 and (not seen or seen[-1] != number):
            seen.append(number)
    return seen


def _from_line(net: _Net, cue: int, first: int, last: int, clause_first: int, clause_last: int) -> None:
    t = net.t
    net.add("line before", (first, clause_first))
    net.add("line after", (cue + 1, last))
    net.add("clause after", (clause_last, last))
    net.add("line around", (first, clause_first), (clause_last, last))
    subtree = (t.left[cue], t.right[cue] + 1)
    net.add("subtree before", (subtree[0], clause_first))
    net.add("subtree after", (cue + 1, subtree[1]))
    # "X, he said, Y": commas around the clause; "X, according to the poll, Y" likewise.
    commas_before = [i for i in range(first, clause_first) if t.lower[i] in (",", ";", "--", "—", "–", ":")]
    commas_after = [i for i in range(clause_last, last) if t.lower[i] in (",", ";", "--", "—", "–", ":")]
    if commas_after:
        net.add("clause to comma", (clause_last, commas_after[0]))
        net.add("after comma", (commas_after[0], last))
        net.add("before, after comma", (first, clause_first), (commas_after[0], last))
        if len(commas_after) > 1:
            net.add("after second comma", (commas_after[1], last))
            net.add("before, after second comma", (first, clause_first), (commas_after[1], last))
            net.add("clause to second comma", (clause_last, commas_after[1]))
    if commas_before:
        net.add("from comma", (commas_before[-1], clause_first))
        net.add("to comma", (first, commas_before[-1]))
        if len(commas_before) > 1:
            net.add("from comma to comma", (commas_before[-2], commas_before[-1]))
            net.add("to second comma", (first, commas_before[-2]))


def _from_next(net: _Net, cue: int, last: int, para_last: int) -> None:
    """A cue that ends its sentence announces the next: 'He continued:' and a new paragraph."""
    t = net.t
    ends = all(t.pos[i] in ("PUNCT", "SPACE") for i in range(cue + 1, last)) or t.lower[last - 1] == ":"
    announces = ends or any(t.lower[i] == ":" for i in range(cue, last))
    at = last
    while at < t.size and t.pos[at] == "SPACE":
        at += 1
    if announces and at < t.size:
        sentence = t.sent_spans[t.sent[at]]
        net.add("next sentence", sentence)
        paragraph = t.para_spans[t.para[at]]
        net.add("next paragraph", paragraph)
        if t.quote[at] >= 0 and t.is_mark(at):
            net.add("next quote", t.quote_spans[t.quote[at]])
    number = t.sent[cue]
    if number > 0:
        before = t.sent_spans[number - 1]
        if t.para[before[0]] == t.para[cue] or t.quote[before[0]] >= 0:
            net.add("sentence before", before)


def source_candidates(t: Tokens, cue: int, taken: tuple[Part, ...]) -> list[tuple[int, str]]:
    """Return the head tokens that may name the source, each with the path that leads to it.

    ``taken`` is the content: nobody is the source of what they are inside of.
    """
    found: dict[int, str] = {}

    def add(index: int, path: str) -> None:
        if index != cue and t.pos[index] not in ("PUNCT", "SPACE") and len(found) < _MAX_SOURCE:
            found.setdefault(index, path)

    at, up = cue, ""
    for _ in range(4):
        for child in t.children[at]:
            dep = t.dep[child]
            if child == cue:
                continue
            if dep in ("nsubj", "nsubjpass", "csubj", "agent", "poss", "expl"):
                if dep == "agent":
                    for inner in t.children[child]:
                        add(inner, up + "agent")
                else:
                    add(child, up + dep)
            elif dep in ("dobj", "attr", "dative", "compound", "amod", "npadvmod", "appos", "nmod"):
                add(child, up + dep)
                for inner in t.children[child]:
                    if t.dep[inner] == "poss":
                        add(inner, up + dep + " poss")
            elif dep == "prep":
                for inner in t.children[child]:
                    if t.dep[inner] in ("pobj", "prep"):
                        add(inner, up + "prep " + t.lower[child])
                        for below in t.children[inner]:
                            if t.dep[below] in ("pobj", "poss"):
                                add(below, up + "prep " + t.lower[child] + " " + t.dep[below])
            elif dep == "pobj":
                add(child, up + "pobj")
                for inner in t.children[child]:
                    if t.dep[inner] == "poss":
                        add(inner, up + "pobj poss")
        if t.dep[at] in ("relcl", "acl"):
            add(t.head[at], up + t.dep[at] + " head")
        if t.head[at] == at:
            break
        up += ("v" if t.pos[at] == "VERB" else t.pos[at][:1]) + t.dep[at] + "^"
        at = t.head[at]
        if t.pos[at] in ("NOUN", "PROPN", "PRON"):
            add(at, up + "head")
    sentence = t.sent_spans[t.sent[cue]]
    sentence = (max(sentence[0], cue - _REACH), min(sentence[1], cue + _REACH))
    _add_near(t, cue, sentence, taken, add)
    return list(found.items())


def _add_near(
    t: Tokens, cue: int, sentence: Part, taken: tuple[Part, ...], put: Callable[[int, str], None]
) -> None:
    """Add the nearest noun before and after the cue, and the subject of the sentence before."""

    def inside(index: int) -> bool:
        return any(a <= index < b for a, b in taken)

    nouns = ("NOUN", "PROPN", "PRON")
    for index in range(cue - 1, max(sentence[0], cue - 12) - 1, -1):
        if t.pos[index] in nouns and t.dep[index] != "compound" and not inside(index):
            put(index, "near before")
            break
    for index in range(cue + 1, min(sentence[1], cue + 12)):
        if t.pos[index] in nouns and t.dep[index] != "compound" and not inside(index):
            put(index, "near after")
            break
    for index in range(sentence[0], sentence[1]):
        if t.dep[index] == "nsubj" and t.pos[index] in nouns and not inside(index):
            put(index, "sentence subject")
            break
    number = t.sent[cue]
    if number > 0:
        first, last = t.sent_spans[number - 1]
        for index in range(max(first, last - _REACH), last):
            if t.dep[index] == "nsubj" and t.pos[index] in nouns and t.quote[index] < 0:
                put(index, "subject before")
                break
