"""One page from the web, if fetching is switched on: public addresses only, within caps on size and time."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read.limits import Limits

if TYPE_CHECKING:
    import requests

__all__ = ["FetchedPage", "fetch_page", "fetching_is_on"]

_SETTING = "STANCES_FETCH"
_REDIRECTS = 5
_PORTS = {80, 443}
_REMEDY = (
    "Open it in your browser, save it (as web page, HTML only, or print it to PDF), and bring in the file."
)
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; stances; one page on a reader's request)",
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came: ``name`` ends as its type asks, ``url`` is where it was found after redirects."""

    name: str
    content: bytes
    url: str


def fetching_is_on() -> bool:
    """Return whether pages may be fetched: only if STANCES_FETCH is 1."""
    return os.environ.get(_SETTING, "") == "1"


def fetch_page(url: str, *, limits: Limits | None = None) -> FetchedPage:
    """Return the page at an address.

    The name is looked up once and the connection goes to that very address, which must be public; the same
    holds for each redirect. Proxies, cookies and passwords of this machine are not used.

    Parameters
    ----------
    url : str
        http or https, on the usual ports.
    limits : Limits, optional
        ``fetch_megabytes`` and ``fetch_seconds``, by default as the environment says.

    Raises
    ------
    ArticleFormatError
        Fetching is switched off, the address is not allowed or not there, or the page is too large, too slow
        or no text; the message says which.
    """
    caps = limits or Limits.from_environment()
    if not fetching_is_on():
        raise ArticleFormatError(
            _shown(url), ["fetching from the web is switched off"], f"Set {_SETTING}=1. {_REMEDY}"
        )
    answer: list[FetchedPage | Exception] = []
    # A server can hand out one byte at a time and never break a time limit on single reads: the whole is
    # therefore waited for, and left alone when it takes too long.
    thread = threading.Thread(target=_fetch_into, args=(answer, url, caps), daemon=True)
    thread.start()
    thread.join(caps.fetch_seconds + 1)
    if not answer:
        raise ArticleFormatError(_shown(url), [f"takes longer than {caps.fetch_seconds:,} seconds"], _REMEDY)
    found = answer[0]
    if isinstance(found, Exception):
        raise found
    return found


def _fetch_into(answer: list[FetchedPage | Exception], url: str, limits: Limits) -> None:
    try:
        answer.append(_fetch(url, limits))
    except Exception as error:  # handed to the thread that waits, and raised there
        answer.append(error)


def _session() -> requests.Session:
    from requests_hardened import Config, Manager

    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(5, 10),
    )
    session: requests.Session = Manager(config).get_session()
    session.trust_env = False  # a proxy would connect for us, to wherever it likes; .netrc holds passwords
    return session


def _fetch(url: str, limits: Limits) -> FetchedPage:
    import requests
    from requests_hardened.ip_filter import InvalidIPAddress

    until = time.monotonic() + limits.fetch_seconds
    place = url.strip()
    if re.match(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]|$)", place):
        place = f"https://{place}"  # as people type it, and as browsers take it
    try:
        with _session() as session:
            for _ in range(_REDIRECTS + 1):
                _check(place)
                with session.get(place, headers=_HEADERS, stream=True, cookies={}) as response:
                    if response.is_redirect:
                        place = urljoin(place, response.headers["location"])
                        session.cookies.clear()
                        continue
                    if response.status_code != 200:
                        problem = f"the server answers {response.status_code} {response.reason or ''}".strip()
                        raise ArticleFormatError(_shown(place), [problem], _REMEDY)
                    return _page(response, place, limits, until)
    except InvalidIPAddress as error:
        problem = "leads to an address that is not public (this machine or a private network)"
        raise ArticleFormatError(
            _shown(place), [problem], "Give the address of a public web page."
        ) from error
    except requests.Timeout as error:
        raise ArticleFormatError(_shown(place), ["the server does not answer in time"], _REMEDY) from error
    except (requests.RequestException, ValueError, OSError) as error:
        problem = f"cannot be reached ({type(error).__name__})"
        raise ArticleFormatError(_shown(place), [problem], f"Check the address. {_REMEDY}") from error
    raise ArticleFormatError(_shown(place), [f"redirects more than {_REDIRECTS} times"], _REMEDY)


def _check(url: str) -> None:
    remedy = "Give an address that begins with https:// or http://."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ArticleFormatError(_shown(url), [f"is no web address ({error})"], remedy) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ArticleFormatError(_shown(url), ["is no web address"], remedy)
    if parts.username or parts.password:
        raise ArticleFormatError(_shown(url), ["holds a user name or password"], "Leave these out.")
    if port is not None and port not in _PORTS:
        raise ArticleFormatError(_shown(url), [f"names port {port}; web pages are on 80 and 443"], remedy)


def _page(response: Any, url: str, limits: Limits, until: float) -> FetchedPage:
    kind = response.headers.get("content-type", "text/html").split(";")[0].strip().lower()
    if kind not in _ENDINGS:
        raise ArticleFormatError(_shown(url), [f"is no page with text ({kind[:60]})"], _REMEDY)
    most = limits.fetch_megabytes * 1_000_000
    content = bytearray()
    for chunk in response.iter_content(65_536):
        content += chunk
        if len(content) > most:
            problem = f"is larger than {limits.fetch_megabytes:,} MB"
            raise ArticleFormatError(_shown(url), [problem], _REMEDY)
        if time.monotonic() > until:
            problem = f"takes longer than {limits.fetch_seconds:,} seconds"
            raise ArticleFormatError(_shown(url), [problem], _REMEDY)
    data = bytes(content)
    declared = re.search(r"charset=[\"']?([\w-]+)", response.headers.get("content-type", ""))
    if (
        declared
        and kind != "application/pdf"
        and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    ):
        # What the server says of the encoding goes before what the page says, and would be lost in a file.
        # If it says something wrong, the page's own words and the bytes decide.
        with contextlib.suppress(LookupError, UnicodeError):
            data = b"\xef\xbb\xbf" + data.decode(declared[1]).encode()
    parts = urlsplit(url)
    last = re.sub(r"[^\w.-]+", "-", parts.path.rstrip("/").rsplit("/", 1)[-1])[:80]
    name = f"{parts.hostname} {last}".strip()
    return FetchedPage(name.removesuffix(_ENDINGS[kind]) + _ENDINGS[kind], data, url)


def _shown(url: str) -> str:
    return "".join(c for c in url if c.isprintable())[:300] or "(no address)"
