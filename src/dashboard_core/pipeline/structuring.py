"""Articles in, frames out, and a report of what was dropped and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard_core import frames as fr
from dashboard_core.errors import ArticleFormatError
from dashboard_core.extract import extract_claims
from dashboard_core.extract.attribution import AttributionModel
from dashboard_core.extract.parse import Parser
from dashboard_core.extract.speakers import SpeakerLists
from dashboard_core.extract.targets import find_targets, load_targets
from dashboard_core.paths import seeds_dir
from dashboard_core.read import find_body, mask, read_articles
from dashboard_core.records import Article, Claim, Span, Stance, Target, TargetMention, stable_id
from dashboard_core.stance import StanceInput, StanceLabel, StanceModel

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = [
    "Progress",
    "Report",
    "Resources",
    "Structured",
    "context_before",
    "plural",
    "structure",
    "structure_articles",
    "unreadable",
]

Progress = Callable[[int, int], None]
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that reading articles needs, loaded once."""

    parser: Parser
    attribution: AttributionModel
    lists: SpeakerLists
    catalogue: list[Target]
    stance: StanceModel

    @classmethod
    def load(cls, seeds: Path | None = None, *, stance: Path | None = None) -> Resources:
        """Return the models and lists, ready for use; ``stance`` is the folder of another stance model.

        Raises
        ------
        VocabularyError
            A list in seeds/ has lines that cannot be used.
        ModelError
            A model is missing or damaged.
        """
        folder = seeds or seeds_dir()
        # The lists first: a broken line should be told before the models take their seconds to load.
        catalogue = load_targets(folder / "targets.csv")
        lists = SpeakerLists.load(folder)
        return cls(Parser(), AttributionModel.load(), lists, catalogue, StanceModel.load(stance))


