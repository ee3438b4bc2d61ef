"""Who speaks in one article: mentions ("he", "the expert", "Ankara", a surname) become speakers.

A speaker has a role, an organisation, a country and a tier only where the text or an editable list says so,
and
the country says what it rests on. Vague groups ("analysts", "critics") are nobody.
"""

from __future__ import annotations

import re
from typing import Any

from dashboard_core.extract.affiliation import read_roles
from dashboard_core.extract.bodies import Bodies, phrase_of
from dashboard_core.extract.doc_words import text_of, words_of
from dashboard_core.extract.given_names import FEMALE, MALE
from dashboard_core.extract.people import Mention, Person, read_gender, read_people
from dashboard_core.extract.places import country_in_role
from dashboard_core.extract.roles import RoleBook, organisation_of_role
from dashboard_core.extract.speaker_facts import Facts
from dashboard_core.extract.speaker_lists import Entry, SpeakerLists
from dashboard_core.extract.speaker_words import (
    GENDER_OF_HEAD,
    PLURAL_PRONOUNS,
    PRONOUNS,
    RELATIVE,
    SAME_HEADS,
    VAGUE_DETERMINERS,
    VAGUE_HEADS,
    VIEWS,
)
from dashboard_core.extract.surroundings import Surroundings
from dashboard_core.records import Span, Speaker

__all__ = ["Cast", "SpeakerLists"]

_MODIFIES = frozenset({"compound", "poss", "nmod", "amod", "npadvmod"})
_CLAUSES = frozenset({"relcl", "acl", "advcl", "ccomp", "poss"})
_ONE = frozenset({"a", "an", "one", "another"})
_GOVERNORS = frozenset({"of", "for", "to", "with", "under", "from", "by"})
_OFFICE = re.compile(
    r"\b(?:administration|government|defen[cs]e|white house|intelligence|military|foreign)\b", re.IGNORECASE
)
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "ADJ", "DET", "X", "NUM"})
# An unnamed person is looked for as far back as a long paragraph or two.
_REACH = 600


