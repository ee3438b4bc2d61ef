"""What is purged is gone: no byte of it is left in any file of the store, and everything else still stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dashboard_core import query
from dashboard_core.errors import StoreError
from dashboard_core.folding import fold
from dashboard_core.frames import ARTICLES, Frames
from dashboard_core.query import Filters
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from dashboard_core.store.erasure import purge
from factories import Said, said

NAME = "Zebulon Quagmirov"
ROWS = (
    Said(NAME, (("road", "opposed"), ("rail", "none")), "KGZ", article="x", text="no marzipan road"),
    Said("Orla Vint", (("road", "supportive"),), "NOR", article="x", text="unlike Quagmirov I want it"),
    Said(NAME, (("road", "cautious"),), "KGZ", article="y", outlet="Evening Paper", text="a marzipan delay"),
    Said("Bo Tamm", (("rail", "opposed"),), "EST", article="z", text="the rail is dear"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two people in three articles, relabelled once, with decisions and a saved view about them."""
    made = Store.create(tmp_path / "store")
    made.append(said(ROWS[:2]))
    made.append(said(ROWS[2:]))
    newer = said(
        [Said(NAME, (("road", "supportive"),), "KGZ", article="x", text="no marzipan road", model="m2")]
    )
    made.append(Frames(ARTICLES.empty(), newer.claims[:0], newer.stances))
    for row in query.positions(made, Filters()).to_dict("records"):
        key = stance_key(row, query.article_hash(made, row["article_id"]))
        why = f"{NAME.upper()} means it" if row["speaker"] == NAME else ""
        made.ledger.append(
            Entry("A. Reader", "confirm", "stance", key, "stance", None, str(row["stance"]), why)
        )
    speaker = query.positions(made, Filters(text="marzipan"))["speaker_id"].iloc[0]
    view = {"His words": {"speaker": [speaker], "country": ["KGZ"]}, f"All of {NAME}": {"q": ["road"]}}
    (made.path / "views.json").write_text(json.dumps(view), "utf-8")
    (made.path / "batches" / ".writing-1-dead").mkdir()
    (made.path / "batches" / ".writing-1-dead" / "claims.parquet").write_text(f"{NAME}: no marzipan road")
    return made


def everything(store: Store) -> str:
    """Every byte of every file, and every cell of every table, as it is and as searches fold it."""
    parts: list[str] = []
    for path in sorted(store.path.rglob("*")):
        parts.append(path.name)
        if path.is_file():
            parts.append(path.read_bytes().decode("latin-1"))
            parts.append(path.read_bytes().decode("utf-8", "replace"))
            if path.suffix == ".parquet" and "dead" not in str(path):
                parts += [
                    str(cell) for row in pq.ParquetFile(path).read().to_pylist() for cell in row.values()
                ]
    whole = "\n".join(parts)
    return f"{whole}\n{fold(whole)}"


def traces(store: Store, *needles: str) -> list[str]:
    text = everything(store).casefold()
    return [needle for needle in needles if needle.casefold() in text]


def test_a_person_leaves_no_byte(store: Store) -> None:
    speaker = query.positions(store, Filters(text="marzipan"))["speaker_id"].iloc[0]
    claims = query.positions(store, Filters(text="marzipan"))["claim_id"].unique().tolist()
    needles = (NAME, "Quagmirov", "marzipan", speaker, *claims)
    assert traces(store, *needles) == list(needles), "all of it is there before"
    done = purge(store, people=["zebulon quagmirov"], who="D. Protection", why="asked to be removed")
    assert traces(store, *needles) == []
    assert (done.claims, done.redacted, done.articles) == (2, 2, 0)
    assert done.positions >= 3 and done.decisions >= 3 and done.batches == 3


def test_others_words_in_the_same_article_stand_where_they_stood(store: Store) -> None:
    before = query.positions(store, Filters(targets=("rail",))).query("speaker == 'Bo Tamm'")
    purge(store, people=[NAME], who="D. Protection")
    rows = query.positions(store, Filters())
    assert set(rows["speaker"]) == {"Orla Vint", "Bo Tamm"}
    for row in rows.to_dict("records"):
        text = query.article(store, row["article_id"])["text"][0]
        assert text[row["start"] : row["end"]] == row["text"]
    orla = rows[rows["speaker"] == "Orla Vint"].iloc[0]
    assert "unlike █████████ I want it" in orla["text"]
    assert rows[rows["speaker"] == "Bo Tamm"]["review"].tolist() == ["confirmed"]
    assert rows[rows["speaker"] == "Bo Tamm"]["text"].tolist() == before["text"].tolist()
    assert store.verify() == []
    views: dict[str, Any] = json.loads((store.path / "views.json").read_text("utf-8"))
    assert views == {"His words": {"speaker": [], "country": ["KGZ"]}}


def test_an_article_leaves_no_byte(store: Store) -> None:
    claims = query.positions(store, Filters(targets=("rail",), text="dear"))["claim_id"].tolist()
    needles = ("the rail is dear", "Bo Tamm", *claims)
    assert traces(store, *needles) == list(needles)
    done = purge(store, articles=["z"], who="D. Protection")
    assert traces(store, *needles) == []
    assert (done.articles, done.claims, done.positions, done.decisions) == (1, 1, 1, 1)
    assert query.headline(store, Filters()).articles == 2
    assert query.article(store, "z").empty
    assert store.verify() == []


def test_a_record_stays_that_says_how_much_and_not_what(store: Store) -> None:
    purge(store, people=[NAME], who="D. Protection", why="a request of 3 March")
    record = store.ledger.entries()[-1]
    assert (record.who, record.action, record.why) == ("D. Protection", "erase", "a request of 3 March")
    assert record.key["claims"] == 2
    # Orla's passage names him: her words changed, so the decision about them is listed, not applied to other words.
    assert [entry.key["target_id"] for entry, _ in store.snapshot().orphans] == ["road"]
    purge(store, articles=["z"], who="D. Protection")
    assert [e.action for e in store.ledger.entries()].count("erase") == 2, "records are not purged"


def test_what_is_not_there_is_said_and_nothing_changes(store: Store) -> None:
    version = store.data_version
    with pytest.raises(StoreError, match="Nobody Known"):
        purge(store, people=["Nobody Known"], who="D. Protection")
    assert store.data_version == version


def test_purging_twice_says_that_nothing_is_left(store: Store) -> None:
    purge(store, people=[NAME], who="D. Protection")
    with pytest.raises(StoreError, match="Nothing was removed"):
        purge(store, people=[NAME], who="D. Protection")
