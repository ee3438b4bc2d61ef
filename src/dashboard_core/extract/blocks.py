"""Speech blocks read off the page: quotations, dash-led speech, turns, signatures, found by characters alone.

A parser sees one sentence at a time, but newspapers let speech run over paragraphs and name the speaker once:
before it (a line ending in a colon), behind it (", Name added.") or on a line of its own. Nothing here knows
who a name is or what a verb means; the speech verbs come in as a parameter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dashboard_core.extract.paragraphs import glue_points, paragraph_spans
from dashboard_core.records import Span

__all__ = [
    "Quote",
    "SpeechBlock",
    "find_blocks",
    "find_quotes",
    "find_tail",
    "glue_points",
    "paragraph_spans",
]

# Opening marks and what may close them: German „…“ and Swedish ”…” close with marks that open elsewhere.
_CLOSERS: Final = {
    "“": '”"',
    "„": '“”‟"',
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"”',
    "‘": "’",
    "'": "'",
}
_MARKS: Final = re.compile("[“”„‟«»‹›「」『』\"]|``|''|(?<![\\w’])[‘'](?=\\w)|(?<=\\S)['’](?!\\w)")
_OPEN_LOOK: Final = re.compile(r"(?:^|[\s(\[{–—\-/>:‘'])$")
_DASH: Final = re.compile(r"[-–—―]{1,2}\s*(?=[^\W\d_]|[\"“„«‘'(\[])")
_TURN: Final = re.compile(r"([A-ZÀ-ÞĀ-ŽА-ЯЁІЇЄҐӘҒҚҢӨҰҮҺ][^:\n\"“”„«».!?]{0,70}):(?:\s+(?=\S)|$)")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”“»’')\]]*(?=\s|$|[^\W\d_])")
_WORD: Final = re.compile(r"[^\W_]+(?:[’'.\-][^\W_]+)*")
_BEFORE_TAIL: Final = re.compile(r"[,!?…”\"»]\s*[-–—]?\s*")
_HANDLE: Final = re.compile(r"[—–-]\s*(?P<name>[^\n(—–]{2,60}?)\s*\(@\w{1,20}\)[^\n]{0,40}$")
_LOOK_AHEAD: Final = 8
# How many characters a decision may look around: pages of nothing but marks must not take quadratic time.
_REACH: Final = 1_000
_TAIL_REACH: Final = 250
_DEEPEST: Final = 3
_TAIL_WORDS: Final = 14


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its marks; ``closed`` is False where the closing mark is missing.

    ``breaks`` are the places inside it where a new paragraph starts.
    """

    start: int
    end: int
    closed: bool = True
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechBlock:
    """Paragraphs of one speaker's own words.

    ``kind`` is "dash" (led by a dash), "turn" (led by a name and a colon), "led" (after a line that ends in
    a colon), "signed" (before a line or a dash that names the speaker). ``source`` holds the words that name
    the speaker, ``cue`` the speech verb, both None where the block itself does not say; ``lead`` is the
    paragraph before a "led" or "dash" block. ``question`` marks an interviewer's turn.
    """

    start: int
    end: int
    kind: str
    source: Span | None = None
    cue: Span | None = None
    lead: Span | None = None
    question: bool = False


@dataclass(slots=True)
class _Open:
    mark: str
    start: int
    breaks: list[int]


def _looks_open(text: str, at: int, lower: int) -> bool:
    return bool(_OPEN_LOOK.search(text[max(lower, at - 1) : at])) and not text[at + 1 : at + 2].isspace()


def _first_mark_closes(text: str, paragraph: Span, mark: str) -> bool | None:
    """Whether the paragraph's first mark of this family closes a quotation; None where it has none."""
    closers = _CLOSERS[mark]
    for match in _MARKS.finditer(text, paragraph.start, paragraph.end):
        char = match.group()[0]
        if char in closers and not _looks_open(text, match.start(), paragraph.start):
            return True
        if char == mark or char in '“„«"':
            return False
    return None


