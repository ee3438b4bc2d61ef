# ruff: noqa: S608  (every statement here is put together from names fixed in this package)
"""The store's content at one moment: the batches, and over them what people decided.

A snapshot shares the tables of its :class:`~.engine.Base`. Articles that a decision touches are taken out of
these by a view and stand, as decided, in small tables beside them; everything else is read where it was. So
a store without decisions is asked as directly as before, and a decision shows without reading a batch again.

Four schemas have the same relations: ``main`` what the machine said, one of this snapshot's own what holds
now (people's decisions where there are any), one with the reviewed positions only, and one with the positions
that people rejected, which no chart counts.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard_core.errors import StoreError
from dashboard_core.folding import fold
from dashboard_core.frames import ARTICLES, CLAIMS, STANCES
from dashboard_core.store.batches import EXTRA, Batch, arrow_schema
from dashboard_core.store.decisions import Decisions
from dashboard_core.store.engine import CODED, MACHINE_FACTS, NOTHING, Base, name_views
from dashboard_core.store.ledger import Entry
from dashboard_core.store.overlay import Laid, Row, State, lay, lone

__all__ = ["Snapshot"]

# What is kept of answers given, in cells of their tables: some 100 MB at most.
_KEPT_CELLS = 4_000_000
# Cursors given out before a decision still read their own schema: so many decisions later it is dropped.
_KEPT_SCHEMAS = 16
_FROM_CLAIM = ("start", "speaker_id", "speaker", "tier", "organisation", "country")
_FROM_ARTICLE = ("outlet", "published_on")
_OF_STANCE = tuple(name for name in STANCES.names if name not in ("claim_id", "article_id"))

_numbers = count(1)


class Snapshot:
    """What there is to ask; cursors of it stay valid when the store moves on.

    Parameters
    ----------
    folder : Path
        The store's folder of batches.
    batches : sequence of Batch
        What to read.
    decisions : Decisions
        What people decided.
    earlier : Snapshot, optional
        The one before: its tables are used again where only decisions have come in.
    """

    def __init__(
        self,
        folder: Path,
        batches: Sequence[Batch],
        decisions: Decisions | None = None,
        earlier: Snapshot | None = None,
    ) -> None:
        decisions = decisions or Decisions()
        self.names = tuple(batch.name for batch in batches)
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._cells = 0
        self._lock = threading.Lock()
        self._others: dict[str, Snapshot] = {}
        self._schema, self._basis = "main", "reviewed"
        self._schemas = {"machine": "main", "reviewed": "main", "only": NOTHING, "rejected": NOTHING}
        self.resolved: dict[str, tuple[str, str, str]] = {}
        self.orphans: tuple[tuple[Entry, str], ...] = decisions.unusable
        self.rejected: tuple[Row, ...] = ()
        base: Base | None = earlier.base if earlier else None
        if base is None or base.names != self.names or base.everywhere != decisions.everywhere:
            base = Base(folder, batches, decisions)
        self.base: Base = base
        # What was made of the machine's rows alone stays true for as long as these are the same.
        self.lasting: dict[str, Any] = earlier.lasting if earlier and earlier.base is base else {}
        self._decided: dict[str, tuple[int, ...]] = {"machine": (), "reviewed": ()}
        if not decisions.articles:
            return
        try:
            over = _Overlay(base, decisions)
            lacking = over.lacking()
            if lacking:
                # A country or a target that no batch names: the lists behind coded columns are made anew.
                extra = {c: lacking.get(c, frozenset()) | base.extra.get(c, frozenset()) for c in CODED}
                self.base = Base(folder, batches, decisions, extra)
                self.lasting = {}
                over = _Overlay(self.base, decisions)
            self._schemas |= over.write()
            self._schema = self._schemas["reviewed"]
            self._decided["reviewed"] = over.articles
        except duckdb.Error as error:
            raise self.base.explain(error) from error
        self.resolved, self.rejected = over.resolved, over.rejected
        self.orphans += over.orphans

    def on(self, basis: str) -> Snapshot:
        """Return the same moment seen on another basis, with answers of its own.

        "reviewed": people's labels where there are any, else the machine's; "machine": the machine's alone;
        "only": reviewed positions alone; "rejected": positions of the machine that people took out.
        """
        with self._lock:
            if basis not in self._others:
                other = copy.copy(self)
                other._schema, other._basis = self._schemas[basis], basis
                other._answers, other._cells, other._lock = OrderedDict(), 0, threading.Lock()
                self._others[basis] = other
            return self._others[basis]

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor for one caller; cursors of several threads do not disturb each other."""
        cursor = self.base.root.cursor()
        if self._schema != "main":
            cursor.execute(f"USE {self._schema}")
        return cursor

    @property
    def decided(self) -> tuple[int, ...] | None:
        """The numbers of the articles that decisions touch; None where only decided positions count."""
        return self._decided.get(self._basis)

    @property
    def has_copies(self) -> bool:
        """Whether any articles are copies of each other."""
        return self.base.has_copies

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
        return self.base.explain(error)


