# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""Counting positions: votes by country, organisation, target and the rest, all summed up by the engine.

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

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.query.chosen import Chosen, chosen
from dashboard_core.query.codes import codes_of, labels
from dashboard_core.query.filters import DIMENSIONS, Filters
from dashboard_core.query.memberships import membership_case
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch
from dashboard_core.vocabulary import STANCE_DTYPE, STANCE_STATES, STANCES

__all__ = ["WEIGHTS", "display_names", "expression", "grouping", "matrix", "tally", "texts", "values"]

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
    statement, source = Statement(), chosen(snapshot, filters)
    groups = {"value": by} | ({"split": split} if split else {})
    grouped = ", ".join(f"{grouping(source, name, statement)} AS {column}" for column, name in groups.items())
    names = ", ".join(groups)
    # `held`: the stances of one speaker on one target, a bit each. What differs in a few bits is soon few
    # rows, so that nothing has to be kept in sets (at a million positions those cost four times the rest).
    # Only claims that take one stance on several targets can repeat in a group: most are `lone`.
    parts = fetch(
        snapshot,
        f"WITH r AS NOT MATERIALIZED (SELECT {grouped}, {source.number('speaker')} AS speaker, "
        f"{source.number('target')} AS target, {source.bit} AS bit, claim_no, lone FROM {source.relation}), "
        f"cells AS MATERIALIZED (SELECT {names}, speaker, bit_or(bit) AS held FROM r "
        f"GROUP BY {names}, speaker, target), "
        f"voices AS (SELECT {names}, bit_or({_MARK}) AS held FROM cells GROUP BY {names}, speaker) "
        f"SELECT {names}, held::INTEGER AS bits, {_VOTES} AS part, count(*) AS n FROM cells GROUP BY ALL "
        f"UNION ALL SELECT {names}, held::INTEGER, {_SPEAKERS}, count(*) FROM voices GROUP BY ALL "
        f"UNION ALL SELECT {names}, bit::INTEGER, CASE WHEN lone THEN {_LONE} ELSE {_REPEATING} END, "
        "count(*) FROM r GROUP BY ALL "
        f"UNION ALL SELECT {names}, bit::INTEGER, {_DIFFERENT}, count(*) FROM "
        f"(SELECT DISTINCT {names}, bit, claim_no FROM r WHERE NOT lone) GROUP BY ALL",
        statement,
    )
    repeating = "target" not in (by, split) and len(filters.targets) != 1
    return _laid_out(snapshot, parts, groups, repeating=repeating)


# The parts of a count: cells and voices by the stances they hold; positions of claims with one position of
# their stance, of the others, and these other claims themselves.
_VOTES, _SPEAKERS, _LONE, _REPEATING, _DIFFERENT = range(5)
_BITS: Final = np.array([1 << place for place in range(len(STANCE_STATES))])
_TAKEN: Final = np.array([state in STANCES for state in STANCE_STATES])
_CLEAR: Final = int(_BITS[_TAKEN].sum())
_UNCLEAR, _NONE = (int(bit) for bit in _BITS[~_TAKEN])
# What counts of the stances of a voice on a target: the clear ones, else unclear, else none.
_MARK: Final = (
    f"(CASE WHEN held & {_CLEAR} > 0 THEN held & {_CLEAR} WHEN held & {_UNCLEAR} > 0 THEN {_UNCLEAR} "
    f"ELSE {_NONE} END)::UTINYINT"
)


def grouping(source: Chosen, by: str, statement: Statement) -> str:
    """Return what a dimension groups the chosen rows by: its number, or a membership as text."""
    return source.number(by) if by in DIMENSIONS else expression(by, statement)


def texts(snapshot: Snapshot, by: str, groups: pd.Series[Any]) -> pd.Series[Any]:
    """Return what :func:`grouping` gave as the text it stands for."""
    if by not in DIMENSIONS:
        return groups.astype("str")
    return pd.Series(codes_of(snapshot, by).values[groups.to_numpy("int64")], groups.index, dtype="str")


def _laid_out(
    snapshot: Snapshot, parts: pd.DataFrame, groups: Mapping[str, str], *, repeating: bool
) -> pd.DataFrame:
    """Return the parts of a count with one row per group and stance that occurs."""
    # Groups that are no dimension are few texts: numbered in their order, the missing one -1.
    other = {n: pd.factorize(parts[n], sort=True) for n, by in groups.items() if by not in DIMENSIONS}
    numbers = {n: other[n][0] if n in other else parts[n].to_numpy("int64") for n in groups}
    keys, place = np.unique(np.column_stack(list(numbers.values())), axis=0, return_inverse=True)
    bits, part, n = (parts[name].to_numpy("int64") for name in ("bits", "part", "n"))
    marked = np.where(bits & _CLEAR, bits & _CLEAR, np.where(bits & _UNCLEAR, _UNCLEAR, bits))
    holds = (np.where(part == _VOTES, marked, bits)[:, None] & _BITS) > 0
    # A vote is split equally over the stances taken; where none is, it is one vote for unclear or for none.
    weights = n[:, None] / np.maximum(holds.sum(axis=1), 1)[:, None]

    def total(which: int, amounts: Any) -> Any:
        chosen_rows = part == which
        found = np.zeros((len(keys), len(STANCE_STATES)))
        np.add.at(found, place.ravel()[chosen_rows], np.where(holds, amounts, 0)[chosen_rows])
        return found

    votes = total(_VOTES, weights)
    speakers, lone, several, different = (
        total(which, n[:, None]) for which in (_SPEAKERS, _LONE, _REPEATING, _DIFFERENT)
    )
    positions = lone + several
    rows, stances = np.nonzero(positions)
    columns: dict[str, Any] = {}
    ranks = []
    for number, (name, by) in enumerate(groups.items()):
        codes = keys[rows, number]
        if name in other:
            values = np.append(np.asarray(other[name][1], dtype=object), np.nan)
            shown, rank = values, np.append(np.arange(len(values) - 1), len(values))
        else:
            book = codes_of(snapshot, by)
            values, shown, rank = book.values, book.labels, book.ranks
        ranks.append(rank[codes])
        columns[name] = pd.Series(values[codes], dtype="str")
        columns["label" if name == "value" else f"{name}_label"] = pd.Series(shown[codes], dtype="str")
    order = np.lexsort((stances, *reversed(ranks)))
    columns["stance"] = pd.Categorical.from_codes(stances, dtype=STANCE_DTYPE)
    # Thirds and sixths add up to a whole that floating point would print as 0.9999999999999999.
    columns["votes"] = votes[rows, stances].round(9)
    claims = lone + different if repeating else positions
    for name, found in (("speakers", speakers), ("claims", claims), ("positions", positions)):
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
