"""What the sentences around a name say of a bare office: whose minister, whose envoy, whose spokesman.

"Norway is hesitant. Trade Minister Name said ..." gives the minister the country that the sentence before is
about; "Its envoy" belongs to what that sentence is about, also where that is a body without a country.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboard_core.extract.attitudes import OWN_VIEWS, takes_position, verb_in
from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.organisation_kinds import ORGANISATION_WORDS, kind_of_organisation
from dashboard_core.extract.places import country_in_name
from dashboard_core.extract.speaker_lists import Entry, SpeakerLists
from dashboard_core.extract.speaker_words import BODY_KINDS, BODY_NOUNS, COMPANY_ENDINGS, SIDES, words

__all__ = ["Subject", "Surroundings"]

_VOICES: Final = frozenset({"name", "capital", "metonym"})
_BOTH: Final = frozenset({"US", "U.S.", "UK", "U.K."})
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})
_STATE: Final = frozenset({"government", "parliament", "military"})
_STATE_SIDES: Final = SIDES | words("authorities officials diplomats ministry ministries embassy parliament")
_OPENERS: Final = words("but and yet still meanwhile however also then so though by while as")
_BEHIND_ASIDE: Final = words("also now still however meanwhile has had have")
_LONGEST: Final = 12
_QUOTED_SENTENCES: Final = 5
# So many sentences back "the agency" is looked for.
_FAR: Final = 6
# A paragraph of one sentence this short leads in to the next one.
_SHORT: Final = 30


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence opens with: a country, or a body with its kind and perhaps a country.

    ``first`` is its token, ``verb`` the token of its verb, -1 where none was found; ``whole`` is false where
    the words only belong to a country ("the Norwegian side").
    """

    name: str
    country: str
    kind: str
    whole: bool
    first: int
    verb: int

    @property
    def speaks_for_a_country(self) -> bool:
        return bool(self.country) and (self.whole or self.kind in _STATE)


