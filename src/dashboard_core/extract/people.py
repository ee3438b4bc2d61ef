"""The people of one article: where they are named, and the roles the text gives them left and right of the
name.

Names are read from capitalised runs of the parsed text, not from a statistical recogniser: "Foreign Ministry
spokesman X Y" ends in a name because "spokesman" is a role, "Heritage Centre" is none because "Centre" is a
body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import text_of, words_of
from dashboard_core.extract.given_names import FEMALE, MALE
from dashboard_core.extract.name_runs import COURTESY, NameRuns
from dashboard_core.extract.roles import RoleBook
from dashboard_core.extract.speaker_lists import Entry, Organisation, SpeakerLists, flatten
from dashboard_core.spelling import name_key, same_name

__all__ = ["Mention", "Person", "quoted", "read_people"]

_QUOTE = re.compile(r'["“”„«»]')
_FEMALE_ENDING = re.compile(r"(?:ova|eva|ina|skaya|kyzy|qizi|dottir)$")
_MALE_ENDING = re.compile(r"(?:ov|ev|in|skiy|sky|uly|ulu|oglu|oğlu|vich|son|idze|shvili)$")
_FEMALE_WORD = re.compile(
    r"\b(?:spokeswoman|chairwoman|congresswoman|businesswoman|woman|queen|princess|baroness|mother|wife|"
    r"daughter|actress|first lady|she|her)\b",
    re.I,
)
_MALE_WORD = re.compile(
    r"\b(?:spokesman|chairman|congressman|businessman|king|prince|father|husband|son)\b", re.I
)


_GENERATIONS = frozenset({"Jr", "Sr", "II", "III", "IV"})


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
        return _bare(self.name)[-1]


def _bare(name: str) -> list[str]:
    """Return the parts of a name without "Jr." behind it."""
    parts = name.split()
    return parts[:-1] if len(parts) > 1 and parts[-1].rstrip(".") in _GENERATIONS else parts


def _generation(name: str) -> str:
    """Return "Jr", "Sr" or "III" behind a name; with and without it are father and son, as texts say it."""
    return " ".join(name.split()[len(_bare(name)) :]).rstrip(".")


def quoted(text: str) -> list[tuple[int, int]]:
    """Return the stretches between quotation marks; a speech may run on over paragraphs.

    >>> quoted('"No," said X. "Never."')
    [(0, 5), (14, 22)]
    """
    spans: list[tuple[int, int]] = []
    carried = False
    position = 0
    for line in text.split("\n"):
        marks = [mark.start() for mark in _QUOTE.finditer(line)]
        opened = -1
        if carried and line.strip():
            # A speech over several paragraphs: this one runs on from the last until its mark closes it.
            runs_on = not marks or (marks[0] > 0 and not line[marks[0] - 1].isspace())
            opened = 0 if runs_on and marks else -1
            carried = False
        for mark in marks:
            if opened < 0:
                opened = mark
            else:
                spans.append((position + opened, position + mark + 1))
                opened = -1
        if opened >= 0:
            spans.append((position + opened, position + len(line)))
            carried = True
        position += len(line) + 1
    return spans


def read_people(
    doc: Any, lists: SpeakerLists, book: RoleBook
) -> tuple[list[Person], dict[int, Entry], dict[str, Organisation]]:
    """Return the people of a parsed article in the order of their first naming, the listed words by offset,
    and the unlisted bodies that the article itself says are bodies.

    A surname belongs to the full name that ends in it; a name alone counts as a person when a title precedes
    it, a listed alias says so, or it is the subject of a verb.
    """
    flat = flatten(text_of(doc))
    walker = NameRuns(doc, lists, book, flat)
    quotes = quoted(text_of(doc))
    t, words = tokens_of(doc), words_of(doc)
    full: list[Mention] = []
    single: list[Mention] = []
    pointer = 0
    for first, last in walker.names():
        start, end, titled = walker.name_in(first, last)
        if end - start > 1 and t.opens[start] and words[start] == "Said":
            start += 1  # "Said Holt" at the start of a sentence is a verb
        if start >= end or sum(map(str.isalpha, words[start:end])) > 6 or walker.is_body(start, end):
            continue
        if walker.shouted(start, end):
            continue
        if words[start] in {"R", "D", "I"} and end - start > 2 and words[start + 1] in {"-", "–"}:
            continue  # "(R-Texas)" is a party, not a name
        subject = t.dep[end - 1] in ("nsubj", "nsubjpass")
        if end - start > 1 and end < len(words) and words[end].rstrip(".") in _GENERATIONS:
            end += 1
        begin, stop = t.start[start], t.end[end - 1]
        text = re.sub(r"\s+", " ", t.words(start, end))
        while pointer < len(quotes) and quotes[pointer][1] <= begin:
            pointer += 1
        inside = pointer < len(quotes) and quotes[pointer][0] <= begin
        mention = Mention(begin, stop, start, end, text, titled, inside, subject)
        (full if end - start > 1 else single).append(mention)
    people = _gather_full(full)
    single += _untagged(people, [*full, *single], doc, lists)
    single.sort(key=lambda m: m.start)
    _attach_singles(people, single, lists, doc)
    for person in people:
        person.mentions.sort(key=lambda m: m.start)
        _read_strength(person, lists, doc)
    people.sort(key=lambda p: p.mentions[0].start)
    return people, walker.listed, walker.local


def _untagged(people: list[Person], known: list[Mention], doc: Any, lists: SpeakerLists) -> list[Mention]:
    """Return the namings that the tagger took for other words ("Downes said" at the start of a sentence)."""
    covered = {position for mention in known for position in range(mention.first, mention.last)}
    surnames = {person.surname for person in people}
    surnames |= {m.text for m in known if " " not in m.text and lists.alias(m.text) is not None}
    found = []
    for position, word in enumerate(words_of(doc)):
        if word in surnames and position not in covered:
            token = doc[position]
            subject = token.dep_ in {"nsubj", "nsubjpass"}
            stop = token.idx + len(token.text)
            found.append(Mention(token.idx, stop, token.i, token.i + 1, token.text, False, False, subject))
    return found


def _gather_full(full: list[Mention]) -> list[Person]:
    people: list[Person] = []
    by_last: dict[str, list[Person]] = {}
    for mention in full:
        key = _surname_key(_bare(mention.text)[-1])
        match = next((p for p in by_last.get(key, []) if _one_name(p.name, mention.text)), None)
        if match is None:
            match = Person(mention.text)
            people.append(match)
            by_last.setdefault(key, []).append(match)
        match.mentions.append(mention)
    return people


def _surname_key(name: str) -> str:
    """Return what spellings of a surname share; short names ("Liu", "Lou") share nothing but themselves."""
    return name_key(name) if len(name) > 4 else name.lower()


def _one_name(left: str, right: str) -> bool:
    if _generation(left) != _generation(right):
        return False
    a, b = set(left.lower().split()), set(right.lower().split())
    return a <= b or b <= a or same_name(left, right) >= 75


def _attach_singles(people: list[Person], single: list[Mention], lists: SpeakerLists, doc: Any) -> None:
    by_part: dict[str, list[Person]] = {}
    for person in people:
        parts = _bare(person.name)
        for part in (parts[-1], *parts[:-1]):
            by_part.setdefault(_surname_key(part), []).append(person)
            for piece in part.split("-")[1:]:
                by_part.setdefault(_surname_key(piece), []).append(person)
    lone: dict[str, Person] = {}
    for mention in single:
        key = _surname_key(mention.text)
        owners = by_part.get(key, [])
        alias = lists.alias(mention.text)
        if alias is not None:
            # A listed surname before anybody of that name is the listed person, not a relative named later.
            owners = [
                p for p in owners if p.mentions[0].start < mention.start or lists.alias(p.name) == alias
            ]
        by_surname = [p for p in owners if _surname_key(p.surname) == key] or owners
        if by_surname and key:
            before = [p for p in by_surname if p.mentions[0].start <= mention.start] or by_surname
            _meant(before, mention, alias, lists, doc).mentions.append(mention)
            continue
        known = alias is not None
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


def _meant(people: list[Person], mention: Mention, alias: Any, lists: SpeakerLists, doc: Any) -> Person:
    """Return who of one surname is meant: "Mrs Holt" a woman, "Holt" the one called so before.

    Of two Holts the article calls by the surname alone the one it is about, and the other by the full name:
    that the other was named last says little.
    """
    title = COURTESY.get(doc[mention.first - 1].text.lower(), "") if mention.first else ""
    fitting = [p for p in people if not title or _called(p, doc) in {"", title}] or people
    if len(fitting) > 1 and alias is not None and not title:
        fitting = [p for p in fitting if lists.alias(p.name) == alias] or fitting

    def last(person: Person, alone: bool) -> int:
        named = [m for m in person.mentions if m.start <= mention.start]
        return max((m.start for m in named if not alone or m.text == mention.text), default=-1)

    return max(fitting, key=lambda p: (last(p, alone=True), last(p, alone=False)))


def _called(person: Person, doc: Any) -> str:
    """Return the gender that courtesy titles before a full name or the given name tell."""
    for mention in person.mentions:
        title = COURTESY.get(doc[mention.first - 1].text.lower(), "") if mention.first else ""
        if title:
            return title
    given = person.name.split()[0].lower().split("-")[0]
    return "f" if given in FEMALE else "m" if given in MALE else ""


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
    """Fill in a gender from roles and given names where courtesy titles and surnames said nothing."""
    if person.gender:
        return
    words = " ".join(role for _, role in person.roles)
    given = person.name.split()[0].lower().split("-")[0]
    if _FEMALE_WORD.search(words) or given in female:
        person.gender = "f"
    elif _MALE_WORD.search(words) or given in male:
        person.gender = "m"