def _goes_on(text: str, paragraphs: Sequence[Span], index: int, mark: str) -> bool:
    """Whether a quotation still open at the end of paragraph ``index`` runs into the next one."""
    if index + 1 >= len(paragraphs):
        return False
    following = paragraphs[index + 1]
    first = text[following.start]
    if first == mark or (first in '“"„' and mark in '“"„'):
        return True
    for paragraph in paragraphs[index + 1 : index + 1 + _LOOK_AHEAD]:
        closes = _first_mark_closes(text, paragraph, mark)
        if closes is not None:
            return closes
    return False


def _is_apostrophe(text: str, match: re.Match[str], open_mark: str) -> bool:
    """ "members' rights": after an s and before a lower-case word, with the real mark still to come."""
    at = match.start()
    if text[at - 1 : at] not in ("s", "n", "z") or open_mark not in "‘'":
        return False
    rest = text[at + 1 : at + 200].split("\n", 1)[0]
    return bool(re.match(r"\s[a-z]", rest)) and bool(re.search(r"\S['’](?!\w)", rest))


def find_quotes(text: str, paragraphs: Sequence[Span] | None = None) -> list[Quote]:
    """Return the quotations of a text in order, those over several paragraphs as one.

    An opening mark repeated at the start of each paragraph belongs to the same quotation; so do paragraphs
    without any mark, when a later one closes what the first one opened. A quotation that is never closed
    ends with its paragraph. Quotations inside quotations are not listed.

    >>> [(q.start, q.end) for q in find_quotes('“We go.\\n“We stay,” she said. A "scare" word.')]
    [(0, 18), (31, 38)]
    """
    spans = paragraph_spans(text) if paragraphs is None else paragraphs
    quotes: list[Quote] = []
    state: _Open | None = None

    def close(end: int, closed: bool) -> None:
        nonlocal state
        if state is not None and end > state.start + 1:
            quotes.append(Quote(state.start, end, closed, tuple(state.breaks)))
        state = None

    for index, paragraph in enumerate(spans):
        doubles = any(char in '“”„«»"' for char in text[paragraph.start : paragraph.end])
        nested = 0
        marks = [
            (m, _looks_open(text, m.start(), paragraph.start)) for m in _MARKS.finditer(text, *paragraph)
        ]
        for number, (match, opener) in enumerate(marks):
            at, mark = match.start(), match.group()
            char = '"' if mark in ("``", "''") else mark
            if state is None:
                if char in "‘'" and (doubles or not opener):
                    continue
                if char == "’":
                    continue
                if char in "”»›」』" and not (char in "”»" and opener):
                    _stray_close(text, paragraph, at, quotes)
                    continue
                if char == '"' and not opener and text[at - 1 : at] in ",.!?…":
                    _stray_close(text, paragraph, at, quotes)
                    continue
                state, nested = _Open(char, at, []), 0
                continue
            if at == paragraph.start and state.start < at:
                continue  # the mark repeated at the start of a further paragraph
            # Only a straight mark, or one that opens and closes alike, can be mistaken for an opening one.
            alike = char == '"' or char == state.mark
            if char in _CLOSERS[state.mark] and not (opener and alike):
                if char in "'’" and _is_apostrophe(text, match, state.mark):
                    continue
                if nested:
                    nested -= 1
                    continue
                close(match.end(), True)
            elif char in '“„«"' and state.mark not in "‘'":
                # An opening mark inside an open quotation: nested if two closing marks are still to come,
                # else the closing mark of the first one was forgotten.
                if nested < _DEEPEST and _closings(marks[number + 1 : number + 41], state.mark, nested + 2):
                    nested += 1
                else:
                    ends = [m.end() for m in _SENTENCE_END.finditer(text, max(state.start, at - _REACH), at)]
                    close(ends[-1] if ends else at, False)
                    state, nested = _Open(char, at, []), 0
        if state is None:
            continue
        if state.mark in "‘'" or not _goes_on(text, spans, index, state.mark):
            close(paragraph.end, False)
        elif index + 1 < len(spans):
            state.breaks.append(spans[index + 1].start)
    close(spans[-1].end if spans else 0, False)
    return quotes


def _closings(marks: Sequence[tuple[re.Match[str], bool]], mark: str, wanted: int) -> bool:
    """Whether at least ``wanted`` marks that close a quotation are among those that follow."""
    return sum(match.group()[0] in _CLOSERS[mark] and not opener for match, opener in marks) >= wanted


