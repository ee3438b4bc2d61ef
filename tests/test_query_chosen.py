"""The rows that a filter lets through are found once, serve every question of a page, and are dropped again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard_core import query
from dashboard_core.query import Filters
from dashboard_core.query.chosen import chosen
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from dashboard_core.synthetic import synthetic_frames

FILTERS = Filters(countries=("KGZ", "KAZ", "TUR"), undated=False)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("chosen") / "store")
    made.append(synthetic_frames(400, seed=2))
    yield made


def tables(store: Store) -> list[str]:
    rows = store.snapshot().cursor().execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return sorted(name for (name,) in rows if name.startswith("chosen_"))


def test_one_search_serves_every_question_of_a_page(store: Store) -> None:
    before = len(tables(store))
    for by in ("country", "organisation", "target", "membership:NATO"):
        query.tally(store, FILTERS, by=by)
    query.tally(store, FILTERS, by="country", split="target", weight="claims")
    query.headline(store, FILTERS)
    query.positions(store, FILTERS, limit=10)
    for stance in ("opposed", "cautious"):
        query.tally(store, replace(FILTERS, stances=(stance,)), by="country")
    assert len(tables(store)) == before + 1


def test_no_filter_makes_no_table(store: Store) -> None:
    before = tables(store)
    query.tally(store, Filters(stances=("opposed",)), by="country")
    assert chosen(store.snapshot(), Filters()).relation == "facts"
    assert tables(store) == before


def test_what_is_counted_in_arrays_is_what_the_engine_lists(tmp_path: Path) -> None:
    several = Store.create(tmp_path / "store")
    for seed in range(3):
        several.append(synthetic_frames(80, seed=seed))
    rows = query.positions(several, Filters()).iloc[[0, 70, 150]]
    hashes = dict(several.connect().execute("SELECT article_id, sha256 FROM articles").fetchall())
    several.ledger.append(
        *(
            Entry(
                "A. Reader",
                action,
                "stance",
                stance_key({str(name): value for name, value in row.items()}, hashes[row["article_id"]]),
                "stance",
                row["stance"],
                after,
            )
            for row, action, after in zip(
                rows.to_dict("records"),
                ("confirm", "reject", "change"),
                (rows["stance"].iloc[0], None, "cautious"),
                strict=True,
            )
        )
    )
    asked = (
        Filters(),
        Filters(countries=("KGZ", "KAZ", ""), tiers=("official", "expert")),
        Filters(min_confidence=0.6, stances=("opposed", "unclear")),
        Filters(basis="only"),
    )
    for filters in asked:
        listed = query.positions(several, filters)
        assert query.headline(several, filters).claims >= listed["claim_id"].nunique()
        reviewed = query.review_counts(several, filters)
        assert (reviewed.positions, reviewed.claims) == (len(listed), listed["claim_id"].nunique())
        assert reviewed.reviewed_positions == (listed["review"] != "unreviewed").sum()
        for by, column in (("country", "country"), ("speaker", "speaker_id"), ("membership:NATO", None)):
            counted = query.tally(several, filters, by=by)
            assert counted["positions"].sum() == len(listed)
            if column:
                expected = listed.groupby([column, "stance"], dropna=False, observed=True)[
                    "claim_id"
                ].nunique()
                held = counted.set_index(["value", "stance"])["claims"]
                assert sorted(held) == sorted(expected)


def test_the_table_goes_when_nobody_counts_in_it_any_more(store: Store) -> None:
    snapshot = store.snapshot()
    rows = chosen(snapshot, Filters(countries=("RUS",), min_confidence=0.5))
    assert rows.relation in tables(store)
    snapshot.remember(("chosen", Filters(countries=("RUS",), min_confidence=0.5)), None)
    del rows
    assert not [name for name in tables(store) if name not in _kept(store)]


def _kept(store: Store) -> set[str]:
    filters = replace(FILTERS, stances=())
    return {chosen(store.snapshot(), filters).relation}


def test_a_facet_counts_under_all_filters_but_its_own(store: Store) -> None:
    every = query.positions(store, Filters(undated=False))
    expected = every["country"].value_counts()
    first, second, *others = expected.index
    filters = Filters(undated=False, countries=(first, second))
    counts = query.facets(store, filters).set_index(["facet", "value"])["positions"]
    for country in (first, second, others[0]):
        assert counts["country", country] == expected[country]
    inside = every[every["country"].isin((first, second))]
    assert counts["stance", "opposed"] == (inside["stance"] == "opposed").sum()
    assert counts["stance"].sum() == len(inside)


@pytest.mark.parametrize("state", ["unclear", "none"])
@pytest.mark.parametrize("by", ["country", "target"])
def test_voices_without_a_clear_position_are_those_that_the_tally_counts_so(
    store: Store, by: str, state: str
) -> None:
    counted = query.tally(store, Filters(), by=by)
    rows = counted[(counted["stance"] == state) & counted["value"].notna() & (counted["votes"] > 0)]
    assert len(rows) > 3
    rows = rows.iloc[:: max(1, len(rows) // 3)]
    for value, votes, speakers in zip(rows["value"], rows["votes"], rows["speakers"], strict=True):
        behind = Filters(apart=state).with_value(by, value)
        found = query.positions(store, behind)
        assert set(found["stance"]) == {state}
        assert found["speaker_id"].nunique() == speakers
        assert len(found[["speaker_id", "target_id"]].drop_duplicates()) == votes
        assert query.headline(store, behind).speakers == speakers
        assert len(query.claims(store, behind)) == found["claim_id"].nunique()
