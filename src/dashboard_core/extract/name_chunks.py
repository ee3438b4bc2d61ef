"""Names of persons, organisations, places and nationalities in a parsed text."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span

__all__ = ["mark_names", "name_chunks"]

_LINKS = frozenset(
    {"of", "for", "and", "the", "de", "van", "der", "von", "bin", "ibn", "al", "on", "-", "&", "’s", "'s"}
)
_ORGANISATION_WORDS = frozenset(
    (
        "agency alliance army assembly association authority bank bureau cabinet centre center coalition command "
        "commission committee company conference congress corp corps council court department duma federation "
        "forum foundation fund government group house inc institute league ministry movement nations news "
        "office organisation organization parliament party post senate service society state tass times "
        "treasury tribunal union university white"
    ).split()
)


def name_chunks(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield the token ranges of capitalised names, without a title's comma or a closing genitive."""
    index, size = 0, len(doc)
    while index < size:
        if doc[index].pos_ != "PROPN" or not doc[index].text[:1].isalpha():
            index += 1
            continue
        end = index + 1
        while end < size:
            token = doc[end]
            if token.pos_ == "PROPN" and token.text[:1].isalnum():
                end += 1
            elif (
                token.lower_ in _LINKS - {"and", "'s", "’s"}
                and end + 1 < size
                and doc[end + 1].pos_ == "PROPN"
                and doc[end + 1].text[:1].isupper()
            ):
                end += 2
            else:
                break
        yield index, end
        index = end


def mark_names(doc: Doc) -> None:
    """Set ``doc.ents``."""
    spans = []
    for start, end in name_chunks(doc):
        words = {doc[i].lower_ for i in range(start, end)}
        label = "ORG" if words & _ORGANISATION_WORDS else "PERSON"
        spans.append(Span(doc, start, end, label=label))
    doc.ents = tuple(spans)
