"""The command that sets ways of labelling a stance side by side."""

from __future__ import annotations

from pathlib import Path

import click

from dashboard_core.cli.base import main


@main.command("compare")
@click.option(
    "--data",
    "data",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of coded articles or pairs. May repeat.",
)
@click.option(
    "--frozen",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of a sentence encoder (model.onnx, tokenizer.json) to compare with.",
)
def compare(data: tuple[Path, ...], frozen: Path | None) -> None:
    """Print a table of ways to label a stance, from counting words to the shipped model.

    Every way is scored on the same coded pairs, with 95 % intervals over articles and the paired difference
    to the shipped model. Needs the dev extra for the sentiment tools.

    \b
    Example
      stances compare --data dev_news.jsonl --data dev_region.jsonl
    """
    from dashboard_core.benchmarks.comparison import HEADER, compare_ways

    table = compare_ways(data, frozen=frozen, progress=lambda name: click.echo(name, err=True))
    click.echo(HEADER)
    for way in table:
        click.echo(way.line())
