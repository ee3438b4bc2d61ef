"""The store keeps what it was given, whole, whatever happens beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

import factories
from dashboard_core import query
from dashboard_core.errors import ColumnError, StoreError
from dashboard_core.frames import ARTICLES, CLAIMS, POSITIONS, STANCES, Frames, join_positions
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.store.batches import list_batches
from factories import Said, said

TWO = (
    Said("Aydar Abylov", (("road", "supportive"),), "KGZ"),
    Said("Leyla Karasu", (("road", "opposed"), ("rail", "supportive")), "TUR", outlet="Evening Paper"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def everything(store: Store, view: str) -> pd.DataFrame:
    return store.connect().execute(f"SELECT * FROM {view}").df()


class TestEmpty:
    def test_every_view_and_question_is_answered(self, store: Store) -> None:
        assert store.is_empty
        assert store.data_date is None
        for contract in (ARTICLES, CLAIMS, STANCES, POSITIONS):
            frame = everything(store, contract.name)
            assert len(frame) == 0
            assert [c for c in frame.columns if not c.endswith("_no")] == contract.names
        assert query.headline(store, Filters(text="road")) == query.Headline()
        assert query.tally(store, Filters(), by="country", split="tier").empty
        assert query.matrix(store, Filters()).empty
        assert query.facets(store, Filters(countries=("KGZ",))).empty
        assert list(query.positions(store, Filters()).dtypes) == list(POSITIONS.empty().dtypes)
        assert list(query.claims(store, Filters(), limit=3).columns)[:16] == CLAIMS.names
        assert query.article(store, "a").empty

    def test_adding_nothing_writes_nothing(self, store: Store) -> None:
        report = store.append(factories.frames(0))
        assert (report.added, report.unchanged, report.batch) == (0, 0, "")
        assert store.is_empty


class TestAppend:
    def test_rows_come_back_equal(self, store: Store) -> None:
        given = factories.frames(400, seed=3)
        store.append(given)
        pd.testing.assert_frame_equal(
            query.positions(store, Filters()).sort_values("stance_id", ignore_index=True),
            join_positions(given).sort_values("stance_id", ignore_index=True),
        )
        one = given.articles.iloc[[7]].reset_index(drop=True)
        pd.testing.assert_frame_equal(query.article(store, one["article_id"][0]), one)

    def test_the_same_articles_again_change_nothing(self, store: Store) -> None:
        given = factories.frames(60)
        store.append(given)
        before = (store.data_version, store.batches())
        later = given.articles.assign(added_at=given.articles["added_at"] + pd.Timedelta("1D"), file="b.txt")
        report = store.append(Frames(later, given.claims, given.stances))
        assert (report.added, report.changed, report.unchanged) == (0, 0, len(later))
        assert (store.data_version, store.batches()) == before

    def test_only_new_articles_are_written(self, store: Store) -> None:
        store.append(said(TWO[:1]))
        report = store.append(said(TWO))
        assert (report.added, report.unchanged, report.changed) == (1, 1, 0)
        assert len(everything(store, "articles")) == 2
        assert len(everything(store, "positions")) == 3

    def test_an_article_read_anew_replaces_its_claims(self, store: Store) -> None:
        store.append(
            said(
                [Said("A", (("road", "opposed"),), article="x"), Said("B", (("rail", "none"),), article="x")]
            )
        )
        report = store.append(said([Said("A", (("road", "cautious"),), article="x")]))
        assert (report.added, report.changed) == (0, 1)
        left = everything(store, "positions")
        assert left[["speaker", "target_id", "stance"]].values.tolist() == [["A", "road", "cautious"]]
        assert everything(store, "claims")["speaker"].tolist() == ["A"]

    def test_a_changed_article_keeps_the_time_it_first_came_in(self, store: Store) -> None:
        store.append(said([Said("A", article="x")]))
        given = said([Said("A", article="x", text="another text")])
        later = given.articles.assign(added_at=given.articles["added_at"] + pd.Timedelta("9D"))
        store.append(Frames(later, given.claims, given.stances))
        assert query.article(store, "x")["added_at"][0] == given.articles["added_at"][0]

    @pytest.mark.parametrize(
        ("break_it", "said_of_it"),
        [
            pytest.param(
                lambda f: Frames(f.articles[:0], f.claims, f.stances), "without their row", id="no article"
            ),
            pytest.param(
                lambda f: Frames(f.articles, f.claims[:0], f.stances), "neither here nor", id="no claim"
            ),
            pytest.param(
                lambda f: Frames(f.articles, f.claims, f.stances.assign(confidence=2.0)),
                "lies above 1",
                id="range",
            ),
        ],
    )
    def test_frames_that_break_their_contract_are_refused(
        self, store: Store, break_it, said_of_it: str
    ) -> None:
        with pytest.raises(ColumnError, match=said_of_it):
            store.append(break_it(said(TWO)))
        assert store.is_empty

    def test_a_batch_of_another_process_is_seen_by_the_next_query(self, store: Store) -> None:
        store.append(said(TWO[:1]))
        assert query.headline(store, Filters()).claims == 1
        program = f"""
            from factories import said, Said
            from dashboard_core.store import Store
            Store({str(store.path)!r}).append(said([Said("New Voice", (("road", "none"),), article="n")]))
        """
        subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, env=environment())
        assert query.headline(store, Filters()).claims == 2
        assert len(query.claims(store, Filters())) == 2


class TestRelabelling:
    def test_the_later_label_counts_and_the_earlier_is_kept(self, store: Store) -> None:
        given = said(TWO)
        store.append(given)
        stances = given.stances.assign(model_version="model-2")
        stances.loc[stances["target_id"] == "road", "stance"] = "cautious"
        nothing = Frames(ARTICLES.empty(), CLAIMS.empty(), stances)
        report = store.append(nothing)
        assert (report.added, report.relabelled) == (0, 3)
        now = everything(store, "positions").sort_values("target_id")
        assert now["stance"].tolist() == ["supportive", "cautious", "cautious"]
        assert set(now["model_version"]) == {"model-2"}
        every = store.connect().execute("SELECT stance, model_version FROM raw_stances").df()
        assert sorted(every["model_version"]) == ["model-1"] * 3 + ["model-2"] * 3
        assert store.append(nothing).batch == "", "the same labels again change nothing"

    def test_reading_the_article_anew_ends_its_labels(self, store: Store) -> None:
        store.append(said([Said("A", (("road", "opposed"),), article="x")]))
        first = said([Said("A", (("road", "supportive"),), article="x", model="model-2")])
        store.append(Frames(ARTICLES.empty(), CLAIMS.empty(), first.stances))
        store.append(said([Said("A", (("road", "none"),), article="x", model="model-3")]))
        assert everything(store, "positions")["stance"].tolist() == ["none"]

    def test_a_new_target_of_an_old_claim_stands_beside_the_others(self, store: Store) -> None:
        store.append(said([Said("A", (("road", "opposed"),), article="x")]))
        both = said([Said("A", (("road", "opposed"), ("rail", "cautious")), article="x")])
        report = store.append(Frames(ARTICLES.empty(), CLAIMS.empty(), both.stances))
        assert report.relabelled == 1
        assert sorted(everything(store, "positions")["target_id"]) == ["rail", "road"]


def damaged(store: Store, name: str = "claims.parquet") -> Path:
    return store.path / "batches" / store.batches()[0] / name


class TestDamage:
    """Each damage is told with its file, and nothing in the store is changed by telling it."""

    @pytest.mark.parametrize(
        ("harm", "told"),
        [
            pytest.param(lambda p: p.write_bytes(p.read_bytes()[:-40]), "claims.parquet: ", id="torn file"),
            pytest.param(lambda p: p.unlink(), "claims.parquet: No such file", id="missing file"),
            pytest.param(
                lambda p: (p.parent / "batch.json").unlink(), "batch.json cannot be read", id="no manifest"
            ),
            pytest.param(
                lambda p: (p.parent.parent / "notes.txt").write_text("x"),
                "notes.txt is not a batch",
                id="foreign file",
            ),
            pytest.param(
                lambda p: p.write_bytes(b"\x00" * p.stat().st_size), "bytes have changed", id="overwritten"
            ),
        ],
    )
    def test_the_error_names_the_file_and_the_remedy(self, tmp_path: Path, harm, told: str) -> None:
        path = tmp_path / "store"
        Store.create(path).append(factories.frames(30))
        harm(damaged(Store(path)))
        before = sorted((str(p), p.stat().st_size) for p in path.rglob("*"))
        with pytest.raises(StoreError) as raised:
            Store(path).connect()
        assert told in str(raised.value)
        assert "untouched" in str(raised.value)
        assert sorted((str(p), p.stat().st_size) for p in path.rglob("*")) == before

    def test_a_page_that_cannot_be_read_later_is_told_as_well(self, store: Store) -> None:
        store.append(factories.frames(3000))
        assert query.headline(store, Filters()).positions == 3000
        file = damaged(store)
        content = bytearray(file.read_bytes())
        content[100:-2000] = b"\xff" * (len(content) - 2100)
        file.write_bytes(content)
        with pytest.raises(StoreError, match=r"claims\.parquet: its bytes have changed"):
            query.headline(store, Filters(text="road"))

    @pytest.mark.parametrize(
        ("header", "told"),
        [
            pytest.param('{"schema": 99}', "schema 99; this version reads schemas 1 to 2", id="newer schema"),
            pytest.param("{", "cannot be read", id="torn header"),
            pytest.param('{"x": 1}', "cannot be read", id="no schema"),
        ],
    )
    def test_a_header_of_another_version_is_refused(self, store: Store, header: str, told: str) -> None:
        (store.path / "store.json").write_text(header)
        with pytest.raises(StoreError, match=told):
            Store(store.path)

    def test_a_batch_of_another_version_is_refused(self, tmp_path: Path) -> None:
        store = Store.create(tmp_path / "s")
        store.append(said(TWO))
        manifest = damaged(store, "batch.json")
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": 3}))
        with pytest.raises(StoreError, match="schema 3"):
            store.connect()

    def test_no_store_there(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="no such folder"):
            Store(tmp_path / "nowhere")
        with pytest.raises(StoreError, match=r"has no store\.json"):
            Store(tmp_path)

    def test_a_store_is_not_made_among_other_things(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.docx").write_text("x")
        with pytest.raises(StoreError, match=r"thesis\.docx"):
            Store.create(tmp_path)

    def test_the_folder_vanishes_while_open(self, store: Store) -> None:
        store.append(said(TWO))
        (store.path / "batches").rename(store.path / ".away")
        with pytest.raises(StoreError, match="No such file"):
            query.headline(store, Filters())

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that cannot be written")
    def test_a_read_only_folder_is_told(self, store: Store) -> None:
        (store.path / "batches").chmod(0o500)
        with pytest.raises(StoreError, match="Nothing was added"):
            store.append(said(TWO))

    def test_verify_finds_a_changed_byte(self, store: Store) -> None:
        store.append(factories.frames(30))
        assert store.verify() == []
        file = damaged(store, "stances.parquet")
        content = bytearray(file.read_bytes())
        content[50] ^= 1
        file.write_bytes(content)
        assert len(store.verify()) == 1
        assert "stances.parquet" in store.verify()[0]


def test_create_twice_and_odd_folder_names(tmp_path: Path) -> None:
    path = tmp_path / "it's [2026] *? Тұран"
    Store.create(path).append(said(TWO))
    again = Store.create(path)
    assert query.headline(again, Filters(text="fair")).claims == 2, (
        "patterns in a path are letters like others"
    )


def test_hidden_files_of_the_system_are_no_batches(store: Store) -> None:
    (store.path / "batches" / ".DS_Store").write_text("x")
    assert store.is_empty


def test_the_engine_reads_nothing_else_of_the_machine(store: Store, tmp_path: Path) -> None:
    store.append(said(TWO))
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(Exception, match="disabled by configuration"):
        store.connect().execute(f"SELECT * FROM read_csv('{secret}')")


def test_sessions_in_threads_do_not_disturb_each_other(store: Store) -> None:
    store.append(factories.frames(2000))
    expected = query.tally(store, Filters(), by="country")
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(6):
            filters = Filters(text="plan") if (number + turn) % 2 else Filters()
            rows = query.positions(store, filters, limit=5 + number)
            if len(rows) != 5 + number:
                wrong.append(f"{len(rows)} rows instead of {5 + number}")
            if not filters.text and not query.tally(store, filters, by="country").equals(expected):
                wrong.append("another tally")

    sessions = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
    assert wrong == []


def environment() -> dict[str, str]:
    here = Path(__file__).parent
    paths = [str(here.parent / "src"), str(here)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


WRITER = """
import sys
from factories import frames
from dashboard_core.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    report = store.append(frames(40, seed=number))
    print("kept", number, report.added, flush=True)
