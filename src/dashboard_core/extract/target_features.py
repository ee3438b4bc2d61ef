"""What the ranker knows of each mention: place, grammar, words, and what headline and article repeat."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Token

from dashboard_core.extract.doc_words import words_of
from dashboard_core.extract.target_phrases import bag_of, stem
from dashboard_core.extract.target_words import AGAINST, FOR
from dashboard_core.records import Target

__all__ = ["ArticleFeatures", "ClaimView", "Mention"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

HASHES = 1 << 15
REGIONS = ("claim", "before", "far", "title")
_DEPS = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "conj", "ROOT", "appos", "poss")
_FORMS = ("core", "wide", "owned", "adjective", "named", "agent", "gerund", "noun", "act", "pair")
KINDS = ("organisation", "agreement", "country", "proposal", "policy", "activity")


def _one_of(names: Sequence[str]) -> tuple[dict[str, list[float]], list[float]]:
    """Return for each name the row that has a one in its place, and the row of all others."""
    rows = {name: [float(name == other) for other in names] for name in names}
    return rows, [0.0] * len(names)


_ONE_OF_DEPS, _NO_DEP = _one_of(_DEPS)
_ONE_OF_FORMS, _NO_FORM = _one_of(_FORMS)
ONE_OF_KINDS, NO_KIND = _one_of(KINDS)


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


_PRONOUNS = frozenset({"it", "this", "that", "they", "these"})


@dataclass(frozen=True, slots=True)
class _HeadFacts:
    """What a mention's head says of its grammar; all phrases around one head share it."""

    stem: str = ""
    pos: str = ""
    entity: str = ""
    dep: str = "title"
    determiner: str = ""
    governor: str = ""
    negated: bool = False

    @classmethod
    def of(cls, head: Token) -> _HeadFacts:
        governor = _governor(head)
        return cls(
            stem(head.lower_),
            head.pos_,
            head.ent_type_,
            head.dep_,
            next((c.lower_ for c in head.lefts if c.dep_ in ("det", "poss")), ""),
            governor.lemma_.lower() if governor is not None else "",
            governor is not None and any(c.dep_ == "neg" for c in governor.children),
        )


