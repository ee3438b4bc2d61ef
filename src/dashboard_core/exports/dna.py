"""Files of Discourse Network Analyzer (DNA 3): positions as its statements, and its statements as positions.

A .dna file is an SQLite database. A position becomes a statement of the type "DNA Statement" with person,
organization, concept (our target) and agreement: supportive is agreement, opposed is not. DNA's agreement has
two values only, and a cautious position is neither: it becomes a statement of a type of its own, "Cautious
position", with the same variables but agreement, so that no network counts it as either. Positions that are
unclear, or none, are not written. Both types have a further variable, country. Coming back, the same rules
are read the other way round; statements without a concept and an agreement are passed over.

DNA counts characters as Java does (one beyond the basic plane counts twice), and so do its offsets.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard_core import query
from dashboard_core.errors import ArticleFormatError
from dashboard_core.exports import dna_tables
from dashboard_core.exports.about import clean
from dashboard_core.exports.coding import Coded
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.vocabulary import TARGET_KIND_LABELS, TIER_LABELS

__all__ = ["CAUTIOUS", "PASSWORD", "read_dna", "write_dna"]

CAUTIOUS = "Cautious position"
# DNA asks for a password on opening; the file protects nothing, so it is the same for all and documented.
PASSWORD = "stances"  # noqa: S105
# What a file that somebody sent may ask for: the longest value, and the time to read it.
_LONGEST, _SECONDS = 50_000_000, 60
_PLAIN = "DNA Statement"
_TEXTS = ("person", "organization", "concept", "country")
_KINDS = ((1, _PLAIN, 239, 208, 51), (2, CAUTIOUS, 145, 145, 145))
# The attributes that DNA gives to what its statements name; each name has a value of each.
_DESCRIBED = ("person", "organization", "concept")
_ATTRIBUTES = ("Type", "Alias", "Notes")


def write_dna(store: Store, filters: Filters, path: Path) -> tuple[int, int]:
    """Write the positions under ``filters`` to a .dna file; return how many were written and left out.

    The file is made new: it must not exist.

    Raises
    ------
    FileExistsError
        There is a file of that name.
    """
    if path.exists():
        raise FileExistsError(17, "there is a file of that name already", str(path))
    rows = query.positions(store, filters)
    taken = rows[rows["stance"].isin(["supportive", "cautious", "opposed"])]
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA foreign_keys = ON")
        for table in dna_tables.statements():
            base.execute(table)
        _fill_frame(base)
        documents = _write_documents(base, store, taken["article_id"].unique().tolist())
        variables = _variables(base)
        entities = _Entities(base)
        for number, row in enumerate(taken.to_dict("records"), start=1):
            kind = 2 if row["stance"] == "cautious" else 1
            base.execute(
                "INSERT INTO STATEMENTS VALUES (?, ?, ?, ?, ?, 1)",
                (number, kind, *_java_places(documents[row["article_id"]], row["start"], row["end"])),
            )
            said = (row["speaker"], row["organisation"], row["target"], row["country"])
            sorts = (TIER_LABELS.get(row["tier"]), None, TARGET_KIND_LABELS.get(row["target_kind"]), None)
            for name, value, sort in zip(_TEXTS, said, sorts, strict=True):
                variable = variables[kind, name]
                base.execute(
                    "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) VALUES (?, ?, ?)",
                    (number, variable, entities.number(variable, _short(value), sort or "")),
                )
            if kind == 1:
                base.execute(
                    "INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?, ?, ?)",
                    (number, variables[1, "agreement"], int(row["stance"] == "supportive")),
                )
    return len(taken), len(rows) - len(taken)


class _Entities:
    """The names in the file, each once for each variable, with the attributes that DNA keeps of it."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._known: dict[tuple[int, str], int] = {}
        found = base.execute("SELECT VariableId, ID, AttributeVariable FROM ATTRIBUTEVARIABLES").fetchall()
        self._attributes: dict[int, list[tuple[int, str]]] = {}
        for variable, ident, name in found:
            self._attributes.setdefault(variable, []).append((ident, name))

    def number(self, variable: int, value: str, sort: str) -> int:
        """Return a name's number; of a new one ``sort`` becomes the attribute "Type"."""
        if (variable, value) not in self._known:
            number = self._known[variable, value] = len(self._known) + 1
            self._base.execute(
                "INSERT INTO ENTITIES (ID, VariableId, Value, Red, Green, Blue) VALUES (?, ?, ?, 0, 0, 0)",
                (number, variable, value),
            )
            self._base.executemany(
                "INSERT INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) "
                "VALUES (?, ?, ?)",
                [
                    (number, ident, sort if value and name == "Type" else "")
                    for ident, name in self._attributes.get(variable, ())
                ],
            )
        return self._known[variable, value]