class Surroundings:
    """Reads the sentences of one article; ``named`` are the tokens of people's names."""

    def __init__(
        self, doc: Any, listed: Mapping[int, Entry], lists: SpeakerLists, named: Collection[int]
    ) -> None:
        self._t = tokens_of(doc)
        self._listed = listed
        self._lists = lists
        self._named = named
        self._subjects: dict[int, Subject | None] = {}
        self._opens = [first for first, _ in self._t.sent_spans]

    def subject(self, sentence: int) -> Subject | None:
        """Return the country or body that a sentence opens with."""
        if sentence not in self._subjects:
            self._subjects[sentence] = self._read(*self._t.sent_spans[sentence])
        return self._subjects[sentence]

    def country_of_office(self, at: int) -> tuple[str, str]:
        """Return the country whose office the person named at ``at`` holds, and the words that say so.

        The person's own sentence says it where it opens with a country that takes a position ("Norway rejects
        it, Minister Name said"), or the sentence before, or "In Oslo," in front of either.
        """
        name = self._t.at(at)
        own = self._passage(name)
        before = self._before(own[0])
        near = [*own, *([before] if before is not None else []), *self._after(own[-1])]
        for sentence in reversed(own):
            found = self.subject(sentence)
            if found is not None and found.first < name and self._is_own(found, near, name):
                return found.country, self._words(found)
        if before is None:
            return "", ""
        found = self.subject(before)
        if found is None or not found.speaks_for_a_country or self._t.quote[found.first] >= 0:
            return "", ""
        if not takes_position(self._t, found.verb) or self._another(own, found.country, name):
            return "", ""
        return found.country, self._words(found)

    def spoken_of(self, at: int) -> str:
        """Return the country that a quotation of the person named at ``at`` opens with."""
        name = self._t.at(at)
        found = self.subject(self._passage(name)[0])
        quoted = found is not None and self._t.quote[found.first] >= 0
        return found.country if found is not None and quoted and found.whole and found.first < name else ""

    def opening_country(self, at: int) -> str:
        """Return the country that the sentence of ``at``, or the one before, opens with."""
        own = self._passage(self._t.at(at))
        before = self._before(own[0])
        for sentence in [own[0], *([before] if before is not None else [])]:
            found = self.subject(sentence)
            if found is not None and found.country and self._t.quote[found.first] < 0:
                return found.country if self._countries(own) <= {found.country} else ""
        return ""

    def place(self, at: int) -> tuple[str, str]:
        """Return the country of "In Oslo," in front of the sentence about ``at`` or the one before."""
        own = self._passage(self._t.at(at))
        before = self._before(own[0])
        for sentence in [own[0], *([before] if before is not None else [])]:
            entry = self._opening_place(*self._t.sent_spans[sentence])
            if entry is not None:
                return entry.country, entry.phrase
        return "", ""

    def owner(self, at: int) -> Subject | None:
        """Return what "its" at ``at`` stands for: what this sentence or one of the two before opens with."""
        token = self._t.at(at)
        own = self._passage(token)
        for sentence in reversed(own):
            found = self.subject(sentence)
            if found is not None and found.first < token:
                return found
        before = self._before(own[0], far=True)
        if before is None:
            return None
        for sentence in range(before, max(-1, before - 2), -1):
            found = self.subject(sentence)
            if found is not None:
                return found
        return None

    def body_before(self, at: int) -> Subject | None:
        """Return the body that this sentence or the one before opens with, for "spokesman Name"."""
        token = self._t.at(at)
        own = self._passage(token)
        before = self._before(own[0])
        for sentence in [*reversed(own), *([before] if before is not None else [])]:
            found = self.subject(sentence)
            if found is not None and found.first < token:
                return found if not found.whole else None
        return None

    def named(self, noun: str, at: int) -> Subject | None:
        """Return the last body of a word or kind, for "the agency's director", "Agency director".

        It opens a sentence or, for a company, may stand anywhere in the sentence before.
        """
        token, word = self._t.at(at), noun.lower()
        own = self._passage(token)
        kinds = BODY_KINDS.get(word, frozenset({BODY_NOUNS.get(word, "")}))
        for sentence in range(own[-1], max(-1, own[0] - _FAR), -1):
            found = self.subject(sentence)
            if found is None or found.whole or found.first >= token:
                continue
            if word in found.name.lower().split() or (noun[:1].islower() and found.kind in kinds):
                return found
        for sentence in range(own[-1], max(-1, own[0] - _FAR), -1):
            found = self._containing(noun, sentence, token)
            if found is not None:
                return found
        before = self._before(own[0], far=True)
        if BODY_NOUNS.get(word) == "business" and noun[:1].islower() and before is not None:
            return self._last_name(before)
        return None

    def _containing(self, noun: str, sentence: int, limit: int) -> Subject | None:
        """Return the last name in a sentence with a word in it: "Federation of Workers"."""
        t = self._t
        first, last = t.sent_spans[sentence]
        word = noun[:1].upper() + noun[1:]
        for at in range(min(last, limit) - 1, first - 1, -1):
            if t.words(at, at + 1) != word:
                continue
            start, end = at, at + 1
            while start > first and t.words(start - 1, start)[:1].isupper() and t.pos[start - 1] == "PROPN":
                start -= 1
            while end < last and (
                t.words(end, end + 1)[:1].isupper()
                or (
                    t.lower[end] in ("of", "for", "and")
                    and end + 1 < last
                    and t.words(end + 1, end + 2)[:1].isupper()
                )
            ):
                end += 1
            if end - start > 1:
                return self._classed(start, end, -1)
        return None

    def _last_name(self, sentence: int) -> Subject | None:
        t = self._t
        first, last = t.sent_spans[sentence]
        end = last
        while end > first:
            end -= 1
            if t.pos[end] != "PROPN" or t.start[end] in self._listed or not t.words(end, end + 1).istitle():
                continue
            start = end
            while (
                start > first + 1 and t.pos[start - 1] == "PROPN" and t.start[start - 1] not in self._listed
            ):
                start -= 1
            return Subject(t.words(start, end + 1), "", "business", False, start, -1)
        return None

    def countries_near(self, at: int) -> set[str]:
        """Return the countries that this sentence and the one before name."""
        own = self._passage(self._t.at(at))
        before = self._before(own[0])
        return self._countries([*own, *([before] if before is not None else [])])

    # -- sentences ----------------------------------------------------------------------------------------

    def _passage(self, token: int) -> list[int]:
        """The sentence of a token, and before it those of the quotation that ends in it."""
        t = self._t
        last = t.sent[token]
        first = last
        start = t.sent_spans[last][0]
        quote = t.quote[start]
        if quote < 0 and start and t.quote[start - 1] >= 0 and t.sent_spans[last][1] - start < 25:
            # "A. B." Name said: the mark closed the sentence before.
            opening = t.lower[start]
            quote = (
                t.quote[start - 1] if opening not in {'"', "“"} and not self._paragraph_between(start) else -1
            )
        if quote >= 0:
            first = max(t.sent[t.quote_spans[quote][0]], last - _QUOTED_SENTENCES)
        return list(range(first, last + 1))

    def _paragraph_between(self, token: int) -> bool:
        return self._t.para[token] != self._t.para[token - 1]

    def _before(self, sentence: int, *, far: bool = False) -> int | None:
        """The sentence before, in the same paragraph or in a short one of its own before that."""
        t = self._t
        if sentence == 0:
            return None
        here, there = t.sent_spans[sentence][0], sentence - 1
        first, last = t.sent_spans[there]
        while there > 0 and not any(t.pos[i] not in ("SPACE", "PUNCT") for i in range(first, last)):
            there -= 1
            first, last = t.sent_spans[there]
        if t.para[here] == t.para[first] or far:
            return there
        lone = there == 0 or t.para[t.sent_spans[there - 1][0]] != t.para[first]
        return there if lone and last - first <= _SHORT and t.para[here] - t.para[first] <= 2 else None

    def _after(self, sentence: int) -> list[int]:
        """The sentence after, in the same paragraph."""
        t = self._t
        if sentence + 1 >= len(t.sent_spans):
            return []
        same = t.para[t.sent_spans[sentence + 1][0]] == t.para[t.sent_spans[sentence][0]]
        return [sentence + 1] if same else []

    def _read(self, first: int, last: int) -> Subject | None:
        t = self._t
        start = self._skip(first, last)
        if start >= last:
            return None
        head = start + 1 if t.lower[start] in ("the", "a", "an") and start + 1 < last else start
        end = head
        while end < last and end - head <= _LONGEST and not self._ends(end):
            end += 1
        if end == head or end - head > _LONGEST or end >= last:
            return None
        verb = self._verb(end, last)
        while end > head + 1 and t.pos[end - 1] in ("ADV", "SPACE"):
            end -= 1  # "Norway also", "Norway still"
        if end == head or any(position in self._named for position in range(head, end)):
            return None
        return self._classed(head, end, verb)

    def _skip(self, first: int, last: int) -> int:
        """Return where the subject may begin: behind marks, "But", "On Monday," and "In Oslo,"."""
        t = self._t
        at = first
        for _ in range(6):
            while at < last and (t.pos[at] in ("SPACE", "PUNCT") or t.lower[at] in _OPENERS):
                at += 1
            if at >= last or t.pos[at] not in ("ADP", "ADV", "SCONJ") or t.start[at] in self._listed:
                break
            comma = next((i for i in range(at, min(at + 12, last)) if t.lower[i] == ","), -1)
            if comma < 0 or any(t.tag[i] in _FINITE for i in range(at, comma)):
                break
            at = comma + 1
        return at

    def _ends(self, at: int) -> bool:
        t = self._t
        if t.lower[at] in (",", "(", ":", ";", "–", "—", ".", "who", "which", "that") or t.is_mark(at):
            return True
        return t.tag[at] in _FINITE and t.pos[at] in ("VERB", "AUX")

    def _verb(self, end: int, last: int) -> int:
        """Return the verb behind a subject, also behind ", for its part,"; -1 where there is none near."""
        t = self._t
        at = end
        if t.lower[at] == ",":
            closing = next((i for i in range(at + 1, min(at + 25, last)) if t.lower[i] == ","), -1)
            if closing < 0:
                return -1
            at = closing + 1
        for i in range(at, min(at + 5, last)):
            if t.pos[i] in ("VERB", "AUX") and t.tag[i] in _FINITE:
                return i
        return -1

    def _classed(self, head: int, end: int, verb: int) -> Subject | None:
        t = self._t
        entry = self._listed.get(t.start[head])
        stop = t.end[end - 1]
        text = re.sub(r"\s+", " ", t.words(head, end))
        if entry is not None and entry.organisation is None:
            voice = entry.kind in _VOICES or entry.phrase in _BOTH
            if voice and entry.end >= stop:
                return Subject(entry.phrase, entry.country, "", True, head, verb)
            if " and " in text and entry.kind != "demonym":
                return None
            if t.lower[end - 1] in _STATE_SIDES:
                return Subject(text, entry.country, "government", False, head, verb)
        inner = [self._listed[t.start[i]] for i in range(head, end) if t.start[i] in self._listed]
        body = next((e for e in inner if e.organisation is not None and e.end >= stop), None)
        if body is None and entry is not None and entry.organisation is not None:
            body = entry if entry.end >= stop or " " not in text[len(entry.phrase) :].strip() else None
        if body is not None and body.organisation is not None:
            one = body.organisation
            return Subject(body.phrase, one.country, one.kind, False, head, verb)
        named = any(t.text[t.start[i]].isupper() for i in range(head + (entry is None), end))
        ending = end - head > 1 and self._word(end - 1) in COMPANY_ENDINGS
        known = ending or any(
            self._word(i) in ORGANISATION_WORDS or self._word(i) in BODY_KINDS for i in range(head, end)
        )
        closes = (
            t.text[t.start[end - 1]].isupper()
            or self._word(end - 1) in ORGANISATION_WORDS | BODY_KINDS.keys()
        )
        if known and closes and (named or entry is not None):
            kind, _ = kind_of_organisation(text, self._lists)
            country, _ = country_in_name(text, self._lists)
            return Subject(text, country, kind, False, head, verb)
        return None

    def _word(self, token: int) -> str:
        lower: str = self._t.lower[token]
        return lower

    def _opening_place(self, first: int, last: int) -> Entry | None:
        t = self._t
        while first < last and (t.pos[first] in ("SPACE", "PUNCT") or t.lower[first] in _OPENERS):
            first += 1
        if first + 2 >= last or t.lower[first] not in ("in", "from"):
            return None
        at = first + 1 + (t.lower[first + 1] in ("neighbouring", "neighboring", "nearby"))
        entry = self._listed.get(t.start[at])
        if entry is None or entry.organisation is not None or entry.kind not in ("capital", "name"):
            return None
        behind = bisect_right(t.start, entry.end - 1)
        return entry if behind < last and t.lower[behind] == "," else None

    # -- positions ----------------------------------------------------------------------------------------

    def _is_own(self, found: Subject, near: list[int], name: int) -> bool:
        """Whether the country that a passage opens with is that of the office whose holder says it.

        "Norway welcomes the plan" is said by a Norwegian; "Norway refuses to pay" may be said by somebody
        else, so there Norway must be what is spoken about around, and no other country.
        """
        if not found.speaks_for_a_country or not takes_position(self._t, found.verb):
            return False
        behind = self._t.sent[found.first] == self._t.sent[name] and self._narrated(found, name)
        if behind:
            return True
        if verb_in(self._t, found.verb, OWN_VIEWS) and found.whole:
            return True
        return self._countries(near) <= {found.country} and self._count(near, found.country) > 1

    def _narrated(self, found: Subject, name: int) -> bool:
        """Whether a colon leads from the country to its words: 'Norway took another view: "..."'."""
        t = self._t
        colon = any(t.lower[i] == ":" for i in range(found.first, name))
        return colon and t.quote[found.first] < 0

    def _another(self, own: list[int], country: str, name: int) -> bool:
        """Whether the person speaks for another country: "Minister Name said that Oslo would wait"."""
        for sentence in own:
            found = self.subject(sentence)
            if found is not None and found.country not in ("", country) and found.speaks_for_a_country:
                return True
        t = self._t
        said = next((i for i in range(name, t.sent_spans[own[-1]][1]) if t.tag[i] in _FINITE), -1)
        if said < 0:
            return False
        at = said + 1 + (t.lower[min(said + 1, t.size - 1)] == "that")
        entry = self._listed.get(t.start[at]) if at < t.size else None
        other = entry is not None and entry.organisation is None and entry.kind in _VOICES
        if entry is None or not other or entry.country in ("", country):
            return False
        following = next((i for i in range(at, min(at + 4, t.size)) if t.tag[i] in _FINITE), -1)
        return following >= 0 and t.lower[following] in ("will", "would", "is", "was", "had", "has")

    def _countries(self, sentences: list[int]) -> set[str]:
        return {entry.country for entry in self._entries(sentences) if entry.country}

    def _count(self, sentences: list[int], country: str) -> int:
        return sum(entry.country == country for entry in self._entries(sentences))

    def _entries(self, sentences: list[int]) -> list[Entry]:
        t = self._t
        found: list[Entry] = []
        for sentence in sentences:
            for token in range(*t.sent_spans[sentence]):
                entry = self._listed.get(t.start[token])
                if entry is not None and entry.organisation is None and entry.start == t.start[token]:
                    found.append(entry)
        return found

    def _words(self, found: Subject) -> str:
        t = self._t
        last = min(t.sent_spans[t.sent[found.first]][1], found.first + 8)
        return re.sub(r"\s+", " ", t.words(found.first, last)).strip(' "“”.,;:')
