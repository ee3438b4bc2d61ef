"""Which parts of a text are the article, and which are the page around it.

Offsets never shift: the body is a list of spans into the text as read, and :func:`mask` blanks out the
rest without changing a length.
"""

from __future__ import annotations

import re

from dashboard_core.read.fields import dates_in, find_byline
from dashboard_core.records import Span

__all__ = ["find_body", "find_title", "is_sentence", "mask"]

# A line that ends like this is a sentence, a lead-in ("..., he said:") or a quote.
# Behind it may stand the agency or the writers' signs: "... by Monday. (ANI)", "... she said. (boy/jpnn)".
# A name, or an agency that sells pictures, stands behind a caption.
_SENTENCE_END = re.compile(
    r"""(?:[.!?…:;。！？؟۔।]["'”’»“)\]」』]*|["”»」』])
        (?:\s*\((?!AP|AFP|EPA|UPI)(?:[A-Z]{2,8}|[a-z]{2,12}(?:/[a-z]{2,12}){1,3})\)\.?)?\s*$""",
    re.VERBOSE,
)
_SPEECH_START = re.compile(r"""^\s*(?:[-–—]\s|["“„«‘'])""")
_SHORT_SENTENCE = re.compile(
    r"^[A-Z\u00c0-\u024f\u0400-\u04ff].*[a-z\u00df-\u024f\u0430-\u04ff][.!?]['\"\u2019\u201d]?$"
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LETTER_WORD = re.compile(r"[^\W\d_]{2,}")

# Lines of the page, not of the article, in whatever place they stand. Each pattern has to cover the
# whole line or open it, so that a sentence which merely speaks of sharing or subscribing survives.
_PAGE_LINES = re.compile(
    r"""^\W*(?:
        advertisement | sponsored(?:\ content)? | read\ (?:also|more|next)\b.* | see\ also\b.*
      | also\ read\b.* | related(?:\ (?:articles|stories|news|topics|posts))?\W*$
      | recommended(?:\ for\ you)?\W*$ | most\ read\W*$
      | (?:please\ )?(?:share|tweet|print|email|copy\ link|save)\b\W*(?:this|it|article|story|on|via)?.{0,40}$
      | .*\bshare\ (?:it|this)\ on\ social\ media\b.*
      | (?:please\ )?(?:sign\ up|subscribe|log\ in|sign\ in|register)\b.{0,160}$
      | follow\ us\b.* | join\ us\ on\b.* | like\ us\ on\b.* | get\ our\ newsletter.*
      | (?:write|leave|post|add)\ an?\ comment.* | \d*\ ?comments?\W*$ | comments\ are\ closed.*
      | (?:views?|reads?|shares?|likes?)\s*[:\-]\s*[\d.,\ k]+$
      | \d[\d.,]*\s*(?:views?|reads?|shares?|likes?|comments?)\W*$
      | (?:tags?|topics?|keywords?|filed\ under|categor(?:y|ies))\s*:.*
      | (?:file\ )?(?:photo|image|picture|video|credit|caption|infographic)s?\s*
        (?:credit|caption|source|by)?\s*:.{0,200}$
      | media\ (?:playback|caption)\b.* | image\ (?:copyright|caption)\b.* | getty\ images\W*$
      | watch\ (?:the\ )?video.*
      | .{0,60}©.* | .{0,60}\(c\)\s*\d{4}.* | copyright\b.* | .*\ball\ rights\ reserved\b.*
      | any\ use\ of\ materials\b.*
      | this\ (?:material|article|content)\ may\ not\ be\ (?:re)?published\b.*
      | (?:by\ using|this)\ (?:this\ )?(?:web)?site\b.{0,40}\bcookies\b.* | we\ use\ cookies\b.*
      | accept\ (?:all\ )?cookies.* | download\ (?:our|the)\ app.* | (?:our|the)\ newsletter\W*$
      | printed\ (?:on|from|by)\b.{0,160}$ | loading\W*$ | back\ to\ top\W*$ | skip\ to\b.*
      | follow\ .{2,60}\ on\ (?:facebook|twitter|x|instagram|telegram|linkedin|threads|bluesky)\b[^”"]*
      | .{0,300}\bwe\ may\ (?:earn|receive)\ an?\ (?:small\ )?(?:affiliate\ )?commission\b.*
      | .{0,160}\bshare\ your\ (?:videos|photos|pictures|stories|views)\b.{0,60}
      | (?:the\ )?(?:views|opinions)\ expressed\b.{0,120}\b(?:author|writer)s?\b.*
      | this\ (?:article|story|piece)\ (?:was\ )?(?:originally|first)\ (?:appeared|published)\b.{0,160}
      | for\ more\ (?:on|about|news|information|stories|details)\b.{0,90}
        \b(?:visit|follow\ us|go\ to|check\ out)\b.{0,80}
      | this\ (?:story|article|report)\ (?:has\ been|was)\ (?:updated|corrected)\b.{0,120}
      | [^“"]{3,120}\ contributed\ to\ this\ (?:report|story|article)\W{0,3}
      | \(?(?:article|story|reporting|editing|writing|compiled)\ by\ (?-i:[A-ZÀ-Ý]).{2,100}
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
# "RELATED: Union rejects the tolls." ends like a sentence, but it is another article's headline. In capitals
# only, or with a mark that no sentence has: "More: we want peace" may be somebody's words.
_PULL_LINK = re.compile(
    r"""(?:RELATED(?:\ (?:STORY|STORIES|NEWS|ARTICLES?|VIDEOS?|CONTENT))?|MORE|MORE\ ON\ THIS|READ|READ\ MORE
      |READ\ NEXT|ALSO\ READ|SEE\ ALSO|SEE\ MORE|WATCH|WATCH\ NOW|LISTEN|LISTEN\ NOW|VIDEOS?|PHOTOS?|GALLERY
      |MUST\ READ|DON['’]T\ MISS|CLICK\ HERE|TRENDING|UP\ NEXT|ICYMI|EXCLUSIVE|OPINION
      |[Rr]elated(?:\ (?:[Ss]tory|[Aa]rticles?|[Cc]ontent))?)
      \s*[:|»>]\s*(?=\S)""",
    re.VERBOSE,
)
# The same inside a paragraph: behind a full stop, up to the next one.
_INNER_LINK = re.compile(
    r"""(?:(?<=[.!?][”"’)])|(?<=[.!?]))\ +
        (?:RELATED(?:\ (?:STORY|STORIES|NEWS|ARTICLES?))?|READ\ MORE|READ\ NEXT|READ|ALSO\ READ|SEE\ ALSO
          |WATCH|WATCH\ NOW|MUST\ READ|DON['’]T\ MISS|ICYMI|Related|Read\ more)
        \ ?[:|»>]\ *[^.!?\s][^.!?]{2,200}(?:[.!?]+|$)""",
    re.VERBOSE,
)
# A link that runs on longer than this is no headline.
_LINK_WORDS = 30
# From here on only links follow ("Read also:" above a list of headlines).
_TAIL_HEADS = re.compile(
    r"""^\W*(?:read\ also|see\ also|related\ (?:articles|stories|news|posts)|most\ (?:read|popular|viewed)
      |recommended(?:\ for\ you)?|more\ (?:on\ this|from)\b.*|more\ (?:like\ this|news|stories)
      |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in)
      |(?:popular|trending|latest)(?:\ (?:news|posts|stories|now))?
      |write\ a\ comment|leave\ a\ (?:comment|reply)|post\ a\ comment)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
# This many labels before the first sentence make a menu.
_HEADER_LABELS = 3


def _lines(text: str) -> list[Span]:
    return [Span(m.start(), m.end()) for m in re.finditer(r"[^\n\r\u2028\u2029]+", text) if m.group().strip()]


def _words(line: str) -> int:
    # Chinese, Japanese, Thai and their neighbours put no blanks between words: three letters make one.
    return len(line.split()) + len(_UNSPACED.findall(line)) // 3


def is_sentence(line: str) -> bool:
    """Tell whether a line reads like prose: it ends like a sentence, or it is too long for a label."""
    words = _words(line)
    if not _LETTER_WORD.search(line):
        return False
    if _SENTENCE_END.search(line):
        # "loading..." and "Views:" end like sentences; a short quote or dash line is one, and so is
        # "Brussels declined." among paragraphs.
        return words >= 5 or (words >= 2 and bool(_SPEECH_START.match(line) or _SHORT_SENTENCE.match(line)))
    return words >= 25


def _is_pull_link(line: str) -> bool:
    return bool(_PULL_LINK.match(line)) and len(line.split()) <= _LINK_WORDS


def find_body(text: str) -> tuple[Span, ...]:
    """Return the spans of the article's own paragraphs, in order.

    The page's header (menu, headline, byline, date) ends at the first line of prose, its footer starts
    after the last one; in between only labels are left out: share lines, view counters, captions, related
    links, cookie notices, bare headings. Plain text with none of these keeps every paragraph. A text
    without any line of prose, such as a bare headline, has no body.

    >>> text = "Menu\\nShare\\nThe council met on Monday in the capital.\\nViews: 12\\n"
    >>> [text[s.start:s.end] for s in find_body(text)]
    ['The council met on Monday in the capital.']
    """
    kept: list[Span] = []
    labels_before = 0
    for span in _lines(text):
        line = text[span.start : span.end]
        stripped = line.strip()
        own = _INNER_LINK.sub("", stripped)
        if kept and _TAIL_HEADS.match(stripped) and not _prose_follows(text, span.end):
            break
        if _PAGE_LINES.match(stripped) or not is_sentence(own) or _is_pull_link(stripped):
            labels_before += not kept
            continue
        if not kept and labels_before >= _HEADER_LABELS and _words(stripped) < 8:
            # "What are you looking for?" in a menu ends like a sentence, too.
            continue
        lead = len(line) - len(line.lstrip())
        kept += _without_links(text, Span(span.start + lead, span.start + lead + len(stripped)))
    return tuple(kept)


def _without_links(text: str, line: Span) -> list[Span]:
    """Return a paragraph's parts before and after links to other articles inside it."""
    parts: list[Span] = []
    start = line.start
    for link in _INNER_LINK.finditer(text, line.start, line.end):
        parts.append(Span(start, link.start()))
        start = link.end()
        while start < line.end and text[start].isspace():
            start += 1
    parts.append(Span(start, line.end))
    return [part for part in parts if part.start < part.end]


def _prose_follows(text: str, after: int) -> bool:
    """Tell whether real paragraphs come after a "Read also:" (then it stood inside the article)."""
    rest = text[after:]
    following = [rest[s.start : s.end].strip() for s in _lines(rest)]
    # A teaser of another article breaks off.
    prose = [line for line in following if _words(line) >= 8 and _SENTENCE_END.search(line)]
    prose = [line for line in prose if not line.endswith(("...", "…", "[...]", "[…]"))]
    return sum(not _PAGE_LINES.match(line) for line in prose) >= 2


def mask(text: str, body: tuple[Span, ...]) -> str:
    """Return ``text`` with everything outside ``body`` turned to blanks; the length stays the same.

    Line breaks stay, so that paragraphs do not run together. A carriage return becomes a blank: the line
    feed beside it is break enough.

    >>> mask("Menu\\nA sentence here.", (Span(5, 21),))
    '    \\nA sentence here.'
    """
    out: list[str] = []
    at = 0
    for span in body:
        out.append(re.sub(r"[^\n]", " ", text[at : span.start]))
        out.append(text[span.start : span.end].replace("\r", " "))
        at = span.end
    out.append(re.sub(r"[^\n]", " ", text[at:]))
    return "".join(out)


def find_title(text: str, body: tuple[Span, ...]) -> str:
    """Return the headline above the body: the last line there that has a headline's length, else "".

    Where no menu stands above it, it is the first: what follows is the line below the headline.

    >>> header = "MENU\\nCouncil agrees on water treaty\\n3 May 2021\\n"
    >>> text = header + "The council met on Monday at noon in the old capital."
    >>> find_title(text, find_body(text))
    'Council agrees on water treaty'
    """
    header_end = body[0].start if body else len(text)
    # "## Ferries to stop": marks of Markdown.
    candidates = [
        text[s.start : s.end].strip().removesuffix("**").lstrip("#*").strip()
        for s in _lines(text[:header_end])
    ]
    # "KGS/USD = 0.0114 -0%" is no label and no headline.
    said = [c for c in candidates if sum(map(str.isalpha, c)) * 2 > len("".join(c.split()))]
    said = [c for c in said if not _PAGE_LINES.match(c) and not _tells_who_or_when(c)]
    if said and said[0] == candidates[0] and said[0].isupper() and 3 <= _words(said[0]) <= 40:
        return said[0]  # "FERRIES MUST STOP" opens the text: below it stands what it stands above
    titles = [c for c in said if 4 <= _words(c) <= 40]
    if not titles:
        # "Piers are painted": so short a line is a headline only where it stands alone, or opens the text
        # with little below it but an outlet's name; a menu has more.
        short = [c for c in said if 2 <= _words(c) <= 3]
        if len(said) == 1:
            return short[0] if short else ""
        phrase = [c for c in short if re.search(r"\s[a-zа-яё]{3,}", c)]
        opens = bool(candidates) and candidates[0] in short and len(candidates) < _HEADER_LABELS + 2
        return next(iter([*phrase, *short])) if opens and len(said) < _HEADER_LABELS else ""
    return titles[0] if len(titles) == len(said) else titles[-1]


def _tells_who_or_when(line: str) -> bool:
    if _words(line) > 8:
        # "By Ada Berg, The Lake Post, 3 May 2021"
        return _words(line) <= 14 and bool(dates_in(line) and find_byline([line.strip("*_ ")]))
    by = re.match(r"(?:By|BY)\s+[A-Z][\w.'’-]+\s+[A-Z]", line)
    return bool(re.search(r"\b\d{1,2}:\d{2}\b", line) or dates_in(line) or by or find_byline([line]))
