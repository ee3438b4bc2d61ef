"""How much a file may ask for before it is refused."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from dashboard_core.errors import SettingError

__all__ = ["Limits"]

_PREFIX = "STANCES_LIMIT_"


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on what one file, or one member of an archive, may take; docs/inputs.md says why these.

    Each is set by an environment variable, ``STANCES_LIMIT_`` and the field's name in capitals.
    """

    file_megabytes: int = 50
    expanded_megabytes: int = 500
    compression_ratio: int = 200
    archive_members: int = 5_000
    pages: int = 500
    page_elements: int = 100_000
    rows: int = 20_000
    text_characters: int = 2_000_000
    seconds: int = 60
    memory_megabytes: int = 1_024
    fetch_megabytes: int = 10
    fetch_seconds: int = 30

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """Return the defaults, changed by the environment.

        Raises
        ------
        SettingError
            A variable is no whole number above zero, or names no limit; all of them are listed.

        Examples
        --------
        >>> Limits.from_environment({"STANCES_LIMIT_PAGES": "40"}).pages
        40
        """
        given = os.environ if environment is None else environment
        names = {_PREFIX + field.name.upper(): field.name for field in fields(cls)}
        values: dict[str, int] = {}
        wrong: list[str] = []
        for variable, value in given.items():
            if not variable.startswith(_PREFIX):
                continue
            if variable not in names:
                wrong.append(f"{variable} names no limit; there are {', '.join(sorted(names))}")
            elif not (value.isascii() and value.isdigit() and int(value) > 0):
                wrong.append(f"{variable} is {value[:40]!r}, no whole number above zero")
            else:
                values[names[variable]] = int(value)
        if wrong:
            raise SettingError("the environment", wrong, "Correct the variable, or remove it.")
        return cls(**values)

    @property
    def file_bytes(self) -> int:
        """The most bytes that a file, or a member of an archive, may have."""
        return self.file_megabytes * 1_000_000

    @property
    def expanded_bytes(self) -> int:
        """The most bytes that all members of an archive may have together."""
        return self.expanded_megabytes * 1_000_000