def _stray_close(text: str, paragraph: Span, at: int, quotes: list[Quote]) -> None:
    """Record the paragraph's beginning as a quotation whose opening mark was lost."""
    since = max(paragraph.start, quotes[-1].end if quotes else 0)
    if since == paragraph.start and len(_WORD.findall(text, max(since, at - _REACH), at)) >= 3:
        quotes.append(Quote(paragraph.start, at + 1, False))


@dataclass(frozen=True, slots=True)
class _Tail:
    end: int
    source: Span
    cue: Span


def _find_tail(text: str, sentence: Span, verbs: Collection[str]) -> _Tail | None:
    """The ", Name added." or ", said the minister." at the end of a sentence, if it has one."""
    # The shortest tail counts: in "a step, stressing its price, Orlova added" only the end names a speaker.
    lower = max(sentence.start, sentence.end - _TAIL_REACH)
    for match in reversed(list(_BEFORE_TAIL.finditer(text, lower, sentence.end))):
        start = match.end()
        words = [Span(*w.span()) for w in _WORD.finditer(text, start, sentence.end)]
        if not 2 <= len(words) <= _TAIL_WORDS:
            continue
        first = text[words[0].start : words[0].end]
        spoken = [i for i, w in enumerate(words) if _is_spoken(text[w.start : w.end], verbs)]
        if not spoken or spoken[0] > 6:
            continue
        cue = words[spoken[0]]
        if spoken[0] == 0:  # "said Marat Beisen, head of the centre"
            named = next((w for w in words[1:3] if _names(text, w)), None)
            if named is None:
                continue
            stop = text.find(",", named.end, sentence.end)
            return _Tail(sentence.end, Span(words[1].start, words[-1].end if stop < 0 else stop), cue)
        if first.lower() in _PERSONS or first[:1].isupper():
            rest = text[cue.end : sentence.end]
            if "," in rest or len(words) - spoken[0] > 6:
                continue
            return _Tail(sentence.end, Span(words[0].start, words[spoken[0] - 1].end), cue)
    return None


def find_tail(text: str, span: Span, verbs: Collection[str]) -> tuple[Span, Span] | None:
    """Return the words that name the speaker and the speech verb behind a quotation, None without them.

    ``span`` starts at the closing mark and ends with the paragraph.

    >>> text = "“We wait,” said Marat Beisen."
    >>> source, cue = find_tail(text, Span(9, 29), {"said"}) or (Span(0, 0), Span(0, 0))
    >>> text[source.start : source.end], text[cue.start : cue.end]
    ('Marat Beisen', 'said')
    """
    sentences = _sentences(text, Span(span.start + 1, span.end))
    end = sentences[0].end if sentences else span.end
    tail = _find_tail(text, Span(span.start, end), verbs)
    return None if tail is None else (tail.source, tail.cue)


def _is_spoken(word: str, verbs: Collection[str]) -> bool:
    """Whether a word is a finite form of a speech verb ("stressing" only goes along with another verb)."""
    return word.lower() in verbs and not word.endswith("ing")


_PERSONS: Final = frozenset({"he", "she", "they", "the", "a", "an", "mr", "mrs", "ms", "dr"})


def _names(text: str, word: Span) -> bool:
    token = text[word.start : word.end]
    return token[:1].isupper() or token.lower() in _PERSONS


def _sentences(text: str, paragraph: Span) -> list[Span]:
    """A rough cut into sentences, good enough to look for tails."""
    cuts = [match.end() for match in _SENTENCE_END.finditer(text, paragraph.start, paragraph.end)]
    found, start = [], paragraph.start
    for cut in [*cuts, paragraph.end]:
        while start < cut and text[start].isspace():
            start += 1
        if cut - start > 1 and not re.search(r"\b[A-ZА-Я]\.$", text[max(start, cut - 4) : cut]):
            found.append(Span(start, cut))
            start = cut
    return found


def _tail_in(text: str, paragraph: Span, verbs: Collection[str]) -> _Tail | None:
    """The first tail of a paragraph after which no dash takes the speech up again."""
    for sentence in _sentences(text, paragraph):
        tail = _find_tail(text, sentence, verbs)
        if tail is not None and not _DASH.match(text[tail.end : paragraph.end].lstrip()):
            return tail
    return None


