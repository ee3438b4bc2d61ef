"""The dashboard as a reader meets it, in a real browser."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from browser.pages import Dashboard
from dashboard_core import exports

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PAGES = ("Overview", "Countries", "Organisations", "Matrix", "Evidence", "Method")


def test_every_page_opens_without_a_request_outside_or_a_complaint(dashboard: Dashboard) -> None:
    dashboard.open()
    for title in PAGES:
        dashboard.go(title)
    assert dashboard.outside == []
    assert dashboard.complaints == []
    # The quotation with an image in it is shown as text.
    assert dashboard.page.locator("img[src*='outside.invalid']").count() == 0


def test_a_link_opened_first_restores_all_filters(dashboard: Dashboard) -> None:
    link = "countries?country=KGZ&target=river-bridge&stance=opposed&undated=yes&confidence=0.5&q=bridge"
    dashboard.open(link)
    assert dashboard.parameters["country"] == ["KGZ"]
    assert dashboard.parameters["stance"] == ["opposed"]
    tags = dashboard.page.locator("[data-testid='stSidebar'] [data-tag]")
    tags.first.wait_for()
    chips = [text.strip() for text in tags.all_inner_texts()]
    assert any(chip.startswith("Kyrgyzstan") for chip in chips), chips
    assert any(chip.startswith("River bridge") for chip in chips), chips
    assert dashboard.page.get_by_label("Words in the passage").input_value() == "bridge"
    assert "Clear all filters (5 set)" in dashboard.page.get_by_test_id("stSidebar").inner_text()


def test_filters_stay_between_pages_and_one_click_clears_them(dashboard: Dashboard) -> None:
    dashboard.open("countries?country=KGZ")
    dashboard.go("Matrix")
    assert dashboard.parameters == {"country": ["KGZ"]}
    dashboard.go("Evidence")
    assert dashboard.parameters["country"] == ["KGZ"]
    dashboard.page.get_by_role("button", name=re.compile("Clear all filters")).click()
    dashboard.page.get_by_role("button", name="No filter set").wait_for()
    dashboard.settle()
    assert "country" not in dashboard.parameters


def test_the_browsers_back_button_undoes_a_filter_and_forward_sets_it_again(dashboard: Dashboard) -> None:
    dashboard.open("countries?target=river-bridge")
    dashboard.page.get_by_role("button", name="All targets").click()
    dashboard.page.wait_for_function("!location.search.includes('target')")
    dashboard.settle()
    dashboard.page.get_by_role("button", name=re.compile("^Road tolls")).click()
    dashboard.page.wait_for_function("location.search.includes('target=road-tolls')")
    dashboard.settle()
    dashboard.page.go_back()
    dashboard.page.get_by_role("button", name="No filter set").wait_for()
    assert "target" not in dashboard.parameters
    dashboard.page.go_back()
    dashboard.page.get_by_text("Target: River bridge", exact=True).wait_for()
    assert dashboard.parameters == {"target": ["river-bridge"]}
    dashboard.page.go_forward()
    dashboard.page.get_by_role("button", name="No filter set").wait_for()
    assert "target" not in dashboard.parameters


def test_the_claims_behind_a_mark_open_by_keyboard(dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    dashboard.open("countries?target=river-bridge")
    box = dashboard.page.get_by_role("combobox", name=re.compile("^Read the claims"))
    box.focus()
    dashboard.page.keyboard.type("Kyrgyzstan: opp")
    dashboard.page.get_by_role("option", name="Kyrgyzstan: opposed · 1").wait_for()
    dashboard.page.keyboard.press("Enter")
    panel = dashboard.page.locator("[class*='st-key-behind_']").first
    panel.get_by_text("1 speaker, 1 claim").wait_for()
    panel.locator("article.dc-card").first.wait_for()
    expect(panel.locator("article.dc-card")).to_have_count(1)


def test_a_handling_marking_stands_on_picture_slide_and_file_name(dashboard: Dashboard) -> None:
    from pptx import Presentation

    dashboard.open("countries?target=river-bridge")
    dashboard.page.get_by_role("button", name="Chart options").click()
    dashboard.page.get_by_text("SVG", exact=True).click()
    dashboard.page.get_by_label("Handling marking on exports").fill("internal")
    dashboard.page.keyboard.press("Enter")
    dashboard.page.keyboard.press("Escape")
    dashboard.page.locator(".js-plotly-plot").get_by_text("INTERNAL").wait_for()
    dashboard.settle()
    with dashboard.page.expect_download() as waiting:
        dashboard.page.locator(".modebar-btn[data-title^='Download']").first.click()
    assert waiting.value.suggested_filename.endswith("internal.svg")
    assert "INTERNAL" in Path(waiting.value.path()).read_text("utf-8")
    _, content = dashboard.download("Slide (PowerPoint)")
    slide = Presentation(io.BytesIO(content)).slides[0]
    assert any(s.has_text_frame and s.text_frame.text == "INTERNAL" for s in slide.shapes)


def test_shares_on_the_screen_are_shares_on_the_slide(dashboard: Dashboard) -> None:
    from pptx import Presentation

    dashboard.open("?measure=Shares&weight=Every+claim")
    dashboard.page.locator(".js-plotly-plot .barlayer .point").first.wait_for(state="attached")
    drawn = dashboard.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(p => p.data.slice(0, 3).flatMap(t => t.x))"
    )
    assert all(0 < share <= 1 for shares in drawn for share in shares)
    _, content = dashboard.download("Slide (PowerPoint)")
    slide = Presentation(io.BytesIO(content)).slides[0]
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    shown = [value for series in list(chart.plots[0].series)[1:] for value in series.values if value]
    assert sorted(round(v, 2) for v in shown) == sorted(round(v, 2) for v in drawn[0])


def test_choosing_a_filter_updates_counts_and_address(dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    dashboard.open("countries")
    box = dashboard.page.get_by_role("combobox", name=re.compile("^Target"))
    box.click()
    dashboard.page.get_by_role("option", name="road tolls · 2").click()
    dashboard.page.wait_for_function("location.search.includes('target=road-tolls')")
    dashboard.settle()
    assert "road tolls" in dashboard.page.locator(".js-plotly-plot").inner_text()
    country = dashboard.page.get_by_role("combobox", name=re.compile("^Country"))
    dashboard.page.keyboard.press("Escape")
    country.focus()
    dashboard.page.keyboard.press("ArrowDown")
    dashboard.page.get_by_role("option", name="Kazakhstan · 1").wait_for()
    # A dead end says so before it is chosen.
    dead = dashboard.page.get_by_role("option", name="Türkiye · none here")
    expect(dead).to_have_count(1)
    expect(dead).to_have_attribute("data-nothing", "")
    looks = [
        option.locator("*").first.evaluate("e => getComputedStyle(e).color")
        for option in (dead, dashboard.page.get_by_role("option", name="Kazakhstan · 1"))
    ]
    assert looks == ["rgb(86, 97, 110)", "rgb(26, 34, 44)"], "a dead end is greyed"


def test_a_combination_without_matches_offers_the_way_back(dashboard: Dashboard) -> None:
    dashboard.open("countries?country=TUR&target=road-tolls")
    assert "Nothing matches" in dashboard.text
    dashboard.page.get_by_role("button", name=re.compile("Remove only: country")).click()
    dashboard.page.locator(".js-plotly-plot").wait_for()
    assert dashboard.parameters == {"target": ["road-tolls"]}


def test_the_csv_has_as_many_rows_as_its_button_and_the_screen_say(dashboard: Dashboard) -> None:
    dashboard.open("evidence?country=KGZ")
    named = "CSV of everything that matches"
    label = dashboard.page.get_by_role("button", name=named).inner_text()
    rows = int(re.search(r"\((\d+) row", label).group(1))  # type: ignore[union-attr]
    name, content = dashboard.download(named)
    assert content.startswith(b"\xef\xbb\xbf")
    readable = exports.read_csv(content)
    assert len(readable) == rows == 6
    assert "6 positions" in dashboard.text
    assert readable["Country"].unique().tolist() == ["Kyrgyzstan"]
    assert name.startswith("evidence-to-read_")
    dashboard.every_column()
    name, content = dashboard.download(named)
    assert len(exports.read_csv(content)) == rows
    assert re.fullmatch(r"evidence_\d{4}-\d\d-\d\d_kyrgyzstan\.csv", name)


def test_a_hostile_quotation_is_no_formula_in_the_csv(dashboard: Dashboard) -> None:
    dashboard.open("evidence?target=road-tolls&stance=supportive")
    dashboard.every_column()
    _, content = dashboard.download("CSV of everything that matches")
    assert b"'=SUM(A1)" in content
    assert exports.read_csv(content)["text"].iloc[0].startswith("=SUM(A1)")


def test_a_mark_opens_the_claims_that_it_counts(dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    dashboard.open("countries?target=river-bridge&country=KGZ")
    dashboard.page.locator(".js-plotly-plot .barlayer .point").first.wait_for()
    marks = dashboard.page.evaluate(
        "document.querySelector('.js-plotly-plot').data.slice(0, 3).map(t => t.customdata)"
    )
    for number, (_actor, stance, votes, speakers, claims) in enumerate(
        mark for trace in marks for mark in trace
    ):
        dashboard.click_mark(number)
        panel = dashboard.page.locator("[class*='st-key-behind_']").first
        panel.get_by_text(stance, exact=False).first.wait_for()
        said = panel.inner_text()
        told = re.search(r"(\d+) speakers?, (\d+) claims?", said)
        assert told is not None, said
        assert (int(told.group(1)), int(told.group(2))) == (speakers, claims), (stance, said)
        expect(panel.locator("article.dc-card")).to_have_count(claims)
        if votes != speakers:
            assert "splits its vote" in said
        # Seen without scrolling, wherever the mark was.
        assert panel.get_by_text(told.group(0)).bounding_box()["y"] < 1000
        dashboard.page.keyboard.press("Escape")
        panel.wait_for(state="detached")
        dashboard.settle()


def test_a_hollow_mark_opens_the_voices_without_a_clear_position(dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    dashboard.open("countries?target=lake-league")
    mark = dashboard.page.locator(".js-plotly-plot .scatterlayer .point").first
    mark.wait_for()
    dashboard.settle()
    box = mark.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    dashboard.page.mouse.move(*place)
    # Only what is under the mouse can be clicked, and on a busy machine Plotly looks a little later.
    dashboard.page.locator(".hoverlayer .hovertext").wait_for()
    dashboard.page.mouse.click(*place)
    panel = dashboard.page.locator("[class*='st-key-behind_']").first
    panel.get_by_text("1 speaker, 1 claim").wait_for()
    expect(panel.locator("article.dc-card")).to_have_count(1)
    # The title leads to the passage in its article.
    panel.get_by_role("button", name="Passage in").click()
    dashboard.page.get_by_role("heading", level=1, name="Evidence").wait_for()
    dashboard.settle()
    assert "claim" in dashboard.parameters
    expect(dashboard.page.locator(".st-key-article mark.dc-focus")).to_have_count(1)


@pytest.mark.parametrize(("page", "title"), [("countries", "Countries"), ("", "Overview")])
def test_what_a_jump_to_the_evidence_sets_is_said_and_undone_with_one_click(
    dashboard: Dashboard, page: str, title: str
) -> None:
    dashboard.open(f"{page}?target=river-bridge&separate=true")
    dashboard.click_mark()
    dashboard.page.get_by_role("button", name="Open in Evidence").click()
    told = dashboard.page.locator(".st-key-way_back")
    told.wait_for()
    assert re.search(r"filters were set: (country|voice): ", told.inner_text())
    dashboard.settle()
    dashboard.page.get_by_role("button", name=f"Back to {title} as it was").click()
    dashboard.page.get_by_role("heading", level=1, name=title).wait_for()
    dashboard.settle()
    assert dashboard.parameters == {"target": ["river-bridge"], "separate": ["true"]}


def test_a_narrow_window_gets_charts_that_fit(dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    dashboard.page.set_viewport_size({"width": 1000, "height": 900})
    dashboard.open("countries?target=river-bridge")
    fits = "e => e && e.scrollWidth <= e.clientWidth + 1"  # no chart while it is drawn anew
    chart = dashboard.page.get_by_test_id("stPlotlyChart")
    # Drawn for a wide window at first, and anew when the browser has told its width.
    dashboard.page.wait_for_function(f"({fits})(document.querySelector('[data-testid=stPlotlyChart]'))")
    dashboard.page.set_viewport_size({"width": 480, "height": 900})
    dashboard.page.wait_for_function(f"({fits})(document.querySelector('[data-testid=stPlotlyChart]'))")
    expect(chart).to_have_count(1, timeout=30_000)  # for a moment the old one stands beside the new


def test_filters_hold_over_a_visit_to_the_corpus(dashboard: Dashboard) -> None:
    dashboard.open("countries?country=KGZ")
    for title in ("Corpus", "Countries"):
        dashboard.go(title)
    assert dashboard.parameters == {"country": ["KGZ"]}


def test_slide_and_workbook_hold_the_numbers_of_the_screen(dashboard: Dashboard) -> None:
    from openpyxl import load_workbook
    from pptx import Presentation

    dashboard.open("countries?target=river-bridge")
    dashboard.page.locator(".js-plotly-plot").wait_for()
    title = dashboard.page.evaluate("document.querySelector('.js-plotly-plot').layout.annotations[0].text")
    name, content = dashboard.download("Slide (PowerPoint)")
    assert name.endswith("river-bridge.pptx")
    slide = Presentation(io.BytesIO(content)).slides[0]
    words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert re.sub(r"<[^>]+>", " ", title).split()[0] in words
    name, content = dashboard.download("Workbook (Excel)")
    book = load_workbook(io.BytesIO(content))
    assert book["positions"].max_row - 1 == 6
    assert [cell.value for cell in book["tally"][1]][:4] == ["Country", "Opposed", "Cautious", "Supportive"]


def test_the_reader_marks_claims_and_links_only_to_web_addresses(dashboard: Dashboard) -> None:
    dashboard.open("evidence?outlet=Shore+Post")
    reader = dashboard.page.locator(".st-key-article")
    assert reader.locator("mark.dc-opposed").count() >= 1
    assert reader.locator("img").count() == 0
    assert "<img src=" in reader.inner_text()
    assert dashboard.page.locator("a[href^='javascript']").count() == 0
    assert dashboard.page.get_by_role("link", name="Read at").count() == 0


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900)])
def test_the_meeting_view_fits_the_screen_in_large_type(dashboard: Dashboard, size: tuple[int, int]) -> None:
    width, height = size
    dashboard.page.set_viewport_size({"width": width, "height": height})
    dashboard.open("meeting")
    chart = dashboard.page.locator(".js-plotly-plot")
    # Drawn for a projector at first, and anew when the browser has told its window.
    dashboard.page.wait_for_function(
        "(most) => { const e = document.querySelector('.js-plotly-plot');"
        " return e && e.getBoundingClientRect().bottom <= most; }",
        arg=height,
    )
    dashboard.settle()
    assert not dashboard.page.get_by_test_id("stSidebar").is_visible()
    sizes = dashboard.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot svg text, .js-plotly-plot svg tspan')]"
        ".filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    # A smaller screen is thrown on the same wall: its letters shrink with it.
    assert min(sizes) >= 28 * width // 1920, sorted(sizes)[:5]
    ends = dashboard.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .annotation-text, .js-plotly-plot .textpoint')]"
        ".map(e => e.getBoundingClientRect()).map(r => [r.right, r.bottom])"
    )
    assert max(right for right, _ in ends) <= width
    assert max(bottom for _, bottom in ends) <= height
    assert "River bridge" in chart.inner_text()


def test_the_meeting_view_of_a_phone_has_charts_as_wide_as_it_is(dashboard: Dashboard) -> None:
    dashboard.page.set_viewport_size({"width": 390, "height": 844})
    dashboard.open("meeting")
    dashboard.page.wait_for_function(
        "() => { const e = document.querySelector('.js-plotly-plot .main-svg');"
        " return e && e.getBoundingClientRect().right <= 390; }"
    )
    dashboard.settle()
    ends = dashboard.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .annotation-text')].map(e => e.getBoundingClientRect().right)"
    )
    assert max(ends) <= 390


def test_leaving_the_meeting_view_keeps_the_filters_whatever_chart_is_up(dashboard: Dashboard) -> None:
    dashboard.open("meeting?target=river-bridge&undated=no")
    dashboard.page.locator(".js-plotly-plot").wait_for()
    dashboard.page.get_by_role("button", name="Next").click()
    dashboard.page.wait_for_url("**slide=**")
    dashboard.settle()
    dashboard.page.get_by_role("button", name="Leave the meeting view").click()
    dashboard.page.get_by_role("heading", level=1, name="Overview").wait_for()
    dashboard.settle()
    assert dashboard.parameters == {"target": ["river-bridge"], "undated": ["no"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_finding_of_axe(browser: Any, server: str, theme: str) -> None:
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=theme)
    context.set_default_timeout(60_000)
    dashboard = Dashboard(context, server)
    found: list[str] = []
    for place in (
        "",
        # With chips of filters, of both kinds of list.
        "countries?country=KGZ&target=river-bridge&tier=official&undated=no",
        "organisations?stance=opposed",
        "matrix",
        "evidence",
        "corpus",
        "review",
        "method",
        "meeting",
    ):
        dashboard.open(place)
        results = axe_module.Axe().run(dashboard.page)
        for violation in results.response["violations"]:
            if violation["impact"] in {"serious", "critical"} and violation["id"] not in STREAMLITS_OWN:
                where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
                found.append(f"{place or 'overview'}: {violation['id']}: {where}")
    context.close()
    assert found == []


# Findings in elements that Streamlit draws and no setting reaches; listed in the README.
STREAMLITS_OWN: frozenset[str] = frozenset()
