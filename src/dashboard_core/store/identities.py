"""One person, one speaker: whom the store knows under several ids, and what a person has to judge.

An article gives a speaker an id by name and country. Across articles one person may stand under several: the
spelling or the alphabet differs, or one text leaves the country out. What is certain is joined by rule, as an
entry of the ledger with the origin "machine", which can be taken back like any other; what is only likely is
listed for a person to confirm and never joined unasked. A pair that somebody kept apart, or whose joining
somebody took back, is never joined by rule again. So to bring the same articles in again changes nothing.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz, process

from dashboard_core.paths import seeds_dir
from dashboard_core.spelling import given_agreement, name_parts
from dashboard_core.store.decisions import Decisions
from dashboard_core.store.folder import Store
from dashboard_core.store.ledger import Entry

__all__ = ["BY_RULE", "Known", "Pair", "Pairs", "find_pairs", "open_pairs", "read_aliases", "settle_speakers"]

# Who an entry of the ledger names that a rule made.
BY_RULE: Final = "rule"
_NEAR: Final = 80.0  # surnames less alike than this are two surnames
_SURE: Final = 85.0
_GIVEN: Final = 75.0
# Words of a role that say nothing about who it is.
_COMMON: Final = frozenset(
    """the a an of for and in on at to by its his her former ex deputy senior chief head member official
    spokesman spokeswoman spokesperson expert analyst""".split()
)
_ENDINGS: Final = frozenset({"a", "ia", "aia"})  # of a woman's surname beside a man's
_WORD: Final = re.compile(r"[^\W\d_]+")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A speaker as all articles together show it; ``names`` are the spellings, the commonest first.

    ``settled`` says that a rule or a person has joined or named it before: such a speaker stays. ``shown``
    are the names under which it appears now.
    """

    speaker_id: str
    names: tuple[str, ...]
    country: str = ""
    tier: str = ""
    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    claims: int = 1
    ids: tuple[str, ...] = ()
    settled: bool = False
    shown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The spelling that most claims have."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two speakers that are, or may be, one person: ``right`` would become ``left``, shown as ``name``."""

    left: Known
    right: Known
    name: str
    reason: str

    @property
    def ids(self) -> frozenset[str]:
        """Both ids, whichever stays."""
        return frozenset((self.left.speaker_id, self.right.speaker_id))


@dataclass(frozen=True, slots=True)
class Pairs:
    """``certain`` pairs are one person by rule; ``likely`` ones wait for somebody to judge."""

    certain: tuple[Pair, ...]
    likely: tuple[Pair, ...]


def read_aliases() -> dict[Key, str]:
    """Return the name under which each listed spelling counts, by its key (seeds/speaker_aliases.csv)."""
    path = seeds_dir() / "speaker_aliases.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [(row.get("variant") or "", row.get("name") or "") for row in csv.DictReader(handle)]
    found: dict[Key, str] = {}
    for variant, name in rows:
        for form in (name, variant):
            key = _key(form)
            if len(key) > 1 and name:
                found.setdefault(key, name)
    return found


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> list[str]:
    return name_parts(name)


@lru_cache(maxsize=1 << 16)
def _key(name: str) -> Key:
    """Return what all spellings of a name share, whichever of its parts comes first."""
    return tuple(sorted(_parts(name)))


def find_pairs(
    known: Iterable[Known],
    aliases: Mapping[Key, str] | None = None,
    apart: Collection[frozenset[str]] = (),
) -> Pairs:
    """Return which speakers are one person by rule, and which pairs a person must judge.

    Certain: the same name but for spelling and alphabet, in the same country; the same where one text leaves
    the country out but organisation or office agree and nobody of another country bears the name; two forms
    on one line of the alias list; a surname spelt otherwise with the same given name, country and office.
    Two countries: two people. ``apart`` holds pairs of ids that nobody shall be asked about again.

    Examples
    --------
    >>> a = Known("s_1", ("Ainura Toktobekova",), "KGZ", claims=3)
    >>> b = Known("s_2", ("Toktobekova Aynura",), "KGZ")
    >>> c = Known("s_3", ("Ainura Toktobekova",), "KAZ")
    >>> found = find_pairs([a, b, c])
    >>> [(p.left.speaker_id, p.right.speaker_id) for p in found.certain], found.likely
    ([('s_1', 's_2')], ())
    """
    listed = aliases or {}
    people = sorted(known, key=lambda one: one.speaker_id)
    work = _Work(listed, set(apart))
    groups: dict[Key, list[Known]] = defaultdict(list)
    for one in people:
        key = _key(one.name)
        if key:
            groups[_key(listed[key]) if key in listed else key].append(one)
    for key, members in groups.items():
        if len(key) > 1 and len(members) > 1:
            work.one_name(key, members)
    work.like_names([one for one in people if len(_key(one.name)) > 1])
    work.surnames(people)
    certain = {pair.ids for pair in work.certain}
    joined = {pair.right.speaker_id for pair in work.certain}
    likely = [
        pair
        for pair in work.likely
        if pair.ids not in certain and not pair.ids <= joined and not pair.ids & joined
    ]
    return Pairs(tuple(work.certain), tuple(sorted(likely, key=lambda p: -p.left.claims - p.right.claims)))


