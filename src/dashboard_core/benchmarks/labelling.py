"""What a label costs: processor time per claim and target, beside the parser on the same passages."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard_core.extract.parse import Parser
from dashboard_core.stance import StanceInput, StanceModel
from dashboard_core.stance.evaluation import read_coded

__all__ = ["LabelTimes", "benchmark_labelling"]

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class LabelTimes:
    """Milliseconds of processor time per pair (median of the rounds), and how they compare.

    ``to_parser`` is the whole label's time divided by the time that the parser needs for the same passages,
    measured in turns in the same run; ``load_seconds`` is wall time for opening the model once.
    """

    pairs: int
    words: float
    label_ms: float
    with_evidence_ms: float
    to_parser: float
    load_seconds: float
    weights_mb: float

    def lines(self) -> list[str]:
        """Return the figures in words."""
        return [
            f"{self.pairs:,} pairs of {self.words:.0f} words on average, one thread, an article at a time",
            f"label alone: {self.label_ms:.1f} ms of processor time a pair",
            f"label with evidence: {self.with_evidence_ms:.1f} ms a pair, "
            f"{self.to_parser:.1f} times what the parser needs for the passage",
            f"opens in {self.load_seconds:.2f} s; weights {self.weights_mb:.1f} MB",
        ]


def benchmark_labelling(files: Sequence[Path], limit: int | None = None) -> LabelTimes:
    """Label coded pairs, article by article, with and without evidence.

    Parameters
    ----------
    files : sequence of path
        Coded articles (JSONL) or pairs with ``text`` and ``target`` (CSV, JSONL).
    limit : int, optional
        Only the first so many pairs.
    """
    pairs = [pair for file in files for pair in read_coded([file])[0]][:limit]
    articles: dict[str, list[StanceInput]] = defaultdict(list)
    for pair in pairs:
        articles[pair.group].append(StanceInput(pair.text, pair.target))
    began = time.perf_counter()
    model = StanceModel.load()
    load = time.perf_counter() - began
    parser = Parser()
    batches = list(articles.values())
    texts = [item.text for batch in batches for item in batch]
    model.label(batches[0])
    list(parser.parse(texts[:5]))
    alone, explained, parsed = [], [], []
    for _ in range(_ROUNDS):
        alone.append(_cpu(lambda: [model.label(batch, evidence=False) for batch in batches]))
        explained.append(_cpu(lambda: [model.label(batch) for batch in batches]))
        parsed.append(_cpu(lambda: list(parser.parse(texts))))
    count = len(texts)
    return LabelTimes(
        pairs=count,
        words=float(np.mean([len(text.split()) for text in texts])),
        label_ms=1000 * float(np.median(alone)) / count,
        with_evidence_ms=1000 * float(np.median(explained)) / count,
        to_parser=float(np.median(explained) / np.median(parsed)),
        load_seconds=load,
        weights_mb=model.encoder.size / 1e6,
    )


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
