"""The catalogue of targets: its aliases read as small patterns, and found in an article.

An alias is a run of words. ``word*`` takes any ending, ``one|other`` either word (``South_Korea`` inside such
a choice is one alternative), ``...`` up to eight words in between, all within one sentence. ``+ cond & cond``
demands that each condition stands nearby (claim, sentence before, headline, or three times in the article);
``- word`` forbids it. ``{country}`` and ``{organisation}`` make one target for each name they meet.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.records import Target

__all__ = ["Catalogue", "Occurrence", "TextIndex", "compile_catalogue", "parse_alias"]

_WORD = re.compile(r"[^\W_]+")
# Between two words of one alias: blanks, a hyphen, an apostrophe; "C5 + 1" and "U.S. Africa Command" count.
_BETWEEN = re.compile(r"[ \t\u00a0]?[-–'’.+&/,\"”“]?[ \t\u00a0]?\n?")
_GAP_WORDS = 8
_TOPIC_COUNT = 3
SLOTS = ("country", "organisation")
# Names under which news writes these countries; everything else keeps the name of the list.
SHORT_NAMES = {"United States": "US", "United Kingdom": "UK", "United Arab Emirates": "UAE"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pattern: ``acronym`` must be equal, ``capital`` must start with a capital letter."""

    lower: str
    text: str
    prefix: bool

    def fits(self, text: str, lower: str) -> bool:
        if self.prefix:
            return lower.startswith(self.lower) and (self.text[0].islower() or text[0].isupper())
        if lower != self.lower:
            return False
        if self.text.islower() or not self.text[0].isalpha():
            return True
        if sum(c.isupper() for c in self.text) > 1 or len(self.text) == 1:
            return text == self.text
        return text[0].isupper()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for the name of a country or an organisation."""

    kind: str


Choice = tuple[tuple[Word, ...], ...]
Element = Choice | Slot


@dataclass(frozen=True, slots=True)
class Pattern:
    """One alias, ready to match: elements in order, whether a gap may stand before each, and conditions."""

    elements: tuple[Element, ...]
    gaps: tuple[bool, ...]
    needs: tuple[tuple[Choice | Slot, ...], ...] = ()
    forbids: Choice = ()
    adjective: bool = False

    @property
    def plain(self) -> bool:
        """A name pure and simple: no gap, slot or condition, so it may stand inside a longer phrase."""
        return not (self.needs or self.forbids or any(self.gaps) or self._has_slot())

    def _has_slot(self) -> bool:
        return any(isinstance(e, Slot) for e in self.elements)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A target named at words ``first`` to ``last`` (inclusive); ``contiguous`` when no gap was used."""

    target: Target
    first: int
    last: int
    contiguous: bool
    plain: bool
    adjective: bool


def _words(text: str) -> tuple[Word, ...]:
    found = []
    for match in re.finditer(r"([^\W_]+)(\*?)", text):
        found.append(Word(match[1].lower(), match[1], match[2] == "*"))
    return tuple(found)


def _choice(text: str) -> Choice:
    return tuple(words for part in text.split("|") if (words := _words(part.replace("_", " "))))


def parse_alias(alias: str) -> Pattern:
    """Return the pattern that an alias describes.

    Raises
    ------
    ValueError
        The alias holds no word, an unknown slot or a star with less than two letters before it.

    Examples
    --------
    >>> parse_alias("customs union + Nordic*|Baltic*").plain
    False
    >>> parse_alias("North Atlantic Treaty Organization").plain
    True
    """
    adjective = alias.startswith("adj:")
    body = alias.removeprefix("adj:").strip()
    if unknown := [s for s in re.findall(r"\{(\w*)\}", body) if s not in SLOTS]:
        raise ValueError(f"unknown slot {{{unknown[0]}}}; known are {{country}} and {{organisation}}")
    if re.search(r"(?<!\w)\w?\*", body):
        raise ValueError("a star needs at least two letters before it")
    body, *without = re.split(r"\s-\s", body)
    body, *conditions = re.split(r"\s\+\s(?=\D)", body)
    elements: list[Element] = []
    gaps: list[bool] = []
    gap = False
    for piece in body.split():
        if piece in ("...", "…"):
            gap = bool(elements)
            continue
        if piece.startswith("{"):
            elements.append(Slot(piece.strip("{}'s’")))
            gaps.append(gap)
        elif "|" in piece:
            elements.append(_choice(piece))
            gaps.append(gap)
        else:
            for word in _words(piece):
                elements.append(((word,),))
                gaps.append(gap)
                gap = False
        gap = False
    if not elements or any(e == () for e in elements):
        raise ValueError("holds no word")
    needs = []
    for condition in (part for c in conditions for part in c.split("&")):
        options: list[Choice | Slot] = [Slot(s) for s in re.findall(r"\{(\w+)\}", condition)]
        if words := _choice(re.sub(r"\{\w+\}", "", condition)):
            options.append(words)
        if not options:
            raise ValueError("a condition holds no word")
        needs.append(tuple(options))
    forbids = tuple(c for part in without for c in _choice(part))
    return Pattern(tuple(elements), tuple(gaps), tuple(needs), forbids, adjective)


