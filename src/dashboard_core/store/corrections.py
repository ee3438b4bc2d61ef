"""What people decided about articles: corrected facts, edited texts, removals; read from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dashboard_core.records import Article
from dashboard_core.store.folder import Store
from dashboard_core.store.ledger import Entry, Ledger

__all__ = ["CORRECTED", "Corrections", "read_corrections"]

# What a person can correct about an article. "text" names an edit; the text itself is in the batch it made.
CORRECTED = ("title", "outlet", "author", "url", "published_on", "language")


@dataclass(frozen=True, slots=True)
class Corrections:
    """The decisions that hold, by article id.

    ``facts`` are the corrected columns with their new values (``published_on`` as YYYY-MM-DD, None for
    undated), ``edited`` the articles whose text a person edited, ``removed`` those taken out, with the entry
    that says by whom and why.
    """

    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    edited: frozenset[str] = frozenset()
    removed: Mapping[str, Entry] = field(default_factory=dict)

    def applied(self, article: Article) -> Article:
        """Return the article as people corrected it."""
        said: dict[str, Any] = dict(self.facts.get(article.article_id, {}))
        day = article.published_on
        if "published_on" in said:
            named = said.pop("published_on")
            day = date.fromisoformat(named) if named else None
        words: dict[str, Any] = {name: value or "" for name, value in said.items()}
        return replace(article, **words | {"published_on": day})


def read_corrections(store: Store) -> Corrections:
    """Return what the store's ledger says of articles.

    Raises
    ------
    StoreError
        A file of the ledger cannot be read.
    """
    facts: dict[str, dict[str, Any]] = {}
    edited: set[str] = set()
    removed: dict[str, Entry] = {}
    for entry in Ledger(store.path).standing():
        if entry.subject != "article":
            continue
        article = str(entry.key.get("article_id", ""))
        if entry.action == "remove":
            removed[article] = entry
        elif entry.action == "restore":
            removed.pop(article, None)
        elif entry.action == "change" and entry.field in CORRECTED:
            facts.setdefault(article, {})[entry.field] = entry.after
        elif entry.action == "change" and entry.field == "text":
            edited.add(article)
    return Corrections(facts, frozenset(edited), removed)
