"""What the ranker of contents looks at: how a stretch of text sits in the tree, the line and the quotations.

Features that hang on the same few facts stand together in a group: a function that spells them out, by its
number, with these facts. What a group adds up to is remembered (:mod:`.attribution_ranking`), so that the
strings are made only where the facts are new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from dashboard_core.extract.attribution_candidates import Candidate
from dashboard_core.extract.attribution_facts import CueFacts, holds, quote_shape, size_of
from dashboard_core.extract.attribution_ranking import Feature, group
from dashboard_core.extract.attribution_tokens import MARKS, Tokens

__all__ = ["content_features"]

_UNTOLD: Final = frozenset(["punct", "aux", "auxpass", "neg", "prt"])
_WORDED: Final = frozenset(["prep", "advmod", "mark", "npadvmod"])


def content_features(t: Tokens, f: CueFacts, candidates: Iterable[Candidate]) -> Iterator[list[Feature]]:
    """Yield the features of each content that one cue may have."""
    dependents = list(_dependents(t, f.index))
    for candidate in candidates:
        yield _content_features(t, f, candidate, dependents)


def _dependents(t: Tokens, i: int) -> Iterator[tuple[int, str, str]]:
    """Yield what hangs on a cue, with its label and what is told of it."""
    for child in t.children[i]:
        dep = t.dep[child]
        if dep in _UNTOLD or t.pos[child] == "SPACE":
            continue
        name = f"{dep} {t.lower[child]}" if dep in _WORDED else dep
        yield child, dep, f"{name} {child > i}"


def _content_features(
    t: Tokens, f: CueFacts, c: Candidate, dependents: list[tuple[int, str, str]]
) -> list[Feature]:
    i, kind, lemma = f.index, f.kind, f.lemma
    lower, poses, deps, heads, sent = t.lower, t.pos, t.dep, t.head, t.sent
    pos = poses[i]
    made_by, parts = c.made_by, c.parts
    start, end = parts[0][0], parts[-1][1]
    first, last = t.sent_spans[sent[i]]
    main = made_by[0]
    word = lower[start]
    opens, closes = word in MARKS, lower[end - 1] in MARKS
    words = end - start if len(parts) == 1 else sum([b - a for a, b in parts])
    side = "a" if start > i else "b" if end <= i else "o"
    near = lower[start - 1] if start else "^"
    beyond = lower[end] if end < t.size else "$"
    within = quote_shape(t, parts)
    gap = start - f.clause[1] if side == "a" else f.clause[0] - end if side == "b" else 0
    gap_size = size_of(gap if gap > 0 else 0)
    to_end = end >= last - 1 or (end < t.size and sent[end] != sent[end - 1])
    crossing = min(sent[end - 1] - sent[start], 3)
    in_quote = t.quote[start] >= 0
    out: list[Feature] = [
        (
            _of_make, made_by[:4], kind, pos, f.quoted, f.inside, in_quote, within, opens, closes, side,
            len(parts), to_end, start == first, crossing,
        ),
        (_of_lemma, main, lemma),
        (_of_frame, main, f.frame),
        (_of_start, word, poses[start], deps[start], side),
        (_of_first_word, main, word),
        (_of_near, near, poses[start], opens),
        (_of_end, beyond, closes, t.tag[end - 1]),
        (_of_beyond, main, beyond),
        (_of_last_word, lower[end - 1], to_end),
        (_of_size, main, size_of(words), side, kind),
        (_of_gap, gap_size, side, kind, within),
        (_of_side, side, lemma, pos, deps[i]),
    ]  # fmt: skip
    if t.para[start] != t.para[end - 1]:
        out.append(f"paras {main}")
    if f.subject >= 0:
        has = holds(parts, f.subject)
        out.append((_of_subject, has, main, kind))
        out.append((_of_subject_lemma, has, lemma))
    # A verb with a subject of its own at the root of the content makes a clause; a bare noun is a topic.
    root = -1
    attached = 0
    for k, h in enumerate(heads[start:end], start):
        if h < start or h >= end:
            if root < 0:
                root = k
            if h != i:
                attached += 1
        elif h == k and root < 0:
            root = k
    root = max(root, start)
    clausal = poses[root] in ("VERB", "AUX") and any(deps[x].startswith("nsubj") for x in t.children[root])
    out.append((_of_root, poses[root], deps[root], kind, side, pos, clausal, heads[root] == i, to_end))
    out.append((_of_root_lemma, deps[root], lemma, side))
    at_edges = end - 1 == t.right[i], start == t.left[i]
    out.append((_of_edges, attached if attached < 4 else 4, *at_edges, side, within))
    # Which of the cue's dependents the content takes along: "said [on Monday] <that ...>" leaves one out.
    for child, dep, told in dependents:
        taken = holds(parts, child)
        out.append((_of_dependent, taken, dep, told, main))
        if not taken and child > i and start < t.left[child] < end:
            out.append(f"split {dep}")
    if side == "a":
        cut = end < last and poses[end] not in ("PUNCT", "SPACE") and heads[end] >= start and heads[end] < end
        out.append((_of_cut, cut, main))
        out.append((_of_following, deps[end] + poses[end] if end < t.size else "", beyond))
        out.append(f"betw={t.words(i + 1, start).lower()[:24] if start - i < 6 else 'far'}")
    elif side == "b":
        out.append(f"betw={' '.join(poses[end : f.clause[0]])[:24] if f.clause[0] - end < 5 else 'far'}")
    return out


# -- groups: their strings hang on what they are given alone -------------------------------------------------


@group
def _of_make(
    made_by: tuple[str, ...],
    kind: str,
    pos: str,
    quoted: str,
    cue_inside: bool,
    in_quote: bool,
    within: str,
    opens: bool,
    closes: bool,
    side: str,
    parts: int,
    to_end: bool,
    at_start: bool,
    crossing: int,
) -> list[str]:
    main = made_by[0]
    out = [
        "m=" + main,
        f"mk={main} {kind} {pos}",
        f"mq={main} {quoted} {within}",
        f"mq2={main} {cue_inside} {in_quote}",
        f"o={opens} {closes} {within} {side}",
        f"oq={within} {quoted} {side}",
        f"parts={parts} {quoted} {within}",
        f"te={to_end} {main}",
        f"te2={to_end} {side} {kind} {within}",
        f"ssent={at_start} {side}",
    ]
    for name in made_by[1:]:
        out.append(f"m2={name} {main}")
        out.append(f"m3={name}")
    if crossing:
        out.append(f"cross={crossing} {within} {side}")
        out.append(f"crossm={main} {within}")
    return out


@group
def _of_lemma(main: str, lemma: str) -> list[str]:
    return [f"ml={main} {lemma}"]


@group
def _of_frame(main: str, frame: str) -> list[str]:
    return [f"mf={main} {frame}"]


@group
def _of_start(word: str, pos: str, dep: str, side: str) -> list[str]:
    return [f"s={word}", f"sp={pos} {dep} {side}"]


@group
def _of_first_word(main: str, word: str) -> list[str]:
    return [f"sm={main} {word}"]


@group
def _of_near(near: str, pos: str, opens: bool) -> list[str]:
    return [f"np={near} {pos}", f"nb={near} {opens}"]


@group
def _of_end(beyond: str, closes: bool, tag: str) -> list[str]:
    return [f"e={beyond} {closes}", f"et={tag} {beyond}"]


@group
def _of_beyond(main: str, beyond: str) -> list[str]:
    return [f"em={main} {beyond}"]


@group
def _of_last_word(word: str, to_end: bool) -> list[str]:
    return [f"e2={word} {to_end}"]


@group
def _of_size(main: str, size: str, side: str, kind: str) -> list[str]:
    return [f"n={size} {side} {kind}", f"nm={main} {size}"]


@group
def _of_gap(gap: str, side: str, kind: str, within: str) -> list[str]:
    return [f"g={gap} {side}", f"gk={gap} {side} {kind} {within}"]


@group
def _of_side(side: str, lemma: str, pos: str, dep: str) -> list[str]:
    return [f"dir={side} {pos} {dep}", f"dirl={side} {lemma}"]


@group
def _of_subject(has: bool, main: str, kind: str) -> list[str]:
    return [f"subj={has} {main} {kind}"]


@group
def _of_subject_lemma(has: bool, lemma: str) -> list[str]:
    return [f"subj2={has} {lemma}"]


@group
def _of_root(
    root_pos: str, root_dep: str, kind: str, side: str, pos: str, clausal: bool, direct: bool, to_end: bool
) -> list[str]:
    return [
        f"r={root_pos} {root_dep} {kind}",
        f"rc={clausal} {kind} {side} {pos}",
        f"rch={direct} {root_dep} {to_end}",
    ]


@group
def _of_root_lemma(root_dep: str, lemma: str, side: str) -> list[str]:
    return [f"rl={root_dep} {lemma} {side}"]


@group
def _of_edges(attached: int, at_right: bool, at_left: bool, side: str, within: str) -> list[str]:
    return [f"loose={attached} {side} {within}", f"edge={at_right} {at_left} {side} {within}"]


@group
def _of_dependent(taken: bool, dep: str, told: str, main: str) -> list[str]:
    return [f"dep={taken} {told}", f"depm={taken} {dep} {main}"]


@group
def _of_cut(cut: bool, main: str) -> list[str]:
    return [f"cut={cut} {main}"]


@group
def _of_following(what: str, beyond: str) -> list[str]:
    return [f"cutd={what} {beyond}"]
