"""What the three rankers look at, as strings: the words, the tree and the quotation marks around a choice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard_core.extract.attribution_candidates import Candidate, Part, clause_of
from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import CueList

if TYPE_CHECKING:
    from dashboard_core.extract.attribution import Proposal

__all__ = ["CueFacts", "content_features", "cue_facts", "cue_features", "source_features", "whole_features"]

_RIVALS: Final = 12
_STEPS: Final = (1, 2, 3, 5, 8, 12, 18, 27, 40, 70, 120)
_SIZES: Final = tuple(str(bisect_left(_STEPS, count)) for count in range(_STEPS[-1] + 1))


def _size(count: int) -> str:
    """Return a number in a dozen steps, so that 41 and 44 words are one fact."""
    return _SIZES[count] if count <= _STEPS[-1] else "x"


def _holds(parts: tuple[Part, ...], index: int) -> bool:
    """Return whether a token stands in one of the parts; asked a thousand times for each article."""
    for a, b in parts:  # noqa: SIM110  # any() takes three times as long
        if a <= index < b:
            return True
    return False


def _overlap(parts: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    for a, b in parts:
        for c, d in others:
            if a < d and c < b:
                return True
    return False


@dataclass(slots=True)
class CueFacts:
    """What is worth knowing about a cue for the choice of its content and source."""

    index: int
    lemma: str
    kind: str
    frame: str
    subject: int
    clause: Part
    quoted: str
    inside: bool


def _subject_kind(t: Tokens, index: int) -> str:
    if index < 0:
        return "none"
    pos: str = t.pos[index]
    if pos == "PRON":
        word: str = t.lower[index]
        return word if word in _PRONOUNS else "pron"
    if pos == "PROPN":
        return "name"
    if pos == "NOUN":
        return "noun"
    return pos


_PRONOUNS: Final = frozenset(
    ["he", "she", "they", "it", "we", "i", "you", "who", "that", "which", "what", "this"]
)


def cue_facts(t: Tokens, i: int, cues: CueList) -> CueFacts:
    """Return the facts about a possible cue that all three rankers share."""
    subject = -1
    slots = []
    for child in t.children[i]:
        dep = t.dep[child]
        if dep in ("nsubj", "nsubjpass", "csubj"):
            if subject < 0:
                subject = child
            slots.append("S" if dep == "nsubj" else "P")
        elif dep in (
            "ccomp",
            "xcomp",
            "dobj",
            "attr",
            "acomp",
            "oprd",
            "parataxis",
            "acl",
            "relcl",
            "agent",
            "dative",
        ):
            slots.append(dep)
        elif dep == "prep":
            slots.append("prep")
    frame = " ".join(slots)
    clause = clause_of(t, i)
    before = clause[0] - 1
    while before >= 0 and t.lower[before] == ",":
        before -= 1
    after = clause[1]
    while after < t.size and (t.lower[after] in (",", ":", "that") or t.pos[after] == "SPACE"):
        after += 1
    quoted = ("b" if before >= 0 and t.is_mark(before) else "") + (
        "a" if after < t.size and t.is_mark(after) else ""
    )
    pos = t.pos[i]
    kind = cues.kind(t.lemma[i], pos)
    return CueFacts(i, t.lemma[i], kind, frame, subject, clause, quoted, t.quote[i] >= 0)


def _dependents(t: Tokens, i: int) -> Iterator[tuple[int, str, str, str]]:
    """Yield what hangs on a cue, with its label and the features of contents that hold and lack it."""
    for child in t.children[i]:
        dep = t.dep[child]
        if dep in ("punct", "aux", "auxpass", "neg", "prt") or t.pos[child] == "SPACE":
            continue
        name = f"{dep} {t.lower[child]}" if dep in ("prep", "advmod", "mark", "npadvmod") else dep
        yield child, dep, f"dep=True {name} {child > i}", f"dep=False {name} {child > i}"


def cue_features(t: Tokens, f: CueFacts) -> list[str]:
    """Return the features of a token as the head of a cue."""
    i = f.index
    lemma, pos, dep, frame, quoted, kind = f.lemma, t.pos[i], t.dep[i], f.frame, f.quoted, f.kind
    subject = _subject_kind(t, f.subject)
    head = t.head[i]
    before = t.lower[i - 1] if i else "^"
    after = t.lower[i + 1] if i + 1 < t.size else "$"
    first, last = t.sent_spans[t.sent[i]]
    out = [
        "l=" + lemma,
        f"lp={lemma} {pos}",
        f"lt={lemma} {t.tag[i]}",
        f"ld={lemma} {dep}",
        f"lf={lemma} {frame}",
        f"lq={lemma} {quoted}",
        f"ls={lemma} {subject}",
        f"la={lemma} {after}",
        f"lb={lemma} {before}",
        f"k={kind} {pos}",
        f"kf={kind} {frame}",
        f"kq={kind} {quoted} {subject}",
        f"kd={kind} {dep} {subject}",
        f"ks={kind} {subject}",
        "f=" + frame,
        f"fd={dep} {frame}",
        f"fs={subject} {frame}",
        "q=" + quoted,
        f"qd={quoted} {dep}",
        f"d={pos} {dep}",
        "tag=" + t.tag[i],
        f"b={before}",
        f"a={after}",
        f"ap={t.pos[i + 1] if i + 1 < t.size else '$'} {pos}",
        f"h={t.lemma[head]} {dep}",
        f"hp={t.pos[head]} {dep}",
        f"in={f.inside}",
        f"kin={kind} {f.inside} {subject}",
        f"w={t.lower[i]}",
        f"suf={pos} {t.lower[i][-3:]}",
        f"b2={t.lower[i - 2] if i > 1 else '^'} {before}",
        f"a2={after} {t.lower[i + 2] if i + 2 < t.size else '$'}",
        f"a2p={lemma} {t.pos[i + 2] if i + 2 < t.size else '$'}",
    ]
    if f.subject >= 0:
        s = f.subject
        out.append("sl=" + t.lemma[s])
        out.append(f"slk={t.lemma[s]} {kind}")
        if s > i:
            out.append(f"after {kind}")
    for child in t.children[i]:
        cd = t.dep[child]
        if cd in ("aux", "auxpass", "neg"):
            out.append(f"x={t.lemma[child]}")
            out.append(f"xl={t.lemma[child]} {lemma}")
        elif cd == "ccomp" or cd == "xcomp":
            marks = [t.lower[c] for c in t.children[child] if t.dep[c] in ("mark", "aux") and c < child][:1]
            out.append(f"c={cd} {marks} {child > i}")
            out.append(f"cl={cd} {marks} {lemma}")
            out.append(f"cx={cd} {t.lemma[child]}")
            out.append(f"ck={cd} {t.pos[child]} {kind}")
            has_subject = any(t.dep[c].startswith("nsubj") for c in t.children[child])
            out.append(f"cs={cd} {has_subject} {marks} {kind}")
        elif cd in ("dobj", "attr", "acomp", "oprd"):
            out.append(f"o={t.lemma[child]} {cd}")
            out.append(f"ol={t.lemma[child]} {lemma}")
            out.append(f"op={t.pos[child]} {lemma}")
            out.append(f"so={subject} {t.pos[child]} {kind}")
            out.append(f"sol={subject} {t.pos[child]} {lemma}")
            if any(t.dep[c] == "acl" for c in t.children[child]):
                out.append(f"oacl {t.lemma[child]}")
        elif cd == "prep":
            out.append(f"p={t.lower[child]} {pos}")
            out.append(f"pl={t.lower[child]} {lemma}")
            for inner in t.children[child]:
                out.append(f"po={t.dep[inner]} {t.pos[inner]} {lemma}")
        elif cd in ("prt", "advmod"):
            out.append(f"{cd}={t.lower[child]}")
            if cd == "prt":
                out.append(f"prtl={t.lower[child]} {lemma}")
        elif cd in ("acl", "relcl", "poss", "det", "amod", "compound") and pos == "NOUN":
            out.append(f"n={cd} {kind}")
            out.append(f"nl={cd} {lemma} {t.lower[child] if cd == 'det' else ''}")
    # A cue inside what another cue reports is not annotated on its own: climb to the clause above.
    at, steps = i, 0
    while t.head[at] != at and steps < 6:
        step_dep = t.dep[at]
        at = t.head[at]
        steps += 1
        if step_dep in ("ccomp", "xcomp", "acl", "pcomp", "relcl", "advcl", "conj", "parataxis") and t.pos[
            at
        ] in (
            "VERB",
            "NOUN",
            "ADJ",
        ):
            above = t.lemma[at]
            out.append(f"up={step_dep} {above}")
            out.append(f"upk={step_dep} {kind} {at < i}")
            if step_dep in ("ccomp", "xcomp"):
                out.append(f"under {above} {lemma}")
                break
    position = "first" if i - first < 4 else "last" if last - i < 6 else "mid"
    out.append(f"pos={position} {kind} {quoted}")
    if t.para[i] == 0:
        out.append(f"headline {pos} {kind}")
    if after == ":":
        out.append(f"colon {kind} {last - i < 4}")
    if lemma == ":":
        _colon(t, i, first, last, out)
    return out


def _colon(t: Tokens, i: int, first: int, last: int, out: list[str]) -> None:
    out.append(f":before={i - first if i - first < 6 else 'x'} {t.pos[i - 1] if i else ''}")
    out.append(f":para={t.para[i] == 0} {last - i < 3} {t.lower[i - 1] if i else ''}")
    following = i + 1
    while following < t.size and t.pos[following] == "SPACE":
        following += 1
    if following < t.size:
        out.append(f":next={t.pos[following]} {t.is_mark(following)} {t.pos[i - 1] if i else ''}")
        out.append(f":cap={t.text[t.start[following]].isupper()} {i - first < 4} {t.para[i] == 0}")


def content_features(t: Tokens, f: CueFacts, candidates: Iterable[Candidate]) -> Iterator[list[str]]:
    """Yield the features of each content that one cue may have."""
    dependents = list(_dependents(t, f.index))
    for candidate in candidates:
        yield _content_features(t, f, candidate, dependents)


def _content_features(
    t: Tokens, f: CueFacts, c: Candidate, dependents: list[tuple[int, str, str, str]]
) -> list[str]:
    i, kind, lemma = f.index, f.kind, f.lemma
    pos = t.pos[i]
    made_by, parts = c.made_by, c.parts
    start, end = parts[0][0], parts[-1][1]
    first, last = t.sent_spans[t.sent[i]]
    main = made_by[0]
    opens, closes = t.is_mark(start), t.is_mark(end - 1)
    words = sum(b - a for a, b in parts)
    side = "a" if start > i else "b" if end <= i else "o"
    near = t.lower[start - 1] if start else "^"
    beyond = t.lower[end] if end < t.size else "$"
    within = _quote_shape(t, parts)
    gap = start - f.clause[1] if side == "a" else f.clause[0] - end if side == "b" else 0
    to_end = end >= last - 1 or (end < t.size and t.sent[end] != t.sent[end - 1])
    out = [
        "m=" + main,
        f"ml={main} {lemma}",
        f"mk={main} {kind} {pos}",
        f"mf={main} {f.frame}",
        f"mq={main} {f.quoted} {within}",
        f"mq2={main} {f.inside} {t.quote[start] >= 0}",
        f"s={t.lower[start]}",
        f"sm={main} {t.lower[start]}",
        f"sp={t.pos[start]} {t.dep[start]} {side}",
        f"np={near} {t.pos[start]}",
        f"nb={near} {opens}",
        f"e={beyond} {closes}",
        f"et={t.tag[end - 1]} {beyond}",
        f"em={main} {beyond}",
        f"e2={t.lower[end - 1]} {to_end}",
        f"o={opens} {closes} {within} {side}",
        f"oq={within} {f.quoted} {side}",
        f"n={_size(words)} {side} {kind}",
        f"nm={main} {_size(words)}",
        f"parts={len(parts)} {f.quoted} {within}",
        f"g={_size(max(0, gap))} {side}",
        f"gk={_size(max(0, gap))} {side} {kind} {within}",
        f"te={to_end} {main}",
        f"te2={to_end} {side} {kind} {within}",
        f"ssent={start == first} {side}",
        f"dir={side} {pos} {t.dep[i]}",
        f"dirl={side} {lemma}",
    ]
    for name in made_by[1:4]:
        out.append(f"m2={name} {main}")
        out.append(f"m3={name}")
    crossing = t.sent[end - 1] - t.sent[start]
    if crossing:
        out.append(f"cross={min(crossing, 3)} {within} {side}")
        out.append(f"crossm={main} {within}")
    if t.para[start] != t.para[end - 1]:
        out.append(f"paras {main}")
    if f.subject >= 0:
        has = _holds(parts, f.subject)
        out.append(f"subj={has} {main} {kind}")
        out.append(f"subj2={has} {lemma}")
    # A verb with a subject of its own at the root of the content makes a clause; a bare noun is a topic.
    root = -1
    attached = 0
    for k, h in enumerate(t.head[start:end], start):
        if h < start or h >= end:
            if root < 0:
                root = k
            if h != i:
                attached += 1
        elif h == k and root < 0:
            root = k
    root = max(root, start)
    clausal = t.pos[root] in ("VERB", "AUX") and any(t.dep[x].startswith("nsubj") for x in t.children[root])
    out.append(f"r={t.pos[root]} {t.dep[root]} {kind}")
    out.append(f"rl={t.dep[root]} {lemma} {side}")
    out.append(f"rc={clausal} {kind} {side} {pos}")
    out.append(f"rch={t.head[root] == i} {t.dep[root]} {to_end}")
    out.append(f"loose={min(attached, 4)} {side} {within}")
    # Which of the cue's dependents the content takes along: "said [on Monday] <that ...>" leaves one out.
    for child, dep, taken, left_out in dependents:
        if _holds(parts, child):
            out.append(taken)
            out.append(f"depm=True {dep} {main}")
        else:
            out.append(left_out)
            out.append(f"depm=False {dep} {main}")
            if child > i and start < t.left[child] < end:
                out.append(f"split {dep}")
    out.append(f"edge={end - 1 == t.right[i]} {start == t.left[i]} {side} {within}")
    if side == "a":
        cut = end < last and t.pos[end] not in ("PUNCT", "SPACE") and t.head[end] >= start
        out.append(f"cut={cut and t.head[end] < end} {main}")
        out.append(f"cutd={t.dep[end] + t.pos[end] if end < t.size else ''} {beyond}")
        out.append(f"betw={t.words(i + 1, start).lower()[:24] if start - i < 6 else 'far'}")
    elif side == "b":
        out.append(f"betw={' '.join(t.pos[end : f.clause[0]])[:24] if f.clause[0] - end < 5 else 'far'}")
    return out


def _quote_shape(t: Tokens, parts: tuple[Part, ...]) -> str:
    """Return how the content sits in quotation marks: whole, partly, not at all, or cutting one open."""
    start, end = parts[0][0], parts[-1][1]
    quote = t.quote
    inside = [quote[k] >= 0 for a, b in parts for k in (a, b - 1)]
    cuts = ""
    for index in (start, end - 1):
        number = quote[index]
        if number >= 0:
            a, b = t.quote_spans[number]
            if (index == start and a < start) or (index == end - 1 and b > end):
                cuts = "cut"
    if all(inside):
        return "whole" + cuts
    if any(inside):
        return "part" + cuts
    held = any(max(quote[a:b]) >= 0 for a, b in parts)
    return ("holds" if held else "none") + cuts


def source_features(t: Tokens, f: CueFacts, parts: tuple[Part, ...], index: int, path: str) -> list[str]:
    """Return the features of a token as the head of the source."""
    i, lemma, kind = f.index, f.lemma, f.kind
    pos = t.pos[index]
    inside = _holds(parts, index)
    side = "b" if index < i else "a"
    content_side = "a" if parts and parts[0][0] > i else "b" if parts and parts[-1][1] <= i else "o"
    distance = _size(abs(index - i))
    word = t.lower[index]
    short = word if pos == "PRON" else pos
    return [
        "p=" + path,
        f"pl={path} {lemma}",
        f"pk={path} {kind} {t.pos[i]}",
        f"pp={path} {short}",
        f"pf={path} {f.frame}",
        f"pi={path} {inside}",
        f"pd={path} {t.dep[i]}",
        f"pq={path} {f.quoted}",
        f"w={t.lemma[index] if pos != 'PROPN' else '#'}",
        f"in={inside} {t.quote[index] >= 0} {f.inside}",
        f"d={distance} {side} {content_side}",
        f"dp={distance} {side} {short}",
        f"t={t.tag[index]} {t.dep[index]}",
        f"s={t.sent[index] == t.sent[i]} {short}",
        f"cs={content_side} {side} {path}",
        f"ld={lemma} {side} {t.dep[index]}",
    ]


def _half(value: float) -> int:
    """Return a score in steps of a half, bounded."""
    return round(2 * max(-4.0, min(7.0, value)))


def whole_features(t: Tokens, proposals: list[Proposal]) -> Iterator[list[str]]:
    """Yield the features of each choice of each proposal: the earlier scores, and the rival proposals.

    Scores enter as steps, so that a linear model can bend: a cue of middling score is wrong inside a
    quotation and right beside one.
    """
    tops = [(p.facts.index, p.cue_score, p.choices[0].candidate.parts, p.facts.kind) for p in proposals]
    for number, proposal in enumerate(proposals):
        f = proposal.facts
        i = f.index
        cue = _half(proposal.cue_score)
        around = -9.0  # the strongest rival whose content holds this cue
        around_kind = ""
        # Contents are local: a rival stands within a few cues.
        near = range(max(0, number - _RIVALS), min(len(tops), number + _RIVALS + 1))
        rivals = [tops[other] for other in near if other != number]
        for _, score, parts, kind in rivals:
            if score > around and _holds(parts, i):
                around, around_kind = score, kind
        for rank, choice in enumerate(proposal.choices):
            parts = choice.candidate.parts
            held = shared = -9.0
            held_kind = ""
            for at, score, rival, kind in rivals:
                if score > held and _holds(parts, at):
                    held, held_kind = score, kind
                elif score > shared and _overlap(parts, rival):
                    shared = score
            share = round(10 * choice.content_share)
            named = round(10 * choice.source_share)
            within = _quote_shape(t, parts)
            main = choice.candidate.made_by[0]
            words = _size(sum(b - a for a, b in parts))
            s = choice.source
            who = (t.lower[s] if t.pos[s] == "PRON" else t.pos[s]) if s >= 0 else "nobody"
            yield [
                f"c={cue}",
                f"r={rank}",
                f"s={share} {rank}",
                f"n={named}",
                f"cs={cue} {share}",
                f"cn={cue} {named}",
                f"ck={cue} {f.kind} {t.pos[i]}",
                f"cq={cue} {within} {f.inside}",
                f"ci={f.inside} {around > -2}",
                f"a={_half(around)} {cue}",
                f"ak={_half(around)} {around_kind} {f.kind}",
                f"h={_half(held)} {cue}",
                f"hk={_half(held)} {held_kind} {f.kind}",
                f"x={_half(shared)} {cue}",
                f"xs={_half(shared)} {share}",
                f"m={main}",
                f"ms={main} {share}",
                f"mc={main} {cue}",
                f"w={words} {f.kind}",
                f"wc={words} {cue}",
                f"l={f.lemma}",
                f"lm={f.lemma} {main}",
                f"q={within} {f.quoted} {f.kind}",
                f"who={who}",
                f"whoc={who} {cue}",
                f"p={choice.path}",
                f"pn={choice.path} {named}",
                f"fr={f.frame} {main}",
            ]
