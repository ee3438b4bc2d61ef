"""Every place of an article where something that a position could be about is mentioned.

Catalogue names, phrases no list knows, and words that stand for either: "the alliance", "this idea".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import Tokens, tokens_of
from dashboard_core.extract.target_catalogue import (
    SHORT_NAMES,
    Catalogue,
    Occurrence,
    TextIndex,
    compile_catalogue,
)
from dashboard_core.extract.target_features import Heads, Mention
from dashboard_core.extract.target_names import own_names
from dashboard_core.extract.target_pairs import Side, pair_mentions
from dashboard_core.extract.target_phrases import PhraseBuilder, bag_of, stem
from dashboard_core.extract.target_words import (
    AGREEMENT,
    DEFINITE,
    NAMED_AGAIN,
    ORGANISATION,
    PROPOSAL,
    PROVISIONAL,
)

__all__ = ["find_mentions"]

# These are found again only by their own word: "the corridor" is a target with "corridor" in its name.
_BACK_SENTENCES = 14
# So near, a wording of the article goes before a name of the list that was read further back.
_NEAR_SENTENCES = 2
_POINTING = ORGANISATION | AGREEMENT | PROPOSAL | NAMED_AGAIN
# "The plan", "the draft" may stand for whatever of this sort the headline names, "the accord" for its pact.
_GENERAL = PROPOSAL | {"draft", "text", "document"}
_ACCORDS = frozenset(stem(word) for word in AGREEMENT)
_UNDERTAKINGS = frozenset(stem(word) for word in _GENERAL | AGREEMENT | NAMED_AGAIN)
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
    heads, title_heads = Heads(doc), Heads(headline)
    mentions = _mentions(doc, heads, index, occurrences, adjectives, in_title=False)
    title = _mentions(headline, title_heads, head_index, headlined, adjectives, in_title=True)
    told = _sides(headline, head_index, headlined)
    names = [side.name for side in told]
    mentions += pair_mentions(doc, heads, _sides(doc, index, occurrences), names)
    title += pair_mentions(headline, title_heads, told, [], in_title=True)
    resolved = _resolved(doc, heads, mentions, title)
    # "The pact", of one that the list knows, is no pact of the two states of the headline.
    known = {m.token for m in (*mentions, *resolved) if m.target is not None}
    return [*(m for m in mentions if m.form != "pair" or m.token not in known), *resolved, *title]


def _sides(doc: Doc, index: TextIndex, occurrences: Sequence[Occurrence]) -> list[Side]:
    """Return the states that a text names, under the names that news gives them; the EU counts as one."""
    found = []
    t = tokens_of(doc)
    spoken: dict[str, str] = {}
    for o in occurrences:
        if o.target.kind != "country" and o.target.name != "EU":
            continue
        first, last = t.at(index.starts[o.first]), t.at(index.ends[o.last] - 1)
        # Two names of one country are both right ("Turkey", "Türkiye"): the article's own is kept.
        if not o.adjective and first == last and o.target.name not in {"EU", *SHORT_NAMES.values()}:
            spoken.setdefault(o.target.target_id, t.words(first, last + 1))
        found.append((o.target, first, last))
    return [Side(spoken.get(t.target_id, t.name), first, last) for t, first, last in found]


def _tokens(doc: Doc, index: TextIndex, occurrences: Sequence[Occurrence]) -> set[int]:
    """Return the tokens that names of the list cover."""
    t = tokens_of(doc)
    covered: set[int] = set()
    for o in occurrences:
        if o.contiguous and not o.adjective:
            covered.update(range(t.at(index.starts[o.first]), t.at(index.ends[o.last] - 1) + 1))
    return covered


def _with_own(listed: Sequence[Occurrence], own: Sequence[Occurrence]) -> list[Occurrence]:
    """Return both in order, the list's names first where they overlap."""
    covered = {i for o in listed if o.contiguous and not o.adjective for i in range(o.first, o.last + 1)}
    free = [o for o in own if covered.isdisjoint(range(o.first, o.last + 1))]
    return sorted([*listed, *free], key=lambda o: (o.first, o.last))


def _mentions(
    doc: Doc,
    heads: Heads,
    index: TextIndex,
    occurrences: Sequence[Occurrence],
    adjectives: Mapping[str, str],
    *,
    in_title: bool,
) -> list[Mention]:
    found: list[Mention] = []
    t = tokens_of(doc)
    countries: dict[str, str] = {}
    atoms: dict[int, tuple[int, int, str]] = {}
    for o in occurrences:
        start, end = index.starts[o.first], index.ends[o.last]
        first, last = t.at(start), t.at(end - 1)
        if o.contiguous and (o.plain or o.adjective):
            written = t.words(first, last + 1)
            name = written if o.adjective and o.target.name not in SHORT_NAMES.values() else o.target.name
            # "S-400" may stand for "Ruritania's S-400 purchase", but "Russian S-400" must keep its words.
            if o.target.kind == "country" and first == last and o.target.name not in SHORT_NAMES.values():
                # Two names of one country are both right ("Turkey", "Türkiye"): the article's own is kept.
                name = written
            if o.target.kind not in _PROPER and not bag_of(name) <= bag_of(written):
                name = written
            for i in range(first, last + 1):
                atoms[i] = (first, last, name)
            if o.target.kind == "country" and not o.adjective and o.target.name in adjectives:
                countries[name] = adjectives[o.target.name]
        if o.adjective:
            continue
        root = heads.at(first if first == last else doc[first : last + 1].root.i)
        token = -1 if in_title else root.place
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
        start, end = t.start[min(phrase.tokens)], t.end[max(phrase.tokens)]
        token = -1 if in_title else phrase.head
        head = heads.at(phrase.head)
        found.append(Mention(phrase.name, phrase.bag, token, start, end, phrase.form, head, phrase.act))
    return found


