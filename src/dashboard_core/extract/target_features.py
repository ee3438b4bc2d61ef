"""What the ranker knows of each mention: place, grammar, words, and what headline and article repeat."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from spacy.attrs import ENT_TYPE
from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import words_of
from dashboard_core.extract.target_phrases import bag_of, stem
from dashboard_core.extract.target_words import AGAINST, FOR
from dashboard_core.records import Target

__all__ = ["ArticleFeatures", "ClaimView", "Head", "Heads", "Mention"]

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


@dataclass(frozen=True, slots=True)
class Head:
    """What a mention's head says of its grammar; all phrases around one head share it."""

    place: int = -1
    lemma: str = ""
    stem: str = ""
    pos: str = ""
    entity: str = ""
    dep: str = "title"
    determiner: str = ""
    governor: str = ""
    negated: bool = False


class Heads:
    """The heads of a document by place, each read once."""

    def __init__(self, doc: Doc) -> None:
        self._t = tokens_of(doc)
        strings = doc.vocab.strings
        self._entities: list[str] = (
            [strings[key] for key in doc.to_array(ENT_TYPE).tolist()] if len(doc) else []
        )
        self._known: dict[int, Head] = {}

    def at(self, place: int) -> Head:
        """Return the head that stands at a token."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._read(place)
        return known

    def _read(self, place: int) -> Head:
        t = self._t
        governor = self._governor(place)
        determiner = (t.lower[c] for c in t.children[place] if c < place and t.dep[c] in ("det", "poss"))
        return Head(
            place,
            t.lemma[place],
            stem(t.lower[place]),
            t.pos[place],
            self._entities[place],
            t.dep[place],
            next(determiner, ""),
            t.lemma[governor].lower() if governor >= 0 else "",
            governor >= 0 and any(t.dep[c] == "neg" for c in t.children[governor]),
        )

    def _governor(self, place: int) -> int:
        for _ in range(4):
            above = self._t.head[place]
            if above == place:
                return -1
            place = above
            if self._t.pos[place] == "VERB":
                return place
        return -1


@dataclass(slots=True)
class Mention:
    """One phrase or catalogue name at one place: ``token`` in the body, or -1 when the headline holds it."""

    name: str
    bag: frozenset[str]
    token: int
    start: int
    end: int
    form: str
    head: Head | None
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


_PRONOUNS = frozenset({"it", "this", "that", "they", "these"})


_NO_HEAD = Head()


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
        self.lower = tokens_of(doc).lower
        stems = {word: stem(word) if word.isalpha() else "" for word in set(self.lower)}
        self.stemmed = [stems[word] for word in self.lower]
        self.stems = Counter(word for word in self.stemmed if word)
        self.in_claims = np.zeros(len(doc) + 1, dtype=bool)
        for claim in claims:
            self.in_claims[claim.first : claim.last] = True
        self.tokens = np.array([m.token for m in self.mentions], dtype=np.int64)
        self.headlined = {m.bag for m in self.mentions if m.token < 0 and m.target is not None}
        self.parties = _parties(self.mentions)
        self._number_words()
        # Each bag's share of the headline, and how often the article names it.
        self.titled = {bag: self._share_of_title(bag) for bag in self._bags}
        repeated = np.array([math.log1p(self.counts[m.bag]) for m in self.mentions], dtype=np.float32)
        titled = np.array([self.titled[m.bag] for m in self.mentions], dtype=np.float32)
        self.weight: FloatArray = titled * 2 + repeated
        self._by_weight = np.argsort(-self.weight, kind="stable")
        self.chosen = [self.candidates(claim) for claim in claims]
        self._head_facts: dict[int, tuple[list[float], list[float], list[float], list[int]]] = {}
        # Most of a long article stands far from every claim, and is never looked at.
        self.static: FloatArray = np.zeros((len(self.mentions), N_STATIC), dtype=np.float32)
        self.hashed: list[list[int]] = [[] for _ in self.mentions]
        needed = sorted({i for chosen in self.chosen for i in chosen.tolist()})
        rows = [self._static(self.mentions[i]) for i in needed]
        if needed:
            self.static[needed] = np.array([values for values, _ in rows], dtype=np.float32)
        for i, (_, places) in zip(needed, rows, strict=True):
            self.hashed[i] = places
        self.first_token: dict[frozenset[str], int] = {}
        for m in self.mentions:
            if m.token >= 0:
                self.first_token[m.bag] = min(m.token, self.first_token.get(m.bag, m.token))
        named = [
            self.counts[m.bag] for m in self.mentions if m.target is not None and m.target.kind != "country"
        ]
        self.most_named = max([1, *named])

    def _number_words(self) -> None:
        """Give bags, their words and the mentions' heads numbers: claims are compared with all of them."""
        numbers: dict[str, int] = {}
        self._bags: dict[frozenset[str], int] = {}
        flat: list[int] = []
        starts: list[int] = []
        for m in self.mentions:
            if m.bag not in self._bags:
                self._bags[m.bag] = len(self._bags)
                starts.append(len(flat))
                flat.extend(numbers.setdefault(word, len(numbers)) for word in m.bag)
        self._words = numbers
        self._flat = np.array(flat, dtype=np.int64)
        self._starts = np.array(starts, dtype=np.int64)
        self._sizes = np.array([len(bag) for bag in self._bags], dtype=np.int64)
        self._bag_of = np.array([self._bags[m.bag] for m in self.mentions], dtype=np.int64)
        # One number more than there are words stands for all that no bag holds.
        self._stem_of = np.array([numbers.get(word, len(numbers)) for word in self.stemmed], dtype=np.int64)
        heads: dict[str, int] = {}
        stems = [m.head.stem if m.head is not None else "" for m in self.mentions]
        self._head_of = np.array([heads.setdefault(word, len(heads)) for word in stems], dtype=np.int64)
        self._n_heads = len(heads)
        self._pronouns = np.array([word in _PRONOUNS for word in self.lower], dtype=bool)

    def _shared(self, words: IntArray) -> IntArray:
        """Return how many of the words, given as numbers, each bag holds."""
        if not len(self._starts):
            return np.zeros(0, dtype=np.int64)
        present = np.zeros(len(self._words) + 1, dtype=np.int64)
        present[words] = 1
        return np.add.reduceat(present[self._flat], self._starts)

    def _static(self, m: Mention) -> tuple[list[float], list[int]]:
        head = m.head or _NO_HEAD
        facts = self._head_facts.get(id(head))
        if facts is None:
            facts = self._head_facts[id(head)] = _of_head(head)
        entities, side, dep, hashes = facts
        n = max(1, len(m.bag))
        overlap = self.titled[m.bag]
        common = sum([min(8, self.stems[w]) for w in m.bag]) / n
        form = m.form.split()[0]
        target = m.target
        values = [
            1.0,
            overlap,
            float(overlap == 1.0),
            math.log1p(self.counts[m.bag]),
            math.log1p(common),
            float(n == 1),
            float(n == 2),
            float(n == 3),
            float(n == 4),
            float(n > 4),
            float(m.token >= 0) * (1 - m.token / max(1, len(self.doc))),
            *entities,
            float(m.token >= 0 and self.quoted[m.token]),
            *side,
            float(not m.name.islower() and any(map(str.isupper, m.name))),
            float(" " not in m.name),
            float(m.act),
            float(target is not None),
            float(target is not None and not m.contiguous),
            float(target is not None and ":" in target.target_id),
            *dep,
            *_ONE_OF_FORMS.get(form, _NO_FORM),
            *(NO_KIND if target is None else ONE_OF_KINDS.get(target.kind, NO_KIND)),
        ]
        places = [*hashes, _hash(f"f={m.form}"), _hash(f"fd={form}/{head.dep}")]
        places += [_hash(f"w={w}") for w in m.bag]
        if target is not None:
            places.append(_hash(f"t={target.target_id.split(':')[0]}"))
        if m.head is not None:
            places.append(_hash(f"hf={head.stem}/{form}"))
        return values, places

    def _share_of_title(self, bag: frozenset[str]) -> float:
        """Return the share of a name that the headline holds; a name of the list may be worded otherwise."""
        return 1.0 if bag in self.headlined else len(bag & self.title) / max(1, len(bag))

    def is_topic(self, bag: frozenset[str]) -> bool:
        """Whether the article is about this: named in the headline, or thrice and half as often as any."""
        if bag in self.parties:
            return False
        count = self.counts[bag]
        return bag in self.headlined or (count >= 3 and count * 2 >= self.most_named)

    def candidates(self, claim: ClaimView, far: int = 25) -> IntArray:
        """Return the mentions worth scoring: in the claim, up to four sentences before, the salient rest."""
        tokens = self.tokens
        first_sentence = self.sentence[min(claim.first, len(self.sentence) - 1)]
        near_from = min(claim.first, int(np.searchsorted(self.sentence[:-1], first_sentence - 3)))
        near = (tokens >= near_from) & (tokens < claim.last)
        salient = self._by_weight[~near[self._by_weight]]
        chosen: list[int] = []
        seen: set[int] = set()
        for i, bag in zip(salient.tolist(), self._bag_of[salient].tolist(), strict=True):
            if bag not in seen:
                seen.add(bag)
                chosen.append(i)
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
        bags, heads = self._bag_of[chosen], self._head_of[chosen]
        numbers = [self._words[word] for word in claim.speaker if word in self._words]
        of_speaker = self._shared(np.array(numbers, dtype=np.int64))[bags]
        speaker = (of_speaker > 0).astype(np.float32)
        whole = (of_speaker == self._sizes[bags]).astype(np.float32)
        repeat = np.bincount(bags[inside], minlength=len(self._bags))[bags].astype(np.float32)
        heads_inside = np.bincount(heads[inside], minlength=self._n_heads) > 0
        words_inside = self._shared(self._stem_of[claim.first : claim.last])
        shared = (words_inside / self._sizes)[bags].astype(np.float32)
        same_head = heads_inside[heads].astype(np.float32)
        few = 1.0 / (1 + int(heads_inside.sum()))
        pronoun = float(self._pronouns[claim.first : claim.last].any())
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


