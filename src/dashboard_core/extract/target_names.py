"""Names that an article itself gives to things no list knows: "Clean Harbour Act", "Ferry Scheme (FS)".

They are read like lines of the list, but for this article alone: found again under their short form,
meant by "the scheme", and able to be what the whole article turns on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from spacy.attrs import ENT_TYPE
from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import tokens_of
from dashboard_core.extract.doc_words import text_of
from dashboard_core.extract.target_phrases import bag_of, stem
from dashboard_core.extract.target_words import DETERMINERS, KIND_OF_HEAD
from dashboard_core.records import Target, stable_id

__all__ = ["HEAD_KINDS", "own_names"]

HEAD_KINDS = {stem(word): kind for kind, words in KIND_OF_HEAD.items() for word in words}
_NAMED_KINDS = frozenset({"agreement", "proposal", "activity"})
_CAPITAL = r"[A-Z][\w’'\-]*"
_RUN = re.compile(rf"\b{_CAPITAL}(?:[ ](?:(?:of|for|and)[ ](?:the[ ])?)?(?:{_CAPITAL}|\d+\b))*")
_LINK = r"(?:(?:of|for|and|on|to|in)[ ])?(?:the[ ])?"
_DEFINED = re.compile(rf"\b((?:{_CAPITAL}[ ]{_LINK}){{1,8}}{_CAPITAL})[ ]\(([A-Z][A-Za-z]{{1,7}})\)")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{2,6}")
# A name counts as one where it comes up so often without a head word that tells what it is.
_OFTEN = 3
_MOST = 12
# Words that point or own, never part of a name: "This treaty", "Our pact".
_ARTICLES = frozenset(word.capitalize() for word in DETERMINERS) | frozenset(
    {"My", "Our", "Your", "His", "Her", "Its", "Their"}
)
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Dr", "Sir"})
_OWNER = ("'s", "’s", "'", "’")
_NO_NAMES = frozenset({"PERSON", "GPE", "NORP"})


def own_names(doc: Doc, headline: str, taken: Collection[int]) -> list[Target]:
    """Return the article's own names as targets, commonest first; ``taken`` are tokens the list has named."""
    text = text_of(doc)
    full: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        name = _fitting(match[1].split(), match[2])
        if name and not _any_taken(doc, match.start(1), match.end(1), taken):
            full[match[2]] = name
    counts: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for name, kind in _runs(doc, frozenset(taken)):
        counts[name] += 1
        kinds.setdefault(name, kind)
    found = [
        Target(
            _id(name),
            acronym,
            HEAD_KINDS.get(stem(name.split()[-1].lower()), "organisation"),
            (name,),
            "",
            "discovered",
        )
        for acronym, name in full.items()
    ]
    known = {*full, *full.values()}
    for name, count in counts.most_common():
        kind = kinds[name]
        often = count >= _OFTEN or name in headline
        if name in known or (kind not in _NAMED_KINDS and not often):
            continue
        found.append(Target(_id(name), name, kind or "organisation", (), "", "discovered"))
    return found[:_MOST]


def _id(name: str) -> str:
    return stable_id("t", *sorted(bag_of(name)))


def _fitting(words: Sequence[str], acronym: str) -> str:
    """Return the last words whose initials give the acronym, "" where none do.

    >>> _fitting("On Monday the Grand Ferry Scheme".split(), "GFS")
    'Grand Ferry Scheme'
    """
    wanted = [c for c in acronym if c.isupper()]
    for start in range(len(words) - 1, -1, -1):
        initials = [w[0] for w in words[start:] if w[0].isupper()]
        if initials == wanted:
            return " ".join(words[start:])
        if len(initials) > len(wanted):
            break
    return ""


def _runs(doc: Doc, taken: frozenset[int]) -> Iterator[tuple[str, str]]:
    t = tokens_of(doc)
    strings = doc.vocab.strings
    kinds_of: list[int] = doc.to_array(ENT_TYPE).tolist() if len(doc) else []
    for match in _RUN.finditer(t.text):
        first, end = t.at(match.start()), t.at(match.end() - 1) + 1
        if not taken.isdisjoint(range(first, end)):
            continue
        words = match[0].split()
        if t.opens[first] and t.pos[first] != "PROPN":
            words = words[1:]
        entities = {strings[kind] for kind in kinds_of[first:end]}
        if words and words[0] in _ARTICLES:
            words = words[1:]
        if not words or words[0] in _TITLES:
            continue
        kind = HEAD_KINDS.get(stem(words[-1].lower()), "")
        name = re.sub(r"['’]s$", "", " ".join(words))
        follows = end < t.size and not match[0].endswith(_OWNER)
        head = HEAD_KINDS.get(stem(t.lower[end]), "") if follows else ""
        if len(words) > 1 and kind in _NAMED_KINDS and "PERSON" not in entities:
            yield name, kind
        elif head in _NAMED_KINDS and not entities & {"PERSON", "NORP"}:
            yield f"{name} {t.words(end, end + 1)}", head
        elif not entities & _NO_NAMES and (
            _ACRONYM.fullmatch(name) or (len(words) > 1 and doc[first:end].root.pos_ == "PROPN")
        ):
            yield name, kind or "organisation"


def _any_taken(doc: Doc, start: int, end: int, taken: Collection[int]) -> bool:
    span = doc.char_span(start, end, alignment_mode="expand")
    return span is not None and any(t.i in taken for t in span)
