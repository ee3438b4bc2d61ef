"""What a web page says of itself: headline, outlet, author, day and address.

The order of trust: linked data (schema.org), meta tags, microdata, the visible top of the page, and what
trafilatura makes of the rest. A page that names no day stays undated: a copyright year is no date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from dashboard_core.read.fields import clean, clean_author, dates_in, day_of, find_byline, http_url

__all__ = ["PageMetadata", "find_metadata"]

_ARTICLE_TYPES = re.compile(r"Article$|^(?:BlogPosting|Report|LiveBlogPosting|WebPage|ItemPage|VideoObject)$")
_PUBLISHED = (
    "article:published_time og:article:published_time og:published_time article:published parsely-pub-date "
    "sailthru.date citation_publication_date dc.date.issued dcterms.issued dcterms.created dc.date.created "
    "dc.date dcterms.date datepublished publish-date publish_date publication_date publicationdate pubdate "
    "ptime published_time published_at published-date cxenseparse:recs:publishtime date "
    "originalpublicationdate publishdate firstpublishedtime article_date_original og:time apub:time"
).split()
_AUTHORS = (
    "author article:author og:article:author parsely-author sailthru.author byl dc.creator dcterms.creator "
    "citation_author byline search.byline twitter:data1 cxenseparse:author"
).split()
_TITLES = "og:title twitter:title parsely-title sailthru.title citation_title dc.title dcterms.title".split()
_OUTLETS = (
    "og:site_name dc.publisher dcterms.publisher publisher citation_journal_title application-name".split()
)
_SUFFIX = re.compile(r"\s+(?:[|·•»–—-]|--|::)\s+")
# Chinese and Japanese titles end so without a blank: "...影响交通-新华网".
_TIGHT_SUFFIX = re.compile(r"(?<=[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef…])\s*(?:[_|｜]|--?|——)\s*")
# "Print: ..." of the view for printing, "FW: ..." of a message saved as a page.
_BEFORE_TITLE = re.compile(
    r"^(?:(?:print(?:able)?(?: (?:version|view|page))?|печать|yazdır)\s*[:|–—-]\s*"
    r"|(?:(?:fw|fwd|re|aw|wg)\s*:\s*)+)",
    re.IGNORECASE,
)
_AFTER_HEADING = re.compile(r"\s*(?:[|｜_·•»–—-]|--|::)")
# In what stands beside the headline, the outlet comes last: "Local » News » Lake Post", "_资讯_凤凰网".
_SEGMENT = re.compile(r"\s+[|·•»–—/-]+\s+|[_|｜：]|--|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–—]\s*\d{4})?,?)?\s*(?P<name>[A-ZÀ-ɏЀ-Я][^.|©,;\n]{2,50})",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(?:publi|post|updated|created|дата)|发布|來源|来源|时间|時間", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:first )?(?:published|posted|publié|publicado|veröffentlicht|yayınlan\w+|опубликован\w*)\b",
    re.IGNORECASE,
)
_DAY_WORDS = re.compile(
    r"\b(?:\d[\d:.,/-]*(?:st|nd|rd|th)?|[ap]\.?m\.?|[CEMP][SD]?T|CES?T|BST|MSK|GMT|UTC|at|on|of|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)(?!\w)|\d+\s?[年月日년월일]",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](?:[A-Za-z][\w-]*/)?(\d{1,2})[/-](\d{1,2})(?:/|-|_|$)"
    r"|/((?:19|20)\d\d)(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])/"
)
_DATELINE = re.compile(
    r"\W*(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})\s*(?=--|[—–])"
)
_DAY_CLASS = re.compile(
    r"publish|pub[-_]?(?:date|time)|(?:post|article|entry|news)[-_]?(?:date|time)", re.IGNORECASE
)
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# "Saved from" notes that browsers leave in the page.
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)|Page saved with SingleFile\s+url:\s*(\S+)")
# A page kept by a web archive has the archive's address before its own, in all that it says of itself.
_ARCHIVED = re.compile(
    r"^https?://(?:web\.archive\.org|webarchive\.[\w.]+)/(?:[\w-]+/)?\d{4,14}(?:[a-z]{2}_)?/"
)


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page says of itself; an empty string says nothing."""

    title: str = ""
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_on: str = ""