def _parties(mentions: Sequence[Mention]) -> set[frozenset[str]]:
    """Return the bodies that the headline only lists beside countries: "Quota divides Norway and the EU"."""
    told = [m for m in mentions if m.token < 0 and m.target is not None and m.head is not None]
    if not any(m.target is not None and m.target.kind == "country" for m in told):
        return set()
    return {
        m.bag
        for m in told
        if m.target is not None
        and m.target.kind == "organisation"
        and m.head is not None
        and m.head.dep == "conj"
    }


def _of_head(head: Head) -> tuple[list[float], list[float], list[float], list[int]]:
    """Return what a head tells of each of its mentions: kind of name, side taken, place in the tree."""
    lemma, dep, determiner = head.governor, head.dep, head.determiner
    entities = [
        float(head.pos == "PROPN"),
        float(head.entity == "PERSON"),
        float(head.entity == "ORG"),
        float(head.entity in ("GPE", "NORP", "LOC")),
    ]
    side = [
        float(determiner == "the"),
        float(determiner in ("this", "that", "these", "those")),
        float(determiner in ("a", "an")),
        float(lemma in FOR),
        float(lemma in AGAINST),
        float(head.negated),
    ]
    hashes = [_hash(f"h={head.stem}"), _hash(f"g={lemma}"), _hash(f"gd={lemma}/{dep}")]
    return entities, side, _ONE_OF_DEPS.get(dep, _NO_DEP), hashes


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
    return np.array([*tokens_of(doc).sent, 0], dtype=np.int64)
