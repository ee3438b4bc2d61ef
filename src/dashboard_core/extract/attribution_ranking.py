"""Linear scores over hashed features: how they are looked up, kept in a file and read back."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard_core.errors import ModelError

__all__ = [
    "BITS",
    "Feature",
    "LinearScorer",
    "bucket",
    "group",
    "read_weights",
    "spelled_out",
    "write_weights",
]

# A string, or a group: the number of a function that returns strings, and what it is given. A group's strings
# hang on nothing else, so that what they add up to need be found once only.
Feature = str | tuple[Any, ...]
_GROUPS: list[Callable[..., list[str]]] = []


BITS: Final = 18
_MASK: Final = (1 << BITS) - 1
# Features are remembered with their weight; articles bring new words without end.
_MEMORY: Final = 200_000
_FORMAT: Final = 3


def bucket(feature: str) -> int:
    """Return the number of the weight that a feature uses, the same on every machine.

    >>> bucket("l=say") == bucket("l=say"), 0 <= bucket("l=say") < 2**BITS
    (True, True)
    """
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) & _MASK


def group(make: Callable[..., list[str]]) -> int:
    """Give a function that spells out features a number, by which features name it.

    Remembered features then hold nothing but words and numbers, which the collector of garbage passes over.
    """
    _GROUPS.append(make)
    return len(_GROUPS) - 1


def spelled_out(features: Iterable[Feature]) -> Iterator[str]:
    """Yield the strings of features, those of groups one by one.

    >>> number = group(lambda word: [f"b={word}", f"c={word}"])
    >>> list(spelled_out(["a=1", (number, "x")]))
    ['a=1', 'b=x', 'c=x']
    """
    for feature in features:
        if isinstance(feature, str):
            yield feature
        else:
            yield from _GROUPS[feature[0]](*feature[1:])


class _Known(dict[Feature, float]):
    """What each feature and each group met so far adds; a new one is looked up when it is asked for."""

    def __init__(self, weights: np.ndarray[Any, Any]) -> None:
        super().__init__()
        # A view gives a number of Python's own, without making one of numpy's first.
        buffer: Any = np.ascontiguousarray(weights)
        self._weights = memoryview(buffer)

    def __missing__(self, feature: Feature) -> float:
        crc32, weights = zlib.crc32, self._weights
        strings = [feature] if isinstance(feature, str) else _GROUPS[feature[0]](*feature[1:])
        # Weights are half-precision numbers, so that a sum is the same in any order to the last digit.
        found: float = sum([weights[crc32(one.encode("utf-8", "surrogatepass")) & _MASK] for one in strings])
        if len(self) >= _MEMORY:
            self.clear()
        self[feature] = found
        return found


class LinearScorer:
    """A sum of weights, one for each feature that is present."""

    def __init__(self, weights: np.ndarray[Any, Any], intercept: float = 0.0) -> None:
        self.weights = weights
        self.intercept = float(intercept)
        self._weight_of = _Known(weights).__getitem__

    def score(self, features: Iterable[Feature]) -> float:
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
