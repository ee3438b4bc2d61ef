"""Which articles are copies of each other: one report in several outlets, word for word or lightly edited."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dashboard_core.read.body import find_body
from dashboard_core.read.identities import bare_address
from dashboard_core.records import Article

__all__ = ["CopyIndex", "CopyRow", "find_duplicates"]

# Sequences of words, each once, in the order of the text.
Shingles = dict[bytes, None]
_SHINGLE = 5
_PERMUTATIONS = 128
# Candidates are looked for well below what counts as a copy, and then compared word for word.
_CANDIDATE = 0.4
_COPY = 0.6
_CONTAINED = 0.8
# Whoever cuts a report keeps its beginning, perhaps below a line or two of another.
_HEAD = 1.25
# In a shorter text, a quotation that two reports share would make them copies.
_LEAST_SHINGLES = 40
# A report cut to a third shares that much with the whole one; sketches are off by .04 at most times.
_ALIKE = 0.2
# Below it two texts have nothing in common: a digest that holds both must not make them copies.
_SHARED = 0.05
# So many of the likeliest are compared word for word: of thousands of daily reports in one form each shares
# a fifth with all the others, and every comparison reads a text from the store.
_MOST_COMPARED = 24
# One address, two texts: the article was edited. But some outlets give every page the address of their front
# page, so the texts must have something in common.
_SAME_ADDRESS = 0.1


def find_duplicates(articles: Sequence[Article]) -> list[tuple[str, ...]]:
    """Return the groups of articles that are copies of each other, each by article id.

    Two articles are copies when 60 in 100 of their five-word sequences are the same, or when one opens with
    80 in 100 of the other's (an agency's report cut short). A digest is no copy of what stands further down
    in it, and two articles that share nothing are never in one group. Texts below forty-four words must be
    equal. Copies of copies belong to one group.

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
            both = [[n for n in range(len(articles)) if top(n) == top(one)] for one in (a, b)]
            if not any(shingles[one].keys().isdisjoint(shingles[two]) for one in both[0] for two in both[1]):
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


def _shingles(words: tuple[str, ...]) -> Shingles:
    return dict.fromkeys(" ".join(words[n : n + _SHINGLE]).encode() for n in range(len(words) - _SHINGLE + 1))


def _candidates(shingles: Sequence[Shingles]) -> list[tuple[int, int]]:
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


def _are_copies(a: Shingles, b: Shingles) -> bool:
    shared = len(a.keys() & b.keys())
    if shared / len(a.keys() | b.keys()) >= _COPY:
        return True
    short, long = sorted((a, b), key=len)
    if shared / len(short) < _CONTAINED:
        return False
    head = islice(long, int(_HEAD * len(short)))
    return sum(one in short for one in head) / len(short) >= _COPY


@dataclass(frozen=True, slots=True)
class CopyRow:
    """What the index keeps of one article; ``copy_of`` is the id of the first article of its group.

    ``words`` is a hash of the words in their order, ``address`` of the web address without tracking, and
    ``sketch`` the MinHash of the text (empty for a short one).
    """

    article_id: str
    copy_of: str
    words: str
    address: str
    sketch: bytes


