"""Labels by target: what they promise, what moves them, what happens to damaged files and odd input."""

from __future__ import annotations

import json
import re
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest

from dashboard_core.errors import ModelError
from dashboard_core.paths import weights_dir
from dashboard_core.records import Span
from dashboard_core.stance import StanceInput, StanceModel, encoder
from dashboard_core.stance.bias import TEST_COUNTRIES, TEST_ORGANISATIONS, evaluate_bias
from dashboard_core.stance.classifier import without
from dashboard_core.stance.decision import Decision
from dashboard_core.stance.encoder import AT_ONCE
from dashboard_core.stance.evaluation import evaluate_stance, macro_f1
from dashboard_core.stance.training import NewsFeatures, data_dir, fit_decision, read_pairs, train_stance
from dashboard_core.vocabulary import STANCE_STATES

TWO_SIDED = (
    '"A customs union would ruin our farms, and we will vote against it," Minister Orla Penhallow told reporters. '
    '"But the rail link should be built, and the money for it is in next year\'s budget."'
)


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return StanceModel.load()


def test_one_passage_two_targets_two_stances(model: StanceModel) -> None:
    union, rail = model.label([StanceInput(TWO_SIDED, "customs union"), StanceInput(TWO_SIDED, "rail link")])
    assert (union.likeliest, rail.likeliest) == ("opposed", "supportive")


def test_probabilities_sum_to_one_and_states_are_closed(model: StanceModel) -> None:
    for label in model.label(
        [StanceInput(TWO_SIDED, t) for t in ("customs union", "rail link", "zebra crossings")]
    ):
        assert label.stance in STANCE_STATES
        assert abs(label.p_opposed + label.p_cautious + label.p_supportive - 1) < 1e-9
        assert 0 <= label.p_stance <= 1


def test_a_passage_without_position_is_none_not_cautious(model: StanceModel) -> None:
    text = "The clerk said the fisheries protocol runs to forty pages and was printed on Monday in three languages."
    label = model.label([StanceInput(text, "fisheries protocol")])[0]
    assert (label.stance, label.evidence) == ("none", "")


def test_reading_side_by_side_gives_the_same(model: StanceModel, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [StanceInput(TWO_SIDED, target) for target in ("customs union", "rail link", "budget", "farms")]
    monkeypatch.setattr(encoder, "_READERS", 1)
    one_by_one = model.label(inputs)
    monkeypatch.setattr(encoder, "_READERS", 3)
    assert model.label(inputs) == one_by_one


def test_a_label_does_not_hang_on_its_neighbours(model: StanceModel) -> None:
    alone = model.label([StanceInput(TWO_SIDED, "rail link")])[0]
    among = model.label([StanceInput(TWO_SIDED * 3, "customs union"), StanceInput(TWO_SIDED, "rail link")])[1]
    assert (alone.stance, alone.evidence) == (among.stance, among.evidence)
    for name in ("p_stance", "p_opposed", "p_cautious", "p_supportive"):
        assert getattr(alone, name) == pytest.approx(getattr(among, name), abs=1e-12)


def test_one_voice_on_one_target_is_read_together(model: StanceModel) -> None:
    inputs = [
        StanceInput("We reject the tariff plan and will vote against it.", "tariff plan"),
        StanceInput("The tariff plan deserves a closer look before anybody decides, he said.", "tariff plan"),
        StanceInput("She welcomed the tariff plan as a chance for farmers.", "tariff plan"),
    ]
    alone = model.label(inputs)
    drawn = model.label(inputs, voices=["he", "he", "she"])
    assert drawn[2] == alone[2]
    assert alone[0].p_opposed > drawn[0].p_opposed > drawn[1].p_opposed > alone[1].p_opposed
    for label in drawn:
        assert label.p_opposed + label.p_cautious + label.p_supportive == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        pytest.param("", "rail link", id="an empty passage"),
        pytest.param("Yes.", "", id="an empty target"),
        pytest.param("🚂 " * 3000, "rail link", id="thousands of symbols"),
        pytest.param("rail " * 5000, "rail link", id="no sentence end for 25,000 characters"),
        pytest.param("We back it. " * 400, "rail " * 400, id="a target longer than the encoder reads"),
    ],
)
def test_odd_input_gets_a_label(model: StanceModel, text: str, target: str) -> None:
    assert model.label([StanceInput(text, target)])[0].stance in STANCE_STATES


def test_a_long_passage_is_read_to_its_end(model: StanceModel) -> None:
    filler = "The delegation visited a dairy and two schools before lunch was served at the town hall. " * 40
    text = filler + '"I reject the customs union and will vote against it," said Orla Penhallow.'
    assert model.label([StanceInput(text, "customs union")])[0].likeliest == "opposed"


def test_a_passage_longer_than_those_learned_from_is_read_around_the_target(model: StanceModel) -> None:
    sentences = [
        f"In village {n} the envoy praised the harvest, the choir and the new well. " for n in range(20)
    ]
    sentences[14] = "As for the canal, nobody here wants it. "
    text = "".join(sentences)
    bounds = [0, *accumulate(len(one) for one in sentences)]
    spans = [Span(a, b) for a, b in pairwise(bounds)]
    start = text.index("canal")
    parts = model.encoder.windows("canal", text, spans, [Span(start, start + 5)])
    assert parts and all(part.start <= start < part.end for part in parts)
    assert all(model.encoder.count_tokens(text[p.start : p.end]) <= AT_ONCE for p in parts)
    every = model.encoder.windows("canal", text, spans, [])
    assert every[0].start == 0 and every[-1].end == len(text)
    assert all(b.start <= a.end for a, b in pairwise(every))  # nothing is left out between two windows


