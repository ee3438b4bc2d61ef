# ruff: noqa: S608  (every statement here is put together from names fixed in this package)
"""The engine over the batches: an in-memory DuckDB that is built anew whenever a batch has come in.

No file of DuckDB's own is written, so nothing is locked: the command line adds batches while any number
of dashboards read. What is current is settled once per rebuild, not in each query:

* an article is what the latest batch that carries its row says, with the claims and stances of that batch;
* a stance of a later batch that carries no article row (a newer model's) takes the place of the earlier
  one for the same claim and target, or stands beside the others. What it replaced stays in its batch;
* merged and hidden targets and merged speakers are so for every row. What people decided about single
  passages is laid over these tables by :mod:`.snapshot`, so that a decision needs no rebuild.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard_core.errors import StoreError
from dashboard_core.frames import ARTICLES, CLAIMS, POSITIONS, STANCES, Contract
from dashboard_core.store.batches import ADDED, COPIES, EXTRA, KINDS, Batch, damaged_files
from dashboard_core.store.decisions import Decisions
from dashboard_core.store.overlay import Laid

__all__ = ["CODED", "MACHINE_FACTS", "NOTHING", "Base", "name_views"]

# The schema that holds nothing but reviewed positions where there are none.
NOTHING = "nothing_reviewed"
# What the machine says, as rows that nobody has looked at.
MACHINE_FACTS = (
    "SELECT *, stance AS machine_stance, confidence AS machine_confidence, 'unreviewed' AS review "
    "FROM main.fact_rows"
)
_TARGET_MAP = ("old", "target_id", "target", "target_kind")
_SPEAKER_MAP = ("old", "speaker_id", "speaker", "tier", "organisation", "country")

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
CODED = {
    "target_id": "stances",
    "target": "stances",
    "target_kind": "stances",
    "target_basis": "stances",
    "model_version": "stances",
    "speaker_id": "claims",
    "speaker": "claims",
    "tier": "claims",
    "organisation": "claims",
    "country": "claims",
    "outlet": "articles",
}
_STATES = "CREATE TYPE code_stance AS ENUM ('opposed', 'cautious', 'supportive', 'unclear', 'none')"


class Base:
    """The batches as tables of an engine of their own; nothing in them changes once they are built.

    Parameters
    ----------
    folder : Path
        The store's folder of batches.
    batches : sequence of Batch
        What to read.
    decisions : Decisions
        Of these, what touches rows of any article.
    extra : mapping
        Further values that coded columns must be able to hold, by column.
    """

    def __init__(
        self,
        folder: Path,
        batches: Sequence[Batch],
        decisions: Decisions,
        extra: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.names = tuple(batch.name for batch in batches)
        self.everywhere = decisions.everywhere
        self.extra = {column: frozenset(values) for column, values in (extra or {}).items()}
        # What snapshots keep here for the next one: articles already decided, texts already read, and the
        # schemas that are still there.
        self.laid: dict[str, tuple[tuple[str, ...], Laid]] = {}
        self.texts: dict[str, str] = {}
        self.schemas: list[tuple[str, ...]] = []
        self._codes: dict[str, frozenset[str]] = {}
        self._of_schema = {batch.name: batch.schema for batch in batches}
        self.has_copies = False
        self._folder = folder
        self.root = _connect(folder)
        try:
            self._build(batches, decisions)
        except duckdb.Error as error:
            self.root.close()
            raise self.explain(error) from error

    def codes(self, column: str) -> frozenset[str]:
        """Return the values that a coded column can hold."""
        if column not in self._codes:
            rows = self.root.cursor().execute(f"SELECT unnest(enum_range(NULL::code_{column}))").fetchall()
            self._codes[column] = frozenset(row[0] for row in rows)
        return self._codes[column]

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

    def _build(self, batches: Sequence[Batch], decisions: Decisions) -> None:
        run = self.root.execute
        for kind, contract in KINDS:
            run(f"CREATE VIEW raw_{kind} AS {self._raw(kind, contract)}")
        self._lay_everywhere(decisions)
        run(_STATES)
        for column, kind in CODED.items():
            also = "".join(f" UNION SELECT {_quoted(value)}" for value in sorted(self.extra.get(column, ())))
            run(
                f"CREATE TYPE code_{column} AS ENUM "
                f"(SELECT DISTINCT {column} FROM read_{kind} WHERE {column} IS NOT NULL{also} ORDER BY 1)"
            )
        several = len(batches) > 1
        latest = "QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY batch DESC, no DESC) = 1"
        run(
            f"CREATE TABLE article_rows AS SELECT no AS article_no, batch, {_coded(ARTICLES, 'text')} "
            f"FROM raw_articles {latest if several else ''}"
        )
        run(f"CREATE TABLE copy_rows AS {self._copies()}")
        counted = run("SELECT count(*) FROM copy_rows").fetchone()
        self.has_copies = bool(counted and counted[0])
        run(
            "CREATE TABLE claim_rows AS "
            f"SELECT c.no AS claim_no, a.article_no, a.batch, {_coded(CLAIMS, of='c')} "
            "FROM read_claims c JOIN article_rows a ON a.article_id = c.article_id AND a.batch = c.batch"
        )
        relabelled = any(batch.relabels for batch in batches)
        # Of two targets made one, a claim keeps the position that says more.
        surest = "s.stance IN ('opposed', 'cautious', 'supportive') DESC, s.confidence DESC, "
        newest = (
            "QUALIFY row_number() OVER (PARTITION BY s.claim_id, s.target_id "
            f"ORDER BY s.batch DESC, {surest if decisions.targets else ''}s.no DESC) = 1"
        )
        lean = "c.start, c.speaker_id, c.speaker, c.tier, c.organisation, c.country, a.outlet, a.published_on"
        run(
            "CREATE TABLE fact_rows AS WITH every AS (SELECT s.no AS position_no, c.claim_no, c.article_no, "
            f"{_coded(STANCES, 'claim_id', 'article_id', of='s')}, {lean} "
            "FROM read_stances s JOIN claim_rows c ON c.claim_id = s.claim_id "
            f"AND s.batch {'>=' if relabelled else '='} c.batch "
            "JOIN article_rows a ON a.article_no = c.article_no "
            f"{newest if relabelled or decisions.targets else ''}), "
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
            "WHERE c.claim_no IS NULL OR c.claim_no NOT IN (SELECT claim_no FROM fact_rows)"
        )
        run(f"CREATE VIEW facts AS {MACHINE_FACTS}")
        run("CREATE VIEW passages AS SELECT no AS claim_no, folded FROM raw_claims")
        name_views(run, "main")
        # "Reviewed only" of a store in which nobody has decided anything.
        run(f"CREATE SCHEMA {NOTHING}")
        run(f"CREATE VIEW {NOTHING}.facts AS SELECT * FROM main.facts WHERE false")
        run(f"CREATE VIEW {NOTHING}.silent AS SELECT * FROM main.silent WHERE false")
        for name in ("article_rows", "claim_rows", "passages"):
            run(f"CREATE VIEW {NOTHING}.{name} AS SELECT * FROM main.{name}")
        name_views(run, NOTHING)
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")

    def _copies(self) -> str:
        """Articles that are copies of each other, with their group; an article alone has no row."""
        paths = [self._folder / name / COPIES for name in self.names]
        files = ", ".join(_literal(path) for path in paths if path.is_file())
        if not files:
            return "SELECT NULL::VARCHAR AS article_id, NULL::VARCHAR AS copy_of WHERE false"
        latest = "QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY filename DESC) = 1"
        rows = f"SELECT article_id, copy_of FROM read_parquet([{files}], filename = true) {latest}"
        return f"SELECT * FROM ({rows}) QUALIFY count(*) OVER (PARTITION BY copy_of) > 1"

    def _lay_everywhere(self, decisions: Decisions) -> None:
        """Make ``read_KIND``: the rows of the batches, with targets and speakers as people joined them."""
        run = self.root.execute
        rows = {kind: f"SELECT * FROM raw_{kind}" for kind, _ in KINDS}
        if decisions.targets:
            self._map("target", [{"old": old} | (new or {}) for old, new in decisions.targets.items()])
            hidden = [old for old, new in decisions.targets.items() if new is None]
            rows["stances"] = (
                f"SELECT r.* REPLACE ({_replaced('target_id', 'target', 'target_kind')}) FROM raw_stances r "
                "LEFT JOIN target_map m ON m.old = r.target_id"
            )
            if hidden:
                rows["stances"] += f" WHERE r.target_id NOT IN ({', '.join(map(_quoted, hidden))})"
        if decisions.speakers:
            self._map("speaker", [{"old": old} | new for old, new in decisions.speakers.items()])
            rows["claims"] = (
                f"SELECT r.* REPLACE ({_replaced(*_SPEAKER_MAP[1:])}, CASE WHEN m.country IS NULL "
                "THEN r.country_evidence WHEN m.country <> '' THEN 'reviewer' END AS country_evidence) "
                "FROM raw_claims r LEFT JOIN speaker_map m ON m.old = r.speaker_id"
            )
        for kind, text in rows.items():
            run(f"CREATE VIEW read_{kind} AS {text}")

    def _map(self, what: str, rows: list[dict[str, str]]) -> None:
        names = {"target": _TARGET_MAP, "speaker": _SPEAKER_MAP}[what]
        columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
        self.root.register("given", pa.table(columns))
        self.root.execute(f"CREATE TABLE {what}_map AS SELECT * FROM given")
        self.root.unregister("given")

    def _raw(self, kind: str, contract: Contract) -> str:
        """Every row of every batch; ``no`` names a row by its file and its place there."""
        columns = [*contract.names, *EXTRA[kind], "batch"]
        schemas = {self._of_schema[name] for name in self.names}
        # Nowhere yet, or in some batches only: then those without the column have nothing in it.
        lacking = [c for c, since in ADDED.get(kind, {}).items() if schemas and max(schemas) < since]
        mixed = any(min(schemas, default=since) < since for since in ADDED.get(kind, {}).values())
        if not self.names:
            types = {c.name: _SQL_TYPES[c.dtype] for c in contract.columns}
            nothing = ", ".join(f'NULL::{types.get(name, "VARCHAR")} AS "{name}"' for name in columns)
            return f"SELECT 0::BIGINT AS no, {nothing} WHERE false"
        files = ", ".join(_literal(self._folder / name / f"{kind}.parquet") for name in self.names)
        listed = ", ".join(f'NULL::VARCHAR AS "{n}"' if n in lacking else f'"{n}"' for n in columns)
        number = "(file_index::BIGINT << 32) + file_row_number AS no"
        by_name = ", union_by_name = true" if mixed else ""
        return f"SELECT {number}, {listed} FROM read_parquet([{files}]{by_name})"


def name_views(run: Callable[[str], object], schema: str) -> None:
    """Make the views that are asked over a schema's ``facts``, ``silent`` and ``claim_rows``."""
    at = f"{schema}."
    run(f"CREATE VIEW {at}all_rows AS SELECT * FROM {at}facts UNION ALL BY NAME SELECT * FROM {at}silent")
    run(
        f"CREATE VIEW {at}articles AS SELECT {_plain(ARTICLES, 'a', text='r')} FROM main.raw_articles r "
        f"JOIN {at}article_rows a ON a.article_no = r.no"
    )
    run(
        f"CREATE VIEW {at}claims AS SELECT {_plain(CLAIMS, 'c')}, c.claim_no, c.article_no "
        f"FROM {at}claim_rows c"
    )
    run(
        f"CREATE VIEW {at}stances AS SELECT {_plain(STANCES, 'f', claim_id='c', article_id='c')}, "
        "f.position_no, f.claim_no, f.article_no "
        f"FROM {at}facts f JOIN {at}claim_rows c ON c.claim_no = f.claim_no"
    )
    own = dict.fromkeys(("claim_id", "article_id"), "c")
    own |= {c.name: "c" for c in CLAIMS.columns if c.name not in STANCES.names}
    own |= {c.name: "a" for c in ARTICLES.columns if c.name not in {*STANCES.names, *CLAIMS.names}}
    run(
        f"CREATE VIEW {at}positions AS SELECT {_plain(POSITIONS, 'f', **own)}, "
        f"f.position_no, f.claim_no, f.article_no FROM {at}facts f "
        f"JOIN {at}claim_rows c ON c.claim_no = f.claim_no "
        f"JOIN {at}article_rows a ON a.article_no = f.article_no"
    )


def _replaced(*columns: str) -> str:
    """NULL in a map leaves a column as it is, an empty string empties it."""
    return ", ".join(f"nullif(coalesce(m.{name}, r.{name}), '') AS {name}" for name in columns)


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
        code = "code_stance" if column == "stance" else f"code_{column}" if column in CODED else ""
        parts.append(f'{name}::{code} AS "{column}"' if code else name)
    return ", ".join(parts)


def _plain(contract: Contract, default: str, **of: str) -> str:
    parts: list[str] = []
    for column in contract.names:
        name = f'{of.get(column, default)}."{column}"'
        coded = column in CODED or column in ("stance", "machine_stance")
        parts.append(f'{name}::VARCHAR AS "{column}"' if coded else name)
    return ", ".join(parts)