class Cast:
    """The people and institutions of one article; ``resolve`` turns a mention into a speaker or None."""

    def __init__(
        self, doc: Any, people: list[Person], listed: dict[int, Entry], facts: Facts, headliners: list[Person]
    ) -> None:
        self.doc = doc
        self.people = people
        self._listed = listed
        self._facts = facts
        self._headliners = headliners
        self._by_token = {t: (p, m) for p in people for m in p.mentions for t in range(m.first, m.last)}
        self._order = sorted(((m.start, p, m) for p in people for m in p.mentions), key=lambda item: item[0])
        self._steps: list[int] = []
        self._bodies = Bodies(doc, facts, listed, self._country_of_owner, self.resolve)

    @classmethod
    def from_doc(cls, doc: Any, lists: SpeakerLists, outlet: str = "", title: str = "") -> Cast:
        """Return the cast of a parsed article.

        Parameters
        ----------
        doc
            A spaCy doc with tags, lemmas and dependencies; its entities are not used.
        lists
            The editable lists, loaded once.
        outlet
            Who published it: never taken for a speaker's country.
        title
            The headline, read for the place an article reports from and for whom "the president" means.

        Examples
        --------
        >>> from dashboard_core.extract.parse import parse
        >>> from dashboard_core.paths import seeds_dir
        >>> text = "Kazakh analyst Aida Bekova doubts it. The expert calls it useless."
        >>> cast = Cast.from_doc(next(parse([text])), SpeakerLists.load(seeds_dir()))
        >>> who = cast.resolve(Span(text.index("The expert"), text.index(" calls")))
        >>> who.name, who.role, who.tier, who.country, who.country_evidence
        ('Aida Bekova', 'Kazakh analyst', 'expert', 'KAZ', 'role phrase: Kazakh analyst')
        """
        book = _book(lists)
        people, listed, local = read_people(doc, lists, book)
        names = {t: p for p in people for m in p.mentions for t in range(m.first, m.last)}
        for person in people:
            read_roles(person, doc, book, names)
            read_gender(person, FEMALE, MALE)
            person.strong = person.strong or bool(person.roles)
        around = Surroundings(doc, listed, lists, names)
        facts = Facts(text_of(doc), title, lists, book, people, around, local)
        return cls(doc, people, listed, facts, _headliners(title, lists))

    def resolve(self, mention: Span) -> Speaker | None:
        """Return who a mention is, by its place in the text; None for vague groups and the unidentifiable."""
        tokens = self._tokens(mention)
        if not tokens:
            return None
        head = _head(tokens)
        person = self._named_person(tokens, head)
        if person is not None:
            return self._facts.of_person(person)
        # "US" is no pronoun: only lower-case and sentence-case words are.
        word = head.text if head.text.isupper() and len(head.text) > 1 else head.text.lower()
        if word in PRONOUNS:
            return self._speaker(self._antecedent(tokens[0].i, PRONOUNS[word]))
        if word in RELATIVE:
            return self._speaker(self._last_named(tokens[0].i))
        if word == "it":
            return self._bodies.before(tokens[0].i, self._step)
        if word in PLURAL_PRONOUNS:
            return None
        if word in VIEWS or head.pos_ == "ADP":
            # "In his opinion": the pronoun is the speaker.
            owner = next((t for t in tokens if t.text.lower() in PRONOUNS), None)
            if owner is not None:
                return self._speaker(self._antecedent(owner.i, PRONOUNS[owner.text.lower()]))
        return self._bodies.find(tokens, head) or self._nominal(tokens, head)

    def resolve_all(self, mention: Span) -> list[Speaker]:
        """Return every speaker of a joint mention ("X and Y"), in the order of the text."""
        tokens = self._tokens(mention)
        if not tokens:
            return []
        head = _head(tokens)
        parts = [head, *(t for t in head.conjuncts if tokens[0].i <= t.i <= tokens[-1].i)]
        found: list[Speaker] = []
        for index, part in enumerate(parts):
            start = tokens[0].idx if index == 0 else part.left_edge.idx
            after = (
                parts[index + 1].left_edge.idx if index + 1 < len(parts) else tokens[-1].idx + len(tokens[-1])
            )
            speaker = self.resolve(Span(start, max(after, part.idx + len(part))))
            if speaker is not None and speaker.speaker_id not in {s.speaker_id for s in found}:
                found.append(speaker)
        return found

    def _tokens(self, mention: Span) -> list[Any]:
        span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        tokens = [] if span is None else [t for t in span if not t.is_space]
        while tokens and (tokens[0].is_punct or tokens[0].text.lower() in {"by", "from", "to"}):
            tokens.pop(0)
        while tokens and tokens[-1].is_punct:
            tokens.pop()
        return tokens

    def _speaker(self, person: Person | None) -> Speaker | None:
        return self._facts.of_person(person) if person is not None else None

    # -- named people -------------------------------------------------------------------------------------

    def _named_person(self, tokens: list[Any], head: Any) -> Person | None:
        """The person a mention names: not the owner ("X's spokesman"), not the one somebody speaks of."""
        first, last = tokens[0].i, tokens[-1].i
        if head.i in self._by_token:
            person, mention = self._by_token[head.i]
            if not self._owns(mention, last):
                return person
        elif head.idx in self._listed and not self._facts.book.find(head.text):
            return None  # "Russia, an ally of President X": the country speaks
        for token in tokens:
            if token.i in self._by_token:
                person, mention = self._by_token[token.i]
                if self._owns(mention, last) or self._governed(mention, first) or self._aside(mention, head):
                    continue
                return person
        return None

    def _aside(self, mention: Mention, head: Any) -> bool:
        """Whether a name only modifies the head ("the Holt administration") or is in a clause behind."""
        token = self.doc[mention.last - 1]
        if head.tag_ in {"NNS", "NNPS"} or (token.i < head.i and token.dep_ in _MODIFIES):
            return True
        for _ in range(6):
            if token.i == head.i or token.head.i == token.i:
                return False
            if token.dep_ in _CLAUSES:
                return True
            token = token.head
        return False

    def _owns(self, mention: Mention, last: int) -> bool:
        after = self.doc[mention.last] if mention.last < len(self.doc) else None
        return after is not None and after.i < last and after.text in {"'s", "’s", "'", "’"}

    def _governed(self, mention: Mention, first: int) -> bool:
        """Whether a name hangs on a preposition: "a critic of Name"."""
        position = mention.first - 1
        while position >= first and self.doc[position].pos_ in {"PROPN", "ADJ", "NOUN", "DET"}:
            position -= 1
        if position < first or self.doc[position].text.lower() not in _GOVERNORS:
            return False
        # "Vice-Rector of the Academy Name": the name stands behind a role that reaches over the
        # preposition.
        reach = mention.first - position
        own = self._by_token[mention.first][0].roles
        return not any(at == mention.start and len(text.split()) >= reach for at, text in own)

    # -- pronouns -----------------------------------------------------------------------------------------

    def _last_named(self, position: int) -> Person | None:
        earlier = [person for _, person, mention in self._order if mention.last <= position]
        return earlier[-1] if earlier else None

    def _antecedent(self, position: int, gender: str) -> Person | None:
        fitting = (person for _, person in self._candidates(position) if person.gender in {"", gender})
        return next(fitting, None)

    def _candidates(self, position: int) -> list[tuple[float, Person]]:
        """Return the people named before a token with how likely a pronoun there means them, best first."""
        here = self._step(position)
        scores: dict[int, tuple[float, Person]] = {}
        for _, person, mention in self._order:
            if mention.last > position:
                break
            if not person.strong and (not mention.subject or " " not in person.name):
                continue
            score = 4.0 - 0.8 * min(here - self._step(mention.first), 8)
            if mention.subject:
                # Whoever the main clause is about, rather than a name inside what was said.
                score += 2.5 if self.doc[mention.last - 1].head.dep_ == "ROOT" else 1.5
            score -= 3.0 if mention.inside_quote else 0.0
            score -= 0.0 if person.strong else 2.0
            score -= 0.8 if self._owns(mention, len(self.doc)) else 0.0
            old = scores.get(id(person))
            if old is None or score >= old[0] - 0.01:
                scores[id(person)] = (score, person)
        return sorted(scores.values(), key=lambda item: -item[0])

    def _step(self, position: int) -> int:
        """The sentence a token is in; a quotation counts as one: "he" after ten quoted sentences is
        its speaker."""
        if not self._steps:
            step, quiet = 0, False
            starts = {sentence.start for sentence in self.doc.sents}
            for place, word in enumerate(words_of(self.doc)):
                if place in starts and not quiet:
                    step += 1
                if word in {'"', "“", "”"}:
                    quiet = word == "“" or (word == '"' and not quiet)
                if "\n" in word:
                    quiet = False
                self._steps.append(step)
        return self._steps[position]

    def _country_of_owner(self, pronoun: Any) -> str:
        owner = self._antecedent(pronoun.i, PRONOUNS[pronoun.text.lower()])
        return self._facts.of_person(owner).country if owner is not None else ""

    # -- descriptions -------------------------------------------------------------------------------------

    def _nominal(self, tokens: list[Any], head: Any) -> Speaker | None:
        """Return whom "the Polish minister", "a senior diplomat", "US officials" or a lone name means."""
        facts, first = self._facts, tokens[0].text.lower()
        if head.idx in self._listed and self._listed[head.idx].kind == "place":
            return None  # a town or a state of a country is no voice
        lemma = (head.lemma_ or head.text).lower().rstrip(".")
        plural = head.tag_ in {"NNS", "NNPS"}
        if first in VAGUE_DETERMINERS or (plural and lemma in VAGUE_HEADS):
            return None
        phrase = phrase_of(self.doc, tokens)
        if not facts.book.head(phrase):
            lone = head.pos_ == "PROPN" and (not plural or len(tokens) == 1) and lemma not in VAGUE_HEADS
            return facts.of_lone_name(phrase) if lone else None
        country, said = country_in_role(phrase, facts.lists)
        organisation = organisation_of_role(phrase, facts.book)
        if plural:
            known = country or organisation or _OFFICE.search(phrase)
            return facts.of_unnamed(phrase, tokens[0].idx) if known else None
        if first not in _ONE and (first != lemma or head.text[:1].isupper()):
            found = self._pointed_at(tokens, head, phrase, country, said)
            if found is not None:
                return found
        if lemma in VAGUE_HEADS and not country and not organisation and first not in _ONE:
            return None
        return facts.of_unnamed(phrase, tokens[0].idx)

    def _pointed_at(
        self, tokens: list[Any], head: Any, phrase: str, country: str, said: str
    ) -> Speaker | None:
        position = tokens[0].i
        if head.text.lower() == "counterpart":
            return self._counterpart(tokens, country, phrase)
        person = self._described(head, phrase, country, position)
        earlier = None if said else self._unnamed_before(head, position)
        if earlier is not None:
            after = earlier[-1].i
            named = person is not None and any(
                after < m.first < position and not m.inside_quote for m in person.mentions
            )
            if not named:
                return self.resolve(Span(earlier[0].idx, earlier[-1].idx + len(earlier[-1])))
        if person is None:
            person = self._elsewhere(head.text.lower().rstrip("."), country)
        return self._speaker(person)

    def _counterpart(self, tokens: list[Any], country: str, phrase: str) -> Speaker | None:
        """Return whom "his Polish counterpart" means: the Pole of the same office as "he"."""
        gender = PRONOUNS.get(tokens[0].text.lower(), "")
        owner = self._antecedent(tokens[0].i, gender)
        tier = self._facts.of_person(owner).tier if owner is not None else ""
        for person in self.people:
            own = self._facts.of_person(person)
            if person is not owner and country and own.country == country and own.tier in {tier, ""}:
                return own
        unnamed = self._facts.of_unnamed(phrase)
        return unnamed if unnamed.country else None

    def _described(self, head: Any, phrase: str, country: str, position: int) -> Person | None:
        """The person a description points back to: the same or a like office, no other country, nearest."""
        word = head.text.lower().rstrip(".")
        gender = GENDER_OF_HEAD.get(word, "")
        marks = {part for part in phrase.split()[:-1] if part[:1].isupper()}
        best: tuple[float, Person] | None = None
        for base, person in self._candidates(position):
            own = self._facts.of_person(person)
            if {gender, person.gender} == {"m", "f"} or (country and own.country not in {"", country}):
                continue
            fit = self._fit(word, person, own, country)
            if not fit or (country and not own.country and fit < 3):
                continue
            fit += 2.0 if any(mark in role for mark in marks for _, role in person.roles) else 0.0
            fit += 1.0 if country and own.country == country else 0.0
            if best is None or base + fit > best[0]:
                best = (base + fit, person)
        return best[1] if best else None

    def _fit(self, word: str, person: Person, own: Speaker, country: str) -> float:
        """How well "the minister" fits somebody's roles: 3 the same word, 2 a like one."""
        held = {part.lower().strip(".,") for _, role in person.roles for part in re.split(r"[\s-]+", role)}
        if word in held:
            return 3.0
        if held & {like for group in SAME_HEADS if word in group for like in group}:
            return 2.0
        office = self._facts.book.tier(word, "", bool(country))
        if office == own.tier == "head_of_state_or_government" and country in {"", own.country}:
            return 2.0  # "the US president", for a name that the article gives no title
        return 2.0 if not held and office and office == own.tier != "official" else 0.0

    def _elsewhere(self, word: str, country: str) -> Person | None:
        """The one person of the headline, or named only later, whom an office with a country must mean."""
        fitting = []
        for person in [*self._headliners, *self.people]:
            own = self._facts.of_person(person)
            at_home = own.country == country if country else own.tier == "head_of_state_or_government"
            if at_home and self._fit(word, person, own, country):
                fitting.append(person)
        ids = {self._facts.of_person(person).speaker_id for person in fitting}
        return fitting[0] if len(ids) == 1 else None

    def _unnamed_before(self, head: Any, position: int) -> list[Any] | None:
        """Return the phrase that brought an unnamed person in: "a senior diplomat", for "the diplomat"."""
        for index in range(position - 1, max(-1, position - _REACH), -1):
            token = self.doc[index]
            if token.text.lower() != head.text.lower() or token.tag_ not in {"NN", "NNP"}:
                continue
            if token.dep_ not in {"nsubj", "pobj", "agent", "nsubjpass", "ROOT"}:
                continue
            introduced = any(t.text.lower() in _ONE for t in token.lefts)
            phrase = [t for t in token.subtree if t.i <= token.i + 8 and not t.is_space]
            if introduced and not any(t.i in self._by_token for t in phrase):
                return phrase
        return None


def _headliners(title: str, lists: SpeakerLists) -> list[Person]:
    """The people of the alias list whom a headline names, for "the president" before the name."""
    found = []
    for match in re.findall(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?", title):
        for form in (match, *match.split()):
            alias = lists.alias(re.sub(r"['’]s?$", "", form))
            if alias is not None and alias.tier:
                found.append(Person(alias.name, strong=True))
                break
    return found


def _head(tokens: list[Any]) -> Any:
    """The syntactic head of a mention: the token whose own head lies outside it."""
    inside = {t.i for t in tokens}
    heads = [t for t in tokens if t.head.i not in inside or t.head.i == t.i]
    return next((t for t in heads if t.pos_ in _NOMINAL), heads[0] if heads else tokens[-1])


_BOOKS: list[RoleBook] = []


def _book(lists: SpeakerLists) -> RoleBook:
    """One role book per loaded lists: building it for each article would cost more than using it."""
    if not _BOOKS or _BOOKS[0].lists is not lists:
        _BOOKS[:] = [RoleBook(lists)]
    return _BOOKS[0]
