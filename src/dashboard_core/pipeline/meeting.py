"""What becomes of an article that comes in again with the same text but with other facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dashboard_core.read import earlier_names
from dashboard_core.records import Article, stable_id

__all__ = ["met_again", "name_there"]

_FACTS = {"title": "title", "outlet": "outlet", "author": "author", "url": "address", "published_on": "date"}


def met_again(read: Article, kept: Article) -> tuple[Article, str]:
    """Return what is to be kept of an article that is there already, and in words what differs.

    What the same file says anew takes the place of what it said before; another file only adds what is not
    known. Nothing known is ever lost to an empty value.

    Examples
    --------
    >>> kept = Article("a", "Ferries stop", "Text.", outlet="Lake Post", file="a.csv")
    >>> again, told = met_again(Article("a", "", "Text.", author="Ada Berg", file="b.txt"), kept)
    >>> again.title, again.outlet, again.author, told
    ('Ferries stop', 'Lake Post', 'Ada Berg', '')
    >>> met_again(Article("a", "Ferries", "Text.", file="b.txt"), kept)[1]
    "Another title in this file: 'Ferries'. What was there stays; correct it in the list of articles."
    """
    same_file = read.file == kept.file
    facts = {}
    other = []
    for name, label in _FACTS.items():
        new, old = getattr(read, name), getattr(kept, name)
        facts[name] = (new or old) if same_file else (old or new)
        if new and old and new != old and not same_file:
            shown = new.isoformat() if name == "published_on" else repr(str(new)[:80])
            other.append(f"{label} in this file: {shown}")
    told = f"Another {', another '.join(other)}." if other else ""
    told += " What was there stays; correct it in the list of articles." if other else ""
    return replace(read, **facts), told


def name_there(article: Article, kept: Callable[[str], Article | None], texts: Mapping[str, str]) -> str:
    """Return the name under which an article is there already, or the one under which it comes in.

    Parameters
    ----------
    article : Article
        As it was read.
    kept : callable
        Returns the article that is there under a name.
    texts : mapping
        Which name the first article with a text has, by the text's hash.
    """
    own, (by_address, bare) = article.article_id, earlier_names(article)
    by_outlet = stable_id("a", article.sha256, "", article.outlet.casefold()) if article.outlet else ""
    if own == bare:
        if by_outlet and kept(by_outlet):
            return by_outlet
        there = kept(own)
        if there is None and not article.outlet and not article.url:
            return texts.get(article.sha256, own)  # a text by itself says nothing that is not known
        differs = there is not None and there.file != article.file and _others(there, article)
        return by_outlet if differs and by_outlet else own
    if kept(own) is not None:
        return own
    # Earlier versions told apart neither outlets of one text nor took two spellings of an address for one.
    if article.url and kept(by_address) is not None:
        return by_address
    there = kept(bare)
    return bare if there is not None and not _others(there, article) else own


def _others(kept: Article, read: Article) -> bool:
    """Whether outlet or address tell two publications of one text apart."""
    outlets = {kept.outlet.casefold(), read.outlet.casefold()} - {""}
    return len(outlets) > 1 or len({kept.url, read.url} - {""}) > 1
