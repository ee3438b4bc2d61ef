"""Which attributions are statements, and of whom: relays, joint actors, nested speech and pronouns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.claims_segments import Page, Voice, hull, overlap, word_count
from dashboard_core.extract.cues import CueList, load_cues
from dashboard_core.records import Attribution, Span, Speaker

__all__ = ["AttributionFinder", "Resolver", "find_voices", "joint_sources", "speech_verbs"]

_LEAST_CONFIDENCE: Final = 0.35
_SURE: Final = 0.6
_QUESTION_CUES: Final = frozenset({"ask", "wonder", "inquire"})
# Talking about a thing tells its topic, not what is said.
_TOPIC_CUES: Final = frozenset({"discuss", "talk", "name", "title"})
_LONGEST_NAME: Final = 10
# Support that is given by saying so; who "backs" or "supports" a thing may have said nothing.
_SAID_SUPPORT: Final = frozenset({"welcome"})
_RELAY_CUES: Final = frozenset({"quote", "cite", "record", "paraphrase"})
# Words that make any name a medium: "the news website", "Altai Radio".
_MEDIA_WORDS: Final = frozenset(
    {
        "agency",
        "newspaper",
        "newspapers",
        "website",
        "portal",
        "channel",
        "radio",
        "television",
        "tv",
        "daily",
    }
    | {
        "tv",
        "weekly",
        "magazine",
        "broadcaster",
        "news",
        "newswire",
        "gazette",
        "tribune",
        "media",
        "transcript",
    }
)
_INSIDE_SUBJECT: Final = frozenset({"pobj", "prep", "compound", "nmod", "appos", "conj", "poss", "amod"})
_MALE: Final = frozenset({"he", "his", "him"})
_FEMALE: Final = frozenset({"she", "her"})
_DATELINE: Final = re.compile(
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ,]{2,40}(?:\d{1,2} [A-Z][a-z]{2,8}\.? |[A-Z]?[a-z]{2,8}\.? \d{1,2} )?"
    r"(?:\([^)\n]{1,40}\)\s*)?[-–—:]+|"
    r"[A-ZÀ-Þ][\w.'’\- ]{2,30}(?:,[\w. ]{2,20})?(?:\([^)\n]{1,40}\)\s*[-–—:]+|\s*[–—]+|:))\s*(?=[A-ZÀ-Þ])"
)


class AttributionFinder(Protocol):
    """What finds attributions in a parsed document."""

    def find_attributions(self, doc: Any) -> list[Attribution]: ...


class Resolver(Protocol):
    """What names the speaker of a mention, or nobody."""

    def resolve(self, mention: Span) -> Speaker | None: ...


@dataclass(frozen=True, slots=True)
class _Heard:
    """An attribution on its way to a voice: ``weak`` mentions are resolved by who spoke last."""

    attribution: Attribution
    source: Span
    speaker: Speaker | None
    frame: Span
    medium: bool
    weak: str


def speech_verbs(doc: Any) -> frozenset[str]:
    """Return the forms of speech verbs that stand in a document, in lower case."""
    cues = load_cues()
    t = tokens_of(doc)
    forms = set(zip(t.lower, t.lemma, strict=True))
    return frozenset(
        word for word, lemma in forms if cues.verbs.get(lemma.lower()) == "speech" and word.isalpha()
    )


def find_voices(
    doc: Any,
    page: Page,
    attributions: Sequence[Attribution],
    cast: Resolver,
    media: Collection[str] = (),
    genders: Mapping[str, str] | None = None,
) -> list[Voice]:
    """Return the attributions that report a statement of an identifiable actor, one for each actor.

    ``media`` are names of outlets and news agencies in lower case; ``genders`` tells "m" or "f" by name.
    """
    cues = load_cues()
    heard: list[_Heard] = []
    for attribution in attributions:
        if attribution.source is None or attribution.confidence < _LEAST_CONFIDENCE:
            continue
        if _in_quotation(page, attribution) or not _is_statement(doc, page, attribution, cues):
            continue
        whole = _whole_subject(doc, _quoted_person(doc, attribution), attribution.cue)
        whole = _without_dateline(page, _antecedent(doc, whole))
        for source in joint_sources(doc, whole):
            spans = [*attribution.content, source]
            if attribution.cue is not None:
                spans.append(attribution.cue)
            medium = _is_medium(page.text[source.start : source.end], media)
            weak = _weakness(page.text[source.start : source.end])
            heard.append(_Heard(attribution, source, cast.resolve(source), hull(spans), medium, weak))
    heard = _without_nested(_without_relays(page, heard))
    return _named(page, heard, genders or {})


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


def _is_statement(doc: Any, page: Page, attribution: Attribution, cues: CueList) -> bool:
    """Whether the cue reports words: speech always, thoughts when they are put into a clause or quoted."""
    cue = attribution.cue
    content = sum(word_count(page.text, span.start, span.end) for span in attribution.content)
    if content < 2:
        return False
    if cue is None:
        return True
    token = _head(doc, cue)
    if token is None:
        return True
    lemma = token.lemma_.lower()
    quoted = any(_quotes_words(page, span) for span in attribution.content)
    sentence = page.sentence_at(cue.start)
    if sentence is not None and not quoted and page.text[sentence.end - 1] == "?":
        return False
    # "Orlova has been accused of it": the accused says nothing; "is quoted as saying" does.
    passive = [child for child in token.children if child.dep_ == "nsubjpass"]
    source = attribution.source
    if source is not None and lemma not in _RELAY_CUES | {"report"}:
        ends = [Span(child.left_edge.idx, child.idx + len(child)) for child in passive]
        if any(overlap(end, source) for end in ends):
            return False
    # "Corvania has not said whether it will build": nothing is reported.
    if not quoted and any(child.dep_ == "neg" for child in token.children):
        return False
    # Verbs beyond the list ("signed", "made public") count where the finder is sure of them.
    unsure = token.pos_ == "VERB" and attribution.confidence < _SURE
    kind = cues.kind(lemma, token.pos_) or ("" if unsure else "speech")
    if lemma in _TOPIC_CUES and not quoted:
        return False
    end = max(span.end for span in attribution.content)
    if lemma in _QUESTION_CUES and page.text[max(0, end - 3) : end + 2].rstrip(' ,"”').endswith("?"):
        return False
    if kind == "speech" or quoted or lemma in _SAID_SUPPORT:
        return True
    return (
        kind == "belief" and token.tag_ in ("VBZ", "VBP") and any(c.dep_ == "ccomp" for c in token.children)
    )


def _quotes_words(page: Page, span: Span) -> bool:
    """Whether a span quotes, and not only a name in quotation marks (“Gate of the East”)."""
    for index in page.quotes_in(span):
        quote = page.quotes[index]
        words = re.findall(r"\w+", page.text[quote.start : quote.end])
        long = [word for word in words if len(word) > 3]
        if words and not (long and sum(word[:1].isupper() for word in long) * 5 >= len(long) * 3):
            return True
        if len(words) > _LONGEST_NAME:
            return True
    return False


def _head(doc: Any, span: Span) -> Any | None:
    part = doc.char_span(span.start, span.end, alignment_mode="expand")
    return None if part is None or not len(part) else part.root


def _quoted_person(doc: Any, attribution: Attribution) -> Span:
    """The one whose words are passed on: "Marat Beisen" in "the agency quoted Marat Beisen as saying"."""
    source = attribution.source or attribution.content[0]
    token = None if attribution.cue is None else _head(doc, attribution.cue)
    if token is None or token.lemma_.lower() not in _RELAY_CUES or token.tag_ == "VBN":
        return source
    passed = [c for c in token.children if c.dep_ in ("dobj", "nsubj") and c.i > token.i]
    if not passed or not any(c.lower_ == "as" for c in [*token.children, *passed[0].subtree]):
        return source
    words = [t for t in passed[0].subtree if t.i <= passed[0].i]
    return Span(words[0].idx, passed[0].idx + len(passed[0]))


def _whole_subject(doc: Any, source: Span, cue: Span | None) -> Span:
    """The subject that a source is only a part of: "Orlova, head of the Fund" where "the Fund" was taken."""
    token, verb = _head(doc, source), None if cue is None else _head(doc, cue)
    if token is None or verb is None:
        return source
    top = token
    while top.dep_ in _INSIDE_SUBJECT and top.head is not top:
        top = top.head
    if top is token or top.dep_ != "nsubj" or top.head not in (verb, verb.head):
        return source
    words = [t for t in top.subtree if t.i < verb.i] if top.i < verb.i else list(top.subtree)
    if not words:
        return source
    return Span(min(words[0].idx, source.start), max(words[-1].idx + len(words[-1]), source.end))


def _antecedent(doc: Any, source: Span) -> Span:
    """The noun that a relative pronoun stands for: "the envoy" in "the envoy, who warned that ..."."""
    token = _head(doc, source)
    if token is None or token.lower_ not in ("who", "which", "that") or token.head.dep_ != "relcl":
        return source
    noun = token.head.head
    words = [t for t in noun.subtree if t.i < token.i and t.i <= noun.i]
    return Span(words[0].idx, noun.idx + len(noun)) if words else source


def _without_dateline(page: Page, source: Span) -> Span:
    """ "ALTAI (Lantern) – Orlova and Beisen": the place at the head of a paragraph does not speak."""
    paragraph = page.paragraphs[page.paragraph_at(source.start)] if page.paragraphs else source
    match = _DATELINE.match(page.text, paragraph.start, source.end)
    inside = match is not None and source.start < match.end() < source.end
    return Span(match.end(), source.end) if match is not None and inside else source


def _weakness(mention: str) -> str:
    """What a mention without a name is: "he", "she" (pronouns), "the" (a definite noun), else nothing."""
    words = mention.split()
    if len(words) == 1 and words[0].lower() in _MALE:
        return "he"
    if len(words) == 1 and words[0].lower() in _FEMALE:
        return "she"
    if 2 <= len(words) <= 6 and words[0].lower() == "the" and words[1][:1].islower():
        return "the"
    return ""


def _is_medium(name: str, media: Collection[str]) -> bool:
    flat = re.sub(r"^(?:the|a|an)\s+", "", name.strip().lower())
    bare = re.split(r"['’]s?\b|,", flat)[0].strip()
    if bare in media or f"the {bare}" in media:
        return True
    words = re.findall(r"\w+", flat)
    return bool(words) and len(words) <= 6 and (words[-1] in _MEDIA_WORDS or words[0] in _MEDIA_WORDS)


def _without_relays(page: Page, heard: Sequence[_Heard]) -> list[_Heard]:
    """Leave out media that pass on what somebody else says or what the sentence tells by itself.

    "..., Beisen told reporters, according to The Lantern", "..., reports Altai Radio"; but a medium before
    its own statement stays: "The Lantern reports that the gate is shut".
    """
    kept = []
    for one in heard:
        cue = one.attribution.cue
        # "according to", not a verb: whoever stands behind it only vouches for another's words.
        words = "" if cue is None else page.text[cue.start : cue.end].strip().lower()
        vouches = " " in words or words == "according"
        if one.medium or vouches:
            sentence = page.sentence_at((cue or one.frame).start) or one.frame
            others = [
                other
                for other in heard
                if other is not one
                and not other.medium
                and other.source != one.source
                and (overlap(other.frame, one.frame) or overlap(other.source, sentence))
            ]
            if others:
                continue
        if one.medium and cue is not None:
            first = min(span.start for span in one.attribution.content)
            if min(cue.start, one.source.start) > first or cue.start < one.source.start:
                continue
        kept.append(one)
    return kept


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
    if len(heads) < 2 or len(named) < 2 or any(_one_name(doc, one, other) for one, other in pairwise(heads)):
        return [source]
    starts = sorted(heads, key=lambda token: token.i)
    spans: list[Span] = []
    for head in starts:
        behind = {t.i for other in starts if other.i > head.i for t in other.subtree}
        own = [
            t for t in head.subtree if part.start <= t.i < part.end and t.i not in behind and t.dep_ != "cc"
        ]
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


def _without_nested(heard: Sequence[_Heard]) -> list[_Heard]:
    """Leave out who is only quoted by another speaker: "Orlova said that Beisen had promised it"."""
    kept = []
    for one in heard:
        place = one.attribution.cue or one.source
        nested = any(
            other.source != one.source
            and not other.medium
            and other.attribution is not one.attribution
            and any(overlap(part, one.source) and overlap(part, place) for part in other.attribution.content)
            for other in heard
        )
        if not nested:
            kept.append(one)
    return kept


def _named(page: Page, heard: Sequence[_Heard], genders: Mapping[str, str]) -> list[Voice]:
    """Give each mention its speaker; one without a name goes to who spoke right before it, where that fits.

    "Holt was firm, said Orlova. “We wait,” she said": by grammar "she" could be either, but the quotation
    right after Orlova's sentence is Orlova's.
    """
    voices: list[Voice] = []
    last: tuple[Speaker, int] | None = None
    for one in sorted(heard, key=lambda item: (item.frame.start, item.frame.end)):
        speaker = one.speaker
        if one.weak and last is not None and (speaker is None or speaker.speaker_id != last[0].speaker_id):
            sentence = page.sentence_at(one.frame.start) or one.frame
            start = min(sentence.start, one.frame.start)
            near = word_count(page.text, last[1], start) <= 1
            if near and _fits(one.weak, last[0], speaker, genders):
                speaker = last[0]
        if speaker is None:
            continue
        cue = one.attribution.cue
        voices.append(Voice(speaker, one.frame, one.attribution.content, cue, one.source))
        sentence = page.sentence_at(max(one.frame.start, one.frame.end - 1)) or one.frame
        last = (speaker, max(sentence.end, one.frame.end))
    return voices


def _fits(weak: str, before: Speaker, resolved: Speaker | None, genders: Mapping[str, str]) -> bool:
    if before.tier == "organisation" or not before.name[:1].isupper():
        return False
    if weak == "the":
        # "the official" said without a name so far: the one who has just spoken.
        return resolved is None or resolved.name[:1].islower()
    wanted = "m" if weak == "he" else "f"
    return genders.get(before.name, wanted) in ("", wanted)
