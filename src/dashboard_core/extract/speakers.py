"""Who speaks in one article: mentions ("he", "the expert", "Ankara", a surname) become speakers.

A speaker has a role, an organisation, a country and a tier only where the text or an editable list says so, and
the country says what it rests on. Vague groups ("analysts", "critics") are nobody.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from dashboard_core.extract.affiliation import read_roles
from dashboard_core.extract.given_names import FEMALE, MALE
from dashboard_core.extract.names import name_parts
from dashboard_core.extract.people import Mention, Person, read_gender, read_people
from dashboard_core.extract.places import (
    country_in_name,
    country_in_role,
    country_of_dateline,
    country_of_topic,
)
from dashboard_core.extract.roles import (
    ORGANISATION_WORDS,
    RoleBook,
    kind_of_organisation,
    organisation_of_role,
    tier_of_institution,
)
from dashboard_core.extract.speaker_lists import Entry, SpeakerLists, flatten
from dashboard_core.records import Span, Speaker, stable_id

__all__ = ["Cast", "SpeakerLists"]

_PRONOUNS = {
    "he": "m",
    "him": "m",
    "his": "m",
    "himself": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "herself": "f",
}
_PLURAL_PRONOUNS = frozenset(
    {"they", "them", "their", "we", "us", "our", "i", "me", "my", "you", "your", "one"}
)
_VIEWS = frozenset("opinion view words assessment estimate estimation belief".split())
_RELATIVE = frozenset({"who", "whom", "whose", "which", "that"})
_VAGUE_DETERMINERS = frozenset(
    "some many several most few various numerous other others both all any such certain two three four five dozens".split()
)
_VAGUE_HEADS = frozenset(
    """analyst expert critic observer people person opponent supporter activist source specialist economist scientist
    commentator proponent skeptic sceptic west world country state nation public media community society reader
    user resident citizen farmer protester demonstrator group report poll survey document text history law""".split()
)
_TEXTS = frozenset(
    "statement report letter communique communiqué declaration release message tweet post press".split()
)
_SIDES = frozenset(
    "dictatorship kingdom presidency monarchy junta cabinet side delegation leadership government authority regime camp".split()
)
_SAME_HEADS = (
    frozenset("expert analyst specialist scientist scholar researcher economist observer fellow professor commentator historian director head academic consultant strategist lecturer".split()),
    frozenset("minister secretary".split()),
    frozenset("president leader head chairman chief chair boss".split()),
    frozenset("leader premier chancellor minister king emir chief president".split()),
    frozenset("lawmaker legislator senator sen rep congressman congresswoman representative mp mep deputy parliamentarian democrat republican politician speaker".split()),
    frozenset("diplomat ambassador envoy minister secretary representative negotiator official".split()),
    frozenset("official minister secretary spokesman spokeswoman spokesperson chief head director commissioner governor".split()),
    frozenset("spokesman spokeswoman spokesperson representative".split()),
    frozenset("general gen commander admiral adm colonel col officer chief".split()),
    frozenset("journalist reporter editor columnist correspondent blogger author writer".split()),
    frozenset("businessman entrepreneur executive ceo".split()),
    frozenset("activist campaigner ecologist environmentalist".split()),
    frozenset("politician leader minister president candidate chancellor premier".split()),
)  # fmt: skip
_ARTICLE = re.compile(r"^(?:the|a|an|this|that|its|their|his|her|our)\s+", re.IGNORECASE)
_GENDER_OF_HEAD = {
    "spokeswoman": "f",
    "congresswoman": "f",
    "chairwoman": "f",
    "woman": "f",
    "spokesman": "m",
    "congressman": "m",
    "man": "m",
}


class Cast:
    """The people and institutions of one article; ``resolve`` turns a mention into a speaker or None."""

    def __init__(
        self, doc: Any, lists: SpeakerLists, people: list[Person], listed: dict[int, Entry], book: RoleBook
    ) -> None:
        self.doc = doc
        self.lists = lists
        self.people = people
        self.flat = flatten(doc.text)
        self._listed = listed
        self._book = book
        self._by_token = {t: (p, m) for p in people for m in p.mentions for t in range(m.first, m.last)}
        self._order = sorted(((m.start, p, m) for p in people for m in p.mentions), key=lambda item: item[0])
        self._speakers: dict[int, Speaker] = {}
        self._article = hashlib.sha256(doc.text.encode("utf-8")).hexdigest()[:12]
        self._dateline = ("", "")
        self._topic = ("", "")

    @classmethod
    def from_doc(cls, doc: Any, lists: SpeakerLists, outlet: str = "", title: str = "") -> Cast:
        """Return the cast of a parsed article.

        Parameters
        ----------
        doc
            A spaCy doc with tags and parse; named entities are used where they are set.
        outlet
            Who published it: never taken for a speaker's country.
        title
            The headline, read for the place an article reports from.
        """
        book = _book(lists)
        people, listed = read_people(doc, lists, book)
        names = {t: p for p in people for m in p.mentions for t in range(m.first, m.last)}
        for person in people:
            read_roles(person, doc, book, names)
            read_gender(person, FEMALE, MALE)
            person.strong = person.strong or bool(person.roles)
        cast = cls(doc, lists, people, listed, book)
        cast._dateline = country_of_dateline(doc.text, title, lists)
        cast._topic = country_of_topic(doc.text, title, lists)
        return cast

    def resolve(self, mention: Span) -> Speaker | None:
        """Return who a mention is, by its place in the text; None for vague groups and the unidentifiable."""
        tokens = self._tokens(mention)
        if not tokens:
            return None
        head = _head(tokens)
        person = self._named_person(tokens, head)
        if person is not None:
            return self._speaker(person)
        # "US" is no pronoun: only lower-case and sentence-case words are.
        word = head.text.lower() if not head.text.isupper() or len(head.text) == 1 else head.text
        if word in _PRONOUNS:
            return self._maybe(self._antecedent(tokens[0].i, _PRONOUNS[word]))
        if word in _RELATIVE:
            found = self._before(tokens[0].i)
            return self._speaker(found) if found else None
        if word == "it":
            return self._body_before(tokens[0].i)
        if word in _PLURAL_PRONOUNS:
            return None
        if head.text.lower() in _VIEWS or head.pos_ == "ADP":
            # "In his opinion": the pronoun is the speaker.
            owner = next((t for t in tokens if t.text.lower() in _PRONOUNS), None)
            if owner is not None:
                return self._maybe(self._antecedent(owner.i, _PRONOUNS[owner.text.lower()]))
        return self._institution(tokens, head) or self._nominal(tokens, head)

    def resolve_all(self, mention: Span) -> list[Speaker]:
        """Return every speaker of a joint mention ("X and Y"), in the order of the text."""
        tokens = self._tokens(mention)
        if not tokens:
            return []
        head = _head(tokens)
        parts = [head, *[t for t in head.conjuncts if tokens[0].i <= t.i <= tokens[-1].i]]
        found: list[Speaker] = []
        for index, part in enumerate(parts):
            start = tokens[0].idx if index == 0 else part.left_edge.idx
            end = (
                parts[index + 1].left_edge.idx if index + 1 < len(parts) else tokens[-1].idx + len(tokens[-1])
            )
            speaker = self.resolve(Span(start, max(end, part.idx + len(part))))
            if speaker is not None and speaker.speaker_id not in {s.speaker_id for s in found}:
                found.append(speaker)
        return found

    # -- mentions -----------------------------------------------------------------------------------------

    def _tokens(self, mention: Span) -> list[Any]:
        span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is None:
            return []
        tokens = [t for t in span if not t.is_space]
        while tokens and tokens[0].is_punct:
            tokens.pop(0)
        while tokens and tokens[-1].is_punct:
            tokens.pop()
        return tokens

    def _named_person(self, tokens: list[Any], head: Any) -> Person | None:
        """The person a mention names: not the owner ("X's spokesman"), not the one somebody speaks of."""
        first, last = tokens[0].i, tokens[-1].i
        seen: list[tuple[Person, Mention]] = []
        for token in tokens:
            found = self._by_token.get(token.i)
            if found and (not seen or seen[-1][1] is not found[1]):
                seen.append(found)
        if head.i in self._by_token:
            person, mention = self._by_token[head.i]
            if not self._owned(mention, last):
                return person
        elif head.idx in self._listed and not self._book.find(head.text):
            return None  # "Russia, an ally of President X": the country speaks
        free = [(p, m) for p, m in seen if not self._owned(m, last) and not self._governed(m, first)]
        if free:
            return free[0][0]
        return None

    def _owned(self, mention: Mention, last: int) -> bool:
        after = self.doc[mention.last] if mention.last < len(self.doc) else None
        return after is not None and after.i < last and after.text in {"'s", "’s", "'", "’"}

    def _governed(self, mention: Mention, first: int) -> bool:
        position = mention.first - 1
        while position >= first and (self.doc[position].pos_ in {"PROPN", "ADJ", "NOUN", "DET"}):
            position -= 1
        chain = position >= first and self.doc[position].text.lower() in {
            "of",
            "for",
            "to",
            "with",
            "under",
            "from",
            "by",
        }
        if not chain:
            return False
        # "Deputy Director of the Centre Name": the name stands behind a role that reaches over the preposition.
        reach = mention.first - position
        own = self._by_token[mention.first][0].roles
        return not any(at == mention.start and len(text.split()) >= reach for at, text in own)

    # -- people -------------------------------------------------------------------------------------------

    def _before(self, position: int) -> Person | None:
        found = None
        for person in self.people:
            for mention in person.mentions:
                if mention.last <= position and (found is None or mention.last > found[1].last):
                    found = (person, mention)
        return found[0] if found else None

    def _candidates(self, position: int) -> list[tuple[float, Person]]:
        """Return the people named before a token with how likely a pronoun there means them, best first."""
        sentence = self._sentence_of(position)
        scores: dict[int, tuple[float, Person]] = {}
        for _, person, mention in self._order:
            if mention.last > position:
                break
            if not person.strong and not mention.subject:
                continue
            if not person.strong and " " not in person.name:
                continue
            distance = sentence - self._sentence_of(mention.first)
            score = 4.0 - 0.8 * min(distance, 8)
            score += 1.5 if mention.subject else 0.0
            score -= 3.0 if mention.inside_quote else 0.0
            score -= 0.0 if person.strong else 2.0
            score -= 0.8 if self._owned(mention, len(self.doc)) else 0.0
            old = scores.get(id(person))
            if old is None or score >= old[0] - 0.01:
                scores[id(person)] = (score, person)
        return sorted(scores.values(), key=lambda item: -item[0])

    def _sentence_of(self, position: int) -> int:
        if not hasattr(self, "_sentences"):
            self._sentences: list[int] = []
            number = 0
            quiet = False
            for token in self.doc:
                # A whole quotation counts as one step: "he" after ten quoted sentences is still its speaker.
                if token.is_sent_start and not quiet:
                    number += 1
                if token.text in {'"', "“", "”"}:
                    quiet = token.text == "“" or (token.text == '"' and not quiet)
                if "\n" in token.text:
                    quiet = False
                self._sentences.append(number)
        return self._sentences[position]

    def _antecedent(self, position: int, gender: str) -> Person | None:
        for _, person in self._candidates(position):
            if not person.gender or not gender or person.gender == gender:
                return person
        return None

    def _maybe(self, person: Person | None) -> Speaker | None:
        return self._speaker(person) if person else None

    def _speaker(self, person: Person) -> Speaker:
        known = self._speakers.get(id(person))
        if known is None:
            known = self._speakers[id(person)] = self._describe(person)
        return known

    def _describe(self, person: Person) -> Speaker:
        alias = self.lists.alias(person.name)
        name = alias.name if alias else person.name
        roles = [text for _, text in person.roles if self._book.find(text)]
        role = max(roles, key=lambda text: (self._weight(text), -roles.index(text)), default="")
        organisation = next(
            (o for o in (organisation_of_role(text, self._book) for text in [role, *roles]) if o), ""
        )
        if not organisation:
            organisation = self._body_of(person)
        organisation = self._whole_body(organisation, person)
        country, evidence = self._country(
            person, [role, *roles], organisation, alias.country if alias else ""
        )
        if not country and alias and alias.country:
            country, evidence = alias.country, f"list: {alias.variant}"
        tier = self._book.tier(role, organisation, bool(country))
        if not tier and alias:
            tier = alias.tier
        if not country:
            country, evidence = self._inferred(tier, role, organisation)
        key = " ".join(name_parts(name)) or name.lower()
        return Speaker(stable_id("s", key, country), name, role, tier, organisation, country, evidence)

    def _weight(self, role: str) -> int:
        words = len(role.split())
        if re.match(r"(?:former|ex-)", role, re.IGNORECASE) or "counterpart" in role:
            return 1
        return 2 if words == 1 else 4 if country_in_role(role, self.lists)[0] else 3

    def _body_of(self, person: Person) -> str:
        owners = [re.sub(r"['’]s$", "", text) for _, text in person.roles if not self._book.find(text)]
        for body in [body for _, body in person.bodies] + owners:
            kind, listed = kind_of_organisation(body, self.lists)
            named = any(w.strip('",.').lower() in ORGANISATION_WORDS for w in body.split())
            if listed is not None or (kind and named):
                return body if named else (body if listed is None else listed.name)
        return ""

    def _whole_body(self, organisation: str, person: Person) -> str:
        """ "the Center" stands for the body of that kind that was named last before the person."""
        words = _ARTICLE.sub("", organisation).split()
        if len(words) != 1 or words[0].lower() not in ORGANISATION_WORDS:
            return organisation
        kind, _ = kind_of_organisation(organisation, self.lists)
        found = ""
        for entry in self.lists.bodies.find(self.flat, 0, person.mentions[0].start):
            if entry.organisation is not None and _akin(entry.organisation.kind, kind):
                found = entry.organisation.name
        return found or organisation

    def _country(self, person: Person, roles: list[str], organisation: str, _listed: str) -> tuple[str, str]:
        for text in roles:
            country, words = country_in_role(text, self.lists)
            if country:
                return country, f"role phrase: {text}"
        for _, text in person.roles:
            country, words = country_in_role(text, self.lists)
            if country:
                return country, f"demonym: {words}"
        for text in roles:
            country, words = self._principal(text, person)
            if country:
                return country, f"role phrase: {text}"
        if organisation:
            country, words = country_in_name(organisation, self.lists)
            if country:
                return country, f"organisation: {words}"
        return "", ""

    def _principal(self, role: str, person: Person) -> tuple[str, str]:
        """ "Holt's adviser", "spokesman for Holt": the country of the person somebody works for."""
        for word in re.findall(r"[A-Z][\w'’-]+", role):
            bare = re.sub(r"['’]s$", "", word)
            alias = self.lists.alias(bare)
            if alias and alias.country:
                return alias.country, bare
            for other in self.people:
                if other is not person and other.strong and other.surname == bare and other.roles:
                    found = country_in_role(other.roles[0][1], self.lists)
                    if found[0]:
                        return found
        return "", ""

    def _inferred(self, tier: str, role: str, organisation: str) -> tuple[str, str]:
        if not role or kind_of_organisation(organisation, self.lists)[0] == "international":
            return "", ""
        if any(
            e.organisation and e.organisation.kind == "international"
            for e in self.lists.bodies.find(flatten(role))
        ):
            return "", ""
        if any(True for _ in self.lists.places.find(flatten(role))):
            return "", ""
        if self._dateline[0]:
            return self._dateline[0], f"dateline: {self._dateline[1]} (inferred)"
        if tier in {"official", "head_of_state_or_government", "legislator"} and self._topic[0]:
            return self._topic[0], f"inferred: {self._topic[1]} in title and lead"
        return "", ""

    # -- institutions and unnamed people ------------------------------------------------------------------

    def _institution(self, tokens: list[Any], head: Any) -> Speaker | None:
        entry = self._listed.get(head.idx)
        if entry is None and tokens[-1].i == head.i and tokens[0].idx in self._listed:
            reach = self._listed[tokens[0].idx]
            entry = reach if reach.end >= head.idx + len(head) else None
        if entry is not None and entry.kind == "demonym" and entry.phrase not in {"US", "U.S.", "UK", "U.K."}:
            return None
        if entry is not None:
            name = entry.phrase
            if entry.organisation is not None:
                body = entry.organisation
                return self._body_speaker(
                    name, body.kind, body.country, f"organisation: {body.name}" if body.country else ""
                )
            if name == "Brussels":
                return self._body_speaker(name, "government", "", "")
            home = name if entry.kind == "metonym" else ""
            return Speaker(
                stable_id("s", name.lower(), entry.country),
                name,
                "",
                "official",
                home,
                entry.country,
                f"metonym: {name}",
            )
        word = head.lemma_.lower() if head.lemma_ else head.text.lower()
        text = self._phrase(tokens)
        if word in _TEXTS:
            return self._author(tokens, head)
        body_like = (
            head.text.lower() in ORGANISATION_WORDS or head.text.lower().rstrip("s") in ORGANISATION_WORDS
        )
        if not body_like or head.tag_ == "NNS":
            if word in _SIDES:
                country, words = self._country_here(tokens)
                if not country and tokens[0].text.lower() in _PRONOUNS:
                    owner = self._antecedent(tokens[0].i, _PRONOUNS[tokens[0].text.lower()])
                    country = self._speaker(owner).country if owner else ""
                    if country and self.lists.countries[country].demonyms:
                        words = self.lists.countries[country].demonyms[0]
                        text = f"{words} {head.text}"
                if country:
                    return self._body_speaker(text, "government", country, f"demonym: {words}")
            return None
        named = next((self._listed[t.idx] for t in tokens if t.i > head.i and t.idx in self._listed), None)
        if named is not None and named.organisation is not None and head.text[:1].islower() and head.n_rights:
            # "the state-run news agency X": the body has a name.
            body = named.organisation
            country, words = self._country_here(tokens)
            country = body.country or (country if body.kind != "international" else "")
            return self._body_speaker(
                body.name, body.kind, country, f"organisation: {body.name}" if country else ""
            )
        if len(text.split()) == 1:
            if tokens[0].text.lower() in _PRONOUNS and word in _SIDES:
                owner = self._antecedent(tokens[0].i, _PRONOUNS[tokens[0].text.lower()])
                country = self._speaker(owner).country if owner else ""
                if country and self.lists.countries[country].demonyms:
                    words = self.lists.countries[country].demonyms[0]
                    return self._body_speaker(
                        f"{words} {head.text}", "government", country, f"demonym: {words}"
                    )
            return self._earlier_body(head, text)
        kind, listed = kind_of_organisation(text, self.lists)
        country, words = country_in_name(text, self.lists)
        if not country:
            country, words = self._country_here(tokens)
        return self._body_speaker(text, kind, country, f"organisation: {text}" if country else "")

    def _body_speaker(self, name: str, kind: str, country: str, evidence: str) -> Speaker:
        tier = tier_of_institution(kind)
        name = name.strip()
        return Speaker(
            stable_id("s", flatten(name).lower(), country), name, "", tier, name, country, evidence
        )

    def _earlier_body(self, head: Any, text: str) -> Speaker | None:
        """ "the ministry": the last body named before it that ends or begins in the same word."""
        pattern = re.compile(
            rf"(?:[A-Z][\w'&-]*\s+(?:(?:of|for|and|the)\s+)?){{1,6}}{re.escape(head.text.title())}\b|{re.escape(head.text.title())}\s+(?:of|for)\s+(?:[\w']+\s+)*?[A-Z][\w']+"
        )
        found = None
        for match in pattern.finditer(self.flat, 0, head.idx):
            found = match
        if found is None:
            return None
        name = re.sub(r"^(?:The|the|In|At)\s+", "", self.doc.text[found.start() : found.end()])
        kind, _ = kind_of_organisation(name, self.lists)
        country, words = country_in_name(name, self.lists)
        return self._body_speaker(name, kind, country, f"organisation: {words}" if country else "")

    def _author(self, tokens: list[Any], head: Any) -> Speaker | None:
        """ "a statement from the ministry", "the ministry's statement": whoever made it."""
        for token in tokens:
            if token.i == head.i or token.dep_ not in {"pobj", "poss", "compound"}:
                continue
            if token.head.i == head.i or token.head.head.i == head.i:
                edge = [t for t in token.subtree if tokens[0].i <= t.i <= tokens[-1].i]
                if edge and len(edge) < len(tokens):
                    return self.resolve(Span(edge[0].idx, edge[-1].idx + len(edge[-1])))
        return None

    def _country_here(self, tokens: list[Any]) -> tuple[str, str]:
        text = self.doc.text[tokens[0].idx : tokens[-1].idx + len(tokens[-1])]
        return country_in_role(text, self.lists)

    def _phrase(self, tokens: list[Any]) -> str:
        text = re.sub(r"\s+", " ", self.doc.text[tokens[0].idx : tokens[-1].idx + len(tokens[-1])])
        text = re.split(r",\s|\s(?:who|which|that)\s", text)[0]
        return _ARTICLE.sub("", text).strip()

    def _nominal(self, tokens: list[Any], head: Any) -> Speaker | None:
        lemma = (head.lemma_ or head.text).lower().rstrip(".")
        plural = head.tag_ in {"NNS", "NNPS"}
        first = tokens[0].text.lower()
        if first in _VAGUE_DETERMINERS or (plural and lemma in _VAGUE_HEADS):
            return None
        text = self._phrase(tokens)
        country, words = self._country_here(tokens)
        organisation = organisation_of_role(text, self._book)
        if not self._book.head(text):
            return self._lone_name(tokens, head) if head.pos_ == "PROPN" and not plural else None
        if plural:
            if not country and not organisation and not self._office(text):
                return None
            return self._unnamed(text, organisation, country, words)
        definite = (
            first in {"the", "this", "that", "his", "her", "their", "its"}
            or head.text[:1].isupper()
            or bool(words)
        )
        if definite and first not in {"a", "an", "one", "another"}:
            person = self._described(head, text, country, tokens[0].i)
            earlier = self._unnamed_before(head, tokens[0].i) if not words else None
            if earlier is not None and (
                person is None or not self._named_between(earlier[-1].i, tokens[0].i, person)
            ):
                return self.resolve(Span(earlier[0].idx, earlier[-1].idx + len(earlier[-1])))
            if person is not None:
                return self._speaker(person)
        if lemma in _VAGUE_HEADS and not country and not organisation and first not in {"a", "an"}:
            return None
        return self._unnamed(text, organisation, country, words)

    def _office(self, text: str) -> bool:
        return bool(
            re.search(
                r"\b(?:administration|government|defense|defence|white house|intelligence|military|foreign)\b",
                text,
                re.I,
            )
        )

    def _described(self, head: Any, text: str, country: str, position: int) -> Person | None:
        """The person a description points back to: same role or a like one, no other country, most likely by place."""
        word = head.text.lower().rstrip(".")
        like = {word} | {w for group in _SAME_HEADS if word in group for w in group}
        gender = _GENDER_OF_HEAD.get(word, "")
        place_words = {w for w in text.split()[:-1] if w[:1].isupper()}
        best: tuple[float, Person] | None = None
        for base, person in self._candidates(position):
            if gender and person.gender and person.gender != gender:
                continue
            own = self._speaker(person)
            if country and own.country and own.country != country:
                continue
            office = self._book.tier(word, "", bool(country))
            words = {w.lower().strip(".,") for _, role in person.roles for w in re.split(r"[\s-]+", role)}
            fit = 3.0 if word in words else 2.0 if words & like else 0.0
            if (
                not fit
                and office == own.tier != "official"
                and (not words or office == "head_of_state_or_government")
            ):
                # "the US president" for a name that the article gives no title: the list knows the office.
                fit = 2.0 if country == own.country or not country else 0.0
            if not fit:
                continue
            if any(w in role for w in place_words for _, role in person.roles):
                fit += 2.0
            if country and own.country == country:
                fit += 1.0
            if country and own.country != country and fit < 3:
                continue
            score = base + fit
            if best is None or score > best[0]:
                best = (score, person)
        return best[1] if best else None

    def _unnamed_before(self, head: Any, position: int) -> list[Any] | None:
        """ "a senior diplomat" said; "the diplomat" says on: the phrase that brought an unnamed person in."""
        for index in range(position - 1, max(-1, position - 600), -1):
            token = self.doc[index]
            if token.text.lower() != head.text.lower() or token.tag_ not in {"NN", "NNP"}:
                continue
            opening = [t for t in token.lefts if t.text.lower() in {"a", "an", "one", "another"}]
            if not opening or any(t.i in self._by_token for t in token.subtree) or token.dep_ == "appos":
                continue
            if token.dep_ not in {"nsubj", "pobj", "agent", "nsubjpass", "ROOT"}:
                continue
            return [t for t in token.subtree if t.i <= token.i + 8 and not t.is_space]
        return None

    def _named_between(self, start: int, end: int, person: Person) -> bool:
        return any(start < m.first < end and not m.inside_quote for m in person.mentions)

    def _body_before(self, position: int) -> Speaker | None:
        """ "it": the country or body that was the subject of a sentence shortly before."""
        sentence = self._sentence_of(position)
        for index in range(position - 1, -1, -1):
            if sentence - self._sentence_of(index) > 2:
                return None
            token = self.doc[index]
            if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ in {"PROPN", "NOUN"}:
                entry = self._listed.get(token.idx)
                body = entry is not None and entry.kind != "demonym"
                if body or token.text.lower() in ORGANISATION_WORDS:
                    edge = [t for t in token.subtree if t.i <= token.i]
                    return self.resolve(Span(edge[0].idx, token.idx + len(token)))
        return None

    def _unnamed(self, text: str, organisation: str, country: str, words: str) -> Speaker:
        evidence = f"role phrase: {text}" if country else ""
        if not country and organisation:
            country, named = country_in_name(organisation, self.lists)
            evidence = f"organisation: {named}" if country else ""
        tier = self._book.tier(text, organisation, bool(country)) or "other"
        if not country:
            country, evidence = self._inferred(tier, text, organisation)
        # An unnamed official of one article is nobody's namesake in another.
        identity = stable_id("s", flatten(text).lower(), country, self._article)
        return Speaker(identity, text, text, tier, organisation, country, evidence)

    def _lone_name(self, tokens: list[Any], head: Any) -> Speaker | None:
        proper = [t for t in tokens if t.pos_ == "PROPN" or t.text[:1].isupper()]
        if not proper or head.text.lower() in _VAGUE_HEADS:
            return None
        text = self._phrase(tokens)
        kind, listed = kind_of_organisation(text, self.lists)
        if listed is not None or kind or any(w.lower() in ORGANISATION_WORDS for w in text.split()):
            country, words = country_in_name(text, self.lists)
            return self._body_speaker(text, kind, country, f"organisation: {words}" if country else "")
        return Speaker(stable_id("s", " ".join(name_parts(text)) or text.lower(), ""), text)


def _head(tokens: list[Any]) -> Any:
    """The syntactic head of a mention: the token whose own head lies outside it."""
    inside = {t.i for t in tokens}
    heads = [t for t in tokens if t.head.i not in inside or t.head.i == t.i]
    nouns = [t for t in heads if t.pos_ in {"NOUN", "PROPN", "PRON", "ADJ", "DET", "X", "NUM"}]
    return nouns[0] if nouns else heads[0] if heads else tokens[-1]


def _akin(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= {"think_tank", "state_institute", "university", "ngo"}


_BOOKS: dict[int, RoleBook] = {}


def _book(lists: SpeakerLists) -> RoleBook:
    """One role book per loaded lists: building it for each article would cost more than using it."""
    book = _BOOKS.get(id(lists))
    if book is None or book.lists is not lists:
        _BOOKS.clear()
        book = _BOOKS[id(lists)] = RoleBook(lists)
    return book
