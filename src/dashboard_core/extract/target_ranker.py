"""Which of an article's phrases is a claim about: features of each mention, and a regression on them.

A mention is scored for a claim by where it stands (in the claim, shortly before, elsewhere, in the headline),
by its grammar, by the words themselves (hashed), and by what the headline and the rest of the article repeat.
The weights are a packed array without code; :mod:`dashboard_core.extract.target_training` makes them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Token

from dashboard_core.errors import ModelError
from dashboard_core.extract.target_phrases import bag_of, stem
from dashboard_core.extract.target_words import AGAINST, FOR
from dashboard_core.records import Target

__all__ = ["ArticleFeatures", "Candidate", "ClaimView", "Mention", "TargetRanker"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

HASHES = 1 << 15
REGIONS = ("claim", "before", "far", "title")
_DEPS = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "conj", "ROOT", "appos", "poss")
_FORMS = ("core", "wide", "owned", "adjective", "named", "agent", "gerund", "noun", "act")
_KINDS = ("organisation", "agreement", "country", "proposal", "policy", "activity")


@dataclass(slots=True)
class Mention:
    """One phrase or catalogue name at one place: ``token`` in the body, or -1 when the headline holds it."""

    name: str
    bag: frozenset[str]
    token: int
    start: int
    end: int
    form: str
    head: Token | None
    act: bool = False
    target: Target | None = None
    contiguous: bool = True
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as the ranker sees it: its tokens and the words of its speaker."""

    first: int
    last: int
    speaker: frozenset[str]
    country: str = ""


@lru_cache(maxsize=131072)
def _hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8")) % HASHES


def _governor(token: Token) -> Token | None:
    for _ in range(4):
        if token.head is token or token.head.i == token.i:
            return None
        token = token.head
        if token.pos_ == "VERB":
            return token
    return None


