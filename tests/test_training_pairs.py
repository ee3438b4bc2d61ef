"""The training pairs are closed in their labels, varied in length and stance, and nobody's real words."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter, defaultdict
from pathlib import Path
from typing import TypedDict

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from dashboard_core.vocabulary import STANCES

PROJECT = Path(__file__).parents[1]
PAIRS = PROJECT / "src" / "dashboard_core" / "stance" / "data" / "training_pairs.jsonl"
NOTES = PROJECT / "docs" / "training-pairs.md"
LABELS = {*STANCES, "none"}


class Pair(TypedDict):
    text_id: str
    field: str
    text: str
    target: str
    stance: str


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def texts(pairs: list[Pair]) -> dict[str, list[Pair]]:
    grouped: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        grouped[pair["text_id"]].append(pair)
    return dict(grouped)


@pytest.fixture(scope="module")
def lengths(texts: dict[str, list[Pair]]) -> list[int]:
    return [len(rows[0]["text"].split()) for rows in texts.values()]


def test_every_row_has_the_five_fields_filled_and_trimmed(pairs: list[Pair]) -> None:
    wrong = [
        number
        for number, pair in enumerate(pairs, 1)
        if list(pair) != ["text_id", "field", "text", "target", "stance"]
        or any(not isinstance(value, str) or not value or value != value.strip() for value in pair.values())
        or not re.fullmatch(r"p\d{4}", pair["text_id"])
    ]
    assert not wrong, f"lines {wrong} of {PAIRS.name}"


def test_labels_are_closed(pairs: list[Pair]) -> None:
    assert {pair["stance"] for pair in pairs} == LABELS


def test_no_text_and_target_twice(pairs: list[Pair]) -> None:
    # Case and spacing apart: "Arms treaty" and "arms treaty" on one text would be one pair coded twice.
    counts = Counter((pair["text"].casefold(), pair["target"].casefold()) for pair in pairs)
    assert [key for key, count in counts.items() if count > 1] == []


def test_rows_of_one_text_agree_on_text_and_field_and_stand_together(
    pairs: list[Pair], texts: dict[str, list[Pair]]
) -> None:
    assert all(len({(row["text"], row["field"]) for row in rows}) == 1 for rows in texts.values())
    order = [pair["text_id"] for pair in pairs]
    assert order == sorted(order)
    assert len({rows[0]["text"] for rows in texts.values()}) == len(texts)


def test_enough_pairs_and_texts(pairs: list[Pair], texts: dict[str, list[Pair]]) -> None:
    assert sum(pair["stance"] != "none" for pair in pairs) >= 1200
    assert sum(pair["stance"] == "none" for pair in pairs) >= 115
    assert len(texts) >= 630


def test_classes_are_balanced(pairs: list[Pair]) -> None:
    stances = Counter(pair["stance"] for pair in pairs if pair["stance"] != "none")
    shares = {stance: count / stances.total() for stance, count in stances.items()}
    assert all(0.25 <= share <= 0.42 for share in shares.values()), shares


def test_two_thirds_of_the_texts_hold_different_stances(texts: dict[str, list[Pair]]) -> None:
    # `none` does not count as a stance here: only "no to the bloc, yes to the exercises" does.
    differing = sum(len({row["stance"] for row in rows} - {"none"}) > 1 for rows in texts.values())
    assert differing / len(texts) >= 2 / 3


def test_lengths_are_those_of_newspaper_passages(lengths: list[int]) -> None:
    assert 35 <= statistics.median(lengths) <= 50
    assert max(lengths) <= 130
    assert sum(15 <= length <= 25 for length in lengths) >= 40
    assert sum(70 <= length <= 110 for length in lengths) >= 60


def test_every_field_holds_all_three_stances_and_weighs_about_the_same(pairs: list[Pair]) -> None:
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        tally[pair["field"]][pair["stance"]] += 1
    assert len(tally) == 20
    thin = {field: dict(counts) for field, counts in tally.items() if min(counts[s] for s in STANCES) < 12}
    assert not thin
    totals = [counts.total() for counts in tally.values()]
    assert max(totals) <= 1.4 * min(totals)


def test_supporters_and_opponents_hedge_too(pairs: list[Pair]) -> None:
    # Without these a model learns that "may" and "could" mean cautious.
    hedges = {"may", "might", "could", "perhaps", "risk", "although", "though", "while", "probably"}
    hedged = Counter(pair["stance"] for pair in pairs if hedges & set(words(pair["text"])))
    assert min(hedged[stance] for stance in STANCES) >= 75, hedged


def test_negation_does_not_give_the_label_away(pairs: list[Pair]) -> None:
    # "is not against", "nothing justifies", "never said it was worthless": each class has many.
    negations = {"not", "no", "nobody", "nothing", "never", "neither", "nor", "without", "cannot"}
    negated = Counter(pair["stance"] for pair in pairs if negations & set(words(pair["text"])))
    assert min(negated[stance] for stance in STANCES) >= 140, negated


def test_the_target_alone_does_not_give_the_label_away(pairs: list[Pair]) -> None:
    # "closing X" was opposed thirteen times in fifteen before supporters of closings were written; guessing
    # gives .33, and the targets of coded news passages, as many of them, give .41 in the same way.
    held = [pair for pair in pairs if pair["stance"] != "none"]
    guesser = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=3, class_weight="balanced", max_iter=500),
    )
    stances = [pair["stance"] for pair in held]
    guesses = cross_val_predict(
        guesser,
        [pair["target"] for pair in held],
        stances,
        groups=[pair["text_id"] for pair in held],
        cv=GroupKFold(10),
    )
    assert f1_score(stances, guesses, average="macro") <= 0.42


def test_no_run_of_six_words_from_the_seed_articles(texts: dict[str, list[Pair]]) -> None:
    articles = sorted((PROJECT / "seeds").glob("*.txt"))
    assert articles, "the seed articles are gone: this test would prove nothing"
    known = set().union(*(runs(article.read_text("utf-8"), 6) for article in articles))
    shared = [text_id for text_id, rows in texts.items() if runs(rows[0]["text"], 6) & known]
    assert not shared


def test_no_two_texts_come_from_one_template(texts: dict[str, list[Pair]]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    repeated: list[str] = []
    for text_id, rows in texts.items():
        for run in runs(rows[0]["text"], 7):
            if seen.setdefault(run, text_id) != text_id:
                repeated.append(f"{seen[run]} and {text_id}: {' '.join(run)}")
    assert not repeated


def test_the_notes_count_what_is_there(pairs: list[Pair], texts: dict[str, list[Pair]]) -> None:
    notes = NOTES.read_text("utf-8")
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        tally[pair["field"]][pair["stance"]] += 1
    for field, counts in [*tally.items(), ("all", sum(tally.values(), Counter()))]:
        number = len(texts) if field == "all" else sum(rows[0]["field"] == field for rows in texts.values())
        cells = [number, *(counts[s] for s in STANCES), counts["none"]]
        row = f"| {field} | {' | '.join(str(cell) for cell in cells)} |"
        assert row in notes, f"docs/training-pairs.md should hold the line {row}"


def test_the_notes_name_texts_for_all_eighteen_rulings(texts: dict[str, list[Pair]]) -> None:
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ((?:p\d{4}(?:, )?)+) \|$", NOTES.read_text("utf-8"), re.M)
    named = {int(number): ids.split(", ") for number, ids in rows}
    assert sorted(named) == list(range(1, 19))
    assert all(len(ids) >= 4 for ids in named.values())
    assert {text_id for ids in named.values() for text_id in ids} <= texts.keys()
