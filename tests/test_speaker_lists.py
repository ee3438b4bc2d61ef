"""The editable lists: complete, consistent, and refused with every bad line named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard_core.errors import VocabularyError
from dashboard_core.extract.places import country_in_role
from dashboard_core.extract.roles import RoleBook, organisation_of_role
from dashboard_core.extract.speaker_lists import SpeakerLists
from dashboard_core.paths import seeds_dir

FILES = ("countries.csv", "organisations.csv", "roles.csv", "speaker_aliases.csv")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(seeds_dir() / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def book() -> RoleBook:
    return RoleBook(SpeakerLists.load(seeds_dir()))


@pytest.mark.parametrize(
    ("name", "line", "problem"),
    [
        pytest.param("countries.csv", "Xx,Nowhere,,,,,", "not three capital letters", id="country code"),
        pytest.param("countries.csv", "KAZ,Kazakhstan,,,,,", "stands on line", id="country twice"),
        pytest.param("organisations.csv", "Alma Centre,,KAZ,club", "kind 'club'", id="kind of organisation"),
        pytest.param(
            "organisations.csv", "Alma Centre,,ZZZ,ngo", "not in countries.csv", id="unknown country"
        ),
        pytest.param("roles.csv", "grand vizier,vizier,", "tier 'vizier'", id="tier of role"),
        pytest.param("roles.csv", "grand vizier", "1 columns instead of 3", id="missing columns"),
        pytest.param("speaker_aliases.csv", "Bekova,,KGZ,expert", "name is empty", id="alias without a name"),
        pytest.param("speaker_aliases.csv", "Bekova,Aida Bekova,KGZ,boss", "tier 'boss'", id="tier of alias"),
    ],
)
def test_a_bad_line_is_named(seeds: Path, name: str, line: str, problem: str) -> None:
    path = seeds / name
    before = path.read_text(encoding="utf-8")
    path.write_text(before + line + "\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="Unusable lines") as caught:
        SpeakerLists.load(seeds)
    assert f"line {len(before.splitlines()) + 1}" in caught.value.problems[0]
    assert problem in caught.value.problems[0]


def test_all_bad_lines_are_named_at_once(seeds: Path) -> None:
    with (seeds / "roles.csv").open("a", encoding="utf-8") as file:
        file.write("a vizier,x,\na sage,y,\n")
    with pytest.raises(VocabularyError) as caught:
        SpeakerLists.load(seeds)
    assert len(caught.value.problems) == 2


def test_a_missing_list_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"countries\.csv"):
        SpeakerLists.load(tmp_path)


def test_every_country_of_the_standard_is_there() -> None:
    lists = SpeakerLists.load(seeds_dir())
    assert len(lists.countries) == 250
    assert lists.country_name("XKX") == "Kosovo"
    assert lists.country_name("TUR") == "Türkiye"


@pytest.mark.parametrize(
    ("role", "tier"),
    [
        pytest.param("Kazakh president", "head_of_state_or_government", id="president of a country"),
        pytest.param(
            "president of the Lumen Manufacturers Association", "business", id="president of an association"
        ),
        pytest.param(
            "president of the European Council", "official", id="president of an international body"
        ),
        pytest.param(
            "Deputy Chairman of the Cabinet of Ministers", "official", id="deputy head of government"
        ),
        pytest.param(
            "chairman of the Cabinet of Ministers", "head_of_state_or_government", id="head of government"
        ),
        pytest.param("military analyst", "expert", id="a military analyst is no soldier"),
        pytest.param("retired general", "other", id="retired"),
        pytest.param("former ambassador, professor", "academic", id="what he is now counts"),
        pytest.param("former ambassador", "other", id="ex-official"),
        pytest.param(
            "senior researcher at the Academy of Sciences of Uzbekistan",
            "semi_official",
            id="state institute",
        ),
        pytest.param(
            "political scientist, chief specialist of the Department for Reforms",
            "semi_official",
            id="an analyst in a state body",
        ),
        pytest.param("senior fellow at the Alma Institute", "expert", id="think tank"),
        pytest.param("director of the Alma Centre and political scientist", "expert", id="two roles"),
        pytest.param("editor in chief of the Alma Times", "journalist", id="editor"),
        pytest.param("Rep., R-Texas", "legislator", id="party tag"),
        pytest.param("Turkish Foreign Ministry spokesman", "official", id="spokesman of a ministry"),
        pytest.param("vice president of Lumen Corp", "business", id="vice president of a firm"),
        pytest.param("leader of the Alma Party", "other", id="party leader"),
        pytest.param("major economic speech", "", id="no role at all"),
    ],
)
def test_tier_follows_the_codebook(book: RoleBook, role: str, tier: str) -> None:
    of_country = bool(country_in_role(role, book.lists)[0])
    assert book.tier(role, organisation_of_role(role, book), of_country) == tier


@pytest.mark.parametrize(
    ("role", "organisation"),
    [
        pytest.param("adviser for Asia at the Alma Institute", "Alma Institute", id="not the topic"),
        pytest.param(
            "Iranian Foreign Ministry spokesperson", "Iranian Foreign Ministry", id="before the head"
        ),
        pytest.param("EU trade commissioner", "EU", id="only the body"),
        pytest.param("Kazakh political scientist", "", id="none"),
        pytest.param("minister of Kazakhstan", "", id="a country is no organisation"),
    ],
)
def test_organisation_of_a_role(book: RoleBook, role: str, organisation: str) -> None:
    assert organisation_of_role(role, book) == organisation
