"""The people of one article: where they are named, and the roles the text gives them left and right of the name.

Names are read from capitalised runs of the parsed text, not from a statistical recogniser: "Foreign Ministry
spokesman X Y" ends in a name because "spokesman" is a role, "Heritage Centre" is none because "Centre" is a body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dashboard_core.extract.names import name_key, same_name
from dashboard_core.extract.roles import ORGANISATION_WORDS, RoleBook
from dashboard_core.extract.speaker_lists import Entry, SpeakerLists, flatten

__all__ = ["COURTESY", "Mention", "Person", "quoted", "read_people"]

_PARTICLES = frozenset(
    {
        "de",
        "da",
        "di",
        "del",
        "van",
        "von",
        "der",
        "den",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "du",
        "dos",
        "la",
        "ul",
    }
)
COURTESY = {
    "mr": "m",
    "mr.": "m",
    "mrs": "f",
    "mrs.": "f",
    "ms": "f",
    "ms.": "f",
    "miss": "f",
    "sir": "m",
    "dame": "f",
    "dr": "",
    "dr.": "",
    "lord": "m",
    "lady": "f",
    "baroness": "f",
    "sheikh": "m",
    "messrs.": "m",
}
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december""".split()
)
_NO_NAMES = frozenset(
    """asia europe africa america east west north south sea ocean gulf river war treaty agreement accord pact deal
    summit corridor day street peninsula mountain mountains strait initiative road canal monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december i the a an this that these those he she it they we you but and or if in on at of for to by as with from
    central eastern western northern southern european asian african arab islamic christian muslim jewish turkic
    middle cold new great operation act law bill plan council's christmas easter ramadan internet twitter facebook
    youtube instagram telegram photo image video read more related share source views english however meanwhile
    while when what why how who where yes no not there here our my your his her its their after before since
    according despite although because both one two three first second third today tomorrow yesterday god
    revolution wars wall airport index newsletter newsletters order doctrine route peace nations qaeda al-qaeda isis isil
    replay caption copyright basin dam nile reforms results results security station plant port valley island islands
    province region railway belt pipeline stream line sky review outlook special edition live watch watched many
    renaissance era age crisis prize award games cup championship conference forum convention
    republican democrat democratic communist nazi soviet parliamentary constitution section article""".split()
)  # fmt: skip
# Role words that are surnames as well: last in a run they are the name ("Angus King", "Ed Major").
_SURNAME_ROLES = frozenset(
    {
        "king",
        "pope",
        "major",
        "judge",
        "bishop",
        "dean",
        "marshal",
        "general",
        "host",
        "abbott",
        "priest",
        "farmer",
        "banker",
    }
)
_MODIFIERS = frozenset(
    """foreign prime deputy vice chief senior acting first interior defense defence finance economy energy health
    trade transport justice culture education agriculture environment national security external affairs house
    senate majority minority water resources irrigation labour labor home state commerce treasury press then
    former ex incoming outgoing top regional military naval political special brexit climate digital""".split()
)  # fmt: skip
_QUOTE = re.compile(r'["“”„«»]')
_FEMALE_ENDING = re.compile(r"(?:ova|eva|ina|skaya|kyzy|qizi|dottir)$")
_MALE_ENDING = re.compile(r"(?:ov|ev|in|skiy|sky|uly|ulu|oglu|oğlu|vich|son|idze|shvili)$")
_FEMALE_WORD = re.compile(
    r"\b(?:spokeswoman|chairwoman|congresswoman|businesswoman|woman|queen|princess|baroness|mother|wife|daughter|actress|first lady|she|her)\b",
    re.I,
)
_MALE_WORD = re.compile(
    r"\b(?:spokesman|chairman|congressman|businessman|king|prince|father|husband|son)\b", re.I
)


@dataclass(slots=True)
class Mention:
    """One naming of a person; ``first`` and ``last`` are token positions, last exclusive."""

    start: int
    end: int
    first: int
    last: int
    text: str
    titled: bool = False
    inside_quote: bool = False
    subject: bool = False


