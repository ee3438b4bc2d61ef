"""Mentions become speakers: each row is a sentence of invented people and the reason it is here."""

from __future__ import annotations

import pytest

from dashboard_core.extract.speakers import Cast
from dashboard_core.records import Span
from speaker_cases import lists, parsed, resolve


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        pytest.param(
            "Mayor Dale Holt opened the pier. Holt thanked the crew. His wife, Mira Holt, cut the ribbon. "
            "Holt said the tolls would stay.",
            "Holt",
            "Dale Holt",
            id="of two Holts the one called so before",
        ),
        pytest.param(
            "Mayor Peter Holt and his wife, Maria Holt, came together. Mrs. Holt refused to speak.",
            "Holt",
            "Maria Holt",
            id="Mrs and a surname: the woman of the two",
        ),
        pytest.param(
            "Maria Holt sang. Her husband, Peter Holt, watched. Maria said it was cold.",
            "Maria",
            "Maria Holt",
            id="a given name alone",
        ),
        pytest.param(
            "Owen Pratt liked the plan. His son, Owen Pratt Jr., disliked it.",
            "Owen Pratt Jr.",
            "Owen Pratt Jr.",
            id="father and son are two",
        ),
        pytest.param(
            "Owen Pratt Jr. spoke in the morning. At noon Pratt left.",
            "Pratt",
            "Owen Pratt Jr.",
            id="Jr. is no surname",
        ),
        pytest.param(
            "Kazakh analyst Bolat Serikov spoke first. Later Serikov objected.",
            "Serikov",
            "Bolat Serikov",
            id="a surname is the first full name",
        ),
        pytest.param(
            "Minister Dana Holt met Ray Marsh. “No,” she said.",
            "she",
            "Dana Holt",
            id="a pronoun by gender: the given name tells",
        ),
        pytest.param(
            "Mr. Ray Marsh met Mrs. Dale Holt in Oslo. She refused.",
            "She",
            "Dale Holt",
            id="a pronoun by gender: the courtesy title tells",
        ),
        pytest.param(
            "Political scientist Mira Oren doubts it. “Nobody wants a war,” the expert said.",
            "the expert",
            "Mira Oren",
            id="the expert is the political scientist",
        ),
        pytest.param(
            "Sen. Paul Reyes, D-Vermont, opposed the bill. The Vermont Democrat called it useless.",
            "The Vermont Democrat",
            "Paul Reyes",
            id="state and party name a senator",
        ),
        pytest.param(
            "Estonian Defence Minister Kadri Saar met Finnish President Antti Lehto. The minister agreed.",
            "The minister",
            "Kadri Saar",
            id="the minister is not the president who was named last",
        ),
        pytest.param(
            "A senior diplomat spoke in Vienna. “We wait,” the diplomat said.",
            "the diplomat",
            "senior diplomat",
            id="an unnamed person comes back as the same phrase",
        ),
        pytest.param(
            "Deputy Speaker of the National Assembly Lilit Sarkis made these remarks.",
            "Lilit Sarkis",
            "Lilit Sarkis",
            id="a name directly behind a body",
        ),
        pytest.param(
            "Commerce minister Arjun Bedi Tuesday said no. Bedi left.",
            "Bedi",
            "Arjun Bedi",
            id="a weekday ends a name",
        ),
        pytest.param(
            "Ray Marsh, an ally of President Dana Holt, agreed.",
            "Ray Marsh",
            "Ray Marsh",
            id="not the president he is an ally of",
        ),
        pytest.param(
            "Russia, an ally of President Dana Holt, agreed.",
            "Russia, an ally of President Dana Holt,",
            "Russia",
            id="a country with an apposition speaks itself",
        ),
        pytest.param(
            "Jordan Hale, a farmer, disagreed. Hale left.", "Hale", "Jordan Hale", id="Jordan as a given name"
        ),
        pytest.param(
            "Ms. Ana Ruiz heard Ray Marsh. In her opinion, it is late.",
            "In her opinion",
            "Ana Ruiz",
            id="in her opinion: the pronoun speaks",
        ),
    ],
)
def test_mentions_find_their_person(text: str, mention: str, name: str) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert speaker.name == name


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        pytest.param("Analysts doubt the plan.", "Analysts", id="analysts"),
        pytest.param("Some officials doubt the plan.", "Some officials", id="some officials"),
        pytest.param(
            "Kazakh experts doubt the plan.", "Kazakh experts", id="experts of a country are still nobody"
        ),
        pytest.param("Critics say it is late.", "Critics", id="critics"),
        pytest.param("The West says it is late.", "The West", id="the West"),
        pytest.param("Many people say it is late.", "Many people", id="many people"),
        pytest.param("They say it is late.", "They", id="they without anybody"),
        pytest.param("He says it is late.", "He", id="he without anybody"),
        pytest.param("New Hampshire voters say it is late.", "New Hampshire voters", id="voters"),
        pytest.param("", "", id="an empty text"),
    ],
)
def test_vague_groups_are_nobody(text: str, mention: str) -> None:
    assert resolve(text, mention) is None


