"""Invented frames for tests: any size by seed, or a few rows written out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pandas as pd

from dashboard_core.frames import Frames, join_positions, to_frames
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target, stable_id
from dashboard_core.synthetic import synthetic_frames

__all__ = ["Said", "frames", "positions", "said"]


def frames(count: int, *, seed: int = 0) -> Frames:
    """Return frames with ``count`` positions in all, the same for the same seed."""
    return synthetic_frames(count, seed=seed)


def positions(count: int, *, seed: int = 0) -> pd.DataFrame:
    """Return ``count`` joined positions, the same for the same seed."""
    return join_positions(frames(count, seed=seed))


@dataclass(frozen=True, slots=True)
class Said:
    """One claim of an invented speaker; ``stances`` are pairs of target and stance."""

    speaker: str
    stances: tuple[tuple[str, str], ...] = ()
    country: str = ""
    organisation: str = ""
    tier: str = "expert"
    outlet: str = "Morning Paper"
    on: date | None = date(2026, 3, 1)
    text: str = "the plan deserves a fair hearing"
    confidence: float = 0.8
    article: str = ""
    model: str = "model-1"
    url: str = "https://news.example/1"
    role: str = ""
    basis: str = "named"


def said(rows: Iterable[Said], *, silent_articles: int = 0) -> Frames:
    """Return frames that hold just these claims; claims of one outlet and day share an article.

    ``silent_articles`` adds articles in which nobody says anything.
    """
    groups: dict[tuple[str, str, date | None], list[Said]] = {}
    for row in rows:
        groups.setdefault((row.article, row.outlet, row.on), []).append(row)
    articles: list[Article] = []
    claims: list[Claim] = []
    stances: list[Stance] = []
    for (name, outlet, on), members in groups.items():
        article_id = name or stable_id("a", outlet, on)
        parts: list[str] = []
        at = 0
        for row in members:
            passage = f"“{row.text},” {row.speaker} said."
            claim = _claim(article_id, at, passage, row)
            claims.append(claim)
            stances += [_stance(claim, target, stance, row) for target, stance in row.stances]
            parts.append(passage)
            at += len(passage) + 2
        articles.append(
            Article(
                article_id,
                f"Talks of {on}",
                "\n\n".join(parts),
                outlet,
                url=members[0].url,
                published_on=on,
                language="en",
                sha256=stable_id("h", *parts),
                added_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
                file="talks.txt",
            )
        )
    for number in range(silent_articles):
        empty = Article(f"silent-{number}", "Weather", "It rained.", "Morning Paper", sha256=f"h{number}")
        articles.append(replace(empty, added_at=datetime(2026, 6, 1, 12, tzinfo=UTC)))
    return to_frames(articles, claims, stances)


def _claim(article_id: str, at: int, passage: str, row: Said) -> Claim:
    speaker = Speaker(
        stable_id("s", row.speaker),
        row.speaker,
        row.role,
        row.tier,
        row.organisation,
        row.country,
        "list" if row.country else "",
    )
    content = Span(at, at + len(row.text) + 3)
    claim_id = stable_id("c", article_id, at, row.speaker)
    return Claim(
        claim_id,
        article_id,
        at,
        at + len(passage),
        passage,
        "direct",
        (content,),
        "said",
        row.speaker,
        speaker,
    )


def _stance(claim: Claim, target: str, stance: str, row: Said) -> Stance:
    chances = {"opposed": 0.1, "cautious": 0.1, "supportive": 0.1}
    chances[stance if stance in chances else "cautious"] = 0.8
    return Stance(
        stable_id("st", claim.claim_id, target),
        claim.claim_id,
        claim.article_id,
        Target(target, target.title(), "proposal"),
        stance,
        row.confidence,
        0.1 if stance == "none" else 0.9,
        chances["opposed"],
        chances["cautious"],
        chances["supportive"],
        "",
        row.model,
        row.basis,
    )
