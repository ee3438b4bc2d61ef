"""What a claim is about: targets of the catalogue, and targets that no list names."""

from __future__ import annotations

import csv
import math
import operator
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from dashboard_core.errors import VocabularyError
from dashboard_core.extract.collecting import collecting_later
from dashboard_core.extract.doc_words import text_of
from dashboard_core.extract.parse import parse
from dashboard_core.extract.target_catalogue import SHORT_NAMES, Catalogue, compile_catalogue, parse_alias
from dashboard_core.extract.target_features import ArticleFeatures, ClaimView, Mention
from dashboard_core.extract.target_mentions import find_mentions
from dashboard_core.extract.target_names import HEAD_KINDS
from dashboard_core.extract.target_phrases import bag_of, stem
from dashboard_core.extract.target_ranker import Candidate, TargetRanker
from dashboard_core.extract.target_words import AGAINST, FOR, HOLDING
from dashboard_core.paths import weights_dir
from dashboard_core.records import Claim, Span, Target, TargetMention, stable_id
from dashboard_core.vocabulary import TARGET_KINDS

__all__ = ["find_targets", "load_targets"]

COLUMNS = ("id", "name", "kind", "aliases", "definition")
# A claim is about its likeliest candidate above _FIRST, and about each further one above _FURTHER.
_FIRST = 0.05
_FURTHER = 0.30
# ... or above this, where it is the object of a verb that takes sides: "fully supports a states agreement".
_SIDED = 0.10
# A wording from elsewhere in the article gives way to one in the claim that is so nearly as likely.
_NEARLY = 0.5
_MOST = 4
# What was learned is whether people who code would use the same words. A claim may well be about a thing that
# they name otherwise, so what no list names counts for more (log odds; docs/targets.md).
_OTHER_WORDS = 1.2
# What the article turns on is asked about too where a claim names something else: one thing, and likely.
_MOST_BACKGROUND = 1
_BACKGROUND = 0.5
_BACKGROUND_WORDED = 0.15
# Besides, so many targets of the list that the claim names.
_MOST_NAMED = 4
# Verbs whose object somebody takes sides on.
_SIDING = FOR | AGAINST | {"accept"}
# Variants of one wording share what speaks for it ("currency plan", "common currency plan"): so much of the
# likelihood of each counts for the others (chosen on the development articles; docs/targets.md).
_VARIANT_SHARE = 0.15
_VARIANTS_FROM = 0.5
_COUNTS = 0.02
# Words that many bodies share.
_SORTS_OF_BODIES = bag_of(
    "union organisation organization council commission committee association community conference group "
    "alliance league forum bank fund court agency office institute party united international world global "
    "nations states treaty cooperation economic security development"
)


# -- the list ------------------------------------------------------------------------------------------------


