"""Ways of labelling a stance side by side: one table over the same pairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard_core.benchmarks.comparison import compare_ways
from dashboard_core.cli import main
from dashboard_core.errors import ModelError


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two invented articles of three statements, one speaker heard twice on one target."""
    said = [
        ("The harbour levy is welcome and long overdue, the minister said.", "Ada Holm", "supportive"),
        ("We firmly reject the harbour levy, which will ruin small ports.", "Ben Ruda", "opposed"),
        ("Before the harbour levy is decided we should wait for the study, he said.", "Ben Ruda", "cautious"),
    ]
    rows = [
        {
            "id": f"a{number}",
            "statements": [
                {"text": text, "speaker": who, "stances": [{"target": "harbour levy", "stance": stance}]}
                for text, who, stance in said
            ],
        }
        for number in range(2)
    ]
    path = tmp_path_factory.mktemp("compare") / "coded.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_every_way_is_scored_on_the_same_pairs(coded: Path) -> None:
    table = {way.name: way for way in compare_ways([coded])}
    assert {way.every.n for way in table.values()} == {6}
    shipped = table["shipped model"]
    assert (shipped.difference, shipped.low, shipped.high) == (0.0, 0.0, 0.0)
    assert shipped.every.macro_f1 > table["most frequent label"].every.macro_f1
    for way in table.values():
        assert way.low <= way.difference <= way.high
        assert way.difference == pytest.approx(way.every.macro_f1 - shipped.every.macro_f1)


def test_the_command_prints_a_table_and_names_what_is_missing(coded: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["compare", "--data", str(coded)])
    assert done.exit_code == 0, done.output
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len({row.count("|") for row in rows}) == 1 and any("VADER" in row for row in rows)
    with pytest.raises(ModelError, match=r"model\.onnx is not there"):
        compare_ways([coded], frozen=tmp_path)
