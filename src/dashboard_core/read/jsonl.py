"""JSONL exports: one article a line, its keys mapped as the columns of a table are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from itertools import islice

from dashboard_core.read.columns import COLUMN_FIELDS, fields_of, propose_columns
from dashboard_core.read.encodings import decode
from dashboard_core.read.fields import clean
from dashboard_core.read.parsed import Parses, UnreadableError
from dashboard_core.read.rows import articles_of

__all__ = ["jsonl_header", "parse_jsonl"]

REMEDY_JSONL = (
    "Each line is one JSON object; one of its keys holds the article's text: say which on the Corpus page "
    "(or with "
    "--column text=NAME), or name it text. What is not named here was read."
)
HINT_JSONL = (
    "These lines were read, without what is named. Correct it on the Corpus page, or in the file, with days "
    "as "
    "2026-03-01, and bring it in again."
)
# The keys of so many objects are offered as columns.
_SAMPLE = 200
_MOST_KEYS = 200
_NAME_LENGTH = 100


def jsonl_header(data: bytes) -> list[str]:
    """Return the keys of the first objects, those of objects inside them as ``source.name``.

    Raises
    ------
    UnreadableError
        The file is no text.

    Examples
    --------
    >>> jsonl_header(b'{"title": "Ferries", "source": {"id": 4, "name": "Lake Post"}}')
    ['title', 'source.id', 'source.name']
    """
    found: dict[str, None] = {}
    for _, row in islice(_rows(decode(data, remedy=REMEDY_JSONL)), _SAMPLE):
        if isinstance(row, dict):
            found |= dict.fromkeys(_flat(row))
    return list(found)[:_MOST_KEYS]


def parse_jsonl(data: bytes, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the articles of a JSONL file, one a line, their text as it is; bad lines are listed.

    A file that holds one JSON list of objects is read, too. ``columns`` says which key holds what; by default
    it is proposed from the keys' names.

    Raises
    ------
    UnreadableError
        The file is empty or no text, or no key holds texts.
    """
    header = jsonl_header(data)
    mapping = fields_of(columns)
    if mapping == propose_columns(header):
        mapping = {}  # what is proposed takes keys that come further down, too
    if mapping and (header or "text" not in mapping):
        absent = [f"{f} = {c}" for f, c in mapping.items() if c not in header or f not in COLUMN_FIELDS]
        if absent or "text" not in mapping:
            wrong = f"the column mapping names {', '.join(absent)}" if absent else "no column holds the texts"
            raise UnreadableError(f"{wrong}; {_named(header)}", REMEDY_JSONL)
    else:
        mapping = propose_columns(header)
        for field in COLUMN_FIELDS:
            if field not in mapping and field not in mapping.values():
                mapping[field] = field  # it may come further down
    said: list[tuple[str, dict[str, str]]] = []
    wrong_lines: list[str] = []
    seen: dict[str, str] = {}
    for place, row in _rows(decode(data, remedy=REMEDY_JSONL)):
        try:
            values = _values(row, mapping)
        except ValueError as error:
            wrong_lines.append(f"{place}: {error}")
            continue
        name = clean(values.get("article_id", ""))
        if name and name in seen:
            wrong_lines.append(f"{place}: article_id {name!r} stands in {seen[name]}")
            continue
        seen[name] = place
        said.append((place, values))
    if not said and not wrong_lines:
        raise UnreadableError("the file is empty", REMEDY_JSONL)
    if not said and header and mapping["text"] not in header:
        raise UnreadableError(f"no column holds the texts; {_named(header)}", REMEDY_JSONL)
    articles, remarks = articles_of(said, serial=False)
    remedy, hint = REMEDY_JSONL if wrong_lines else "", HINT_JSONL if remarks else ""
    taken = {field: column for field, column in mapping.items() if column in header}
    return Parses(articles, wrong_lines, remedy, remarks, hint, columns=taken)


def _named(header: list[str]) -> str:
    return f"columns found: {', '.join(header)[:300] or 'none'}"


def _rows(text: str) -> Iterator[tuple[str, object]]:
    """Yield each object with its place; of a line that is no JSON, the error."""
    if text.lstrip()[:1] == "[":
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError):
            whole = []  # Line by line, then: each says what is wrong with it.
        if any(isinstance(row, dict) for row in whole):
            yield from ((f"article {n}", row) for n, row in enumerate(whole, 1))
            return
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                problem = f"is no JSON ({getattr(error, 'msg', 'nested too deeply')})"
                yield f"line {number}", ValueError(problem)


def _flat(row: Mapping[str, object]) -> dict[str, object]:
    """Return the values of an object and of those inside it, one level deep."""
    found: dict[str, object] = {}
    for key, value in islice(row.items(), _MOST_KEYS):
        name = clean(key)[:_NAME_LENGTH]
        if isinstance(value, dict):
            inner = islice(value.items(), _MOST_KEYS)
            found |= {f"{name}.{clean(k)}"[:_NAME_LENGTH]: v for k, v in inner if not isinstance(v, dict)}
        else:
            found[name] = value
    return found


def _values(row: object, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each field of a line; ValueError if it holds no article."""
    if isinstance(row, ValueError):
        raise row
    if not isinstance(row, dict):
        raise ValueError("is no JSON object")
    flat = _flat(row)
    values = {}
    for field, column in mapping.items():
        value = flat.get(column)
        if value is None:
            # Some lines of a file have {"body": {"text": ...}} where others have {"body": ...}.
            inner = (f"{column}.{name}" for name in ("text", "name", "content", "value", "rendered"))
            others = [column.rpartition(".")[0], *inner]
            value = next((flat[name] for name in others if isinstance(flat.get(name), str)), None)
        if field == "text" and value is not None and not isinstance(value, str | list):
            raise ValueError(f"{column} is a {type(value).__name__}, not a string")
        said = _said(value, "\n\n" if field == "text" else ", ")
        # "\\ud83d" without its other half is no character: no file and no page could hold it.
        if any("\ud800" <= c <= "\udfff" for c in said):
            said = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        values[field] = said
    if not values["text"].strip():
        raise ValueError("has no text")
    if "\x00" in values["text"]:
        raise ValueError("text holds NUL characters")
    return values


def _said(value: object, between: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.0f}" if float(value).is_integer() else str(value)
    if isinstance(value, list):
        # [{"name": "Ada Berg"}, ...] says who as ["Ada Berg", ...] does.
        named = (one.get("name") if isinstance(one, dict) else one for one in value[:500])
        return between.join(said for one in named if (said := _said(one, between)))
    return ""
