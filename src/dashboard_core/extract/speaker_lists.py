"""The editable lists behind speakers: countries, organisations, roles, aliases, read from seeds/ and checked.

A line that cannot be used is an error with its number, all of them at once; a list that is silently half
read would put people into the wrong country.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from dashboard_core.errors import VocabularyError
from dashboard_core.spelling import name_parts
from dashboard_core.vocabulary import TIERS

__all__ = [
    "Alias",
    "Country",
    "Entry",
    "Lexicon",
    "Organisation",
    "SpeakerLists",
    "flatten",
    "organisation_names",
]

ORGANISATION_KINDS = (
    "international",
    "government",
    "parliament",
    "military",
    "party",
    "think_tank",
    "state_institute",
    "university",
    "ngo",
    "media",
    "state_media",
    "business",
)
BY_ORGANISATION = "by organisation"

_Check = Callable[[dict[str, str]], str]

# Same length in, same length out: offsets into the flattened text are offsets into the article.
_FLAT = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
}
_WORD_START = re.compile(r"(?<![^\W_])[^\W_]+")


def flatten(text: str) -> str:
    """Return ``text`` with typographic quotes and spaces made plain, at the same length.

    >>> flatten("Kyiv’s") == "Kyiv's"
    True
    """
    # A dozen searches for one character each are faster than a look-up for every character of an article.
    for typographic, plain in _FLAT.items():
        if typographic in text:
            text = text.replace(typographic, plain)
    return text


@dataclass(frozen=True, slots=True)
class Country:
    """One country; ``name`` is what charts show."""

    iso3: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    capital: tuple[str, ...]
    places: tuple[str, ...]
    metonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation; ``kind`` decides whose voice its people are; bodies of many have no country."""

    name: str
    aliases: tuple[str, ...]
    country: str
    kind: str

    @property
    def shared(self) -> bool:
        """Whether other countries have a body of this name too: "Congress", "Labour"."""
        return bool(self.country) and all(word.lower() in _SHARED for word in self.name.split())

    @property
    def needs_owner(self) -> bool:
        """Whether "Kazakhstan's" in front of the name says more than the list does."""
        state = self.kind in {"government", "parliament", "military"}
        return self.shared or (state and not self.country)


# Words of which the names of state bodies and parties are made everywhere.
_SHARED = frozenset(
    """congress senate house of representatives commons lords ministry defence labour party conservative
    democratic liberal democrats social christian union republican national front chamber commerce department
    state justice treasury security council foreign office relations affairs committee armed services
    intelligence federal federation joint chiefs staff grand assembly""".split()
)


