"""The title of a chart: what its numbers show, in one sentence put together by rule, true for any data.

A finding speaks of *voices* (the people and institutions quoted), never of what a country "thinks": four
experts from a country are not its government. Two rules keep titles from saying more than the data:

* "most support", "most opposition" need :data:`CLEAR_VOICES` voices on that side. One voice, whose label
  nobody may have reviewed, makes no headline; where a title rests on it, the title says "the one voice".
* A title stays under about :data:`LONGEST` letters; beyond, it counts instead of naming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dashboard_core.charts.wording import amount, is_whole, listing, plural, several
from dashboard_core.vocabulary import STANCES

__all__ = [
    "CLEAR_VOICES",
    "LONGEST",
    "Row",
    "actor_finding",
    "counts_of",
    "filtered_finding",
    "lean",
    "most_discussed",
    "one_voice",
    "target_finding",
]

Lean = Literal["supportive", "cautious", "opposed", "divided", "silent"]

# So many voices have to be on one side before a title calls it "most".
CLEAR_VOICES: Final = 2
LONGEST: Final = 130
_ROOM: Final = 100
# A title names so many actors; beyond, it counts them.
_NAMED: Final = 8
_ORDER: Final[tuple[Lean, ...]] = ("supportive", "cautious", "opposed", "divided")


@dataclass(frozen=True, slots=True)
class Row:
    """One actor's (or target's) votes, as a finding reads them; of ``apart`` no clear position was found.

    ``none``: those of ``apart`` for whom no position was found at all; for the others the program could not
    tell. ``people``: how many different voices they come from, where that is known.
    """

    name: str
    opposed: float
    cautious: float
    supportive: float
    apart: float = 0.0
    people: int = 0
    none: float = 0.0

    @property
    def votes(self) -> float:
        """Votes that take a position."""
        return self.opposed + self.cautious + self.supportive

    @property
    def all_votes(self) -> float:
        """All votes, those for whom no clear position was found, too."""
        return self.votes + self.apart


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


def counts_of(row: Row) -> str:
    """Return an actor's votes by stance, as the text alternative says them.

    >>> counts_of(Row("A", 1, 0, 2))
    '1 opposed, 2 supportive'
    """
    values = zip(STANCES, (row.opposed, row.cautious, row.supportive), strict=True)
    return ", ".join(f"{amount(value)} {stance}" for stance, value in values if value)


def _unanimous(row: Row) -> bool:
    return max(row.opposed, row.cautious, row.supportive) >= row.votes - 0.005


def on_subject(subject: str, said: str) -> str:
    """Return what is said of a target, the target first, as a title.

    >>> on_subject("river bridge", "no voice is opposed"), on_subject("", "no voice is opposed")
    ('River bridge: no voice is opposed', 'No voice is opposed')
    """
    whole = f"{subject}: {said}" if subject else said
    return whole[0].upper() + whole[1:]


def actor_finding(
    rows: Sequence[Row],
    *,
    subject: str,
    targets: int,
    preposition: str = "from",
    noun: str = "country",
    unit: str = "voice",
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
    unit : str
        What one vote is: a voice or a claim.

    Examples
    --------
    >>> rows = [Row("Kyrgyzstan", 1, 1, 1), Row("Azerbaijan", 0, 0, 1), Row("Uzbekistan", 0, 0, 2)]
    >>> actor_finding(rows, subject="joint drills", targets=1)
    'Joint drills: voices from Azerbaijan and Uzbekistan are supportive; voices from Kyrgyzstan are divided'
    >>> actor_finding([Row("Kenya", 1, 0, 0), Row("Malta", 1, 0, 0)], subject="joint drills", targets=1)
    'Joint drills: one voice each from Kenya and Malta is opposed'
    >>> actor_finding([Row("Kenya", 0, 0, 2, 2)], subject="joint drills", targets=1)
    'Joint drills: 2 of 4 voices from Kenya are supportive'
    >>> actor_finding([Row("Kenya", 1, 0, 2, 1)], subject="joint drills", targets=1)
    'Joint drills: 2 of 4 voices from Kenya are supportive, 1 opposed'
    >>> one, many = Row("academic", 0, 1, 1, people=1), Row("experts", 0, 0, 3, people=2)
    >>> actor_finding([many, one], subject="", targets=3, preposition="among", noun="kind of voice")
    'Across 3 targets, experts are supportive; the one academic is mixed, target by target'

    A target stands before a colon: after a verb its name would need an article, or none, or a plural.
    """
    groups: dict[Lean, list[Row]] = {}
    for row in rows:
        groups.setdefault(lean(row), []).append(row)
    # Over several targets the numbers are votes, of which one voice has several.
    counted = bool(subject) or targets == 1
    clauses = [_clause(groups[key], key, preposition, noun, unit, counted) for key in _ORDER if key in groups]
    if not clauses:
        return on_subject(subject, "no clear position was found")
    if set(groups) <= {"divided", "silent"} and len(groups["divided"]) > 1:
        # With those of whom no clear position was found: the chart has their rows, too.
        places = plural(len(rows), noun or "speaker")
        about = "" if subject else f" across {plural(targets, 'target')}"
        return on_subject(subject, f"no clear majority{about} in any of {places}")
    sentence = "; ".join(clauses)
    if not subject and targets > 1:
        sentence = f"across {plural(targets, 'target')}, {sentence}"
    named = on_subject(subject, sentence)
    if len(named) <= LONGEST and (len(groups) == 1 or len(rows) <= _NAMED):
        return named
    return _counted_finding(groups, subject, targets, preposition, noun, unit)


