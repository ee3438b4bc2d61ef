"""Candidate targets that no list names: short neutral noun phrases built from the words of an article.

A noun gives its core ("nuclear deal"), the same with its modifiers, its owner ("Iran's nuclear programme")
and its complement ("deal with Iran"); a verb with an object gives the act ("lifting the embargo",
"withdrawal from the treaty"). :mod:`dashboard_core.extract.target_ranker` chooses among them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from spacy.attrs import LIKE_NUM
from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import words_of
from dashboard_core.extract.target_words import (
    ACTS,
    DETERMINERS,
    IGNORED,
    LIGHT,
    NO_HEADS,
    PREPOSITIONS,
    SPELLING,
    STRUCK,
)

# The words that stand before a head: its core, the core with adjectives, and the owner.
_Left = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]

__all__ = ["Phrase", "PhraseBuilder", "bag_of", "stem"]

# Heads that are never what a position is about: measure, time and talk words.
_MODIFIERS = frozenset({"compound", "amod", "nmod"})
_NOUNS = frozenset({"NOUN", "PROPN"})
_HEADS = _NOUNS | {"VERB"}
# Adjectives that grade or judge; the neutral name leaves them out, a second variant keeps them.

# The act behind a verb: (noun, preposition or "" where the object follows with "of").
# Verbs whose object is meant, not the doing: "supports the plan" is about the plan.
# "Strike a deal" is no strike.
_SUFFIX = re.compile(r"(isation|ization|ations?|ments?|ings?|ies|es|s|ed)$")
_TOKEN = re.compile(r"\w+(?:['.\-]\w+)*")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a word without its commonest endings, so that variants of one phrase meet."""
    word = SPELLING.get(word, word)
    return _SUFFIX.sub("", word) if len(word) > 5 else word


@lru_cache(maxsize=65536)
def bag_of(name: str) -> frozenset[str]:
    """Return the stemmed content words of a phrase: two names of one thing have nearly the same.

    >>> bag_of("the withdrawal from the treaty") == bag_of("treaty withdrawal")
    True
    >>> bag_of("defense spending") == bag_of("the spending on defence")
    True
    """
    folded = name
    if not name.isascii():
        folded = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode()
    folded = folded.lower()
    words = frozenset(stem(w) for w in _TOKEN.findall(folded))
    return words - IGNORED or words or frozenset({name})


@dataclass(slots=True)
class Phrase:
    """One candidate: its name, its words, the head token, the tokens it was built from, and its make-up."""

    name: str
    bag: frozenset[str]
    head: int
    tokens: tuple[int, ...]
    form: str
    act: bool = False


def gerund(lemma: str) -> str:
    """Return the -ing form of a verb.

    >>> gerund("arm"), gerund("impose"), gerund("lie"), gerund("cut")
    ('arming', 'imposing', 'lying', 'cutting')
    """
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", lemma) and lemma not in {"arm"}:
        return lemma + lemma[-1] + "ing"
    return lemma + "ing"


