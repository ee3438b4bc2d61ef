"""``articles.csv`` beside text files: what their names, dates and addresses are."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read.encodings import decode
from dashboard_core.read.fields import clean, parse_iso_date, parse_url
from dashboard_core.read.parsed import Parsed, UnreadableError

__all__ = ["SIDECAR", "SidecarRow", "apply_sidecar", "load_sidecar", "parse_sidecar"]

SIDECAR = "articles.csv"
REMEDY = "Columns: file, title, outlet, url, author, published_on (YYYY-MM-DD). Other lines were used."


@dataclass(frozen=True, slots=True)
class SidecarRow:
    """What ``articles.csv`` beside the files says of one of them; an empty string says nothing."""

    title: str = ""
    outlet: str = ""
    url: str = ""
    author: str = ""
    published_on: date | None = None


def parse_sidecar(data: bytes) -> tuple[dict[str, SidecarRow], list[str]]:
    """Return what the table says, by file name, and the lines that cannot be used.

    >>> rows, wrong = parse_sidecar(b"file,outlet\\na.html,The Lake Herald\\n")
    >>> rows["a.html"].outlet, wrong
    ('The Lake Herald', [])
    """
    found: dict[str, SidecarRow] = {}
    wrong: list[str] = []
    rows = csv.DictReader(io.StringIO(decode(data), newline=""))
    if "file" not in (rows.fieldnames or []):
        return {}, ["line 1: there is no column named file"]
    for row in rows:
        cells = {
            k: (v or "").strip() for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)
        }
        try:
            found[cells["file"]] = SidecarRow(
                title=clean(cells.get("title", "")),
                outlet=clean(cells.get("outlet", "")),
                url=parse_url(cells.get("url", "")),
                author=clean(cells.get("author", "")),
                published_on=parse_iso_date(cells.get("published_on", "")),
            )
        except ValueError as error:
            wrong.append(f"line {rows.line_num}: {error}")
    return found, wrong


def load_sidecar(path: Path, problems: list[ArticleFormatError] | None = None) -> dict[str, SidecarRow]:
    """Return what an ``articles.csv`` says of the files beside it, by file name.

    Bad lines are left out and listed in ``problems``; a missing file says nothing.
    """
    if not path.is_file():
        return {}
    try:
        found, wrong = parse_sidecar(path.read_bytes())
    except (UnreadableError, csv.Error, OSError) as error:
        found, wrong = {}, [str(error)]
    if wrong and problems is not None:
        problems.append(ArticleFormatError(path, wrong, REMEDY))
    return found


def apply_sidecar(articles: Sequence[Parsed], said: SidecarRow | None) -> list[Parsed]:
    """Return the articles with what the table says in place of what was found in them."""
    if said is None:
        return list(articles)
    known = {
        name: getattr(said, name) for name in ("title", "outlet", "url", "author") if getattr(said, name)
    }
    if said.published_on:
        known["published_on"] = said.published_on.isoformat()
    return [replace(article, **known) for article in articles]