@dataclass(slots=True)
class TextIndex:
    """The words of one article (and of its headline), with sentence numbers and where each word stands."""

    text: str
    starts: list[int]
    ends: list[int]
    raw: list[str]
    lower: list[str]
    sentence: list[int]
    places: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, sentence_starts: Sequence[int]) -> TextIndex:
        matches = list(_WORD.finditer(text))
        starts = [match.start() for match in matches]
        raw = [match.group() for match in matches]
        lower = [word.lower() for word in raw]
        numbers = [max(0, bisect_right(sentence_starts, start) - 1) for start in starts]
        index = cls(text, starts, [match.end() for match in matches], raw, lower, numbers)
        places = index.places
        for place, word in enumerate(lower):
            if word in places:
                places[word].append(place)
            else:
                places[word] = [place]
        return index

    @classmethod
    def of_doc(cls, doc: Doc) -> TextIndex:
        t = tokens_of(doc)
        return cls.of(t.text, [t.start[first] for first, _ in t.sent_spans])

    def adjoins(self, i: int, j: int) -> bool:
        """Words i and j = i + 1 belong together: nothing but a blank, hyphen or the like stands between."""
        between = self.text[self.ends[i] : self.starts[j]]
        return (between == " " or bool(_BETWEEN.fullmatch(between))) and self.sentence[i] == self.sentence[j]

    def match_words(self, words: tuple[Word, ...], i: int) -> int | None:
        """Return the position after the words when they stand at i, else None."""
        last = len(self.raw)
        for k, word in enumerate(words):
            j = i + k
            if j >= last or not word.fits(self.raw[j], self.lower[j]):
                return None
            if k and not self.adjoins(j - 1, j):
                return None
        return i + len(words)

    def find_words(self, words: tuple[Word, ...]) -> list[int]:
        """Return every position at which the words stand."""
        first = words[0]
        if first.prefix:
            starts = sorted(i for w, at in self.places.items() if w.startswith(first.lower) for i in at)
        else:
            starts = self.places.get(first.lower, [])
        return [i for i in starts if self.match_words(words, i) is not None]


@dataclass(frozen=True)
class Catalogue:
    """Compiled targets, indexed by the words that their aliases start with."""

    targets: tuple[Target, ...]
    by_word: dict[str, list[tuple[Pattern, Target]]]
    by_prefix: dict[str, list[tuple[Word, Pattern, Target]]]
    by_slot: dict[str, list[tuple[Pattern, Target]]]
    adjectives: dict[str, str]

    def occurrences(self, index: TextIndex, headline: TextIndex | None = None) -> list[Occurrence]:
        """Return where targets are named in the text, in order; shorter names inside longer ones left out."""
        finder = _Finder(self, index, headline)
        found = finder.find()
        return _drop_inner(found)


def _drop_inner(found: list[Occurrence]) -> list[Occurrence]:
    """Leave out "NATO" within "NATO enlargement": the longer name says what is meant."""
    whole = [o for o in found if o.contiguous and not o.adjective]
    covered: dict[int, tuple[int, Target]] = {}
    for o in whole:
        for i in range(o.first, o.last + 1):
            if o.last - o.first + 1 > covered.get(i, (0, o.target))[0]:
                covered[i] = (o.last - o.first + 1, o.target)
    kept = {}
    for o in found:
        length = o.last - o.first + 1
        inner = [covered.get(i, (0, o.target)) for i in range(o.first, o.last + 1)]
        if o.contiguous and inner and all(n > length and t is not o.target for n, t in inner):
            continue
        kept[(o.target.target_id, o.first, o.last)] = o
    return sorted(kept.values(), key=lambda o: (o.first, o.last))


