"""Names of people across spellings and alphabets: one key for all spellings of a name.

Two names are one person's only when the surname AND the given name agree after transliteration; scores over
whole names join relatives and namesakes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

__all__ = ["given_agreement", "name_key", "name_parts", "same_name"]

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
    given = given_agreement(a[:-1], b[:-1])
    return 0.0 if given < AGREE else min(surname, given)


def given_agreement(a: list[str], b: list[str]) -> float:
    """Return how surely two lists of given names are one person's, 0 to 100."""
    first, second = a[0], b[0]
    if min(len(first), len(second)) == 1:
        # "J. Smith" may be John or James: agreement enough to ask, never to merge.
        return 80.0 if first[0] == second[0] else 0.0
    whole = fuzz.ratio("".join(a), "".join(b))
    return max(fuzz.ratio(first, second), whole if len(a) == len(b) else 0.0)
