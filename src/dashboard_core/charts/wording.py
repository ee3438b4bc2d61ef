"""Findings in words: the sentence a chart shows, put together by rule so that it is true for any data.

A finding speaks of *voices* (the people and institutions quoted), never of what a country "thinks": four
experts from a country are not its government.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dashboard_core.vocabulary import STANCES

__all__ = [
    "Facts",
    "Row",
    "actor_finding",
    "amount",
    "brief",
    "counts_of",
    "day",
    "filtered_finding",
    "lean",
    "listing",
    "most_discussed",
    "note",
    "period",
    "plural",
    "several",
    "source",
    "subtitle",
    "target_finding",
    "tier_mix",
]

Lean = Literal["supportive", "cautious", "opposed", "divided", "silent"]

# Shares of fewer voices than this would pretend a precision that is not there.
SHARE_FLOOR: Final = 5
# Puzzles everybody who meets a half for the first time.
SPLIT_VOTE: Final = "½: whoever takes two stances on one target gives each half of their vote."
SPLIT_HOVER: Final = "Not whole: a voice with two stances on one target splits its vote"
# A title names so many actors; beyond, it counts them.
_NAMED: Final = 8
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
_ORDER: Final[tuple[Lean, ...]] = ("supportive", "cautious", "opposed", "divided")


@dataclass(frozen=True, slots=True)
class Row:
    """One actor's (or target's) votes, as a finding reads them."""

    name: str
    opposed: float
    cautious: float
    supportive: float

    @property
    def votes(self) -> float:
        """Votes that take a position."""
        return self.opposed + self.cautious + self.supportive


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
    labels: str = ""


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
    """
    if noun in _PLURALS:
        return _PLURALS[noun]
    head, _, last = noun.rpartition(" ")
    many = _PLURALS.get(last, f"{last}s")
    whole = f"{head} {many}" if head else many
    return f"{whole[0].lower()}{whole[1:]}"


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


def brief(name: str) -> str:
    """Return a name as a title holds it: of a very long one the beginning; the table has it whole.

    >>> brief("Institute of Tides"), len(brief("Institute of Tides and " * 5)) <= 60
    ('Institute of Tides', True)
    """
    return textwrap.shorten(name, _BRIEF, placeholder=" …")


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


def lean(row: Row) -> Lean:
    """Return where most of an actor's votes lie; "divided" without a majority.

    >>> lean(Row("A", 0, 1, 2)), lean(Row("B", 1, 0, 1)), lean(Row("C", 0, 0, 0))
    ('supportive', 'divided', 'silent')
    """
    if row.votes <= 0:
        return "silent"
    values = {"opposed": row.opposed, "cautious": row.cautious, "supportive": row.supportive}
    for stance in ("supportive", "cautious", "opposed"):
        if values[stance] > row.votes / 2:
            return stance
    return "divided"


def _unanimous(row: Row) -> bool:
    return max(row.opposed, row.cautious, row.supportive) >= row.votes - 0.005


def actor_finding(
    rows: Sequence[Row], *, subject: str, targets: int, preposition: str = "from", noun: str = "country"
) -> str:
    """Return who leans where, in one sentence.

    Parameters
    ----------
    rows : sequence of Row
        One per actor, the most heard first.
    subject : str
        Name of the target; empty when several are counted together.
    targets : int
        How many targets the votes are about.
    preposition, noun : str
        "voices from Kazakhstan", "voices in an outlet"; an empty preposition says that the names are
        the speakers themselves.

    Examples
    --------
    >>> rows = [Row("Kyrgyzstan", 1, 1, 1), Row("Azerbaijan", 0, 0, 1), Row("Uzbekistan", 0, 0, 2)]
    >>> actor_finding(rows, subject="joint drills", targets=1)
    'Joint drills: voices from Azerbaijan and Uzbekistan are supportive; voices from Kyrgyzstan are divided'

    A target stands before a colon: after a verb its name would need an article, or none, or a plural.
    """
    groups: dict[Lean, list[Row]] = {}
    for row in rows:
        groups.setdefault(lean(row), []).append(row)
    if len(rows) > _NAMED and len(groups) > 1:
        return _counted_finding(groups, subject, targets, preposition, noun)
    clauses: list[str] = []
    for key in _ORDER:
        if key not in groups:
            continue
        clauses.append(_clause(groups[key], key, preposition, noun))
    if not clauses:
        return on_subject(subject, "no voice takes a clear position")
    if set(groups) <= {"divided", "silent"} and len(groups["divided"]) > 1:
        places = plural(len(groups["divided"]), noun)
        about = "" if subject else f" across {plural(targets, 'target')}"
        return on_subject(subject, f"no clear majority{about} in any of {places}")
    sentence = "; ".join(clauses)
    if not subject and targets > 1:
        sentence = f"across {plural(targets, 'target')}, {sentence}"
    return on_subject(subject, sentence)