class _Work:
    def __init__(self, aliases: Mapping[Key, str], apart: set[frozenset[str]]) -> None:
        self.aliases = aliases
        self.apart = apart
        self.certain: list[Pair] = []
        self.likely: list[Pair] = []
        self._gone: set[str] = set()

    def _order(self, one: Known) -> tuple[bool, bool, bool, int, str]:
        listed = _key(one.name) in self.aliases
        return not one.settled, not listed, not one.country, -one.claims, one.speaker_id

    def _add(self, one: Known, other: Known, reason: str, *, certain: bool) -> None:
        left, right = sorted((one, other), key=self._order)
        apart = any(frozenset((a, b)) in self.apart for a in _ids(left) for b in _ids(right))
        if apart:
            return
        name = self.aliases.get(_key(left.name)) or self.aliases.get(_key(right.name)) or left.name
        pair = Pair(left, right, name, reason)
        if not certain:
            self.likely.append(pair)
        elif right.speaker_id not in self._gone:
            self._gone.add(right.speaker_id)
            self.certain.append(pair)

    def one_name(self, key: Key, members: Sequence[Known]) -> None:
        """Pair speakers whose names are spellings of one name."""
        by_country: dict[str, list[Known]] = defaultdict(list)
        for one in sorted(members, key=self._order):
            by_country[one.country].append(one)
        stays = {country: some[0] for country, some in by_country.items()}
        for country, some in by_country.items():
            for other in some[1:]:
                self._same_country(key, some[0], other, bool(country))
        countries = sorted(country for country in stays if country)
        for a, b in combinations(countries, 2):
            shared = _shared(stays[a], stays[b])
            if shared:
                self._add(stays[a], stays[b], f"two countries, but {shared}", certain=False)
        without = stays.get("")
        if without is None:
            return
        for country in countries:
            one = stays[country]
            shared = _shared(one, without)
            if len(countries) > 1:
                if shared or country == countries[0]:
                    reason = "people of several countries bear this name, and one text names no country"
                    self._add(one, without, reason, certain=False)
            elif shared or key in self.aliases:
                said = shared or "the name is in the list of aliases"
                self._add(one, without, f"the same name; {said}; one text names no country", certain=True)
            else:
                self._add(one, without, "the same name, but one text names no country", certain=False)

    def _same_country(self, key: Key, one: Known, other: Known, known: bool) -> None:
        if known:
            self._add(one, other, "one name in two spellings, the same country", certain=True)
            return
        shared = "the name is in the list of aliases" if key in self.aliases else _shared(one, other)
        if shared:
            self._add(one, other, f"one name in two spellings; {shared}", certain=True)
        else:
            self._add(one, other, "one name in two spellings, and no text names a country", certain=False)

    def like_names(self, people: Sequence[Known]) -> None:
        """Pair speakers whose names are alike but not the same."""
        blocks: dict[tuple[str, str], list[tuple[Known, list[str]]]] = defaultdict(list)
        for one in people:
            parts = _parts(one.name)
            blocks[parts[-1][0], parts[0][0]].append((one, parts))
        for members in blocks.values():
            for left, right, alike in _near_surnames([parts[-1] for _, parts in members]):
                (one, a), (other, b) = members[left], members[right]
                if one.country and other.country and one.country != other.country:
                    continue
                if _key(one.name) == _key(other.name):
                    continue
                if given_agreement(a[:-1], b[:-1]) >= _GIVEN:
                    self._like(one, other, a, b, alike)

    def _like(self, one: Known, other: Known, a: list[str], b: list[str], alike: float) -> None:
        if min(len(a[0]), len(b[0])) == 1 and a[0] != b[0]:
            if a[-1] == b[-1]:
                self._add(one, other, "a given name is only an initial", certain=False)
            return
        same_given, gender = a[:-1] == b[:-1], _man_and_woman(a[-1], b[-1])
        if gender and not same_given:
            return
        known = bool(one.country) and one.country == other.country
        shared = _shared(one, other)
        if known and same_given and not gender and alike >= _SURE and shared:
            reason = f"the surname is spelt a little differently; the same country, and {shared}"
            self._add(one, other, reason, certain=True)
        elif a[-1] == b[-1] and {*a[:-1]} & {*b[:-1]} and known:
            self._add(one, other, "one of them has a further given name", certain=False)
        else:
            missing = "" if known else ", and a country is not known"
            self._add(one, other, f"the spelling differs{missing}", certain=False)

    def surnames(self, people: Sequence[Known]) -> None:
        """Pair a bare surname with the only person of that name and country."""
        whole: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for one in people:
            parts = _parts(one.name)
            if len(parts) > 1:
                whole[parts[-1], one.country].append(one)
        for one in people:
            parts = _parts(one.name)
            if len(parts) == 1 and one.country:
                found = whole.get((parts[0], one.country), [])
                if len(found) == 1:
                    self._add(found[0], one, "a surname alone", certain=False)


