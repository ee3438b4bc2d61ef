"""Learning from reviewed labels: nothing is learned from too few, nothing changes unasked, everything can go back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard_core.cli import main
from dashboard_core.errors import ModelError, StoreError
from dashboard_core.extract.targets import load_targets
from dashboard_core.frames import ARTICLES, CLAIMS, STANCES, Frames
from dashboard_core.jobs.lock import held
from dashboard_core.learning import State, Supply, cancel, running, shortfall, start, state, supply
from dashboard_core.learning.comparison import compare, verdict
from dashboard_core.learning.report import lines
from dashboard_core.learning.reviewed import Least, is_kept_back, read_rows
from dashboard_core.learning.training import Stopped, Watch, learn
from dashboard_core.learning.worker import work
from dashboard_core.paths import seeds_dir, weights_dir
from dashboard_core.pipeline import Resources, ingesting
from dashboard_core.stance import StanceInput, StanceModel
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from dashboard_core.store.models import (
    StoredModel,
    active_folder,
    active_model,
    adopt,
    adoptions,
    keep_model,
    labels_by_version,
    roll_back,
    stored_model,
    stored_models,
)
from job_stand_in import stand_in
from learning_store import SAYINGS, TARGETS, make_learning_store, review_all, stand_in_model

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_learning_store(tmp_path / "store")


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, StoredModel]:
    """A store in which a model was learned, with the real encoder: the one slow thing here."""
    store = make_learning_store(tmp_path_factory.mktemp("learned") / "store")
    review_all(store)
    return store, learn(store, "A. Reader")


def invoke(store: Store, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--store", str(store.path)])


class TestSupply:
    def test_too_few_labels_are_refused_with_how_many_are_needed(self, store: Store) -> None:
        with pytest.raises(ModelError) as error:
            start(store, "learn", "A. Reader")
        assert "0 of at least 30 reviewed labels to learn from (in 0 of at least 3 articles)" in str(
            error.value
        )
        assert "0 of at least 15 reviewed labels to compare on" in str(error.value)
        assert state(store).status == "none", "nothing was begun"
        with pytest.raises(ModelError, match="0 of at least 30"):
            learn(store, "A. Reader")

    def test_an_empty_store_is_refused_alike(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="0 of at least 30"):
            start(Store.create(tmp_path / "empty"), "learn", "A. Reader")

    def test_one_stance_alone_teaches_nothing(self) -> None:
        there = Supply(90, 9, 40, 9, {"opposed": 130})
        assert "two of the three stances" in shortfall(there)[0]
        assert shortfall(replace(there, by_label={"opposed": 100, "cautious": 30})) == []

    def test_an_article_stays_on_its_side(self, store: Store) -> None:
        review_all(store, most=40)
        first = supply(store)
        review_all(store)
        assert supply(store).learn > first.learn and supply(store).compare >= first.compare
        groups = {row.group for row in read_rows(store, [])}
        back = {group for group in groups if is_kept_back(group)}
        assert 0 < len(back) < len(groups) == 24
        assert back == {g for g in groups if is_kept_back(g)}

    def test_copies_are_on_one_side(self, store: Store, tmp_path: Path) -> None:
        names = [f"lake-{n}" for n in range(24)]
        first, second = next((a, b) for a in names for b in names if is_kept_back(a) != is_kept_back(b))
        other = Store.create(tmp_path / "copies")
        told = [
            {"article_id": a, "copy_of": first, "words": "", "address": "", "sketch": b""}
            for a in (first, second)
        ]

        def of(kind: str, contract: Any) -> Any:
            columns = ", ".join(f'"{name}"' for name in contract.names)
            return contract.cast(store.connect().execute(f"SELECT {columns} FROM {kind}").df())

        other.append(
            Frames(of("articles", ARTICLES), of("claims", CLAIMS), of("stances", STANCES)), copies=told
        )
        review_all(other)
        groups = {row.voice[0]: row.group for row in read_rows(other, [])}
        assert groups[second] == groups[first] == first
        there = supply(other)
        assert there.learn_articles + there.compare_articles == 23

    def test_rows_carry_what_people_decided(self, store: Store) -> None:
        row = (
            store.connect().execute("SELECT * FROM positions WHERE article_id = 'lake-1' ORDER BY start").df()
        )
        first, second = ({str(k): v for k, v in r.items()} for r in row.head(2).to_dict("records"))
        key = store.connect().execute("SELECT sha256 FROM articles WHERE article_id = 'lake-1'").fetchone()
        assert key is not None
        store.ledger.append(
            Entry("A", "change", "stance", stance_key(first, key[0]), "stance", first["stance"], "cautious"),
            Entry("A", "reject", "stance", stance_key(second, key[0])),
        )
        rows = read_rows(store, load_targets(seeds_dir() / "targets.csv"))
        labels = {row.item.text: row.label for row in rows}
        assert labels[first["text"]] == "cautious"
        assert labels[second["text"]] == "none", "not about the target: no position on it"
        assert sorted(labels.values()) == ["", "", "cautious", "none"]
        assert supply(store).learn + supply(store).compare == 2


class TestLearned:
    def test_it_is_compared_on_articles_it_never_saw(self, learned: tuple[Store, StoredModel]) -> None:
        store, model = learned
        there, card = supply(store), model.card
        assert card["learned_from"]["labels"] == there.learn
        assert card["figures"]["held_back"]["labels"] == there.compare
        assert card["figures"]["held_back"]["articles"] == there.compare_articles
        assert card["figures"]["packaged_pairs"]["labels"] > 200
        assert card["figures"]["store"]["looked_at"] == card["figures"]["store"]["of"] == 96
        for part in ("held_back", "packaged_pairs"):
            for figure in ("accuracy", "macro_f1"):
                new = card["figures"][part][figure]["new"]
                assert 0.4 < new["low"] <= new["value"] <= new["high"] <= 1
        assert any("24 labels" in line for line in lines(card))

    def test_nothing_changes_by_itself(self, learned: tuple[Store, StoredModel]) -> None:
        store, model = learned
        assert active_model(store) == "" and active_folder(store) is None
        assert labels_by_version(store) == {"0123456789ab": 96}
        assert not [e for e in store.ledger.entries() if e.subject == "model"]
        assert [one.model_id for one in stored_models(store)] == [model.model_id]

    def test_it_can_label(self, learned: tuple[Store, StoredModel]) -> None:
        _, model = learned
        loaded = StanceModel.load(model.folder)
        assert loaded.version == model.version != StanceModel.load().version
        said = loaded.label([StanceInput("We reject the canal levy.", "canal levy")], evidence=False)[0]
        assert said.likeliest == "opposed"

    def test_the_folder_holds_no_word_of_anybody(self, learned: tuple[Store, StoredModel]) -> None:
        store, model = learned
        content = b"".join(path.read_bytes() for path in model.folder.iterdir())
        words = ["Minister 0", "Lake", *(t.name for t in TARGETS), *(s.split("{")[0] for s, _, _ in SAYINGS)]
        assert [word for word in words if word.encode() in content] == []
        ids = [row[0] for row in store.connect().execute("SELECT claim_id FROM claims").fetchall()]
        assert not any(one.encode() in content for one in ids)


class TestAdoption:
    def test_it_is_recorded_and_rolls_back_step_by_step(self, store: Store) -> None:
        first, second = stand_in_model(store, 0.51), stand_in_model(store, 0.52)
        adopt(store, first.model_id, "A. Reader", why="better on ours")
        adopt(store, second.model_id, "B. Reader")
        assert active_model(store) == second.model_id and active_folder(store) == second.folder
        entry = adoptions(store)[0]
        assert (entry.who, entry.why, entry.before["model"]) == ("A. Reader", "better on ours", "")
        assert entry.after["model"] == first.model_id
        assert entry.after["figures"] == first.card["figures"]
        roll_back(store, "C. Reader")
        assert active_model(store) == first.model_id
        roll_back(store, "C. Reader")
        assert active_model(store) == ""
        assert len(store.ledger.entries()) == 4, "each act stays in the ledger"
        with pytest.raises(StoreError, match="nothing to go back from"):
            roll_back(store, "C. Reader")

    def test_the_next_article_is_labelled_by_it(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        model = stand_in_model(store)
        asked: list[Path | None] = []

        def load(seeds: Path | None = None, *, stance: Path | None = None) -> Any:
            asked.append(stance)
            return object()

        monkeypatch.setattr(Resources, "load", load)
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        ingesting.reread(store, ["lake-1"])
        adopt(store, model.model_id, "A. Reader")
        ingesting.reread(store, ["lake-1"])
        roll_back(store, "A. Reader")
        ingesting.reread(store, ["lake-1"])
        assert asked == [None, model.folder, None]

    def test_a_damaged_model_stops_the_work_and_is_not_replaced_silently(self, store: Store) -> None:
        model = stand_in_model(store)
        adopt(store, model.model_id, "A. Reader")
        assert store.verify() == []
        path = model.folder / "decision.npz"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(ModelError, match="bytes have changed") as error:
            ingesting.reread(store, ["lake-1"])
        assert "stances learn rollback" in str(error.value)
        assert active_model(store) == model.model_id
        assert [line for line in store.verify() if model.model_id in line]
        assert invoke(store, "learn", "list").exit_code == 1
        roll_back(store, "A. Reader")
        assert active_folder(store) is None

    def test_a_missing_model_is_named(self, store: Store) -> None:
        model = stand_in_model(store)
        adopt(store, model.model_id, "A. Reader")
        (model.folder / "card.json").unlink()
        with pytest.raises(ModelError, match=r"card\.json not there"):
            active_folder(store)
        assert stored_models(store) == []

    @pytest.mark.parametrize("name", ["../batches", "", "0123456789ab-0123456789abcdef"])
    def test_what_is_no_model_is_not_adopted(self, store: Store, name: str) -> None:
        with pytest.raises(ModelError):
            adopt(store, name, "A. Reader")
        assert store.ledger.entries() == ()

    def test_the_same_model_twice_is_one_and_its_folder_never_changes(self, store: Store) -> None:
        model = stand_in_model(store)
        before = {path.name: path.stat().st_mtime_ns for path in model.folder.iterdir()}
        assert stand_in_model(store).model_id == model.model_id
        assert {path.name: path.stat().st_mtime_ns for path in model.folder.iterdir()} == before
        assert stored_model(store, model.model_id).card == model.card
        adopt(store, model.model_id, "A. Reader")
        with pytest.raises(StoreError, match="labels already"):
            adopt(store, model.model_id, "B. Reader")

    def test_the_command_line_does_the_same(self, store: Store) -> None:
        model = stand_in_model(store)
        listed = invoke(store, "learn", "list")
        assert model.model_id in listed.output and "packaged model" in listed.output
        assert "0 of at least 30" in listed.output
        refused = CliRunner().invoke(
            main, ["learn", "adopt", model.model_id, "--store", str(store.path)], input="n\n"
        )
        assert refused.exit_code == 1 and active_model(store) == ""
        done = invoke(store, "learn", "adopt", model.model_id, "--yes", "--who", "A. Reader")
        assert done.exit_code == 0, done.output
        assert "labels now" in invoke(store, "learn", "list").output
        assert invoke(store, "learn", "rollback", "--who", "B. Reader").exit_code == 0
        assert [e.who for e in store.ledger.entries()] == ["A. Reader", "B. Reader"]
        assert invoke(store, "learn", "start").exit_code == 1


class TestBackground:
    def test_of_two_people_at_once_one_begins(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        review_all(store)
        begun: list[Store] = []
        monkeypatch.setattr(running, "_spawn", begun.append)
        assert start(store, "learn", "A. Reader")[1] is True
        now, mine = start(store, "learn", "B. Reader")
        assert (now.who, mine, len(begun)) == ("A. Reader", False, 1)

    def test_a_process_that_was_killed_leaves_no_half_model(self, store: Store) -> None:
        review_all(store)
        (store.path / running.FOLDER).mkdir()
        running.write_state(
            store, State("learn", "starting", who="A. Reader", since="2026-03-01T00:00:00+00:00")
        )
        command = [sys.executable, "-m", "dashboard_core.learning.worker", str(store.path)]
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(Path(running.__file__).parents[2])}
        )
        patience = time.monotonic() + 120
        while state(store).stage != "Reading the passages" and time.monotonic() < patience:
            time.sleep(0.1)
        assert state(store).busy
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert state(store).status == "interrupted"
        assert stored_models(store) == [] and active_model(store) == ""

    def test_cancelled_work_keeps_nothing(self, store: Store) -> None:
        review_all(store)
        with pytest.raises(Stopped):
            learn(store, "A. Reader", watch=Watch(stopped=lambda: True))
        (store.path / running.FOLDER).mkdir()
        running.write_state(
            store, State("learn", "starting", who="A. Reader", since="2026-03-01T00:00:00+00:00")
        )
        cancel(store)
        assert work(store).status == "cancelled"
        assert stored_models(store) == []

    def test_a_failure_is_told_with_what_is_needed(self, store: Store) -> None:
        (store.path / running.FOLDER).mkdir()
        running.write_state(
            store, State("learn", "starting", who="A. Reader", since="2026-03-01T00:00:00+00:00")
        )
        ended = work(store)
        assert ended.status == "failed" and "0 of at least 30" in ended.message
        assert state(store) == ended

    def test_who_finds_the_work_taken_leaves_it(self, store: Store) -> None:
        folder = store.path / running.FOLDER
        folder.mkdir()
        running.write_state(
            store, State("learn", "running", who="A. Reader", since="2026-03-01T00:00:00+00:00")
        )
        with held(folder / "lock") as mine:
            assert mine and state(store).busy
        assert state(store).status == "interrupted"

    def test_relabelling_says_what_changed_and_keeps_people_s_labels(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_all(store, most=4)
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        (store.path / running.FOLDER).mkdir()
        running.write_state(
            store, State("relabel", "starting", who="A. Reader", since="2026-03-01T00:00:00+00:00")
        )
        ended = work(store, resources=lambda: object())
        assert ended.status == "done", ended.message
        assert any("92 gone" in line for line in ended.lines)
        only = store.snapshot("only").cursor().execute("SELECT count(*) FROM positions").fetchone()
        assert only == (4,), "the passages that people decided on are still there"

    def test_labels_are_never_compared_on_what_was_learned(self, store: Store) -> None:
        review_all(store, most=20)
        with pytest.raises(ModelError, match="to compare on"):
            learn(store, "A. Reader", least=Least(1, 1, 1000, 1))


class TestComparison:
    def test_the_difference_has_an_interval_over_articles(self) -> None:
        said = ["opposed", "supportive", "cautious", "none"] * 10
        wrong = ["unclear", *said[1:]]
        groups = [str(n // 4) for n in range(40)]
        same = compare(said, said, said, groups)
        assert same.macro_f1["difference"].low == same.macro_f1["difference"].high == 0
        assert verdict(same.as_dict()) == "open"
        better = compare(said, ["none"] * 40, said, groups)
        assert verdict(better.as_dict()) == "better"
        assert verdict(compare(said, said, ["none"] * 40, groups).as_dict()) == "worse"
        one = compare(said, wrong, said, groups)
        assert (one.righted, one.wronged, one.labels, one.articles) == (1, 0, 40, 10)
        assert one.accuracy["difference"].value == pytest.approx(1 / 40)


def test_erasure_leaves_nothing_of_a_person_in_what_was_learned(
    learned: tuple[Store, StoredModel], tmp_path: Path
) -> None:
    original, model = learned
    shutil.copytree(original.path, tmp_path / "store")
    store = Store(tmp_path / "store")
    (store.path / running.FOLDER).mkdir(exist_ok=True)
    running.write_state(store, State("learn", "done", who="A. Reader", model=model.model_id))
    done = invoke(store, "purge", "--person", "Minister 2 of Lake 3", "--who", "Officer", "--yes")
    assert done.exit_code == 0, done.output
    name = b"Minister 2 of Lake 3"
    assert [p for p in store.path.rglob("*") if p.is_file() and name in p.read_bytes()] == []
    assert stored_model(store, model.model_id).card == model.card
    assert not (store.path / running.FOLDER).exists()


def test_nothing_is_purged_while_a_model_is_being_learned(store: Store) -> None:
    folder = store.path / running.FOLDER
    folder.mkdir()
    running.write_state(store, State("learn", "running", who="A. Reader", since="2026-03-01T00:00:00+00:00"))
    with held(folder / "lock"):
        refused = invoke(store, "purge", "--article", "lake-1", "--who", "Officer", "--yes")
    assert refused.exit_code == 1 and "being learned" in refused.output


def test_a_card_is_plain_json(store: Store) -> None:
    model = stand_in_model(store)
    assert json.loads((model.folder / "card.json").read_text("ascii")) == model.card
    with pytest.raises(ValueError, match=r"Out of range|not JSON compliant"):
        keep_model(store, "0" * 12, weights_dir("stance") / "decision.npz", {"figure": float("nan")})