def find_metadata(tree: Any, source: str) -> PageMetadata:
    """Return what a page says of itself.

    Parameters
    ----------
    tree : lxml element
        The page; it is not changed.
    source : str
        Its source, for linked data and for the notes that browsers leave in it.
    """
    linked = list(_linked_data(tree))
    about = next((item for item in linked if _is_article(item)), {})
    meta = _meta(tree)
    about = about or _parsely(meta)
    headings = [clean(h.text_content()) for h in tree.iter("h1")][:5]
    window = clean(tree.findtext(".//head/title") or tree.findtext(".//title") or "")
    window = _BEFORE_TITLE.sub("", window)
    url = _address(tree, source, about, meta)
    title, suffix = _title(tree, about, meta, headings, window)
    outlet = _outlet(tree, about, linked, meta, suffix, url)
    return PageMetadata(
        title=title,
        outlet=outlet,
        author=_author(tree, about, linked, meta, outlet, title),
        url=url,
        published_on=_day(tree, about, meta, title, url),
    )


def _is_article(item: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPES.search(kind) for kind in _texts(item.get("@type")))


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the linked-data objects of a page, articles before pages."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        # Pages put raw line breaks into strings, and comment marks around the data.
        text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*;?\s*$", "", script.text[:2_000_000])
        try:
            waiting = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue  # A broken block says nothing; the page's meta tags may.
        while waiting and len(found) < 200:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting = [*value[:100], *waiting]
            elif isinstance(value, dict):
                found.append(value)
                waiting = [value["@graph"], *waiting] if "@graph" in value else waiting
    found.sort(key=lambda item: _texts(item.get("@type"))[:1] in (["WebPage"], ["ItemPage"], ["VideoObject"]))
    yield from found


def _parsely(meta: dict[str, list[str]]) -> dict[str, Any]:
    """Return what a page tells the readership counters of Parse.ly, under the names of linked data."""
    for text in meta.get("parsely-page", []):
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            continue  # As with linked data: a broken block says nothing.
        if isinstance(said, dict):
            return {
                "headline": said.get("title"),
                "datePublished": said.get("pub_date"),
                "author": said.get("authors") or said.get("author"),
                "url": said.get("link"),
            }
    return {}


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    # Scripts are no markup, and yet many pages write "&#39;" there.
    said = [clean(unescape(str(v))) for v in values if isinstance(v, str | int)]
    return [one for one in said if one]


def _names(value: Any, linked: list[dict[str, Any]]) -> list[str]:
    """Return the names of people or organisations given as strings, objects, references or lists of them."""
    found: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(one, str):
            found.append(clean(one))
        elif isinstance(one, dict):
            same = [o for o in linked if one.get("@id") and o.get("@id") == one["@id"]]
            found += next((names for o in [one, *same] if (names := _texts(o.get("name")))), [])
    return found


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in tree.iter("meta"):
        content = clean(unescape(tag.get("content") or ""))
        for attribute in ("property", "name", "http-equiv"):
            name = (tag.get(attribute) or "").strip().lower()
            if name and content and len(content) <= 2_000:
                found.setdefault(name, []).append(content)
    return found


def _first(meta: dict[str, list[str]], names: list[str]) -> list[str]:
    return [value for name in names for value in meta.get(name, [])]


def _itemprop(tree: Any, name: str) -> list[Any]:
    return list(tree.xpath(".//*[contains(concat(' ', @itemprop, ' '), $name)]", name=f" {name} "))[:5]


def _said(element: Any) -> str:
    return clean(
        element.get("content") or element.get("datetime") or element.get("title") or element.text_content()
    )


