"""Claims that add to no vote are in no mark, and are counted apart from those that are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import factories
from dashboard_core import query
from dashboard_core.query import Filters
from dashboard_core.query.beside import behind
from dashboard_core.query.reviewed import Resting, resting
from dashboard_core.store import Store
from factories import Said, said

ROAD, PORT = "road", "port"
FIELDS = {"target": "targets", "outlet": "outlets", "country": "countries"}


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("beside") / "store")
    store.append(factories.frames(1500, seed=4))
    return store


def claims_of(store: Store, filters: Filters, by: str = "country") -> dict[tuple[object, str], int]:
    rows = behind(store, filters, by=by).claims
    return {(r["value"], str(r["stance"])): int(r["claims"]) for r in rows.to_dict("records")}


def test_an_unclear_claim_of_a_voice_that_is_clear_elsewhere_stands_behind_no_mark(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.append(
        said(
            [
                Said("Ana", ((ROAD, "supportive"),), "KGZ"),
                Said("Ana", ((ROAD, "unclear"),), "KGZ"),
                # Unclear on the road, where Ana is clear, and on the port, where she is not.
                Said("Ana", ((ROAD, "unclear"), (PORT, "unclear")), "KGZ"),
                Said("Bek", ((ROAD, "unclear"),), "KGZ"),
                Said("Bek", ((ROAD, "none"),), "KGZ"),
            ]
        )
    )
    assert claims_of(store, Filters()) == {("KGZ", "supportive"): 1, ("KGZ", "unclear"): 2}
    on_road = behind(store, Filters(targets=(ROAD,), stances=("unclear",)), by="country")
    assert on_road.claims["claims"].tolist() == [1]
    # The filter alone would count Ana, too.
    assert (on_road.speakers, on_road.all_claims) == (1, 1)
    assert query.headline(store, Filters(targets=(ROAD,), stances=("unclear",))).speakers == 2


@pytest.mark.parametrize("by", ["country", "target", "outlet", "membership:CSTO+OTS"])
@pytest.mark.parametrize("stances", [(), ("unclear",), ("opposed", "none")])
def test_as_many_claims_as_the_marks_open(big: Store, by: str, stances: tuple[str, ...]) -> None:
    filters = Filters(stances=stances)
    if by in FIELDS:  # some of its values: each mark is opened and counted
        values = query.tally(big, Filters(), by=by)["value"].dropna().unique()[: 6 if stances else 2]
        filters = replace(filters, **{FIELDS[by]: (*values, "")})  # "": none stated
    held = behind(big, filters, by=by)
    rows = query.tally(big, filters, by=by)
    rows = rows[rows["votes"] > 0]
    assert len(held.claims) == len(rows) > 2
    counted = {(str(r["value"]), r["stance"]): r["claims"] for r in held.claims.to_dict("records")}
    voices: set[str] = set()
    claims: set[str] = set()
    for place, mark in enumerate(rows.to_dict("records")):
        state = str(mark["stance"])
        own = {"apart": state} if state in {"unclear", "none"} else {"stances": (state,)}
        narrowed = replace(filters, **({"stances": ()} | own)).with_value(by, mark["value"])
        opened = query.positions(big, narrowed)
        voices |= set(opened["speaker_id"])
        claims |= set(opened["claim_id"])
        if place % 5 == 0:
            assert counted[str(mark["value"]), state] == opened["claim_id"].nunique()
    assert (held.speakers, held.all_claims) == (len(voices), len(claims))


def test_split_groups_and_a_filter_that_lets_nothing_in(big: Store) -> None:
    split = behind(big, Filters(stances=("none",)), by="country", split="tier")
    assert split.claims.columns.tolist() == ["value", "split", "stance", "claims"]
    assert split.claims["value"].isna().any()
    empty = behind(big, Filters(targets=("nothing",)), by="country")
    assert (len(empty.claims), empty.speakers, empty.all_claims) == (0, 0, 0)
    assert isinstance(empty.claims, pd.DataFrame)


def test_a_vote_rests_on_the_context_if_all_its_labels_do(tmp_path: Path) -> None:
    frames = said(
        [
            Said("Ana", ((ROAD, "supportive"), (PORT, "opposed")), "KGZ"),
            Said("Ana", ((ROAD, "supportive"),), "KGZ"),
            Said("Bek", ((ROAD, "cautious"), (PORT, "unclear")), "KGZ"),
        ]
    )
    rests = pd.Series(["context", "context", "named", "context", "context"], dtype="str")
    store = Store.create(tmp_path / "store")
    store.append(replace(frames, stances=frames.stances.assign(target_basis=rests)))
    assert resting(store, Filters()) == Resting(3, 2, 4, 3)
    assert resting(store, Filters(targets=(ROAD,))) == Resting(2, 1, 3, 2)
    assert resting(store, Filters(stances=("supportive",))) == Resting(1, 0, 2, 1)
    assert resting(store, Filters(named_only=True)) == Resting()
