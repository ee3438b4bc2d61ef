"""A new decision from the product's own data and people's reviewed labels; the encoder stays as it is."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from dashboard_core import __version__
from dashboard_core.errors import ModelError
from dashboard_core.extract.targets import load_targets
from dashboard_core.learning.comparison import compare, moved
from dashboard_core.learning.reviewed import LEAST, Least, is_kept_back, read_rows, shortfall, supply
from dashboard_core.paths import seeds_dir
from dashboard_core.stance import StanceInput, StanceModel
from dashboard_core.stance.classifier import draw_together, read_features
from dashboard_core.stance.decision import Decision, Matrix
from dashboard_core.stance.training import (
    Pair,
    data_dir,
    fit_decision,
    fitting_pairs,
    is_test_text,
    label_numbers,
)
from dashboard_core.store import Store
from dashboard_core.store.models import DECISION, StoredModel, active_folder, active_model, keep_model

__all__ = ["MOST_LOOKED_AT", "Stopped", "Watch", "learn"]

# To say how many labels of the store would change, so many positions are read again at most: a minute's work.
MOST_LOOKED_AT = 3000
_READ_AT_ONCE = 16


class Stopped(Exception):
    """Somebody cancelled the work; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How learning is followed: ``show`` gets the stage and how far it is, ``stopped`` is asked."""

    show: Callable[[str, int, int], None] = lambda *_: None
    stopped: Callable[[], bool] = lambda: False


def learn(
    store: Store,
    who: str,
    *,
    data: Sequence[Path] = (),
    least: Least = LEAST,
    watch: Watch | None = None,
) -> StoredModel:
    """Fit a new stance model on the reviewed labels, compare it with the one that labels now, and keep it.

    It labels nothing before somebody adopts it (:func:`dashboard_core.store.models.adopt`).

    Parameters
    ----------
    store : Store
        Whose reviewed labels; those of the articles kept back are used for comparing alone.
    who : str
        Who asks for it; stands in its card.
    data : sequence of path
        Further files of text, target and stance to learn from.
    least : Least
        How many labels there must be.
    watch : Watch, optional
        Follows the work.

    Raises
    ------
    ModelError
        There are too few reviewed labels (the message says how many are needed), or the model that labels
        now is damaged.
    StoreError
        The store cannot be written.
    Stopped
        Somebody cancelled it.
    """
    watch = watch or Watch()
    lacking = shortfall(supply(store), least)
    if lacking:
        raise ModelError(
            store.path / "models",
            lacking,
            "Review more labels, in further articles, then learn again. Which articles are kept back for "
            "comparing is fixed by their id. The model that labels now was not touched.",
        )
    watch.show("Loading the model", 0, 0)
    active = active_model(store)
    current = StanceModel.load(active_folder(store))
    work = _Work(store, current, data, watch)
    decision = fit_decision(work.news, *work.to_learn())
    new = StanceModel(current.encoder, decision)
    watch.show("Comparing", 0, 0)
    held, pairs, looked = (work.compared(decision, which) for which in ("held", "pairs", "store"))
    card: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "asked_by": who,
        "product": __version__,
        "encoder": current.encoder.digest[:16],
        "current": {"model": active, "version": current.version},
        "learned_from": work.learned_from() | {"files": len(data)},
        "thresholds": asdict(decision.thresholds),
        "figures": {"held_back": held, "packaged_pairs": pairs, "store": looked},
    }
    with tempfile.TemporaryDirectory() as folder:
        decision.save(Path(folder) / DECISION)
        return keep_model(store, new.version, Path(folder) / DECISION, card)


class _Work:
    """Everything that has to be read by the encoder, read once for both models."""

    def __init__(self, store: Store, current: StanceModel, data: Sequence[Path], watch: Watch) -> None:
        own = data_dir() / "training_pairs.jsonl"
        self._current, self._watch = current, watch
        read, used, self.news = fitting_pairs([own, *data], current.encoder)
        catalogue = load_targets(seeds_dir() / "targets.csv")
        reviewed = read_rows(store, catalogue)
        self._learn = [row for row in reviewed if row.label and not is_kept_back(row.group)]
        self._held = [row for row in reviewed if is_kept_back(row.group)]
        self._pairs = [p for p in read.pairs if is_test_text(p.text_id)]
        chosen, self._whole = _drawn(store)
        self._store = read_rows(store, catalogue, chosen) if chosen else []
        self._used = used
        self._done = 0
        parts = {
            "pairs used": [_item(p) for p in used],
            "learn": [row.item for row in self._learn],
            "held": [row.item for row in self._held],
            "pairs": [_item(p) for p in self._pairs],
            "store": [row.item for row in self._store],
        }
        self._total = len({item for items in parts.values() for item in items})
        self._seen: dict[StanceInput, Any] = {}
        self._features = {name: self._read(items) for name, items in parts.items()}

    def learned_from(self) -> dict[str, Any]:
        """Return how many reviewed labels are learned from, and which."""
        counts = Counter(row.label for row in self._learn)
        return {
            "labels": len(self._learn),
            "articles": len({row.group for row in self._learn}),
            "by_label": dict(counts),
        }

    def to_learn(self) -> tuple[Matrix, Any]:
        """Return the features and labels of the pairs and of the reviewed labels to learn from."""
        self._watch.show("Fitting", self._total, self._total)
        features = np.vstack([part for n in ("pairs used", "learn") if len(part := self._features[n])])
        labels = label_numbers([p.stance for p in self._used] + [row.label for row in self._learn])
        return features, labels

    def compared(self, decision: Decision, which: str) -> dict[str, Any]:
        """Return how both models do on the labels kept back or on the pairs, or how labels would move."""
        features = self._features[which]
        if which == "pairs":
            old, new = (_shown(one, features) for one in (self._current.decision, decision))
            groups = [p.group for p in self._pairs]
            return compare([p.stance for p in self._pairs], old, new, groups).as_dict()
        rows = self._held if which == "held" else self._store
        voices = [row.voice for row in rows]
        old, new = (_shown(one, features, voices) for one in (self._current.decision, decision))
        if which == "held":
            told = [i for i, row in enumerate(rows) if row.label]
            return compare(
                [rows[i].label for i in told],
                [old[i] for i in told],
                [new[i] for i in told],
                [rows[i].group for i in told],
            ).as_dict()
        changed = [i for i in range(len(rows)) if old[i] != new[i]]
        return {
            "looked_at": len(rows),
            "of": self._whole,
            "changed": len(changed),
            "changed_reviewed": sum(bool(rows[i].label) for i in changed),
            "moved": moved(old, new),
        }

    def _read(self, items: Sequence[StanceInput]) -> Matrix:
        fresh = [item for item in dict.fromkeys(items) if item not in self._seen]
        for at in range(0, len(fresh), _READ_AT_ONCE):
            if self._watch.stopped():
                raise Stopped
            some = fresh[at : at + _READ_AT_ONCE]
            self._seen.update(zip(some, read_features(self._current.encoder, some)[0], strict=True))
            self._done += len(some)
            self._watch.show("Reading the passages", self._done, self._total)
        return np.vstack([self._seen[item] for item in items]) if items else np.zeros((0, 0))


def _item(pair: Pair) -> StanceInput:
    return StanceInput(pair.text, pair.target)


def _shown(decision: Decision, features: Matrix, voices: Sequence[Any] | None = None) -> list[str]:
    takes, which = decision.probabilities(features)
    if voices is not None:
        which = draw_together(takes, which, voices)
    return [decision.shown(float(p), q)[0] for p, q in zip(takes, which, strict=True)]


def _drawn(store: Store) -> tuple[list[str], int]:
    """Return the articles whose labels are looked at, in an order that tells nothing, and all positions."""
    rows = store.snapshot().cursor().execute("SELECT article_id, count(*) FROM positions GROUP BY ALL")
    counts = Counter(dict(rows.fetchall()))
    chosen: list[str] = []
    taken = 0
    for article in sorted(counts, key=lambda name: hashlib.sha256(name.encode()).digest()):
        if chosen and taken + counts[article] > MOST_LOOKED_AT:
            break
        chosen.append(article)
        taken += counts[article]
    return chosen, sum(counts.values())
