"""Learning the attribution scorers from a corpus in PolNeAR's form, the same weights from the same files.

One JSON object a line: ``id``, ``text`` and ``gold``, a list of attributions with ``source``, ``cue`` and
``content``, each a list of [start, end] character offsets into ``text``.
"""

from __future__ import annotations

import gzip
import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dashboard_core.errors import ArticleFormatError
from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.attribution_candidates import (
    Part,
    content_candidates,
    cue_candidates,
    source_candidates,
)
from dashboard_core.extract.attribution_features import (
    content_features,
    cue_facts,
    cue_features,
    source_features,
    whole_features,
)
from dashboard_core.extract.attribution_ranking import BITS, LinearScorer, bucket
from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import CueList, load_cues
from dashboard_core.extract.parse import parse

__all__ = ["AnnotatedArticle", "GoldAttribution", "read_attribution_corpus", "train_attribution"]

Progress = Callable[[str], None]
_THRESHOLD: Final = 0.4  # where the whole F1 of the development articles is highest
_RIGHT: Final = 0.5  # token Jaccard from which a content counts as found
_FOLDS: Final = 2
_STEPS: Final = 60
# Inverse strengths of the L2 penalty, chosen on the development articles.
_STRENGTH: Final = {"cue": 0.3, "content": 0.7, "source": 0.3, "whole": 0.05}


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """One annotated attribution; each field holds character ranges."""

    source: tuple[Part, ...]
    cue: tuple[Part, ...]
    content: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """A text with its annotated attributions."""

    article_id: str
    text: str
    gold: tuple[GoldAttribution, ...]


