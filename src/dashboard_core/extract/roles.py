"""What a role phrase says: whose voice it is (tier), which organisation it names, where one role ends.

The words are data (seeds/roles.csv, seeds/organisations.csv); this module knows only how English builds
roles:
the head stands last before the first preposition ("Foreign Ministry spokesman", "director of the centre").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dashboard_core.extract.organisation_kinds import ORGANISATION_WORDS, TIER_OF_KIND, kind_of_organisation
from dashboard_core.extract.speaker_lists import BY_ORGANISATION, SpeakerLists, flatten

__all__ = ["RoleBook", "organisation_of_role", "segments"]

_WORD = re.compile(r"[^\W_]+(?:[.'\-][^\W_]+)*\.?")
_PREPOSITION = re.compile(
    r"\s(?:of|for|at|in|on|to|with|from|under|who|within|by|since|and president)\s", re.IGNORECASE
)
_BORDER = re.compile(_PREPOSITION.pattern.replace("(?:of", "(?:and|&|of"), re.IGNORECASE)
_FORMER = re.compile(r"\b(?:former|ex|retired|one-time|onetime|then-former|ousted|late)\b", re.IGNORECASE)
_HEADS_OF_COUNTRIES = frozenset(
    {"president", "chancellor", "leader", "premier", "vice president", "vice-president"}
)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    pattern: str


class RoleBook:
    """The roles of seeds/roles.csv, ready to be found in a phrase."""

    def __init__(self, lists: SpeakerLists) -> None:
        self.lists = lists
        self._tiers = {_plain(pattern): tier for pattern, tier in lists.roles.items()}
        self._longest = max((len(pattern.split()) for pattern in self._tiers), default=1)
        self.heads = frozenset(pattern.split()[-1] for pattern in self._tiers)
        self.words = frozenset(word for pattern in self._tiers for word in pattern.split()) - _SMALL_WORDS

    def find(self, phrase: str) -> list[_Found]:
        """Return every listed role in a phrase, also those inside longer ones."""
        spans = [
            (m.start(), m.end(), _singular(m.group().lower().rstrip("."))) for m in _WORD.finditer(phrase)
        ]
        found = []
        for first in range(len(spans)):
            for last in range(first, min(first + self._longest, len(spans))):
                pattern = " ".join(word for _, _, word in spans[first : last + 1])
                if pattern in self._tiers:
                    found.append(_Found(spans[first][0], spans[last][1], pattern))
        return found

    def head(self, segment: str) -> str:
        """Return the listed role at the head of one role, or "".

        >>> from dashboard_core.paths import seeds_dir
        >>> book = RoleBook(SpeakerLists.load(seeds_dir()))
        >>> book.head("Foreign Ministry spokesman"), book.head("director of the president's office")
        ('spokesman', 'director')
        """
        found = self.find(segment)
        borders = [match.start() for match in _BORDER.finditer(segment)]
        for border in [*borders, len(segment)]:
            enders = [f for f in found if f.start < border <= f.end + _trailing(segment[f.end : border])]
            if enders:
                # A longer pattern may run on beyond the preposition ("chairman of the cabinet of ministers").
                return max(enders, key=lambda f: (f.end - f.start, f.start)).pattern
            opening = segment[:border].split()
            if segment[border:].startswith((" and ", " & ")):
                continue
            if not opening or not opening[-1][:1].isupper():
                return ""
        return ""

    def tier(self, role: str, organisation: str = "", of_country: bool = False, kind: str = "") -> str:
        """Return whose voice a role is, by the codebook; "" when the role says nothing.

        Parameters
        ----------
        of_country
            The role names a country ("Kazakh president"), so a president is a head of state.
        kind
            What the article says the organisation is, where its name does not tell.
        """
        kind = kind or (kind_of_organisation(organisation, self.lists)[0] if organisation else "")
        tiers = [
            tier
            for tier in (self._segment(s, kind, of_country, organisation) for s in segments(role, self))
            if tier
        ]
        if not tiers:
            return TIER_OF_KIND.get(kind, "") if organisation and not role else ""
        if kind in {"government", "state_institute"} and set(tiers) & {"expert", "academic"}:
            return "semi_official"
        return next((tier for tier in tiers if tier != "other"), "other")

    def is_cabinet_post(self, role: str) -> bool:
        """Whether a role is a secretary of a field ("Space Secretary"), as governments have them."""
        listed = role.lower().split()
        if len(listed) < 2 or listed[-1] != "secretary" or self.head(role) != "secretary":
            return False
        return not any(
            word in _OFFICE_SECRETARIES or _singular(word) in ORGANISATION_WORDS for word in listed[:-1]
        )

    def _segment(self, segment: str, kind: str, of_country: bool, organisation: str = "") -> str:
        head = self.head(segment)
        if not head:
            return ""
        if _FORMER.search(segment.lower()[: segment.lower().find(head.split()[0]) + 1]):
            return "other"
        tier = self._tiers[head]
        words = set(segment.lower().split())
        if head in _HEADS_OF_COUNTRIES:
            own = kind if kind not in {"", "government"} else ""
            if own:
                return TIER_OF_KIND[own]
            if organisation and not kind and head in {"president", "leader"}:
                return ""  # "president of the Rowers' Club": of what kind it is the name does not tell
            if head == "leader":
                return "head_of_state_or_government" if of_country else "other"
            return tier
        if head in {"democrat", "republican"}:
            return "legislator" if of_country else ""
        if tier != BY_ORGANISATION:
            if tier == "expert" and kind in {"university", "state_institute"}:
                return TIER_OF_KIND[kind]
            return tier
        if kind:
            return TIER_OF_KIND[kind]
        if "opposition" in words:
            return "other"
        if words & _STATE_WORDS:
            return "official"
        if head in {
            "spokesman",
            "spokeswoman",
            "spokesperson",
            "representative",
            "adviser",
            "advisor",
            "secretary",
        }:
            return "official" if of_country else ""
        plain = of_country and head in {"chief", "head", "negotiator"} and not organisation
        return "official" if plain else ""


# Secretaries of offices and clubs.
_OFFICE_SECRETARIES = frozenset(
    """general executive private personal company club branch national regional honorary assistant press first
    second third political recording former""".split()
)
_AFTER_HEAD = re.compile(
    r"\s*(?:responsible|emeritus|elect|designate|general|close|familiar|\([^)]*\)|[\"')\].]|\d+|"
    r"and [RDI]-[\w. ]+|"
    r"(?:following|briefed|involved|speaking|working|based|attending|covering)\b.*)*\s*"
)


def _trailing(rest: str) -> int:
    """Return how much may stand between a role's head and its border: "minister responsible for"."""
    return len(rest) if _AFTER_HEAD.fullmatch(rest) else -1


