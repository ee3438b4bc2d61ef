"""Every place of an article where something that a position could be about is mentioned.

Catalogue names, phrases no list knows, and words that stand for either: "the alliance", "this idea".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spacy.attrs import POS
from spacy.symbols import NOUN, PROPN
from spacy.tokens import Doc, Token

from dashboard_core.extract.target_catalogue import (
    SHORT_NAMES,
    Catalogue,
    Occurrence,
    TextIndex,
    compile_catalogue,
)
from dashboard_core.extract.target_features import Mention
from dashboard_core.extract.target_names import own_names
from dashboard_core.extract.target_pairs import Side, pair_mentions
from dashboard_core.extract.target_phrases import PhraseBuilder, bag_of, stem
from dashboard_core.extract.target_words import AGREEMENT, DEFINITE, NAMED_AGAIN, ORGANISATION, PROPOSAL

__all__ = ["find_mentions"]

# These are found again only by their own word: "the corridor" is a target with "corridor" in its name.
_BACK_SENTENCES = 14
# So near, a wording of the article goes before a name of the list that was read further back.
_NEAR_SENTENCES = 2
_POINTING = ORGANISATION | AGREEMENT | PROPOSAL | NAMED_AGAIN
# Kinds whose names may take the place of the words in a longer phrase.
_PROPER = frozenset({"organisation", "country", "agreement"})


def find_mentions(doc: Doc, headline: Doc, catalogue: Catalogue) -> list[Mention]:
    """Return the mentions of an article in the order of its text, then those of its headline."""
    index, head_index = TextIndex.of_doc(doc), TextIndex.of_doc(headline)
    occurrences = catalogue.occurrences(index, head_index)
    headlined = catalogue.occurrences(head_index) if len(headline) else []
    own = compile_catalogue(own_names(doc, headline.text, _tokens(doc, index, occurrences)))
    occurrences = _with_own(occurrences, own.occurrences(index))
    headlined = _with_own(headlined, own.occurrences(head_index))
    adjectives = catalogue.adjectives
    mentions = _mentions(doc, index, occurrences, adjectives, in_title=False)
    title = _mentions(headline, head_index, headlined, adjectives, in_title=True) if len(headline) else []
    told = _sides(headline, head_index, headlined)
    names = [side.name for side in told]
    mentions += pair_mentions(doc, _sides(doc, index, occurrences), names)
    title += pair_mentions(headline, told, [], in_title=True)
    return [*mentions, *_resolved(doc, mentions, title), *title]


def _sides(doc: Doc, index: TextIndex, occurrences: Sequence[Occurrence]) -> list[Side]:
    """Return the states that a text names, under the names that news gives them; the EU counts as one."""
    found = []
    spoken: dict[str, str] = {}
    for o in occurrences:
        if o.target.kind != "country" and o.target.name != "EU":
            continue
        span = doc.char_span(index.starts[o.first], index.ends[o.last], alignment_mode="expand")
        if span is None:
            continue
        # Two names of one country are both right ("Turkey", "Türkiye"): the article's own is kept.
        if not o.adjective and len(span) == 1 and o.target.name not in {"EU", *SHORT_NAMES.values()}:
            spoken.setdefault(o.target.target_id, span.text)
        found.append((o.target, span.start, span.end - 1))
    return [Side(spoken.get(t.target_id, t.name), first, last) for t, first, last in found]


def _tokens(doc: Doc, index: TextIndex, occurrences: Sequence[Occurrence]) -> set[int]:
    """Return the tokens that names of the list cover."""
    covered: set[int] = set()
    for o in occurrences:
        span = doc.char_span(index.starts[o.first], index.ends[o.last], alignment_mode="expand")
        if span is not None and o.contiguous and not o.adjective:
            covered.update(range(span.start, span.end))
    return covered


def _with_own(listed: Sequence[Occurrence], own: Sequence[Occurrence]) -> list[Occurrence]:
    """Return both in order, the list's names first where they overlap."""
    covered = {i for o in listed if o.contiguous and not o.adjective for i in range(o.first, o.last + 1)}
    free = [o for o in own if covered.isdisjoint(range(o.first, o.last + 1))]
    return sorted([*listed, *free], key=lambda o: (o.first, o.last))


