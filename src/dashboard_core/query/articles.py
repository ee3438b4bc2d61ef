# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""The articles themselves: a list of them, and who else published the same."""

from __future__ import annotations

import pandas as pd

from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch

__all__ = ["article_list", "copies_of", "name_outlets"]

_COLUMNS = "article_id, title, outlet, author, url, published_on, language, added_at, file"
_ORDERS = {
    "added": "added_at DESC, title NULLS LAST, article_id",
    "published": "published_on DESC NULLS LAST, title NULLS LAST, article_id",
    "outlet": "outlet NULLS LAST, published_on DESC NULLS LAST, article_id",
}


def article_list(
    store: Source, *, words: str = "", order: str = "added", limit: int = 200
) -> tuple[pd.DataFrame, int]:
    """Return articles with the number of their claims, and how many there are in all.

    Parameters
    ----------
    store : Source
        The store.
    words : str
        Only articles whose title, outlet, author or address holds this, whatever its case.
    order : {"added", "published", "outlet"}
        Latest first.
    limit : int
        At most so many rows.

    Returns
    -------
    DataFrame, int
        One row per article: article_id, title, outlet, author, url, published_on, language, added_at, file,
        claims.
    """
    key = ("article_list", words, order, limit)
    found: tuple[pd.DataFrame, int] = answer(
        store, key, lambda snapshot: _listed(snapshot, words, order, limit)
    )
    return found[0].copy(deep=False), found[1]


def name_outlets(store: Source, positions: pd.DataFrame) -> pd.DataFrame:
    """Return positions with the other outlets of their article, as files hold them.

    Parameters
    ----------
    store : Source
        The store.
    positions : DataFrame
        One row per claim and target, with ``article_id`` and ``outlet``.

    Returns
    -------
    DataFrame, the same rows
        The same columns, then ``also_in`` (see :data:`frames.EXTRACTS`).
    """
    groups: dict[str, tuple[str, ...]] = answer(store, ("outlets of copies",), _groups)
    said = [
        "; ".join(dict.fromkeys(name for name in groups.get(article_id, ()) if name != outlet)) or None
        for article_id, outlet in zip(positions["article_id"], positions["outlet"], strict=True)
    ]
    return positions.assign(also_in=pd.Series(said, index=positions.index, dtype="str"))


def _groups(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Return the outlets of each article's group of copies, earliest first, by the article's id."""
    if not snapshot.has_copies:
        return {}
    rows = fetch(
        snapshot,
        "SELECT a.article_id, a.outlet::VARCHAR AS outlet, k.copy_of FROM articles a "
        "JOIN main.copy_rows k ON k.article_id = a.article_id "
        "QUALIFY count(*) OVER (PARTITION BY k.copy_of) > 1 "
        "ORDER BY a.published_on NULLS LAST, a.outlet, a.article_id",
        Statement(),
    )
    named = rows.dropna(subset=["outlet"]).groupby("copy_of", sort=False)["outlet"].agg(tuple).to_dict()
    return {
        str(one): named.get(group, ()) for one, group in zip(rows["article_id"], rows["copy_of"], strict=True)
    }


def copies_of(store: Source, article_id: str) -> pd.DataFrame:
    """Return the other articles that are copies of the same report, earliest first.

    Returns
    -------
    DataFrame, one row per article
        article_id, title, outlet, url, published_on.
    """
    return answer(store, ("copies_of", article_id), lambda snapshot: _copies(snapshot, article_id))


def _copies(snapshot: Snapshot, article_id: str) -> pd.DataFrame:
    statement = Statement()
    own = statement.bind(article_id)
    return fetch(
        snapshot,
        "SELECT a.article_id, a.title, a.outlet, a.url, a.published_on FROM articles a "
        "JOIN main.copy_rows k ON k.article_id = a.article_id "
        f"WHERE k.copy_of IN (SELECT copy_of FROM main.copy_rows WHERE article_id = {own}) "
        f"AND a.article_id <> {own} ORDER BY a.published_on NULLS LAST, a.outlet, a.article_id",
        statement,
    )


def _listed(snapshot: Snapshot, words: str, order: str, limit: int) -> tuple[pd.DataFrame, int]:
    statement = Statement()
    where = "true"
    if words.strip():
        sought = statement.bind(words.strip().casefold())
        fields = ("title", "outlet", "author", "url")
        where = " OR ".join(f"contains(lower(coalesce({name}, '')), {sought})" for name in fields)
    chosen = f"SELECT {_COLUMNS} FROM articles WHERE {where}"
    count = fetch(snapshot, f"SELECT count(*) AS n FROM ({chosen})", statement)
    rows = fetch(
        snapshot,
        f"WITH chosen AS ({chosen} ORDER BY {_ORDERS[order]} LIMIT {int(limit)}) "
        "SELECT c.*, (SELECT count(*) FROM claims k WHERE k.article_id = c.article_id) AS claims "
        f"FROM chosen c ORDER BY {_ORDERS[order]}",
        statement,
    )
    return rows, int(count["n"].iloc[0])
