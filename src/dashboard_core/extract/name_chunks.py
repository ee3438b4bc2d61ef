"""Names in a parsed text: persons, organisations, places and nationalities, without a neural recogniser.

spaCy's own recogniser takes longer than tagging and parsing together. The tagger already says which words are
names; what is left is where a name ends and what kind it is. The lists of countries and organisations decide
first, then a linear scorer learned from the recogniser's output on news, then the other mentions of the
same name in the article: "Holt" is a person when "Dana Holt" is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from spacy.tokens import Doc, Span

from dashboard_core.extract.attribution_ranking import LinearScorer, read_weights
from dashboard_core.paths import seeds_dir, weights_dir

__all__ = ["LABELS", "chunk_features", "listed_names", "mark_names", "name_chunks"]

LABELS: Final = ("PERSON", "ORG", "GPE", "NORP")
_MENTIONS_READ: Final = 3
_LINKS: Final = frozenset(
    ["of", "for", "the", "de", "van", "der", "von", "bin", "ibn", "al", "on", "-", "&", "da", "la"]
)
_CALENDAR: Final = frozenset(
    [
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *(
            "september",
            "october",
            "november",
            "december",
            "jan.",
            "feb.",
            "aug.",
            "sept.",
            "oct.",
            "nov.",
            "dec.",
        ),
    ]
)
_TITLES: Final = frozenset(
    [
        *(
            "mr.",
            "mrs.",
            "ms.",
            "dr.",
            "sir",
            "lord",
            "president",
            "sen.",
            "rep.",
            "gov.",
            "gen.",
            "lt.",
            "col.",
        ),
        *(
            "minister",
            "chancellor",
            "king",
            "queen",
            "prince",
            "princess",
            "pope",
            "senator",
            "professor",
            "prof.",
        ),
        *(
            "secretary",
            "ambassador",
            "judge",
            "justice",
            "chairman",
            "spokesman",
            "spokeswoman",
            "prime",
            "vice",
        ),
    ]
)


def name_chunks(doc: Doc, places: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Yield the token ranges of names, without titles before a person and without a closing genitive."""
    index, size = 0, len(doc)
    while index < size:
        if not _opens_name(doc, index, places):
            index += 1
            continue
        end = index + 1
        while end < size:
            token = doc[end]
            if token.pos_ == "PROPN" and token.text[:1].isalnum() and token.lower_ not in _CALENDAR:
                end += 1
            elif token.lower_ in _LINKS and end + 1 < size and _goes_on(doc, end):
                end += 2
            else:
                break
        start = index
        while start < end - 1 and doc[start].lower_ in _TITLES and doc[start + 1].lower_ not in _LINKS:
            start += 1
        yield start, end
        index = end


def _opens_name(doc: Doc, index: int, places: Mapping[str, str]) -> bool:
    token = doc[index]
    if token.lower_ in _CALENDAR or not token.text[:1].isalpha():
        return False
    # "Kazakh" and "Norwegian" are adjectives to the tagger.
    return token.pos_ == "PROPN" or (
        token.pos_ == "ADJ" and token.text[:1].isupper() and token.lower_ in places
    )


def _goes_on(doc: Doc, link: int) -> bool:
    after = doc[link + 1]
    if after.lower_ in ("the",) and link + 2 < len(doc):
        return False
    return after.pos_ == "PROPN" and after.text[:1].isupper() and after.lower_ not in _CALENDAR


