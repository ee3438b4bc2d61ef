# ruff: noqa: S608  (every statement here is put together from names fixed in this package)
"""The engine over the batches: an in-memory DuckDB that is rebuilt whenever a batch has come in.

No file of DuckDB's own is written, so nothing is locked: the command line adds batches while any number
of dashboards read. What is current is settled once per rebuild, not in each query:

* an article is what the latest batch that carries its row says, with the claims and stances of that batch;
* a stance of a later batch that carries no article row (a newer model's) takes the place of the earlier
  one for the same claim and target, or stands beside the others. What it replaced stays in its batch.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard_core.errors import StoreError
from dashboard_core.frames import ARTICLES, CLAIMS, POSITIONS, STANCES, Contract
from dashboard_core.store.batches import EXTRA, KINDS, Batch, damaged_files

__all__ = ["Snapshot"]

# What is kept of answers given, in cells of their tables: some 100 MB at most.
_KEPT_CELLS = 4_000_000

_SQL_TYPES = {
    "str": "VARCHAR",
    "category": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "datetime64[us]": "DATE",
    "datetime64[us, UTC]": "TIMESTAMPTZ",
}

# Columns with few different values are kept as numbers into a list (ENUM): a tenth of the memory, and
# grouping a million rows by one costs milliseconds.
_CODED = {
    "target_id": "stances",
    "target": "stances",
    "target_kind": "stances",
    "model_version": "stances",
    "speaker_id": "claims",
    "speaker": "claims",
    "tier": "claims",
    "organisation": "claims",
    "country": "claims",
    "outlet": "articles",
}
_STATES = "CREATE TYPE code_stance AS ENUM ('opposed', 'cautious', 'supportive', 'unclear', 'none')"


class Snapshot:
    """The store's content at one moment; cursors of it stay valid when the store moves on."""

    def __init__(self, folder: Path, batches: Sequence[Batch]) -> None:
        self.names = tuple(batch.name for batch in batches)
        self._folder = folder
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._cells = 0
        self._lock = threading.Lock()
        self._root = _connect(folder)
        try:
            self._build(batches)
        except duckdb.Error as error:
            self._root.close()
            raise self.explain(error) from error

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor for one caller; cursors of several threads do not disturb each other."""
        return self._root.cursor()

    def recall(self, key: Hashable) -> Any:
        """Return an answer given before, or None; nothing here changes as long as the snapshot lasts."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def remember(self, key: Hashable, answer: object) -> None:
        """Keep an answer; the one not asked for longest makes room."""
        with self._lock:
            if key in self._answers:  # two callers asked at once
                self._cells -= _cells(self._answers.pop(key))
            self._answers[key] = answer
            self._cells += _cells(answer)
            while self._cells > _KEPT_CELLS and len(self._answers) > 1:
                self._cells -= _cells(self._answers.popitem(last=False)[1])

    def matches(self, folded: str) -> pa.Table:
        """Return the numbers of the claims whose passage contains ``folded`` (see :func:`folding.fold`).

        ``contains`` knows no wildcards, so % and _ are letters like others. One scan of all passages
        serves every tally of the page.
        """
        key = ("matches", folded)
        found = self.recall(key)
        if found is None:
            query = "SELECT claim_no FROM passages WHERE contains(folded, $part)"
            found = self.cursor().sql(query, params={"part": folded}).to_arrow_table()
            self.remember(key, found)
        return found

    def explain(self, error: duckdb.Error) -> StoreError:
        """Return the error of the engine as one that names the damaged file and what to do."""
        try:
            problems = damaged_files(self._folder, self.names)
        except (OSError, ValueError, KeyError) as fault:
            problems = [str(fault)]
        return StoreError(
            self._folder,
            problems or [str(error)],
            "Restore the batch from a backup, or move its folder out of the store and ingest its articles "
            "again. All other batches are untouched."
            if problems
            else "Every file is as it was written. If memory ran out, raise STANCES_MEMORY (now 4GB).",
        )

    def _build(self, batches: Sequence[Batch]) -> None:
        run = self._root.execute
        for kind, contract in KINDS:
            run(f"CREATE VIEW raw_{kind} AS {self._raw(kind, contract)}")
        run(_STATES)
        for column, kind in _CODED.items():
            run(
                f"CREATE TYPE code_{column} AS ENUM "
                f"(SELECT DISTINCT {column} FROM raw_{kind} WHERE {column} IS NOT NULL ORDER BY 1)"
            )
        several = len(batches) > 1
        latest = "QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY batch DESC, no DESC) = 1"
        run(
            f"CREATE TABLE article_rows AS SELECT no AS article_no, batch, {_coded(ARTICLES, 'text')} "
            f"FROM raw_articles {latest if several else ''}"
        )
        run(
            "CREATE TABLE claim_rows AS "
            f"SELECT c.no AS claim_no, a.article_no, a.batch, {_coded(CLAIMS, of='c')} "
            "FROM raw_claims c JOIN article_rows a ON a.article_id = c.article_id AND a.batch = c.batch"
        )
        relabelled = any(batch.relabels for batch in batches)
        newest = (
            "QUALIFY row_number() OVER "
            "(PARTITION BY s.claim_id, s.target_id ORDER BY s.batch DESC, s.no DESC) = 1"
        )
        lean = "c.start, c.speaker_id, c.speaker, c.tier, c.organisation, c.country, a.outlet, a.published_on"
        run(
            "CREATE TABLE facts AS WITH every AS (SELECT s.no AS position_no, c.claim_no, c.article_no, "
            f"{_coded(STANCES, 'claim_id', 'article_id', of='s')}, {lean} "
            "FROM raw_stances s JOIN claim_rows c ON c.claim_id = s.claim_id "
            f"AND s.batch {'>=' if relabelled else '='} c.batch "
            "JOIN article_rows a ON a.article_no = c.article_no "
            f"{newest if relabelled else ''}), "
            # `lone`: the claim's only position of this stance. Counting different claims then needs a set
            # for the few others only.
            "shared AS (SELECT claim_no, stance FROM every GROUP BY ALL HAVING count(*) > 1) "
            "SELECT e.*, x.claim_no IS NULL AS lone FROM every e "
            "LEFT JOIN shared x ON x.claim_no = e.claim_no AND x.stance = e.stance"
        )
        # What has no position still counts as read: claims about no target, articles without a claim.
        run(
            "CREATE TABLE silent AS SELECT a.article_no, c.claim_no, c.start, c.speaker_id, c.speaker, "
            "c.tier, c.organisation, c.country, a.outlet, a.published_on FROM article_rows a "
            "LEFT JOIN claim_rows c ON c.article_no = a.article_no "
            "WHERE c.claim_no IS NULL OR c.claim_no NOT IN (SELECT claim_no FROM facts)"
        )
        run("CREATE VIEW all_rows AS SELECT * FROM facts UNION ALL BY NAME SELECT * FROM silent")
        self._name_views()
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")

    def _name_views(self) -> None:
        run = self._root.execute
        run(
            f"CREATE VIEW articles AS SELECT {_plain(ARTICLES, 'r')} FROM raw_articles r "
            "JOIN article_rows a ON a.article_no = r.no"
        )
        run(f"CREATE VIEW claims AS SELECT {_plain(CLAIMS, 'c')}, c.claim_no, c.article_no FROM claim_rows c")
        run(
            f"CREATE VIEW stances AS SELECT {_plain(STANCES, 'f', claim_id='c', article_id='c')}, "
            "f.position_no, f.claim_no, f.article_no "
            "FROM facts f JOIN claim_rows c ON c.claim_no = f.claim_no"
        )
        own = dict.fromkeys(("claim_id", "article_id"), "c")
        own |= {c.name: "c" for c in CLAIMS.columns if c.name not in STANCES.names}
        own |= {c.name: "a" for c in ARTICLES.columns if c.name not in {*STANCES.names, *CLAIMS.names}}
        run(
            f"CREATE VIEW positions AS SELECT {_plain(POSITIONS, 'f', **own)}, "
            "f.position_no, f.claim_no, f.article_no FROM facts f "
            "JOIN claim_rows c ON c.claim_no = f.claim_no JOIN article_rows a ON a.article_no = f.article_no"
        )
        run("CREATE VIEW passages AS SELECT no AS claim_no, folded FROM raw_claims")

    def _raw(self, kind: str, contract: Contract) -> str:
        """Every row of every batch; ``no`` names a row by its file and its place there."""
        columns = [*contract.names, *EXTRA[kind], "batch"]
        if not self.names:
            types = {c.name: _SQL_TYPES[c.dtype] for c in contract.columns}
            nothing = ", ".join(f'NULL::{types.get(name, "VARCHAR")} AS "{name}"' for name in columns)
            return f"SELECT 0::BIGINT AS no, {nothing} WHERE false"
        files = ", ".join(_literal(self._folder / name / f"{kind}.parquet") for name in self.names)
        listed = ", ".join(f'"{name}"' for name in columns)
        number = "(file_index::BIGINT << 32) + file_row_number AS no"
        return f"SELECT {number}, {listed} FROM read_parquet([{files}])"


