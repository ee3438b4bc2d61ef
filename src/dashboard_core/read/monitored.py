"""Texts as media-monitoring services deliver them: articles one after the other, between labelled lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard_core.read.body import is_sentence
from dashboard_core.read.days import day_in_cell
from dashboard_core.read.fields import clean, clean_author, dates_in, find_byline, http_url
from dashboard_core.read.parsed import Parsed

__all__ = ["split_documents"]

# What a line of the header is called, and what it tells.
_HEAD = {
    "title": "headline|title|hd|заголовок|başlık",
    "outlet": "source|publication|outlet|newspaper|publisher|media|source name|sn|publication name|media name"
    "|media outlet|source title|published by|published in|источник|издание|kaynak",
    "author": "byline|by|author|authors|journalist|автор|yazar",
    "day": "date|published|publication date|publication-date|date published|pd|published on|published at"
    "|publish date|date of publication|release date|first published|posted|posted on|дата|tarih",
    "url": "url|link|web address|ссылка",
    "text": "body|text|full text|article|article text|lp|td|текст|metin",
    # Not of the article, but between its labels.
    "later": "updated|updated on|last updated|modified|last modified|retrieved|accessed|downloaded",
    "": "section|length|words|word count|wc|dateline|highlight|edition|page|pages|pg|copyright|et|cy|sc|ed"
    "|country|reach|circulation|media type|distribution|se|lead",
}
# What stands below the text: from the first of these lines on nothing is the article's.
_FOOT = {
    "loaded": "load-date|load date",
    "": "language|la|publication-type|publication type|subject|graphic|journal-code|journal code"
    "|document-type|ns|re|pub|an|co|in|ipd|ipc|industry|organization|organisation|company|geographic|person|classification"
    "|ticker|state|city|correction-date|update|keywords|document id|accession number|client/matter"
    "|search terms|search type",
}
_TELLS = {label: (what, place) for place, table in (("head", _HEAD), ("foot", _FOOT))
          for what, labels in table.items() for label in labels.split("|")}  # fmt: skip
_LABEL = re.compile(r"\s*\*{0,2}([^\W\d_][\w /-]{0,22}?)\s*\*{0,2}:\*{0,2}(?:\s+(.*)|\s*)$")
# Factiva marks its lines with two or three capitals instead.
_TAG = re.compile(
    r"\s{0,3}(HD|BY|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|PUB|AN|IPD|IPC|SE)(?:\s+(.*))?$"
)
_BODY = re.compile(r"\s*(?:body|full text)\s*$", re.IGNORECASE)
_END = re.compile(r"\s*(?:end of document|document [A-Z]{2,}\w*\d{8,}\w*)\s*$", re.IGNORECASE)
_START = re.compile(r"\s*(?:document\s+)?\d+\s+of\s+\d+(?:\s+documents)?\s*$", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:[-=_*~#–—]\s?){4,}$")
_COPYRIGHT = re.compile(r"\s*(?:\(c\)|©|copyright\b)|\s*all rights reserved\W*$", re.IGNORECASE)
_WORDS = re.compile(r"\s*[\d,. ]+\s+words\s*$", re.IGNORECASE)
_EDITION = re.compile(r"\b(?:edition|final|late|city)\b", re.IGNORECASE)
_TITLE_WORDS = 40


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    said: str
    kind: str = "other"  # blank, end, start, rule, head, foot, other
    what: str = ""
    value: str = ""


def split_documents(text: str) -> list[Parsed]:
    """Return the articles of a text with labelled lines above and below each; none if it has no such lines.

    Two different labels above a text make a header ("Source: ...", "Byline: ..."), or a service's own marks
    ("End of Document", "2 of 25 DOCUMENTS"). What the lines tell is taken; they are kept out of the text.

    Examples
    --------
    >>> found = split_documents('''Ferries to stop
    ... The Lake Post
    ... March 5, 2021 Friday
    ... Section: NEWS; Pg. 4
    ... Byline: Ada Berg
    ... Body
    ... The council stopped them on Friday.
    ... Load-Date: March 6, 2021
    ... End of Document''')
    >>> [(a.title, a.outlet, a.author, a.published_on, a.text) for a in found]
    [('Ferries to stop', 'The Lake Post', 'Ada Berg', '2021-03-05', 'The council stopped them on Friday.')]
    """
    lines = _classified(text)
    found: list[Parsed] = []
    # "1 of 3" alone may be a page's number.
    marked = any(
        line.kind == "end" or (line.kind == "start" and "document" in line.said.lower()) for line in lines
    )
    for part in _parts(lines):
        starts = _headers(part)
        if not starts and not marked:
            continue
        # What stands above the first header is a cover, or an article that has none.
        edges = [0, *starts, len(part)]
        for first, last in pairwise(edges):
            article = _document(text, part[first:last]) if first < last else None
            if article is not None:
                found.append(article)
    if not marked and not any(a.outlet or a.author or a.published_on for a in found):
        return []
    return found


def _classified(text: str) -> list[_Line]:
    lines = [_Line(m.start(), m.end(), m[0]) for m in re.finditer(r"[^\n]*\n?", text) if m[0]]
    tags = [m[1] for line in lines if (m := _TAG.match(line.said.rstrip("\n")))]
    factiva = "HD" in tags and bool({"SN", "PD"} & set(tags)) and bool({"LP", "TD"} & set(tags))
    for line in lines:
        said = line.said.strip()
        label = _LABEL.match(said)
        tag = _TAG.match(said) if factiva else None
        told = _TELLS.get(label[1].strip().lower()) if label else None
        if tag is not None:
            told, label = _TELLS.get(tag[1].lower(), ("", "head")), tag
            told = ("", "head") if tag[1] in {"LA", "CO"} else told
        if not said:
            line.kind = "blank"
        elif _END.match(said) or (tag is not None and tag[1] == "AN"):
            line.kind = "end"
        elif _START.match(said):
            line.kind = "start"
        elif _RULE.match(said):
            line.kind = "rule"
        elif told is not None and label is not None:
            (line.what, line.kind), line.value = told, (label[2] or "").strip()
        elif _BODY.match(said):
            line.kind, line.what = "head", "text"
        elif _COPYRIGHT.match(said):
            line.kind, line.what = "copyright", ""
        elif _WORDS.match(said):
            line.kind, line.what = "head", "words"
    return lines


def _parts(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Return the lines between a service's marks."""
    parts: list[list[_Line]] = [[]]
    for line in lines:
        if line.kind in {"end", "start"}:
            parts.append([])
        else:
            parts[-1].append(line)
    return [part for part in parts if any(line.kind != "blank" for line in part)]


