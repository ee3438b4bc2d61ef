"""The column contracts: each breach is named, and records and frames say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from dashboard_core import frames as fr
from dashboard_core.errors import ColumnError
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target, stable_id

PROJECT = Path(__file__).parents[1]
TEXT = "The lake treaty is a mistake, said Orla Vint, a hydrologist from Norway."


def article(**changes: object) -> Article:
    values: dict[str, object] = {
        "article_id": "a_1",
        "title": "Lake treaty",
        "text": TEXT,
        "sha256": "0" * 64,
        "added_at": datetime(2025, 1, 2, tzinfo=UTC),
        "published_on": date(2025, 1, 1),
        "language": "en",
    }
    return Article(**(values | changes))  # type: ignore[arg-type]


def claim(**changes: object) -> Claim:
    speaker = Speaker("s_1", "Orla Vint", "hydrologist", "expert", "", "NOR", "role phrase: from Norway")
    values: dict[str, object] = {
        "claim_id": "c_1",
        "article_id": "a_1",
        "start": 0,
        "end": len(TEXT),
        "text": TEXT,
        "kind": "indirect",
        "content": (Span(0, 28),),
        "cue": "said",
        "mention": "Orla Vint",
        "speaker": speaker,
    }
    return Claim(**(values | changes))  # type: ignore[arg-type]


def stance(**changes: object) -> Stance:
    values: dict[str, object] = {
        "stance_id": "st_1",
        "claim_id": "c_1",
        "article_id": "a_1",
        "target": Target("t_1", "lake treaty", "agreement"),
        "stance": "opposed",
        "confidence": 0.8,
        "p_stance": 0.9,
        "p_opposed": 0.8,
        "p_cautious": 0.15,
        "p_supportive": 0.05,
        "evidence": "a mistake",
        "model_version": "v1",
    }
    return Stance(**(values | changes))  # type: ignore[arg-type]


def test_records_become_frames_that_keep_their_contracts() -> None:
    frames = fr.to_frames([article()], [claim()], [stance()])
    for contract, table in zip(fr.CONTRACTS, (frames.articles, frames.claims, frames.stances), strict=False):
        contract.check(table)
        assert list(table.columns) == contract.names
    row = frames.claims.iloc[0]
    assert pd.isna(row["organisation"]) and row["country"] == "NOR"
    assert frames.articles["published_on"].iloc[0] == pd.Timestamp(2025, 1, 1)


def test_positions_join_all_three() -> None:
    positions = fr.join_positions(fr.to_frames([article()], [claim()], [stance()]))
    fr.POSITIONS.check(positions)
    row = positions.iloc[0]
    assert (row["speaker"], row["target"], row["title"]) == ("Orla Vint", "lake treaty", "Lake treaty")
    assert TEXT[row["start"] : row["end"]] == row["text"]


def test_nothing_at_all_still_has_its_columns_and_dtypes() -> None:
    frames = fr.to_frames([], [], [])
    fr.POSITIONS.check(fr.join_positions(frames))


def test_undated_is_missing_never_a_date() -> None:
    frames = fr.to_frames([article(published_on=None)], [], [])
    assert frames.articles["published_on"].isna().all()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"stance": "favourable"}, "favourable", id="a label outside the closed list"),
        pytest.param({"p_stance": 1.2}, "p_stance: 1.2 lies above 1", id="a probability above 1"),
        pytest.param({"target": Target("t", "x", "thing")}, "target_kind", id="an unknown kind of target"),
    ],
)
def test_a_breach_is_named(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ColumnError, match="stances frame") as caught:
        fr.to_frames([article()], [claim()], [stance(**changes)])
    assert problem in str(caught.value)


def test_all_breaches_are_named_at_once() -> None:
    table = fr.to_frames([article()], [claim()], [stance()]).stances
    broken = table.assign(confidence=2.0).drop(columns=["target"])
    with pytest.raises(ColumnError) as caught:
        fr.STANCES.check(broken)
    assert len(caught.value.problems) == 2


def test_a_repeated_key_is_a_breach() -> None:
    with pytest.raises(ColumnError, match="repeat another row's key"):
        fr.to_frames([article(), article()], [], [])


def test_joining_does_not_touch_the_frames_given() -> None:
    frames = fr.to_frames([article()], [claim()], [stance()])
    before = frames.stances.copy()
    fr.join_positions(frames)
    pd.testing.assert_frame_equal(frames.stances, before)


def test_ids_depend_on_every_part() -> None:
    assert stable_id("c", "a", 1) != stable_id("c", "a", 2)
    assert stable_id("c", "a", 1).startswith("c_")


def test_the_readme_prints_the_data_dictionary_as_it_is() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert fr.data_dictionary() in readme, "run: python scripts/readme.py"
