"""What is read becomes an article, under a name that it has again whenever it comes in."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from dashboard_core.read.body import find_body, mask
from dashboard_core.read.language import find_language
from dashboard_core.read.parsed import Parsed
from dashboard_core.records import Article, stable_id

__all__ = ["article_of", "bare_address", "earlier_names"]

_TRACKING = re.compile(r"^(utm_|fbclid$|gclid$|mc_|ref$|cmpid$|share$)")
# No headline, house or list of authors is longer; what is, is a text that stands in the wrong place.
_TITLE_LENGTH, _NAME_LENGTH = 500, 300


def article_of(parsed: Parsed, file: str, stamp: datetime, *, addressed: bool, several: bool) -> Article:
    """Return what was read as an article.

    Parameters
    ----------
    parsed : Parsed
        What was found.
    file : str
        Where, as it is shown.
    stamp : datetime
        When.
    addressed : bool
        Whether the same text under another address is another article.
    several : bool
        Whether it is one of many in its file: there, the same text of another outlet is another article.
    """
    digest = hashlib.sha256(parsed.text.encode("utf-8", "surrogatepass")).hexdigest()
    own: tuple[str, ...] = ()
    if addressed and parsed.url:
        own = (bare_address(parsed.url) or parsed.url,)
    elif several and parsed.outlet:
        own = ("", parsed.outlet.casefold())
    return Article(
        article_id=parsed.article_id or stable_id("a", digest, *own),
        title=parsed.title[:_TITLE_LENGTH],
        text=parsed.text,
        outlet=parsed.outlet[:_NAME_LENGTH],
        author=parsed.author[:_NAME_LENGTH],
        url=parsed.url,
        published_on=date.fromisoformat(parsed.published_on) if parsed.published_on else None,
        language=find_language(mask(parsed.text, find_body(parsed.text))),
        sha256=digest,
        added_at=stamp,
        file=file,
    )


def earlier_names(article: Article) -> tuple[str, str]:
    """Return under which names an article came in with earlier versions: by address, by its text alone.

    They told apart neither the outlets of one text, nor took two spellings of an address for one.
    """
    return stable_id("a", article.sha256, article.url), stable_id("a", article.sha256)


def bare_address(url: str) -> str:
    """Return an address without what differs between links to one page; front pages have none.

    >>> bare_address("https://www.example.org/a/?utm_source=x&id=3#top")
    'example.org/a?id=3'
    >>> bare_address("https://example.org/")
    ''
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    asked = [(k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.match(k)]
    path = parts.path.rstrip("/")
    if not host or not (path or asked):
        return ""
    return f"{host}{path}" + (f"?{urlencode(asked)}" if asked else "")
