"""How often the whole path ends at the right position: coded articles against the claims and stances found.

The rules: a claim counts as found when it is matched to a coded one and its speaker is right; its targets are
compared by name (equal after aliases, or content words that overlap by a Jaccard index of at least .5);
``position_right`` counts *unclear* as wrong, ``position_right_forced`` takes its likeliest label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.extract.evaluation import ClaimFigures, match_claims, same_speaker
from dashboard_core.vocabulary import STANCES

__all__ = ["evaluate_positions", "same_target"]

_TOKEN: Final = re.compile(r"\w+(?:[’'.\-]\w+)*")
_STOP: Final = frozenset(
    "the a an of for to in on with by at and its their his her new proposed between mr mrs ms dr president "
    "minister prime foreign former sir".split()
)
_ALIASES: Final = {
    "ots": "organization of turkic states",
    "organisation of turkic states": "organization of turkic states",
    "turkic council": "organization of turkic states",
    "csto": "collective security treaty organization",
    "sco": "shanghai cooperation organization",
    "eaeu": "eurasian economic union",
    "eeu": "eurasian economic union",
    "eu": "european union",
    "un": "united nations",
    "us": "united states",
    "usa": "united states",
    "uk": "united kingdom",
    "jcpoa": "iran nuclear deal",
}
_ENDING = re.compile(r"(isation|ization|ations?|ments?|ings?|ies|es|s|ed)$")
_LEAST_OVERLAP: Final = 0.5


def same_target(one: str, other: str) -> bool:
    """Return whether two names mean one target.

    >>> same_target("EU", "European Union"), same_target("carbon border tax", "the new carbon border taxes")
    (True, True)
    >>> same_target("NATO", "NATO enlargement talks")
    False
    """
    a, b = (_spelled_out(name) for name in (one, other))
    if a == b:
        return True
    words_a, words_b = ({_stem(word) for word in _TOKEN.findall(name)} - _STOP for name in (a, b))
    if not words_a or not words_b or a in _ALIASES.values() or b in _ALIASES.values():
        return False
    return len(words_a & words_b) / len(words_a | words_b) >= _LEAST_OVERLAP


def _spelled_out(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    whole = _ALIASES.get(folded.strip(), folded.strip())
    return " ".join(_ALIASES.get(word, word) for word in whole.split())


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > 5 else word


def evaluate_positions(
    gold: Iterable[Mapping[str, Any]],
    claims: pd.DataFrame,
    stances: pd.DataFrame,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> list[ClaimFigures]:
    """Return how many coded positions come out, with intervals over articles.

    Parameters
    ----------
    gold
        Coded articles: ``id``, ``text``, ``statements`` with ``stances`` of target, stance and ``accept``.
    claims, stances
        The frames found in these articles (see frames.CLAIMS, frames.STANCES).

    Returns
    -------
    list of ClaimFigures
        target_found, position_right, position_right_forced (shares of the coded positions) and
        predicted_per_coded (a ratio, not a share).
    """
    of_article = dict(list(claims.groupby("article_id", sort=False)))
    of_claim = {k: rows.to_dict("records") for k, rows in stances.groupby("claim_id", sort=False)}
    table = np.array(
        [_count(article, of_article.get(str(article["id"])), of_claim) for article in gold], dtype=float
    ).reshape(-1, 5)
    picks = np.random.default_rng(seed).integers(0, max(1, len(table)), size=(draws, len(table)))
    drawn = table[picks].sum(axis=1)
    total = table.sum(axis=0)
    names = ("target_found", "position_right", "position_right_forced", "predicted_per_coded")
    figures = []
    for column, name in enumerate(names, 1):
        shares = drawn[:, column] / np.maximum(1, drawn[:, 0])
        low, high = np.quantile(shares, [0.025, 0.975])
        share = float(total[column] / max(1.0, total[0]))
        figures.append(ClaimFigures(name, share, float(low), float(high), int(total[column]), int(total[0])))
    return figures


def _count(
    article: Mapping[str, Any], rows: pd.DataFrame | None, of_claim: Mapping[Any, list[dict[Any, Any]]]
) -> tuple[int, int, int, int, int]:
    coded = found = right = forced = 0
    predicted = 0
    if rows is not None:
        everything = [s for claim_id in rows["claim_id"] for s in of_claim.get(claim_id, [])]
        predicted = sum(str(s["stance"]) != "none" for s in everything)
    for statement, row in match_claims(article, rows):
        known = row is not None and same_speaker(str(row["speaker"]), statement["speaker"])
        candidates = of_claim.get(row["claim_id"], []) if row is not None and known else []
        candidates = [s for s in candidates if str(s["stance"]) != "none"]
        for position in statement["stances"]:
            if position["stance"] not in STANCES:
                continue
            accepted = position.get("accept", [position["stance"]])
            same = [s for s in candidates if same_target(str(s["target"]), position["target"])]
            coded += 1
            found += bool(same)
            right += any(str(s["stance"]) in accepted for s in same)
            forced += any(_likeliest(s) in accepted for s in same)
    return coded, found, right, forced, predicted


def _likeliest(row: Mapping[Any, Any]) -> str:
    stance = str(row["stance"])
    return max(STANCES, key=lambda name: float(row[f"p_{name}"])) if stance == "unclear" else stance
