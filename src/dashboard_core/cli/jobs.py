"""Commands over work in the background: jobs."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from dashboard_core.cli.base import FILES, PARTLY, SPLIT, STORE, columns_given, main, table_options
from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir


@main.group()
def jobs() -> None:
    """Bring articles in by a process that goes on when this command ends; follow it, cancel it, resume it."""


@jobs.command("start")
@FILES
@STORE
@table_options
@SPLIT
def start_job(
    files: tuple[Path, ...],
    store_path: Path | None,
    columns: tuple[str, ...],
    header_row: str,
    sheet: str,
    split: bool,
) -> None:
    """Start a process that brings files in, and print the job's name.

    The files are read where they are: leave them there until it is done. Its progress is on the Corpus page,
    and here with `stances jobs list`.

    \b
    Examples
      stances jobs start export.xlsx saved-pages.zip
      stances jobs start export.xlsx --sheet Data --header-row 4 --column text=Story
    """
    from dashboard_core.jobs import Job, JobFile, Request, columns_of, start
    from dashboard_core.store import Store

    given = columns_given(columns, header_row, sheet, split=split)
    store = Store.create(store_path or store_dir())
    named = tuple(
        JobFile(str(path), str(path.absolute()), columns_of(store, str(path), given)) for path in files
    )
    job = Job.create(store, Request(getpass.getuser(), named))
    start(job)
    click.echo(job.job_id)


@jobs.command("list")
@STORE
def list_jobs(store_path: Path | None) -> None:
    """List the jobs of the store, newest first, with how far they are.

    \b
    Example
      stances jobs list
    """
    from dashboard_core.jobs import Job
    from dashboard_core.store import Store

    for job in Job.every(Store(store_path or store_dir())):
        state = job.state()
        counts = ", ".join(f"{count:,} {name}" for name, count in state.counts.items() if count)
        far = f"{state.done:,} of {state.total:,}" if state.total else ""
        pace = f"{state.pace:.0f} a minute" if state.pace and not state.over else ""
        parts = [job.job_id, state.status, far, counts, pace, state.message.split("\n")[0]]
        click.echo("  ".join(part for part in parts if part))


@jobs.command("cancel")
@click.argument("job")
@STORE
def cancel_job(job: str, store_path: Path | None) -> None:
    """End a job; what it saved stays. One that has ended already is an error, and stays as it is.

    \b
    Example
      stances jobs cancel 20260301T101500Z-1a2b3c4d
    """
    from dashboard_core.jobs import Job
    from dashboard_core.store import Store

    found = Job.of(Store(store_path or store_dir()), job)
    state = found.state()
    if state.over:
        raise StoreError(
            found.folder,
            [f"the job has ended already ({state.status}): there is nothing to cancel"],
            "What it saved stays; `stances articles remove` takes out an article.",
        )
    found.cancel()
    click.echo("It ends after the articles in hand.", err=True)


@jobs.command("resume")
@click.argument("job")
@STORE
def resume_job(job: str, store_path: Path | None) -> None:
    """Go on with a job that was cancelled, interrupted or failed.

    \b
    Example
      stances jobs resume 20260301T101500Z-1a2b3c4d
    """
    from dashboard_core.jobs import Job, start
    from dashboard_core.store import Store

    found = Job.of(Store(store_path or store_dir()), job)
    state = found.state()
    if state.status == "done" or not state.over:
        problem = "is done" if state.over else f"is being worked on ({state.status})"
        raise StoreError(
            found.folder,
            [f"the job {problem}: there is nothing to resume"],
            "`stances jobs report` says what became of each file; `stances jobs list` shows how far it is.",
        )
    start(found)
    click.echo("It goes on in the background; `stances jobs list` shows how far it is.", err=True)


@jobs.command("report")
@click.argument("job")
@STORE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
@click.pass_context
def report_job(ctx: click.Context, job: str, store_path: Path | None, out: Path) -> None:
    """Write what became of each file and article of a job to a CSV file.

    \b
    Example
      stances jobs report 20260301T101500Z-1a2b3c4d --out outcome.csv
    """
    from dashboard_core import exports, pipeline
    from dashboard_core.jobs import Job
    from dashboard_core.store import Store

    found = Job.of(Store(store_path or store_dir()), job)
    table = pipeline.outcome_table(found.outcomes())
    out.write_bytes(exports.to_csv(table))
    click.echo(f"{len(table):,} rows written to {out}", err=True)
    if found.state().counts.get("failed"):
        ctx.exit(PARTLY)