def _counted_finding(
    groups: dict[Lean, list[Row]], subject: str, targets: int, preposition: str, noun: str, unit: str
) -> str:
    """Count many actors by where they lean, naming the most heard of each group where there is room."""
    full: list[str] = []
    short: list[str] = []
    for key in _ORDER:
        if key not in groups:
            continue
        count = len(groups[key])
        first = max(groups[key], key=lambda row: row.votes).name
        how = key if key == "divided" or all(map(_unanimous, groups[key])) else f"mostly {key}"
        who = first if count == 1 else f"{count} (most heard: {first})"
        if count == 1 and subject:
            who = f"{first} ({plural(groups[key][0].all_votes, unit)})"
        if key == "divided" and not subject and targets > 1:
            how = "mixed"
        if count == 1 and groups[key][0].people == 1:
            who = _one(groups[key][0], preposition, unit)
        full.append(f"{who} {how}")
        short.append(f"{count} {how}")
    about = subject or f"across {plural(targets, 'target')}"
    heard = sum(len(rows) for key, rows in groups.items() if key != "silent")
    total = plural(heard, noun or "speaker")
    if "silent" in groups:
        # The chart has a row for each of them.
        total = f"{heard} of {plural(heard + len(groups['silent']), noun or 'speaker')}"
    # "voices among 3 kinds of voice" says it twice.
    who = total if preposition in ("", "among") else f"{several(unit)} {preposition} {total}"
    if len(full) == 1:
        sentence = f"{about}, {who} are {short[0].split(' ', 1)[1]}"
        return sentence[0].upper() + sentence[1:]
    lead = f"{about}, {who}: "
    sentence = f"{lead}{', '.join(full)}"
    if len(sentence) > LONGEST:
        sentence = f"{lead}{', '.join(short)}"
    return sentence[0].upper() + sentence[1:]


def _one(row: Row, preposition: str, unit: str) -> str:
    """Return how the only voice of an actor is spoken of: "the one voice from Malta", "the one academic"."""
    return f"the one {row.name}" if preposition == "among" else f"the one {unit} {preposition} {row.name}"


