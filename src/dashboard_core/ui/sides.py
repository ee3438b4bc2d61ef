"""Who is split: actors that have voices for a target and voices against the same target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dashboard_core.charts.findings import LONGEST, on_subject
from dashboard_core.charts.wording import brief, listing, plural, standing

__all__ = ["COLUMN", "both", "direct_answer", "title"]

COLUMN: Final = "Voices for and against"


def both(split: pd.DataFrame) -> dict[str, list[str]]:
    """Return, for each actor, the targets on which it has voices on both sides.

    Parameters
    ----------
    split : DataFrame, one row per (value, split, stance)
        A tally split by target. An actor or a target that is not known has no sides.

    Examples
    --------
    >>> rows = [("Ferry", "tolls", "opposed", 1.0), ("Ferry", "tolls", "supportive", 2.0)]
    >>> rows += [("Ferry", "bridge", "opposed", 1.0), ("Bank", "bridge", "supportive", 1.0)]
    >>> both(pd.DataFrame(rows, columns=["value", "split", "stance", "votes"]))
    {'Ferry': ['tolls']}
    """
    held = split[split["stance"].isin(("opposed", "supportive")) & (split["votes"] > 0)]
    found: dict[tuple[str, str], set[str]] = {}
    for row in held.dropna(subset=["value", "split"]).to_dict("records"):
        found.setdefault((str(row["value"]), str(row["split"])), set()).add(str(row["stance"]))
    split_on: dict[str, list[str]] = {}
    for (actor, target), stances in found.items():
        if len(stances) > 1:
            split_on.setdefault(actor, []).append(target)
    return split_on


def direct_answer(
    split_on: Mapping[str, Sequence[str]], noun: str, subject: str, names: Mapping[str, str]
) -> str:
    """Return in one sentence who is split on what.

    Examples
    --------
    >>> direct_answer({}, "bloc", "road tolls", {})
    'No bloc has voices both for and against road tolls.'
    >>> direct_answer({"LTF": ["t1"]}, "bloc", "", {"t1": "road tolls"})
    'Voices both for and against: LTF (on road tolls).'
    >>> direct_answer({"LTF": ["t1"]}, "bloc", "road tolls", {})
    'Voices both for and against road tolls: LTF.'
    """
    if not split_on:
        return f"No {noun} has voices both for and against {subject or 'the same target'}."
    ranked = sorted(split_on, key=lambda name: -len(split_on[name]))
    named = ranked if subject else [f"{name} (on {_targets(split_on[name], names)})" for name in ranked]
    about = f" {subject}" if subject else ""
    return f"Voices both for and against{about}: {listing(named, limit=6, noun=f'other {noun}')}."


def title(
    split_on: Mapping[str, Sequence[str]], noun: str, subject: str, targets: int, names: Mapping[str, str]
) -> str:
    """Return the same as a chart's title: who is split, and on what, comes before everything else.

    Examples
    --------
    >>> title({"LTF": ["t1"], "BEC": ["t1"]}, "bloc", "road tolls", 1, {})
    "Road tolls: LTF's and BEC's members have voices both for and against it"
    >>> title({}, "bloc", "", 4, {})
    'No bloc has voices both for and against any of 4 targets'
    >>> names = {"t1": "road tolls", "t2": "river bridge"}
    >>> title({"LTF": ["t1", "t2"]}, "bloc", "", 4, names)
    "Road tolls and river bridge: voices from LTF's members are on both sides"
    >>> title({"LTF": ["t1", "t2"], "BEC": ["t1"]}, "bloc", "", 4, names)
    "Road tolls: voices from LTF's and BEC's members are on both sides; river bridge: from LTF's members"
    >>> title({"Ferry Union": ["t1"]}, "organisation", "", 4, names)
    'Road tolls: voices from Ferry Union are on both sides'
    """
    if not split_on:
        if subject:
            return on_subject(subject, f"no {noun} has voices both for and against it")
        return f"No {noun} has voices both for and against any of {plural(targets, 'target')}"
    ranked = sorted(split_on, key=lambda name: -len(split_on[name]))
    if subject:
        have = "has" if len(ranked) == 1 and noun != "bloc" else "have"
        return on_subject(subject, f"{_who(ranked, noun)} {have} voices both for and against it")
    held: dict[str, list[str]] = {}
    for name in ranked:
        for target in split_on[name]:
            held.setdefault(target, []).append(name)
    # The same blocs are told once, with all that divides them.
    alike: dict[tuple[str, ...], list[str]] = {}
    for target in sorted(held, key=lambda target: -len(held[target])):
        alike.setdefault(tuple(held[target]), []).append(target)
    (first, on), *others = alike.items()
    said = on_subject(_targets(on, names), f"voices from {_who(first, noun)} are on both sides")
    for who, what in others:
        longer = f"{said}; {_targets(what, names)}: from {_who(who, noun)}"
        if len(longer) > LONGEST:
            return f"{said}; others on both sides of {plural(len(held) - len(on), 'further target')}"
        said, on = longer, [*on, *what]
    return said


def _who(names: Sequence[str], noun: str) -> str:
    told = [f"{name}'s" if noun == "bloc" else standing(name) for name in names]
    listed = listing(told, limit=5, noun=f"other {noun}")
    return f"{listed} members" if noun == "bloc" else listed


def _targets(targets: Sequence[str], names: Mapping[str, str]) -> str:
    return listing([brief(names.get(target, target)) for target in targets], limit=3, noun="other target")
