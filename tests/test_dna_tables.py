"""The tables of a .dna file, stated as Discourse Network Analyzer 3.1.1 makes them, against those we write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dashboard_core import query
from dashboard_core.exports import dna
from dashboard_core.query import Filters
from dashboard_core.store import Store
from factories import Said, said

RIGHTS = (
    "AddDocuments EditDocuments DeleteDocuments ImportDocuments AddStatements EditStatements DeleteStatements "
    "EditAttributes EditRegex EditStatementTypes EditCoders EditCoderRelations ViewOthersDocuments "
    "EditOthersDocuments ViewOthersStatements EditOthersStatements"
)
DATA = "ID! StatementId! VariableId!"
# Columns in their order; "!" is never missing, "=" gives the default.
COLUMNS = {
    "SETTINGS": "Property Value!",
    "CODERS": "ID! Name! Red!=0 Green!=0 Blue!=0 Refresh!=0 FontSize!=14 Password! PopupWidth=300 "
    "ColorByCoder!=0 PopupDecoration!=0 PopupAutoComplete!=1 "
    + " ".join(f"Permission{right}!=1" for right in RIGHTS.split()),
    "DOCUMENTS": "ID! Title! Text! Coder Author!='' Source!='' Section!='' Notes!='' Type!='' Date!",
    "STATEMENTTYPES": "ID! Label! Red!=0 Green!=0 Blue!=0",
    "VARIABLES": "ID! Variable! DataType!='short text' StatementTypeId",
    "VARIABLELINKS": "ID! SourceVariableId TargetVariableId",
    "REGEXES": "Label Red!=0 Green!=0 Blue!=0",
    "CODERRELATIONS": "ID! Coder OtherCoder viewStatements!=1 editStatements!=1 viewDocuments!=1 "
    "editDocuments!=1",
    "STATEMENTS": "ID! StatementTypeId DocumentId Start! Stop! Coder",
    "DATABOOLEAN": f"{DATA} Value!=1",
    "DATAINTEGER": f"{DATA} Value!=0",
    "ENTITIES": "ID! VariableId! Value!='' Red Green Blue ChildOf",
    "DATASHORTTEXT": f"{DATA} Entity!",
    "DATALONGTEXT": f"{DATA} Value=''",
    "ATTRIBUTEVARIABLES": "ID! VariableId! AttributeVariable!",
    "ATTRIBUTEVALUES": "ID! EntityId! AttributeVariableId! AttributeValue!=''",
}
# column -> the table whose row it belongs to; with that row it is deleted.
OWNERS = {
    "DOCUMENTS": {"Coder": "CODERS"},
    "VARIABLES": {"StatementTypeId": "STATEMENTTYPES"},
    "VARIABLELINKS": {"SourceVariableId": "VARIABLES", "TargetVariableId": "VARIABLES"},
    "CODERRELATIONS": {"Coder": "CODERS", "OtherCoder": "CODERS"},
    "STATEMENTS": {"StatementTypeId": "STATEMENTTYPES", "DocumentId": "DOCUMENTS", "Coder": "CODERS"},
    "DATABOOLEAN": {"StatementId": "STATEMENTS", "VariableId": "VARIABLES"},
    "DATAINTEGER": {"StatementId": "STATEMENTS", "VariableId": "VARIABLES"},
    "ENTITIES": {"VariableId": "VARIABLES", "ChildOf": "ENTITIES"},
    "DATASHORTTEXT": {"StatementId": "STATEMENTS", "VariableId": "VARIABLES", "Entity": "ENTITIES"},
    "DATALONGTEXT": {"StatementId": "STATEMENTS", "VariableId": "VARIABLES"},
    "ATTRIBUTEVARIABLES": {"VariableId": "VARIABLES"},
    "ATTRIBUTEVALUES": {"EntityId": "ENTITIES", "AttributeVariableId": "ATTRIBUTEVARIABLES"},
}
UNIQUE = {
    "VARIABLES": "Variable StatementTypeId",
    "ENTITIES": "VariableId Value",
    "DATABOOLEAN": "StatementId VariableId",
    "DATAINTEGER": "StatementId VariableId",
    "DATASHORTTEXT": "StatementId VariableId",
    "DATALONGTEXT": "StatementId VariableId",
    "ATTRIBUTEVARIABLES": "VariableId AttributeVariable",
    "ATTRIBUTEVALUES": "EntityId AttributeVariableId",
}
REFUSED = (
    "UPDATE DOCUMENTS SET Title = printf('%.*c', 191, 'x')",
    "UPDATE ENTITIES SET Value = printf('%.*c', 191, 'x')",
    "UPDATE ATTRIBUTEVALUES SET AttributeValue = printf('%.*c', 191, 'x')",
    "UPDATE STATEMENTTYPES SET Red = 256",
    "UPDATE CODERS SET FontSize = 100",
    "UPDATE CODERS SET PermissionEditCoders = 2",
    "UPDATE VARIABLES SET DataType = 'number'",
    "UPDATE STATEMENTS SET Stop = Start",
    "UPDATE STATEMENTS SET DocumentId = 99",
    "INSERT INTO VARIABLELINKS (SourceVariableId, TargetVariableId) VALUES (1, 1)",
    "INSERT INTO CODERRELATIONS (Coder, OtherCoder) VALUES (1, 1)",
)
LONG = "Institute " * 30
TEXT = "a road 😀\r\nfor\x0ball \x00 who\r\nwant it"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    rows = (
        Said(
            "Aydar Abylov",
            (("road", "supportive"), ("rail", "cautious")),
            "KGZ",
            LONG,
            article="x",
            text=TEXT,
        ),
        Said("Leyla Karasu", (("road", "opposed"),), "TUR", article="y", on=None, text="no road"),
    )
    made.append(said(rows))
    return made


@pytest.fixture
def base(store: Store, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    dna.write_dna(store, Filters(), tmp_path / "out.dna")
    with closing(sqlite3.connect(tmp_path / "out.dna")) as opened:
        opened.execute("PRAGMA foreign_keys = ON")  # as DNA opens it
        yield opened


def test_there_are_these_tables_and_no_others(base: sqlite3.Connection) -> None:
    found = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert found == set(COLUMNS)


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_owners_and_what_is_unique(base: sqlite3.Connection, table: str) -> None:
    told = [
        f"{name}{'!' if needed else ''}{'' if default is None else f'={default}'}"
        for _, name, _, needed, default, _ in base.execute(f"PRAGMA table_info({table})")
    ]
    assert " ".join(told) == COLUMNS[table]
    owners = base.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    assert {row[3]: row[2] for row in owners} == OWNERS.get(table, {})
    assert {row[4] for row in owners} <= {"ID"} and {row[6] for row in owners} <= {"CASCADE"}
    own = [row[1] for row in base.execute(f"PRAGMA index_list({table})") if row[3] == "u"]
    columns = [" ".join(row[2] for row in base.execute(f"PRAGMA index_info({name})")) for name in own]
    assert columns == ([UNIQUE[table]] if table in UNIQUE else [])


@pytest.mark.parametrize("statement", REFUSED)
def test_what_dna_does_not_hold_is_refused(base: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(statement)


def test_the_rows_that_dna_looks_for(base: sqlite3.Connection) -> None:
    settings = dict(base.execute("SELECT Property, Value FROM SETTINGS"))
    assert settings["version"].startswith("3.0") and settings["date"]
    coder = base.execute(f"SELECT Name, {', '.join(f'Permission{r}' for r in RIGHTS.split())} FROM CODERS")
    assert coder.fetchall() == [("Admin", *[1] * 16)]
    kinds = base.execute(
        "SELECT t.Label, v.Variable, v.DataType FROM VARIABLES v JOIN STATEMENTTYPES t "
        "ON t.ID = v.StatementTypeId ORDER BY v.ID"
    ).fetchall()
    plain = [(name, kind) for label, name, kind in kinds if label == "DNA Statement"]
    assert plain == [
        *[(name, "short text") for name in ("person", "organization", "concept", "country")],
        ("agreement", "boolean"),
    ]
    for statement in ("PRAGMA foreign_key_check", "SELECT 1 FROM ENTITIES WHERE Red IS NULL"):
        assert base.execute(statement).fetchall() == []
    # Each statement has a value of each variable of its type, each name one of each attribute.
    lacking = base.execute(
        "SELECT s.ID, v.Variable FROM STATEMENTS s JOIN VARIABLES v ON v.StatementTypeId = s.StatementTypeId "
        "WHERE NOT EXISTS (SELECT 1 FROM DATASHORTTEXT d WHERE d.StatementId = s.ID AND d.VariableId = v.ID) "
        "AND NOT EXISTS (SELECT 1 FROM DATABOOLEAN d WHERE d.StatementId = s.ID AND d.VariableId = v.ID) "
        "UNION ALL SELECT e.ID, a.AttributeVariable FROM ENTITIES e JOIN ATTRIBUTEVARIABLES a "
        "ON a.VariableId = e.VariableId WHERE NOT EXISTS (SELECT 1 FROM ATTRIBUTEVALUES x "
        "WHERE x.EntityId = e.ID AND x.AttributeVariableId = a.ID)"
    )
    assert lacking.fetchall() == []
    sorts = base.execute(
        "SELECT DISTINCT e.Value, x.AttributeValue FROM ATTRIBUTEVALUES x JOIN ENTITIES e ON e.ID = x.EntityId "
        "JOIN ATTRIBUTEVARIABLES a ON a.ID = x.AttributeVariableId JOIN VARIABLES v ON v.ID = e.VariableId "
        "WHERE a.AttributeVariable = 'Type' AND v.Variable = 'concept' ORDER BY 1"
    )
    assert sorts.fetchall() == [("Rail", "Proposal"), ("Road", "Proposal")]


def test_a_document_that_is_deleted_takes_its_statements_along(base: sqlite3.Connection) -> None:
    base.execute("DELETE FROM DOCUMENTS")
    assert base.execute("SELECT count(*) FROM DATASHORTTEXT").fetchone() == (0,)


def test_texts_keep_their_places_without_what_java_or_sqlite_would_drop(
    base: sqlite3.Connection, store: Store, tmp_path: Path
) -> None:
    documents = base.execute("SELECT Section, Text FROM DOCUMENTS ORDER BY Section").fetchall()
    assert [section for section, _ in documents] == ["", "undated"]
    assert not {"\r", "\x00", "\x0b"} & set(documents[0][1])
    coded, problems = dna.read_dna(tmp_path / "out.dna", store)
    assert problems == [] and len(coded) == 3
    whole = query.article(store, "x")["text"][0]
    assert "want it" in whole[coded[0].start : coded[0].end]
    names = base.execute("SELECT max(length(Value)) FROM ENTITIES").fetchone()
    assert names == (190,)
