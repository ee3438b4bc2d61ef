"""From attributions to claims: one contiguous passage for each speaker and matter.

The steps: find who is heard (:mod:`claims_voices`), cut the page into stretches of one speaker each
(:mod:`claims_segments`), put neighbouring stretches together, and leave out what only repeats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard_core.extract.blocks import SpeechBlock, find_blocks, find_quotes, paragraph_spans
from dashboard_core.extract.claims_phrases import (
    introduced_attributions,
    phrase_attributions,
    tail_attributions,
)
from dashboard_core.extract.claims_repeats import repeats
from dashboard_core.extract.claims_segments import (
    Page,
    Segment,
    Voice,
    find_segments,
    hull,
    overlap,
    word_count,
)
from dashboard_core.extract.claims_voices import AttributionFinder, Resolver, find_voices, speech_verbs
from dashboard_core.extract.collecting import collecting_later
from dashboard_core.extract.doc_words import text_of
from dashboard_core.records import Article, Attribution, Claim, Span, Speaker, stable_id

__all__ = ["AttributionFinder", "Resolver", "assemble_claims", "extract_claims"]

# A block this long is a claim of its own, whatever introduces it.
_LONG_BLOCK: Final = 90
# Words a claim may hold before a further paragraph of the same speaker is a new matter: one that starts
# with an attribution after a quotation, one that quotes again and names the speaker anew, and two indirect
# ones together. Chosen on coded articles: looser limits find fewer claims, tighter ones cut them in two.
_FULL: Final = 30
_COMPLETE: Final = 60
_TOGETHER: Final = 50
_LEAST_WORDS: Final = 4
# Labels of answers in an interview whose turns name nobody.
_ANSWERS: Final = frozenset({"a", "answer"})
_FIRST_WORD: Final = re.compile(r"\w+")
_OPENING_MARKS: Final = "\"“„«»‘'"


@collecting_later()
def extract_claims(
    article: Article, doc: Any, body: Sequence[Span], model: AttributionFinder, lists: Any
) -> list[Claim]:
    """Return the claims of an article in order of the text.

    Parameters
    ----------
    article
        The article; offsets of the claims point into ``article.text``.
    doc
        The parsed text with everything outside the body blanked out, of the same length as the text.
    body
        The article's own paragraphs; a claim never starts or ends outside of them.
    model
        Finds attributions in ``doc``.
    lists
        The editable lists by which speakers are resolved.
    """
    from dashboard_core.extract.speakers import Cast

    cast = Cast.from_doc(doc, lists, article.outlet, article.title)
    return assemble_claims(
        article, doc, body, model.find_attributions(doc), cast, _media(lists, article.outlet)
    )


def _media(lists: Any, outlet: str) -> frozenset[str]:
    """The names of outlets and news agencies on the list, and the article's own outlet, in lower case."""
    names = [
        name
        for organisation in lists.organisations
        if organisation.kind == "media"
        for name in (organisation.name, *organisation.aliases)
    ]
    return frozenset(name.lower() for name in (*names, outlet) if name)


def assemble_claims(
    article: Article,
    doc: Any,
    body: Sequence[Span],
    attributions: Sequence[Attribution],
    cast: Resolver,
    media: Collection[str] = (),
    genders: Mapping[str, str] | None = None,
) -> list[Claim]:
    """Return the claims that the attributions and the layout of a parsed article make up.

    ``cast`` names the speaker of a mention; a mention without one (a vague group) makes no claim.
    """
    text = text_of(doc)
    title = _bare(article.title)
    paragraphs = [span for span in paragraph_spans(text) if not (title and _is_headline(text, span, title))]
    verbs = speech_verbs(doc)
    quotes = find_quotes(text, paragraphs)
    blocks = find_blocks(text, verbs, quotes, paragraphs)
    page = Page.from_doc(doc, paragraphs, quotes, blocks)
    attributions = [*attributions, *phrase_attributions(doc, text, attributions)]
    attributions.extend(tail_attributions(page, verbs, attributions))
    attributions.extend(introduced_attributions(page, doc, attributions))
    asked = [block for block in blocks if block.kind == "turn" and block.question]
    voices = [
        voice
        for voice in find_voices(doc, page, attributions, cast, media, genders)
        if not any(overlap(voice.frame, Span(block.start, block.end)) for block in asked)
    ]
    spoken = _speakers_of_blocks(page, blocks, voices, cast, _interviewed(doc, blocks))
    drafts = _merge(page, find_segments(page, voices, spoken), article.text)
    drafts = [draft for draft in drafts if _says_something(page, draft)]
    passages = [Span(draft.start, draft.end) for draft in drafts]
    again = _repeated(page, drafts, passages)
    return [_claim(article, page, draft) for index, draft in enumerate(drafts) if index not in again]


@dataclass(slots=True)
class _Draft:
    segments: list[Segment]

    @property
    def start(self) -> int:
        return self.segments[0].start

    @property
    def end(self) -> int:
        return max(segment.end for segment in self.segments)

    @property
    def speaker(self) -> Speaker:
        return self.segments[0].speaker