def on_subject(subject: str, said: str) -> str:
    """Return what is said of a target, the target first, as a title.

    >>> on_subject("river bridge", "no voice is opposed"), on_subject("", "no voice is opposed")
    ('River bridge: no voice is opposed', 'No voice is opposed')
    """
    whole = f"{subject}: {said}" if subject else said
    return whole[0].upper() + whole[1:]


def _counted_finding(
    groups: dict[Lean, list[Row]], subject: str, targets: int, preposition: str, noun: str
) -> str:
    """Count many actors by where they lean, naming the most heard of each group."""
    parts: list[str] = []
    for key in _ORDER:
        if key not in groups:
            continue
        count = len(groups[key])
        first = max(groups[key], key=lambda row: row.votes).name
        who = first if count == 1 else f"{count} (most heard: {first})"
        how = "divided" if key == "divided" else f"mostly {key}"
        parts.append(f"{who} {how}")
    places = f"voices {preposition} " if preposition else ""
    about = subject or f"across {plural(targets, 'target')}"
    total = plural(sum(len(rows) for rows in groups.values()), noun or "speaker")
    sentence = f"{about}, {places}{total}: {', '.join(parts)}"
    return sentence[0].upper() + sentence[1:]


def _clause(rows: Sequence[Row], key: Lean, preposition: str, noun: str) -> str:
    names = [row.name for row in rows]
    single = len(rows) == 1 and rows[0].votes <= 1
    if preposition:
        who = f"voices {preposition} {listing(names, noun=f'other {noun}' if noun else 'other')}"
        if single:
            who = f"the one voice {preposition} {names[0]}"
        singular = single
    else:
        who = listing(names)
        singular = len(rows) == 1
    mostly = "" if key == "divided" or all(_unanimous(row) for row in rows) else "mostly "
    return f"{who} {'is' if singular else 'are'} {mostly}{key}"


def target_finding(rows: Sequence[Row]) -> str:
    """Return which target finds support, which opposition, and which divides the voices.

    Examples
    --------
    >>> target_finding([Row("joint exercises", 0, 0, 3), Row("new bloc", 2, 1, 0), Row("union", 1, 0, 1)])
    'Most support: joint exercises; most opposition: new bloc; divided: union'
    >>> target_finding([Row("carbon border tax", 1, 0, 0)])
    'Carbon border tax: the one voice heard is opposed'
    """
    heard = [row for row in rows if row.votes > 0]
    if not heard:
        return "No voice takes a clear position on any target"
    if len(heard) == 1:
        row = heard[0]
        key = lean(row)
        if row.votes <= 1:
            return on_subject(row.name, f"the one voice heard is {key}")
        if key == "divided":
            return on_subject(row.name, "voices are divided")
        share = {"supportive": row.supportive, "cautious": row.cautious, "opposed": row.opposed}[key]
        return on_subject(row.name, f"{amount(share)} of {amount(row.votes)} voices are {key}")
    by_lean: dict[Lean, list[Row]] = {}
    for row in heard:
        by_lean.setdefault(lean(row), []).append(row)
    parts: list[str] = []
    for key, value, text in (
        ("supportive", "supportive", "most support"),
        ("opposed", "opposed", "most opposition"),
    ):
        group = by_lean.get(key, [])
        if not group:
            continue
        best = max(getattr(row, value) for row in group)
        names = [row.name for row in group if getattr(row, value) == best]
        # Six targets with one voice each are no "most"; the chart below shows them all.
        if len(names) > 2:
            parts.append(f"{text}: {plural(len(names), 'target')} alike")
        else:
            parts.append(f"{text}: {listing(names)}")
    split = sorted(by_lean.get("divided", []), key=lambda row: -row.votes)
    if split:
        parts.append(f"divided: {listing([row.name for row in split[:2]])}")
    if not parts:
        return f"Voices are mostly cautious on all {plural(len(heard), 'target')}"
    return on_subject("", "; ".join(parts))


