"""Which articles are copies of each other: one report in several outlets, word for word or lightly edited."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import date

from dashboard_core.read.body import find_body
from dashboard_core.records import Article

__all__ = ["find_duplicates"]

_SHINGLE = 5
_PERMUTATIONS = 128
# Candidates are looked for well below what counts as a copy, and then compared word for word.
_CANDIDATE = 0.4
_COPY = 0.6
_CONTAINED = 0.8
# In a shorter text, a quotation that two reports share would make them copies.
_LEAST_SHINGLES = 40


def find_duplicates(articles: Sequence[Article]) -> list[tuple[str, ...]]:
    """Return the groups of articles that are copies of each other, each by article id.

    Two articles are copies when 60 in 100 of their five-word sequences are the same, or when one holds 80 in
    100 of the other's (an agency's report cut short). Texts below forty-four words must be equal. Copies of
    copies belong to one group.

    Parameters
    ----------
    articles : sequence of Article
        Each id once.

    Returns
    -------
    list of tuple of str
        Groups of two or more, in the order of their first member. The first id of a group is the earliest by
        date; undated ones follow in the order given.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents.

    Examples
    --------
    >>> text = "The council of the lake met on Monday. " * 12
    >>> copies = [Article("a", "", text), Article("b", "", text.upper())]
    >>> find_duplicates([*copies, Article("c", "", "Rain fell.")])
    [('a', 'b')]
    """
    words = [_words(article) for article in articles]
    shingles = [_shingles(one) for one in words]
    leader = list(range(len(articles)))

    def top(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    seen: dict[tuple[str, ...], int] = {}
    for n, one in enumerate(words):
        if one:
            leader[top(n)] = top(seen.setdefault(one, n))
    for a, b in _candidates(shingles):
        if top(a) != top(b) and _are_copies(shingles[a], shingles[b]):
            leader[max(top(a), top(b))] = min(top(a), top(b))
    groups: dict[int, list[int]] = {}
    for n in range(len(articles)):
        groups.setdefault(top(n), []).append(n)
    found = []
    for members in groups.values():
        if len(members) > 1:
            members.sort(key=lambda n: (articles[n].published_on or date.max, n))
            found.append(tuple(articles[n].article_id for n in members))
    return found


def _words(article: Article) -> tuple[str, ...]:
    body = find_body(article.text)
    text = " ".join(article.text[span.start : span.end] for span in body) or article.text
    return tuple(re.findall(r"\w+", text.casefold()))


def _shingles(words: tuple[str, ...]) -> set[bytes]:
    return {" ".join(words[n : n + _SHINGLE]).encode() for n in range(len(words) - _SHINGLE + 1)}


def _candidates(shingles: Sequence[set[bytes]]) -> list[tuple[int, int]]:
    """Return the pairs that MinHash finds alike."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_CANDIDATE, num_perm=_PERMUTATIONS)
    pairs: list[tuple[int, int]] = []
    for n, one in enumerate(shingles):
        if len(one) < _LEAST_SHINGLES:
            continue
        sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)
        sketch.update_batch(sorted(one))
        pairs += [(int(other), n) for other in index.query(sketch)]
        index.insert(n, sketch)
    return sorted(pairs)


def _are_copies(a: set[bytes], b: set[bytes]) -> bool:
    shared = len(a & b)
    return shared / len(a | b) >= _COPY or shared / min(len(a), len(b)) >= _CONTAINED
