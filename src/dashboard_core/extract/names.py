"""Names of people across spellings and alphabets: one key per name, and who may be one person.

Two names are one person only when the surname AND the given name agree after transliteration; scores over
whole names join relatives and namesakes. What is likely but not certain is listed for a person to confirm.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from dashboard_core.records import Speaker

__all__ = ["Identities", "UncertainMerge", "name_key", "name_parts", "resolve_identities", "same_name"]

# Order matters: digraphs first.
# "Zholdoshev" and "Joldoshev", "Kiyev" and "Kiev", "Toqaev" and "Tokayev" meet.
_RESPELLINGS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"dzh|dj|zh", "j"),
        (r"shch|sch", "sh"),
        (r"tch", "ch"),
        (r"kh|x", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"ck|q", "k"),
        (r"w", "v"),
        (r"oo|ou", "u"),
        (r"ee", "i"),
        (r"[yi]+[eo]", "e"),
        (r"[yi]u", "u"),
        (r"[yi]+a", "ia"),
        (r"[yi]+", "i"),
        (r"aie", "ae"),
        (r"ii+", "i"),
        (r"ts|tz", "c"),
        (r"ei", "e"),
        (r"(.)\1", r"\1"),
    )
)
_HONORIFIC = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|prof|sir|dame|lord|lady|president|king|queen|sheikh|haji)\.?\s+)+",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    {"al", "el", "de", "da", "di", "van", "von", "der", "den", "bin", "ibn", "la", "le", "ul"}
)
_PART = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
AGREE = 75.0


@lru_cache(maxsize=1 << 16)
def name_key(part: str) -> str:
    """Return a name part in a spelling that transliterations share.

    >>> name_key("Жолдошев") == name_key("Zholdoshev") == name_key("Joldoshev")
    True
    >>> name_key("Pashinyan") == name_key("Pashinian")
    True
    """
    key = re.sub(r"[^a-z]", "", anyascii(part).lower())
    for pattern, to in _RESPELLINGS:
        key = pattern.sub(to, key)
    return key


def name_parts(name: str) -> list[str]:
    """Return the keys of a name's parts, given names first; titles and particles left out.

    >>> name_parts("Dr. Jens van der Berg")
    ['jens', 'berg']
    """
    bare = _HONORIFIC.sub("", name.strip())
    parts = [part for part in _PART.findall(bare) if part.lower() not in _PARTICLES]
    return [key for key in map(name_key, parts) if key]


def same_name(left: str, right: str) -> float:
    """Return how surely two full names are spellings of one name, 0 to 100.

    0 when surname or given name disagree, or when one of the names is a bare surname.

    >>> same_name("Nikol Pashinyan", "Nikol Pashinian")
    100.0
    >>> same_name("Askar Beishenov", "Askar Beishenaliev") > 75
    False
    >>> same_name("Nino Kapanadze", "Nana Kapanadze")
    0.0
    """
    return _parts_agreement(name_parts(left), name_parts(right))


def _parts_agreement(a: list[str], b: list[str]) -> float:
    if len(a) < 2 or len(b) < 2:
        return 0.0
    if a == b or sorted(a) == sorted(b):
        return 100.0
    surname = fuzz.ratio(a[-1], b[-1])
    if surname < AGREE + 5:
        return 0.0
    given = _given_agreement(a[:-1], b[:-1])
    return 0.0 if given < AGREE else min(surname, given)


def _given_agreement(a: list[str], b: list[str]) -> float:
    first, second = a[0], b[0]
    if min(len(first), len(second)) == 1:
        # "J. Smith" may be John or James: agreement enough to ask, never to merge.
        return 80.0 if first[0] == second[0] else 0.0
    whole = fuzz.ratio("".join(a), "".join(b))
    return max(fuzz.ratio(first, second), whole if len(a) == len(b) else 0.0)


@dataclass(frozen=True, slots=True)
class UncertainMerge:
    """Two speakers that may be one person; ``reason`` says why nobody should merge them unasked."""

    left: Speaker
    right: Speaker
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Identities:
    """``mapping`` sends each speaker_id to the id it stands for; ``uncertain`` waits for a person."""

    mapping: dict[str, str]
    uncertain: list[UncertainMerge]


def resolve_identities(speakers: Iterable[Speaker]) -> Identities:
    """Return which speakers of different articles are one person, and which pairs a person must judge.

    Merged: the same country, or none known on one side and the same key, with surname and given name
    agreeing. Kept apart: different countries. Listed: a country missing on one side with a spelling that
    differs, an initial for a given name, a surname alone.

    Examples
    --------
    >>> a = Speaker("s_1", "Ainura Toktobekova", country="KGZ")
    >>> b = Speaker("s_2", "Aynura Toktobekova", country="KGZ")
    >>> c = Speaker("s_3", "Ainura Toktobekova", country="KAZ")
    >>> resolve_identities([a, b, c]).mapping
    {'s_1': 's_1', 's_2': 's_1', 's_3': 's_3'}
    """
    unique = {speaker.speaker_id: speaker for speaker in speakers}
    parts = {key: name_parts(speaker.name) for key, speaker in unique.items()}
    mapping = {key: key for key in unique}
    uncertain: list[UncertainMerge] = []
    # Only names whose surnames or first letters meet are compared: 3,000 speakers stay below a second.
    blocks: dict[str, list[str]] = defaultdict(list)
    for key, named in parts.items():
        for initial in {part[0] for part in named}:
            blocks[initial].append(key)
    seen: set[tuple[str, str]] = set()
    for members in blocks.values():
        for position, left_id in enumerate(members):
            for right_id in members[position + 1 :]:
                if (left_id, right_id) in seen:
                    continue
                seen.add((left_id, right_id))
                verdict = _compare(unique[left_id], unique[right_id], parts[left_id], parts[right_id])
                if verdict is None:
                    continue
                score, reason = verdict
                if reason:
                    uncertain.append(UncertainMerge(unique[left_id], unique[right_id], score, reason))
                else:
                    _join(mapping, left_id, right_id)
    return Identities(
        {key: _root(mapping, key) for key in mapping}, sorted(uncertain, key=lambda u: -u.score)
    )


def _compare(left: Speaker, right: Speaker, a: list[str], b: list[str]) -> tuple[float, str] | None:
    """Return (score, reason to ask) or None when nothing speaks for one person; an empty reason merges."""
    if not a or not b or (left.country and right.country and left.country != right.country):
        return None
    known = left.country == right.country and left.country != ""
    if len(a) == 1 or len(b) == 1:
        if len(a) == len(b) or not known or a[-1] != b[-1]:
            return None
        return 60.0, "a surname alone"
    score = _parts_agreement(a, b)
    if not score:
        return None
    if min(len(a[0]), len(b[0])) == 1 and a[0] != b[0]:
        return score, "a given name is only an initial"
    if score == 100.0 and (
        known or left.organisation == right.organisation or not (left.country and right.country)
    ):
        return score, ""
    if not known:
        return score, "the spelling differs and a country is not known"
    if score < 82:
        return score, "the spelling differs much"
    return score, ""


def _root(mapping: dict[str, str], key: str) -> str:
    while mapping[key] != key:
        key = mapping[key]
    return key


def _join(mapping: dict[str, str], left: str, right: str) -> None:
    mapping[_root(mapping, right)] = _root(mapping, left)
