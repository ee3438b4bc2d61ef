"""Coded claims as files, by their names' endings: CSV, XLSX, and .dna of Discourse Network Analyzer."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from dashboard_core import exports
from dashboard_core.errors import ArticleFormatError
from dashboard_core.exports import coding, dna
from dashboard_core.query import Filters
from dashboard_core.store import Entry, Store
from dashboard_core.vocabulary import BASIS_LABELS

__all__ = ["SUFFIXES", "Incoming", "Outgoing", "coded_file", "read_coded_file"]

SUFFIXES = ("csv", "xlsx", "dna")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file of coded claims would do: the decisions, and what of the file makes none.

    ``coded`` counts the positions read, ``known`` the decisions that the same person has made here already
    (a file brought in twice), ``unreviewed`` the rows that nobody reviewed; both are passed over.
    ``problems`` names by line what cannot be used.
    """

    entries: tuple[Entry, ...]
    coded: int
    known: int
    unreviewed: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file of coded claims, how many positions are in it and how many it cannot hold."""

    content: bytes
    written: int
    left_out: int


def read_coded_file(store: Store, path: Path, who: str) -> Incoming:
    """Return what a file would do, without doing it.

    Parameters
    ----------
    who : str
        Who decided what names nobody.

    Raises
    ------
    ArticleFormatError
        The file cannot be read, or lacks a needed column.
    """
    unreviewed = 0
    if path.suffix.lower() == ".dna":
        rows, problems = dna.read_dna(path, store)
    else:
        rows, unreviewed, problems = coding.coded_rows(coding.read_coded(path))
    entries, strange = coding.entries_of(store, rows, who)
    standing = {_meaning(entry) for entry in store.ledger.standing()}
    new = tuple(entry for entry in entries if _meaning(entry) not in standing)
    return Incoming(new, len(rows), len(entries) - len(new), unreviewed, (*problems, *strange))


def _meaning(entry: Entry) -> tuple[str, ...]:
    """Return who says what of which passage and target, however the entry came about."""
    key = entry.key
    place = (str(key.get(name, "")) for name in ("article_id", "start", "end", "passage", "target_id"))
    return (entry.who, entry.subject, entry.field, str(entry.after or ""), *place)


def coded_file(store: Store, filters: Filters, suffix: str, *, marking: str = "") -> Outgoing:
    """Return every position under ``filters`` with what people decided, as a file of one of ``SUFFIXES``.

    A .dna file holds no position that is unclear, none or rejected: they are ``left_out``.

    Raises
    ------
    ArticleFormatError
        There is no such kind of file.
    """
    if suffix == "dna":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "coded.dna"
            written, left = dna.write_dna(store, filters, path)
            return Outgoing(path.read_bytes(), written, left)
    if suffix not in SUFFIXES:
        raise ArticleFormatError(f".{suffix}", ["is no file of coded claims"], "Choose .csv, .xlsx or .dna.")
    rows = coding.coded_table(store, filters)
    if suffix == "csv":
        return Outgoing(exports.to_csv(rows, marking=marking), len(rows), 0)
    about = exports.About(
        "Coded claims",
        (("Labels", BASIS_LABELS[filters.basis]),),
        store.data_date,
        store.data_version,
        marking=marking,
    )
    return Outgoing(exports.workbook(rows, about), len(rows), 0)
