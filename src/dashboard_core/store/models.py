"""Stance models that were learned from reviewed labels: kept beside each other, adopted only by a person.

Each is a folder in the store's ``models/`` that never changes: ``decision.npz`` (coefficients) and
``card.json`` (counts and figures), no word of any article in either. It is written under a hidden name and
renamed into place; its name is the model's version and a hash of its content, by which damage is recognised.
Which one labels is said by the ledger: the last ``adopt`` that stands, else it is the packaged model.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard_core.errors import ModelError, StoreError
from dashboard_core.store.batches import sync_folder
from dashboard_core.store.folder import Store
from dashboard_core.store.ledger import Entry

__all__ = [
    "CARD",
    "DECISION",
    "PACKAGED",
    "StoredModel",
    "active_folder",
    "active_model",
    "adopt",
    "adoptions",
    "keep_model",
    "labels_by_version",
    "model_damage",
    "roll_back",
    "stored_model",
    "stored_models",
]

# What names the model that comes with the product, where a stored one would be named.
PACKAGED = ""
DECISION, CARD = "decision.npz", "card.json"

_FOLDER = "models"
_ID = re.compile(r"[0-9a-f]{12}-[0-9a-f]{16}")
_ABANDONED_AFTER = 24 * 3600
_REMEDY = (
    "Nothing is labelled until this is settled, so that no other model labels unnoticed. Restore the folder "
    "from a backup, or go back to the model before it: `stances learn rollback`, or Roll back on the Review "
    "page under Learning."
)


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model of the store: its id, its folder, and its card as it was written."""

    model_id: str
    folder: Path
    card: Mapping[str, Any]

    @property
    def version(self) -> str:
        """What stands in ``model_version`` of the labels that it gives."""
        return self.model_id.split("-")[0]


def keep_model(store: Store, version: str, decision: Path, card: Mapping[str, Any]) -> StoredModel:
    """Keep a model beside the others; the same one with the same card twice is one.

    Parameters
    ----------
    store : Store
        Where it goes.
    version : str
        Its version, 12 hexadecimal digits.
    decision : Path
        The file of its coefficients, which is copied.
    card : mapping
        What is known of it, in plain JSON values.

    Raises
    ------
    StoreError
        The folder cannot be written; nothing was kept.
    """
    folder = store.path / _FOLDER
    try:
        folder.mkdir(exist_ok=True)
        _remove_abandoned(folder)
        aside = folder / f".making-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        aside.mkdir()
        try:
            shutil.copyfile(decision, aside / DECISION)
            text = json.dumps(dict(card), indent=1, ensure_ascii=True, allow_nan=False, sort_keys=True)
            (aside / CARD).write_text(text + "\n", "ascii")
            for name in (DECISION, CARD):
                with (aside / name).open("rb") as handle:
                    os.fsync(handle.fileno())
            name = f"{version}-{_digest(aside)}"
            if not (folder / name).is_dir():
                aside.rename(folder / name)
                sync_folder(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            folder,
            [f"the new model could not be kept ({error.strerror or error})"],
            "Nothing was changed. Make room or allow writing there, then learn again.",
        ) from error
    return stored_model(store, name)


def stored_models(store: Store) -> list[StoredModel]:
    """Return the models of the store that are whole, newest first; :func:`model_damage` names the others."""
    folder = store.path / _FOLDER
    if not folder.is_dir():
        return []
    whole = [_read(path) for path in folder.iterdir() if _ID.fullmatch(path.name) and not _problem(path)]
    return sorted(whole, key=lambda one: (str(one.card.get("made_at", "")), one.model_id), reverse=True)


def stored_model(store: Store, model_id: str) -> StoredModel:
    """Return a model by its id, checked byte by byte.

    Raises
    ------
    ModelError
        There is none of that id, or its files are not those that were written.
    """
    path = store.path / _FOLDER / model_id
    if not _ID.fullmatch(model_id):
        raise ModelError(
            store.path / _FOLDER, [f"{model_id[:60]!r} is no model's id"], "See `stances learn list`."
        )
    problem = _problem(path)
    if problem:
        raise ModelError(path, [problem], _REMEDY)
    return _read(path)


