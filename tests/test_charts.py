"""Charts: findings true for any data, numbers kept, nothing from a text becomes markup, colours legible."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from dashboard_core import charts
from dashboard_core.charts import findings
from dashboard_core.charts.findings import Row
from dashboard_core.charts.layout import SIZES
from dashboard_core.charts.wording import Facts
from dashboard_core.frames import EXTRACTS
from dashboard_core.ui import downloads
from dashboard_core.vocabulary import STANCES

FACTS = Facts(4, 11, 2, ("Lake Herald",), date(2026, 1, 7), date(2026, 1, 7), 1, data_date="7 January 2026")


def tally(*rows: tuple[str | None, str, float]) -> pd.DataFrame:
    """A tally of (actor, stance, votes); speakers and claims follow the votes."""
    table = pd.DataFrame(rows, columns=["value", "stance", "votes"])
    count = table["votes"].round().clip(lower=1).astype("int64")
    return table.assign(speakers=count, claims=count * 2)


def bars(table: pd.DataFrame, **changes: object) -> charts.Chart:
    options: dict[str, object] = {"by": "country", "facts": FACTS, "subject": "the bridge"} | changes
    return charts.stance_bars(table, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stances_keep_three_to_one_against_page_and_neighbour(theme: charts.ThemeName) -> None:
    look = charts.THEMES[theme]
    for stance in STANCES:
        assert charts.contrast(look.stance[stance], look.page) >= 3, stance
        assert charts.contrast(look.stance[stance], look.on_stance[stance]) >= 4.5, stance
    for left, right in (("opposed", "cautious"), ("cautious", "supportive")):
        assert charts.contrast(look.stance[left], look.stance[right]) >= 3, (left, right)
    for background in (look.page, look.panel):
        assert charts.contrast(look.text, background) >= 7
        assert charts.contrast(look.muted, background) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stances_stay_apart_for_readers_with_a_colour_deficiency(theme: charts.ThemeName) -> None:
    """Luminance alone separates the neighbours, whatever the hue does (deuteranopia, protanopia, grey print)."""
    look = charts.THEMES[theme]
    grey = {
        stance: charts.contrast(look.stance[stance], "#000000")
        for stance in ("opposed", "cautious", "supportive")
    }
    assert max(grey["opposed"], grey["cautious"]) / min(grey["opposed"], grey["cautious"]) >= 2.9
    assert len({charts.SYMBOLS[stance] for stance in STANCES}) == 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [Row("A", 0, 0, 1)], "The bridge: the one voice from A is supportive", id="one voice is no plural"
        ),
        pytest.param([Row("A", 0, 0, 3)], "The bridge: voices from A are supportive", id="unanimous"),
        pytest.param(
            [Row("A", 1, 0, 3)],
            "The bridge: voices from A are mostly supportive",
            id="a majority is 'mostly'",
        ),
        pytest.param(
            [Row("A", 1, 3, 0)], "The bridge: voices from A are mostly cautious", id="mostly cautious"
        ),
        pytest.param([Row("A", 1, 0, 1)], "The bridge: voices from A are divided", id="a tie is no majority"),
        pytest.param(
            [Row("A", 1, 0, 1), Row("B", 1, 1, 0)],
            "The bridge: no clear majority in any of 2 countries",
            id="all divided",
        ),
        pytest.param(
            [Row("A", 0, 0, 2), Row("B", 0, 0, 1), Row("C", 2, 0, 0)],
            "The bridge: voices from A and B are supportive; voices from C are opposed",
            id="two sides",
        ),
        pytest.param(
            [Row("A", 0, 0, 1), Row("B", 0, 0, 1)],
            "The bridge: one voice each from A and B is supportive",
            id="two single voices are not many",
        ),
        pytest.param([Row("A", 0, 0, 0)], "The bridge: no clear position was found", id="only unclear ones"),
    ],
)
def test_finding_by_country(rows: list[Row], expected: str) -> None:
    assert findings.actor_finding(rows, subject="the bridge", targets=1) == expected


def test_a_finding_on_many_countries_counts_them() -> None:
    rows = [Row(f"C{n}", 0, 0, 2) for n in range(20)] + [Row(f"D{n}", 2, 0, 0) for n in range(5)]
    said = findings.actor_finding(rows, subject="the bridge", targets=1)
    assert said.startswith("The bridge, voices from 25 countries: 20 ")
    assert len(said) < 140


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([Row("tolls", 0, 0, 0)], "No clear position was found on any target", id="nothing"),
        pytest.param([Row("tolls", 1, 0, 3)], "Tolls: 3 of 4 voices are supportive", id="one target"),
        pytest.param(
            [Row("tolls", 0, 2, 0), Row("bridge", 0, 1, 0)],
            "Voices are mostly cautious on all 2 targets",
            id="cautious everywhere",
        ),
        pytest.param(
            [Row("tolls", 1, 0, 3, 2)],
            "Tolls: 3 of 6 voices are supportive",
            id="those without a clear position are among the voices",
        ),
        pytest.param(
            [Row(name, 0, 0, 2) for name in ("a", "b", "c")],
            "Most support: 3 targets alike (2 voices)",
            id="no false winner",
        ),
        pytest.param(
            [Row("tolls", 0, 0, 3), Row("bridge", 1, 0, 0), Row("ferry", 1, 0, 0)],
            "Most support: tolls (3 of 3 voices); nowhere more than one voice opposed",
            id="one voice is no 'most opposition'",
        ),
        pytest.param(
            [Row("tolls", 0.5, 0, 0.5), Row("bridge", 1, 0, 0), Row("ferry", 0, 0, 1)],
            "3 targets, none with two voices on the same side",
            id="single voices make no headline",
        ),
        pytest.param(
            [Row("tolls", 2, 2, 2), Row("bridge", 1, 0, 0)],
            "Divided: tolls (2 opposed, 2 cautious, 2 supportive)",
            id="many voices that are divided",
        ),
    ],
)
def test_finding_by_target(rows: list[Row], expected: str) -> None:
    assert findings.target_finding(rows) == expected
    assert len(expected) <= findings.LONGEST


def marks_of(chart: charts.Chart) -> dict[tuple[str, str], float]:
    """The votes of every mark that can be clicked, by actor and stance."""
    custom = (mark for trace in chart.figure["data"] for mark in trace.get("customdata") or ())
    return {(actor, stance): votes for actor, stance, votes, *_ in custom}


def test_marks_carry_the_numbers_of_the_tally_and_of_the_table() -> None:
    table = tally(
        ("KGZ", "supportive", 2.5), ("KGZ", "opposed", 0.5), ("KAZ", "cautious", 1), (None, "none", 2)
    )
    chart = bars(table)
    assert marks_of(chart) == {
        ("KGZ", "supportive"): 2.5,
        ("KGZ", "opposed"): 0.5,
        ("KAZ", "cautious"): 1.0,
        ("", "none"): 2.0,
    }
    assert chart.table["Total"].tolist() == [3.0, 1.0, 2.0]
    assert chart.table["No position found"].tolist() == [0.0, 0.0, 2.0]
    assert chart.table["Country"].tolist()[-1] == "Country not stated"
    assert dict(zip(chart.drawn.categories, chart.drawn.series["supportive"], strict=True))["KGZ"] == 2.5


@pytest.mark.parametrize("size", list(SIZES))
def test_the_numbers_of_a_row_add_up_to_its_total_everywhere(size: charts.SizeName) -> None:
    table = tally(("KGZ", "supportive", 1), ("KGZ", "opposed", 1), ("KGZ", "unclear", 2), ("KGZ", "none", 1))
    chart = bars(table, size=size)
    assert sum(marks_of(chart).values()) == chart.table["Total"].sum() == 5
    side = [text for trace in chart.figure["data"][3:] for text in trace["text"]]
    assert side[0].startswith("<b>5 voices</b>")
    assert [text.strip() for text in side[1:]] == ["2 unclear", "1 no position"]
    assert "5 voices: 1 opposed, 1 supportive, 2 unclear, 1 no position found" in chart.alt
    assert "In the totals, without a bar: 2 unclear (○), 1 no position found (◇)." in chart.note
    # A slide has none of these signs.
    assert "In the totals, without a bar: 2 unclear, 1 no position found." in chart.drawn.note


def test_parts_of_votes_are_explained_as_far_as_there_are_any() -> None:
    thirds = bars(tally(*(("KGZ", stance, 10 / 3) for stance in STANCES)))
    assert "each a third of a vote" in thirds.note
    assert "½" not in thirds.note
    assert "<b>10 voices</b>" in json.dumps(thirds.figure["data"][3:])
    halves = bars(tally(("KGZ", "opposed", 1.5), ("KGZ", "supportive", 0.5)))
    assert "½: who takes two stances" in halves.note
    assert "third" not in halves.note


def test_order_by_votes_is_by_the_votes_that_a_row_tells() -> None:
    rows = (("KAZ", "opposed", 3), ("KGZ", "supportive", 2), ("KGZ", "unclear", 4), ("TUR", "cautious", 5))
    assert bars(tally(*rows), order="votes").shown == ("KGZ", "TUR", "KAZ")
    cells = [(actor, "pact", votes if stance != "unclear" else 0, votes) for actor, stance, votes in rows]
    table = pd.DataFrame(cells, columns=["row", "column", "n", "all"]).groupby(["row", "column"]).sum()
    table = table.reset_index().assign(opposed=0.0, cautious=0.0, none=0.0)
    table = table.assign(supportive=table["n"], unclear=table["all"] - table["n"])
    assert charts.position_matrix(table, facts=FACTS).shown == ("KGZ", "TUR", "KAZ")


def test_a_screen_of_some_rows_speaks_of_these_alone() -> None:
    rows = [(f"S{n}", "supportive" if n < 3 else "opposed", float(9 - n)) for n in range(6)]
    first = bars(tally(*rows), by="target", subject="", part=(0, 3))
    last = bars(tally(*rows), by="target", subject="", part=(3, 3))
    assert "S0" in first.title
    assert "S3" in last.title
    assert "S0" not in last.title
    assert all(chart.title.endswith(" – among these 3 of 6 targets") for chart in (first, last))
    assert first.rows == last.rows == 6


def test_opposed_lies_left_cautious_across_and_supportive_right_of_the_middle() -> None:
    chart = bars(tally(("KGZ", "opposed", 2), ("KGZ", "cautious", 2), ("KGZ", "supportive", 3)))
    opposed, cautious, supportive = chart.figure["data"][:3]
    assert opposed["base"][0] + opposed["x"][0] == cautious["base"][0] == -1
    assert cautious["base"][0] + cautious["x"][0] == supportive["base"][0] == 1
    low, high = chart.figure["layout"]["xaxis"]["range"]
    assert low < opposed["base"][0]
    # The totals stand on the same axis, right of the bars.
    aside = chart.figure["data"][3]["x"][0]
    assert supportive["base"][0] + supportive["x"][0] < aside < high


@pytest.mark.parametrize("count", [30, 3000])
def test_of_many_actors_those_with_most_votes_are_drawn_and_no_row_of_others(count: int) -> None:
    rows = [(f"S{n:04}", STANCES[n % 3], float(1 + n % 7)) for n in range(count)]
    chart = bars(tally(*rows), by="speaker", top=15)
    assert len(chart.shown) == 15
    told = "Drawn are those with the most clear votes and those the title names; the table also has"
    assert f"{told} {count - 15:,} further speakers." in chart.note
    assert min(marks_of(chart).values()) >= chart.table["Total"].nlargest(15).min()
    assert len(chart.table) == count
    assert len(json.dumps(chart.figure)) < 50_000
    every = bars(tally(*rows), by="speaker", top=200)
    assert len(every.shown) == min(count, 200)


def test_a_screen_of_few_rows_shows_one_part_after_the_other() -> None:
    rows = [(f"S{n:02}", "supportive", float(30 - n)) for n in range(12)]
    parts = [bars(tally(*rows), by="speaker", part=(first, 4)).shown for first in (0, 4, 8)]
    assert [actor for part in parts for actor in part] == [f"S{n:02}" for n in range(12)]


def test_abbreviations_that_a_chart_shows_are_spelled_out() -> None:
    spelled = {"LAKE": "Lake Area Kinship Entente", "NILE": "not shown"}
    chart = bars(tally(("x", "supportive", 2)), by="target", names={"x": "LAKE drills"}, spelled=spelled)
    assert "LAKE: Lake Area Kinship Entente." in chart.note
    assert "NILE" not in chart.note


def test_a_title_counts_as_many_groups_as_the_chart_has_rows() -> None:
    counted = tally(
        *((f"T{n}", "supportive" if n % 2 else "opposed", 1) for n in range(9)), ("T9", "none", 1)
    )
    chart = bars(counted, by="tier", subject="", targets=4)
    assert chart.title.startswith("Across 4 targets, 9 of 10 kinds of voice: ")
    split = tally(
        *((f"C{n}", stance, 1) for n in range(3) for stance in ("opposed", "supportive")), ("C3", "none", 1)
    )
    assert bars(split).title == "The bridge: no clear majority in any of 4 countries"


def test_shares_need_five_votes() -> None:
    table = tally(("KGZ", "supportive", 4), ("KGZ", "opposed", 1), ("KAZ", "supportive", 4))
    chart = bars(table, shares=True)
    assert [mark[0] for trace in chart.figure["data"][:3] for mark in trace["customdata"]] == ["KGZ", "KGZ"]
    assert chart.figure["data"][2]["text"] == ["▲ 80%"]
    assert "Shares are drawn from 5 clear votes; fewer stand beside the total." in chart.note
    assert "<b>4 voices</b>  ▲ 4" in chart.figure["data"][3]["text"]


def test_what_has_no_room_in_its_bar_is_told_beside_the_total() -> None:
    table = tally(("KGZ", "supportive", 400), ("KAZ", "supportive", 2), ("KAZ", "opposed", 1))
    totals = dict(zip(*(bars(table).figure["data"][3][part] for part in ("y", "text")), strict=True))
    assert sorted(totals.values()) == ["<b>3 voices</b>  ▼ 1  ▲ 2", "<b>400 voices</b>"]


def test_nothing_from_the_data_becomes_markup() -> None:
    evil = '<a href="https://outside.invalid">x</a><img src=x>'
    chart = bars(tally((evil, "supportive", 1)), names={evil: evil}, subject=evil)
    # Custom data are keys for the click and are never drawn.
    drawn = [
        {key: value for key, value in trace.items() if key != "customdata"} for trace in chart.figure["data"]
    ]
    written = json.dumps([drawn, chart.figure["layout"]])
    assert "<img" not in written
    assert "<a href" not in written
    assert "&lt;img" in written


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("count", [1, 30])
def test_the_picture_grows_with_its_rows_and_keeps_its_frame(size: charts.SizeName, count: int) -> None:
    names = {f"c{n}": "Дина Қайратқызы Ибраимова-Нұрсұлтанова " * 3 for n in range(count)}
    table = tally(*((key, "supportive", 1.0) for key in names))
    layout = bars(table, names=names, size=size, top=30).figure["layout"]
    margins = layout["margin"]
    # Names of three lines have room, on a projector of two.
    lines = 2 if size == "meeting" else 3
    each = max(SIZES[size].row, round(lines * SIZES[size].body * 1.25) + 4)
    assert layout["height"] - margins["t"] - margins["b"] == pytest.approx(count * each, abs=2)
    assert margins["l"] <= SIZES[size].label * SIZES[size].body * 0.62 + 1
    smallest = min(note["font"]["size"] for note in layout["annotations"])
    assert smallest >= (28 if size == "meeting" else 12)


def test_the_picture_says_where_it_comes_from() -> None:
    facts = Facts(
        2, 3, 1, ("Lake Herald", "Shore Post"), filters=("country: Kyrgyzstan",), data_date="1 May 2026"
    )
    chart = bars(tally(("KGZ", "opposed", 2)), facts=facts)
    written = " ".join(note["text"] for note in chart.figure["layout"]["annotations"])
    for part in ("country: Kyrgyzstan", "All 2 voices come from 2 outlets", "Lake Herald", "1 May 2026"):
        assert part in written.replace("<br>", " "), part
    assert "2 opposed" in chart.alt
    assert chart.title in chart.alt


def test_articles_that_name_no_outlet_are_told_beside_the_outlets() -> None:
    facts = Facts(11, 20, 3, ("Lake Herald", "Shore Post"), unnamed=1)
    chart = bars(tally(("KGZ", "opposed", 2)), facts=facts)
    assert "2 outlets (Lake Herald and Shore Post) and 1 article that names none." in chart.note
    assert chart.source.startswith(
        "Source: Lake Herald and Shore Post, and 1 article without a named outlet;"
    )
    alone = bars(tally(("KGZ", "opposed", 2)), facts=Facts(11, 20, 2, ("Lake Herald", "Shore Post")))
    assert "All 11 voices come from 2 outlets: Lake Herald and Shore Post." in alone.note


def test_a_filter_on_stances_is_not_told_as_a_majority() -> None:
    chart = bars(tally(("KGZ", "opposed", 2), ("KAZ", "opposed", 1)), only=("opposed",))
    assert chart.title == "The bridge, opposed: 3 votes, from KGZ (2) and KAZ (1)"


def cells() -> pd.DataFrame:
    rows = [
        ("KGZ", "bridge", 0, 0, 2, 0, 0),
        ("KAZ", "bridge", 1, 0, 0, 0, 0),
        ("KAZ", "tolls", 0, 0, 0, 1, 0),
    ]
    table = pd.DataFrame(
        rows, columns=["row", "column", "opposed", "cautious", "supportive", "unclear", "none"]
    )
    return table.assign(n=table["opposed"] + table["cautious"] + table["supportive"])


def test_matrix_hatches_what_is_not_coded_and_counts_what_is_unclear() -> None:
    chart = charts.position_matrix(cells(), facts=FACTS)
    trace = chart.figure["data"][0]
    by_cell = dict(zip(trace["hovertext"], zip(trace["marker"]["pattern"]["shape"], trace["text"], strict=True),
                       strict=True))  # fmt: skip
    shapes = {text.split("<br>")[0]: value for text, value in by_cell.items()}
    assert shapes["<b>KGZ: Tolls</b>"] == ("/", "")
    assert shapes["<b>KAZ: Tolls</b>"] == ("", "○ 1")
    assert shapes["<b>KGZ: Bridge</b>"] == ("", "▲ 2")
    assert shapes["<b>KAZ: Bridge</b>"] == ("", "▼ 1")
    assert chart.title == "Bridge: voices from KGZ lean for it, the one voice from KAZ against it"
    held = {(mark[0], mark[5]): mark[2] for mark in trace["customdata"] if mark}
    assert held == {("KGZ", "bridge"): 2, ("KAZ", "bridge"): 1, ("KAZ", "tolls"): 1}
    assert chart.table["Total"].sum() == sum(held.values())
    # A slide shows a table, in which nothing is hatched.
    assert "Hatched" in chart.note
    assert "Hatched" not in chart.drawn.note


@pytest.mark.parametrize(
    ("votes", "text", "step"),
    [
        ((0, 2, 1), "■ 2 of 6", 0.0),
        ((0, 1, 2), "▲ 2 of 6", 0.6),
        ((1, 0, 1), "▼▲ 2 of 5", 0.0),
        ((2, 0, 0), "▼ 2 of 5", -0.6),
    ],
)
def test_a_cell_of_the_matrix_leans_where_most_of_its_voices_do(
    votes: tuple[int, int, int], text: str, step: float
) -> None:
    cell = dict(zip(("opposed", "cautious", "supportive"), votes, strict=True))
    table = pd.DataFrame([{"row": "KGZ", "column": "pact", **cell, "unclear": 1, "none": 2, "n": sum(votes)}])
    chart = charts.position_matrix(table, facts=FACTS)
    assert chart.figure["data"][0]["text"] == [f"{text}<br>○ 1 ◇ 2"]
    assert chart.drawn.series["Pact"] == (step,)
    assert chart.drawn.texts["Pact"] == (f"{text}  ○ 1 ◇ 2",)


def test_the_title_of_a_matrix_counts_rows_that_are_not_drawn() -> None:
    votes = [("A", 0, 2), ("B", 1, 0), ("C", 1, 0)]
    rows = [
        {
            "row": name,
            "column": "pact",
            "opposed": o,
            "cautious": 0,
            "supportive": s,
            "unclear": 0,
            "none": 0,
            "n": o + s,
        }
        for name, o, s in votes
    ]
    chart = charts.position_matrix(pd.DataFrame(rows), facts=FACTS, rows=1)
    assert chart.shown == ("A",)
    assert "B and C" in chart.title


def test_voices_without_a_row_are_told_under_the_matrix() -> None:
    lacking = cells().assign(row=[None, "KAZ", "KAZ"])
    chart = charts.position_matrix(lacking, facts=FACTS, row_noun="organisation")
    assert "Voices whose organisation is not stated have no row." in chart.note


def test_matrix_explains_only_the_marks_that_it_has() -> None:
    both = charts.position_matrix(cells(), facts=FACTS)
    assert "Hatched: nothing was found. Counted in “of”, but for no side: ○ unclear." in both.note
    agreed = cells().query("column == 'bridge'").assign(opposed=0, supportive=2, n=2)
    one = charts.position_matrix(agreed, facts=FACTS)
    assert one.title == "Bridge: voices from KAZ and KGZ are supportive"
    assert "Hatched" not in one.note
    assert "○" not in one.note


def test_a_slide_s_matrix_has_dots_and_is_not_told_as_hatched() -> None:
    chart = charts.position_matrix(cells(), facts=FACTS)
    slide = downloads._slide_chart(chart, EXTRACTS.empty())
    assert "Hatched" in chart.note
    assert "Hatched" not in slide.note
    assert "but for no side: ○ unclear" in slide.note


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_matrix_numbers_are_legible_on_every_shade(theme: charts.ThemeName) -> None:
    trace = charts.position_matrix(cells(), facts=FACTS, theme=theme).figure["data"][0]
    inks = trace["insidetextfont"]["color"]
    for ink, shade, text in zip(inks, trace["marker"]["color"], trace["text"], strict=True):
        if not text.startswith("○"):
            assert charts.contrast(ink, shade) >= 4.5, (ink, shade)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_matrix_cells_stand_out_from_the_page_by_their_edges(theme: charts.ThemeName) -> None:
    marker = charts.position_matrix(cells(), facts=FACTS, theme=theme).figure["data"][0]["marker"]
    page = charts.THEMES[theme].page
    edges = [
        edge
        for edge, hatch in zip(marker["line"]["color"], marker["pattern"]["shape"], strict=True)
        if not hatch  # where nothing was found there is nothing to see
    ]
    assert len(edges) > 2
    assert all(charts.contrast(edge, page) >= 3 for edge in edges)


def test_countries_that_share_targets_and_take_no_sides_have_a_title() -> None:
    votes = dict.fromkeys(("opposed", "cautious", "unclear", "none"), 0.0) | {"supportive": 1.0, "n": 1.0}
    agreed = [{"row": row, "column": column, **votes} for row in ("KGZ", "KAZ") for column in ("x", "y")]
    chart = charts.position_matrix(pd.DataFrame(agreed), facts=FACTS)
    assert chart.title == "Voices from no two countries lean against each other on the 2 targets they share"


def test_matrix_sorts_rows_by_stance() -> None:
    chart = charts.position_matrix(cells(), facts=FACTS, sort_rows="stance")
    assert chart.shown == ("KGZ", "KAZ")


def test_a_title_names_a_target_by_whole_words_only() -> None:
    """ "exercises" holds the letters of CIS: that gives it no place among the rows that are drawn."""
    rows = [(f"t{n}", "supportive", 9.0 - n / 10, 9, 9) for n in range(12)] + [("CIS", "none", 1.0, 1, 1)]
    tally = pd.DataFrame(rows, columns=["value", "stance", "votes", "speakers", "claims"])
    names = {f"t{n}": f"joint exercises {n}" for n in range(12)}
    chart = charts.stance_bars(tally, by="target", facts=FACTS, names=names, targets=13, top=10)
    assert "exercises" in chart.title
    assert "CIS" not in " ".join(map(str, chart.drawn.categories))
