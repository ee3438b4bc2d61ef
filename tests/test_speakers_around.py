"""Bare offices and spokesmen get their country and organisation from the sentences around, or none at all."""

from __future__ import annotations

import pytest

from dashboard_core.extract.places import country_in_name
from dashboard_core.extract.speakers import Cast
from dashboard_core.records import Span
from speaker_cases import lists, parsed, resolve


@pytest.mark.parametrize(
    ("text", "mention", "country"),
    [
        pytest.param(
            "Estonia is still undecided. Deputy minister Kadri Saar told a newspaper that she had doubts.",
            "Kadri Saar",
            "EST",
            id="the sentence before is about the country",
        ),
        pytest.param(
            "Norway hesitates. German Interior Minister Max Thal agreed.\n\nIreland took another view. "
            '"It is too dear," Trade Minister Nora Keane said.',
            "Nora Keane",
            "IRL",
            id="not the speaker before",
        ),
        pytest.param(
            'Peru sounded another note: "We can live with it," Trade Minister Rosa Huaman said.',
            "Rosa Huaman",
            "PER",
            id="a country leads in to the quotation",
        ),
        pytest.param(
            '"Kenya fully supports the fund and offers to host it," Finance Minister Peter Oloo said.',
            "Peter Oloo",
            "KEN",
            id="the country supports in the minister's own words",
        ),
        pytest.param(
            "Latvia will not sign the pact, Foreign Minister Ilze Roze said, calling it a threat to Latvian "
            "sovereignty.",
            "Ilze Roze",
            "LVA",
            id="the country decides, and nobody else is named",
        ),
        pytest.param(
            'Lithuania and Latvia met Russia. "Russia refuses to talk to us," Foreign Minister Ilze Roze said.',
            "Ilze Roze",
            "",
            id="what another country refuses is no view of one's own",
        ),
        pytest.param(
            '"Chile tried it and it failed," said Mexican senator Ana Luz.\n\nMinister Raul Paz agreed.',
            "Raul Paz",
            "",
            id="what a quotation opens with is not what the article says",
        ),
        pytest.param(
            "MANILA - Talks on the missiles ended in Manila. Malaysia has pulled out. “We have other needs,” "
            "Defence Minister Azlan Haroun said by phone.",
            "Azlan Haroun",
            "MYS",
            id="a step says where a country stands, and the venue says nothing",
        ),
        pytest.param(
            "MANILA - Talks on the missiles ended in Manila. Vietnam remains cautious. Colonel Tran Loc agreed.",
            "Tran Loc",
            "VNM",
            id="remains as is",
        ),
        pytest.param(
            "The ministers met for talks on Monday. In Warsaw, Foreign Minister Ewa Lis told reporters no.",
            "Ewa Lis",
            "POL",
            id="said in a capital",
        ),
        pytest.param(
            "The pact came under fire at a meeting of ministers in Geneva.\n\nTrade Minister Ana Luz agreed.",
            "Ana Luz",
            "",
            id="a seat of many bodies gives nobody a country",
        ),
        pytest.param(
            "NAIROBI, Feb 11 (Wire) - A plan for a shared store divided ministers at a conference in Nairobi.\n\n"
            "Health Minister Ana Luz agreed.",
            "Ana Luz",
            "",
            id="nor does a dateline where others meet",
        ),
        pytest.param(
            "Labour Minister Oscar Paz agreed in Lima. Peru has waited long.",
            "Oscar Paz",
            "PER",
            id="a minister of labour is not of the Labour Party",
        ),
    ],
)
def test_an_office_gets_the_country_that_the_sentences_around_are_about(
    text: str, mention: str, country: str
) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert speaker.country == country
    assert bool(speaker.country_evidence) == bool(country)


