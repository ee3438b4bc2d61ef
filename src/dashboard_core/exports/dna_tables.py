"""The tables of a file of Discourse Network Analyzer, as its versions 3.0 and 3.1 make and read them.

Compared with version 3.1.1 (June 2026), which makes the same tables as 3.0 and opens its files. DNA asks for
columns by name, so a file that lacks one is not opened; it deletes along foreign keys; and it makes no name
longer than :data:`LONGEST`.
"""

from __future__ import annotations

from typing import Final

__all__ = ["LONGEST", "TABLES", "VERSION", "statements"]

LONGEST: Final = 190
# What stands in SETTINGS: the version whose tables these are, and its day.
VERSION: Final = ("3.0.11", "2023-12-03")
_KEY: Final = "ID INTEGER NOT NULL PRIMARY KEY"


def _name(column: str, *, empty: bool = False) -> str:
    default = " DEFAULT ''" if empty else ""
    return f"{column} TEXT NOT NULL{default} CHECK (length({column}) <= {LONGEST})"


def _between(column: str, low: int, high: int, default: int | None = None, *, needed: bool = True) -> str:
    known = "" if default is None else f" DEFAULT {default}"
    return f"{column} INTEGER{' NOT NULL' if needed else ''}{known} CHECK ({column} BETWEEN {low} AND {high})"


def _colour(*, needed: bool = True) -> tuple[str, ...]:
    default = 0 if needed else None
    return tuple(_between(part, 0, 255, default, needed=needed) for part in ("Red", "Green", "Blue"))


def _flags(default: int, *columns: str) -> tuple[str, ...]:
    return tuple(_between(column, 0, 1, default) for column in columns)


def _of(column: str, table: str, *, needed: bool = False, more: str = "") -> str:
    return f"{column} INTEGER{' NOT NULL' if needed else ''}{more} REFERENCES {table}(ID) ON DELETE CASCADE"


def _data(value: str) -> tuple[str, ...]:
    """A table of values, one for each statement and variable."""
    owners = (_of("StatementId", "STATEMENTS", needed=True), _of("VariableId", "VARIABLES", needed=True))
    return (_KEY, *owners, value, "UNIQUE (StatementId, VariableId)")


_RIGHTS: Final = (
    *("AddDocuments", "EditDocuments", "DeleteDocuments", "ImportDocuments", "AddStatements"),
    *("EditStatements", "DeleteStatements", "EditAttributes", "EditRegex", "EditStatementTypes"),
    *("EditCoders", "EditCoderRelations", "ViewOthersDocuments", "EditOthersDocuments"),
    *("ViewOthersStatements", "EditOthersStatements"),
)
_KINDS: Final = "'boolean', 'integer', 'long text', 'short text'"
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "SETTINGS": ("Property TEXT PRIMARY KEY", "Value TEXT NOT NULL"),
    "CODERS": (
        _KEY,
        _name("Name"),
        *_colour(),
        _between("Refresh", 0, 9999, 0),
        _between("FontSize", 1, 99, 14),
        _name("Password"),
        _between("PopupWidth", 100, 9999, 300, needed=False),
        *_flags(0, "ColorByCoder", "PopupDecoration"),
        *_flags(1, "PopupAutoComplete", *(f"Permission{right}" for right in _RIGHTS)),
    ),
    "DOCUMENTS": (
        _KEY,
        _name("Title"),
        "Text TEXT NOT NULL",
        _of("Coder", "CODERS"),
        *(_name(column, empty=True) for column in ("Author", "Source", "Section")),
        "Notes TEXT NOT NULL DEFAULT ''",
        _name("Type", empty=True),
        "Date INTEGER NOT NULL",
    ),
    "STATEMENTTYPES": (_KEY, _name("Label"), *_colour()),
    "VARIABLES": (
        _KEY,
        _name("Variable"),
        f"DataType TEXT NOT NULL DEFAULT 'short text' CHECK (DataType IN ({_KINDS}))",
        _of("StatementTypeId", "STATEMENTTYPES"),
        "UNIQUE (Variable, StatementTypeId)",
    ),
    "VARIABLELINKS": (
        _KEY,
        _of("SourceVariableId", "VARIABLES"),
        _of("TargetVariableId", "VARIABLES"),
        "CHECK (SourceVariableId <> TargetVariableId)",
    ),
    "REGEXES": (f"Label TEXT PRIMARY KEY CHECK (length(Label) <= {LONGEST})", *_colour()),
    "CODERRELATIONS": (
        _KEY,
        _of("Coder", "CODERS", more=" CHECK (Coder > 0)"),
        _of("OtherCoder", "CODERS", more=" CHECK (OtherCoder > 0)"),
        *_flags(1, "viewStatements", "editStatements", "viewDocuments", "editDocuments"),
        "CHECK (Coder <> OtherCoder)",
    ),
    "STATEMENTS": (
        _KEY,
        _of("StatementTypeId", "STATEMENTTYPES"),
        _of("DocumentId", "DOCUMENTS"),
        "Start INTEGER NOT NULL CHECK (Start >= 0)",
        "Stop INTEGER NOT NULL CHECK (Stop >= 0)",
        _of("Coder", "CODERS"),
        "CHECK (Start < Stop)",
    ),
    "DATABOOLEAN": _data("Value INTEGER NOT NULL DEFAULT 1"),
    "DATAINTEGER": _data("Value INTEGER NOT NULL DEFAULT 0"),
    "ENTITIES": (
        _KEY,
        _of("VariableId", "VARIABLES", needed=True),
        _name("Value", empty=True),
        *_colour(needed=False),
        _of("ChildOf", "ENTITIES", more=" CHECK (ChildOf > 0)"),
        "UNIQUE (VariableId, Value)",
    ),
    "DATASHORTTEXT": _data(_of("Entity", "ENTITIES", needed=True)),
    "DATALONGTEXT": _data("Value TEXT DEFAULT ''"),
    "ATTRIBUTEVARIABLES": (
        _KEY,
        _of("VariableId", "VARIABLES", needed=True),
        _name("AttributeVariable"),
        "UNIQUE (VariableId, AttributeVariable)",
    ),
    "ATTRIBUTEVALUES": (
        _KEY,
        _of("EntityId", "ENTITIES", needed=True),
        _of("AttributeVariableId", "ATTRIBUTEVARIABLES", needed=True),
        _name("AttributeValue", empty=True),
        "UNIQUE (EntityId, AttributeVariableId)",
    ),
}


def statements() -> list[str]:
    """Return the statements that make the tables, each after those it refers to.

    >>> statements()[0]
    'CREATE TABLE SETTINGS (Property TEXT PRIMARY KEY, Value TEXT NOT NULL)'
    """
    return [f"CREATE TABLE {name} ({', '.join(parts)})" for name, parts in TABLES.items()]
