"""An import killed at random moments, with the real models: what it reported is there, nothing half."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashboard_core.benchmarks.articles import unpacked
from dashboard_core.benchmarks.processes import can_halt, kill
from dashboard_core.errors import DashboardCoreError
from dashboard_core.jobs import Job, JobFile, Request, State, start
from dashboard_core.store import Store

__all__ = ["KillReport", "try_kills"]

_PATIENCE = 1800.0
_LOOK = 0.05
# What makes an article whole: its text and facts, each claim with its place, words and whom the text names,
# each label. Not the speaker's name: it is that of the person in all articles that the store holds by then.
_STATEMENTS = (
    "SELECT article_id, title, outlet, author, url, published_on::text, sha256, text FROM articles",
    'SELECT article_id, claim_id, "start", "end", text, mention FROM claims',
    "SELECT article_id, stance_id, target_id, stance::text FROM stances",
)


@dataclass
class KillReport:
    """What came of it. ``moments`` are, for each kill, seconds since the start, stage, and articles told.

    ``lost`` names articles that were reported as saved and are not in the store, ``half`` those that it
    holds otherwise than after an undisturbed run; ``differing`` what the two stores do not share at the end.
    """

    articles: int = 0
    claims: int = 0
    positions: int = 0
    undisturbed_seconds: float = 0.0
    moments: list[tuple[float, str, int]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether nothing was lost, half, told twice or different."""
        return not (self.lost or self.half or self.differing or self.twice)

    def lines(self) -> list[str]:
        """Return the report in words."""
        lines = [
            f"{self.articles:,} articles, {self.claims:,} claims, {self.positions:,} positions; "
            f"{self.undisturbed_seconds:.0f} s undisturbed"
        ]
        lines += [
            f"  killed {seconds:6.1f} s after its start, at {stage or 'starting'}; {told:,} reported"
            for seconds, stage, told in self.moments
        ]
        for what, names in (
            ("reported and lost", self.lost),
            ("half", self.half),
            ("told twice", self.twice),
            ("different at the end", self.differing),
        ):
            lines.append(f"{what}: {len(names):,}" + (f" ({', '.join(names[:5])})" if names else ""))
        return lines


def try_kills(
    file: Path, folder: Path, *, times: int = 10, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> KillReport:
    """Bring a file in undisturbed, and again killed ``times`` times; return how the two compare.

    The moments are drawn evenly from the time that the undisturbed run takes, so that kills fall into
    starting, reading, looking for claims and saving. Where the work comes to its end before that, it begins
    anew with an empty store, and the moment counts there.

    Parameters
    ----------
    file : Path
        What to bring in; a .jsonl may be packed with gzip.
    folder : Path
        Where the two stores go: an empty one.
    times : int
        How often the process and its children are killed.
    seed : int
        The same seed draws the same moments.
    tell : callable, optional
        Told what is being done.

    Raises
    ------
    DashboardCoreError
        This system cannot kill a process with its children, or a run failed by itself.
    """
    if not can_halt:
        raise DashboardCoreError(
            "A process cannot be killed with its children here: run it on Linux or macOS."
        )
    file = unpacked(file, folder / "given")
    report = KillReport()
    tell("undisturbed")
    calm, job = _job(file, folder / "calm")
    began = time.monotonic()
    start(job)
    _ended(job)
    report.undisturbed_seconds = time.monotonic() - began
    whole = _contents(calm)
    state = job.state()
    report.articles, report.claims, report.positions = len(whole), state.claims, state.positions
    if not whole:
        raise DashboardCoreError(f"Nothing to try: not one article of {file} came in.")
    draw = random.Random(seed)  # noqa: S311  # moments, not secrets
    store, job = _job(file, folder / "killed")
    longest, anew = report.undisturbed_seconds, 0
    while len(report.moments) < times:
        process = start(job)
        until = time.monotonic() + draw.uniform(0.0, longest)
        began = time.monotonic()
        while time.monotonic() < until and not job.state().over:
            time.sleep(_LOOK)
        state = job.state()
        if state.over:
            os.waitpid(process, 0)
            _compare(report, whole, _contents(store), _told(job))
            # Where the machine has become faster meanwhile, later moments would all come too late.
            longest = min(longest, time.monotonic() - began)
            anew += 1
            store, job = _job(file, folder / f"killed-{anew}")
            continue
        kill(process)
        os.waitpid(process, 0)
        told = _told(job)
        report.moments.append((time.monotonic() - began, state.stage, len(told)))
        tell(f"kill {len(report.moments)} of {times}: {len(told):,} reported")
        _compare(report, whole, _contents(store), told)
    start(job)
    _ended(job)
    names = [one.article_id for one in job.outcomes()]
    report.twice = sorted({name for name in names if names.count(name) > 1})
    final = _contents(store)
    report.differing = sorted(name for name in {*whole, *final} if whole.get(name) != final.get(name))
    return report


def _job(file: Path, place: Path) -> tuple[Store, Job]:
    store = Store.create(place)
    return store, Job.create(store, Request("trial", (JobFile(file.name, str(file.absolute())),)))


def _told(job: Job) -> set[str]:
    return {one.article_id for one in job.outcomes() if one.result != "failed"}


def _ended(job: Job) -> State:
    until = time.monotonic() + _PATIENCE
    while not (state := job.state()).over:
        if time.monotonic() > until:
            raise DashboardCoreError("The import did not come to its end within half an hour.")
        time.sleep(0.3)
    if state.status != "done":
        raise DashboardCoreError(f"The import ended as {state.status}: {state.message or 'no reason given'}")
    return state


def _contents(store: Store) -> dict[str, str]:
    """Return each article's fingerprint over its text, facts, claims and labels; all bytes are checked.

    Raises
    ------
    StoreError
        A batch is damaged.
    DashboardCoreError
        The bytes of a batch are not those that were written.
    """
    damaged = store.verify()
    if damaged:
        raise DashboardCoreError(f"The store is damaged: {'; '.join(damaged)}")
    rows: dict[str, list[str]] = {}
    cursor = store.connect()
    for statement in _STATEMENTS:
        for name, *told in cursor.execute(statement).fetchall():
            rows.setdefault(str(name), []).append(repr(told))
    return {name: hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest() for name, said in rows.items()}


def _compare(report: KillReport, whole: Mapping[str, str], there: Mapping[str, str], told: set[str]) -> None:
    report.lost += sorted(told - set(there))
    report.half += sorted(name for name, digest in there.items() if whole.get(name) != digest)