_NO_HEAD = _HeadFacts()


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
        # spaCy builds a token anew at each look, so what every claim needs is read once.
        self.lower = [word.lower() for word in words_of(doc)]
        self.stemmed = [stem(word) if word.isalpha() else "" for word in self.lower]
        self.stems = Counter(word for word in self.stemmed if word)
        self._facts: dict[tuple[bool, int], _HeadFacts] = {}
        self.in_claims = np.zeros(len(doc) + 1, dtype=bool)
        for claim in claims:
            self.in_claims[claim.first : claim.last] = True
        self.tokens = np.array([m.token for m in self.mentions], dtype=np.int64)
        self.heads = [self._head(m).stem for m in self.mentions]
        self.headlined = {m.bag for m in self.mentions if m.token < 0 and m.target is not None}
        repeated = np.array([np.log1p(self.counts[m.bag]) for m in self.mentions], dtype=np.float32)
        titled = np.array([self.in_title(m.bag) for m in self.mentions], dtype=np.float32)
        self.weight: FloatArray = titled * 2 + repeated
        self.chosen = [self.candidates(claim) for claim in claims]
        # Most of a long article stands far from every claim, and is never looked at.
        self.static: FloatArray = np.zeros((len(self.mentions), N_STATIC), dtype=np.float32)
        self.hashed: list[list[int]] = [[] for _ in self.mentions]
        for i in {int(i) for chosen in self.chosen for i in chosen}:
            self.static[i], self.hashed[i] = self._static(self.mentions[i])
        self.first_token: dict[frozenset[str], int] = {}
        for m in self.mentions:
            if m.token >= 0:
                self.first_token[m.bag] = min(m.token, self.first_token.get(m.bag, m.token))
        named = [
            self.counts[m.bag] for m in self.mentions if m.target is not None and m.target.kind != "country"
        ]
        self.most_named = max([1, *named])

    def _head(self, m: Mention) -> _HeadFacts:
        if m.head is None:
            return _NO_HEAD
        key = (m.token < 0, m.head.i)
        if key not in self._facts:
            self._facts[key] = _HeadFacts.of(m.head)
        return self._facts[key]

    def _static(self, m: Mention) -> tuple[list[float], list[int]]:
        head = self._head(m)
        n = max(1, len(m.bag))
        overlap = self.in_title(m.bag)
        count = self.counts[m.bag]
        common = sum(min(8, self.stems[w]) for w in m.bag) / n
        lemma, dep, determiner = head.governor, head.dep, head.determiner
        form = m.form.split()[0]
        kind = m.target.kind if m.target else ""
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
            float(head.pos == "PROPN"),
            float(head.entity == "PERSON"),
            float(head.entity == "ORG"),
            float(head.entity in ("GPE", "NORP", "LOC")),
            float(m.token >= 0 and self.quoted[m.token]),
            float(determiner == "the"),
            float(determiner in ("this", "that", "these", "those")),
            float(determiner in ("a", "an")),
            float(lemma in FOR),
            float(lemma in AGAINST),
            float(head.negated),
            float(any(map(str.isupper, m.name))),
            float(" " not in m.name),
            float(m.act),
            float(m.target is not None),
            float(m.target is not None and not m.contiguous),
            float(m.target is not None and ":" in m.target.target_id),
        ]
        values += _ONE_OF_DEPS.get(dep, _NO_DEP)
        values += _ONE_OF_FORMS.get(form, _NO_FORM)
        values += ONE_OF_KINDS.get(kind, NO_KIND)
        head_stem = head.stem
        region_free = [f"h={head_stem}", f"g={lemma}", f"gd={lemma}/{dep}", f"f={m.form}", f"fd={form}/{dep}"]
        region_free += [f"w={w}" for w in m.bag]
        if m.target is not None:
            region_free.append(f"t={m.target.target_id.split(':')[0]}")
        if m.head is not None:
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
        places = chosen.tolist()
        bags = [self.mentions[i].bag for i in places]
        heads = [self.heads[i] for i in places]
        within = inside.tolist()
        speaker = np.array([not bag.isdisjoint(claim.speaker) for bag in bags], dtype=np.float32)
        whole = np.array([bag <= claim.speaker for bag in bags], dtype=np.float32)
        inside_counts = Counter(bag for bag, k in zip(bags, within, strict=True) if k)
        repeat = np.array([inside_counts[bag] for bag in bags], dtype=np.float32)
        heads_inside = {head for head, k in zip(heads, within, strict=True) if k}
        words_inside = set(self.stemmed[claim.first : claim.last])
        shared = np.array(
            [len(bag & words_inside) / max(1, len(bag)) for bag in bags],
            dtype=np.float32,
        )
        same_head = np.array([head in heads_inside for head in heads], dtype=np.float32)
        few = 1.0 / (1 + len(heads_inside))
        pronoun = float(not _PRONOUNS.isdisjoint(self.lower[claim.first : claim.last]))
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


N_STATIC = 28 + len(_DEPS) + len(_FORMS) + len(KINDS)
N_DYNAMIC = 17
N_NUMERIC = N_STATIC * len(REGIONS) + N_DYNAMIC


def _quoted(doc: Doc) -> npt.NDArray[np.bool_]:
    flags = np.zeros(len(doc), dtype=bool)
    opened = False
    for place, word in enumerate(words_of(doc)):
        if word in ('"', "“", "”", "``", "''"):
            opened = word == "“" or (word not in ("”", "''") and not opened)
        elif "\n\n" in word:
            opened = False
        flags[place] = opened
    return flags


def _sentences(doc: Doc) -> IntArray:
    numbers = np.zeros(len(doc) + 1, dtype=np.int64)
    for number, sentence in enumerate(doc.sents):
        numbers[sentence.start : sentence.end] = number
    return numbers
