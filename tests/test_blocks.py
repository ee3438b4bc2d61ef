"""Speech blocks: one row per layout, with the reason it is there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard_core.extract.blocks import find_blocks, find_quotes, glue_points, paragraph_spans
from dashboard_core.extract.claims_repeats import repeats

VERBS = frozenset(
    {
        "said",
        "says",
        "added",
        "noted",
        "concluded",
        "expressed",
        "stressed",
        "told",
        "asked",
        "stressing",
        "shared",
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('She said: "We go."', ['"We go."'], id="straight marks, one paragraph"),
        pytest.param(
            "“We go,” she said. “We stay.”", ["“We go,”", "“We stay.”"], id="curly marks, two quotations"
        ),
        pytest.param("«Мы идём», сказал он.", ["«Мы идём»"], id="guillemets"),
        pytest.param(
            "Er sagte: „Wir gehen.“ Dann Stille.", ["„Wir gehen.“"], id="German: closed by the English opener"
        ),
        pytest.param(
            "Hon sade: ”Vi går.” Sedan tyst.", ["”Vi går.”"], id="Swedish: the same mark at both ends"
        ),
        pytest.param(
            "»Wir gehen«, sagte sie.", ["»Wir gehen«"], id="German book style: guillemets point inwards"
        ),
        pytest.param("他说「我们走」。", ["「我们走」"], id="corner brackets"),
        pytest.param(
            "“One matter.\n\n“Another matter.\n\n“A third,” he said.",
            ["“One matter.\n\n“Another matter.\n\n“A third,”"],
            id="opening mark on each paragraph, closing mark on the last",
        ),
        pytest.param(
            '"One matter.\n\nAnother matter.\n\nA third," he said.',
            ['"One matter.\n\nAnother matter.\n\nA third,"'],
            id="opening mark on the first paragraph only",
        ),
        pytest.param(
            '"Never closed.\n\nThe council met on Monday.',
            ['"Never closed.'],
            id="an unclosed quotation ends with its paragraph",
        ),
        pytest.param(
            '"Never closed.\n\nThe council called it "late" again.',
            ['"Never closed.', '"late"'],
            id="no closing mark follows before a new opening one: not carried on",
        ),
        pytest.param(
            'Orlova said "it is open. The gate stays shut. "We wait," she added.',
            ['"it is open. The gate stays shut.', '"We wait,"'],
            id="a forgotten closing mark does not swallow the next quotation",
        ),
        pytest.param(
            'We leave them no choice," he said.\n\nRain fell.',
            ['We leave them no choice,"'],
            id="a lost opening mark: from the start of the paragraph",
        ),
        pytest.param(
            "“He called it ‘a slow start’ twice,” she said.",
            ["“He called it ‘a slow start’ twice,”"],
            id="a quotation inside a quotation is not listed",
        ),
        pytest.param("‘We go,’ said Orlova.", ["‘We go,’"], id="British single marks"),
        pytest.param(
            "The members' rights and the workers’ pay.", [], id="apostrophes are no quotation marks"
        ),
        pytest.param(
            "‘The members’ rights come first,’ said Orlova.",
            ["‘The members’ rights come first,’"],
            id="an apostrophe does not close a single-marked quotation",
        ),
        pytest.param('“Mixed marks," she said.', ['“Mixed marks,"'], id="opened curly, closed straight"),
        pytest.param("", [], id="nothing"),
        pytest.param('"', [], id="a lone mark"),
    ],
)
def test_quotes(text: str, expected: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quotes(text)] == expected


def test_unclosed_quotes_say_so() -> None:
    closed, unclosed = find_quotes('"Shut." Then "open')
    assert closed.closed
    assert not unclosed.closed


@pytest.mark.parametrize(
    ("text", "kinds", "sources"),
    [
        pytest.param(
            "Orlova spoke first.\n- We agree on it.\nIt is high time, Orlova added.\nBeisen was silent.",
            ["dash:- We agree on it.\nIt is high time, Orlova added."],
            ["Orlova"],
            id="a dash block runs through an undashed paragraph to its tail",
        ),
        pytest.param(
            "— We agree on it, said Marat Beisen, head of the centre.",
            ["dash:— We agree on it, said Marat Beisen, head of the centre."],
            ["Marat Beisen"],
            id="verb before the name, with an apposition",
        ),
        pytest.param(
            "- It is high time for it, Orlova expressed her opinion.",
            ["dash:- It is high time for it, Orlova expressed her opinion."],
            ["Orlova"],
            id="the tail may go on after its verb",
        ),
        pytest.param(
            "- It is high time for the pact, Orlova added.Deputy head Marat Beisen noted that it rained.",
            ["dash:- It is high time for the pact, Orlova added."],
            ["Orlova"],
            id="the next speaker follows without a space",
        ),
        pytest.param(
            "- The price is high, stressing it once more, Orlova added.",
            ["dash:- The price is high, stressing it once more, Orlova added."],
            ["Orlova"],
            id="a participle is no tail",
        ),
        pytest.param(
            "- We agree on the whole of the plan today.\n\nBeisen noted that it rained.\n\n- We disagree, he said.",
            ["dash:- We agree on the whole of the plan today.", "dash:- We disagree, he said."],
            ["", "he"],
            id="the lead-in of the next speaker ends a block without a tail",
        ),
        pytest.param(
            "- Nothing will come of the pact this year.\nThe fund is small.\n- It will grow with time, Orlova said.",
            [
                "dash:- Nothing will come of the pact this year.\nThe fund is small.",
                "dash:- It will grow with time, Orlova said.",
            ],
            ["", "Orlova"],
            id="undashed paragraphs between two dashes belong to the first",
        ),
        pytest.param(
            "Bring along:\n- bread\n- two bottles of water\n- a map",
            [],
            [],
            id="a list is no speech",
        ),
        pytest.param(
            "Orlova put it like this:\n\nThe gate stays shut until May.\n\nRain fell.",
            ["led:The gate stays shut until May."],
            [""],
            id="a paragraph after a line that ends in a colon",
        ),
        pytest.param(
            "“The gate stays shut until May.”\n\nNadia Orlova, The Lantern\n\nRain fell.",
            ["signed:“The gate stays shut until May.”\n\nNadia Orlova, The Lantern"],
            ["Nadia Orlova, The Lantern"],
            id="a signature under a quotation",
        ),
        pytest.param(
            "The gate stays shut until May, all of it — Nadia Orlova (@norlova) May 3, 2031",
            ["signed:The gate stays shut until May, all of it — Nadia Orlova (@norlova) May 3, 2031"],
            ["Nadia Orlova"],
            id="an embedded post with its handle",
        ),
        pytest.param(
            "ORLOVA: The gate stays shut.\nBEISEN: We will open it.",
            ["turn:ORLOVA: The gate stays shut.", "turn:BEISEN: We will open it."],
            ["ORLOVA", "BEISEN"],
            id="turns of a transcript",
        ),
    ],
)
def test_blocks(text: str, kinds: list[str], sources: list[str]) -> None:
    found = find_blocks(text, VERBS)
    assert [f"{b.kind}:{text[b.start : b.end]}" for b in found] == kinds
    assert ["" if b.source is None else text[b.source.start : b.source.end] for b in found] == sources


def test_interviewers_turns_are_questions() -> None:
    text = "Q: Will the gate open?\nA: Not before May.\nQ: And then?\nA: We shall see."
    assert [block.question for block in find_blocks(text, VERBS)] == [True, False, True, False]


def test_dashed_questions_are_questions() -> None:
    text = "- Will the gate open before the summer comes?\n- It will not open before May, as I said."
    assert [block.question for block in find_blocks(text, VERBS)] == [True, False]


def test_lead_is_the_paragraph_before() -> None:
    text = "Orlova noted that it was late.\n- We agree on the whole of the plan."
    (block,) = find_blocks(text, VERBS)
    assert block.lead is not None
    assert text[block.lead.start : block.lead.end] == "Orlova noted that it was late."


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = "The council met\non Monday.\nIt rained."
    assert [text[s.start : s.end] for s in paragraph_spans(text)] == [
        "The council met\non Monday.",
        "It rained.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "it is late, Orlova added.Deputy head Marat agreed.",
            ["Deputy"],
            id="no space after the full stop",
        ),
        pytest.param("the U.S.A. and Mr.Beisen", [], id="abbreviations are no sentence ends"),
        pytest.param("see Lantern.Com for more", [], id="an address is no sentence end"),
    ],
)
def test_glue(text: str, expected: list[str]) -> None:
    assert [text[at : at + 6] for at in glue_points(text)] == expected


def test_repeats_need_five_words() -> None:
    text = "“The gate stays shut until May,” she said.\nThe gate stays shut until May.\nStays shut."
    spans = paragraph_spans(text)
    assert repeats(text, spans) == {1}


ALPHABET = "ab Zé.,:?!\n\t\"'“”„«»‹›‘’「」-–—()@Q:A\u200f\u202e\u2028\x00🙂"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=300))
def test_any_text_gives_ordered_spans_inside_it(text: str) -> None:
    quotes = find_quotes(text)
    blocks = find_blocks(text, VERBS)
    for spans in ([(q.start, q.end) for q in quotes], [(b.start, b.end) for b in blocks]):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_megabyte_of_opening_marks_ends_soon() -> None:
    text = ("“ word \n" * 20_000) + ("- a, b said " * 2_000) + '"' * 50_000
    assert len(find_quotes(text)) >= 1
    assert isinstance(find_blocks(text, VERBS), list)
