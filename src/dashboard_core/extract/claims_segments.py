"""Stretches of text with one speaker each: what a claim is made of.

Three sources say who is speaking: attributions ("she said"), the page (speech blocks, quotations over several
paragraphs) and the neighbourhood (a quotation without any cue behind the sentence that introduces its
speaker). They are asked in this order, sentence by sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.blocks import Quote, SpeechBlock, glue_points
from dashboard_core.extract.doc_words import text_of
from dashboard_core.records import Span, Speaker

__all__ = ["Page", "Segment", "Voice", "find_segments", "hull", "overlap", "word_count"]

_WORD: Final = re.compile(r"\w+(?:[’'.\-]\w+)*")
_QUOTE_MARKS: Final = '"“”„«»'
# A quotation shorter than this is a borrowed expression, not a statement of its own.
_FREE_QUOTE_WORDS: Final = 5
_BACKSHIFT: Final = re.compile(r"\b(?:would|could|should|must|might|had to|needed to|ought to)\b")


# "She believes the port is late. Neither town is ready, ...": an opinion runs on in the present tense.
_OPINION: Final = re.compile(
    r"\b(?:believe|think|thought|convinced|confident|opinion|view|consider|argue)", re.I
)
_PRESENT: Final = re.compile(r"\b(?:is|are|has|have|does|do|can|cannot|will|remains?|needs?)\b")
_PAST: Final = re.compile(r"\b(?:was|were|had|did|said|says|told|added|noted|announced|according)\b")


def word_count(text: str, start: int, end: int) -> int:
    """Return the number of words between two places of a text."""
    return len(_WORD.findall(text, start, end))


def hull(spans: Sequence[Span]) -> Span:
    """Return the smallest span that covers all of the spans."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def overlap(one: Span, other: Span) -> int:
    """Return how many characters two spans share."""
    start = one.start if one.start > other.start else other.start
    end = one.end if one.end < other.end else other.end
    return end - start if end > start else 0


@dataclass(frozen=True, slots=True)
class Voice:
    """An attribution whose source is known: who says what, by which word, in which words of the text."""

    speaker: Speaker
    frame: Span
    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one speaker, at most a sentence long.

    ``how`` is "said" (an attribution stands in it), "block", "quote" or "carried"; ``led`` says that it
    starts a block of its own.
    """

    start: int
    end: int
    speaker: Speaker
    paragraph: int
    how: str
    voices: tuple[Voice, ...] = ()
    content: tuple[Span, ...] = ()
    led: bool = False


@dataclass(slots=True)
class Page:
    """One parsed article as the assembly sees it: paragraphs, sentences, quotations and blocks by place."""

    text: str
    paragraphs: Sequence[Span]
    sentences: list[Span]
    quotes: Sequence[Quote]
    blocks: Sequence[SpeechBlock]
    _starts: list[int] = field(init=False)
    _quote_starts: list[int] = field(init=False)
    _sentence_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [paragraph.start for paragraph in self.paragraphs]
        self._quote_starts = [quote.start for quote in self.quotes]
        self._sentence_starts = [sentence.start for sentence in self.sentences]

    @classmethod
    def from_doc(
        cls, doc: Any, paragraphs: Sequence[Span], quotes: Sequence[Quote], blocks: Sequence[SpeechBlock]
    ) -> Page:
        """Return the page of a parsed document; sentences are cut where the parser and the page cut them."""
        text = text_of(doc)
        t = tokens_of(doc)
        cuts = {t.start[first] for first, _ in t.sent_spans}
        cuts.update(glue_points(text))
        cuts.update(block.start for block in blocks)
        cuts.update(block.end for block in blocks if block.kind == "dash")
        ordered = sorted(cuts)
        sentences: list[Span] = []
        at = 0
        for paragraph in paragraphs:
            while at < len(ordered) and ordered[at] <= paragraph.start:
                at += 1
            inner = []
            while at < len(ordered) and ordered[at] < paragraph.end:
                inner.append(ordered[at])
                at += 1
            starts = [paragraph.start, *inner]
            for start, end in zip(starts, [*inner, paragraph.end], strict=True):
                _add_sentence(text, start, end, sentences, paragraph)
        return cls(text, paragraphs, sentences, quotes, blocks)

    def paragraph_at(self, place: int) -> int:
        return max(0, bisect_right(self._starts, place) - 1)

    def sentence_at(self, place: int) -> Span | None:
        at = bisect_right(self._sentence_starts, place) - 1
        return self.sentences[at] if at >= 0 else None

    def sentences_in(self, span: Span) -> list[Span]:
        """The sentences that share characters with a span."""
        at = max(0, bisect_right(self._sentence_starts, span.start) - 1)
        found = []
        while at < len(self.sentences) and self.sentences[at].start < span.end:
            if self.sentences[at].end > span.start:
                found.append(self.sentences[at])
            at += 1
        return found

    def quote_at(self, place: int) -> int | None:
        """The index of the quotation that covers a place."""
        at = bisect_right(self._quote_starts, place) - 1
        if at >= 0 and self.quotes[at].start <= place < self.quotes[at].end:
            return at
        return None

    def quotes_in(self, span: Span) -> list[int]:
        """The indices of the quotations that share characters with a span."""
        at = max(0, bisect_right(self._quote_starts, span.start) - 1)
        found = []
        while at < len(self.quotes) and self.quotes[at].start < span.end:
            if self.quotes[at].end > span.start:
                found.append(at)
            at += 1
        return found

    def quoted_share(self, span: Span) -> float:
        """The share of a span's characters that stand in quotation marks."""
        inside = sum(
            overlap(span, Span(self.quotes[i].start, self.quotes[i].end)) for i in self.quotes_in(span)
        )
        return inside / max(1, span.end - span.start)


