"""Who said what: cue, content and source of each reported statement in a parsed article.

Four linear scorers decide, each over what the one before proposes: is this word a cue, which stretch of text
does it report, whom does it name as the source, and is the whole right. The last one sees all proposals of an
article at once, because reported contents do not overlap: in "Holt said the union fears delay" only one of
"said" and "fears" reports.

References
----------
Newell, Margolin, Ruths (2018): An Attribution Relations Corpus for Political News. LREC. The weights are
learned from this corpus (PolNeAR).
Pareti (2015): Attribution: A Computational Approach. PhD thesis, Edinburgh. Cue, content and source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from spacy.tokens import Doc

from dashboard_core.extract.attribution_candidates import (
    Candidate,
    Part,
    content_candidates,
    cue_candidates,
    source_candidates,
)
from dashboard_core.extract.attribution_features import (
    CueFacts,
    content_features,
    cue_facts,
    cue_features,
    source_features,
    whole_features,
)
from dashboard_core.extract.attribution_phrases import find_phrase_attributions
from dashboard_core.extract.attribution_ranking import LinearScorer, read_weights, write_weights
from dashboard_core.extract.attribution_tokens import Tokens, tokens_of
from dashboard_core.extract.collecting import collecting_later
from dashboard_core.extract.cues import CueList, load_cues
from dashboard_core.paths import weights_dir
from dashboard_core.records import Attribution, Span

__all__ = ["AttributionModel", "Choice", "Proposal", "source_span"]

SCORERS: Final = ("cue", "content", "source", "whole")
# A word less likely than 27 % to be a cue is not looked at further: going down to 7 % finds as much and costs
# half as much time again.
_CUE_FLOOR: Final = -1.0
_CONTENTS_KEPT: Final = 3
_PHRASE_CONFIDENCE: Final = 0.7
_CONTENT_FLOOR: Final = 0.1


@dataclass(slots=True)
class Choice:
    """One content and source for a cue."""

    candidate: Candidate
    content_share: float
    source: int
    path: str
    source_share: float
    score: float = 0.0


@dataclass(slots=True)
class Proposal:
    """A word that may be a cue, with the contents and sources it may have."""

    facts: CueFacts
    cue_score: float
    choices: list[Choice] = field(default_factory=list)


def _shares(scores: list[float]) -> list[float]:
    """Return the scores as shares of one."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


class AttributionModel:
    """Finds attributions in parsed articles.

    Parameters
    ----------
    scorers
        The four linear scorers by name.
    threshold
        Attributions of lower confidence are left out.
    """

    def __init__(self, scorers: dict[str, LinearScorer], threshold: float = 0.5) -> None:
        self.scorers = scorers
        self.threshold = threshold

    @classmethod
    def load(cls, path: str | Path | None = None) -> AttributionModel:
        """Return the packaged model, or the one stored at ``path``.

        Raises
        ------
        ModelError
            The weights are missing, damaged or made for another version.
        """
        scorers, settings = read_weights(path or weights_dir("extract") / "attribution.npz", SCORERS)
        return cls(scorers, settings.get("threshold", 0.5))

    def save(self, path: str | Path) -> None:
        """Write the weights to ``path`` as sparse arrays (.npz)."""
        write_weights(path, self.scorers, {"threshold": self.threshold})

    @collecting_later()
    def find_attributions(self, doc: Doc) -> list[Attribution]:
        """Return the attributions of one document in reading order, offsets into ``doc.text``.

        Contents never overlap. ``cue`` covers the reporting word ("said", "according"), ``source`` the noun
        phrase that names who is reported, None where the text names nobody ("it is believed that ...").

        Examples
        --------
        >>> from dashboard_core.extract.parse import parse
        >>> doc = next(parse(['"The quota is too low," Dana Holt said on Monday.']))
        >>> found = AttributionModel.load().find_attributions(doc)
        >>> [doc.text[s:e] for a in found for s, e in (*a.content, a.cue, a.source)]
        ['The quota is too low', 'said', 'Dana Holt']
        """
        t = tokens_of(doc)
        cues = load_cues()
        proposals = self.propose(t, cues)
        score_wholes(t, proposals, self.scorers["whole"])
        chosen = select_disjoint(proposals, math.log(self.threshold / (1 - self.threshold)), t.size)
        found = [_as_attribution(t, proposal, choice) for proposal, choice in chosen]
        taken = bytearray(t.size)
        for _, choice in chosen:
            for a, b in choice.candidate.parts:
                taken[a:b] = b"\x01" * (b - a)
        for phrase in find_phrase_attributions(t, cues, taken):
            content, (cue, source) = _spans(t, phrase.content), _spans(t, (phrase.cue, phrase.source))
            found.append(Attribution(content, cue, source, _PHRASE_CONFIDENCE))
        return sorted(found, key=lambda attribution: attribution.content[0])

    def propose(self, t: Tokens, cues: CueList) -> list[Proposal]:
        """Return every likely cue with its likeliest contents and their sources, in reading order."""
        cue_scorer, content_scorer = self.scorers["cue"], self.scorers["content"]
        proposals = []
        for index in cue_candidates(t, cues):
            facts = cue_facts(t, index, cues)
            cue_score = cue_scorer.score(cue_features(t, facts))
            if cue_score < _CUE_FLOOR:
                continue
            candidates = content_candidates(t, index)
            if not candidates:
                continue
            shares = _shares([*map(content_scorer.score, content_features(t, facts, candidates))])
            ranked = sorted(
                zip(shares, range(len(shares)), strict=True), key=lambda pair: (-pair[0], pair[1])
            )
            proposal = Proposal(facts, cue_score)
            for rank, (share, number) in enumerate(ranked[:_CONTENTS_KEPT]):
                if rank and share < _CONTENT_FLOOR:
                    break
                proposal.choices.append(self._choose_source(t, facts, candidates[number], share))
            proposals.append(proposal)
        return proposals

    def _choose_source(self, t: Tokens, facts: CueFacts, candidate: Candidate, share: float) -> Choice:
        options = source_candidates(t, facts.index, candidate.parts)
        if not options:
            return Choice(candidate, share, -1, "", 0.0)
        scorer = self.scorers["source"]
        shares = _shares(
            [scorer.score(source_features(t, facts, candidate.parts, *option)) for option in options]
        )
        best = max(range(len(shares)), key=lambda number: (shares[number], -number))
        return Choice(candidate, share, *options[best], shares[best])


