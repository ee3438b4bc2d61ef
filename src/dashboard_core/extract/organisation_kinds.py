"""Of what kind an organisation is, by the list or by the words of its name, and whose voice that makes it."""

from __future__ import annotations

import re

from dashboard_core.extract.speaker_lists import Organisation, SpeakerLists, flatten
from dashboard_core.extract.speaker_words import COMPANY_ENDINGS

__all__ = [
    "ORGANISATION_WORDS",
    "TIER_OF_KIND",
    "kind_of_organisation",
    "looks_like_body",
    "tier_of_institution",
]

# One word of an unlisted organisation's name tells its kind; the first row that matches decides.
_INNER_CAPITAL = re.compile(r"([A-Z][a-z]+)[A-Z][a-z]\w+")
_NAME_PREFIXES = frozenset("mc mac de le la van di du fitz von del da el al ben san saint st".split())
_KIND_WORDS = tuple(
    (re.compile(rf"\b(?:{listed})\b", re.IGNORECASE), kind)
    for kind, listed in (
        ("state_institute", r"academy of sciences|under the president"),
        (
            "media",
            r"news agency|newspaper|magazine|news|times|post|daily|weekly|tv|television|radio|gazette|herald",
        ),
        ("university", r"university|college|academy|faculty|school of|conservatory"),
        ("parliament", r"parliament|senate|congress|duma|national assembly|kenesh|majlis|house of|bundestag"),
        ("parliament", r"(?:house|senate|parliamentary) .{0,40}(?:committee|subcommittee)"),
        (
            "military",
            r"army|navy|air force|armed forces|defen[cs]e forces|marine corps|brigade|general staff",
        ),
        ("military", r"central command"),
        ("party", r"party|political movement|opposition"),
        (
            "business",
            r"(?:association|confederation|federation|union|society) of .*(?:manufacturers|exporters"
            r"|operators|producers|entrepreneurs|employers|chambers|industr\w+|traders|shipowners|retailers|companies)",
        ),
        (
            "business",
            r"manufacturers association|tour operators|chamber of commerce|business council|industry",
        ),
        ("international", r"united nations|european union|european commission|nato"),
        (
            "government",
            r"ministry|department|agency|inspectorate|administration|government|cabinet|authority|delegation",
        ),
        ("government", r"embassy|court|police|security service|council of ministers|presidency|municipality"),
        (
            "government",
            r"president's office|office of the president|central bank|national bank|customs|akimat",
        ),
        ("government", r"border guards?|security council|secretariat|commission|foreign office|inspection"),
        (
            "think_tank",
            r"institute|institution|think[- ]tank|cent(?:er|re)|research|analytical|studies|council on",
        ),
        ("ngo", r"(?:peace|refugee) council|council of churches|olympic|football|athletics"),
        (
            "ngo",
            r"foundation|association|guild|confederation|union|federation|society|campaign|alliance|network|ngo|movement",
        ),
        (
            "business",
            r"holdings?|industries|motors|airlines|airways|systems|technologies|logistics|petroleum",
        ),
        (
            "business",
            r"company|corp|corporation|inc|bank|group|llc|ltd|holding|enterprise|consulting|ventures",
        ),
        ("think_tank", r"project|program|programme|council|fund|club|initiative"),
    )
)
ORGANISATION_WORDS = frozenset(
    [
        "ministry",
        "department",
        "institute",
        "institution",
        "center",
        "centre",
        "council",
        "university",
        "party",
        "committee",
        "subcommittee",
        "commission",
        "agency",
        "bank",
        "fund",
        "foundation",
        "association",
        "union",
        "company",
        "corporation",
        "corp",
        "group",
        "organization",
        "organisation",
        "parliament",
        "senate",
        "congress",
        "assembly",
        "administration",
        "office",
        "bureau",
        "court",
        "army",
        "navy",
        "forces",
        "academy",
        "school",
        "college",
        "service",
        "program",
        "programme",
        "project",
        "news",
        "times",
        "post",
        "journal",
        "herald",
        "tv",
        "radio",
        "chamber",
        "federation",
        "guild",
        "consortium",
        "syndicate",
        "cooperative",
        "confederation",
        "alliance",
        "movement",
        "front",
        "society",
        "network",
        "inc",
        "ltd",
        "embassy",
        "inspectorate",
        "authority",
        "board",
        "club",
        "campaign",
        "initiative",
        "cabinet",
        "government",
        "secretariat",
        "directorate",
        "headquarters",
        "staff",
        "command",
        "university",
        "faculty",
        "laboratory",
        "lab",
        "magazine",
        "gazette",
        "today",
        "weekly",
        "observatory",
        "coalition",
        "league",
        "bloc",
        "bar",
        "treasury",
        "police",
        "pentagon",
        "kremlin",
        "guard",
        "guards",
        "corps",
        "delegation",
        "mission",
        "presidency",
        "monitor",
        "watch",
        "endowment",
        "trust",
        "institut",
    ]
)
TIER_OF_KIND = {
    "international": "official",
    "government": "official",
    "parliament": "legislator",
    "military": "military",
    "party": "other",
    "think_tank": "expert",
    "state_institute": "semi_official",
    "university": "academic",
    "ngo": "ngo",
    "media": "journalist",
    "state_media": "journalist",
    "business": "business",
}


def kind_of_organisation(name: str, lists: SpeakerLists) -> tuple[str, Organisation | None]:
    """Return the kind of an organisation by the list, else by a word of its name, and its line in the list.

    A university in the name wins: a centre at a university is academic.
    """
    listed = [entry.organisation for entry in lists.bodies.find(flatten(name)) if entry.organisation]
    for body in listed:
        if body.kind == "university":
            return body.kind, body
    if listed:
        return listed[0].kind, listed[0]
    kind = next((kind for pattern, kind in _KIND_WORDS if pattern.search(name)), "")
    ending = name.lower().split()[-1:]
    firm = len(name.split()) > 1 and ending[0] in COMPANY_ENDINGS and ending[0] != "international"
    return kind or ("business" if firm else ""), None


def looks_like_body(name: str) -> bool:
    """Return whether a name is a body's by a word, by its ending or by capitals within ("SilkLine").

    >>> looks_like_body("Polar Systems"), looks_like_body("SilkLine"), looks_like_body("Ian McBride")
    (True, True, False)
    """
    listed = name.lower().split()
    if any(word in ORGANISATION_WORDS for word in listed) or (
        len(listed) > 1 and listed[-1] in COMPANY_ENDINGS
    ):
        return True
    inner = _INNER_CAPITAL.match(name)
    return inner is not None and inner[1].lower() not in _NAME_PREFIXES


def tier_of_institution(kind: str) -> str:
    """Return whose voice an institution is that speaks as such: state bodies are official."""
    return "official" if kind in {"government", "parliament", "military"} else "organisation"
