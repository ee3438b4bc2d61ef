"""Ways to label a stance side by side on the same coded pairs, with intervals and paired differences.

What learns here learns from the repository's own pairs, those kept for testing left out; the shipped model
is the packaged one. Nothing is chosen by the figures: the table says what each way is worth.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.stance import StanceInput, StanceModel
from dashboard_core.stance.classifier import draw_together
from dashboard_core.stance.evaluation import (
    Coded,
    Score,
    draw_articles,
    interval,
    macro_f1,
    read_coded,
    score_probabilities,
)
from dashboard_core.stance.passages import clauses, find_mentions
from dashboard_core.stance.training import Pair, data_dir, is_test_text, read_pairs
from dashboard_core.vocabulary import STANCES

__all__ = ["Compared", "compare_ways"]

Matrix = npt.NDArray[np.float64]
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")
_TARGET = " targetword "
# Marks of hedging, refusal and condition, as counts beside what a polarity lexicon says.
_HEDGES = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|premature|careful\w*|cautious\w*|consider\w*|study|wait|unclear)\b",
    re.I,
)
_REFUSALS = re.compile(r"\b(?:no|not|never|nor|without|against|reject\w*|oppos\w*|refus\w*)\b|n[’']t\b", re.I)
_CONDITIONS = re.compile(
    r"\b(?:if|unless|provided|only when|as long as|but|however|although|despite)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One way to label: its figures, and how far it stands from the shipped model on the same pairs.

    ``difference`` is its macro-F1 minus the shipped one's, ``low`` and ``high`` the 95 % interval of that
    from drawing articles anew; ``at_half`` is the accuracy of the more confident half, NaN where a way gives
    labels without probabilities, as is ``ece``.
    """

    name: str
    every: Score
    different: Score | None
    at_half: float
    ece: float
    difference: float
    low: float
    high: float

    def line(self) -> str:
        """Return a row of a Markdown table."""
        by = " ".join(f"{self.every.by_stance[s]:.2f}" for s in ("supportive", "cautious", "opposed"))
        apart = _interval(self.different) if self.different else ""
        half, error = ("" if np.isnan(v) else f"{v:.3f}" for v in (self.at_half, self.ece))
        return (
            f"| {self.name} | {_interval(self.every)} | {apart} | {by} | {half} | {error} | "
            f"{self.difference:+.3f} [{self.low:+.3f}, {self.high:+.3f}] |"
        )


HEADER = (
    "| way | macro-F1 | different stances | S / C / O | acc. at 50 % | ECE | beside the shipped |\n"
    "|---|---|---|---|---|---|---|"
)


def _interval(score: Score) -> str:
    return f"{score.macro_f1:.3f} [{score.low:.3f}, {score.high:.3f}]"


def compare_ways(
    files: Sequence[Path],
    *,
    frozen: Path | None = None,
    model: StanceModel | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Compared]:
    """Label the coded pairs of the files in every way, the shipped model among them.

    Parameters
    ----------
    files : sequence of path
        As ``stances evaluate stance`` reads them; pairs coded as no position are left out.
    frozen : path, optional
        Folder with the ``model.onnx`` and ``tokenizer.json`` of a sentence encoder that was not tuned; adds
        its rows.
    progress : callable
        Told the name of each way as it begins.

    Raises
    ------
    ModelError
        A file is missing, or none has a coded stance.
    """
    coded = [c for c in read_coded(files)[0] if c.label in STANCES]
    if not coded:
        raise ModelError(", ".join(map(str, files)), ["no coded stance"], "Give text, target and stance.")
    embed = _Frozen(frozen) if frozen is not None else None
    loaded = model or StanceModel.load()
    own = data_dir() / "training_pairs.jsonl"
    pairs = [p for p in read_pairs([own]).pairs if p.stance in STANCES and not is_test_text(p.text_id)]
    inputs = [StanceInput(c.text, c.target) for c in coded]
    progress("shipped model")
    takes, shipped = loaded.probabilities(inputs)
    near = loaded.probabilities([StanceInput(_near(c.text, c.target), c.target) for c in coded])[1]
    voices = [c.voice or str(i) for i, c in enumerate(coded)]
    ways: dict[str, Callable[[], Matrix]] = {
        "most frequent label": lambda: _always(coded),
        "TextBlob": lambda: _polarity(_textblob(), coded),
        "VADER": lambda: _polarity(_vader(), coded),
        "lexicon numbers of passage and target's sentences": lambda: _fit(_numbers, pairs, coded),
        "words of the passage": lambda: _fit_words(lambda p: p.text, pairs, coded),
        "words of passage, clause with the target marked": lambda: _fit_words(_marked, pairs, coded),
        "encoder alone": lambda: _softmax(_logits(loaded, inputs)),
        "shipped, only the target's sentences read": lambda: near,
        "shipped and the same near the target, mean": lambda: (shipped + near) / 2,
        "shipped, a speaker's claims on a target together": lambda: draw_together(takes, shipped, voices),
    }
    if embed is not None:
        ways["frozen encoder: passage and target"] = lambda: _fit(embed.plain, pairs, coded)
        ways["frozen encoder: passage, target's window, lexicon numbers"] = lambda: _fit(
            embed.marked, pairs, coded
        )
    table = [_compared("shipped model", coded, shipped, shipped)]
    for name, label in ways.items():
        progress(name)
        table.append(_compared(name, coded, label(), shipped))
    return sorted(table, key=lambda way: way.every.macro_f1)


