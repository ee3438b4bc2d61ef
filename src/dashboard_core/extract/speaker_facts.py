"""What is known of a speaker: role, organisation, tier, and the country with what it rests on.

Nothing is guessed into a speaker. The order of evidence for a country: a role phrase, a word elsewhere in the
roles, the person somebody works for, the organisation, the alias list; last, and marked as inferred, the
place
the article reports from, and only for titles that make sense at home ("the minister", not "NATO's envoy").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from dashboard_core.extract.organisation_kinds import (
    ORGANISATION_WORDS,
    kind_of_organisation,
    looks_like_body,
    tier_of_institution,
)
from dashboard_core.extract.people import Person
from dashboard_core.extract.places import (
    SEATS,
    country_in_name,
    country_in_role,
    country_of_dateline,
    country_of_topic,
    is_town,
    which_georgia,
)
from dashboard_core.extract.roles import RoleBook, organisation_of_role
from dashboard_core.extract.speaker_lists import Entry, Organisation, SpeakerLists, flatten
from dashboard_core.extract.speaker_words import BODY_KINDS, BODY_NOUNS
from dashboard_core.extract.surroundings import Subject, Surroundings
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
_FORMER = re.compile(r"(?:former|ex-|late|retired)\b", re.IGNORECASE)
_POSTED = re.compile(r"\b(?:embassy|consulate|mission|office)\b", re.IGNORECASE)
_VOICE_OF_BODY = re.compile(r"\b(?:founder|chief executive|ceo|spokes\w+)\b", re.IGNORECASE)
_NOUN_BEFORE = re.compile(r"(?:[A-Z]?[a-z-]+\s)*[a-z-]+\s([A-Z]\S*(?:\s[A-Z]\S*)*)$")
_COUNTERPART = re.compile(r"\b(?:counterpart|colleague)\b")
_AROUND = "sentence around"
_SPEAKS_FOR = re.compile(
    r"(?:[a-z-]+\s+)*(?:spokes\w+|negotiator|representative|(?:opposition|party) leader)", re.IGNORECASE
)
_GOVERNING = frozenset({"official", "head_of_state_or_government", "legislator", "military"})


_ITS = re.compile(r"\b(?:its|their)\s+$", re.IGNORECASE)
_BODYS = re.compile(r"(?P<noun>\w+)'s\s")
_IN_TOWN = re.compile(r"\s+in\s+(?P<town>[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?)$")
# An office that says nothing of whose it is, and that every body has.
_BARE_OFFICE = re.compile(
    r"(?:(?:chief|deputy|executive|managing|general|senior|press)\s+)*"
    r"(?:spokes(?:man|woman|person)|director|chair(?:man|woman|person)?|secretary[- ]general"
    r"|general secretary|chief executive(?: officer)?|ceo|founder|co-founder|head|director[- ]general)",
    re.IGNORECASE,
)


def without_article(phrase: str) -> str:
    """Return a phrase without its article.

    >>> without_article("the ministry")
    'ministry'
    """
    return _ARTICLE.sub("", phrase).strip()


class Facts:
    """Builds the speakers of one article from its people, bodies and descriptions."""

    def __init__(
        self,
        text: str,
        title: str,
        lists: SpeakerLists,
        book: RoleBook,
        people: Sequence[Person],
        around: Surroundings,
        local: Mapping[str, Organisation],
    ) -> None:
        self._around = around
        self._local = local
        self.lists = lists
        self.book = book
        self.people = people
        self.text = text
        self.flat = flatten(text)
        self._article = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self._countries = {
            entry.country for part in (self.flat, flatten(title)) for entry in lists.places.find(part)
        }
        self._countries.discard("")
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
        name = name.strip() if _POSTED.search(name) else self._without_place(name.strip())
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
        country = body.country if self._is_here(body) else ""
        return self.of_body(entry.phrase, body.kind, country, f"organisation: {body.name}")

    def country_of_body(self, name: str) -> tuple[str, str]:
        """Return the country that an organisation's name says, and the name.

        A name that bodies of many countries bear ("Congress") says it only where the country is named.
        """
        country, said = country_in_name(name, self.lists)
        entry = next(iter(self.lists.bodies.find(flatten(name))), None)
        body = None if entry is None else entry.organisation
        if body is not None and country == body.country and not self._is_here(body):
            return "", ""
        return country, said

    def _is_here(self, body: Organisation) -> bool:
        """Whether a body's country is meant: its name is its own, or the article names that country."""
        return not body.shared or body.country in self._countries or not self._countries

    def of_place(self, entry: Entry) -> Speaker:
        """Return the government behind a country, a capital or another metonym."""
        if entry.phrase == "Brussels":
            return self.of_body("Brussels", "government")
        home = entry.phrase if entry.kind == "metonym" else ""
        identity = stable_id("s", entry.phrase.lower(), entry.country)
        return Speaker(
            identity, entry.phrase, "", "official", home, entry.country, f"metonym: {entry.phrase}"
        )

    def of_unnamed(self, phrase: str, at: int = -1) -> Speaker:
        """Return somebody without a name ("a senior diplomat"), known in this article only."""
        organisation = organisation_of_role(phrase, self.book)
        country, _ = country_in_role(phrase, self.lists)
        evidence = f"role phrase: {phrase}"
        if not country and organisation:
            country, named = self.country_of_body(organisation)
            evidence = f"organisation: {named}"
        tier = self.book.tier(phrase, organisation, bool(country)) or "other"
        if not country:
            country = self._principal(phrase, None)
            evidence = f"role phrase: {phrase}"
        if not country:
            country, evidence = self.inferred(tier, phrase, organisation, at)
        identity = stable_id("s", flatten(phrase).lower(), country, self._article)
        return Speaker(identity, phrase, phrase, tier, organisation, country, evidence if country else "")

    def of_lone_name(self, phrase: str) -> Speaker:
        """Return whom a capitalised phrase names that the text tells nothing else about."""
        noun = _NOUN_BEFORE.match(phrase)
        phrase = noun[1] if noun and looks_like_body(noun[1]) else phrase  # "Freight operator SilkLine"
        kind, listed = kind_of_organisation(phrase, self.lists)
        if listed is not None or looks_like_body(phrase):
            country, named = self.country_of_body(phrase)
            return self.of_body(phrase, kind, country, f"organisation: {named}")
        return Speaker(stable_id("s", " ".join(name_parts(phrase)) or phrase.lower(), ""), phrase)

    def inferred(self, tier: str, role: str, organisation: str, at: int = -1) -> tuple[str, str]:
        """Return a country from the sentences around, or from where and what the article is about.

        Only for titles that make sense at home, and that name no country and no body of many themselves.
        """
        if not role or kind_of_organisation(organisation, self.lists)[0] == "international":
            return "", ""
        flat = flatten(role)
        abroad = any(
            e.organisation and e.organisation.kind == "international" for e in self.lists.bodies.find(flat)
        )
        if abroad or any(True for _ in self.lists.places.find(flat)) or _WIDER_THAN_A_COUNTRY.search(flat):
            return "", ""
        near: set[str] = set()
        if at >= 0:
            if tier in _GOVERNING or self._speaks_for(role) or self.book.is_cabinet_post(role):
                country, said = self._around.country_of_office(at)
                if country:
                    return self._which(country), f"{_AROUND}: {said} (inferred)"
                country, said = self._around.place(at)
                if country and said not in SEATS and self._which(country) != self._dateline[0]:
                    return self._which(country), f"{_AROUND}: in {said} (inferred)"
            near = {self._which(country) for country in self._around.countries_near(at)}
        dateline, topic = self._dateline, self._topic
        if topic[0] and at >= 0 and self._around.spoken_of(at) == topic[0]:
            topic = "", ""  # "Norway refuses to talk," said the minister: not a Norwegian
        about = self._which(self._around.opening_country(at)) if at >= 0 else ""
        if about and about not in (dateline[0], topic[0]):
            return "", ""
        dateline = dateline if about in ("", dateline[0]) else ("", "")
        topic = topic if about in ("", topic[0]) else ("", "")
        if tier in _GOVERNING and dateline[0] and topic[0] and dateline[0] != topic[0]:
            # A minister abroad: the city is the host's, the topic may be either's.
            return "", ""
        if dateline[0] and (not near or dateline[0] in near):
            return dateline[0], f"dateline: {dateline[1]} (inferred)"
        # "The federal government", in an article about another country: whose it is, the topic does not say.
        foreign = flat.lower().startswith("federal ")
        if tier in _GOVERNING and topic[0] and not foreign and self._at_home(topic[0], at):
            return topic[0], f"inferred: {topic[1]} in title and lead"
        return "", ""

    def _which(self, country: str) -> str:
        """Return the United States where an article's Georgia is the American state."""
        return which_georgia((country, "Georgia"), self.flat)[0] if country == "GEO" else country

    def _at_home(self, country: str, at: int) -> bool:
        """Whether the words around name the country, or none: "the minister" may be abroad."""
        if at < 0:
            return True
        near = {entry.country for entry in self.lists.places.find(self.flat, max(0, at - 250), at + 250)}
        return not near or country in near

    def _speaks_for(self, role: str) -> bool:
        """Whether somebody speaks for another: "spokesman", "representative"."""
        return bool(_SPEAKS_FOR.fullmatch(role))

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
        at = next((place for place, text in person.roles if text == role), -1)
        at = at if at >= 0 or not person.mentions else person.mentions[0].start
        owner, owned = self._owner(role, at)
        held = [text for text in [role, *roles] if not _FORMER.match(text)] or [role, *roles]
        named = (organisation_of_role(text, self.book) for text in held)
        organisation = next((body for body in named if body), "") or self._body_of(person)
        organisation = self._spelled_out(self._whole_body(organisation, person))
        if owner is not None and not owner.whole and (not organisation or not _known(organisation)):
            organisation = owner.name
        kind = self._kind(organisation, owner)
        country, evidence = self._country(person, [role, *roles], organisation)
        if not country and owner is not None and owner.country:
            country, evidence = owner.country, f"role phrase: {role} of {owner.name}"
        if not country and alias and alias.country:
            country, evidence = alias.country, f"list: {alias.variant}"
        of_country = bool(country) and not evidence.startswith("list")
        tier = self.book.tier(role, organisation, of_country, kind) or (alias.tier if alias else "")
        tier = tier or next(
            (one for text in roles if (one := self.book.tier(text, organisation, of_country, kind))), ""
        )
        if owner is not None and _BODYS.match(flatten(role)):
            role = re.sub(r"^\w+['’]s\s+", "", role)  # "the company's director" is its director
        if _COUNTERPART.search(role):
            tier = tier or self._tier_before(person)
            role = self._same_office(role, person)
        # A firm's or a group's spokesman is often not from where the article is written.
        homeless = owner is not None and not owner.country
        homeless = homeless or (bool(organisation) and bool(_VOICE_OF_BODY.search(role)))
        homeless = homeless and tier not in _GOVERNING
        if not country and not owned and not homeless:
            country, evidence = self.inferred(tier, role, organisation, at)
            if evidence.startswith(_AROUND) or (country and self.book.is_cabinet_post(role)):
                tier = tier or self.book.tier(role, organisation, True, kind)
        key = " ".join(name_parts(alias.name if alias else name)) or name.lower()
        organisation = self._without_place(organisation)
        return Speaker(stable_id("s", key, country), name, role, tier, organisation, country, evidence)

    def _spelled_out(self, acronym: str) -> str:
        """Return the full name that the article gives an acronym: "Society of Fishers (SOF)"."""
        if not re.fullmatch(r"[A-Z][A-Z&-]{2,}", acronym):
            return acronym
        match = re.search(
            rf"([A-Z][\w'-]+(?: (?:[A-Z][\w'-]+|of|for|the|and|on|in|de|del|la)){{1,9}}),? "
            rf"(?:\(|(?:also |better )?known as |or ){re.escape(acronym)}\b",
            self.flat,
        )
        return without_article(match[1]) if match else acronym

    def _kind(self, organisation: str, owner: Subject | None) -> str:
        """Return the kind of an organisation as the article itself tells it, "" where it does not."""
        local = self._local.get(organisation)
        if local is not None:
            return local.kind
        return owner.kind if owner is not None and owner.name == organisation else ""

    def _owner(self, role: str, at: int) -> tuple[Subject | None, bool]:
        """Return what a role without a body belongs to, and whether the text says that it belongs to one.

        "Its envoy", "the agency's director", or a bare "spokesman" behind what a body has said.
        """
        if not role or at < 0:
            return None, False
        here = self.flat.rfind(flatten(role), max(0, at - len(role) - 80), at)
        here = here if here >= 0 else self.flat.find(flatten(role), at, at + len(role) + 120)
        if here >= 0 and _ITS.search(self.flat, max(0, here - 12), here):
            return self._around.owner(here), True
        body = _BODYS.match(flatten(role))
        if body and body["noun"].lower() in {*BODY_KINDS, *BODY_NOUNS}:
            return self._around.named(body["noun"], here if here >= 0 else at), True
        first = role.split()[0]
        if (
            len(role.split()) > 1
            and first.lower() in ORGANISATION_WORDS
            and organisation_of_role(role, self.book) == first
        ):
            return self._around.named(first, here if here >= 0 else at), False  # "Agency vice president"
        bare = _BARE_OFFICE.fullmatch(role)
        if bare and not country_in_role(role, self.lists)[0]:
            return self._around.body_before(at), False
        return None, False

    def _same_office(self, role: str, person: Person) -> str:
        """Return a counterpart's office: "Ethiopian counterpart" of a water minister is a water minister."""
        before = self._role_before(person)
        entry = next(iter(self.lists.places.find(flatten(before))), None)
        if entry is not None:
            before = f"{before[: entry.start]} {before[entry.end :]}"
        office = re.sub(r"^\s*['’]s\s+|\s+of\s*$", "", before).split(",")[0].strip()
        named = office and self.book.head(office)
        return _COUNTERPART.sub(office, role) if named else role

    def _without_place(self, organisation: str) -> str:
        """Return an organisation without the town it is in: "Marine Institute in Oslo"."""
        match = _IN_TOWN.search(organisation)
        if match is None or not _known(organisation[: match.start()]):
            return organisation
        town = is_town(flatten(match["town"]), self.lists)
        return organisation[: match.start()] if town else organisation

    def _tier_before(self, person: Person) -> str:
        """Return the tier of the role given last before a counterpart's name: whose counterpart it is."""
        before = self._role_before(person)
        return self.book.tier(before, "", True) if before else ""

    def _role_before(self, person: Person) -> str:
        start = person.mentions[0].start if person.mentions else 0
        before = [
            (at, role)
            for other in self.people
            if other is not person
            for at, role in other.roles
            if at < start and not _COUNTERPART.search(role)
        ]
        return max(before)[1] if before else ""

    def _says_role(self, text: str) -> bool:
        said = bool(self.book.find(text)) or bool(_PARTY_TAG.match(text))
        return said and text != "colleague"

    def _weight(self, role: str) -> float:
        if re.match(r"(?:former|ex-|veteran)", role, re.IGNORECASE) or _COUNTERPART.search(role):
            return 1
        if len(role.split()) == 1:
            return 2
        if country_in_role(role, self.lists)[0]:
            return 4
        return 3.5 if _known(organisation_of_role(role, self.book)) else 3

    def _body_of(self, person: Person) -> str:
        """The body somebody is said to be of, at or from, where no role names one."""
        owners = [text[:-2] for _, text in person.roles if text.endswith(("'s", "’s"))]
        for body in [*(body for _, body in person.bodies), *owners]:
            kind, listed = kind_of_organisation(self._without_place(body), self.lists)
            named = any(word.strip('",.').lower() in ORGANISATION_WORDS for word in body.split())
            named = named or looks_like_body(self._without_place(body))
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
        # Whom somebody worked for once says nothing of the organisation, but where they are from.
        for body in (organisation, *(organisation_of_role(text, self.book) for text in roles)):
            country, named = self.country_of_body(body) if body else ("", "")
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


def _known(organisation: str) -> bool:
    """Whether a name says by itself which body it is: more than "the agency" or "agency's Africa"."""
    words = without_article(organisation).split()
    return len(words) > 1 and any(word[:1].isupper() for word in words)


def _with_party(roles: list[str]) -> list[str]:
    """Return roles with a title and a party tag joined: "Rep." and "R-Texas" are one role."""
    tags = [role for role in roles if _PARTY_TAG.match(role)]
    titles = [role for role in roles if re.fullmatch(r"(?:Sen|Rep)s?\.", role)]
    if tags and titles:
        return [f"{titles[0]}, {tags[0]}", *(role for role in roles if role not in {tags[0], titles[0]})]
    return roles


def _akin(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= {"think_tank", "state_institute", "university", "ngo"}
