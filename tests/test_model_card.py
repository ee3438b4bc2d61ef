"""The model card: a damaged or missing weights' file is named, the confusion of labels is drawn as it was counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_core.charts.confusion import confusion_figure, confusion_table
from dashboard_core.paths import weights_dir
from dashboard_core.ui import model_card
from test_pages import SCRIPT, words
from ui_store import make_store

COUNTS = {
    "opposed": {"opposed": 9, "cautious": 1, "unclear": 2},
    "cautious": {"cautious": 4, "supportive": 3},
    "supportive": {"supportive": 8},
}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    shutil.copytree(weights_dir("stance"), folder)
    return folder


def test_the_packaged_weights_are_whole() -> None:
    assert model_card.model_problems() == []
    limits = model_card.thresholds()
    assert limits is not None and all(0 < limit < 1 for limit in limits)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "decision.npz"])
def test_a_missing_file_is_named(weights: Path, name: str) -> None:
    (weights / name).unlink()
    assert [name in problem and "not there" in problem for problem in model_card.model_problems(weights)] == [
        True
    ]


@pytest.mark.parametrize(("name", "said"), [("encoder.onnx", "damaged"), ("decision.npz", "cannot be read")])
def test_a_damaged_file_is_named(weights: Path, name: str, said: str) -> None:
    content = (weights / name).read_bytes()
    (weights / name).write_bytes(content[: len(content) // 2] + b"x")
    (problem,) = model_card.model_problems(weights)
    assert name in problem and said in problem


def test_the_method_page_says_that_the_model_is_damaged(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_store(tmp_path / "store")
    monkeypatch.setenv("STANCES_STORE", str(tmp_path / "store"))
    (weights / "encoder.onnx").write_bytes(b"not a model")
    monkeypatch.setattr(
        model_card, "weights_dir", lambda room: weights if room == "stance" else weights_dir(room)
    )
    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.switch_page("../../../pages/method.py").run()
    assert not app.exception
    assert "The model cannot be used" in words(app)
    assert "encoder.onnx is damaged" in words(app)
    assert "dev_news" not in words(app)


def test_the_confusion_chart_has_every_number_of_its_table() -> None:
    table = confusion_table(COUNTS)
    assert list(table.columns) == [
        "People", "Machine: opposed", "Machine: cautious", "Machine: supportive", "Machine: unclear",
    ]  # fmt: skip
    figure = confusion_figure(table, theme="dark", size="wide")
    told = {(note["y"], note["x"]): note["text"] for note in figure["layout"]["annotations"]}
    for y, row in enumerate(table.drop(columns="People").to_numpy().tolist()):
        for x, count in enumerate(row):
            assert told[y, x] == f"<b>{count}</b>"