def _title(
    tree: Any, about: dict[str, Any], meta: dict[str, list[str]], headings: list[str], window: str
) -> tuple[str, str]:
    """Return the headline, and what the window's title puts before or after it (most often the outlet)."""
    headline = [] if _texts(about.get("@type"))[:1] == ["WebPage"] else _texts(about.get("headline"))
    candidates = [
        *headline,
        *_first(meta, _TITLES),
        *(clean(e.text_content()) for e in _itemprop(tree, "headline")),
        *(h for h in headings if len(h.split()) >= 3 and _alike(h, window)),
        window,
        *(h for h in headings if len(h.split()) >= 3),
    ]
    title = next((c for c in candidates if len(c) >= 4), "")
    # A heading that opens the title says where the headline ends and the outlet begins.
    lesser = [clean(h.text_content()) for h in tree.iter("h2", "h3", "h4")][:40] if title == window else []
    shorter = [h for h in (*headings, *lesser) if len(h) >= 12 and h != title and title.startswith(h)]
    if shorter and _AFTER_HEADING.match(title[len(max(shorter, key=len)) :]):
        title = max(shorter, key=len)
    # "Lake Post: Ferries to stop" over a headline in bold, on pages older than headings.
    bold = [clean(b.text_content()) for b in tree.iter("b", "strong", "font")][:40] if title == window else []
    ends = [b for b in bold if len(b) >= 12 and re.search(r"[:|»–—-]\s*$", title.removesuffix(b))]
    title = next(iter(ends), title)
    site = next(iter(_first(meta, _OUTLETS)), "")
    parts = _SUFFIX.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() == site.casefold():
        title = title[: title.rfind(parts[-1])].rstrip(" |·•»–—-:")
    elif len(parts) > 1 and site and parts[0].casefold() == site.casefold():
        title = title[len(parts[0]) :].lstrip(" |·•»–—-:")
    elif title == window:
        title = max(parts if len(parts) > 1 else _TIGHT_SUFFIX.split(title), key=len)
    rest = window.replace(title, "", 1) if title and title in window else ""
    return title, clean(rest.strip(" |·•»–—-:")) if rest != window else ""


def _alike(heading: str, window: str) -> bool:
    """Whether a heading shares a long word with the window's title: that of a section or a box does not."""
    words = re.findall(r"\w{4,}", window.casefold())
    return not words or any(word in heading.casefold() for word in words)


def _outlet(
    tree: Any,
    about: dict[str, Any],
    linked: list[dict[str, Any]],
    meta: dict[str, list[str]],
    suffix: str,
    url: str,
) -> str:
    sites = [o for o in linked if "WebSite" in _texts(o.get("@type"))]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    publishers = [
        clean(e.xpath("string(.//*[@itemprop='name']/@content)") or e.xpath("string(.//*[@itemprop='name'])"))
        for e in _itemprop(tree, "publisher")
    ]
    rights = [m["name"] for f in tree.iter("footer") for m in _COPYRIGHT.finditer(clean(f.text_content()))]
    candidates = [
        *_first(meta, ["og:site_name"]),
        *_names(about.get("publisher"), linked),
        *publishers,
        *(name for o in sites for name in _texts(o.get("name"))),
        *_first(meta, _OUTLETS),
        *([site] if 1 <= len((site := _SEGMENT.split(suffix)[-1].strip(" -")).split()) <= 5 else []),
        *(re.split(r"\s+[-–—|]\s+", name)[0] for name in rights),
        host,
    ]
    return next(
        (c[:120] for c in (_plain_house(c) for c in candidates) if len(c) >= 2 and "://" not in c), ""
    )


def _plain_house(name: str) -> str:
    return clean(name).lstrip("@").removeprefix("www.")