def _near_surnames(surnames: Sequence[str]) -> list[tuple[int, int, float]]:
    """Return the places of surnames that are alike, in order, and how much, 0 to 100.

    Many people share a surname: each is compared once, and not each person with each.

    >>> _near_surnames(["beisenov", "holt", "beisenova", "beisenov"])
    [(0, 2, 94.11764705882352), (0, 3, 100.0), (2, 3, 94.11764705882352)]
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, surname in enumerate(surnames):
        places[surname].append(place)
    different = list(places)
    found: list[tuple[int, int, float]] = []
    for number, surname in enumerate(different, 1):
        here = places[surname]
        found += ((a, b, 100.0) for a, b in combinations(here, 2))
        near = process.extract(surname, different[number:], scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
        for other, alike, _ in near:
            found += ((min(a, b), max(a, b), alike) for a in here for b in places[other])
    return sorted(found)


def _ids(one: Known) -> tuple[str, ...]:
    return one.ids or (one.speaker_id,)


def _man_and_woman(a: str, b: str) -> bool:
    """Whether two surnames differ as those of a man and a woman of one family."""
    short, long = sorted((a, b), key=len)
    return any(long == stem + end for end in _ENDINGS for stem in (short, short.removesuffix("i")))


def _shared(one: Known, other: Known) -> str:
    """Return in words what two speakers have in common besides the name; empty if nothing."""
    bodies = {body.lower(): body for body in one.organisations}
    body = next((bodies[b.lower()] for b in other.organisations if b.lower() in bodies), "")
    if body:
        return f"the same organisation ({body})"
    words = _role_words(one) & _role_words(other)
    return f"the same office ({', '.join(sorted(words))})" if words else ""


def _role_words(one: Known) -> set[str]:
    return {w for role in one.roles for w in _WORD.findall(role.lower()) if w not in _COMMON and len(w) > 2}


_SPEAKERS: Final = """
    SELECT r.speaker_id, r.speaker, coalesce(r.country, ''), coalesce(r.tier, ''), count(*),
           list(DISTINCT r.role) FILTER (r.role IS NOT NULL),
           list(DISTINCT r.organisation) FILTER (r.organisation IS NOT NULL),
           list(DISTINCT a.outlet::VARCHAR) FILTER (a.outlet IS NOT NULL)
    FROM main.raw_claims r JOIN main.article_rows a ON a.article_id = r.article_id AND a.batch = r.batch
    WHERE coalesce(r.country_evidence, '') NOT LIKE 'metonym%'
    GROUP BY ALL ORDER BY r.speaker_id, count(*) DESC, r.speaker
