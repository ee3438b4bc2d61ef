"""Fit the decision from files of pairs: ``stances train stance`` is this module.

The repo's pairs are self-written; the encoder was tuned on two thirds of them. So the decision is fitted on
the other third and on the figures of real news passages from articles that the encoder never saw
(``data/news_features.npz``: numbers only), and those passages alone choose the thresholds.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.paths import weights_dir
from dashboard_core.stance.classifier import StanceInput, StanceModel, read_features
from dashboard_core.stance.decision import Decision, Matrix, Thresholds
from dashboard_core.stance.encoder import Encoder
from dashboard_core.stance.splits import is_held_out
from dashboard_core.vocabulary import STANCES

__all__ = [
    "NewsFeatures",
    "Pair",
    "PairsRead",
    "data_dir",
    "fit_decision",
    "fitting_pairs",
    "is_test_text",
    "label_numbers",
    "read_pairs",
    "train_stance",
]

KEPT_ACCURACY = 0.75
POSITIONS_KEPT = 0.90
# The pairs are fewer than the news rows but cover all policy fields; at three they weigh about the same.
PAIR_WEIGHT = 3.0
LABELS = (*STANCES, "none")


@dataclass(frozen=True, slots=True)
class Pair:
    """One coded (text, target); ``stance`` is one of the three or ``none``."""

    text: str
    target: str
    stance: str
    text_id: str = ""
    group: str = ""
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairsRead:
    """Usable pairs, and one line for each row that is not: ``file, line 7: stance 'pro' is none of ...``."""

    pairs: tuple[Pair, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewsFeatures:
    """Features of held-out news passages, one row per passage and target.

    ``labels``: 0-2 as in vocabulary.STANCES, -1 takes no position; ``groups``: the article, as a number;
    ``kinds``: 0 coded position, 1 another target of such a passage, 2 a claim without position, 3 no claim.
    """

    features: Matrix
    labels: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]
    encoder: str

    @classmethod
    def load(cls, path: Path) -> NewsFeatures:
        """Read the packaged figures; raises ModelError where they are missing or damaged."""
        remedy = "Install the package again; the file belongs to it."
        if not path.is_file():
            raise ModelError(path, ["the file is not there"], remedy)
        try:
            with np.load(path, allow_pickle=False) as a:
                return cls(
                    a["features"].astype(np.float64), a["labels"], a["groups"], a["kinds"], str(a["encoder"])
                )
        except (ValueError, KeyError, OSError) as error:
            raise ModelError(path, [f"cannot be read: {error}"], remedy) from error

    def save(self, path: Path) -> None:
        """Write the figures, rounded to what the decision needs."""
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                features=self.features.astype(np.float32).round(4),
                labels=self.labels,
                groups=self.groups,
                kinds=self.kinds,
                encoder=np.array(self.encoder),
            )


def data_dir() -> Path:
    """Return the folder of the repo's training pairs and news figures."""
    return Path(__file__).resolve().parent / "data"


def is_test_text(text_id: str) -> bool:
    """Return whether a repo text is kept for the floors: neither encoder nor decision trains on it."""
    return is_held_out(text_id, 0.3) and is_held_out(f"{text_id}/test", 0.5)


