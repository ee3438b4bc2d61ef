"""Bytes become text, and text files and JSONL files become articles."""

from __future__ import annotations

import io
import json
import re

from dashboard_core.read.body import find_body, find_title
from dashboard_core.read.fields import (
    INVISIBLE,
    clean,
    dateline_day,
    dates_in,
    find_byline,
    parse_iso_date,
    parse_url,
)
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError

__all__ = ["declared_encoding", "decode", "headline", "parse_jsonl", "parse_text", "tidy_text"]

REMEDY_TEXT = "Save the article as UTF-8 plain text (.txt) or as JSONL with a text field, and try again."
REMEDY_JSONL = (
    "Each line is one JSON object with a text, and optionally article_id, title, outlet, "
    "url (http or https), author and published_on (YYYY-MM-DD). The other lines were read."
)
_FIELDS = ("article_id", "title", "outlet", "url", "author", "published_on", "text")
_UTF8_BOM = b"\xef\xbb\xbf"
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
# Bytes that are no UTF-8, as the error handler "surrogateescape" leaves them.
_STRAY = re.compile(r"[\udc80-\udcff]+")
# So many places are damage, whatever the text's length.
_FEW_STRAY = 3
# A soft hyphen that the end of its line made visible.
_BROKEN_WORD = re.compile(r"(?<=\w)\u00ad[ \t]*\n[ \t]*(?=\w)")
# Neither line feed nor tab: nothing that a page shows, and a bell or an escape can fool a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a page declares in its head, else "".

    >>> declared_encoding(b'<head><meta charset="windows-1251"></head>')
    'windows-1251'
    """
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def decode(data: bytes, *, declared: str = "", remedy: str = REMEDY_TEXT) -> str:
    """Return the text of the bytes: by byte order mark, as UTF-8, as declared, or as it looks.

    In a text that is UTF-8 but for a few bytes, these are left out: one cut character must not turn every
    other one of a page into rubbish.

    Raises
    ------
    UnreadableError
        The bytes hold NUL or no encoding fits.
    """
    marked = data.startswith(_BOMS)
    if b"\x00" in data and not marked:
        # Windows programs save "Unicode" without a mark, too: then one side of the pairs has NULs.
        wide = {"utf-16-le": data[1:2000:2], "utf-16-be": data[0:2000:2]}
        nuls = {name: half.count(0) / max(len(half), 1) for name, half in wide.items()}
        fits = [name for name, share in nuls.items() if share > 0.1]
        if len(data) % 2 or len(fits) != 1 or sum(nuls.values()) != nuls[fits[0]]:
            raise UnreadableError("holds NUL bytes: this is no text file", remedy)
        text = _strict(data, fits[0])
        if text is None or "\x00" in text:
            raise UnreadableError("holds NUL bytes: this is no text file", remedy)
        return text
    # Text that is valid UTF-8 beyond ASCII is UTF-8, whatever its head declares.
    text = _strict(data, "utf-16" if marked else "utf-8-sig")
    if text is None and not marked:
        text = _damaged_utf8(data, declared)
    if text is None and declared:
        text = _strict(data, declared)
    if text is None and not marked:
        text = _guess(data)
    if text is None or "\x00" in text:
        raise UnreadableError("its encoding cannot be told", remedy)
    return text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None  # LookupError: a page may declare an encoding that does not exist.


def _damaged_utf8(data: bytes, declared: str) -> str | None:
    """Return the text without its stray bytes; None if there are too many for a damaged UTF-8 text."""
    text = data.decode("utf-8", "surrogateescape")
    places = _STRAY.findall(text)
    stray = sum(map(len, places))
    sound = len(text) - len(text.encode("ascii", "ignore")) - stray
    if len(places) > max(_FEW_STRAY, len(data) // 1000):
        return None
    named = declared.lower().replace("_", "-") in {"utf-8", "utf8"}
    # A text of the Western code page with a few accents has few stray bytes, too, but nothing sound besides.
    likely = sound >= max(stray, len(places) + 1)
    if likely or data.startswith(_UTF8_BOM) or (named and sound >= max(stray / 2, len(places))):
        return _STRAY.sub("", text).removeprefix("\ufeff")
    return None


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    # English with a few curly quotes or accents: the Western code page. Statistics on so few bytes
    # beyond ASCII go wrong ("M\u00b3ller" for "M\u00fcller").
    if sum(byte > 127 for byte in data[:100_000]) < len(data[:100_000]) / 10:
        western = _strict(data, "cp1252")
        return western if western is not None else data.decode("latin-1")
    best = from_bytes(data[:100_000]).best()
    return _strict(data, best.encoding) if best is not None else None


def tidy_text(text: str) -> str:
    """Return text with one kind of line end, without control characters and without invisible marks.

    >>> tidy_text("One.\\r\\nTwo.\\x1b[31m The mini\\u00adster.")
    'One.\\nTwo.[31m The minister.'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("", _BROKEN_WORD.sub("", text).translate(INVISIBLE))


