"""Commands over learning from reviewed labels: learn, compare, adopt, roll back."""

from __future__ import annotations

import getpass
import time
from pathlib import Path

import click

from dashboard_core.cli.base import STORE, main
from dashboard_core.errors import ModelError
from dashboard_core.paths import store_dir

_WHO = click.option("--who", default="", help="Who decides this; else the name of this account.")


@main.group()
def learn() -> None:
    """Learn a stance model from reviewed labels, compare it with the one that labels, adopt it or go back."""


@learn.command("start")
@click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Further CSV or JSONL of text, target, stance to learn from. May repeat.",
)
@click.option("--wait", is_flag=True, help="Wait until it is done and show the comparison.")
@_WHO
@STORE
@click.pass_context
def start_learning(
    ctx: click.Context, data: tuple[Path, ...], wait: bool, who: str, store_path: Path | None
) -> None:
    """Fit a new model on the reviewed labels in the background and compare it with the one that labels now.

    Some articles' labels are kept back for comparing. Nothing is adopted by this: see `stances learn list`,
    then `stances learn adopt`.

    \b
    Example
      stances learn start --wait
    """
    from dashboard_core.learning import start, state
    from dashboard_core.learning.report import lines
    from dashboard_core.store import Store
    from dashboard_core.store.models import stored_model

    store = Store(store_path or store_dir())
    now, mine = start(store, "learn", who or getpass.getuser(), files=data)
    if not mine:
        click.echo(f"{now.who} has started it already; see `stances learn list`.", err=True)
    if not wait:
        return
    while (now := state(store)).busy:
        time.sleep(0.5)
    if now.status != "done" or not now.model:
        click.echo(now.message or f"It was {now.status}; nothing was kept.", err=True)
        ctx.exit(1)
    click.echo(now.model)
    for line in lines(stored_model(store, now.model).card):
        click.echo(line)


@learn.command("list")
@STORE
def list_models(store_path: Path | None) -> None:
    """Say what is under way, which model labels, and how each learned model compares.

    \b
    Example
      stances learn list
    """
    from dashboard_core.learning import LEAST, shortfall, state, supply
    from dashboard_core.learning.report import lines
    from dashboard_core.store import Store
    from dashboard_core.store.models import active_model, model_damage, stored_models

    store = Store(store_path or store_dir())
    now = state(store)
    if now.status != "none":
        far = f" {now.done:,} of {now.total:,}" if now.total else ""
        click.echo(f"{now.task}, asked for by {now.who}: {now.status} {now.stage}{far}".rstrip())
        if now.message:
            click.echo(now.message)
    active = active_model(store)
    click.echo(f"labels come from {f'model {active}' if active else 'the packaged model'}")
    for model in stored_models(store):
        click.echo(f"{model.model_id}{' (labels now)' if model.model_id == active else ''}")
        for line in lines(model.card):
            click.echo(f"  {line}")
    lacking = shortfall(supply(store), LEAST)
    if lacking:
        click.echo("too few reviewed labels to learn: " + "; ".join(lacking))
    damaged = model_damage(store)
    if damaged:
        raise ModelError(store.path, damaged, "Restore these folders from a backup.")


@learn.command("adopt")
@click.argument("model")
@_WHO
@click.option("--why", default="", help="The reason; stays in the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@STORE
def adopt_model(model: str, who: str, why: str, yes: bool, store_path: Path | None) -> None:
    """Let a learned model label from now on. It is recorded with its figures and can be taken back.

    Labels in the store stay until `stances update` reads its articles again.

    \b
    Example
      stances learn adopt 0123456789ab-0123456789abcdef
    """
    from dashboard_core.learning.report import lines
    from dashboard_core.store import Store
    from dashboard_core.store.models import adopt, stored_model

    store = Store(store_path or store_dir())
    for line in lines(stored_model(store, model).card):
        click.echo(line, err=True)
    if not yes:
        click.confirm("Let this model label from now on?", abort=True, err=True)
    adopt(store, model, who or getpass.getuser(), why=why)
    click.echo("It labels from now on. `stances update` relabels what is in the store.", err=True)


@learn.command("rollback")
@_WHO
@click.option("--why", default="", help="The reason; stays in the ledger.")
@STORE
def roll_back_model(who: str, why: str, store_path: Path | None) -> None:
    """Go back to the model before the last adoption.

    \b
    Example
      stances learn rollback
    """
    from dashboard_core.store import Store
    from dashboard_core.store.models import active_model, roll_back

    store = Store(store_path or store_dir())
    roll_back(store, who or getpass.getuser(), why=why)
    active = active_model(store)
    click.echo(
        f"{f'Model {active}' if active else 'The packaged model'} labels again. "
        "`stances update` relabels what is in the store.",
        err=True,
    )


@learn.command("cancel")
@STORE
def cancel_learning(store_path: Path | None) -> None:
    """End the learning or relabelling that is under way.

    \b
    Example
      stances learn cancel
    """
    from dashboard_core.learning import cancel
    from dashboard_core.store import Store

    cancel(Store(store_path or store_dir()))
    click.echo("It ends in a moment. A model that is not finished is not kept.", err=True)