@dataclass(slots=True)
class Person:
    """One person of one article; ``roles`` are (offset, text) in the order of the text."""

    name: str
    mentions: list[Mention] = field(default_factory=list)
    roles: list[tuple[int, str]] = field(default_factory=list)
    bodies: list[tuple[int, str]] = field(default_factory=list)
    gender: str = ""
    strong: bool = False

    @property
    def surname(self) -> str:
        return self.name.split()[-1]


def quoted(text: str) -> list[tuple[int, int]]:
    """Return the stretches between quotation marks; an open mark ends with its paragraph.

    >>> quoted('"No," said X. "Never."')
    [(0, 5), (14, 22)]
    """
    spans: list[tuple[int, int]] = []
    opened = -1
    position = 0
    for line in text.split("\n"):
        for mark in _QUOTE.finditer(line):
            at = position + mark.start()
            if opened < 0:
                opened = at
            else:
                spans.append((opened, at + 1))
                opened = -1
        if opened >= 0:
            spans.append((opened, position + len(line)))
            opened = -1
        position += len(line) + 1
    return spans


class _Runs:
    """Walks the tokens of one article once and cuts capitalised runs into titles, bodies, places and names."""

    def __init__(self, doc: Any, lists: SpeakerLists, book: RoleBook, flat: str) -> None:
        self.doc, self.lists, self.book, self.flat = doc, lists, book, flat
        self.listed: dict[int, Entry] = {}
        taken: list[Entry] = list(lists.bodies.find(flat))
        covered = {position for entry in taken for position in range(entry.start, entry.end)}
        taken += [entry for entry in lists.places.find(flat) if entry.start not in covered]
        for entry in taken:
            for position in range(entry.start, entry.end):
                self.listed[position] = entry

    def runs(self) -> list[tuple[int, int]]:
        """Return token ranges of capitalised runs, joined over particles, hyphens and initials."""
        found: list[tuple[int, int]] = []
        tokens = self.doc
        position, count = 0, len(tokens)
        while position < count:
            if not self._namey(position):
                position += 1
                continue
            end = position + 1
            while end < count:
                if tokens[end].is_space and "\n" not in tokens[end].text and end + 1 < count:
                    end += 1
                    continue
                if tokens[end].is_space or "\n" in tokens[end - 1].whitespace_:
                    break
                if self._namey(end) and not (tokens[end].is_sent_start and not self._initial(end - 1)):
                    end += 1
                elif end + 1 < count and self._joins(end):
                    end += 2
                elif end + 2 < count and tokens[end].text.lower() in _PARTICLES and self._joins(end + 1):
                    end += 3
                else:
                    break
            found.append((position, end))
            position = end
        return found

    def names(self) -> list[tuple[int, int]]:
        """Return the runs, cut at weekdays and months and behind a body's name."""
        pieces: list[tuple[int, int]] = []
        for first, last in self.runs():
            start = first
            for position in range(first, last):
                if self.doc[position].text.lower() in _CALENDAR:
                    pieces.append((start, position))
                    start = position + 1
            pieces.append((self._behind_body(start, last), last))
        return [(start, end) for start, end in pieces if start < end]

    def _behind_body(self, first: int, last: int) -> int:
        """ "National Assembly Dana Holt": two or three words behind the last word for a body are a name."""
        bodies = [p for p in range(first, last) if self.doc[p].text.lower() in ORGANISATION_WORDS]
        if not bodies:
            return first
        rest = range(bodies[-1] + 1, last)
        plain = all(not self._is_listed(p) and self.doc[p].text.lower() not in _NO_NAMES for p in rest)
        return bodies[-1] + 1 if plain and 2 <= sum(self.doc[p].is_alpha for p in rest) <= 3 else first

    def shouted(self, start: int, end: int) -> bool:
        """Whether a run is a headline in capitals: "TALKS STALL"."""
        words = [t.text for t in self.doc[start:end] if t.is_alpha and len(t.text) > 1]
        return bool(words) and all(word.isupper() for word in words) and (len(words) > 1 or len(words[0]) > 2)

    def _namey(self, position: int) -> bool:
        token = self.doc[position]
        text = token.text
        if not text[0].isupper():
            return False
        if token.pos_ in {"PROPN", "X"} or self._initial(position):
            return True
        if len(text) < 2 or text.lower() in _NO_NAMES:
            return False
        return not token.is_sent_start and token.pos_ in {"NOUN", "ADJ", "VERB", "INTJ"}

    def _initial(self, position: int) -> bool:
        text = self.doc[position].text
        return len(text) <= 2 and text[0].isupper() and (len(text) == 1 or text[1] == ".")

    def _joins(self, position: int) -> bool:
        token, after = self.doc[position], self.doc[position + 1]
        if token.text in {"-", "–"}:
            tight = not token.whitespace_ and not self.doc[position - 1].whitespace_
            return tight and after.text[0].isalpha()
        return token.text.lower() in _PARTICLES and bool(token.whitespace_) and self._namey(position + 1)

    def name_in(self, first: int, last: int) -> tuple[int, int, bool]:
        """Return the token range of a person's name within a run, and whether a title precedes it."""
        doc = self.doc
        titled = False
        start = first
        for position in range(first, last):
            word = doc[position].text.lower()
            bare = word.rstrip(".")
            final = position == last - 1
            singular = bare[:-1] if bare.endswith("s") and bare not in self.book.heads else bare
            if word in COURTESY:
                titled, start = True, position + 1
            elif singular in self.book.heads and not (final and bare in _SURNAME_ROLES and position > start):
                titled, start = True, position + 1
        # A title's own modifiers before it were skipped with it; those after ("Majority Leader") as well.
        while start < last and self._is_listed(start) and not self._starts_name(start, last):
            start += 1
        while start < last and (doc[start].is_space or doc[start].text.lower() in _MODIFIERS | {"-", "–"}):
            start += 1
        end = last
        while end > start and (
            doc[end - 1].is_space
            or doc[end - 1].text in {"-", "–"}
            or doc[end - 1].text.lower() in {"jr.", "jr"}
        ):
            end -= 1
        return start, end, titled

    def _is_listed(self, position: int) -> bool:
        return self.doc[position].idx in self.listed

    def _starts_name(self, position: int, last: int) -> bool:
        """ "Jordan Smith", "Paris Hill": one listed word with one or two unlisted ones behind it, no title."""
        entry = self.listed[self.doc[position].idx]
        if entry.kind in {"demonym", "metonym"} or " " in entry.phrase or entry.phrase.isupper():
            return False
        following = [p for p in range(position + 1, last) if not self._is_listed(p)]
        return len(following) == 1 and last - position == 2 and entry.phrase in _NAME_PLACES

    def is_body(self, start: int, end: int) -> bool:
        words = [self.doc[p].text.lower() for p in range(start, end)]
        if any(
            w in ORGANISATION_WORDS or w.rstrip("s") in ORGANISATION_WORDS for w in words[-1:] + words[:-1]
        ):
            return True
        if all(self._is_listed(p) or not self.doc[p].text[0].isalpha() for p in range(start, end)):
            return not self._starts_name(start, end)
        letters = "".join(self.doc[p].text for p in range(start, end))
        last = self.doc[end - 1]
        if last.tag_ == "NNPS" or (end - start == 1 and words[0].endswith(("ians", "ists", "ans", "ese"))):
            return True
        return any(w in _NO_NAMES for w in words) or (
            letters.isupper() and len(letters) <= 6 and "." not in letters
        )


