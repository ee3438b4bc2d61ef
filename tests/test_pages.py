"""The pages without a browser: every page draws, links restore, nothing breaks them, no error is a traceback."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.paths import seeds_dir
from dashboard_core.store import Store
from dashboard_core.ui import downloads, saved, trouble
from ui_store import invented_frames, make_store

SHOWN = trouble.show_unforeseen
SCRIPT = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui/main.py"
PAGES = ("overview", "countries", "organisations", "matrix", "evidence", "method", "meeting")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard over the invented store, not run yet."""
    make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    return AppTest.from_file(str(SCRIPT), default_timeout=180)


def words(app: AppTest) -> str:
    """Everything written on the page."""
    kinds: tuple[Any, ...] = (
        app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.error, app.warning, app.code,
    )  # fmt: skip
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def figure(app: AppTest) -> str:
    """The page's chart as it is sent to the browser."""
    return json.dumps(json.loads(app.get("plotly_chart")[0].proto.spec), ensure_ascii=False)


def test_every_page_draws(app: AppTest) -> None:
    app.run()
    for page in PAGES:
        app.switch_page(f"../../../pages/{page}.py").run()
        assert not app.exception, page
        assert not app.error, page
        assert page == "meeting" or app.title[0].value.lower() == page


def test_the_meeting_view_opens_with_the_chart_one_came_from_and_leads_back(app: AppTest) -> None:
    app.query_params["group"] = "OTS: members and others"  # a browser writes it
    app.switch_page("../../../pages/countries.py").run()
    app.switch_page("../../../pages/meeting.py").run()
    assert app.session_state["slide"] == "By country"
    assert "OTS members" in figure(app)
    app.run()
    app.button(key="leave").click().run()
    assert app.title[0].value == "Countries"


def test_a_link_sets_the_filters_on_the_first_run(app: AppTest) -> None:
    app.query_params["country"] = ["KGZ", "KAZ"]
    app.query_params["target"] = "river-bridge"
    app.query_params["undated"] = "no"
    app.run()
    assert app.multiselect(key="country").value == ["KGZ", "KAZ"]
    assert app.multiselect(key="target").value == ["river-bridge"]
    # A filter that stands under "More filters" opens them.
    assert app.checkbox(key="undated_out").value is True


def test_an_address_may_hold_names_in_any_case(app: AppTest) -> None:
    app.query_params["target"] = ["Road Tolls", "river bridge", "no such target"]
    app.query_params["country"] = ["kyrgyzstan", "TURKIYE"]
    app.query_params["organisation"] = "institute of tides"
    app.query_params["tier"] = "Expert"
    app.query_params["stance"] = "Opposed"
    # As the list of the side bar shows it: an address that a stale page wrote.
    app.query_params["outlet"] = "Lake Herald · 4"
    app.run()
    assert app.query_params["outlet"] == "Lake Herald"
    assert app.multiselect(key="target").value == ["road-tolls", "river-bridge", "no such target"]
    assert app.multiselect(key="country").value == ["KGZ", "TUR"]
    assert app.multiselect(key="organisation").value == ["Institute of Tides"]
    assert app.multiselect(key="stance").value == ["opposed"]
    assert app.multiselect(key="tier").value == ["expert"]
    assert app.query_params["country"] == ["KGZ", "TUR"]


def test_a_name_given_on_one_page_is_offered_on_the_other(app: AppTest) -> None:
    app.run()
    app.session_state["reader_name"] = "Ada Reader"
    app.switch_page("../../../pages/review.py").run()
    assert app.text_input(key="reviewer_given").value == "Ada Reader"

    def ask() -> None:
        from dashboard_core.ui import corpus

        corpus.ask_name()

    other = AppTest.from_function(ask)
    other.session_state["reviewer"] = "Bo Reviewer"
    assert other.run().text_input(key="reader_name").value == "Bo Reviewer"


