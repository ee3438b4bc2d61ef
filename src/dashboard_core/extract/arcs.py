"""spaCy's dependency parse, taken in many short steps side by side.

The arcs are those of the pipeline's own parser, by its own weights and transitions; only the order of work
differs. spaCy goes through a document from its first word to its last and lets go of Python's lock some ten
times at every step, which takes longer than the step. Here the lock is kept, and the paragraphs of many
documents go forward together. Nothing of a paragraph is left on the parser's stack when the next one begins,
and it sees no further than two words: these are put behind each paragraph and forgotten afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, ORTH
from spacy.tokens import Doc

__all__ = ["Arcs"]

_AHEAD = 2
# The parser prepares 4 kB for each word of a batch.
_WORDS_AT_ONCE = 4_000


class Arcs:
    """Sets heads and dependency labels as the ``parser`` component of a pipeline would."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        upper = parser.model.get_ref("upper")
        self._weights = np.ascontiguousarray(upper.get_param("W").T)
        self._bias = upper.get_param("b")

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set heads and labels of documents whose tensors are set; sentence starts already fixed are kept."""
        parts = [_paragraphs(doc) for doc in docs]
        for batch in _batches([part for some in parts for part in some]):
            self._parse([part for part, _ in batch])
        for doc, some in zip(docs, parts, strict=True):
            if some:
                arcs: Any = np.concatenate([part.to_array([HEAD, DEP])[:size] for part, size in some])
                doc.from_array([HEAD, DEP], arcs)

    def _parse(self, parts: Sequence[Doc]) -> None:
        parser = self._parser
        model = parser.model.predict(parts)
        all_states = parser.moves.init_batch(parts)
        states = all_states
        while states:
            seen = model.get_token_ids(states)
            scores = model.state2vec.predict(seen) @ self._weights
            scores += self._bias
            states = parser.transition_states(states, scores)
        parser.set_annotations(parts, all_states)


def _paragraphs(doc: Doc) -> list[tuple[Doc, int]]:
    """Return the parts between fixed sentence starts, with what follows, and each one's own length."""
    if not len(doc):
        return []
    words: Any = doc.to_array(ORTH).tolist()  # a word form by its number is found without its letters
    starts = [0, *np.flatnonzero(doc.to_array("SENT_START") == 1).tolist()]
    if len(starts) > 1 and starts[1] == 0:
        del starts[0]
    found = []
    spaces = [False] * len(words)
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        beyond = end + _AHEAD
        part = Doc(doc.vocab, words=words[start:beyond], spaces=spaces[start:beyond])
        part.tensor = doc.tensor[start:beyond]
        if end < len(words):
            part[end - start].is_sent_start = True
        found.append((part, end - start))
    return found


def _batches(parts: list[tuple[Doc, int]]) -> Iterator[list[tuple[Doc, int]]]:
    """Yield parts of like lengths together, so that few steps are taken for a last long one."""
    batch: list[tuple[Doc, int]] = []
    words = 0
    for part in sorted(parts, key=lambda pair: pair[1], reverse=True):
        if batch and words + len(part[0]) > _WORDS_AT_ONCE:
            yield batch
            batch, words = [], 0
        batch.append(part)
        words += len(part[0])
    if batch:
        yield batch
