"""Claims: short articles, the claims they hold, and why; attributions are given by hand or found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard_core.extract import extract_claims
from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.claims import assemble_claims
from dashboard_core.extract.evaluation import evaluate_claims, same_speaker
from dashboard_core.extract.parse import parse
from dashboard_core.extract.speaker_lists import SpeakerLists
from dashboard_core.paths import seeds_dir
from dashboard_core.read.body import find_body, mask
from dashboard_core.records import Article, Attribution, Claim, Span, Speaker


class NamedCast:
    """Knows the people it is told of, by the last word of a mention; everyone else is nobody."""

    def __init__(self, text: str, people: dict[str, str]) -> None:
        self.text = text
        self.people = people

    def resolve(self, mention: Span) -> Speaker | None:
        words = re.findall(r"\w+", self.text[mention.start : mention.end])
        name = next((self.people[w] for w in reversed(words) if w in self.people), None)
        return None if name is None else Speaker(f"s_{name}", name, tier="official")


PEOPLE = {
    "Orlova": "Nadia Orlova",
    "she": "Nadia Orlova",
    "Beisen": "Marat Beisen",
    "he": "Marat Beisen",
    "minister": "Marat Beisen",
    "Lantern": "The Lantern",
    "Altovia": "Altovia",
    "Corvania": "Corvania",
}


def found(text: str, marked: Sequence[tuple[str, str, str]], title: str = "") -> list[Claim]:
    """The claims of a text in which each (source, cue, content) is an attribution, in order of the text."""
    attributions: list[Attribution] = []
    for source, cue, content in marked:
        spans = []
        for words in (source, cue, content):
            at = text.find(words) if words else -1
            spans.append(Span(at, at + len(words)) if at >= 0 else None)
        assert spans[2] is not None
        attributions.append(Attribution((spans[2],), spans[1], spans[0], 0.9))
    doc = next(parse([text]))
    article = Article("a", title, text)
    return assemble_claims(
        article, doc, (Span(0, len(text)),), attributions, NamedCast(text, PEOPLE), {"the lantern"}
    )


CASES = [
    pytest.param(
        "Rain fell. Orlova welcomed the new ferry law.",
        [("Orlova", "welcomed", "the new ferry law")],
        [("Nadia Orlova", "indirect", "Orlova welcomed the new ferry law.")],
        id="who welcomes a thing has said so",
    ),
    pytest.param(
        "Rain fell. Orlova backed the new ferry law.",
        [("Orlova", "backed", "the new ferry law")],
        [],
        id="who backs a thing may have said nothing",
    ),
    pytest.param(
        "Rain fell. Orlova rejected the fund as useless.",
        [("Orlova", "rejected", "the fund as useless")],
        [("Nadia Orlova", "indirect", "Orlova rejected the fund as useless.")],
        id="a verdict without a verb of speech",
    ),
    pytest.param(
        "Rain fell. Orlova said the gate would open in May.",
        [("Orlova", "said", "the gate would open in May")],
        [("Nadia Orlova", "indirect", "Orlova said the gate would open in May.")],
        id="the attribution clause belongs to the claim, narration before it does not",
    ),
    pytest.param(
        "“We open in May,” Orlova said.\n\n“The wall comes down as well,” she added.",
        [("Orlova", "said", "We open in May"), ("she", "added", "The wall comes down as well")],
        [
            (
                "Nadia Orlova",
                "direct",
                "“We open in May,” Orlova said.\n\n“The wall comes down as well,” she added.",
            )
        ],
        id="two quoted paragraphs of one speaker are one claim",
    ),
    pytest.param(
        "“We open in May,” Orlova said.\n\n“We never open,” Beisen replied.",
        [("Orlova", "said", "We open in May"), ("Beisen", "replied", "We never open")],
        [
            ("Nadia Orlova", "direct", "“We open in May,” Orlova said."),
            ("Marat Beisen", "direct", "“We never open,” Beisen replied."),
        ],
        id="another speaker starts another claim",
    ),
    pytest.param(
        "Orlova said the gate would open in May.\n\nThousands live behind the wall today.\n\nShe was in Altai. Orlova said the wall is old.",
        [("Orlova", "said", "the gate would open in May"), ("Orlova said the wall", "", "the wall is old")],
        [
            ("Nadia Orlova", "indirect", "Orlova said the gate would open in May."),
            ("Nadia Orlova", "indirect", "Orlova said the wall is old."),
        ],
        id="narration between two paragraphs of one speaker parts them",
    ),
    pytest.param(
        "Orlova said it was late. The state would have to pay for the wall. Rain fell.",
        [("Orlova", "said", "it was late")],
        [("Nadia Orlova", "indirect", "Orlova said it was late. The state would have to pay for the wall.")],
        id="indirect speech goes on in the tense of reported speech",
    ),
    pytest.param(
        "Orlova believes the wall is late. Neither town is ready to pay for it.\n\nRain fell.",
        [("Orlova", "believes", "the wall is late")],
        [
            (
                "Nadia Orlova",
                "indirect",
                "Orlova believes the wall is late. Neither town is ready to pay for it.",
            )
        ],
        id="an opinion runs on to the end of its paragraph in the present tense",
    ),
    pytest.param(
        "Orlova believes the wall is late. Workers were sent home on Monday.\n\nRain fell.",
        [("Orlova", "believes", "the wall is late")],
        [("Nadia Orlova", "indirect", "Orlova believes the wall is late.")],
        id="what happened is narration, also behind an opinion",
    ),
    pytest.param(
        "Orlova noted that the gate is old.\n\n“It was built by our grandfathers, stone by stone. It will stand.”",
        [("Orlova", "noted", "the gate is old")],
        [
            (
                "Nadia Orlova",
                "mixed",
                "Orlova noted that the gate is old.\n\n“It was built by our grandfathers, stone by stone. It will stand.”",
            )
        ],
        id="a quotation without any cue belongs to the one who led in to it",
    ),
    pytest.param(
        "Altovia and Corvania called the tariff unfair.",
        [("Altovia and Corvania", "called", "the tariff unfair")],
        [
            ("Altovia", "indirect", "Altovia and Corvania called the tariff unfair."),
            ("Corvania", "indirect", "Altovia and Corvania called the tariff unfair."),
        ],
        id="a joint statement is one claim for each actor",
    ),
    pytest.param(
        "The gate will open in May, Orlova told reporters, according to The Lantern.",
        [
            ("Orlova", "told", "The gate will open in May"),
            ("The Lantern", "according to", "The gate will open in May, Orlova told reporters"),
        ],
        [
            (
                "Nadia Orlova",
                "indirect",
                "The gate will open in May, Orlova told reporters, according to The Lantern.",
            )
        ],
        id="the medium that passes a statement on is not its speaker",
    ),
    pytest.param(
        "Orlova said that Beisen had called the wall a mistake.",
        [
            ("Orlova", "said", "Beisen had called the wall a mistake"),
            ("Beisen", "called", "the wall a mistake"),
        ],
        [("Nadia Orlova", "indirect", "Orlova said that Beisen had called the wall a mistake.")],
        id="who is quoted by another speaker does not speak",
    ),
    pytest.param(
        "Orlova said: “I was told that the wall stays, and I said no.”",
        [
            ("Orlova", "said", "I was told that the wall stays, and I said no."),
            ("I was", "said no", "no"),
        ],
        [("Nadia Orlova", "direct", "Orlova said: “I was told that the wall stays, and I said no.”")],
        id="verbs of speech inside a quotation are the speaker's own words",
    ),
    pytest.param(
        "Orlova has not said whether the gate will open.",
        [("Orlova", "said", "whether the gate will open")],
        [],
        id="what is not said is no statement",
    ),
    pytest.param(
        "What has Orlova said about the gate of Altai?",
        [("Orlova", "said", "about the gate of Altai")],
        [],
        id="a question of the text reports nothing",
    ),
    pytest.param(
        "Orlova wants the gate to open in May.",
        [("Orlova", "wants", "the gate to open in May")],
        [],
        id="a wish is no statement",
    ),
    pytest.param(
        "Analysts say the gate will open in May.",
        [("Analysts", "say", "the gate will open in May")],
        [],
        id="a vague group is nobody",
    ),
    pytest.param(
        "Orlova opened the forum.\n\n- We build the wall with our own hands.\nIt will stand, Orlova added.\n\nRain fell.",
        [("Orlova added", "added", "It will stand")],
        [("Nadia Orlova", "direct", "- We build the wall with our own hands.\nIt will stand, Orlova added.")],
        id="dash-led speech runs through undashed paragraphs to its tail",
    ),
    pytest.param(
        "- It will stand for a hundred years, Orlova added.Deputy head Beisen said it would rain.",
        [("Beisen", "said", "it would rain")],
        [
            ("Nadia Orlova", "direct", "- It will stand for a hundred years, Orlova added."),
            ("Marat Beisen", "indirect", "Deputy head Beisen said it would rain."),
        ],
        id="the next speaker follows without a space",
    ),
    pytest.param(
        "- We build it, Orlova said.\nIt is for our children.\n- It will stand for long, Orlova added.",
        [],
        [
            ("Nadia Orlova", "direct", "- We build it, Orlova said."),
            ("Nadia Orlova", "direct", "It is for our children."),
            ("Nadia Orlova", "direct", "- It will stand for long, Orlova added."),
        ],
        id="an undashed paragraph between two dash blocks of one speaker is hers",
    ),
    pytest.param(
        "ORLOVA: The gate stays shut until May.\nBEISEN: We will open it before the summer.",
        [],
        [],
        id="turns of people nobody knows make no claims",
    ),
    pytest.param(
        "Q: Will the gate open?\n\nOrlova: It will not open before May.\n\nQ: And then?\n\nOrlova: We shall see in May.",
        [],
        [
            ("Nadia Orlova", "direct", "Orlova: It will not open before May."),
            ("Nadia Orlova", "direct", "Orlova: We shall see in May."),
        ],
        id="an interviewer's questions are no claims",
    ),
    pytest.param(
        "Nadia Orlova spoke to us in May.\n\nQ: Beisen said the gate stays shut?\n\nA: It will be open to everybody.",
        [("Beisen", "said", "the gate stays shut")],
        [("Nadia Orlova", "direct", "A: It will be open to everybody.")],
        id="answers are of the person interviewed, and what a question quotes is no claim",
    ),
    pytest.param(
        "Rain fell. Minister Marat Beisen was blunt. “The gate will not be built while I am in office.”",
        [],
        [
            (
                "Marat Beisen",
                "direct",
                "Minister Marat Beisen was blunt. “The gate will not be built while I am in office.”",
            )
        ],
        id="a sentence about a person leads up to what they say",
    ),
    pytest.param(
        "The governor, Nadia Orlova, was sceptical: “A common gate needs money that we do not have yet.”",
        [],
        [
            (
                "Nadia Orlova",
                "direct",
                "The governor, Nadia Orlova, was sceptical: “A common gate needs money that we do not have yet.”",
            )
        ],
        id="with a colon",
    ),
    pytest.param(
        "The gate was sold to Altovia. “The gate will not be built while I am in office.”",
        [],
        [],
        id="a sentence about a thing leads up to nobody's words",
    ),
    pytest.param(
        "“The gate of Altai stays shut until May,” Orlova said.\n\nRain fell on it.\n\n"
        "“The gate of Altai stays shut until May,” — Orlova said.",
        [("Orlova", "said", "The gate of Altai stays shut until May")],
        [("Nadia Orlova", "direct", "“The gate of Altai stays shut until May,” Orlova said.")],
        id="a pull quote that repeats a claim is none",
    ),
    pytest.param(
        "Orlova says gate opens in May\n\nOrlova said the gate would open in May.",
        [("Orlova says", "says", "gate opens in May"), ("Orlova said", "said", "the gate would open in May")],
        [("Nadia Orlova", "indirect", "Orlova said the gate would open in May.")],
        id="the headline is no claim",
    ),
    pytest.param(
        "The forum on “Walls and Gates of the Altai Region” was held by Orlova in May.",
        [],
        [],
        id="the title of an event in quotation marks is no claim",
    ),
]


@pytest.mark.parametrize(("text", "marked", "expected"), CASES)
def test_claims(text: str, marked: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]) -> None:
    claims = found(text, marked, title="Orlova says gate opens in May")
    assert [(c.speaker.name, c.kind, c.text) for c in claims] == expected


def test_offsets_ids_and_content_point_into_the_article() -> None:
    text = "Rain fell. “We open in May,” Orlova said."
    (claim,) = found(text, [("Orlova", "said", "We open in May")])
    assert claim.text == text[claim.start : claim.end]
    assert [text[s.start : s.end] for s in claim.content] == ["We open in May"]
    assert (claim.cue, claim.mention) == ("said", "Orlova")
    assert claim == found(text, [("Orlova", "said", "We open in May")])[0]


# -- the whole path: parser, learned attributions, speakers ------------------------------------------------


@cache
def tools() -> tuple[AttributionModel, SpeakerLists]:
    return AttributionModel.load(), SpeakerLists.load(seeds_dir())


def extracted(text: str, title: str = "", outlet: str = "") -> list[Claim]:
    body = find_body(text)
    doc = next(parse([mask(text, body)]))
    return extract_claims(Article("a", title, text, outlet=outlet), doc, body, *tools())


WHOLE = [
    pytest.param(
        "Trade Minister Nadia Orlova said on Monday that the customs union would collapse. "
        "“We cannot go on like this,” she told reporters in the capital.",
        ["Nadia Orlova"],
        id="he and she go to the one who speaks",
    ),
    pytest.param(
        "According to analyst Marat Beisen, the corridor will not be built before the spring.",
        ["Marat Beisen"],
        id="according to",
    ),
    pytest.param(
        "Experts said that the corridor will never be built. Critics warned that it is expensive.",
        [],
        id="vague groups stay out",
    ),
    pytest.param(
        "Menu\nShare\nSubscribe\n\nTrade Minister Nadia Orlova said that the union would collapse in May.\n\nViews: 120\n",
        ["Nadia Orlova"],
        id="the page around the article stays out",
    ),
]


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_whole_path(text: str, expected: list[str]) -> None:
    assert sorted({claim.speaker.name for claim in extracted(text)}) == expected


PIECES = [
    "Orlova said: ", "“We open", "” she added. ", '"', "\n\n", "\n- ", "Minister Marat Beisen ", "warned that ",
    "the wall stays. ", "According to the expert, ", "Q: ", "A: ", "?", "…", "\u200f", "\u202e", "🙂", "\x00",
    "— Nadia Orlova (@norlova)", "added.Deputy ", "In his opinion, ", "‘it’s", "»", "«", "(", "A" * 400,
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_malformed_text_gives_claims_inside_it(text: str) -> None:
    for claim in extracted(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.text == text[claim.start : claim.end]
        assert claim.content
        assert all(claim.start <= s.start < s.end <= claim.end for s in claim.content)


@pytest.mark.parametrize("text", ["", " \n\n ", "Share\nMenu\n", "\u200f\u202e", "“", "- "])
def test_nothing_in_nothing_out(text: str) -> None:
    assert extracted(text) == []


# -- the figures -------------------------------------------------------------------------------------------


def _gold() -> list[dict[str, Any]]:
    text = "Orlova said it rains in the valley today. Rain fell. Beisen said the sun shines on the hill now."
    return [
        {
            "id": "a",
            "text": text,
            "statements": [
                {"text": text[:41], "speaker": "Nadia Orlova", "country": "ALT", "tier": "official"},
                {"text": text[53:], "speaker": "Marat Beisen", "country": "", "tier": "expert"},
            ],
        }
    ]


def test_figures_of_perfect_claims() -> None:
    claims = pd.DataFrame(
        [
            {
                "article_id": "a",
                "start": 0,
                "end": 41,
                "speaker": "Orlova",
                "country": "ALT",
                "tier": "official",
            },
            {
                "article_id": "a",
                "start": 53,
                "end": 96,
                "speaker": "Marat Beisen",
                "country": "",
                "tier": "other",
            },
        ]
    )
    figures = {figure.name: figure for figure in evaluate_claims(_gold(), claims, draws=20)}
    assert {name: figure.share for name, figure in figures.items()} == {
        "claims_found": 1.0,
        "claim_precision": 1.0,
        "right_speaker": 1.0,
        "country_right": 1.0,
        "country_left_empty": 1.0,
        "tier_right": 0.5,
    }
    assert figures["claims_found"].low == figures["claims_found"].high == 1.0


def test_figures_count_a_wrong_speaker_and_a_spare_claim() -> None:
    claims = pd.DataFrame(
        [
            {"article_id": "a", "start": 0, "end": 41, "speaker": "Marat Beisen", "country": "", "tier": ""},
            {"article_id": "a", "start": 42, "end": 52, "speaker": "Nadia Orlova", "country": "", "tier": ""},
        ]
    )
    figures = {figure.name: (figure.hits, figure.of) for figure in evaluate_claims(_gold(), claims, draws=20)}
    assert figures["claims_found"] == (1, 2)
    assert figures["claim_precision"] == (1, 2)
    assert figures["right_speaker"] == (0, 2)


def test_figures_without_claims() -> None:
    empty = pd.DataFrame(columns=["article_id", "start", "end", "speaker", "country", "tier"])
    figures = {figure.name: figure for figure in evaluate_claims(_gold(), empty, draws=20)}
    assert figures["claims_found"].share == 0.0
    assert figures["claim_precision"].of == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Orlova", "Nadia Orlova", True, id="surname"),
        pytest.param("Président Noémie Ólafs", "Noemie Olafs", True, id="accents"),
        pytest.param("Ministry of Trade", "Trade Ministry of Altovia", True, id="one name within the other"),
        pytest.param("President", "Prime Minister", False, id="titles alone are no name"),
        pytest.param("", "Nadia Orlova", False, id="nobody"),
    ],
)
def test_same_speaker(one: str, other: str, same: bool) -> None:
    assert same_speaker(one, other) is same
