"""Who is split: actors that have voices for a target and voices against the same target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dashboard_core.charts.findings import on_subject
from dashboard_core.charts.wording import listing, plural, standing

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


def direct_answer(split_on: Mapping[str, Sequence[str]], noun: str, subject: str) -> str:
    """Return in one sentence who is split on what.

    Examples
    --------
    >>> direct_answer({}, "bloc", "road tolls"), direct_answer({"LTF": ["t1"]}, "bloc", "")
    ('No bloc has voices both for and against road tolls.', 'Voices both for and against: LTF (on 1 target).')
    >>> direct_answer({"LTF": ["t1"]}, "bloc", "road tolls")
    'Voices both for and against road tolls: LTF.'
    """
    if not split_on:
        return f"No {noun} has voices both for and against {subject or 'the same target'}."
    ranked = sorted(split_on, key=lambda name: -len(split_on[name]))
    named = ranked if subject else [f"{name} (on {plural(len(split_on[name]), 'target')})" for name in ranked]
    about = f" {subject}" if subject else ""
    return f"Voices both for and against{about}: {listing(named, limit=6, noun=f'other {noun}')}."


def title(split_on: Mapping[str, Sequence[str]], noun: str, subject: str, targets: int) -> str:
    """Return the same as a chart's title: who is split comes before everything else.

    Examples
    --------
    >>> title({"LTF": ["t1"], "BEC": ["t1"]}, "bloc", "road tolls", 1)
    'Road tolls: LTF and BEC have voices both for and against it'
    >>> title({}, "bloc", "", 4), title({"LTF": ["t1"]}, "bloc", "", 4)
    ('No bloc has voices both for and against any of 4 targets', 'LTF has voices for and against 1 target')
    """
    if not split_on:
        if subject:
            return on_subject(subject, f"no {noun} has voices both for and against it")
        return f"No {noun} has voices both for and against any of {plural(targets, 'target')}"
    names = sorted(split_on, key=lambda name: -len(split_on[name]))
    who = listing([standing(name) for name in names], limit=5, noun=f"other {noun}")
    have = "has" if len(names) == 1 else "have"
    if subject:
        return on_subject(subject, f"{who} {have} voices both for and against it")
    count = len({target for held in split_on.values() for target in held})
    return f"{who} {have} voices for and against {plural(count, 'target')}"
