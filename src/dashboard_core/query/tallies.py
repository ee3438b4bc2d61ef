# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Counting positions: votes by country, organisation, target and the rest, all summed up in arrays.

**Votes.** With ``weight="voices"`` each speaker has one vote on each target. Where their claims take
different stances on it, the vote is split equally over these stances: opposed once and supportive five
times gives one half to each. ``unclear`` and ``none`` are no stances and take nothing from a vote: they have
the votes of those who take no stance on the target at all, ``none`` of those who only mention it. So the
votes of a group add up to its speakers (times targets, where it counts several). The vote is split within the
group that is counted, so a bar of a chart and the same chart filtered to that bar agree. A filter on
stances chooses which part of the votes is shown and does not change them. With ``weight="claims"`` every
position counts 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.query.chosen import Chosen, chosen
from dashboard_core.query.codes import Codes, Numbers, codes_of, labels
from dashboard_core.query.columns import Column, columns_of, distinct, numbers
from dashboard_core.query.filters import DIMENSIONS, Filters
from dashboard_core.query.memberships import membership_case
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch
from dashboard_core.vocabulary import STANCE_DTYPE, STANCE_STATES, STANCES

__all__ = [
    "WEIGHTS",
    "display_names",
    "expression",
    "grouped",
    "grouping",
    "matrix",
    "tally",
    "texts",
    "values",
]

Votes = np.ndarray[Any, np.dtype[np.float64]]
WEIGHTS = ("voices", "claims")


def tally(
    store: Source, filters: Filters, *, by: str, weight: str = "voices", split: str | None = None
) -> pd.DataFrame:
    """Return votes by one dimension, or by two.

    Parameters
    ----------
    store : Store
        What to count.
    filters : Filters
        What is in.
    by, split : str
        "country", "organisation", "target", "tier", "speaker", "outlet", "stance" or "membership:NAME".
    weight : {"voices", "claims"}
        One vote per speaker and target, or one per position (see the module).

    Returns
    -------
    DataFrame, one row per (value[, split], stance) that occurs
        ``value`` (what a filter takes: id, code or name; NaN where it is missing), ``label`` (what a reader
        sees), with ``split`` also ``split`` and ``split_label``; ``stance``; ``votes`` (float); ``speakers``
        (different ones behind these votes); ``claims`` (different ones: the rows of :func:`claims` under the
        same filters and this mark) and ``positions`` (the rows of :func:`positions`). Claims and positions
        that are unclear are counted whoever makes them, with a vote on another stance or not.

    Raises
    ------
    ValueError
        An unknown dimension, weight or membership.
    """
    if weight not in WEIGHTS:
        raise ValueError(f"weight {weight!r} is not one of {', '.join(WEIGHTS)}")
    key = ("tally", filters, by, weight, split)
    return answer(store, key, lambda snapshot: _tally(snapshot, filters, by, weight, split))


def _tally(snapshot: Snapshot, filters: Filters, by: str, weight: str, split: str | None) -> pd.DataFrame:
    whole = replace(filters, stances=())
    # Both weights and every filter on stances are read from one count.
    key = ("counted", whole, by, split)
    counted: pd.DataFrame | None = snapshot.recall(key)
    if counted is None:
        counted = _counted(snapshot, whole, by, split)
        snapshot.remember(key, counted)
    if weight == "claims":
        counted = counted.assign(votes=counted["positions"].astype("float64"))
    if filters.stances:
        counted = counted[counted["stance"].isin(filters.stances)].reset_index(drop=True)
    return counted.copy(deep=False)


