"""What is exported equals what is on the screen, opens clean, runs nothing, and says where it comes from."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Inches, Pt

import factories
from dashboard_core import query
from dashboard_core.exports import (
    About,
    SlideChart,
    brief_pptx,
    describe_filters,
    file_name,
    neutralise,
    read_csv,
    readable,
    to_csv,
    undo,
    workbook,
)
from dashboard_core.exports.sheets import MAX_ROWS
from dashboard_core.exports.table import people_first
from dashboard_core.frames import CONTRACTS, POSITIONS, join_positions
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.vocabulary import STANCE_LABELS
from factories import Said, said

PEOPLE_FIRST = list(people_first(POSITIONS.empty()).columns)
NASTY = [
    "=1+1",
    "+7 700 123",
    "-dash opens this speech",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1＋1",
    "－x",
    "'quoted'",
    "''",
    "'=1",
    "-5",
    "+3.5e-2",
    "-1\n",
    "-",
    '=HYPERLINK("http://evil.invalid","x")',
    "=cmd|' /C calc'!A0",
    'he said "no", twice',
    "line\nbreak\r\nand\rmore",
    "a;b\tc,d",
    "nul\x00inside",
    "Жээнбеков, Тоқаев",
    "Əhmədli ü ş ğ ı İ",
    "العربية 中文 😀",
    "\ufeffmark",
    "NaN",
    "NULL",
    "None",
    " ",
    "<script>alert(1)</script>",
]
ABOUT = About(
    "Who stands where on the shared road",
    describe_filters(Filters(countries=("KGZ",), stances=("opposed", "cautious"))),
    date(2026, 11, 22),
    "ab12cd34ef56",
    ("model-1",),
    "one vote per speaker and target",
    made_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
)


class TestCsv:
    @pytest.mark.parametrize("text", NASTY)
    def test_undo_gives_back_the_text(self, text: str) -> None:
        assert undo(neutralise(text)) == text

    @given(st.text())
    @settings(max_examples=300, deadline=None)
    def test_undo_gives_back_any_text(self, text: str) -> None:
        assert undo(neutralise(text)) == text

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            pytest.param("=1+1", "'=1+1", id="formula"),
            pytest.param("-5", "-5", id="plain negative number stays a number"),
            pytest.param("-1\n", "'-1\n", id="a number and a line break is no plain number"),
            pytest.param("-1+cmd", "'-1+cmd", id="begins like a number"),
            pytest.param("＝1", "'＝1", id="full-width sign"),
            pytest.param("-٣", "'-٣", id="other digits are no plain number"),
            pytest.param("plain", "plain", id="nothing to do"),
        ],
    )
    def test_what_a_spreadsheet_would_run_is_marked(self, text: str, shown: str) -> None:
        assert neutralise(text) == shown

    def test_each_row_says_what_the_file_was_made_from(self) -> None:
        about = About("x", (("Words", "=1+1"), ("Labels", "all")), date(2026, 3, 1), "d1", ("m1",))
        rows = pd.DataFrame({"a": ["one", "two"], "Labels": ["own", "own"]})
        written = to_csv(rows, about={**about.columns, "Sum": "=1+1"}, marking="internal")
        assert written.decode("utf-8-sig").splitlines()[1:] == [
            f'"{name}","own","Words: =1+1","2026-03-01, version d1","m1","\'=1+1","internal"'
            for name in ("one", "two")
        ]

    def test_nothing_in_the_file_starts_a_formula(self) -> None:
        content = to_csv(
            pd.DataFrame({"a": pd.Series(NASTY, dtype="str"), "b": pd.Series(NASTY[::-1], dtype="str")})
        )
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            for cell in row:
                assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", cell) or re.fullmatch(r"[+-]?[\d.e-]+", cell), (
                    cell
                )

    def test_nasty_texts_come_back_equal(self) -> None:
        rows = pd.DataFrame({"text": pd.Series(NASTY, dtype="str"), "n": range(len(NASTY))})
        back = read_csv(to_csv(rows))
        assert back["text"].tolist() == NASTY
        assert back["n"].tolist() == [str(n) for n in range(len(NASTY))]

    def test_positions_come_back_equal(self) -> None:
        rows = factories.positions(300, seed=2)
        back = read_csv(to_csv(rows)).astype(
            {c: "float64" for c in rows.columns if rows[c].dtype == "float64"}
        )
        typed = POSITIONS.cast(back.astype({"start": "int64", "end": "int64"}))
        # Sixteen digits would pretend a precision that nobody has.
        pd.testing.assert_frame_equal(typed, rows.round(4))

    def test_the_file_begins_with_the_mark_and_the_stable_columns(self) -> None:
        content = to_csv(factories.positions(3))
        assert content.startswith(b"\xef\xbb\xbf")
        assert next(csv.reader([content.decode("utf-8-sig").split("\r\n")[0]])) == PEOPLE_FIRST
        assert PEOPLE_FIRST[:3] == ["speaker", "role", "organisation"]
        assert sorted(PEOPLE_FIRST) == sorted(POSITIONS.names)
        assert {"outlet", "url", "start", "end", "model_version"} <= set(POSITIONS.names)
        assert not to_csv(factories.positions(3), bom=False).startswith(b"\xef\xbb\xbf")

    def test_the_readable_file_has_few_columns_and_names_for_codes(self) -> None:
        rows = factories.positions(40)
        shown = readable(rows, {"KGZ": "Kyrgyzstan"})
        assert len(shown) == len(rows)
        assert len(shown.columns) == 15
        assert (shown["Passage"].str.lstrip("–") == rows["text"].str.lstrip("-")).all()
        for code, name in zip(rows["country"], shown["Country"], strict=True):
            told = "Country not stated" if pd.isna(code) else {"KGZ": "Kyrgyzstan"}.get(code, code)
            assert name == told
        assert set(shown["Stance"].dropna()) <= {*STANCE_LABELS.values()}
        assert set(shown["Label by"]) == {"machine, not reviewed"}
        gone = rows.assign(review="rejected", stance=None).head(1)
        assert readable(gone)[["Stance", "Label by"]].iloc[0].tolist() == [
            "Rejected",
            "machine, rejected by a person",
        ]

    def test_the_readable_file_reads_as_the_page_does(self) -> None:
        rows = factories.positions(4).assign(confidence=[0.8149, 1.0, 0.0, None])
        rows["text"] = ["- We want it.", "-Нет", "-5", "-1+cmd|' /C calc'!A0"]
        rows["published_on"] = pd.to_datetime(["2026-01-07", None, None, None])
        lines = to_csv(readable(rows)).decode("utf-8-sig").splitlines()
        back = read_csv(to_csv(readable(rows)))
        assert back["Confidence"].fillna("").tolist() == ["81%", "100%", "0%", ""]
        assert back["Published"].tolist() == ["2026-01-07", "undated", "undated", "undated"]
        assert '"– We want it."' in lines[1]
        assert '"–Нет"' in lines[2]
        assert '"-5"' in lines[3]
        assert """"'-1+cmd""" in lines[4], "what could be a formula keeps its guard"
        assert len(readable(POSITIONS.empty())) == 0

    def test_no_rows_still_have_their_columns(self) -> None:
        back = read_csv(to_csv(POSITIONS.empty()))
        assert list(back.columns) == PEOPLE_FIRST
        assert len(back) == 0

    def test_days_are_days_and_missing_is_empty(self) -> None:
        rows = factories.positions(200)
        back = read_csv(to_csv(rows))
        assert back["published_on"].dropna().str.fullmatch(r"\d{4}-\d\d-\d\d").all()
        assert (back["published_on"].isna() == rows["published_on"].isna()).all()
        assert rows["published_on"].isna().any()

    def test_a_marking_is_in_every_row(self) -> None:
        assert set(read_csv(to_csv(factories.positions(5), marking="internal"))["handling"]) == {"internal"}

    def test_as_many_rows_as_on_the_screen(self, tmp_path: Path) -> None:
        store = Store.create(tmp_path / "s")
        store.append(factories.frames(500))
        filters = Filters(countries=("KGZ", "KAZ", "TUR"), text="border")
        shown = query.tally(store, filters, by="country")["positions"].sum()
        assert shown > 0
        assert len(read_csv(to_csv(query.positions(store, filters)))) == shown


