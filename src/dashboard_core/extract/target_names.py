"""Names that an article itself gives to things no list knows: "Clean Harbour Act", "Ferry Scheme (FS)".

They are read like lines of the list, but for this article alone: found again under their short form,
meant by "the scheme", and able to be what the whole article turns on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from spacy.tokens import Doc

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
    for name, kind in _runs(doc, taken):
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


def _runs(doc: Doc, taken: Collection[int]) -> Iterator[tuple[str, str]]:
    for match in _RUN.finditer(text_of(doc)):
        span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
        if span is None or any(t.i in taken for t in span):
            continue
        words = match[0].split()
        if span[0].is_sent_start and span[0].pos_ != "PROPN":
            words = words[1:]
        entities = {t.ent_type_ for t in span}
        if words and words[0] in _ARTICLES:
            words = words[1:]
        if not words or words[0] in _TITLES:
            continue
        kind = HEAD_KINDS.get(stem(words[-1].lower()), "")
        name = re.sub(r"['’]s$", "", " ".join(words))
        after = doc[span.end] if span.end < len(doc) and not match[0].endswith(_OWNER) else None
        head = HEAD_KINDS.get(stem(after.lower_), "") if after is not None else ""
        if len(words) > 1 and kind in _NAMED_KINDS and "PERSON" not in entities:
            yield name, kind
        elif after is not None and head in _NAMED_KINDS and not entities & {"PERSON", "NORP"}:
            yield f"{name} {after.text}", head
        elif not entities & _NO_NAMES and (
            _ACRONYM.fullmatch(name) or (len(words) > 1 and span.root.pos_ == "PROPN")
        ):
            yield name, kind or "organisation"


def _any_taken(doc: Doc, start: int, end: int, taken: Collection[int]) -> bool:
    span = doc.char_span(start, end, alignment_mode="expand")
    return span is not None and any(t.i in taken for t in span)
