"""Commands over articles of the store: list, correct, read again, remove, bring back."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard_core.cli.base import PARTLY, STORE, bar, main, tell
from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir

if TYPE_CHECKING:
    from dashboard_core.store import Store
    from dashboard_core.store.arrivals import Arrival

_ARTICLES = click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")


def _act(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say whose act it is, and why."""
    why = click.option("--why", default="", help="The reason, kept with the act.")
    who = click.option("--who", default=getpass.getuser, help="Whose act it is.  [default: who is logged in]")
    return why(who(command))


@main.group()
def articles() -> None:
    """List the store's articles, correct them, take them out and bring them back; each act is kept."""


@articles.command("list")
@STORE
@click.option("--find", "words", default="", help="Words of title, outlet, author or address.")
@click.option("--removed", is_flag=True, help="Those that were taken out, by whom and why.")
@click.option("--limit", default=200, show_default=True, help="So many at most.")
def list_articles(store_path: Path | None, words: str, removed: bool, limit: int) -> None:
    """List articles, latest added first: id, day, outlet, title, parted by tabs.

    \b
    Examples
      stances articles list --find "lake post"
      stances articles list --removed
    """
    from dashboard_core.query.articles import article_list
    from dashboard_core.store import Store
    from dashboard_core.store.corrections import read_corrections

    store = Store(store_path or store_dir())
    if removed:
        for name, entry in read_corrections(store).removed.items():
            click.echo("\t".join((name, f"{entry.at:%Y-%m-%d}", entry.who, entry.why or "(no reason given)")))
        return
    rows, whole = article_list(store, words=words, order="added", limit=limit)
    for name, day, outlet, title in rows[["article_id", "published_on", "outlet", "title"]].to_numpy():
        when = day.isoformat()[:10] if isinstance(day, date) and day == day else "undated"
        said = (str(name), when, *(one if isinstance(one, str) else "" for one in (outlet, title)))
        click.echo("\t".join(said))
    click.echo(f"{len(rows):,} of {whole:,} articles", err=True)


@articles.command()
@_ARTICLES
@_act
@STORE
@click.pass_context
def remove(
    ctx: click.Context, articles: tuple[str, ...], who: str, why: str, store_path: Path | None
) -> None:
    """Take articles out of every page and count; they can be brought back.

    ARTICLE is an id as `stances articles list` shows it. To erase an article for good, see `stances purge`.

    \b
    Example
      stances articles remove a1b2c3 --who "A. Reader" --why "an advertisement"
    """
    _record(ctx, store_path, articles, who, why, action="remove")


@articles.command("bring-back")
@_ARTICLES
@_act
@STORE
@click.pass_context
def bring_back(
    ctx: click.Context, articles: tuple[str, ...], who: str, why: str, store_path: Path | None
) -> None:
    """Bring removed articles back into every page and count.

    \b
    Example
      stances articles bring-back a1b2c3 --why "removed by mistake"
    """
    _record(ctx, store_path, articles, who, why, action="restore")


def _record(
    ctx: click.Context,
    store_path: Path | None,
    articles: tuple[str, ...],
    who: str,
    why: str,
    *,
    action: str,
) -> None:
    """Keep a removal or the return of articles; those of which it holds already are named and left."""
    from dashboard_core.store.corrections import read_corrections
    from dashboard_core.store.ledger import Entry, Ledger

    store, _ = _known(store_path, articles)
    removed = read_corrections(store).removed
    wanted = [name for name in dict.fromkeys(articles) if (name in removed) == (action == "restore")]
    Ledger(store.path).append(
        *(Entry(who, action, "article", {"article_id": name}, why=why) for name in wanted)
    )
    done = "removed" if action == "remove" else "brought back"
    click.echo(f"{len(wanted):,} {done}", err=True)
    left = [name for name in dict.fromkeys(articles) if name not in wanted]
    for name in left:
        state = (
            f"was removed before, by {removed[name].who}" if name in removed else "is not among those removed"
        )
        click.echo(f"{name} {state}: nothing changed", err=True)
    if left:
        ctx.exit(PARTLY)


