"""The two seed articles, coded by hand: who speaks, from where, and which position comes out."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from dashboard_core.extract.evaluation import evaluate_claims, match_claims, same_speaker
from dashboard_core.frames import join_positions, parse_spans
from dashboard_core.paths import seeds_dir
from dashboard_core.pipeline import Structured
from dashboard_core.read import read_articles
from dashboard_core.scoring import evaluate_positions, same_target
from dashboard_core.vocabulary import STANCES

TESTS = Path(__file__).parent
FLOORS = json.loads((TESTS / "floors.json").read_text("utf-8"))["seeds"]


@pytest.fixture(scope="module")
def coded(seeds: Structured) -> list[dict[str, Any]]:
    """The coded articles under the ids that the frames give them."""
    ids = dict(zip(seeds.frames.articles["file"], seeds.frames.articles["article_id"], strict=True))
    texts = dict(zip(seeds.frames.articles["file"], seeds.frames.articles["text"], strict=True))
    rows = map(json.loads, (TESTS / "data/seeds_coded.jsonl").read_text("utf-8").splitlines())
    articles = []
    for row in rows:
        text = texts[row["file"]]
        statements = [s | {"text": text[s["start"] : s["end"]]} for s in row["statements"]]
        articles.append({"id": ids[row["file"]], "text": text, "statements": statements})
    return articles


@pytest.mark.parametrize("name", ["right_speaker", "claim_precision"])
def test_claims_keep_their_floor(seeds: Structured, coded: list[dict[str, Any]], name: str) -> None:
    figures = {f.name: f for f in evaluate_claims(coded, seeds.frames.claims, draws=10)}
    assert figures[name].share >= FLOORS[name], figures[name]


@pytest.mark.parametrize("name", ["target_found", "position_right_forced"])
def test_positions_keep_their_floor(seeds: Structured, coded: list[dict[str, Any]], name: str) -> None:
    figures = {
        f.name: f for f in evaluate_positions(coded, seeds.frames.claims, seeds.frames.stances, draws=10)
    }
    assert figures[name].hits >= FLOORS[name], figures[name]


def test_the_seven_speakers_are_who_they_are(seeds: Structured, coded: list[dict[str, Any]]) -> None:
    claims = seeds.frames.claims.astype(object).where(seeds.frames.claims.notna(), "")
    people = {s["speaker"]: s for article in coded for s in article["statements"]}
    assert len(people) == 7
    for name, said in people.items():
        rows = claims[[same_speaker(str(found), name) for found in claims["speaker"]]]
        assert len(rows), name
        assert set(rows["country"]) == {said["country"]}, name
        assert set(rows["tier"]) == {said["tier"]}, name
        assert set(rows["organisation"]) == {said["organisation"]}, name
        # The coded role names the office alone; words around it in the text ("Uzbek") may stay.
        # and a country may stand as its adjective ("President of Azerbaijan", "Azerbaijani President").
        coded_words = set(said["role"].replace(",", "").split()) - {"of", "the", "and", "Azerbaijan"}
        for role in set(rows["role"]):
            assert coded_words <= set(role.replace(",", "").split()), (name, role)


def on_the_whole(seeds: Structured, speaker: str, target: str) -> str:
    """The likeliest of the three stances over all of a speaker's positions on a target, "" without any."""
    positions = join_positions(seeds.frames)
    same = [
        same_speaker(s, speaker) and same_target(t, target)
        for s, t in positions[["speaker", "target"]].to_numpy()
    ]
    rows = positions[same]
    rows = rows[rows["stance"].astype(str) != "none"]
    if rows.empty:
        return ""
    return str(rows[[f"p_{name}" for name in STANCES]].mean().idxmax()).removeprefix("p_")


@pytest.mark.parametrize(
    ("speaker", "target", "expected"),
    [
        pytest.param("Ilham Aliyev", "joint OTS military exercises", "supportive", id="proposes exercises"),
        pytest.param("Natalia Kreck", "Turkic military alliance", "opposed", id="sees harm in the alliance"),
        pytest.param("Natalia Kreck", "Central Asian union", "supportive", id="backs the union"),
        pytest.param(
            "Kairat Osmonaliyev",
            "Turkic military alliance",
            "supportive",
            id="sees potential",
        ),
        pytest.param("Mars Sariyev", "Turkic military alliance", "cautious", id="sees obstacles"),
    ],
)
def test_positions_that_a_reader_knows(seeds: Structured, speaker: str, target: str, expected: str) -> None:
    assert on_the_whole(seeds, speaker, target) == expected


def test_the_president_does_not_support_an_alliance(seeds: Structured) -> None:
    assert on_the_whole(seeds, "Ilham Aliyev", "Turkic military alliance") in {"cautious", "opposed"}


DISCUSSED = (
    "ots csto sco nato eaeu cis eu un c5plus1 central_asian_consultations five_plus_three turkic_military_alliance "
    "joint_ots_exercises unity_2025 security_service_coordination central_asian_union turkish_drones "
    "kyrgyz_russian_fund turkic_investment_fund western_sanctions_russia turkic_citizens_employment"
).split()


def test_whatever_the_articles_discuss_is_found_with_its_claims(seeds: Structured) -> None:
    assert set(DISCUSSED) <= set(seeds.frames.stances["target_id"])


def test_every_position_leads_to_its_passage_and_outlet(seeds: Structured) -> None:
    positions = join_positions(seeds.frames)
    texts = dict(zip(seeds.frames.articles["article_id"], seeds.frames.articles["text"], strict=True))
    for index in random.Random(4).sample(range(len(positions)), 20):
        row = positions.iloc[index]
        text = texts[row["article_id"]]
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["url"].startswith("https://")
        for span in parse_spans(row["content_spans"]):
            assert row["start"] <= span.start < span.end <= row["end"]


@pytest.mark.parametrize(
    "never",
    [
        "Views:",
        "Share it on social media",
        "Read also",
        "Write a comment",
        "hyperlink to Caliber",
        "WhatsApp",
    ],
)
def test_nothing_of_the_page_around_is_a_claim(seeds: Structured, never: str) -> None:
    assert not seeds.frames.claims["text"].str.contains(never, regex=False).any()


def test_no_claim_is_a_headline_an_event_title_or_a_question(
    seeds: Structured, coded: list[dict[str, Any]]
) -> None:
    titles = set(seeds.frames.articles["title"])
    for article in coded:
        rows = seeds.frames.claims[seeds.frames.claims["article_id"] == article["id"]]
        matched = {row["claim_id"] for _, row in match_claims(article, rows) if row is not None}
        for row in rows[~rows["claim_id"].isin(matched)].itertuples():
            assert row.text.strip() not in titles
            assert not row.text.strip().endswith("?")
            assert not row.text.startswith("The round table on the topic")


def test_the_same_articles_give_the_same_ids(seeds: Structured) -> None:
    again = seeds.frames.claims["claim_id"]
    assert again.is_unique and seeds.frames.stances["stance_id"].is_unique


def test_the_seeds_are_read_without_a_remark() -> None:
    # Lists that the program comes with are no find to report.
    read = read_articles([seeds_dir()])
    assert (len(read.articles), read.problems) == (2, [])
