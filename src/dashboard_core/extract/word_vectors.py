"""spaCy's word vectors in context, computed with fewer and larger steps.

The vectors are those of the pipeline's own ``tok2vec``, from its own weights; only the order of work differs.
A word form is embedded once and then remembered, because the first layer sees nothing but the word itself.
The further layers read a document at a time, which fits the processor's cache, with numpy's matrix product.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import NORM, ORTH, SPACY
from spacy.tokens import Doc
from thinc.types import Ragged

__all__ = ["WordVectors"]

_Floats = npt.NDArray[np.float32]
# Word forms remembered, at some 400 bytes each; a hundred news articles bring about 10,000.
_FORMS_KEPT = 40_000
# Headlines are so short that the steps cost more than the words: these many are read together.
_SHORT = 60
_TOGETHER = 24
_EPSILON = np.float32(1e-8)


class _Layer:
    """One step of the encoder: each word with its two neighbours, the largest of some sums, normalised."""

    def __init__(self, maxout: Any, norm: Any) -> None:
        weights = maxout.get_param("W")
        self.width, self.pieces, inputs = weights.shape
        # Sums that compete stand side by side in the model; apart, their maximum is taken in long runs.
        self.weights: _Floats = np.ascontiguousarray(
            weights.transpose(1, 0, 2).reshape(self.pieces * self.width, inputs).T
        )
        self.bias: _Floats = maxout.get_param("b").T.reshape(-1)
        self.scale: _Floats = norm.get_param("G")
        self.shift: _Floats = norm.get_param("b")

    def add_to(self, words: _Floats) -> _Floats:
        """Return the vectors plus what the layer makes of them and their neighbours."""
        width = self.width
        window: _Floats = np.zeros((len(words), 3 * width), dtype=np.float32)
        window[1:, :width] = words[:-1]
        window[:, width : 2 * width] = words
        window[:-1, 2 * width :] = words[1:]
        sums = window @ self.weights
        sums += self.bias
        best = sums[:, :width]
        for piece in range(1, self.pieces):
            best = np.maximum(best, sums[:, piece * width : (piece + 1) * width])
        best -= best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON
        best *= (1 / np.sqrt(spread))[:, None]
        best *= self.scale
        best += self.shift
        best += words
        return best


class WordVectors:
    """Sets the tensor of documents as the ``tok2vec`` component of a pipeline would."""

    def __init__(self, component: Any) -> None:
        embed, encode = component.model.get_ref("embed"), component.model.get_ref("encode")
        columns, _, features, mix, _ = embed.layers
        self._columns = columns.attrs["columns"]
        self._features, self._mix = features, mix
        self._layers = [
            _Layer(*(next(n for n in layer.walk() if n.name == name) for name in ("maxout", "layernorm")))
            for layer in encode.layers[0].layers
        ]
        self._pad: int = encode.attrs["pad"]
        self._places: dict[tuple[int, ...], int] = {}
        self._known: _Floats = np.zeros((0, self._layers[0].width), dtype=np.float32)

    def annotate(self, docs: Iterable[Doc]) -> None:
        """Set ``tensor`` of each document: one row for each token."""
        short: list[Doc] = []
        for doc in docs:
            if len(doc) > _SHORT:
                self._annotate([doc])
            elif len(doc):
                short.append(doc)
        for start in range(0, len(short), _TOGETHER):
            self._annotate(short[start : start + _TOGETHER])

    def _annotate(self, docs: Sequence[Doc]) -> None:
        """Set the tensors of documents that are read in one go, each with room to the next."""
        pad = self._pad
        starts = list(accumulate((len(doc) + pad for doc in docs), initial=pad))
        words: _Floats = np.zeros((starts[-1], self._layers[0].width), dtype=np.float32)
        for doc, start in zip(docs, starts, strict=False):
            words[start : start + len(doc)] = self._embed(doc)
        for layer in self._layers:
            words = layer.add_to(words)
        for doc, start in zip(docs, starts, strict=False):
            tensor: Any = words[start : start + len(doc)]
            doc.tensor = tensor

    def _embed(self, doc: Doc) -> _Floats:
        keys = list(map(tuple, doc.to_array([ORTH, NORM, SPACY]).tolist()))
        places = self._places
        unknown = {key: at for at, key in enumerate(keys) if key not in places}
        if unknown:
            if len(places) + len(unknown) > _FORMS_KEPT:
                places.clear()
                self._known = self._known[:0]
                unknown = {key: at for at, key in enumerate(keys)}
            rows: Any = doc.to_array(self._columns)[list(unknown.values())]
            lengths: Any = np.array([len(rows)], dtype="i")
            ragged = Ragged(rows, lengths)
            made = self._mix.predict(self._features.predict(ragged)).data
            start = len(places)
            for number, key in enumerate(unknown, start):
                places[key] = number
            if start + len(made) > len(self._known):
                grown: _Floats = np.empty((2 * (start + len(made)), made.shape[1]), dtype=np.float32)
                grown[:start] = self._known[:start]
                self._known = grown
            self._known[start : start + len(made)] = made
        return self._known[[places[key] for key in keys]]
