"""The decision: two logistic regressions over what the encoder reads, stored without pickle.

One says whether the passage takes a position on the target at all, the other which. Both are scikit-learn
estimators; what is stored are their figures, and loading puts these back into estimators.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.vocabulary import STANCES

if TYPE_CHECKING:
    # Imported where a decision is made: it takes longer than most commands, and few of them label.
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

__all__ = ["Decision", "Thresholds", "pair_features"]

Matrix = npt.NDArray[np.float64]
_REMEDY: Final = "Install the package again, or make the file anew with `stances train stance`."


def pair_features(logits: npt.NDArray[Any]) -> Matrix:
    """Return the decision's input: four logits and their contrasts.

    The contrasts (for against against, caution against the better of both, the strongest of three) are what
    the labels turn on, so a weak penalty on them costs less than on the logits one by one.

    >>> pair_features(np.zeros((2, 4))).shape
    (2, 7)
    """
    against, caution, favour, takes = (logits[:, i].astype(np.float64) for i in range(4))
    contrasts = np.column_stack(
        [favour - against, caution - np.maximum(favour, against), np.maximum(favour, against)]
    )
    return np.column_stack([against, caution, favour, takes, contrasts])


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a label becomes *none* (too unlikely to take a position) or *unclear* (too little confidence)."""

    position: float
    confidence: float


class Decision:
    """Scaler, two regressions and thresholds; ``fit`` returns a new one, ``save`` and ``load`` use npz."""

    def __init__(
        self,
        scaler: StandardScaler,
        position: LogisticRegression,
        stance: LogisticRegression,
        thresholds: Thresholds,
        facts: Mapping[str, float],
        encoder: str,
    ) -> None:
        self._scaler = scaler
        self._position = position
        self._stance = stance
        self.thresholds = thresholds
        self.facts = dict(facts)
        self.encoder = encoder

    @classmethod
    def fit(
        cls,
        features: Matrix,
        labels: npt.NDArray[Any],
        weights: npt.NDArray[Any],
        encoder: str,
        strength: float = 0.1,
        balance: float = 1.0,
    ) -> Decision:
        """Fit on features with labels 0-2 (see ``STANCES``) or -1 (takes no position).

        Positions and passages without one count alike, and no row counts above 1 there: few pairs are
        without a position, so more weight would teach that all take one.
        ``balance`` raises the rarer of the three stances
        by (share)**-balance: 0 leaves the counts as they are, 1 makes the three count alike.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(features)
        scaled = scaler.transform(features)
        coded = labels >= 0
        position = LogisticRegression(C=strength, max_iter=2000, tol=1e-8)
        once = np.minimum(weights, 1.0)
        even = np.where(coded, once[~coded].sum() / once[coded].sum(), 1.0)
        position.fit(scaled, coded.astype(int), sample_weight=once * even)
        counts = np.array([weights[labels == k].sum() for k in range(len(STANCES))])
        raised = (counts / counts.sum()) ** -balance
        raised *= counts.sum() / (raised * counts).sum()
        stance = LogisticRegression(C=strength, max_iter=2000, tol=1e-8)
        stance.fit(scaled[coded], labels[coded], sample_weight=weights[coded] * raised[labels[coded]])
        return cls(scaler, position, stance, Thresholds(0.5, 0.0), {}, encoder)

    def with_thresholds(self, thresholds: Thresholds, facts: Mapping[str, float]) -> Decision:
        """Return the same decision with other thresholds and the figures they were chosen by."""
        return Decision(self._scaler, self._position, self._stance, thresholds, facts, self.encoder)

    def probabilities(self, features: Matrix) -> tuple[Matrix, Matrix]:
        """Return p_stance (n) and, given a position, opposed, cautious, supportive (n x 3, rows sum to 1)."""
        if not len(features):
            return np.zeros(0), np.zeros((0, len(STANCES)))
        scaled = self._scaler.transform(features)
        takes: Matrix = self._position.predict_proba(scaled)[:, 1]
        which: Matrix = self._stance.predict_proba(scaled)
        return takes, which

    def shown(self, takes: float, which: npt.NDArray[Any]) -> tuple[str, float]:
        """Return the label that is shown for one row of :meth:`probabilities`, and how sure it is."""
        if takes < self.thresholds.position:
            return "none", float(1 - takes)
        confidence = float(which.max())
        stance = STANCES[int(which.argmax())] if confidence >= self.thresholds.confidence else "unclear"
        return stance, confidence

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        names = sorted(self.facts)
        return {
            "mean": self._scaler.mean_,
            "scale": self._scaler.scale_,
            "position_coef": self._position.coef_,
            "position_intercept": self._position.intercept_,
            "stance_coef": self._stance.coef_,
            "stance_intercept": self._stance.intercept_,
            "thresholds": np.array([self.thresholds.position, self.thresholds.confidence]),
            "fact_names": np.array(names, dtype=np.str_),
            "fact_values": np.array([self.facts[name] for name in names], dtype=np.float64),
            "encoder": np.array(self.encoder, dtype=np.str_),
        }

    @property
    def digest(self) -> str:
        """Return a hash of everything that moves a label; equal figures give equal hashes."""
        arrays = self._arrays()
        moving = [
            np.round(arrays[k], 6).tobytes()
            for k in sorted(arrays)
            if k not in {"fact_names", "fact_values", "encoder"}
        ]
        return hashlib.sha256(b"".join(moving) + self.encoder.encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write the figures to an npz file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, **self._arrays())

    @classmethod
    def load(cls, path: Path) -> Decision:
        """Read a decision.

        Raises
        ------
        ModelError
            The file is missing, damaged, or lacks a figure.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        if not path.is_file():
            raise ModelError(path, ["the file is not there"], _REMEDY)
        try:
            with np.load(path, allow_pickle=False) as stored:
                a = {name: stored[name] for name in stored.files}
            width = len(a["mean"])
            if a["stance_coef"].shape != (len(STANCES), width) or a["position_coef"].shape != (1, width):
                raise ValueError(f"{width} features, but coefficients of shape {a['stance_coef'].shape}")
            scaler = StandardScaler()
            scaler.mean_, scaler.scale_, scaler.var_ = a["mean"], a["scale"], a["scale"] ** 2
            scaler.n_features_in_ = width
            position, stance = LogisticRegression(), LogisticRegression()
            position.coef_, position.intercept_ = a["position_coef"], a["position_intercept"]
            position.classes_, position.n_features_in_ = np.array([0, 1]), width
            stance.coef_, stance.intercept_ = a["stance_coef"], a["stance_intercept"]
            stance.classes_, stance.n_features_in_ = np.arange(len(STANCES)), width
            thresholds = Thresholds(*(float(x) for x in a["thresholds"]))
            facts = {str(k): float(v) for k, v in zip(a["fact_names"], a["fact_values"], strict=True)}
            return cls(scaler, position, stance, thresholds, facts, str(a["encoder"]))
        except (ValueError, KeyError, OSError, EOFError, TypeError, BadZipFile) as error:
            raise ModelError(path, [f"cannot be read: {error}"], _REMEDY) from error