def _compared(name: str, coded: Sequence[Coded], which: Matrix, shipped: Matrix) -> Compared:
    every, _, different, accuracy, error, answers, given = score_probabilities(coded, which)
    certain = bool((which.max(axis=1) == 1).all())
    theirs = score_probabilities(coded, shipped)[5:]
    low, high = _paired(coded, (answers, given), theirs)
    middle = macro_f1(answers, given)[0] - macro_f1(*theirs)[0]
    nothing = float("nan")
    return Compared(
        name,
        every,
        different,
        nothing if certain else accuracy["50"],
        nothing if certain else error,
        middle,
        low,
        high,
    )


def _paired(
    coded: Sequence[Coded], ours: tuple[list[str], list[str]], theirs: tuple[list[str], list[str]]
) -> tuple[float, float]:
    """Return the 95 % interval of the difference in macro-F1, the same articles drawn for both."""
    draw = random.Random(0)  # noqa: S311 - a repeatable draw
    found = []
    for sample in draw_articles(range(len(coded)), [c.group for c in coded], draw):
        a, b = (
            macro_f1([answers[i] for i in sample], [given[i] for i in sample])[0]
            for answers, given in (ours, theirs)
        )
        found.append(a - b)
    return interval(found)


# -- ways that learn nothing ---------------------------------------------------------------------------------


def _always(coded: Sequence[Coded]) -> Matrix:
    labels = [c.label for c in coded]
    return _certain([max(STANCES, key=labels.count)] * len(coded))


def _certain(labels: Sequence[str]) -> Matrix:
    return np.eye(len(STANCES))[[STANCES.index(label) for label in labels]]


def _polarity(measure: Callable[[str], float], coded: Sequence[Coded]) -> Matrix:
    values = [measure(c.text) for c in coded]
    return _certain(["supportive" if v >= 0.05 else "opposed" if v <= -0.05 else "cautious" for v in values])


def _vader() -> Callable[[str], float]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return lambda text: float(analyser.polarity_scores(text)["compound"])


def _textblob() -> Callable[[str], float]:
    from textblob import TextBlob

    return lambda text: float(TextBlob(text).sentiment.polarity)


# -- ways that learn from the repository's pairs -------------------------------------------------------------


