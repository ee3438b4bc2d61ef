"""Turn held-out coded passages into the figures that are packaged: numbers only, no words of any outlet."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard_core.stance.classifier import StanceInput, read_features
from dashboard_core.stance.encoder import Encoder
from dashboard_core.stance.splits import is_held_out
from dashboard_core.stance.training import NewsFeatures
from dashboard_core.vocabulary import STANCES

__all__ = ["measure_news"]

_KINDS = {"position": 1, "no_stance": 2, "no_claim": 3}
# How many targets without a position are drawn per passage from each list.
_DRAWN = {"ents": 2, "nps": 1, "other": 2}


def measure_news(passages: Sequence[Mapping[str, Any]], encoder: Encoder, seed: int = 11) -> NewsFeatures:
    """Return the decision's input for passages of held-out articles.

    Each passage has ``article_id``, ``kind``, ``text``, ``stances`` (target, stance), and three lists of
    targets on which it takes no position: ``ents`` and ``nps`` (named in it), ``other`` (coded elsewhere in
    its article).
    """
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    inputs: list[StanceInput] = []
    labels, groups, kinds = [], [], []
    numbers: dict[str, int] = {}
    for passage in passages:
        if not is_held_out(passage["article_id"]):
            continue
        group = numbers.setdefault(passage["article_id"], len(numbers))
        rows = [(s["target"], STANCES.index(s["stance"]), 0) for s in passage["stances"]]
        for name, most in _DRAWN.items():
            drawn = rng.sample(passage[name], min(most, len(passage[name])))
            rows += [(target, -1, _KINDS[passage["kind"]]) for target in drawn]
        for target, label, kind in rows:
            inputs.append(StanceInput(passage["text"], target))
            labels.append(label)
            groups.append(group)
            kinds.append(kind)
    features = read_features(encoder, inputs)[0]
    as_int = [np.array(values, dtype=np.int64) for values in (labels, groups, kinds)]
    return NewsFeatures(features, as_int[0], as_int[1], as_int[2], encoder.digest[:16])