class TestNames:
    @pytest.mark.parametrize(
        ("filters", "name"),
        [
            pytest.param(Filters(), "positions_2026-11-22.csv", id="no filter"),
            pytest.param(Filters(countries=("KGZ",)), "positions_2026-11-22_kgz.csv", id="one"),
            pytest.param(
                Filters(text="../../etc/passwd\x00"), "positions_2026-11-22_etc-passwd.csv", id="a path"
            ),
            pytest.param(Filters(text="союз"), "positions_2026-11-22_soyuz.csv", id="Cyrillic"),
            pytest.param(Filters(countries=("",)), "positions_2026-11-22_not-stated.csv", id="missing"),
        ],
    )
    def test_names_say_what_is_in_the_file(self, filters: Filters, name: str) -> None:
        assert file_name("positions", filters, date(2026, 11, 22)) == name

    def test_long_filters_are_cut_and_stay_apart(self) -> None:
        one, other = (Filters(organisations=("Institute of Strategic Studies " * 4, end)) for end in "ab")
        names = {file_name("positions", f, None) for f in (one, other)}
        assert len(names) == 2
        assert all(len(n) < 110 and re.fullmatch(r"[a-z0-9_.-]+", n) for n in names)

    def test_a_filter_in_signs_only_still_has_a_name_of_its_own(self) -> None:
        names = {file_name("positions", Filters(text=t), None) for t in ("!!!", "???")}
        assert len(names) == 2


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    rows = factories.positions(len(NASTY))
    rows["text"] = pd.Series(NASTY, dtype="str")
    tally = pd.DataFrame({"country": ["KGZ", "=1+1"], "opposed": [1.5, 2.0]})
    return openpyxl.load_workbook(io.BytesIO(workbook(rows, ABOUT, tally=tally)))


