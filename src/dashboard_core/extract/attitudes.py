"""Whether a verb tells where its subject stands: says, wants, "is hesitant", "will not join"."""

from __future__ import annotations

from typing import Final

from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import load_cues
from dashboard_core.extract.speaker_words import words

__all__ = ["OWN_VIEWS", "takes_position", "verb_in"]

# Violence is no view of one's own: the minister who speaks of it may be the other side's.
_DEEDS: Final = words(
    """attack assail strike hit bomb threaten violate break fight blast bash sue provoke attempt try set look
    work appear seem"""
)
# Verbs by which somebody speaks for a side of his own; others speak so of an adversary as well ("refuses").
OWN_VIEWS: Final = words(
    """support back welcome favour favor hope endorse embrace share commit offer applaud agree appreciate
    intend expect wish congratulate thank urge call reiterate reaffirm propose"""
)
# "sounded a different note", "took a tougher line"
_ATTITUDES: Final = words(
    """note tone view line stance position approach stand side reservation doubt signal need reason point case
    objection sense"""
)
# Steps by which a country shows where it stands.
_STEPS: Final = words("pull withdraw leave quit join sign ratify veto abstain vote keep drop suspend accept")
_TAKES: Final = words("sound strike take have show voice express adopt hold send see remain stay say")


def verb_in(t: Tokens, verb: int, listed: frozenset[str]) -> bool:
    """Whether one of the words of a verb is on a list."""
    return verb >= 0 and any(t.lemma[i].lower() in listed for i in range(verb, _chain(t, verb) + 1))


def _chain(t: Tokens, verb: int) -> int:
    """Return the last verb of "has decided", "will not be joining"."""
    at = verb
    if t.pos[verb] == "VERB" and t.lemma[verb] != "have":
        return verb
    for i in range(verb + 1, min(verb + 6, t.size)):
        if t.pos[i] == "VERB" or (t.pos[i] == "AUX" and t.lower[i] in ("be", "been")):
            at = i
        elif t.pos[i] not in ("ADV", "PART", "AUX") and t.lower[i] not in ("n't", "not"):
            break
        if t.pos[i] == "VERB":
            break
    return at


def takes_position(t: Tokens, verb: int) -> bool:
    """Whether a verb tells a view or a decision: says, wants, "is hesitant", "will not join"."""
    if verb < 0:
        return False
    main = _chain(t, verb)
    lemma = t.lemma[main].lower()
    if lemma in _DEEDS:
        return False
    if t.tag[verb] == "MD":
        return t.lower[verb] in ("will", "would", "wo", "'ll")
    if lemma in ("be", "remain", "stay") or (t.pos[verb] == "AUX" and t.lemma[verb] == "be"):
        return _is_disposed(t, verb)
    if lemma in _TAKES and any(t.lemma[i].lower() in _ATTITUDES for i in range(main, min(main + 6, t.size))):
        return True
    return lemma in _STEPS or lemma in load_cues().verbs


def _is_disposed(t: Tokens, verb: int) -> bool:
    for i in range(verb + 1, min(verb + 6, t.size)):
        if t.pos[i] == "ADV" or t.lower[i] in ("not", "n't", "no", "for", "its", "part", ","):
            continue
        if t.lower[i] == "in":
            return t.lower[i + 1] in ("favour", "favor") if i + 1 < t.size else False
        if t.lower[i] in ("against", "among", "opposed", "going", "open"):
            return True
        if t.pos[i] == "ADJ":
            return True
        return t.tag[i] == "VBN" and t.dep[i] in ("acomp", "attr")
    return False
