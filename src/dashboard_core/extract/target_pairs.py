"""Names for what two states have with each other: "Borduria-Ruritania talks".

A text says "talks with Ruritania", and the other side is whom the sentence, the headline or the article is
about; charts and people who code name both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.attrs import POS
from spacy.symbols import NOUN
from spacy.tokens import Doc, Token

from dashboard_core.extract.doc_words import words_of
from dashboard_core.extract.target_features import Heads, Mention
from dashboard_core.extract.target_phrases import bag_of
from dashboard_core.extract.target_words import BETWEEN_TWO, DETERMINERS, IGNORED

__all__ = ["Side", "pair_mentions"]

# These stand first, all others by the alphabet: "US-Ruritania", "Borduria-Ruritania".
_FIRST = ("US", "EU", "UK")
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class Side:
    """A state or the EU, named at tokens ``first`` to ``last`` (inclusive)."""

    name: str
    first: int
    last: int


def pair_mentions(
    doc: Doc, heads: Heads, sides: Sequence[Side], headlined: Sequence[str], *, in_title: bool = False
) -> Iterator[Mention]:
    """Yield a mention for each word for a relation whose two sides can be told.

    Parameters
    ----------
    doc : Doc
        The article or its headline.
    heads : Heads
        The heads of its words.
    sides : Sequence[Side]
        The states that it names, in order.
    headlined : Sequence[str]
        Those that the headline names.
    in_title : bool
        Whether ``doc`` is the headline.
    """
    if not sides:
        return
    counts = Counter(side.name for side in sides)
    often = [name for name, count in counts.most_common(2) if count >= _OFTEN]
    covered = {i for side in sides for i in range(side.first, side.last + 1)}
    parts: list[int] = doc.to_array(POS).tolist()
    # spaCy builds a token anew at each look, so only the few words that can matter are looked at.
    spelt = BETWEEN_TWO | {f"{word}s" for word in BETWEEN_TWO} | {"treaties"}
    words = words_of(doc)
    for place, part in enumerate(parts):
        if part != NOUN or place in covered or words[place].lower() not in spelt:
            continue
        head = doc[place]
        if head.lemma_.lower() not in BETWEEN_TWO or head.dep_ in ("compound", "nmod"):
            continue
        if _is_told_apart(head, covered):
            continue
        sentence = head.sent
        near = [side for side in sides if sentence.start <= side.first < sentence.end]
        near.sort(key=lambda side: abs(side.first - place))
        names = list(dict.fromkeys([*(side.name for side in near), *headlined, *often]))
        if not near or len(names) < 2:
            continue
        core = [
            token.text if token.text.isupper() else token.lower_
            for token in head.lefts
            if token.dep_ in ("compound", "amod", "nmod")
            and token.i not in covered
            and token.text.isalpha()
            and token.lower_ not in DETERMINERS
        ][-1:]
        first, second = sorted(names[:2], key=_order)
        for wording in ([*core, head.lower_], [head.lower_]) if core else ([head.lower_],):
            name = f"{first}-{second} {' '.join(wording)}"
            token = -1 if in_title else place
            yield Mention(name, bag_of(name), token, head.idx, head.idx + len(head), "pair", heads.at(place))


def _is_told_apart(head: Token, covered: set[int]) -> bool:
    """Whether words before it tell which: "coastal states agreement" is none "of Borduria and Ruritania"."""
    own = [
        token
        for token in head.subtree
        if token.i < head.i
        and token.i not in covered
        and token.dep_ in ("compound", "amod", "nmod", "nummod", "npadvmod")
        and token.lower_ not in DETERMINERS
        and token.lower_ not in IGNORED
    ]
    return len(own) > 1


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