def load_targets(path: str | Path) -> list[Target]:
    """Return the targets of a list, and every country of the ``countries.csv`` beside it.

    Aliases are separated by ``;``; docs/targets.md describes the patterns they may hold.

    Raises
    ------
    VocabularyError
        The file cannot be read, or lines cannot be used: every such line is named with its number.
    """
    path = Path(path)
    problems: list[str] = []
    targets: list[Target] = []
    ids: dict[str, int] = {}
    names: dict[str, tuple[str, int]] = {}
    remedy = "Mend these lines; seeds/README.md describes the columns."
    try:
        rows = list(_rows(path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise VocabularyError(path, [str(error)], "Save the list as CSV in UTF-8.") from error
    header = rows[0][1] if rows else []
    if missing := [column for column in COLUMNS if column not in header]:
        raise VocabularyError(path, [f"line 1: column missing: {', '.join(missing)}"], remedy)
    for line, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            problems.append(
                f"line {line}: {len(row)} cells instead of {len(header)}; quote cells that hold a comma"
            )
            continue
        cells = {column: cell.strip() for column, cell in zip(header, row, strict=True)}
        target = Target(
            cells["id"], cells["name"], cells["kind"], _aliases(cells["aliases"]), cells["definition"]
        )
        problems.extend(f"line {line}: {problem}" for problem in _check(target, line, ids, names))
        targets.append(target)
    if problems:
        raise VocabularyError(path, problems, remedy)
    known = {target.target_id for target in targets}
    return [*targets, *(c for c in _countries(path.with_name("countries.csv")) if c.target_id not in known)]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        before = 0
        for row in reader:
            yield before + 1, row
            before = reader.line_num


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(alias for part in cell.split(";") if (alias := part.strip()))


def _check(
    target: Target, line: int, ids: dict[str, int], names: dict[str, tuple[str, int]]
) -> Iterator[str]:
    if not target.target_id:
        yield "the id is empty"
    elif target.target_id in ids:
        yield f'the id "{target.target_id}" stands in line {ids[target.target_id]} already'
    ids.setdefault(target.target_id, line)
    if not target.name:
        yield "the name is empty"
    if target.kind not in TARGET_KINDS:
        yield f'the kind "{target.kind}" is none of {", ".join(TARGET_KINDS)}'
    own: set[str] = set()
    for alias in (target.name, *target.aliases):
        key = " ".join(alias.split())
        if not key or key in own:
            continue
        own.add(key)
        if alias is target.name and "{" in alias:
            continue
        try:
            parse_alias(alias)
        except ValueError as error:
            yield f'the alias "{alias}" cannot be read: {error}'
            continue
        other = names.get(key)
        if other is not None and other[0] != target.target_id:
            yield f'"{alias}" names "{other[0]}" of line {other[1]} as well'
        names.setdefault(key, (target.target_id, line))


def _countries(path: Path) -> Iterator[Target]:
    """Yield the countries; their own list reports what is wrong with it, so nothing is checked here."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            name, iso3 = (row.get("name") or "").strip(), (row.get("iso3") or "").strip()
            if not name or not iso3:
                continue
            short = SHORT_NAMES.get(name, name)
            aliases = [name, *_aliases(row.get("aliases") or "")]
            demonyms = [f"adj: {d}" for d in _aliases(row.get("demonyms") or "") if d not in aliases]
            kept = tuple(a for a in dict.fromkeys([*aliases, *demonyms]) if a != short and _readable(a))
            yield Target(iso3, short, "country", kept, "")


def _readable(alias: str) -> bool:
    try:
        parse_alias(alias)
    except ValueError:
        return False
    return True


# -- the claims ----------------------------------------------------------------------------------------------


@cache
def _packaged_ranker() -> TargetRanker:
    return TargetRanker.load(weights_dir("extract") / "targets.npz")


_COMPILED: list[tuple[Sequence[Target], Catalogue]] = []


def _compiled(targets: Sequence[Target]) -> Catalogue:
    """Return the compiled list, kept from the last article: hashing it whole for a cache takes longer."""
    for kept, catalogue in _COMPILED[:]:
        if len(kept) == len(targets) and all(map(operator.is_, kept, targets)):
            return catalogue
    made = compile_catalogue(targets)
    _COMPILED[:] = [(tuple(targets), made)]
    return made


@collecting_later()
def find_targets(
    doc: Doc,
    claims: Sequence[Claim],
    catalogue: Sequence[Target],
    title: str = "",
    *,
    headline: Doc | None = None,
    ranker: TargetRanker | None = None,
) -> list[list[TargetMention]]:
    """Return what each claim is about, most salient first: one list per claim, parallel to ``claims``.

    Parameters
    ----------
    doc : Doc
        The article as parsed by :mod:`dashboard_core.extract.parse`; claims' offsets point into its text.
    claims : Sequence[Claim]
        Claims of this article.
    catalogue : Sequence[Target]
        As :func:`load_targets` returns it.
    title : str
        The headline, when it is not part of the text.
    headline : Doc, optional
        The headline as parsed, where many were parsed together, which takes a fifth of the time.

    Raises
    ------
    ModelError
        The packaged weights are missing or damaged.
    """
    if not claims:
        return []
    ranker = ranker or _packaged_ranker()
    if headline is None:
        headline = next(parse([title]))
    mentions = find_mentions(doc, headline, _compiled(catalogue))
    views = [_view(doc, claim) for claim in claims]
    article = ArticleFeatures(doc, mentions, views, title or text_of(doc)[:120].partition("\n")[0])
    ranked = zip(ranker.rank(article), claims, strict=True)
    chosen = [
        choose([c for c in found if not (_is_only_their_own(c, claim) or _takes_sides_itself(c, claim))])
        for found, claim in ranked
    ]
    names = _collapse(chosen)
    told = [_once_each([_target_mention(c, names) for c in candidates]) for candidates in chosen]
    return [sorted(mentions, key=lambda mention: -mention.salience) for mentions in told]


def _once_each(mentions: Sequence[TargetMention]) -> list[TargetMention]:
    """Return each target once: variants chosen apart may have got one name over the whole article.

    A listed form and a worded one, too, may turn out to be the same thing once all claims are read.
    """
    found: dict[str, TargetMention] = {}
    for mention in mentions:
        target = mention.target.target_id
        kept = found.get(target)
        spans = sorted({*(kept.spans if kept else ()), *mention.spans})
        found[target] = replace(kept or mention, spans=tuple(spans))
    return list(found.values())


def _view(doc: Doc, claim: Claim) -> ClaimView:
    span = doc.char_span(claim.start, claim.end, alignment_mode="expand")
    words = bag_of(f"{claim.speaker.name} {claim.mention}")
    if span is None:
        return ClaimView(0, 0, words, claim.speaker.country)
    return ClaimView(span.start, span.end, words, claim.speaker.country)


def _is_only_their_own(candidate: Candidate, claim: Claim) -> bool:
    """Whether something stands there only to tell who speaks: "said the union's envoy, a doctor of law".

    What they say about it themselves is another thing: then it stands in what they say.
    """
    target = candidate.mention.target
    listed = target is not None and target.origin == "catalogue"
    if not listed and claim.content and candidate.inside:
        told = f"{claim.speaker.name} {claim.mention} {claim.speaker.organisation} {claim.speaker.role}"
        said = any(_is_said(mention, claim) for mention in candidate.inside)
        return not said and not candidate.mention.bag.isdisjoint(bag_of(told))
    if target is None or target.kind != "organisation" or not claim.content:
        return False
    if candidate.inside:
        return not any(_is_said(mention, claim) for mention in candidate.inside)
    speaker = claim.speaker
    return bag_of(target.name) <= bag_of(f"{claim.mention} {speaker.organisation} {speaker.role}")


def _is_said(mention: Mention, claim: Claim) -> bool:
    return any(mention.start < said.end and mention.end > said.start for said in claim.content)


def _takes_sides_itself(candidate: Candidate, claim: Claim) -> bool:
    """Whether the speaker's own body stands there as who holds the view: "The union supports the cut"."""
    target = candidate.mention.target
    if target is None or target.kind != "organisation" or not candidate.inside:
        return False
    # What stands before and behind the words themselves introduces the speaker.
    heads = [m.head for m in candidate.inside if _is_said(m, claim)]
    if not all(h is not None and h.dep == "nsubj" and h.governor in HOLDING for h in heads):
        return False
    own = bag_of(f"{claim.mention} {claim.speaker.organisation} {claim.speaker.role}")
    # "European" tells whose commission it is; "union", "council" tell nothing.
    names = [bag_of(name) for name in (target.name, *target.aliases)]
    return any(name <= own or (name & own) - _SORTS_OF_BODIES for name in names)


def choose(
    candidates: Sequence[Candidate], first: float = _FIRST, further: float = _FURTHER
) -> list[Candidate]:
    """Return the candidates worth keeping, each thing once: no "talks" beside "trade talks"."""
    candidates = _together(candidates)
    chosen: list[Candidate] = []
    # Only where the claim itself names nothing is it about what the headline or the sentence before names
    # (ruling 12); else every claim of an article would be about whatever the article is about.
    # But for the one thing that the whole article turns on: "it is too early for that", of an accession.
    spoken_of = any(
        c.inside and c.probability >= (further / 2 if _is_listed(c) else further) for c in candidates
    )
    background = sum(_is_rival(c) and c.probability >= further / 2 for c in candidates)
    for candidate in candidates:
        if len(chosen) == _MOST or candidate.probability < (further if chosen else first):
            break
        nearly = _NEARLY * candidate.probability
        if not (candidate.inside or chosen or _is_listed(candidate)) and any(
            c.inside and c.probability >= nearly for c in candidates
        ):
            continue
        if not candidate.inside and (spoken_of or chosen):
            if not _is_background(candidate) or background >= _MOST_BACKGROUND:
                continue
            background += 1
        if not any(_same_thing(candidate, kept) for kept in chosen):
            chosen.append(candidate)
    for candidate in candidates:
        if len(chosen) >= _MOST or candidate.probability < _SIDED:
            break
        if candidate in chosen or not any(_is_sided(mention) for mention in candidate.inside):
            continue
        if not any(_same_thing(candidate, kept) for kept in chosen):
            chosen.append(candidate)
    # What the list knows and the claim names is asked about as well: that it is only discussed there is
    # for the stance model to say, and "discussed, no position taken" is a finding of its own.
    for candidate in candidates:
        named = [m for m in candidate.inside if not m.resolved]
        if len(chosen) == _MOST + _MOST_NAMED:
            break
        meant = bool(named) or (bool(candidate.inside) and candidate.probability >= further / 2)
        if not _is_listed(candidate) or not meant or candidate in chosen:
            continue
        if not any(_same_thing(candidate, kept) for kept in chosen):
            chosen.append(candidate)
    return chosen


def _together(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates by likelihood once variants of one wording are seen together.

    A body or a country that only the headline names gives way to what variants of one wording, taken
    together, make likelier: "The plan is unrealistic" is about the plan, whoever brought it forward.
    """
    if not candidates:
        return []
    worded = [c for c in candidates if c.mention.target is None and c.probability >= _COUNTS]
    before = {id(c): c.probability for c in candidates}
    top = candidates[0]
    shared = {id(c): _joined(c, worded, before, _VARIANT_SHARE) for c in worded}
    if worded and _is_actor(top) and not top.inside:
        whole = {id(c): _joined(c, worded, before, 1.0) for c in worded}
        best = max(worded, key=lambda c: whole[id(c)])
        if whole[id(best)] >= top.probability:
            lead = max((c for c in worded if _are_variants(c, best)), key=lambda c: c.probability)
            shared[id(lead)] = whole[id(best)]
    return sorted(
        (replace(c, probability=shared.get(id(c), c.probability)) for c in candidates),
        key=lambda c: -c.probability,
    )


def _joined(one: Candidate, worded: Sequence[Candidate], before: dict[int, float], share: float) -> float:
    """Return how likely a wording is, given also its variants."""
    against = 1 - before[id(one)]
    for other in worded:
        if other is not one and _are_variants(one, other):
            against *= 1 - share * before[id(other)]
    return 1 - against


def _are_variants(a: Candidate, b: Candidate) -> bool:
    one, other = a.mention.bag, b.mention.bag
    return len(one & other) / len(one | other) >= _VARIANTS_FROM


def _is_actor(candidate: Candidate) -> bool:
    target = candidate.mention.target
    return target is not None and target.kind in ("organisation", "country")


def _is_sided(mention: Mention) -> bool:
    """Whether a thing stands as the object of a verb by which somebody takes sides on it."""
    head = mention.head
    if head is None or mention.resolved:
        return False
    return head.dep in ("dobj", "nsubjpass") and head.governor in _SIDING


def _is_background(candidate: Candidate) -> bool:
    """Whether a claim may be about this without naming it, beside what it names."""
    if _is_listed(candidate):
        return candidate.probability >= _BACKGROUND
    return candidate.topic and candidate.probability >= _BACKGROUND_WORDED


def _is_rival(candidate: Candidate) -> bool:
    """Whether a claim names this, and it is such a thing as an article turns on: then it is about this."""
    target = candidate.mention.target
    return bool(candidate.inside) and target is not None and target.kind not in ("country", "organisation")


def _is_listed(candidate: Candidate) -> bool:
    """Whether the list or the article itself has a name for this; bodies only where the list has it."""
    target = candidate.mention.target
    if target is None or target.kind == "country":
        return False
    return target.origin == "catalogue" or target.kind != "organisation"


def _same_thing(a: Candidate, b: Candidate) -> bool:
    one, other = a.mention, b.mention
    if one.target is not None and other.target is not None:
        # One template fits a claim once: "Ukraine's EU membership", not the speaker's country's as well.
        pattern = one.target.target_id.partition(":")[0]
        return pattern == other.target.target_id.partition(":")[0]
    shared = len(one.bag & other.bag) / len(one.bag | other.bag)
    same_place = one.token >= 0 and one.token == other.token
    return shared >= 0.4 or same_place or one.bag <= other.bag or one.bag >= other.bag


def _collapse(chosen: Sequence[Sequence[Candidate]]) -> dict[frozenset[str], Target]:
    """Give the variants of one discovered target in an article one name: the one found likeliest over all."""
    totals: dict[frozenset[str], float] = {}
    found: dict[frozenset[str], Candidate] = {}
    for candidates in chosen:
        for c in candidates:
            if c.mention.target is None:
                totals[c.mention.bag] = totals.get(c.mention.bag, 0.0) + c.probability
                found.setdefault(c.mention.bag, c)
    names: dict[frozenset[str], Target] = {}
    leaders: list[frozenset[str]] = []
    for bag in sorted(totals, key=lambda b: (-totals[b], sorted(b))):
        leader = next((one for one in leaders if len(one & bag) / len(one | bag) >= 0.6), None)
        if leader is None:
            leaders.append(bag)
            names[bag] = _discovered(found[bag])
        else:
            names[bag] = names[leader]
    return names


def _discovered(candidate: Candidate) -> Target:
    mention = candidate.mention
    head = stem(mention.head.lemma.lower()) if mention.head is not None else ""
    first = stem(mention.name.split()[0].lower()) if mention.act else ""
    entity = mention.head.entity if mention.head is not None else ""
    kind = HEAD_KINDS.get(first) or HEAD_KINDS.get(head) or ("organisation" if entity == "ORG" else "policy")
    if mention.act and first not in HEAD_KINDS:
        kind = "policy"
    name = re.sub(r"^(?:Mr|Mrs|Ms|Dr)\.? ", "", mention.name)
    return Target(stable_id("t", *sorted(mention.bag)), name, kind, (), "", "discovered")


def _target_mention(candidate: Candidate, names: dict[frozenset[str], Target]) -> TargetMention:
    mention = candidate.mention
    target = mention.target or names[mention.bag]
    inside = [m for m in candidate.inside if not m.resolved] or candidate.inside
    if inside:
        how = "resolved" if all(m.resolved for m in candidate.inside) else "named"
        spans = tuple(sorted({Span(m.start, m.end) for m in candidate.inside}))
    else:
        how = "context"
        spans = (
            (Span(candidate.earlier.start, candidate.earlier.end),) if candidate.earlier is not None else ()
        )
    return TargetMention(target, spans, how, round(_salience(candidate.probability, target), 4))


def _salience(probability: float, target: Target) -> float:
    """Return how likely a claim is about a target, whatever people call it."""
    if target.origin == "catalogue":
        return probability
    odds = probability / max(1e-9, 1 - probability) * math.exp(_OTHER_WORDS)
    return odds / (1 + odds)
