"""An import of many articles while somebody reads the dashboard: speed, the pages' answers, memory.

The import is a job as the Corpus page starts it. Meanwhile a tab in Chromium opens the overview, adds a
filter and opens the evidence, and the store is asked what a click asks; again and again, in turns with the
job going on and with the job halted. So the two compare although the machine does other things, too.
"""

from __future__ import annotations

import html
import json
import os
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard_core import __version__, query
from dashboard_core.benchmarks.articles import unpacked
from dashboard_core.benchmarks.browser import APP, Tab, browsing, memory_mb, served
from dashboard_core.benchmarks.processes import can_halt, cpu_seconds, family_mb, halted
from dashboard_core.errors import ArticleFormatError, DashboardCoreError
from dashboard_core.jobs import Job, JobFile, Request, start
from dashboard_core.query import Filters
from dashboard_core.read import CopyRow, iter_articles
from dashboard_core.records import Article
from dashboard_core.store import Store
from dashboard_core.synthetic import synthetic_frames

__all__ = ["WAYS", "LoadFigures", "as_json", "benchmark_ingest", "zip_of_pages"]

WAYS: Final = ("jsonl", "zip")
# Each round chooses another, as a reader does: what was asked before is answered from memory.
_CHOSEN: Final = (
    "Kyrgyzstan Kazakhstan Uzbekistan Azerbaijan Poland Armenia Georgia Ukraine Mongolia India Pakistan "
    "Afghanistan Germany Italy Hungary Finland Sweden Norway Estonia Latvia Lithuania Romania Bulgaria "
    "Greece Spain Portugal Belgium Austria Switzerland Japan"
).split()
_CODES: Final = (
    "KGZ KAZ UZB AZE POL ARM GEO UKR MNG IND PAK AFG DEU ITA HUN FIN SWE NOR EST LVA LTU ROU BGR GRC ESP "
    "PRT BEL AUT CHE JPN"
).split()
_CHARTS: Final[tuple[tuple[str, str | None], ...]] = (
    ("country", None),
    ("organisation", None),
    ("country", "target"),
)
_STORE_ASKED: Final = "store asked (three tallies, counts, 100 rows)"


@dataclass
class LoadFigures:
    """One import: what came in, how fast, how long pages took with and without it, and memory over time.

    ``seconds`` are those in which the job was not halted, ``cpu_seconds`` the processor time of its process
    and of the parser it starts. ``answers`` are milliseconds by what was asked: ``idle`` with the job halted,
    ``busy`` with it going on. ``memory`` has one row every few seconds: articles done, and megabytes of the
    job, its parser and the dashboard.
    """

    way: str
    articles: int = 0
    failed: int = 0
    copies: int = 0
    claims: int = 0
    positions: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    status: str = ""
    answers: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    memory: list[dict[str, float]] = field(default_factory=list)

    def note(self, asked: str, state: str, took: float) -> None:
        """Keep how long an answer took."""
        self.answers.setdefault(asked, {"idle": [], "busy": []})[state].append(round(took, 1))

    def summary(self) -> dict[str, Any]:
        """Return the figures without the single measurements."""
        pages = {name: _compared(times["idle"], times["busy"]) for name, times in self.answers.items()}
        return {
            "way": self.way,
            "status": self.status,
            "articles": self.articles,
            "failed": self.failed,
            "copies": self.copies,
            "claims": self.claims,
            "positions": self.positions,
            "seconds": round(self.seconds, 1),
            "articles_per_second": _per(self.articles, self.seconds),
            "articles_per_cpu_second": _per(self.articles, self.cpu_seconds),
            "pages": {name: one for name, one in pages.items() if one},
            "memory": _memory(self.memory),
        }

    def lines(self) -> list[str]:
        """Return the figures in words."""
        told = self.summary()
        lines = [
            f"{self.way}: {self.articles:,} articles ({self.failed:,} not read, {self.copies:,} copies), "
            f"{self.claims:,} claims, {self.positions:,} positions; {self.status}",
            f"  {told['articles_per_second']} articles a second over {self.seconds / 60:.1f} minutes; "
            f"{told['articles_per_cpu_second']} a second of processor time",
        ]
        for name, one in told["pages"].items():
            lines.append(
                f"  {name}: median {one['busy_median_ms']:,.0f} ms, {one['ratio_median']} times idle "
                f"({one['idle_median_ms']:,.0f}); 95 in 100 within {one['busy_p95_ms']:,.0f} ms, "
                f"{one['ratio_p95']} times idle ({one['idle_p95_ms']:,.0f}); {one['times']} times"
            )
        if memory := told["memory"]:
            lines.append(
                f"  memory of the job: {memory['worker_first_mb']:,.0f} MB after a tenth of the articles, "
                f"{memory['worker_last_mb']:,.0f} at the end, at most {memory['worker_most_mb']:,.0f}; "
                f"{memory['slope_mb_per_1000_articles']:+,.1f} MB a thousand articles in the second half; "
                f"its parser at most {memory['parser_most_mb']:,.0f} MB, "
                f"the dashboard {memory['dashboard_most_mb']:,.0f}"
            )
        return lines


