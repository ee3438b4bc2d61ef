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

from spacy.attrs import POS, SENT_START, SPACY
from spacy.symbols import ADJ, NOUN, PROPN, VERB
from spacy.tokens import Doc, Token

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

__all__ = ["Phrase", "PhraseBuilder", "bag_of", "stem"]

# Heads that are never what a position is about: measure, time and talk words.
_MODIFIERS = frozenset({"compound", "amod", "nmod"})
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
    folded = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode().lower()
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
        # spaCy builds a token anew at each look, so what every name is put together from is read once.
        self._words = words_of(doc)
        columns: list[list[int]] = (
            doc.to_array([POS, SPACY, SENT_START]).T.tolist() if len(doc) else [[], [], []]
        )
        self._parts, self._spaced, starts = columns
        self._starts = [start == 1 for start in starts]
        self._heads = [part in (NOUN, PROPN, VERB) for part in self._parts]

    def phrases(self, start: int, end: int) -> Iterator[Phrase]:
        """Yield the phrases whose head stands at tokens start to end (exclusive)."""
        for i in range(start, end):
            if not self._heads[i]:
                continue
            if i not in self._at:
                self._at[i] = list(self._phrases_at(self.doc[i]))
            yield from self._at[i]

    def _phrases_at(self, token: Token) -> Iterator[Phrase]:
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ not in ("compound", "nmod"):
            yield from self._noun(token)
        elif token.pos_ == "VERB":
            yield from self._verb(token)

    # -- nouns ---------------------------------------------------------------------------------------------

    def _noun(self, head: Token) -> Iterator[Phrase]:
        if head.lower_ in NO_HEADS or not head.text[0].isalnum() or head.like_num:
            return
        core, wide, owner = self._left(head)
        if core[-1] > head.i:  # "nuclear" of "nuclear-related" is no thing of its own.
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
            tail = (preposition.i, *short)
            kind = f"{preposition.lower_}"
            yield self._phrase((*core, *tail), head, f"core {kind}")
            if not owner and kind in ("of", "from", "by", "in"):
                yield from self._adjectival(short[0], core, head)
            if wide != core:
                yield self._phrase((*wide, *tail), head, f"wide {kind}")
            if owner:
                yield self._phrase((*owned, *tail), head, f"owned {kind}")
            if long != short:
                yield self._phrase((*core, preposition.i, *long), head, f"core {kind} wide")
            if obj_owner:
                yield self._phrase((*core, preposition.i, *obj_owner, *short), head, f"core {kind} owned")
            for inner, further in self._complements(obj):
                end, _, _ = self._left(further)
                yield self._phrase((*core, *tail, inner.i, *end), head, f"core {kind} deep")
                break

    def _adjectival(self, owner: int, core: tuple[int, ...], head: Token) -> Iterator[Phrase]:
        """Yield "Ruritanian army" for "Ruritania's army" and "army of Ruritania"."""
        adjective = self.countries.get(self.atoms[owner][2], "") if owner in self.atoms else ""
        if adjective and not any(i in self.atoms for i in core):
            name = f"{adjective} {self._render(core)}"
            yield Phrase(name, bag_of(name), head.i, (owner, *core), "adjective")

    def _left(self, head: Token) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Return the core (names and compounds), the core with adjectives, and the owner, as tokens."""
        core = self._written_as_one(head.i)
        wide = set(core)
        owner: tuple[int, ...] = ()
        if head.i in self.atoms:
            first, last, _ = self.atoms[head.i]
            core |= set(range(first, last + 1))
        for child in head.lefts:
            if child.dep_ in _MODIFIERS and child.lower_ not in DETERMINERS and child.text[0].isalnum():
                inner = self._written_as_one(child.i) | {
                    t.i for t in child.lefts if t.dep_ in _MODIFIERS and t.i > child.i - 4
                }
                inner |= {
                    t.i
                    for t in child.subtree
                    if t.pos_ == "PROPN" and t.i < head.i and abs(t.i - child.i) < 4
                }
                if child.dep_ != "amod" or child.i in self.atoms or child.text[0].isupper():
                    core |= inner
                wide |= inner
            elif child.dep_ == "poss" and child.pos_ in ("NOUN", "PROPN"):
                own, _, _ = self._left(child)
                marks = [t.i for t in child.rights if t.tag_ == "POS"]
                if len(own) > 2 and child.ent_type_ == "PERSON":
                    own = (child.i,)
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

    def _complements(self, head: Token) -> Iterator[tuple[Token, Token]]:
        for child in head.rights:
            if child.dep_ == "prep" and child.lower_ in PREPOSITIONS:
                for obj in child.rights:
                    if obj.dep_ == "pobj" and obj.pos_ in ("NOUN", "PROPN") and obj.lower_ not in NO_HEADS:
                        yield child, obj

    # -- verbs ---------------------------------------------------------------------------------------------

    def _verb(self, verb: Token) -> Iterator[Phrase]:
        lemma = verb.lemma_.lower()
        if lemma in LIGHT:
            return
        objects = [
            c for c in verb.children if c.dep_ in ("dobj", "nsubjpass") and c.pos_ in ("NOUN", "PROPN")
        ]
        preposition: Token | None = None
        if not objects:
            for particle in verb.rights:
                if particle.dep_ in ("prep", "prt", "advmod"):
                    inner = [
                        particle,
                        *(c for c in particle.rights if c.dep_ == "prep"),
                        *(c for c in verb.rights if c.dep_ == "prep"),
                    ]
                    for p in inner:
                        found = [c for c in p.rights if c.dep_ == "pobj" and c.pos_ in ("NOUN", "PROPN")]
                        if found and not objects and p.lower_ not in ("by", "under", "as", "at"):
                            objects, preposition = found[:1], p
        if lemma == "pull" and any(c.lower_ == "out" for c in verb.rights):
            lemma = "withdraw"
        subject = self._agent(verb)
        for obj in objects[:1]:
            if obj.lower_ in NO_HEADS or (lemma == "strike" and obj.lower_ in STRUCK):
                continue
            core, wide, _ = self._left(obj)
            noun = ACTS.get(lemma)
            if noun and noun[0] == "withdrawal" and preposition is None and lemma == "withdraw":
                noun = (noun[0], "of")  # "withdraw the troops", but "withdraw from the treaty"
            links = [
                (p, o) for p, o in (*self._complements(obj), *self._prepositional(verb)) if o.i not in core
            ][:1]
            for form, body in (("core", core), ("wide", wide)) if wide != core else (("core", core),):
                words = self._render(body)
                if noun:
                    name = f"{noun[0]} {noun[1]} {words}"
                    yield self._act(name, verb, obj, body, f"noun {form}")
                    if subject and form == "core":
                        yield self._act(f"{subject} {name}", verb, obj, body, "agent noun")
                elif preposition is None:
                    name = f"{gerund(lemma)} {words}"
                    yield self._act(name, verb, obj, body, f"gerund {form}")
                else:
                    name = f"{gerund(lemma)} {preposition.lower_} {words}"
                    yield self._act(name, verb, obj, body, f"gerund prep {form}")
                for link, further in links:
                    end, _, _ = self._left(further)
                    yield self._act(
                        f"{name} {link.lower_} {self._render(end)}",
                        verb,
                        obj,
                        (*body, *end),
                        f"act {form} {link.lower_}",
                    )

    def _prepositional(self, verb: Token) -> Iterator[tuple[Token, Token]]:
        for child in verb.rights:
            if child.dep_ in ("prep", "dative") and child.lower_ in PREPOSITIONS:
                for obj in child.rights:
                    if obj.dep_ == "pobj" and obj.pos_ in ("NOUN", "PROPN") and obj.lower_ not in NO_HEADS:
                        yield child, obj

    def _agent(self, verb: Token) -> str:
        # "The town wants to leave the league": who leaves stands with the verb before.
        own = any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.lefts)
        bearer = verb.head if not own and verb.dep_ in ("xcomp", "conj") else verb
        for child in bearer.lefts:
            if child.dep_ == "nsubj" and child.pos_ == "PROPN":
                if child.i not in self.atoms:
                    return f"{self._render((child.i,))}'s"
                name = self.atoms[child.i][2]
                return self.countries.get(name, name)
        return ""

    # -- words ---------------------------------------------------------------------------------------------

    def _act(self, name: str, verb: Token, obj: Token, body: tuple[int, ...], form: str) -> Phrase:
        return Phrase(name, bag_of(name), obj.i, (verb.i, *body), form, act=True)

    def _phrase(self, tokens: tuple[int, ...], head: Token, form: str) -> Phrase:
        name = self._render(tokens)
        return Phrase(name, bag_of(name), head.i, tokens, form)

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
                and self._parts[i] not in (PROPN, ADJ)
            ):
                text = text.lower()
            parts.append(glue + SPELLING.get(text, text))
            previous = i
        return re.sub(r"\s+", " ", "".join(parts)).strip()
