"""Training the target ranker: the same files give the same weights, and they can be used."""

from __future__ import annotations

import json
from pathlib import Path

from dashboard_core.extract.target_ranker import TargetRanker
from dashboard_core.extract.target_training import read_coded_articles, train_ranker


def test_training_is_the_same_each_time_and_what_it_makes_can_be_used(tmp_path: Path) -> None:
    topics = ["harbour toll", "ferry plan", "school tax", "press law", "grain pact", "bridge loan"]
    rows = [
        {
            "article_id": f"a{i}",
            "title": f"Town argues over {topic}",
            "start": 0,
            "text": f"Ada Brenning condemned the {topic} on Monday and praised the mayor's patience.",
            "speaker": "Ada Brenning",
            "kind": "position",
            "stances": [{"target": topic}],
        }
        for i, topic in enumerate(topics)
    ]
    coded = tmp_path / "coded.jsonl"
    coded.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    stored = []
    for name in ("one.npz", "two.npz"):
        train_ranker(read_coded_articles(coded), []).save(tmp_path / name)
        stored.append((tmp_path / name).read_bytes())
    assert stored[0] == stored[1]
    assert TargetRanker.load(tmp_path / "one.npz").second.any()
