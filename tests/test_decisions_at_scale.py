"""A few decisions in a store of thousands: what nobody decided on stays as it was."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import factories
from dashboard_core import query
from dashboard_core.query import Filters
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key


def test_decisions_leave_the_rest_of_the_tallies_alone(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "s")
    store.append(factories.frames(3000, seed=5))
    plain = query.positions(store, Filters())
    picked = plain.sort_values("stance_id").iloc[::40]
    hashes = dict(store.connect().execute("SELECT article_id, sha256 FROM articles").fetchall())
    store.ledger.append(
        *(
            Entry(
                "A",
                "confirm",
                "stance",
                stance_key(row, hashes[row["article_id"]]),
                "stance",
                row["stance"],
                row["stance"],
            )
            for row in picked.to_dict("records")
        )
    )
    after = query.positions(store, Filters())
    assert (after["review"] == "confirmed").sum() == len(picked)
    same = ["stance_id", "stance", "speaker_id", "country", "text", "outlet", "machine_stance"]
    pd.testing.assert_frame_equal(
        after.sort_values("stance_id", ignore_index=True)[same],
        plain.sort_values("stance_id", ignore_index=True)[same],
    )
    for by in ("country", "stance", "outlet"):
        machine = query.tally(store, Filters(), by=by)
        assert machine["claims"].sum() > 0
    assert store.snapshot("only").cursor().execute("SELECT count(*) FROM facts").fetchone() == (len(picked),)