class CopyIndex:
    """Finds, one article after the other, of which earlier one it is a copy.

    As :func:`find_duplicates` does for a list, but for a store that grows: what is kept of an article is half
    a kilobyte. An article with the address of an earlier one is that article, edited.

    Parameters
    ----------
    text_of : callable
        Returns the text of an article by its id, for the word-for-word comparison of candidates.
    rows : iterable of CopyRow
        What was found before, the latest row of each article.

    Examples
    --------
    >>> text = "The council of the lake met on Monday and heard the ferry captains. " * 12
    >>> index = CopyIndex({"a": text}.__getitem__)
    >>> index.add(Article("a", "", text)).copy_of, index.add(Article("b", "", text.upper())).copy_of
    ('a', 'a')
    """

    def __init__(self, text_of: Callable[[str], str], rows: Iterable[CopyRow] = ()) -> None:
        self._text_of = text_of
        self._rows: dict[str, CopyRow] = {}
        self._groups: dict[str, set[str]] = {}
        self._words: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._sketched: list[str] = []
        self._places: dict[str, int] = {}
        self._sketches: NDArray[np.uint32] = np.zeros((256, _PERMUTATIONS), dtype=np.uint32)
        for row in rows:
            self._keep(row)

    def get(self, article_id: str) -> CopyRow | None:
        """Return what is known of an article."""
        return self._rows.get(article_id)

    def add(self, article: Article) -> CopyRow:
        """Return an article's row, found anew unless its words and address are as they were."""
        said = _words(article)
        words = _short_hash(" ".join(said)) if said else ""
        address = _short_hash(bare) if (bare := bare_address(article.url)) else ""
        known = self._rows.get(article.article_id)
        if known and (known.words, known.address) == (words, address):
            return known
        shingles = _shingles(said)
        sketch = _sketch(shingles)
        first = self._first_of(article.article_id, words, address, shingles, sketch)
        row = CopyRow(article.article_id, first or article.article_id, words, address, sketch)
        self._keep(row)
        return row

    def _first_of(self, own: str, words: str, address: str, shingles: Shingles, sketch: bytes) -> str:
        """Return the id under which the group of an earlier copy goes, or nothing."""
        same = self._words.get(words, "") if words else ""
        if same and same != own:
            return self._rows[same].copy_of
        alike = self._alike(own, sketch)
        there = self._addresses.get(address, "") if address else ""
        if there and there != own:
            comparable = bool(sketch and self._rows[there].sketch)
            if not comparable or dict(alike).get(there, 0.0) >= _SAME_ADDRESS:
                return self._rows[there].copy_of
        for other, share in alike[:_MOST_COMPARED]:
            if share < _ALIKE:
                break
            text = self._text_of(other)
            if _are_copies(shingles, _shingles(_words(Article(other, "", text)))):
                group = self._rows[other].copy_of
                members = {name for name in self._groups.get(group, ()) if self._rows[name].sketch}
                if members - {own} <= {name for name, part in alike if part >= _SHARED}:
                    return group
        return ""

    def _alike(self, own: str, sketch: bytes) -> list[tuple[str, float]]:
        """Return earlier articles with the share of their sketch that is the same, most first."""
        if not sketch or not self._sketched:
            return []
        mine = np.frombuffer(sketch, dtype=np.uint32)
        shares = (self._sketches[: len(self._sketched)] == mine).mean(axis=1)
        likely = np.flatnonzero(shares >= min(_ALIKE, _SAME_ADDRESS, _SHARED))
        order = likely[np.argsort(-shares[likely], kind="stable")]
        found = [(self._sketched[n], float(shares[n])) for n in order]
        return [(name, share) for name, share in found if name != own]

    def _keep(self, row: CopyRow) -> None:
        before = self._rows.get(row.article_id)
        if before is not None:
            self._groups[before.copy_of].discard(row.article_id)
        self._groups.setdefault(row.copy_of, set()).add(row.article_id)
        self._rows[row.article_id] = row
        if row.words:
            self._words.setdefault(row.words, row.article_id)
        if row.address:
            self._addresses.setdefault(row.address, row.article_id)
        if not row.sketch:
            return
        place = self._places.setdefault(row.article_id, len(self._sketched))
        if place == len(self._sketched):
            self._sketched.append(row.article_id)
            if place == len(self._sketches):
                self._sketches = np.vstack([self._sketches, np.zeros_like(self._sketches)])
        self._sketches[place] = np.frombuffer(row.sketch, dtype=np.uint32)


def _sketch(shingles: Shingles) -> bytes:
    if len(shingles) < _LEAST_SHINGLES:
        return b""
    from datasketch import MinHash

    sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)
    sketch.update_batch(sorted(shingles))
    values: NDArray[np.uint32] = sketch.hashvalues.astype(np.uint32)
    return values.tobytes()


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
