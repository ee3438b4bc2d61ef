"""The store's answers to one click, timed beside the same work in plain pandas, in one run.

One click is three tallies, the facet counts, the headline and the first hundred rows. Times of two machines,
or of one machine on two days, do not compare; their ratio within one run does.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard_core import query
from dashboard_core.frames import join_positions
from dashboard_core.query import DIMENSIONS, Filters
from dashboard_core.store import Store
from dashboard_core.synthetic import synthetic_frames
from dashboard_core.vocabulary import STANCES

__all__ = ["EngineTimes", "benchmark_query"]

_CHARTS: tuple[tuple[str, str | None], ...] = (
    ("country", None),
    ("organisation", None),
    ("country", "target"),
)
_CLICKS = [
    Filters(countries=("KGZ", "KAZ", "UZB", "TUR")),
    Filters(targets=("t_003",), min_confidence=0.6),
    Filters(tiers=("official", "expert"), undated=False),
    Filters(stances=("opposed",), countries=("RUS", "BLR")),
    Filters(outlets=("Outlet 7",)),
]


@dataclass(frozen=True, slots=True)
class EngineTimes:
    """Medians in milliseconds for one click; ``ratio_*`` is pandas' time divided by the store's."""

    positions: int
    append_s: float
    open_s: float
    charts_new_ms: float
    charts_repeated_ms: float
    facets_new_ms: float
    rows_new_ms: float
    text_new_ms: float
    pandas_charts_ms: float
    pandas_facets_ms: float

    @property
    def ratio_new(self) -> float:
        """How many times longer plain pandas takes for the charts of a new filter."""
        return self.pandas_charts_ms / self.charts_new_ms

    @property
    def ratio_repeated(self) -> float:
        """How many times longer plain pandas takes for the charts of a filter asked before."""
        return self.pandas_charts_ms / self.charts_repeated_ms

    def lines(self) -> list[str]:
        """Return the figures as text."""
        return [
            f"{self.positions:,} positions: added in {self.append_s:.1f} s, opened in {self.open_s:.1f} s",
            f"three charts, new filter       {self.charts_new_ms:8.1f} ms  "
            f"(pandas {self.ratio_new:.1f} times as long)",
            f"three charts, filter repeated  {self.charts_repeated_ms:8.1f} ms  "
            f"(pandas {self.ratio_repeated:.1f} times as long)",
            f"facet counts, new filter       {self.facets_new_ms:8.1f} ms  "
            f"(pandas {self.pandas_facets_ms / self.facets_new_ms:.1f} times as long)",
            f"headline and 100 rows, new     {self.rows_new_ms:8.1f} ms",
            f"three charts, new text sought  {self.text_new_ms:8.1f} ms",
        ]


def benchmark_query(
    rows: int = 1_000_000, *, folder: Path | None = None, tell: Callable[[str], None] = lambda _: None
) -> EngineTimes:
    """Return how long one click takes at ``rows`` synthetic positions.

    Parameters
    ----------
    rows : int
        How many positions.
    folder : Path, optional
        Where to make the store; a temporary folder when not given. A store that is there is used as it is.
    tell : callable, optional
        Told what is being done.
    """
    tell(f"making {rows:,} positions")
    frames = synthetic_frames(rows)
    with tempfile.TemporaryDirectory() as temporary:
        store = Store.create(folder or Path(temporary) / "store")
        tell("adding them to a store")
        append_s = 0.0
        if store.is_empty:
            append_s = _seconds(lambda: store.append(frames))
        open_s = _seconds(store.snapshot)
        tell("clicking")
        charts = [_ms(partial(_charts, store, f)) for f in _CLICKS]
        repeated = [_ms(partial(_charts, store, f)) for f in _CLICKS]
        facets = [_ms(partial(query.facets, store, f)) for f in _CLICKS]
        top = [_ms(partial(_top, store, f)) for f in _CLICKS]
        text = [_ms(partial(_charts, store, Filters(text=w))) for w in ("border posts", "a vote", "army")]
        tell("the same in plain pandas")
        table = join_positions(frames)
        plain = [_ms(partial(_pandas_charts, table, f)) for f in _CLICKS]
        plain_facets = [_ms(partial(_pandas_facets, table, f)) for f in _CLICKS]
    return EngineTimes(
        rows,
        append_s,
        open_s,
        *(statistics.median(times) for times in (charts, repeated, facets, top, text, plain, plain_facets)),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _ms(work: Callable[[], object]) -> float:
    return 1000 * _seconds(work)


def _charts(store: Store, filters: Filters) -> None:
    for by, split in _CHARTS:
        query.tally(store, filters, by=by, split=split)


def _top(store: Store, filters: Filters) -> None:
    query.headline(store, filters)
    query.positions(store, filters, limit=100)


def _mask(table: pd.DataFrame, filters: Filters, without: str = "") -> pd.Series[Any]:
    keep = pd.Series(True, index=table.index)
    for name, dimension in DIMENSIONS.items():
        wanted: Sequence[str] = getattr(filters, dimension.field)
        if wanted and name != without:
            keep &= table[dimension.column].isin(wanted)
    if filters.min_confidence:
        keep &= table["confidence"] >= filters.min_confidence
    if not filters.undated:
        keep &= table["published_on"].notna()
    return keep


def _pandas_charts(table: pd.DataFrame, filters: Filters) -> None:
    """The plain way: filter in memory, one vote per speaker and target by groupby."""
    for by, split in _CHARTS:
        groups = [DIMENSIONS[name].column for name in (by, split) if name]
        chosen = table[_mask(table, filters, "stance")]
        keys = list(dict.fromkeys([*groups, "speaker_id", "target_id"]))
        cells = chosen.groupby([*keys, "stance"], dropna=False, observed=True).agg(
            positions=("stance_id", "size"), claims=("claim_id", "nunique")
        )
        cells = cells.reset_index()
        taken = cells["stance"].isin(STANCES)
        cells["votes"] = 1.0
        cells.loc[taken, "votes"] = 1.0 / cells[taken].groupby(keys, dropna=False)["stance"].transform("size")
        cells.groupby([*groups, "stance"], dropna=False, observed=True).agg(
            votes=("votes", "sum"), speakers=("speaker_id", "nunique"), positions=("positions", "sum")
        )


def _pandas_facets(table: pd.DataFrame, filters: Filters) -> None:
    for name, dimension in DIMENSIONS.items():
        table.loc[_mask(table, filters, name), dimension.column].value_counts(dropna=False)
