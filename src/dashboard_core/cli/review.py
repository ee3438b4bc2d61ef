"""Commands over what people decided: coded claims in and out, erasure, the time that reviewing takes."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from dashboard_core.cli.base import PARTLY, STORE, main
from dashboard_core.cli.models import benchmark
from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir
from dashboard_core.vocabulary import BASES


@main.group()
def coded() -> None:
    """Coded claims in and out: CSV, XLSX, and .dna of Discourse Network Analyzer."""


@coded.command("export")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="File to write: .csv, .xlsx, .dna."
)
@click.option(
    "--labels",
    type=click.Choice(BASES),
    default="reviewed",
    show_default=True,
    help="Whose labels: people's where there are any, the machine's alone, or reviewed positions only.",
)
@STORE
def export_coded(out: Path, labels: str, store_path: Path | None) -> None:
    """Write every position with the machine's label, the final one, who decided it, when and why.

    A .dna file gets supportive and opposed positions as statements with agreement yes and no, cautious ones
    as statements of a type of their own; it opens in DNA 3 as coder Admin with the password: stances.

    \b
    Example
      stances coded export --labels only --out reviewed.xlsx
    """
    from dashboard_core.exports.coded_files import SUFFIXES, coded_file
    from dashboard_core.query import Filters
    from dashboard_core.store import Store

    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in SUFFIXES:
        raise click.BadParameter("the file's name must end in .csv, .xlsx or .dna", param_hint="--out")
    made = coded_file(Store(store_path or store_dir()), Filters(basis=labels), suffix)
    if suffix == "dna" and out.exists():
        raise FileExistsError(17, "there is a file of that name already", str(out))
    out.write_bytes(made.content)
    left = f"; {made.left_out:,} positions without a stance left out" if made.left_out else ""
    click.echo(f"{made.written:,} positions written to {out}{left}", err=True)


@coded.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--who", required=True, help="Who coded what names nobody.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@STORE
@click.pass_context
def import_coded(ctx: click.Context, file: Path, who: str, dry_run: bool, store_path: Path | None) -> None:
    """Bring coded claims into the ledger, where each can be undone; rows nobody reviewed are passed over.

    Needed are the columns article_id, target, stance, and text (or start and end); docs/review.md has all.

    \b
    Example
      stances coded import coded.csv --who "A. Reader"
    """
    from dashboard_core.exports.coded_files import read_coded_file
    from dashboard_core.store import Store

    store = Store(store_path or store_dir())
    given = read_coded_file(store, file, who)
    if not dry_run:
        store.ledger.append(*given.entries)
    did = "would be kept" if dry_run else "kept"
    click.echo(f"{len(given.entries):,} decisions {did} from {given.coded:,} coded positions", err=True)
    if given.known:
        click.echo(f"{given.known:,} decisions stand here already", err=True)
    if given.unreviewed:
        click.echo(f"{given.unreviewed:,} rows that nobody reviewed were passed over", err=True)
    for problem in given.problems:
        click.echo(problem, err=True)
    if given.problems:
        ctx.exit(PARTLY if given.entries else 1)


@main.command()
@click.option("--article", "articles", multiple=True, help="Id of an article to remove. May repeat.")
@click.option("--person", "people", multiple=True, help="Full name of a person to remove. May repeat.")
@click.option("--who", required=True, help="Who removes it; stays in the record.")
@click.option(
    "--why", default="", help="The reason; stays in the record, so it must not say what was removed."
)
@click.option("--yes", is_flag=True, help="Do not ask again.")
@STORE
def purge(
    articles: tuple[str, ...],
    people: tuple[str, ...],
    who: str,
    why: str,
    yes: bool,
    store_path: Path | None,
) -> None:
    """Remove an article or a person for good, from every batch, the ledger, saved views and uploads.

    Of a person all claims go; in the articles their passages and name become blocks. A record stays that
    something was removed, by whom and when. Backups and exported files elsewhere are not touched.

    \b
    Example
      stances purge --person "Jane Example" --who "Data protection officer"
    """
    from dashboard_core.jobs import Job
    from dashboard_core.learning import is_busy
    from dashboard_core.learning.running import FOLDER
    from dashboard_core.store import Store
    from dashboard_core.store.erasure import purge as erase

    if not (articles or people):
        raise click.UsageError("Name an --article or a --person.")
    store = Store(store_path or store_dir())
    jobs = Job.every(store)
    busy = [job.job_id for job in jobs if not job.state().over]
    at_work = [f"job {name} is at work" for name in busy]
    at_work += ["a model is being learned or the store relabelled"] if is_busy(store) else []
    if at_work:
        raise StoreError(store.path, at_work, "Wait until it is done, or cancel it.")
    if not yes:
        click.confirm("This cannot be undone. Remove it for good?", abort=True, err=True)
    done = erase(store, articles=articles, people=people, who=who, why=why)
    # Uploaded files and what was said of each article: which job brought it in is not looked up.
    for folder in ("jobs", FOLDER):
        if (store.path / folder).is_dir():
            shutil.rmtree(store.path / folder)
    click.echo(
        f"removed: {done.articles:,} articles, {done.claims:,} claims, {done.positions:,} labels, "
        f"{done.decisions:,} decisions, {len(jobs):,} jobs with their uploads; "
        f"blocked out in {done.redacted:,} articles",
        err=True,
    )


@benchmark.command("reviewing")
@click.option("--items", default=50, show_default=True, help="How many labels are decided, by key.")
@STORE
def benchmark_reviews(items: int, store_path: Path | None) -> None:
    """Time reviewing by keyboard in Chromium, on a copy of the store: from each key to the next passage.

    \b
    Example
      stances benchmark reviewing --items 50
    """
    from dashboard_core.benchmarks.reviewing import benchmark_reviewing

    store = store_path or store_dir()
    for line in benchmark_reviewing(store, items, tell=lambda said: click.echo(said, err=True)).lines():
        click.echo(line)
