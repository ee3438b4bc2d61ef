"""Which attributions are statements of somebody who can be named."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any, Final, Protocol

from dashboard_core.extract.claims_segments import Page, Voice, hull, overlap, word_count
from dashboard_core.extract.cues import load_cues
from dashboard_core.records import Attribution, Span, Speaker

__all__ = ["AttributionFinder", "Resolver", "find_voices", "joint_sources", "speech_verbs"]

_LEAST_CONFIDENCE: Final = 0.35
_QUESTION_CUES: Final = frozenset({"ask", "wonder", "inquire"})


class AttributionFinder(Protocol):
    """What finds attributions in a parsed document."""

    def find_attributions(self, doc: Any) -> list[Attribution]: ...


class Resolver(Protocol):
    """What names the speaker of a mention, or nobody."""

    def resolve(self, mention: Span) -> Speaker | None: ...


def speech_verbs(doc: Any) -> frozenset[str]:
    """Return the forms of speech verbs that stand in a document, in lower case."""
    cues = load_cues()
    return frozenset(
        token.lower_ for token in doc if token.is_alpha and cues.verbs.get(token.lemma_.lower()) == "speech"
    )


def find_voices(
    doc: Any, page: Page, attributions: Sequence[Attribution], cast: Resolver, media: Collection[str] = ()
) -> list[Voice]:
    """Return the attributions that report a statement of an identifiable actor, one for each actor.

    ``media`` are names of outlets and news agencies in lower case.
    """
    found: list[Voice] = []
    for attribution in attributions:
        if attribution.source is None or attribution.confidence < _LEAST_CONFIDENCE:
            continue
        if _in_quotation(page, attribution) or not _is_statement(doc, page, attribution):
            continue
        if _only_relayed(doc, page, attribution, media):
            continue
        for source in joint_sources(doc, _antecedent(doc, attribution.source)):
            speaker = cast.resolve(source)
            if speaker is None:
                continue
            spans = [*attribution.content, attribution.source]
            if attribution.cue is not None:
                spans.append(attribution.cue)
            found.append(Voice(speaker, hull(spans), attribution.content, attribution.cue, source))
    return _without_nested(found)


def _in_quotation(page: Page, attribution: Attribution) -> bool:
    """ "I said so", "he told me" inside somebody's quotation are that somebody's words."""
    place = attribution.cue or attribution.source
    if place is None:
        return False
    index = page.quote_at(place.start)
    if index is None:
        return False
    quote = page.quotes[index]
    return quote.end - quote.start > place.end - place.start + 12


def _is_statement(doc: Any, page: Page, attribution: Attribution) -> bool:
    """Whether the cue reports words: speech always, thoughts when they are put into a clause or quoted."""
    cue = attribution.cue
    content = sum(word_count(doc.text, span.start, span.end) for span in attribution.content)
    if content < 2:
        return False
    if cue is None:
        return True
    token = _head(doc, cue)
    if token is None:
        return True
    lemma = token.lemma_.lower()
    quoted = any(page.quotes_in(span) for span in attribution.content)
    sentence = page.sentence_at(cue.start)
    if sentence is not None and not quoted and doc.text[sentence.end - 1] == "?":
        return False
    # "Bishkek has not said whether it will build": nothing is reported.
    if not quoted and any(child.dep_ == "neg" for child in token.children):
        return False
    kind = load_cues().kind(lemma, token.pos_) or "speech"
    if lemma in _QUESTION_CUES and doc.text[: max(s.end for s in attribution.content) + 2].rstrip(
        ' ,"”'
    ).endswith("?"):
        return False
    if kind == "speech":
        return True
    if quoted:
        return True
    return (
        kind == "belief" and token.tag_ in ("VBZ", "VBP") and any(c.dep_ == "ccomp" for c in token.children)
    )


def _only_relayed(doc: Any, page: Page, attribution: Attribution, media: Collection[str]) -> bool:
    """Whether a medium only passes on what the sentence tells: "..., reports The Lantern"."""
    source, cue = attribution.source, attribution.cue
    if source is None or cue is None or not attribution.content:
        return False
    if not _is_medium(doc.text[source.start : source.end], media):
        return False
    said_before = min(cue.start, source.start) > max(span.start for span in attribution.content)
    return said_before or cue.start < source.start


def _is_medium(name: str, media: Collection[str]) -> bool:
    bare = re.sub(r"^(?:the|a|an)\s+|['’]s?\b.*$|[^\w\s.]", "", name.strip().lower()).strip()
    return bare in media or f"the {bare}" in media


def _antecedent(doc: Any, source: Span) -> Span:
    """The noun that a relative pronoun stands for: "the envoy" in "the envoy, who warned that ..."."""
    token = _head(doc, source)
    if token is None or token.lower_ not in ("who", "which", "that") or token.head.dep_ != "relcl":
        return source
    noun = token.head.head
    words = [t for t in noun.subtree if t.i < token.i and t.i <= noun.i]
    return Span(words[0].idx, noun.idx + len(noun)) if words else source


def _head(doc: Any, span: Span) -> Any | None:
    part = doc.char_span(span.start, span.end, alignment_mode="expand")
    return None if part is None or not len(part) else part.root


def joint_sources(doc: Any, source: Span) -> list[Span]:
    """Return the actors of a source: "Sudan and Egypt" are two, "the Ministry of Trade and Industry" one."""
    part = doc.char_span(source.start, source.end, alignment_mode="expand")
    if part is None or not len(part):
        return [source]
    heads = [part.root]
    for head in heads:
        heads.extend(
            child
            for child in head.children
            if child.dep_ == "conj" and part.start <= child.i < part.end and child.pos_ in ("PROPN", "NOUN")
        )
    named = [head for head in heads if head.pos_ == "PROPN" or any(c.pos_ == "PROPN" for c in head.subtree)]
    if len(heads) < 2 or len(named) < 2 or any(_one_name(doc, a, b) for a, b in pairwise(heads)):
        return [source]
    starts = sorted(heads, key=lambda token: token.i)
    spans: list[Span] = []
    for index, head in enumerate(starts):
        later = {t.i for other in starts[index + 1 :] for t in other.subtree}
        own = [
            t for t in head.subtree if t.i not in later and part.start <= t.i < part.end and t.dep_ != "cc"
        ]
        own = [t for t in own if not any(t.i in {x.i for x in o.subtree} for o in starts if o.i > head.i)]
        while own and (own[-1].is_punct or own[-1].lower_ in ("and", "or", "both")):
            own.pop()
        while own and (own[0].is_punct or own[0].lower_ in ("and", "or", "both")):
            own.pop(0)
        if own:
            spans.append(Span(own[0].idx, own[-1].idx + len(own[-1])))
    return spans or [source]


def _one_name(doc: Any, one: Any, other: Any) -> bool:
    """Whether two joined heads stand inside the same name ("Copa and Cogeca" as found by the parser)."""
    return any(ent.start <= one.i < ent.end and ent.start <= other.i < ent.end for ent in doc.ents)


def _without_nested(voices: Sequence[Voice]) -> list[Voice]:
    """Leave out who is only quoted by another speaker."""
    kept = []
    for voice in voices:
        place = voice.cue or voice.frame
        if any(
            other.speaker.speaker_id != voice.speaker.speaker_id
            and other.frame != voice.frame
            and voice.source is not None
            and any(overlap(part, voice.source) and overlap(part, place) for part in other.content)
            for other in voices
        ):
            continue
        kept.append(voice)
    return kept
