"""Diverging stacked bars: opposed to the left, cautious across the middle, supportive to the right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import pandas as pd

from dashboard_core.charts import findings, wording
from dashboard_core.charts.bars_figure import Actor, apart_of, draw
from dashboard_core.charts.layout import SIZES, Chart, Drawn, SizeName, fitted
from dashboard_core.charts.palette import SYMBOLS, THEMES, ThemeName
from dashboard_core.vocabulary import STANCE_LABELS, STANCE_STATES, STANCES

__all__ = ["MISSING", "WITHOUT_VOTE", "spread", "stance_bars", "with_claims"]

# The column for claims that stand behind no mark.
WITHOUT_VOTE: Final = "Claims without a vote"
# "by" of a tally -> how its findings speak of it, and the heading of its table column.
_SPEECH: Final[dict[str, tuple[str, str, str]]] = {
    "country": ("from", "country", "Country"),
    "organisation": ("from", "organisation", "Organisation"),
    "outlet": ("in", "outlet", "Outlet"),
    "speaker": ("", "", "Speaker"),
    "tier": ("among", "kind of voice", "Kind of voice"),
    "target": ("", "", "Target"),
    "group": ("from", "group", "Group"),
}
MISSING: Final = {
    "country": "Country not stated",
    "organisation": "Organisation not stated",
    "outlet": "Outlet not stated",
    "tier": "Kind of voice not stated",
    "target": "No target",
    "speaker": "Not named",
    "group": "Country not stated",
}


def spread(tally: pd.DataFrame) -> list[Actor]:
    """Return a tally with one record per actor instead of one row per actor and stance.

    Plain records, not a frame: a chart has few rows, and a frame takes most of its time for looking them up.

    Parameters
    ----------
    tally : DataFrame, one row per (value, stance)
        Reads ``value``, ``stance``, ``votes``, ``speakers`` and ``claims``. A missing value is a row of
        its own.

    Returns
    -------
    list of dict, one per actor, most votes first, the missing actor last
        ``actor`` str (empty: missing), ``opposed`` ... ``none`` float votes, ``speakers_<stance>`` and
        ``claims_<stance>`` int, ``n`` float: votes that take a position, ``all`` float: these and the others.

    Examples
    --------
    >>> rows = [("KAZ", "supportive", 2.0, 2, 3), ("KAZ", "opposed", 1.0, 1, 1), (None, "none", 1.0, 1, 1)]
    >>> tally = pd.DataFrame(rows, columns=["value", "stance", "votes", "speakers", "claims"])
    >>> [(row["actor"], row["opposed"], row["supportive"], row["n"]) for row in spread(tally)]
    [('KAZ', 1.0, 2.0, 3.0), ('', 0.0, 0.0, 0.0)]
    """
    actors: dict[str, Actor] = {}
    told = (tally[name].tolist() for name in ("value", "stance", "votes", "speakers", "claims"))
    for actor, stance, votes, speakers, claims in zip(*told, strict=True):
        key = actor if isinstance(actor, str) else ""
        row = actors.get(key)
        if row is None:
            row = actors[key] = _blank(key)
        row[stance] += float(votes)
        row[f"speakers_{stance}"] += int(speakers)
        row[f"claims_{stance}"] += int(claims)
    for row in actors.values():
        row["n"] = row["opposed"] + row["cautious"] + row["supportive"]
        row["all"] = row["n"] + row["unclear"] + row["none"]
    # Who is only counted because of claims that stand in another row's votes has nothing to show.
    kept = [row for row in actors.values() if row["all"] > 0]
    return sorted(kept, key=lambda row: (row["actor"] == "", -row["n"], -row["all"], row["actor"]))


def _blank(actor: str) -> Actor:
    row: Actor = {"actor": actor}
    row |= dict.fromkeys(STANCE_STATES, 0.0)
    for stance in STANCE_STATES:
        row[f"speakers_{stance}"] = 0
        row[f"claims_{stance}"] = 0
    return row


def _cut(full: Sequence[Actor], top: int, title: str, names: Mapping[str, str]) -> list[Actor]:
    """Keep the ``top`` actors with most votes and those the title names."""
    known = [row for row in full if row["actor"]]
    if len(known) <= top + 1:
        return list(full)
    said = title.casefold()
    # As whole words: "exercises" does not name the CIS.
    named = [
        re.search(rf"(?<!\w){re.escape(_brief(row, names).casefold())}(?!\w)", said) is not None
        for row in known
    ]
    room = max(top - sum(named[top:]), 0)
    kept = [row for place, row in enumerate(known) if named[place] or place < room]
    return [*kept, *(row for row in full if not row["actor"])]


def _ordered(rows: Sequence[Actor], order: str, names: Mapping[str, str]) -> list[Actor]:
    def lean(row: Actor) -> float:
        return float((row["supportive"] - row["opposed"]) / row["n"]) if row["n"] > 0 else -2.0

    def place(row: Actor) -> tuple[Any, ...]:
        name = names.get(row["actor"], row["actor"])
        votes = (-row["all"], -row["n"], -lean(row), name)
        return {"stance": (-lean(row), -row["n"], name), "votes": votes}.get(order, (name,))

    body = sorted((row for row in rows if row["actor"]), key=place)
    return [*body, *(row for row in rows if not row["actor"])]


def stance_bars(
    tally: pd.DataFrame,
    *,
    by: str,
    facts: wording.Facts,
    names: Mapping[str, str] | None = None,
    below: Mapping[str, str] | None = None,
    spelled: Mapping[str, str] | None = None,
    people: Mapping[str, int] | None = None,
    subject: str = "",
    targets: int = 1,
    silent: int = 0,
    unit: Literal["voices", "claims"] = "voices",
    shares: bool = False,
    order: Literal["stance", "votes", "name"] = "stance",
    only: Sequence[str] = (),
    top: int = 10,
    part: tuple[int, int] | None = None,
    row_height: int = 0,
    width: int = 0,
    height: int = 0,
    theme: ThemeName = "light",
    size: SizeName = "wide",
    extra_notes: Sequence[str] = (),
    finding: str = "",
    overlapping: bool = False,
) -> Chart:
    """Return a diverging bar chart of the stances in a tally.

    Parameters
    ----------
    tally : DataFrame, one row per (value, stance)
        As :func:`dashboard_core.query.tally` gives it; see :func:`spread`.
    facts : Facts
        How much was heard in all, for subtitle, note and source line.
    names, below : mapping
        Display name of an actor, and the small line under it ("1 official, 3 experts").
    spelled : mapping
        Abbreviation -> full name; those that the chart shows are spelled out in its note.
    people : mapping
        How many different voices an actor has, where that is known: over several targets one has many votes.
    subject : str
        The target, when there is one; else empty, and ``targets`` says how many are added up, ``silent`` on
        how many more no clear position was found.
    unit : {"voices", "claims"}
        What one vote is.
    shares : bool
        Draw shares instead of counts; actors with fewer than five votes then get no bar.
    only : sequence of str
        The stances that a filter lets through; the finding then speaks of them alone.
    top : int
        Actors drawn, those with most votes; the table has all of them, and the note says so.
    part : (int, int), optional
        Instead: which of the actors to draw, the first and how many, where a screen holds few of them.
    row_height : int
        Pixels of a row at least.
    width, height : int
        Pixels that are there to be filled, where that is known; see :func:`layout.fitted`.
    finding : str
        The title, where the reader asks for something else than who leans where.
    overlapping : bool
        One voice can stand in several rows, which then add up to nothing.
    """
    names, below = names or {}, below or {}
    look, scale = THEMES[theme], fitted(SIZES[size], width, height)
    _, noun, heading = _SPEECH[by]
    full = spread(tally)
    # Added up over several targets, one voice can stand for several votes.
    single = bool(subject) or targets == 1 or by == "target"
    counted = "claim" if unit == "claims" else "voice" if single else "vote"
    # Of many screens each has a title of its own: what it names can be seen there.
    seen = full if part is None else full[part[0] : part[0] + part[1]]
    said_of = [_finding_row(row, names, people or {}) for row in seen if row["actor"]]
    title = finding or _title(
        said_of, by, subject, targets, only, "claim" if unit == "claims" else "voice", facts.voices
    ) + wording.among(len(seen), len(full), noun or heading.lower())
    rows = _cut(full, top, title, names) if part is None else seen
    left_out = len(full) - len(rows)
    rows = _ordered(rows, order, names)
    notes = list(extra_notes)
    if not shares and (parted := wording.split_votes(row[stance] for row in rows for stance in STANCES)):
        notes.insert(0, parted)
    apart = [
        f"{wording.amount(sum(row[state] for row in rows))} {STANCE_LABELS[state].lower()} ({SYMBOLS[state]})"
        for state in apart_of(rows)
    ]
    if apart and not overlapping:
        notes.append(f"In the totals, without a bar: {', '.join(apart)}.")
    if left_out and part is None:
        rest = wording.plural(left_out, f"further {noun or heading.lower()}")
        kept = "those with the most clear votes" if unit == "voices" else "those with the most clear claims"
        notes.append(f"Drawn are {kept} and those the title names; the table also has {rest}.")
    silent = sum(not row["n"] for row in full) if by == "target" else silent
    if silent and targets > 1:
        which = "target" if by == "target" else "further target"
        notes.append(f"On {wording.plural(silent, which)} no clear position was found.")
    if shares and any(0 < row["n"] < wording.SHARE_FLOOR for row in rows):
        notes.append(
            f"Shares are drawn from {wording.SHARE_FLOOR} clear votes; fewer stand beside the total."
        )
    shown = [_name(row["actor"], names, by) for row in rows]
    notes.append(wording.abbreviations([title, *shown], spelled or {}))
    # A slide has no hollow signs, and writes halves as spreadsheets do.
    plainly = [re.sub(rf" \([{''.join(SYMBOLS.values())}]\)", "", line) for line in notes if line]
    plainly = [line.replace("½:", "0.5:") for line in plainly]
    texts = {
        "title": title,
        "subtitle": wording.subtitle(facts, measure=_measure(unit, single, by, shares)),
        "note": wording.note(facts, [line for line in notes if line]),
        "source": wording.source(facts),
    }
    figure = draw(
        rows, shown, below, look, scale, texts, counted=counted, shares=shares, row_height=row_height
    )
    return Chart(
        figure=figure,
        alt=_alt(texts, rows, shown, counted),
        table=_table(full, names, by, heading, shares),
        shown=tuple(row["actor"] for row in rows),
        rows=len(full),
        drawn=Drawn(
            categories=tuple(shown),
            series={stance: tuple(row[stance] for row in rows) for stance in STANCE_STATES},
            shares=shares,
            counted=counted,
            below=tuple(below.get(row["actor"], "") for row in rows),
            note=wording.note(facts, plainly),
        ),
        **texts,
    )


def _finding_row(row: Actor, names: Mapping[str, str], people: Mapping[str, int]) -> findings.Row:
    return findings.Row(
        _brief(row, names),
        row["opposed"],
        row["cautious"],
        row["supportive"],
        row["unclear"] + row["none"],
        people.get(row["actor"], 0),
        row["none"],
    )


def _title(
    rows: Sequence[findings.Row],
    by: str,
    subject: str,
    targets: int,
    only: Sequence[str],
    unit: str,
    voices: int,
) -> str:
    preposition, noun, _ = _SPEECH[by]
    if only and len(set(only) & set(STANCES)) < 3:
        return findings.filtered_finding(rows, only, subject, targets, preposition, noun)
    if by == "target":
        return findings.target_finding(rows, unit, voices=voices)
    return findings.actor_finding(
        rows, subject=subject, targets=targets, preposition=preposition, noun=noun, unit=unit
    )


def _brief(row: Actor, names: Mapping[str, str]) -> str:
    return wording.brief(names.get(row["actor"], row["actor"]))


def _measure(unit: str, single: bool, by: str, shares: bool) -> str:
    kind = "Shares of" if shares else "Number of"
    if unit == "claims":
        return f"{kind} claims" + ("" if single or by == "target" else ", each counted once per target")
    if by == "target":
        return f"{kind} voices by target"
    return f"{kind} voices, one vote each" if single else f"{kind} votes, one per voice and target"


def _name(actor: str, names: Mapping[str, str], by: str) -> str:
    return wording.standing(names.get(actor, actor) if actor else MISSING[by])


def _alt(texts: Mapping[str, str], rows: Sequence[Actor], shown: Sequence[str], counted: str) -> str:
    said = []
    for name, row in list(zip(shown, rows, strict=True))[:12]:
        parts = [
            f"{wording.amount(row[state])} {STANCE_LABELS[state].lower()}"
            for state in STANCE_STATES
            if row[state]
        ]
        said.append(f"{name}, {wording.plural(row['all'], counted)}: {', '.join(parts)}")
    more = f"; {len(shown) - 12} more rows in the table" if len(shown) > 12 else ""
    return f"Bar chart. {texts['title']}. {'; '.join(said)}{more}. {texts['subtitle']}."


def _table(
    full: Sequence[Actor], names: Mapping[str, str], by: str, heading: str, shares: bool
) -> pd.DataFrame:
    columns: dict[str, Any] = {heading: [_name(row["actor"], names, by) for row in full]}
    columns |= {STANCE_LABELS[state]: [row[state] for row in full] for state in STANCE_STATES}
    columns["Total"] = [row["all"] for row in full]
    columns["Claims"] = [sum(row[f"claims_{state}"] for state in STANCE_STATES) for row in full]
    table = pd.DataFrame(columns)
    if shares:
        held = table[[STANCE_LABELS[stance] for stance in STANCES]].sum(axis=1)
        enough = held.where(held >= wording.SHARE_FLOOR)
        for stance in STANCES:
            table[f"{STANCE_LABELS[stance]}, %"] = (100 * table[STANCE_LABELS[stance]] / enough).round(1)
    return table


def with_claims(table: pd.DataFrame, opened: Mapping[str, int]) -> pd.DataFrame:
    """Return a chart's table with the claims that the marks of each row open; the others stand apart.

    Parameters
    ----------
    table : DataFrame, one row per actor
        As :func:`stance_bars` gives it: its ``Claims`` are all that the actor's voices made.
    opened : mapping
        The claims behind each actor's marks, in the order of the rows.

    Examples
    --------
    >>> whole = pd.DataFrame({"Country": ["Kenya", "Malta"], "Total": [2.0, 1.0], "Claims": [5, 1]})
    >>> with_claims(whole, {"KEN": 3, "MLT": 1}).to_dict("list")
    {'Country': ['Kenya', 'Malta'], 'Total': [2.0, 1.0], 'Claims': [3, 1], 'Claims without a vote': [2, 0]}
    """
    held = list(opened.values())
    rest = [int(whole) - own for whole, own in zip(table["Claims"], held, strict=True)]
    found = table.assign(Claims=held)
    if any(rest):
        found.insert(list(found.columns).index("Claims") + 1, WITHOUT_VOTE, rest)
    return found
