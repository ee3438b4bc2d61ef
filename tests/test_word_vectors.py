"""Word vectors are those of the pipeline's own component."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy

from dashboard_core.extract import word_vectors
from dashboard_core.extract.parse import MODEL
from dashboard_core.extract.word_vectors import WordVectors

TEXTS = [
    "The harbour board of Lindmere won't sign the ferry accord.\n\nDana Holt said: \"We can't.\"",
    "Hi.",
    "",
    "Orlova added: «Не сейчас» 🙂 and   left.",
]


@pytest.fixture(scope="module")
def pipeline() -> Any:
    return spacy.load(MODEL, exclude=["ner", "senter", "attribute_ruler", "lemmatizer"])


def test_same_as_the_component(pipeline: Any) -> None:
    component = pipeline.get_pipe("tok2vec")
    ours = WordVectors(component)
    texts = TEXTS * 2  # the second time every form is remembered
    docs = [pipeline.make_doc(text) for text in texts]
    ours.annotate(docs)  # short ones are read together, and none may see its neighbour
    for text, doc in zip(texts, docs, strict=True):
        expected = component(pipeline.make_doc(text))
        assert len(doc.tensor) == len(expected.tensor)
        assert not len(doc) or np.allclose(doc.tensor, expected.tensor, atol=1e-4)


def test_forms_are_forgotten_before_they_are_too_many(pipeline: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "_FORMS_KEPT", 12)
    component = pipeline.get_pipe("tok2vec")
    ours = WordVectors(component)
    for text in ("The board of Lindmere waits.", "Nobody in Ostrava signed that accord.", TEXTS[0]):
        doc = pipeline.make_doc(text)
        ours.annotate([doc])
        assert np.allclose(doc.tensor, component(pipeline.make_doc(text)).tensor, atol=1e-4)
        assert len(ours._places) <= max(12, len(doc))
