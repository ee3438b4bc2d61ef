"""What the rankers of cues, sources and wholes look at: words, tree and quotation marks around a choice.

Features that hang on the same few facts stand in groups, as in :mod:`.attribution_content`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dashboard_core.extract.attribution_candidates import Part
from dashboard_core.extract.attribution_facts import CueFacts, holds, quote_shape, size_of
from dashboard_core.extract.attribution_ranking import Feature, group
from dashboard_core.extract.attribution_tokens import Tokens

if TYPE_CHECKING:
    from dashboard_core.extract.attribution import Proposal

__all__ = ["cue_features", "source_features", "whole_features"]

_RIVALS: Final = 12
_CLAUSAL: Final = frozenset(["ccomp", "xcomp", "acl", "pcomp", "relcl", "advcl", "conj", "parataxis"])


def _overlap(parts: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    for a, b in parts:
        for c, d in others:
            if a < d and c < b:
                return True
    return False


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


def cue_features(t: Tokens, f: CueFacts) -> list[Feature]:
    """Return the features of a token as the head of a cue."""
    i, deps, lemmas, poses, lower = f.index, t.dep, t.lemma, t.pos, t.lower
    lemma, pos, dep, frame, quoted, kind = f.lemma, poses[i], deps[i], f.frame, f.quoted, f.kind
    subject = _subject_kind(t, f.subject)
    head = t.head[i]
    before = lower[i - 1] if i else "^"
    after = lower[i + 1] if i + 1 < t.size else "$"
    first, last = t.sent_spans[t.sent[i]]
    position = "first" if i - first < 4 else "last" if last - i < 6 else "mid"
    out: list[Feature] = [
        (_of_word, lower[i], lemma, pos, t.tag[i], dep, kind),
        (_of_lemma, lemma, quoted, subject),
        (_of_lemma_frame, lemma, frame),
        (_of_lemma_after, lemma, after),
        (_of_lemma_before, lemma, before),
        (_of_frame, kind, frame, dep, subject),
        (_of_kind, kind, quoted, dep, subject, f.inside, position),
        (_of_neighbours, before, after),
        (_of_after, poses[i + 1] if i + 1 < t.size else "$", pos),
        (_of_head, lemmas[head], poses[head], dep),
        (_of_second_before, lower[i - 2] if i > 1 else "^", before),
        (_of_second_after, after, lower[i + 2] if i + 2 < t.size else "$"),
        (_of_second_part, lemma, poses[i + 2] if i + 2 < t.size else "$"),
    ]
    if f.subject >= 0:
        out.append((_of_subject, lemmas[f.subject], kind))
        if f.subject > i:
            out.append(f"after {kind}")
    for child in t.children[i]:
        cd = deps[child]
        if cd in ("aux", "auxpass", "neg"):
            out.append((_of_auxiliary, lemmas[child], lemma))
        elif cd == "ccomp" or cd == "xcomp":
            mark = has_subject = ""
            for c in t.children[child]:
                if deps[c].startswith("nsubj"):
                    has_subject = "subject"
                elif not mark and c < child and deps[c] in ("mark", "aux"):
                    mark = lower[c]
            out.append((_of_clause_mark, cd, mark, child > i, lemma))
            out.append((_of_clause, cd, lemmas[child], poses[child], kind))
            out.append((_of_clause_subject, cd, bool(has_subject), mark, kind))
        elif cd in ("dobj", "attr", "acomp", "oprd"):
            out.append((_of_object, lemmas[child], cd, lemma))
            out.append((_of_object_part, poses[child], subject, kind, lemma))
            if any(deps[c] == "acl" for c in t.children[child]):
                out.append(f"oacl {lemmas[child]}")
        elif cd == "prep":
            out.append((_of_preposition, lower[child], pos, lemma))
            for inner in t.children[child]:
                out.append((_of_preposed, deps[inner], poses[inner], lemma))
        elif cd in ("prt", "advmod"):
            out.append(f"{cd}={lower[child]}")
            if cd == "prt":
                out.append(f"prtl={lower[child]} {lemma}")
        elif cd in ("acl", "relcl", "poss", "det", "amod", "compound") and pos == "NOUN":
            out.append((_of_noun, cd, kind, lemma, lower[child] if cd == "det" else ""))
    # A cue inside what another cue reports is not annotated on its own: climb to the clause above.
    at, steps = i, 0
    while t.head[at] != at and steps < 6:
        step_dep = deps[at]
        at = t.head[at]
        steps += 1
        if step_dep in _CLAUSAL and poses[at] in ("VERB", "NOUN", "ADJ"):
            out.append((_of_clause_above, step_dep, lemmas[at], kind, at < i))
            if step_dep in ("ccomp", "xcomp"):
                out.append((_of_verb_above, lemmas[at], lemma))
                break
    if t.para[i] == 0:
        out.append(f"headline {pos} {kind}")
    if after == ":":
        out.append(f"colon {kind} {last - i < 4}")
    if lemma == ":":
        _colon(t, i, first, last, out)
    return out


@group
def _of_word(word: str, lemma: str, pos: str, tag: str, dep: str, kind: str) -> list[str]:
    return [
        "l=" + lemma,
        f"lp={lemma} {pos}",
        f"lt={lemma} {tag}",
        f"ld={lemma} {dep}",
        f"k={kind} {pos}",
        f"d={pos} {dep}",
        "tag=" + tag,
        f"w={word}",
        f"suf={pos} {word[-3:]}",
    ]


@group
def _of_lemma(lemma: str, quoted: str, subject: str) -> list[str]:
    return [f"lq={lemma} {quoted}", f"ls={lemma} {subject}"]


@group
def _of_lemma_frame(lemma: str, frame: str) -> list[str]:
    return [f"lf={lemma} {frame}"]


@group
def _of_lemma_after(lemma: str, after: str) -> list[str]:
    return [f"la={lemma} {after}"]


@group
def _of_lemma_before(lemma: str, before: str) -> list[str]:
    return [f"lb={lemma} {before}"]


@group
def _of_frame(kind: str, frame: str, dep: str, subject: str) -> list[str]:
    return [f"kf={kind} {frame}", "f=" + frame, f"fd={dep} {frame}", f"fs={subject} {frame}"]


@group
def _of_kind(kind: str, quoted: str, dep: str, subject: str, inside: bool, position: str) -> list[str]:
    return [
        f"kq={kind} {quoted} {subject}",
        f"kd={kind} {dep} {subject}",
        f"ks={kind} {subject}",
        "q=" + quoted,
        f"qd={quoted} {dep}",
        f"in={inside}",
        f"kin={kind} {inside} {subject}",
        f"pos={position} {kind} {quoted}",
    ]


@group
def _of_neighbours(before: str, after: str) -> list[str]:
    return [f"b={before}", f"a={after}"]


@group
def _of_after(after: str, pos: str) -> list[str]:
    return [f"ap={after} {pos}"]


@group
def _of_head(lemma: str, pos: str, dep: str) -> list[str]:
    return [f"h={lemma} {dep}", f"hp={pos} {dep}"]


@group
def _of_second_before(second: str, before: str) -> list[str]:
    return [f"b2={second} {before}"]


@group
def _of_second_after(after: str, second: str) -> list[str]:
    return [f"a2={after} {second}"]


@group
def _of_second_part(lemma: str, part: str) -> list[str]:
    return [f"a2p={lemma} {part}"]


@group
def _of_subject(subject: str, kind: str) -> list[str]:
    return ["sl=" + subject, f"slk={subject} {kind}"]


@group
def _of_auxiliary(auxiliary: str, lemma: str) -> list[str]:
    return [f"x={auxiliary}", f"xl={auxiliary} {lemma}"]


@group
def _of_clause_mark(dep: str, mark: str, behind: bool, lemma: str) -> list[str]:
    marks = [mark] if mark else []
    return [f"c={dep} {marks} {behind}", f"cl={dep} {marks} {lemma}"]


@group
def _of_clause(dep: str, verb: str, pos: str, kind: str) -> list[str]:
    return [f"cx={dep} {verb}", f"ck={dep} {pos} {kind}"]


@group
def _of_clause_subject(dep: str, has_subject: bool, mark: str, kind: str) -> list[str]:
    return [f"cs={dep} {has_subject} {[mark] if mark else []} {kind}"]


@group
def _of_object(noun: str, dep: str, lemma: str) -> list[str]:
    return [f"o={noun} {dep}", f"ol={noun} {lemma}"]


@group
def _of_object_part(pos: str, subject: str, kind: str, lemma: str) -> list[str]:
    return [f"op={pos} {lemma}", f"so={subject} {pos} {kind}", f"sol={subject} {pos} {lemma}"]


@group
def _of_preposition(word: str, pos: str, lemma: str) -> list[str]:
    return [f"p={word} {pos}", f"pl={word} {lemma}"]


@group
def _of_preposed(dep: str, pos: str, lemma: str) -> list[str]:
    return [f"po={dep} {pos} {lemma}"]


@group
def _of_noun(dep: str, kind: str, lemma: str, determiner: str) -> list[str]:
    return [f"n={dep} {kind}", f"nl={dep} {lemma} {determiner}"]


@group
def _of_clause_above(dep: str, above: str, kind: str, before: bool) -> list[str]:
    return [f"up={dep} {above}", f"upk={dep} {kind} {before}"]


@group
def _of_verb_above(above: str, lemma: str) -> list[str]:
    return [f"under {above} {lemma}"]


def _colon(t: Tokens, i: int, first: int, last: int, out: list[Feature]) -> None:
    out.append(f":before={i - first if i - first < 6 else 'x'} {t.pos[i - 1] if i else ''}")
    out.append(f":para={t.para[i] == 0} {last - i < 3} {t.lower[i - 1] if i else ''}")
    following = i + 1
    while following < t.size and t.pos[following] == "SPACE":
        following += 1
    if following < t.size:
        out.append(f":next={t.pos[following]} {t.is_mark(following)} {t.pos[i - 1] if i else ''}")
        out.append(f":cap={t.text[t.start[following]].isupper()} {i - first < 4} {t.para[i] == 0}")


def source_features(t: Tokens, f: CueFacts, parts: tuple[Part, ...], index: int, path: str) -> list[Feature]:
    """Return the features of a token as the head of the source."""
    i, lemma, kind = f.index, f.lemma, f.kind
    pos, dep = t.pos[index], t.dep[index]
    inside = holds(parts, index)
    side = "b" if index < i else "a"
    content_side = "a" if parts and parts[0][0] > i else "b" if parts and parts[-1][1] <= i else "o"
    distance = size_of(abs(index - i))
    short = t.lower[index] if pos == "PRON" else pos
    return [
        (_of_path, path, lemma, kind, t.pos[i]),
        (_of_path_frame, path, f.frame),
        (_of_path_place, path, short, inside, t.dep[i], f.quoted, content_side, side),
        f"w={t.lemma[index] if pos != 'PROPN' else '#'}",
        (_of_place, inside, t.quote[index] >= 0, f.inside, distance, side, content_side, short),
        (_of_source_word, t.tag[index], dep, t.sent[index] == t.sent[i], short),
        (_of_source_dep, lemma, side, dep),
    ]


@group
def _of_path(path: str, lemma: str, kind: str, pos: str) -> list[str]:
    return ["p=" + path, f"pl={path} {lemma}", f"pk={path} {kind} {pos}"]


@group
def _of_path_frame(path: str, frame: str) -> list[str]:
    return [f"pf={path} {frame}"]


@group
def _of_path_place(
    path: str, short: str, inside: bool, dep: str, quoted: str, content_side: str, side: str
) -> list[str]:
    return [
        f"pp={path} {short}",
        f"pi={path} {inside}",
        f"pd={path} {dep}",
        f"pq={path} {quoted}",
        f"cs={content_side} {side} {path}",
    ]


@group
def _of_place(
    inside: bool, quoted: bool, cue_inside: bool, distance: str, side: str, content_side: str, short: str
) -> list[str]:
    return [
        f"in={inside} {quoted} {cue_inside}",
        f"d={distance} {side} {content_side}",
        f"dp={distance} {side} {short}",
    ]


@group
def _of_source_word(tag: str, dep: str, same_sentence: bool, short: str) -> list[str]:
    return [f"t={tag} {dep}", f"s={same_sentence} {short}"]


@group
def _of_source_dep(lemma: str, side: str, dep: str) -> list[str]:
    return [f"ld={lemma} {side} {dep}"]


def _half(value: float) -> int:
    """Return a score in steps of a half, bounded."""
    return round(2 * max(-4.0, min(7.0, value)))


def whole_features(t: Tokens, proposals: list[Proposal]) -> Iterator[list[Feature]]:
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
            if score > around and holds(parts, i):
                around, around_kind = score, kind
        for rank, choice in enumerate(proposal.choices):
            parts = choice.candidate.parts
            held = shared = -9.0
            held_kind = ""
            for at, score, rival, kind in rivals:
                if score > held and holds(parts, at):
                    held, held_kind = score, kind
                elif score > shared and _overlap(parts, rival):
                    shared = score
            share = round(10 * choice.content_share)
            named = round(10 * choice.source_share)
            within = quote_shape(t, parts)
            main = choice.candidate.made_by[0]
            words = size_of(sum(b - a for a, b in parts))
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
