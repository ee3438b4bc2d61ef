"""What is known of a speaker: role, organisation, tier, and the country with what it rests on.

Nothing is guessed into a speaker. The order of evidence for a country: a role phrase, a word elsewhere in the
roles, the person somebody works for, the organisation, the alias list; last, and marked as inferred, the
place
the article reports from, and only for titles that make sense at home ("the minister", not "NATO's envoy").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from dashboard_core.extract.people import Person
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
from dashboard_core.records import Speaker, stable_id
from dashboard_core.spelling import name_parts

__all__ = ["Facts", "without_article"]

_ARTICLE = re.compile(r"^(?:the|a|an|this|that|its|their|his|her|our)\s+", re.IGNORECASE)
_PARTY_TAG = re.compile(r"[RDI]-")
_WIDER_THAN_A_COUNTRY = re.compile(
    r"\b(?:european|asian|african|arab|western|international|foreign diplomat|"
    r"regional|global|bloc|alliance|un|eu)\b",
    re.IGNORECASE,
)
_GOVERNING = frozenset({"official", "head_of_state_or_government", "legislator", "military"})


def without_article(phrase: str) -> str:
    """Return a phrase without its article.

    >>> without_article("the ministry")
    'ministry'
    """
    return _ARTICLE.sub("", phrase).strip()


class Facts:
    """Builds the speakers of one article from its people, bodies and descriptions."""

    def __init__(
        self, text: str, title: str, lists: SpeakerLists, book: RoleBook, people: Sequence[Person]
    ) -> None:
        self.lists = lists
        self.book = book
        self.people = people
        self.text = text
        self.flat = flatten(text)
        self._article = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self._dateline = country_of_dateline(text, title, lists)
        self._topic = country_of_topic(text, title, lists)
        self._known: dict[int, Speaker] = {}

    def of_person(self, person: Person) -> Speaker:
        """Return a named person as a speaker; the same person gives the same speaker."""
        known = self._known.get(id(person))
        if known is None:
            known = self._known[id(person)] = self._describe(person)
        return known

    def of_body(self, name: str, kind: str, country: str = "", evidence: str = "") -> Speaker:
        """Return an institution that speaks as such."""
        name = name.strip()
        identity = stable_id("s", flatten(name).lower(), country)
        return Speaker(
            identity, name, "", tier_of_institution(kind), name, country, evidence if country else ""
        )

    def of_listed_body(self, entry: Entry) -> Speaker:
        """Return an organisation of the list; a newspaper's address is not a country it speaks for."""
        body = entry.organisation
        if body is None:
            raise ValueError(f"{entry.phrase} is no organisation")
        if body.kind == "media":
            return self.of_body(entry.phrase, body.kind)
        return self.of_body(entry.phrase, body.kind, body.country, f"organisation: {body.name}")

    def of_place(self, entry: Entry) -> Speaker:
        """Return the government behind a country, a capital or another metonym."""
        if entry.phrase == "Brussels":
            return self.of_body("Brussels", "government")
        home = entry.phrase if entry.kind == "metonym" else ""
        identity = stable_id("s", entry.phrase.lower(), entry.country)
        return Speaker(
            identity, entry.phrase, "", "official", home, entry.country, f"metonym: {entry.phrase}"
        )

    def of_unnamed(self, phrase: str) -> Speaker:
        """Return somebody without a name ("a senior diplomat"), known in this article only."""
        organisation = organisation_of_role(phrase, self.book)
        country, _ = country_in_role(phrase, self.lists)
        evidence = f"role phrase: {phrase}"
        if not country and organisation:
            country, named = country_in_name(organisation, self.lists)
            evidence = f"organisation: {named}"
        tier = self.book.tier(phrase, organisation, bool(country)) or "other"
        if not country:
            country = self._principal(phrase, None)
            evidence = f"role phrase: {phrase}"
        if not country:
            country, evidence = self.inferred(tier, phrase, organisation)
        identity = stable_id("s", flatten(phrase).lower(), country, self._article)
        return Speaker(identity, phrase, phrase, tier, organisation, country, evidence if country else "")

    def of_lone_name(self, phrase: str) -> Speaker:
        """Return whom a capitalised phrase names that the text tells nothing else about."""
        kind, listed = kind_of_organisation(phrase, self.lists)
        if listed is not None or any(word.lower() in ORGANISATION_WORDS for word in phrase.split()):
            country, named = country_in_name(phrase, self.lists)
            return self.of_body(phrase, kind, country, f"organisation: {named}")
        return Speaker(stable_id("s", " ".join(name_parts(phrase)) or phrase.lower(), ""), phrase)

    def inferred(self, tier: str, role: str, organisation: str, at: int = -1) -> tuple[str, str]:
        """Return a country from where and what the article is about, for local titles without a country."""
        if not role or kind_of_organisation(organisation, self.lists)[0] == "international":
            return "", ""
        flat = flatten(role)
        abroad = any(
            e.organisation and e.organisation.kind == "international" for e in self.lists.bodies.find(flat)
        )
        if abroad or any(True for _ in self.lists.places.find(flat)) or _WIDER_THAN_A_COUNTRY.search(flat):
            return "", ""
        dateline, topic = self._dateline, self._topic
        if tier in _GOVERNING and dateline[0] and topic[0] and dateline[0] != topic[0]:
            # A minister abroad: the city is the host's, the topic may be either's.
            return "", ""
        if dateline[0]:
            return dateline[0], f"dateline: {dateline[1]} (inferred)"
        # "The federal government", in an article about another country: whose it is, the topic does not say.
        foreign = flat.lower().startswith("federal ")
        if tier in _GOVERNING and topic[0] and not foreign and self._at_home(topic[0], at):
            return topic[0], f"inferred: {topic[1]} in title and lead"
        return "", ""

    def _at_home(self, country: str, at: int) -> bool:
        """Whether the words around name the country, or none: "the minister" may be abroad."""
        if at < 0:
            return True
        near = {entry.country for entry in self.lists.places.find(self.flat, max(0, at - 250), at + 250)}
        return not near or country in near

    def demonym(self, country: str) -> str:
        """Return the first demonym of a country, for names like "French government"."""
        listed = self.lists.countries.get(country)
        return listed.demonyms[0] if listed and listed.demonyms else ""

    def _describe(self, person: Person) -> Speaker:
        forms = [person.name, *(m.text for m in person.mentions if " " in m.text)]
        alias = next((found for found in map(self.lists.alias, forms) if found is not None), None)
        # The name as the article gives it in full; the list completes a bare surname.
        name = alias.name if alias and len(name_parts(person.name)) < 2 else person.name
        roles = _with_party([text for _, text in person.roles if self._says_role(text)])
        role = max(roles, key=lambda text: (self._weight(text), -roles.index(text)), default="")
        named = (organisation_of_role(text, self.book) for text in [role, *roles])
        organisation = next((body for body in named if body), "") or self._body_of(person)
        organisation = self._whole_body(organisation, person)
        country, evidence = self._country(person, [role, *roles], organisation)
        if not country and alias and alias.country:
            country, evidence = alias.country, f"list: {alias.variant}"
        of_country = bool(country) and not evidence.startswith("list")
        tier = self.book.tier(role, organisation, of_country) or (alias.tier if alias else "")
        if not tier and "counterpart" in role:
            tier = self._tier_before(person)
        if not country:
            at = person.mentions[0].start if person.mentions else -1
            country, evidence = self.inferred(tier, role, organisation, at)
        key = " ".join(name_parts(alias.name if alias else name)) or name.lower()
        return Speaker(stable_id("s", key, country), name, role, tier, organisation, country, evidence)

    def _tier_before(self, person: Person) -> str:
        """Return the tier of the role given last before a counterpart's name: whose counterpart it is."""
        start = person.mentions[0].start if person.mentions else 0
        before = [
            (at, role)
            for other in self.people
            if other is not person
            for at, role in other.roles
            if at < start
        ]
        return self.book.tier(max(before)[1], "", True) if before else ""

    def _says_role(self, text: str) -> bool:
        return bool(self.book.find(text)) or bool(_PARTY_TAG.match(text))

    def _weight(self, role: str) -> int:
        if re.match(r"(?:former|ex-|veteran)", role, re.IGNORECASE) or "counterpart" in role:
            return 1
        if len(role.split()) == 1:
            return 2
        return 4 if country_in_role(role, self.lists)[0] else 3

    def _body_of(self, person: Person) -> str:
        """The body somebody is said to be of, at or from, where no role names one."""
        owners = [text[:-2] for _, text in person.roles if text.endswith(("'s", "’s"))]
        for body in [*(body for _, body in person.bodies), *owners]:
            kind, listed = kind_of_organisation(body, self.lists)
            named = any(word.strip('",.').lower() in ORGANISATION_WORDS for word in body.split())
            if listed is not None or (kind and named):
                return listed.name if listed is not None and not named else body
        return ""

    def _whole_body(self, organisation: str, person: Person) -> str:
        """Return the body that a bare "Center" stands for: the last of its kind named before the person."""
        bare = without_article(organisation).split()
        if len(bare) != 1 or bare[0].lower() not in ORGANISATION_WORDS or not person.mentions:
            return organisation
        kind, _ = kind_of_organisation(organisation, self.lists)
        found = organisation
        for entry in self.lists.bodies.find(self.flat, 0, person.mentions[0].start):
            body = entry.organisation
            if body is not None and (_akin(body.kind, kind) or bare[0] in entry.phrase.split()):
                found = body.name
        return found

    def _country(self, person: Person, roles: list[str], organisation: str) -> tuple[str, str]:
        for text in roles:
            country, _ = country_in_role(text, self.lists)
            if country:
                return country, f"role phrase: {text}"
        for _, text in person.roles:
            country, phrase = country_in_role(text, self.lists)
            if country:
                return country, f"demonym: {phrase}"
        for text in roles:
            country = self._principal(text, person)
            if country:
                return country, f"role phrase: {text}"
        if organisation:
            country, named = country_in_name(organisation, self.lists)
            if country:
                return country, f"organisation: {named}"
        return "", ""

    def _principal(self, role: str, person: Person | None) -> str:
        """Return the country of whom somebody works for: "Holt's adviser", "spokesman for Holt"."""
        for word in re.findall(r"[A-Z][\w'’-]+", role):
            bare = re.sub(r"['’]s$", "", word)
            alias = self.lists.alias(bare)
            if alias and alias.country:
                return alias.country
            for other in self.people:
                if other is not person and other.strong and other.surname == bare and other.roles:
                    country, _ = country_in_role(other.roles[0][1], self.lists)
                    if country:
                        return country
        return ""


def _with_party(roles: list[str]) -> list[str]:
    """Return roles with a title and a party tag joined: "Rep." and "R-Texas" are one role."""
    tags = [role for role in roles if _PARTY_TAG.match(role)]
    titles = [role for role in roles if re.fullmatch(r"(?:Sen|Rep)s?\.", role)]
    if tags and titles:
        return [f"{titles[0]}, {tags[0]}", *(role for role in roles if role not in {tags[0], titles[0]})]
    return roles


def _akin(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= {"think_tank", "state_institute", "university", "ngo"}
