"""Two models on the same labels of people: how often each is right, and whether they really differ.

What is compared is what a reader would see: the label as it is shown, so *unclear* is never right. Intervals
come from drawing articles anew, the same articles for both models.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dashboard_core.stance.evaluation import draw_articles, interval, macro_f1

__all__ = ["Comparison", "Estimate", "compare", "moved", "verdict"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval over articles."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The model that labels now and the new one on the same labels.

    ``accuracy`` and ``macro_f1`` (mean F1 of the three stances) are given for ``current``, ``new`` and their
    ``difference`` (new less current). ``righted`` labels were wrong and would be right, ``wronged`` the other
    way round.
    """

    labels: int
    articles: int
    accuracy: Mapping[str, Estimate]
    macro_f1: Mapping[str, Estimate]
    righted: int
    wronged: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, rounded to what the interval bears."""
        row = asdict(self)
        for name in ("accuracy", "macro_f1"):
            row[name] = {
                which: {k: round(v, 4) for k, v in figure.items()} for which, figure in row[name].items()
            }
        return row


def compare(
    answers: Sequence[str], current: Sequence[str], new: Sequence[str], groups: Sequence[str]
) -> Comparison:
    """Return how two models do on the same labels.

    Parameters
    ----------
    answers : sequence of str
        What people say: a stance, or "none".
    current, new : sequence of str
        What each model shows.
    groups : sequence of str
        The article of each.

    Examples
    --------
    >>> one = compare(["opposed", "none"], ["opposed", "unclear"], ["opposed", "none"], ["a", "b"])
    >>> one.accuracy["current"].value, one.accuracy["new"].value, one.righted, one.wronged
    (0.5, 1.0, 1, 0)
    """
    every = list(range(len(answers)))
    samples = list(draw_articles(every, groups, random.Random(0)))  # noqa: S311 - a repeatable draw

    def both(measure: Callable[[Sequence[str], Sequence[str]], float]) -> dict[str, Estimate]:
        def pair(rows: list[int]) -> tuple[float, float]:
            said = [answers[i] for i in rows]
            first, second = (measure(said, [given[i] for i in rows]) for given in (current, new))
            return first, second

        middle = pair(every)
        spread = [pair(rows) for rows in samples]
        return {
            "current": _estimate(middle[0], [one for one, _ in spread]),
            "new": _estimate(middle[1], [two for _, two in spread]),
            "difference": _estimate(middle[1] - middle[0], [two - one for one, two in spread]),
        }

    triples = list(zip(answers, current, new, strict=True))
    return Comparison(
        len(answers),
        len(set(groups)),
        both(_accuracy),
        both(lambda said, given: macro_f1(said, given)[0]),
        sum(a == n != c for a, c, n in triples),
        sum(a == c != n for a, c, n in triples),
    )


def _accuracy(answers: Sequence[str], given: Sequence[str]) -> float:
    return sum(a == g for a, g in zip(answers, given, strict=True)) / max(1, len(answers))


def _estimate(value: float, drawn: list[float]) -> Estimate:
    return Estimate(value, *interval(drawn))


def moved(current: Sequence[str], new: Sequence[str]) -> list[list[Any]]:
    """Return which labels would become which, as [from, to, how many], the commonest first.

    >>> moved(["none", "none", "opposed"], ["opposed", "none", "opposed"])
    [['none', 'opposed', 1]]
    """
    counted = Counter((a, b) for a, b in zip(current, new, strict=True) if a != b)
    return [[a, b, count] for (a, b), count in sorted(counted.items(), key=lambda e: (-e[1], e[0]))]


def verdict(comparison: Mapping[str, Any]) -> str:
    """Return "better", "worse" or "open": whether the interval of the difference in macro-F1 leaves out 0.

    >>> verdict({"macro_f1": {"difference": {"low": -0.02, "high": 0.1}}})
    'open'
    """
    difference = comparison["macro_f1"]["difference"]
    return "better" if difference["low"] > 0 else "worse" if difference["high"] < 0 else "open"