class _Finder:
    """One pass of a catalogue over one text."""

    def __init__(self, catalogue: Catalogue, index: TextIndex, headline: TextIndex | None) -> None:
        self.catalogue = catalogue
        self.index = index
        self.headline = headline
        self.slots: dict[str, list[Occurrence]] = {kind: [] for kind in SLOTS}
        self._places: dict[tuple[Word, ...], list[int]] = {}
        self._counts: dict[str, Counter[str]] = {}

    def find(self) -> list[Occurrence]:
        found: list[Occurrence] = []
        later: list[tuple[Pattern, Target, int]] = []
        for pattern, target, i in self._starts():
            if any(isinstance(e, Slot) for e in pattern.elements) or any(
                isinstance(o, Slot) for need in pattern.needs for o in need
            ):
                later.append((pattern, target, i))
            else:
                found.extend(self._match(pattern, target, i))
        for o in found:
            if o.target.kind in self.slots and (o.plain or o.adjective):
                self.slots[o.target.kind].append(o)
        for kind in SLOTS:
            self.slots[kind].sort(key=lambda o: o.first)
        for kind, patterns in self.catalogue.by_slot.items():
            for o in self.slots[kind]:
                later.extend((pattern, target, o.first) for pattern, target in patterns)
        for pattern, target, i in later:
            found.extend(self._match(pattern, target, i))
        return found

    def _starts(self) -> Iterator[tuple[Pattern, Target, int]]:
        for word, at in self.index.places.items():
            for pattern, target in self.catalogue.by_word.get(word, ()):
                if self._possible(pattern):
                    for i in at:
                        yield pattern, target, i
            for first, pattern, target in self.catalogue.by_prefix.get(word[:2], ()):
                if word.startswith(first.lower) and self._possible(pattern):
                    for i in at:
                        yield pattern, target, i

    def _possible(self, pattern: Pattern) -> bool:
        """Whether the text has a word for each part at all: spares most patterns their walk through it."""
        return all(isinstance(e, Slot) or self._has_any(e) for e in pattern.elements[1:]) and all(
            any(isinstance(option, Slot) or self._has_any(option, headline=True) for option in need)
            for need in pattern.needs
        )

    def _has_any(self, choice: Choice, *, headline: bool = False) -> bool:
        for words in choice:
            first = words[0]
            if first.prefix or first.lower in self.index.places:
                return True
            if headline and self.headline is not None and first.lower in self.headline.places:
                return True
        return False

    def _match(self, pattern: Pattern, target: Target, i: int) -> Iterator[Occurrence]:
        bound: dict[str, Occurrence] = {}
        position, last, gapped = i, i, False
        for k, (element, gap) in enumerate(zip(pattern.elements, pattern.gaps, strict=True)):
            step = self._element(element, position, bool(k), bound)
            if step is None and gap:
                for skip in range(1, _GAP_WORDS + 1):
                    at = position + skip
                    if at >= len(self.index.raw) or self.index.sentence[at] != self.index.sentence[i]:
                        return
                    step = self._element(element, at, False, bound)
                    if step is not None:
                        gapped = True
                        break
            if step is None:
                return
            position, last = step, step - 1
        if self.index.sentence[last] != self.index.sentence[i]:
            return
        if not self._conditions(pattern, i, last, bound):
            return
        if bound:
            names = {kind: o.target.name for kind, o in bound.items()}
            ids = [o.target.target_id for _, o in sorted(bound.items())]
            target = _filled(target, tuple(sorted(names.items())), "_".join(ids))
        contiguous = not gapped and "{" not in target.target_id
        yield Occurrence(
            target, i, last, contiguous, pattern.plain and not pattern.adjective, pattern.adjective
        )

    def _element(self, element: Element, i: int, joined: bool, bound: dict[str, Occurrence]) -> int | None:
        if i >= len(self.index.raw) or (joined and not self.index.adjoins(i - 1, i)):
            return None
        if isinstance(element, Slot):
            for o in self.slots[element.kind]:
                if o.first == i:
                    bound[element.kind] = o
                    return o.last + 1
            return None
        for words in element:
            after = self.index.match_words(words, i)
            if after is not None:
                return after
        return None

    def _conditions(self, pattern: Pattern, i: int, last: int, bound: dict[str, Occurrence]) -> bool:
        for need in pattern.needs:
            if not any(self._met(option, i, last, bound) for option in need):
                return False
        return not any(self._near(words, i, topic=False) for words in pattern.forbids)

    def _met(self, option: Choice | Slot, i: int, last: int, bound: dict[str, Occurrence]) -> bool:
        if not isinstance(option, Slot):
            return any(self._near(words, i, topic=True) for words in option)
        nearest = self._nearest(option.kind, i, last)
        if nearest is None:
            return False
        bound[option.kind] = nearest
        return True

    def _nearest(self, kind: str, i: int, last: int) -> Occurrence | None:
        """Return the name that fills a slot: near by, and rather the one that the article is about.

        "Ukraine wants to join, he told an American newspaper": Ukraine, not the adjective that stands nearer.
        """
        sentence = self.index.sentence[i]
        outside = [o for o in self.slots[kind] if o.last < i or o.first > last]
        near = [o for o in outside if -1 <= self.index.sentence[o.first] - sentence <= 0]
        counts = self._slot_counts(kind)

        def distance(o: Occurrence) -> float:
            apart = min(abs(o.first - i), abs(o.first - last)) + 20 * (
                self.index.sentence[o.first] != sentence
            )
            return apart + 30 * o.adjective - 8 * min(counts[o.target.target_id], 5)

        if near:
            return min(near, key=distance)
        topical = [o for o in outside if counts[o.target.target_id] >= _TOPIC_COUNT]
        return max(topical, key=lambda o: counts[o.target.target_id], default=None)

    def _slot_counts(self, kind: str) -> Counter[str]:
        if kind not in self._counts:
            self._counts[kind] = Counter(o.target.target_id for o in self.slots[kind])
        return self._counts[kind]

    def _near(self, words: tuple[Word, ...], i: int, *, topic: bool) -> bool:
        if words not in self._places:
            self._places[words] = self.index.find_words(words)
        places = self._places[words]
        sentence = self.index.sentence[i]
        if any(-1 <= self.index.sentence[at] - sentence <= 1 for at in places):
            return True
        if not topic:
            return False
        return len(places) >= _TOPIC_COUNT or (
            self.headline is not None and bool(self.headline.find_words(words))
        )