def _resolved(doc: Doc, heads: Heads, mentions: Sequence[Mention], title: Sequence[Mention]) -> list[Mention]:
    """Return a mention for each "the deal", "this idea" whose meaning an earlier mention gives."""
    by_place = sorted((m for m in mentions if m.token >= 0), key=lambda m: m.token)
    places = [m.token for m in by_place]
    t = tokens_of(doc)
    sentence_of = t.sent
    found = []
    for place, part in enumerate(t.pos):
        if part not in ("NOUN", "PROPN"):
            continue
        lemma = t.lemma[place].lower()
        if lemma not in _POINTING:
            continue
        if t.dep[place] in ("compound", "nmod") or not _points_back(t, place):
            continue
        if lemma in ORGANISATION and t.lower[place] != lemma:  # "Our communities" are no one body.
            continue
        since = t.sent_spans[max(0, sentence_of[place] - _BACK_SENTENCES)][0]
        earlier = by_place[bisect_left(places, since) : bisect_left(places, place - 1)]
        told = _told_of(t, place) if lemma in ORGANISATION else frozenset()
        possible = [m for m in reversed(earlier) if _can_mean(lemma, m, told)]
        listed = next((m for m in possible if m.target is not None), None)
        worded = next((m for m in possible if m.target is None), None)
        headlined = next((m for m in title if m.target is not None and _can_mean(lemma, m, told)), None)

        def back(m: Mention) -> int:
            return sentence_of[place] - sentence_of[m.token]  # noqa: B023  # used in this turn only

        if worded is not None and listed is not None and back(worded) <= _NEAR_SENTENCES < back(listed):
            meant: Mention | None = headlined or worded
        else:
            meant = listed or headlined or worded
        if meant is None:
            meant = next((m for m in reversed(title) if _is_such(lemma, m)), None)
        if meant is not None:
            found.append(
                Mention(
                    meant.name, meant.bag, place, t.start[place], t.end[place], "resolved", heads.at(place),
                    meant.act, meant.target, meant.contiguous, resolved=True,
                )
            )  # fmt: skip
    return found


def _points_back(t: Tokens, place: int) -> bool:
    lefts = [c for c in t.children[place] if c < place]
    definite = any(t.lower[c] in DEFINITE and t.dep[c] in ("det", "poss", "amod", "predet") for c in lefts)
    bare = not any(
        t.dep[c] in ("compound", "nmod", "nummod") and t.lower[c] not in PROVISIONAL for c in lefts
    )
    rights = [c for c in t.children[place] if c > place]
    complement = any(t.dep[c] == "prep" and t.lower[c] in ("of", "with", "on", "to") for c in rights)
    return definite and bare and not complement


def _told_of(t: Tokens, place: int) -> frozenset[str]:
    """Return the stems of the adjectives before a word: "regional" of "this regional alliance"."""
    return frozenset(
        stem(t.lower[c])
        for c in t.children[place]
        if c < place and t.dep[c] == "amod" and t.lower[c] not in DEFINITE
    )


def _is_such(lemma: str, mention: Mention) -> bool:
    """Whether a wording of the headline is what "the plan" or "the accord" stands for."""
    head = mention.head
    if mention.target is not None or head is None or len(mention.bag) < 2:
        return False
    if not mention.form.startswith(("wide", "core")):
        return False
    own = stem(head.lemma.lower())
    if own == stem(lemma) or (lemma in AGREEMENT and own in _ACCORDS):
        return True
    return lemma in _GENERAL and own in _UNDERTAKINGS


@lru_cache(maxsize=8192)
def _words_of(name: str, definition: str) -> frozenset[str]:
    """Return the stems of the words that a target's name and definition hold."""
    return frozenset(stem(word) for word in re.findall(r"[a-z]+", f"{name} {definition}".lower()))


def _can_mean(lemma: str, mention: Mention, told: frozenset[str]) -> bool:
    """Whether a word, with the adjectives ``told`` before it, can stand for what was named before."""
    target = mention.target
    if target is None:
        head = mention.head
        own = head is not None and stem(head.lemma.lower()) == stem(lemma) and len(mention.bag) > 1
        return (own and mention.form in ("wide", "core", "owned")) or (
            own and mention.form.startswith("core ")
        )
    if target.kind == "country" or not told <= _words_of(target.name, target.definition):
        return False
    if stem(lemma) in _words_of(target.name, target.definition):
        return True
    if lemma in ORGANISATION:
        return target.kind == "organisation"
    if lemma in AGREEMENT:
        return target.kind == "agreement"
    return lemma in PROPOSAL and target.kind in ("proposal", "policy", "activity")