def _author(
    tree: Any,
    about: dict[str, Any],
    linked: list[dict[str, Any]],
    meta: dict[str, list[str]],
    outlet: str,
    title: str,
) -> str:
    marked = [
        clean(e.xpath("string(.//*[@itemprop='name'])") or e.get("content") or e.text_content())
        for e in _itemprop(tree, "author")
    ]
    # Only short marked lines: "author" is also the class of boxes with a biography in them.
    classes = tree.xpath(
        ".//*[@rel='author' or contains(@class, 'byline') or contains(@class, 'author')"
        " or contains(@class, 'Byline') or contains(@class, 'Author')]"
    )
    # "By <b>Falka Brusk</b><i>Tue., 3 May</i>": words of two elements are two words.
    heading = _headline(tree, title)
    visible = [clean(" ".join(e.itertext())) for e in classes[:20] if not _is_beside(e, heading)]
    visible = [line for line in visible if 2 <= len(line.split()) <= 12]
    linked_classes = [clean(e.text_content()) for e in tree.xpath(".//*[@rel='author']")[:5]]
    for names in (
        _names(about.get("author"), linked),
        _first(meta, _AUTHORS),
        marked,
        linked_classes,
        [find_byline(visible)],
        [line for line in visible if _reads_like_a_name(line)][:1],
        [find_byline(_top_lines(tree, title))],
    ):
        author = clean_author(*names[:6], outlet=outlet)
        if author:
            return author
    return ""


def _is_beside(element: Any, heading: Any) -> bool:
    """Whether an element belongs to a list of other articles beside this one."""
    around = list(element.iterancestors())
    if any(one.tag in {"nav", "aside"} for one in around):
        return True
    own = [] if heading is None else [one for one in heading.iterancestors() if one.tag == "article"]
    return bool(own) and any(one.tag == "article" and one not in own for one in around)


def _reads_like_a_name(line: str) -> bool:
    words = line.split()
    return 2 <= len(words) <= 4 and all(
        w[:1].isupper() and w.strip(".'’-").replace("-", "").isalpha() for w in words
    )


def _day(tree: Any, about: dict[str, Any], meta: dict[str, list[str]], title: str, url: str) -> str:
    candidates = [
        *_texts(about.get("datePublished")),
        *_texts(about.get("dateCreated")),
        *_first(meta, _PUBLISHED),
        *(_said(e) for e in _itemprop(tree, "datePublished")),
        *(
            _said(e)
            for e in tree.xpath(
                ".//*[not(self::meta)][@property='dc:date' or @property='schema:datePublished']"
            )[:5]
        ),
    ]
    # An empty field of a site's database is the first second of 1970.
    found = next((day for c in candidates if (day := day_of(c)) and day != "1970-01-01"), "")
    if found:
        return found
    lines, moments = _around_headline(tree, title)
    times = [e.get("datetime") or e.text_content() for e in tree.iter("time")]
    # The first time on a page may belong to a box of headlines: only one near the headline counts, or the
    # only one there is.
    near = [*moments, *(times if len(times) == 1 else ())]
    labelled = [line for line in lines if _LABEL.search(line) and _length(line) <= 14]
    # "April 17, 2015 -- The harbour": the dateline of an agency opens the first paragraph.
    labelled += [match[0] for line in lines if (match := _DATELINE.match(line))]
    return (
        next((day for said in near if (day := day_of(clean(said)))), "")
        or _first_day(labelled)
        or _day_in_address(url)
        # "The act was signed into law on 14 August 1935" names a day, and not that of the article.
        or _first_day([line for line in lines if _length(_DAY_WORDS.sub(" ", line)) <= 5])
        or _labelled_day(tree)
        or _marked_day(tree)
    )


def _first_day(lines: list[str]) -> str:
    days = [day for line in lines for day in dates_in(line)]
    return days[0].isoformat() if days else ""


def _day_in_address(url: str) -> str:
    """Return the day that an address names, as in /2021/05/03/ or /2021/world/05/03/.

    >>> _day_in_address("https://example.org/2021/world/05/03/treaty"), _day_in_address("https://example.org/1/2")
    ('2021-05-03', '')
    """
    match = _IN_ADDRESS.search(urlsplit(url).path)
    return day_of("-".join(part for part in match.groups() if part)) if match else ""


def _labelled_day(tree: Any) -> str:
    """Return the day that follows a word such as "Published:" anywhere, if all that do name the same."""
    found: set[str] = set()
    for element in tree.iter("span", "div", "p", "li", "td", "small", "em", "i", "b", "strong", "dd"):
        if not _LABELLED.match(clean(element.text or "")):
            continue
        line = clean(element.text_content())
        if _length(line) <= 14 and (day := _first_day([line])):
            found.add(day)
    return found.pop() if len(found) == 1 else ""


