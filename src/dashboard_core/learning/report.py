"""What a learned model's card says, in words: the same in the command line and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard_core.learning.comparison import verdict
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["VERDICTS", "lines", "moved_words", "rows", "summary"]

VERDICTS = {
    "better": "better than the model it was compared with",
    "worse": "worse than the model it was compared with",
    "open": "no clear difference from the model it was compared with",
}
_SETS = {
    "held_back": "reviewed labels kept back",
    "packaged_pairs": "the product's own test pairs",
}
_FIGURES = {"accuracy": "same label as people", "macro_f1": "macro-F1 of the three stances"}


def rows(card: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the comparison as a table: one row per set and figure, with intervals."""
    found = []
    for key, name in _SETS.items():
        part = card["figures"][key]
        of = f"{name} ({part['labels']:,} labels, {part['articles']:,} {_noun(key, part['articles'])})"
        for figure, words in _FIGURES.items():
            said = part[figure]
            found.append(
                {
                    "Measured on": of,
                    "Figure": words,
                    "Model before": _spread(said["current"]),
                    "This model": _spread(said["new"]),
                    "Difference": _spread(said["difference"], sign=True),
                }
            )
    return found


def summary(card: Mapping[str, Any]) -> list[str]:
    """Return what the comparison comes to: on the labels kept back, on the test pairs, in the store."""
    said = []
    for key, name in _SETS.items():
        part = card["figures"][key]
        said.append(
            f"On {name}: {VERDICTS[verdict(part)]} ({part['righted']:,} of {part['labels']:,} labels become "
            f"right, {part['wronged']:,} become wrong)."
        )
    looked = card["figures"]["store"]
    every = looked["looked_at"] == looked["of"]
    of = f"all {looked['of']:,}" if every else f"{looked['looked_at']:,} drawn from {looked['of']:,}"
    told = f"Of {of} labels then in the store, {looked['changed']:,} would change"
    reviewed = looked["changed_reviewed"]
    told += f" ({reviewed:,} of them reviewed by people, whose labels stay)." if reviewed else "."
    return [*said, told]


def moved_words(card: Mapping[str, Any]) -> list[str]:
    """Return which labels would become which.

    >>> moved_words({"figures": {"store": {"moved": [["none", "opposed", 2]]}}})
    ['No position found → Opposed: 2']
    """
    return [
        f"{STANCE_LABELS[a]} → {STANCE_LABELS[b]}: {n:,}" for a, b, n in card["figures"]["store"]["moved"]
    ]


def lines(card: Mapping[str, Any]) -> list[str]:
    """Return a card as lines of text."""
    learned = card["learned_from"]
    told = [
        f"learned from {learned['labels']:,} reviewed labels in {learned['articles']:,} articles, "
        f"asked for by {card['asked_by']} on {card['made_at']}, compared with model "
        f"{card['current']['version']}"
    ]
    told += [
        f"  {row['Measured on']}, {row['Figure']}: {row['Model before']} before, {row['This model']} now, "
        f"difference {row['Difference']}"
        for row in rows(card)
    ]
    return [*told, *(f"  {line}" for line in [*summary(card), *moved_words(card)])]


def _noun(key: str, count: int) -> str:
    noun = "article" if key == "held_back" else "text"
    return noun if count == 1 else f"{noun}s"


def _spread(figure: Mapping[str, float], *, sign: bool = False) -> str:
    mark = "+" if sign else ""
    value, low, high = (f"{figure[name]:{mark}.2f}" for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
