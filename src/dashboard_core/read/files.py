"""Text files and JSONL files become articles."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read.body import find_body, find_title, mask
from dashboard_core.read.language import find_language
from dashboard_core.records import Article, stable_id

__all__ = ["ReadResult", "SidecarRow", "load_sidecar", "read_articles"]

MAX_BYTES = 50_000_000
_FIELDS = ("article_id", "title", "outlet", "url", "author", "published_on", "text")
_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_DATE = re.compile(
    r"\b(?:(?P<d>\d{1,2})\s+(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>\d{4})"
    r"|(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2}),?\s+(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))\b"
)
_REMEDY_TEXT = "Save the article as UTF-8 plain text (.txt) or as JSONL with a text field, and try again."
_REMEDY_JSONL = (
    "Each line is one JSON object with a text, and optionally article_id, title, outlet, "
    "url (http or https), author and published_on (YYYY-MM-DD). The other lines were read."
)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The articles that could be read, and one error for each file that could not, or not wholly."""

    articles: list[Article]
    problems: list[ArticleFormatError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SidecarRow:
    """What ``articles.csv`` beside the files says of one of them; an empty string says nothing."""

    title: str = ""
    outlet: str = ""
    url: str = ""
    author: str = ""
    published_on: date | None = None


def read_articles(paths: Iterable[str | Path], *, now: datetime | None = None) -> ReadResult:
    """Return the articles in text and JSONL files; a file that cannot be read never stops the others.

    A ``.txt`` or ``.md`` file holds one article. Its headline and date are looked for above the body; an
    ``articles.csv`` beside it (columns file, title, outlet, url, author, published_on) has the last word.
    A ``.jsonl`` file holds one article a line, taken as it is, so that offsets match the input.

    Parameters
    ----------
    paths : iterable of path
        Files, or folders of such files.
    now : datetime, optional
        Stamped as ``added_at``; the present by default.

    Returns
    -------
    ReadResult
        Articles in the order of the files, each once; and the problems, by file and line.
    """
    stamp = now or datetime.now(UTC)
    articles: dict[str, Article] = {}
    problems: list[ArticleFormatError] = []
    sidecars: dict[Path, Mapping[str, SidecarRow]] = {}
    for path in _files(paths, problems):
        try:
            if path.suffix.lower() == ".jsonl":
                found = _read_jsonl(path, stamp, problems)
            else:
                if path.parent not in sidecars:
                    sidecars[path.parent] = load_sidecar(path.parent / "articles.csv", problems)
                found = [_read_text(path, stamp, sidecars[path.parent].get(path.name, SidecarRow()))]
        except ArticleFormatError as error:
            problems.append(error)
            continue
        for article in found:
            articles.setdefault(article.article_id, article)
    return ReadResult(list(articles.values()), problems)


def _files(paths: Iterable[str | Path], problems: list[ArticleFormatError]) -> Iterator[Path]:
    known = {".txt", ".md", ".jsonl"}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in known and p.is_file())
            inside = [p for p in inside if p.stem.upper() not in {"README", "LICENSE", "NOTICE"}]
            if not inside:
                problems.append(ArticleFormatError(path, ["no .txt, .md or .jsonl file in it"], _REMEDY_TEXT))
            yield from inside
        elif not path.is_file():
            problems.append(ArticleFormatError(path, ["there is no such file"], "Check the path."))
        elif path.suffix.lower() not in known:
            problem = f"files of type {path.suffix or '(none)'} are not read"
            problems.append(ArticleFormatError(path, [problem], _REMEDY_TEXT))
        else:
            yield path


def _load_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 1e6:.0f} MB"
            raise ArticleFormatError(
                path,
                [f"the file is {size}; the limit is {MAX_BYTES // 1_000_000} MB"],
                "Split it and try again.",
            )
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ArticleFormatError(path, [f"cannot be opened: {reason}"], "Check its permissions.") from error


def _decode(path: Path, data: bytes) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArticleFormatError(path, ["holds NUL bytes: this is no text file"], _REMEDY_TEXT)
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        # English with a few curly quotes or accents: the Western code page. Statistics on so few bytes
        # beyond ASCII go wrong ("M\u00b3ller" for "M\u00fcller").
        if sum(byte > 127 for byte in data) < len(data) / 10:
            try:
                return data.decode("cp1252")
            except UnicodeDecodeError:
                return str(from_bytes(data).best() or data.decode("latin-1"))
        best = from_bytes(data).best()
        if best is None:
            raise ArticleFormatError(path, ["its encoding cannot be told"], _REMEDY_TEXT) from None
        return str(best)


def _read_text(path: Path, stamp: datetime, said: SidecarRow) -> Article:
    text = _decode(path, _load_bytes(path)).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ArticleFormatError(path, ["the file is empty"], _REMEDY_TEXT)
    body = find_body(text)
    if not body:
        raise ArticleFormatError(path, ["no sentence in it, only labels or links"], _REMEDY_TEXT)
    article = _article(text, file=path.name, added_at=stamp)
    return replace(
        article,
        title=said.title or find_title(text, body),
        outlet=said.outlet,
        url=said.url,
        author=said.author,
        published_on=said.published_on or _find_date(text[: body[0].start]),
    )


