"""What real pages taught: each case is the shape of one that was read wrongly, with invented words."""

from __future__ import annotations

import pytest

from dashboard_core.read.html import parse_html
from dashboard_core.read.parsed import Parsed

PROSE = [
    "The council of the lake met on Monday and heard what the ferry captains had to say about the new piers.",
    "Nobody in the room expected a vote before the summer, and the chair said there was no need to hurry it.",
    "The fund that pays for the lamps has money until the autumn, according to a report of the harbour office.",
]
BODY = "".join(f"<p>{one}</p>" for one in PROSE)


def read(
    head: str = "",
    before: str = "<h1>Ferry captains ask for new piers</h1>",
    body: str = BODY,
    after: str = "",
) -> Parsed:
    page = (
        f"<html><head>{head or '<title>Ferry captains ask for new piers</title>'}</head>"
        f"<body>{before}<div class='story'>{body}</div>{after}</body></html>"
    )
    return parse_html(page.encode()).articles[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # the counters of Parse.ly get a block of data of their own
        ({"head": """<meta name="parsely-page" content='{"title": "Ferry", "pub_date": "2026-03-05T20:02:01Z"}'>"""}, "2026-03-05"),
        # an empty field of a database
        ({"head": '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'}, ""),
        # the first heading holds the outlet's name, the headline comes later
        ({"before": "<h1>Lake Post</h1><p>News Sport Weather</p>" + "<i>menu</i>" * 20
          + "<h1>Ferry captains ask for new piers</h1><span>5 March 2026 8:02 pm</span>"}, "2026-03-05"),
        # a day that a highlight beside the headline speaks of is not that of the article
        ({"before": "<h1>Ferry captains ask for new piers</h1><ul><li>The Lake Act was signed into law on "
          "August 14, 1935</li></ul>"}, ""),
        ({"head": '<link rel="canonical" href="https://lake.example/2026/news/03/05/piers.html">'}, "2026-03-05"),
        ({"head": '<link rel="canonical" href="https://lake.example/2026/3/5/77/piers">'}, "2026-03-05"),
        # "1 hr ago", with the moment as a title
        ({"before": '<h1>Ferry captains ask for new piers</h1><abbr title="2026-03-05T01:40:40Z">1 hr ago</abbr>'}, "2026-03-05"),
        # labelled, but far from the headline
        ({"after": "<i>x</i>" * 130 + "<div>Published: <span>Thursday, 5 Mar 2026 | 4:35 PM</span></div>"}, "2026-03-05"),
        # two such labels that differ say nothing
        ({"after": "<i>x</i>" * 130 + "<div>Published: 5 Mar 2026</div><div>Published: 6 Mar 2026</div>"}, ""),
        ({"before": '<h1>Ferry captains ask for new piers</h1><span property="dc:date" content="2026-03-05T05:00:00-08:00">'
          "x</span>"}, "2026-03-05"),
        # an agency's dateline
        ({"body": "<p>March 5, 2026 -- The council of the <a href='/l'>lake</a> met.</p>" + BODY}, "2026-03-05"),
        # behind a break, in no element of its own
        ({"before": "<h1>Ferry captains ask for new piers</h1><div>Ada Berg<br><a href='/'>Lake Post</a><br>"
          "Thu, 5 Mar 2026 17:55 UTC</div>"}, "2026-03-05"),
        ({"head": '<link rel="canonical" href="https://lake.example/a/202603/05/WS65.html">'}, "2026-03-05"),
        ({"head": '<meta name="publishdate" content="2026-03-05">'}, "2026-03-05"),
        ({"head": '<meta property="og:time " content="2026-03-05 16:04:30">'}, "2026-03-05"),
        # the page's own name for the place of the day, far from the headline; two that differ say nothing
        ({"after": "<i>x</i>" * 130 + "<div class='cmn-publish'>2026/3/5 5:50</div>"}, "2026-03-05"),
        ({"after": "<i>x</i>" * 130 + "<p class='post-date'>2026/3/5</p><p class='post-date'>2026/3/6</p>"}, ""),
        # the headline stands in no heading
        ({"before": "<div><span>Ferry captains ask for new piers</span></div><p>2026-03-05 12:11</p>"}, "2026-03-05"),
        # as written in China and Korea; a sentence without blanks is longer than it seems
        ({"before": "<h1>Ferry captains ask for new piers</h1><p>2026年3月5日 08:31</p>"}, "2026-03-05"),
        ({"before": "<h1>Ferry captains ask for new piers</h1><p>발행 2026년 3월 5일</p>"}, "2026-03-05"),
        ({"before": "<h1>Ferry captains ask for new piers</h1><p>湖区议会于2019年8月14日通过了关于渡轮码头和灯塔的法律并且"
          "决定在秋天之前为两岸居民修建新的码头。</p>"}, ""),
    ],
)  # fmt: skip
def test_the_day(given: dict[str, str], expected: str) -> None:
    assert read(**given).published_on == expected


