"""Recorded figures: what is written is what is read, and a damaged file is told, not hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard_core.errors import ModelError
from dashboard_core.quality import load_quality, record_quality


def test_nothing_measured_yet_is_empty(tmp_path: Path) -> None:
    assert load_quality(tmp_path / "quality.json") == {}


def test_one_section_leaves_the_others_alone(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    record_quality("stance", {"macro_f1": 0.7}, command="stances evaluate stance", data="pairs", path=file)
    record_quality("claims", {"found": 0.8}, command="stances evaluate claims", data="articles", path=file)
    record_quality("claims", {"found": 0.9}, command="stances evaluate claims", data="articles", path=file)
    quality = load_quality(file)
    assert quality["stance"]["figures"] == {"macro_f1": 0.7}
    assert quality["claims"]["figures"] == {"found": 0.9}
    assert quality["claims"]["measured_on"] and quality["claims"]["command"] == "stances evaluate claims"


def test_a_damaged_file_names_its_remedy(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    file.write_text("{", "utf-8")
    with pytest.raises(ModelError, match="measure anew"):
        load_quality(file)