def score_wholes(t: Tokens, proposals: list[Proposal], scorer: LinearScorer) -> None:
    """Set the score of each choice from how it stands among all others of the article."""
    for (proposal, number), features in zip(
        [(p, n) for p in proposals for n in range(len(p.choices))], whole_features(t, proposals), strict=True
    ):
        proposal.choices[number].score = scorer.score(features)


def select_disjoint(proposals: list[Proposal], floor: float, size: int) -> list[tuple[Proposal, Choice]]:
    """Return the best choices that do not overlap, one for each cue at most."""
    ranked = sorted(
        (
            (choice.score, number, rank)
            for number, p in enumerate(proposals)
            for rank, choice in enumerate(p.choices)
        ),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    taken = bytearray(size)
    used: set[int] = set()
    chosen = []
    for score, number, rank in ranked:
        if score < floor:
            break
        choice = proposals[number].choices[rank]
        parts = choice.candidate.parts
        if number in used or any(1 in taken[a:b] for a, b in parts):
            continue
        used.add(number)
        for a, b in parts:
            taken[a:b] = b"\x01" * (b - a)
        chosen.append((proposals[number], choice))
    return chosen


def source_span(t: Tokens, head: int, cue: int, parts: tuple[Part, ...]) -> Part:
    """Return the noun phrase of a source's head word, without cue, content and relative clauses."""
    first, last = t.left[head], t.right[head] + 1
    if t.pos[head] == "VERB":
        first, last = head, head + 1
    for child in t.children[head]:
        if (
            t.dep[child] in ("relcl", "acl", "parataxis", "conj")
            and t.left[child] > head
            and t.dep[child] != "conj"
        ):
            last = min(last, t.left[child])
    blocked = [(cue, cue + 1), *parts]
    for a, b in blocked:
        if b <= head:
            first = max(first, b)
        elif a > head:
            last = min(last, a)
    while first < head and (t.pos[first] in ("PUNCT", "SPACE")):
        first += 1
    while last - 1 > head and (
        t.pos[last - 1] in ("PUNCT", "SPACE") and t.lower[last - 1] not in (")", "]", '"', "”")
    ):
        last -= 1
    return (first, last) if first <= head < last else (head, head + 1)


def _spans(t: Tokens, parts: tuple[Part, ...]) -> tuple[Span, ...]:
    return tuple(Span(t.start[a], t.end[b - 1]) for a, b in parts)


def _as_attribution(t: Tokens, proposal: Proposal, choice: Choice) -> Attribution:
    cue = proposal.facts.index
    source = None
    if choice.source >= 0:
        first, last = source_span(t, choice.source, cue, choice.candidate.parts)
        source = Span(t.start[first], t.end[last - 1])
    content = _spans(t, choice.candidate.parts)
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, choice.score))))
    return Attribution(content, Span(t.start[cue], t.end[cue]), source, round(confidence, 4))
