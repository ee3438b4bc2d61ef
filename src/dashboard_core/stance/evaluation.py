"""How good the labels are: the same figures as the scoring rules that the product is judged by.

Macro-F1 with an interval from drawing articles anew, per class, on claims whose targets differ in stance,
accuracy among the most confident, calibration, and the decision whether a position is taken at all; beside
VADER, TextBlob and the most frequent label on the same rows.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.stance.classifier import StanceInput, StanceLabel, StanceModel, draw_together
from dashboard_core.stance.training import Pair, is_test_text, read_pairs
from dashboard_core.vocabulary import STANCES

__all__ = [
    "Score",
    "StanceReport",
    "draw_articles",
    "evaluate_stance",
    "interval",
    "macro_f1",
    "read_coded",
    "score_probabilities",
]

# The order in which the scoring rules count; ties go to the first.
_ORDER = ("supportive", "cautious", "opposed")
_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Coded:
    """One coded pair; pairs of one ``key`` are one claim, of one ``group`` one article.

    ``voice``, where the speaker is coded, names who speaks on what in which article.
    """

    key: str
    source: str
    group: str
    text: str
    target: str
    label: str
    accept: tuple[str, ...]
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Macro-F1 with its 95 % interval over articles, and F1 of supportive, cautious, opposed."""

    n: int
    macro_f1: float
    low: float
    high: float
    by_stance: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StanceReport:
    """Everything a model card needs; ``as_dict`` gives it as plain values."""

    version: str
    n: int
    articles: int
    every: Score
    by_source: Mapping[str, Score]
    different: Score | None
    together: Score | None
    together_repeated: Mapping[str, float]
    accuracy_at: Mapping[str, float]
    ece: float
    confusion: Mapping[str, Mapping[str, int]]
    shown: Mapping[str, float]
    position: Mapping[str, float]
    peers: Mapping[str, Score]
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as nested plain values, ready for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report as lines of text, the figure that decides first."""
        out = [_line("model", self.every), *(_line(f"  in {k}", s) for k, s in self.by_source.items())]
        if self.different:
            out.append(_line("claims with different stances", self.different))
        if self.together:
            out.append(_line("a speaker's claims on one target read together", self.together))
            seen = self.together_repeated
            out.append(
                f"  of {seen['n']:.0f} claims of those who speak on one target more than once in an article "
                f"{seen['right_alone']:.0f} right alone, {seen['right_together']:.0f} read together"
            )
        out += [_line(name, score) for name, score in self.peers.items()]
        at = ", ".join(f"{k} % {v:.3f}" for k, v in self.accuracy_at.items())
        out.append(f"accuracy of the most confident: {at}; calibration error {self.ece:.3f}")
        out.append(", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in self.shown.items()))
        if self.position:
            out.append(", ".join(f"{k.replace('_', ' ')} {v:.3f}" for k, v in self.position.items()))
        return [*out, *self.notes, *self.problems]


def _line(name: str, score: Score) -> str:
    by = " ".join(f"{k} {v:.2f}" for k, v in score.by_stance.items())
    return f"{name}: macro-F1 {score.macro_f1:.3f} [{score.low:.3f}, {score.high:.3f}] n={score.n} ({by})"


def macro_f1(answers: Sequence[str], given: Sequence[str]) -> tuple[float, dict[str, float]]:
    """Return the mean F1 of the three stances, and each.

    >>> macro_f1(["opposed", "cautious"], ["opposed", "opposed"])[1]
    {'supportive': 0.0, 'cautious': 0.0, 'opposed': 0.6666666666666666}
    """
    pairs = Counter(zip(answers, given, strict=True))
    by = {}
    for name in _ORDER:
        hit = pairs[name, name]
        false = sum(n for (a, g), n in pairs.items() if g == name != a)
        missed = sum(n for (a, g), n in pairs.items() if a == name != g)
        by[name] = 2 * hit / (2 * hit + false + missed) if hit else 0.0
    return sum(by.values()) / len(_ORDER), by


def read_coded(files: Sequence[Path]) -> tuple[list[Coded], tuple[str, ...]]:
    """Return the coded pairs of gold JSONL (articles with statements), or of pairs in CSV or JSONL.

    Repo texts that the model was trained on are left out of the repo's own file, so that its figure is
    that of the texts kept for testing.
    """
    coded: list[Coded] = []
    problems: list[str] = []
    for path in files:
        if not path.is_file():
            raise ModelError(
                path, ["the file is not there"], "Name an existing file of coded articles or pairs."
            )
        first = path.open(encoding="utf-8-sig").readline()
        if path.suffix != ".csv" and '"statements"' in first:
            coded += _from_articles(path)
            continue
        if path.suffix == ".csv" and "key" in next(csv.reader([first]), []):
            coded += _from_scored_csv(path)
            continue
        read = read_pairs([path])
        problems += read.problems
        own = path.name == "training_pairs.jsonl"
        kept: list[Pair] = [p for p in read.pairs if not own or is_test_text(p.text_id)]
        coded += [
            Coded(p.text_id, path.name, p.group, p.text, p.target, p.stance, p.accept or (p.stance,))
            for p in kept
        ]
    return coded, tuple(problems)


def _from_articles(path: Path) -> list[Coded]:
    coded = []
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        for number, claim in enumerate(article["statements"]):
            for s in claim["stances"]:
                if s["stance"] in STANCES:
                    accept = tuple(s.get("accept", [s["stance"]]))
                    key, group = f"{article['id']}/{number}", article["id"]
                    speaker = claim.get("speaker", "")
                    voice = json.dumps([group, speaker, s["target"]]) if speaker else ""
                    coded.append(
                        Coded(key, path.name, group, claim["text"], s["target"], s["stance"], accept, voice)
                    )
    return coded


def _from_scored_csv(path: Path) -> list[Coded]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Coded(
                row["key"],
                row.get("set") or path.name,
                row.get("group") or row["key"],
                row["text"],
                row["target"],
                row.get("label") or row["stance"],
                tuple((row.get("accept") or row.get("label") or row["stance"]).split("|")),
            )
            for row in csv.DictReader(file)
        ]


def draw_articles(rows: Sequence[int], groups: Sequence[str], draw: random.Random) -> Iterator[list[int]]:
    """Yield samples of rows, whole articles drawn with replacement; ``groups`` holds each row's article.

    Examples
    --------
    >>> samples = list(draw_articles(range(3), ["a", "a", "b"], random.Random(0)))
    >>> len(samples), {(0 in sample) == (1 in sample) for sample in samples}
    (400, {True})
    """
    by_group: dict[str, list[int]] = defaultdict(list)
    for i in rows:
        by_group[groups[i]].append(i)
    names = list(by_group)
    for _ in range(_DRAWS):
        yield [i for name in draw.choices(names, k=len(names)) for i in by_group[name]]


def interval(drawn: Iterable[float]) -> tuple[float, float]:
    """Return between which values 95 in 100 of the drawn figures lie.

    >>> interval(float(n) for n in range(400))
    (10.0, 389.0)
    """
    ordered = sorted(drawn)
    edge = len(ordered) // 40
    return ordered[edge], ordered[-edge - 1]


class _Draws:
    """Intervals by drawing articles anew; one generator through all blocks, as the rules have it."""

    def __init__(self) -> None:
        self._random = random.Random(0)  # noqa: S311 - a repeatable draw

    def score(
        self, rows: Sequence[int], groups: Sequence[str], answers: Sequence[str], given: Sequence[str]
    ) -> Score:
        middle, by = macro_f1([answers[i] for i in rows], [given[i] for i in rows])
        low, high = interval(
            macro_f1([answers[i] for i in sample], [given[i] for i in sample])[0]
            for sample in draw_articles(rows, groups, self._random)
        )
        return Score(len(rows), middle, low, high, by)


def score_probabilities(
    coded: Sequence[Coded], which: npt.NDArray[np.float64]
) -> tuple[Score, dict[str, Score], Score | None, dict[str, float], float, list[str], list[str]]:
    """Return all, by source, different stances, accuracy at coverage, calibration error, answers and labels.

    ``which`` has one row per pair: opposed, cautious, supportive. Where either coder's label counts as right,
    the answer is the label given if it is one of theirs.
    """
    columns = [STANCES.index(name) for name in _ORDER]
    ordered = which[:, columns]
    given = [_ORDER[int(i)] for i in ordered.argmax(1)]
    answers = [g if g in c.accept else c.label for g, c in zip(given, coded, strict=True)]
    groups = [c.group for c in coded]
    draws = _Draws()
    every = draws.score(range(len(coded)), groups, answers, given)
    sources = sorted({c.source for c in coded})
    by_source = {
        s: draws.score([i for i, c in enumerate(coded) if c.source == s], groups, answers, given)
        for s in sources
    }
    claims: dict[str, list[int]] = defaultdict(list)
    for i, c in enumerate(coded):
        claims[c.key].append(i)
    mixed = [i for rows in claims.values() if len({answers[i] for i in rows}) > 1 for i in rows]
    different = draws.score(mixed, groups, answers, given) if mixed else None
    sure = ordered.max(1)
    right = np.array([a == g for a, g in zip(answers, given, strict=True)])
    order = sorted(range(len(coded)), key=lambda i: -sure[i])
    accuracy = {}
    for share in (1.0, 0.8, 0.5, 0.4):
        top = order[: int(share * len(order))]
        accuracy[f"{share * 100:.0f}"] = float(right[top].mean()) if top else 0.0
    error = 0.0
    for k in range(10):
        inside = (sure > k / 10) & (sure <= (k + 1) / 10)
        if inside.any():
            error += abs(right[inside].mean() - sure[inside].mean()) * inside.mean()
    return every, by_source, different, accuracy, float(error), answers, given


def evaluate_stance(
    files: Sequence[Path], model: StanceModel | None = None, *, peers: bool = True
) -> StanceReport:
    """Score the model on coded files.

    Files are gold JSONL (articles with ``statements``), the scoring rules' CSV, or pairs in CSV or JSONL
    with text, target and stance; ``none`` rows enter the figures of the position decision only.

    Raises
    ------
    ModelError
        A file is missing, or none has a coded stance.
    """
    loaded = model or StanceModel.load()
    coded, problems = read_coded(files)
    with_stance = [c for c in coded if c.label in STANCES]
    if not with_stance:
        raise ModelError(
            ", ".join(str(f) for f in files), ["no coded stance"], "Give text, target and stance."
        )
    labels = loaded.label([StanceInput(c.text, c.target) for c in coded], evidence=False)
    mine = [x for x, c in zip(labels, coded, strict=True) if c.label in STANCES]
    which = np.array([[x.p_opposed, x.p_cautious, x.p_supportive] for x in mine])
    every, by_source, different, accuracy, error, answers, given = score_probabilities(with_stance, which)
    together, repeated = _together(with_stance, mine, which)
    confusion = {a: dict.fromkeys(STANCES, 0) for a in STANCES}
    for answer, label in zip(answers, given, strict=True):
        confusion[answer][label] += 1
    kept = [x.stance == a for x, a in zip(mine, answers, strict=True) if x.stance in STANCES]
    shown = {
        "shown_share": len(kept) / len(mine),
        "shown_accuracy": sum(kept) / max(1, len(kept)),
        "unclear_share": sum(x.stance == "unclear" for x in mine) / len(mine),
        "none_share": sum(x.stance == "none" for x in mine) / len(mine),
    }
    others, notes = _peers(with_stance) if peers else ({}, ())
    return StanceReport(
        version=loaded.version,
        n=len(with_stance),
        articles=len({c.group for c in with_stance}),
        every=every,
        by_source=by_source,
        different=different,
        together=together,
        together_repeated=repeated,
        accuracy_at=accuracy,
        ece=error,
        confusion=confusion,
        shown=shown,
        position=_position([c.label in STANCES for c in coded], [x.stance != "none" for x in labels]),
        peers=others,
        notes=notes,
        problems=problems,
        facts=loaded.decision.facts,
    )


def _together(
    coded: Sequence[Coded], labels: Sequence[StanceLabel], which: npt.NDArray[np.float64]
) -> tuple[Score | None, dict[str, float]]:
    """Score what the pipeline gives, where a speaker's claims on one target are read together."""
    voices = [c.voice or f"{i}" for i, c in enumerate(coded)]
    count = Counter(voices)
    repeated = [i for i, voice in enumerate(voices) if count[voice] > 1]
    if not repeated:
        return None, {}
    drawn = draw_together(np.array([x.p_stance for x in labels]), which, voices)
    every, _, _, _, _, answers, given = score_probabilities(coded, drawn)
    alone = which.argmax(1)
    return every, {
        "n": len(repeated),
        "right_alone": sum(STANCES[alone[i]] in coded[i].accept for i in repeated),
        "right_together": sum(answers[i] == given[i] for i in repeated),
    }