def _marked_day(tree: Any) -> str:
    """Return the day in elements that the page's own style sheet calls its day, if they name but one."""
    found: set[str] = set()
    for element in tree.iter("span", "div", "p", "li", "dd", "td", "small", "em", "i"):
        if not _DAY_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        line = clean(element.text_content()[:300])
        if _length(line) <= 14 and (day := _first_day([line])):
            found.add(day)
    return found.pop() if len(found) == 1 else ""


def _headline(tree: Any, title: str) -> Any:
    """Return the heading that holds the headline; on many pages the first heading holds the outlet's name."""
    headings = [h for h in tree.iter("h1") if clean(h.text_content())]
    plain = title.casefold()
    same = [h for h in tree.iter("h1", "h2", "h3") if plain and clean(h.text_content()).casefold() == plain]
    begun = [h for h in headings if len(t := clean(h.text_content()).casefold()) >= 12 and t in plain]
    # Some pages set their headline in a plain box; the same words in a link lead to it from elsewhere.
    boxes = (e for e in tree.iter("h4", "div", "p", "span", "td", "strong", "b") if len(e) == 0 and plain)
    plainly = (e for e in boxes if clean(e.text or "").casefold() == plain and not _is_linked(e))
    return next(chain(same, begun, plainly, headings), None)


def _is_linked(element: Any) -> bool:
    return any(one.tag in {"a", "nav", "li"} for one in element.iterancestors())


def _top_lines(tree: Any, title: str) -> list[str]:
    """Return the short lines that stand just before and after the headline, nearest text first."""
    return _around_headline(tree, title)[0]


def _around_headline(tree: Any, title: str, *, most: int = 12) -> tuple[list[str], list[str]]:
    """Return the short lines around the headline, and the moments that elements there are marked with."""
    heading = _headline(tree, title)
    if heading is None:
        return [], []
    after: list[str] = []
    moments: list[str] = []
    for element in heading.xpath("following::*[not(self::script or self::style or self::option)]")[:120]:
        line = clean(element.text_content()) if len(element) == 0 else clean(element.text or "")
        # "Ada Berg<br>3 May 2021": what follows a break stands behind it, not in an element of its own.
        behind = clean(element.tail or "") if element.tag == "br" else ""
        if max(_length(line), _length(behind)) > 25:
            break  # The article has begun: a date further down is one that it speaks of.
        moments += _moment(element)
        after += [said for said in (line, behind) if said]
        if len(after) >= most:
            break
    before = heading.xpath("preceding::*[not(self::script or self::style)][position() <= 15]")
    moments += [moment for element in before for moment in _moment(element)]
    short = [line for e in before if len(e) == 0 and (line := clean(e.text_content()))]
    return [*after, *(line for line in short if _length(line) <= 12)], moments


def _length(line: str) -> int:
    """Return about how many words a line has; Chinese and Japanese put no blanks between them.

    >>> _length("Ferries to run all winter"), _length("渡轮全年运行")
    (5, 4)
    """
    return len(line.split()) + len(_IDEOGRAPH.findall(line)) // 2


def _moment(element: Any) -> list[str]:
    """Return the machine-readable time of an element that is marked as one, as <time> and <abbr> are."""
    if element.tag == "time":
        return [element.get("datetime") or element.text_content()]
    said = element.get("title") or ""
    return [said] if _ISO_MOMENT.match(said) else []


def _address(tree: Any, source: str, about: dict[str, Any], meta: dict[str, list[str]]) -> str:
    canonical = [
        e.get("href") or "" for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()
    ]
    main = about.get("mainEntityOfPage")
    entity = [str(main.get("@id", ""))] if isinstance(main, dict) else _texts(main)
    saved = [m[1] or m[2] for m in _SAVED_FROM.finditer(source[:4_000])]
    given = [*canonical, *meta.get("og:url", []), *entity, *_texts(about.get("url")), *saved]
    return http_url(*(_ARCHIVED.sub("", address.strip()) for address in given))
