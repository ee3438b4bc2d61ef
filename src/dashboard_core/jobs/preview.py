"""What is in the files of a draft, before anything is kept: a look at the first articles."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dashboard_core.errors import ArticleFormatError
from dashboard_core.jobs.folder import Job, JobFile, write_whole
from dashboard_core.pipeline import Outcome
from dashboard_core.read import (
    ARTICLES,
    MAPPED,
    Header,
    Known,
    Layout,
    SeveralArticles,
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
    "Digest",
    "Preview",
    "columns_for",
    "columns_of",
    "inner_columns",
    "known_columns",
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
class Digest:
    """A file that looks like several articles under headings of their own, or one with such files in it."""

    files: int
    articles: int
    split: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The first articles as they were read, under the names of the uploaded files, and what is wrong so far.

    ``whole`` is about how many there are; ``more`` says that reading stopped before the end, ``late``
    that it did so for the time it took. ``digests`` are those files, by path, in which several articles were
    put together.
    """

    articles: Sequence[Article]
    problems: Sequence[Outcome]
    whole: int
    more: bool
    late: bool = False
    digests: Mapping[str, Digest] = field(default_factory=dict)


def preview(job: Job, *, most: int = _MOST, seconds: float = _SECONDS) -> Preview:
    """Return the first articles of a draft; reading ends after ``most`` articles or ``seconds``."""
    files = {Path(one.path).name: one for one in job.request.files}
    paths = [Path(one.path) for one in job.request.files]
    columns = inner_columns(job.request.files)
    articles: dict[str, Article] = {}
    problems: list[Outcome] = []
    until = time.monotonic() + seconds
    more = late = False
    digests: dict[str, Digest] = {}
    known = known_columns(Store(job.store_path))
    for item in iter_articles(paths, columns=columns, known=known):
        if isinstance(item, ArticleFormatError):
            path, mark, rest = item.path.partition(" > ")
            if isinstance(item, SeveralArticles):
                before = digests.get(path, Digest(0, 0, item.split))
                digests[path] = Digest(before.files + 1, before.articles + item.count, item.split)
                continue
            own = files[Path(path).name].name if Path(path).name in files else path
            reason = f"{'; '.join(item.problems)}. {item.remedy}"
            result = "remark" if item.remark else "failed"
            problems.append(Outcome(own + mark + rest, result, reason=reason))
            continue
        late = time.monotonic() > until
        if len(articles) >= most or late:
            more = True
            break
        own, mark, rest = item.file.partition(" > ")
        shown = (files[own].name if own in files else own) + mark + rest
        articles.setdefault(item.article_id, replace(item, file=shown))
    whole = count_articles(paths, columns=columns) if more else len(articles)
    return Preview(list(articles.values()), problems, max(whole, len(articles)), more, late, digests)


def inner_columns(files: Sequence[JobFile]) -> Callable[[Path], Mapping[str, str] | None]:
    """Return a function that tells the mapping of a file of a job: its own, or that of its folder."""
    columns = {Path(one.path): one.columns for one in files}
    return lambda path: columns.get(path) or columns.get(path.parent)


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
        return dict(given) if given else None
    given = {name: said for name, said in (given or {}).items() if name != ARTICLES}
    header = table_header(path)
    if not given:
        return _remembered(store).get(_signature(header)) if header else None
    if header and set(fields_of(given).values()) <= set(table_layout(path, given).header.names):
        remember_columns(store, header, given)
    return given


def known_columns(store: Store) -> Known:
    """Return a function that tells what was set for tables with these columns, None if nothing was."""
    remembered = _remembered(store)
    return lambda header: remembered.get(_signature(header))


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
