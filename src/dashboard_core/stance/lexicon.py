"""Numbers read from the words of a passage: cues for and against, doubt, conditions, and how near the target.

They stand beside the encoder's reading, so that a hedge or a refusal in the target's own clause weighs even
where the encoder wavers. The lists are closed-class or plain stance vocabulary of English news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dashboard_core.records import Span

__all__ = ["FEATURE_NAMES", "clauses", "content_words", "find_mentions", "read_numbers"]

_SUPPORT = r"""support\w*|back(?:s|ed|ing)?|welcom\w+|prais\w+|endors\w+|favou?r\w*|advocat\w+|
applaud\w*|hail\w*|
commend\w*|defend\w*|embrac\w+|agree[sd]?|urg\w+|call(?:s|ed|ing)? for|commit\w*|proud\w*|important|
necessary|essential|vital|crucial|benefi\w+|opportunit\w+|strengthen\w*|good|great|right|success\w*|
progress|historic|must|should|need(?:s|ed)?|will|promis\w+|pledg\w+|proposes?|proposed|ready to|
in favou?r|look(?:s|ing)? forward|effective|indispensable|sooner|join(?:s|ed|ing)?"""
_OPPOSE = r"""oppos\w+|reject\w*|refus\w+|condemn\w*|denounc\w+|critici[sz]\w+|veto\w*|boycott\w*|withdr\w+|
quit\w*|unacceptable|useless|harm\w*|illegal\w*|unlawful|wrong\w*|disast\w+|terribl\w+|fail\w*|
against|never|scrap\w*|abandon\w*|block\w*|ban(?:s|ned)?|blam\w+|accus\w+|reckless|shame\w*|
outrag\w+|mistake|absurd|nonsense|threat\w*|violat\w+|undermin\w+|destroy\w*|dead|stop\w*|attack\w*|
betray\w*|dangerous|worst|bad|cancel\w*|leav(?:e|es|ing)|not on the agenda|no place|no need|
unnecessary|pointless"""
_HEDGE = r"""may|might|could|perhaps|possibl[ey]|premature|too early|too soon|not (?:yet )?ready|careful\w*|
cautio\w+|concern\w*|worr\w+|risk\w*|doubt\w*|uncertain\w*|sceptic\w*|skeptic\w*|reserv\w+|
gradual\w*|step by step|remain\w* to be seen|open to|consider\w*|reconsider\w*|unclear|hesita\w+|
wait\w*|challeng\w+|obstacle\w*|cost\w*|difficult\w*|complex|question\w*|limited|not enough|
insufficient|yet to|study|studying|examin\w+|in principle|partial\w*"""
_CONDITION = r"""if|unless|until|provided|as long as|only when|only if|on condition|depend\w*|first|
before|without|
in exchange|guarantee\w*|condition\w*|assuming|would"""
_CONTRAST = r"""but|however|yet|although|though|while|despite|nevertheless|still|instead|rather|
on the other hand|
at the same time|except"""
_NEGATION = r"""not|no|n['’]t|never|neither|nor|none|nothing|without|cannot|nobody"""


def _compile(words: str) -> re.Pattern[str]:
    joined = words.replace("\n", "")
    return re.compile(
        rf"(?<!\w)(?:{joined})(?!\w)|n['’]t(?!\w)" if words is _NEGATION else rf"(?<!\w)(?:{joined})(?!\w)",
        re.I,
    )


_CUES = {
    "support": _compile(_SUPPORT),
    "oppose": _compile(_OPPOSE),
    "hedge": _compile(_HEDGE),
    "condition": _compile(_CONDITION),
    "contrast": _compile(_CONTRAST),
    "negation": _compile(_NEGATION),
}
_NAMES = tuple(_CUES)
FEATURE_NAMES: tuple[str, ...] = (
    *(f"all_{name}" for name in _NAMES),
    *(f"near_{name}" for name in _NAMES),
    "near_negated_support",
    "near_negated_oppose",
    "cue_balance_before_contrast",
    "cue_balance_after_contrast",
    "named_share",
    "mentions",
    "target_words",
    "words",
    "quoted_share",
)

_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "with",
        "by",
        "at",
        "and",
        "its",
        "their",
        "his",
        "her",
        "new",
        "proposed",
        "between",
        "from",
        "over",
        "as",
        "or",
        "that",
        "this",
        "into",
    ]
)
_BREAK = re.compile(
    r"(?<=[.!?])[\"”’']?\s+|\n+|;\s+|\s[–—-]+\s|,\s+(?=(?:but|and|while|although|though|however|yet|"
    r"so|because|which|who|"
    r"if|unless|until|provided|instead|nor|or|as|with|without|not|rather|despite)\b)|:\s+|"
    r"\s+(?=(?:but|because|unless|although)\b)",
    re.I,
)
_QUOTED = re.compile(r"[\"“«][^\"”»]*[\"”»]")


