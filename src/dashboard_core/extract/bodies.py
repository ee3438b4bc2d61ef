"""Institutions that speak: ministries, countries and their metonyms, "the Russian side", "it"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dashboard_core.extract.organisation_kinds import ORGANISATION_WORDS, kind_of_organisation
from dashboard_core.extract.places import country_in_role
from dashboard_core.extract.speaker_facts import Facts, without_article
from dashboard_core.extract.speaker_lists import Entry
from dashboard_core.extract.speaker_words import BODY_KINDS, PRONOUNS, SIDES, TEXTS
from dashboard_core.records import Span, Speaker

__all__ = ["Bodies", "phrase_of"]

_OPENINGS = re.compile(r"^(?:(?:The|A|As|In|At|For|But|And|When|While|After|Said|From|By)\s+)+")
# Countries' names double as adjectives in these; alone or with "the" they are the country itself.
_BOTH = frozenset({"US", "U.S.", "UK", "U.K."})
_VOICES = frozenset({"name", "capital", "metonym"})


def phrase_of(doc: Any, tokens: list[Any]) -> str:
    """Return a mention in plain spacing, without its article and without what hangs on behind a comma."""
    text = re.sub(r"\s+", " ", doc[tokens[0].i : tokens[-1].i + 1].text)
    return without_article(re.split(r",\s|\s(?:who|which|that)\s", text)[0])


class Bodies:
    """Finds the institution behind a mention of one article.

    ``owner_country`` says the country of the person behind "his"; ``resolve`` resolves a part of a mention.
    """

    def __init__(
        self,
        doc: Any,
        facts: Facts,
        listed: dict[int, Entry],
        owner_country: Callable[[Any], str],
        resolve: Callable[[Span], Speaker | None],
    ) -> None:
        self.doc = doc
        self.facts = facts
        self.listed = listed
        self._owner_country = owner_country
        self._resolve = resolve

    def find(self, tokens: list[Any], head: Any) -> Speaker | None:
        """Return the institution that a mention is, or None when it is none."""
        entry = self._entry(tokens, head)
        if entry is not None:
            owned = any(t.idx < entry.start and t.idx in self.listed for t in tokens)
            if entry.organisation is not None and entry.organisation.needs_owner and owned:
                return self._named_by_word(tokens, head)  # "Kazakhstan's Ministry of Defence"
            if entry.organisation is not None:
                return self.facts.of_listed_body(entry)
            if entry.kind in _VOICES or entry.phrase in _BOTH:
                return self.facts.of_place(entry)
            return None
        word = (head.lemma_ or head.text).lower()
        if word in TEXTS:
            return self._author(tokens, head)
        if word in SIDES:
            side = self._side(tokens, head)
            if side is not None:
                return side
        low = head.text.lower()
        if head.tag_ == "NNS" or not (low in ORGANISATION_WORDS or low in BODY_KINDS):
            return None
        return self._named_by_word(tokens, head)

    def before(self, position: int, sentence_of: Callable[[int], int]) -> Speaker | None:
        """Return what "it" is: the country or body that was the subject of a sentence shortly before."""
        sentence = sentence_of(position)
        for index in range(position - 1, -1, -1):
            if sentence - sentence_of(index) > 2:
                return None
            token = self.doc[index]
            if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ in {"PROPN", "NOUN"}:
                entry = self.listed.get(token.idx)
                if (
                    entry is not None and entry.kind != "demonym"
                ) or token.text.lower() in ORGANISATION_WORDS:
                    edge = [t for t in token.subtree if t.i <= token.i]
                    return self._resolve(Span(edge[0].idx, token.idx + len(token)))
        return None

    def _entry(self, tokens: list[Any], head: Any) -> Entry | None:
        entry = self.listed.get(head.idx)
        if entry is None and tokens[-1].i == head.i:
            reach = self.listed.get(tokens[0].idx)
            entry = reach if reach is not None and reach.end >= head.idx + len(head) else None
        if entry is None:
            return None
        whole = ORGANISATION_WORDS if entry.organisation is None else frozenset()
        if entry.end < head.idx + len(head) or (head.text.lower() in whole and entry.start != head.idx):
            return None
        return entry if entry.kind != "demonym" or entry.phrase in _BOTH else None

    def _side(self, tokens: list[Any], head: Any) -> Speaker | None:
        text = phrase_of(self.doc, tokens)
        country, said = country_in_role(self._raw(tokens), self.facts.lists)
        if not country and tokens[0].text.lower() in PRONOUNS:
            country = self._owner_country(tokens[0])
            said = self.facts.demonym(country)
            text = f"{said} {head.text}"
        return self.facts.of_body(text, "government", country, f"demonym: {said}") if country else None

    def _named_by_word(self, tokens: list[Any], head: Any) -> Speaker | None:
        text = phrase_of(self.doc, tokens)
        behind = self.listed.get(self.doc[head.i + 1].idx) if head.i + 1 < len(self.doc) else None
        if behind is not None and behind.organisation is not None and head.text[:1].islower():
            return self.facts.of_listed_body(behind)  # "the UN refugee agency UNHCR"
        named = next((self.listed[t.idx] for t in tokens if t.i > head.i and t.idx in self.listed), None)
        if named is not None and named.organisation is not None and head.text[:1].islower() and head.n_rights:
            # "the state-run news agency X": the body has a name.
            body = named.organisation
            country = "" if body.kind == "media" else body.country
            return self.facts.of_body(body.name, body.kind, country, f"organisation: {body.name}")
        left = next((self.listed[t.idx] for t in tokens if t.i < head.i and t.idx in self.listed), None)
        small = head.text[:1].islower() and head.text in BODY_KINDS
        if left is not None and left.organisation is not None and small:
            return self.facts.of_listed_body(left)  # "the official X news agency"
        if len(text.split()) == 1 and (head.text[:1].islower() or tokens[0].i < head.i):
            return self._earlier(head)
        kind, _ = kind_of_organisation(text, self.facts.lists)
        country, _ = self.facts.country_of_body(text)
        if not country:
            country, _ = country_in_role(self._raw(tokens), self.facts.lists)
        evidence = f"organisation: {text}"
        if not country and kind in {"government", "parliament", "military"}:
            country, evidence = self.facts.inferred("official", text, text)
        if not country and head.text[:1].islower() and not any(word[:1].isupper() for word in text.split()):
            return (
                self._earlier(head)
                if kind not in {"government", "parliament", "military"}
                else self.facts.of_body(text, kind)
            )
        return self.facts.of_body(text, kind, country, evidence)

    def _earlier(self, head: Any) -> Speaker | None:
        """Return the last body named before "the ministry" with the word in its name, or of its kind."""
        word = re.escape(head.text.title())
        pattern = re.compile(
            rf"\b{word}\s+(?:of|for)\s+(?:(?:the|and|of|for|[A-Z][\w'-]*)\s+){{0,7}}[A-Z][\w'-]*"
            rf"|\b(?!(?:The|A|As|In|At|For|But|And)\s)(?:[A-Z][\w'&-]*\s+(?:(?:of|for|and|the)\s+)?){{1,6}}{word}\b"
        )
        found = None
        for match in pattern.finditer(self.facts.flat, max(0, head.idx - 6000), head.idx):
            if len(_OPENINGS.sub("", match.group()).split()) > 1:
                found = match
        if found is not None:
            name = _OPENINGS.sub("", self.facts.text[found.start() : found.end()])
            kind, _ = kind_of_organisation(name, self.facts.lists)
            country, said = self.facts.country_of_body(name)
            return self.facts.of_body(name, kind, country, f"organisation: {said}")
        kinds = BODY_KINDS.get(head.text.lower(), frozenset())
        last = None
        for entry in self.facts.lists.bodies.find(self.facts.flat, max(0, head.idx - 6000), head.idx):
            if entry.organisation is not None and entry.organisation.kind in kinds:
                last = entry
        return self.facts.of_listed_body(last) if last is not None else None

    def _author(self, tokens: list[Any], head: Any) -> Speaker | None:
        """Return who made "a statement from the ministry", "the ministry's statement"."""
        for token in tokens:
            if token.i == head.i or token.dep_ not in {"pobj", "poss", "compound"}:
                continue
            if token.head.i == head.i or token.head.head.i == head.i:
                edge = [t for t in token.subtree if tokens[0].i <= t.i <= tokens[-1].i]
                if edge and len(edge) < len(tokens):
                    return self._resolve(Span(edge[0].idx, edge[-1].idx + len(edge[-1])))
        return None

    def _raw(self, tokens: list[Any]) -> str:
        return str(self.doc[tokens[0].i : tokens[-1].i + 1].text)