def _position(coded: Sequence[bool], said: Sequence[bool]) -> dict[str, float]:
    if all(coded):
        return {"position_recall": sum(said) / len(said)}
    both = sum(c and s for c, s in zip(coded, said, strict=True))
    nothing = sum(not c and not s for c, s in zip(coded, said, strict=True))
    return {
        "position_precision": both / max(1, sum(said)),
        "position_recall": both / max(1, sum(coded)),
        "none_recall": nothing / max(1, len(coded) - sum(coded)),
    }


def _peers(coded: Sequence[Coded]) -> tuple[dict[str, Score], tuple[str, ...]]:
    """Score VADER, TextBlob and the most frequent label; a note names a peer that is not installed."""
    scores: dict[str, Score] = {}
    notes: list[str] = []
    polarity: dict[str, Any] = {}
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        analyser = SentimentIntensityAnalyzer()
        polarity["VADER"] = lambda text: analyser.polarity_scores(text)["compound"]
    except ImportError:
        notes.append("VADER is not installed and was left out; it comes with the dev extra.")
    try:
        from textblob import TextBlob

        polarity["TextBlob"] = lambda text: TextBlob(text).sentiment.polarity
    except ImportError:
        notes.append("TextBlob is not installed and was left out; it comes with the dev extra.")
    groups = [c.group for c in coded]
    commonest = Counter(c.label for c in coded).most_common(1)[0][0]
    guesses = {
        name: [
            "supportive" if value >= 0.05 else "opposed" if value <= -0.05 else "cautious"
            for value in (measure(c.text) for c in coded)
        ]
        for name, measure in polarity.items()
    }
    guesses["most frequent label"] = [commonest] * len(coded)
    for name, given in guesses.items():
        answers = [g if g in c.accept else c.label for g, c in zip(given, coded, strict=True)]
        scores[name] = _Draws().score(range(len(coded)), groups, answers, given)
    return scores, tuple(notes)