_SMALL_WORDS = frozenset(
    {"of", "the", "in", "and", "state", "house", "law", "party", "affairs", "policy", "human"}
)
_STATE_WORDS = frozenset(
    [
        "president's",
        "presidential",
        "president",
        "minister",
        "minister's",
        "ministerial",
        "government",
        "ministry",
        "prime",
        "cabinet",
        "parliament",
        "parliamentary",
        "foreign",
        "police",
        "military",
        "district",
        "regional",
        "province",
        "supreme",
    ]
)
_INVARIANT = frozenset({"affairs", "forces", "sciences", "staff", "chiefs", "business"})


@lru_cache(maxsize=4096)
def _singular(word: str) -> str:
    if word in _INVARIANT or len(word) < 4 or not word.endswith("s") or word.endswith("ss") or "'" in word:
        return word
    return word[:-1]


def _plain(pattern: str) -> str:
    return " ".join(_singular(word.rstrip(".")) for word in pattern.split())


def segments(role: str, book: RoleBook) -> list[str]:
    """Return the single roles of a role text: "rector of the Academy and economist" holds two."""
    pieces: list[str] = []
    for piece in re.split(r",\s+|;\s+|\s+(?:and|&)\s+", role):
        named = bool(book.find(piece))
        if pieces and not named:
            pieces[-1] += f" and {piece}"
        else:
            pieces.append(piece)
    return [piece for piece in pieces if piece.strip()]


_OF = re.compile(r"\s(?:of|at|for|with|from|in|on behalf of)\s+(?:the\s+|a\s+|an\s+)?", re.IGNORECASE)
_HANGS_ON = re.compile(r"\s+(?:for|with|from|since|under|on)\s")
_QUOTED = re.compile(r'"[^"]+"')