def test_filters_hold_on_the_next_page_and_stand_in_the_address(app: AppTest) -> None:
    app.run()
    app.multiselect(key="stance").set_value(["opposed"]).run()
    app.switch_page("../../../pages/countries.py").run()
    assert app.multiselect(key="stance").value == ["opposed"]
    assert app.query_params["stance"] == "opposed"
    app.button(key="clear_filters").click().run()
    assert app.multiselect(key="stance").value == []
    assert "stance" not in app.query_params


def test_facets_show_counts_and_mark_dead_ends(app: AppTest) -> None:
    app.query_params["target"] = "road-tolls"
    app.run()
    options = app.multiselect(key="country").options
    assert "Kazakhstan · 1" in options
    assert "Türkiye · none here" in options


def test_a_value_whose_label_changes_its_count_stays_chosen(app: AppTest) -> None:
    app.run()
    app.multiselect(key="country").set_value(["KGZ"]).run()
    app.multiselect(key="target").set_value(["road-tolls"]).run()
    assert app.multiselect(key="country").value == ["KGZ"]
    assert app.multiselect(key="target").value == ["road-tolls"]


def test_a_label_that_an_overtaken_run_had_sent_is_the_value_it_stood_for(app: AppTest) -> None:
    """A colleague's correction changes counts; the browser may still send the label it shows."""
    app.run()
    before = next(option for option in app.multiselect(key="country").options if option.startswith("Türkiye"))
    app.multiselect(key="target").set_value(["road-tolls"]).run()
    app.session_state["country"] = [before]
    app.run()
    assert before == "Türkiye · 2"
    assert app.multiselect(key="country").value == ["TUR"]
    assert app.query_params["country"] == "TUR"


def test_passages_that_do_not_name_the_target_are_told_and_left_out_on_request(app: AppTest) -> None:
    app.query_params["target"] = "river-bridge"
    app.query_params["country"] = "KGZ"
    app.query_params["stance"] = "cautious"
    app.switch_page("../../../pages/evidence.py").run()
    assert "The passage does not name it; the headline or the sentence before does" in words(app)
    assert "sure if it is about that at all" in words(app)
    app.query_params["named"] = "only"
    app.run()
    assert "Nothing matches these filters together" in words(app)
    assert "passages: only those that name the target" in words(app)
    app.checkbox(key="named_only").uncheck().run()
    assert "named" not in app.query_params
    assert "1 claim" in words(app)


def test_a_combination_without_matches_says_so(app: AppTest) -> None:
    app.query_params["country"] = "TUR"
    app.query_params["target"] = "road-tolls"
    app.run()
    assert "Nothing matches these filters together" in words(app)
    app.button(key="clear_empty").click().run()
    assert not app.info


def test_a_link_may_hold_any_day(app: AppTest) -> None:
    app.query_params["from"] = "1815-06-09"
    app.query_params["to"] = "2199-12-31"
    app.run()
    assert not app.exception and not app.error
    assert [one.value for one in app.date_input] == [date(1815, 6, 9), date(2199, 12, 31)]


def test_junk_in_a_link_is_left_out(app: AppTest) -> None:
    app.query_params["stance"] = "furious"
    app.query_params["from"] = "yesterday"
    app.query_params["confidence"] = "very"
    app.query_params["country"] = "'; DROP TABLE facts; --"
    app.run()
    assert not app.exception
    assert "Nothing matches" in words(app)
    assert app.multiselect(key="stance").value == []


def test_a_country_chart_says_whose_voices_they_are(app: AppTest) -> None:
    app.query_params["target"] = "river-bridge"
    app.switch_page("../../../pages/countries.py").run()
    assert "1 official, 2 experts" in figure(app)
    app.toggle(key="separate").set_value(True).run()
    assert "Kyrgyzstan (officials)" in figure(app)
    assert "Kyrgyzstan (experts)" in figure(app)