"""


def _read(store: Store) -> Iterator[Known]:
    """Yield the people of the store as the articles name them, one for each id and spelling."""
    for who, name, country, tier, claims, roles, bodies, outlets in (
        store.snapshot().base.root.cursor().execute(_SPEAKERS).fetchall()
    ):
        if _is_person(name, roles, bodies):
            yield Known(
                who, (name,), country, tier, _sorted(roles), _sorted(bodies), _sorted(outlets), claims, (who,)
            )


def _sorted(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(sorted(set(values or ())))


def _is_person(name: str, roles: Sequence[str] | None, bodies: Sequence[str] | None) -> bool:
    """Institutions stand under their own name, people without a name under their role."""
    return bool(name) and name[0].isupper() and name not in (bodies or ()) and name not in (roles or ())


def _folded(known: Iterable[Known], merged: Mapping[str, Mapping[str, str]]) -> list[Known]:
    """Return the speakers as they count now: one for each id that stands, with all spellings."""
    rows: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        rows[merged.get(one.speaker_id, {}).get("speaker_id", one.speaker_id)].append(one)
    found = []
    for stands, some in rows.items():
        counted: dict[str, int] = defaultdict(int)
        for one in some:
            counted[one.name] += one.claims
        own = max(some, key=lambda one: (one.speaker_id == stands, bool(one.country), one.claims))
        shown = merged.get(stands, {}).get("speaker", "")
        if shown:
            counted.setdefault(shown, 0)
        names = sorted(counted, key=lambda name: (name != shown, -counted[name], name))
        found.append(
            replace(
                own,
                speaker_id=stands,
                names=tuple(names),
                roles=_sorted(role for one in some for role in one.roles),
                organisations=_sorted(body for one in some for body in one.organisations),
                outlets=_sorted(outlet for one in some for outlet in one.outlets),
                claims=sum(one.claims for one in some),
                ids=_sorted(who for one in some for who in one.ids),
                shown=_sorted(merged.get(one.speaker_id, {}).get("speaker") or one.name for one in some),
                settled=stands in merged or len({one.speaker_id for one in some}) > 1,
            )
        )
    return found


def _kept_apart(entries: Iterable[Entry]) -> set[frozenset[str]]:
    pairs = set()
    for entry in entries:
        if entry.subject == "speaker" and entry.action == "reject":
            pairs.add(frozenset((str(entry.key.get("speaker_id")), str(entry.key.get("other_id")))))
    return pairs


def _taken_back(entries: Sequence[Entry], standing: Sequence[Entry]) -> set[frozenset[str]]:
    held = {entry.entry_id for entry in standing}
    return {
        frozenset((str(entry.key.get("speaker_id")), str(entry.after["speaker_id"])))
        for entry in entries
        if entry.subject == "speaker" and entry.action == "merge" and entry.entry_id not in held
    }


def open_pairs(store: Store) -> tuple[Pair, ...]:
    """Return the pairs that somebody must judge, those with most claims first.

    What a rule would join but somebody took back is among them.
    """
    snapshot = store.snapshot()
    kept = snapshot.recall(("open_pairs",))
    if kept is None:
        standing = store.ledger.standing()
        merged = Decisions.of(standing).speakers
        found = find_pairs(_folded(_read(store), merged), read_aliases(), _kept_apart(standing))
        kept = (*found.certain, *found.likely)
        snapshot.remember(("open_pairs",), kept)
    return tuple(kept)


def settle_speakers(store: Store) -> tuple[Entry, ...]:
    """Join by rule what is certain, and give each speaker one name; return the entries that were added.

    One person's name is spelt one way everywhere: as the alias list has it, else as most claims do. A name
    once given stays, whatever comes in later.
    """
    entries, standing = store.ledger.entries(), store.ledger.standing()
    merged = Decisions.of(standing).speakers
    known = _folded(_read(store), merged)
    aliases = read_aliases()
    apart = _kept_apart(standing) | _taken_back(entries, standing)
    found = find_pairs(known, aliases, apart)
    named = {
        str(entry.key.get("speaker_id"))
        for entry in entries
        if entry.subject == "speaker" and entry.action == "change" and entry.field == "speaker"
    }
    stays = {pair.left.speaker_id: pair.name for pair in found.certain}
    added = [
        Entry(
            BY_RULE, "merge", "speaker", {"speaker_id": pair.right.speaker_id}, "speaker", pair.right.name,
            {"speaker_id": pair.left.speaker_id, "speaker": pair.name}, pair.reason, origin="machine",
        )
        for pair in found.certain
    ]  # fmt: skip
    gone = {pair.right.speaker_id for pair in found.certain}
    for one in known:
        name = stays.get(one.speaker_id) or aliases.get(_key(one.name)) or one.name
        if one.shown != (name,) and one.speaker_id not in named | gone and len(_key(name)) > 1:
            reason = f"also written {', '.join(n for n in one.names if n != name)}"
            added.append(
                Entry(
                    BY_RULE, "change", "speaker", {"speaker_id": one.speaker_id}, "speaker", one.name, name,
                    reason, origin="machine",
                )
            )  # fmt: skip
    store.ledger.append(*added)
    return tuple(added)
