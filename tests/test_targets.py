"""What a claim is about: names, patterns with co-words, words that stand for something, and new phrases."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard_core.errors import ModelError, VocabularyError
from dashboard_core.extract.parse import parse
from dashboard_core.extract.target_catalogue import TextIndex, compile_catalogue, parse_alias
from dashboard_core.extract.target_mentions import find_mentions
from dashboard_core.extract.target_phrases import PhraseBuilder, bag_of
from dashboard_core.extract.target_ranker import TargetRanker
from dashboard_core.extract.targets import _once_each, find_targets, load_targets
from dashboard_core.paths import seeds_dir
from dashboard_core.records import Claim, Span, Speaker, Target, TargetMention
from dashboard_core.vocabulary import TARGET_KINDS
from target_cases import claim_of, found

HEADER = "id,name,kind,aliases,definition\n"


@pytest.fixture(scope="module")
def catalogue() -> list[Target]:
    return load_targets(seeds_dir() / "targets.csv")


# -- the list ------------------------------------------------------------------------------------------------


def test_packaged_list_loads_and_holds_the_policy_field_of_the_seed_articles(catalogue: list[Target]) -> None:
    names = {t.name for t in catalogue}
    assert {"OTS", "CSTO", "SCO", "NATO", "EAEU", "CIS", "EU", "UN", "C5+1", "5+3"} <= names
    assert {"Turkic military alliance", "joint OTS military exercises", "Central Asian union"} <= names
    assert {
        "Western sanctions on Russia",
        "Turkic Investment Fund",
        "Kyrgyz-Russian Development Fund",
    } <= names
    assert {t.kind for t in catalogue} <= set(TARGET_KINDS)
    assert {"Kazakhstan", "US", "UK"} <= {t.name for t in catalogue if t.kind == "country"}


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(
        HEADER
        + "wto,WTO,organisation,World Trade Organization,\n"
        + "wto,WHO,organisation,,\n"
        + "x,Harbour plan,scheme,,\n"
        + "y,,policy,,\n"
        + "z,Trade body,organisation,World Trade Organization,\n"
        + 'v,Visa pact,agreement,"{town} visas; a*; visa + ",\n'
        + "w,Toll,policy,a,b,c\n",
        encoding="utf-8",
    )
    with pytest.raises(VocabularyError) as caught:
        load_targets(path)
    said = "\n".join(caught.value.problems)
    for part in (
        'line 3: the id "wto" stands in line 2 already',
        'line 4: the kind "scheme"',
        "line 5: the name is empty",
        'line 6: "World Trade Organization" names "wto" of line 2 as well',
        "line 7",
        "unknown slot {town}",
        "a star needs at least two letters",
        "line 8: 6 cells instead of 5",
    ):
        assert part in said, part


def test_a_list_without_its_columns_says_which(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text("id,name\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="column missing: kind, aliases, definition"):
        load_targets(path)


def test_a_missing_list_is_a_vocabulary_error(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError):
        load_targets(tmp_path / "none.csv")


def test_a_line_adds_a_target(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(HEADER + "toll,harbour toll,policy,port levy,A levy on ships\n", encoding="utf-8")
    text = "Mayor Ada Brenning said that the port levy would ruin the small shipping firms of the town."
    assert "harbour toll" in found(text, text, load_targets(path))


# -- aliases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alias", "text", "expected"),
    [
        pytest.param("WHO", "Those who asked the WHO.", ["WHO"], id="an acronym keeps its capitals"),
        pytest.param("Nato", "NATO and Nato", ["NATO", "Nato"], id="a capital asks for a capital, no more"),
        pytest.param(
            "carbon tax",
            "The Carbon tax and the carbon taxes",
            ["Carbon tax"],
            id="small letters fit any case",
        ),
        pytest.param("drill*", "Drills were drilled", ["Drills", "drilled"], id="a star takes any ending"),
        pytest.param(
            "deal ... Ruritania",
            "a deal long sought with Ruritania",
            ["deal long sought with Ruritania"],
            id="a gap",
        ),
        pytest.param(
            "pact|deal with Borduria", "a deal with Borduria", ["deal with Borduria"], id="either word"
        ),
        pytest.param("toll + port", "The toll fell.", [], id="a co-word that is not there"),
        pytest.param(
            "toll + port|quay", "The toll at the quay fell.", ["toll"], id="one of the co-words is there"
        ),
        pytest.param("toll + port & ship*", "A toll in the port.", [], id="every condition has to hold"),
        pytest.param("Georgia - Atlanta", "Atlanta is in Georgia.", [], id="a forbidden word"),
        pytest.param("C5+1", "the C5 + 1 format", ["C5 + 1"], id="signs between words may be spaced"),
        pytest.param("U.S. Fleet", "the U.S. Fleet", ["U.S. Fleet"], id="points within an acronym"),
        pytest.param("trade war", "They trade. War came.", [], id="no name runs over a full stop"),
    ],
)
def test_aliases_match_as_documented(alias: str, text: str, expected: list[str]) -> None:
    sentence_starts = [0] + [i + 2 for i, c in enumerate(text[:-1]) if c == "." and text[i + 1] == " "]
    compiled = compile_catalogue([Target("t", "zzz", "policy", (alias,))])
    index = TextIndex.of(text, sentence_starts if alias == "trade war" else [0])
    hits = [text[index.starts[o.first] : index.ends[o.last]] for o in compiled.occurrences(index)]
    assert hits == expected


@pytest.mark.parametrize("alias", ["", "...", "{town} toll", "a*", "toll + &"])
def test_malformed_aliases_are_refused(alias: str) -> None:
    with pytest.raises(ValueError, match=r"word|slot|star"):
        parse_alias(alias)


def test_the_longer_name_wins_over_the_shorter_within_it() -> None:
    targets = [Target("n", "NATO", "organisation"), Target("e", "NATO enlargement", "policy")]
    text = "She opposes NATO enlargement."
    hits = compile_catalogue(targets).occurrences(TextIndex.of(text, [0]))
    assert [o.target.target_id for o in hits] == ["e"]


def test_a_template_makes_one_target_for_each_country(catalogue: list[Target]) -> None:
    text = "Moldova wants to join the EU, the minister told an American newspaper."
    hits = compile_catalogue(catalogue).occurrences(TextIndex.of(text, [0]))
    assert "Moldova's EU membership" in {o.target.name for o in hits}
    assert "US's EU membership" not in {o.target.name for o in hits}


def test_a_military_alliance_is_the_turkic_one_only_near_a_turkic_word(catalogue: list[Target]) -> None:
    compiled = compile_catalogue(catalogue)
    near = "The Turkic Council needs no military alliance."
    far = "The two Baltic towns need no military alliance."
    name = "Turkic military alliance"
    assert name in {o.target.name for o in compiled.occurrences(TextIndex.of(near, [0]))}
    assert name not in {o.target.name for o in compiled.occurrences(TextIndex.of(far, [0]))}
    headline = TextIndex.of("OTS summit opens", [0])
    assert name in {o.target.name for o in compiled.occurrences(TextIndex.of(far, [0]), headline)}


# -- phrases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("She backs the harbour pipeline.", "harbour pipeline", id="compound and head"),
        pytest.param("He rejected sanctions on Borduria.", "sanctions on Borduria", id="head and complement"),
        pytest.param("They criticised Brenning's housing plan.", "Brenning's housing plan", id="owner"),
        pytest.param("She called for lifting the embargo.", "lifting embargo", id="gerund of the verb"),
        pytest.param(
            "Ruritania will withdraw from the fishing treaty.",
            "withdrawal from fishing treaty",
            id="act behind a verb",
        ),
        pytest.param("The bill would repeal the press law.", "repeal of press law", id="act with an object"),
        pytest.param(
            "They must modernize the harbour.", "modernisation of harbour", id="act of an -ize verb"
        ),
        pytest.param("She would withdraw the ferries.", "withdrawal of ferries", id="what is withdrawn"),
    ],
)
def test_phrases_hold_the_neutral_name(text: str, name: str) -> None:
    (doc,) = parse([text])
    assert bag_of(name) in {p.bag for p in PhraseBuilder(doc, {}).phrases(0, len(doc))}


@pytest.mark.parametrize(
    ("text", "name", "never"),
    [
        ("We end the three-day visit to Harlow.", "three-day visit to Harlow", "-day"),
        ("They want nuclear-related sanctions.", "nuclear-related sanctions", "nuclear-related"),
        ("He turns from buying to co-production of arms.", "co-production of arms", "co"),
        ("She has a very, very strong green agenda.", "strong green agenda", ", strong green agenda"),
        ('A new "spearhead" force of land troops came.', "new spearhead force of land troops", '"'),
    ],
)
def test_a_word_with_hyphens_stays_whole(text: str, name: str, never: str) -> None:
    (doc,) = parse([text])
    names = {phrase.name for phrase in PhraseBuilder(doc, {}).phrases(0, len(doc))}
    assert name in names
    assert never not in names and not any(n.startswith(("-", ",")) or '"' in n for n in names)


def test_striking_a_deal_is_no_strike() -> None:
    (doc,) = parse(["They struck a deal."])
    assert not any("strike" in p.name for p in PhraseBuilder(doc, {}).phrases(0, len(doc)))


@pytest.mark.parametrize(
    ("text", "headline", "expected"),
    [
        pytest.param(
            "The talks between Peru and Chile failed.", "", {"Chile-Peru talks"}, id="both in the sentence"
        ),
        pytest.param(
            "He wants military cooperation between India and the United States.",
            "",
            {"US-India military cooperation", "US-India cooperation"},
            id="the word before it stays, the US stands first",
        ),
        pytest.param(
            "Relations with Chile must improve, she said.",
            "Peru wants a fresh start",
            {"Chile-Peru relations"},
            id="the headline names the other side",
        ),
        pytest.param("Relations with Chile must improve, she said.", "", set(), id="no other side"),
        pytest.param("Peru builds a harbour. The talks failed.", "", set(), id="no side in the sentence"),
    ],
)
def test_what_two_states_have_with_each_other_is_named_after_both(
    text: str, headline: str, expected: set[str], catalogue: list[Target]
) -> None:
    doc, title = parse([text, headline])
    mentions = find_mentions(doc, title, compile_catalogue(catalogue))
    assert {m.name for m in mentions if m.form == "pair" and m.token >= 0} == expected


# -- claims --------------------------------------------------------------------------------------------------

ARTICLE = (
    "Ministers met on Monday to discuss the Grand Ferry Scheme, a plan to subsidise ferries.\n\n"
    "Ada Brenning said that the European Union should leave the scheme alone.\n\n"
    "Tom Vale said he supported this idea.\n\n"
    "Mira Osk warned that NATO must not be weakened, and praised the alliance for its patience.\n\n"
    "Lev Amsel condemned the harbour strike, calling it reckless."
)


@pytest.mark.parametrize(
    ("passage", "name", "how"),
    [
        pytest.param(
            "Ada Brenning said that the European Union should leave the scheme alone.",
            "Grand Ferry Scheme",
            "resolved",
            id="the scheme is the one named before",
        ),
        pytest.param("praised the alliance for its patience", "NATO", "resolved", id="the alliance is NATO"),
        pytest.param(
            "Lev Amsel condemned the harbour strike, calling it reckless.",
            "harbour strike",
            "named",
            id="no list has it",
        ),
    ],
)
def test_claims_are_about(passage: str, name: str, how: str, catalogue: list[Target]) -> None:
    assert found(ARTICLE, passage, catalogue).get(name) == how


@pytest.mark.parametrize(
    ("said", "about"),
    [
        pytest.param("The harbour fees should fall at once", False, id="she only comes from there"),
        pytest.param("The WTO has failed us", True, id="she speaks of her own house"),
        pytest.param("The WTO strongly supports the harbour fees", False, id="it holds the view itself"),
        pytest.param("We support the WTO and the harbour fees", True, id="it is what she supports"),
    ],
)
def test_where_a_speaker_comes_from_is_no_target(said: str, about: bool, catalogue: list[Target]) -> None:
    text = f'"{said}," said Ada Brenning, the deputy envoy of the WTO.'
    speaker = Speaker("s", "Ada Brenning", organisation="WTO")
    mention = "Ada Brenning, the deputy envoy of the WTO"
    claim = Claim("c", "a", 0, len(text), text, "direct", (Span(1, 1 + len(said)),), "said", mention, speaker)
    (doc,) = parse([text])
    for title in ("", "WTO calls for an end to harbour fees"):
        (mentions,) = find_targets(doc, [claim], catalogue, title=title)
        assert ("WTO" in {m.target.name for m in mentions}) is about


# An invented report whose speakers all speak of one agreement; each is asked what they take sides on.
FISHING = (
    "Borduria and Ruritania clash over herring\n\n"
    "Talks on the herring quota-sharing agreement broke up in Lundhavn without a result.\n\n"
    'Borduria\'s minister Ina Solvik said: "We firmly support the herring quota-sharing agreement."\n\n'
    '"Ruritania will never accept the herring quota-sharing agreement. It punishes our fleets," Orn Tusk said.\n\n'
    '"We oppose the herring quota cut, because it punishes fleets. Borduria fully supports a coastal states '
    'agreement," said Ida Wold.\n\n'
)


@pytest.mark.parametrize(
    ("opening", "wanted", "unwanted"),
    [
        pytest.param(
            "Borduria's minister", {"herring quota-sharing agreement"}, "Borduria-Ruritania", id="told apart"
        ),
        pytest.param(
            '"Ruritania will', {"herring quota-sharing agreement"}, "acceptance", id="not the accepting"
        ),
        pytest.param(
            '"We oppose',
            {"herring quota cut", "coastal states agreement"},
            "Borduria-Ruritania",
            id="both objects",
        ),
    ],
)
def test_speakers_on_one_thing_get_one_name(opening: str, wanted: set[str], unwanted: str) -> None:
    start = FISHING.index(opening)
    passage = FISHING[start : FISHING.index("\n\n", start)]
    names = set(found(FISHING, passage, []))
    assert wanted <= names
    assert not any(unwanted in name for name in names)


def test_a_listed_name_is_kept_however_much_else_a_long_claim_names(catalogue: list[Target]) -> None:
    things = "harbour quay tunnel bridge canal airport ferry tram dairy mill quarry stadium library hospital".split()
    plans = " ".join(
        f"We support the {thing} reform, we reject the {thing} ban and we want a {thing} treaty."
        for thing in things
    )
    passage = (
        f'"{plans} I waited in the street where the World Trade Organization sits," said Orla Penhallow.'
    )
    assert found(passage, passage, catalogue).get("WTO") == "named"


def test_answers_are_parallel_ordered_and_stable(catalogue: list[Target]) -> None:
    passages = ARTICLE.split("\n\n")[1:]
    (doc,) = parse([ARTICLE])
    claims = [claim_of(ARTICLE, p) for p in passages]
    first = find_targets(doc, claims, catalogue, title="Ferry subsidies divide ministers")
    again = find_targets(doc, claims, catalogue, title="Ferry subsidies divide ministers")
    assert first == again
    assert len(first) == len(claims)
    for claim, mentions in zip(claims, first, strict=True):
        assert [m.salience for m in mentions] == sorted((m.salience for m in mentions), reverse=True)
        assert len({m.target.target_id for m in mentions}) == len(mentions)
        for m in mentions:
            assert m.target.kind in TARGET_KINDS
            assert all(0 <= s.start < s.end <= len(ARTICLE) for s in m.spans)
            inside = any(claim.start <= s.start < claim.end for s in m.spans)
            assert inside == (m.how != "context")


def test_variants_that_got_one_name_are_one_target_of_the_claim() -> None:
    toll, ferry = (Target(name, name, "policy", (), "", "discovered") for name in ("toll", "ferry"))
    both = [
        TargetMention(toll, (Span(40, 44),), salience=0.9),
        TargetMention(ferry, (Span(9, 14),)),
        TargetMention(toll, (Span(3, 7), Span(40, 44)), "resolved", 0.4),
    ]
    assert _once_each(both) == [TargetMention(toll, (Span(3, 7), Span(40, 44)), salience=0.9), both[1]]


def test_discovered_targets_say_so(catalogue: list[Target]) -> None:
    (doc,) = parse([ARTICLE])
    (mentions,) = find_targets(
        doc, [claim_of(ARTICLE, "Lev Amsel condemned the harbour strike, calling it reckless.")], catalogue
    )
    origins = {m.target.name: m.target.origin for m in mentions}
    assert origins["harbour strike"] == "discovered"


@pytest.mark.parametrize("text", ["", "\n\n", "…", "🙂🙂", "word " * 400, '"' * 50], ids=range(6))
def test_odd_texts_neither_fail_nor_hang(text: str, catalogue: list[Target]) -> None:
    (doc,) = parse([text])
    assert find_targets(doc, [], catalogue) == []
    if text.strip():
        claim = Claim("c", "a", 0, len(text), text, "indirect", (), "", "", Speaker("s", ""))
        assert len(find_targets(doc, [claim], catalogue)) == 1


def test_damaged_weights_are_a_model_error(tmp_path: Path) -> None:
    path = tmp_path / "targets.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(ModelError):
        TargetRanker.load(path)
