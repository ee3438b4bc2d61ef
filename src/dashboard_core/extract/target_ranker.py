"""Which of an article's phrases is a claim about: features of each mention, and a regression on them.

A mention is scored for a claim by where it stands (in the claim, shortly before, elsewhere, in the headline),
by its grammar, by the words themselves (hashed), and by what the headline and the rest of the article repeat.
The weights are a packed array without code; :mod:`dashboard_core.extract.target_training` makes them.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import numpy as np

from dashboard_core.errors import ModelError
from dashboard_core.extract.target_features import (
    HASHES,
    KINDS,
    N_NUMERIC,
    N_STATIC,
    NO_KIND,
    ONE_OF_KINDS,
    REGIONS,
    ArticleFeatures,
    FloatArray,
    Mention,
)

__all__ = ["Candidate", "TargetRanker"]


@dataclass(slots=True)
class Candidate:
    """All mentions of one thing, for one claim: ``probability`` that the claim takes a position on it.

    ``topic`` says whether the whole article is about this.
    """

    mention: Mention
    inside: list[Mention]
    earlier: Mention | None
    probability: float = 0.0
    topic: bool = False


class TargetRanker:
    """Two logistic regressions: one scores each mention for a claim, one the things that mentions stand for.

    The second sees what the first cannot: what the article's other claims are about, how it ranks among
    its rivals in this claim, and whether it is the article's own topic.
    """

    def __init__(
        self, numeric: FloatArray, hashed: FloatArray, bias: float, second: FloatArray, second_bias: float
    ) -> None:
        self.numeric = numeric
        self.hashed = hashed
        self.bias = bias
        self.second = second
        self.second_bias = second_bias
        self._by_region = numeric[: N_STATIC * len(REGIONS)].reshape(len(REGIONS), N_STATIC)
        self._dynamic = numeric[N_STATIC * len(REGIONS) :]

    @classmethod
    def load(cls, path: Path) -> TargetRanker:
        """Return the ranker stored at the path.

        Raises
        ------
        ModelError
            The file is missing, damaged or made for other features.
        """
        remedy = "Install the package again, or train the target ranker anew (docs/targets.md)."
        try:
            with np.load(path, allow_pickle=False) as stored:
                numeric = stored["numeric"].astype(np.float32)
                hashed = stored["hashed"].astype(np.float32)
                second = stored["second"].astype(np.float32)
                bias, second_bias = (float(x) for x in stored["biases"])
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(path, [str(error)], remedy) from error
        if numeric.shape != (N_NUMERIC,) or hashed.shape != (HASHES,) or second.shape != (N_SECOND,):
            raise ModelError(path, ["it was made for other features"], remedy)
        return cls(numeric, hashed, bias, second, second_bias)

    def save(self, path: Path) -> None:
        """Store the weights as plain arrays, the words' in half precision and the smallest as zero."""
        hashed = np.where(np.abs(self.hashed) < 1e-3, 0, self.hashed)
        np.savez_compressed(
            path,
            numeric=self.numeric.astype(np.float32),
            hashed=hashed.astype(np.float16),
            second=self.second.astype(np.float32),
            biases=np.array([self.bias, self.second_bias], dtype=np.float64),
        )

    def rank(self, article: ArticleFeatures) -> list[list[Candidate]]:
        """Return the candidates of each claim of the article, likeliest first."""
        ranked = []
        for candidates, rows in self.second_rows(article):
            if candidates:
                logit = rows @ (self.second + _LIFT) + self.second_bias
                for candidate, value in zip(candidates, (1 / (1 + np.exp(-logit))).tolist(), strict=True):
                    candidate.probability = value
            ranked.append(sorted(candidates, key=lambda c: -c.probability))
        return ranked

    def second_rows(self, article: ArticleFeatures) -> list[tuple[list[Candidate], FloatArray]]:
        """Return, per claim, its candidates and the features that the second regression reads."""
        by_region = article.static @ self._by_region.T
        words = self._word_sums(article.hashed)
        claims: list[dict[frozenset[str], _Pool]] = []
        for claim, chosen in zip(article.claims, article.chosen, strict=True):
            region, dynamic = article.rows(claim, chosen)
            logit = by_region[chosen, region] + words[chosen] + dynamic @ self._dynamic + self.bias
            pools: dict[frozenset[str], _Pool] = {}
            for i, where, value in zip(chosen.tolist(), region.tolist(), logit.tolist(), strict=True):
                mention = article.mentions[i]
                pool = pools.get(mention.bag)
                if pool is None:
                    pool = pools[mention.bag] = _Pool()
                pool.add(mention, where, value)
            ordered = sorted(pools.items(), key=lambda item: -item[1].best)
            # In a long claim what the list knows is kept whatever its rank: it is to be asked about.
            claims.append(dict(ordered[:_POOLS] + [item for item in ordered[_POOLS:] if item[1].is_named]))
        elsewhere: dict[frozenset[str], list[tuple[int, float]]] = {}
        for j, pools in enumerate(claims):
            for bag, pool in pools.items():
                value = max(pool.by_region[0], pool.by_region[1] - 1, pool.by_region[3] - 1)
                elsewhere.setdefault(bag, []).append((j, 1 / (1 + math.exp(-value))))
        known: dict[int, _Thing] = {}
        return [self._claim_rows(article, j, pools, elsewhere, known) for j, pools in enumerate(claims)]

    def _word_sums(self, hashed: list[list[int]]) -> FloatArray:
        """Return the summed weights of each mention's words, all mentions in one go."""
        sums = np.zeros(len(hashed), dtype=np.float32)
        held = [i for i, places in enumerate(hashed) if places]
        if held:
            starts = list(accumulate((len(hashed[i]) for i in held), initial=0))[:-1]
            flat = [place for i in held for place in hashed[i]]
            sums[held] = np.add.reduceat(self.hashed[flat], starts)
        return sums

    def _claim_rows(
        self,
        article: ArticleFeatures,
        j: int,
        pools: dict[frozenset[str], _Pool],
        elsewhere: dict[frozenset[str], list[tuple[int, float]]],
        known: dict[int, _Thing],
    ) -> tuple[list[Candidate], FloatArray]:
        claim = article.claims[j]
        length = max(1, claim.last - claim.first)
        log_length = float(np.log(length + 1))
        top = max((p.best for p in pools.values()), default=0.0)
        parts = {
            p.chosen.name
            for p in pools.values()
            if p.inside and p.chosen.target is not None and p.chosen.target.kind == "organisation"
        }
        candidates, rows = [], []
        for rank, (bag, pool) in enumerate(pools.items()):
            mention = pool.chosen
            target = mention.target
            thing = known.get(id(mention))
            if thing is None:
                thing = known[id(mention)] = _Thing.of(mention, article)
            others = [p for k, p in elsewhere[bag] if k != j]
            # "Mercosur gives ground", in an article on the EU-Mercosur agreement: about the agreement.
            inside = bool(pool.inside) or (target is not None and any(f in target.name for f in parts))
            row = [
                pool.best,
                *pool.by_region,
                *_ONE_OF_REGIONS[pool.where],
                max(others, default=0.0),
                sum(others) / max(1, len(article.claims) - 1),
                float(len(others)),
                float(rank),
                top - pool.best,
                *thing.named,
                float(not bag.isdisjoint(claim.speaker)),
                log_length,
                (mention.token - claim.first) / length if pool.where == 0 else -1.0,
                float(any(m.resolved for m in pool.inside)),
                *thing.head,
                float(thing.topical),
                float(thing.topical and inside),
                float(thing.worded),
                *thing.kind,
            ]
            rows.append(row)
            candidates.append(
                Candidate(mention, pool.inside, pool.earlier, topic=thing.topical or thing.worded)
            )
        return candidates, np.array(rows, dtype=np.float32).reshape(len(rows), N_SECOND)