def _bare(words: str) -> str:
    return re.sub(r"\W+", " ", words).strip().lower()


def _is_headline(text: str, span: Span, title: str) -> bool:
    """Whether a paragraph has the words of a bare title; its first word tells of most that it has not."""
    first = _FIRST_WORD.search(text, span.start, span.end)
    return (
        first is not None
        and title.startswith(first.group().lower())
        and _bare(text[span.start : span.end]) == title
    )


def _interviewed(doc: Any, blocks: Sequence[SpeechBlock]) -> Span | None:
    """Where the person who answers is named: the first one before the turns of an interview begin."""
    first = next((block.start for block in blocks if block.kind == "turn"), 0)
    for entity in doc.ents:
        if entity.start_char >= first:
            return None
        if entity.label_ == "PERSON" and len(entity) > 1:
            return Span(entity.start_char, entity.end_char)
    return None


def _speakers_of_blocks(
    page: Page,
    blocks: Sequence[SpeechBlock],
    voices: Sequence[Voice],
    cast: Resolver,
    interviewed: Span | None = None,
) -> list[tuple[SpeechBlock, Speaker]]:
    """The blocks whose speaker is known: named in them, or by what leads in to them."""
    spoken: list[tuple[SpeechBlock, Speaker]] = []
    turns = sum(1 for block in blocks if block.kind == "turn")
    for block in blocks:
        if block.question:
            continue
        speaker: Speaker | None = None
        if block.kind == "turn" and turns < 2:
            continue
        if block.source is not None and page.text[block.source.start : block.source.end].lower() in _ANSWERS:
            speaker = cast.resolve(interviewed) if interviewed is not None else None
        elif block.source is not None:
            speaker = cast.resolve(block.source)
        elif block.lead is not None:
            speaker = _lead_speaker(page, block.lead, voices, spoken, cast)
            if block.kind == "led" and (speaker is None or _speaks_for_itself(page, block, voices)):
                continue
        if speaker is None and block.kind == "dash" and spoken and block.source is None:
            last = spoken[-1]
            if word_count(page.text, last[0].end, block.start) == 0:
                speaker = last[1]
        if speaker is not None:
            _fill_between(page, spoken, block, speaker, voices)
            spoken.append((block, speaker))
    return spoken


def _speaks_for_itself(page: Page, block: SpeechBlock, voices: Sequence[Voice]) -> bool:
    """Whether a paragraph after a colon has an attribution of its own and is not all quoted."""
    span = Span(block.start, block.end)
    return page.quoted_share(span) < 0.6 and any(overlap(voice.frame, span) for voice in voices)


def _fill_between(
    page: Page,
    spoken: list[tuple[SpeechBlock, Speaker]],
    block: SpeechBlock,
    speaker: Speaker,
    voices: Sequence[Voice],
) -> None:
    """Add the undashed paragraph between two dash blocks of one speaker, in which nobody else is heard.

    Speech translated paragraph by paragraph loses a dash here and there: "- A, Orlova said." / "B." / "- C,
    Orlova added."
    """
    if not spoken or block.kind != "dash" or spoken[-1][0].kind != "dash" or spoken[-1][1] != speaker:
        return
    first = page.paragraph_at(spoken[-1][0].end) + 1
    last = page.paragraph_at(block.start) - 1
    if not first <= last < first + 2:
        return
    gap = Span(page.paragraphs[first].start, page.paragraphs[last].end)
    if not any(overlap(voice.frame, gap) for voice in voices) and page.text[gap.end - 1] != ":":
        spoken.append((SpeechBlock(gap.start, gap.end, "dash"), speaker))


def _lead_speaker(
    page: Page,
    lead: Span,
    voices: Sequence[Voice],
    spoken: Sequence[tuple[SpeechBlock, Speaker]],
    cast: Resolver,
) -> Speaker | None:
    """Who the paragraph before a block introduces: its last voice, else the name in a "Name, role:" line."""
    heard = [voice for voice in voices if overlap(voice.frame, lead) and voice.frame.start >= lead.start]
    if heard:
        return max(heard, key=lambda voice: (voice.cue or voice.frame).start).speaker
    if page.text[lead.end - 1] == ":":
        return cast.resolve(Span(lead.start, lead.end - 1))
    return None


def _merge(page: Page, segments: Sequence[Segment], whole: str) -> list[_Draft]:
    """Put stretches of the same speaker together that follow each other on the same matter."""
    drafts: list[_Draft] = []
    for segment in segments:
        target = None
        for draft in reversed(drafts[-4:]):
            if draft.speaker.speaker_id == segment.speaker.speaker_id:
                target = draft
                break
        if target is not None and _joins(page, target, segment, segments, whole):
            target.segments.append(segment)
        else:
            drafts.append(_Draft([segment]))
    return drafts


