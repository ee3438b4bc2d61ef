"""Which country a phrase puts a speaker in, and which country an article is written from.

A country's name in a role is not always the speaker's country: an ambassador to, an envoy for and an expert
on
a country come from elsewhere, a "Russia expert" may be from anywhere, a "Russian expert" is from Russia.
"""

from __future__ import annotations

import re
from collections import Counter

from dashboard_core.extract.speaker_lists import Entry, SpeakerLists, flatten
from dashboard_core.extract.towns import TOWNS

__all__ = [
    "SEATS",
    "country_in_name",
    "country_in_role",
    "country_of_dateline",
    "country_of_topic",
    "is_town",
    "which_georgia",
]

# Towns where bodies of many countries sit and the world meets: who speaks there is seldom from there.
SEATS = frozenset(
    ["Geneva", "Vienna", "The Hague", "Hague", "New York", "Strasbourg", "Luxembourg", "Lausanne", "Davos"]
)
# "a meeting of ministers in Oslo", "talks in London": everybody there may be a guest.
_EVENT = re.compile(
    r"\b(?:meeting|meetings|summit|conference|congress|talks|negotiations|forum|session|assembly|visit|ceremony"
    r"|workshop|gathering|gathered|met|meet|visiting|delegates|delegations)\b",
    re.IGNORECASE,
)
_EVENT_IN = re.compile(rf"{_EVENT.pattern}[^.\n]* in (?:the )?$", re.IGNORECASE)
_AWAY = re.compile(
    r"\b(?:to|on|toward|towards|about|against|into|regarding|between|over)\s+(?:the\s+)?$", re.IGNORECASE
)
# "adviser to the Turkish president" serves Türkiye; "ambassador to Türkiye" does not.
_SERVES = re.compile(
    r"\b(?:advis[eo]r|aide|assistant|counsel|spokes\w+|deputy|secretary)\s+to\s+(?:the\s+)?$", re.IGNORECASE
)
_FOR = re.compile(r"\bfor\s+(?:the\s+)?$", re.IGNORECASE)
_IN = re.compile(r"\bin\s+(?:the\s+)?$", re.IGNORECASE)
_POSTED = re.compile(
    r"\b(?:ambassador|envoy|representative|correspondent|reporter|consul|mission|bureau)\b", re.IGNORECASE
)
_SPOKES = re.compile(r"\b(?:spokes\w+|minister|secretary|ministry)\b", re.IGNORECASE)
_TOPIC_NEXT = re.compile(
    r"^(?:'s)?[\s-]+(?:affairs|studies|policy|relations|desk|program|programme|project|issues|expert|specialist|"
    r"analyst|correspondent|scholar|watcher|researcher|director|envoy|reporter|politics|history|adviser)\b",
    re.IGNORECASE,
)
_STUDIES_NEXT = re.compile(
    r"^(?:\s+\w+)?\s+(?:affairs|studies|policy|relations|desk|program|programme|project|issues|politics|"
    r"history|language)\b",
    re.IGNORECASE,
)
_TAIL_NEXT = re.compile(
    r"^-(?:born|based|backed|educated|led|sponsored|trained|speaking|style|made)\b", re.IGNORECASE
)
_US_OFFICE = re.compile(
    r"(?:\b[RDI]-[A-Z][\w. ]+|\bSens?\.|\bReps?\.|\b(?:congress(?:man|woman)|GOP)\b|"
    r"^(?:former\s+|then-)?(?:U\.?S\.?\s+)?"
    r"(?:(?:treasury|defense|commerce|homeland security|labor) secretary|"
    r"secretary of (?:state|defense|commerce|homeland security|the treasury))\b|"
    r"\badministration officials?\b)",
    re.IGNORECASE,
)
# Georgia is a country and a state of the United States. Offices and parties that only the state has ...
_STATE_OFFICE = re.compile(
    r"\b(?:governor|gov\.|secretary of state|attorney general|republican|democrat|democratic|gop|senator"
    r"|sheriff|congressman|congresswoman|district attorney|county"
    r"|state (?:senator|representative|lawmaker|legislator|rep\.|sen\.))\b",
    re.IGNORECASE,
)
# ... and words of an article that tell which of the two it is about.
_TWO_GEORGIAS = "Georgia"
_STATE_NEAR = re.compile(
    r"\b(?:Atlanta|Savannah|Alabama|Florida|Tennessee|South Carolina|Republicans?|Democrats?|GOP)\b"
)
_CAUCASUS = re.compile(
    r"\b(?:Georgians?|Tbilisi|Batumi|Kutaisi|Abkhazia|South Ossetia|Caucasus|Moscow|Kremlin)\b"
)
_DATELINE = re.compile(
    r"^\s*(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'.\- ]{2,30}|[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?)"
    r"(?:,\s*(?:[A-Z][\w.]+\s*){0,2}\d{0,2}(?:,?\s*\d{4})?)?(?:\s*\([^)\n]{2,40}\))?\s*(?:--|[—–-])\s",
)
_IN_PLACE = re.compile(r"(?:^|\s|^\w{0,9})[Ii]n (?P<place>[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?)")


