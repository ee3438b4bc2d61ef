"""Invented articles, and forty web pages around them in as many layouts; used by the reading tests.

Everything is made up: people, places, outlets and sentences. Each page knows what a reader of it should get.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

__all__ = ["Invented", "Page", "invent", "pages", "paragraph_recall", "word_f1"]

_FIRST = (
    "Arlo Benna Corin Dessa Evrin Falka Goran Hesta Ilmar Jorun Kessa Lorin Mirel Nadja Orsin Pella".split()
)
_LAST = "Vantor Hallek Brusk Tamsin Orveld Quist Maddern Solvay Ferrant Ulbricht Denholm Aszkar Pryce".split()
_PLACES = "Norrvale,Estmark,Lower Tavia,Port Callum,Belmere,Sarnovia,Upper Drin,Halvora,Kestria".split(",")
_THINGS = [
    "the river customs union",
    "a shared grain reserve",
    "the northern rail corridor",
    "joint border patrols",
    "the fisheries accord",
    "a common electricity market",
    "the visa waiver",
    "the lake monitoring mission",
]
_OUTLETS = [
    "The Lake Herald",
    "Norrvale Post",
    "Tavia Times",
    "Estmark Tribune",
    "Callum Daily",
    "Kestria Review",
    "Halvora Observer",
    "Drin News Agency",
    "Belmere Standard",
    "The Sarnovian",
]
_PROSE = [
    "{who}, who chairs the committee in {place}, told reporters that {thing} would need another year of work.",
    "“We cannot sign a paper that nobody has costed,” {last} said after the meeting in {place}. “Our farmers "
    "would pay for it first, and they have not been asked.”",
    "The ministers had met behind closed doors for almost nine hours before a short statement on {thing} was "
    "read out in {place}, where the rain had kept most of the delegations indoors.",
    "According to {who}, an economist at the institute of {place}, the costs of {thing} were set too low.",
    "Neither side published the figures on which the talks about {thing} had rested since the spring.",
    "“{thing_cap} is good for both of us, and I will say so in parliament,” said {who}, the deputy minister of "
    "transport. “But let us not pretend that it comes free.”",
    "In {place}, however, the mood was different: shopkeepers along the border said that they had heard "
    "promises about {thing} before, and that the queues had only grown longer.",
    "{last} added that the government of {place} would go on with {thing} whatever its neighbours decided.",
    "A spokesperson for the ministry declined to comment on {thing}, saying that the draft was not final.",
    "The agreement, first proposed in 2011 and shelved twice since, foresees common tariffs, a secretariat in "
    "{place} and a court of five judges whose rulings on {thing} bind all members.",
    "— We are ready for {thing}, and we have told our partners so, said {who}.",
    "Asked whether {place} would leave the talks, {last} answered: “No. We stay, and we vote against it.”",
]
_HEADLINES = [
    "{place} weighs {thing} as talks drag on",
    "Ministers in {place} agree to disagree over {thing}",
    "“Not at any price”: {place} sets terms for {thing}",
    "Why {place} still wants {thing}",
    "{place} and {other} to vote on {thing} in autumn",
]


@dataclass(frozen=True, slots=True)
class Invented:
    """An article that nobody wrote."""

    title: str
    outlet: str
    author: str
    published_on: date
    url: str
    paragraphs: tuple[str, ...]


def invent(seed: int, *, paragraphs: int = 9) -> Invented:
    """Return the same invented article for the same seed."""
    rnd = random.Random(seed)
    people = [f"{rnd.choice(_FIRST)} {rnd.choice(_LAST)}" for _ in range(3)]
    order = rnd.sample(_PROSE, k=min(paragraphs, len(_PROSE)))
    while len(order) < paragraphs:
        order += rnd.sample(_PROSE, k=min(paragraphs - len(order), len(_PROSE)))
    texts = []
    for template in order:
        who, thing = rnd.choice(people), rnd.choice(_THINGS)
        texts.append(
            template.format(
                who=who,
                last=who.split()[1],
                place=rnd.choice(_PLACES),
                thing=thing,
                thing_cap=thing[0].upper() + thing[1:],
            )
        )
    place, other = rnd.sample(_PLACES, 2)
    title = rnd.choice(_HEADLINES).format(place=place, other=other, thing=rnd.choice(_THINGS))
    outlet = _OUTLETS[seed % len(_OUTLETS)]
    day = date(rnd.randint(2012, 2025), rnd.randint(1, 12), rnd.randint(1, 28))
    host = outlet.lower().replace("the ", "").replace(" ", "") + ".example"
    author = f"{rnd.choice(_FIRST)} {rnd.choice(_LAST)}"
    return Invented(title, outlet, author, day, f"https://{host}/news/{seed}-report", tuple(texts))


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what it says; an empty field means that the page does not say it."""

    name: str
    html: str
    article: Invented
    author: str
    dated: bool