@dataclass(frozen=True, slots=True)
class _Thing:
    """What the second regression knows of a mention whatever the claim; an article's claims share it."""

    named: list[float]
    head: list[float]
    kind: list[float]
    topical: bool
    worded: bool

    @classmethod
    def of(cls, mention: Mention, article: ArticleFeatures) -> _Thing:
        bag, target, head = mention.bag, mention.target, mention.head
        count = article.counts[bag]
        topical = target is not None and target.kind != "country" and article.is_topic(bag)
        # No list has it, but the headline does, and the article comes back to it.
        titled = article.titled[bag]
        worded = (
            target is None
            and len(bag) > 1
            and ((count > 1 and titled == 1.0) or (count > 2 and titled >= _MOSTLY))
        )
        return cls(
            [
                titled,
                float(target is not None and target.origin == "catalogue"),
                float(len(bag)),
                math.log1p(count),
                count / article.most_named,
            ],
            [
                float(head is not None and head.pos == "PROPN"),
                float(head is not None and head.entity == "PERSON"),
                float(target is not None and ":" in target.target_id),
                float(article.first_token.get(bag, len(article.doc)) < 80),
            ],
            NO_KIND if target is None else ONE_OF_KINDS.get(target.kind, NO_KIND),
            topical,
            worded,
        )


_NOTHING = Mention("", frozenset(), -1, 0, 0, "", None)


@dataclass(slots=True)
class _Pool:
    """The mentions of one thing as one claim sees them."""

    best: float = -9.0
    where: int = 2
    by_region: list[float] = field(default_factory=lambda: [-9.0] * len(REGIONS))
    chosen: Mention = field(default_factory=lambda: _NOTHING)
    inside: list[Mention] = field(default_factory=list)
    earlier: Mention | None = None

    @property
    def is_named(self) -> bool:
        """Whether the claim names this, and the list has it as more than a country."""
        target = self.chosen.target
        listed = target is not None and target.origin == "catalogue" and target.kind != "country"
        return listed and any(not mention.resolved for mention in self.inside)

    def add(self, mention: Mention, where: int, value: float) -> None:
        self.by_region[where] = max(self.by_region[where], value)
        if where == 0:
            self.inside.append(mention)
        elif where in (1, 2) and mention.token >= 0:
            self.earlier = mention
        # A catalogue name stands for the thing before any wording of the article does.
        ours, theirs = mention.target is not None, self.chosen.target is not None
        if (ours, value) > (theirs, self.best) or not self.chosen.name:
            self.chosen = mention
        if value > self.best:
            self.best, self.where = value, where


_ONE_OF_REGIONS = [[float(here == region) for region in range(len(REGIONS))] for here in range(len(REGIONS))]
_MOSTLY = 0.5
_POOLS = 28
_LISTED = 1 + len(REGIONS) * 2 + 6
_RESOLVED = 1 + len(REGIONS) * 2 + 13
_TOPICAL = 1 + len(REGIONS) * 2 + 18
N_SECOND = _TOPICAL + 3 + len(KINDS)
# The coded passages are excerpts: they cannot teach that a claim is mostly about what its whole article is
# about, nor what a list made for a field is worth. These go on top of what was learned; docs/targets.md says
# how they were chosen.
_LIFT: FloatArray = np.zeros(N_SECOND, dtype=np.float32)
# "The accord will fail", of a pact named before: about the pact.
_LIFT[_RESOLVED] = 0.7
_LIFT[_TOPICAL] = 3.0
_LIFT[_TOPICAL + 1] = 1.5
_LIFT[_LISTED] = 0.7
_LIFT[_TOPICAL + 3 + KINDS.index("country")] = -1.0
