"""The rows that a filter lets through are found once, serve every question of a page, and are dropped again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard_core import query
from dashboard_core.query import Filters
from dashboard_core.query.chosen import chosen
from dashboard_core.store import Store
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


def test_pairs_left_out_leave_what_a_chart_adds_up_as_others(store: Store) -> None:
    counted = query.tally(store, Filters(), by="country", split="tier").fillna({"value": "", "split": ""})
    pairs = counted["value"] + "|" + counted["split"]
    by_pair = counted.groupby(pairs)["positions"].sum().sort_values(ascending=False)
    drawn = tuple(by_pair.index[:5]) + tuple(p for p in by_pair.index if p.startswith("|"))[:1]
    rest = query.positions(store, Filters(without=drawn))
    assert len(rest) == by_pair.drop(list(dict.fromkeys(drawn))).sum() > 0
