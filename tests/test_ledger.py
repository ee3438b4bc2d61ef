"""The ledger keeps every decision that was acknowledged, whoever writes beside it and whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime
from pathlib import Path

import pytest

from dashboard_core.errors import ColumnError, StoreError
from dashboard_core.store.ledger import Entry, Ledger, standing

PROJECT = Path(__file__).parents[1]


def entry(number: int = 1, **more: object) -> Entry:
    given = {"who": "A. Reader", "action": "change", "subject": "stance", "key": {"claim_id": f"c{number}"}}
    return Entry(**given | more)  # type: ignore[arg-type]


def write_from_elsewhere(folder: Path, who: str, count: int) -> subprocess.Popen[str]:
    """Start a process that appends entries one by one and says which ones are acknowledged."""
    program = f"""
        from dashboard_core.store.ledger import Entry, Ledger
        ledger = Ledger({str(folder)!r})
        for number in range({count}):
            one = Entry({who!r}, "confirm", "stance", {{"n": number}})
            ledger.append(one)
            print(one.entry_id, flush=True)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "src")},
    )


class TestEntries:
    def test_entries_come_back_as_they_were_in_their_order(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        given = [
            entry(n, before=None, after={"stance": "opposed", "n": n}, why="“тест” ə \ud800")
            for n in range(30)
        ]
        for one in given:
            ledger.append(one)
        assert list(ledger.entries()) == given
        assert list(Ledger(tmp_path).entries()) == given

    def test_no_ledger_is_an_empty_one_and_reading_makes_none(self, tmp_path: Path) -> None:
        assert Ledger(tmp_path).entries() == ()
        assert Ledger(tmp_path).names() == ()
        Ledger(tmp_path).append()
        assert list(tmp_path.iterdir()) == []

    def test_several_at_once_are_one_file(self, tmp_path: Path) -> None:
        Ledger(tmp_path).append(*(entry(n) for n in range(50)))
        assert len(Ledger(tmp_path).names()) == 1
        assert len(Ledger(tmp_path).entries()) == 50

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"action": "maybe"}, "'maybe' is not one of"),
            ({"subject": "weather"}, "'weather' is not one of"),
            ({"origin": "oracle"}, "'oracle' is not one of"),
            ({"who": "  "}, "nobody is named"),
            ({"action": "undo"}, "names the entry"),
            ({"undoes": "e_1"}, "names the entry"),
            ({"after": float("nan")}, "key, before, after"),
            ({"after": object()}, "key, before, after"),
            ({"at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
        ],
    )
    def test_what_is_no_decision_is_refused(self, wrong: dict[str, object], said: str) -> None:
        with pytest.raises(ColumnError, match=said):
            entry(**wrong)

    def test_a_field_of_a_later_version_is_passed_over(self) -> None:
        line = entry(after="x").to_json()
        assert Entry.from_json(line[:-1] + ', "mood": "sunny"}') == Entry.from_json(line)


