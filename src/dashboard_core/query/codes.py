# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Values of a dimension as small numbers, and back.

The engine keeps such values as numbers into a list. With a list of 20,000 names it takes longer to plan a
statement over the column than to run it; over the bare numbers it does not. So everything is grouped by the
numbers, and they become text again once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard_core.query.filters import DIMENSIONS
from dashboard_core.query.sql import Snapshot, Statement, fetch

__all__ = ["Codes", "codes_of", "labels", "number_of"]

Texts = np.ndarray[Any, np.dtype[np.object_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Codes:
    """The values of one dimension; a missing value has the number -1 and so stands last everywhere.

    ``values`` and ``labels`` go by number; ``ranks`` is the place of each number in the order of the values,
    ``listed`` the numbers in the order of their labels; ``positions`` is how many there are of each in all.
    """

    values: Texts
    labels: Texts
    ranks: Numbers
    listed: Numbers
    positions: Numbers

    @property
    def shape(self) -> tuple[int, int]:
        """What keeping it costs, in the cells by which the snapshot reckons."""
        return len(self.values), 5


def number_of(by: str) -> str:
    """Return the expression that gives each row of a relation the number of its value."""
    return f"coalesce(enum_code({DIMENSIONS[by].column}), -1)::INTEGER"


def codes_of(snapshot: Snapshot, by: str) -> Codes:
    """Return the values of a dimension in the whole store."""
    key = ("codes", by)
    known: Codes | None = snapshot.recall(key)
    if known is None:
        rows = fetch(
            snapshot,
            f"SELECT {number_of(by)} AS no, {DIMENSIONS[by].column}::VARCHAR AS value, count(*) AS n "
            "FROM facts GROUP BY ALL",
            Statement(),
        )
        known = _codes(rows, labels(snapshot, by))
        snapshot.remember(key, known)
    return known


def _codes(rows: pd.DataFrame, names: dict[str, str]) -> Codes:
    numbers = rows["no"].to_numpy(dtype="int64")
    size = int(numbers.max(initial=-1)) + 2
    values: Texts = np.full(size, np.nan, dtype=object)
    shown: Texts = np.full(size, np.nan, dtype=object)
    positions: Numbers = np.zeros(size, dtype="int64")
    for number, value, count in zip(
        numbers.tolist(), rows["value"].tolist(), rows["n"].tolist(), strict=True
    ):
        positions[number] = count
        if number >= 0:
            values[number], shown[number] = str(value), names.get(str(value), str(value))
    known = sorted(number for number in numbers.tolist() if number >= 0)
    ranks: Numbers = np.full(size, size, dtype="int64")
    ranks[sorted(known, key=lambda number: values[number])] = np.arange(len(known))
    listed = sorted(known, key=lambda number: (shown[number], values[number]))
    if positions[-1]:
        listed.append(size - 1)
    return Codes(values, shown, ranks, np.array(listed, dtype="int64"), positions)


def labels(snapshot: Snapshot, by: str) -> dict[str, str]:
    """Return the display names of a dimension's values, where they differ from the values.

    A speaker whom articles name differently appears under the name that stands most often.
    """
    dimension = DIMENSIONS.get(by)
    if dimension is None or dimension.label == dimension.column:
        return {}
    key = ("labels", by)
    known = snapshot.recall(key)
    if known is None:
        rows = fetch(
            snapshot,
            f"SELECT {dimension.column}::VARCHAR AS value, {dimension.label}::VARCHAR AS label, "
            f"count(*) AS n FROM facts WHERE {dimension.column} IS NOT NULL "
            "GROUP BY ALL ORDER BY n, label DESC",
            Statement(),
        )
        known = dict(zip(rows["value"], rows["label"], strict=True))
        snapshot.remember(key, known)
    named: dict[str, str] = known
    return named
