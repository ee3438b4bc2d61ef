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

__all__ = ["FILES", "PARTLY", "SPLIT", "STORE", "bar", "columns_given", "main", "table_options", "tell"]

PARTLY = 3
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
STORE = click.option(
    "--store",
    "store_path",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the store; else STANCES_STORE, else store/ in the project folder.",
)


SPLIT = click.option(
    "--split",
    is_flag=True,
    help="Split texts and Word files that look like several articles under headings of their own; without it "
    "each is told, and comes in as one article.",
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where a table begins and which column holds what."""
    for option in (
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="FIELD=COLUMN",
            help="For csv, xlsx and jsonl: which column or key holds what, as in text=Story. May repeat.",
        ),
        click.option("--header-row", default="", help="The row, or two rows (3-4), that name the columns."),
        click.option("--sheet", default="", help="The sheet of a workbook that holds the articles."),
    ):
        command = option(command)
    return command


def columns_given(
    columns: tuple[str, ...], header_row: str, sheet: str, *, split: bool = False
) -> dict[str, str]:
    """Return the mapping that the options of :func:`table_options`, and ``--split``, make.

    Raises
    ------
    click.BadParameter
        A field is unknown, or no column is named.
    """
    from dashboard_core.read import ARTICLES, COLUMN_FIELDS
    from dashboard_core.read import SPLIT as TOLD_APART

    pairs = {name.strip(): column for name, _, column in (one.partition("=") for one in columns)}
    wrong = [name for name, column in pairs.items() if name not in COLUMN_FIELDS or not column]
    if wrong:
        known = ", ".join(COLUMN_FIELDS)
        raise click.BadParameter(
            f"{', '.join(wrong)}: give FIELD=COLUMN, FIELD one of {known}", param_hint="--column"
        )
    places = {"header_row": header_row.strip(), "sheet": sheet.strip()}
    places[ARTICLES] = TOLD_APART if split else ""
    return pairs | {name: said for name, said in places.items() if said}


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
