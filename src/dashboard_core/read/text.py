"""A text file becomes an article."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard_core.read.body import find_body, find_title
from dashboard_core.read.digests import digest_told, outlet_above, split_digest
from dashboard_core.read.encodings import REMEDY_TEXT, decode
from dashboard_core.read.fields import (
    INVISIBLE,
    clean,
    dateline_day,
    days_above,
    find_byline,
)
from dashboard_core.read.monitored import split_documents
from dashboard_core.read.parsed import Parsed, Parses, UnreadableError

__all__ = ["headline", "parse_text", "tidy_text"]

REMEDY_LINK = (
    "Give the address on the Corpus page, under Web address; or open it in a browser, save the page "
    "(web page, HTML only) and bring that in."
)
# A soft hyphen that the end of its line made visible.
_BROKEN_WORD = re.compile(r"(?<=\w)\u00ad[ \t]*\n[ \t]*(?=\w)")
# Neither line feed nor tab: nothing that a page shows, and a bell or an escape can fool a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


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


def parse_text(data: bytes, columns: Mapping[str, str] | None = None) -> Parses:
    """Return the article of a plain text file; its headline and date stand above the body.

    A file of a media-monitoring service may hold several, see :mod:`dashboard_core.read.monitored`; one that
    somebody put together is split only where ``columns`` says ``articles = split``.

    Without a day there, that of the dateline counts: "LUNDHAVN, 12 March 2021 - Talks ended".

    Raises
    ------
    UnreadableError
        The file is empty, no text, or has no sentence in it.
    """
    text = tidy_text(decode(data))
    if not text.strip():
        raise UnreadableError("the file is empty", REMEDY_TEXT)
    delivered = split_documents(text)
    if delivered:
        return Parses(delivered)
    body = find_body(text)
    if not body and re.fullmatch(r"(?:\s*https?://\S+)+\s*", text):
        raise UnreadableError("there is only a link in it, no article", REMEDY_LINK)
    if not body:
        raise UnreadableError("no sentence in it, only labels or links", REMEDY_TEXT)
    header = text[: body[0].start]
    days = days_above(header.splitlines())
    dateline = None if days else dateline_day(text[body[0].start :])
    if dateline:
        days.add(dateline)
    one = Parses(
        [
            Parsed(
                text,
                title=clean(find_title(text, body)),
                outlet=outlet_above(header.splitlines()),
                author=find_byline(header.splitlines()),
                published_on=days.pop().isoformat() if len(days) == 1 else "",
            )
        ]
    )
    several = split_digest([(line, "") for line in text.split("\n")])
    return digest_told(one, several, columns) if several else one
