# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""What people have reviewed, what is worth reviewing next, and what was decided about a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_core.frames import POSITIONS
from dashboard_core.query.chosen import chosen
from dashboard_core.query.columns import different
from dashboard_core.query.filters import Filters, all_conditions
from dashboard_core.query.rows import columns_of, frame_of
from dashboard_core.query.sql import Snapshot, Source, Statement, answer, conjunction, fetch
from dashboard_core.query.tallies import expression
from dashboard_core.vocabulary import STANCE_STATES, STANCES

__all__ = [
    "Resting",
    "ReviewCounts",
    "article_hash",
    "claim_positions",
    "resting",
    "review_counts",
    "review_queue",
]

# The places of the clear stances among all.
_CLEAR: Final = [place for place, state in enumerate(STANCE_STATES) if state in STANCES]
# So many pairs of speaker and target have a place of their own in a table; more are numbered first.
_TABLE: Final = 50_000_000
_TAKEN: Final = f"stance IN ({', '.join(repr(stance) for stance in STANCES)})"


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many claims and positions there are under a filter, and how many of them people reviewed.

    ``rejected`` positions were reviewed, too, and are counted apart: no claim has them any more.
    """

    claims: int = 0
    reviewed_claims: int = 0
    positions: int = 0
    reviewed_positions: int = 0
    rejected: int = 0

    @property
    def labels(self) -> int:
        """Every label that was there to review: what a person rejected does not make the work smaller."""
        return self.positions + self.rejected

    @property
    def reviewed_labels(self) -> int:
        """Labels that a person decided on, rejected ones too."""
        return self.reviewed_positions + self.rejected


def review_counts(store: Source, filters: Filters) -> ReviewCounts:
    """Return how much of what ``filters`` let in was reviewed by people.

    Claims are those with a position.
    """
    counts = answer(store, ("review_counts", filters), lambda snapshot: _counts(snapshot, filters))
    return replace(counts, rejected=_rejected(store, filters))


@dataclass(frozen=True, slots=True)
class Resting:
    """How many votes and positions take a stance, and how many of them rest on the context alone.

    The context is the headline or the sentence before: the passage itself does not name the target, and no
    person has looked at the label. A vote is a speaker's on a target; it rests on the context alone if all
    its positions do.
    """

    votes: int = 0
    context_votes: int = 0
    positions: int = 0
    context_positions: int = 0


def resting(store: Source, filters: Filters) -> Resting:
    """Return how much of what is counted under ``filters`` rests on the context alone."""
    return answer(store, ("resting", filters), lambda snapshot: _resting(snapshot, filters))


def _resting(snapshot: Snapshot, filters: Filters) -> Resting:
    source = chosen(snapshot, filters)
    wanted = [
        STANCE_STATES[place] for place in _CLEAR if STANCE_STATES[place] in (filters.stances or STANCES)
    ]
    context = source.column("context")
    # Most choices have none, and those that have are few.
    if not wanted or not context.any():
        return Resting()
    held = source.taking(tuple(wanted))
    context = context[held]
    speakers, targets = (source.column(name)[held].astype("int64") + 1 for name in ("speaker", "target"))
    many = int(targets.max(initial=0)) + 1
    pairs = speakers * many + targets
    size = int(pairs.max(initial=0)) + 1
    if size > _TABLE:
        pairs, size = np.unique(pairs, return_inverse=True)[1], len(pairs)
    named, bare = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    named[pairs[~context]] = True
    bare[pairs[context]] = True
    alone = int(np.count_nonzero(bare & ~named))
    return Resting(int(np.count_nonzero(named)) + alone, alone, len(pairs), int(np.count_nonzero(context)))


def _rejected(store: Source, filters: Filters) -> int:
    if filters.basis == "machine":
        return 0
    gone = replace(filters, basis="rejected")
    counts: ReviewCounts = answer(store, ("review_counts", gone), lambda snapshot: _counts(snapshot, gone))
    return counts.positions


def _counts(snapshot: Snapshot, filters: Filters) -> ReviewCounts:
    source = chosen(snapshot, filters)
    held = source.taking(filters.stances)
    claims, reviewed = source.column("claim")[held], source.column("reviewed")[held]
    return ReviewCounts(
        claims=different(claims),
        reviewed_claims=different(claims[reviewed]),
        positions=len(claims),
        reviewed_positions=int(np.count_nonzero(reviewed)),
    )


def review_queue(
    store: Source,
    filters: Filters,
    *,
    by: str = "target",
    reviewed: bool = False,
    first: str = "",
    limit: int = 200,
) -> pd.DataFrame:
    """Return the positions to review, those first whose label moves the chart by ``by`` most.

    The weight of a label is the part of its bar that would move if it were another one: the only stance of
    the only voice in a bar moves all of it, the tenth claim of a voice that always says the same next to
    nothing. Of labels that weigh the same (to a hundredth of the bar) the least certain comes first.

    Parameters
    ----------
    store : Source
        The store.
    filters : Filters
        What is in; the basis is always "reviewed where available".
    by : str
        The chart's dimension: "target", "country", "organisation" or "tier".
    reviewed : bool
        List what was reviewed instead.
    first : str
        The id of a claim whose other labels come first: its passage has just been read, and reading takes
        far longer than deciding.
    limit : int
        At most so many.

    Returns
    -------
    DataFrame, one row per (claim_id, target_id), most urgent first
        The columns of :data:`frames.POSITIONS`, then ``weight`` (0-1).
    """
    filters = replace(filters, basis="reviewed")
    key = ("review_queue", filters, by, reviewed, first, limit)
    return answer(store, key, lambda snapshot: _queue(snapshot, filters, by, reviewed, first, limit))


def _queue(
    snapshot: Snapshot, filters: Filters, by: str, reviewed: bool, first: str, limit: int
) -> pd.DataFrame:
    statement = Statement()
    group = expression(by, statement, text=False)
    where = conjunction(all_conditions(filters, statement))
    begun = ""
    if first:
        own = f"SELECT claim_no FROM claim_rows WHERE claim_id = {statement.bind(first)}"
        begun = f"(h.claim_no IN ({own})) DESC, "
    same = "x.bar IS NOT DISTINCT FROM h.bar AND x.speaker_id = h.speaker_id AND x.target_id = h.target_id"
    urgent = fetch(
        snapshot,
        "WITH here AS (SELECT position_no, claim_no, speaker_id, target_id, stance, confidence, review, "
        f"{group} AS bar FROM facts WHERE {where}), "
        f"held AS (SELECT bar, speaker_id, target_id, stance, count(*) AS n FROM here WHERE {_TAKEN} "
        "GROUP BY ALL), "
        "votes AS (SELECT bar, speaker_id, target_id, count(*) AS k FROM held GROUP BY ALL), "
        "bars AS (SELECT bar, count(*) AS votes FROM votes GROUP BY ALL) "
        # Alone with its stance it gives up its part of the vote; else another stance joins those there are.
        "SELECT h.position_no, CASE WHEN o.n = 1 THEN 1e0 / x.k ELSE 1e0 / (coalesce(x.k, 0) + 1) END "
        "/ greatest(coalesce(b.votes, 1), 1) AS weight "
        f"FROM here h LEFT JOIN votes x ON {same} "
        f"LEFT JOIN held o ON {same.replace('x.', 'o.')} AND o.stance = h.stance "
        "LEFT JOIN bars b ON b.bar IS NOT DISTINCT FROM h.bar "
        f"WHERE h.review {'<>' if reviewed else '='} 'unreviewed' "
        f"ORDER BY {begun}round(weight, 2) DESC, h.confidence, h.position_no LIMIT {int(limit)}",
        statement,
        filters.folded,
    )
    statement = Statement()
    wanted = statement.bind([int(number) for number in urgent["position_no"]])
    rows = fetch(
        snapshot,
        f"SELECT position_no, {columns_of(POSITIONS)} FROM positions "
        f"WHERE position_no IN (SELECT unnest({wanted}::BIGINT[]))",
        statement,
    )
    ordered = urgent.merge(rows, on="position_no", how="left")
    return POSITIONS.cast(ordered).assign(weight=ordered["weight"].astype("float64"))


def claim_positions(store: Source, claim_id: str) -> pd.DataFrame:
    """Return every position of one claim, as it stands now; without rows if there is no such claim."""
    statement = Statement()
    test = f"claim_id = {statement.bind(claim_id)}"
    text = f"SELECT {columns_of(POSITIONS)} FROM positions WHERE {test} ORDER BY target"
    return answer(store, ("claim_positions", claim_id), lambda s: frame_of(s, POSITIONS, text, statement))


def article_hash(store: Source, article_id: str) -> str:
    """Return the hash of an article's text, to which decisions are tied; empty if it is not there."""

    def ask(snapshot: Snapshot) -> str:
        statement = Statement()
        test = f"article_id = {statement.bind(article_id)}"
        found: Any = fetch(snapshot, f"SELECT sha256 FROM article_rows WHERE {test}", statement)
        return str(found["sha256"].iloc[0]) if len(found) else ""

    return answer(store, ("article_hash", article_id), ask)