def most_discussed(rows: Sequence[Row]) -> str:
    """Return where the voices stand on the target that most of them speak about.

    Examples
    --------
    >>> most_discussed([Row("new bloc", 2, 1, 1), Row("joint exercises", 0, 0, 1)])
    'Most discussed of 2 targets: new bloc. Of 4 voices, 1 supports it, 1 is cautious, 2 oppose it.'
    >>> most_discussed([Row("new bloc", 0, 1.5, 2.5)])
    'New bloc: of 4 votes, 1½ cautious, 2½ supportive.'
    >>> most_discussed([Row("new bloc", 0, 0, 2)])
    'New bloc: both voices with a clear position support it.'
    >>> most_discussed([Row("new bloc", 1, 0, 0)])
    'New bloc: the one voice heard is opposed.'
    """
    top = max(rows, key=lambda row: row.votes)
    if len(rows) == 1 and top.votes <= 1:
        return f"{target_finding(rows)}."
    parts = []
    for votes, one, many in (
        (top.supportive, "supports it", "support it"),
        (top.cautious, "is cautious", "are cautious"),
        (top.opposed, "opposes it", "oppose it"),
    ):
        if votes:
            parts.append(f"{amount(votes)} {one if votes <= 1 else many}")
    told = ", ".join(parts)
    voices = plural(top.votes, "voice")
    whole = all(float(votes).is_integer() for votes in (top.supportive, top.cautious, top.opposed))
    if not whole:
        # "4½ support it" would halve a person; a vote can be split.
        told = counts_of(top)
        voices = plural(top.votes, "vote")
    # Others may have spoken of it without a clear position: "all" is said of those who have one.
    every = "both voices" if whole and top.votes == 2 else f"all {voices}"
    heard = f"of {voices}, {told}"
    if len(parts) == 1:
        heard = f"{every} with a clear position {told.split(' ', 1)[1]}"
    if top.votes <= 1:
        heard = f"the one voice {told.split(' ', 1)[1]}"
    if len(rows) == 1:
        return f"{top.name[:1].upper()}{top.name[1:]}: {heard}."
    rivals = [row for row in rows if row.votes == top.votes]
    if len(rivals) > 1 and top.votes <= 1:
        return f"{plural(len(rows), 'target')} are discussed, each by {plural(top.votes, 'voice')} at most."
    first = "Among the most discussed" if len(rivals) > 1 else "Most discussed"
    return f"{first} of {plural(len(rows), 'target')}: {top.name}. {on_subject('', heard)}."


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
        parts.append(f"{who} {word} from {plural(len(facts.outlets), 'outlet')}: {listing(facts.outlets)}.")
    if 0 < facts.voices < _FEW_VOICES:
        parts.append("So few voices show who said what, not what a country or an organisation holds.")
    if facts.labels:
        parts.append(facts.labels)
    return " ".join([*parts, *extra])


def source(facts: Facts) -> str:
    """Return the source line: the outlets, and the day of the data."""
    outlets = listing(facts.outlets, limit=6, noun="other outlet") if facts.outlets else "no outlet named"
    stamp = f" Data of {facts.data_date}." if facts.data_date else ""
    return f"Source: {outlets}; claims and stances found by machine.{stamp}"


def counts_of(row: Row) -> str:
    """Return an actor's votes by stance, as the text alternative says them.

    >>> counts_of(Row("A", 1, 0, 2))
    '1 opposed, 2 supportive'
    """
    values = zip(STANCES, (row.opposed, row.cautious, row.supportive), strict=True)
    return ", ".join(f"{amount(value)} {stance}" for stance, value in values if value)


def filtered_finding(
    rows: Sequence[Row], only: Sequence[str], subject: str, targets: int, preposition: str, noun: str
) -> str:
    """Return how many hold the stances that a filter lets through, and where.

    Examples
    --------
    >>> rows = [Row("Kyrgyzstan", 2, 0, 0), Row("Kazakhstan", 1, 0, 0)]
    >>> filtered_finding(rows, ["opposed"], "the alliance", 1, "from", "country")
    'The alliance, opposed: 3 votes, from Kyrgyzstan (2) and Kazakhstan (1)'
    """
    heard = sorted((row for row in rows if row.votes > 0), key=lambda row: (-row.votes, row.name))
    chosen = [stance for stance in STANCES if stance in only]
    across = f" across {plural(targets, 'target')}" if targets and not subject else ""
    if not chosen:
        return on_subject(subject, f"positions{across} that are unclear or not taken")
    held = listing(chosen, limit=3).replace(" and ", " or ")
    if not heard:
        return on_subject(subject, f"no voice is {held}")
    lead = f"{subject}, {held}" if subject else f"{held}{across}"
    places = listing(
        [f"{row.name} ({amount(row.votes)})" for row in heard], noun=f"other {noun}" if noun else "other"
    )
    total = sum(row.votes for row in heard)
    where = f", {preposition} {places}" if preposition else f": {places}"
    joiner = ": " if preposition else ", "
    return f"{lead[0].upper()}{lead[1:]}{joiner}{plural(total, 'vote')}{where}"
