"""The cue list is data: what it says is used, and a line that cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard_core.errors import VocabularyError
from dashboard_core.extract.cues import CUE_KINDS, find_phrase, load_cues, read_cues

HEADER = "cue,form,kind,notes\n"


def test_the_list_in_seeds_loads_and_knows_every_kind() -> None:
    cues = load_cues()
    assert {*cues.verbs.values(), *cues.nouns.values(), *cues.adjectives.values()} == set(CUE_KINDS)


@pytest.mark.parametrize(
    ("lemma", "pos", "kind"),
    [
        pytest.param("say", "VERB", "speech", id="the plainest cue"),
        pytest.param("fear", "VERB", "belief", id="a thought"),
        pytest.param("plan", "VERB", "intention", id="a plan is no statement"),
        pytest.param("endorse", "VERB", "support", id="backing somebody"),
        pytest.param("warning", "NOUN", "speech", id="nominal cue"),
        pytest.param("wary", "ADJ", "belief", id="adjective"),
        pytest.param("walk", "VERB", "", id="no cue"),
    ],
)
def test_kind_of_a_cue(lemma: str, pos: str, kind: str) -> None:
    assert load_cues().kind(lemma, pos) == kind


@pytest.mark.parametrize(
    ("words", "length"),
    [
        pytest.param("according to the poll", 2, id="plain phrase"),
        pytest.param("in his opinion , no", 3, id="possessive pronoun"),
        pytest.param("in the rector 's view , no", 5, id="genitive of a noun"),
        pytest.param("in the opinion of the rector", 4, id="longer phrase"),
        pytest.param("in his car", 0, id="no phrase"),
        pytest.param("in", 0, id="text ends"),
    ],
)
def test_phrases(words: str, length: int) -> None:
    assert find_phrase(words.split(), 0, load_cues()) == length


def test_all_unusable_lines_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "cues.csv"
    file.write_text(
        HEADER + "say,verb,speech,\nsay,verb,speech,\nmoo,sound,speech,\nbark,verb,noise,\n,verb,speech,\n"
    )
    with pytest.raises(VocabularyError) as caught:
        read_cues(file)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "line 3",
        "line 4",
        "line 5",
        "line 6",
    ]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    file = tmp_path / "cues.csv"
    file.write_text("word,kind\nsay,speech\n")
    with pytest.raises(VocabularyError, match="no column cue"):
        read_cues(file)
