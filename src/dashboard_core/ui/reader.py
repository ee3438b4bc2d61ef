"""Passages as safe HTML: everything from an article is escaped, nothing of it becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

from dashboard_core.charts import SYMBOLS, THEMES, Theme, ThemeName, mix
from dashboard_core.charts.wording import day, plural, standing
from dashboard_core.ui.links import web_address
from dashboard_core.vocabulary import STANCE_LABELS, STANCES

__all__ = ["Passage", "article_html", "card_html", "hits", "style", "title_of"]

# Invisible marks that could turn the reading direction of everything after a quotation.
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


# Letters of a passage that a card among several shows.
_BEGINNING: Final = 320


@dataclass(frozen=True, slots=True)
class Passage:
    """One claim as the reader marks it: where it stands, who speaks, and its stances by target.

    ``beside``: the reader asked for other targets; its mark has no colour, and its tip alone names stances.
    """

    claim_id: str
    start: int
    end: int
    speaker: str
    stances: tuple[tuple[str, str], ...]  # (target, stance)
    beside: bool = False


def style(theme: ThemeName) -> str:
    """Return the style sheet of cards and articles for a theme."""
    look = THEMES[theme]
    tints = "".join(
        f".dc-article mark.dc-{stance}{{background:{mix(look.stance[stance], look.page, 0.16)};"
        f"border-bottom:3px solid {look.stance[stance]}}}"
        f".dc-chip-{stance}{{background:{look.stance[stance]};color:{look.on_stance[stance]}}}"
        for stance in STANCES
    )
    return (
        f".dc-card{{border:1px solid {look.line};border-left:5px solid {look.muted};padding:.7rem 1rem;"
        f"margin:0 0 .7rem;background:{look.page};color:{look.text}}}"
        ".dc-card blockquote{margin:.4rem 0;padding:0;border:0;font-size:1.05rem;line-height:1.5}"
        ".dc-card summary{cursor:pointer}.dc-card details[open] :is(.dc-rest,.dc-part){display:none}"
        f".dc-card .dc-rest{{color:{look.muted};text-decoration:underline;font-size:.92rem}}"
        "u.dc-why{text-decoration-style:dotted;text-decoration-thickness:2px;text-underline-offset:4px}"
        f".dc-meta{{color:{look.muted};font-size:.92rem;line-height:1.45}}"
        f".dc-meta b,.dc-meta a{{color:{look.text}}}"
        ".dc-chip{display:inline-block;border-radius:3px;padding:.05rem .45rem;margin:.1rem .3rem .1rem 0;"
        f"font-size:.85rem;font-weight:600;border:1px solid {look.muted}}}"
        ".dc-numbers{display:flex;flex-wrap:wrap;gap:.6rem;margin:.2rem 0 .4rem!important;"
        "padding:0!important}"
        f".dc-numbers div{{border:1px solid {look.line};border-radius:4px;padding:.5rem 1rem;"
        "min-width:8rem;margin:0}"
        f".dc-numbers dt{{color:{look.muted};font-size:.9rem}}"
        f".dc-numbers dd{{color:{look.text};font-size:1.7rem;margin:0;line-height:1.2}}"
        f".dc-article{{color:{look.text};font-size:1.05rem;line-height:1.65;max-width:46rem}}"
        # Each sign in one piece: a frame broken over two lines lies on what is below.
        ".dc-key{max-width:none!important;line-height:2!important}.dc-key mark{white-space:nowrap;"
        "line-height:1.4;display:inline-block;margin:.15rem 0}"
        ".dc-article p{margin:0 0 .9rem;overflow-wrap:anywhere}"
        ".dc-article details{margin:0 0 1rem}.dc-article summary{cursor:pointer}"
        f".dc-article .dc-aside{{color:{look.muted};font-size:.9rem}}"
        ".dc-article mark{color:inherit;padding:.05rem 0;border-bottom:3px solid transparent;"
        f"background:{mix(look.muted, look.page, 0.14)}}}"
        f"{tints}"
        f".dc-article mark.dc-focus{{outline:2px solid {look.text};outline-offset:2px}}"
        f"mark.dc-hit,.dc-article mark.dc-hit{{background:#FFE066;color:#1A222C;font-weight:600}}"
    )


def hits(text: str, needle: str) -> str:
    """Return escaped text with the searched words marked.

    Examples
    --------
    >>> hits("No <b>new</b> bloc", "bloc")
    'No &lt;b&gt;new&lt;/b&gt; <mark class="dc-hit">bloc</mark>'
    """
    text = _DIRECTION.sub("", text)
    if not needle.strip():
        return escape(text)
    parts = re.split(f"({re.escape(needle.strip())})", text, flags=re.IGNORECASE)
    return "".join(
        f'<mark class="dc-hit">{escape(part)}</mark>' if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def explained(text: str, weighed: Sequence[str], needle: str = "") -> str:
    """Return escaped text with the words that moved a label underlined, and the searched words marked.

    Examples
    --------
    >>> explained("No new bloc, he said.", ["No new bloc"])
    '<u class="dc-why">No new bloc</u>, he said.'
    """
    places = [(text.find(words), len(words)) for words in weighed if words]
    spans = sorted((start, start + length) for start, length in places if start >= 0)
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        parts.append(hits(text[at : max(at, start)], needle))
        parts.append(f'<u class="dc-why">{hits(text[max(at, start) : end], needle)}</u>')
        at = end
    return "".join([*parts, hits(text[at:], needle)])


def _chip(target: str, stance: str) -> str:
    kind = f" dc-chip-{stance}" if stance in STANCES else ""
    return f'<span class="dc-chip{kind}">{SYMBOLS[stance]} {STANCE_LABELS[stance]}: {escape(target)}</span>'


def card_html(row: Mapping[str, Any], look: Theme, needle: str = "", *, folded: bool = False) -> str:
    """Return one claim as a card: who says it, the stances, the words, where they were published.

    ``row`` holds text, speaker, role, organisation, country, title, outlet, url, published_on (missing:
    undated) and ``stances``, a sequence of (target, stance). ``unnamed``, where given, are targets that the
    passage does not name; the card says so. ``weighed``, where given, are the words that
    moved the labels; they are underlined. ``folded``: one card of several, a long passage shows its
    beginning, and the title stands in a button below.
    """
    known = [str(row[key]) for key in ("role", "organisation", "country") if not _blank(row.get(key))]
    # "Head of the Institute of Tides, Institute of Tides": once is enough.
    told = [value for value in known if not any(value != other and value in other for other in known)]
    who = "".join(f", {escape(value)}" for value in dict.fromkeys(told))
    outlet = "" if _blank(row.get("outlet")) else escape(str(row["outlet"]))
    when = "undated" if _blank(row.get("published_on")) else day(row["published_on"])
    title = "" if folded else escape(title_of(row))
    url = "" if _blank(row.get("url")) else web_address(str(row["url"]))
    read = ""
    if url:
        place = outlet or escape(urlsplit(url).hostname or "the outlet")
        read = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Read at {place}</a>'
    chips = "".join(_chip(target, stance) for target, stance in row["stances"])
    edge = next((look.stance[s] for _, s in row["stances"] if s in STANCES), look.muted)
    where = " · ".join(part for part in (title, outlet, when, read) if part)
    words = explained(str(row["text"]), row.get("weighed", ()), needle)
    if folded:
        weighed = row.get("evidence")
        words = _beginning(str(row["text"]), needle, "" if _blank(weighed) else str(weighed))
    unnamed = " and ".join(standing(str(target)) for target in row.get("unnamed", ()))
    doubt = f"{unnamed}: named in the headline or the sentence before, not here."
    doubt = f'<div class="dc-meta">{escape(doubt)}</div>' if unnamed else ""
    return (
        f'<article class="dc-card" style="border-left-color:{edge}">'
        f'<div class="dc-meta"><b>{escape(str(row["speaker"]))}</b>{who}</div>'
        f"<div>{chips}</div>"
        f"<blockquote>{words}</blockquote>"
        f"{doubt}"
        f'<div class="dc-meta">{where}</div>'
        "</article>"
    )


def title_of(row: Mapping[str, Any]) -> str:
    """Return an article's title, or that it has none."""
    return "Untitled article" if _blank(row.get("title")) else str(row["title"])


