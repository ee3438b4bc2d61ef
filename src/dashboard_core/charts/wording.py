"""The words around a chart: numbers as people write them, subtitle, note and source line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = [
    "Facts",
    "abbreviations",
    "among",
    "amount",
    "brief",
    "day",
    "is_whole",
    "listing",
    "note",
    "period",
    "plural",
    "several",
    "single",
    "source",
    "split_votes",
    "standing",
    "subtitle",
    "tier_mix",
]

# Shares of fewer voices than this would pretend a precision that is not there.
SHARE_FLOOR: Final = 5
# Puzzles everybody who meets a half for the first time.
_HALVES: Final = "½: who takes two stances on one target gives each half a vote."
_THIRDS: Final = (
    "Parts such as .3 and .7: who takes all three stances on one target gives each a third of a vote."
)
SPLIT_HOVER: Final = "Not whole: a voice with several stances on one target splits its vote"
_BRIEF: Final = 60

_PLURALS: Final = {
    "country": "countries",
    "Legislator": "legislators",
    "Military": "military voices",
    "NGO": "NGOs",
    "Other": "other voices",
    "Organisation": "institutions",
    "Academic": "academics",
    "voice of unknown kind": "voices of unknown kind",
    "Business": "business voices",
    "Semi-official": "semi-official voices",
    "Head of state or government": "heads of state or government",
}
_SINGULARS: Final = {
    "Head of state or government": "head of state or government",
    "Semi-official": "semi-official voice",
    "Military": "military voice",
    "Business": "business voice",
    "Organisation": "institution",
    "Other": "other voice",
    "NGO": "NGO",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands under a chart's title: how much was heard, when, where, and under which filters."""

    voices: int
    claims: int
    articles: int
    outlets: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None
    undated: int = 0
    filters: tuple[str, ...] = ()
    data_date: str = ""
    versions: str = ""  # of data and model, for whoever has the picture alone
    labels: str = ""
    unnamed: int = 0  # articles with voices that name no outlet
    reviewed: int = 0  # positions that people decided on
    context: str = ""  # how many votes rest on a headline alone, in words
    elsewhere: int = 0  # claims that match but add no vote: their voices are counted with another stance


def plural(count: float, noun: str) -> str:
    """Return a count with its noun in the right number.

    >>> plural(1, "voice"), plural(2, "country"), plural(0, "claim"), plural(1234, "claim")
    ('1 voice', '2 countries', '0 claims', '1,234 claims')
    >>> plural(2, "other country"), plural(1, "NGO"), plural(3, "Expert")
    ('2 other countries', '1 NGO', '3 experts')
    """
    number = amount(count)
    if number == "1":
        return f"1 {_SINGULARS.get(noun, noun if noun.isupper() else noun[0].lower() + noun[1:])}"
    return f"{number} {several(noun)}"


def several(noun: str) -> str:
    """Return a noun in the plural; of "other country" the last word carries the number.

    >>> several("voice"), several("other country"), several("Head of state or government"), several("NGO")
    ('voices', 'other countries', 'heads of state or government', 'NGOs')
    >>> several("other kind of voice")
    'other kinds of voice'
    """
    if noun in _PLURALS:
        return _PLURALS[noun]
    first, of, rest = noun.partition(" of ")
    if of:
        return f"{several(first)} of {rest}"
    head, _, last = noun.rpartition(" ")
    many = _PLURALS.get(last, f"{last}s")
    whole = f"{head} {many}" if head else many
    return f"{whole[0].lower()}{whole[1:]}"


def single(noun: str) -> str:
    """Return a noun for one of its kind, as it stands in a sentence.

    >>> single("Expert"), single("Semi-official"), single("NGO")
    ('expert', 'semi-official voice', 'NGO')
    """
    return plural(1, noun)[2:]


def amount(votes: float) -> str:
    """Return votes as people write them; a voice with two stances gives half a vote to each.

    >>> amount(3), amount(0.5), amount(1.5), amount(2.333), amount(12345)
    ('3', '½', '1½', '2.3', '12,345')
    """
    whole = int(votes)
    rest = votes - whole
    if abs(rest) < 0.005:
        return f"{whole:,}"
    if abs(rest - 1) < 0.005:
        return f"{whole + 1:,}"
    if abs(rest - 0.5) < 0.005:
        return f"{whole:,}½" if whole else "½"
    return f"{votes:,.1f}"