def _add_sentence(text: str, start: int, end: int, sentences: list[Span], paragraph: Span) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end <= start:
        return
    before = sentences[-1] if sentences and sentences[-1].start >= paragraph.start else None
    # The parser sometimes ends a sentence before its closing mark, before ", she said" or at a bracket.
    if before is not None and (
        text[start].islower()
        or not _WORD.search(text, start, end)
        or text[start] in ",;:)”»"
        or text[before.end - 1] not in ".!?…:\"”»’')]"
    ):
        sentences[-1] = Span(before.start, end)
        return
    sentences.append(Span(start, end))


def find_segments(
    page: Page, voices: Sequence[Voice], blocks: Sequence[tuple[SpeechBlock, Speaker]]
) -> list[Segment]:
    """Return the stretches of the page in order of the text, each with its speaker; they may share a place
    only where two actors speak jointly."""
    by_sentence = _voices_by_sentence(page, voices)
    owners = _quote_owners(page, voices)
    segments: list[Segment] = []
    block_at = 0
    for sentence in page.sentences:
        while block_at < len(blocks) and blocks[block_at][0].end <= sentence.start:
            block_at += 1
        block = (
            blocks[block_at]
            if block_at < len(blocks) and blocks[block_at][0].start <= sentence.start
            else None
        )
        paragraph = page.paragraph_at(sentence.start)
        if block is not None:
            segments.append(_block_segment(page, sentence, paragraph, *block))
            continue
        said = by_sentence.get(sentence.start, [])
        if said:
            segments.extend(_said(page, sentence, paragraph, said))
            continue
        segments.extend(_unsaid(page, sentence, paragraph, owners, segments))
    return _bridge(page, segments)


def _block_segment(
    page: Page, sentence: Span, paragraph: int, block: SpeechBlock, speaker: Speaker
) -> Segment:
    content_end = sentence.end
    voice: tuple[Voice, ...] = ()
    for mark in (block.source, block.cue):
        if mark is not None and sentence.start < mark.start < sentence.end:
            content_end = min(content_end, mark.start)
    start = sentence.start
    if block.kind == "turn" and block.source is not None and sentence.start == block.start:
        start, content_end = min(block.source.end + 1, sentence.end), sentence.end
    if sentence.start == block.start or block.source is not None:
        voice = (Voice(speaker, Span(block.start, block.end), (), block.cue, block.source),)
    content = (Span(start, content_end),) if content_end > start else ()
    return Segment(
        sentence.start,
        sentence.end,
        speaker,
        paragraph,
        "block",
        voice,
        content,
        sentence.start == block.start,
    )