def _article(text: str, *, file: str, added_at: datetime, article_id: str = "") -> Article:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    body = find_body(text)
    return Article(
        article_id=article_id or stable_id("a", digest),
        title="",
        text=text,
        language=find_language(mask(text, body)),
        sha256=digest,
        added_at=added_at,
        file=file,
    )


def _find_date(header: str) -> date | None:
    """Return the one date that stands above the body, or None when there are several or none."""
    found: set[date] = set()
    for match in _DATE.finditer(header):
        parts = match.groupdict()
        day = parts["d"] or parts["d2"] or parts["d3"]
        year = parts["y"] or parts["y2"] or parts["y3"]
        month = parts["m3"] or _month(parts["m"] or parts["m2"] or "")
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue  # "Room 12 2024" or 31 February is no date, and says nothing.
    return found.pop() if len(found) == 1 else None


def _month(name: str) -> int:
    matches = [n for n, month in enumerate(_MONTHS, 1) if len(name) >= 3 and month.startswith(name.lower())]
    return matches[0] if matches else 0


def _read_jsonl(path: Path, stamp: datetime, problems: list[ArticleFormatError]) -> list[Article]:
    articles: list[Article] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(io.StringIO(_decode(path, _load_bytes(path)), newline="\n"), 1):
        if not line.strip():
            continue
        try:
            article = _jsonl_article(line, path.name, stamp)
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
            continue
        if article.article_id in seen:
            wrong.append(
                f"line {number}: article_id {article.article_id!r} stands in line {seen[article.article_id]}"
            )
            continue
        seen[article.article_id] = number
        articles.append(article)
    if wrong:
        problems.append(ArticleFormatError(path, wrong, _REMEDY_JSONL))
    elif not articles:
        problems.append(ArticleFormatError(path, ["the file is empty"], _REMEDY_JSONL))
    return articles


def _jsonl_article(line: str, file: str, stamp: datetime) -> Article:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is no JSON ({getattr(error, 'msg', 'nested too deeply')})") from error
    if not isinstance(row, dict):
        raise ValueError("is no JSON object")
    values: dict[str, str] = {}
    for name in _FIELDS:
        value = row.get(name)
        if value is None:
            values[name] = ""
        elif isinstance(value, str) or (name == "article_id" and isinstance(value, int)):
            values[name] = str(value)
        else:
            raise ValueError(f"{name} is a {type(value).__name__}, not a string")
    if not values["text"].strip():
        raise ValueError("has no text")
    values = {k: v if k == "text" else _clean(v) for k, v in values.items()}
    article = _article(values["text"], file=file, added_at=stamp, article_id=values["article_id"].strip())
    return replace(
        article,
        title=values["title"].strip(),
        outlet=values["outlet"].strip(),
        url=_url(values["url"]),
        author=values["author"].strip(),
        published_on=_iso_date(values["published_on"]),
    )


def _clean(value: str) -> str:
    """Return metadata without control characters, which no spreadsheet or page can show."""
    return "".join(c if c.isprintable() else " " for c in value)


def _url(value: str) -> str:
    value = value.strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError as error:
        raise ValueError(f"url {value[:80]!r} is no web address") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"url {value[:80]!r} is no http or https address")
    return value


def _iso_date(value: str) -> date | None:
    value = value.strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(f"published_on {value[:40]!r} is no date of the form YYYY-MM-DD") from None


def load_sidecar(path: Path, problems: list[ArticleFormatError] | None = None) -> dict[str, SidecarRow]:
    """Return what an ``articles.csv`` says of the text files beside it, by file name.

    Bad lines are left out and listed in ``problems``; a missing file says nothing.
    """
    if not path.is_file():
        return {}
    found: dict[str, SidecarRow] = {}
    wrong: list[str] = []
    rows = csv.DictReader(io.StringIO(_decode(path, _load_bytes(path)), newline=""))
    if "file" not in (rows.fieldnames or []):
        wrong.append("line 1: there is no column named file")
    else:
        for row in rows:
            cells = {
                k: (v or "").strip() for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)
            }
            try:
                found[cells["file"]] = SidecarRow(
                    title=_clean(cells.get("title", "")),
                    outlet=_clean(cells.get("outlet", "")),
                    url=_url(cells.get("url", "")),
                    author=_clean(cells.get("author", "")),
                    published_on=_iso_date(cells.get("published_on", "")),
                )
            except ValueError as error:
                wrong.append(f"line {rows.line_num}: {error}")
    if wrong and problems is not None:
        remedy = (
            "Columns: file, title, outlet, url, author, published_on (YYYY-MM-DD). Other lines were used."
        )
        problems.append(ArticleFormatError(path, wrong, remedy))
    return found