def _headers(part: Sequence[_Line]) -> list[int]:
    """Return at which lines documents begin: where two labels stand together, with what is above them."""
    starts: list[int] = []
    at = 0
    while at < len(part):
        if part[at].kind != "head":
            at += 1
            continue
        first, names, end = at, set[str](), at
        while at < len(part) and (
            part[at].kind in {"head", "blank", "copyright", "rule"} or _goes_on(part, at)
        ):
            if part[at].kind == "head":
                names |= {_name(part[at])} - {"later"}
                end = at
                if part[at].what == "text":
                    break
            at += 1
        at = end + 1
        if len(names) >= 2:
            starts.append(_above(part, first))
    return starts


def _name(line: _Line) -> str:
    """Return what a label tells, or the label where that is nothing: two of one kind make no header."""
    return line.what or re.split(r"[:\s]", line.said.strip().lower(), maxsplit=1)[0]


def _goes_on(part: Sequence[_Line], at: int) -> bool:
    """Whether a line only goes on with the label above it: "NEWS; Pg. 4;\\nWorld Desk"."""
    line = part[at]
    return (
        line.kind == "other"
        and at > 0
        and part[at - 1].kind in {"head", "copyright"}
        and part[at - 1].what not in {"text", "words"}
        and not is_sentence(line.said.strip())
    )


def _above(part: Sequence[_Line], first: int) -> int:
    """Return where the unlabelled lines above a header begin: title, outlet, day."""
    if part[first].what == "title":
        return first
    begin, taken = first, 0
    for at in range(first - 1, -1, -1):
        line = part[at]
        if line.kind == "blank":
            continue
        if line.kind not in {"other", "copyright"} or taken == 5:
            break
        if is_sentence(line.said.strip()) and not dates_in(line.said):
            break
        begin, taken = at, taken + 1
    return begin


def _document(text: str, lines: Sequence[_Line]) -> Parsed | None:
    """Return the article of one document, None if it has no text."""
    told: dict[str, str] = {}
    loose: list[str] = []
    below: list[str] = []
    tail, sentence, body = -1, len(lines), len(lines)
    for at, line in enumerate(lines):
        if line.kind in {"head", "copyright"}:
            tail = at
        # "Piers to close!" above the labels is a headline, though it ends like a sentence.
        above = any(one.kind == "head" for one in lines[at + 1 : at + 8])
        if line.kind == "other" and is_sentence(line.said.strip()) and not (above or _is_day(line.said)):
            sentence = at
            break
        if line.what == "text":
            break
    for at, line in enumerate(lines[: min(tail + 1, sentence) if tail >= 0 else sentence]):
        if line.what == "words":
            loose.append("")
        elif line.kind == "head" and line.what != "text":
            value = line.value
            if not value and line.what:
                value = next((n.said.strip() for n in lines[at + 1 : at + 3] if n.kind == "other"), "")
            told.setdefault(line.what, value)
        elif line.kind == "other" and not _goes_on(lines, at):
            loose.append(line.said.strip())
    for at, line in enumerate(lines[: min(sentence, len(lines))]):
        if line.kind == "other" and _goes_on(lines, at) and lines[at - 1].what in {"outlet", "day", "later"}:
            below.append(line.said.strip())
    if tail >= 0 and lines[tail].what == "text":
        body = tail if lines[tail].value else tail + 1
    elif tail >= 0:
        rest = range(tail + 1, len(lines))
        body = next((n for n in rest if lines[n].kind == "other" and not _goes_on(lines, n)), len(lines))
    else:
        body = sentence
    own = told.get("title", "") or (tail < 0 or any(loose))
    if not own and body < len(lines) and _is_headline(lines[body].said):
        # Below the labels and a blank line stands the headline.
        told["title"] = lines[body].said
        body = next((n for n in range(body + 1, len(lines)) if lines[n].kind == "other"), len(lines))
    start = lines[body].start if body < len(lines) else -1
    if start < 0:
        return None
    if lines[body].kind == "head":
        start = text.index(lines[body].value, start)
    stop = _foot(lines, body, told)
    words = _plain_body(text[start : lines[stop - 1].end])
    if not any(is_sentence(one) for one in words.split("\n")):
        return None
    title, outlet, day = _unlabelled(loose)
    # "Published: 5 March 2021" over the headline, without a blank line.
    title = title or next((clean(one) for one in below if 3 <= len(one.split()) <= _TITLE_WORDS), "")
    outlet = clean(told.get("outlet", "")) or outlet
    byline = told.get("author", "")
    author = find_byline([f"By {byline.removeprefix('By ').removeprefix('by ')}"]) if byline else ""
    author = author or clean_author(byline, outlet=outlet) or find_byline(loose) or _bare_byline(loose)
    return Parsed(
        words,
        title=clean(told.get("title", "")) or title,
        outlet=outlet,
        author=author.title() if author.isupper() else author,
        url=http_url(told.get("url", "")),
        published_on=day_in_cell(told.get("day", ""), serial=False)
        or day
        or day_in_cell(told.get("loaded", ""), serial=False),
    )


