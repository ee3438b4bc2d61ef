"""Names that only the article gives, one form for each thing, and what an article turns on."""

from __future__ import annotations

import pytest

from dashboard_core.extract.parse import parse
from dashboard_core.extract.target_catalogue import compile_catalogue
from dashboard_core.extract.target_mentions import find_mentions
from dashboard_core.extract.target_names import own_names
from dashboard_core.extract.targets import find_targets, load_targets
from dashboard_core.paths import seeds_dir
from dashboard_core.records import Target
from target_cases import claim_of


@pytest.fixture(scope="module")
def catalogue() -> list[Target]:
    return load_targets(seeds_dir() / "targets.csv")


@pytest.mark.parametrize(
    ("text", "headline", "names"),
    [
        pytest.param(
            "Ministers praised the Grand Ferry Scheme (GFS). The GFS is late.",
            "",
            {"GFS"},
            id="an acronym that the text itself explains",
        ),
        pytest.param(
            "The town voted for the Clean Harbour Act on Monday.",
            "",
            {"Clean Harbour Act"},
            id="its head says",
        ),
        pytest.param(
            '"This treaty is dead," says Ada Brenning.\n\n"This treaty brings some order," says Tom Vale.',
            "",
            set(),
            id="a word that points is no name",
        ),
        pytest.param(
            "Work on the Velm Orsa canal stopped. Farmers near the Velm Orsa canal are glad.",
            "",
            {"Velm Orsa canal"},
            id="its head stands behind it",
        ),
        pytest.param(
            "Nobody wants Silver Line 3, the mayor said.",
            "Town turns against Silver Line 3",
            {"Silver Line 3"},
            id="the headline has it",
        ),
        pytest.param("Mr Vale met Mr Vale and Mr Vale.", "", set(), id="people are no targets"),
        pytest.param("A Quiet Evening passed.", "", set(), id="capital letters once prove nothing"),
    ],
)
def test_an_article_names_its_own_things(text: str, headline: str, names: set[str]) -> None:
    (doc,) = parse([text])
    assert {t.name for t in own_names(doc, headline, set())} >= names
    if not names:
        assert own_names(doc, headline, set()) == []


def test_both_forms_of_an_explained_name_are_one_target(catalogue: list[Target]) -> None:
    text = (
        "Ministers met to discuss the Grand Ferry Scheme (GFS).\n\n"
        "Ada Brenning condemned the Grand Ferry Scheme as a waste of money.\n\n"
        "Tom Vale praised the GFS and called for more of it."
    )
    (doc,) = parse([text])
    claims = [claim_of(text, p) for p in text.split("\n\n")[1:]]
    one, other = find_targets(doc, claims, catalogue, title="Ferry plan divides ministers")
    assert {m.target.target_id for m in one} & {m.target.target_id for m in other}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("She fears Russia's army.", "Russian army", id="owner becomes adjective"),
        pytest.param(
            "Aggression from Russia must stop.", "Russian aggression", id="so does what it comes from"
        ),
        pytest.param(
            "Norway wants to leave the fishing treaty.",
            "Norwegian withdrawal from fishing treaty",
            id="who acts stands with the verb before",
        ),
        pytest.param("They cut defense spending.", "defence spending", id="one spelling"),
        pytest.param(
            "Hungary should assist Malta.", "assistance to Malta", id="act with its own preposition"
        ),
    ],
)
def test_countries_and_spellings_have_one_form(text: str, name: str, catalogue: list[Target]) -> None:
    (doc,) = parse([text])
    (headline,) = parse([""])
    assert name in {m.name for m in find_mentions(doc, headline, compile_catalogue(catalogue))}


BACKGROUND = (
    "Norvik council will vote on the Clean Harbour Act next week. The Clean Harbour Act bans old ferries.\n\n"
    "Mira Osk told the paper that it was far too early and that the firms needed time.\n\n"
    "Tom Vale praised the Free Ports Treaty with all his heart.\n\n"
    "The Clean Harbour Act has split the town."
)


def test_what_the_article_turns_on_is_asked_where_a_claim_names_no_such_thing(
    catalogue: list[Target],
) -> None:
    (doc,) = parse([BACKGROUND])
    passages = BACKGROUND.split("\n\n")[1:3]
    claims = [claim_of(BACKGROUND, p) for p in passages]
    vague, named = find_targets(doc, claims, catalogue, title="Norvik quarrels over Clean Harbour Act")
    assert {m.target.name: m.how for m in vague}.get("Clean Harbour Act") == "context"
    assert "Clean Harbour Act" not in {m.target.name for m in named}
    assert "Free Ports Treaty" in {m.target.name for m in named}
