"""Where the editable lists, the store and the packaged weights are."""

from __future__ import annotations

import os
from pathlib import Path

from dashboard_core.errors import VocabularyError

__all__ = ["seeds_dir", "store_dir", "weights_dir"]

_PACKAGE = Path(__file__).resolve().parent


def seeds_dir() -> Path:
    """Return the folder of seed articles and editable lists.

    ``STANCES_SEEDS`` names another one; otherwise it is ``seeds/`` beside the package's source tree, or in
    the working directory when the package was installed away from it.

    Raises
    ------
    VocabularyError
        No such folder exists.
    """
    named = os.environ.get("STANCES_SEEDS")
    candidates = [Path(named)] if named else [_PACKAGE.parents[1] / "seeds", Path.cwd() / "seeds"]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise VocabularyError(
        candidates[0],
        ["the folder of editable lists does not exist"],
        "Set STANCES_SEEDS to the folder that holds targets.csv, or start from the project folder.",
    )


def store_dir() -> Path:
    """Return the folder of the store: ``STANCES_STORE``, else ``store/`` in the project folder."""
    named = os.environ.get("STANCES_STORE")
    if named:
        return Path(named)
    project = _PACKAGE.parents[1]
    return (project if (project / "pyproject.toml").is_file() else Path.cwd()) / "store"


def weights_dir(room: str) -> Path:
    """Return the folder of weights packaged with a room (``extract`` or ``stance``)."""
    return _PACKAGE / room / "weights"