def organisation_of_role(role: str, book: RoleBook) -> str:
    """Return the organisation that a role names, as the text writes it; "" when it names none.

    >>> from dashboard_core.paths import seeds_dir
    >>> book = RoleBook(SpeakerLists.load(seeds_dir()))
    >>> organisation_of_role("director of the Alma Research Centre", book)
    'Alma Research Centre'
    >>> organisation_of_role("Iranian Foreign Ministry spokesperson", book)
    'Iranian Foreign Ministry'
    """
    for segment in segments(role, book):
        for opening in _OF.finditer(segment):
            tail = segment[opening.end() :].strip(" ,")
            inner = _OF.search(tail)
            # "adviser for Asia at the Centre": the first tail that is a body by itself, not one further on.
            if _names_body(tail[: inner.start()] if inner else tail, book):
                return _trim(_listed_alone(tail, book))
        head = book.head(segment)
        at = segment.lower().rfind(head.split()[-1]) if head else -1
        before = segment[:at].strip() if at > 0 else ""
        if before:
            before = re.sub(
                r"^(?:the|a|an|former|senior|top|deputy|chief)\s+", "", before, flags=re.IGNORECASE
            )
            before = re.sub(
                r"(?:\s+(?:executive|senior|deputy|chief|general|top|vice))+$", "", before, flags=re.I
            )
            owner = re.sub(r"'s$", "", flatten(before)) if before else ""
            portfolio = head.split()[-1] in _PORTFOLIOS and _is_party(owner, book)
            named = _names_body(owner, book) or _is_acronym(owner, book)
            if owner and not portfolio and (named or _is_founded(owner, head, book)):
                return _owner(before[: len(owner)], book)
    return ""


def _listed_alone(text: str, book: RoleBook) -> str:
    """Return a listed body without what hangs on behind it: "European Parliament for the Greens"."""
    first = next(iter(book.lists.bodies.find(flatten(text))), None)
    behind = first is not None and first.start == 0 and _HANGS_ON.match(text, first.end)
    return text[: first.end] if first is not None and behind else text


def _owner(text: str, book: RoleBook) -> str:
    """Return the body at the start of a prenominal phrase: "EU trade" (commissioner) is the EU."""
    first = next(iter(book.lists.bodies.find(flatten(text))), None)
    if (
        first is not None
        and first.start == 0
        and _singular(text.split()[-1].lower()) not in ORGANISATION_WORDS
    ):
        return text[: first.end]
    return text


# "Labour Minister" is a minister of labour, not one of the Labour Party.
_OF_BODIES = frozenset(
    {"founder", "co-founder", "executive", "ceo", "spokesman", "spokeswoman", "spokesperson", "coordinator"}
)
_PORTFOLIOS = frozenset({"minister", "secretary", "undersecretary", "commissioner"})


def _is_party(text: str, book: RoleBook) -> bool:
    first = next(iter(book.lists.bodies.find(text)), None)
    return first is not None and first.organisation is not None and first.organisation.kind == "party"


def _is_founded(text: str, head: str, book: RoleBook) -> bool:
    """Whether capitals stand before an office that only bodies have: "Rivers Alive founder"."""
    parts = text.split()
    if head.split()[-1] not in _OF_BODIES or len(parts) < 2:
        return False
    plain = not any(word.lower() in book.words or word.lower() in book.heads for word in parts)
    return (
        plain
        and all(word[:1].isupper() for word in parts)
        and not any(True for _ in book.lists.places.find(text))
    )


def _is_acronym(text: str, book: RoleBook) -> bool:
    """Whether an unlisted word in capitals is a body by its look: "SOFIMA president"."""
    if not re.fullmatch(r"[A-Z][A-Z&-]{2,9}", text) or text.lower() in book.heads:
        return False
    return not any(True for _ in book.lists.places.find(text))


def _names_body(text: str, book: RoleBook) -> bool:
    """Whether a phrase is an organisation's name: listed, or capitalised with a word like "Institute"."""
    flat = flatten(text)
    first = next(iter(book.lists.bodies.find(flat)), None)
    if first is not None and first.start == 0:
        return True
    words = [w.strip("\"'.,") for w in flat.split()]
    if not words or not (words[0][:1].isupper() or words[0].lower() in ORGANISATION_WORDS):
        return False
    place = next(iter(book.lists.places.find(flat)), None)
    if place is not None and place.start == 0 and place.end >= len(flat) - 1:
        return False
    return any(_singular(word.lower()) in ORGANISATION_WORDS for word in words) or bool(_QUOTED.search(flat))


def _trim(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,;.")