def _foot(lines: Sequence[_Line], body: int, told: dict[str, str]) -> int:
    """Return where the lines below a text begin, and take the day of loading from them."""
    stop = len(lines)
    for at in range(body + 1, len(lines)):
        line = lines[at]
        foot = line.kind in {"foot", "copyright"} or (line.kind == "head" and line.what != "text")
        prose = sum(len(one.said.split()) >= 12 and is_sentence(one.said.strip()) and one.kind == "other"
                    for one in lines[at + 1 :])  # fmt: skip
        if foot and not prose:
            stop = min(stop, at)
            if line.what == "loaded":
                told.setdefault("loaded", line.value)
    while stop > body + 1 and lines[stop - 1].kind in {"blank", "rule"}:
        stop -= 1
    return stop


def _is_headline(line: str) -> bool:
    return 3 <= len(line.split()) <= _TITLE_WORDS and not is_sentence(line.strip())


def _is_day(line: str) -> bool:
    return bool(dates_in(line)) and len(line.split()) <= 8


def _plain_body(text: str) -> str:
    """Return a text without the marks of its parts (LP and TD of Factiva)."""
    kept = [line for line in text.split("\n") if not re.fullmatch(r"\s*(?:LP|TD|Body|BODY)\s*:?", line)]
    return "\n".join(re.sub(r"^\s{0,3}(?:LP|TD)\s{1,8}(?=\S)", "", line) for line in kept).strip()


def _bare_byline(loose: Sequence[str]) -> str:
    """Return the names that stand, without "By", between a headline and the number of words.

    >>> _bare_byline(["Ferries to stop", "Ada Berg", "", "5 May 2021"]), _bare_byline(["Piers", "Berg", ""])
    ('Ada Berg', '')
    """
    above = list(loose[: loose.index("")]) if "" in loose else []
    if len(above) < 2 or len(above[-2].split()) < 3:
        return ""
    name = find_byline([f"By {above[-1]}"])
    return name if name == clean(above[-1]) and len(name.split()) <= 6 else ""


def _unlabelled(loose: Sequence[str]) -> tuple[str, str, str]:
    """Return title, outlet and day of the lines above a header that carry no label.

    Some services write outlet, day, title; others title, outlet, day; Factiva title, number of words (an
    empty line here), day, outlet.

    >>> _unlabelled(["The Lake Post", "March 5, 2021 Friday", "First Edition", "Ferries to stop"])
    ('Ferries to stop', 'The Lake Post', '2021-03-05')
    >>> _unlabelled(["Ferries to stop", "Ada Berg", "", "5 March 2021", "The Lake Post", "LAKPOS", "English"])
    ('Ferries to stop', 'The Lake Post', '2021-03-05')
    """
    byline = _bare_byline(loose)
    loose = [line for line in loose if not byline or line != byline]
    lines = [clean(line) for line in loose if not find_byline([line]) and not re.match(r"\d\d:\d\d", line)]
    at = next((n for n in reversed(range(len(lines))) if _is_day(lines[n])), -1)
    if at < 0:
        titles = [line for line in lines if 2 <= len(line.split()) <= _TITLE_WORDS]
        return (titles[-1] if titles else ""), "", ""
    day = dates_in(lines[at])[0].isoformat()
    before = [line for line in lines[:at] if line]
    after = [
        line for line in lines[at + 1 :] if line and not (_EDITION.search(line) and len(line.split()) <= 5)
    ]
    if "" in lines[:at]:
        return (before[-1] if before else ""), (after[0] if after else ""), day
    if len(before) >= 2 and not after:
        return before[-2], before[-1], day
    if after:
        return after[-1], (before[-1] if before else ""), day
    return (before[-1] if before else ""), "", day