def test_evidence_is_from_the_passage_and_its_removal_lowers_the_label(model: StanceModel) -> None:
    rows = [StanceInput(TWO_SIDED, "customs union"), StanceInput(TWO_SIDED, "rail link")]
    for row, label in zip(rows, model.label(rows), strict=True):
        start = row.text.index(label.evidence)
        assert label.evidence
        less = model.label([without(row, Span(start, start + len(label.evidence)))], evidence=False)[0]
        assert getattr(less, f"p_{label.likeliest}") < getattr(label, f"p_{label.likeliest}")


def test_explanations_say_what_removal_does(model: StanceModel) -> None:
    row = StanceInput(TWO_SIDED, "rail link")
    whole = model.label([row], evidence=False)[0]
    moved = model.explain(row)
    assert moved
    for part in moved[:4]:
        less = model.label([without(row, Span(part.start, part.end))], evidence=False)[0]
        fell = getattr(whole, f"p_{whole.likeliest}") - getattr(less, f"p_{whole.likeliest}")
        assert fell == pytest.approx(part.delta, abs=1e-6)


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
@pytest.mark.parametrize("name", ["encoder.onnx", "decision.npz", "tokenizer.json"])
def test_a_damaged_model_says_what_to_do(tmp_path: Path, name: str, damage: str) -> None:
    for file in weights_dir("stance").iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
    if damage == "cut":
        (tmp_path / name).write_bytes((weights_dir("stance") / name).read_bytes()[:1000])
    elif damage == "other":
        (tmp_path / name).write_text("not a model", encoding="utf-8")
    if name == "encoder.onnx" and damage == "missing":
        # A folder with a decision alone is served by the packaged encoder.
        assert StanceModel.load(tmp_path).version == StanceModel.load().version
        return
    with pytest.raises(ModelError, match=r"Install the package again|stances train stance"):
        StanceModel.load(tmp_path)


def test_training_from_the_same_files_gives_the_packaged_labels(tmp_path: Path, model: StanceModel) -> None:
    again, read = train_stance(folder=tmp_path, encoder=model.encoder)
    rows = [StanceInput(TWO_SIDED, "customs union"), StanceInput(TWO_SIDED, "rail link")]
    assert not read.problems
    for mine, packaged in zip(again.label(rows), model.label(rows), strict=True):
        assert mine.stance == packaged.stance
        assert mine.p_supportive == pytest.approx(packaged.p_supportive, abs=1e-3)
    assert StanceModel.load(tmp_path).version == again.version


def test_a_decision_survives_its_file(tmp_path: Path) -> None:
    news = NewsFeatures.load(data_dir() / "news_features.npz")
    made = fit_decision(news, np.zeros((0, 7)), np.zeros(0, dtype=np.int64))
    made.save(tmp_path / "decision.npz")
    read = Decision.load(tmp_path / "decision.npz")
    assert read.digest == made.digest
    assert np.allclose(read.probabilities(news.features)[1], made.probabilities(news.features)[1])


def test_bad_rows_are_skipped_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    good = {"text": "We back the canal.", "target": "canal", "stance": "supportive"}
    path.write_text(
        "\n".join([json.dumps(good), "{oops", json.dumps(good | {"stance": "pro"}), "[]"]), encoding="utf-8"
    )
    read = read_pairs([path])
    assert len(read.pairs) == 1
    assert [re.search(r"line (\d)", p).group(1) for p in read.problems] == ["2", "3", "4"]  # type: ignore[union-attr]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("passage,target\na,b\n", encoding="utf-8")
    with pytest.raises(ModelError, match="no column text"):
        read_pairs([path])


def test_names_hardly_move_labels(model: StanceModel) -> None:
    report = evaluate_bias(model, (*TEST_COUNTRIES[::6], *TEST_ORGANISATIONS[::5]), every=20)
    assert report.median_change <= 0.05
    assert report.stance_flips <= 0.10


def test_the_repo_test_pairs_keep_their_floor(model: StanceModel) -> None:
    report = evaluate_stance([data_dir() / "training_pairs.jsonl"], model, peers=False)
    assert report.n >= 100
    assert report.every.macro_f1 >= 0.62


def test_macro_f1_counts_a_class_never_given_as_zero() -> None:
    assert macro_f1(["opposed", "cautious"], ["opposed", "opposed"])[0] == pytest.approx(2 / 9)


@pytest.mark.gold
def test_coded_articles_keep_their_floors(model: StanceModel, gold_dir: Path) -> None:
    report = evaluate_stance([gold_dir / "dev_news.jsonl", gold_dir / "dev_region.jsonl"], model)
    assert report.every.macro_f1 >= 0.72
    assert report.different is not None and report.different.macro_f1 >= 0.67
    assert min(report.every.by_stance.values()) >= 0.59
    assert report.accuracy_at["50"] >= 0.86
    assert report.ece <= 0.05
    assert report.every.macro_f1 >= report.peers["VADER"].macro_f1 + 0.10