class TestUndo:
    def test_an_undo_stands_beside_what_it_takes_back(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        first, second = entry(1, after="opposed"), entry(2)
        ledger.append(first)
        ledger.append(second)
        back = ledger.undo(first.entry_id, "B. Reader", why="misread")
        assert (back.before, back.after, back.undoes) == ("opposed", None, first.entry_id)
        assert ledger.standing() == (second,)
        assert len(ledger.entries()) == 3

    def test_an_undo_can_be_undone(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        first = entry(1)
        ledger.append(first)
        ledger.undo(ledger.undo(first.entry_id, "A. Reader").entry_id, "A. Reader")
        assert ledger.standing() == (first,)

    def test_what_is_unknown_or_undone_cannot_be_undone(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry(1, entry_id="e_1"))
        ledger.undo("e_1", "A. Reader")
        with pytest.raises(StoreError, match="taken back already"):
            ledger.undo("e_1", "B. Reader")
        with pytest.raises(StoreError, match="not in the ledger"):
            ledger.undo("e_2", "B. Reader")
        assert standing(ledger.entries()) == ()


class TestTwoAtOnce:
    def test_two_processes_lose_nothing(self, tmp_path: Path) -> None:
        writers = [write_from_elsewhere(tmp_path, who, 60) for who in ("A", "B")]
        said = [writer.communicate(timeout=120)[0].split() for writer in writers]
        found = Ledger(tmp_path).entries()
        assert [w.returncode for w in writers] == [0, 0]
        assert sorted(e.entry_id for e in found) == sorted(said[0] + said[1])
        for who, ids in zip("AB", said, strict=True):
            assert [e.entry_id for e in found if e.who == who] == ids, "one writer's order is kept"

    def test_a_reader_sees_what_another_process_adds(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry())
        assert len(ledger.entries()) == 1
        write_from_elsewhere(tmp_path, "B", 3).communicate(timeout=60)
        assert len(ledger.entries()) == 4

    def test_a_folder_that_has_settled_is_not_listed_again(self, tmp_path: Path, monkeypatch) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry())
        old = time.time() - 60
        os.utime(ledger.folder, (old, old))
        first = ledger.names()
        monkeypatch.setattr("dashboard_core.store.ledger.os.scandir", None)
        assert ledger.names() == first
        monkeypatch.undo()
        ledger.append(entry(2))
        assert len(ledger.names()) == 2

    def test_a_killed_writer_loses_nothing_it_acknowledged(self, tmp_path: Path) -> None:
        for round_ in range(4):
            writer = write_from_elsewhere(tmp_path, f"writer {round_}", 100_000)
            assert writer.stdout is not None
            acknowledged = [writer.stdout.readline().strip() for _ in range(5 + 3 * round_)]
            writer.send_signal(signal.SIGKILL)
            rest = writer.communicate()[0].split()
            found = {e.entry_id for e in Ledger(tmp_path).entries() if e.who == f"writer {round_}"}
            assert {*acknowledged, *rest} <= found
            assert len(found) <= len(acknowledged) + len(rest) + 1, "at most the one under way came in unsaid"
        assert Ledger(tmp_path).damaged() == []
        Ledger(tmp_path).append(entry())

    def test_what_a_killed_writer_left_is_cleared_a_day_later(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry())
        old, young = ledger.folder / ".writing-1-old", ledger.folder / ".writing-2-young"
        old.write_text("half a li")
        young.write_text("half a li")
        os.utime(old, (time.time() - 2 * 86400,) * 2)
        ledger.append(entry(2))
        assert (old.exists(), young.exists()) == (False, True)
        assert len(ledger.entries()) == 2


class TestDamage:
    def test_a_changed_file_is_named(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry(after="opposed"))
        path = ledger.folder / ledger.names()[0]
        path.write_text(path.read_text().replace("opposed", "cautious"))
        fresh = Ledger(tmp_path)
        assert path.name in fresh.damaged()[0]
        from dashboard_core.store import ledger as module

        module._read.clear()
        with pytest.raises(StoreError, match=path.name):
            fresh.entries()

    def test_a_foreign_file_is_named(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry())
        (ledger.folder / "notes.txt").write_text("mine")
        with pytest.raises(StoreError, match=r"notes\.txt"):
            ledger.names()

    def test_a_folder_that_cannot_be_written_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "ledger").write_text("a file stands where the folder should be")
        with pytest.raises(StoreError, match="was not kept"):
            Ledger(tmp_path).append(entry())


class TestErasure:
    def test_erased_entries_leave_no_byte_and_no_gap_in_the_order(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        ledger.append(entry(1, why="keep one"), entry(2, why="SECRET-NAME"), entry(3, why="keep two"))
        ledger.append(entry(4, why="SECRET-NAME again"))
        ledger.append(entry(5, why="keep three"))
        assert ledger.erase(lambda e: "SECRET" in e.why) == 2
        assert [e.why for e in ledger.entries()] == ["keep one", "keep two", "keep three"]
        assert all(b"SECRET" not in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
        assert ledger.damaged() == []
        assert ledger.erase(lambda e: False) == 0
