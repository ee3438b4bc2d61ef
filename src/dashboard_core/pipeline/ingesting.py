"""Articles into the store, a few at a time: what is kept stays kept, and of each it is said what became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from dashboard_core.errors import ArticleFormatError, DashboardCoreError
from dashboard_core.pipeline.meeting import met_again, name_there
from dashboard_core.pipeline.structuring import (
    Progress,
    Report,
    Resources,
    Structured,
    plural,
    structure_articles,
)
from dashboard_core.read import Columns, CopyIndex, CopyRow, Known, iter_articles
from dashboard_core.records import Article
from dashboard_core.store import Store
from dashboard_core.store.arrivals import (
    Arrival,
    identity,
    read_arrivals,
    read_copies,
    read_stored,
    text_of,
)
from dashboard_core.store.corrections import Corrections, read_corrections
from dashboard_core.store.identities import settle_speakers
from dashboard_core.store.models import active_folder

__all__ = ["RESULTS", "Outcome", "Watch", "ingest", "ingest_found", "outcome_table", "reread", "update"]

# What can become of an article or a file; the keys stand in files, the words on pages and in tables.
RESULTS = {
    "added": "added",
    "changed": "brought up to date",
    "same": "already there",
    "removed": "left out: it was removed earlier",
    "failed": "not read",
    "remark": "read, with a remark",
}
# So many articles are in memory at once, and so many are read again at most after a crash.
_APPENDED_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article, or of one file that could not be read, or only without something.

    ``result`` is one of :data:`RESULTS`; "remark" is said of a file beside the outcomes of its articles. An
    outcome other than "failed" and "remark" is told only after the article is
    safely on disk. ``reason`` says why, and what to do about it; ``copy_of`` is the id of the article that it
    is a copy of.
    """

    file: str
    result: str
    article_id: str = ""
    title: str = ""
    outlet: str = ""
    published_on: date | None = None
    claims: int = 0
    positions: int = 0
    copy_of: str = ""
    reason: str = ""