@articles.command()
@click.argument("article")
@click.option(
    "--set",
    "values",
    multiple=True,
    required=True,
    metavar="FIELD=VALUE",
    help="title, outlet, author, url, published_on (YYYY-MM-DD; empty: undated) or language. May repeat.",
)
@_act
@STORE
def correct(article: str, values: tuple[str, ...], who: str, why: str, store_path: Path | None) -> None:
    """Correct what is known of an article; what stood there before is kept with the act.

    After another title or language its claims are looked for again.

    \b
    Example
      stances articles correct a1b2c3 --set published_on=2026-03-01 --why "dated on its page"
    """
    from dashboard_core import pipeline
    from dashboard_core.store.arrivals import read_stored
    from dashboard_core.store.corrections import read_corrections
    from dashboard_core.store.ledger import Entry, Ledger

    given = _checked(values)
    store, arrivals = _known(store_path, (article,))
    read = next(iter(read_stored(store, arrivals, {article})))
    now = read_corrections(store).applied(read)
    before = {name: _shown(getattr(now, name)) for name in given}
    changed = {name: value for name, value in given.items() if value != before[name]}
    key = {"article_id": article}
    Ledger(store.path).append(
        *(
            Entry(who, "change", "article", key, name, before[name] or None, value or None, why)
            for name, value in changed.items()
        )
    )
    click.echo(
        f"corrected: {', '.join(changed)}" if changed else "nothing differs from what was there", err=True
    )
    if {"title", "language"} & set(changed):
        report = pipeline.reread(store, [article])
        tell(report.problems, report.lines())


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _checked(values: tuple[str, ...]) -> dict[str, str]:
    from dashboard_core.read import is_language
    from dashboard_core.store.corrections import CORRECTED

    given: dict[str, str] = {}
    wrong: list[str] = []
    for one in values:
        name, mark, value = (part.strip() for part in one.partition("="))
        if not mark or name not in CORRECTED:
            wrong.append(f"{one[:60]!r}: give FIELD=VALUE, FIELD one of {', '.join(CORRECTED)}")
        elif name == "url" and value and not value.startswith(("http://", "https://")):
            wrong.append("url: must begin with http:// or https://")
        elif name == "language" and value and not is_language(value):
            wrong.append(f"language: {value[:10]!r} names none; give two letters, such as en")
        elif name == "published_on" and value:
            try:
                value = date.fromisoformat(value).isoformat()
            except ValueError:
                wrong.append(f"published_on: {value[:40]!r} is no day of the form 2026-03-01")
        given[name] = value
    if wrong:
        raise click.BadParameter("; ".join(wrong), param_hint="--set")
    return given


@articles.command("read-again")
@_ARTICLES
@STORE
def read_again(articles: tuple[str, ...], store_path: Path | None) -> None:
    """Look for the claims of articles again, with the lists and models as they are now.

    \b
    Example
      stances articles read-again a1b2c3
    """
    from dashboard_core import pipeline

    store, _ = _known(store_path, articles)
    with bar("Reading again") as progress:
        report = pipeline.reread(store, articles, progress=progress)
    tell(report.problems, report.lines())


def _known(store_path: Path | None, articles: tuple[str, ...]) -> tuple[Store, Mapping[str, Arrival]]:
    """Return the store and what came into it; an error names the articles that it does not hold."""
    from dashboard_core.store import Store
    from dashboard_core.store.arrivals import read_arrivals

    store = Store(store_path or store_dir())
    arrivals = read_arrivals(store)
    unknown = [f"there is no article {name[:80]!r}" for name in articles if name not in arrivals]
    if unknown:
        raise StoreError(store.path, unknown, "`stances articles list` shows the ids. Nothing was changed.")
    return store, arrivals