class ArticleFeatures:
    """Features of every mention of one article, computed once and read by each of its claims."""

    def __init__(
        self, doc: Doc, mentions: Sequence[Mention], claims: Sequence[ClaimView], title: str
    ) -> None:
        self.doc = doc
        self.mentions = list(mentions)
        self.claims = list(claims)
        self.title = bag_of(title)
        self.quoted = _quoted(doc)
        self.sentence = _sentences(doc)
        self.counts = Counter(m.bag for m in mentions if m.token >= 0)
        self.stems = Counter(stem(t.lower_) for t in doc if t.is_alpha)
        self.in_claims = np.zeros(len(doc) + 1, dtype=bool)
        for claim in claims:
            self.in_claims[claim.first : claim.last] = True
        self.tokens = np.array([m.token for m in self.mentions], dtype=np.int64)
        self.heads = [stem(m.head.lower_) if m.head is not None else "" for m in self.mentions]
        self.headlined = {m.bag for m in self.mentions if m.token < 0 and m.target is not None}
        static = [self._static(m) for m in self.mentions]
        self.static: FloatArray = np.array([s for s, _ in static], dtype=np.float32).reshape(
            len(static), N_STATIC
        )
        self.hashed = [h for _, h in static]
        self.first_token: dict[frozenset[str], int] = {}
        for m in self.mentions:
            if m.token >= 0:
                self.first_token[m.bag] = min(m.token, self.first_token.get(m.bag, m.token))
        named = [
            self.counts[m.bag] for m in self.mentions if m.target is not None and m.target.kind != "country"
        ]
        self.most_named = max([1, *named])
        self.weight: FloatArray = (
            self.static[:, 1] * 2 + self.static[:, 3] if len(static) else np.zeros(0, np.float32)
        )

    def _static(self, m: Mention) -> tuple[list[float], list[int]]:
        head = m.head
        n = max(1, len(m.bag))
        overlap = self.in_title(m.bag)
        count = self.counts[m.bag]
        common = sum(min(8, self.stems[w]) for w in m.bag) / n
        governor = _governor(head) if head is not None else None
        lemma = governor.lemma_.lower() if governor is not None else ""
        dep = head.dep_ if head is not None else "title"
        form = m.form.split()[0]
        determiner = ""
        if head is not None:
            determiner = next((c.lower_ for c in head.lefts if c.dep_ in ("det", "poss")), "")
        kind = m.target.kind if m.target else ""
        negated = governor is not None and any(c.dep_ == "neg" for c in governor.children)
        values = [
            1.0,
            overlap,
            float(overlap == 1.0),
            np.log1p(count),
            np.log1p(common),
            float(len(m.bag) == 1),
            float(len(m.bag) == 2),
            float(len(m.bag) == 3),
            float(len(m.bag) == 4),
            float(len(m.bag) > 4),
            float(m.token >= 0) * (1 - m.token / max(1, len(self.doc))),
            float(head is not None and head.pos_ == "PROPN"),
            float(head is not None and head.ent_type_ == "PERSON"),
            float(head is not None and head.ent_type_ == "ORG"),
            float(head is not None and head.ent_type_ in ("GPE", "NORP", "LOC")),
            float(head is not None and m.token >= 0 and self.quoted[m.token]),
            float(determiner == "the"),
            float(determiner in ("this", "that", "these", "those")),
            float(determiner in ("a", "an")),
            float(lemma in FOR),
            float(lemma in AGAINST),
            float(negated),
            float(any(c.isupper() for c in m.name)),
            float(" " not in m.name),
            float(m.act),
            float(m.target is not None),
            float(m.target is not None and not m.contiguous),
            float(m.target is not None and ":" in m.target.target_id),
        ]
        values.extend(float(dep == d) for d in _DEPS)
        values.extend(float(form == f) for f in _FORMS)
        values.extend(float(kind == k) for k in _KINDS)
        head_stem = stem(head.lower_) if head is not None else ""
        region_free = [f"h={head_stem}", f"g={lemma}", f"gd={lemma}/{dep}", f"f={m.form}", f"fd={form}/{dep}"]
        region_free += [f"w={w}" for w in m.bag]
        if m.target is not None:
            region_free.append(f"t={m.target.target_id.split(':')[0]}")
        if head is not None:
            region_free.append(f"hf={head_stem}/{form}")
        return values, [_hash(x) for x in region_free]

    def in_title(self, bag: frozenset[str]) -> float:
        """Return the share of a name that the headline holds; a name of the list may be worded otherwise."""
        return 1.0 if bag in self.headlined else len(bag & self.title) / max(1, len(bag))

    def is_topic(self, bag: frozenset[str]) -> bool:
        """Whether the article is about this: named in the headline, or thrice and half as often as any."""
        count = self.counts[bag]
        return bag in self.headlined or (count >= 3 and count * 2 >= self.most_named)

    def candidates(self, claim: ClaimView, far: int = 25) -> IntArray:
        """Return the mentions worth scoring: in the claim, up to four sentences before, the salient rest."""
        tokens = self.tokens
        near_from = claim.first
        first_sentence = self.sentence[min(claim.first, len(self.sentence) - 1)]
        while near_from > 0 and self.sentence[near_from - 1] >= first_sentence - 3:
            near_from -= 1
        near = (tokens >= near_from) & (tokens < claim.last)
        rest = np.flatnonzero(~near)
        salient = rest[np.argsort(-self.weight[rest], kind="stable")]
        chosen: list[int] = []
        seen: set[frozenset[str]] = set()
        for i in salient:
            bag = self.mentions[int(i)].bag
            if bag not in seen:
                seen.add(bag)
                chosen.append(int(i))
                if len(chosen) == far:
                    break
        return np.concatenate([np.flatnonzero(near), np.array(chosen, dtype=np.int64)]).astype(np.int64)

    def rows(self, claim: ClaimView, chosen: IntArray) -> tuple[IntArray, FloatArray]:
        """Return the region of each chosen mention and its features that depend on the claim."""
        tokens = self.tokens[chosen]
        inside = (tokens >= claim.first) & (tokens < claim.last)
        title = tokens < 0
        sentence = self.sentence
        at = sentence[np.clip(tokens, 0, len(sentence) - 1)]
        first = sentence[min(claim.first, len(sentence) - 1)]
        last = sentence[max(0, min(claim.last, len(sentence)) - 1)]
        before = ~inside & ~title & (at >= first - 3) & (tokens < claim.first)
        region = np.where(inside, 0, np.where(before, 1, np.where(title, 3, 2))).astype(np.int64)
        length = max(1, claim.last - claim.first)
        speaker = np.array(
            [bool(self.mentions[int(i)].bag & claim.speaker) for i in chosen], dtype=np.float32
        )
        whole = np.array([bool(self.mentions[int(i)].bag <= claim.speaker) for i in chosen], dtype=np.float32)
        inside_counts = Counter(self.mentions[int(i)].bag for i, k in zip(chosen, inside, strict=True) if k)
        repeat = np.array([inside_counts[self.mentions[int(i)].bag] for i in chosen], dtype=np.float32)
        heads_inside = {self.heads[int(i)] for i, k in zip(chosen, inside, strict=True) if k}
        words_inside = Counter(stem(t.lower_) for t in self.doc[claim.first : claim.last] if t.is_alpha)
        shared = np.array(
            [
                sum(w in words_inside for w in self.mentions[int(i)].bag)
                / max(1, len(self.mentions[int(i)].bag))
                for i in chosen
            ],
            dtype=np.float32,
        )
        same_head = np.array([self.heads[int(i)] in heads_inside for i in chosen], dtype=np.float32)
        few = 1.0 / (1 + len(heads_inside))
        pronoun = float(
            bool(
                {"it", "this", "that", "they", "these"}
                & {t.lower_ for t in self.doc[claim.first : claim.last]}
            )
        )
        in_others = self.in_claims[np.clip(tokens, 0, len(self.in_claims) - 1)] & ~title
        others = [
            inside * (tokens - claim.first) / length,
            inside * (at == first),
            inside * (at == last),
            before * (first - at),
            before * (at == first),
            speaker,
            whole,
            np.log1p(repeat),
            same_head * ~inside,
            shared * ~inside,
            shared * same_head * ~inside,
            ~inside * pronoun,
            ~inside * few,
            ~inside * few * shared,
            inside * few,
            in_others * ~inside,
            inside * np.log(length / 30),
        ]
        return region, np.stack([np.asarray(o, dtype=np.float32) for o in others], axis=1)


