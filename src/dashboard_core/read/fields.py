"""Titles, names, dates and addresses, cleaned of what does not belong into them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

__all__ = [
    "INVISIBLE",
    "clean",
    "clean_author",
    "dateline_day",
    "dates_in",
    "day_of",
    "days_above",
    "find_byline",
    "http_url",
    "only_date",
    "parse_iso_date",
    "parse_url",
]

# Where a word may break, which way it runs, or nothing at all: no reader sees it, and every search stumbles
# over it. The joiners U+200C and U+200D are none of these: Persian and Indic words are misspelt without them.
INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
INVISIBLE |= dict.fromkeys([0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # more marks of direction
# Pages write "&#150;" for a dash, as if their code page were Unicode: browsers show what was meant.
INVISIBLE |= {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
_MONTHS = "january february march april may june july august september october november december".split()
# As pages in other languages write them, in the case that stands in a date, and short.
_MONTHS_ABROAD = {
    name: number
    for number, names in enumerate(
        """
    januar stycznia ledna januari jänner janvier janv enero ene janeiro gennaio января январь янв
    січня ocak oca yanvar қаңтар يناير |
    februar lutego února februari feber février févr febrero fevereiro febbraio февраля февраль фев
    лютого şubat şub subat fevral ақпан فبراير شباط |
    märz marca března maart mär mars marzo março марта март мар березня mart наурыз مارس آذار |
    april kwietnia dubna avril abril abr aprile апреля апрель апр квітня nisan nis aprel сәуір أبريل
    إبريل ابريل نيسان |
    mai maja května mei mayo maio maggio мая май травня mayıs mayis мамыр مايو أيار |
    juni czerwca června juin junio junho giugno июня июнь июн червня haziran haz iyun маусым يونيو
    حزيران |
    juli lipca července juillet juil julio julho luglio июля июль июл липня temmuz tem iyul шілде
    يوليو تموز |
    august sierpnia srpna augustus août agosto ago августа август авг серпня ağustos agustos ağu
    avgust avqust тамыз أغسطس اغسطس |
    september września září septembre septiembre setembro settembre сентября сентябрь сент сен
    вересня eylül eyl eylul sentabr sentyabr қыркүйек سبتمبر أيلول |
    oktober października října okt octobre octubre outubro ottobre октября октябрь окт жовтня ekim
    eki oktabr oktyabr қазан أكتوبر |
    november listopadu novembre noviembre novembro ноября ноябрь ноя нояб листопада kasım kasim kas
    noyabr қараша نوفمبر |
    dezember grudnia prosince dez décembre déc diciembre dic dezembro dicembre декабря декабрь дек
    грудня aralık aralik ara dekabr желтоқсан ديسمبر
    """.split("|"),
        1,
    )
    for name in names.split()
}
# What stands before the first dash of a report.
_DATELINE = re.compile(r"\s*([^\n]{3,60}?)(?:\s-{1,2}\s|\s?[–—]\s?)")
_DATE = re.compile(
    r"\b(?:(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|°)?\.?\s+(?:de\s+)?(?P<m>[^\W\d_]{3,12})\.?,?\s+"
    r"(?:de\s+)?(?P<y>\d{4})"
    r"|(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})"
    # "05-Mar-2021" of programs; "2021 жылғы 5 наурыз", "2021-жылдын 5-марты" of Kazakh and Kyrgyz pages.
    r"|(?P<d4>\d{1,2})[-/.](?P<m4>[^\W\d_]{3,12})[-/.](?P<y4>\d{4})"
    r"|(?P<y5>\d{4})[ -]?(?:жыл\w{0,4}|ж\.)\s?(?P<d5>\d{1,2})[ -](?P<m5>[^\W\d_]{3,12})"
    r"|(?P<y3>\d{4})[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2}))(?!\d)"
)
# Chinese, Japanese and Korean: 2026年3月5日, 2026년 3월 5일.
_EASTERN = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
# "05.03.2021" is the fifth of March wherever dots are used; with slashes only a number above twelve tells.
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d./-])")
_NO_PERSON = re.compile(
    r"^(?:(?:user |site |web ?|super ?)?admin(?:istrator)?"
    r"|editors?|editorial(?: (?:team|staff|board|office))?"
    r"|staff(?: (?:writer|reporter))?s?|news ?(?:room|desk)|web ?(?:master|team|desk)|redaktor|redaktsiya"
    r"|(?:national|foreign|city|world|politics|business|digital) desk"
    r"|(?:\w+ )?wire(?: (?:services?|reports))?"
    r"|редакция|(?:la )?(?:redacción|redazione|rédaction)|redação|(?:die )?redaktion|haber merkezi"
    r"|author|unknown|guest|none|null|anonymous|user|root|owner|python-docx"
    r"|microsoft office user|windows user)$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^\W*(?:(?:[Ww]ritten |[Rr]eported )?(?:[Bb]y|BY)|[Pp]or|[Pp]ar|Von(?! de[nr]?\b)"
    r"|(?:[Aa]uthors?|[Aa]ut(?:or|eur|ore)|[Tt]exte?|Автор|Yazar)\s*:)\s+(?P<name>\S.{1,100})$"
)
# "作者：..." of Chinese pages; a name there has two to four signs.
_EASTERN_BYLINE = re.compile(
    r"^\W*(?:作者|記者|记者)\s*[:：]\s*(?!网络|综合|本报|本站|佚名|编辑)(?P<name>[\u3400-\u9fff]{2,4})\W*$"
)
# Before a name, in the page's own data, too.
_BEFORE_NAME = re.compile(
    r"^(?:(?:written |reported )?by(?:\s*:\s*|\s+)|p[ao]r\s+(?=\S+\s+\S))|\s*<[^>]*>$", re.IGNORECASE
)
_HOST = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$", re.IGNORECASE)
# "By Falka Brusk Tuesday, 3 May": the day belongs to no name.
_DAY_AFTER = re.compile(
    r"\s+(?=(?:mon|tues?|wed|thurs?|fri|sat|sun)\.(?:,|$)"
    r"|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september"
    r"|october|november|december)\b)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:last\s+)?(?:updated|modified|edited|retrieved|accessed|downloaded)\b"
    r".*?(?=\b(?:first\s+)?(?:published|posted)\b|$)",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"^(?:[A-ZÀ-ɏЀ-Я][\w'’.-]*|de|del|der|den|di|da|van|von|al|el|bin|ibn|ul|and|&)$")


def clean(value: str) -> str:
    """Return a value on one line without control characters, which no spreadsheet or page can show.

    >>> clean("A\\x00 headline\\n in two lines")
    'A headline in two lines'
    >>> clean("A head\\u00adline")
    'A headline'
    """
    shown = value.translate(INVISIBLE)
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())


def parse_url(value: str) -> str:
    """Return a web address; ValueError for anything that is not http or https.

    >>> parse_url("javascript:alert(1)")
    Traceback (most recent call last):
    ValueError: url 'javascript:alert(1)' is no http or https address
    """
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


def http_url(*values: str) -> str:
    """Return the first of the values that is a web address, else "".

    >>> http_url("", "/news/1", "https://example.org/news/1")
    'https://example.org/news/1'
    """
    for value in values:
        try:
            found = parse_url("".join(value.split()) if value.isprintable() else "")
        except ValueError:
            continue  # A page may call anything its address; only a real one counts.
        if found and len(found) <= 2_000:
            return found
    return ""


def parse_iso_date(value: str) -> date | None:
    """Return the day of an ISO date or time; ValueError if it is neither, None if it is empty."""
    value = value.strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(f"published_on {value[:40]!r} is no date of the form YYYY-MM-DD") from None


def day_of(value: str) -> str:
    """Return a plausible day of publication as YYYY-MM-DD, else "".

    >>> day_of("2021-05-03T23:30:00+02:00"), day_of("3 May 2021"), day_of("soon"), day_of("9999-01-01")
    ('2021-05-03', '2021-05-03', '', '')
    """
    found = only_date(value)
    return found.isoformat() if found else ""


def dates_in(text: str) -> list[date]:
    """Return the days named in a text, in order; what can be read in two ways is left out.

    >>> [d.isoformat() for d in dates_in("3 May 2021, updated May 4th, 2021; 03.05.2021, 05/06/2021")]
    ['2021-05-03', '2021-05-04', '2021-05-03']
    >>> [d.isoformat() for d in dates_in("05-Mar-2021; 5 Mart 2021; 2021-жылдын 5-марты")]
    ['2021-03-05', '2021-03-05', '2021-03-05']
    >>> [d.isoformat() for d in dates_in("于2021年5月3日; viernes, 3 de mayo de 2021; 3 мая 2021 г.")]
    ['2021-05-03', '2021-05-03', '2021-05-03']
    """
    found: list[tuple[int, date]] = []
    for match in _DATE.finditer(text):
        parts = match.groupdict()
        month, day, year = (
            next((parts[f"{what}{n}"] for n in ("", 2, 3, 4, 5) if parts[f"{what}{n}"]), "0")
            for what in "mdy"
        )
        month = month if month.isdigit() else _month(month)
        found += [(match.start(), d) for d in _day(int(year), int(month), int(day))]
    for match in _EASTERN.finditer(text):
        found += [(match.start(), d) for d in _day(int(match[1]), int(match[2]), int(match[3]))]
    for match in _NUMERIC.finditer(text):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
        if mark == "." or first > 12 or first == second:
            found += [(match.start(), d) for d in _day(year, second, first)]
        elif second > 12:
            found += [(match.start(), d) for d in _day(year, first, second)]
    return [day for _, day in sorted(found)]


def days_above(lines: Iterable[str]) -> set[date]:
    """Return the days that the lines above an article name; of an update only where none else is named.

    >>> [day.isoformat() for day in days_above(["Published 5 May 2021", "Last updated: 7 May 2021"])]
    ['2021-05-05']
    >>> [day.isoformat() for day in days_above(["Updated 7 May 2021"])]
    ['2021-05-07']
    """
    said = list(lines)
    first = {day for line in said for day in dates_in(_LATER.sub("", line))}
    return first or {day for line in said for day in dates_in(line)}


def only_date(text: str) -> date | None:
    """Return the one day that a text names, or None when it names several or none.

    >>> only_date("Published 3 May 2021, 10:15 (2021-05-03)")
    datetime.date(2021, 5, 3)
    """
    found = set(dates_in(text))
    return found.pop() if len(found) == 1 else None


def dateline_day(text: str) -> date | None:
    """Return the day of the dateline that a text opens with, or None.

    >>> dateline_day("LUNDHAVN, 12 March 2021 (Coast Agency) - Talks ended without a result.")
    datetime.date(2021, 3, 12)
    >>> dateline_day("12 March 2021 – It ended."), dateline_day("The 12 March 2021 accord - new - holds.")
    (datetime.date(2021, 3, 12), None)
    """
    opening = _DATELINE.match(text)
    day = _DATE.search(opening[1]) if opening else None
    if opening is None or day is None:
        return None
    place, agency = opening[1][: day.start()], opening[1][day.end() :].strip(" ),.:(")
    # A place has a capital in each word; whatever else stands there makes it a sentence.
    if any(word[0].islower() for word in [*place.split(), *agency.split()]) or place.startswith("The "):
        return None
    return only_date(opening[1])


def _day(year: int, month: int, day: int) -> Iterable[date]:
    try:
        found = date(year, month, day)
    except ValueError:
        return ()  # "Room 12 2024" or 31 February is no date, and says nothing.
    # Tomorrow is already today further east. An article from the year 3021 is a slip.
    return (found,) if date(1800, 1, 1) <= found <= datetime.now(UTC).date() + timedelta(days=1) else ()


def _month(name: str) -> int:
    name = name.replace("İ", "i").lower()
    matches = [n for n, month in enumerate(_MONTHS, 1) if len(name) >= 3 and month.startswith(name)]
    # "5 наурызда", "5-марты": endings of the Turkic languages.
    ends = [
        n
        for month, n in _MONTHS_ABROAD.items()
        if month[0] >= "а" and name.startswith(month) and len(month) > 3
    ]
    return matches[0] if matches else _MONTHS_ABROAD.get(name, ends[0] if ends else 0)


def clean_author(*names: str, outlet: str = "") -> str:
    """Return the people among the names, joined by commas; addresses and "admin" are nobody.

    >>> clean_author("By Falka Brusk", "admin", "https://example.org/staff", "Falka Brusk")
    'Falka Brusk'
    """
    people: list[str] = []
    house = _bare(outlet)
    for name in names:
        name = _BEFORE_NAME.sub("", clean(name))
        # "Falka Brusk, LAKE POST": the house after the name is no second author.
        first, _, last = name.rpartition(",")
        name = first if house and _bare(last) == house else name
        name = name.strip(" ,;|·-–—")
        if outlet and name.casefold().endswith(f" | {outlet}".casefold()):
            name = name[: -len(outlet)].rstrip(" ,|")
        plain = 2 <= len(name) <= 300 and not re.search(r"https?:|www\.|@|\d{3}|[{}<>]", name)
        # "lakepost.example" and "Lake Post Editions Ltd" are the house, not people.
        of_the_house = bool(house) and (_bare(name) == house or _is_part(house, _bare(name)))
        if plain and not _NO_PERSON.match(name) and not _HOST.match(name) and not of_the_house:
            people.append(name)
    # A box with a biography begins with the name that stands beside it alone.
    shortest = sorted(dict.fromkeys(people), key=len)
    repeated = {n for n in people if any(n != o and n.startswith(f"{o} ") for o in shortest)}
    return ", ".join(n for n in dict.fromkeys(people) if n not in repeated)


def _is_part(house: str, name: str) -> bool:
    """Whether one is the other with a word more: "Lake Post Editions", "Lake Post" of "Lake Post Online"."""
    return (len(house) >= 6 and house in name) or (
        house.startswith(name) and (len(name) >= 6 or (len(name) >= 2 and not name.isascii()))
    )


def _bare(name: str) -> str:
    """Return a name without what differs between its spellings: "Lake Post" and "lakepost.com" are one.

    >>> _bare("LAKE POST") == _bare("www.lakepost.com") == _bare("The Láke Post")
    True
    """
    folded = unicodedata.normalize("NFKD", name.strip().casefold())
    plain = re.sub(r"[\u0300-\u036f]|^www\.|^the |\.(?:com|org|net|[a-z]{2}|co\.uk)$", "", folded)
    return re.sub(r"\W+", "", plain)


def find_byline(lines: Iterable[str]) -> str:
    """Return the author that a line above the body names ("By Falka Brusk"), else "".

    >>> find_byline(["Lake treaty agreed", "By Falka Brusk, 3 May 2021"])
    'Falka Brusk'
    """
    for line in lines:
        eastern = _EASTERN_BYLINE.match(clean(line))
        if eastern:
            return eastern["name"]
        match = _BYLINE.match(clean(line))
        if match:
            name = re.split(r"\s*[,|•·/]\s+|\s+[-–—]\s+|\s+(?=\d)|\s+in\s+(?=[A-Z])", match["name"])[
                0
            ].strip()
            name = _DAY_AFTER.split(name)[0] if len(name.split()) > 2 else name
            if 2 <= len(name.split()) <= 8 and all(_NAME_WORD.match(w.strip(",")) for w in name.split()):
                return clean_author(name)
    return ""
