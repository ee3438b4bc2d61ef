"""Commands over names: who is one person, and which targets are promoted, merged or hidden."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard_core.cli.base import STORE, main
from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir

if TYPE_CHECKING:
    from dashboard_core.store import Entry, Store
    from dashboard_core.store.identities import Pair

WHO = click.option("--who", required=True, help="Who decides it; stays in the history.")
WHY = click.option("--why", default="", help="The reason; stays in the history.")


@main.group()
def names() -> None:
    """One person, one speaker; one matter, one target: list, confirm, keep apart, merge, hide, undo."""


def _open(path: Path | None) -> Store:
    from dashboard_core.store import Store

    return Store(path or store_dir())


@names.command("list")
@STORE
def list_names(store_path: Path | None) -> None:
    """Show pairs of speakers to confirm, what was joined or kept apart, and targets that were changed.

    \b
    Example
      stances names list
    """
    from dashboard_core.store.identities import open_pairs
    from dashboard_core.store.naming import name_entries

    store = _open(store_path)
    for pair in open_pairs(store):
        left, right = pair.left, pair.right
        click.echo(
            f"confirm?  {right.speaker_id}  {right.name} ({right.country or 'no country'})  =  "
            f"{left.speaker_id}  {left.name} ({left.country or 'no country'}): {pair.reason}"
        )
    standing = store.ledger.standing()
    for entry in (*name_entries(standing, "speaker"), *name_entries(standing, "target")):
        click.echo(f"{entry.entry_id}  {_told(entry)}")


def _told(entry: Entry) -> str:
    after = entry.after
    if isinstance(after, dict):
        after = after.get("speaker") or after.get("target")
    into = f" -> {after}" if after and after != entry.before else ""
    why = f": {entry.why}" if entry.why else ""
    return f"{entry.at:%Y-%m-%d}  {entry.who}  {entry.subject} {entry.action}  {entry.before}{into}{why}"


@names.command()
@STORE
def settle(store_path: Path | None) -> None:
    """Join by rule what is certainly one person, as every import does; changes nothing the second time.

    \b
    Example
      stances names settle
    """
    from dashboard_core.store.identities import settle_speakers

    added = settle_speakers(_open(store_path))
    for entry in added:
        click.echo(f"{entry.entry_id}  {_told(entry)}")
    click.echo(f"{len(added):,} decisions by rule", err=True)


def _pair(store: Store, one: str, other: str) -> Pair:
    from dashboard_core.store.identities import open_pairs

    found = next((pair for pair in open_pairs(store) if pair.ids == {one, other}), None)
    if found is None:
        raise StoreError(
            store.path,
            [f"{one} and {other} do not wait to be confirmed"],
            "Take the ids as `stances names list` shows them.",
        )
    return found


@names.command()
@click.argument("speaker")
@click.argument("other")
@WHO
@WHY
@STORE
def confirm(speaker: str, other: str, who: str, why: str, store_path: Path | None) -> None:
    """Say that two speakers (ids) are one person.

    \b
    Example
      stances names confirm s_1a2b3c s_4d5e6f --who "A. Reader"
    """
    from dashboard_core.store.naming import same_person

    store = _open(store_path)
    _keep(store, same_person(_pair(store, speaker, other), who, why))


@names.command("keep-apart")
@click.argument("speaker")
@click.argument("other")
@WHO
@WHY
@STORE
def apart(speaker: str, other: str, who: str, why: str, store_path: Path | None) -> None:
    """Say that two speakers (ids) are two people.

    \b
    Example
      stances names keep-apart s_1a2b3c s_4d5e6f --who "A. Reader"
    """
    from dashboard_core.store.naming import keep_apart

    store = _open(store_path)
    _keep(store, keep_apart(_pair(store, speaker, other), who, why))


def _target(store: Store, named: str) -> dict[str, Any]:
    from dashboard_core.query.names import targets_named

    rows = targets_named(store)
    found = rows[(rows["target_id"] == named) | (rows["target"] == named)]
    if len(found) != 1:
        problem = "no target" if found.empty else f"{len(found)} targets"
        raise StoreError(
            store.path,
            [f"{problem} of the name or id {named!r}"],
            "Take the name as the pages show it, or the id from `stances export`.",
        )
    return {str(name): value for name, value in found.iloc[0].to_dict().items()}


@names.command("hide-target")
@click.argument("target")
@WHO
@WHY
@STORE
def hide(target: str, who: str, why: str, store_path: Path | None) -> None:
    """Show a target (name or id) and its positions no longer.

    \b
    Example
      stances names hide-target "river talks" --who "A. Reader"
    """
    from dashboard_core.store.naming import hide_target

    store = _open(store_path)
    _keep(store, hide_target(_target(store, target), who, why))


@names.command("promote-target")
@click.argument("target")
@WHO
@WHY
@STORE
def promote(target: str, who: str, why: str, store_path: Path | None) -> None:
    """Show a discovered target (name or id) with those of the catalogue.

    \b
    Example
      stances names promote-target "river bridge" --who "A. Reader"
    """
    from dashboard_core.store.naming import promote_target

    store = _open(store_path)
    _keep(store, promote_target(_target(store, target), who, why))


@names.command("merge-target")
@click.argument("target")
@click.argument("into")
@WHO
@WHY
@STORE
def merge(target: str, into: str, who: str, why: str, store_path: Path | None) -> None:
    """Count the positions on one target (name or id) for another.

    \b
    Example
      stances names merge-target "bridge plan" "river bridge" --who "A. Reader"
    """
    from dashboard_core.store.naming import merge_targets

    store = _open(store_path)
    one, other = _target(store, target), _target(store, into)
    if one["target_id"] == other["target_id"]:
        raise click.UsageError("A target cannot be merged into itself.")
    _keep(store, merge_targets(one, other, who, why))


@names.command()
@click.argument("entry")
@WHO
@WHY
@STORE
def undo(entry: str, who: str, why: str, store_path: Path | None) -> None:
    """Take one decision back, by its id in `stances names list`; it stays in the history.

    \b
    Example
      stances names undo e_0123456789abcdef --who "A. Reader"
    """
    back = _open(store_path).ledger.undo(entry, who, why=why)
    click.echo(f"{back.entry_id}  took back {entry}", err=True)


def _keep(store: Store, entry: Entry) -> None:
    store.ledger.append(entry)
    click.echo(f"{entry.entry_id}  {_told(entry)}")
