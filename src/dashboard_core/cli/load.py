"""Commands that put an import to the test: under load, and killed."""

from __future__ import annotations

from pathlib import Path

import click

from dashboard_core.benchmarks.load import WAYS
from dashboard_core.cli.models import benchmark


@benchmark.command("ingest")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--limit", type=int, help="Only the first so many articles.")
@click.option(
    "--way",
    "ways",
    type=click.Choice(WAYS),
    multiple=True,
    default=WAYS,
    show_default=True,
    help="As a .jsonl, or as a zip archive of web pages made of it. May repeat.",
)
@click.option(
    "--rows", default=20_000, show_default=True, help="Invented positions that are in the store before."
)
@click.option("--every", default=20.0, show_default=True, help="Seconds between two rounds of asking.")
@click.option("--minutes", type=float, help="Cancel each import after so many minutes and report until then.")
@click.option("--no-browser", is_flag=True, help="Ask the store alone, without a dashboard and Chromium.")
@click.option("--out", type=click.Path(path_type=Path), help="JSON file for all figures and measurements.")
def benchmark_import(
    file: Path,
    limit: int | None,
    ways: tuple[str, ...],
    rows: int,
    every: float,
    minutes: float | None,
    no_browser: bool,
    out: Path | None,
) -> None:
    """Bring articles in while pages are asked: articles a second, pages with and without it, memory.

    FILE is a .jsonl of articles, plain or packed with gzip.

    \b
    Example
      stances benchmark ingest articles.jsonl.gz --limit 200 --out load.json
    """
    from tempfile import TemporaryDirectory

    from dashboard_core.benchmarks.load import as_json, benchmark_ingest

    with TemporaryDirectory() as temporary:
        figures = benchmark_ingest(
            file,
            ways=ways,
            limit=limit,
            rows=rows,
            every=every,
            minutes=minutes,
            browser=not no_browser,
            folder=Path(temporary),
            tell=lambda line: click.echo(line, err=True),
        )
    for one in figures:
        for line in one.lines():
            click.echo(line)
    if out:
        out.write_text(as_json(figures, file=file, rows=rows), "utf-8")


@benchmark.command("kills")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--times", default=10, show_default=True, help="How often the import is killed.")
@click.option("--seed", default=0, show_default=True, help="Draws the moments.")
@click.pass_context
def benchmark_kills(ctx: click.Context, file: Path, times: int, seed: int) -> None:
    """Kill an import at random moments (kill -9) and compare what is there with an undisturbed run.

    Exit code 1 if an article was lost, half, told twice or different. A hundred articles are a good length.

    \b
    Example
      stances benchmark kills hundred.jsonl --times 10
    """
    from tempfile import TemporaryDirectory

    from dashboard_core.benchmarks.kills import try_kills

    with TemporaryDirectory() as temporary:
        report = try_kills(
            file, Path(temporary), times=times, seed=seed, tell=lambda line: click.echo(line, err=True)
        )
    for line in report.lines():
        click.echo(line)
    if not report.held:
        ctx.exit(1)
