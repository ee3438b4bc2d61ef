# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""The rows behind a number: positions, claims, one article."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard_core.frames import ARTICLES, CLAIMS, POSITIONS, REJECTED, Contract
from dashboard_core.query.chosen import chosen, of_stances
from dashboard_core.query.counts import claim_conditions
from dashboard_core.query.filters import Filters
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch

__all__ = ["article", "article_claims", "claims", "positions", "rejected"]

_PLACED_CLAIMS = Contract(
    CLAIMS.name,
    CLAIMS.grain,
    CLAIMS.key,
    (*CLAIMS.columns, *(c for c in ARTICLES.columns if c.name in {"title", "outlet", "url", "published_on"})),
)
_ORDER = "published_on DESC NULLS LAST, article_no, start, claim_no, target"


def positions(store: Source, filters: Filters, *, limit: int | None = None) -> pd.DataFrame:
    """Return the positions, newest first, undated last.

    Returns
    -------
    DataFrame, one row per (claim_id, target_id)
        The columns of :data:`frames.POSITIONS`.
    """
    key = ("positions", filters, limit)
    return answer(store, key, lambda snapshot: _positions(snapshot, filters, limit))


def rejected(store: Source, filters: Filters, *, limit: int | None = None) -> pd.DataFrame:
    """Return the positions of the machine that people rejected, newest first, undated last.

    Under "machine" labels there are none, and none under a filter on stances: a rejected position has no
    stance. A filter on confidence lets them through, as it does with everything that a person decided.

    Returns
    -------
    DataFrame, one row per (claim_id, target_id)
        The columns of :data:`frames.REJECTED`: those of positions, ``stance`` missing.
    """
    if filters.basis == "machine":
        return REJECTED.empty()
    filters = replace(filters, basis="rejected")
    key = ("rejected", filters, limit)
    return answer(store, key, lambda snapshot: _positions(snapshot, filters, limit, REJECTED))


def _positions(
    snapshot: Snapshot, filters: Filters, limit: int | None, contract: Contract = POSITIONS
) -> pd.DataFrame:
    statement, source = Statement(), chosen(snapshot, filters)
    where = conjunction(of_stances(filters, statement))
    # Find the few rows by their numbers first; carrying texts through the sort costs three times as much.
    cut = "" if limit is None else f" ORDER BY {_ORDER} LIMIT {int(limit)}"
    wanted = f"SELECT position_no FROM {source.relation} WHERE {where}{cut}"
    return frame_of(
        snapshot,
        contract,
        f"SELECT {columns_of(contract)} FROM positions WHERE position_no IN ({wanted}) ORDER BY {_ORDER}",
        statement,
    )


def claims(store: Source, filters: Filters, *, limit: int | None = None) -> pd.DataFrame:
    """Return the claims that have a position under ``filters``, newest first.

    As long as no filter asks for a target, a stance or a confidence, claims without any position are in.

    Returns
    -------
    DataFrame, one row per claim
        The columns of :data:`frames.CLAIMS`, then the article's ``title``, ``outlet``, ``url`` and
        ``published_on``.
    """
    key = ("claims", filters, limit)
    return answer(store, key, lambda snapshot: _claims(snapshot, filters, limit))


def _claims(snapshot: Snapshot, filters: Filters, limit: int | None) -> pd.DataFrame:
    statement = Statement()
    where = conjunction(claim_conditions(filters, statement))
    order = "published_on DESC NULLS LAST, article_no, start, claim_no"
    chosen = f"SELECT DISTINCT claim_no, article_no, start, published_on FROM all_rows WHERE {where}"
    cut = f" ORDER BY {order} LIMIT {int(limit)}" if limit is not None else ""
    listed = ", ".join(f'{"c" if name in CLAIMS.names else "a"}."{name}"' for name in _PLACED_CLAIMS.names)
    return frame_of(
        snapshot,
        _PLACED_CLAIMS,
        f"WITH chosen AS ({chosen}{cut}) SELECT {listed} FROM claims c "
        "JOIN chosen x ON x.claim_no = c.claim_no JOIN article_rows a ON a.article_no = c.article_no "
        "ORDER BY x.published_on DESC NULLS LAST, "
        "x.article_no, x.start, x.claim_no",
        statement,
        filters.folded,
    )


def article(store: Source, article_id: str) -> pd.DataFrame:
    """Return one article as a frame of one row, or of none if the store has no such article."""
    return answer(store, ("article", article_id), lambda s: _of_article(s, ARTICLES, article_id, ""))


def article_claims(store: Source, article_id: str) -> pd.DataFrame:
    """Return the claims of one article, in the order of the text."""
    key = ("article_claims", article_id)
    return answer(
        store, key, lambda s: _of_article(s, CLAIMS, article_id, ' ORDER BY start, "end", claim_id')
    )


def _of_article(snapshot: Snapshot, contract: Contract, article_id: str, order: str) -> pd.DataFrame:
    statement = Statement()
    test = f"article_id = {statement.bind(article_id)}"
    text = f"SELECT {columns_of(contract)} FROM {contract.name} WHERE {test}{order}"
    return frame_of(snapshot, contract, text, statement)


def columns_of(contract: Contract) -> str:
    """Return the columns of a contract as they stand in a statement."""
    return ", ".join(f'"{name}"' for name in contract.names)


def frame_of(
    snapshot: Snapshot, contract: Contract, text: str, statement: Statement, folded: str = ""
) -> pd.DataFrame:
    """Return the rows of a statement under a contract."""
    return contract.cast(fetch(snapshot, text, statement, folded))