def among(shown: int, count: int, noun: str) -> str:
    """Return the end of a title that speaks of a part of the rows; nothing where it speaks of all.

    >>> among(6, 28, "target"), among(3, 3, "country")
    (' – among these 6 of 28 targets', '')
    """
    return f" – among these {shown} of {plural(count, noun)}" if shown < count else ""


def is_whole(votes: float) -> bool:
    """Return whether votes are whole ones, however they were added up.

    >>> is_whole(1 / 3 + 1 / 3 + 1 / 3), is_whole(2.9999999999), is_whole(2.5)
    (True, True, False)
    """
    return abs(votes - round(votes)) < 0.005


# Words that a shortened name must not end with.
_LEFT_HANGING = re.compile(r"(?:,? (?:and|or|of|for|in|on|at|to|by|with|from|the|a|an|&))+,? …$")


def split_votes(votes: Iterable[float]) -> str:
    """Return where parts of votes come from, of those parts that there are; nothing if all are whole.

    >>> split_votes([1.5, 2]), split_votes([3, 4]), len(split_votes([0.5, 0.333])) > len(split_votes([1 / 3]))
    ('½: who takes two stances on one target gives each half a vote.', '', True)
    """
    parts = {round(value % 1, 2) for value in votes if not is_whole(value)}
    # Whatever is neither adds halves and thirds up.
    halves = bool(parts - {0.33, 0.67})
    thirds = bool(parts - {0.5})
    return " ".join(text for text, there in ((_HALVES, halves), (_THIRDS, thirds)) if there)


def brief(name: str) -> str:
    """Return a name as a title holds it: of a very long one the beginning; the table has it whole.

    >>> brief("Institute of Tides"), len(brief("Institute of Tides and " * 5)) <= 60
    ('Institute of Tides', True)
    """
    return shortened(name, _BRIEF)


def shortened(text: str, letters: int) -> str:
    """Return the beginning of a text that has more letters, cut between words and never behind an "and".

    >>> shortened("Department of Security and Tides", 26), shortened("Tides", 26)
    ('Department of Security …', 'Tides')
    """
    return _LEFT_HANGING.sub(" …", textwrap.shorten(text, letters, placeholder=" …"))


def standing(name: str) -> str:
    """Return a name as it stands alone, in a row or on a button: with a capital, if it may have one.

    >>> standing("road tolls"), standing("eGovernment"), standing("OTS"), standing("")
    ('Road tolls', 'eGovernment', 'OTS', '')
    """
    first = name.split(" ", 1)[0]
    return name[:1].upper() + name[1:] if first.islower() else name


def listing(names: Sequence[str], limit: int = 3, noun: str = "other") -> str:
    """Return names as a list in a sentence; beyond ``limit`` the rest is counted.

    >>> listing(["A"]), listing(["A", "B"]), listing(["A", "B", "C"])
    ('A', 'A and B', 'A, B and C')
    >>> listing(["A", "B", "C", "D", "E"], limit=3)
    'A, B and 3 others'
    """
    if len(names) > limit:
        rest = len(names) - limit + 1
        return f"{', '.join(names[: limit - 1])} and {plural(rest, noun)}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def tier_mix(tiers: Iterable[tuple[str, int]]) -> str:
    """Return whose voices they are, the most official first as given.

    >>> tier_mix([("Official", 1), ("Expert", 3)])
    '1 official, 3 experts'
    """
    return ", ".join(plural(count, label) for label, count in tiers if count)


def day(value: date) -> str:
    """Return a date as it is read aloud.

    >>> day(date(2026, 1, 7))
    '7 January 2026'
    """
    return f"{value.day} {value:%B %Y}"