def _beginning(text: str, needle: str, weighed: str = "") -> str:
    """Return a passage, of a long one a part, which opens the rest: several can be run over.

    The part is the beginning, or begins with the sentence that holds the words that ``weighed`` most: a label
    whose reason cannot be seen looks wrong.
    """
    cut = text.rfind(" ", 0, _BEGINNING)
    if len(text) <= _BEGINNING * 1.25 or cut < _BEGINNING // 2:
        return hits(text, needle)
    # Whoever looks for words has to see them: they may stand behind the beginning.
    opened = " open" if needle.strip() else ""
    rest = '<span class="dc-rest">… whole passage</span>'
    place = text.find(weighed) if weighed else 0
    if place + len(weighed) <= cut:
        first = f"{hits(text[:cut], needle)} {rest}"
        return f"<details{opened}><summary>{first}</summary>{hits(text[cut:], needle)}</details>"
    start = max(text.rfind(sign, 0, place) for sign in (". ", "? ", "! "))
    start = start + 2 if start >= 0 and place - start < _BEGINNING // 2 else place
    end = text.find(" ", max(start + _BEGINNING, place + len(weighed)))
    part = text[start:] if end < 0 else f"{text[start:end]} "
    first = f'<span class="dc-part">… {hits(part, needle)}{rest}</span>'
    return f"<details{opened}><summary>{first}</summary>{hits(text, needle)}</details>"


