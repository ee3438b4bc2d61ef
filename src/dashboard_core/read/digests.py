"""Texts in which somebody put several articles under headings of their own: told apart only when asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read.body import is_sentence
from dashboard_core.read.columns import ARTICLES, SPLIT
from dashboard_core.read.fields import clean, dates_in, find_byline, http_url
from dashboard_core.read.parsed import Parsed, Parses

__all__ = ["SeveralArticles", "digest_told", "heading_kind", "outlet_above", "split_digest"]

HINT_ONE = (
    "It came in as one article. If these are several, choose on the Corpus page to split them before saving, "
    "or bring the file in with --split; remove the one article, if it was saved."
)
HINT_SPLIT = "If it is one article with subheadings, remove these and bring it in as one."
# The higher a heading stands, the lower its number; those of no marked level come after all marked ones.
_BOLD, _NUMBERED, _PLAIN = 7, 8, 9
_MARKED = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_BOLD_LINE = re.compile(r"(?:\*\*|__)(?P<said>[^*_].*?)(?:\*\*|__)$")
_NUMBER = re.compile(r"(?P<number>\d{1,2})[.)]\s+(?P<said>\S.*)$")
_STYLE = re.compile(r"(?:heading|kop|überschrift|titre|заголовок|başlık)\s?([1-6])$", re.IGNORECASE)
_UNDERLINE = re.compile(r"(?:=|-){3,}$")
_RULE = re.compile(r"(?:[-=_*~#–—]\s?){3,}$")
_LINK = re.compile(r"\[(?P<said>[^\]]*)\]\((?P<url>https?://[^\s)]+)\)")
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_LABEL = re.compile(
    r"(?:source|outlet|publication|publisher|media|published(?: (?:on|by|in|at))?|date|link|url|original"
    r"|read more|full (?:text|article|story)|via|from|источник|дата|ссылка|kaynak|tarih)\s*:\s*",
    re.IGNORECASE,
)
_NO_OUTLET = re.compile(
    r"(?:source|link|original|read(?: (?:more|on|here|it|the .*))?|more|full (?:text|article|story)|here|via"
    r"|url|article|web|online|updated|published|translated|translation|[\d:.]+|a\.?m|p\.?m|gmt|utc)?\W*$",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*[|·•–—;]\s*|\s+-\s+|,\s+|\s*[()]\s*")
_DATE_WORD = re.compile(r"\d|^\W*$|^(?:of|on|at|the|г|года|год)\W*$|^[^\W\d]+day$", re.IGNORECASE)
# What tells an outlet from a place.
_MEDIA = re.compile(
    r"\b(?:post|times|herald|courier|news|gazette|journal|tribune|daily|today|tv|radio|agency|press|monitor"
    r"|observer|guardian|mail|star|express|chronicle|independent|telegraph|standard|reporter|bulletin|weekly"
    r"|wire|media|online|mirror|sun|globe|examiner|inquirer|dispatch|sentinel|echo|record|ledger|diplomat"
    r"|economist|gazeta|vesti|novosti|haber|zaman|reuters|afp|tass|bbc|cnn)\b|\w\.[a-z]{2,4}$",
    re.IGNORECASE,
)
_COMPILED = re.compile(r"\b(?:digest|press review|briefing|round-?up|overview|clippings)\b", re.IGNORECASE)
_HEADING_WORDS = 30
_SOURCE_WORDS = 16
# Shorter passages are notes between articles, or parts of one.
_LONG_WORDS, _LEAST_WORDS = 150, 80
# What stands above the first article and is no longer than this is a cover.
_COVER_WORDS = 40


class SeveralArticles(ArticleFormatError):
    """A remark: a file looks like several articles; ``split`` says whether they were told apart."""

    def __init__(
        self, path: str | Path, problems: Sequence[str], remedy: str, count: int, split: bool
    ) -> None:
        super().__init__(path, problems, remedy, remark=True)
        self.count = count
        self.split = split


@dataclass(slots=True)
class _Line:
    said: str
    level: int = 0  # 0: no heading
    title: str = ""


@dataclass(slots=True)
class _Unit:
    """A heading and what stands below it; the first one of a text has none."""

    level: int
    title: str
    lines: list[_Line]

    @property
    def words(self) -> int:
        """Words of its sentences."""
        return sum(len(one.said.split()) for one in self.lines if is_sentence(one.said.strip()))


def heading_kind(style: str, *, bold: bool) -> str:
    """Return how a paragraph of a Word file is marked as heading, in the marks of Markdown; "" if it is not.

    >>> heading_kind("heading 2", bold=False), heading_kind("Title", bold=False), heading_kind("", bold=True)
    ('##', '#', '**')
    """
    level = _STYLE.match(style)
    if level or style.casefold() in {"title", "titel"}:
        return "#" * (int(level[1]) if level else 1)
    return "**" if bold else ""


def split_digest(lines: Sequence[tuple[str, str]]) -> list[Parsed]:
    """Return the articles that stand under headings of one level; none if it looks like one article.

    At least two headings of one level (marked, bold, numbered, or a line by itself) must each be followed, or
    its text be ended, by a line with outlet, day, author or address; or be listed above in a table of
    contents; or three have long texts below and no more than a cover above them. What stands between is kept:
    passages of prose under other headings are articles, too.

    Parameters
    ----------
    lines : sequence of (line, mark)
        ``mark`` is that of :func:`heading_kind` where the line itself does not carry it.

    Examples
    --------
    >>> text = '''# Press review
    ... ## Ferries to stop
    ... *The Lake Post, 5 March 2021*
    ...
    ... The council stopped them on Friday.
    ...
    ... ## Piers are painted
    ... Source: https://lake-herald.example/piers
    ...
    ... The painters came at noon.'''
    >>> for one in split_digest([(line, "") for line in text.splitlines()]):
    ...     print([one.title, one.outlet, one.published_on, one.url, one.text])
    ['Ferries to stop', 'The Lake Post', '2021-03-05', '', 'The council stopped them on Friday.']
    ['Piers are painted', '', '', 'https://lake-herald.example/piers', 'The painters came at noon.']
    """
    read = _classified(lines)
    levels = sorted({line.level for line in read if line.level})
    best: tuple[int, list[_Unit]] = (0, [])
    for level in levels:
        units = _units(read, level)
        worth = _worth(units, level)
        if worth > best[0]:
            best = worth, units
    found = [_article(unit) for unit in best[1] if unit.words and (unit.level or unit.words >= _COVER_WORDS)]
    return found if len(found) >= 2 else []


def digest_told(one: Parses, several: Sequence[Parsed], columns: Mapping[str, str] | None) -> Parses:
    """Return the one article or the several ones, as was asked, and say that it could be otherwise."""
    count = len(several)
    if (columns or {}).get(ARTICLES) == SPLIT:
        told = f"was split into {count} articles by its headings, as asked"
        return Parses(list(several), remarks=[told], hint=HINT_SPLIT, several=count)
    told = f"looks like {count} articles under headings of their own"
    # The outlet in a line below the first heading is not that of the others.
    whole = [replace(article, outlet="") for article in one.articles]
    return Parses(whole, remarks=[told], hint=HINT_ONE, several=count)


def _classified(lines: Sequence[tuple[str, str]]) -> list[_Line]:
    """Return the lines with the level of those that are headings."""
    read = [_Line(said, *_heading(said.strip(), mark)) for said, mark in lines]
    for at, line in enumerate(read[:-1]):
        below = read[at + 1].said.strip()
        # "Ferries to stop" over "=====".
        if not line.level and _UNDERLINE.match(below) and _fits_heading(line.said.strip()):
            line.level, line.title = (1 if below[0] == "=" else 2), line.said.strip()
            read[at + 1].said = ""
    numbers = [m for line in read if line.level == _NUMBERED and (m := _NUMBER.match(line.said.strip()))]
    # A list of points starts anew, or stands without blank lines; articles are counted through.
    if [int(m["number"]) for m in numbers] != list(range(1, len(numbers) + 1)):
        for line in read:
            line.level = 0 if line.level == _NUMBERED else line.level
    for at, line in enumerate(read):
        alone = at == 0 or not read[at - 1].said.strip() or bool(_RULE.match(read[at - 1].said.strip()))
        if not line.level and alone and _fits_heading(line.said.strip()):
            near = [one for one in read[at + 1 : at + 3] if one.said.strip()][:1]
            if near and not near[0].level and _is_source(near[0].said) and not _is_source(line.said):
                line.level, line.title = _PLAIN, line.said.strip()
    return read


def _heading(said: str, mark: str) -> tuple[int, str]:
    marked = _MARKED.match(said)
    if marked:
        return len(marked[1]), marked[2].strip("*_ ")
    if mark.startswith("#"):
        return len(mark), said
    bold = _BOLD_LINE.match(said)
    title = bold["said"] if bold else said
    if (bold or mark) and _fits_heading(title) and not _is_source(title):
        return _BOLD, title
    number = _NUMBER.match(said)
    if number and _fits_heading(number["said"]):
        return _NUMBERED, number["said"]
    return 0, ""


def _fits_heading(said: str) -> bool:
    return 2 <= len(said.split()) <= _HEADING_WORDS and (not is_sentence(said) or said[-1] in "?!")


def _units(lines: Sequence[_Line], level: int) -> list[_Unit]:
    """Return what stands under each heading of a level or above it; lower ones stay in the text."""
    units = [_Unit(0, "", [])]
    for line in lines:
        ends = 0 < line.level <= level if level < _BOLD else line.level == level or 0 < line.level < _BOLD
        if ends:
            title = _NUMBER.match(line.title) if level != _NUMBERED else None
            units.append(_Unit(line.level, title["said"] if title else line.title, []))
        else:
            units[-1].lines.append(line)
    return units


def _worth(units: Sequence[_Unit], level: int) -> int:
    """Return of how many units it is likely that they are articles; 0 if this looks like one article."""
    own = [unit for unit in units if unit.level == level and unit.words]
    if len(own) < 2:
        return 0
    sourced = sum(any(_sources(unit)) or bool(dates_in(unit.title)) for unit in own)
    if sourced >= max(2, 0.6 * len(own)):
        return 100 * sourced
    cover = units[: next(n for n, unit in enumerate(units) if unit.words and unit.level == level)]
    above = [_bare(line.said) for unit in cover for line in unit.lines]
    listed = sum(any(_bare(unit.title) in line for line in above) for unit in own)
    if len(own) >= 3 and listed >= 0.6 * len(own):
        return len(own)
    lengths = [unit.words for unit in own]
    long = len(own) >= 3 and min(lengths) >= _LEAST_WORDS and sum(lengths) >= _LONG_WORDS * len(own)
    # Subheadings of one article are short, and its first paragraphs stand above the first of them.
    named = sum(len(unit.title.split()) >= 5 for unit in own) >= 0.6 * len(own)
    covered = sum(unit.words for unit in cover) < _COVER_WORDS
    return len(own) if long and named and covered else 0


def _bare(said: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", said.casefold()))


def _is_source(said: str) -> bool:
    """Whether a line says where something stood, and no more.

    >>> [_is_source(one) for one in ("*Lake Post, 5 May 2021*", "It rained on 5 May 2021.", "By Ada Berg")]
    [True, False, True]
    """
    plain = said.strip().strip("*_").strip()
    words = len(_ADDRESS.sub("", _LINK.sub("x", plain)).split())
    if not plain or words > _SOURCE_WORDS or (words > 3 and is_sentence(_ADDRESS.sub("", plain).strip())):
        return False
    labelled = _LABEL.match(plain)
    return bool(
        (labelled and len(plain) > labelled.end())
        or _ADDRESS.search(plain)
        or (dates_in(plain) and words <= 12)
        or find_byline([plain])
    )


def _sources(unit: _Unit) -> tuple[list[int], list[int]]:
    """Return which lines below a heading, and which at the end of its text, say where it stood."""
    filled = [n for n, line in enumerate(unit.lines) if line.said.strip()]
    above: list[int] = []
    for at in filled[:4]:
        said = unit.lines[at].said
        if unit.lines[at].level or not (_is_source(said) or _is_italic(said)):
            break
        above.append(at)
    if not any(_is_source(unit.lines[at].said) for at in above) and len(above) != 1:
        above = []
    below: list[int] = []
    for at in [n for n in reversed(filled) if not _RULE.match(unit.lines[n].said.strip())][:3]:
        if at in above or unit.lines[at].level or not _is_source(unit.lines[at].said):
            break
        below.append(at)
    return above, below


def _is_italic(said: str) -> bool:
    """Whether a short line is set in italics as a whole, as outlets are."""
    return bool(re.fullmatch(r"\s*([*_])[^*_]{2,60}\1\s*", said)) and not is_sentence(said.strip(" *_"))


def _article(unit: _Unit) -> Parsed:
    above, below = _sources(unit)
    taken = [unit.lines[at].said for at in [*above, *sorted(below)]]
    left = [line.said for n, line in enumerate(unit.lines) if n not in above and n not in below]
    text = "\n".join(left).strip()
    while (last := text.rpartition("\n"))[1] and _RULE.match(last[2].strip()):
        text = last[0].rstrip()
    title, said = unit.title, taken
    # "Ferries to stop (The Lake Post, 5 March 2021)"
    named = re.search(r"\s*\((?P<said>[^()]*)\)\s*$", title)
    if named and _is_source(named["said"]):
        title, said = title[: named.start()], [named["said"], *taken]
    link = _LINK.fullmatch(title.strip())
    if link:
        title, said = link["said"], [link["url"], *said]
    days = {day for line in said for day in dates_in(line)}
    url = next((http_url(m[0].rstrip(".,;")) for line in said if (m := _ADDRESS.search(line))), "")
    return Parsed(
        text,
        title=clean(title.strip("*_ ")),
        outlet=next(filter(None, map(_outlet, said)), ""),
        author=find_byline(part for line in said for part in [line, *_PART.split(line)]),
        url=url,
        published_on=days.pop().isoformat() if len(days) == 1 else "",
    )


def outlet_above(lines: Sequence[str]) -> str:
    """Return the outlet that a line with a day above an article names, else ""; a place is none.

    >>> [outlet_above([one]) for one in ("By Ada Berg, The Lake Post, 5 May 2021", "New York, 5 May 2021")]
    ['The Lake Post', '']
    >>> outlet_above(["Daily digest, 5 May 2021"])
    ''
    """
    for line in lines:
        name = _outlet(line) if dates_in(line) and len(line.split()) <= _SOURCE_WORDS else ""
        if _COMPILED.search(name):
            continue
        if name and (_MEDIA.search(name) or (re.search("[|·•]", line) and len(name.split()) > 1)):
            return name
    return ""


def _outlet(line: str) -> str:
    """Return the outlet that a line with day, address or author names, else "".

    >>> [_outlet(one) for one in ("By Ada Berg, The Lake Post, May 5, 2021", "[Lake Post](https://a.example)")]
    ['The Lake Post', 'Lake Post']
    >>> [_outlet(one) for one in ("5 May 2021 | Lake Post", "[Read more](https://a.example)", "5 марта 2021")]
    ['Lake Post', '', '']
    """
    plain = _ADDRESS.sub(" ", _LINK.sub(r"\g<said> | ", line)).strip().strip("*_").strip()
    for part in _PART.split(plain):
        name = _LABEL.sub("", clean(part)).strip(" *_:\"'“”")
        date_words = [word for word in name.split() if not _DATE_WORD.search(word)]
        # "March 5" and "5 марта" leave one word of a day behind.
        of_a_day = len(date_words) < len(name.split()) and len(date_words) <= 1
        if name and date_words and not of_a_day and not _NO_OUTLET.match(name) and not find_byline([name]):
            return name if len(name.split()) <= 6 and not dates_in(name) else ""
    return ""