def _cells(answer: object) -> int:
    rows, columns = getattr(answer, "shape", (1, 1))
    return 100 + int(rows) * int(columns)


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    spill = Path(tempfile.gettempdir()) / f"stances-{os.getpid()}"
    root = duckdb.connect(
        ":memory:",
        config={
            "threads": max(1, min(4, os.cpu_count() or 1)),
            "memory_limit": os.environ.get("STANCES_MEMORY", "4GB"),
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "preserve_insertion_order": False,
        },
    )
    root.execute("SET TimeZone = 'UTC'")
    # After the views are made the engine may read this folder and nothing else of the machine.
    root.execute(f"SET allowed_directories = [{_quoted(str(folder))}, {_literal(folder)}]")
    return root


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(path: Path) -> str:
    # A list of files is a list of patterns to DuckDB: a store in "reports [2026]" would match nothing.
    return _quoted("".join(f"[{c}]" if c in "*?[" else c for c in str(path)))


def _coded(contract: Contract, *without: str, of: str = "") -> str:
    prefix = f"{of}." if of else ""
    parts: list[str] = []
    for column in contract.names:
        if column in without:
            continue
        name = f'{prefix}"{column}"'
        code = "code_stance" if column == "stance" else f"code_{column}" if column in _CODED else ""
        parts.append(f'{name}::{code} AS "{column}"' if code else name)
    return ", ".join(parts)


def _plain(contract: Contract, default: str, **of: str) -> str:
    parts: list[str] = []
    for column in contract.names:
        name = f'{of.get(column, default)}."{column}"'
        coded = column in _CODED or column == "stance"
        parts.append(f'{name}::VARCHAR AS "{column}"' if coded else name)
    return ", ".join(parts)