def benchmark_ingest(
    file: Path,
    *,
    ways: Sequence[str] = WAYS,
    limit: int | None = None,
    rows: int = 20_000,
    every: float = 20.0,
    minutes: float | None = None,
    browser: bool = True,
    folder: Path,
    tell: Callable[[str], None] = lambda _: None,
) -> list[LoadFigures]:
    """Bring articles in while pages are asked, once for each way, each into a store of its own.

    Parameters
    ----------
    file : Path
        A .jsonl of articles, or one packed with gzip.
    ways : sequence of str
        Of :data:`WAYS`: from a .jsonl, and from a zip archive of web pages made of the same articles.
    limit : int, optional
        Only the first so many articles.
    rows : int
        Invented positions that are in the store before, so that pages have something to show.
    every : float
        Seconds between two rounds of asking.
    minutes : float, optional
        Cancel each import after so long; the figures are then those of the articles until then.
    browser : bool
        Whether a dashboard is started and asked in Chromium; else the store alone is asked.
    folder : Path
        Where stores, archive and copies of the articles go: an empty one.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        There are no articles in the file, it cannot be unpacked, or Chromium or the dashboard does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    articles = _articles(unpacked(file, folder / "given"), limit)
    figures = []
    for way in ways:
        source = folder / f"articles.{way}"
        if way == "zip":
            zip_of_pages(articles, source)
        else:
            _jsonl(articles, source)
        store = Store.create(folder / f"store-{way}")
        _fill(store, rows)
        tell(f"{way}: {len(articles):,} articles into a store of {rows:,} positions")
        with _asked_pages(store, browser) as (ask, dashboard):
            figures.append(_measured(way, source, store, ask, dashboard, every, minutes, tell))
    return figures


def _fill(store: Store, rows: int) -> None:
    """Keep invented positions as compared before: their texts are all alike, and not what is measured."""
    frames = synthetic_frames(rows)
    copies = [asdict(CopyRow(name, name, "", "", b"")) for name in frames.articles["article_id"].tolist()]
    store.append(frames, copies=copies)


def zip_of_pages(articles: Sequence[Article], path: Path) -> None:
    """Write articles as saved web pages, with a menu and a foot around each text, into one zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, article in enumerate(articles, 1):
            archive.writestr(f"{number:05d}.html", _page(article))


def _page(article: Article) -> str:
    def meta(kind: str, name: str, value: str) -> str:
        return f'<meta {kind}="{name}" content="{html.escape(value)}">' if value else ""

    day = article.published_on.isoformat() if article.published_on else ""
    paragraphs = "\n".join(f"<p>{html.escape(one)}</p>" for one in article.text.split("\n\n") if one.strip())
    title = html.escape(article.title)
    links = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("news", "sport", "weather"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        + meta("property", "og:title", article.title)
        + meta("property", "og:site_name", article.outlet)
        + meta("property", "og:url", article.url)
        + meta("property", "article:published_time", day)
        + meta("name", "author", article.author)
        + f"</head><body><nav><ul>{links}</ul></nav><article><h1>{title}</h1>\n{paragraphs}\n</article>"
        "<footer><p>All rights reserved. Terms of use. Contact.</p></footer></body></html>"
    )