# How a page says its date in words.
_DATES: list[Callable[[date], str]] = [
    lambda d: f"{d.day} {d:%B} {d.year}",
    lambda d: f"{d:%B} {d.day}, {d.year}",
    lambda d: f"{d:%b} {d.day}, {d.year}, 10:15 AM",
    lambda d: f"{d.day:02}.{d.month:02}.{d.year}" if d.day > 12 else f"{d.day} {d:%b} {d.year}",
    lambda d: f"{d.isoformat()} 09:40",
    lambda d: f"{d:%A}, {d.day} {d:%B} {d.year}",
]


def _og(a: Invented) -> str:
    return (
        f'<title>{escape(a.title)} | {escape(a.outlet)}</title><meta property="og:title" content="{escape(a.title)}">'
        f'<meta property="og:site_name" content="{escape(a.outlet)}"><meta property="og:url" content="{a.url}">'
        f'<meta property="article:published_time" content="{a.published_on}T08:30:00+02:00">'
        f'<meta property="article:modified_time" content="{a.published_on.replace(year=a.published_on.year + 1)}'
        f'T08:30:00+02:00"><meta name="author" content="{escape(a.author)}">'
    )


def _ld(a: Invented, *, graph: bool = False) -> str:
    item = {
        "@type": ["NewsArticle"] if graph else "NewsArticle",
        "headline": a.title,
        "datePublished": f"{a.published_on}T06:00:00Z",
        "dateModified": f"{a.published_on.replace(year=a.published_on.year + 1)}T06:00:00Z",
        "author": [{"@type": "Person", "name": a.author}] if graph else {"@type": "Person", "name": a.author},
        "publisher": {"@type": "Organization", "name": a.outlet},
        "mainEntityOfPage": a.url,
    }
    site = {"@type": "WebSite", "name": a.outlet, "url": a.url}
    data = {"@context": "https://schema.org", "@graph": [site, item]} if graph else {"@context": "x", **item}
    return (
        f"<title>{escape(a.title)} – {escape(a.outlet)}</title>"
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
        f'<link rel="canonical" href="{a.url}">'
    )


def _dublin(a: Invented) -> str:
    return (
        f'<title>{escape(a.title)}</title><meta name="DC.title" content="{escape(a.title)}">'
        f'<meta name="DC.creator" content="{escape(a.author)}"><meta name="DC.publisher" '
        f'content="{escape(a.outlet)}"><meta name="DC.date.issued" content="{a.published_on}">'
    )


def _bare(a: Invented) -> str:
    return f"<title>{escape(a.title)} - {escape(a.outlet)}</title>"


_MENU = "".join(
    f'<li><a href="/{w.lower()}">{w}</a></li>'
    for w in ("Home", "World", "Economy", "Opinion", "Sport", "Video")
)
_RELATED = "".join(
    f'<li><a href="/r{n}">{t}</a></li>'
    for n, t in enumerate(("Rain stops the harvest in the valleys", "Five charts on the price of bread"))
)


def _paragraphs(a: Invented, style: int) -> str:
    texts = [escape(p) for p in a.paragraphs]
    if style == 1:  # text and line breaks in one box
        return "<div class='text'>" + "<br><br>".join(texts) + "</div>"
    if style == 2:  # a box per paragraph
        return "".join(f"<div class='par'>{t}</div>" for t in texts)
    inside = []
    for n, text in enumerate(texts):
        if style == 3 and text.startswith("“"):
            inside.append(f"<blockquote><p>{text}</p></blockquote>")
        elif style == 3 and n == 3:
            inside.append(f"<h3>What comes next</h3><p>{text}</p>")
        elif style == 4 and n == 2:
            inside.append(
                f'<figure><img src="https://images.example/p.jpg" onerror="go()"><figcaption>The port at dawn'
                f" (Photo: agency)</figcaption></figure><p>{text}</p>"
            )
        elif style == 4 and n == 5:
            inside.append(f"<aside class='related'><b>Related</b><ul>{_RELATED}</ul></aside><p>{text}</p>")
        else:
            first, _, rest = text.partition(" ")
            inside.append(f"<p><a href='/t'>{first}</a> {rest}</p>" if n % 3 == 1 else f"<p>{text}</p>")
    return "".join(inside)