@pytest.mark.parametrize(
    ("head", "byline", "expected"),
    [
        # the house is nobody, however it is spelled
        ('<meta name="author" content="lakepost.example">', '<a rel="author">Falka Brusk</a>', "Falka Brusk"),
        (
            '<meta name="author" content="Lake Post Editions">',
            '<a rel="author">Falka Brusk</a>',
            "Falka Brusk",
        ),
        ('<meta name="author" content="Falka Brusk, LAKE POST">', "", "Falka Brusk"),
        # nor is a desk or a wire
        ('<meta name="author" content="By: Harbour Wire">', '<a rel="author">Falka Brusk</a>', "Falka Brusk"),
        ('<meta name="author" content="National Desk">', '<a rel="author">Falka Brusk</a>', "Falka Brusk"),
        # a box that repeats the name and goes on
        (
            "",
            '<b itemprop="author">Falka Brusk</b><div itemprop="author">Falka Brusk Reporter Follow</div>',
            "Falka Brusk",
        ),
        ("", '<div class="byline">By Falka Brusk Thursday, March 5, 2026</div>', "Falka Brusk"),
        ('<meta name="byline" content="Falka Brusk">', "", "Falka Brusk"),
        # whoever keeps the site is nobody, and the house is the house with accents, too
        ('<meta name="author" content="User Admin">', "", ""),
        ('<meta name="author" content="The Láke Post">', '<a rel="author">Falka Brusk</a>', "Falka Brusk"),
        # as bylines begin elsewhere, and as they run into the day
        ("", "<div class='by'>Por Falka Brusk, LP</div>", "Falka Brusk"),
        ("", "<div class='by'>Von Falka Brusk</div>", "Falka Brusk"),
        ("", "<div class='by'>作者：林小雨</div>", "林小雨"),
        ("", "<div class='author'>By <b>Falka Brusk</b><i>Tue., March 3</i></div>", "Falka Brusk"),
        # a name in a list of other articles
        ("", "<aside><b class='author'>Odo Lamm</b></aside>", ""),
    ],
)
def test_the_author(head: str, byline: str, expected: str) -> None:
    site = '<meta property="og:site_name" content="Lake Post">'
    found = read(site + head, f"<h1>Ferry captains ask for new piers</h1>{byline}")
    assert (found.outlet, found.author) == ("Lake Post", expected)


def test_who_wrote_the_article_beside_is_not_its_author() -> None:
    other = "<article><h3>Lamps are lit</h3><span class='author'>Odo Lamm</span></article>"
    found = read(before="<article><h1>Ferry captains ask for new piers</h1></article>", after=other)
    assert found.author == ""


def test_a_stray_nul_in_a_long_page_is_passed_over() -> None:
    page = f"<html><body><h1>Piers</h1>{BODY * 60}<p>2026\x00</p></body></html>"
    assert parse_html(page.encode()).articles[0].text.count(PROSE[0])


def test_signs_written_twice_over_are_read() -> None:
    head = """<script type="application/ld+json">{"@type": "NewsArticle",
        "headline": "Ferry captains&#58; new piers"}</script>"""
    assert read(head).title == "Ferry captains: new piers"


def test_the_name_of_the_site_before_the_headline_goes() -> None:
    head = (
        '<meta property="og:site_name" content="Lake Post">'
        '<meta property="og:title" content="Lake Post | Ferry captains ask">'
    )
    assert read(head, "<h2>x</h2>").title == "Ferry captains ask"


@pytest.mark.parametrize(
    ("window", "heading", "title", "outlet"),
    [
        ("Ferry captains ask for new piers_News_Lake Post", "h1", "Ferry captains ask for new piers", "Lake Post"),
        ("Ferry captains ask for new piers--Lake Post", "h4", "Ferry captains ask for new piers", "Lake Post"),
        ("Ferry captains ask for new piers » Local » News » The Lake Post", "h1", "Ferry captains ask for new piers",
         "The Lake Post"),
        ("渡轮将在冬季全年运行-湖畔新闻网", "", "渡轮将在冬季全年运行", "湖畔新闻网"),
        ("渡轮将在冬季全年运行_资讯_湖畔新闻网", "", "渡轮将在冬季全年运行", "湖畔新闻网"),
        # a hyphen within a word ends no headline
        ("A lake-wide ferry plan", "", "A lake-wide ferry plan", ""),
    ],
)  # fmt: skip
def test_what_the_window_puts_behind_the_headline(window: str, heading: str, title: str, outlet: str) -> None:
    before = f"<{heading}>{title}</{heading}>" if heading else "<b>menu</b>"
    found = read(head=f"<title>{window}</title>", before=before)
    assert (found.title, found.outlet) == (title, outlet)


