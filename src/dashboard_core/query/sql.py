"""The few places where engines differ, and the binding of every value that comes from outside.

Everything else in this package is plain SQL over five relations (``facts``, ``silent``, ``claims``,
``positions``, ``articles``). Another engine needs these relations and its own :class:`Statement`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, cast

import duckdb
import pandas as pd

__all__ = ["Snapshot", "Source", "Statement", "answer", "conjunction", "execute", "fetch"]

# Larger answers (whole tables for an export) are asked for once and not kept.
_KEPT_CELLS = 400_000

Answer = TypeVar("Answer")


class Snapshot(Protocol):
    """The content of a store at one moment, with room for answers that stay true as long as it lasts."""

    @property
    def has_copies(self) -> bool:
        """Whether any articles are copies of each other."""

    @property
    def decided(self) -> Sequence[int] | None:
        """The numbers of the articles that decisions touch; None where only decided positions count."""

    @property
    def lasting(self) -> dict[str, Any]:
        """Room for what was made of the machine's rows alone, which a decision does not change."""

    def on(self, basis: str) -> Snapshot:
        """Return the same moment seen on another basis."""

    def cursor(self) -> Any:
        """Return a cursor for one caller."""

    def recall(self, key: Hashable) -> Any:
        """Return an answer kept by :meth:`remember`, or None."""

    def remember(self, key: Hashable, answer: object) -> None:
        """Keep an answer."""

    def matches(self, folded: str) -> Any:
        """Return the numbers of the claims whose passage contains ``folded``, as a table ``claim_no``."""

    def explain(self, error: Any) -> Exception:
        """Return an error of the engine as one with a place and a remedy."""


class Source(Protocol):
    """Whatever can be asked: a store, or later a database."""

    def snapshot(self, basis: str = "reviewed") -> Any:
        """Return what there is to ask now, on one of :data:`vocabulary.BASES`."""


class Statement:
    """One SQL statement in the making; it carries the values that its text names.

    >>> statement = Statement()
    >>> statement.is_among("country", ("KGZ", "'; DROP TABLE facts; --"))
    'country IN ($p0, $p1)'
    >>> statement.values
    {'p0': 'KGZ', 'p1': "'; DROP TABLE facts; --"}
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        """Return the name under which ``value`` goes to the engine, apart from the text."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def is_among(self, column: str, wanted: Iterable[str]) -> str:
        """Return a condition; an empty string among ``wanted`` stands for a missing value."""
        names = list(wanted)
        tests: list[str] = []
        present = [name for name in names if name]
        if present:
            tests.append(f"{column} IN ({', '.join(map(self.bind, present))})")
        if "" in names:
            tests.append(f"{column} IS NULL")
        return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def conjunction(conditions: Sequence[str]) -> str:
    """Return all conditions as one; none at all is true."""
    return " AND ".join(conditions) if conditions else "true"


def execute(snapshot: Snapshot, text: str, statement: Statement, folded: str = "") -> Any:
    """Run a statement and return its cursor, which the caller closes.

    Raises
    ------
    StoreError
        The engine could not read a file; the message names it.
    """
    cursor = snapshot.cursor()
    try:
        if folded:
            cursor.register("hits", snapshot.matches(folded))
        cursor.execute(text, statement.values)
    except duckdb.Error as error:
        cursor.close()
        raise snapshot.explain(error) from error
    return cursor


def fetch(snapshot: Snapshot, text: str, statement: Statement, folded: str = "") -> pd.DataFrame:
    """Return the rows of a statement as a frame.

    Raises
    ------
    StoreError
        The engine could not read a file; the message names it.
    """
    cursor = execute(snapshot, text, statement, folded)
    try:
        result: pd.DataFrame = cursor.df()
    except duckdb.Error as error:
        raise snapshot.explain(error) from error
    finally:
        cursor.close()
    return result


def answer(store: Source, key: Hashable, ask: Callable[[Snapshot], Answer]) -> Answer:
    """Return what ``ask`` finds, kept for the next caller until the data change.

    Frames are handed out as copies that share their data (pandas copies on write).
    """
    # Filters say which labels count: the machine's alone, or people's where there are any.
    basis = next((part.basis for part in _parts(key) if hasattr(part, "basis")), "reviewed")
    snapshot = store.snapshot(basis)
    found = snapshot.recall(key)
    if found is None:
        found = ask(snapshot)
        if not isinstance(found, pd.DataFrame) or found.size <= _KEPT_CELLS:
            snapshot.remember(key, found)
    return cast("Answer", found.copy(deep=False) if isinstance(found, pd.DataFrame) else found)


def _parts(key: Hashable) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)
