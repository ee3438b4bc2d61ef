"""What is in the files of a draft, before anything is kept: a look at the first articles."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard_core.errors import ArticleFormatError
from dashboard_core.jobs.folder import Job, write_whole
from dashboard_core.pipeline import Outcome
from dashboard_core.read import (
    MAPPED,
    Header,
    Layout,
    count_articles,
    fields_of,
    iter_articles,
    propose_columns,
    read_layout,
    suffix_of,
)
from dashboard_core.records import Article
from dashboard_core.store import Store

__all__ = [
    "Preview",
    "columns_for",
    "columns_of",
    "preview",
    "remember_columns",
    "table_header",
    "table_layout",
]

_REMEMBERED = "columns.json"
# A person corrects a screenful; what comes after it can be corrected once it is saved.
_MOST = 25
_SECONDS = 20.0
# Table after table of new exports: the oldest mappings make room.
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """The first articles as they were read, under the names of the uploaded files, and what is wrong so far.

    ``whole`` is about how many there are; ``more`` says that reading stopped before the end.
    """

    articles: Sequence[Article]
    problems: Sequence[Outcome]
    whole: int
    more: bool


def preview(job: Job, *, most: int = _MOST, seconds: float = _SECONDS) -> Preview:
    """Return the first articles of a draft; reading ends after ``most`` articles or ``seconds``."""
    files = {Path(one.path).name: one for one in job.request.files}
    paths = [Path(one.path) for one in job.request.files]
    columns = {Path(one.path): one.columns for one in job.request.files}
    articles: dict[str, Article] = {}
    problems: list[Outcome] = []
    until = time.monotonic() + seconds
    more = False
    for item in iter_articles(paths, columns=columns.get):
        if isinstance(item, ArticleFormatError):
            path, mark, rest = item.path.partition(" > ")
            own = files[Path(path).name].name if Path(path).name in files else path
            reason = f"{'; '.join(item.problems)}. {item.remedy}"
            result = "remark" if item.remark else "failed"
            problems.append(Outcome(own + mark + rest, result, reason=reason))
            continue
        if len(articles) >= most or time.monotonic() > until:
            more = True
            break
        own, mark, rest = item.file.partition(" > ")
        shown = (files[own].name if own in files else own) + mark + rest
        articles.setdefault(item.article_id, replace(item, file=shown))
    whole = count_articles(paths, columns=columns.get) if more else len(articles)
    return Preview(list(articles.values()), problems, max(whole, len(articles)), more)


def table_layout(path: str, columns: Mapping[str, str] | None = None) -> Layout:
    """Return where a table or a JSONL file begins, and its columns, as ``columns`` says or as it seems.

    What cannot be read has no columns: reading it names the reason.
    """
    if suffix_of(path) not in MAPPED:
        return Layout(Header())
    try:
        return read_layout(path, columns)
    except ArticleFormatError:
        return Layout(Header())


def table_header(path: str) -> list[str]:
    """Return the column names of a table; none if it cannot be read."""
    return list(table_layout(path).header.names)


def columns_for(store: Store, header: Sequence[str]) -> dict[str, str]:
    """Return which column holds what: as it was set for the same header before, else as it is proposed."""
    return _remembered(store).get(_signature(header)) or propose_columns(header)


def columns_of(store: Store, path: str, given: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """Return the mapping of a file: as ``given``, else as set for files with the same columns; None proposes.

    What is given is remembered, if it fits.
    """
    if suffix_of(path) not in MAPPED:
        return None
    header = table_header(path)
    if not given:
        return _remembered(store).get(_signature(header)) if header else None
    if header and set(fields_of(given).values()) <= set(table_layout(path, given).header.names):
        remember_columns(store, header, given)
    return dict(given)


def remember_columns(store: Store, header: Sequence[str], columns: Mapping[str, str]) -> None:
    """Keep what was set for tables whose own header, as it is found, is this one."""
    known = _remembered(store)
    known.pop(_signature(header), None)
    known[_signature(header)] = dict(columns)
    kept = dict(list(known.items())[-_KEPT:])
    write_whole(store.path / _REMEMBERED, json.dumps(kept, ensure_ascii=False, indent=1))


def _remembered(store: Store) -> dict[str, dict[str, str]]:
    path = store.path / _REMEMBERED
    if not path.is_file():
        return {}
    try:
        known = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}  # A convenience: a damaged file only means that columns are proposed anew.
    return known if isinstance(known, dict) else {}


def _signature(header: Sequence[str]) -> str:
    return "\x1f".join(header)