def find_blocks(
    text: str,
    verbs: Collection[str],
    quotes: Sequence[Quote] | None = None,
    paragraphs: Sequence[Span] | None = None,
) -> list[SpeechBlock]:
    """Return the speech blocks of a text in order; they never overlap.

    ``verbs`` are the surface forms of speech verbs in lower case ("said", "added").

    >>> text = "Orlova spoke first:\\n- We agree on it.\\nIt is time, Orlova added.\\nBeisen was silent."
    >>> [(b.kind, text[b.source.start:b.source.end]) for b in find_blocks(text, {"added"}) if b.source]
    [('dash', 'Orlova')]
    """
    spans = list(paragraph_spans(text)) if paragraphs is None else list(paragraphs)
    marks = find_quotes(text, spans) if quotes is None else list(quotes)
    starts = [quote.start for quote in marks]
    blocks: list[SpeechBlock] = []
    index = 0
    while index < len(spans):
        found, taken = _block_at(text, spans, index, verbs, marks, starts)
        if found is None:
            index += 1
            continue
        blocks.append(found)
        index += taken
    return _mark_questions(text, blocks)


def _block_at(
    text: str,
    spans: Sequence[Span],
    index: int,
    verbs: Collection[str],
    marks: Sequence[Quote],
    starts: Sequence[int],
) -> tuple[SpeechBlock | None, int]:
    paragraph = spans[index]
    lead = spans[index - 1] if index else None
    handle = _HANDLE.search(text, paragraph.start, paragraph.end)
    if handle is not None and len(_WORD.findall(text, paragraph.start, handle.start())) >= 3:
        return SpeechBlock(paragraph.start, paragraph.end, "signed", Span(*handle.span("name"))), 1
    dash = _DASH.match(text, paragraph.start, paragraph.end)
    led = lead is not None and text[lead.end - 1] == ":" and not _is_list(text, spans, index)
    if dash is not None and (led or not _is_list(text, spans, index)):
        return _dash_block(text, spans, index, verbs)
    turn = _TURN.match(text, paragraph.start, paragraph.end)
    if turn is not None and turn.end() < paragraph.end and _is_label(turn.group(1), verbs):
        return SpeechBlock(paragraph.start, paragraph.end, "turn", Span(*turn.span(1))), 1
    at = bisect_right(starts, paragraph.start) - 1
    quote = marks[at] if at >= 0 and marks[at].start == paragraph.start else None
    size = 1
    while quote is not None and index + size < len(spans) and spans[index + size].start < quote.end:
        size += 1
    last = spans[index + size - 1]
    if quote is not None and quote.end >= last.end - 1 and index + size < len(spans):
        signature = spans[index + size]
        if _is_signature(text, signature, verbs):
            return SpeechBlock(paragraph.start, signature.end, "signed", signature), size + 1
    if led and lead is not None:
        end = max(last.end, paragraph.end)
        return SpeechBlock(paragraph.start, end, "led", lead=lead), size
    return None, 1


def _dash_block(
    text: str, spans: Sequence[Span], index: int, verbs: Collection[str]
) -> tuple[SpeechBlock | None, int]:
    """A dash paragraph and the undashed ones up to the tail; without a tail, the dash paragraph alone."""
    lead = spans[index - 1] if index else None
    start = spans[index].start
    for step, paragraph in enumerate(spans[index : index + _LOOK_AHEAD * 2]):
        if step and (_DASH.match(text, paragraph.start, paragraph.end) or text[paragraph.end - 1] == ":"):
            break
        tail = _tail_in(text, paragraph, verbs)
        if tail is not None:
            if step and _leads(text, paragraph, verbs):
                break
            return SpeechBlock(start, tail.end, "dash", tail.source, tail.cue, lead), step + 1
        if step and _leads(text, paragraph, verbs):
            break
    # No tail before the next dash: the undashed paragraphs between two dashes are the speaker's still, as
    # long as none of them tells who says something.
    end, taken = spans[index].end, 1
    for paragraph in spans[index + 1 : index + _LOOK_AHEAD * 2]:
        if _DASH.match(text, paragraph.start, paragraph.end):
            return SpeechBlock(start, end, "dash", lead=lead), taken
        if _leads(text, paragraph, verbs) or text[paragraph.end - 1] == ":":
            break
        end, taken = paragraph.end, taken + 1
    return SpeechBlock(start, spans[index].end, "dash", lead=lead), 1