def _cells(answer: object) -> int:
    rows, columns = getattr(answer, "shape", (1, 1))
    return 100 + int(rows) * int(columns)


class _Overlay:
    """The articles that decisions touch, as they stand after them."""

    def __init__(self, base: Base, decisions: Decisions) -> None:
        self._base = base
        self.resolved: dict[str, tuple[str, str, str]] = {}
        orphans: list[tuple[Entry, str]] = []
        wanted = decisions.articles
        known = base.laid
        stale = [a for a, entries in wanted.items() if known.get(a, ((), None))[0] != _ids(entries)]
        states = self._states(stale)
        for article_id in stale:
            if article_id in states:
                entries = wanted[article_id]
                laid = lay(states[article_id], entries, decisions, self._reader(article_id, wanted))
                known[article_id] = (_ids(entries), laid)
        self._laid: list[Laid] = []
        for article_id, entries in wanted.items():
            if article_id not in known:
                orphans += [(entry, "the article is not in the store") for entry in entries]
                continue
            laid = known[article_id][1]
            self._laid.append(laid)
            orphans += laid.orphans
            self.resolved |= {entry: (article_id, *found) for entry, found in laid.resolved.items()}
        self.orphans = tuple(orphans)
        self.rejected = tuple(row for laid in self._laid if not laid.state.removed for row in laid.rejected)
        self._rows = self._tables()

    @property
    def articles(self) -> tuple[int, ...]:
        """The numbers of the articles."""
        return tuple(laid.state.article["article_no"] for laid in self._laid)

    def lacking(self) -> dict[str, frozenset[str]]:
        """Return the values that coded columns of these rows hold and the base's lists do not."""
        found: dict[str, frozenset[str]] = {}
        for column, kind in CODED.items():
            tables = {"stances": ("facts", "rejected"), "claims": ("claims", "dropped")}.get(kind, (kind,))
            held = {row[column] for table in tables for row in self._rows[table]} - {None}
            absent = held - self._base.codes(column)
            if absent:
                found[column] = frozenset(absent)
        return found

    def write(self) -> dict[str, str]:
        """Write the rows beside the base's tables; return the schema for each basis."""
        schema = f"decided_{next(_numbers)}"
        cursor = self._base.root.cursor()
        run = cursor.execute
        run(f"CREATE SCHEMA {schema}")
        numbers = pa.table({"article_no": pa.array(self.articles)})
        self._put(cursor, f"{schema}.touched", numbers, {})
        for name, fields in _fields().items():
            columns = {f.name: pa.array([row[f.name] for row in self._rows[name]], f.type) for f in fields}
            self._put(cursor, f"{schema}.new_{name}", pa.table(columns), columns)
        untouched = f"ANTI JOIN {schema}.touched t ON t.article_no = x.article_no"
        for name, source in (
            ("article_rows", "main.article_rows"),
            ("claim_rows", "main.claim_rows"),
            ("facts", f"({MACHINE_FACTS})"),
            ("silent", "main.silent"),
        ):
            new = {"article_rows": "articles", "claim_rows": "claims"}.get(name, name)
            run(
                f"CREATE VIEW {schema}.{name} AS SELECT x.* FROM {source} x {untouched} "
                f"UNION ALL BY NAME SELECT * FROM {schema}.new_{new}"
            )
        run(
            f"CREATE VIEW {schema}.passages AS SELECT * FROM main.passages "
            f"UNION ALL SELECT claim_no, folded FROM {schema}.new_passages"
        )
        name_views(run, schema)
        only = f"{schema}_only"
        run(f"CREATE SCHEMA {only}")
        run(f"CREATE VIEW {only}.facts AS SELECT * FROM {schema}.facts WHERE review <> 'unreviewed'")
        run(f"CREATE VIEW {only}.silent AS SELECT * FROM {schema}.silent WHERE false")
        for name in ("article_rows", "claim_rows", "passages"):
            run(f"CREATE VIEW {only}.{name} AS SELECT * FROM {schema}.{name}")
        name_views(run, only)
        made = {"reviewed": schema, "only": only}
        if self._rows["rejected"]:
            gone = made["rejected"] = f"{schema}_rejected"
            run(f"CREATE SCHEMA {gone}")
            run(f"CREATE VIEW {gone}.facts AS SELECT * FROM {schema}.new_rejected")
            run(f"CREATE VIEW {gone}.silent AS SELECT * FROM {schema}.silent WHERE false")
            run(
                f"CREATE VIEW {gone}.claim_rows AS SELECT * FROM {schema}.claim_rows "
                f"UNION ALL BY NAME SELECT * FROM {schema}.new_dropped"
            )
            for name in ("article_rows", "passages"):
                run(f"CREATE VIEW {gone}.{name} AS SELECT * FROM {schema}.{name}")
            name_views(run, gone)
        self._base.schemas.append(tuple(made.values()))
        while len(self._base.schemas) > _KEPT_SCHEMAS:
            for old in reversed(self._base.schemas.pop(0)):
                run(f"DROP SCHEMA {old} CASCADE")
        return made

    def _put(
        self, cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table, columns: Mapping[str, Any]
    ) -> None:
        cursor.register("given", table)
        codes = [
            f"{column}::main.code_{code} AS {column}"
            for column in columns
            if (code := "stance" if column == "machine_stance" else column) in CODED or code == "stance"
        ]
        listed = f"* REPLACE ({', '.join(codes)})" if codes else "*"
        cursor.execute(f"CREATE TABLE {name} AS SELECT {listed} FROM given")
        cursor.unregister("given")

    def _states(self, articles: Sequence[str]) -> dict[str, State]:
        """Return what the machine left of these articles."""
        if not articles:
            return {}
        cursor = self._base.root.cursor()

        def ask(text: str) -> list[Row]:
            cursor.execute(text, {"ids": list(articles)})
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        which = "a.article_id IN (SELECT unnest($ids::VARCHAR[]))"
        found = {
            row["article_id"]: State(row, {}, {})
            for row in ask(f"SELECT a.* FROM main.article_rows a WHERE {which}")
        }
        owner: dict[int, Row] = {}
        for row in ask(
            "SELECT c.* FROM main.claim_rows c JOIN main.article_rows a ON a.article_no = c.article_no "
            f"WHERE {which} ORDER BY c.start, c.claim_no"
        ):
            owner[row["claim_no"]] = row
            found[row["article_id"]].claims[row["claim_id"]] = row
        for row in ask(
            "SELECT f.* FROM main.fact_rows f JOIN main.article_rows a ON a.article_no = f.article_no "
            f"WHERE {which} ORDER BY f.position_no"
        ):
            claim = owner[row["claim_no"]]
            own = {name: row[name] for name in ("position_no", *_OF_STANCE)}
            own |= {"claim_id": claim["claim_id"], "article_id": claim["article_id"]}
            own |= {"machine_stance": row["stance"], "machine_confidence": row["confidence"]}
            own["review"] = "unreviewed"
            found[claim["article_id"]].positions[claim["claim_id"], row["target_id"]] = own
        cursor.close()
        return found

    def _reader(self, article_id: str, wanted: Mapping[str, tuple[Entry, ...]]) -> Any:
        def read() -> str:
            texts = self._base.texts
            if article_id not in texts:
                # One pass over the texts for all articles that may need theirs.
                ids = [a for a in wanted if a not in texts]
                rows = self._base.root.cursor().execute(
                    "SELECT a.article_id, r.text FROM main.raw_articles r "
                    "JOIN main.article_rows a ON a.article_no = r.no "
                    "WHERE a.article_id IN (SELECT unnest($ids::VARCHAR[]))",
                    {"ids": ids},
                )
                texts.update(rows.fetchall())
            return texts[article_id]

        return read

    def _tables(self) -> dict[str, list[Row]]:
        tables: dict[str, list[Row]] = {name: [] for name in _fields()}
        new_claim, new_position = count(-1, -1), count(-1, -1)
        for laid in self._laid:
            state = laid.state
            if state.removed:
                continue
            article = state.article
            tables["articles"].append(article)
            placed = {name: article[name] for name in ("article_no", *_FROM_ARTICLE)}
            numbers: dict[str, int] = {}
            for claim_id, claim in (*state.claims.items(), *laid.dropped.items()):
                number = claim["claim_no"]
                if number is None:
                    number = next(new_claim)
                    tables["passages"].append({"claim_no": number, "folded": fold(claim["text"])})
                numbers[claim_id] = number
                own = {"claim_no": number, "article_no": article["article_no"], "batch": article["batch"]}
                tables["claims" if claim_id in state.claims else "dropped"].append(claim | own)
            alone = lone(state.positions)
            for pair, row in state.positions.items():
                claim = state.claims[pair[0]]
                number = row["position_no"]
                own = {
                    "position_no": next(new_position) if number is None else number,
                    "claim_no": numbers[pair[0]],
                    "lone": alone[pair],
                }
                tables["facts"].append(row | own | placed | {name: claim[name] for name in _FROM_CLAIM})
            for row in laid.rejected:
                if row["machine_stance"] is None:  # added by hand and taken out again
                    continue
                claim = state.claims.get(row["claim_id"]) or laid.dropped[row["claim_id"]]
                own = {"claim_no": numbers[row["claim_id"]], "lone": True, "stance": None, "confidence": 1.0}
                tables["rejected"].append(row | own | placed | {name: claim[name] for name in _FROM_CLAIM})
            spoken = {pair[0] for pair in state.positions}
            for claim_id, claim in state.claims.items():
                if claim_id not in spoken:
                    own = {name: claim[name] for name in _FROM_CLAIM}
                    tables["silent"].append({"claim_no": numbers[claim_id]} | own | placed)
            if not state.claims:
                tables["silent"].append({"claim_no": None} | dict.fromkeys(_FROM_CLAIM) | placed)
        return tables