class TestWorkbook:
    def test_sheets_and_furniture(self, book: openpyxl.Workbook) -> None:
        assert book.sheetnames == ["positions", "tally", "data dictionary", "about"]
        assert [c.value for c in book["positions"][1]] == PEOPLE_FIRST
        assert book["positions"].freeze_panes == "A2"
        assert book["positions"].auto_filter.ref

    def test_no_cell_is_a_formula_or_a_link(self, book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (sheet.title, cell.coordinate)
                    assert cell.hyperlink is None

    def test_texts_and_numbers_are_what_was_given(self, book: openpyxl.Workbook) -> None:
        sheet = book["positions"]
        place = PEOPLE_FIRST.index("text") + 1
        told = [sheet.cell(row, place).value for row in range(2, len(NASTY) + 2)]
        # line ends become one kind, and what XML cannot hold a blank; all else is as it was
        assert told == [t.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ") for t in NASTY]
        assert [c.value for c in book["tally"]["B"]] == ["opposed", 1.5, 2.0]
        assert book["tally"]["A3"].value == "=1+1"

    def test_every_column_is_explained(self, book: openpyxl.Workbook) -> None:
        listed = {(r[0].value, r[1].value) for r in book["data dictionary"].iter_rows(min_row=2)}
        assert listed == {(contract.name, name) for contract in CONTRACTS for name in contract.names}

    def test_it_says_where_it_comes_from(self, book: openpyxl.Workbook) -> None:
        about = {r[0].value: r[1].value for r in book["about"].iter_rows(min_row=2)}
        assert about["Filter: Country"] == "KGZ"
        assert about["Filter: Stance"] == "Opposed, Cautious"
        assert about["Data of"] == "2026-11-22"
        assert about["Data version"] == "ab12cd34ef56"
        assert about["Model version"] == "model-1"
        assert about["Positions in this file"] == f"{len(NASTY)} of {len(NASTY)}"

    def test_a_marking_stands_on_every_sheet(self) -> None:
        marked = About("x", marking="R&D internal")
        book = openpyxl.load_workbook(io.BytesIO(workbook(factories.positions(2), marked)))
        assert {sheet["A1"].value for sheet in book.worksheets} == {"R&D INTERNAL"}
        assert all("R&&D INTERNAL" in sheet.oddHeader.center.text for sheet in book.worksheets)

    def test_what_does_not_fit_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dashboard_core.exports.sheets.MAX_ROWS", 5)
        rows = factories.positions(8)
        rows.loc[0, "text"] = "x" * 40_000
        book = openpyxl.load_workbook(io.BytesIO(workbook(rows, ABOUT)))
        assert book["positions"].max_row == 6
        about = {r[0].value: r[1].value for r in book["about"].iter_rows(min_row=2)}
        assert about["Positions in this file"] == "5 of 8"
        assert "cut here" in book["positions"].cell(2, PEOPLE_FIRST.index("text") + 1).value[-60:]
        assert MAX_ROWS >= 100_000


LONG = "Қазақстан Республикасының Президенті жанындағы стратегиялық зерттеулер институты"
PASSAGES = [
    ("Aydar Abylov", "The plan deserves a fair hearing.", "Morning Paper", "https://news.example/1"),
    ("Ж. Чолпанова", "=cmd|x \x0b", "Evening Paper", "javascript:alert(1)"),
]


def chart(rows: int = 3, **changes: object) -> SlideChart:
    series = {
        "opposed": [float(i % 4) for i in range(rows)],
        "cautious": [i % 3 + 0.5 for i in range(rows)],
        "supportive": [1 / 3 + i for i in range(rows)],
        "unclear": [float(i == 0) for i in range(rows)],
        "none": [0.0] * rows,
    }
    labels = [LONG if i % 5 == 1 else f"=Place {i} <b>" for i in range(rows)]
    values = {"title": "Most support the road", "subtitle": f"{rows} places", "note": "All from 2 outlets."}
    values |= {
        "source": "Source: Morning Paper",
        "categories": labels,
        "series": series,
        "passages": PASSAGES,
    }
    return SlideChart(**{**values, **changes})  # type: ignore[arg-type]


def texts_of(slide: object) -> str:
    return "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)  # type: ignore[attr-defined]


def charts_of(content: bytes) -> list[object]:
    slides = Presentation(io.BytesIO(content)).slides
    return [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]


class TestSlides:
    def test_the_numbers_are_those_given(self) -> None:
        given = chart(4)
        (native,) = charts_of(brief_pptx([given], ABOUT))
        _, *drawn = native.plots[0].series  # type: ignore[attr-defined]
        assert [s.name for s in drawn] == ["Opposed", "Cautious", "Supportive"]
        for series, name in zip(drawn, ("opposed", "cautious", "supportive"), strict=True):
            assert list(series.values) == pytest.approx(list(given.series[name]), abs=0.005)
        book = openpyxl.load_workbook(io.BytesIO(native.part.chart_workbook.xlsx_part.blob))  # type: ignore[attr-defined]
        sheet = book["As counted"]
        for column, name in enumerate(given.series, start=2):
            assert sheet.cell(1, column).value == name
            assert [sheet.cell(r, column).value for r in range(2, 6)] == pytest.approx(
                list(given.series[name]), rel=1e-12
            )
        assert [sheet.cell(r, 1).value for r in range(2, 6)] == list(given.categories)

    def test_every_middle_of_cautious_lies_on_one_line(self) -> None:
        contents = charts_of(brief_pptx([chart(30)], ABOUT))
        assert len(contents) > 1
        middles = set()
        for native in contents:
            unseen, opposed, cautious, _ = (list(s.values) for s in native.plots[0].series)  # type: ignore[attr-defined]
            middles |= {round(u + o + c / 2, 1) for u, o, c in zip(unseen, opposed, cautious, strict=True)}
        assert len(middles) == 1

    def test_only_our_own_numbers_are_formulas(self) -> None:
        (native,) = charts_of(brief_pptx([chart(4)], ABOUT))
        book = openpyxl.load_workbook(io.BytesIO(native.part.chart_workbook.xlsx_part.blob))  # type: ignore[attr-defined]
        formulas = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert all(c.column_letter == "B" and re.fullmatch(r"=[\d.]+-C\d+-D\d+/2", c.value) for c in formulas)
        assert book["Sheet1"]["A2"].value == "=Place 0 <b>"
        assert book["Sheet1"]["A2"].data_type == "s"

    @pytest.mark.parametrize("rows", [0, 1, 3, 40])
    @pytest.mark.parametrize("shape", ["diverging", "bars", "matrix"])
    def test_any_number_of_rows(self, rows: int, shape: str) -> None:
        one = chart(
            rows, shape=shape, series={"road": [0.5] * rows} if shape == "matrix" else chart(rows).series
        )
        show = Presentation(io.BytesIO(brief_pptx([one], ABOUT)))
        assert show.slide_width / show.slide_height == pytest.approx(16 / 9, abs=0.01)
        told = 0
        for slide in show.slides:
            for shape_ in slide.shapes:
                if shape_.has_chart:
                    told += len(list(shape_.chart.plots[0].categories))
                elif shape_.has_table:
                    told += len(list(shape_.table.rows)) - 1
                assert shape_.left >= 0
                assert shape_.left + shape_.width <= show.slide_width
                assert shape_.top + shape_.height <= show.slide_height
        assert told == rows

    @pytest.mark.parametrize("rows", [9, 10, 11, 13])
    def test_rows_are_spread_evenly_and_shorter_labels_save_slides(self, rows: int) -> None:
        long = [
            f"Place {n}: " + "two officials, three experts and several academics " * 2 for n in range(rows)
        ]
        short = [f"Place {n}" for n in range(rows)]

        def counts(one: SlideChart) -> list[int]:
            slides = Presentation(io.BytesIO(brief_pptx([one], ABOUT))).slides
            return [len(list(s.chart.plots[0].categories)) for p in slides for s in p.shapes if s.has_chart]

        spread = counts(chart(rows, categories=long))
        assert sum(spread) == rows
        assert max(spread) - min(spread) <= 1
        assert len(counts(chart(rows, categories=long, short=short))) < len(spread)

    def test_the_key_explains_only_what_is_on_the_slide(self) -> None:
        none = [0.0, 0.0, 0.0]
        one = chart(3, series={"opposed": none, "cautious": none, "supportive": [1.0, 2.0, 1.0]})
        told = texts_of(Presentation(io.BytesIO(brief_pptx([one], ABOUT))).slides[0])
        assert "▲ Supportive" in told
        assert "▼" not in told
        assert "■" not in told

    def test_every_slide_says_where_it_comes_from(self) -> None:
        show = Presentation(io.BytesIO(brief_pptx([chart(40), chart(1)], ABOUT, "internal")))
        assert len(show.slides) > 3
        for place, slide in enumerate(show.slides):
            told = texts_of(slide)
            assert "INTERNAL" in told
            assert "Country: KGZ" in told
            assert "Data of 22 November 2026" in told
            if place:
                assert "Source: Morning Paper" in told
                assert "All from 2 outlets." in told
        assert "In the totals, without a bar: 1 unclear." in texts_of(show.slides[1])
        assert show.core_properties.content_status == "internal"
        assert "INTERNAL" not in texts_of(Presentation(io.BytesIO(brief_pptx([chart()], ABOUT))).slides[0])

    def test_a_further_slide_is_told_as_continued_and_nothing_stands_twice(self) -> None:
        said = "the machine's; nobody has reviewed these claims yet"
        about = dataclasses.replace(ABOUT, filters=(("Country", "KGZ"), ("Labels", said)))
        told = dataclasses.replace(chart(24), note=f"All from 2 outlets. Labels: {said}.")
        first, second, *_ = Presentation(io.BytesIO(brief_pptx([told], about))).slides
        assert "continued" not in first.shapes.title.text_frame.text
        assert "(continued, 2 of" in second.shapes.title.text_frame.text
        assert texts_of(first).count("nobody has reviewed") == 1
        assert "Country: KGZ · Data of" in texts_of(first)

    def test_a_long_note_takes_its_room_from_the_chart_and_not_over_it(self) -> None:
        long = dataclasses.replace(chart(12), note="What to bear in mind about these numbers. " * 14)
        slides = list(Presentation(io.BytesIO(brief_pptx([long], ABOUT))).slides)
        assert [len(slide.shapes) for slide in slides]
        rows = []
        for slide in slides:
            drawn = next(shape for shape in slide.shapes if shape.has_chart)
            rows.append(len(list(drawn.chart.plots[0].categories)))
            lines = sum(-(-len(line) // 104) for line in texts_of(slide).split("\n") if "bear" in line)
            assert drawn.top + drawn.height <= Inches(7.4) - Inches(0.235) * lines
        # In about equal parts.
        assert sum(rows) == 12
        assert max(rows) - min(rows) <= len(rows)

    def test_no_letter_is_smaller_than_14_points(self) -> None:
        show = Presentation(io.BytesIO(brief_pptx([chart(3), chart(3, shape="bars")], ABOUT, "internal")))
        sizes = [
            run.font.size
            for slide in show.slides
            for shape in slide.shapes
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
            for run in paragraph.runs
        ]
        assert min(sizes) >= Pt(14)
        assert all(c.font.size >= Pt(14) for c in charts_of(brief_pptx([chart()], ABOUT)))  # type: ignore[attr-defined]

    def test_the_notes_hold_passages_and_links_of_the_web_only(self) -> None:
        show = Presentation(io.BytesIO(brief_pptx([chart()], ABOUT)))
        frame = show.slides[0].notes_slide.notes_text_frame
        assert "Aydar Abylov (Morning Paper): The plan deserves a fair hearing." in frame.text
        links = [r.hyperlink.address for p in frame.paragraphs for r in p.runs if r.hyperlink.address]
        assert links == ["https://news.example/1"]
        assert "opposed 0, cautious 0.5, supportive 0.33" in frame.text

    def test_the_chart_has_words_for_those_who_do_not_see_it(self) -> None:
        show = Presentation(io.BytesIO(brief_pptx([chart()], ABOUT)))
        graphic = next(s for s in show.slides[0].shapes if s.has_chart)
        assert graphic._element.nvGraphicFramePr.cNvPr.get("descr") == "Most support the road. 3 places"
        assert show.slides[0].shapes.title.text_frame.text == "Most support the road"

    def test_series_must_fit_the_categories(self) -> None:
        with pytest.raises(ValueError, match="give one value for each"):
            chart(3, series={"opposed": [1.0]})


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_all_three(tmp_path: Path) -> None:
    """A spreadsheet shows the texts of the CSV and runs none of them; the slides become as many pages."""
    rows = pd.DataFrame({"text": pd.Series([t for t in NASTY if "\x00" not in t], dtype="str")})
    (tmp_path / "rows.csv").write_bytes(to_csv(rows))
    (tmp_path / "rows.xlsx").write_bytes(workbook(factories.positions(20), ABOUT))
    (tmp_path / "slides.pptx").write_bytes(brief_pptx([chart(1), chart(20)], ABOUT, "internal"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for source, target in (("rows.csv", "ods"), ("rows.xlsx", "pdf"), ("slides.pptx", "pdf")):
        filters = ["--infilter=CSV:44,34,76,1"] if source.endswith("csv") else []
        command = [
            "soffice",
            profile,
            "--headless",
            *filters,
            "--convert-to",
            target,
            "--outdir",
            str(tmp_path),
        ]
        subprocess.run([*command, str(tmp_path / source)], check=True, capture_output=True, timeout=240)
    content = ZipFile(tmp_path / "rows.ods").read("content.xml").decode("utf-8")
    assert "table:formula" not in content
    for told in ("Жээнбеков, Тоқаев", "Əhmədli ü ş ğ ı İ", "=1+1", "&lt;script&gt;"):
        assert told in content
    assert (tmp_path / "rows.pdf").stat().st_size > 5_000
    assert (tmp_path / "slides.pdf").read_bytes().count(b"/Type/Page/") >= 4


def test_positions_of_hand_written_rows_keep_their_provenance() -> None:
    rows = join_positions(said([Said("Ana", (("road", "opposed"),), url="https://news.example/9")]))
    back = read_csv(to_csv(rows)).iloc[0]
    assert (back["outlet"], back["url"], back["model_version"]) == (
        "Morning Paper",
        "https://news.example/9",
        "model-1",
    )
    assert int(back["end"]) - int(back["start"]) == len(back["text"])