_NAME_PLACES = frozenset(
    """Georgia Jordan Chad Israel Paris Sydney Virginia Carolina Jersey Houston Dallas London Cork Wellington Bergen
    Washington Denver Milan Valencia Lima Austin Florence Cuba Holland England Ireland Wales Montana Alexandria Medina
    Kent Berlin Kazan Osh Cali""".split()
)


def read_people(doc: Any, lists: SpeakerLists, book: RoleBook) -> tuple[list[Person], dict[int, Entry]]:
    """Return the people of a parsed article, in the order of their first naming, and the listed words by offset.

    A surname belongs to the full name that ends in it; a name alone counts as a person when a title precedes
    it, a listed alias says so, or it is the subject of a verb.
    """
    flat = flatten(doc.text)
    walker = _Runs(doc, lists, book, flat)
    quotes = quoted(doc.text)
    full: list[Mention] = []
    single: list[Mention] = []
    pointer = 0
    for first, last in walker.names():
        start, end, titled = walker.name_in(first, last)
        if start >= end or sum(t.is_alpha for t in doc[start:end]) > 6 or walker.is_body(start, end):
            continue
        if walker.shouted(start, end):
            continue
        if doc[start].text in {"R", "D", "I"} and end - start > 2 and doc[start + 1].text in {"-", "–"}:
            continue  # "(R-Texas)" is a party, not a name
        head = doc[end - 1]
        begin, stop = doc[start].idx, head.idx + len(head.text)
        text = re.sub(r"\s+", " ", doc.text[begin:stop])
        while pointer < len(quotes) and quotes[pointer][1] <= begin:
            pointer += 1
        inside = pointer < len(quotes) and quotes[pointer][0] <= begin
        mention = Mention(begin, stop, start, end, text, titled, inside, head.dep_ in {"nsubj", "nsubjpass"})
        (full if end - start > 1 else single).append(mention)
    people = _gather_full(full)
    _attach_singles(people, single, lists, doc)
    for person in people:
        person.mentions.sort(key=lambda m: m.start)
        _read_strength(person, lists, doc)
    people.sort(key=lambda p: p.mentions[0].start)
    return people, walker.listed