def _voices_by_sentence(page: Page, voices: Sequence[Voice]) -> dict[int, list[Voice]]:
    """The voices heard in each sentence, by the sentence's start."""
    found: dict[int, list[Voice]] = {}
    for voice in voices:
        for span in _pieces(voice):
            for sentence in page.sentences_in(span):
                here = found.setdefault(sentence.start, [])
                if overlap(sentence, span) > 1 and voice not in here:
                    here.append(voice)
    return {start: some for start, some in found.items() if some}


def _pieces(voice: Voice) -> list[Span]:
    return [*voice.content, *(span for span in (voice.cue, voice.source) if span is not None)]


def _quote_owners(page: Page, voices: Sequence[Voice]) -> dict[int, Voice]:
    """Which voice a quotation belongs to: the one whose content shares most with it."""
    best: dict[int, tuple[int, Voice]] = {}
    for voice in voices:
        for span in voice.content:
            for index in page.quotes_in(span):
                quote = page.quotes[index]
                shared = overlap(span, Span(quote.start, quote.end))
                if shared >= 3 and (index not in best or shared > best[index][0]):
                    best[index] = (shared, voice)
    return {index: voice for index, (_, voice) in best.items()}


def _said(page: Page, sentence: Span, paragraph: int, voices: Sequence[Voice]) -> list[Segment]:
    """The stretches of a sentence with attributions: one, or one for each speaker."""
    speakers = {voice.speaker.speaker_id for voice in voices}
    clips = [_clip(voice, sentence) for voice in voices]
    if len(speakers) == 1:
        span = _trim(page, sentence, hull(clips))
        return [_segment(span, paragraph, voices)]
    groups: list[tuple[Span, list[Voice]]] = []
    for clip, voice in sorted(zip(clips, voices, strict=True), key=lambda pair: pair[0]):
        for index, (span, members) in enumerate(groups):
            same = members[0].speaker.speaker_id == voice.speaker.speaker_id
            if same:
                groups[index] = (hull([span, clip]), [*members, voice])
                break
        else:
            groups.append((clip, [voice]))
    groups.sort(key=lambda group: group[0])
    segments: list[Segment] = []
    joint = all(
        overlap(groups[0][0], span) * 2 > min(groups[0][0].end - groups[0][0].start, span.end - span.start)
        for span, _ in groups
    )
    for index, (span, members) in enumerate(groups):
        if joint:
            whole = _trim(page, sentence, hull([clip for clip, _ in groups]))
        else:
            lower = sentence.start if index == 0 else max(span.start, groups[index - 1][0].end)
            upper = sentence.end if index == len(groups) - 1 else max(groups[index + 1][0].start, span.end)
            room = Span(min(lower, span.start), max(upper, span.end))
            whole = _trim(page, room, span)
        segments.append(_segment(whole, paragraph, members))
    return segments


def _clip(voice: Voice, sentence: Span) -> Span:
    parts = [
        Span(max(span.start, sentence.start), min(span.end, sentence.end))
        for span in _pieces(voice)
        if overlap(span, sentence)
    ]
    return hull(parts)


def _segment(span: Span, paragraph: int, voices: Sequence[Voice]) -> Segment:
    content = tuple(
        Span(max(part.start, span.start), min(part.end, span.end))
        for voice in voices
        for part in voice.content
        if overlap(part, span)
    )
    return Segment(span.start, span.end, voices[0].speaker, paragraph, "said", tuple(voices), content)


def _trim(page: Page, room: Span, frame: Span) -> Span:
    """The part of a sentence that a claim takes: all of it, unless most of it is somebody else's.

    "The deal was signed in May after weeks of strikes in the ports, a step that Orlova called late": the
    narration before the attribution is longer than the attribution, so only the attribution is taken. Words
    in quotation marks are never left behind: in "he called it a threat, telling them: ..." they are his.
    """
    text = page.text
    words = word_count(text, room.start, room.end)
    start, end = room
    before = word_count(text, room.start, frame.start)
    after = word_count(text, frame.end, room.end)
    if before > 8 and before * 5 > words * 2 and not page.quotes_in(Span(room.start, frame.start)):
        start = frame.start
    if after > 12 and after * 2 > words and not page.quotes_in(Span(frame.end + 1, room.end)):
        end = frame.end
        while end < room.end and text[end] in '.,!?”"»’)':
            end += 1
    return Span(start, end)


