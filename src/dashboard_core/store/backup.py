"""Backup and restore of a whole store: one file, checked byte by byte on the way out and on the way in."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from dashboard_core.errors import StoreError
from dashboard_core.store.batches import READABLE, SCHEMA, readable
from dashboard_core.store.folder import Store

__all__ = ["BackupReport", "back_up", "restore"]

_MANIFEST = "backup.json"
# What reading a damaged archive ends in, by what is damaged: its table, a name, a number, a packed stream.
_DAMAGED = (
    *(zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError),
    *(zlib.error, lzma.LZMAError),
)
_REMEDY = "Take another backup; this one was not used, and nothing was changed."
# What a backup leaves out: half-written files, and what a running job needs only while it runs.
_LEFT_OUT = {"lock", "cancel", ".working"}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What is in a backup: files, bytes, articles, and when it was made."""

    files: int
    size: int
    batches: int
    made_at: str


def back_up(store: Store, out: Path) -> BackupReport:
    """Write the store into one zip file; the dashboard and a running import may go on meanwhile.

    Batches and ledger entries never change once they are there, so what is written is the state at one
    moment: the batches and entries that were there when it began.

    Raises
    ------
    StoreError
        The store is damaged (a backup of it would be, too), or the file cannot be written.
    """
    damaged = store.verify()
    if damaged:
        raise StoreError(store.path, damaged, "Restore these files from an earlier backup first.")
    aside = out.with_name(f".{out.name}-{uuid.uuid4().hex[:8]}")
    made_at = datetime.now(UTC).isoformat()
    batches = store.batches()
    facts: dict[str, dict[str, object]] = {}
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path in _files(store.path):
                name = path.relative_to(store.path).as_posix()
                parts = PurePosixPath(name).parts
                if parts[0] == "batches" and parts[1] not in batches:
                    continue  # came in meanwhile
                digest, size = hashlib.sha256(), 0
                with path.open("rb") as source, archive.open(name, "w") as target:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
                        target.write(chunk)
                facts[name] = {"bytes": size, "sha256": digest.hexdigest()}
            manifest = {"schema": SCHEMA, "made_at": made_at, "files": facts}
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        with aside.open("rb+") as handle:
            os.fsync(handle.fileno())
        aside.replace(out)
    except OSError as error:
        raise StoreError(
            out, [f"could not be written ({error.strerror or error})"], "Make room, or name another place."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    size = sum(int(str(fact["bytes"])) for fact in facts.values())
    return BackupReport(len(facts), size, len(batches), made_at)


def restore(backup: Path, place: Path) -> Store:
    """Make a store from a backup, in a folder that does not exist yet or is empty.

    Everything is written beside the place and checked before it is put there: the store appears whole or not
    at all.

    Raises
    ------
    StoreError
        The place holds something, or the backup is damaged, of another kind or of another version.
    """
    if place.exists() and any(place.iterdir()):
        raise StoreError(
            place,
            ["there is something in it already"],
            "Name a new folder with --store, or move the old store aside first. Nothing was changed.",
        )
    aside = place.with_name(f".{place.name}-{uuid.uuid4().hex[:8]}")
    try:
        with zipfile.ZipFile(backup) as archive:
            _unpack(backup, archive, aside)
        problems = Store(aside).verify()
        if problems:
            raise StoreError(backup, problems, _REMEDY)
        if place.exists():
            place.rmdir()
        aside.replace(place)
    except _DAMAGED as error:
        raise StoreError(backup, [f"is no backup of a store, or a damaged one ({error})"], _REMEDY) from error
    except OSError as error:
        raise StoreError(
            place, [f"could not be written ({error.strerror or error})"], "Make room, or name another place."
        ) from error
    finally:
        # It is there only after an error, which is the one to be told.
        shutil.rmtree(aside, ignore_errors=True)
    return Store(place)


def _unpack(backup: Path, archive: zipfile.ZipFile, aside: Path) -> None:
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["schema"] not in READABLE:
        raise StoreError(
            backup,
            [f"it was made in schema {manifest['schema']}; {readable()}"],
            "Restore it with the version that made it, and bring its articles in again here.",
        )
    for name, fact in manifest["files"].items():
        plain = PurePosixPath(name)
        if plain.is_absolute() or ".." in plain.parts or "\\" in name or ":" in name:
            raise ValueError(f"{name!r} leads out of the store")
        path = aside / plain
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, left = hashlib.sha256(), int(fact["bytes"])
        with archive.open(name) as source, path.open("wb") as target:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise ValueError(f"{name} is longer than the backup says")
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if left or digest.hexdigest() != fact["sha256"]:
            raise ValueError(f"{name} is not what was backed up")


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _LEFT_OUT or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry
