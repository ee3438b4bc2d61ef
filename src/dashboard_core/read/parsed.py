"""What a parser hands back: plain strings, so that it can cross from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Parsed", "Parses", "UnreadableError"]


class UnreadableError(Exception):
    """A file cannot be read. Never leaves this room: the caller knows the file's name and adds it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Parsed:
    """One article as a parser found it; ``published_on`` is YYYY-MM-DD, an empty string says nothing."""

    text: str
    title: str = ""
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_on: str = ""
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class Parses:
    """The articles of one file, what is wrong with the rest of it, and what to know of what was read.

    ``remarks`` name what came in without something, such as its date; ``hint`` says what helps. ``several``
    is as how many articles a text looks that somebody put together, 0 if as one; ``columns`` are those taken
    from a table.
    """

    articles: list[Parsed]
    problems: list[str] = field(default_factory=list)
    remedy: str = ""
    remarks: list[str] = field(default_factory=list)
    hint: str = ""
    several: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain lists and strings."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Parses:
        """Return it from plain lists and strings; anything else in them becomes a string."""
        names = Parsed.__slots__
        return cls(
            articles=[
                Parsed(**{name: str(row.get(name, "")) for name in names}) for row in value["articles"]
            ],
            problems=[str(problem) for problem in value["problems"]],
            remedy=str(value["remedy"]),
            remarks=[str(remark) for remark in value["remarks"]],
            hint=str(value["hint"]),
            several=int(value["several"]),
            columns={str(name): str(column) for name, column in value["columns"].items()},
        )
