"""How far readers agree with each other, and the machine with them: figures from libraries, per class.

Only items that both have coded count. A reader's label of an item is the last one they gave it; in a second,
blind reading they saw neither the machine's label nor anybody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from dashboard_core.store import Entry, Store
from dashboard_core.vocabulary import STANCE_STATES

__all__ = [
    "LABELS",
    "NOT_ABOUT",
    "Agreement",
    "Item",
    "agreement",
    "blind_queue",
    "codings",
    "disagreements",
    "machine_against_people",
    "settled",
]

# What a reader can say of an item: a stance, that it cannot be told, or that it is not about the target.
NOT_ABOUT = "not about it"
LABELS = (*STANCE_STATES, NOT_ABOUT)

Item = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two readers on the items that both coded.

    ``kappa`` (Cohen) and ``alpha`` (Krippendorff, nominal) are None where they are not defined: fewer than
    two items, or only one label used at all. ``by_label`` holds, for each label that either used, on how many
    items either used it, on how many both did, and kappa of "this label or not".
    """

    first: str
    second: str
    items: int
    same: int
    kappa: float | None
    alpha: float | None
    by_label: Mapping[str, tuple[int, int, float | None]]

    @property
    def share(self) -> float:
        """The part of the items on which they agree."""
        return self.same / self.items if self.items else 0.0


def codings(store: Store, *, blind_only: bool = False) -> dict[Item, dict[str, str]]:
    """Return every reader's last label of every item: (claim_id, target_id) -> reader -> label.

    Parameters
    ----------
    store : Store
        The store; decisions that were taken back do not count.
    blind_only : bool
        Only labels of second, blind readings.
    """
    resolved = store.snapshot().resolved
    found: dict[Item, dict[str, str]] = {}
    for entry in store.ledger.standing():
        label = _label(entry, blind_only)
        place = resolved.get(entry.entry_id)
        if label and place and place[2]:
            found.setdefault((place[1], place[2]), {})[entry.who] = label
    return found


def _label(entry: Entry, blind_only: bool) -> str:
    if entry.subject != "stance" or entry.field not in ("", "stance"):
        return ""
    # Who settles a difference has seen both readings: that is no reading of its own.
    blind = entry.action == "code" and entry.key.get("blind", True)
    if entry.key.get("settles") or (blind_only and not blind):
        return ""
    if entry.action == "reject" or (entry.action == "code" and not entry.after):
        return NOT_ABOUT
    return str(entry.after) if entry.after in LABELS else ""


def agreement(coded: Mapping[Item, Mapping[str, str]]) -> list[Agreement]:
    """Return the agreement of every two readers who coded the same items, most common items first.

    >>> pair = {("c1", "t"): {"A": "opposed", "B": "opposed"}, ("c2", "t"): {"A": "cautious", "B": "opposed"}}
    >>> [(a.items, a.same, a.kappa) for a in agreement(pair)]
    [(2, 1, 0.0)]
    """
    readers = sorted({reader for labels in coded.values() for reader in labels})
    found: list[Agreement] = []
    for first, second in combinations(readers, 2):
        pairs = [
            (labels[first], labels[second]) for labels in coded.values() if {first, second} <= set(labels)
        ]
        if pairs:
            found.append(_agreement(first, second, pairs))
    return sorted(found, key=lambda one: (-one.items, one.first, one.second))


def _agreement(first: str, second: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    by_label: dict[str, tuple[int, int, float | None]] = {}
    for label in LABELS:
        either = sum(label in pair for pair in pairs)
        if either:
            both = sum(pair == (label, label) for pair in pairs)
            by_label[label] = (either, both, _kappa([(a == label, b == label) for a, b in pairs]))
    same = sum(a == b for a, b in pairs)
    return Agreement(first, second, len(pairs), same, _kappa(pairs), _alpha(pairs), by_label)


def _kappa(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Cohen's kappa; None where one answer only was ever given: nothing is left to chance then."""
    from sklearn.metrics import cohen_kappa_score

    if len(pairs) < 2 or len({answer for pair in pairs for answer in pair}) < 2:
        return None
    first, second = zip(*pairs, strict=True)
    return round(float(cohen_kappa_score(first, second)), 4)


def _alpha(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Krippendorff's alpha with a difference of 0 or 1 between labels."""
    from nltk.metrics.agreement import AnnotationTask

    if len(pairs) < 2 or len({answer for pair in pairs for answer in pair}) < 2:
        return None
    rows = [
        (who, item, label) for item, pair in enumerate(pairs) for who, label in zip("ab", pair, strict=True)
    ]
    return round(float(AnnotationTask(data=rows).alpha()), 4)


def disagreements(coded: Mapping[Item, Mapping[str, str]]) -> dict[Item, dict[str, str]]:
    """Return the items whose readers gave different labels, settled or not.

    >>> disagreements({("c1", "t"): {"A": "opposed", "B": "cautious"}, ("c2", "t"): {"A": "none"}})
    {('c1', 't'): {'A': 'opposed', 'B': 'cautious'}}
    """
    return {item: dict(labels) for item, labels in coded.items() if len(set(labels.values())) > 1}


def settled(store: Store) -> set[Item]:
    """Return the items on which a difference between readers was settled."""
    resolved = store.snapshot().resolved
    places = [resolved.get(entry.entry_id) for entry in store.ledger.standing() if entry.key.get("settles")]
    return {(place[1], place[2]) for place in places if place}


def machine_against_people(store: Store) -> pd.DataFrame:
    """Return how often the machine's label stands against people's.

    Returns
    -------
    DataFrame, one row per (machine, people) that occurs
        ``machine`` (a stance state, or "" where it found no position), ``people`` (a stance, or "not about
        it"), ``positions`` int.
    """
    snapshot = store.snapshot()
    rows = snapshot.cursor().execute(
        "SELECT machine_stance::VARCHAR, stance::VARCHAR FROM facts WHERE review <> 'unreviewed'"
    )
    counted = Counter((machine or "", people) for machine, people in rows.fetchall())
    counted.update((str(row["machine_stance"] or ""), NOT_ABOUT) for row in snapshot.rejected)
    return pd.DataFrame(
        [(machine, people, count) for (machine, people), count in sorted(counted.items())],
        columns=["machine", "people", "positions"],
    ).astype({"machine": "str", "people": "str", "positions": "int64"})


def blind_queue(store: Store, reader: str) -> list[Item]:
    """Return the items that somebody else has coded and ``reader`` has not, in an order that tells nothing.

    The order is the same for everybody, so that readers who stop early have coded the same items.
    """
    from dashboard_core.records import stable_id

    coded = codings(store)
    open_ones = [item for item, labels in coded.items() if reader not in labels]
    return sorted(open_ones, key=lambda item: stable_id("q", *item))
