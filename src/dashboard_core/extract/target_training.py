"""Weights for the target ranker, learned from passages whose targets people coded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from dashboard_core.errors import ModelError
from dashboard_core.extract.parse import parse
from dashboard_core.extract.target_catalogue import Catalogue, compile_catalogue
from dashboard_core.extract.target_features import (
    HASHES,
    N_NUMERIC,
    N_STATIC,
    REGIONS,
    ArticleFeatures,
    ClaimView,
)
from dashboard_core.extract.target_mentions import find_mentions
from dashboard_core.extract.target_phrases import bag_of
from dashboard_core.extract.target_ranker import N_SECOND, TargetRanker
from dashboard_core.records import Target

__all__ = ["CodedArticle", "names_agree", "read_coded_articles", "train_ranker"]

_KEPT_NEGATIVES = 0.3
_FOLDS = 2


@dataclass(slots=True)
class CodedArticle:
    """The coded passages of one article, joined into one text, with the targets of each passage."""

    title: str
    text: str
    claims: list[tuple[int, int, str]]
    targets: list[list[str]]


def names_agree(name: str, coded: str) -> bool:
    """Whether two names mean one target: half of their content words are shared.

    >>> names_agree("tariffs on steel", "steel tariffs"), names_agree("gas transit", "oil embargo")
    (True, False)
    """
    ours, theirs = bag_of(name), bag_of(coded)
    return name.casefold() == coded.casefold() or len(ours & theirs) * 2 >= len(ours | theirs)


def read_coded_articles(path: str | Path) -> list[CodedArticle]:
    """Return the articles of a JSONL file of passages.

    Each line holds ``article_id, title, start, text, speaker, kind`` and ``stances`` (a list of objects with
    ``target``). Passages of kind ``no_claim`` are context only.

    Raises
    ------
    ModelError
        A line cannot be read; all such lines are named.
    """
    passages: dict[str, list[dict[str, Any]]] = {}
    problems = []
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                _ = (row["start"], row["text"], row["kind"], [s["target"] for s in row["stances"]])
                passages.setdefault(row["article_id"], []).append(row)
            except (ValueError, KeyError, TypeError) as error:
                problems.append(f"line {number}: {error!r}")
    if problems:
        raise ModelError(
            path, problems, "Each line is a JSON object with the keys that docs/targets.md lists."
        )
    articles = []
    for rows in passages.values():
        article = CodedArticle(str(rows[0].get("title") or ""), "", [], [])
        for row in sorted(rows, key=lambda r: r["start"]):
            start = len(article.text) + 2 * bool(article.text)
            article.text += "\n\n" * bool(article.text) + row["text"]
            if row["kind"] != "no_claim":
                article.claims.append((start, len(article.text), str(row.get("speaker") or "")))
                article.targets.append([s["target"] for s in row["stances"]])
        if article.claims:
            articles.append(article)
    return articles


def train_ranker(
    articles: Sequence[CodedArticle],
    targets: Sequence[Target],
    *,
    docs: Sequence[tuple[Doc, Doc]] | None = None,
    agree: Callable[[str, str], bool] = names_agree,
) -> TargetRanker:
    """Return a ranker fitted to coded articles; ``docs`` are their parsed texts and headlines, if at hand.

    The second regression learns from scores that the first gives to articles it was not fitted to.
    """
    catalogue = compile_catalogue(targets)
    if docs is None:
        docs = list(zip(parse([a.text for a in articles]), parse([a.title for a in articles]), strict=True))
    features = [_features(a, doc, title, catalogue) for a, (doc, title) in zip(articles, docs, strict=True)]
    rows, labels, groups = _first_rows(features, [a.targets for a in articles], agree)
    fold = np.random.default_rng(0).integers(0, _FOLDS, len(articles))
    second_rows: list[npt.NDArray[np.float32]] = []
    second_labels: list[bool] = []
    for k in range(_FOLDS):
        use = fold[groups] != k
        ranker = _fit_first(rows[use], labels[use])
        for i in np.flatnonzero(fold == k).tolist():
            for (candidates, values), coded in zip(
                ranker.second_rows(features[i]), articles[i].targets, strict=True
            ):
                if coded and candidates:
                    second_rows.append(values)
                    second_labels.extend(any(agree(c.mention.name, t) for t in coded) for c in candidates)
    ranker = _fit_first(rows, labels)
    ranker.second, ranker.second_bias = _fit(np.vstack(second_rows), np.array(second_labels), 1.0)
    return ranker


def _features(article: CodedArticle, doc: Doc, title: Doc, catalogue: Catalogue) -> ArticleFeatures:
    views = []
    for start, end, speaker in article.claims:
        span = doc.char_span(start, end, alignment_mode="expand")
        first, last = (span.start, span.end) if span is not None else (0, 0)
        views.append(ClaimView(first, last, bag_of(speaker)))
    return ArticleFeatures(doc, find_mentions(doc, title, catalogue), views, article.title)


def _first_rows(
    features: Sequence[ArticleFeatures], targets: Sequence[list[list[str]]], agree: Callable[[str, str], bool]
) -> tuple[Any, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    from scipy import sparse

    random = np.random.default_rng(1)
    dense, labels, groups = [], [], []
    columns: list[int] = []
    ends = [0]
    for number, (article, coded) in enumerate(zip(features, targets, strict=True)):
        for claim, names in zip(article.claims, coded, strict=True):
            if not names:
                continue
            chosen = article.candidates(claim)
            right = np.array(
                [any(agree(article.mentions[i].name, t) for t in names) for i in chosen], dtype=bool
            )
            keep = right | (random.random(len(chosen)) < _KEPT_NEGATIVES)
            chosen, right = chosen[keep], right[keep]
            region, dynamic = article.rows(claim, chosen)
            block = np.zeros((len(chosen), N_NUMERIC), dtype=np.float32)
            for r in range(len(REGIONS)):
                block[region == r, r * N_STATIC : (r + 1) * N_STATIC] = article.static[chosen[region == r]]
            block[:, N_STATIC * len(REGIONS) :] = dynamic
            dense.append(sparse.csr_matrix(block))
            labels.append(right)
            groups.append(np.full(len(chosen), number))
            for i in chosen:
                columns.extend(article.hashed[i])
                ends.append(len(columns))
    words = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.float32), np.array(columns), np.array(ends)),
        shape=(len(ends) - 1, HASHES),
    )
    words.sum_duplicates()
    return (
        sparse.hstack([sparse.vstack(dense), words]).tocsr(),
        np.concatenate(labels),
        np.concatenate(groups),
    )


def _fit_first(rows: Any, labels: npt.NDArray[np.bool_]) -> TargetRanker:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.03, max_iter=200, solver="liblinear", random_state=0).fit(rows, labels)
    weights = model.coef_[0].astype(np.float32)
    bias = float(model.intercept_[0]) + float(np.log(_KEPT_NEGATIVES))
    return TargetRanker(weights[:N_NUMERIC], weights[N_NUMERIC:], bias, np.zeros(N_SECOND, np.float32), 0.0)


def _fit(
    rows: npt.NDArray[np.float32], labels: npt.NDArray[np.bool_], strength: float
) -> tuple[npt.NDArray[np.float32], float]:
    """Return the weights and the intercept of a regression on standardised columns, undone."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(C=strength, max_iter=500).fit((rows - mean) / scale, labels)
    weights = (model.coef_[0] / scale).astype(np.float32)
    return weights, float(model.intercept_[0] - (weights * mean).sum())
