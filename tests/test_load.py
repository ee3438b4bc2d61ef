"""The benchmarks of an import measure what they say: with a stand-in for the models, and small."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard_core.benchmarks import kills, load
from dashboard_core.benchmarks.articles import unpacked
from dashboard_core.benchmarks.load import LoadFigures, zip_of_pages
from dashboard_core.cli import main
from dashboard_core.errors import ArticleFormatError
from dashboard_core.jobs import Job
from dashboard_core.read import read_articles
from dashboard_core.read.limits import Limits
from dashboard_core.records import Article

HERE = Path(__file__).parent
FERRIES = [
    {
        "article_id": f"a{n}",
        "title": f"Ferry {n} is late again",
        "outlet": "Lake Post",
        "url": f"https://lake-post.example/{n}",
        "author": "Ada Berg",
        "published_on": f"2026-03-{n % 27 + 1:02d}",
        "text": "\n\n".join(
            f"Ferry {n} left pier {one} at {n % 12 + 1} on Monday, the harbour master told the council, and its "
            f"captain hopes for better weather in week {one}."
            for one in range(4)
        ),
    }
    for n in range(24)
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ferries.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in FERRIES), "utf-8")
    return path


def stand_in(seconds: str) -> object:
    def start(job: Job) -> int:
        # As the real one does: what the run before left there is not the state of this one.
        now = datetime.now(UTC).isoformat()
        job.write_state(replace(job.state(), status="starting", stage="", since=now))
        command = [sys.executable, str(HERE / "job_stand_in.py"), str(job.folder), seconds]
        return subprocess.Popen(command, start_new_session=True).pid

    return start


def test_pages_made_of_articles_are_read_as_they_were(tmp_path: Path, file: Path) -> None:
    articles = read_articles([file]).articles
    zip_of_pages(articles, tmp_path / "pages.zip")
    read = read_articles([tmp_path / "pages.zip"])
    assert not read.problems

    def facts(found: list[Article]) -> list[tuple[object, ...]]:
        return sorted((a.title, a.outlet, a.author, a.published_on, a.url, a.text) for a in found)

    assert facts(read.articles) == facts(articles)


def test_an_import_under_load(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "start", stand_in("0.6"))
    packed = tmp_path / "ferries.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    command = [
        *(
            "benchmark",
            "ingest",
            str(packed),
            "--no-browser",
            "--rows",
            "200",
            "--every",
            "0",
            "--way",
            "zip",
        ),
        *("--out", str(tmp_path / "load.json")),
    ]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    told = json.loads((tmp_path / "load.json").read_text("utf-8"))
    assert [(one["way"], one["articles"], one["failed"]) for one in told["ways"]] == [("zip", 24, 0)]
    for one in told["ways"]:
        assert one["articles_per_second"] > 0 and one["answers"][load._STORE_ASKED]["busy"]
        assert one["memory"]["worker_most_mb"] > 0 or sys.platform != "linux"
    assert "24 articles (0 not read, 0 copies)" in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"{}", "cannot be unpacked", id="no gzip"),
        pytest.param(gzip.compress(bytes(500))[:-9], "cannot be unpacked", id="cut off"),
        pytest.param(gzip.compress(b"x" * 1_000_001), "expands beyond 1 MB", id="bomb"),
    ],
)
def test_what_cannot_be_unpacked_is_told(content: bytes, said: str, tmp_path: Path) -> None:
    packed = tmp_path / "ferries.jsonl.gz"
    packed.write_bytes(content)
    with pytest.raises(ArticleFormatError, match=said):
        unpacked(packed, tmp_path / "given", limits=Limits(file_megabytes=1))
    assert not (tmp_path / "given").exists()


def test_figures_compare_with_and_without() -> None:
    figures = LoadFigures("jsonl", articles=200, seconds=100.0, cpu_seconds=50.0)
    for took in (10.0, 20.0, 30.0):
        figures.note("overview opened", "idle", took)
        figures.note("overview opened", "busy", 2 * took)
    figures.memory = [
        {"articles": n, "worker_mb": 300 + n / 100, "parser_mb": 80, "dashboard_mb": 500}
        for n in range(0, 200, 10)
    ]
    told = figures.summary()
    assert told["pages"]["overview opened"]["ratio_median"] == 2.0
    assert (told["articles_per_second"], told["articles_per_cpu_second"]) == (2.0, 4.0)
    assert told["memory"]["slope_mb_per_1000_articles"] == pytest.approx(10.0)


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with its children")
class TestKills:
    def test_nothing_is_lost(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kills, "start", stand_in("0.3"))
        result = CliRunner().invoke(main, ["benchmark", "kills", str(file), "--times", "1"])
        assert result.exit_code == 0, result.output
        assert "24 articles" in result.output and "reported and lost: 0" in result.output

    def test_a_lost_and_a_half_article_are_seen(self) -> None:
        report = kills.KillReport()
        kills._compare(report, {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x"}, {"a", "c"})
        assert (report.lost, report.half, report.held) == (["c"], ["b"], False)