def _blank(value: Any) -> bool:
    return value is None or value != value or value == ""


def article_html(
    text: str,
    passages: Iterable[Passage],
    *,
    needle: str = "",
    focus: str = "",
    body: Sequence[tuple[int, int]] = (),
) -> str:
    """Return an article with its claims marked by stance, paragraph by paragraph.

    Overlapping claims share their characters: a piece of text carries the stance of the claim that
    started last. Paragraphs outside ``body`` (menus, share lines) are folded away. Each paragraph that a
    claim starts in has the claim's id, so that a link can jump to it.

    Examples
    --------
    >>> one = Passage("c1", 0, 5, "Ada Berg", (("the bloc", "opposed"),))
    >>> article_html("No! <i> she said.", [one])  # doctest: +ELLIPSIS
    '<div class="dc-article"><p id="c1"><mark class="dc-opposed" title="Ada Berg. Opposed: the bloc">No! ...
    """
    marked = sorted(passages, key=lambda passage: (passage.start, -passage.end))
    pieces: list[str] = []
    asides: list[str] = []
    position = 0
    for line in text.splitlines(keepends=True):
        start, end = position, position + len(line)
        position = end
        if not line.strip():
            continue
        inside = [p for p in marked if p.start < end and p.end > start]
        written = _line(text, start, start + len(line.rstrip()), inside, needle, focus)
        if bool(body) and not inside and not any(b < end and e > start for b, e in body):
            asides.append(f'<p class="dc-aside">{written}</p>')
            continue
        pieces += _folded(asides)
        asides = []
        anchor = next((f' id="{escape(p.claim_id)}"' for p in inside if start <= p.start < end), "")
        pieces.append(f"<p{anchor}>{written}</p>")
    pieces += _folded(asides)
    return f'<div class="dc-article">{"".join(pieces)}</div>'


def _folded(asides: Sequence[str]) -> list[str]:
    """Fold menus and share lines away; a single short line among the prose stays."""
    if not asides:
        return []
    if len(asides) < 3:
        return list(asides)
    lead = f"{len(asides)} lines of the website around the article, not analysed"
    return [f'<details class="dc-aside"><summary>{lead}</summary>{"".join(asides)}</details>']


def _line(text: str, start: int, end: int, inside: Sequence[Passage], needle: str, focus: str) -> str:
    cuts = {start, end}
    for passage in inside:
        cuts |= {max(passage.start, start), min(passage.end, end)}
    edges = sorted(cuts)
    parts: list[str] = []
    for low, high in pairwise(edges):
        if low >= high:
            continue
        covering = [p for p in inside if p.start < high and p.end > low]
        words = hits(text[low:high], needle)
        if not covering:
            parts.append(words)
            continue
        top = covering[-1]
        told = "; ".join(f"{STANCE_LABELS[stance]}: {target}" for target, stance in top.stances)
        tip = f"{top.speaker}. {told or 'No target'}"
        classes = [f"dc-{_shade(top)}"] if _shade(top) else []
        if top.claim_id == focus:
            classes.append("dc-focus")
        named = f' class="{" ".join(classes)}"' if classes else ""
        parts.append(f'<mark{named} title="{escape(tip)}">{words}</mark>')
        # A line without the spaces at its end: a passage may go on into them.
        ended = [
            p for p in covering if p.end == high or (high == end < p.end and not text[high : p.end].strip())
        ]
        parts += [_ending(passage) for passage in ended]
    return "".join(parts)


def _shade(passage: Passage) -> str:
    """The stance that colours a passage; none if its stances on different targets differ."""
    held = {stance for _, stance in passage.stances if stance in STANCES}
    return held.pop() if len(held) == 1 and not passage.beside else ""


def _ending(passage: Passage) -> str:
    """Chips after a passage: a colour alone does not say on what.

    Where the stances differ each target has its own; where one is held on several they are counted, and
    the tip names them.
    """
    held = [(target, stance) for target, stance in passage.stances if stance in STANCES]
    if not held or passage.beside:
        return ""
    stances = {stance for _, stance in held}
    if len(stances) > 1 or len(held) == 1:
        return " " + "".join(_chip(target, stance) for target, stance in held)
    names = escape("; ".join(target for target, _ in held))
    return f' <span title="{names}">{_chip(plural(len(held), "target"), stances.pop())}</span>'