def _short(value: Any) -> str:
    return clean(value)[: dna_tables.LONGEST] if isinstance(value, str) else ""


def _fill_frame(base: sqlite3.Connection) -> None:
    base.execute(
        "INSERT INTO CODERS (ID, Name, Red, Green, Blue, Password) VALUES (1, 'Admin', 255, 255, 0, ?)",
        (_digest(PASSWORD),),
    )
    settings = zip(("version", "date"), dna_tables.VERSION, strict=True)
    base.executemany("INSERT INTO SETTINGS VALUES (?, ?)", settings)
    base.executemany("INSERT INTO STATEMENTTYPES VALUES (?, ?, ?, ?, ?)", _KINDS)
    for kind, *_ in _KINDS:
        listed = [(name, "short text", kind) for name in _TEXTS]
        listed += [("agreement", "boolean", kind)] if kind == 1 else []
        base.executemany(
            "INSERT INTO VARIABLES (Variable, DataType, StatementTypeId) VALUES (?, ?, ?)", listed
        )
    described = [ident for (_, name), ident in _variables(base).items() if name in _DESCRIBED]
    base.executemany(
        "INSERT INTO ATTRIBUTEVARIABLES (VariableId, AttributeVariable) VALUES (?, ?)",
        [(ident, name) for name in _ATTRIBUTES for ident in described],
    )


def _digest(password: str) -> str:
    """The form in which DNA keeps passwords: 16 bytes of salt, then SHA-256 applied 100,000 times."""
    salt = secrets.token_bytes(16)
    value = salt + password.encode("utf-8")
    for _ in range(100_000):
        value = hashlib.sha256(value).digest()
    return base64.b64encode(salt + value).decode("ascii")


def _variables(base: sqlite3.Connection) -> dict[tuple[int, str], int]:
    found = base.execute("SELECT StatementTypeId, Variable, ID FROM VARIABLES")
    return {(kind, name): ident for kind, name, ident in found}


def _write_documents(
    base: sqlite3.Connection, store: Store, ids: Sequence[str]
) -> dict[str, tuple[int, str]]:
    numbers: dict[str, tuple[int, str]] = {}
    for number, article_id in enumerate(ids, start=1):
        row = query.article(store, article_id).iloc[0]
        day = row["published_on"]
        when = 0 if pd.isna(day) else int(pd.Timestamp(day).tz_localize("UTC").timestamp())
        # Java's text fields drop a carriage return, and all places behind it would shift.
        text = clean(str(row["text"])).replace("\r", " ")
        title = _short(row["title"]) or "Untitled"
        # The id stands in the notes, by which the document is recognised when it comes back.
        notes = f"{_ID}{article_id}\n{row['url'] if isinstance(row['url'], str) else ''}"
        # DNA knows no document without a day: its section says that the day is none.
        section = "undated" if pd.isna(day) else ""
        base.execute(
            "INSERT INTO DOCUMENTS (ID, Title, Text, Coder, Author, Source, Section, Notes, Date) "
            "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)",
            (number, title, text, _short(row["author"]), _short(row["outlet"]), section, clean(notes), when),
        )
        numbers[article_id] = (number, text)
    return numbers


def _java_places(document: tuple[int, str], start: int, end: int) -> tuple[int, int, int]:
    """Return a document's number and a passage's offsets in UTF-16 code units.

    >>> _java_places((7, "a😀b"), 2, 3)
    (7, 3, 4)
    """
    number, text = document
    units = [len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in (start, end)]
    return number, units[0], units[1]


def _python_place(text: str, units: int) -> int:
    """Return an offset in characters for one in UTF-16 code units.

    >>> _python_place("a😀b", 3)
    2
    """
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "replace"))


