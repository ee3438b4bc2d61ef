"""What the tests of speakers share: the packaged lists, and who a mention in a text is."""

from __future__ import annotations

from functools import cache
from typing import Any

from dashboard_core.extract.parse import parse
from dashboard_core.extract.speakers import Cast, SpeakerLists
from dashboard_core.paths import seeds_dir
from dashboard_core.records import Span, Speaker

__all__ = ["lists", "parsed", "resolve"]


@cache
def lists() -> SpeakerLists:
    return SpeakerLists.load(seeds_dir())


def resolve(text: str, mention: str, title: str = "") -> Speaker | None:
    """Return who the last ``mention`` in the text is."""
    cast = Cast.from_doc(parsed(text), lists(), title=title)
    at = text.rindex(mention)
    return cast.resolve(Span(at, at + len(mention)))


def parsed(text: str) -> Any:
    return next(parse([text]))
