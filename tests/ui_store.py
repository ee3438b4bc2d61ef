"""An invented store for the tests of the pages: nine voices, two outlets, awkward names, hostile text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from dashboard_core.frames import Frames, to_frames
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target, stable_id
from dashboard_core.store import Store

BRIDGE = Target("river-bridge", "River bridge", "proposal")
LEAGUE = Target("lake-league", "LAKE League", "organisation")
TOLLS = Target("road-tolls", "road tolls", "policy")
HOSTILE = '<img src="https://outside.invalid/x.png" onerror="alert(1)"> ![x](https://outside.invalid/y.png)'

# speaker, tier, organisation, country, article, text, then (target, stance) pairs
_ROWS: tuple[tuple[str, str, str, str, int, str, tuple[tuple[Target, str], ...]], ...] = (
    (
        "Ada Berg",
        "official",
        "Ministry of Ferries",
        "KGZ",
        0,
        "The bridge must be built.",
        ((BRIDGE, "supportive"),),
    ),
    (
        "Ada Berg",
        "official",
        "Ministry of Ferries",
        "KGZ",
        0,
        "We want the bridge and no tolls on any road.",
        ((BRIDGE, "supportive"), (TOLLS, "opposed")),
    ),
    (
        "Bo Çelik",
        "expert",
        "Institute of Tides",
        "KGZ",
        0,
        "It is too early for the bridge.",
        ((BRIDGE, "cautious"),),
    ),
    (
        "Bo Çelik",
        "expert",
        "Institute of Tides",
        "KGZ",
        1,
        "I now welcome the bridge.",
        ((BRIDGE, "supportive"),),
    ),
    (
        "Дина Ибраимова-Қайратқызы",
        "expert",
        "Institute of Tides",
        "KGZ",
        1,
        "Nobody needs this bridge.",
        ((BRIDGE, "opposed"),),
    ),
    (
        "Efe Ünal",
        "academic",
        "University of the Northern Lakes and Adjacent Waterways",
        "TUR",
        1,
        "The league does useful work; the bridge is a mistake.",
        ((LEAGUE, "supportive"), (BRIDGE, "opposed")),
    ),
    ("Finn Holt", "expert", "", "", 1, "The league met on Tuesday.", ((LEAGUE, "none"),)),
    (
        "Gia Lomidze",
        "journalist",
        "Lake Herald",
        "KAZ",
        1,
        "Perhaps the league matters.",
        ((LEAGUE, "unclear"),),
    ),
    (
        "Hana Sato",
        "official",
        "Port Authority",
        "KAZ",
        1,
        f"=SUM(A1) The tolls are fair. {HOSTILE}",
        ((TOLLS, "supportive"),),
    ),
)


def invented_frames() -> Frames:
    """Return the invented articles, claims and stances."""
    texts: list[str] = ["", ""]
    claims: list[Claim] = []
    stances: list[Stance] = []
    for name, tier, organisation, country, number, words, held in _ROWS:
        article_id = f"article-{number}"
        start = len(texts[number])
        texts[number] += f"{words}\n\n"
        speaker = Speaker(
            stable_id("s", name), name, "", tier, organisation, country, "role phrase" if country else ""
        )
        claim = Claim(
            stable_id("c", article_id, start), article_id, start, start + len(words), words, "direct",
            (Span(start, start + len(words)),), "said", name, speaker,
        )  # fmt: skip
        claims.append(claim)
        for target, stance in held:
            shares = dict.fromkeys(("opposed", "cautious", "supportive"), 0.1) | {stance: 0.8}
            stances.append(
                Stance(
                    stable_id("st", claim.claim_id, target.target_id), claim.claim_id, article_id, target, stance,
                    0.8, 0.2 if stance == "none" else 0.9, shares["opposed"], shares["cautious"],
                    shares["supportive"], "bridge", "test-model",
                    # One passage that is taken to be about what the headline names.
                    "context" if words.startswith("It is too early") else "named",
                )
            )  # fmt: skip
    articles = [
        Article("article-0", "A bridge for the lake", texts[0], "Lake Herald", "", "https://example.org/bridge",
                date(2026, 3, 1), "en", "0" * 64, datetime(2026, 3, 2, tzinfo=UTC), "bridge.txt"),
        Article("article-1", "Voices on the league", texts[1], "Shore Post", "", "javascript:alert(1)",
                None, "en", "1" * 64, datetime(2026, 3, 2, tzinfo=UTC), "league.txt"),
    ]  # fmt: skip
    return to_frames(articles, claims, stances)


def make_store(path: Path) -> Store:
    """Create a store with the invented articles."""
    store = Store.create(path)
    store.append(invented_frames())
    return store