def _ids(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(entry.entry_id for entry in entries)


def _fields() -> dict[str, list[pa.Field]]:
    """Return the columns of the tables that stand beside the base's, with their types."""
    article = {f.name: f for f in arrow_schema("articles", ARTICLES)}
    claim = {f.name: f for f in arrow_schema("claims", CLAIMS)}
    stance = {f.name: f for f in arrow_schema("stances", STANCES)}
    review = [pa.field("machine_stance", pa.string()), pa.field("machine_confidence", pa.float64())]
    review.append(pa.field("review", pa.string()))
    number = {n: pa.field(n, pa.int64()) for n in ("article_no", "claim_no", "position_no")}
    placed = [*(claim[n] for n in _FROM_CLAIM), *(article[n] for n in _FROM_ARTICLE)]
    del article["text"]
    claims = [*(number[n] for n in ("claim_no", "article_no"))]
    claims += [f for n, f in claim.items() if n not in EXTRA["claims"]]
    facts = [*number.values(), *(stance[n] for n in _OF_STANCE), *placed, pa.field("lone", pa.bool_())]
    facts += review
    return {
        "articles": [number["article_no"], *(f for n, f in article.items() if n not in EXTRA["articles"])],
        "claims": claims,
        "dropped": claims,
        "facts": facts,
        "rejected": facts,
        "silent": [number["article_no"], number["claim_no"], *placed],
        "passages": [number["claim_no"], pa.field("folded", pa.string())],
    }
