"""Numbers that a reader can compare agree: on the chart, in its subtitle, its table and behind its marks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.charts import WITHOUT_VOTE
from dashboard_core.store import Store
from dashboard_core.ui import downloads
from factories import Said, said

SCRIPT = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui/main.py"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Countries page over a store in which Ana is once clear on the road and twice unclear."""
    store = Store.create(tmp_path / "store")
    store.append(
        said(
            [
                Said("Ana", (("road", "supportive"),), "KGZ"),
                Said("Ana", (("road", "unclear"),), "KGZ"),
                Said("Ana", (("road", "unclear"),), "KGZ"),
                Said("Bek", (("road", "unclear"),), "KGZ"),
                Said("Can", (("road", "opposed"),), "TUR"),
            ]
        )
    )
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    found = AppTest.from_file(str(SCRIPT), default_timeout=180)
    found.query_params["target"] = "road"
    return found


def figure(app: AppTest) -> str:
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    return json.dumps(spec, ensure_ascii=False).replace("<br>", " ")


def countries(app: AppTest) -> AppTest:
    return app.switch_page("../../../pages/countries.py").run()


def test_the_claims_of_a_row_are_those_that_its_marks_open(app: AppTest) -> None:
    countries(app)
    app.session_state["table_countries"] = True
    app.run()
    table = app.dataframe[0].value.set_index("Country")
    assert table["Claims"].to_dict() == {"Kyrgyzstan": 2, "TUR" if "TUR" in table.index else "Türkiye": 1}
    assert table.loc["Kyrgyzstan", WITHOUT_VOTE] == 2
    opened = {}
    for key in ("KGZ|supportive|", "KGZ|unclear|"):
        app.selectbox(key="mark_countries").set_value(key).run()
        said_here = "\n".join(str(m.value) for m in app.markdown)
        opened[key] = int(re.search(r"1 speaker, (\d) claim", said_here).group(1))  # type: ignore[union-attr]
        if key == "KGZ|supportive|":
            told = [e.label for e in app.expander if "further claim" in e.label]
            assert told == ["2 further claims of the same voice, no clear position found: they add no vote"]
    assert sum(opened.values()) == table.loc["Kyrgyzstan", "Claims"]


def test_a_voice_that_says_nothing_besides_opens_as_well(app: AppTest) -> None:
    countries(app)
    app.selectbox(key="mark_countries").set_value("TUR|opposed|").run()
    assert not app.exception and not app.error
    assert "1 speaker, 1 claim" in "\n".join(str(m.value) for m in app.markdown)
    assert not [e.label for e in app.expander if "further claim" in e.label]


def test_under_a_filter_on_unclear_the_subtitle_counts_who_stands_in_the_chart(app: AppTest) -> None:
    app.query_params["stance"] = "unclear"
    countries(app)
    shown = figure(app)
    assert "1 voice · 1 claim" in shown
    assert "2 further matching claims add no vote here" in shown
    assert "1 expert" in shown
    assert "2 experts" not in shown


def test_counted_by_claims_every_claim_is_in_a_mark(app: AppTest) -> None:
    app.query_params["weight"] = "Every claim"
    countries(app)
    app.session_state["table_countries"] = True
    app.run()
    table = app.dataframe[0].value.set_index("Country")
    assert WITHOUT_VOTE not in table
    assert table.loc["Kyrgyzstan", "Claims"] == 4


def test_a_large_file_that_fails_says_so_and_is_offered_again(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError("no space left")

    countries(app)
    app.session_state["files_countries"] = True
    monkeypatch.setattr(downloads, "_FEW", 0)
    with monkeypatch.context() as broken:
        broken.setattr(downloads, "_slide", full)
        app.run()
        app.button(key="make_pptx_countries").click().run()
        assert "could not be made: no space left" in app.error[0].value
    app.button(key="make_pptx_countries").click().run()
    assert not app.error
    labels = [button.proto.label for button in app.get("download_button")]
    assert "Save: Slide (PowerPoint)" in labels


def test_small_files_are_ready_before_they_are_asked_for(app: AppTest) -> None:
    countries(app)
    app.session_state["files_countries"] = True
    app.run()
    offered = app.get("download_button")
    assert len(offered) >= 4
    assert [button.proto.label for button in offered if button.proto.deferred_file_id] == []
