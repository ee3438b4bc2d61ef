"""Statements without a verb of speech: "In his opinion, ...", "..., according to the expert"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from dashboard_core.extract.attribution_tokens import Tokens, tokens_of
from dashboard_core.extract.blocks import find_tail
from dashboard_core.extract.claims_segments import Page
from dashboard_core.extract.cues import CueList, find_phrase, load_cues
from dashboard_core.records import Attribution, Span

__all__ = ["introduced_attributions", "phrase_attributions", "tail_attributions"]

_CONFIDENCE: Final = 0.6
_LEAST_CONTENT: Final = 4
_LEAST_QUOTE: Final = 30
_NEAR: Final = 40
_TRIM: Final = " ,;:-–—\n\t\u00a0"


def phrase_attributions(doc: Any, text: str, known: Sequence[Attribution]) -> list[Attribution]:
    """Return the attributions that listed phrases make and that ``known`` does not hold yet.

    The content is the rest of the sentence; the source is the possessive ("his" in "in his view") or the noun
    behind the phrase ("the expert" in "according to the expert").
    """
    cues = load_cues()
    firsts = {phrase[0] for phrase in cues.phrases if len(phrase) > 1}
    taken = [span for one in known for span in (one.cue, one.source) if span is not None]
    found: list[Attribution] = []
    t = tokens_of(doc)
    for first, last in t.sent_spans:
        words = t.lower[first:last]
        if firsts.isdisjoint(words):
            continue
        sentence = doc[first:last]
        for at, word in enumerate(words):
            if word not in firsts:
                continue
            one = _attribution(sentence, text, words, at, cues)
            if one is not None and not any(_touch(span, one) for span in taken):
                found.append(one)
                break
    return found


def _touch(span: Span, one: Attribution) -> bool:
    parts = [part for part in (one.cue, one.source) if part is not None]
    return any(span.start < part.end and span.end > part.start for part in parts)


def _attribution(
    sentence: Any, text: str, words: Sequence[str], at: int, cues: CueList
) -> Attribution | None:
    length = find_phrase(words, at, cues)
    if length < 2:
        return None
    phrase = sentence[at : at + length]
    owner = [t for t in phrase if t.tag_ in ("PRP$", "POS", "NNP", "NNPS") or t.dep_ == "poss"]
    end = phrase[-1].idx + len(phrase[-1])
    if owner:
        names = [t for t in owner if t.tag_ != "POS"] or owner
        first = min(names[0].left_edge.i, names[0].i)
        first = max(first, phrase.start + 1)
        source = Span(sentence.doc[first].idx, names[-1].idx + len(names[-1]))
    else:
        last = phrase[-1]
        objects = [child for child in last.children if child.dep_ == "pobj" and child.i > last.i]
        if not objects:
            return None
        source = Span(objects[0].left_edge.idx, objects[0].right_edge.idx + len(objects[0].right_edge))
        end = source.end
    start = phrase[0].idx
    content = [
        span
        for span in (
            _trimmed(text, sentence.start_char, start),
            _trimmed(text, end, sentence.end_char),
        )
        if span is not None
    ]
    if sum(len(text[s.start : s.end].split()) for s in content) < _LEAST_CONTENT:
        return None
    return Attribution(tuple(content), Span(start, phrase[-1].idx + len(phrase[-1])), source, _CONFIDENCE)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM + ".":
        end -= 1
    return Span(start, end) if end - start > 1 else None


def tail_attributions(page: Page, verbs: Collection[str], known: Sequence[Attribution]) -> list[Attribution]:
    """Return the attributions right behind quotations that ``known`` leaves without a speaker.

    The layout alone tells them: "...,” said Marat Beisen." behind a sentence that the parser misread.
    """
    held: set[int] = set()
    for one in known:
        for span in one.content:
            held.update(page.quotes_in(span))
    found: list[Attribution] = []
    for index, quote in enumerate(page.quotes):
        if index in held or quote.end - quote.start < _LEAST_QUOTE or not quote.closed:
            continue
        paragraph = page.paragraphs[page.paragraph_at(quote.end - 1)]
        tail = find_tail(page.text, Span(quote.end - 1, paragraph.end), verbs)
        if tail is not None and tail[0].start - quote.end < _NEAR:
            content = Span(quote.start + 1, quote.end - 1)
            found.append(Attribution((content,), tail[1], tail[0], _CONFIDENCE))
    return found


def introduced_attributions(page: Page, doc: Any, known: Sequence[Attribution]) -> list[Attribution]:
    """Return the attributions of quotations that a sentence about one person leads up to.

    It needs no verb of speech: "The governor, Lim Dao, was sceptical: ..." or "Olga Brandt was blunt. ..." in
    the same paragraph. Quotations for which ``known`` names somebody are left alone.
    """
    held: set[int] = set()
    for one in known:
        for span in one.content:
            held.update(page.quotes_in(span))
    t = tokens_of(doc)
    found: list[Attribution] = []
    for index, quote in enumerate(page.quotes):
        if index in held or quote.end - quote.start < _LEAST_QUOTE or not quote.closed:
            continue
        paragraph = page.paragraphs[page.paragraph_at(quote.start)]
        lead = page.text[paragraph.start : quote.start].rstrip()
        if not lead or lead[-1] not in ":.":
            continue
        last = t.at(paragraph.start + len(lead) - 1)
        first = t.sent_spans[t.sent[last]][0]
        since = t.start[first]
        quoted = any(since <= other.start and other.end <= quote.start for other in page.quotes)
        if since < paragraph.start or quoted:
            continue
        person = _person_told_of(doc, t, first, last)
        if person is not None:
            content = Span(quote.start + 1, quote.end - 1)
            found.append(Attribution((content,), None, person, _CONFIDENCE))
    return found


def _person_told_of(doc: Any, t: Tokens, first: int, last: int) -> Span | None:
    """Return the words of the person who is the subject of a sentence, None where it is no person."""
    for i in range(first, last):
        if t.dep[i] == "nsubj" and t.dep[t.head[i]] in ("ROOT", "conj", "ccomp"):
            words = [doc[k] for k in t.subtree(i)]
            called = any(w.dep_ == "appos" and w.pos_ == "PROPN" for w in words)
            if called or any(w.ent_type_ == "PERSON" for w in words):
                return Span(words[0].idx, words[-1].idx + len(words[-1]))
            return None
    return None