def outcome_table(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """Return outcomes as a table for readers, one row per article or unreadable file.

    Columns: file, what became of it, reason, title, outlet, published on, claims, positions, copy of (the id
    of the first article of the group), article (its id).
    """
    rows = [
        {
            "file": one.file,
            "what became of it": RESULTS[one.result],
            "reason": one.reason,
            "title": one.title,
            "outlet": one.outlet,
            "published on": one.published_on.isoformat() if one.published_on else "",
            "claims": one.claims,
            "positions": one.positions,
            "copy of": one.copy_of,
            "article": one.article_id,
        }
        for one in outcomes
    ]
    names = "file,what became of it,reason,title,outlet,published on,claims,positions,copy of,article"
    return pd.DataFrame(rows, columns=names.split(","))


def _nothing(*_: object) -> None:
    return None


def _goes_on() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """How a run is followed.

    ``tell`` gets each outcome, ``reading`` the file of each article as it is opened, ``working`` the number
    of articles in which claims are looked for next; ``stopped`` is asked before each, and what is not yet
    kept is then left for the next run. ``leaves`` is asked when all that was read is kept: if it says so, the
    rest is left to another program, which also ends the run.
    """

    tell: Callable[[Outcome], None] = _nothing
    reading: Callable[[str], None] = _nothing
    working: Callable[[int], None] = _nothing
    stopped: Callable[[], bool] = _goes_on
    leaves: Callable[[], bool] = _goes_on


def ingest(
    paths: Iterable[str | Path],
    store: Store,
    resources: Resources | None = None,
    *,
    progress: Progress | None = None,
    columns: Columns = None,
    known: Known | None = None,
    watch: Watch | None = None,
) -> tuple[Report, int]:
    """Structure files and append them to the store, a few articles at a time.

    Articles that the store holds already, with the same text and the same metadata, are not read again.
    What has been appended stays, whatever happens afterwards; running it again goes on where it stopped.

    Parameters
    ----------
    paths : iterable of path
        Files or folders, see :func:`dashboard_core.read.read_articles`.
    store : Store
        Where the articles go.
    resources : Resources, optional
        Loaded models and lists; loaded here, when the first new article comes, by default.
    progress : callable, optional
        Called with (articles and files done, the same again): how many there will be is not known.
    columns : mapping or callable, optional
        For tables and jsonl: field to column name, and where the table begins.
    known : callable, optional
        Returns what was set for tables with these columns, for those inside folders and archives.
    watch : Watch, optional
        Follows the run article by article.

    Returns
    -------
    Report, int
        What came in, and how many articles were there already.
    """
    found = iter_articles(paths, columns=columns, known=known)
    return ingest_found(found, store, resources, progress=progress, watch=watch)


def ingest_found(
    found: Iterable[Article | ArticleFormatError],
    store: Store,
    resources: Resources | Callable[[], Resources] | None = None,
    *,
    progress: Progress | None = None,
    watch: Watch | None = None,
    corrections: Corrections | None = None,
    seen: Iterable[str] = (),
) -> tuple[Report, int]:
    """Append articles as they are read; see :func:`ingest`.

    ``corrections`` are those that people made, by default as the ledger has them: claims are looked for in an
    article as it was corrected, and it is kept as it was read. ``resources`` may be a function that loads
    them. ``seen`` are articles that came in with an earlier part of the same run.
    """
    run = _Run(
        store, resources, watch or Watch(), progress, corrections or read_corrections(store), seen=seen
    )
    for item in found:
        if run.watch.stopped():
            break
        run.take(item)
        if run.leaves():
            return run.report, run.same
    if not run.watch.stopped():
        run.append()
    settle_speakers(store)
    return run.report, run.same


def reread(
    store: Store,
    article_ids: Iterable[str] | None = None,
    resources: Resources | Callable[[], Resources] | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    watch: Watch | None = None,
    progress: Progress | None = None,
) -> Report:
    """Look for claims again in articles of the store, with the lists and models as they are now.

    Parameters
    ----------
    store : Store
        The store.
    article_ids : iterable of str, optional
        Which; every article that was not removed by default.
    texts : mapping, optional
        New texts by article id: the article is kept anew with it, the earlier state stays in its batch.
    """
    import hashlib

    arrivals = read_arrivals(store)
    run = _Run(store, resources, watch or Watch(), progress, read_corrections(store), arrivals=arrivals)
    wanted = set(arrivals if article_ids is None else article_ids) - set(run.corrections.removed)
    whole = len(wanted & set(arrivals))
    for article in read_stored(store, arrivals, wanted):
        if run.watch.stopped():
            return run.report
        text = (texts or {}).get(article.article_id)
        if text is not None:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            article = replace(article, text=text, sha256=digest)
        run.hold(article, whole)
        if run.leaves():
            return run.report
    run.append(whole)
    settle_speakers(store)
    return run.report


def update(
    store: Store,
    resources: Resources | None = None,
    *,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> tuple[Report, list[str]]:
    """Read every article in the store again, with the lists and models as they are now.

    The earlier labels stay in their batches; what is shown from now on is the new state.

    Returns
    -------
    Report, list of str
        What was found, and what changed, in words.
    """
    before = _labels(store)
    report = reread(store, None, resources, progress=progress, watch=watch)
    return report, _changes(before, _labels(store))


class _Run:
    """One run: holds a few articles, appends them together, tells what became of each."""

    def __init__(
        self,
        store: Store,
        resources: Resources | Callable[[], Resources] | None,
        watch: Watch,
        progress: Progress | None,
        corrections: Corrections,
        *,
        arrivals: Mapping[str, Arrival] | None = None,
        seen: Iterable[str] = (),
    ) -> None:
        self.store = store
        self.watch = watch
        self.corrections = corrections
        self.report = Report()
        self.same = 0
        self._load = resources if callable(resources) else self._own_resources
        self._resources = None if callable(resources) else resources
        self._progress = progress
        self._known = dict(read_arrivals(store) if arrivals is None else arrivals)
        self._held: dict[str, Article] = {}
        self._seen = set(seen)
        self._texts = {one.sha256: name for name, one in reversed(self._known.items())}
        self._compared: dict[str, Article] = {}
        self._done = 0
        rows = {
            row["article_id"]: CopyRow(**row | {"sketch": row["sketch"] or b""}) for row in read_copies(store)
        }
        self._copies = CopyIndex(lru_cache(256)(self._text), rows.values())

    def _own_resources(self) -> Resources:
        """Return the models and lists, the stance model being the one that people chose for this store."""
        return Resources.load(stance=active_folder(self.store))

    def _kept(self, name: str) -> Article | None:
        """Return an article that is there or about to be, as it was read."""
        if name in self._held or name not in self._known:
            return self._held.get(name)
        return next(read_stored(self.store, self._known, {name}), None)

    def take(self, item: Article | ArticleFormatError) -> None:
        """Hold an article for the next batch, or tell at once what became of it."""
        if isinstance(item, ArticleFormatError):
            self.report.problems.append(item)
            result = "remark" if item.remark else "failed"
            self._tell(Outcome(item.path, result, reason=f"{'; '.join(item.problems)}. {item.remedy}"))
            return
        known = self._known.get(item.article_id)
        as_it_was = known is not None and known.identity == identity(item)
        # Exports give ids of their own; and what a person put right before saving names the article as read.
        own = not item.article_id.startswith("a_") or item.article_id in self.corrections.facts
        if not (as_it_was or own):
            item = replace(item, article_id=name_there(item, self._kept, self._texts))
        first = item.article_id not in self._seen
        self._seen.add(item.article_id)
        self.watch.reading(item.file)
        known = self._known.get(item.article_id)
        removed = self.corrections.removed.get(item.article_id)
        if removed:
            self._tell(
                _outcome(item, "removed", reason=f"Removed by {removed.who}. Restore it to have it back.")
            )
        elif known and item.article_id in self.corrections.edited:
            self._same(item, "Its text was edited here since; the edited text stays.")
        elif known and known.identity == identity(item):
            self._same(item, "")
        elif not first:
            # Else the later of two rows would take the place of the one that was told.
            self._same(item, "The same text stands earlier among these files.")
        elif known and known.sha256 == item.sha256:
            kept = self._kept(item.article_id)
            item, told = met_again(item, kept) if kept else (item, "")
            if identity(item) == known.identity:
                self._same(item, told)
            else:
                self.hold(item)
        else:
            self.hold(item)

    def leaves(self) -> bool:
        """Whether the rest is left to another program; never while articles are held."""
        return not self._held and self.watch.leaves()

    def hold(self, article: Article, whole: int = 0) -> None:
        """Hold an article for the next batch, whatever the store says of it."""
        self._held[article.article_id] = article
        self._texts.setdefault(article.sha256, article.article_id)
        if len(self._held) >= _APPENDED_AT_ONCE:
            self.append(whole)

    def append(self, whole: int = 0) -> None:
        """Look for claims in what is held, keep all of it, and only then tell."""
        held, self._held = list(self._held.values()), {}
        if not held:
            return
        self.watch.working(len(held))
        self._resources = self._resources or self._load()
        structured, failed = self._structured(held, self._resources)
        self._compared = {article.article_id: article for article in held}
        earlier = self._earlier_rows()
        rows = {a.article_id: self._copies.add(a) for a in held if a.article_id not in failed}
        copies = [asdict(row) for row in [*earlier, *rows.values()]]
        added = self.store.append(structured.frames, copies=copies)
        self.report.add(structured.report)
        claims = Counter(structured.frames.claims["article_id"].tolist())
        positions = Counter(structured.frames.stances["article_id"].tolist())
        for article in held:
            name = article.article_id
            if name in failed:
                self.report.problems.append(failed[name])
                self._tell(
                    _outcome(article, "failed", reason=f"{failed[name].problems[0]}. {failed[name].remedy}"),
                    whole,
                )
                continue
            result = "changed" if name in self._known else "added"
            if added.batch:
                self._known[name] = Arrival(identity(article), article.sha256, added.batch)
            copy_of = rows[name].copy_of if rows[name].copy_of != name else ""
            reason = structured.report.unread.get(name, "")
            self._tell(
                replace(
                    _outcome(
                        article,
                        result,
                        reason=f"Kept, but no claims are looked for: {reason}." if reason else "",
                    ),
                    claims=claims[name],
                    positions=positions[name],
                    copy_of=copy_of,
                ),
                whole,
            )

    def _structured(
        self, held: Sequence[Article], resources: Resources
    ) -> tuple[Structured, dict[str, ArticleFormatError]]:
        """Return the frames of what is held; an article that breaks the analysis never stops the others."""
        try:
            return self._frames(held, resources), {}
        except DashboardCoreError:
            raise  # a list or a model is broken: the same for every article
        except Exception as error:
            if len(held) == 1:
                problem = f"its analysis broke off ({type(error).__name__}: {str(error)[:200]})"
                remedy = "Nothing of it was kept. Bring it in again as plain text, or report it."
                failed = {held[0].article_id: ArticleFormatError(held[0].file, [problem], remedy)}
                return self._frames([], resources), failed
        kept: list[Article] = []
        wrong: dict[str, ArticleFormatError] = {}
        for article in held:
            wrong |= (one := self._structured([article], resources)[1])
            kept += [] if one else [article]
        return self._frames(kept, resources), wrong

    def _frames(self, held: Sequence[Article], resources: Resources) -> Structured:
        return structure_articles(held, resources, corrected=self.corrections.applied)

    def _earlier_rows(self) -> list[CopyRow]:
        """Return rows for articles of the store in which nobody has looked for copies yet, oldest first.

        Those came in with an earlier version, or not through files. They are kept with the next batch:
        each is looked at once.
        """
        unseen = [name for name in self._known if self._copies.get(name) is None]
        rows: list[CopyRow] = []
        for article in read_stored(self.store, self._known, set(unseen)) if unseen else ():
            if self.watch.stopped():
                break  # The others are looked at with the next import.
            rows.append(self._copies.add(article))
        return rows

    def _text(self, article_id: str) -> str:
        held = self._compared.get(article_id)
        if held is not None:
            return held.text
        return text_of(self.store, article_id, self._known[article_id].batch)

    def _same(self, article: Article, reason: str) -> None:
        self.same += 1
        self._tell(_outcome(article, "same", reason=reason))

    def _tell(self, outcome: Outcome, whole: int = 0) -> None:
        self._done += outcome.result != "remark"
        self.watch.tell(outcome)
        if self._progress:
            self._progress(self._done, max(whole, self._done))


def _outcome(article: Article, result: str, *, reason: str = "") -> Outcome:
    return Outcome(
        article.file,
        result,
        article.article_id,
        article.title,
        article.outlet,
        article.published_on,
        reason=reason,
    )


def _labels(store: Store) -> dict[tuple[str, str], str]:
    rows = store.connect().execute("SELECT claim_id, target_id, stance::text FROM stances").fetchall()
    return {(claim, target): stance for claim, target, stance in rows}


def _changes(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> list[str]:
    """Return what became of the labels, commonest change first."""
    both = before.keys() & after.keys()
    moved = Counter((before[key], after[key]) for key in both if before[key] != after[key])
    lines = [f"{plural(len(both), 'label')} on the same claim and target, {sum(moved.values()):,} changed"]
    lines += [f"  {old} -> {new}: {count:,}" for (old, new), count in moved.most_common()]
    lines += [f"{len(after.keys() - before.keys()):,} new, {len(before.keys() - after.keys()):,} gone"]
    return lines