"""


def writer(store: Store, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store.path), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX signal")
def test_a_killed_writer_leaves_no_half_batch(store: Store) -> None:
    """Killed at moments spread over its writing: all that was acknowledged is there, nothing by halves."""
    there = 0
    for trial in range(4):
        process = writer(store, trial * 100, trial * 100 + 100)
        assert process.stdout is not None
        kept = 0
        while kept < 2:
            kept += process.stdout.readline().startswith("kept")
        time.sleep(0.011 * trial)  # into the next batch, each time a little further
        process.send_signal(signal.SIGKILL)
        kept += sum(line.startswith("kept") for line in process.stdout.read().splitlines())
        process.wait()
        names = list_batches(store.path / "batches")
        assert len(names) >= there + kept, "an acknowledged batch is lost"
        assert len(names) <= there + kept + 1, "one may be written and not yet acknowledged"
        assert store.verify() == []
        assert query.headline(store, Filters()).positions == 40 * len(names)
        there = len(names)
    assert there >= 8


def test_two_writers_at_once_both_land(store: Store) -> None:
    processes = [writer(store, 0, 6), writer(store, 100, 106), writer(store, 0, 6)]
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    found = query.headline(store, Filters())
    per_seed = len(factories.frames(40).articles)
    assert found.articles == 12 * per_seed
    assert found.positions == 12 * 40, "articles that two processes added at once count once"
    assert store.verify() == []