def test_voices_of_an_article_without_an_outlet_are_not_told_as_an_outlet_s(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = invented_frames()
    articles = frames.articles.assign(outlet=["Lake Herald", None])
    Store.create(tmp_path / "unnamed").append(replace(frames, articles=articles))
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "unnamed"))
    app.run()
    assert "1 article of 1 outlet and 1 article without a named outlet" in words(app)
    assert "1 outlet (Lake Herald) and 1 article that names none" in figure(app).replace("<br>", " ")


def test_a_voice_of_two_countries_is_told_to_have_a_vote_in_each(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = invented_frames()
    spoken = frames.claims["speaker"] == "Bo Çelik"
    claims = frames.claims.assign(
        country=frames.claims["country"].mask(spoken & ~spoken.duplicated(keep="last"), "MLT")
    )
    Store.create(tmp_path / "moved").append(replace(frames, claims=claims))
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "moved"))
    app.query_params["target"] = "river-bridge"
    app.run()
    app.switch_page("../../../pages/countries.py").run()
    assert "A voice with two countries" in figure(app).replace("<br>", " ")


def test_a_voice_with_two_stances_splits_its_vote(app: AppTest) -> None:
    app.query_params["target"] = "river-bridge"
    app.query_params["country"] = "KGZ"
    app.switch_page("../../../pages/countries.py").run()
    # Ada supportive (1), Bo half cautious and half supportive, Dina opposed.
    assert "▲ 1½" in figure(app)


def test_under_a_target_the_article_marks_what_is_said_of_it(app: AppTest) -> None:
    app.query_params["target"] = "road-tolls"
    app.switch_page("../../../pages/evidence.py").run()
    html = "".join(str(part.proto.body) for part in app.get("html"))
    article = html[html.rindex('<div class="dc-article">') :]
    assert "Opposed: road tolls</span>" in article
    words_of = article[article.index("no tolls on any road") :]
    assert "Supportive: River bridge" not in words_of[: words_of.index("</p>")]
    # A passage that does not speak of it says in its tip what it holds, and has no colour.
    assert "Supportive: River bridge" in article
    assert "Supportive: River bridge</span>" not in article
    assert 'class="dc-supportive"' not in article


def test_organisation_views_are_never_mixed(app: AppTest) -> None:
    app.switch_page("../../../pages/organisations.py").run()
    assert "LAKE League" in figure(app)
    assert "Institute of Tides" not in figure(app)
    app.segmented_control(key="view").set_value("Organisations of the speakers").run()
    assert "Institute of Tides" in figure(app)


def test_a_target_that_a_filter_asks_for_is_shown_whatever_its_kind(app: AppTest) -> None:
    app.query_params["target"] = "river-bridge"
    app.switch_page("../../../pages/organisations.py").run()
    assert "River bridge" in figure(app)
    assert "No clear position was found" not in figure(app)


def test_a_file_kept_for_one_marking_is_not_given_for_another_of_the_same_letters(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, list[bytes]] = {}

    def note(text: str, content: object, name: str, **_: object) -> None:
        made.setdefault(name, []).append(content() if callable(content) else content)  # type: ignore[arg-type]

    monkeypatch.setattr(downloads, "button", note)
    app.run()
    for marking in ("Internal", "INTERNAL"):
        app.session_state["marking"] = marking
        app.switch_page("../../../pages/evidence.py").run()
        assert not app.exception
    (first, second) = next(files for name, files in made.items() if "internal" in name)
    assert b"Internal" in first and b"INTERNAL" in second


def test_grouping_by_membership(app: AppTest) -> None:
    app.switch_page("../../../pages/countries.py").run()
    app.selectbox(key="group").set_value("OTS: members and others").run()
    assert not app.exception
    assert "OTS members" in figure(app)


