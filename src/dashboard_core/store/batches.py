"""Batches on disk: folders that appear whole or not at all, and never change afterwards.

A batch is written under a hidden name, synced, and renamed into place, so a reader sees all of its three
files or none, and a writer that is killed leaves only a hidden folder that nobody reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard_core.errors import StoreError
from dashboard_core.folding import fold
from dashboard_core.frames import ARTICLES, CLAIMS, STANCES, Contract, Frames

__all__ = [
    "ADDED",
    "COPIES",
    "KINDS",
    "READABLE",
    "SCHEMA",
    "Batch",
    "arrow_schema",
    "damaged_files",
    "list_batches",
    "read_batch",
    "readable",
    "write_batch",
]

SCHEMA = 2
# Batches and stores of these schemas are read as they are; new ones are written in SCHEMA.
READABLE = (1, 2)
# Columns that older schemas lack, with the schema that brought them: there they are missing in every row.
ADDED = {"stances": {"target_basis": 2}}
MANIFEST = "batch.json"
_NAME = re.compile(r"(\d{8})-(\d{8}T\d{6}Z)-([0-9a-f]{16})")
_ABANDONED_AFTER = 24 * 3600

# What a batch file holds beyond its contract: which batch a row came with (the later one wins), the
# fingerprint by which an article added again is recognised, and the passage as searches compare it.
EXTRA = {"articles": ("digest",), "claims": ("folded",), "stances": ()}
KINDS: tuple[tuple[str, Contract], ...] = (("articles", ARTICLES), ("claims", CLAIMS), ("stances", STANCES))

# Beside the three tables a batch may tell of which earlier articles its own are copies.
COPIES = "copies.parquet"
_COPY_COLUMNS = pa.schema(
    [(name, pa.string()) for name in ("article_id", "copy_of", "words", "address")]
    + [("sketch", pa.binary())]
)

_ARROW = {
    "str": pa.string(),
    "category": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "datetime64[us]": pa.date32(),
    "datetime64[us, UTC]": pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as its manifest describes it; ``relabels`` when it holds stances of earlier claims."""

    name: str
    rows: dict[str, int]
    relabels: bool
    schema: int = SCHEMA

    @property
    def written_on(self) -> date:
        """The day it was written (UTC)."""
        return written_on(self.name)


def written_on(name: str) -> date:
    """Return the day (UTC) on which the batch of this name was written."""
    return datetime.strptime(name.split("-")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).date()


def readable() -> str:
    """Return in words which schemas can be read."""
    return f"this version reads schemas {READABLE[0]} to {READABLE[-1]}"


def arrow_schema(kind: str, contract: Contract) -> pa.Schema:
    """Return the columns and types of a batch file."""
    fields = [pa.field(c.name, _ARROW[c.dtype]) for c in contract.columns]
    fields += [pa.field(name, pa.string()) for name in (*EXTRA[kind], "batch")]
    return pa.schema(fields)


def list_batches(folder: Path) -> tuple[str, ...]:
    """Return the names of all batches, oldest first.

    Raises
    ------
    StoreError
        The folder is gone, cannot be read, or holds something that is no batch.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
    except OSError as error:
        raise StoreError(
            folder,
            [error.strerror or str(error)],
            "Put the folder back, or start a new store with `stances ingest`.",
        ) from error
    foreign = [name for name in names if not _NAME.fullmatch(name)]
    if foreign:
        raise StoreError(
            folder,
            [f"{name} is not a batch of this store" for name in foreign],
            f"Move {', '.join(foreign)} out of {folder}. The batches beside it are untouched.",
        )
    return tuple(names)


def read_batch(folder: Path, name: str) -> Batch:
    """Return what a batch says of itself, after a look at whether its files are whole.

    Raises
    ------
    StoreError
        A file is missing or cut short, or another version wrote it.
    """
    place = folder / name
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        schema, files = manifest["schema"], manifest["files"]
        problems = [
            problem for file, facts in files.items() if (problem := _size_problem(place / file, facts))
        ]
        rows = {kind: int(files[f"{kind}.parquet"]["rows"]) for kind, _ in KINDS}
        batch = Batch(name, rows, manifest["relabels"], schema)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(place, [f"{MANIFEST} cannot be read ({error})"]) from error
    if schema not in READABLE:
        raise StoreError(
            place,
            [f"it was written in schema {schema}; {readable()}"],
            "Open the store with the version that wrote it, or ingest its articles into a new store.",
        )
    if problems:
        raise _damaged(place, problems)
    return batch


def damaged_files(folder: Path, names: Sequence[str]) -> list[str]:
    """Return one line for each file whose bytes are not those that were written; reads every byte."""
    problems: list[str] = []
    for name in names:
        files = json.loads((folder / name / MANIFEST).read_text(encoding="utf-8"))["files"]
        for file, facts in files.items():
            path = folder / name / file
            problem = _size_problem(path, facts)
            if not problem and _sha256(path) != facts["sha256"]:
                problem = f"{name}/{file}: its bytes have changed since it was written"
            if problem:
                problems.append(problem)
    return problems


def write_batch(
    folder: Path,
    frames: Frames,
    digests: pd.Series[Any],
    *,
    relabels: bool,
    copies: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Write one batch and return its name; it is on disk when this returns.

    Parameters
    ----------
    folder : Path
        The store's folder of batches.
    frames : Frames
        What to write, each frame checked against its contract.
    digests : Series of str
        The fingerprint of each article, in the order of ``frames.articles``.
    relabels : bool
        Whether it holds stances of claims that came with earlier batches.
    copies : sequence of mapping
        For articles whose copies were looked for: article_id, copy_of, words, address, sketch.

    Raises
    ------
    StoreError
        The folder cannot be written (full, read-only); nothing was added.
    """
    aside = folder / f".writing-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        _remove_abandoned(folder)
        aside.mkdir()
        try:
            return _write(folder, aside, frames, digests, relabels, copies)
        finally:
            # It is there only after an error, which is the one to be told; what stays is removed a day later.
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            folder,
            [f"could not write a batch ({error.strerror or error})"],
            "Nothing was added and nothing was lost. Make room or allow writing there, then repeat.",
        ) from error