@lru_cache(maxsize=4)
def _read_places(countries: str, organisations: str, changed: tuple[float, float]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for path, columns in (
        (organisations, (("organisation", "ORG"), ("aliases", "ORG"))),
        (
            countries,
            (
                ("places", "GPE"),
                ("capital", "GPE"),
                ("aliases", "GPE"),
                ("demonyms", "NORP"),
                ("name", "GPE"),
            ),
        ),
    ):
        if not Path(path).is_file():
            continue
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                for column, label in columns:
                    for name in (row.get(column) or "").split(";"):
                        if name.strip():
                            labels[name.strip().lower()] = label
                            if label == "NORP" and not name.strip().endswith(("s", "h", "e")):
                                labels[name.strip().lower() + "s"] = label
    return labels


def listed_names() -> dict[str, str]:
    """Return the label of each name in the lists of countries and organisations, as they are now."""
    paths = [seeds_dir() / name for name in ("countries.csv", "organisations.csv")]
    changed = tuple(path.stat().st_mtime if path.is_file() else 0.0 for path in paths)
    return _read_places(str(paths[0]), str(paths[1]), (changed[0], changed[1]))


@lru_cache(maxsize=1)
def _scorers() -> dict[str, LinearScorer]:
    return read_weights(weights_dir("extract") / "names.npz", LABELS)[0]


def chunk_features(doc: Doc, start: int, end: int) -> list[str]:
    """Return what tells the kind of a name: its words and their shapes, and what stands around it."""
    words = [token.lower_ for token in doc[start:end]]
    first, last = words[0], words[-1]
    before = doc[start - 1].lower_ if start else "^"
    after = doc[end].lower_ if end < len(doc) else "$"
    root = doc[start:end].root
    features = [f"w={word}" for word in words]
    features += [
        f"n={min(len(words), 5)}",
        f"f={first}",
        f"l={last}",
        f"b={before}",
        f"a={after}",
        f"bp={doc[start - 1].pos_ if start else '^'} {min(len(words), 3)}",
        f"ap={doc[end].pos_ if end < len(doc) else '$'} {min(len(words), 3)}",
        f"ba={before} {after}",
        f"s3={last[-3:]}",
        f"s2={last[-2:]} {min(len(words), 3)}",
        f"f3={first[:3]}",
        f"dep={root.dep_} {min(len(words), 3)}",
        f"h={root.head.lemma_} {root.dep_}",
        f"up={doc[start].text.isupper()} {min(len(first), 6)} {min(len(words), 3)}",
        f"link={any(word in _LINKS for word in words)}",
        f"title={before in _TITLES}",
        f"dot={any(len(word) == 2 and word.endswith('.') for word in words[1:-1])}",
    ]
    features.extend(
        f"c={child.lower_}" for child in root.children if child.dep_ in ("appos", "compound", "det")
    )
    return features


def _label(doc: Doc, start: int, end: int, places: Mapping[str, str]) -> tuple[str, float]:
    """Return the likeliest label and how clear it is; "" for what is no name of these kinds."""
    listed = places.get(doc[start:end].text.lower())
    if listed:
        return listed, 9.0
    features = chunk_features(doc, start, end)
    scored = sorted(((scorer.score(features), label) for label, scorer in _scorers().items()), reverse=True)
    best, label = scored[0]
    return (label, best) if best > -0.5 else ("", best)


def mark_names(doc: Doc) -> None:
    """Set ``doc.ents`` to the names of persons, organisations, places and nationalities."""
    places = listed_names()
    chunks = [(start, end, doc[start:end].text) for start, end in name_chunks(doc, places)]
    known: dict[str, tuple[str, float]] = {}
    mentions: dict[str, int] = {}
    for start, end, text in chunks:
        # The clearest of a name's first mentions speaks for all of them.
        mentions[text] = mentions.get(text, 0) + 1
        if mentions[text] > _MENTIONS_READ:
            continue
        found = _label(doc, start, end, places)
        if text not in known or found[1] > known[text][1]:
            known[text] = found
    families = {doc[end - 1].text: known[text][0] for start, end, text in chunks if end - start > 1}
    spans = []
    for start, end, text in chunks:
        label = known[text][0]
        if end - start == 1 and families.get(text) == "PERSON" and text.lower() not in places:
            label = "PERSON"
        if label:
            spans.append(Span(doc, start, end, label=label))
    doc.ents = tuple(spans)
