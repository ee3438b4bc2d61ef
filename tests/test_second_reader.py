"""The training pairs' labels against a second, blind reader: the agreement that the docs report."""

from __future__ import annotations

import json
from pathlib import Path

from sklearn.metrics import cohen_kappa_score

from dashboard_core.vocabulary import STANCES

PROJECT = Path(__file__).parents[1]
PAIRS = PROJECT / "src/dashboard_core/stance/data/training_pairs.jsonl"
SECOND = PROJECT / "tests/data/pairs_second_reader.jsonl"


def read(path: Path) -> dict[tuple[str, str], str]:
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return {(row["text_id"], row["target"]): row["stance"] for row in rows}


def test_agreement_is_what_the_docs_say() -> None:
    first, second = read(PAIRS), read(SECOND)
    assert len(second) == 200 and second.keys() <= first.keys()
    kappa = cohen_kappa_score([first[key] for key in second], list(second.values()))
    both = [key for key in second if first[key] in STANCES and second[key] in STANCES]
    on_positions = cohen_kappa_score([first[k] for k in both], [second[k] for k in both])
    docs = (PROJECT / "docs/training-pairs.md").read_text("utf-8")
    for figure in (f"{kappa:.3f}", f"{on_positions:.3f}"):
        assert figure.lstrip("0") in docs
    assert kappa >= 0.9
