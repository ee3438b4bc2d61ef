"""Linear scores over hashed features: how they are looked up, kept in a file and read back."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard_core.errors import ModelError

__all__ = ["BITS", "LinearScorer", "bucket", "read_weights", "write_weights"]

BITS: Final = 18
_MASK: Final = (1 << BITS) - 1
# Strings are remembered with their weight; articles bring new words without end.
_MEMORY: Final = 400_000
_FORMAT: Final = 3


def bucket(feature: str) -> int:
    """Return the number of the weight that a feature uses, the same on every machine.

    >>> bucket("l=say") == bucket("l=say"), 0 <= bucket("l=say") < 2**BITS
    (True, True)
    """
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) & _MASK


class _Known(dict[str, float]):
    """The weight of each feature met so far; a new one is looked up when it is asked for."""

    def __init__(self, weights: np.ndarray[Any, Any]) -> None:
        super().__init__()
        # A view gives a number of Python's own, without making one of numpy's first.
        buffer: Any = np.ascontiguousarray(weights)
        self._weights = memoryview(buffer)

    def __missing__(self, feature: str) -> float:
        weight: float = self._weights[zlib.crc32(feature.encode("utf-8", "surrogatepass")) & _MASK]
        if len(self) >= _MEMORY:
            self.clear()
        self[feature] = weight
        return weight


class LinearScorer:
    """A sum of weights, one for each feature that is present."""

    def __init__(self, weights: np.ndarray[Any, Any], intercept: float = 0.0) -> None:
        self.weights = weights
        self.intercept = float(intercept)
        self._weight_of = _Known(weights).__getitem__

    def score(self, features: list[str]) -> float:
        """Return the summed weight of the features."""
        return self.intercept + sum(map(self._weight_of, features))


def write_weights(
    path: str | Path, scorers: Mapping[str, LinearScorer], settings: Mapping[str, float]
) -> None:
    """Write the scorers as sparse half-precision arrays, which need no code to read."""
    arrays: dict[str, np.ndarray[Any, Any]] = {"format": np.array([_FORMAT, BITS], dtype=np.int32)}
    for name, scorer in scorers.items():
        half = scorer.weights.astype(np.float16)
        at = np.flatnonzero(np.abs(half) > 4e-3)
        # Gaps between used places are small numbers, which compress to half the size of the places.
        arrays[f"{name}_gaps"] = np.diff(at, prepend=0).astype(np.uint16)
        arrays[f"{name}_weights"] = half[at]
        arrays[f"{name}_intercept"] = np.array([scorer.intercept], dtype=np.float32)
    for name, value in settings.items():
        arrays[f"setting_{name}"] = np.array([value], dtype=np.float32)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # An open handle keeps numpy from adding a second ".npz" to the name.
    with Path(path).open("wb") as handle:
        np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]


def read_weights(path: str | Path, names: Iterable[str]) -> tuple[dict[str, LinearScorer], dict[str, float]]:
    """Return the scorers and settings of a weights file.

    Raises
    ------
    ModelError
        The file is missing, damaged, of another format or lacks a scorer.
    """
    remedy = "Restore the file from the project, or rebuild it: `stances train attribution FILE.jsonl`."
    if not Path(path).is_file():
        raise ModelError(path, ["the file does not exist"], remedy)
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (ValueError, OSError, EOFError, KeyError, zlib.error) as error:
        raise ModelError(path, [f"not a readable weights file: {error}"], remedy) from error
    except Exception as error:
        # zipfile raises its own BadZipFile for a cut-off file.
        raise ModelError(path, [f"not a readable weights file: {error}"], remedy) from error
    problems = []
    found = arrays.get("format")
    if found is None or found.tolist() != [_FORMAT, BITS]:
        problems.append(
            f"format {None if found is None else found.tolist()}, this version reads {[_FORMAT, BITS]}"
        )
    scorers: dict[str, LinearScorer] = {}
    for name in names:
        keys = [f"{name}_gaps", f"{name}_weights", f"{name}_intercept"]
        if any(key not in arrays for key in keys):
            problems.append(f"no weights for {name!r}")
            continue
        gaps, weights, intercept = (arrays[key] for key in keys)
        places = np.cumsum(gaps.astype(np.int64))
        if len(places) != len(weights) or (len(places) and places[-1] > _MASK):
            problems.append(f"{name}: {len(places)} places for {len(weights)} weights")
            continue
        dense = np.zeros(1 << BITS, dtype=np.float32)
        dense[places] = weights.astype(np.float32)
        scorers[name] = LinearScorer(dense, float(intercept[0]))
    if problems:
        raise ModelError(path, problems, remedy)
    settings = {
        name.removeprefix("setting_"): float(array[0])
        for name, array in arrays.items()
        if name.startswith("setting_")
    }
    return scorers, settings