@pytest.mark.parametrize(
    ("text", "mention", "country", "evidence"),
    [
        pytest.param(
            "Kazakh analyst Bolat Serikov agreed.",
            "Bolat Serikov",
            "KAZ",
            "role phrase: Kazakh analyst",
            id="demonym in the role",
        ),
        pytest.param(
            "A military analyst from Uzbekistan, Temur Rashid, agreed.",
            "Temur Rashid",
            "UZB",
            "role phrase",
            id="role with a country before a comma",
        ),
        pytest.param(
            "Turkey's Selin Arman disagreed.",
            "Selin Arman",
            "TUR",
            "demonym: Turkey",
            id="the country owns the name",
        ),
        pytest.param(
            "Anna Vos, professor at the University of Amsterdam, agreed.",
            "Anna Vos",
            "NLD",
            "role phrase",
            id="a city in the university's name",
        ),
        pytest.param(
            "The British ambassador to Japan, Jane Moss, agreed.",
            "Jane Moss",
            "GBR",
            "role phrase",
            id="an ambassador speaks for the sending country",
        ),
        pytest.param(
            "The Turkish ambassador to NATO, Selin Arman, agreed.",
            "Selin Arman",
            "TUR",
            "role phrase",
            id="at NATO too",
        ),
        pytest.param(
            "Russia expert Jane Moss agreed.",
            "Jane Moss",
            "",
            "",
            id="an expert on a country is from nowhere said",
        ),
        pytest.param(
            "Jane Moss, special envoy for Afghanistan, agreed.",
            "Jane Moss",
            "",
            "",
            id="an envoy for a country",
        ),
        pytest.param(
            "EU trade commissioner Lena Brandt agreed in Berlin.",
            "Lena Brandt",
            "",
            "",
            id="EU officials have no country",
        ),
        pytest.param(
            "NATO spokeswoman Lena Brandt agreed in Berlin.",
            "Lena Brandt",
            "",
            "",
            id="NATO officials have no country",
        ),
        pytest.param(
            "Afghan-born broker Nadir Omari agreed.", "Nadir Omari", "", "", id="born elsewhere says nothing"
        ),
        pytest.param(
            "Icelandic marine biologist Sigrun Hallvar agreed.",
            "Sigrun Hallvar",
            "ISL",
            "role phrase",
            id="a science by its people",
        ),
        pytest.param(
            "Scottish farmer Ian Moss agreed.", "Ian Moss", "GBR", "role phrase", id="UK nations fold"
        ),
        pytest.param(
            "Rep. Paul Reyes, R-Ga., agreed.", "Paul Reyes", "USA", "role phrase", id="Georgia the state"
        ),
        pytest.param(
            "Georgian Foreign Minister Nino Abashidze agreed.",
            "Nino Abashidze",
            "GEO",
            "role phrase",
            id="Georgia the country",
        ),
        pytest.param(
            "The Georgia governor, Nell Harbour, agreed.",
            "Nell Harbour",
            "USA",
            "role phrase",
            id="an office that the state has",
        ),
        pytest.param(
            "Lena Marsh, a Republican from Georgia, agreed.",
            "Lena Marsh",
            "USA",
            "role phrase",
            id="a party that the state has",
        ),
        pytest.param(
            "Norway's fisheries minister Ina Solvik rejected the cut.",
            "Ina Solvik",
            "NOR",
            "role phrase",
            id="a field in the plural",
        ),
        pytest.param(
            "Georgia's foreign minister, Nino Beridzeli, agreed.",
            "Nino Beridzeli",
            "GEO",
            "role phrase",
            id="an office that the country has",
        ),
        pytest.param(
            "In Georgia, Republicans lost a vote on the new pier in the capital.\n\nMayor Nell Harbour agreed.",
            "Nell Harbour",
            "USA",
            "dateline",
            id="a dateline in the state",
        ),
        pytest.param(
            "In Georgia, Republicans and others from abroad visited Tbilisi for a day.\n\n"
            "Mayor Nino Beridzeli agreed.",
            "Nino Beridzeli",
            "GEO",
            "dateline",
            id="a dateline in the country",
        ),
        pytest.param("Kosovo's minister Arta Hoxha agreed.", "Arta Hoxha", "XKX", "role phrase", id="Kosovo"),
        pytest.param(
            "Sen. Paul Reyes spoke. “No,” said Lena Brandt, a spokeswoman for Reyes.",
            "Lena Brandt",
            "USA",
            "role phrase",
            id="a spokeswoman has the principal's country",
        ),
        pytest.param("Farmer Ian Moss agreed.", "Ian Moss", "", "", id="nothing said, nothing guessed"),
    ],
)
def test_country_rests_on_what_the_text_says(text: str, mention: str, country: str, evidence: str) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert speaker.country == country
    assert speaker.country_evidence.startswith(evidence)
    assert bool(speaker.country) == bool(speaker.country_evidence)