def headline(text: str) -> str:
    """Return the headline that stands above an article's body, "" where none does.

    >>> headline("Council agrees on water treaty\\n\\nThe council met on Monday at noon in the old capital.")
    'Council agrees on water treaty'
    """
    return clean(find_title(text, find_body(text)))


def parse_text(data: bytes) -> Parses:
    """Return the one article of a plain text file; its headline and date stand above the body.

    Without a day there, that of the dateline counts: "LUNDHAVN, 12 March 2021 - Talks ended".

    Raises
    ------
    UnreadableError
        The file is empty, no text, or has no sentence in it.
    """
    text = tidy_text(decode(data))
    if not text.strip():
        raise UnreadableError("the file is empty", REMEDY_TEXT)
    body = find_body(text)
    if not body:
        raise UnreadableError("no sentence in it, only labels or links", REMEDY_TEXT)
    header = text[: body[0].start]
    days = set(dates_in(header))
    dateline = None if days else dateline_day(text[body[0].start :])
    if dateline:
        days.add(dateline)
    return Parses(
        [
            Parsed(
                text,
                title=clean(find_title(text, body)),
                author=find_byline(header.splitlines()),
                published_on=days.pop().isoformat() if len(days) == 1 else "",
            )
        ]
    )


def parse_jsonl(data: bytes) -> Parses:
    """Return the articles of a JSONL file, one a line, their text as it is; bad lines are listed.

    Raises
    ------
    UnreadableError
        The file is empty or no text.
    """
    articles: list[Parsed] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(io.StringIO(decode(data), newline="\n"), 1):
        if not line.strip():
            continue
        try:
            article = _jsonl_article(line)
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
            continue
        if article.article_id:
            if article.article_id in seen:
                first = seen[article.article_id]
                wrong.append(f"line {number}: article_id {article.article_id!r} stands in line {first}")
                continue
            seen[article.article_id] = number
        articles.append(article)
    if not articles and not wrong:
        raise UnreadableError("the file is empty", REMEDY_JSONL)
    return Parses(articles, wrong, REMEDY_JSONL if wrong else "")


def _jsonl_article(line: str) -> Parsed:
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
    if "\x00" in values["text"]:
        raise ValueError("text holds NUL characters")
    if any("\ud800" <= c <= "\udfff" for c in values["text"]):
        # "\\ud83d" without its other half is no character: no file and no page could hold it.
        values["text"] = values["text"].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    said = {name: clean(values[name].encode("utf-8", "replace").decode()) for name in _FIELDS[:-1]}
    day = parse_iso_date(said["published_on"])
    return Parsed(
        values["text"],
        title=said["title"] or headline(values["text"]),
        outlet=said["outlet"],
        author=said["author"],
        url=parse_url(said["url"]),
        published_on=day.isoformat() if day else "",
        article_id=said["article_id"],
    )
