"""Articles and tokens per CPU second, from text to claims and their targets, beside textacy in one run."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.tokens import Doc

from dashboard_core.errors import ArticleFormatError
from dashboard_core.extract import extract_claims
from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.parse import MODEL, load_parser
from dashboard_core.extract.speakers import SpeakerLists
from dashboard_core.extract.targets import find_targets, load_targets
from dashboard_core.paths import seeds_dir
from dashboard_core.read import find_body, mask
from dashboard_core.records import Article, Attribution

__all__ = ["ExtractionSpeed", "benchmark_extraction"]

Progress = Callable[[str], None]
_BLOCK: Final = 20
_STEPS: Final = ("body", "parse", "attributions", "claims", "targets")


@dataclass(frozen=True, slots=True)
class ExtractionSpeed:
    """What extraction costs; times are CPU time of this process, memory is its resident size in MB.

    ``articles_per_cpu_second`` is the whole way: an article's own paragraphs, parse, attributions, claims
    with their speakers, targets. ``attributions_per_cpu_second`` counts articles up to attributions, which
    is what textacy's ``direct_quotations`` behind spaCy's own pipeline (``peer_*``) does; it reads the first
    ``peer_articles`` of the same texts. ``ratio`` is the peer's time by ours for the whole way on these,
    ``ratio_attributions`` up to the attributions; both are 0 when textacy is not installed. ``memory_at``
    holds the memory after each fifth of the articles.
    """

    articles: int
    tokens: int
    attributions: int
    claims: int
    targets: int
    articles_per_cpu_second: float
    tokens_per_cpu_second: float
    attributions_per_cpu_second: float
    shares: dict[str, float]
    peak_memory_mb: float
    memory_at: tuple[float, ...]
    peer_articles: int
    peer_articles_per_cpu_second: float
    peer_failures: int
    ratio: float
    ratio_attributions: float


class _Given:
    """Attributions found before, so that claims are timed without them."""

    def __init__(self, found: Sequence[Attribution]) -> None:
        self.found = found

    def find_attributions(self, doc: Doc) -> list[Attribution]:
        return list(self.found)


class _Clock:
    """CPU time by step."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(_STEPS, 0.0)
        self._at = time.process_time()

    def start(self) -> None:
        self._at = time.process_time()

    def note(self, step: str) -> None:
        now = time.process_time()
        self.spent[step] += now - self._at
        self._at = now

    def total(self, steps: Sequence[str] = _STEPS) -> float:
        return sum(self.spent[step] for step in steps)


def benchmark_extraction(
    path: str | Path,
    limit: int | None = None,
    peer_articles: int = 100,
    progress: Progress | None = None,
) -> ExtractionSpeed:
    """Return how fast the texts of a JSONL file (fields ``text`` and, if there is one, ``title``) are read.

    Raises
    ------
    ArticleFormatError
        The file has no line with a text.
    """
    articles = [
        Article(f"a_{number}", str(row.get("title") or ""), str(row["text"]))
        for number, row in enumerate(islice(_read_rows(Path(path)), limit))
    ]
    if not articles:
        raise ArticleFormatError(
            path, ["no articles"], 'Give a JSONL file of {"text": ...}, plain or gzipped.'
        )
    folder = seeds_dir()
    catalogue, lists = load_targets(folder / "targets.csv"), SpeakerLists.load(folder)
    model, parser = AttributionModel.load(), load_parser()
    next(parser.parse([articles[0].text[:500]]))
    peer = _Peer([article.text for article in articles[: -(-peer_articles // _BLOCK) * _BLOCK]])
    counts = dict.fromkeys(("tokens", "attributions", "claims", "targets"), 0)
    memory: list[float] = []
    clock, beside = _Clock(), 0.0
    beside_attributions = 0.0
    fifths = {max(1, round(len(articles) * fifth / 5)) for fifth in range(1, 6)}
    for start in range(0, len(articles), _BLOCK):
        block = articles[start : start + _BLOCK]
        before = clock.total(), clock.total(_STEPS[:3])
        clock.start()
        bodies = [find_body(article.text) for article in block]
        texts = [mask(article.text, body) for article, body in zip(block, bodies, strict=True)]
        clock.note("body")
        docs = list(parser.parse(texts))
        headlines = list(parser.parse([article.title for article in block]))
        clock.note("parse")
        for article, body, doc, headline in zip(block, bodies, docs, headlines, strict=True):
            clock.start()
            found = model.find_attributions(doc)
            clock.note("attributions")
            claims = extract_claims(article, doc, body, _Given(found), lists)
            clock.note("claims")
            targets = find_targets(doc, claims, catalogue, title=article.title, headline=headline)
            clock.note("targets")
            counts["tokens"] += len(doc)
            counts["attributions"] += len(found)
            counts["claims"] += len(claims)
            counts["targets"] += sum(map(len, targets))
        del docs, doc
        # Turn by turn, so that a busy machine slows both alike.
        if start < peer.articles:
            beside += clock.total() - before[0]
            beside_attributions += clock.total(_STEPS[:3]) - before[1]
            peer.run(start)
        for number in sorted(fifths):
            if start < number <= start + len(block):
                memory.append(_memory_mb())
                if progress:
                    progress(f"{number} of {len(articles)} articles, {memory[-1]:.0f} MB")
    spent = max(clock.total(), 1e-9)
    return ExtractionSpeed(
        articles=len(articles),
        **counts,
        articles_per_cpu_second=round(len(articles) / spent, 2),
        tokens_per_cpu_second=round(counts["tokens"] / spent),
        attributions_per_cpu_second=round(len(articles) / max(clock.total(_STEPS[:3]), 1e-9), 2),
        shares={step: round(took / spent, 3) for step, took in clock.spent.items()},
        peak_memory_mb=round(_peak_mb()),
        memory_at=tuple(round(value) for value in memory),
        peer_articles=peer.articles,
        peer_articles_per_cpu_second=round(peer.articles / peer.spent, 2) if peer.articles else 0.0,
        peer_failures=peer.failures,
        ratio=round(peer.spent / beside, 2) if beside else 0.0,
        ratio_attributions=round(peer.spent / beside_attributions, 2) if beside_attributions else 0.0,
    )


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            if line.strip():
                yield json.loads(line)


class _Peer:
    """textacy's direct quotations behind spaCy's own pipeline; no articles when textacy is not installed.

    Its articles are a multiple of the block, so that both sides are timed on the same texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.spent = 0.0
        self.failures = 0  # articles whose unbalanced quotation marks it refuses
        self.texts: Sequence[str] = ()
        if importlib.util.find_spec("textacy") is not None and texts:
            module: Any = importlib.import_module("textacy.extract")
            self.find = module.direct_quotations
            self.nlp = spacy.load(MODEL)
            self.texts = texts
        self.articles = len(self.texts)

    def run(self, start: int) -> None:
        before = time.process_time()
        for doc in self.nlp.pipe(self.texts[start : start + _BLOCK], batch_size=_BLOCK):
            try:
                list(self.find(doc))
            except ValueError:
                self.failures += 1
        self.spent += time.process_time() - before


def _memory_mb() -> float:
    status = Path("/proc/self/statm")
    if not status.is_file():
        return _peak_mb()
    return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