def _articles(file: Path, limit: int | None) -> list[Article]:
    # Lines that are no articles are left out: they are not what is measured here.
    readable = (one for one in iter_articles([file]) if not isinstance(one, ArticleFormatError))
    found = list(islice(readable, limit))
    if not found:
        raise DashboardCoreError(f"Nothing to measure: {file} holds no article. Give a .jsonl of articles.")
    return found


def _jsonl(articles: Sequence[Article], path: Path) -> None:
    names = ("article_id", "title", "outlet", "url", "author", "text")
    with path.open("w", encoding="utf-8") as lines:
        for one in articles:
            row = {name: getattr(one, name) for name in names}
            row["published_on"] = one.published_on.isoformat() if one.published_on else None
            lines.write(json.dumps(row) + "\n")


@contextmanager
def _asked_pages(store: Store, browser: bool) -> Iterator[tuple[Callable[[int], dict[str, float]], int]]:
    """Give what asks one round and returns milliseconds, and the dashboard's process (0 without one)."""
    if not browser:
        yield partial(_ask_store, store), 0
        return
    with browsing() as opened, served(APP, {"STANCES_STORE": str(store.path)}) as (address, process):
        first = Tab(opened, address)
        first.open()  # the first visitor of a server waits for its start
        first.close()
        yield partial(_ask_pages, store, opened, address), process


def _ask_store(store: Store, number: int) -> dict[str, float]:
    filters = Filters(countries=(_CODES[number % len(_CODES)],), min_confidence=round(number % 89 / 100, 2))
    began = time.perf_counter()
    for by, split in _CHARTS:
        query.tally(store, filters, by=by, split=split)
    query.facets(store, filters)
    query.positions(store, filters, limit=100)
    return {_STORE_ASKED: 1000 * (time.perf_counter() - began)}


def _ask_pages(store: Store, browser: Any, address: str, number: int) -> dict[str, float]:
    took = _ask_store(store, number)
    tab = Tab(browser, address)
    try:
        took["overview opened"] = tab.open()
        took["country chosen"] = tab.click(partial(tab.add, _CHOSEN[number % len(_CHOSEN)])).drawn
        took["evidence opened"] = tab.visit("evidence", "[data-testid='stDataFrame']")
    finally:
        tab.close()
    return took


def _measured(
    way: str,
    source: Path,
    store: Store,
    ask: Callable[[int], dict[str, float]],
    dashboard: int,
    every: float,
    minutes: float | None,
    tell: Callable[[str], None],
) -> LoadFigures:
    figures = LoadFigures(way)
    job = Job.create(store, Request("benchmark", (JobFile(source.name, str(source)),)))
    start(job)
    began = time.monotonic()
    try:
        halts = _followed(figures, job, ask, dashboard, every, minutes, tell)
    finally:
        job.cancel()  # It would outlive a measurement that breaks off.
    state = job.state()
    if state.status != "done" and not (minutes and state.status == "cancelled"):
        raise DashboardCoreError(f"The import ended as {state.status}: {state.message or 'no reason given'}")
    if state.counts.get("failed") == state.done:
        reason = next((one.reason for one in job.outcomes()), "no reason given")
        raise DashboardCoreError(f"Not one article came in: {reason}")
    figures.seconds = time.monotonic() - began - halts
    figures.articles = state.done - state.counts.get("failed", 0)
    figures.failed = state.counts.get("failed", 0)
    figures.claims, figures.positions, figures.copies = state.claims, state.positions, state.copies
    figures.status = state.status
    return figures