def _clause(rows: Sequence[Row], key: Lean, preposition: str, noun: str, unit: str, counted: bool) -> str:
    if key == "divided" and not counted and preposition and any(row.people == 1 for row in rows):
        # One person is not divided: what they hold differs from target to target.
        apart = [_one(row, preposition, unit) for row in rows if row.people == 1]
        verb = "is" if len(apart) == 1 else "are"
        said = f"{listing(apart)} {verb} mixed, target by target"
        others = [row for row in rows if row.people != 1]
        return f"{_clause(others, key, preposition, noun, unit, counted)}; {said}" if others else said
    names = [row.name for row in rows]
    if counted and preposition and len(rows) == 1 and rows[0].apart and key != "divided":
        # Two of four are not "the voices from there".
        held = max(rows[0].opposed, rows[0].cautious, rows[0].supportive)
        of = f"{amount(held)} of {plural(rows[0].all_votes, unit)} {preposition} {names[0]}"
        # Who holds against it is news, too.
        sides = {"opposed": rows[0].opposed, "cautious": rows[0].cautious, "supportive": rows[0].supportive}
        besides = "".join(f", {amount(n)} {side}" for side, n in sides.items() if n and side != key)
        return f"{of} {'is' if held <= 1 else 'are'} {key}{besides}"
    mostly = "" if key == "divided" or all(_unanimous(row) for row in rows) else "mostly "
    # On different targets nobody is against anybody.
    shown = "mixed" if key == "divided" and not counted else key
    if counted and preposition and key != "divided" and 1 < len(rows) <= 3 and any(row.apart for row in rows):
        return _parts(rows, key, preposition, unit)
    if preposition == "among":
        told = [_one(row, preposition, unit) if row.people == 1 else row.name for row in rows]
        verb = "is" if len(rows) == 1 and rows[0].people == 1 else "are"
        return f"{listing(told, noun=f'other {noun}')} {verb} {mostly}{shown}"
    alone = all(row.votes <= 1 or row.people == 1 for row in rows)
    singular = alone or (not preposition and len(rows) == 1)
    if not preposition:
        who = listing(names)
        singular = len(rows) == 1
    elif alone and len(rows) == 1:
        who = f"the one {unit} {preposition} {names[0]}"
    else:
        each = f"one {unit} each" if alone else several(unit)
        who = f"{each} {preposition} {listing(names, noun=f'other {noun}' if noun else 'other')}"
    return f"{who} {'is' if singular else 'are'} {mostly}{shown}"


def _parts(rows: Sequence[Row], key: Lean, preposition: str, unit: str) -> str:
    """Return how many of each actor's voices are of one mind: those who are not clear are voices, too."""
    told = []
    for row in rows:
        held = {"supportive": row.supportive, "cautious": row.cautious, "opposed": row.opposed}[key]
        which = row.name if preposition == "among" else f"{several(unit)} {preposition} {row.name}"
        if row.all_votes <= 1 or row.people == 1:
            told.append(_one(row, preposition, unit))
        else:
            all_of = held >= row.all_votes - 0.005
            told.append(which if all_of else f"{amount(held)} of {amount(row.all_votes)} {which}")
    return f"{listing(told)} are {key}"


def one_voice(rows: Sequence[Row]) -> str:
    """Return where the only voice stands on several targets.

    >>> votes = {"drills": (0, 0, 1), "tolls": (0, 0, 1), "bloc": (1, 0, 0), "bank": (0, 0, 0)}
    >>> one_voice([Row(name, *held) for name, held in votes.items()])
    'The one voice heard is supportive of 2 targets, opposed to 1; on 1 no clear position was found'
    """
    words = {
        "supportive": "supportive of",
        "cautious": "cautious on",
        "opposed": "opposed to",
        "divided": "divided on",
    }
    counts = {word: sum(lean(row) == key for row in rows) for key, word in words.items()}
    parts = [(word, count) for word, count in counts.items() if count]
    if not parts:
        return "No clear position of the one voice heard was found"
    first = f"{parts[0][0]} {plural(parts[0][1], 'target')}"
    silent = sum(lean(row) == "silent" for row in rows)
    rest = f"; on {silent} no clear position was found" if silent else ""
    told = ", ".join([first, *(f"{word} {count}" for word, count in parts[1:])])
    return f"The one voice heard is {told}{rest}"