_COUNTRY_OF_TOWN = {
    town.replace("_", " "): country for country, towns in TOWNS.items() for town in towns.split()
}
_SCHOOL = re.compile(
    r"\b(?:University|College|Institute|School|Academy|Hospital|Observatory|Polytechnic|Conservatory)\b"
)
# "University of Leeds", "Leeds Institute", "University of the North in Antofagasta"
_TOWNS = "|".join(sorted(map(re.escape, _COUNTRY_OF_TOWN), key=len, reverse=True))
_TOWN = re.compile(
    rf"(?:^|\b(?:of|in|at)\s+)(?P<town>{_TOWNS})"
    r"(?=$|[,\s]+(?:in|University|College|Institute|School|Academy|Hospital|Observatory|Polytechnic)\b)"
)


def is_town(phrase: str, lists: SpeakerLists) -> bool:
    """Return whether a phrase begins with a listed place, or is a town that schools are named after.

    >>> from dashboard_core.paths import seeds_dir
    >>> is_town("Leeds", SpeakerLists.load(seeds_dir()))
    True
    """
    return phrase.strip() in _COUNTRY_OF_TOWN or any(entry.start == 0 for entry in lists.places.find(phrase))


def country_in_role(role: str, lists: SpeakerLists) -> tuple[str, str]:
    """Return (ISO code, the words it was read from), or two empty strings.

    >>> from dashboard_core.paths import seeds_dir
    >>> lists = SpeakerLists.load(seeds_dir())
    >>> country_in_role("Kazakh military analyst", lists)
    ('KAZ', 'Kazakh')
    >>> country_in_role("British ambassador to Japan", lists), country_in_role("Iran expert", lists)
    (('GBR', 'British'), ('', ''))
    """
    flat = flatten(role)
    american = _US_OFFICE.search(flat)
    if american and re.match(r"[RDI]-|Sen|Rep", american.group()):
        return "USA", american.group().strip()
    for entry in lists.places.find(flat):
        if _is_elsewhere(flat, entry):
            continue
        if entry.phrase == _TWO_GEORGIAS and _STATE_OFFICE.search(flat):
            return "USA", role[entry.start : entry.end]
        return entry.country, role[entry.start : entry.end]
    if american:
        return "USA", american.group().strip()
    return "", ""


def _is_elsewhere(flat: str, entry: Entry) -> bool:
    before, after = flat[: entry.start], flat[entry.end :]
    if _AWAY.search(before) and not _SERVES.search(before):
        return True
    if _TAIL_NEXT.match(after) or _STUDIES_NEXT.match(after):
        return True
    if entry.kind == "demonym" and re.match(r"-[A-Z]", after):
        # "Russian-American relations" names two; the second is as good as none.
        return True
    if re.search(r"[A-Za-z]-$", before):
        return True
    if _FOR.search(before) and not _SPOKES.search(before):
        return True
    if _IN.search(before) and _POSTED.search(before):
        return True
    return entry.kind != "demonym" and not after.startswith("'s") and bool(_TOPIC_NEXT.match(after))