def _counted(snapshot: Snapshot, filters: Filters, by: str, split: str | None) -> pd.DataFrame:
    """Return the tally of every stance, one vote per speaker and target."""
    source = chosen(snapshot, filters)
    groups = {"value": by} | ({"split": split} if split else {})
    books = [grouped(snapshot, source, name) for name in groups.values()]
    # What stands in a column was found: the rows of no stance, which people rejected, hold no vote.
    stances = source.column("stance")
    held = np.flatnonzero(stances >= 0) if len(stances) and stances.min() < 0 else slice(None)
    stances = stances[held].astype("int64")
    group = _joined([(column[held], len(book.values)) for column, book in books])
    keys, group = _numbered(group)
    speakers, targets = (source.column(name)[held].astype("int64") + 1 for name in ("speaker", "target"))
    # A cell is what one speaker holds on one target: sorted, its stances stand one after the other.
    many = int(targets.max(initial=0)) + 1
    voices = int(speakers.max(initial=0)) + 1
    cells = distinct((((group * voices + speakers) * many + targets) << _WIDTH) + stances)
    place, holds = _gathered(cells >> _WIDTH, 1 << (cells & (2**_WIDTH - 1)))
    holds = _marked(holds)
    spoken, held_by = _gathered(place // many, holds)
    size = len(keys)
    votes = _by_bits(place // (many * voices), holds, size) @ _PARTS
    heard = _by_bits(spoken // voices, held_by, size) @ (_PARTS > 0)
    here = group * len(STANCE_STATES) + stances
    positions = _per_stance(here, size)
    claims = positions
    if "target" not in (by, split) and len(filters.targets) != 1:
        # Only claims that take one stance on several targets can repeat in a group: most are `lone`.
        several = np.flatnonzero(~source.column("lone")[held])
        known, claim = _numbered(source.column("claim")[held][several])
        repeated = distinct(here[several] * (len(known) + 1) + claim) // (len(known) + 1)
        claims = positions - _per_stance(here[several], size) + _per_stance(repeated, size)
    parts = {"speakers": heard, "claims": claims, "positions": positions}
    return _laid_out(list(groups), [book for _, book in books], _parted(keys, books), votes, parts)


_BITS: Final = np.array([1 << place for place in range(len(STANCE_STATES))])
_WIDTH: Final = 3  # bits that hold the place of any stance
_CLEAR: Final = int(sum(bit for bit, state in zip(_BITS, STANCE_STATES, strict=True) if state in STANCES))
_UNCLEAR: Final = int(_BITS[STANCE_STATES.index("unclear")])
# What a vote gives to each stance, by the bits that it holds: equal parts.
_HOLDS: Final = (np.arange(1 << len(STANCE_STATES))[:, None] & _BITS) > 0
_PARTS: Final = _HOLDS / np.maximum(_HOLDS.sum(axis=1), 1)[:, None]


def _marked(bits: Numbers) -> Numbers:
    """Return what counts of the stances of a voice on a target: the clear ones, else unclear, else none."""
    found: Numbers = np.where(bits & _CLEAR, bits & _CLEAR, np.where(bits & _UNCLEAR, _UNCLEAR, bits))
    return found


def _gathered(keys: Numbers, bits: Numbers) -> tuple[Numbers, Numbers]:
    """Return the different ones of sorted keys, and all bits of each."""
    if not len(keys):
        return keys, bits
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[first], np.bitwise_or.reduceat(bits, first)


def _by_bits(places: Numbers, bits: Numbers, size: int) -> Numbers:
    """Return how often each combination of stances occurs in each group."""
    width = len(_HOLDS)
    return np.bincount(places * width + bits, minlength=size * width).reshape(size, width)


def _per_stance(places: Numbers, size: int) -> Numbers:
    return np.bincount(places, minlength=size * len(STANCE_STATES)).reshape(size, len(STANCE_STATES))


def _joined(columns: Sequence[tuple[Column, int]]) -> Numbers:
    """Return one number for the values of several columns; a missing value has the number -1 in each."""
    found: Numbers = columns[0][0].astype("int64") + 1
    for column, size in columns[1:]:
        found = found * (size + 1) + column + 1
    return found


def _parted(keys: Numbers, books: Sequence[tuple[Column, Codes]]) -> list[Numbers]:
    """Return the numbers of each column again."""
    parts: list[Numbers] = []
    for _, book in reversed(books[1:]):
        keys, rest = np.divmod(keys, len(book.values) + 1)
        parts.append(rest - 1)
    return [keys - 1, *reversed(parts)]


def _numbered(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Return the different keys in their order, and the place of each among them."""
    first = int(keys.min(initial=0))
    top = int(keys.max(initial=0)) - first + 1
    if top > 4 * len(keys) + 10_000:
        found = distinct(keys)
        return found, np.searchsorted(found, keys)
    met = np.bincount(keys - first, minlength=top) > 0
    return np.flatnonzero(met) + first, (np.cumsum(met) - 1)[keys - first]


def grouped(snapshot: Snapshot, source: Chosen, by: str) -> tuple[Column, Codes]:
    """Return the numbers of what the chosen rows are grouped by, and the values they stand for.

    Raises
    ------
    ValueError
        An unknown dimension or membership.
    """
    if by in DIMENSIONS:
        return source.column(by), codes_of(snapshot, by)
    column, book = _membership(snapshot, by)
    return source.of(column), book


def _membership(snapshot: Snapshot, by: str) -> tuple[Column, Codes]:
    """Return the membership of every position, which goes by its country and its day."""
    statement = Statement()
    group = expression(by, statement)
    # As it is told today, and by the file as it is now.
    key = ("membership", group, tuple(statement.values.values()))
    known: _Grouped | None = snapshot.recall(key)
    if known is None:
        told = fetch(
            snapshot,
            f"SELECT told FROM (SELECT DISTINCT {group} AS told FROM facts) WHERE told IS NOT NULL "
            "ORDER BY told",
            statement,
        )["told"].tolist()
        place = f"list_position({statement.bind(told)}::VARCHAR[], {group})"
        text = f"SELECT position_no AS no, (coalesce({place}, 0) - 1)::TINYINT AS told FROM facts ORDER BY no"
        rows, columns = numbers(snapshot, text, statement), columns_of(snapshot)
        column = np.full(columns.rows, -1, dtype="int8")
        column[columns.places(rows["no"])] = rows["told"]
        texts = np.array([*told, np.nan], dtype=object)
        known = _Grouped(column, Codes(texts, texts, *[np.arange(len(texts))] * 3))
        snapshot.remember(key, known)
    return known.column, known.book


@dataclass(frozen=True, slots=True)
class _Grouped:
    """A column of all positions with the values that its numbers stand for."""

    column: Column
    book: Codes

    @property
    def shape(self) -> tuple[int, int]:
        """What keeping it costs, in the cells by which the snapshot reckons."""
        return len(self.column) // 25, 1


def grouping(source: Chosen, by: str, statement: Statement) -> str:
    """Return what a dimension groups the chosen rows by: its number, or a membership as text."""
    return source.number(by) if by in DIMENSIONS else expression(by, statement)


def texts(snapshot: Snapshot, by: str, groups: pd.Series[Any]) -> pd.Series[Any]:
    """Return what :func:`grouping` gave as the text it stands for."""
    if by not in DIMENSIONS:
        return groups.astype("str")
    return pd.Series(codes_of(snapshot, by).values[groups.to_numpy("int64")], groups.index, dtype="str")


def _laid_out(
    groups: Sequence[str],
    books: Sequence[Codes],
    parts: Sequence[Numbers],
    votes: Votes,
    counts: Mapping[str, Numbers],
) -> pd.DataFrame:
    """Return a count with one row per group and stance that occurs."""
    rows, stances = np.nonzero(counts["positions"])
    columns: dict[str, Any] = {}
    ranks = []
    for name, book, part in zip(groups, books, parts, strict=True):
        codes = part[rows]
        ranks.append(book.ranks[codes])
        columns[name] = pd.Series(book.values[codes], dtype="str")
        columns["label" if name == "value" else f"{name}_label"] = pd.Series(book.labels[codes], dtype="str")
    order = np.lexsort((stances, *reversed(ranks)))
    columns["stance"] = pd.Categorical.from_codes(stances, dtype=STANCE_DTYPE)
    # Thirds and sixths add up to a whole that floating point would print as 0.9999999999999999.
    columns["votes"] = votes[rows, stances].round(9)
    for name, found in counts.items():
        columns[name] = found[rows, stances].astype("int64")
    return pd.DataFrame(columns).take(order).reset_index(drop=True)


def expression(by: str, statement: Statement, *, text: bool = True) -> str:
    """Return what a dimension groups by; not as text it is a code, by which grouping is quicker."""
    if by.startswith("membership:"):
        return membership_case(by.removeprefix("membership:"), statement)
    if by not in DIMENSIONS:
        raise ValueError(f"{by!r} is no dimension; use one of {', '.join(DIMENSIONS)} or 'membership:NAME'")
    return f"{DIMENSIONS[by].column}::VARCHAR" if text else DIMENSIONS[by].column


def display_names(store: Source, by: str) -> dict[str, str]:
    """Return :func:`labels` for a dimension: kept, not copied, and so not to be changed."""
    return answer(store, ("display_names", by), lambda snapshot: labels(snapshot, by))


def values(store: Source, by: str) -> list[str]:
    """Return the values that a dimension has in the store, in their order."""
    return answer(
        store,
        ("values", by),
        lambda snapshot: [value for value in codes_of(snapshot, by).values if isinstance(value, str)],
    )


def matrix(
    store: Source, filters: Filters, *, rows: str = "country", columns: str = "target", weight: str = "voices"
) -> pd.DataFrame:
    """Return who stands where on what.

    Returns
    -------
    DataFrame, one row per (row, column) with at least one position
        ``row``, ``row_label``, ``column``, ``column_label``; votes ``opposed``, ``cautious``, ``supportive``,
        ``unclear``, ``none``; ``n`` (votes that take a stance); ``balance`` ((supportive - opposed) / n, from
        -1 to 1; missing where n is 0).
    """
    key = ("matrix", filters, rows, columns, weight)
    return answer(store, key, lambda _: _matrix(tally(store, filters, by=rows, split=columns, weight=weight)))


def _matrix(counted: pd.DataFrame) -> pd.DataFrame:
    names = ["value", "label", "split", "split_label"]
    votes = counted["votes"]
    cells = counted[names].rename(
        columns=dict(zip(names, ("row", "row_label", "column", "column_label"), strict=True))
    )
    cells = cells.assign(**{s: votes.where(counted["stance"] == s, 0.0) for s in STANCE_STATES})
    keys = list(cells.columns[:4])
    cells = cells.groupby(keys, dropna=False, sort=False, as_index=False).sum()
    n = cells[list(STANCES)].sum(axis=1).round(9)
    balance = (cells["supportive"] - cells["opposed"]) / n.where(n > 0)
    return cells.assign(n=n, balance=balance)