def _gather_full(full: list[Mention]) -> list[Person]:
    people: list[Person] = []
    by_last: dict[str, list[Person]] = {}
    for mention in full:
        key = name_key(mention.text.split()[-1])
        match = next((p for p in by_last.get(key, []) if _one_name(p.name, mention.text)), None)
        if match is None:
            match = Person(mention.text)
            people.append(match)
            by_last.setdefault(key, []).append(match)
        match.mentions.append(mention)
    return people


def _one_name(left: str, right: str) -> bool:
    a, b = set(left.lower().split()), set(right.lower().split())
    return a <= b or b <= a or same_name(left, right) >= 75


def _attach_singles(people: list[Person], single: list[Mention], lists: SpeakerLists, doc: Any) -> None:
    by_part: dict[str, list[Person]] = {}
    for person in people:
        parts = person.name.split()
        for part in (parts[-1], *parts[:-1]):
            by_part.setdefault(name_key(part), []).append(person)
            for piece in part.split("-")[1:]:
                by_part.setdefault(name_key(piece), []).append(person)
    lone: dict[str, Person] = {}
    for mention in single:
        key = name_key(mention.text)
        owners = by_part.get(key, [])
        by_surname = [p for p in owners if name_key(p.surname) == key] or owners
        if by_surname and key:
            before = [p for p in by_surname if p.mentions[0].start <= mention.start] or by_surname
            max(
                before,
                key=lambda p: max((m.start for m in p.mentions if m.start <= mention.start), default=-1),
            ).mentions.append(mention)
            continue
        known = lists.alias(mention.text) is not None
        token = doc[mention.last - 1]
        if (
            known
            or mention.titled
            or (mention.subject and token.pos_ == "PROPN" and not mention.text.isupper())
        ):
            if key in lone:
                lone[key].mentions.append(mention)
            else:
                lone[key] = Person(mention.text, [mention], strong=known or mention.titled)
    people.extend(lone.values())


def _read_strength(person: Person, lists: SpeakerLists, doc: Any) -> None:
    named_alone = any(" " not in m.text for m in person.mentions)
    titled = any(m.titled for m in person.mentions)
    person.strong = person.strong or titled or lists.alias(person.name) is not None
    person.strong = person.strong or (named_alone and " " in person.name)
    for mention in person.mentions:
        if mention.first > 0:
            gender = COURTESY.get(doc[mention.first - 1].text.lower(), "")
            person.gender = person.gender or gender
    last = person.surname.lower()
    if not person.gender and _FEMALE_ENDING.search(last):
        person.gender = "f"
    elif not person.gender and " " in person.name and _MALE_ENDING.search(last):
        person.gender = "m"


def read_gender(person: Person, female: frozenset[str], male: frozenset[str]) -> None:
    """Fill in a person's gender from roles and given names where courtesy titles and surnames said nothing."""
    if person.gender:
        return
    words = " ".join(role for _, role in person.roles)
    given = person.name.split()[0].lower().split("-")[0]
    if _FEMALE_WORD.search(words) or given in female:
        person.gender = "f"
    elif _MALE_WORD.search(words) or given in male:
        person.gender = "m"
