"""How well claims are found: the figures on coded articles, with intervals over articles.

A coded claim and a found one are the same when their words overlap by a token F1 of at least .5; pairs are
made one to one, those with the right speaker first. A speaker is right when the last word of the name (the
surname) is equal, or when the words of one name are part of the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

__all__ = ["ClaimFigures", "evaluate_claims", "match_claims", "same_speaker"]

_TOKEN: Final = re.compile(r"\w+(?:[’'.\-]\w+)*")
_TITLES: Final = frozenset(
    "the a an of for to in on with by at and its their his her new proposed between mr mrs ms dr president "
    "minister prime foreign former sir".split()
)
_LEAST_F1: Final = 0.5
# What is counted in each article, in the order of the columns that the bootstrap draws from.
_COUNTS: Final = (
    "coded",
    "found",
    "predicted",
    "matched",
    "speaker",
    "country",
    "country_n",
    "empty",
    "empty_n",
    "tier",
    "tier_n",
)
_SHARES: Final = {
    "claims_found": ("found", "coded"),
    "claim_precision": ("matched", "predicted"),
    "right_speaker": ("speaker", "coded"),
    "country_right": ("country", "country_n"),
    "country_left_empty": ("empty", "empty_n"),
    "tier_right": ("tier", "tier_n"),
}


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """One figure with its 95 % interval over articles; ``share`` runs from 0 to 1, NaN where nothing is."""

    name: str
    share: float
    low: float
    high: float
    hits: int
    of: int


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    return _TOKEN.findall(folded)


def same_speaker(one: str, other: str) -> bool:
    """Return whether two names mean one speaker: the same surname, or one name within the other.

    >>> same_speaker("Nadia Orlova", "Orlova"), same_speaker("Ministry of Trade", "Trade Ministry")
    (True, True)
    >>> same_speaker("Nadia Orlova", "Nadia Petrova")
    False
    """
    a, b = _words(one), _words(other)
    inner, outer = set(a) - _TITLES, set(b) - _TITLES
    within = bool(inner and outer) and (inner <= outer or outer <= inner)
    return bool(a and b) and (a[-1] == b[-1] or within)


def evaluate_claims(
    gold: Iterable[Mapping[str, Any]], claims: pd.DataFrame, *, draws: int = 1000, seed: int = 0
) -> list[ClaimFigures]:
    """Return the shares of coded claims found, of found ones coded, and of right speakers, countries, tiers.

    Parameters
    ----------
    gold
        Coded articles: ``id``, ``text`` and ``statements``, each with ``text`` (and ``start`` where the text
        stands twice), ``speaker``, ``country`` and, where coded, ``tier``.
    claims
        One row per claim: article_id, start, end, speaker, country, tier.
    draws, seed
        The bootstrap over articles.

    Raises
    ------
    KeyError
        A column is missing from ``claims``.
    """
    by_article = {str(key): rows for key, rows in claims.groupby("article_id", sort=False)}
    table = np.array([_count(article, by_article.get(str(article["id"]))) for article in gold], dtype=float)
    table = table.reshape(-1, len(_COUNTS))
    drawn = _resample(table, draws, seed)
    figures = []
    for name, (hits, of) in _SHARES.items():
        h, n = _COUNTS.index(hits), _COUNTS.index(of)
        total, whole = table[:, h].sum(), table[:, n].sum()
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = drawn[:, h] / drawn[:, n]
            share = total / whole if whole else float("nan")
        usable = shares[np.isfinite(shares)]
        low, high = np.quantile(usable, [0.025, 0.975]) if len(usable) else (float("nan"), float("nan"))
        figures.append(ClaimFigures(name, float(share), float(low), float(high), int(total), int(whole)))
    return figures


def _resample(table: np.ndarray, draws: int, seed: int) -> np.ndarray:
    if not len(table):
        return np.zeros((0, len(_COUNTS)))
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(table), size=(draws, len(table)))
    sums: np.ndarray = table[picks].sum(axis=1)
    return sums


def match_claims(
    article: Mapping[str, Any], rows: pd.DataFrame | None
) -> list[tuple[Mapping[str, Any], Mapping[Any, Any] | None]]:
    """Return each coded statement of an article with the found claim that it is matched to, or None.

    Parameters
    ----------
    article
        A coded article: ``text`` and ``statements``.
    rows
        The claims found in it, one row per claim: start, end, speaker.
    """
    text = str(article["text"])
    tokens = [match.span() for match in _TOKEN.finditer(text)]

    def covered(start: int, end: int) -> set[int]:
        return {i for i, (a, b) in enumerate(tokens) if a < end and b > start}

    coded = []
    for statement in article["statements"]:
        start = int(statement["start"]) if "start" in statement else text.find(statement["text"])
        end = int(statement["end"]) if "end" in statement else start + len(statement["text"])
        coded.append(covered(start, end))
    found = [] if rows is None else rows.astype(object).fillna("").to_dict("records")
    spans = [covered(int(row["start"]), int(row["end"])) for row in found]
    statements = list(article["statements"])
    pairs = _pairs(coded, spans, [s["speaker"] for s in statements], found)
    return [(s, found[pairs[i]] if i in pairs else None) for i, s in enumerate(statements)]


def _count(article: Mapping[str, Any], rows: pd.DataFrame | None) -> tuple[int, ...]:
    matched = match_claims(article, rows)
    hits = sum(row is not None for _, row in matched)
    count = dict.fromkeys(_COUNTS, 0)
    predicted = 0 if rows is None else len(rows)
    count.update(coded=len(matched), found=hits, predicted=predicted, matched=hits)
    for statement, row in matched:
        if row is None or not same_speaker(str(row["speaker"]), statement["speaker"]):
            continue
        count["speaker"] += 1
        if statement["country"]:
            count["country_n"] += 1
            count["country"] += row["country"] == statement["country"]
        else:
            count["empty_n"] += 1
            count["empty"] += row["country"] == ""
        if statement.get("tier"):
            count["tier_n"] += 1
            count["tier"] += row["tier"] == statement["tier"]
    return tuple(count[name] for name in _COUNTS)


def _pairs(
    coded: Sequence[set[int]],
    spans: Sequence[set[int]],
    speakers: Sequence[str],
    rows: Sequence[Mapping[Any, Any]],
) -> dict[int, int]:
    """One to one, those with the right speaker first, then by overlap."""
    candidates = [
        (2 * len(a & b) / (len(a) + len(b)), same_speaker(str(rows[j]["speaker"]), speakers[i]), i, j)
        for i, a in enumerate(coded)
        for j, b in enumerate(spans)
        if a & b
    ]
    candidates.sort(key=lambda item: (-item[1], -item[0]))
    taken: dict[int, int] = {}
    used: set[int] = set()
    for f1, _, i, j in candidates:
        if f1 >= _LEAST_F1 and i not in taken and j not in used:
            taken[i] = j
            used.add(j)
    return taken