def _stem(word: str) -> str:
    word = re.sub(r"['’]s$", "", word.lower())
    return (
        re.sub(r"(isation|ization|ations?|ments?|ings?|ies|es|s|ed|ian|ean|an|ish|ese)$", "", word)
        if len(word) > 5
        else word
    )


def content_words(text: str) -> set[str]:
    """Return the stems of the words that carry meaning.

    >>> sorted(content_words("the new alliances of Poland"))
    ['allianc', 'poland']
    """
    return {_stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP}


def clauses(text: str) -> list[Span]:
    """Return the clauses of a passage in order, without the blanks between; short bits join the next one.

    >>> text = "No bloc is needed, but the exercises should go ahead. We will come."
    >>> [text[a:b] for a, b in clauses(text)]
    ['No bloc is needed,', 'but the exercises should go ahead.', 'We will come.']
    """
    cuts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
    spans: list[Span] = []
    start = 0
    for _, end in pairwise(cuts):
        piece = text[start:end]
        if len(_WORD.findall(piece)) < 3 and end != len(text):
            continue
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            if spans and len(_WORD.findall(piece)) < 3:
                spans[-1] = Span(spans[-1].start, start + len(piece.rstrip()))
            else:
                spans.append(Span(start + left, start + len(piece.rstrip())))
        start = end
    return spans


def find_mentions(text: str, names: Sequence[str], given: Sequence[Span] = ()) -> list[Span]:
    """Return where the target is mentioned: given spans, whole names, else words shared with its name.

    >>> find_mentions("Members of the alliance met.", ["defence alliance"])
    [Span(start=15, end=23)]
    """
    found = [span for span in given if 0 <= span.start < span.end <= len(text)]
    for name in names:
        if name.strip():
            found += [
                Span(*m.span()) for m in re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.I)
            ]
    if found:
        return sorted(set(found))
    wanted = set().union(*(content_words(name) for name in names)) if names else set()
    return [
        Span(*m.span())
        for m in _WORD.finditer(text)
        if m.group().lower() not in _STOP and _stem(m.group()) in wanted
    ]


def read_numbers(text: str, names: Sequence[str], given: Sequence[Span] = ()) -> npt.NDArray[np.float32]:
    """Return one number per name in ``FEATURE_NAMES`` for a passage and the names of its target.

    Counts enter as log(1 + n); shares run 0-1. *near* is the clauses that mention the target, or the whole
    passage where none does ("this idea" two sentences on).
    """
    spans = clauses(text) or [Span(0, len(text))]
    mentions = find_mentions(text, names, given)
    near = [s for s in spans if any(m.start < s.end and m.end > s.start for m in mentions)] or spans
    near_text = " | ".join(text[s.start : s.end] for s in near)

    def count(name: str, part: str) -> int:
        return sum(1 for _ in _CUES[name].finditer(part))

    def negated(name: str) -> int:
        return sum(
            1
            for match in _CUES[name].finditer(near_text)
            if _CUES["negation"].search(near_text[max(0, match.start() - 25) : match.start()])
        )

    def balance(part: str) -> float:
        return float(np.tanh((count("support", part) - count("oppose", part)) / 2))

    first = _CUES["contrast"].search(text)
    head, tail = (text[: first.start()], text[first.start() :]) if first else (text, "")
    wanted = content_words(names[0]) if names else set()
    have = content_words(text)
    total = len(_WORD.findall(text))
    quoted = sum(len(m.group()) for m in _QUOTED.finditer(text))
    numbers = [
        *(np.log1p(count(name, text)) for name in _NAMES),
        *(np.log1p(count(name, near_text)) for name in _NAMES),
        np.log1p(negated("support")),
        np.log1p(negated("oppose")),
        balance(head),
        balance(tail),
        len(wanted & have) / max(1, len(wanted)),
        np.log1p(len(mentions)),
        np.log1p(len(wanted)),
        np.log1p(total) - 3.5,
        quoted / max(1, len(text)),
    ]
    return np.asarray(numbers, dtype=np.float32)