@dataclass(slots=True)
class Report:
    """What came of a run: counts, and the articles that were left out with the reason.

    ``skipped`` names them as a reader knows them, ``unread`` by their id.
    """

    articles: int = 0
    claims: int = 0
    positions: int = 0
    without_target: int = 0
    without_country: int = 0
    unclear: int = 0
    none: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    problems: list[ArticleFormatError] = field(default_factory=list)

    def add(self, other: Report) -> None:
        """Count another run's findings in."""
        for name in (
            "articles",
            "claims",
            "positions",
            "without_target",
            "without_country",
            "unclear",
            "none",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.skipped += other.skipped
        self.unread |= other.unread
        self.problems += other.problems

    def lines(self) -> list[str]:
        """Return the report in words, one finding a line."""
        count = plural
        said = [
            f"{count(self.articles, 'article')}, {count(self.claims, 'claim')}, "
            f"{count(self.positions, 'claim-target pair')}"
        ]
        if self.without_target:
            said.append(f"{count(self.without_target, 'claim')} on no target that could be named")
        if self.without_country:
            said.append(f"{self.without_country} of {count(self.claims, 'claim')} have no resolved country")
        if self.unclear or self.none:
            said.append(f"{self.unclear} unclear, {self.none} discussed without a position")
        said += [f"left out: {name}: {why}" for name, why in self.skipped]
        return said


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 article``, ``2,000 articles``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


@dataclass(frozen=True, slots=True)
class Structured:
    """The frames of a run and its report."""

    frames: fr.Frames
    report: Report


def structure(
    paths: Iterable[str | Path],
    resources: Resources | None = None,
    *,
    progress: Progress | None = None,
    columns: Mapping[str, str] | None = None,
) -> Structured:
    """Return the frames of the articles in files, and what was dropped on the way.

    Parameters
    ----------
    paths : iterable of path
        ``.txt``, ``.md`` and ``.jsonl`` files, or folders of them.
    resources : Resources, optional
        Loaded models and lists; loaded here by default.
    progress : callable, optional
        Called with (articles done, articles in all).
    columns : mapping, optional
        For tables and jsonl, see :func:`dashboard_core.read.read_articles`.

    Returns
    -------
    Structured
        ``frames`` hold articles, claims and stances; ``report.problems`` one error per file that could not
        be read wholly.
    """
    read = read_articles(paths, columns=columns)
    structured = structure_articles(read.articles, resources, progress=progress)
    structured.report.problems += read.problems
    return structured


def structure_articles(
    articles: Sequence[Article],
    resources: Resources | None = None,
    *,
    progress: Progress | None = None,
    corrected: Callable[[Article], Article] | None = None,
) -> Structured:
    """Return the frames of articles already read; see :func:`structure`.

    ``corrected`` returns an article as people corrected it: claims are looked for in that, while the frame of
    articles keeps what was read.
    """
    loaded = resources or (Resources.load() if articles else None)
    report = Report()
    claims: list[Claim] = []
    stances: list[Stance] = []
    for batch in _batches(articles, _BATCH):
        assert loaded is not None  # there is a batch, so there are articles
        seen = [corrected(article) for article in batch] if corrected else batch
        for found, labelled in _read_batch(seen, loaded, report):
            claims += found
            stances += labelled
        report.articles += len(batch)
        if progress:
            progress(report.articles, len(articles))
    report.claims, report.positions = len(claims), len(stances)
    report.without_target = len({c.claim_id for c in claims} - {s.claim_id for s in stances})
    report.without_country = sum(not c.speaker.country for c in claims)
    report.unclear = sum(s.stance == "unclear" for s in stances)
    report.none = sum(s.stance == "none" for s in stances)
    return Structured(fr.to_frames(articles, claims, stances), report)


def _batches(articles: Sequence[Article], size: int) -> Iterator[list[Article]]:
    waiting = iter(articles)
    while batch := list(islice(waiting, size)):
        yield batch


def _read_batch(
    batch: Sequence[Article], loaded: Resources, report: Report
) -> Iterator[tuple[list[Claim], list[Stance]]]:
    readable: list[Article] = []
    for article in batch:
        reason = unreadable(article)
        if reason:
            report.skipped.append((article.title or article.file or article.article_id, reason))
            report.unread[article.article_id] = reason
        else:
            readable.append(article)
    bodies = [find_body(article.text) for article in readable]
    masked = [mask(article.text, body) for article, body in zip(readable, bodies, strict=True)]
    headlines = list(loaded.parser.parse([article.title for article in readable]))
    docs = zip(headlines, loaded.parser.parse(masked), strict=True)
    for article, body, (headline, doc) in zip(readable, bodies, docs, strict=True):
        claims = extract_claims(article, doc, body, loaded.attribution, loaded.lists)
        mentions = find_targets(doc, claims, loaded.catalogue, title=article.title, headline=headline)
        yield claims, _label(article, doc, claims, mentions, loaded.stance)


def unreadable(article: Article) -> str:
    """Return why no claims can be found in an article; empty if they can."""
    if not find_body(article.text):
        return "no sentence in it, only labels or links"
    if article.language not in {"", "en"}:
        return f"its language is {article.language!r}; claims are found in English only"
    return ""


def _label(
    article: Article,
    doc: Doc,
    claims: Sequence[Claim],
    mentions: Sequence[Sequence[TargetMention]],
    model: StanceModel,
) -> list[Stance]:
    pairs = [(claim, mention) for claim, some in zip(claims, mentions, strict=True) for mention in some]
    inputs = [
        StanceInput(
            text=claim.text,
            target=mention.target.name,
            aliases=mention.target.aliases,
            context=context_before(doc.text, claim.start, article.title),
            mentions=tuple(
                Span(s.start - claim.start, s.end - claim.start)
                for s in mention.spans
                if claim.start <= s.start and s.end <= claim.end
            ),
        )
        for claim, mention in pairs
    ]
    voices = [(claim.speaker.speaker_id, mention.target.target_id) for claim, mention in pairs]
    # What the list knows and the claim names is the stance model's to judge: nothing speaks against it.
    neutral = 1 - model.decision.thresholds.position
    about = [
        max(mention.salience, neutral) if _is_named_from_list(mention) else mention.salience
        for _, mention in pairs
    ]
    labels = model.label(inputs, voices=voices, about=about)
    return [
        _stance(claim, mention, label, model.version)
        for (claim, mention), label in zip(pairs, labels, strict=True)
    ]


def _is_named_from_list(mention: TargetMention) -> bool:
    target = mention.target
    return mention.how == "named" and target.origin == "catalogue" and target.kind != "country"


def context_before(text: str, start: int, title: str) -> str:
    """Return what the model reads along with a claim: the sentence before it, else the headline.

    ``text`` is the article's with everything but its body turned to blanks.

    >>> context_before("It rained. We want it.", 11, "Rain"), context_before("We want it.", 0, "Rain")
    ('It rained.', 'Rain')
    """
    before = text[max(0, start - 600) : start].rstrip()
    previous = before[before.rfind("\n") + 1 :].strip()
    return previous[-300:] or title


def _stance(claim: Claim, mention: TargetMention, label: StanceLabel, version: str) -> Stance:
    target = mention.target
    return Stance(
        stance_id=stable_id("st", claim.claim_id, target.target_id),
        claim_id=claim.claim_id,
        article_id=claim.article_id,
        target=target,
        stance=label.stance,
        confidence=label.confidence,
        p_stance=label.p_stance,
        p_opposed=label.p_opposed,
        p_cautious=label.p_cautious,
        p_supportive=label.p_supportive,
        evidence=label.evidence,
        model_version=version,
        target_basis=mention.how,
    )
