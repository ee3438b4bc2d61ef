"""Copies of one report: counted once by default, each on request, and never lost when one of them is removed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard_core import query
from dashboard_core.exports import read_csv, to_csv
from dashboard_core.frames import EXTRACTS, to_frames
from dashboard_core.query import Filters, actors
from dashboard_core.query.articles import article_list, copies_of
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target, stable_id
from dashboard_core.store import Store
from dashboard_core.store.ledger import Entry, Ledger

BRIDGE = Target("river-bridge", "River bridge", "proposal")
DAYS = {"agency": date(2026, 3, 1), "post": date(2026, 3, 2), "news": None, "other": date(2026, 1, 1)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three outlets print one report, a fourth its own; each says one thing."""
    made = Store.create(tmp_path / "store")
    articles, claims, stances = [], [], []
    for name, day in DAYS.items():
        text = "The bridge must be built." if name != "other" else "The bridge is too dear."
        articles.append(
            Article(
                name,
                "Bridge",
                text,
                name,
                published_on=day,
                sha256=name,
                added_at=datetime(2026, 3, 3, tzinfo=UTC),
            )
        )
        speaker = Speaker(stable_id("s", "Ada Berg"), "Ada Berg", country="KGZ")
        claim = Claim(
            stable_id("c", name),
            name,
            0,
            len(text),
            text,
            "direct",
            (Span(0, len(text)),),
            "said",
            "Berg",
            speaker,
        )
        claims.append(claim)
        stances.append(
            Stance(
                stable_id("st", name),
                claim.claim_id,
                name,
                BRIDGE,
                "supportive",
                0.9,
                0.9,
                0.1,
                0.1,
                0.8,
                "",
                "m",
            )
        )
    copies = [
        {
            "article_id": name,
            "copy_of": "agency" if name != "other" else name,
            "words": "",
            "address": "",
            "sketch": b"",
        }
        for name in DAYS
    ]
    made.append(to_frames(articles, claims, stances), copies=copies)
    return made


def outlets(store: Store, filters: Filters) -> set[str]:
    return set(query.positions(store, filters)["outlet"])


def test_copies_count_once_unless_asked_for(store: Store) -> None:
    assert outlets(store, Filters()) == {"agency", "other"}
    assert outlets(store, Filters(as_published=True)) == set(DAYS)
    assert query.headline(store, Filters()).claims == 2
    assert query.headline(store, Filters(as_published=True)).claims == 4
    votes = query.tally(store, Filters(), by="country", weight="claims")
    assert votes["votes"].sum() == 2
    assert len(query.claims(store, Filters())) == 2


def test_the_counts_beside_the_filters_are_what_a_click_shows(store: Store) -> None:
    # The charts leave copies out, so the numbers in the lists do, too, already before a filter is set.
    for filters in (Filters(), Filters(as_published=True), Filters(countries=("KGZ",))):
        offered = query.choices(store, filters, limit=9)
        shown = query.positions(store, filters)
        assert offered["country"].numbers == {"KGZ": len(shown)}
        assert offered["stance"].numbers["supportive"] == len(shown)
        told = {outlet: count for outlet, count in offered["outlet"].numbers.items() if count}
        assert told == shown["outlet"].value_counts().to_dict()


def test_files_name_every_outlet_of_a_report(store: Store) -> None:
    rows = query.name_outlets(store, query.positions(store, Filters()))
    EXTRACTS.check(rows)
    assert dict(zip(rows["outlet"], rows["also_in"].fillna(""), strict=True)) == {
        "agency": "post; news",
        "other": "",
    }
    each = query.name_outlets(store, query.positions(store, Filters(as_published=True)))
    assert dict(zip(each["outlet"], each["also_in"].fillna(""), strict=True))["news"] == "agency; post"
    back = read_csv(to_csv(rows))
    assert list(back.columns).index("also_in") == list(back.columns).index("outlet") + 1
    Ledger(store.path).append(Entry("A", "remove", "article", {"article_id": "post"}))
    rows = query.name_outlets(store, query.positions(store, Filters()))
    assert set(rows["also_in"].dropna()) == {"news"}
    assert list(query.name_outlets(store, rows.head(0)).columns) == EXTRACTS.names


def test_the_source_line_counts_the_outlets_that_the_page_counts(store: Store) -> None:
    for filters in (Filters(), Filters(as_published=True), Filters(outlets=("post", "news"))):
        assert len(actors.outlets(store, filters)) == query.headline(store, filters).outlets


def test_within_chosen_outlets_the_earliest_of_these_counts(store: Store) -> None:
    assert outlets(store, Filters(outlets=("post", "news"))) == {"post"}
    assert outlets(store, Filters(outlets=("news",))) == {"news"}


def test_when_the_earliest_is_removed_the_next_counts(store: Store) -> None:
    Ledger(store.path).append(Entry("A", "remove", "article", {"article_id": "agency"}))
    assert outlets(store, Filters()) == {"post", "other"}
    Ledger(store.path).append(Entry("A", "remove", "article", {"article_id": "post"}))
    assert outlets(store, Filters()) == {"news", "other"}


def test_chosen_articles(store: Store) -> None:
    assert outlets(store, Filters(articles=("news", "other"), as_published=True)) == {"news", "other"}
    assert outlets(store, Filters(articles=("'; DROP TABLE facts; --",), as_published=True)) == set()


def test_the_list_of_articles(store: Store) -> None:
    rows, whole = article_list(store, words="POST")
    assert whole == 1 and list(rows["article_id"]) == ["post"] and list(rows["claims"]) == [1]
    rows, whole = article_list(store, order="published", limit=2)
    assert whole == 4 and list(rows["article_id"]) == ["post", "agency"]


def test_who_else_published_it(store: Store) -> None:
    assert list(copies_of(store, "post")["outlet"]) == ["agency", "news"]
    assert copies_of(store, "other").empty and copies_of(store, "absent").empty
