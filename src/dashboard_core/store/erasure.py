"""Erasure: take an article or a person out of everything the store holds, for good.

Everything else here only grows; positions of named people are sensitive, and whoever has a right to have
theirs removed must not find them in an older batch. Batches that hold something of it are written anew
without it and the old files deleted; decisions about it leave the ledger. What stays is one entry that says
who removed how much, when and why, and not what.

Of a person, every claim goes, and in the articles (which hold other people's words as well) their passages
and each mention of their name become blocks of the same length, so that all other offsets still point right.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard_core.errors import StoreError
from dashboard_core.folding import find_folded, fold
from dashboard_core.store.batches import MANIFEST, sync_folder
from dashboard_core.store.folder import Store
from dashboard_core.store.ledger import Entry

__all__ = ["Purged", "purge"]

_BLOCK = "█"
_TABLES = ("articles", "claims", "stances", "copies")
_TEXTS = {
    "articles": ("title", "author", "file", "url"),
    "claims": ("cue", "mention", "role", "organisation", "country_evidence"),
    "stances": ("target", "evidence"),
    "copies": ("words", "address"),
}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was removed; ``redacted`` are articles in which a person's words and name were blocked out."""

    articles: int
    claims: int
    positions: int
    redacted: int
    decisions: int
    batches: int


