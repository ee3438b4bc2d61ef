"""What a matrix says: its title, and what stands in each of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard_core.charts import findings, wording
from dashboard_core.charts.bars_figure import APART
from dashboard_core.charts.palette import SYMBOLS
from dashboard_core.vocabulary import STANCES

__all__ = ["finding", "score", "told", "told_apart", "without"]

# "voices from Kazakhstan"; speakers are named as they are.
_PREPOSITIONS: Final = {
    "country": "from",
    "bloc": "from",
    "organisation": "from",
    "outlet": "in",
    "kind of voice": "among",
}


def score(cell: Mapping[Any, Any]) -> float:
    """Return the step of a cell with votes: a side has it if more than half of them are on it.

    As a chart's title says it (:func:`findings.lean`): of two cautious and one supportive most are cautious.
    """
    row = findings.Row("", cell["opposed"], cell["cautious"], cell["supportive"])
    side = {"supportive": 1.0, "opposed": -1.0}.get(findings.lean(row), 0.0)
    # Two of four are not "all", whatever keeps the other two from being clear.
    return side if max(row.opposed, row.supportive) >= row.votes + without(cell) - 0.005 else 0.6 * side


def told(cell: Mapping[Any, Any]) -> str:
    """Return what a cell says of those who take a position: "▲ 3", "■ 2 of 4", or the sides: "▼▲ 2"."""
    n = float(cell["n"])
    whole = n + without(cell)
    if not n:
        return ""
    lean = findings.lean(findings.Row("", cell["opposed"], cell["cautious"], cell["supportive"]))
    if lean == "divided":
        sides = "".join(SYMBOLS[stance] for stance in STANCES if cell[stance])
        return f"{sides} {wording.amount(n)}" + (f" of {wording.amount(whole)}" if without(cell) else "")
    held = float(cell[lean])
    of = "" if held >= whole - 0.005 else f" of {wording.amount(whole)}"
    return f"{SYMBOLS[lean]} {wording.amount(held)}{of}"


def told_apart(cell: Mapping[Any, Any]) -> str:
    """Return what a cell says of those for whom no clear position was found: "○ 1 ◇ 2"."""
    return " ".join(f"{SYMBOLS[state]} {wording.amount(cell[state])}" for state in APART if cell[state])


def finding(
    held: Mapping[tuple[str, str], Mapping[Any, Any]],
    row_keys: Sequence[str],
    column_keys: Sequence[str],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    row_noun: str,
) -> str:
    """Say which target is contested most widely, or that none is."""
    word = _PREPOSITIONS.get(row_noun, "")
    contested: list[tuple[int, str, _Side, _Side]] = []
    for column in column_keys:
        backers, critics = _Side(), _Side()
        for row in row_keys:
            cell = held.get((row, column))
            if cell is None or not cell["n"]:
                continue
            if score(cell) > 0:
                backers.add(row_names.get(row, row), cell["n"])
            elif score(cell) < 0:
                critics.add(row_names.get(row, row), cell["n"])
        if backers.names and critics.names:
            size = len(backers.names) + len(critics.names)
            contested.append((size, column_names.get(column, column), backers, critics))
    filled = sum(1 for cell in held.values() if cell["n"])
    if not contested:
        places = wording.plural(len(row_keys), row_noun)
        if not filled:
            return "No clear position was found on any target"
        if len(column_keys) == 1:
            rows = [_row(row_names.get(row, row), held.get((row, column_keys[0]))) for row in row_keys]
            target = column_names.get(column_keys[0], column_keys[0])
            heard = [row for row in rows if row.all_votes]
            return findings.actor_finding(heard, subject=target, targets=1, preposition=word, noun=row_noun)
        if len(row_keys) == 1:
            name = row_names.get(row_keys[0], row_keys[0])
            who = f"voices {word} {name} stand" if word else f"{name} stands"
            return f"Where {who}, target by target"
        shared = sum(
            sum(bool(cell["n"]) for (_, c), cell in held.items() if c == column) > 1 for column in column_keys
        )
        if not shared:
            both = f"both {wording.several(row_noun)}" if len(row_keys) == 2 else f"two of {places}"
            return f"On no target were clear positions from {both} found"
        on = f"the {shared} targets" if shared > 1 else "the one target"
        who = f"Voices {word} no" if word else "No"
        return f"{who} two {wording.several(row_noun)} lean against each other on {on} they share"
    _, target, backers, critics = max(contested, key=lambda entry: (entry[0], entry[1]))
    verb = "leans" if backers.votes <= 1 or (len(backers.names) == 1 and not word) else "lean"
    said = f"{backers.told(word)} {verb} for it, {critics.told(word)} against it"
    if len(target) + len(said) > findings.LONGEST:
        leans = "lean" if len(backers.names) > 1 else "leans"
        said = (
            f"{wording.plural(len(backers.names), row_noun)} {leans} for it, {len(critics.names)} against it"
        )
    return f"{target[0].upper()}{target[1:]}: {said}"


def _row(name: str, cell: Mapping[Any, Any] | None) -> findings.Row:
    if cell is None:
        return findings.Row(name, 0, 0, 0)
    return findings.Row(
        name,
        cell["opposed"],
        cell["cautious"],
        cell["supportive"],
        apart=without(cell),
        none=cell["none"],
    )


@dataclass
class _Side:
    """Who leans one way on a target, and with how many votes: one voice is told as one."""

    names: list[str] = field(default_factory=list)
    votes: float = 0.0

    def add(self, name: str, votes: float) -> None:
        self.names.append(name)
        self.votes += votes

    def told(self, word: str) -> str:
        if not word:
            return wording.listing(self.names)
        who = "the one voice" if self.votes <= 1 else "voices"
        return f"{who} {word} {wording.listing(self.names)}"


def without(cell: Mapping[Any, Any] | None) -> float:
    """Return the votes of a cell that take no clear position."""
    return 0.0 if cell is None else float(sum(cell[state] for state in APART))