def country_in_name(name: str, lists: SpeakerLists) -> tuple[str, str]:
    """Return the country that an organisation's name says, by the list or by a place in it.

    >>> from dashboard_core.paths import seeds_dir
    >>> country_in_name("University of Amsterdam", SpeakerLists.load(seeds_dir()))
    ('NLD', 'University of Amsterdam')
    """
    flat = flatten(name)
    listed = [entry for entry in lists.bodies.find(flat) if entry.organisation is not None]
    if listed and listed[0].organisation is not None and listed[0].organisation.shared:
        owner = next(iter(lists.places.find(flat, 0, listed[0].start)), None)
        if owner is not None:
            return owner.country, name  # "Kazakhstan's Ministry of Defence"
    for entry in listed:
        if entry.country:
            return entry.country, name
    if listed:
        return "", ""
    for entry in lists.places.find(flat):
        before, after = flat[: entry.start], flat[entry.end :]
        if re.search(r"\b(?:for|on|to)\s+(?:the\s+)?(?:\w+\s+)?$", before) or _STUDIES_NEXT.match(after):
            continue
        if re.match(r"-[A-Z]|\s+and\s+[A-Z]", after):
            continue
        return entry.country, name
    town = _TOWN.search(flat) if _SCHOOL.search(flat) else None
    return (_COUNTRY_OF_TOWN[town["town"]], name) if town else ("", "")


def country_of_dateline(text: str, title: str, lists: SpeakerLists) -> tuple[str, str]:
    """Return the country and the place an article reports from: a dateline, or "In CITY" in title or lead."""
    flat = flatten(text)
    paragraphs = [line for line in flat[:4000].split("\n") if len(line.split()) >= 8][:3]
    for line in paragraphs:
        match = _DATELINE.match(line)
        if match:
            found = which_georgia(_place(match["place"], lists), flat)
            if found[0]:
                home = _at_home(found, flatten(title), flat, line, lists, dateline=True)
                return found if home else ("", "")
    for line in (flatten(title), *paragraphs[:1]):
        match = _IN_PLACE.search(line[:200])
        if match:
            found = which_georgia(_place(match["place"], lists), flat)
            if found[0] and _at_home(found, flatten(title), flat, line, lists):
                return found
    return "", ""


def _at_home(
    found: tuple[str, str], title: str, flat: str, lead: str, lists: SpeakerLists, *, dateline: bool = False
) -> bool:
    """Whether an article reports from a country about that country, and not from where others meet.

    Its own country must be named as often as any other, the place itself not counted; behind a dateline it is
    enough that it is named.
    """
    country, place = found
    counts = Counter(
        entry.country
        for part in (title, flat)
        for entry in lists.places.find(part)
        if entry.country and entry.phrase.lower() != place.lower()
    )
    own = counts.pop(country, 0)
    other = max(counts.values(), default=0)
    if place in SEATS or _EVENT.search(title) or _EVENT.search(lead):
        return own > other
    return own >= other or (dateline and own > 0)


def which_georgia(found: tuple[str, str], flat: str) -> tuple[str, str]:
    """Return the United States for "Georgia" in a text with words of the state and none of the country."""
    if found[1] == _TWO_GEORGIAS and _STATE_NEAR.search(flat) and not _CAUCASUS.search(flat):
        return "USA", found[1]
    return found


def _place(phrase: str, lists: SpeakerLists) -> tuple[str, str]:
    for form in (phrase, phrase.title()):
        for entry in lists.places.find(form):
            if entry.kind in {"capital", "place", "name"} and entry.start == 0:
                return entry.country, form[: entry.end]
    return "", ""


def _is_venue(text: str, entry: Entry) -> bool:
    """Whether a town is only where something takes place: "a meeting in Oslo"."""
    if entry.kind not in {"capital", "place"}:
        return False
    return entry.phrase in SEATS or bool(_EVENT_IN.search(text[max(0, entry.start - 80) : entry.start]))


def country_of_topic(text: str, title: str, lists: SpeakerLists) -> tuple[str, str]:
    """Return the country that title and lead are about, when one leads clearly; for local titles only."""
    votes: Counter[str] = Counter()
    words: dict[str, str] = {}
    whole = flatten(text)
    for part, weight in ((flatten(title), 3), (flatten(text)[:700], 1)):
        for entry in lists.places.find(part):
            if entry.kind != "metonym" and entry.country and not _is_venue(part, entry):
                country, phrase = which_georgia((entry.country, entry.phrase), whole)
                votes[country] += weight
                words.setdefault(country, phrase)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
        return "", ""
    return ranked[0][0], words[ranked[0][0]]