class PhraseBuilder:
    """Builds the phrases of one document.

    ``atoms`` maps a token to the canonical name it is part of, ``countries`` such a name to its adjective.
    """

    def __init__(
        self,
        doc: Doc,
        atoms: dict[int, tuple[int, int, str]],
        countries: Mapping[str, str] | None = None,
    ) -> None:
        self.doc = doc
        self.atoms = atoms
        self.countries = countries or {}
        self._at: dict[int, list[Phrase]] = {}
        self._left_of: dict[int, _Left] = {}
        self._t = tokens_of(doc)
        self._words = words_of(doc)
        self._spaced, self._starts = self._t.spaced, self._t.opens
        self._numbers: list[int] = doc.to_array(LIKE_NUM).tolist() if len(doc) else []

    def phrases(self, start: int, end: int) -> Iterator[Phrase]:
        """Yield the phrases whose head stands at tokens start to end (exclusive)."""
        pos = self._t.pos
        for i in range(start, end):
            if pos[i] not in _HEADS:
                continue
            if i not in self._at:
                self._at[i] = list(self._phrases_at(i))
            yield from self._at[i]

    def _phrases_at(self, place: int) -> Iterator[Phrase]:
        if self._t.pos[place] == "VERB":
            yield from self._verb(place)
        elif self._t.dep[place] not in ("compound", "nmod"):
            yield from self._noun(place)

    # -- nouns ---------------------------------------------------------------------------------------------

    def _noun(self, head: int) -> Iterator[Phrase]:
        lower = self._t.lower
        if lower[head] in NO_HEADS or not self._words[head][0].isalnum() or self._numbers[head]:
            return
        core, wide, owner = self._left(head)
        if core[-1] > head:  # "nuclear" of "nuclear-related" is no thing of its own.
            return
        yield self._phrase(core, head, "core")
        if wide != core:
            yield self._phrase(wide, head, "wide")
        owned = (*owner, *core)
        if owner:
            yield self._phrase(owned, head, "owned")
            if wide != core:
                yield self._phrase((*owner, *wide), head, "owned wide")
            yield from self._adjectival(owner[0], core, head)
        for k, (preposition, obj) in enumerate(self._complements(head)):
            if k > 2:
                break
            short, long, obj_owner = self._left(obj)
            tail = (preposition, *short)
            kind = lower[preposition]
            yield self._phrase((*core, *tail), head, f"core {kind}")
            if not owner and kind in ("of", "from", "by", "in"):
                yield from self._adjectival(short[0], core, head)
            if wide != core:
                yield self._phrase((*wide, *tail), head, f"wide {kind}")
            if owner:
                yield self._phrase((*owned, *tail), head, f"owned {kind}")
            if long != short:
                yield self._phrase((*core, preposition, *long), head, f"core {kind} wide")
            if obj_owner:
                yield self._phrase((*core, preposition, *obj_owner, *short), head, f"core {kind} owned")
            for inner, further in self._complements(obj):
                end, _, _ = self._left(further)
                yield self._phrase((*core, *tail, inner, *end), head, f"core {kind} deep")
                break

    def _adjectival(self, owner: int, core: tuple[int, ...], head: int) -> Iterator[Phrase]:
        """Yield "Ruritanian army" for "Ruritania's army" and "army of Ruritania"."""
        adjective = self.countries.get(self.atoms[owner][2], "") if owner in self.atoms else ""
        if adjective and not any(i in self.atoms for i in core):
            name = f"{adjective} {self._render(core)}"
            yield Phrase(name, bag_of(name), head, (owner, *core), "adjective")

    def _left(self, head: int) -> _Left:
        """Return the core (names and compounds), the core with adjectives, and the owner, as tokens."""
        known = self._left_of.get(head)
        if known is None:
            known = self._left_of[head] = self._read_left(head)
        return known

    def _read_left(self, head: int) -> _Left:
        t, words, atoms = self._t, self._words, self.atoms
        core = self._written_as_one(head)
        wide = set(core)
        owner: tuple[int, ...] = ()
        if head in atoms:
            first, last, _ = atoms[head]
            core |= set(range(first, last + 1))
        for child in t.children[head]:
            if child > head:
                break
            dep = t.dep[child]
            if dep in _MODIFIERS and t.lower[child] not in DETERMINERS and words[child][0].isalnum():
                inner = self._written_as_one(child)
                if t.children[child]:
                    inner |= {
                        c for c in t.children[child] if child - 4 < c < child and t.dep[c] in _MODIFIERS
                    }
                    inner |= {
                        i for i in t.subtree(child) if t.pos[i] == "PROPN" and i < head and abs(i - child) < 4
                    }
                elif t.pos[child] == "PROPN":
                    inner.add(child)
                if dep != "amod" or child in atoms or words[child][0].isupper():
                    core |= inner
                wide |= inner
            elif dep == "poss" and t.pos[child] in _NOUNS:
                own, _, _ = self._left(child)
                marks = [c for c in t.children[child] if c > child and t.tag[c] == "POS"]
                if len(own) > 2 and self.doc[child].ent_type_ == "PERSON":
                    own = (child,)
                owner = (*own, *marks)
        wide |= core
        return tuple(sorted(core)), tuple(sorted(wide)), owner

    def _written_as_one(self, place: int) -> set[int]:
        """Return the tokens of a word with hyphens in it: "three-day", "co-production"."""
        words, first, last = self._words, place, place
        while first > 0 and not self._spaced[first - 1] and "-" in (words[first - 1], words[first]):
            first -= 1
        end = len(words) - 1
        while last < end and not self._spaced[last] and "-" in (words[last], words[last + 1]):
            last += 1
        # A dash at the edge is none of the word's own: "The fleet- a relic - stays".
        return set(range(first + (words[first] == "-"), last + 1 - (words[last] == "-")))

    def _complements(self, head: int) -> Iterator[tuple[int, int]]:
        return self._objects_behind(head, ("prep",))

    def _objects_behind(self, head: int, links: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Yield the prepositions behind a word, each with a noun that hangs on it."""
        t = self._t
        for child in t.children[head]:
            if child > head and t.dep[child] in links and t.lower[child] in PREPOSITIONS:
                for obj in t.children[child]:
                    noun = obj > child and t.dep[obj] == "pobj" and t.pos[obj] in _NOUNS
                    if noun and t.lower[obj] not in NO_HEADS:
                        yield child, obj

    # -- verbs ---------------------------------------------------------------------------------------------

    def _verb(self, verb: int) -> Iterator[Phrase]:
        t = self._t
        lemma = t.lemma[verb].lower()
        if lemma in LIGHT:
            return
        children = t.children[verb]
        rights = [c for c in children if c > verb]
        objects = [c for c in children if t.dep[c] in ("dobj", "nsubjpass") and t.pos[c] in _NOUNS]
        preposition = -1
        if not objects:
            for particle in rights:
                if t.dep[particle] in ("prep", "prt", "advmod"):
                    inner = [
                        particle,
                        *(c for c in t.children[particle] if c > particle and t.dep[c] == "prep"),
                        *(c for c in rights if t.dep[c] == "prep"),
                    ]
                    for p in inner:
                        found = [
                            c for c in t.children[p] if c > p and t.dep[c] == "pobj" and t.pos[c] in _NOUNS
                        ]
                        if found and not objects and t.lower[p] not in ("by", "under", "as", "at"):
                            objects, preposition = found[:1], p
        if lemma == "pull" and any(t.lower[c] == "out" for c in rights):
            lemma = "withdraw"
        for obj in objects[:1]:
            if t.lower[obj] in NO_HEADS or (lemma == "strike" and t.lower[obj] in STRUCK):
                continue
            subject = self._agent(verb)
            core, wide, _ = self._left(obj)
            noun = ACTS.get(lemma)
            if noun and noun[0] == "withdrawal" and preposition < 0 and lemma == "withdraw":
                noun = (noun[0], "of")  # "withdraw the troops", but "withdraw from the treaty"
            links = [
                (p, o)
                for p, o in (*self._complements(obj), *self._objects_behind(verb, ("prep", "dative")))
                if o not in core
            ][:1]
            for form, body in (("core", core), ("wide", wide)) if wide != core else (("core", core),):
                words = self._render(body)
                if noun:
                    name = f"{noun[0]} {noun[1]} {words}"
                    yield self._act(name, verb, obj, body, f"noun {form}")
                    if subject and form == "core":
                        yield self._act(f"{subject} {name}", verb, obj, body, "agent noun")
                elif preposition < 0:
                    name = f"{gerund(lemma)} {words}"
                    yield self._act(name, verb, obj, body, f"gerund {form}")
                else:
                    name = f"{gerund(lemma)} {t.lower[preposition]} {words}"
                    yield self._act(name, verb, obj, body, f"gerund prep {form}")
                for link, further in links:
                    end, _, _ = self._left(further)
                    yield self._act(
                        f"{name} {t.lower[link]} {self._render(end)}",
                        verb,
                        obj,
                        (*body, *end),
                        f"act {form} {t.lower[link]}",
                    )

    def _agent(self, verb: int) -> str:
        # "The town wants to leave the league": who leaves stands with the verb before.
        t = self._t
        own = any(c < verb and t.dep[c] in ("nsubj", "nsubjpass") for c in t.children[verb])
        bearer = t.head[verb] if not own and t.dep[verb] in ("xcomp", "conj") else verb
        for child in t.children[bearer]:
            if child < bearer and t.dep[child] == "nsubj" and t.pos[child] == "PROPN":
                if child not in self.atoms:
                    return f"{self._render((child,))}'s"
                name = self.atoms[child][2]
                return self.countries.get(name, name)
        return ""

    # -- words ---------------------------------------------------------------------------------------------

    def _act(self, name: str, verb: int, obj: int, body: tuple[int, ...], form: str) -> Phrase:
        return Phrase(name, bag_of(name), obj, (verb, *body), form, act=True)

    def _phrase(self, tokens: tuple[int, ...], head: int, form: str) -> Phrase:
        name = self._render(tokens)
        return Phrase(name, bag_of(name), head, tokens, form)

    def _render(self, tokens: tuple[int, ...]) -> str:
        """Return the words as written, names by their canonical form, common words in lower case."""
        parts: list[str] = []
        done: set[int] = set()
        previous = -2
        for i in tokens:
            if i in done:
                continue
            glue = "" if not parts or (previous == i - 1 and not self._spaced[i - 1]) else " "
            if i in self.atoms:
                first, last, name = self.atoms[i]
                if parts and glue and first == previous + 1 and not self._spaced[first - 1]:
                    glue = ""
                parts.append(glue + name)
                done |= set(range(first, last + 1))
                previous = last
                continue
            text = self._words[i].replace("’", "'")
            if (
                self._starts[i]
                and text[:1].isupper()
                and text[1:].islower()
                and self._t.pos[i] not in ("PROPN", "ADJ")
            ):
                text = text.lower()
            parts.append(glue + SPELLING.get(text, text))
            previous = i
        return " ".join("".join(parts).split())