def period(facts: Facts) -> str:
    """Return the days that the articles span, and how many have no date.

    >>> period(Facts(1, 1, 2, first_on=date(2026, 1, 7), last_on=date(2026, 1, 7), undated=1))
    '7 January 2026, 1 article undated'
    >>> period(Facts(1, 1, 1, undated=1))
    'undated'
    """
    if facts.first_on is None or facts.last_on is None:
        return "undated" if facts.undated else ""
    if facts.first_on == facts.last_on:
        span = day(facts.first_on)
    else:
        span = f"{day(facts.first_on)} to {day(facts.last_on)}"
    return f"{span}, {plural(facts.undated, 'article')} undated" if facts.undated else span


def subtitle(facts: Facts, *, measure: str) -> str:
    """Return what is counted, how many, when, and under which filters."""
    parts = [
        measure,
        plural(facts.voices, "voice"),
        plural(facts.claims, "claim"),
        plural(facts.articles, "article"),
        period(facts),
    ]
    line = " · ".join(part for part in parts if part)
    return f"{line} · Filters: {'; '.join(facts.filters)}" if facts.filters else line


# Seven people in two articles are no survey of four countries.
_FEW_VOICES: Final = 10


def note(facts: Facts, extra: Sequence[str] = ()) -> str:
    """Return what a careful reader has to know before using the chart."""
    parts: list[str] = []
    if facts.outlets and len(facts.outlets) <= 3:
        word = "comes" if facts.voices == 1 else "come"
        who = "The one voice" if facts.voices == 1 else f"All {facts.voices} voices"
        places = f"{plural(len(facts.outlets), 'outlet')}: {listing(facts.outlets)}"
        if facts.unnamed:
            names = "names" if facts.unnamed == 1 else "name"
            places = f"{plural(len(facts.outlets), 'outlet')} ({listing(facts.outlets)})"
            places += f" and {plural(facts.unnamed, 'article')} that {names} none"
        parts.append(f"{who} {word} from {places}.")
    if 0 < facts.voices < _FEW_VOICES:
        parts.append("So few voices show who said what, not what a country or an organisation holds.")
    if facts.elsewhere:
        holds = "adds" if facts.elsewhere == 1 else "add"
        parts.append(
            f"{plural(facts.elsewhere, 'further matching claim')} {holds} no vote here: the vote of whoever "
            "makes it counts for another stance on the same target."
        )
    if facts.context:
        parts.append(facts.context)
    if facts.labels:
        parts.append(facts.labels)
    return " ".join([*parts, *extra])


def abbreviations(texts: Iterable[str], spelled: Mapping[str, str], *, limit: int = 6) -> str:
    """Return the full names of the abbreviations in some texts as a line, in the order they come up.

    >>> abbreviations(["OTS drills", "NATO", "OTS"], {"NATO": "North Atlantic Treaty Organization",
    ...                                              "OTS": "Organization of Turkic States"})
    'OTS: Organization of Turkic States; NATO: North Atlantic Treaty Organization.'
    >>> abbreviations(["roads"], {"OTS": "Organization of Turkic States"})
    ''
    """
    found = dict.fromkeys(word for text in texts for word in re.findall(r"[\w+&-]+", text) if word in spelled)
    if not found:
        return ""
    return "; ".join(f"{word}: {spelled[word]}" for word in list(found)[:limit]) + "."


def source(facts: Facts) -> str:
    """Return the source line: the outlets, the articles that name none, and the day of the data.

    >>> source(Facts(3, 4, 2, outlets=("Lake Herald",), unnamed=1))
    'Source: Lake Herald, and 1 article without a named outlet; claims and stances found by the program.'
    >>> source(Facts(3, 4, 2, outlets=("Lake Herald",), reviewed=1))
    'Source: Lake Herald; claims and stances found by the program, 1 position decided by a person.'
    """
    outlets = listing(facts.outlets, limit=6, noun="other outlet") if facts.outlets else "no outlet named"
    if facts.outlets and facts.unnamed:
        outlets += f", and {plural(facts.unnamed, 'article')} without a named outlet"
    versions = f" ({facts.versions})" if facts.versions else ""
    stamp = f" Data of {facts.data_date}{versions}." if facts.data_date else ""
    people = f", {plural(facts.reviewed, 'position')} decided by a person" if facts.reviewed else ""
    return f"Source: {outlets}; claims and stances found by the program{people}.{stamp}"
