"""What came into the store and in which state, read batch by batch without the engine: memory stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dashboard_core.errors import StoreError
from dashboard_core.records import Article
from dashboard_core.store.batches import COPIES
from dashboard_core.store.folder import Store

__all__ = ["Arrival", "identity", "read_arrivals", "read_copies", "read_stored", "read_versions", "text_of"]

_IDENTITY = ("sha256", "title", "outlet", "author", "url", "published_on")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The latest state of an article as it was read: its identity, its text's hash, and its batch."""

    identity: str
    sha256: str
    batch: str


def identity(article: Article) -> str:
    """Return a hash of an article's text and of what was read about it: equal when nothing is new.

    >>> one = Article("a", "Title", "Text.", sha256="0")
    >>> identity(one) == identity(Article("a", "Title", "Text.", sha256="0", file="again.txt"))
    True
    """
    day = article.published_on.isoformat() if article.published_on else ""
    return _hash((article.sha256, article.title, article.outlet, article.author, article.url, day))


def read_arrivals(store: Store) -> dict[str, Arrival]:
    """Return every article that ever came in, by id, in its latest state.

    Raises
    ------
    StoreError
        A batch cannot be read; the message names it.
    """
    found: dict[str, Arrival] = {}
    for batch, row in _rows(store, "articles.parquet", ["article_id", *_IDENTITY]):
        said = tuple(str(row[name]) if row[name] is not None else "" for name in _IDENTITY)
        found[row["article_id"]] = Arrival(_hash(said), said[0], batch)
    return found


def read_versions(store: Store, article_id: str) -> list[dict[str, Any]]:
    """Return every state of one article as it came in, oldest first: all columns of ``articles``, and batch.

    Raises
    ------
    StoreError
        A batch cannot be read; the message names it.
    """
    wanted = [("article_id", "=", article_id)]
    return [row | {"batch": batch} for batch, row in _rows(store, "articles.parquet", None, wanted)]


def read_copies(store: Store) -> Iterator[dict[str, Any]]:
    """Yield what the batches tell of copies, oldest first: article_id, copy_of, words, address, sketch."""
    for _, row in _rows(store, COPIES, None):
        yield row


def read_stored(store: Store, arrivals: Mapping[str, Arrival], wanted: Collection[str]) -> Iterator[Article]:
    """Yield the wanted articles in their latest state as it was read; one batch is held at a time.

    Raises
    ------
    StoreError
        A batch cannot be read; the message names it.
    """
    names = [one.name for one in fields(Article)]
    for batch in sorted({arrivals[name].batch for name in wanted if name in arrivals}):
        table = _table(store.path / "batches" / batch / "articles.parquet", names, None)
        for row in table.to_pylist():
            if row["article_id"] in wanted and arrivals[row["article_id"]].batch == batch:
                day, added = row.pop("published_on"), row.pop("added_at")
                said = {name: value or "" for name, value in row.items()}
                yield Article(**said, published_on=day, added_at=added)


def text_of(store: Store, article_id: str, batch: str) -> str:
    """Return the text of an article in one batch."""
    wanted = [("article_id", "=", article_id)]
    rows = _table(store.path / "batches" / batch / "articles.parquet", ["text"], wanted).to_pylist()
    return str(rows[-1]["text"]) if rows else ""


def _rows(
    store: Store, file: str, columns: list[str] | None, wanted: list[tuple[str, str, str]] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in store.batches():
        path = store.path / "batches" / name / file
        if file == COPIES and not path.is_file():
            continue  # An older version wrote it, or nobody looked for copies.
        for row in _table(path, columns, wanted).to_pylist():
            yield name, row


def _table(path: Path, columns: list[str] | None, wanted: list[tuple[str, str, str]] | None) -> Any:
    try:
        # Read as one file: in a dataset, folder names with "=" would become columns.
        return pq.ParquetFile(path).read(columns) if wanted is None else _filtered(path, columns, wanted)
    except (OSError, ValueError) as error:
        raise StoreError(
            path, [str(error)], "Restore that batch from a backup. All other batches are untouched."
        ) from error


def _filtered(path: Path, columns: list[str] | None, wanted: list[tuple[str, str, str]]) -> Any:
    return pq.read_table(path, columns=columns, filters=wanted, partitioning=None)


def _hash(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