def _frame(a: Invented, head: str, top: str, body: str, skeleton: int) -> str:
    foot = f"<footer><p>© {a.published_on.year + 1} {escape(a.outlet)}. All rights reserved.</p></footer>"
    comments = (
        "<div id='comments' class='comments'><h3>2 comments</h3><div class='comment'><p>Reader one: I do not believe "
        "a word of this, and neither does my neighbour in the valley.</p></div></div>"
    )
    share = "<div class='share'><a href='#'>Share</a> <a href='#'>Tweet</a></div>"
    news = "<div class='newsletter'><p>Sign up for our newsletter and get the best stories every morning.</p></div>"
    cookie = "<div class='cookie-banner'><p>We use cookies. <button onclick='ok()'>Accept</button></p></div>"
    inner = {
        0: f"<header><nav><ul>{_MENU}</ul></nav></header><main><article>{top}{share}{body}</article></main>{comments}",
        1: f"<div id='menu'><ul>{_MENU}</ul></div><div id='content'><div class='post'>{top}<div class='entry-content'>"
        f"{body}</div></div></div><div id='sidebar'><ul>{_RELATED}</ul></div>{news}",
        2: f"{cookie}<table><tr><td><ul>{_MENU}</ul></td><td class='main'>{top}{body}</td></tr></table>",
        3: f"<section class='page'><div class='top'><ul>{_MENU}</ul></div><section class='story'>{top}{news}"
        f"<div class='story-body'>{body}</div></section><section class='more'><ul>{_RELATED}</ul></section></section>",
        4: f"<div class='wrap'>{cookie}<div class='article-page'>{top}<div class='article__body' "
        f"itemprop='articleBody'>{body}</div>{share}</div>{comments}</div>",
    }[skeleton]
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}<script>track('{a.url}')</script></head>"
        f"<body onload='boot()'>{inner}{foot}<script src='https://ads.example/a.js'></script></body></html>"
    )


def pages(count: int = 40) -> list[Page]:
    """Return ``count`` pages: five skeletons, five ways to set paragraphs, eight ways to say who and when."""
    made = []
    for n in range(count):
        a = invent(1000 + n, paragraphs=7 + n % 5)
        said = _DATES[n % len(_DATES)](a.published_on)
        kind = n % 8
        byline, when = f"By {a.author}", said
        micro = f"<h1 itemprop='headline'>{escape(a.title)}</h1>"
        plain = f"<h1>{escape(a.title)}</h1>"
        head, top, author, dated = {
            0: (_og(a), f"{plain}<p class='byline'>{byline}</p><p class='date'>{when}</p>", True, True),
            1: (_ld(a), f"{plain}<div class='meta'>{when} | {a.author}</div>", True, True),
            2: (
                _bare(a),
                f"<div itemscope itemtype='https://schema.org/NewsArticle'>{micro}<span itemprop='author'>{a.author}"
                f"</span> <time itemprop='datePublished' datetime='{a.published_on}T07:00'>{when}</time></div>",
                True,
                True,
            ),
            3: (_dublin(a), plain, True, True),
            4: (
                _bare(a),
                f"{plain}<span class='author'>{byline}</span> <time datetime='{a.published_on}'>{when}</time>",
                True,
                True,
            ),
            5: (_ld(a, graph=True), f"{plain}<p class='standfirst'></p>", True, True),
            6: (_bare(a), f"{plain}<div class='post-date'>Published: {when}</div>", False, True),
            7: (
                f"<title>{escape(a.outlet)} | {escape(a.title)}</title><meta property='og:site_name' "
                f"content='{escape(a.outlet)}'>",
                f"{plain}<p class='author'><a rel='author' href='/a'>{a.author}</a></p>"
                + (f"<p class='info'>{when}</p>" if n % 16 == 7 else ""),
                True,
                n % 16 == 7,
            ),
        }[kind]
        skeleton, style = (n // 2) % 5, (n // 3 + n) % 5
        page = _frame(a, head, top, _paragraphs(a, style), skeleton)
        made.append(
            Page(f"page{n:02}-k{kind}-s{skeleton}-p{style}", page, a, a.author if author else "", dated)
        )
    return made


def _words(text: str) -> list[str]:
    return text.split()


def word_f1(found: str, expected: str) -> float:
    """Return the harmonic mean of precision and recall over words with their numbers."""
    from collections import Counter

    a, b = Counter(_words(found)), Counter(_words(expected))
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def paragraph_recall(found: str, expected: tuple[str, ...]) -> float:
    """Return the share of paragraphs that stand in the text as one whole line."""
    lines = {" ".join(line.split()) for line in found.splitlines()}
    return sum(" ".join(p.split()) in lines for p in expected) / len(expected)
