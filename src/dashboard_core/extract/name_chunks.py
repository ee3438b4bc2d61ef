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

import numpy as np
import numpy.typing as npt
from spacy.attrs import IDX, POS
from spacy.symbols import ADJ, PROPN
from spacy.tokens import Doc, Span

from dashboard_core.extract.attribution_ranking import bucket, read_weights
from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import text_of, words_of
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
    texts = words_of(doc)
    lowers = [text.lower() for text in texts]
    pos: list[int] = doc.to_array(POS).tolist() if texts else []
    named = [part == PROPN for part in pos]
    size = len(texts)
    done = 0
    # "Kazakh" and "Norwegian" are adjectives to the tagger.
    openings = [i for i in range(size) if named[i] or (pos[i] == ADJ and lowers[i] in places)]
    for index in openings:
        if index < done or lowers[index] in _CALENDAR or not texts[index][:1].isalpha():
            continue
        if not named[index] and not texts[index][:1].isupper():
            continue
        end = index + 1
        while end < size:
            if named[end] and texts[end][:1].isalnum() and lowers[end] not in _CALENDAR:
                end += 1
            elif lowers[end] in _LINKS and end + 1 < size and _goes_on(texts, lowers, named, end + 1):
                end += 2
            else:
                break
        start = index
        while start < end - 1 and lowers[start] in _TITLES and lowers[start + 1] not in _LINKS:
            start += 1
        yield start, end
        done = end


def _goes_on(texts: list[str], lowers: list[str], named: list[bool], after: int) -> bool:
    if lowers[after] == "the" and after + 1 < len(texts):
        return False
    return named[after] and texts[after][:1].isupper() and lowers[after] not in _CALENDAR


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
def _weights() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the weights of all kinds side by side, since each name is scored for all, and the intercepts."""
    scorers = read_weights(weights_dir("extract") / "names.npz", LABELS)[0]
    weights = np.stack([scorers[label].weights for label in LABELS], axis=1).astype(np.float64)
    return weights, np.array([scorers[label].intercept for label in LABELS])


def chunk_features(doc: Doc, start: int, end: int) -> list[str]:
    """Return what tells the kind of a name: its words and their shapes, and what stands around it."""
    t = tokens_of(doc)
    words = t.lower[start:end]
    first, last = words[0], words[-1]
    before = t.lower[start - 1] if start else "^"
    after = t.lower[end] if end < t.size else "$"
    root = start if end - start == 1 else doc[start:end].root.i
    dep = t.dep[root]
    features = [f"w={word}" for word in words]
    features += [
        f"n={min(len(words), 5)}",
        f"f={first}",
        f"l={last}",
        f"b={before}",
        f"a={after}",
        f"bp={t.pos[start - 1] if start else '^'} {min(len(words), 3)}",
        f"ap={t.pos[end] if end < t.size else '$'} {min(len(words), 3)}",
        f"ba={before} {after}",
        f"s3={last[-3:]}",
        f"s2={last[-2:]} {min(len(words), 3)}",
        f"f3={first[:3]}",
        f"dep={dep} {min(len(words), 3)}",
        f"h={t.lemma[t.head[root]]} {dep}",
        f"up={t.words(start, start + 1).isupper()} {min(len(first), 6)} {min(len(words), 3)}",
        f"link={any(word in _LINKS for word in words)}",
        f"title={before in _TITLES}",
        f"dot={any(len(word) == 2 and word.endswith('.') for word in words[1:-1])}",
    ]
    features.extend(
        f"c={t.lower[child]}" for child in t.children[root] if t.dep[child] in ("appos", "compound", "det")
    )
    return features


def _label(doc: Doc, start: int, end: int, name: str, places: Mapping[str, str]) -> tuple[str, float]:
    """Return the likeliest label and how clear it is; "" for what is no name of these kinds."""
    listed = places.get(name.lower())
    if listed:
        return listed, 9.0
    weights, intercepts = _weights()
    scores = (
        weights[[bucket(feature) for feature in chunk_features(doc, start, end)]].sum(axis=0) + intercepts
    )
    best, label = max(zip(scores.tolist(), LABELS, strict=True))
    return (label, best) if best > -0.5 else ("", best)


def mark_names(doc: Doc) -> None:
    """Set ``doc.ents`` to the names of persons, organisations, places and nationalities."""
    places = listed_names()
    text, words = text_of(doc), words_of(doc)
    starts: list[int] = doc.to_array(IDX).tolist() if words else []
    chunks = [
        (start, end, text[starts[start] : starts[end - 1] + len(words[end - 1])])
        for start, end in name_chunks(doc, places)
    ]
    known: dict[str, tuple[str, float]] = {}
    mentions: dict[str, int] = {}
    for start, end, name in chunks:
        # The clearest of a name's first mentions speaks for all of them.
        mentions[name] = mentions.get(name, 0) + 1
        if mentions[name] > _MENTIONS_READ:
            continue
        found = _label(doc, start, end, name, places)
        if name not in known or found[1] > known[name][1]:
            known[name] = found
    families = {words[end - 1]: known[name][0] for start, end, name in chunks if end - start > 1}
    spans = []
    for start, end, name in chunks:
        label = known[name][0]
        if end - start == 1 and families.get(name) == "PERSON" and name.lower() not in places:
            label = "PERSON"
        if label:
            spans.append(Span(doc, start, end, label=label))
    doc.ents = tuple(spans)
