"""The records that travel from room to room; each is frozen, and each offset points into ``Article.text``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

__all__ = [
    "DISCOVERED",
    "Article",
    "Attribution",
    "Claim",
    "ClaimDraft",
    "Span",
    "Speaker",
    "Stance",
    "Target",
    "TargetMention",
    "stable_id",
]


# How the ids of targets begin that no list names: made of their words.
DISCOVERED = "t_"


def stable_id(prefix: str, *parts: object) -> str:
    """Return the same short id for the same parts, on every machine and in every run.

    >>> stable_id("c", "article", 10, 20) == stable_id("c", "article", 10, 20)
    True
    >>> stable_id("c", "ab", "c") == stable_id("c", "a", "bc")
    False
    """
    joined = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(joined.encode('utf-8')).hexdigest()[:16]}"


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One published text, untouched; ``outlet`` is who published it, ``published_on`` None means undated."""

    article_id: str
    title: str
    text: str
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_on: date | None = None
    language: str = ""
    sha256: str = ""
    added_at: datetime | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One reported-speech link found in a text, before claims are put together."""

    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks. Empty strings mean that the text does not say; nothing is guessed into them.

    ``country`` is ISO 3166-1 alpha-3; ``country_evidence`` names what it rests on
    (one of vocabulary.COUNTRY_EVIDENCE, then the words it was read from: "role phrase: Kazakh analyst").
    """

    speaker_id: str
    name: str
    role: str = ""
    tier: str = ""
    organisation: str = ""
    country: str = ""
    country_evidence: str = ""


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A passage with its attribution, before its speaker is known as a person."""

    start: int
    end: int
    kind: str
    content: tuple[Span, ...]
    cue: str
    mention: str
    source: Span | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One contiguous passage in which one identifiable actor is reported to say something."""

    claim_id: str
    article_id: str
    start: int
    end: int
    text: str
    kind: str
    content: tuple[Span, ...]
    cue: str
    mention: str
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Target:
    """What a position can be about. ``aliases`` are further names under which texts mention it."""

    target_id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    definition: str = ""
    origin: str = "catalogue"


@dataclass(frozen=True, slots=True)
class TargetMention:
    """A target that a claim is about, with the spans (in the article) that say so.

    ``how`` is "named" (an alias stands in the claim), "resolved" ("this idea", "the alliance" stands for
    it) or "context" (only the headline or the sentence before names it). ``salience`` (0-1) says how likely
    the claim is about the target rather than mentioning it in passing.
    """

    target: Target
    spans: tuple[Span, ...]
    how: str = "named"
    salience: float = 1.0


@dataclass(frozen=True, slots=True)
class Stance:
    """The position one claim takes on one target, as the model sees it.

    ``p_stance`` is the probability that the claim takes a position on the target at all; the other three
    are given that it does and sum to 1. ``stance`` is one of vocabulary.STANCE_STATES. ``target_basis`` is
    one of vocabulary.TARGET_BASES.
    """

    stance_id: str
    claim_id: str
    article_id: str
    target: Target
    stance: str
    confidence: float
    p_stance: float
    p_opposed: float
    p_cautious: float
    p_supportive: float
    evidence: str
    model_version: str
    target_basis: str = ""