def _leads(text: str, paragraph: Span, verbs: Collection[str]) -> bool:
    """Whether a paragraph's first sentence reports someone's speech ("Beisen noted that ...")."""
    sentences = _sentences(text, paragraph)
    if not sentences or _find_tail(text, sentences[0], verbs) is not None:
        return False
    head = text[sentences[0].start : sentences[0].end]
    words = [match.group() for match in _WORD.finditer(head)][:16]
    spoken = next((i for i, word in enumerate(words) if _is_spoken(word, verbs)), None)
    if not spoken:
        return False
    # "Beisen also noted": the name stands right before the verb, with at most an adverb between.
    subject = words[:spoken]
    if len(subject) > 1 and (subject[-1].endswith("ly") or subject[-1] in ("also", "then", "further", "has")):
        subject = subject[:-1]
    return subject[-1][:1].isupper() or subject[-1].lower() in _PERSONS - {"the", "a", "an"}


def _is_list(text: str, spans: Sequence[Span], index: int) -> bool:
    """Whether a dash paragraph is an item of a list: short, no sentence, with neighbours like it."""
    item = text[spans[index].start : spans[index].end]
    if item[-1:] in '.!?…”"»' and len(_WORD.findall(item)) > 8:
        return False
    return bool(_DASH.match(item)) and (item[-1:] not in '.!?…”"»' or len(_WORD.findall(item)) <= 3)


def _is_label(label: str, verbs: Collection[str]) -> bool:
    """Whether the words before a colon can be a name: few, capitalised, no verb of speech."""
    words = [match.group() for match in _WORD.finditer(label)]
    if not words or len(words) > 9 or any(word.lower() in verbs for word in words):
        return False
    if label in {"Q", "A"} or label.isupper():
        return True
    name = label.split(",")[0].split("(")[0]
    parts = [match.group() for match in _WORD.finditer(name)]
    return len(parts) <= 5 and len(parts) >= 1 and all(part[:1].isupper() for part in parts)


def _is_signature(text: str, paragraph: Span, verbs: Collection[str]) -> bool:
    """Whether a line under a quotation is its speaker: "Nadia Orlova, The Lantern", "— Marat Beisen"."""
    line = text[paragraph.start : paragraph.end].lstrip("-–—― ")
    words = [match.group() for match in _WORD.finditer(line)]
    if not 2 <= len(words) <= 14 or line[-1] in '.!?:;…,"”»':
        return False
    name = [match.group() for match in _WORD.finditer(line.split(",")[0])]
    if any(word.lower() in verbs for word in words) or not 2 <= len(name) <= 5:
        return False
    dashed = text[paragraph.start] in "-–—―"
    return all(part[:1].isupper() for part in name) and (dashed or "," in line)


def _mark_questions(text: str, blocks: Sequence[SpeechBlock]) -> list[SpeechBlock]:
    """Turns and dash blocks that only ask, next to one that answers, are an interviewer's."""

    def asks(block: SpeechBlock) -> bool:
        body = text[block.start : block.end].rstrip(" \"”»’'")
        return body.endswith("?") and block.source is None

    marked: list[SpeechBlock] = []
    labels: dict[str, list[bool]] = {}
    for block in blocks:
        if block.kind == "turn" and block.source is not None:
            label = text[block.source.start : block.source.end].lower()
            labels.setdefault(label, []).append(text[: block.end].rstrip(" \"”»’'").endswith("?"))
    for block in blocks:
        if block.kind == "turn" and block.source is not None:
            label = text[block.source.start : block.source.end].lower()
            asked = labels[label]
            interviewer = label in {"q", "question"} or (len(labels) > 1 and sum(asked) * 2 > len(asked))
            marked.append(replace(block, question=interviewer))
        else:
            marked.append(replace(block, question=block.kind in ("dash", "led") and asks(block)))
    return marked