N_STATIC = 28 + len(_DEPS) + len(_FORMS) + len(_KINDS)
N_DYNAMIC = 17
N_NUMERIC = N_STATIC * len(REGIONS) + N_DYNAMIC


def _quoted(doc: Doc) -> npt.NDArray[np.bool_]:
    flags = np.zeros(len(doc), dtype=bool)
    opened = False
    for token in doc:
        if token.text in ('"', "“", "”", "``", "''"):
            opened = token.text == "“" or (token.text not in ("”", "''") and not opened)
        elif "\n\n" in token.text:
            opened = False
        flags[token.i] = opened
    return flags


def _sentences(doc: Doc) -> IntArray:
    numbers = np.zeros(len(doc) + 1, dtype=np.int64)
    for number, sentence in enumerate(doc.sents):
        numbers[sentence.start : sentence.end] = number
    return numbers


@dataclass(slots=True)
class Candidate:
    """All mentions of one thing, for one claim: ``probability`` that the claim takes a position on it."""

    mention: Mention
    inside: list[Mention]
    earlier: Mention | None
    probability: float = 0.0


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
                for candidate, value in zip(candidates, logit, strict=True):
                    candidate.probability = float(1 / (1 + np.exp(-value)))
            ranked.append(sorted(candidates, key=lambda c: -c.probability))
        return ranked

    def second_rows(self, article: ArticleFeatures) -> list[tuple[list[Candidate], FloatArray]]:
        """Return, per claim, its candidates and the features that the second regression reads."""
        by_region = article.static @ self._by_region.T
        words = np.array([self.hashed[h].sum() for h in article.hashed], dtype=np.float32)
        claims: list[dict[frozenset[str], _Pool]] = []
        for claim in article.claims:
            chosen = article.candidates(claim)
            region, dynamic = article.rows(claim, chosen)
            logit = by_region[chosen, region] + words[chosen] + dynamic @ self._dynamic + self.bias
            pools: dict[frozenset[str], _Pool] = {}
            for i, where, value in zip(chosen.tolist(), region.tolist(), logit.tolist(), strict=True):
                mention = article.mentions[i]
                pools.setdefault(mention.bag, _Pool()).add(mention, where, value)
            claims.append(dict(sorted(pools.items(), key=lambda item: -item[1].best)[:_POOLS]))
        elsewhere: dict[frozenset[str], list[tuple[int, float]]] = {}
        for j, pools in enumerate(claims):
            for bag, pool in pools.items():
                value = max(pool.by_region[0], pool.by_region[1] - 1, pool.by_region[3] - 1)
                elsewhere.setdefault(bag, []).append((j, 1 / (1 + float(np.exp(-value)))))
        return [self._claim_rows(article, j, pools, elsewhere) for j, pools in enumerate(claims)]

    def _claim_rows(
        self,
        article: ArticleFeatures,
        j: int,
        pools: dict[frozenset[str], _Pool],
        elsewhere: dict[frozenset[str], list[tuple[int, float]]],
    ) -> tuple[list[Candidate], FloatArray]:
        claim = article.claims[j]
        length = max(1, claim.last - claim.first)
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
            others = [p for k, p in elsewhere[bag] if k != j]
            count = article.counts[bag]
            head = mention.head
            topical = target is not None and target.kind != "country" and article.is_topic(bag)
            # "Mercosur gives ground", in an article on the EU-Mercosur agreement: about the agreement.
            inside = bool(pool.inside) or (target is not None and any(f in target.name for f in parts))
            row = [
                pool.best,
                *pool.by_region,
                *(float(pool.where == r) for r in range(len(REGIONS))),
                max(others, default=0.0),
                sum(others) / max(1, len(article.claims) - 1),
                float(len(others)),
                float(rank),
                top - pool.best,
                article.in_title(bag),
                float(target is not None),
                float(len(bag)),
                float(np.log1p(count)),
                count / article.most_named,
                float(bool(bag & claim.speaker)),
                float(np.log(length + 1)),
                (mention.token - claim.first) / length if pool.where == 0 else -1.0,
                float(any(m.resolved for m in pool.inside)),
                float(head is not None and head.pos_ == "PROPN"),
                float(head is not None and head.ent_type_ == "PERSON"),
                float(target is not None and ":" in target.target_id),
                float(article.first_token.get(bag, len(article.doc)) < 80),
                float(topical),
                float(topical and inside),
                *(float(target is not None and target.kind == kind) for kind in _KINDS),
            ]
            rows.append(row)
            candidates.append(Candidate(mention, pool.inside, pool.earlier))
        return candidates, np.array(rows, dtype=np.float32).reshape(len(rows), N_SECOND)


@dataclass(slots=True)
class _Pool:
    """The mentions of one thing as one claim sees them."""

    best: float = -9.0
    where: int = 2
    by_region: list[float] = field(default_factory=lambda: [-9.0] * len(REGIONS))
    chosen: Mention = field(default_factory=lambda: Mention("", frozenset(), -1, 0, 0, "", None))
    inside: list[Mention] = field(default_factory=list)
    earlier: Mention | None = None

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


_POOLS = 40
_LISTED = 1 + len(REGIONS) * 2 + 6
_TOPICAL = 1 + len(REGIONS) * 2 + 18
N_SECOND = _TOPICAL + 2 + len(_KINDS)
# The coded passages are excerpts: they cannot teach that a claim is mostly about what its whole article is
# about, nor what a list made for a field is worth. These go on top of what was learned; docs/targets.md says
# how they were chosen.
_LIFT: FloatArray = np.zeros(N_SECOND, dtype=np.float32)
_LIFT[_TOPICAL] = 3.0
_LIFT[_TOPICAL + 1] = 1.5
_LIFT[_LISTED] = 0.7
_LIFT[_TOPICAL + 2 + _KINDS.index("country")] = -1.0