def _mentions(
    doc: Doc,
    index: TextIndex,
    occurrences: Sequence[Occurrence],
    adjectives: Mapping[str, str],
    *,
    in_title: bool,
) -> list[Mention]:
    found: list[Mention] = []
    countries: dict[str, str] = {}
    atoms: dict[int, tuple[int, int, str]] = {}
    for o in occurrences:
        start, end = index.starts[o.first], index.ends[o.last]
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is None:
            continue
        if o.contiguous and (o.plain or o.adjective):
            name = span.text if o.adjective and o.target.name not in SHORT_NAMES.values() else o.target.name
            # "S-400" may stand for "Ruritania's S-400 purchase", but "Russian S-400" must keep its words.
            if o.target.kind == "country" and len(span) == 1 and o.target.name not in SHORT_NAMES.values():
                # Two names of one country are both right ("Turkey", "Türkiye"): the article's own is kept.
                name = span.text
            if o.target.kind not in _PROPER and not bag_of(name) <= bag_of(span.text):
                name = span.text
            for i in range(span.start, span.end):
                atoms[i] = (span.start, span.end - 1, name)
            if o.target.kind == "country" and not o.adjective and o.target.name in adjectives:
                countries[name] = adjectives[o.target.name]
        if o.adjective:
            continue
        root = span.root
        token = -1 if in_title else root.i
        found.append(
            Mention(
                o.target.name,
                bag_of(o.target.name),
                token,
                start,
                end,
                "named",
                root,
                False,
                o.target,
                o.contiguous,
            )
        )
    for phrase in PhraseBuilder(doc, atoms, countries).phrases(0, len(doc)):
        if not phrase.bag:
            continue
        head = doc[phrase.head]
        first, last = doc[min(phrase.tokens)], doc[max(phrase.tokens)]
        token = -1 if in_title else phrase.head
        found.append(
            Mention(
                phrase.name, phrase.bag, token, first.idx, last.idx + len(last), phrase.form, head, phrase.act
            )
        )
    return found


def _resolved(doc: Doc, mentions: Sequence[Mention], title: Sequence[Mention]) -> list[Mention]:
    """Return a mention for each "the deal", "this idea" whose meaning an earlier mention gives."""
    by_place = sorted((m for m in mentions if m.token >= 0), key=lambda m: m.token)
    sentence_of = [0] * len(doc)
    for number, sentence in enumerate(doc.sents):
        for i in range(sentence.start, sentence.end):
            sentence_of[i] = number
    found = []
    parts: list[int] = doc.to_array(POS).tolist() if len(doc) else []
    for place, part in enumerate(parts):
        if part not in (NOUN, PROPN):
            continue
        token = doc[place]
        lemma = token.lemma_.lower()
        if lemma not in _POINTING:
            continue
        if token.dep_ in ("compound", "nmod") or not _points_back(token):
            continue
        earlier = [
            m
            for m in by_place
            if m.token < token.i - 1 and sentence_of[m.token] >= sentence_of[token.i] - _BACK_SENTENCES
        ]
        possible = [m for m in reversed(earlier) if _can_mean(lemma, m)]
        listed = next((m for m in possible if m.target is not None), None)
        worded = next((m for m in possible if m.target is None), None)
        headlined = next((m for m in title if m.target is not None and _can_mean(lemma, m)), None)

        def back(m: Mention) -> int:
            return int(sentence_of[token.i] - sentence_of[m.token])  # noqa: B023  # used in this turn only

        if worded is not None and listed is not None and back(worded) <= _NEAR_SENTENCES < back(listed):
            meant: Mention | None = headlined or worded
        else:
            meant = listed or headlined or worded
        if meant is not None:
            found.append(
                Mention(
                    meant.name, meant.bag, token.i, token.idx, token.idx + len(token), "resolved", token,
                    meant.act, meant.target, meant.contiguous, resolved=True,
                )
            )  # fmt: skip
    return found


def _points_back(token: Token) -> bool:
    definite = any(c.lower_ in DEFINITE and c.dep_ in ("det", "poss", "amod", "predet") for c in token.lefts)
    bare = not any(c.dep_ in ("compound", "nmod", "nummod") for c in token.lefts)
    complement = any(c.dep_ == "prep" and c.lower_ in ("of", "with", "on", "to") for c in token.rights)
    return definite and bare and not complement


def _can_mean(lemma: str, mention: Mention) -> bool:
    target = mention.target
    if target is None:
        head = mention.head
        own = head is not None and stem(head.lemma_.lower()) == stem(lemma) and len(mention.bag) > 1
        return (own and mention.form in ("wide", "core", "owned")) or (
            own and mention.form.startswith("core ")
        )
    if target.kind == "country":
        return False
    words = {stem(w) for w in re.findall(r"[a-z]+", f"{target.name} {target.definition}".lower())}
    if stem(lemma) in words:
        return True
    if lemma in ORGANISATION:
        return target.kind == "organisation"
    if lemma in AGREEMENT:
        return target.kind == "agreement"
    return lemma in PROPOSAL and target.kind in ("proposal", "policy", "activity")
