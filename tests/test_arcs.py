"""Arcs are those of the pipeline's own parser."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from dashboard_core.extract import arcs
from dashboard_core.extract.arcs import Arcs
from dashboard_core.extract.parse import MODEL

PARAGRAPHS = [
    "The harbour board of Lindmere will not sign the ferry accord, Dana Holt said on Monday. It is too early.",
    "A headline without an end",
    "“We wait,” the minister added, “until the bridge that they promised us in spring is built.”",
    "\t",
    "Why?",
]


@pytest.fixture(scope="module")
def pipeline() -> Any:
    return spacy.load(MODEL, exclude=["ner", "senter", "attribute_ruler", "lemmatizer"])


def _prepared(pipeline: Any, text: str) -> Doc:
    doc: Doc = pipeline.get_pipe("tok2vec")(pipeline.make_doc(text))
    for before, token in zip(doc, list(doc)[1:], strict=False):
        if "\n" in before.text and not token.is_space:
            token.is_sent_start = True
    return doc


def _arcs(doc: Doc) -> list[tuple[str, str, int, bool]]:
    return [(token.text, token.dep_, token.head.i, bool(token.is_sent_start)) for token in doc]


@pytest.mark.parametrize("words_at_once", [1, 4_000])
def test_same_as_the_parser(pipeline: Any, monkeypatch: pytest.MonkeyPatch, words_at_once: int) -> None:
    monkeypatch.setattr(arcs, "_WORDS_AT_ONCE", words_at_once)
    parser = pipeline.get_pipe("parser")
    texts = ["\n\n".join(PARAGRAPHS), "", "Hi", " ".join(PARAGRAPHS), "\n\n".join(PARAGRAPHS[::-1])]
    docs = [_prepared(pipeline, text) for text in texts]
    Arcs(parser).annotate(docs)
    assert [_arcs(doc) for doc in docs] == [_arcs(parser(_prepared(pipeline, text))) for text in texts]


def test_a_paragraph_says_nothing_about_the_next_ones_second_word(pipeline: Any) -> None:
    """Read in one go, spaCy may end a sentence after the first word behind a paragraph without a full stop."""
    text = (
        "Nobody wants to flout a harbour ruling…\n\n\n\n“If Hollis and the others sign, we lose the ferry.”"
    )
    doc = _prepared(pipeline, text)
    Arcs(pipeline.get_pipe("parser")).annotate([doc])
    assert [sent.text for sent in doc.sents][-1].startswith("“If Hollis")