def test_a_headline_in_bold_under_the_name_of_the_outlet() -> None:
    one = read(
        "<title>Lake Post: Ferry captains ask for piers</title>",
        "<font size=5><b>Ferry captains ask for piers</b></font><br><i>By Ada Berg, 5 March 2026</i><br>",
    )
    found = (one.title, one.outlet, one.author, one.published_on)
    assert found == ("Ferry captains ask for piers", "Lake Post", "Ada Berg", "2026-03-05")


def test_a_note_below_is_not_taken_for_the_article() -> None:
    after = "<div><p>All that is said here is the opinion of those who said it, and of nobody else at all.</p></div>"
    page = f"<html><body><header><h1>Ferry</h1>{BODY}</header>{after}</body></html>"
    text = parse_html(page.encode()).articles[0].text
    assert all(one in text for one in PROSE)


def test_the_heading_of_a_section_is_no_headline() -> None:
    head = "<title>Ferry captains ask for new piers</title>"
    assert read(head, "<h1>Harbour Health Center</h1>").title == "Ferry captains ask for new piers"


def test_speech_within_a_sentence_stays_in_it() -> None:
    quoted = "<p>The chair of the council said on Monday that <q>we <b>never</b> sign</q> such a paper in a hurry.</p>"
    named = "<p>The office now writes <code>pier_7</code> on each of the forms that the captains have to fill in.</p>"
    text = read(body=BODY + quoted + named).text
    assert "said on Monday that “we never sign” such a paper in a hurry." in text
    assert "writes pier_7 on each" in text


def test_sentences_outside_paragraphs_are_read_in_their_place() -> None:
    """A box inside a paragraph ends it; the browser shows what follows it all the same."""
    first = "PIER CITY — Ferry captains <b>walked out</b> of the talks on Monday, the council of the lake said in a note."
    text = read(body=f"<p><div class='photo'><img src='x.png'></div>{first}</p>{BODY}").text
    assert text.startswith("PIER CITY — Ferry captains walked out of the talks on Monday")
    assert [line for line in text.split("\n\n") if line in PROSE] == PROSE


@pytest.mark.parametrize(
    "mark", ["visitors_comment_block", "comentarios", "comments", "disqus-thread disqus"]
)
def test_what_readers_wrote_is_left_out(mark: str) -> None:
    words = "<p>I have been a captain for thirty years and say that the chair of this council knows nothing at all.</p>"
    body = "".join(f"<p>{one}</p>" for one in PROSE * 2)
    assert (
        "captain for thirty years" not in read(body=body, after=f"<div class='{mark}'>{words * 3}</div>").text
    )


def test_a_page_that_is_marked_for_comments_is_read() -> None:
    page = f"<html><body class='comments-open'><div class='has comments'><h1>Piers and lamps</h1>{BODY}</div></body></html>"
    assert PROSE[1] in parse_html(page.encode()).articles[0].text


@pytest.mark.parametrize(
    "mark", ["\u00ad", "\u200b", "&shy;", "&#8203;", "&#x200B;", "&lrm;", "&rlm;", "&#8288;", "&#65279;"]
)
def test_marks_that_nobody_sees_are_left_out(mark: str) -> None:
    page = read(
        f"<title>Ferry cap{mark}tains ask for new piers</title>",
        "",
        BODY.replace("harbour", f"har{mark}bour{mark}"),
    )
    assert "harbour office" in page.text
    assert page.title == "Ferry captains ask for new piers"


def test_a_damaged_byte_in_a_page_costs_only_itself() -> None:
    page = f"<html><head><title>x</title></head><body><p>“Žižek” came.</p>{BODY}</body></html>".encode()
    (found,) = parse_html(
        page.replace(b"captains", b"cap\xfftains").replace(b"<title>x", b"<title>\xe2\x80")
    ).articles
    assert "“Žižek” came." in found.text and "ferry captains" in found.text


@pytest.mark.parametrize(
    "link",
    [
        "https://web.archive.org/web/20260305120000/https://lakepost.example/2026/piers",
        "http://web.archive.org/web/20260305120000id_/https://lakepost.example/2026/piers",
        "https://webarchive.records.example/keep/20260305/https://lakepost.example/2026/piers",
    ],
)
def test_a_page_kept_by_a_web_archive_has_its_own_address(link: str) -> None:
    found = read(f"<title>Ferry captains ask for new piers</title><link rel='canonical' href='{link}'>")
    assert (found.url, found.outlet) == ("https://lakepost.example/2026/piers", "lakepost.example")