_ID = "article_id: "


def read_dna(path: Path, store: Store) -> tuple[list[Coded], list[str]]:
    """Return the statements of a .dna file as coded positions, and what could not be read of it.

    A document is found by the id that :func:`write_dna` left in its notes, else by its text.

    Raises
    ------
    ArticleFormatError
        It is no file of DNA 3, or one that would do more than hold data.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            base.row_factory = sqlite3.Row
            _distrust(base)
            return _read(base, store)
    except sqlite3.Error as error:
        raise ArticleFormatError(
            path, [str(error)], "Save it with DNA 3 as a file (SQLite), and try that file."
        ) from error


def _distrust(base: sqlite3.Connection) -> None:
    """Keep a file that somebody made to do harm from doing any: it may hold tables, and only so much work.

    Raises
    ------
    sqlite3.Error
        A view or trigger, with which reading a table runs what the file says, stands in it.
    """
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    began = time.monotonic()
    base.set_progress_handler(lambda: time.monotonic() - began > _SECONDS, 100_000)
    strange = base.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchone()
    if strange[0]:
        raise sqlite3.DatabaseError("holds views or triggers, which a file of DNA does not have")


def _read(base: sqlite3.Connection, store: Store) -> tuple[list[Coded], list[str]]:
    problems: list[str] = []
    documents: dict[int, str] = {}
    hashes = dict(store.connect().execute("SELECT sha256, article_id FROM articles").fetchall())
    for row in base.execute("SELECT ID, Title, Text, Notes FROM DOCUMENTS"):
        noted = row["Notes"].split("\n")[0].removeprefix(_ID) if row["Notes"].startswith(_ID) else ""
        digest = hashlib.sha256(row["Text"].encode("utf-8", "surrogatepass")).hexdigest()
        found = noted if noted and not query.article(store, noted).empty else hashes.get(digest, "")
        if found:
            documents[row["ID"]] = str(found)
        else:
            problems.append(f"document {row['ID']} ({row['Title'][:60]}) is not in the store")
    texts = (
        "SELECT d.StatementId AS s, v.Variable AS name, e.Value AS value FROM DATASHORTTEXT d "
        "JOIN VARIABLES v ON v.ID = d.VariableId JOIN ENTITIES e ON e.ID = d.Entity"
    )
    signs = (
        "SELECT d.StatementId AS s, v.Variable AS name, d.Value AS value FROM DATABOOLEAN d "
        "JOIN VARIABLES v ON v.ID = d.VariableId"
    )
    values: dict[int, dict[str, Any]] = {}
    for statement in (texts, signs):
        for row in base.execute(statement):
            values.setdefault(row["s"], {})[row["name"]] = row["value"]
    coded: list[Coded] = []
    statements = base.execute(
        "SELECT s.ID, s.DocumentId, s.Start, s.Stop, t.Label, c.Name, d.Text FROM STATEMENTS s "
        "JOIN STATEMENTTYPES t ON t.ID = s.StatementTypeId JOIN DOCUMENTS d ON d.ID = s.DocumentId "
        "LEFT JOIN CODERS c ON c.ID = s.Coder ORDER BY s.ID"
    )
    for row in statements:
        said = values.get(row["ID"], {})
        if row["DocumentId"] not in documents:
            continue
        if "concept" not in said or ("agreement" not in said and row["Label"] != CAUTIOUS):
            problems.append(f"statement {row['ID']} ({row['Label']}) has no concept with an agreement")
            continue
        start, stop = (_python_place(row["Text"], row[name]) for name in ("Start", "Stop"))
        stance = "cautious" if row["Label"] == CAUTIOUS else "supportive" if said["agreement"] else "opposed"
        coded.append(
            Coded(
                int(row["ID"]),
                documents[row["DocumentId"]],
                said["concept"],
                stance,
                row["Text"][start:stop],
                start,
                stop,
                speaker=said.get("person") or said.get("organization", ""),
                organisation=said.get("organization", ""),
                country=said.get("country", ""),
                who="" if row["Name"] in (None, "Admin") else f"{row['Name']} (DNA)",
            )
        )
    return coded, problems
