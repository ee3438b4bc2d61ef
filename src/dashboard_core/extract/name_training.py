"""Learning the kinds of names from texts whose names are marked: the statistical recogniser's output, say.

One JSON object a line: ``text`` and ``ents``, a list of [start, end, label] in characters.
"""

from __future__ import annotations

import gzip
import json
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from dashboard_core.extract.attribution_ranking import BITS, LinearScorer, bucket, write_weights
from dashboard_core.extract.name_chunks import LABELS, chunk_features, listed_names, name_chunks
from dashboard_core.extract.parse import parse

__all__ = ["train_names"]

_TAUGHT: Final = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "GPE", "LOC": "GPE", "NORP": "NORP"}


def _read(path: Path, limit: int | None) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as handle:
        for line in islice(handle, limit):
            yield json.loads(line)


def _taught_label(doc: Doc, start: int, end: int, marked: dict[int, str]) -> str:
    """Return the label the teacher gives to most words of a chunk."""
    votes: dict[str, int] = {}
    for token in doc[start:end]:
        label = marked.get(token.idx, "")
        votes[label] = votes.get(label, 0) + 1
    return max(sorted(votes), key=lambda label: votes[label])


def train_names(path: str | Path, target: str | Path, limit: int | None = None) -> dict[str, float]:
    """Write the weights of the name scorers to ``target``; return each label's F1 on every fifth article."""
    rows = list(_read(Path(path), limit))
    places, ends = array("I"), array("Q", [0])
    labels: list[str] = []
    held_out: list[bool] = []
    known = listed_names()
    for number, (row, doc) in enumerate(zip(rows, parse(row["text"] for row in rows), strict=True)):
        marked = {
            token.idx: _TAUGHT.get(label, "")
            for a, b, label in row["ents"]
            for token in _tokens_between(doc, a, b)
        }
        for start, end in name_chunks(doc, known):
            places.extend({bucket(feature) for feature in chunk_features(doc, start, end)})
            ends.append(len(places))
            labels.append(_taught_label(doc, start, end, marked))
            held_out.append(number % 5 == 0)
    matrix = csr_matrix(
        (np.ones(len(places)), np.array(places, dtype=np.int32), np.array(ends, dtype=np.int64)),
        shape=(len(labels), 1 << BITS),
    )
    test = np.array(held_out)
    scorers, quality = {}, {}
    for label in LABELS:
        wanted = np.array([one == label for one in labels])
        fitted = LogisticRegression(C=0.5, solver="liblinear").fit(matrix[~test], wanted[~test])
        found = fitted.predict(matrix[test])
        hits = float((found & wanted[test]).sum())
        quality[label] = round(2 * hits / max(1.0, float(found.sum() + wanted[test].sum())), 3)
        scorers[label] = LinearScorer(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))
    write_weights(target, scorers, {})
    return quality


def _tokens_between(doc: Doc, start: int, end: int) -> Iterable[Any]:
    return doc.char_span(start, end, alignment_mode="expand") or ()