def test_dateline_is_inferred_and_only_for_titles_at_home() -> None:
    text = "TASHKENT (Wire) — The plan was praised by the head of the Registan Centre, Dilnoza Karim."
    text += "\n\nNATO envoy Lena Brandt objected."
    local = resolve(text, "Dilnoza Karim")
    guest = resolve(text, "Lena Brandt")
    assert local is not None and guest is not None
    assert (local.country, local.country_evidence) == ("UZB", "dateline: Tashkent (inferred)")
    assert guest.country == ""


def test_a_minister_abroad_is_not_put_into_the_host_country() -> None:
    text = (
        "OSLO (Wire) — India wants lower tariffs, Trade Minister Arjun Bedi said. India has waited for years."
    )
    speaker = resolve(text, "Arjun Bedi", title="India asks for lower tariffs")
    assert speaker is not None
    assert speaker.country != "NOR"


@pytest.mark.parametrize(
    ("text", "mention", "name", "tier", "country"),
    [
        pytest.param("Moscow rejects the plan.", "Moscow", "Moscow", "official", "RUS", id="capital"),
        pytest.param(
            "The Kremlin rejects the plan.", "The Kremlin", "Kremlin", "official", "RUS", id="seat of power"
        ),
        pytest.param(
            "Brussels rejects the plan.", "Brussels", "Brussels", "official", "", id="Brussels is the EU"
        ),
        pytest.param(
            "The federal government rejects the wall with Mexico.",
            "The federal government",
            "federal government",
            "official",
            "",
            id="whose federal government it is the topic does not say",
        ),
        pytest.param("The US rejects the plan.", "The US", "US", "official", "USA", id="US is no pronoun"),
        pytest.param(
            "The Russian side rejects the plan.",
            "The Russian side",
            "Russian side",
            "official",
            "RUS",
            id="the side of a country",
        ),
        pytest.param(
            "Poland's defence ministry rejects the plan.",
            "Poland's defence ministry",
            "Poland's defence ministry",
            "official",
            "POL",
            id="a ministry is official",
        ),
        pytest.param(
            "NATO rejects the plan.", "NATO", "NATO", "organisation", "", id="an alliance has no country"
        ),
        pytest.param(
            "Amnesty International rejects the plan.",
            "Amnesty International",
            "Amnesty International",
            "organisation",
            "",
            id="an NGO speaking as such",
        ),
        pytest.param(
            "The Ministry of Energy of Kazakhstan spoke. The ministry rejects it.",
            "The ministry",
            "Ministry of Energy of Kazakhstan",
            "official",
            "KAZ",
            id="the ministry is the one named before",
        ),
        pytest.param(
            "Ankara spoke on Friday. It rejects the plan.",
            "It",
            "Ankara",
            "official",
            "TUR",
            id="it is the capital",
        ),
        pytest.param(
            "French President Luc Morel left. His government rejects it.",
            "His government",
            "French government",
            "official",
            "FRA",
            id="his government",
        ),
        pytest.param(
            "A statement from the Estonian government rejects it.",
            "A statement from the Estonian government",
            "Estonian government",
            "official",
            "EST",
            id="a statement speaks for its author",
        ),
        pytest.param(
            "US officials reject the plan.",
            "US officials",
            "US officials",
            "official",
            "USA",
            id="officials of a country",
        ),
    ],
)
def test_institutions_speak(text: str, mention: str, name: str, tier: str, country: str) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert (speaker.name, speaker.tier, speaker.country) == (name, tier, country)