def _joins(page: Page, draft: _Draft, segment: Segment, segments: Sequence[Segment], whole: str) -> bool:
    text = page.text
    last = draft.segments[-1]
    if segment.start < draft.end:
        return True
    # Counted in the whole text: a claim never runs over a caption or a share line that the body leaves out.
    if word_count(whole, draft.end, segment.start) > 1:
        return False
    if last.paragraph == segment.paragraph:
        return not (segment.led and segment.how == "block")
    # A new paragraph of the same block goes on; a new block is a new claim.
    if segment.how == "block":
        if not segment.led:
            return last.how == "block"
        return last.how != "block" and _block_words(page, segment, segments) < _LONG_BLOCK
    same_quote = page.quote_at(last.start)
    inside = page.quote_at(segment.start)
    if (
        inside is not None
        and page.quotes[inside].start < segment.start
        and inside in (same_quote, page.quote_at(max(last.start, last.end - 2)))
    ):
        return True
    held = word_count(text, draft.start, draft.end)
    coming = _paragraph_words(page, segment, segments)
    parts = [s for s in draft.segments if s.paragraph == last.paragraph]
    quoted_before = any(page.quotes_in(Span(s.start, s.end)) for s in parts)
    if text[segment.start] in _OPENING_MARKS:
        # A long statement is complete when a further paragraph names its speaker anew.
        if quoted_before and held >= _COMPLETE and _named_anew(segment):
            return False
        return not (coming >= _LONG_BLOCK and held >= 25)
    if quoted_before:
        return held < _FULL
    return held + coming < _TOGETHER


def _named_anew(segment: Segment) -> bool:
    """Whether a stretch names its speaker again, not only by a pronoun."""
    return any(v.source is not None and v.source.end - v.source.start > 4 for v in segment.voices)


def _paragraph_words(page: Page, first: Segment, segments: Sequence[Segment]) -> int:
    """Words of the speaker's stretch from ``first`` to the end of its paragraph or quotation."""
    inside = page.quote_at(first.start)
    end = page.paragraphs[first.paragraph].end
    if inside is not None:
        end = max(end, page.quotes[inside].end)
    return word_count(page.text, first.start, end)


def _block_words(page: Page, first: Segment, segments: Sequence[Segment]) -> int:
    ends = [v.frame.end for v in first.voices] or [first.end]
    return word_count(page.text, first.start, max(ends))


def _says_something(page: Page, draft: _Draft) -> bool:
    """Whether a draft reports words at all: enough of them, and not only a question put by an interviewer."""
    if word_count(page.text, draft.start, draft.end) < _LEAST_WORDS:
        return False
    return sum(word_count(page.text, *span) for s in draft.segments for span in s.content) >= 2


def _repeated(page: Page, drafts: Sequence[_Draft], passages: Sequence[Span]) -> set[int]:
    """Pull quotes: drafts whose reported words stand in another draft, save those of joint speakers."""
    again = repeats(page.text, passages, [_said_parts(page, draft) for draft in drafts])
    places = Counter(passages)
    return {index for index in again if places[passages[index]] == 1}


def _said_parts(page: Page, draft: _Draft) -> list[Span]:
    """The reported words of a draft cut into sentences: a pull quote drops the "she said" between them."""
    parts = []
    for span in _content(page, draft):
        for sentence in page.sentences_in(span):
            parts.append(Span(max(span.start, sentence.start), min(span.end, sentence.end)))
    return parts


def _claim(article: Article, page: Page, draft: _Draft) -> Claim:
    voices = [voice for segment in draft.segments for voice in segment.voices]
    text = page.text
    start, end = draft.start, draft.end
    content = _content(page, draft)
    quoted = sum(page.quoted_share(span) * (span.end - span.start) for span in content)
    whole = sum(span.end - span.start for span in content)
    if all(segment.how == "block" for segment in draft.segments) or quoted >= 0.9 * whole:
        kind = "direct"
    else:
        kind = "mixed" if quoted > 0.1 * whole else "indirect"
    cue = next((text[v.cue.start : v.cue.end] for v in voices if v.cue is not None), "")
    mention = next(
        (text[v.source.start : v.source.end] for v in voices if v.source is not None), draft.speaker.name
    )
    return Claim(
        claim_id=stable_id("c", article.article_id, start, end, draft.speaker.speaker_id),
        article_id=article.article_id,
        start=start,
        end=end,
        text=article.text[start:end],
        kind=kind,
        content=content,
        cue=cue,
        mention=mention,
        speaker=draft.speaker,
    )


def _content(page: Page, draft: _Draft) -> tuple[Span, ...]:
    """The reported words of a draft: its parts in order, touching ones joined."""
    parts = sorted(
        Span(max(span.start, draft.start), min(span.end, draft.end))
        for segment in draft.segments
        for span in segment.content
        if overlap(span, Span(draft.start, draft.end))
    )
    joined: list[Span] = []
    for part in parts or [Span(draft.start, draft.end)]:
        if joined and not page.text[joined[-1].end : part.start].strip(' \n\t\r"“”„«»'):
            joined[-1] = hull([joined[-1], part])
        else:
            joined.append(part)
    return tuple(joined)