def _fit(
    features: Callable[[Sequence[Any]], Matrix], pairs: Sequence[Pair], coded: Sequence[Coded]
) -> Matrix:
    """Fit a regression on features of (text, target) and return its probabilities for the coded pairs."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fitted = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.03, class_weight="balanced", max_iter=2000)
    )
    fitted.fit(features(pairs), [STANCES.index(p.stance) for p in pairs])
    return np.asarray(fitted.predict_proba(features(coded)), dtype=np.float64)


def _fit_words(text: Callable[[Any], str], pairs: Sequence[Pair], coded: Sequence[Coded]) -> Matrix:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    fitted = make_pipeline(words, LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000))
    fitted.fit([text(p) for p in pairs], [STANCES.index(p.stance) for p in pairs])
    return np.asarray(fitted.predict_proba([text(c) for c in coded]), dtype=np.float64)


def _near(text: str, target: str) -> str:
    """Return the sentences that name the target, each with its neighbours; the whole text where none does."""
    mentions = find_mentions(text, [target])
    starts = [0, *(m.end() for m in _SENTENCE.finditer(text))]
    spans = list(zip(starts, [*starts[1:], len(text)], strict=True))
    named = [i for i, (a, b) in enumerate(spans) if any(m.start < b and m.end > a for m in mentions)]
    kept = sorted({k for i in named for k in (i - 1, i, i + 1) if 0 <= k < len(spans)})
    return " ".join(text[slice(*spans[k])].strip() for k in kept) or text


def _marked(pair: Pair | Coded) -> str:
    """Return the passage and, its words prefixed, the clause that names the target, the name replaced."""
    mentions = find_mentions(pair.text, [pair.target])
    parts = []
    for span in clauses(pair.text):
        inside = [m for m in mentions if m.start < span.end and m.end > span.start]
        if inside:
            clause = pair.text[span.start : inside[0].start] + _TARGET + pair.text[inside[0].end : span.end]
            parts.append(" ".join(f"by_{word}" for word in re.findall(r"\w+", clause)))
    return f"{pair.text} {' '.join(parts)}"


def _numbers(pairs: Sequence[Pair | Coded]) -> Matrix:
    """Return a polarity lexicon's value and counts of hedges, refusals and conditions, whole and near."""
    measure = _vader()
    rows = []
    for pair in pairs:
        near = _near(pair.text, pair.target)
        rows.append(
            [
                value
                for text in (pair.text, near)
                for value in (
                    measure(text),
                    *(
                        len(p.findall(text)) / (1 + len(text.split()))
                        for p in (_HEDGES, _REFUSALS, _CONDITIONS)
                    ),
                    np.log1p(len(text.split())),
                )
            ]
        )
    return np.array(rows, dtype=np.float64)


class _Frozen:
    """A sentence encoder as it comes: the mean of its last layer's tokens, at unit length."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        missing = [
            f"{name} is not there"
            for name in ("model.onnx", "tokenizer.json")
            if not (folder / name).is_file()
        ]
        if missing:
            raise ModelError(folder, missing, "Name the folder of an encoder in ONNX with its tokenizer.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._takes = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        rows = []
        for encoded in self._tokenizer.encode_batch(list(texts)):
            values = {
                "input_ids": encoded.ids,
                "attention_mask": encoded.attention_mask,
                "token_type_ids": encoded.type_ids,
            }
            feed = {k: np.array([v], dtype=np.int64) for k, v in values.items() if k in self._takes}
            vector = np.asarray(self._session.run(None, feed)[0])[0].mean(axis=0)
            rows.append(vector / np.linalg.norm(vector))
        return np.array(rows, dtype=np.float64)

    def plain(self, pairs: Sequence[Pair | Coded]) -> Matrix:
        """Return embeddings of passage and target, side by side."""
        return np.hstack([self._embed([p.text for p in pairs]), self._embed([p.target for p in pairs])])

    def marked(self, pairs: Sequence[Pair | Coded]) -> Matrix:
        """Return embeddings of the passage and of "target: its sentences", and the lexicon's numbers."""
        windows = [f"{p.target}: {_near(p.text, p.target)}" for p in pairs]
        return np.hstack([self._embed([p.text for p in pairs]), self._embed(windows), _numbers(pairs)])


# -- parts of the shipped model ------------------------------------------------------------------------------


def _logits(model: StanceModel, inputs: Sequence[StanceInput]) -> Matrix:
    """Return the encoder's three stance logits, windows of long passages averaged."""
    from dashboard_core.stance.classifier import read_features

    features: Matrix = read_features(model.encoder, inputs)[0][:, : len(STANCES)]
    return features


def _softmax(logits: Matrix) -> Matrix:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    share: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return share
