"""Backup and restore: what comes back is what was there, and nothing else ever takes a store's place."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from dashboard_core import query
from dashboard_core.cli import main
from dashboard_core.errors import StoreError
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.store.backup import back_up, restore
from dashboard_core.store.ledger import Entry, Ledger
from factories import Said, said
from ui_store import make_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path / "store")
    Ledger(made.path).append(
        Entry(
            "A. Reader",
            "change",
            "article",
            {"article_id": "article-0"},
            "outlet",
            "Lake Herald",
            "The Lake Herald",
        )
    )
    return made


def content(store: Store) -> list[tuple[object, ...]]:
    asked = "SELECT article_id, title, outlet, text FROM articles ORDER BY ALL"
    return [*store.connect().execute(asked).fetchall(), *store.connect().execute("SELECT claim_id, target_id, stance::text FROM stances ORDER BY ALL").fetchall()]  # fmt: skip


def altered(backup: Path, out: Path, /, **files: bytes | None) -> Path:
    """Return a copy of a backup with some files changed (None: left out)."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            key = name.rsplit("/", 1)[-1].split(".")[0]
            if key not in files:
                new.writestr(name, old.read(name))
            elif files[key] is not None:
                new.writestr(name, files[key] or b"")
    return out


def test_a_store_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    (store.path / "batches" / ".writing-1-x").mkdir()
    report = back_up(store, tmp_path / "b.zip")
    assert report.batches == 1 and report.files >= 6
    back = restore(tmp_path / "b.zip", tmp_path / "back")
    assert content(back) == content(store) and ("The Lake Herald" in str(content(back)))
    assert back.data_version == store.data_version and back.verify() == []
    assert not list((back.path / "batches").glob(".*"))
    back_up(back, tmp_path / "b.zip")
    assert zipfile.ZipFile(tmp_path / "b.zip").testzip() is None, "a backup takes the place of the one before"


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.zip")
    before = content(store)
    with pytest.raises(StoreError, match="something in it already"):
        restore(tmp_path / "b.zip", store.path)
    assert content(store) == before


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        pytest.param({"claims": b"PAR1 other bytes"}, "not what was backed up", id="changed bytes"),
        pytest.param({"stances": None}, "no item named", id="a file is missing"),
        pytest.param({"backup": b"{}"}, "is no backup", id="an empty manifest"),
        pytest.param({"backup": b"no json"}, "is no backup", id="no manifest"),
    ],
)
def test_a_damaged_backup_is_refused(
    store: Store, tmp_path: Path, files: dict[str, bytes | None], problem: str
) -> None:
    back_up(store, tmp_path / "b.zip")
    with pytest.raises(StoreError, match=problem):
        restore(altered(tmp_path / "b.zip", tmp_path / "bad.zip", **files), tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")], "nothing is left lying about"


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6, 0.9])
def test_a_backup_with_damaged_bytes_is_named_wherever_they_are(
    store: Store, tmp_path: Path, part: float
) -> None:
    back_up(store, tmp_path / "b.zip")
    content_of = bytearray((tmp_path / "b.zip").read_bytes())
    at = int(len(content_of) * part)
    content_of[at : at + 64] = b"\xa5" * 64
    (tmp_path / "bad.zip").write_bytes(content_of)
    with pytest.raises(StoreError, match=r"not what was backed up|damaged"):
        restore(tmp_path / "bad.zip", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_backup_of_another_version_and_one_that_leads_out(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.zip")
    manifest = json.loads(zipfile.ZipFile(tmp_path / "b.zip").read("backup.json"))
    newer = json.dumps(manifest | {"schema": 99}).encode()
    with pytest.raises(StoreError, match="schema 99; this version reads schemas 1 to 2"):
        restore(altered(tmp_path / "b.zip", tmp_path / "new.zip", backup=newer), tmp_path / "back")
    for name in ("../outside.txt", "/etc/outside.txt", "a\\..\\b", "C:/x"):
        manifest["files"] = {name: {"bytes": 1, "sha256": ""}}
        evil = altered(tmp_path / "b.zip", tmp_path / "evil.zip", backup=json.dumps(manifest).encode())
        with pytest.raises(StoreError, match="leads out of the store"):
            restore(evil, tmp_path / "back")
    assert not (tmp_path / "outside.txt").exists() and not (tmp_path / "back").exists()
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(StoreError, match="is no backup"):
        restore(tmp_path / "text.zip", tmp_path / "back")


def test_a_damaged_store_is_not_backed_up(store: Store, tmp_path: Path) -> None:
    (path,) = store.path.glob("batches/*/claims.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match="bytes have changed"):
        back_up(Store(store.path), tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_both_are_one_command(store: Store, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "1 batches" in run("backup", "--store", store.path, "--out", tmp_path / "b.zip")
    assert "restored and checked" in run("restore", tmp_path / "b.zip", "--store", tmp_path / "back")
    assert content(Store(tmp_path / "back")) == content(store)
    again = CliRunner().invoke(main, ["backup", "--store", str(store.path), "--out", str(tmp_path / "b.zip")])
    assert again.exit_code == 1 and "nothing is overwritten" in again.output


def _as_schema_1(store: Store) -> None:
    """Make of a store with one batch what an earlier version would have written."""
    (path,) = store.path.glob("batches/*/stances.parquet")
    pq.write_table(pq.ParquetFile(path).read().drop_columns(["target_basis"]), path)
    manifest = path.parent / "batch.json"
    said_of = json.loads(manifest.read_text())
    content = path.read_bytes()
    said_of["files"]["stances.parquet"] |= {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    manifest.write_text(json.dumps(said_of | {"schema": 1}))
    (store.path / "store.json").write_text('{"schema": 1}')


def _bases(store: Store) -> dict[str, str | None]:
    return dict(store.connect().execute("SELECT article_id, target_basis FROM positions").fetchall())


class TestOlderStores:
    def test_a_store_without_word_of_copies_is_read(self, store: Store) -> None:
        """Stores of the first version have neither copies, ledger nor jobs; nothing has to be migrated."""
        (name,) = store.batches()
        assert not (store.path / "batches" / name / "copies.parquet").exists()
        for entry in (store.path / "ledger").iterdir():
            entry.unlink()
        (store.path / "ledger").rmdir()
        older = Store(store.path)
        assert len(content(older)) > 2 and not older.snapshot().has_copies

    def test_positions_of_schema_1_have_no_basis_and_stand_beside_new_ones(self, tmp_path: Path) -> None:
        store = Store.create(tmp_path / "s")
        store.append(said([Said("Ada Lund", (("canal", "opposed"),), basis="context", article="old")]))
        _as_schema_1(store)
        older = Store(store.path)
        assert _bases(older) == {"old": None}
        assert query.headline(older, Filters(named_only=True)).positions == 1, "nobody knows better"
        new = [Said("Ben Rask", (("canal", "opposed"),), basis=b, article=b) for b in ("context", "named")]
        older.append(said(new))
        assert _bases(older) == {"old": None, "context": "context", "named": "named"}
        assert query.headline(older, Filters(named_only=True)).articles == 2
        assert not older.verify()
        back_up(older, tmp_path / "b.zip")
        assert _bases(restore(tmp_path / "b.zip", tmp_path / "back")) == _bases(older)
        # Read again with the same labels, the old rows learn what they lacked.
        read = said([Said("Ada Lund", (("canal", "opposed"),), basis="context", article="old")])
        older.append(replace(read, articles=read.articles[:0], claims=read.claims[:0]))
        assert _bases(older)["old"] == "context"

    @pytest.mark.parametrize("schema", [0, 3, "new"])
    def test_another_schema_is_refused_with_what_to_do(self, store: Store, schema: object) -> None:
        (store.path / "store.json").write_text(json.dumps({"schema": schema}))
        with pytest.raises(StoreError) as error:
            Store(store.path)
        assert f"has schema {schema}; this version reads schemas 1 to 2" in str(error.value)
        assert "Open it with the version that wrote it" in str(error.value)
        assert any((store.path / "batches").iterdir()), "nothing was changed"

    def test_a_batch_of_another_schema_is_named(self, store: Store) -> None:
        (manifest,) = store.path.glob("batches/*/batch.json")
        row = json.loads(manifest.read_text())
        manifest.write_text(json.dumps(row | {"schema": 0}))
        with pytest.raises(StoreError, match="written in schema 0"):
            Store(store.path).connect()