def _followed(
    figures: LoadFigures,
    job: Job,
    ask: Callable[[int], dict[str, float]],
    dashboard: int,
    every: float,
    minutes: float | None,
    tell: Callable[[str], None],
) -> float:
    """Measure until the job is over; return for how many seconds it was halted."""
    began = time.monotonic()
    halts = next_round = next_note = 0.0
    number = 0
    while not (state := job.state()).over:
        time.sleep(0.5)
        # Before the first article is saved, files are counted and models are loaded.
        if not state.process or not state.done:
            continue
        now = time.monotonic()
        if minutes and now - began > 60 * minutes:
            job.cancel()
        if now >= next_note:
            next_note = now + 2
            figures.cpu_seconds = max(figures.cpu_seconds, cpu_seconds(state.process))
            _note_memory(figures, state.process, dashboard, state.done)
        if now < next_round:
            continue
        number += 1
        halt = can_halt and number % 2 == 0
        try:
            if halt:
                with halted(state.process):
                    took = ask(number)
                halts += time.monotonic() - now
            else:
                took = ask(number)
        except ProcessLookupError:
            continue  # it has just come to its end
        if halt or not job.state().over:
            for asked, one in took.items():
                figures.note(asked, "idle" if halt else "busy", one)
        next_round = time.monotonic() + every
        tell(f"{figures.way}: {state.done:,} of {state.total:,}, round {number}")
    return halts


def _note_memory(figures: LoadFigures, process: int, dashboard: int, done: int) -> None:
    own = memory_mb(process)
    if own:
        figures.memory.append(
            {
                "articles": done,
                "worker_mb": round(own, 1),
                "parser_mb": round(family_mb(process), 1),
                "dashboard_mb": round(memory_mb(dashboard), 1) if dashboard else 0.0,
            }
        )


def _compared(idle: Sequence[float], busy: Sequence[float]) -> dict[str, float]:
    if not idle or not busy:
        return {}
    low, high = statistics.median(idle), statistics.median(busy)
    low95, high95 = float(np.quantile(idle, 0.95)), float(np.quantile(busy, 0.95))
    return {
        "times": len(busy),
        "idle_median_ms": round(low, 1),
        "busy_median_ms": round(high, 1),
        "ratio_median": round(high / low, 2),
        "idle_p95_ms": round(low95, 1),
        "busy_p95_ms": round(high95, 1),
        "ratio_p95": round(high95 / low95, 2),
    }


def _memory(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return memory after a tenth of the articles and at the end, and its growth in the second half."""
    if len(rows) < 2:
        return {}
    last = rows[-1]["articles"]
    # Models are loaded and caches filled with the first articles.
    warm = [row for row in rows if row["articles"] >= last / 10] or list(rows)
    late = [row for row in rows if row["articles"] >= last / 2]
    own = np.array([row["worker_mb"] for row in warm])
    done = [row["articles"] for row in late]
    slope = float(np.polyfit(done, [row["worker_mb"] for row in late], 1)[0]) if len(set(done)) > 1 else 0.0
    tenth = max(1, len(warm) // 10)
    return {
        "worker_first_mb": round(float(np.median(own[:tenth])), 1),
        "worker_last_mb": round(float(np.median(own[-tenth:])), 1),
        "worker_most_mb": max(row["worker_mb"] for row in rows),
        "slope_mb_per_1000_articles": round(1000 * slope, 1),
        "parser_most_mb": max(row["parser_mb"] for row in rows),
        "dashboard_most_mb": max(row["dashboard_mb"] for row in rows),
    }


def _per(count: int, seconds: float) -> float:
    return round(count / seconds, 2) if seconds else 0.0


def as_json(figures: Sequence[LoadFigures], *, file: Path, rows: int) -> str:
    """Return all figures and single measurements as JSON, with data, machine and version."""
    return json.dumps(
        {
            "data": file.name,
            "positions_before": rows,
            "cores": os.cpu_count(),
            "platform": sys.platform,
            "version": __version__,
            "ways": [one.summary() | {"answers": one.answers, "over_time": one.memory} for one in figures],
        },
        indent=1,
    )