def _write(
    folder: Path,
    aside: Path,
    frames: Frames,
    digests: pd.Series[Any],
    relabels: bool,
    copies: Sequence[Mapping[str, Any]],
) -> str:
    now = datetime.now(UTC)
    names = list_batches(folder)
    # The number orders the batches even when a clock is set back between two writes.
    number = int(names[-1].split("-")[0]) + 1 if names else 1
    name = f"{number:08d}-{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:16]}"
    extra: dict[str, dict[str, Any]] = {
        "articles": {"digest": digests.tolist()},
        "claims": {"folded": [fold(text) for text in frames.claims["text"].tolist()]},
        "stances": {},
    }
    files: dict[str, dict[str, Any]] = {}
    for kind, contract in KINDS:
        path = aside / f"{kind}.parquet"
        table = getattr(frames, kind)[contract.names].assign(**extra[kind], batch=name)
        rows = pa.Table.from_pandas(table, schema=arrow_schema(kind, contract), preserve_index=False)
        files[path.name] = _write_table(rows, path)
    if copies:
        rows = pa.Table.from_pylist([dict(row) for row in copies], schema=_COPY_COLUMNS)
        files[COPIES] = _write_table(rows, aside / COPIES)
    manifest = {"schema": SCHEMA, "written_at": now.isoformat(), "relabels": relabels, "files": files}
    with (aside / MANIFEST).open("w", encoding="utf-8") as text:
        json.dump(manifest, text, indent=1)
        text.flush()
        os.fsync(text.fileno())
    sync_folder(aside)
    aside.rename(folder / name)
    sync_folder(folder)
    return name


def _write_table(rows: pa.Table, path: Path) -> dict[str, Any]:
    with path.open("wb") as handle:
        pq.write_table(rows, handle, compression="zstd", row_group_size=50_000)
        handle.flush()
        os.fsync(handle.fileno())
    return {"rows": rows.num_rows, "bytes": path.stat().st_size, "sha256": _sha256(path)}


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed writers left a day or more ago; a younger one may still be writing."""
    for entry in folder.glob(".writing-*"):
        try:
            abandoned = time.time() - entry.stat().st_mtime > _ABANDONED_AFTER
        except FileNotFoundError:  # its writer has just renamed it into place
            continue
        if abandoned:
            # Nobody reads it: what cannot be removed now is tried again with the next batch.
            shutil.rmtree(entry, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _size_problem(path: Path, facts: dict[str, Any]) -> str:
    try:
        size = path.stat().st_size
    except OSError as error:
        return f"{path.parent.name}/{path.name}: {error.strerror}"
    expected = facts["bytes"]
    return (
        "" if size == expected else f"{path.parent.name}/{path.name}: {size} bytes, {expected} were written"
    )


def _damaged(place: Path, problems: list[str]) -> StoreError:
    return StoreError(
        place,
        problems,
        f"Restore {place.name} from a backup, or move that folder out of the store and ingest its articles "
        "again. All other batches are untouched.",
    )