@dataclass(frozen=True, slots=True)
class Alias:
    """A name as texts write it, and the person it stands for; ``tier`` counts only where the text has no
    role."""

    variant: str
    name: str
    country: str
    tier: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a listed phrase stands for: ``kind`` is name, demonym, capital, place, metonym or organisation."""

    start: int
    end: int
    kind: str
    country: str
    phrase: str
    organisation: Organisation | None = None


def _words(flat: str) -> tuple[list[int], list[str]]:
    """Return where the words of a text start, and the words."""
    found = list(_WORD_START.finditer(flat))
    return [match.start() for match in found], [match.group() for match in found]


# One article is asked about a dozen times, a role hardly ever twice.
_words_of_article = lru_cache(maxsize=2)(_words)
_LONG = 500


class Lexicon:
    """Finds listed phrases at word starts; the longest wins, and case counts ("Turkey", never "turkey")."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[str, str, str, Organisation | None]]] = defaultdict(list)

    def add(self, phrase: str, kind: str, country: str, organisation: Organisation | None = None) -> None:
        flat = flatten(phrase.strip())
        first = _WORD_START.search(flat)
        if first is not None and first.start() == 0:
            known = self._by_first[first.group()]
            known.append((flat, kind, country, organisation))
            known.sort(key=lambda item: -len(item[0]))

    def find(self, flat: str, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Yield the listed phrases of ``flat[start:end]``, left to right, without overlap.

        >>> lexicon = Lexicon()
        >>> lexicon.add("South Sudan", "name", "SSD"); lexicon.add("Sudan", "name", "SDN")
        >>> [(e.phrase, e.country) for e in lexicon.find("Sudan and South Sudan")]
        [('Sudan', 'SDN'), ('South Sudan', 'SSD')]
        """
        end = len(flat) if end is None else end
        done = start
        known = self._by_first
        places, words = _words_of_article(flat) if len(flat) > _LONG else _words(flat)
        first, last = bisect_left(places, start), bisect_left(places, end)
        for place, word in zip(places[first:last], words[first:last], strict=True):
            # A word that runs on beyond the end is none.
            if word not in known or place < done:
                continue
            for phrase, kind, country, organisation in known[word]:
                stop = place + len(phrase)
                if stop > end or not flat.startswith(phrase, place):
                    continue
                if stop < len(flat) and flat[stop].isalnum() and phrase[-1].isalnum():
                    continue
                done = stop
                yield Entry(place, stop, kind, country, phrase, organisation)
                break


@dataclass(frozen=True)
class SpeakerLists:
    """The lists as loaded. ``places`` finds countries and their words, ``bodies`` finds organisations."""

    countries: dict[str, Country]
    organisations: tuple[Organisation, ...]
    roles: dict[str, str]
    aliases: dict[str, Alias]
    places: Lexicon = field(repr=False)
    bodies: Lexicon = field(repr=False)

    @classmethod
    def load(cls, seeds: Path) -> SpeakerLists:
        """Return the lists of a seeds folder.

        Raises
        ------
        VocabularyError
            A list is missing or has lines that cannot be used; every problem with its line number.
        """
        countries = {row["iso3"]: _country(row) for row in _read(seeds / "countries.csv", _check_country)}
        places = Lexicon()
        # The seat of the EU speaks for no single country, and least of all for Belgium.
        places.add("Brussels", "metonym", "")
        for country in countries.values():
            for kind in ("metonyms", "places", "capital", "demonyms", "aliases"):
                for phrase in getattr(country, kind):
                    places.add(phrase, _KIND_OF[kind], country.iso3)
            places.add(country.name, "name", country.iso3)

        def check_organisation(row: dict[str, str]) -> str:
            if row["kind"] not in ORGANISATION_KINDS:
                return f"kind {row['kind']!r} is none of {', '.join(ORGANISATION_KINDS)}"
            return _unknown_country(row["country"], countries)

        def check_alias(row: dict[str, str]) -> str:
            if row["tier"] and row["tier"] not in TIERS:
                return f"tier {row['tier']!r} is none of {', '.join(TIERS)}"
            return "" if row["name"] else "the canonical name is empty"

        organisations = tuple(
            Organisation(row["organisation"], _split(row["aliases"]), row["country"], row["kind"])
            for row in _read(seeds / "organisations.csv", check_organisation)
        )
        bodies = Lexicon()
        for body in organisations:
            for phrase in (body.name, *body.aliases):
                bodies.add(phrase, "organisation", body.country, body)
        roles = {row["pattern"].lower(): row["tier"] for row in _read(seeds / "roles.csv", _check_role)}
        aliases = {
            alias_key(form): Alias(row["variant"], row["name"], row["country"], row["tier"])
            for row in _read(
                seeds / "speaker_aliases.csv",
                lambda row: check_alias(row) or _unknown_country(row["country"], countries),
            )
            for form in (row["name"], row["variant"])
        }
        return cls(countries, organisations, roles, aliases, places, bodies)

    def alias(self, name: str) -> Alias | None:
        """Return the line of speaker_aliases.csv that a name falls under, in any spelling of it."""
        return self.aliases.get(alias_key(name))

    def country_name(self, iso3: str) -> str:
        """Return the name that charts show for a country code; an unlisted code is shown as it is."""
        country = self.countries.get(iso3)
        return country.name if country else iso3


_KIND_OF = {
    "aliases": "name",
    "demonyms": "demonym",
    "capital": "capital",
    "places": "place",
    "metonyms": "metonym",
}
_COLUMNS = {
    "countries.csv": ("iso3", "name", "aliases", "demonyms", "capital", "places", "metonyms"),
    "organisations.csv": ("organisation", "aliases", "country", "kind"),
    "roles.csv": ("pattern", "tier", "note"),
    "speaker_aliases.csv": ("variant", "name", "country", "tier"),
}


def organisation_names(seeds: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return each organisation of a seeds folder with its other names.

    Raises
    ------
    VocabularyError
        The list is missing or has lines that cannot be used.
    """
    rows = _read(seeds / "organisations.csv", lambda row: "" if row["organisation"] else "the name is empty")
    return [(row["organisation"], _split(row["aliases"])) for row in rows]


def alias_key(name: str) -> str:
    """Return the form under which names are looked up: other spellings of a name find its line."""
    return " ".join(name_parts(name)) or name.lower()


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _country(row: dict[str, str]) -> Country:
    return Country(
        row["iso3"],
        row["name"],
        _split(row["aliases"]),
        _split(row["demonyms"]),
        _split(row["capital"]),
        _split(row["places"]),
        _split(row["metonyms"]),
    )


def _check_country(row: dict[str, str]) -> str:
    if not re.fullmatch(r"[A-Z]{3}", row["iso3"]):
        return f"iso3 {row['iso3']!r} is not three capital letters"
    return "" if row["name"] else "the name is empty"


def _check_role(row: dict[str, str]) -> str:
    if row["tier"] != BY_ORGANISATION and row["tier"] not in TIERS:
        return f"tier {row['tier']!r} is neither {BY_ORGANISATION!r} nor one of {', '.join(TIERS)}"
    return ""


def _unknown_country(iso3: str, countries: dict[str, Country]) -> str:
    return f"country {iso3!r} is not in countries.csv" if iso3 and iso3 not in countries else ""


def _read(path: Path, check: _Check) -> list[dict[str, str]]:
    """Return the rows of a list, each cell stripped; every unusable line is reported at once."""
    columns = _COLUMNS[path.name]
    remedy = f"Give each line the columns {', '.join(columns)}; seeds/README.md says what they hold."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if tuple(header) != columns:
                raise VocabularyError(path, [f"line 1: columns are {', '.join(header) or 'missing'}"], remedy)
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(path, [f"cannot be read: {error}"], remedy) from error
    rows, problems = _checked(lines, columns, check)
    if problems:
        raise VocabularyError(path, problems, remedy)
    return rows


def _checked(
    lines: Sequence[tuple[int, list[str]]], columns: Sequence[str], check: _Check
) -> tuple[list[dict[str, str]], list[str]]:
    rows: list[dict[str, str]] = []
    problems: list[str] = []
    first_seen: dict[str, int] = {}
    for number, cells in lines:
        if len(cells) != len(columns):
            problems.append(f"line {number}: {len(cells)} columns instead of {len(columns)}")
            continue
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
        key = row[columns[0]]
        problem = check(row) if key else f"{columns[0]} is empty"
        if not problem and key in first_seen:
            problem = f"{columns[0]} {key!r} stands on line {first_seen[key]} already"
        if problem:
            problems.append(f"line {number}: {problem}")
            continue
        first_seen[key] = number
        rows.append(row)
    return rows, problems
