"""Everything that can go wrong and that a reader of the message can act on.

Each error carries its facts as attributes and words them as: what, where, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "ArticleFormatError",
    "ColumnError",
    "DashboardCoreError",
    "ModelError",
    "SettingError",
    "StoreError",
    "VocabularyError",
]


class DashboardCoreError(Exception):
    """Base of every error this package raises on purpose."""


class _PlacedError(DashboardCoreError):
    """An error at a place in a file, listing every problem found there at once."""

    what = "Problem"

    def __init__(self, path: str | Path, problems: Sequence[str], remedy: str) -> None:
        self.path = str(path)
        self.problems = list(problems)
        self.remedy = remedy
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"{self.what} in {self.path}:\n{listed}\n{remedy}")


class ArticleFormatError(_PlacedError):
    """An article file cannot be read; ``problems`` name the lines.

    With ``remark`` everything named was read, only something of it was left out, such as a date.
    """

    what = "Unreadable article"

    def __init__(
        self, path: str | Path, problems: Sequence[str], remedy: str, *, remark: bool = False
    ) -> None:
        self.remark = remark
        if remark:
            self.what = "Read, with a remark: something"
        super().__init__(path, problems, remedy)


class VocabularyError(_PlacedError):
    """An editable list in seeds/ has lines that cannot be used; ``problems`` name the lines."""

    what = "Unusable lines"


class StoreError(_PlacedError):
    """The store is missing, damaged or of another schema version."""

    what = "Unusable store"


class ModelError(_PlacedError):
    """A model file is missing, damaged or does not fit this version."""

    what = "Unusable model"


class SettingError(_PlacedError):
    """A setting, such as an environment variable, has a value that cannot be used."""

    what = "Unusable setting"


class ColumnError(DashboardCoreError, ValueError):
    """A frame breaks its column contract; ``problems`` lists every breach."""

    def __init__(self, frame: str, problems: Sequence[str]) -> None:
        self.frame = frame
        self.problems = list(problems)
        super().__init__(f"{frame} frame: " + "; ".join(self.problems))