def target_finding(rows: Sequence[Row], unit: str = "voice", *, voices: int = 0) -> str:
    """Return which target finds support, which opposition, and which divides the voices.

    Only targets on which :data:`CLEAR_VOICES` voices are on one side are named as such.

    Examples
    --------
    >>> target_finding([Row("joint exercises", 0, 0, 3), Row("new bloc", 2, 1, 0), Row("union", 1, 0, 1)])
    'Most support: joint exercises (3 of 3 voices); most opposition: new bloc (2 of 3); divided: union'
    >>> target_finding([Row("joint exercises", 0, 0, 3), Row("new bloc", 1, 0, 0), Row("league", 1, 0, 0)])
    'Most support: joint exercises (3 of 3 voices); nowhere more than one voice opposed'
    >>> target_finding([Row("league", 0, 0, 3), Row("alliance", 2, 1, 3), Row("new bloc", 1, 0, 0)])
    'Most support: league (3 of 3 voices); divided: alliance'
    >>> target_finding([Row("carbon border tax", 1, 0, 0)])
    'Carbon border tax: the one voice heard is opposed'
    """
    heard = [row for row in rows if row.votes > 0]
    if not heard:
        return "No clear position was found on any target"
    if len(heard) == 1:
        return _one_target(heard[0], unit)
    if voices == 1:
        return one_voice(rows)
    parts = [
        _most(heard, "supportive", "most support", unit),
        _most(heard, "opposed", "most opposition", unit),
    ]
    named = [part for part in parts if part]
    split = sorted((r for r in heard if lean(r) == "divided" and r.votes >= 2), key=lambda row: -row.votes)
    if not named:
        caution = _most(heard, "cautious", "most caution", unit)
        if caution and all(lean(row) == "cautious" for row in heard):
            places = f"all {plural(len(heard), 'target')}"
            if len(heard) < len(rows):
                places = f"{len(heard)} of {plural(len(rows), 'target')}"
                places += "; on the others no clear position was found"
            return f"{several(unit).capitalize()} are mostly cautious on {places}"
        if caution:
            return on_subject("", caution)
        if split and max(split[0].opposed, split[0].cautious, split[0].supportive) >= CLEAR_VOICES:
            return on_subject("", f"divided: {split[0].name} ({counts_of(split[0])})")
        return f"{plural(len(rows), 'target')}, none with two {several(unit)} on the same side"
    unsaid: list[str] = []
    for stance, part in zip(("supportive", "opposed"), parts, strict=True):
        two = any(getattr(row, stance) >= CLEAR_VOICES for row in heard)
        if not part and not two and any(lean(row) == stance for row in heard):
            unsaid.append(f"nowhere more than one {unit} {stance}")
    # "3 of 4 voices" once; after that the numbers speak.
    said = named[0] + "".join(f"; {part.replace(f' {several(unit)})', ')')}" for part in named[1:])
    if split:
        unsaid.insert(0, f"divided: {listing([row.name for row in split[:2]])}")
    # As far as there is room: what comes first matters most.
    for part in unsaid:
        said = f"{said}; {part}" if len(said) + len(part) < _ROOM else said
    return on_subject("", said)


def _one_target(row: Row, unit: str) -> str:
    key = lean(row)
    if row.all_votes <= 1:
        return on_subject(row.name, f"the one {unit} heard is {key}")
    if key == "divided":
        return on_subject(row.name, f"{several(unit)} are divided")
    share = {"supportive": row.supportive, "cautious": row.cautious, "opposed": row.opposed}[key]
    verb = "is" if share <= 1 else "are"
    return on_subject(row.name, f"{amount(share)} of {plural(row.all_votes, unit)} {verb} {key}")