def model_damage(store: Store) -> list[str]:
    """Return one line for each model whose files are not those that were written, and for a missing one."""
    folder = store.path / _FOLDER
    known = {path.name for path in folder.iterdir() if _ID.fullmatch(path.name)} if folder.is_dir() else set()
    active = active_model(store)
    found = {name: _problem(folder / name) for name in sorted(known | ({active} if active else set()))}
    return [f"{_FOLDER}/{name}: {problem}" for name, problem in found.items() if problem]


def active_model(store: Store) -> str:
    """Return the id of the model that labels, :data:`PACKAGED` if it is the product's own."""
    return _named(adoptions(store)[-1].after) if adoptions(store) else PACKAGED


def active_folder(store: Store) -> Path | None:
    """Return the folder of the model that labels, None if it is the packaged one.

    Raises
    ------
    ModelError
        It is missing or damaged. Nothing takes its place by itself.
    """
    active = active_model(store)
    return stored_model(store, active).folder if active else None


def adoptions(store: Store) -> tuple[Entry, ...]:
    """Return the adoptions that stand, oldest first."""
    return tuple(e for e in store.ledger.standing() if e.subject == "model" and e.action == "adopt")


def labels_by_version(store: Store) -> dict[str, int]:
    """Return how many of the machine's labels each version gave, the commonest first."""
    rows = (
        store.snapshot("machine")
        .cursor()
        .execute(
            "SELECT model_version, count(*) FROM facts GROUP BY ALL ORDER BY count(*) DESC, model_version"
        )
    )
    return {str(version): int(count) for version, count in rows.fetchall()}


def adopt(store: Store, model_id: str, who: str, *, why: str = "") -> Entry:
    """Let a stored model label from now on, and write down who decided so, on which figures.

    Labels already in the store stay as they are until its articles are read again.

    Raises
    ------
    ModelError
        There is no such model, or it is damaged.
    StoreError
        It labels already, or the ledger cannot be written.
    """
    model = stored_model(store, model_id)
    active = active_model(store)
    if active == model_id:
        raise StoreError(store.path / _FOLDER, [f"{model_id} labels already"], "Nothing was changed.")
    entry = Entry(
        who,
        "adopt",
        "model",
        {"model": model_id},
        "",
        {"model": active, "version": active.split("-")[0]},
        {"model": model_id, "version": model.version, "figures": dict(model.card.get("figures") or {})},
        why,
    )
    store.ledger.append(entry)
    return entry


def roll_back(store: Store, who: str, *, why: str = "") -> Entry:
    """Take the last adoption back, so that the model before it labels again.

    It works also when that model is damaged. Both the adoption and its taking back stay in the ledger.

    Raises
    ------
    StoreError
        The packaged model labels: there is nothing to go back from.
    """
    standing = adoptions(store)
    if not standing:
        raise StoreError(
            store.path / _FOLDER, ["the packaged model labels"], "There is nothing to go back from."
        )
    return store.ledger.undo(standing[-1].entry_id, who, why=why)


def _named(value: Any) -> str:
    return str(value.get("model") or "") if isinstance(value, dict) else ""


def _digest(folder: Path) -> str:
    content = hashlib.sha256()
    for name in (DECISION, CARD):
        part = (folder / name).read_bytes()
        content.update(f"{name} {len(part)}\n".encode("ascii") + part)
    return content.hexdigest()[:16]


def _problem(path: Path) -> str:
    """Return what is wrong with a model's folder; empty if it is whole."""
    if not path.is_dir():
        return "its folder is not there"
    absent = [name for name in (DECISION, CARD) if not (path / name).is_file()]
    if absent:
        return f"{' and '.join(absent)} not there"
    try:
        return "" if _digest(path) == path.name.split("-")[1] else "its bytes have changed since it was kept"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"


def _read(path: Path) -> StoredModel:
    return StoredModel(path.name, path, json.loads((path / CARD).read_text("ascii")))


def _remove_abandoned(folder: Path) -> None:
    for path in folder.glob(".making-*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(path, ignore_errors=True)
