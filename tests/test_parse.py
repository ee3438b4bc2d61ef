"""The parse keeps the text, its paragraphs and its speed, whatever the text is."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard_core.extract.parse import Parser, load_parser, parse

ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("abZ .,!?\"“”‘’«»'-–—:;()[]\n\t\r\x00\u200f\u202b\u2029\u00a0🙂👩‍👩‍👧éшم"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=400,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ODD)
def test_the_text_comes_back_and_every_token_is_described(text: str) -> None:
    doc = next(parse([text]))
    assert doc.text == text
    assert sum(len(sentence) for sentence in doc.sents) == len(doc) if len(doc) else True
    assert all(token.pos_ and token.dep_ and token.lemma_ for token in doc)
    assert all(0 <= ent.start_char < ent.end_char <= len(text) for ent in doc.ents)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        pytest.param(
            "Envoy warns of delay\n\nThe talks go on.", ["Envoy", "The"], id="headline without full stop"
        ),
        pytest.param("First line\nSecond line here", ["First", "Second"], id="single break between lines"),
        pytest.param("The prime\nminister said no.", ["The"], id="wrapped line goes on in lower case"),
        pytest.param("It ended.\nminister said no.", ["It", "minister"], id="a full stop ends the line"),
    ],
)
def test_sentences_end_at_paragraphs(text: str, starts: list[str]) -> None:
    doc = next(parse([text]))
    assert [sentence.text.split()[0] for sentence in doc.sents] == starts


@pytest.mark.parametrize(
    ("text", "label"),
    [
        pytest.param("Kazakhstan will not sign.", "GPE", id="country from the list"),
        pytest.param("The European Union will not sign.", "ORG", id="organisation from the list"),
        pytest.param("Mr. Dana Holt will not sign.", "PERSON", id="title before a name"),
    ],
)
def test_names_have_kinds(text: str, label: str) -> None:
    doc = next(parse([text]))
    assert [ent.label_ for ent in doc.ents] == [label]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 1_000_000, id="one word of a million letters"),
        pytest.param('"' * 100_000, id="quotation marks only"),
        pytest.param("a." * 100_000, id="dots without blanks"),
        pytest.param("http://a.b/" + "c/" * 50_000, id="endless address"),
        pytest.param("\n" * 50_000, id="line breaks only"),
        pytest.param("", id="nothing"),
    ],
)
def test_pathological_texts_end_soon(text: str) -> None:
    started = time.process_time()
    doc = next(parse([text]))
    assert doc.text == text
    assert time.process_time() - started < 20


def test_a_long_text_is_parsed_in_pieces_and_comes_back_whole() -> None:
    text = "\n\n".join(f'Envoy number {n} said: "We will not sign paper {n}."' for n in range(2500))
    doc = next(parse([text]))
    assert doc.text == text and len(text) > 100_000
    assert doc[-1].idx + len(doc[-1]) == len(text)
    assert sum(1 for token in doc if token.lemma_ == "say") == 2500


def test_annotations_equal_those_of_the_steps_they_replace() -> None:
    """Remembered answers are spaCy's own, but for 'there is', where two words decide together."""
    doc = next(parse(["The envoys of Dana Holt have been saying that talks were better and went on."]))
    assert [(token.text, token.pos_, token.lemma_) for token in doc][:8] == [
        ("The", "DET", "the"),
        ("envoys", "NOUN", "envoy"),
        ("of", "ADP", "of"),
        ("Dana", "PROPN", "Dana"),
        ("Holt", "PROPN", "Holt"),
        ("have", "AUX", "have"),
        ("been", "AUX", "be"),
        ("saying", "VERB", "say"),
    ]


def test_an_article_is_read_alike_whatever_was_read_before() -> None:
    """ "there are" makes a verb of "are", in that text alone."""
    text = "They are late, and the ferries are slow."

    def read(*texts: str) -> list[tuple[str, str, str]]:
        *_, last = Parser().parse(texts)
        return [(token.pos_, token.lemma_, str(token.morph)) for token in last]

    assert read("There are ten ferries.", text) == read(text)


def test_the_parser_forgets_words_and_documents_stay_valid() -> None:
    parser = Parser(word_forms_kept=5)
    texts = [f"Delegate Qo{'x' * n}va said the {'y' * n}ing plan failed." for n in range(1, 80)]
    docs = list(parser.parse(texts))
    assert [doc.text for doc in docs] == texts
    assert all(doc[2].text == "said" and doc[2].lemma_ == "say" for doc in docs)
    assert len(parser.nlp.vocab) < len(load_parser().nlp.vocab) + 2000