def test_an_organisation_is_read_out_of_the_role() -> None:
    text = 'Deputy Director of the Centre "Alma Tal" Aida Bekova supported this, and Bekova said so.'
    speaker = resolve(text, "Bekova")
    assert speaker is not None
    assert speaker.role == 'Deputy Director of the Centre "Alma Tal"'
    assert speaker.organisation == 'Centre "Alma Tal"'


def test_initials_with_dots_do_not_cut_a_role() -> None:
    text = "Temur Rashid, head of the Heritage Center at the B. Maran University and Doctor of Law, "
    text += "in turn, stated that he agrees."
    speaker = resolve(text, "Temur Rashid")
    assert speaker is not None
    assert speaker.role == "head of the Heritage Center at the B. Maran University and Doctor of Law"
    assert speaker.organisation == "Heritage Center at the B. Maran University"
    assert speaker.tier == "academic"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"Open and never closed, said Dana Holt. "', id="unbalanced quotes"),
        pytest.param("\u200f\u202eDana Holt said no\u202c.", id="right-to-left marks"),
        pytest.param("🙂 Dana Holt 🙂 said 🙂", id="emoji"),
        pytest.param("\n\n \t\n", id="only blanks"),
        pytest.param("Dana Holt, " * 3000, id="no sentence end"),
        pytest.param("THE MINISTRY AND THE HOLT AND " * 2000, id="all capitals"),
        pytest.param("(((" * 500 + "Dana Holt" + ")))" * 500, id="brackets"),
        pytest.param("Дана Холт сказала, что нет.", id="another language"),
    ],
)
def test_odd_texts_neither_fail_nor_hang(text: str) -> None:
    doc = parsed(text)
    cast = Cast.from_doc(doc, lists())
    for start in range(0, min(len(text), 200), 7):
        found = cast.resolve(Span(start, min(len(text), start + 12)))
        assert found is None or found.name


def test_joint_mentions_give_every_speaker() -> None:
    text = "Kyiv and Warsaw reject the plan."
    cast = Cast.from_doc(parsed(text), lists())
    assert [s.country for s in cast.resolve_all(Span(0, 15))] == ["UKR", "POL"]


def test_a_counterpart_holds_the_same_office_in_another_country() -> None:
    text = (
        "German Foreign Minister Max Thal met Polish Foreign Minister Ewa Lis and Polish farmer Jan Wilk. "
        "Thal agreed. His Polish counterpart did not."
    )
    speaker = resolve(text, "His Polish counterpart")
    assert speaker is not None and speaker.name == "Ewa Lis"


def test_the_same_person_has_the_same_id_in_two_articles() -> None:
    one = resolve("Kyrgyz analyst Aida Zhumabekova agreed.", "Aida Zhumabekova")
    other = resolve("Kyrgyz analyst Aida Jumabekova disagreed.", "Aida Jumabekova")
    assert one is not None and other is not None
    assert one.speaker_id == other.speaker_id


def test_unnamed_people_of_two_articles_are_two() -> None:
    one = resolve("A senior diplomat agreed.", "A senior diplomat")
    other = resolve("A senior diplomat disagreed.", "A senior diplomat")
    assert one is not None and other is not None
    assert one.speaker_id != other.speaker_id