@lru_cache(maxsize=4096)
def _filled(target: Target, names: tuple[tuple[str, str], ...], ids: str) -> Target:
    name = target.name
    for kind, value in names:
        name = name.replace("{" + kind + "}", SHORT_NAMES.get(value, value))
    return replace(
        target, target_id=f"{target.target_id}:{ids}", name=name.replace("s's ", "s' "), aliases=()
    )


def compile_catalogue(targets: Iterable[Target]) -> Catalogue:
    """Return the targets with their names and aliases ready to match.

    Raises
    ------
    ValueError
        An alias is malformed; :func:`dashboard_core.extract.targets.load_targets` words it with its line.
    """
    kept = tuple(targets)
    by_word: dict[str, list[tuple[Pattern, Target]]] = {}
    by_prefix: dict[str, list[tuple[Word, Pattern, Target]]] = {}
    by_slot: dict[str, list[tuple[Pattern, Target]]] = {}
    for target in kept:
        aliases = target.aliases if "{" in target.name else (target.name, *target.aliases)
        for alias in aliases:
            pattern = parse_alias(alias)
            first = pattern.elements[0]
            if isinstance(first, Slot):
                by_slot.setdefault(first.kind, []).append((pattern, target))
                continue
            for words in first:
                if words[0].prefix:
                    by_prefix.setdefault(words[0].lower[:2], []).append((words[0], pattern, target))
                else:
                    by_word.setdefault(words[0].lower, []).append((pattern, target))
    return Catalogue(kept, by_word, by_prefix, by_slot, dict(_adjectives(kept)))


def _adjectives(targets: Sequence[Target]) -> Iterator[tuple[str, str]]:
    """Yield every name of a country with the adjective that a neutral name uses: "Russia", "Russian"."""
    for target in targets:
        if target.kind != "country":
            continue
        names = [target.name, *(a for a in target.aliases if not a.startswith("adj:"))]
        spoken = next((a.removeprefix("adj:").strip() for a in target.aliases if a.startswith("adj:")), "")
        short = target.name if target.name in SHORT_NAMES.values() else spoken
        if short:
            yield from ((name, short) for name in names)
