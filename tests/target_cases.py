"""What the tests of targets share: one invented claim in a text, and what is found for it."""

from __future__ import annotations

from dashboard_core.extract.parse import parse
from dashboard_core.extract.targets import find_targets
from dashboard_core.records import Claim, Span, Speaker, Target

__all__ = ["claim_of", "found"]


def claim_of(text: str, passage: str, speaker: str = "Ada Brenning", country: str = "") -> Claim:
    start = text.index(passage)
    person = Speaker("s", speaker, country=country)
    span = Span(start, start + len(passage))
    return Claim("c", "a", start, start + len(passage), passage, "indirect", (span,), "said", speaker, person)


def found(text: str, passage: str, catalogue: list[Target], title: str = "") -> dict[str, str]:
    """Return name and how of every target of one passage."""
    (doc,) = parse([text])
    (mentions,) = find_targets(doc, [claim_of(text, passage)], catalogue, title=title)
    return {m.target.name: m.how for m in mentions}
