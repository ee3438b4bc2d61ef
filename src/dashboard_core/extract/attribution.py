"""Who said what: cue, content and source of each reported statement in a parsed article."""

from __future__ import annotations

from pathlib import Path

from spacy.tokens import Doc

from dashboard_core.extract.attribution_tokens import Tokens
from dashboard_core.extract.cues import load_cues
from dashboard_core.records import Attribution, Span

__all__ = ["AttributionModel"]


class AttributionModel:
    """Finds attributions; rules only until weights are trained."""

    @classmethod
    def load(cls, path: str | Path | None = None) -> AttributionModel:
        """Return the packaged model, or the one at ``path``."""
        return cls()

    def find_attributions(self, doc: Doc) -> list[Attribution]:
        """Return the attributions of one document in reading order, offsets into ``doc.text``."""
        t = Tokens(doc)
        cues = load_cues()
        found: list[Attribution] = []
        for cue in range(t.size):
            if t.pos[cue] != "VERB" or cues.kind(t.lemma[cue]) != "speech":
                continue
            content = _content(t, cue)
            if content:
                found.append(
                    Attribution(tuple(content), Span(t.start[cue], t.end[cue]), _source(t, cue), 0.5)
                )
        return found


def _trim(t: Tokens, first: int, last: int) -> Span | None:
    while first < last and (t.pos[first] == "SPACE" or t.lower[first] in {",", ":", ";", "-", "–", "—"}):
        first += 1
    while last > first and (
        t.pos[last - 1] == "SPACE" or t.lower[last - 1] in {",", ":", ";", "-", "–", "—"}
    ):
        last -= 1
    return Span(t.start[first], t.end[last - 1]) if last > first else None


def _source(t: Tokens, cue: int) -> Span | None:
    at = cue
    for _ in range(3):
        for child in t.children[at]:
            if t.dep[child] in {"nsubj", "csubj"}:
                return Span(t.start[t.left[child]], t.end[t.right[child]])
        if t.dep[at] not in {"conj", "xcomp", "advcl"}:
            break
        at = t.head[at]
    return None


def _content(t: Tokens, cue: int) -> list[Span]:
    first, last = t.sent_spans[t.sent[cue]]
    for child in t.children[cue]:
        if t.dep[child] == "ccomp":
            left, right = t.left[child], t.right[child] + 1
            if left <= cue < right:
                break
            span = _trim(t, left, right)
            return [span] if span else []
    quotes = {t.quote[i] for i in range(first, last) if t.quote[i] >= 0 and t.quote[cue] != t.quote[i]}
    if quotes:
        spans = [_trim(t, *t.quote_spans[q]) for q in sorted(quotes)]
        return [span for span in spans if span]
    for child in t.children[cue]:
        if t.dep[child] in {"ccomp", "parataxis"}:
            span = _trim(t, first, t.left[cue] if t.left[cue] > first else cue)
            return [span] if span else []
    return []
