"""Who said what: sentences written for this purpose, with invented people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard_core.errors import ArticleFormatError, ModelError
from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.attribution_evaluation import score_attributions
from dashboard_core.extract.attribution_training import (
    AnnotatedArticle,
    GoldAttribution,
    read_attribution_corpus,
    train_attribution,
)
from dashboard_core.extract.parse import parse
from dashboard_core.paths import weights_dir
from dashboard_core.records import Attribution, Span

MODEL = AttributionModel.load()
PACKAGED = weights_dir("extract") / "attribution.npz"


def found_in(text: str) -> list[tuple[str, str, str]]:
    """Return (content, cue, source) as texts, parts of a content joined by ' | '."""
    doc = next(parse([text]))
    return [
        (
            " | ".join(text[s:e] for s, e in a.content),
            text[slice(*a.cue)] if a.cue else "",
            text[slice(*a.source)] if a.source else "",
        )
        for a in MODEL.find_attributions(doc)
    ]


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        pytest.param(
            '"The quota is too low for us," Dana Holt said on Monday.',
            "quota is too low",
            "said",
            "Holt",
            id="quotation first",
        ),
        pytest.param(
            'Dana Holt said on Monday: "The quota is too low for us."',
            "quota is too low",
            "said",
            "Holt",
            id="cue first",
        ),
        pytest.param(
            "Dana Holt said that the quota was too low for her country.",
            "quota was too low",
            "said",
            "Holt",
            id="indirect",
        ),
        pytest.param(
            "The quota is too low for the region, Dana Holt said.",
            "quota is too low",
            "said",
            "Holt",
            id="indirect, cue last",
        ),
        pytest.param(
            "The quota is too low for the region, according to the Harbour Institute.",
            "quota is too low",
            "according",
            "Harbour Institute",
            id="according to, behind",
        ),
        pytest.param(
            "According to the Harbour Institute, the quota is too low for the region.",
            "quota is too low",
            "According",
            "Harbour Institute",
            id="according to, in front",
        ),
        pytest.param(
            "The envoy warned that the union would fail without a court.",
            "union would fail",
            "warned",
            "envoy",
            id="warning",
        ),
        pytest.param(
            "In his opinion, for the coast, the union comes far too early.",
            "the union comes far too early",
            "In his opinion",
            "his",
            id="phrase with a possessive",
        ),
        pytest.param(
            "The union comes, in the rector's view, far too early.",
            "far too early",
            "in the rector's view",
            "the rector",
            id="phrase with a genitive, inside the sentence",
        ),
        pytest.param(
            "Dana Holt believes the union will fail without a court.",
            "union will fail",
            "believes",
            "Holt",
            id="belief",
        ),
    ],
)
def test_content_cue_and_source(text: str, content: str, cue: str, source: str) -> None:
    found = [a for a in found_in(text) if content in a[0]]
    assert found, found_in(text)
    assert (found[0][1], source in found[0][2]) == (cue, True), found


def test_a_split_quotation_is_one_attribution() -> None:
    text = '"The bridge will be built," Dana Holt said. "It will take five years and a loan."'
    assert [a[0] for a in found_in(text)] == [
        '"The bridge will be built," | "It will take five years and a loan."'
    ] or [a[0].replace('"', "").replace(",", "") for a in found_in(text)] == [
        "The bridge will be built | It will take five years and a loan."
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The bridge was built in 1998 and is 400 metres long.", id="narration"),
        pytest.param("Dana Holt was born in a village on the river.", id="a person without a statement"),
        pytest.param("", id="nothing"),
        pytest.param("\n\n\n", id="blank lines"),
    ],
)
def test_nothing_is_attributed(text: str) -> None:
    assert found_in(text) == []


ODD = st.lists(
    st.sampled_from(
        [
            *(
                "he",
                "said",
                "that",
                "Holt",
                "warned",
                "according",
                "to",
                "the",
                "poll",
                "no",
                "will",
                "fail",
                "told",
            ),
            *('"', "“", "”", "«", "»", "'", "‘", "’", ",", ".", ":", ";", "—", "-", "(", ")", "?", "!", "…"),
            *(
                "\n",
                "\n\n",
                "\r\n",
                "\t",
                "\x00",
                "\u200f",
                "\u202e",
                "\u2029",
                "🙂",
                "👩‍👩‍👧",
                "é",
                "الوزير",
                "министр",
            ),
        ]
    ),
    max_size=80,
).map(" ".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ODD)
def test_malformed_text_gives_spans_inside_the_text_that_do_not_overlap(text: str) -> None:
    doc = next(parse([text]))
    taken: set[int] = set()
    for a in MODEL.find_attributions(doc):
        spans = [*a.content, *(span for span in (a.cue, a.source) if span is not None)]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert 0 <= a.confidence <= 1
        for start, end in a.content:
            assert taken.isdisjoint(range(start, end))
            taken.update(range(start, end))


def test_the_same_document_gives_the_same_attributions() -> None:
    text = 'Dana Holt said the union would fail. "We stay," the envoy, Ari Moss, told reporters.'
    assert found_in(text) == found_in(text) != []


def test_packaged_weights_are_small_and_hold_no_code() -> None:
    assert PACKAGED.stat().st_size < 1_000_000
    with np.load(PACKAGED, allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        pytest.param(lambda data: b"", "not a readable", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], "not a readable", id="cut off"),
        pytest.param(lambda data: b"PK" + b"\x00" * 400, "not a readable", id="another file"),
    ],
)
def test_damaged_weights_are_told(tmp_path: Path, damage: object, problem: str) -> None:
    file = tmp_path / "attribution.npz"
    file.write_bytes(damage(PACKAGED.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ModelError, match=problem):
        AttributionModel.load(file)


def test_weights_of_another_format_are_told(tmp_path: Path) -> None:
    file = tmp_path / "attribution.npz"
    np.savez(file, format=np.array([1, 4], dtype=np.int32))
    with pytest.raises(ModelError) as caught:
        AttributionModel.load(file)
    assert len(caught.value.problems) == 5  # the format and each of four scorers


def corpus_line(number: int) -> str:
    content = f"the plan {'x' * (number % 5 + 1)} works"
    text = f"Dana Holt said {content}. The poll ended. A bridge was built in the year {number}."
    gold = {"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 15 + len(content)]]}
    return json.dumps({"id": f"a{number}", "text": text, "gold": [gold]})


CORPUS = "\n".join(corpus_line(number) for number in range(12))


def test_training_gives_the_same_weights_from_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text(CORPUS, "utf-8")
    said: list[str] = []
    one, two = train_attribution(file, progress=said.append), train_attribution([file])
    one.save(tmp_path / "one.npz")
    two.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert said and "12 articles" in said[0]
    doc = next(parse(["Dana Holt said the plan xx works."]))
    assert AttributionModel.load(tmp_path / "one.npz").find_attributions(doc) == one.find_attributions(doc)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param("{", "line 2", id="no JSON"),
        pytest.param('{"id": 1, "text": "a"}', "gold", id="no gold"),
        pytest.param(
            '{"id": 1, "text": "a", "gold": [{"content": [[0, 9]]}]}', "outside", id="offset outside the text"
        ),
    ],
)
def test_a_damaged_corpus_is_told_with_its_lines(tmp_path: Path, line: str, problem: str) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text(CORPUS.splitlines()[0] + "\n" + line, "utf-8")
    with pytest.raises(ArticleFormatError, match=problem):
        read_attribution_corpus(file)


def test_scores_count_content_and_source_apart() -> None:
    text = 'Dana Holt said the plan works. "It fails," Ari Moss warned.'
    gold = (
        GoldAttribution(((0, 9),), ((10, 14),), ((15, 29),)),
        GoldAttribution(((43, 51),), ((52, 58),), ((31, 42),)),
    )
    article = AnnotatedArticle("a", text, gold)
    right = [
        Attribution((Span(15, 29),), Span(10, 14), Span(0, 9), 0.9),
        Attribution((Span(31, 42),), Span(52, 58), Span(0, 9), 0.9),
    ]
    scores = score_attributions([article], [right], resamples=20)
    assert scores.content_f1["all"].value == 100.0
    assert scores.source["all"].value == scores.whole_f1["all"].value == 50.0
    assert scores.whole_f1["direct"].value == 0.0
    assert scores.attributions == 2