def _most(heard: Sequence[Row], stance: Lean, text: str, unit: str) -> str:
    """Name the targets with most votes on one side; nothing where one voice is all there is."""
    group = [row for row in heard if lean(row) == stance and getattr(row, stance) >= CLEAR_VOICES]
    if not group:
        return ""
    best = max(getattr(row, stance) for row in group)
    first = [row for row in group if getattr(row, stance) == best]
    # Six targets with two voices each are no "most"; the chart below shows them all.
    if len(first) > 2:
        return f"{text}: {plural(len(first), 'target')} alike ({amount(best)} {several(unit)})"
    if len(first) == 2:
        return f"{text}: {listing([row.name for row in first])} ({amount(best)} {several(unit)} each)"
    return f"{text}: {first[0].name} ({amount(best)} of {plural(first[0].all_votes, unit)})"


def most_discussed(rows: Sequence[Row], *, voices: int = 0) -> str:
    """Return where the voices stand on the target that most of them speak about, clearly or not.

    A target on which no clear position was found comes last, however many speak about it.

    Examples
    --------
    >>> most_discussed([Row("new bloc", 2, 0, 0, 1), Row("drills", 0, 0, 1)])
    'Most discussed of 2 targets: new bloc. Of 3 voices, 2 oppose it; the program could not tell for 1.'
    >>> most_discussed([Row("pact", 0, 1, 1, 3, none=3)])
    'Pact: of 5 voices, 1 supports it, 1 is cautious, none found opposed; no position found for 3.'
    >>> most_discussed([Row("new bloc", 0, 1.5, 2.5)])
    'New bloc: of 4 votes, 1½ cautious, 2½ supportive.'
    >>> most_discussed([Row("new bloc", 0, 0, 2)])
    'New bloc: both voices support it.'
    >>> most_discussed([Row("new bloc", 1, 0, 0)])
    'New bloc: the one voice heard is opposed.'
    """
    top = max(rows, key=lambda row: (row.votes > 0, row.all_votes, row.votes))
    if len(rows) == 1 and top.votes <= 1:
        return f"{target_finding(rows)}."
    if voices == 1 and len(rows) > 1:
        return f"{one_voice(rows)}."
    heard = _heard(top)
    if len(rows) == 1:
        return f"{top.name[:1].upper()}{top.name[1:]}: {heard}."
    rivals = [row for row in rows if row.votes > 0 and row.all_votes == top.all_votes]
    if len(rivals) > 1 and top.all_votes <= 1:
        return f"{plural(len(rows), 'target')} are discussed, each by one voice at most."
    first = "Among the most discussed" if len(rivals) > 1 else "Most discussed"
    return f"{first} of {plural(len(rows), 'target')}: {top.name}. {on_subject('', heard)}."


def _heard(row: Row) -> str:
    """Say where everybody who is heard on a target stands, so that the numbers add up."""
    parts = [
        f"{amount(votes)} {one if votes <= 1 else many}"
        for votes, one, many in (
            (row.supportive, "supports it", "support it"),
            (row.cautious, "is cautious", "are cautious"),
            (row.opposed, "opposes it", "oppose it"),
        )
        if votes
    ]
    doubt = [
        f"{what} for {amount(votes)}"
        for votes, what in (
            (row.apart - row.none, "the program could not tell"),
            (row.none, "no position found"),
        )
        if votes
    ]
    # The doubt is the program's, so its own clause says so.
    apart = f"; {', '.join(doubt)}" if doubt else ""
    voices = plural(row.all_votes, "voice")
    told = ", ".join(parts)
    if row.votes >= 2 and not row.opposed and len(parts) + len(doubt) > 1:
        told += ", none found opposed" if doubt else ", none opposed"
    if not all(is_whole(votes) for votes in (row.supportive, row.cautious, row.opposed)):
        # "4½ support it" would halve a person; a vote can be split.
        return f"of {plural(row.all_votes, 'vote')}, {counts_of(row)}{apart}"
    if len(parts) + len(doubt) > 1:
        return f"of {voices}, {told}{apart}"
    if row.votes <= 1:
        return f"the one voice {told.split(' ', 1)[1]}"
    every = "both voices" if row.votes == 2 else f"all {voices}"
    return f"{every} {told.split(' ', 1)[1]}"


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
        return on_subject(subject, f"positions{across} that the program could not tell or did not find")
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