def read_pairs(paths: Sequence[Path]) -> PairsRead:
    """Read CSV or JSONL files with text, target and stance (also called label).

    Rows that cannot be used are left out and reported with their line; nothing else is dropped.

    Raises
    ------
    ModelError
        A file is not there or has no column for text, target or stance.
    """
    pairs: list[Pair] = []
    problems: list[str] = []
    for path in paths:
        if not path.is_file():
            raise ModelError(path, ["the file is not there"], "Name an existing CSV or JSONL file.")
        for line, row in _rows(path, problems):
            text, target = str(row.get("text") or "").strip(), str(row.get("target") or "").strip()
            stance = str(row.get("stance") or row.get("label") or "").strip().lower()
            faults = [f"no {name}" for name, value in (("text", text), ("target", target)) if not value]
            if stance not in LABELS:
                faults.append(f"stance {stance!r} is none of {', '.join(LABELS)}")
            if faults:
                problems.append(f"{path.name}, line {line}: {'; '.join(faults)}")
                continue
            text_id = str(row.get("text_id") or row.get("key") or text)
            accept = tuple(a for a in str(row.get("accept") or "").split("|") if a)
            pairs.append(Pair(text, target, stance, text_id, str(row.get("group") or text_id), accept))
    return PairsRead(tuple(pairs), tuple(problems))


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    content = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".csv":
        reader = csv.DictReader(content.splitlines(keepends=True))
        names = set(reader.fieldnames or ())
        lacking = [n for n in ("text", "target") if n not in names]
        if not names & {"stance", "label"}:
            lacking.append("stance")
        if lacking:
            raise ModelError(
                path, [f"no column {name}" for name in lacking], "Give the columns text, target and stance."
            )
        yield from ((reader.line_num, dict(row)) for row in reader)
        return
    for line, raw in enumerate(content.splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except json.JSONDecodeError as error:
            problems.append(f"{path.name}, line {line}: no JSON ({error.msg})")
            continue
        if isinstance(row, dict):
            yield line, row
        else:
            problems.append(f"{path.name}, line {line}: not an object with text, target and stance")


def fit_decision(
    news: NewsFeatures,
    features: Matrix,
    labels: npt.NDArray[np.int64],
    *,
    strength: float = 0.05,
    balance: float = 0.8,
) -> Decision:
    """Return a decision fitted on news figures and pairs, its thresholds chosen on the news alone.

    The thresholds come from five folds over the news articles: each passage is judged by a decision that
    saw no other passage of its article. *position* is the highest limit that nine of ten coded positions
    pass; *confidence* is the lowest limit at which the labels kept are right three times in four.
    """
    every = np.vstack([news.features, features]) if len(features) else news.features
    answers = np.concatenate([news.labels, labels])
    weights = np.concatenate([_news_weights(news), np.full(len(labels), PAIR_WEIGHT)])
    takes, which = np.zeros(len(news.labels)), np.zeros((len(news.labels), 3))
    folds = np.concatenate([news.groups % 5, np.full(len(labels), -1)])
    for fold in range(5):
        held = folds == fold
        part = Decision.fit(every[~held], answers[~held], weights[~held], news.encoder, strength, balance)
        takes[held[: len(takes)]], which[held[: len(takes)]] = part.probabilities(every[held])
    coded = news.labels >= 0
    position = float(np.floor(np.quantile(takes[coded], 1 - POSITIONS_KEPT) * 1000) / 1000)
    confidence, right = which[coded].max(1), which[coded].argmax(1) == news.labels[coded]
    ordered = np.argsort(-confidence)
    running = np.cumsum(right[ordered]) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(running >= KEPT_ACCURACY)
    limit = float(np.floor(confidence[ordered[enough[-1]]] * 1000) / 1000) if len(enough) else 1.0
    kept = confidence >= limit
    said = takes >= position
    facts = {
        "news_positions": float(coded.sum()),
        "news_without": float((~coded).sum()),
        "position_precision": float(_precision(said, coded)),
        "position_recall": float(said[coded].mean()),
        "none_recall_claims": float((~said)[news.kinds == 2].mean()),
        "none_recall_other_targets": float((~said)[news.kinds == 1].mean()),
        "kept_share": float(kept.mean()),
        "kept_accuracy": float(right[kept].mean()) if kept.any() else 0.0,
        "accuracy": float(right.mean()),
        "pairs": float(len(labels)),
    }
    whole = Decision.fit(every, answers, weights, news.encoder, strength, balance)
    return whole.with_thresholds(Thresholds(position, limit), facts)


def _news_weights(news: NewsFeatures) -> npt.NDArray[np.float64]:
    # Passages where nobody identifiable speaks never reach the model in the product, so they count less.
    return np.where(news.kinds == 3, 0.4, 1.0)


def _precision(said: npt.NDArray[np.bool_], coded: npt.NDArray[np.bool_]) -> float:
    return float(coded[said].mean()) if said.any() else 0.0


def train_stance(
    pairs_files: Sequence[Path] = (), *, folder: Path | None = None, encoder: Encoder | None = None
) -> tuple[StanceModel, PairsRead]:
    """Return a model whose decision is fitted on the news figures and these pairs, and what was read.

    Without files it is the repo's own pairs. From the same files it gives the same labels. Texts that the
    encoder was tuned on, and repo texts kept for the floors, are left out of the fit. ``folder`` receives
    ``decision.npz``.

    Raises
    ------
    ModelError
        A file is missing, or the news figures belong to another encoder.
    """
    reader = encoder or Encoder.load(weights_dir("stance"))
    read, used, news = fitting_pairs(pairs_files, reader)
    features = (
        read_features(reader, [StanceInput(p.text, p.target) for p in used])[0] if used else np.zeros((0, 0))
    )
    decision = fit_decision(news, features, label_numbers([p.stance for p in used]))
    if folder:
        decision.save(folder / "decision.npz")
    return StanceModel(reader, decision), read


def fitting_pairs(
    pairs_files: Sequence[Path], reader: Encoder
) -> tuple[PairsRead, tuple[Pair, ...], NewsFeatures]:
    """Return what was read of the files (without any: the repo's own), the pairs to fit on, and the news.

    Raises
    ------
    ModelError
        A file is missing, or the news figures belong to another encoder.
    """
    read = read_pairs(list(pairs_files) or [data_dir() / "training_pairs.jsonl"])
    news = NewsFeatures.load(data_dir() / "news_features.npz")
    if news.encoder != reader.digest[:16]:
        raise ModelError(
            data_dir() / "news_features.npz",
            [f"measured with encoder {news.encoder}, but {reader.digest[:16]} is here"],
            "Keep encoder and figures of one version together.",
        )
    used = tuple(p for p in read.pairs if not reader.has_seen(p.text) and not is_test_text(p.text_id))
    return read, used, news


def label_numbers(stances: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return labels as the decision is fitted on them: 0-2 as in vocabulary.STANCES, else -1.

    >>> label_numbers(["cautious", "none"]).tolist()
    [1, -1]
    """
    return np.array([STANCES.index(s) if s in STANCES else -1 for s in stances], dtype=np.int64)
