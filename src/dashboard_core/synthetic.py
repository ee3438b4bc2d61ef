"""Invented frames of any size, the same for the same seed: for benchmarks, load tests and empty hands.

Nobody in them exists and nothing in them was said; names and sentences are put together from small lists.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from dashboard_core.frames import ARTICLES, CLAIMS, STANCES, Frames
from dashboard_core.vocabulary import CLAIM_KINDS, STANCE_STATES, TARGET_BASES, TARGET_KINDS, TIERS

__all__ = ["synthetic_frames"]

_COUNTRIES = (
    "KGZ KAZ UZB TKM TJK AZE TUR RUS BLR ARM GEO UKR MDA CHN MNG IND PAK IRN AFG USA GBR FRA DEU ITA POL "
    "HUN FIN SWE NOR EST LVA LTU ROU BGR GRC CYP ESP PRT NLD BEL AUT CHE JPN KOR ISR SAU ARE QAT EGY ZAF"
).split()
_GIVEN = (
    "Aydar Бекзат Çağla Dilnoza Эльвира Faruk Gulnaz Həsən Ilze Жанар Kamil Leyla Mərdan Nurlan"
).split()
_FAMILY = (
    "Abylov Borçaq Чолпанова Demirkol Əhmədli Гүлбаев Ibraimi Jumanov Karasu Лебедько Mirzo Nazarly"
).split()
_PHRASES = (
    "the plan deserves a fair hearing",
    "nothing has been agreed in writing",
    "joint work would help both sides",
    "the costs have been left out of the talks",
    "a vote before the summer is out of the question",
    "the border posts could share one set of rules",
    "this would bind us for a generation",
    "we stand ready to sign as soon as the text is clean",
    "the northern road matters more than any speech",
    "smaller neighbours have to be asked first",
    "the ministry keeps an open mind",
    "no army should be built on a press release",
)
_OPENERS = ("In my view", "As I told the council", "Frankly", "For now", "Let me repeat", "Above all")


def _ids(prefix: str, count: int, seed: int) -> np.ndarray[Any, Any]:
    """Ids as scattered as the real, hashed ones, so that no engine profits from their order."""
    scattered = (np.arange(count, dtype=np.uint64) + np.uint64(seed * 1_000_003)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    return np.array([f"{prefix}_{value:016x}" for value in scattered.tolist()], dtype=object)


def synthetic_frames(positions: int, *, seed: int = 0) -> Frames:
    """Return articles, claims and stances with ``positions`` stances in all.

    Four stances stand on about three claims, five claims in each article; one article in twelve is
    undated, one claim in ten has no country, one in four no organisation.

    Examples
    --------
    >>> frames = synthetic_frames(20, seed=1)
    >>> len(frames.stances), len(frames.claims), len(frames.articles)
    (20, 15, 3)
    >>> claim = frames.claims.iloc[0]
    >>> article = frames.articles.set_index("article_id").loc[claim["article_id"]]
    >>> article["text"][claim["start"] : claim["end"]] == claim["text"]
    True
    """
    if positions <= 0:
        return Frames(ARTICLES.empty(), CLAIMS.empty(), STANCES.empty())
    rng = np.random.default_rng(seed)
    n_claims = max(1, -(-positions * 3 // 4))
    n_articles = max(1, -(-n_claims // 5))
    claims, texts = _claims(rng, n_claims, n_articles, seed)
    return Frames(
        _articles(rng, n_articles, seed, texts),
        CLAIMS.cast(claims),
        STANCES.cast(_stances(rng, positions, claims, seed)),
    )


def _claims(
    rng: np.random.Generator, count: int, n_articles: int, seed: int
) -> tuple[pd.DataFrame, list[str]]:
    article_ids = _ids("a", n_articles, seed)
    owner = np.minimum(np.arange(count) // 5, n_articles - 1)
    pick = rng.integers(0, len(_PHRASES), (count, 3))
    opener = rng.integers(0, len(_OPENERS), count)
    passages = [
        f"“{_OPENERS[o]}, {_PHRASES[a]}, and {_PHRASES[b]}; {_PHRASES[c]},” the speaker said."
        for o, (a, b, c) in zip(opener.tolist(), pick.tolist(), strict=True)
    ]
    starts = np.zeros(count, dtype=np.int64)
    texts: list[str] = []
    at, last, parts = 0, -1, list[str]()
    for index, (article, passage) in enumerate(zip(owner.tolist(), passages, strict=True)):
        if article != last:
            if parts:
                texts.append("\n\n".join(parts))
            at, last, parts = 0, article, []
        starts[index] = at
        parts.append(passage)
        at += len(passage) + 2
    texts.append("\n\n".join(parts))
    ends = starts + np.array([len(p) for p in passages], dtype=np.int64)

    n_speakers = max(2, min(20_000, count // 6))
    who = (rng.pareto(1.2, count) * n_speakers / 12).astype(np.int64) % n_speakers
    speaker_country = rng.integers(0, len(_COUNTRIES), n_speakers)
    speaker_organisation = rng.integers(0, max(2, n_speakers // 12), n_speakers)
    names = np.array(
        [f"{_GIVEN[i % len(_GIVEN)]} {_FAMILY[(i // 14) % len(_FAMILY)]} {i}" for i in range(n_speakers)],
        dtype=object,
    )
    countries = np.array(_COUNTRIES, dtype=object)[speaker_country]
    countries[::10] = None
    organisations = np.array([f"Institute No. {i}" for i in speaker_organisation.tolist()], dtype=object)
    organisations[::4] = None
    tiers = np.array(TIERS, dtype=object)[rng.integers(0, len(TIERS), n_speakers)]
    country = countries[who]
    frame = pd.DataFrame(
        {
            "claim_id": _ids("c", count, seed),
            "article_id": article_ids[owner],
            "start": starts,
            "end": ends,
            "text": passages,
            "kind": np.array(CLAIM_KINDS, dtype=object)[rng.integers(0, 3, count)],
            "content_spans": [f"{s}-{e - 18}" for s, e in zip(starts.tolist(), ends.tolist(), strict=True)],
            "cue": "said",
            "mention": "the speaker",
            "speaker_id": _ids("s", n_speakers, seed)[who],
            "speaker": names[who],
            "role": "analyst",
            "tier": tiers[who],
            "organisation": organisations[who],
            "country": country,
            "country_evidence": pd.Series("list", index=range(count)).where(pd.notna(country)),
        }
    )
    return frame, texts


def _articles(rng: np.random.Generator, count: int, seed: int, texts: list[str]) -> pd.DataFrame:
    outlets = np.array([f"Outlet {i}" for i in range(max(2, min(60, count // 4)))], dtype=object)
    days = pd.to_datetime("2021-01-01") + pd.to_timedelta(rng.integers(0, 1800, count), unit="D")
    dated = pd.Series(days).where(np.arange(count) % 12 != 7)
    return ARTICLES.cast(
        pd.DataFrame(
            {
                "article_id": _ids("a", count, seed),
                "title": [f"Talks, day {i}" for i in range(count)],
                "outlet": outlets[rng.integers(0, len(outlets), count)],
                "author": None,
                "url": [f"https://news.example/{seed}/{i}" for i in range(count)],
                "published_on": dated,
                "language": "en",
                "text": texts,
                "sha256": [hashlib.sha256(t.encode("utf-8")).hexdigest() for t in texts],
                "added_at": datetime(2026, 1, 1, tzinfo=UTC),
                "file": "synthetic.jsonl",
            }
        )
    )


def _stances(rng: np.random.Generator, count: int, claims: pd.DataFrame, seed: int) -> pd.DataFrame:
    n_claims, n_targets = len(claims), max(2, min(60, count // 3))
    # Each claim gets one target, every third claim a second one, another than the first.
    second = np.arange(count - min(count, n_claims))
    owner = np.concatenate([np.arange(min(count, n_claims)), second * 3 % n_claims])
    target = rng.integers(0, n_targets, n_claims)[owner]
    target[n_claims:] = (target[n_claims:] + 1) % n_targets
    kinds = np.array(TARGET_KINDS, dtype=object)
    p = rng.dirichlet((1.0, 1.0, 1.0), count)
    state = np.array(STANCE_STATES, dtype=object)[
        rng.choice(len(STANCE_STATES), count, p=(0.22, 0.2, 0.33, 0.1, 0.15))
    ]
    claim_id = claims["claim_id"].to_numpy(dtype=object)[owner]
    return pd.DataFrame(
        {
            "stance_id": _ids("st", count, seed),
            "claim_id": claim_id,
            "article_id": claims["article_id"].to_numpy(dtype=object)[owner],
            "target_id": np.array([f"t_{i:03d}" for i in range(n_targets)], dtype=object)[target],
            "target": np.array([f"Proposal {i}" for i in range(n_targets)], dtype=object)[target],
            "target_kind": kinds[target % len(kinds)],
            "stance": state,
            "confidence": rng.uniform(0.34, 1.0, count).round(4),
            "p_stance": rng.uniform(0.3, 1.0, count).round(4),
            "p_opposed": p[:, 0],
            "p_cautious": p[:, 1],
            "p_supportive": p[:, 2],
            "evidence": None,
            "model_version": "synthetic",
            "target_basis": np.array(TARGET_BASES, dtype=object)[rng.choice(3, count, p=(0.7, 0.1, 0.2))],
        }
    )