@pytest.mark.parametrize(
    ("text", "mention", "role", "organisation", "country", "tier"),
    [
        pytest.param(
            "Tonga opposes a pause. Its envoy to the authority, Mele Vaka, said so, and Norway did not.",
            "Mele Vaka",
            "envoy to the authority",
            "",
            "TON",
            "official",
            id="its envoy is the country's",
        ),
        pytest.param(
            "The African Union urged all sides in Khartoum to sign. Its commissioner for water, Joe Mwangi, "
            "called it historic.",
            "Joe Mwangi",
            "commissioner for water",
            "African Union",
            "",
            "official",
            id="its commissioner is the body's, and of no country",
        ),
        pytest.param(
            'Digital rights group Open Gate praised the law. "A step forward," said its director, Tom Wilk.',
            "Tom Wilk",
            "director",
            "Open Gate",
            "",
            "ngo",
            id="a group that the article calls one",
        ),
        pytest.param(
            "UNHCR voiced concern over the law in Athens. “It must not be,” spokesman Dan Achebe said.",
            "Dan Achebe",
            "spokesman",
            "UNHCR",
            "",
            "official",
            id="a bare spokesman speaks for the body before him",
        ),
        pytest.param(
            "The tank would be built by Polar Armour. The company's managing director, Jon Eker, agreed.",
            "Jon Eker",
            "managing director",
            "Polar Armour",
            "",
            "business",
            id="the company is the one just named",
        ),
        pytest.param(
            "Japan's space agency offered a module. Agency vice president Aya Mori called it a milestone.",
            "Aya Mori",
            "Agency vice president",
            "Japan's space agency",
            "JPN",
            "official",
            id="the agency is the one named before",
        ),
        pytest.param(
            "Egypt's Water Minister Karim Saleh refused. His Ethiopian counterpart, Alem Bekele, was pleased.",
            "Alem Bekele",
            "Ethiopian Water Minister",
            "",
            "ETH",
            "official",
            id="a counterpart holds the office of the other",
        ),
        pytest.param(
            "The Society of Net Makers of Peru (SONEMA) met. SONEMA president Luis Chunga called a strike.",
            "Luis Chunga",
            "SONEMA president",
            "Society of Net Makers of Peru",
            "PER",
            "ngo",
            id="an acronym is spelled out, and its president is no head of state",
        ),
        pytest.param(
            "Jon Vik, director of the Marine Institute in Oslo, agreed.",
            "Jon Vik",
            "director of the Marine Institute in Oslo",
            "Marine Institute",
            "NOR",
            "expert",
            id="a town is no part of an organisation",
        ),
        pytest.param(
            "Ana Luz, a Spanish member of the European Parliament for the Greens, agreed.",
            "Ana Luz",
            "Spanish member of the European Parliament for the Greens",
            "European Parliament",
            "ESP",
            "legislator",
            id="nor is what hangs on behind it",
        ),
        pytest.param(
            "Georgian Economy Minister Nika Lom agreed. His Kazakh colleague, Yerlan Abdir, did not.",
            "Yerlan Abdir",
            "Kazakh Economy Minister",
            "",
            "KAZ",
            "official",
            id="so does a colleague of another country",
        ),
        pytest.param(
            "MedLine International, an agency, rejected it in London. Chief executive Carol Whit agreed.",
            "Carol Whit",
            "Chief executive",
            "MedLine International",
            "",
            "business",
            id="the ending of a firm's name is no surname",
        ),
        pytest.param(
            "VIENTIANE - Laos defended it. Rivers Awake founder Nadine Ober called it a mistake.",
            "Nadine Ober",
            "Rivers Awake founder",
            "Rivers Awake",
            "",
            "",
            id="a founder's body stands in front, and where the article was written says nothing of it",
        ),
        pytest.param(
            "Hiba Omar, a member of the Sudanese delegation, agreed.",
            "Hiba Omar",
            "member of the Sudanese delegation",
            "Sudanese delegation",
            "SDN",
            "official",
            id="a delegation is a state's",
        ),
        pytest.param(
            "Slovenian kite maker Tina Verk agreed.",
            "Tina Verk",
            "",
            "",
            "SVN",
            "",
            id="a trade not on the list",
        ),
    ],
)
def test_whose_director_envoy_or_counterpart(
    text: str, mention: str, role: str, organisation: str, country: str, tier: str
) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert (speaker.role, speaker.organisation, speaker.country, speaker.tier) == (
        role,
        organisation,
        country,
        tier,
    )


def test_a_body_that_the_article_calls_a_body_speaks_under_its_name() -> None:
    text = "Industry association TechLane called the ban disproportionate. TechLane will go to court."
    cast = Cast.from_doc(parsed(text), lists())
    spans = [Span(0, text.index(" called")), Span(text.rindex("TechLane"), text.index(" will"))]
    found = [cast.resolve(span) for span in spans]
    assert [(s.name, s.organisation, s.tier) for s in found if s is not None] == [
        ("TechLane", "TechLane", "organisation")
    ] * 2


@pytest.mark.parametrize(
    ("text", "mention", "country"),
    [
        pytest.param(
            "Kazakhstan's Ministry of Defence rejects it.",
            "Kazakhstan's Ministry of Defence",
            "KAZ",
            id="owned",
        ),
        pytest.param(
            "Mexico waits. The Congress rejects it.", "The Congress", "", id="not the only Congress"
        ),
        pytest.param(
            "America waits. The Congress rejects it.", "The Congress", "USA", id="that of the country"
        ),
    ],
)
def test_a_name_that_many_bodies_bear_is_of_the_country_named(text: str, mention: str, country: str) -> None:
    speaker = resolve(text, mention)
    assert speaker is not None
    assert speaker.country == country


@pytest.mark.parametrize(
    ("name", "country"),
    [("University of Leeds", "GBR"), ("Leeds United", ""), ("Tartu and Leeds Institute", "")],
)
def test_towns_count_in_the_names_of_schools_only(name: str, country: str) -> None:
    assert country_in_name(name, lists())[0] == country
