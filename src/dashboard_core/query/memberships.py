"""Which state belongs to which organisation, and since when: the groups that charts compare.

The facts are lines of ``seeds/memberships.csv``. A position counts under the membership its country had
on the day the article was published; an undated one under today's.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from dashboard_core.errors import VocabularyError
from dashboard_core.paths import seeds_dir
from dashboard_core.query.sql import Statement

__all__ = [
    "STATUSES",
    "Membership",
    "group_label",
    "load_memberships",
    "membership_case",
    "membership_groups",
]

STATUSES = ("member", "associate", "observer", "partner", "applicant", "suspended", "former")
_COLUMNS = ["organisation", "iso3", "status", "since", "until", "source"]


@dataclass(frozen=True, slots=True)
class Membership:
    """One dated fact: ``since`` is the first day it holds, ``until`` the first day it no longer does."""

    organisation: str
    iso3: str
    status: str
    since: date
    until: date | None
    source: str


def load_memberships(path: Path | None = None) -> tuple[Membership, ...]:
    """Return the dated memberships.

    Raises
    ------
    VocabularyError
        Lines cannot be used: an unknown status, a date that is none, an end before its beginning, two
        facts of one state and organisation at one time.
    """
    path = path or seeds_dir() / "memberships.csv"
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise VocabularyError(
            path, [error.strerror or str(error)], "Put the file back, or point STANCES_SEEDS to the folder."
        ) from error


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> tuple[Membership, ...]:
    problems: list[str] = []
    found: list[Membership] = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != _COLUMNS:
            problems.append(f"line 1: the columns are {reader.fieldnames}, not {_COLUMNS}")
        else:
            for row in reader:
                try:
                    found.append(_read(row))
                except ValueError as error:
                    problems.append(f"line {reader.line_num}: {error}")
    problems += _overlaps(found)
    if problems:
        raise VocabularyError(path, problems, "Mend these lines; seeds/README.md explains the columns.")
    return tuple(found)


def _read(row: dict[str, str]) -> Membership:
    values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    empty = [name for name in ("organisation", "iso3", "status", "since", "source") if not values[name]]
    if empty:
        raise ValueError(f"{', '.join(empty)} is empty")
    if values["status"] not in STATUSES:
        raise ValueError(f"status {values['status']!r} is not one of {', '.join(STATUSES)}")
    if not (len(values["iso3"]) == 3 and values["iso3"].isalpha() and values["iso3"].isupper()):
        raise ValueError(f"iso3 {values['iso3']!r} is no three-letter code")
    since = date.fromisoformat(values["since"])
    until = date.fromisoformat(values["until"]) if values["until"] else None
    if until and until <= since:
        raise ValueError(f"until {until} is not after since {since}")
    return Membership(
        values["organisation"], values["iso3"], values["status"], since, until, values["source"]
    )


def _overlaps(found: list[Membership]) -> list[str]:
    by_state: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for fact in found:
        by_state[fact.organisation, fact.iso3].append(fact)
    problems: list[str] = []
    for (organisation, iso3), facts in by_state.items():
        facts.sort(key=lambda fact: fact.since)
        for earlier, later in pairwise(facts):
            if earlier.until is None or earlier.until > later.since:
                problems.append(
                    f"{organisation}, {iso3}: {earlier.status} still holds when {later.status} begins"
                )
    return problems


def membership_groups(path: Path | None = None) -> list[str]:
    """Return the organisations that can stand in ``by="membership:NAME"``."""
    return sorted({fact.organisation for fact in load_memberships(path)})


def membership_case(name: str, statement: Statement) -> str:
    """Return an expression that gives each row of ``facts`` its group.

    ``name`` is one organisation (groups ``member`` and ``non-member``) or two joined by ``+`` (groups
    ``both``, ``neither`` and ``only NAME``). Rows without a country have no group.

    Raises
    ------
    ValueError
        An organisation is not in the file.
    """
    names = _organisations(name)
    if len(names) == 1:
        return (
            f"CASE WHEN country IS NULL THEN NULL WHEN {_is_member(name, statement)} "
            "THEN 'member' ELSE 'non-member' END"
        )
    first, second = (_is_member(one, statement) for one in names)
    only = [statement.bind(f"only {one}") for one in names]
    return (
        f"CASE WHEN country IS NULL THEN NULL WHEN {first} AND {second} THEN 'both' "
        f"WHEN {first} THEN {only[0]} WHEN {second} THEN {only[1]} ELSE 'neither' END"
    )


def _organisations(name: str) -> list[str]:
    known = membership_groups()
    if name in known:
        return [name]
    if pair := _pair(name, known):
        return pair
    raise ValueError(
        f"memberships of {name!r} are not known; known are {', '.join(known)}, or two of them: A+B"
    )


def _pair(name: str, known: Sequence[str]) -> list[str]:
    """Return the two organisations that are joined in a name; none if it is not of two."""
    # "C5+1" has a plus of its own: try every plus as the one between two names
    for place in (i for i, letter in enumerate(name) if letter == "+"):
        pair = [name[:place], name[place + 1 :]]
        if all(one in known for one in pair):
            return pair
    return []


def _is_member(name: str, statement: Statement) -> str:
    day = f"coalesce(published_on, {statement.bind(datetime.now(UTC).date())})"
    spells: dict[tuple[date, date | None], list[str]] = defaultdict(list)
    for fact in load_memberships():
        if fact.organisation == name and fact.status == "member":
            spells[fact.since, fact.until].append(fact.iso3)
    tests: list[str] = []
    for (since, until), countries in sorted(spells.items(), key=lambda item: item[0][0]):
        test = f"{statement.is_among('country', countries)} AND {day} >= {statement.bind(since)}"
        tests.append(f"({test} AND {day} < {statement.bind(until)})" if until else f"({test})")
    return f"({' OR '.join(tests) or 'false'})"


def group_label(group: str) -> str:
    """Return a group of a membership as people name it.

    >>> group_label("NATO:member"), group_label("NATO:non-member"), group_label("CSTO+OTS:both")
    ('NATO members', 'countries outside NATO', 'countries in CSTO and OTS')
    >>> group_label("CSTO+OTS:neither"), group_label("CSTO+OTS:only OTS")
    ('countries in neither CSTO nor OTS', 'countries in OTS only')
    """
    name, _, kind = group.rpartition(":")
    first, second = _pair(name, membership_groups()) or (name, "")
    told = {
        "member": f"{name} members",
        "non-member": f"countries outside {name}",
        "both": f"countries in {first} and {second}",
        "neither": f"countries in neither {first} nor {second}",
    }
    return told.get(kind, f"countries in {kind.removeprefix('only ')} only")
