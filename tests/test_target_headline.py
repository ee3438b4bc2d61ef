"""What "the plan", "the accord" and bare words mean in an article whose headline names the thing."""

from __future__ import annotations

import pytest

from dashboard_core.extract.parse import parse
from dashboard_core.extract.target_catalogue import compile_catalogue
from dashboard_core.extract.target_mentions import find_mentions
from dashboard_core.extract.targets import find_targets, load_targets
from dashboard_core.paths import seeds_dir
from dashboard_core.records import Claim, Span, Speaker, Target
from target_cases import claim_of

HEADLINE = "WTO weighs common fodder levy plan"
REPORT = (
    "A proposal by Ruritania for a common fodder levy drew mixed reactions at a meeting in Lundhavn.\n\n"
    '"The plan is unrealistic," said Ada Brenning, a farmer.\n\n'
    "Tom Vale hailed the idea.\n\n"
    '"It punishes our coastal communities," said Mira Osk.\n\n'
    "Lev Amsel praised the alliance for its patience."
)


@pytest.fixture(scope="module")
def catalogue() -> list[Target]:
    return load_targets(seeds_dir() / "targets.csv")


def first_target(text: str, passage: str, title: str, catalogue: list[Target]) -> str:
    (doc,) = parse([text])
    (mentions,) = find_targets(doc, [claim_of(text, passage)], catalogue, title=title)
    return mentions[0].target.name if mentions else ""


@pytest.mark.parametrize(
    "passage", ['"The plan is unrealistic," said Ada Brenning, a farmer.', "Tom Vale hailed the idea."]
)
def test_the_plan_of_the_headline_goes_before_the_body_that_weighs_it(
    passage: str, catalogue: list[Target]
) -> None:
    assert first_target(REPORT, passage, HEADLINE, catalogue) == "common fodder levy plan"


@pytest.mark.parametrize(
    ("text", "headline", "word", "meant"),
    [
        pytest.param(
            "Ministers met. We reject the accord.", "Coastal fodder pact splits capitals", "accord",
            "coastal fodder pact", id="the accord is the pact",
        ),
        pytest.param(
            "Ministers met. We reject the draft treaty.", "Plan for a fodder treaty meets resistance", "treaty",
            "fodder treaty", id="a draft is not another treaty",
        ),
        pytest.param(
            "Ministers met. We reject the text.", "Rain falls on fodder fields", "text", "",
            id="no such thing in the headline",
        ),
        pytest.param(
            "NATO met. It ruins our communities.", "NATO meets", "communities", "", id="many are no one body"
        ),
        pytest.param(
            "NATO met. We like this coastal community.", "NATO meets", "community", "", id="another sort of body"
        ),
    ],
)  # fmt: skip
def test_what_a_word_stands_for(
    text: str, headline: str, word: str, meant: str, catalogue: list[Target]
) -> None:
    doc, title = parse([text, headline])
    start = text.rindex(word)
    found = find_mentions(doc, title, compile_catalogue(catalogue))
    names = {m.name.lower() for m in found if m.resolved and m.start == start and m.token >= 0}
    assert names == ({meant} if meant else set())


def test_a_speakers_title_is_no_target(catalogue: list[Target]) -> None:
    said = "The fodder levy must go"
    text = f'"{said}," said Ada Brenning, rector of Lundhavn College and Doctor of Maritime Law.'
    mention = "Ada Brenning, rector of Lundhavn College and Doctor of Maritime Law"
    speaker = Speaker("s", "Ada Brenning", role="rector of Lundhavn College", organisation="Lundhavn College")
    claim = Claim("c", "a", 0, len(text), text, "direct", (Span(1, 1 + len(said)),), "said", mention, speaker)
    (doc,) = parse([text])
    (mentions,) = find_targets(doc, [claim], catalogue, title="")
    assert [m.target.name for m in mentions] == ["fodder levy"]


def test_a_body_that_the_headline_lists_beside_countries_is_not_what_the_article_is_about(
    catalogue: list[Target],
) -> None:
    headline = "Herring quota divides Norway, Iceland and the EU"
    text = (
        "The European Union's plan to cut the herring quota has opened a dispute. The EU will meet them again.\n\n"
        '"We strongly oppose the herring quota," said Ada Brenning.\n\nThe EU wants a rest for the herring quota.'
    )
    (doc,) = parse([text])
    claim = claim_of(text, '"We strongly oppose the herring quota," said Ada Brenning.')
    (mentions,) = find_targets(doc, [claim], catalogue, title=headline)
    assert [m.target.name for m in mentions] == ["herring quota"]


def test_a_pact_that_the_list_knows_is_no_pact_of_two_states(catalogue: list[Target]) -> None:
    headline = "Finland and Hungary at odds over migration pact"
    text = 'The migration pact of the EU starts soon.\n\n"We fully support the pact," said Ada Brenning.'
    (doc,) = parse([text])
    claim = claim_of(text, '"We fully support the pact," said Ada Brenning.')
    (mentions,) = find_targets(doc, [claim], catalogue, title=headline)
    assert [m.target.name for m in mentions] == ["EU migration pact"]


@pytest.mark.parametrize(
    ("text", "name", "meant"),
    [
        ("Borduria will ban LNG exports to Ruritania, she said.", "US LNG exports", False),
        ("Washington will expand LNG exports, she said.", "US LNG exports", True),
        ("The African single market is a dream, she said.", "EU single market", False),
        ("Brussels must protect the single market, she said.", "EU single market", True),
        ("India wants strategic autonomy, she said.", "European defence autonomy", False),
        ("A snap election in Borduria is a mistake, she said.", "early UK election", False),
        ("Borduria should drop its deforestation law, she said.", "EU deforestation law", False),
        ("Steel tariffs would ruin Borduria, she said.", "US steel and aluminum tariffs", False),
    ],
)
def test_common_words_name_the_policy_of_a_state_only_where_it_is_near(
    text: str, name: str, meant: bool, catalogue: list[Target]
) -> None:
    doc, title = parse([text, ""])
    found = find_mentions(doc, title, compile_catalogue(catalogue))
    assert (name in {m.target.name for m in found if m.target is not None}) is meant