def _unsaid(
    page: Page, sentence: Span, paragraph: int, owners: dict[int, Voice], before: Sequence[Segment]
) -> list[Segment]:
    """The stretch of a sentence without attribution: part of a longer quotation, or a free one, or none."""
    inside = page.quotes_in(sentence)
    if not inside:
        return []
    last = before[-1] if before else None
    if page.quoted_share(sentence) < 0.6:
        # "The gate is a start: “...”" behind a sentence of the same paragraph with a speaker: still hers.
        opening = page.text[sentence.start : page.quotes[inside[-1]].start].rstrip()
        near = (
            last is not None
            and last.paragraph == paragraph
            and page.quotes[inside[-1]].end >= sentence.end - 1
        )
        if last is None or not near or not opening.endswith(":") or inside[-1] in owners:
            return []
        return [Segment(sentence.start, sentence.end, last.speaker, paragraph, "quote", (), (sentence,))]
    for index in inside:
        voice = owners.get(index)
        if voice is not None:
            return [
                Segment(
                    sentence.start, sentence.end, voice.speaker, paragraph, "quote", (voice,), (sentence,)
                )
            ]
    if (
        sum(word_count(page.text, page.quotes[i].start, page.quotes[i].end) for i in inside)
        < _FREE_QUOTE_WORDS
    ):
        return []
    if last is None or word_count(page.text, last.end, sentence.start) > 2:
        return []
    joint = [s for s in before[-4:] if s.start == last.start and s.end == last.end]
    return [
        Segment(sentence.start, sentence.end, one.speaker, paragraph, "quote", (), (sentence,))
        for one in joint
    ]


def _bridge(page: Page, segments: Sequence[Segment]) -> list[Segment]:
    """Carry indirect speech on within a paragraph.

    Over a sentence or two between two stretches of one speaker, and to a sentence that keeps the tense of
    reported speech: "Holt said it was late. The state would have to pay.", or that ends the paragraph of an
    opinion in the present tense.
    """
    by_start = {segment.start: segment for segment in segments}
    found: list[Segment] = list(segments)
    taken = [(segment.start, segment.end) for segment in segments]
    starts = sorted(by_start)
    for index, sentence in enumerate(page.sentences):
        if any(start < sentence.end and end > sentence.start for start, end in _near(taken, sentence)):
            continue
        paragraph = page.paragraph_at(sentence.start)
        left = _last_before(found, sentence.start)
        if left is None or left.paragraph != paragraph or word_count(page.text, left.end, sentence.start) > 1:
            continue
        at = bisect_right(starts, sentence.start)
        right = by_start[starts[at]] if at < len(starts) else None
        gap = (
            0
            if right is None
            else sum(1 for other in page.sentences[index : index + 4] if other.end <= right.start)
        )
        same = (
            right is not None and right.paragraph == paragraph and right.speaker == left.speaker and gap <= 2
        )
        words = page.text[sentence.start : sentence.end]
        told = left.how in ("said", "carried") and _BACKSHIFT.search(words[:90]) and words[-1] != "?"
        if same or told or _ends_an_opinion(page, left, sentence):
            found.append(
                replace(
                    left,
                    start=sentence.start,
                    end=sentence.end,
                    how="carried",
                    voices=(),
                    content=(sentence,),
                    led=False,
                )
            )
            found.sort(key=lambda segment: (segment.start, segment.end))
            taken.append((sentence.start, sentence.end))
    return found


def _ends_an_opinion(page: Page, left: Segment, sentence: Span) -> bool:
    """Whether the sentence is the last of the paragraph in which an opinion stands right before it."""
    opinion = any(v.cue and _OPINION.search(page.text[v.cue.start : v.cue.end]) for v in left.voices)
    if left.how != "said" or not opinion or page.quotes_in(sentence):
        return False
    words = page.text[sentence.start : sentence.end].rstrip()
    last = page.paragraphs[left.paragraph].end <= sentence.start + len(words) + 1
    return last and not words.endswith("?") and bool(_PRESENT.search(words[:110])) and not _PAST.search(words)


def _near(taken: Sequence[tuple[int, int]], sentence: Span) -> list[tuple[int, int]]:
    return [pair for pair in taken if pair[1] > sentence.start and pair[0] < sentence.end]


def _last_before(segments: Sequence[Segment], place: int) -> Segment | None:
    before = [segment for segment in segments if segment.end <= place]
    return max(before, key=lambda segment: segment.end) if before else None