def purge(
    store: Store, *, articles: Collection[str] = (), people: Collection[str] = (), who: str, why: str = ""
) -> Purged:
    """Remove articles and people from every batch, the ledger and the saved views.

    Parameters
    ----------
    store : Store
        The store; nothing else may write to it meanwhile.
    articles : collection of str
        Ids of articles.
    people : collection of str
        Full names, as the claims give them, whatever their case and accents.
    who, why : str
        Who removes it and for what reason; ``why`` is kept, so it must not name what was removed.

    Raises
    ------
    StoreError
        Nothing of it is in the store, or the store cannot be written. Run it again after the latter: what
        was removed stays removed.
    """
    work = _Work(store, set(articles), people)
    if not work.concerns_something():
        named = [*articles, *people]
        raise StoreError(
            store.path,
            [f"{name!r} is neither an article nor a speaker of it" for name in named],
            "Give the article's id, or the full name as the Evidence page shows it. Nothing was removed.",
        )
    try:
        changed = sum(work.rewrite(name) for name in store.batches())
        decisions = store.ledger.erase(work.is_about)
        _clean_views(store.path / "views.json", work.speaker_ids, work.names)
        for folder in (store.path / "batches", store.ledger.folder):
            for left in folder.glob(".writing-*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    except OSError as error:
        raise StoreError(
            store.path,
            [f"could not remove everything ({error.strerror or error})"],
            "What was removed stays removed. Allow writing there and run it again.",
        ) from error
    done = Purged(
        len(work.gone_articles), len(work.claims), work.positions, len(work.redacted), decisions, changed
    )
    key = {name: getattr(done, name) for name in ("articles", "claims", "positions", "redacted", "decisions")}
    store.ledger.append(Entry(who, "erase", "speaker" if people else "article", key, why=why))
    return done


class _Work:
    def __init__(self, store: Store, articles: set[str], people: Iterable[str]) -> None:
        self._folder = store.path / "batches"
        self._wanted = articles
        self._people = {fold(name) for name in people if fold(name)}
        self.gone_articles: set[str] = set()
        self.claims: set[str] = set()
        self.speaker_ids: set[str] = set()
        self.names: set[str] = set()
        self.redacted: set[str] = set()
        self.positions = 0
        for name in store.batches():
            self._look_through(name)

    def _look_through(self, name: str) -> None:
        held = self._table(name, "articles").column("article_id").to_pylist()
        self.gone_articles |= self._wanted & set(held)
        columns = ("claim_id", "article_id", "speaker_id", "speaker", "mention")
        for row in self._table(name, "claims").select(columns).to_pylist():
            if row["article_id"] in self._wanted:
                self.claims.add(row["claim_id"])
            elif fold(row["speaker"]) in self._people:
                self.claims.add(row["claim_id"])
                self.speaker_ids.add(row["speaker_id"])
                self.names |= _name_forms(row["speaker"], row["mention"] or "")

    def concerns_something(self) -> bool:
        return bool(self.gone_articles or self.claims)

    def is_about(self, entry: Entry) -> bool:
        """Whether a decision is about what is removed, or names it."""
        if entry.action == "erase":
            return False
        key = entry.key
        if key.get("article_id") in self.gone_articles or key.get("claim_id") in self.claims:
            return True
        said = json.dumps([dict(key), entry.before, entry.after, entry.why], ensure_ascii=False)
        return any(speaker in said for speaker in self.speaker_ids) or any(
            _places(said, name) for name in self.names
        )

    def rewrite(self, name: str) -> bool:
        """Write a batch anew without what is removed; say whether there was anything."""
        paths = {kind: self._folder / name / f"{kind}.parquet" for kind in _TABLES}
        tables = {kind: pq.ParquetFile(path).read() for kind, path in paths.items() if path.is_file()}
        rows = {kind: table.to_pylist() for kind, table in tables.items()}
        kept = self._kept(rows)
        if kept == rows:
            return False
        if any(kept.values()):
            new = f"{name.rsplit('-', 1)[0]}-{uuid.uuid4().hex[:16]}"
            aside = self._folder / f".writing-{os.getpid()}-{uuid.uuid4().hex[:8]}"
            aside.mkdir()
            manifest = json.loads((self._folder / name / MANIFEST).read_text("utf-8"))
            for kind, table in tables.items():
                if "batch" in table.column_names:
                    kept[kind] = [row | {"batch": new} for row in kept[kind]]
                path = aside / f"{kind}.parquet"
                pq.write_table(
                    pa.Table.from_pylist(kept[kind], schema=table.schema), path, compression="zstd"
                )
                content = path.read_bytes()
                manifest["files"][path.name] = {
                    "rows": len(kept[kind]),
                    "bytes": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            (aside / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
            for path in aside.iterdir():
                with path.open("rb") as handle:
                    os.fsync(handle.fileno())
            aside.rename(self._folder / new)
        shutil.rmtree(self._folder / name)
        sync_folder(self._folder)
        return True

    def _kept(self, rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
        kept: dict[str, list[Row]] = {kind: [] for kind in rows}
        spans: dict[str, list[tuple[int, int]]] = {}
        for row in rows["claims"]:
            if row["claim_id"] in self.claims and row["article_id"] not in self.gone_articles:
                spans.setdefault(row["article_id"], []).append((row["start"], row["end"]))
        texts: dict[str, str] = {}
        for row in rows["articles"]:
            if row["article_id"] in self.gone_articles:
                continue
            text = _blocked(row["text"], [*spans.get(row["article_id"], ()), *self._named(row["text"])])
            if text != row["text"]:
                self.redacted.add(row["article_id"])
                digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
                row = row | {"text": text, "sha256": digest}
                texts[row["article_id"]] = text
            kept["articles"].append(self._without_names("articles", row))
        for row in rows["claims"]:
            if row["claim_id"] in self.claims or row["article_id"] in self.gone_articles:
                continue
            if row["article_id"] in texts:
                said = texts[row["article_id"]][row["start"] : row["end"]]
                row = row | {"text": said, "folded": fold(said)}
            kept["claims"].append(self._without_names("claims", row))
        for row in rows["stances"]:
            if row["claim_id"] in self.claims or row["article_id"] in self.gone_articles:
                self.positions += 1
                continue
            kept["stances"].append(self._without_names("stances", row))
        for row in rows.get("copies", ()):
            if row["article_id"] not in self.gone_articles and row["copy_of"] not in self.gone_articles:
                kept["copies"].append(self._without_names("copies", row))
        return kept

    def _named(self, text: str) -> list[tuple[int, int]]:
        return [place for name in self.names for place in _places(text, name)]

    def _without_names(self, kind: str, row: Row) -> Row:
        changed = {
            name: _blocked(row[name], self._named(row[name]))
            for name in _TEXTS[kind]
            if isinstance(row.get(name), str)
        }
        return row | changed

    def _table(self, name: str, kind: str) -> pa.Table:
        path = self._folder / name / f"{kind}.parquet"
        try:
            return pq.ParquetFile(path).read()
        except (OSError, ValueError) as error:
            raise StoreError(
                path, [str(error)], "Nothing was removed. Restore that batch from a backup first."
            ) from error


def _name_forms(speaker: str, mention: str) -> set[str]:
    """The full name, its last word, and the mention if it shares a word with the name.

    >>> sorted(_name_forms("Ada Maria Berg", "Minister Berg"))
    ['Ada Maria Berg', 'Berg', 'Minister Berg']
    """
    words = speaker.split()
    forms = {speaker}
    if len(words) > 1 and len(words[-1]) >= 4:
        forms.add(words[-1])
    if {fold(word) for word in mention.split()} & {fold(word) for word in words}:
        forms.add(mention)
    return forms


def _places(text: str, name: str) -> list[tuple[int, int]]:
    """Where a name stands as whole words."""
    found = [(span.start, span.end) for span in find_folded(text, name)]
    return [
        (start, end)
        for start, end in found
        if not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
    ]


def _blocked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return text of the same length with blocks for every sign in the spans, spaces aside.

    >>> _blocked("Ada Berg came.", [(0, 8)])
    '███ ████ came.'
    """
    for start, end in spans:
        text = text[:start] + re.sub(r"\S", _BLOCK, text[start:end]) + text[end:]
    return text


def _clean_views(file: Path, speakers: Collection[str], names: Collection[str]) -> None:
    """Take removed speakers, and words that name them, out of the saved views."""
    if not file.is_file():
        return
    views = json.loads(file.read_text("utf-8"))

    def fine(value: Any) -> bool:
        return value not in speakers and not any(_places(str(value), name) for name in names)

    kept = {
        label: {name: [v for v in values if fine(v)] for name, values in parameters.items()}
        for label, parameters in views.items()
        if fine(label)
    }
    if kept != views:
        aside = file.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(file)
