"""Capitalised runs of a parsed text, cut into titles, bodies, places and names of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import words_of
from dashboard_core.extract.given_names import FEMALE, MALE
from dashboard_core.extract.organisation_kinds import ORGANISATION_WORDS, looks_like_body
from dashboard_core.extract.roles import RoleBook
from dashboard_core.extract.speaker_lists import Entry, Organisation, SpeakerLists
from dashboard_core.extract.speaker_words import BODY_NOUNS, FIGHTERS, TRADES, words

__all__ = ["COURTESY", "NameRuns"]

_LINKS = words("of for on the without against")
_PARTICLES = words("de da di del van von der den al el bin ibn ben du dos la ul")
COURTESY = {
    **dict.fromkeys(("mr", "mr.", "sir", "lord", "sheikh", "messrs."), "m"),
    **dict.fromkeys(("mrs", "mrs.", "ms", "ms.", "miss", "dame", "lady", "baroness"), "f"),
    **dict.fromkeys(("dr", "dr."), ""),
}
_CALENDAR = words(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december"""
)
# Capitalised words that end or begin no person's name.
_NO_NAMES = words(
    """asia europe africa america east west north south sea ocean gulf river war treaty agreement
    accord pact deal summit corridor day street peninsula mountain mountains strait initiative
    road canal monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december i the a an this that these
    those he she it they we you but and or if in on at of for to by as with from central eastern
    western northern southern european asian african arab islamic christian muslim jewish turkic
    middle cold new great operation act law bill plan council's christmas easter ramadan
    internet twitter facebook youtube instagram telegram photo image video read more related
    share source views english however meanwhile while when what why how who where yes no not
    there here our my your his her its their after before since according despite although
    because both one two three first second third today tomorrow yesterday god revolution wars
    wall airport index newsletter newsletters order doctrine route peace nations qaeda al-qaeda
    isis isil replay caption copyright basin dam nile reforms results results security station
    plant port valley island islands province region railway belt pipeline stream line sky
    review outlook special edition live watch watched tonight many renaissance era age crisis prize
    award games cup championship conference forum convention republican democrat democratic
    communist nazi soviet parliamentary constitution section article"""
)
# Role words that are surnames as well: last in a run they are the name ("Angus King", "Ed Major").
_SURNAME_ROLES = words("king pope major judge bishop dean marshal general host abbott priest farmer banker")
_MODIFIERS = words(
    """foreign prime deputy vice chief senior acting first interior defense defence finance economy
    energy health trade transport justice culture education agriculture environment national
    security external affairs house senate majority minority water resources irrigation labour
    labor home state commerce treasury press then former ex incoming outgoing top regional
    military naval political special brexit climate digital"""
)
_SKIPPED = _MODIFIERS | {"-", "–"}
# Places that are given names and surnames too ("Jordan Smith", "Michael Georgia").
_NAME_PLACES = words(
    """Georgia Jordan Chad Israel Paris Sydney Virginia Carolina Jersey Houston Dallas London Cork
    Wellington Bergen Washington Denver Milan Valencia Lima Austin Florence Cuba Holland England Ireland
    Wales Montana Alexandria Medina Kent Berlin Kazan Osh Cali"""
)