def test_blocs_are_told_by_whether_their_members_stand_on_both_sides(app: AppTest) -> None:
    app.query_params["view"] = "Blocs by their members"
    app.switch_page("../../../pages/organisations.py").run()
    assert not app.exception
    assert "on both sides" in figure(app) or "both for and against" in figure(app)
    app.session_state["table_blocs-by-members"] = True
    app.run()
    table = app.dataframe[0].value
    assert {"Bloc", "Voices for and against", "Claims"} <= set(table.columns)
    assert len(table) > 2


def test_two_blocs_are_put_side_by_side_also_in_the_meeting_view(app: AppTest) -> None:
    app.query_params["view"] = "Blocs by their members"
    app.switch_page("../../../pages/organisations.py").run()
    app.multiselect(key="blocs").set_value(["OTS", "CSTO"]).run()
    assert not app.exception
    assert app.get("plotly_chart")[1]
    assert [
        len(json.loads(one.proto.spec)["layout"]["yaxis"]["ticktext"]) for one in app.get("plotly_chart")
    ] == [2, 2]
    app.switch_page("../../../pages/meeting.py").run()
    assert app.session_state["slide"] == "Blocs"
    assert app.session_state["blocs"] == ["OTS", "CSTO"]
    assert "OTS members" in figure(app)
    assert "SCO members" not in figure(app)


def test_kinds_of_target_without_a_position_are_named_as_the_reason(app: AppTest) -> None:
    app.query_params["kinds"] = "Agreement"
    app.run()
    app.switch_page("../../../pages/organisations.py").run()
    assert "No clear position was found on targets of the kinds chosen" in figure(app)


def test_days_leave_undated_articles_out_unless_one_asks_for_them(app: AppTest) -> None:
    app.session_state["more_filters"] = True
    app.run()
    assert app.checkbox(key="undated_out").value is False
    app.date_input(key="from").set_value(date(2020, 1, 1)).run()
    assert app.query_params["undated"] == "no"
    assert app.checkbox(key="undated_out").label.endswith("left out)")
    app.checkbox(key="undated_out").uncheck().run()
    assert "undated" not in app.query_params
    assert app.checkbox(key="undated_out").label.endswith("kept)")
    app.date_input(key="to").set_value(date(2027, 1, 1)).run()
    assert "undated" not in app.query_params, "what was asked for stays"
    app.checkbox(key="undated_out").check().run()
    for key in ("from", "to"):
        app.date_input(key=key).set_value(None).run()
    assert "undated" not in app.query_params, "without days nothing is left out"


def test_method_counts_what_was_read(app: AppTest) -> None:
    app.switch_page("../../../pages/method.py").run()
    said = words(app)
    assert "2 articles from 2 outlets" in said
    assert "For 1 of 9 claims the text does not say" in said


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.create(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180).run()
    assert not app.exception
    assert "stances ingest" in words(app)


def test_a_missing_store_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "nowhere"))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180).run()
    assert not app.exception
    assert "nowhere" in words(app) or "stances ingest" in words(app)


def test_a_damaged_store_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_store(tmp_path / "store")
    for file in (tmp_path / "store").rglob("*.parquet"):
        file.write_bytes(b"not a table")
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    app = AppTest.from_file(str(SCRIPT), default_timeout=180).run()
    assert not app.exception
    assert "cannot be read" in words(app)
    assert ".parquet" in words(app)