def read_attribution_corpus(paths: str | Path | Iterable[str | Path]) -> list[AnnotatedArticle]:
    """Return the articles of JSONL files (also gzipped) in PolNeAR's form.

    Raises
    ------
    ArticleFormatError
        Lines are no JSON, lack a field, or have offsets outside their text.
    """
    files = [paths] if isinstance(paths, (str, Path)) else list(paths)
    articles: list[AnnotatedArticle] = []
    for path in map(Path, files):
        problems: list[str] = []
        opener = gzip.open if path.suffix == ".gz" else open
        try:
            with opener(path, "rt", encoding="utf-8") as handle:
                lines = handle.readlines()
        except (OSError, UnicodeDecodeError, EOFError) as error:
            raise ArticleFormatError(path, [str(error)], "Give a JSONL file, plain or gzipped.") from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                articles.append(_read_article(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                problems.append(f"line {number}: {error!r}"[:160])
        if problems:
            raise ArticleFormatError(
                path,
                problems,
                'Each line is {"id", "text", "gold": [{"source", "cue", "content": [[start, end], ...]}]}.',
            )
    return articles


def _read_article(row: dict[str, Any]) -> AnnotatedArticle:
    text = str(row["text"])
    gold = []
    for entry in row["gold"]:
        parts = {
            name: tuple((int(a), int(b)) for a, b in entry.get(name) or ())
            for name in ("source", "cue", "content")
        }
        outside = [
            span for spans in parts.values() for span in spans if not 0 <= span[0] <= span[1] <= len(text)
        ]
        if outside:
            raise ValueError(f"offsets outside the text: {outside[0]}")
        gold.append(GoldAttribution(parts["source"], parts["cue"], parts["content"]))
    return AnnotatedArticle(str(row["id"]), text, tuple(gold))


class _Examples:
    """Feature rows as they come, in flat arrays; ``group`` ties the candidates of one choice together."""

    def __init__(self) -> None:
        self.places = array("I")
        self.ends = array("Q", [0])
        self.value = array("f")
        self.group = array("I")
        self.article = array("I")

    def add(self, features: Iterable[str], value: float, group: int, article: int) -> None:
        self.places.extend({bucket(feature) for feature in features})
        self.ends.append(len(self.places))
        self.value.append(value)
        self.group.append(group)
        self.article.append(article)

    def select(self, keep: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> tuple[Any, Any, Any]:
        """Return matrix, values and groups of the rows whose article ``keep`` keeps."""
        places = np.frombuffer(self.places, dtype=np.uint32).astype(np.int32)
        ends = np.frombuffer(self.ends, dtype=np.uint64).astype(np.int64)
        # Single precision halves the memory that each step of the fit walks through, and its time.
        ones = np.ones(len(places), dtype=np.float32)
        matrix = csr_matrix((ones, places, ends), shape=(len(ends) - 1, 1 << BITS))
        rows = np.flatnonzero(keep(np.frombuffer(self.article, dtype=np.uint32)))
        value = np.frombuffer(self.value, dtype=np.float32)[rows].astype(np.float64)
        return matrix[rows], value, np.frombuffer(self.group, dtype=np.uint32)[rows]


class _Fit:
    """A matrix of the features that occur at least twice, for products in both directions."""

    def __init__(self, matrix: Any) -> None:
        counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
        self.columns = np.flatnonzero(counts >= 2)
        self.matrix = matrix[:, self.columns].tocsr()
        self.transposed = self.matrix.T.tocsr()

    def scores(self, weights: Any) -> Any:
        return (self.matrix @ weights.astype(np.float32)).astype(np.float64)

    def slope(self, errors: Any) -> Any:
        return (self.transposed @ errors.astype(np.float32)).astype(np.float64)

    def minimise(self, loss: Callable[[Any], tuple[float, Any]], extra: int = 0) -> Any:
        start = np.zeros(len(self.columns) + extra)
        return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x

    def scorer(self, weights: Any, intercept: float = 0.0) -> LinearScorer:
        dense = np.zeros(1 << BITS, dtype=np.float32)
        dense[self.columns] = weights
        return LinearScorer(dense, intercept)


def _fit_yes_no(matrix: Any, value: Any, strength: float) -> LinearScorer:
    """Return the logistic regression of yes against no."""
    sign = np.where(value > 0.5, 1.0, -1.0)
    fit = _Fit(matrix)

    def loss(parameters: Any) -> tuple[float, Any]:
        weights, intercept = parameters[:-1], parameters[-1]
        margin = sign * (fit.scores(weights) + intercept)
        wrong = -sign / (1.0 + np.exp(np.clip(margin, -40, 40)))
        total = np.logaddexp(0.0, -margin).sum() + weights @ weights / (2 * strength)
        return total, np.append(fit.slope(wrong) + weights / strength, wrong.sum())

    found = fit.minimise(loss, extra=1)
    return fit.scorer(found[:-1], float(found[-1]))


def _fit_choice(matrix: Any, value: Any, group: Any, strength: float) -> LinearScorer:
    """Return the conditional logit that prefers, within each group, the candidates of the highest value."""
    first = np.r_[True, group[1:] != group[:-1]]
    starts, member = np.flatnonzero(first), np.cumsum(first) - 1
    best_value = np.maximum.reduceat(value, starts)[member]
    # Near the best is nearly as good: 0.9 of the best overlap keeps 0.43 of its weight, 0.7 of it none.
    wanted = np.where(value > 0, (value / best_value) ** 8, 0.0)
    wanted[wanted < 0.05] = 0.0
    wanted /= np.add.reduceat(wanted, starts)[member]
    fit = _Fit(matrix)

    def loss(weights: Any) -> tuple[float, Any]:
        score = fit.scores(weights)
        score -= np.maximum.reduceat(score, starts)[member]
        power = np.exp(score)
        total = np.add.reduceat(power, starts)[member]
        cost = -(wanted * (score - np.log(total))).sum() + weights @ weights / (2 * strength)
        return cost, fit.slope(power / total - wanted) + weights / strength

    return fit.scorer(fit.minimise(loss))


def tokens_of(t: Tokens, spans: Iterable[Part]) -> list[int]:
    """Return the tokens that character ranges touch."""
    return [i for a, b in spans for i in range(bisect_right(t.end, a), bisect_left(t.start, b))]


def _words_of(t: Tokens, parts: Iterable[Part]) -> frozenset[int]:
    return frozenset(i for a, b in parts for i in range(a, b) if t.pos[i] not in ("PUNCT", "SPACE"))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


@dataclass(slots=True)
class _Aligned:
    """A gold attribution on tokens, with the cue token that reaches its content best."""

    words: frozenset[int]
    source: frozenset[int]
    cue: int
    overlaps: list[float]


def _align(
    t: Tokens, article: AnnotatedArticle, possible: set[int], cues: CueList
) -> tuple[list[_Aligned], set[int]]:
    """Return the gold attributions on tokens, and all tokens of their cues."""
    aligned, cue_tokens = [], set()
    for gold in article.gold:
        at = tokens_of(t, gold.cue)
        cue_tokens.update(at)
        words = frozenset(i for i in tokens_of(t, gold.content) if t.pos[i] not in ("PUNCT", "SPACE"))
        best: tuple[tuple[float, bool, int], int, list[float]] | None = None
        for order, index in enumerate(at):
            if index not in possible:
                continue
            overlaps = [_jaccard(_words_of(t, c.parts), words) for c in content_candidates(t, index)]
            # "declined to comment": both reach the content; the listed and earlier word is the cue.
            rank = (max(overlaps, default=0.0), bool(cues.kind(t.lemma[index], t.pos[index])), -order)
            if best is None or rank > best[0]:
                best = (rank, index, overlaps)
        source = frozenset(tokens_of(t, gold.source))
        aligned.append(_Aligned(words, source, best[1] if best else -1, best[2] if best else []))
    return aligned, cue_tokens


def _collect(
    documents: Sequence[tuple[Tokens, AnnotatedArticle]], cues: CueList
) -> tuple[dict[str, _Examples], list[list[_Aligned]]]:
    """Return the examples of the first three scorers, and the aligned gold of each document."""
    examples = {name: _Examples() for name in ("cue", "content", "source")}
    all_aligned = []
    group = 0
    for number, (t, article) in enumerate(documents):
        possible = list(cue_candidates(t, cues))
        aligned, cue_tokens = _align(t, article, set(possible), cues)
        all_aligned.append(aligned)
        by_cue = {gold.cue: gold for gold in aligned if gold.cue >= 0}
        for index in possible:
            gold = by_cue.get(index)
            if gold is None and index in cue_tokens:
                continue
            facts = cue_facts(t, index, cues)
            examples["cue"].add(cue_features(t, facts), float(gold is not None), 0, number)
            if gold is None or max(gold.overlaps, default=0.0) < _RIGHT:
                continue
            group += 1
            contents = content_candidates(t, index)
            for row, overlap in zip(content_features(t, facts, contents), gold.overlaps, strict=True):
                examples["content"].add(row, overlap, group, number)
            best = contents[gold.overlaps.index(max(gold.overlaps))].parts
            options = source_candidates(t, index, best)
            if any(head in gold.source for head, _ in options):
                for head, path in options:
                    row = source_features(t, facts, best, head, path)
                    examples["source"].add(row, float(head in gold.source), group, number)
    return examples, all_aligned


def _fit_first_three(
    examples: dict[str, _Examples], keep: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]
) -> dict[str, LinearScorer]:
    matrix, value, _ = examples["cue"].select(keep)
    scorers = {"cue": _fit_yes_no(matrix, value, _STRENGTH["cue"])}
    for name in ("content", "source"):
        matrix, value, group = examples[name].select(keep)
        scorers[name] = _fit_choice(matrix, value, group, _STRENGTH[name])
    return scorers


def _add_wholes(
    examples: _Examples,
    model: AttributionModel,
    t: Tokens,
    aligned: list[_Aligned],
    cues: CueList,
    article: int,
) -> None:
    """Add each proposed whole with whether its content and its source are right."""
    proposals = model.propose(t, cues)
    rows = whole_features(t, proposals)
    for proposal in proposals:
        for choice in proposal.choices:
            words = _words_of(t, choice.candidate.parts)
            right = any(
                _jaccard(words, gold.words) >= _RIGHT and (not gold.source or choice.source in gold.source)
                for gold in aligned
                if words & gold.words
            )
            examples.add(next(rows), float(right), 0, article)


def _everything(article: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.ones(len(article), dtype=bool)


def fit_documents(
    documents: Sequence[tuple[Tokens, AnnotatedArticle]], progress: Progress | None = None
) -> AttributionModel:
    """Return the model learned from parsed documents.

    The last scorer learns from what the others propose on articles they have not seen; otherwise it would
    trust them more than they deserve.
    """
    say = progress or (lambda message: None)
    cues = load_cues()
    examples, aligned = _collect(documents, cues)
    say(f"{len(examples['cue'].value)} possible cues, {len(examples['content'].value)} possible contents")
    wholes = _Examples()
    for fold in range(_FOLDS):
        scorers = _fit_first_three(examples, lambda article, fold=fold: article % _FOLDS != fold)  # type: ignore[misc]
        model = AttributionModel(scorers)
        for number in range(fold, len(documents), _FOLDS):
            _add_wholes(wholes, model, documents[number][0], aligned[number], cues, number)
        say(f"part {fold + 1} of {_FOLDS} learned")
    scorers = _fit_first_three(examples, _everything)
    matrix, value, _ = wholes.select(_everything)
    scorers["whole"] = _fit_yes_no(matrix, value, _STRENGTH["whole"])
    say("all four scorers learned")
    return AttributionModel(scorers, threshold=_THRESHOLD)


def train_attribution(
    paths: str | Path | Iterable[str | Path], progress: Progress | None = None
) -> AttributionModel:
    """Return a model learned from PolNeAR-format files; the same files give the same weights.

    Parameters
    ----------
    paths
        JSONL files, plain or gzipped.
    progress
        Called with a line of text after each step.

    Raises
    ------
    ArticleFormatError
        A file cannot be read; the error lists every line at fault.
    """
    articles = read_attribution_corpus(paths)
    if progress:
        progress(f"{len(articles)} articles read; parsing")
    documents = [
        (Tokens(doc), article) for doc, article in zip(parse(a.text for a in articles), articles, strict=True)
    ]
    return fit_documents(documents, progress)
