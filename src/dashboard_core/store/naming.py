"""What people decide about names, as entries of the ledger: one person or two, what becomes of a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard_core.store.identities import Pair
from dashboard_core.store.ledger import Entry

__all__ = [
    "TargetStates",
    "hide_target",
    "keep_apart",
    "merge_targets",
    "name_entries",
    "promote_target",
    "same_person",
    "target_states",
]

_TARGET = ("target_id", "target", "target_kind")


def same_person(pair: Pair, who: str, why: str = "") -> Entry:
    """Return the entry by which two speakers become one, under the name that the pair proposes."""
    after = {"speaker_id": pair.left.speaker_id, "speaker": pair.name}
    key = {"speaker_id": pair.right.speaker_id}
    return Entry(who, "merge", "speaker", key, "speaker", pair.right.name, after, why or pair.reason)


def keep_apart(pair: Pair, who: str, why: str = "") -> Entry:
    """Return the entry by which two speakers stay two, and nobody is asked about them again."""
    key = {"speaker_id": pair.right.speaker_id, "other_id": pair.left.speaker_id}
    said = f"{pair.left.name} and {pair.right.name} are two people"
    return Entry(who, "reject", "speaker", key, "speaker", pair.right.name, said, why)


def hide_target(target: Mapping[str, Any], who: str, why: str = "") -> Entry:
    """Return the entry by which a target and its positions are no longer shown."""
    return Entry(who, "hide", "target", _key(target), "target", str(target["target"]), None, why)


def promote_target(target: Mapping[str, Any], who: str, why: str = "") -> Entry:
    """Return the entry by which a discovered target stands with those of the catalogue."""
    name = str(target["target"])
    return Entry(who, "promote", "target", _key(target), "target", name, name, why)


def merge_targets(target: Mapping[str, Any], into: Mapping[str, Any], who: str, why: str = "") -> Entry:
    """Return the entry by which the positions on one target count for another."""
    after = {name: str(into[name]) for name in _TARGET}
    return Entry(who, "merge", "target", _key(target), "target", str(target["target"]), after, why)


def _key(target: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(target[name]) for name in _TARGET}


def name_entries(entries: Iterable[Entry], subject: str) -> tuple[Entry, ...]:
    """Return what was decided about all claims of a speaker or a target, the latest first."""
    return tuple(entry for entry in reversed(tuple(entries)) if entry.subject == subject)


@dataclass(frozen=True, slots=True)
class TargetStates:
    """The entries that hold for targets, by target id."""

    hidden: dict[str, Entry]
    promoted: dict[str, Entry]
    merged: dict[str, Entry]


def target_states(standing: Iterable[Entry]) -> TargetStates:
    """Return which targets are hidden, promoted or merged into another; the last word counts."""
    states = TargetStates({}, {}, {})
    places = {"hide": states.hidden, "promote": states.promoted, "merge": states.merged}
    for entry in standing:
        target = entry.key.get("target_id")
        if entry.subject != "target" or not isinstance(target, str):
            continue
        if entry.action == "restore":
            for place in places.values():
                place.pop(target, None)
        elif entry.action in places:
            places[entry.action][target] = entry
            if entry.action != "promote":
                other = "merge" if entry.action == "hide" else "hide"
                places[other].pop(target, None)
    return states
