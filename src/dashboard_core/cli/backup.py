"""Commands over a whole store: backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from dashboard_core.cli.base import STORE, main
from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir


@main.command()
@STORE
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Zip file to write."
)
def backup(store_path: Path | None, out: Path) -> None:
    """Write the whole store into one file: articles, labels, corrections, reviews, reports.

    The dashboard may stay open. Every byte is checked first; a damaged store is not backed up.

    \b
    Example
      stances backup --out store-2026-03-01.zip
    """
    from dashboard_core.store import Store
    from dashboard_core.store.backup import back_up

    if out.exists():
        raise StoreError(out, ["there is such a file already"], "Name another one: nothing is overwritten.")
    report = back_up(Store(store_path or store_dir()), out)
    click.echo(
        f"{report.files:,} files, {report.size / 1e6:,.1f} MB of {report.batches:,} batches in {out}",
        err=True,
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@STORE
def restore(file: Path, store_path: Path | None) -> None:
    """Make a store from a backup, in a folder that is new or empty.

    \b
    Example
      stances restore store-2026-03-01.zip --store restored/
    """
    from dashboard_core.store.backup import restore as bring_back

    place = (store_path or store_dir()).absolute()
    bring_back(file, place)
    click.echo(f"restored and checked: {place}", err=True)