class NameRuns:
    """Walks the tokens of an article once; cuts capitalised runs into titles, bodies, places, names."""

    def __init__(self, doc: Any, lists: SpeakerLists, book: RoleBook, flat: str) -> None:
        self.lists, self.book, self.flat = lists, book, flat
        self.words = words_of(doc)
        self.t = tokens_of(doc)
        self.listed: dict[int, Entry] = {}
        taken: list[Entry] = list(lists.bodies.find(flat))
        covered = {position for entry in taken for position in range(entry.start, entry.end)}
        taken += [entry for entry in lists.places.find(flat) if entry.start not in covered]
        for entry in taken:
            for position in range(entry.start, entry.end):
                self.listed[position] = entry
        self.local: dict[str, Organisation] = {}
        for body in self._named_bodies():
            self.local.setdefault(body.name, body)
        for body in self.local.values():
            for match in re.finditer(rf"\b{re.escape(body.name)}\b", flat):
                entry = Entry(match.start(), match.end(), "organisation", "", body.name, body)
                for position in range(*match.span()):
                    self.listed.setdefault(position, entry)

    def _named_bodies(self) -> Iterator[Organisation]:
        """Yield the unlisted bodies that a noun in front says are bodies: "rights group Open Door"."""
        words, t = self.words, self.t
        for position, word in enumerate(t.lower[:-2]):
            kind = BODY_NOUNS.get(word)
            if word == "up" and position > 1 and t.lower[position - 2] == "start":
                kind = "business"
            if kind is None or (words[position][0].isupper() and not t.opens[position]):
                continue
            first = position + 1
            if not self._begins_body(first):
                continue
            end = first + 1
            while end < len(words) and self._in_body(end):
                end += 1 if self._capital(end) else self._link(end)
            if t.dep[t.head[end - 1]] == "relcl" and t.dep[end - 1] == "nsubj":
                continue  # "the company Dana Holt founded"
            if words[first].lower() in FEMALE or words[first].lower() in MALE:
                continue  # "kite maker Tina Verk"
            before = t.lower[position - 1] if position else ""
            if before in FIGHTERS or (position and word == "party" and words[position - 1][0].isupper()):
                continue  # "Conservative party HQ"
            if kind == "ngo" and before in TRADES:
                kind = "business"
            if before == "news" and word == "agency":
                kind = "media"
            yield Organisation(t.words(first, end), (), "", kind)

    def _begins_body(self, first: int) -> bool:
        word = self.words[first].lower()
        if not self._capital(first) or self.t.opens[first] or self._is_listed(first):
            return False
        return not (
            word in self.book.heads
            or word in _MODIFIERS
            or word in _CALENDAR
            or word in COURTESY
            or word in _NO_NAMES
        )

    def _capital(self, position: int) -> bool:
        return self.words[position][0].isupper() and self.words[position].lower() not in _CALENDAR

    def _in_body(self, position: int) -> bool:
        """Whether a body's name goes on: a capital, or "on the" with a capital behind."""
        if self._capital(position):
            return not self.t.opens[position] and self.words[position].lower() not in self.book.heads
        return self._link(position) > 0

    def _link(self, position: int) -> int:
        """Return how many small words join a further capital to a name: "on the" in "Doctors on the Road"."""
        small = 0
        while position + small < len(self.words) and self.t.lower[position + small] in _LINKS and small < 2:
            small += 1
        after = position + small
        named = small and after < len(self.words) and self._capital(after) and not self._is_listed(after)
        return small if named else 0

    def runs(self) -> list[tuple[int, int]]:
        """Return token ranges of capitalised runs, joined over particles, hyphens and initials."""
        found: list[tuple[int, int]] = []
        words, opens = self.words, self.t.opens
        position, count = 0, len(words)
        while position < count:
            if not words[position][0].isupper() or not self._namey(position):
                position += 1
                continue
            end = position + 1
            while end < count:
                if words[end].isspace():
                    if "\n" in words[end] or end + 1 == count:
                        break
                    end += 1
                    continue
                if self._namey(end) and not (opens[end] and not self._initial(end - 1)):
                    end += 1
                elif end + 1 < count and self._joins(end):
                    end += 2
                elif end + 2 < count and words[end].lower() in _PARTICLES and self._joins(end + 1):
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
                if self.words[position].lower() in _CALENDAR:
                    pieces.append((start, position))
                    start = position + 1
            pieces.append((self._behind_body(start, last), last))
        return [(start, end) for start, end in pieces if start < end]

    def _behind_body(self, first: int, last: int) -> int:
        """Return where a name begins behind a body: the last two or three words of "Assembly Dana Holt"."""
        bodies = [p for p in range(first, last) if self.words[p].lower() in ORGANISATION_WORDS]
        if not bodies:
            return first
        rest = range(bodies[-1] + 1, last)
        plain = all(not self._is_listed(p) and self.words[p].lower() not in _NO_NAMES for p in rest)
        return bodies[-1] + 1 if plain and 2 <= sum(self.words[p].isalpha() for p in rest) <= 3 else first

    def _titled(self, position: int) -> bool:
        return self.words[position].lower() in self.book.heads

    def shouted(self, start: int, end: int) -> bool:
        """Whether a run is a headline in capitals: "TALKS STALL"."""
        words = [word for word in self.words[start:end] if word.isalpha() and len(word) > 1]
        return bool(words) and all(word.isupper() for word in words) and (len(words) > 1 or len(words[0]) > 2)

    def _namey(self, position: int) -> bool:
        text = self.words[position]
        if not text[0].isupper():
            return False
        pos = self.t.pos[position]
        if pos in ("PROPN", "X") or self._initial(position):
            return True
        if len(text) < 2 or text.lower() in _NO_NAMES:
            return False
        return not self.t.opens[position] and pos in ("NOUN", "ADJ", "VERB", "INTJ")

    def _initial(self, position: int) -> bool:
        text = self.words[position]
        return len(text) <= 2 and text[0].isupper() and (len(text) == 1 or text[1] == ".")

    def _joins(self, position: int) -> bool:
        word, after = self.words[position], self.words[position + 1]
        if word in ("-", "–"):
            tight = not self.t.spaced[position] and not self.t.spaced[position - 1]
            return tight and (after[0].isupper() or after.lower() in _PARTICLES)
        return word.lower() in _PARTICLES and self.t.spaced[position] and self._namey(position + 1)

    def name_in(self, first: int, last: int) -> tuple[int, int, bool]:
        """Return the token range of a person's name within a run, and whether a title precedes it."""
        words, tags = self.words, self.t.tag
        titled = False
        start = first
        for position in range(first, last):
            word = self.words[position].lower()
            bare = word.rstrip(".")
            final = position == last - 1
            singular = bare[:-1] if bare.endswith("s") and bare not in self.book.heads else bare
            if word in COURTESY or (
                singular in self.book.heads and not (final and self._is_surname(bare, position, start))
            ):
                titled, start = True, position + 1
        # A title's own modifiers before it were skipped with it; those after ("Majority Leader") as well.
        while start < last and self._is_listed(start) and not self._starts_name(start, last):
            start += 1
        while start < last and (words[start].isspace() or words[start].lower() in _SKIPPED):
            start += 1
        while last - start > 2 and tags[start] == "NNPS":
            start += 1  # "Minister of Transport and Infrastructures Name"
        end = last
        while end > start and (
            words[end - 1].isspace()
            or words[end - 1] in ("-", "–")
            or words[end - 1].lower() in ("jr.", "jr")
        ):
            end -= 1
        return start, end, titled

    def _is_surname(self, word: str, position: int, start: int) -> bool:
        """Whether a role word is a name: "Angus King", or "King" with no article or country word before."""
        if word not in _SURNAME_ROLES:
            return False
        if position > start:
            return True
        after = self.words[position + 1] if position + 1 < len(self.words) else ""
        free = not position or not (
            self.t.pos[position - 1] in ("DET", "ADJ") or self._is_listed(position - 1)
        )
        return free and (after in {",", "'s", "’s"} or self.t.dep[position] == "nsubj")

    def _is_listed(self, position: int) -> bool:
        return self.t.start[position] in self.listed

    def _starts_name(self, position: int, last: int) -> bool:
        """Whether a listed word opens a name: "Jordan Smith", with one unlisted word behind it."""
        entry = self.listed[self.t.start[position]]
        if entry.kind in {"demonym", "metonym"} or " " in entry.phrase or entry.phrase.isupper():
            return False
        following = [p for p in range(position + 1, last) if not self._is_listed(p)]
        return len(following) == 1 and last - position == 2 and entry.phrase in _NAME_PLACES

    def is_body(self, start: int, end: int) -> bool:
        words = [self.words[p].lower() for p in range(start, end)]
        if any(
            w in ORGANISATION_WORDS or w.rstrip("s") in ORGANISATION_WORDS for w in words[-1:] + words[:-1]
        ):
            return True
        if looks_like_body(" ".join(self.words[start:end])):
            return True
        if all(self._is_listed(p) or not self.words[p][0].isalpha() for p in range(start, end)):
            return not self._starts_name(start, end)
        letters = "".join(self.words[p] for p in range(start, end))
        if (
            start > 1
            and self.words[start - 1].lower() in {"of", "for", "and"}
            and not self._titled(start - 2)
        ):
            # "Association of Tour Operators": what follows a body and "of" belongs to the body.
            at = start - 2
            while (
                start - at < 10
                and at > 0
                and (self.words[at][:1].isupper() or self.words[at].lower() == "the")
            ):
                if self.words[at].lower() in ORGANISATION_WORDS and self.words[at][:1].isupper():
                    return True
                at -= 1
        grouped = start > 0 and self.t.pos[start - 1] in ("DET", "ADJ", "NUM")
        several = self.t.tag[end - 1] == "NNPS"
        if (several and (grouped or self.words[end - 1].endswith(("crats", "cans")))) or (
            end - start == 1 and words[0].endswith(("ians", "ists", "ans", "ese"))
        ):
            return True
        given = words[0] in FEMALE or words[0] in MALE
        # "Bill Holt", "Dana West": a given name before, or a word that is one, makes a name of it.
        barred = words[1:-1] if given and end - start > 1 else words
        return any(w in _NO_NAMES for w in barred) or (
            letters.isupper() and len(letters) <= 6 and "." not in letters
        )