def test_a_broken_list_of_targets_is_named_and_the_page_still_reads(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = tmp_path / "lists"
    shutil.copytree(seeds_dir(), lists)
    (lists / "targets.csv").write_text("id,name,kind,aliases,definition\nx,,nonsense,,\n", "utf-8")
    monkeypatch.setenv("STANCES_SEEDS", str(lists))
    app.run()
    assert not app.exception
    assert "The list of targets cannot be used" in words(app)
    assert "line 2" in words(app)
    assert app.get("plotly_chart")


def test_a_view_saved_by_name_comes_back(app: AppTest) -> None:
    app.query_params["country"] = "KGZ"
    app.session_state["saved_views"] = True
    app.run()
    app.text_input(key="view_name").set_value("Kyrgyz *voices*").run()
    app.button(key="save_view").click().run()
    app.button(key="clear_filters").click().run()
    assert app.multiselect(key="country").value == []
    app.button(key="view_0").click().run()
    assert app.multiselect(key="country").value == ["KGZ"]
    app.button(key="drop_view_0").click().run()
    assert saved.read_views(saved.views_file()) == {}


def test_a_saved_view_leads_to_its_page_and_keeps_what_was_chosen_for_the_chart(app: AppTest) -> None:
    app.query_params["group"] = "OTS: members and others"  # a browser writes it
    app.session_state["saved_views"] = True
    app.switch_page("../../../pages/countries.py").run()
    app.text_input(key="view_name").set_value("OTS").run()
    app.button(key="save_view").click().run()
    app.selectbox(key="group").set_value("Each country by itself").run()
    # On the page itself the choices change, from another page the way leads there.
    app.button(key="view_0").click().run()
    assert app.selectbox(key="group").value == "OTS: members and others"
    assert saved.read_views(saved.views_file())["OTS"].page == "countries"
    app.switch_page("../../../pages/matrix.py").run()
    app.button(key="view_0").click().run()
    assert app.title[0].value == "Countries"
    assert app.selectbox(key="group").value == "OTS: members and others"


def test_a_view_saved_by_an_older_version_has_filters_alone(tmp_path: Path) -> None:
    (tmp_path / "views.json").write_text('{"Old": {"country": ["KGZ"]}}', "utf-8")
    view = saved.read_views(tmp_path / "views.json")["Old"]
    assert (view.page, view.address) == ("", {"country": ["KGZ"]})


def test_a_damaged_file_of_views_is_named(app: AppTest, tmp_path: Path) -> None:
    (tmp_path / "store/views.json").write_text("[1", "utf-8")
    app.run()
    assert not app.exception
    assert "views.json" in words(app)


def test_filters_that_no_list_shows_are_named_and_taken_off_by_one_click(app: AppTest) -> None:
    """As after "Evidence in 1 new article": the lists of the side bar all say All."""
    app.query_params["article"] = "article-1"
    app.query_params["copies"] = "all"
    app.run()
    assert app.button(key="clear_filters").label == "Clear all filters (1 set)"
    assert app.button(key="hidden_0").label == "Only: one chosen article"
    assert "Counted here: **one chosen article**" in words(app)
    app.button(key="unhide_0").click().run()
    assert app.button(key="clear_filters").label == "No filter set"
    assert not app.query_params
    assert app.button(key="shortcut_river-bridge")


def test_voices_without_a_clear_position_can_be_opened_like_a_bar(app: AppTest) -> None:
    app.query_params["target"] = "lake-league"
    app.switch_page("../../../pages/countries.py").run()
    assert app.selectbox(key="mark_countries").options == [
        "Türkiye: supportive · 1 voice",
        "Kazakhstan: unclear · 1 voice",
        "Country not stated: no position found · 1 voice",
    ]
    app.selectbox(key="mark_countries").set_value("KAZ|unclear|").run()
    assert "1 speaker, 1 claim" in words(app)
    assert any("Passage in" in button.label for button in app.button)


def test_what_nobody_foresaw_is_told_in_plain_words(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("secret detail at 0x7f")

    monkeypatch.setattr("dashboard_core.ui.trouble.show_unforeseen", SHOWN)
    monkeypatch.setattr("dashboard_core.ui.furniture.number_cards", broken)
    app.run()
    assert not app.exception
    said = words(app)
    assert "This page could not be finished" in said
    assert "Reload the page" in said
    assert "secret" not in said
    assert "Traceback" not in said
    assert app.multiselect(key="country")


def test_rows_of_a_chart_can_all_be_shown(app: AppTest) -> None:
    app.query_params["shown"] = "All"
    app.run()
    assert app.segmented_control(key="shown").value == "All"
