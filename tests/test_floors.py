"""Quality on coded articles never falls: each figure is held at or above its floor in floors.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard_core import pipeline
from dashboard_core.cli.models import _article, _coded
from dashboard_core.extract.evaluation import evaluate_claims
from dashboard_core.scoring import evaluate_positions

FLOORS: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))
SETS = ["dev_news", "dev_region"]

pytestmark = pytest.mark.gold


@pytest.fixture(scope="module")
def figures(gold_dir: Path, resources: pipeline.Resources) -> dict[str, dict[str, float]]:
    measured: dict[str, dict[str, float]] = {}
    for name in SETS:
        gold: list[dict[str, Any]] = _coded(gold_dir / f"{name}.jsonl")
        frames = pipeline.structure_articles([_article(row) for row in gold], resources).frames
        found = [
            *evaluate_claims(gold, frames.claims, draws=10),
            *evaluate_positions(gold, frames.claims, frames.stances, draws=10),
        ]
        measured[name] = {f.name: f.share for f in found}
    return measured


@pytest.mark.parametrize(
    ("name", "measure"), [(name, measure) for name in SETS for measure in FLOORS.get(name, {})]
)
def test_extraction_keeps_its_floor(figures: dict[str, dict[str, float]], name: str, measure: str) -> None:
    assert figures[name][measure] >= FLOORS[name][measure], f"{measure} on {name}"
