"""How well attributions are found, against an annotated corpus, and how fast."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.attribution_training import AnnotatedArticle, read_attribution_corpus
from dashboard_core.extract.parse import parse
from dashboard_core.records import Attribution

__all__ = [
    "AttributionScores",
    "Figure",
    "evaluate_attribution",
    "score_attributions",
]

Progress = Callable[[str], None]
_BLOCK: Final = 20
_WORD: Final = re.compile(r"\w+(?:[’'.\-]\w+)*")
_QUOTE: Final = re.compile(r'["“”„«»]')
_PRONOUNS: Final = frozenset(
    [
        *("he", "she", "they", "it", "we", "i", "you", "who", "which", "that", "him", "her", "them", "his"),
        *("their", "its", "this", "those", "these", "one", "some", "many", "others", "us", "me", "my", "our"),
    ]
)
_GROUPS: Final = ("all", "direct", "indirect")
_COUNTS: Final = (
    "gold",
    "gold_hit",
    "named",
    "named_hit",
    "right",
    "found",
    "found_hit",
    "counted",
    "counted_right",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in per cent with its 95 % interval from resampled articles."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1f} [{self.low:.1f}, {self.high:.1f}]"


@dataclass(frozen=True, slots=True)
class AttributionScores:
    """Figures for all contents, those with and those without quotation marks.

    ``content_f1``, ``precision``, ``recall``: contents found, one to one, at a token Jaccard of at least .5.
    ``source``: sources right among the contents found. ``whole_f1``: content found and source right.
    """

    articles: int
    attributions: int
    content_f1: dict[str, Figure]
    precision: dict[str, Figure]
    recall: dict[str, Figure]
    source: dict[str, Figure]
    whole_f1: dict[str, Figure]


def _token_set(words: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(
        number
        for number, (a, b) in enumerate(words)
        for s, e in spans
        if (a >= s and b <= e) or (a < e and b > s and (min(b, e) - max(a, s)) * 2 > b - a)
    )


def _last_word(text: str, spans: Sequence[tuple[int, int]]) -> str:
    words = _WORD.findall(text[spans[0][0] : spans[0][1]]) if spans else []
    return words[-1].lower() if words else ""


def _is_direct(text: str, spans: Iterable[tuple[int, int]]) -> bool:
    return any(_QUOTE.search(text[max(0, a - 1) : b + 1]) for a, b in spans)


def _same_source(text: str, found: Sequence[tuple[int, int]], gold: Sequence[tuple[int, int]]) -> bool:
    if any(a < e and b > s for a, b in found for s, e in gold):
        return True
    word = _last_word(text, found)
    return bool(word) and word not in _PRONOUNS and word == _last_word(text, gold)


def _count(article: AnnotatedArticle, found: Sequence[Attribution]) -> Counter[tuple[str, str]]:
    """Return the counts of one article, by group and kind."""
    text = article.text
    words = [match.span() for match in _WORD.finditer(text)]
    gold = [(tokens, g) for g in article.gold if (tokens := _token_set(words, g.content))]
    mine = [(tokens, a) for a in found if (tokens := _token_set(words, a.content))]
    pairs = sorted(
        (
            (len(g & p) / len(g | p), i, j)
            for i, (g, _) in enumerate(gold)
            for j, (p, _) in enumerate(mine)
            if g & p
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    gold_to_mine: dict[int, int] = {}
    mine_to_gold: dict[int, int] = {}
    for overlap, i, j in pairs:
        if overlap >= 0.5 and i not in gold_to_mine and j not in mine_to_gold:
            gold_to_mine[i], mine_to_gold[j] = j, i
    counts: Counter[tuple[str, str]] = Counter()
    right: set[int] = set()
    for i, (_, g) in enumerate(gold):
        hit = i in gold_to_mine
        ok = False
        if g.source and hit:
            source = mine[gold_to_mine[i]][1].source
            ok = _same_source(text, [source] if source else [], g.source)
            if ok:
                right.add(gold_to_mine[i])
        for group in ("all", "direct" if _is_direct(text, g.content) else "indirect"):
            counts[group, "gold"] += 1
            counts[group, "gold_hit"] += hit
            if g.source:
                counts[group, "named"] += 1
                counts[group, "named_hit"] += hit
                counts[group, "right"] += ok
    for j, (_, a) in enumerate(mine):
        for group in ("all", "direct" if _is_direct(text, a.content) else "indirect"):
            counts[group, "found"] += 1
            counts[group, "found_hit"] += j in mine_to_gold
            if not (j in mine_to_gold and not gold[mine_to_gold[j]][1].source):
                counts[group, "counted"] += 1
                counts[group, "counted_right"] += j in right
    return counts


def _figures(total: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return content F1, precision, recall, source and whole F1 in per cent from rows of counts."""
    gold, gold_hit, _, named_hit, right, found, found_hit, counted, counted_right = total.T
    named = total[:, 2]

    def share(part: Any, of: Any) -> Any:
        return part / np.maximum(1, of)

    def f1(p: Any, r: Any) -> Any:
        return 2 * p * r / np.maximum(p + r, 1e-12)

    precision, recall = share(found_hit, found), share(gold_hit, gold)
    whole = f1(share(counted_right, counted), share(right, named))
    return 100 * np.stack([f1(precision, recall), precision, recall, share(right, named_hit), whole], axis=1)


def score_attributions(
    articles: Sequence[AnnotatedArticle], found: Sequence[Sequence[Attribution]], resamples: int = 1000
) -> AttributionScores:
    """Return the scores of found attributions against the annotated ones.

    Intervals come from resampling whole articles, because attributions of one article share its style.
    """
    rows = [_count(article, mine) for article, mine in zip(articles, found, strict=True)]
    draws = np.random.default_rng(0).integers(0, max(1, len(rows)), size=(resamples, len(rows)))
    results: list[dict[str, Figure]] = [{} for _ in range(5)]
    for group in _GROUPS:
        table = np.array([[row[group, name] for name in _COUNTS] for row in rows], dtype=np.float64)
        table = table.reshape(len(rows), len(_COUNTS))
        value = _figures(table.sum(axis=0, keepdims=True))[0]
        spread = _figures(table[draws].sum(axis=1))
        low, high = np.percentile(spread, [2.5, 97.5], axis=0)
        for result, *numbers in zip(results, value, low, high, strict=True):
            result[group] = Figure(*(round(float(number), 1) for number in numbers))
    return AttributionScores(len(rows), sum(row["all", "gold"] for row in rows), *results)


def evaluate_attribution(
    gold_path: str | Path, model: AttributionModel | None = None, progress: Progress | None = None
) -> AttributionScores:
    """Return how well a model finds the attributions of a PolNeAR-format file.

    Parameters
    ----------
    gold_path
        JSONL file, plain or gzipped.
    model
        The packaged model when left out.
    progress
        Called with a line of text every 25 articles.

    Raises
    ------
    ArticleFormatError
        The file cannot be read.
    """
    articles = read_attribution_corpus(gold_path)
    used = model or AttributionModel.load()
    found = []
    for number, doc in enumerate(parse(article.text for article in articles), start=1):
        found.append(used.find_attributions(doc))
        if progress and number % 25 == 0:
            progress(f"{number} of {len(articles)} articles")
    return score_attributions(articles, found)
