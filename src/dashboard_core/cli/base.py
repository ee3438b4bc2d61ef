"""The command's frame: the group that turns errors into messages, and what all commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from dashboard_core import __version__
from dashboard_core.errors import ArticleFormatError, DashboardCoreError

__all__ = ["FILES", "PARTLY", "STORE", "bar", "main", "tell"]

PARTLY = 3
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
STORE = click.option(
    "--store",
    "store_path",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the store; else STANCES_STORE, else store/ in the project folder.",
)


class _Group(click.Group):
    """Turns the package's own errors into a message and exit code 1, for every command."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DashboardCoreError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            click.echo(f"Error: cannot use{where}: {error.strerror or error}", err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stances")
def main() -> None:
    """Who takes which position on what: news articles in, positions by country and organisation out.

    \b
    Examples
      stances ingest seeds/                          add articles to the store
      stances structure article.txt --out tables/    the three tables, without a store
      stances export --out positions.csv             all positions in the store
      stances classify pairs.csv --out labelled.csv  label your own texts and targets
    """


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error, where it cannot mix with output."""
    shown = tqdm(desc=what, unit=" articles", file=sys.stderr, disable=None)

    def move(done: int, whole: int) -> None:
        shown.total = whole
        shown.update(done - shown.n)

    try:
        yield move
    finally:
        shown.close()


def tell(problems: list[ArticleFormatError], lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
    for problem in problems:
        click.echo(str(problem), err=True)
