"""What the pages read: the store, its tallies and the display names, remembered per data version."""

from __future__ import annotations

import csv
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast

import pandas as pd
import streamlit as st

from dashboard_core import query
from dashboard_core.charts.wording import Facts, amount, day, listing, plural
from dashboard_core.errors import VocabularyError
from dashboard_core.paths import seeds_dir, store_dir
from dashboard_core.query import Filters, actors
from dashboard_core.query.beside import Behind, voices_behind
from dashboard_core.query.beside import behind as behind_votes
from dashboard_core.query.reviewed import Resting
from dashboard_core.query.reviewed import resting as resting_votes
from dashboard_core.records import Target
from dashboard_core.store import Store
from dashboard_core.ui import trust
from dashboard_core.vocabulary import STANCE_LABELS, STANCES, TIER_LABELS

__all__ = [
    "Desk",
    "article",
    "article_claims",
    "article_positions",
    "behind",
    "catalogue",
    "catalogue_problem",
    "choices",
    "claims",
    "countries_by_group",
    "country_names",
    "desk",
    "display_names",
    "facts",
    "headline",
    "kept",
    "kept_here",
    "labels_counted",
    "matrix",
    "moment",
    "open_desk",
    "open_store",
    "positions",
    "resting",
    "speaker_names",
    "tally",
    "target_kinds",
    "target_names",
    "voices_by_tier",
    "voices_of_each_tier",
]

_DESK: Final = "_desk"
Kept = TypeVar("Kept")
Weight = Literal["voices", "claims"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What one run of a page works on."""

    store: Store
    version: str
    filters: Filters


@st.cache_resource(show_spinner=False)
def _store(path: str) -> Store:
    return Store(Path(path))


def open_store() -> Store:
    """Return the store of this installation.

    Raises
    ------
    StoreError
        It is missing, damaged or of another schema version.
    """
    return _store(str(store_dir()))


class _Moment:
    """A store as one run of a page sees it: looked at once, so that all numbers of the page agree.

    A page asks some eighty questions, and each of them would look for new batches first.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, Any] = {}
        self.is_empty = store.is_empty
        self.data_version = store.data_version
        self.data_date: date | None = store.data_date
        self.stamp = (self.data_version, *_lists_changed())

    def snapshot(self, basis: str = "reviewed") -> Any:
        if basis not in self._seen:
            self._seen[basis] = self._store.snapshot(basis)
        return self._seen[basis]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def moment(store: Store) -> Store:
    """Return the store as it is now, for one run of a page."""
    return cast("Store", _Moment(store))


def open_desk(store: Store, filters: Filters) -> None:
    """Set what the page of this run works on."""
    st.session_state[_DESK] = Desk(store, store.data_version, filters)


def desk() -> Desk:
    """Return what the page of this run works on."""
    found: Desk = st.session_state[_DESK]
    return found


def kept(store: Store, basis: str, key: Hashable, make: Callable[[], Kept]) -> Kept:
    """Return what was made before from the same data, lists and ``key``, or make and keep it.

    ``key`` names everything else that it is made from. What is kept is shared by all readers and must not be
    changed.
    """
    snapshot = store.snapshot(basis)
    whole = (key, getattr(store, "stamp", None) or (store.data_version, *_lists_changed()))
    found = snapshot.recall(whole)
    if found is None:
        found = make()
        snapshot.remember(whole, found)
    return cast("Kept", found)


def kept_here(key: Hashable, make: Callable[[], Kept]) -> Kept:
    """Return :func:`kept` under the filters of this run."""
    here = desk()
    return kept(here.store, here.filters.basis, (key, here.filters), make)


def _lists_changed() -> tuple[float, ...]:
    """Return when the editable lists that pages show were last changed."""
    folder = seeds_dir()
    files = (folder / "countries.csv", folder / "memberships.csv")
    return tuple(file.stat().st_mtime if file.is_file() else 0.0 for file in files)


# The query package remembers its answers per snapshot of the store and hands out copies that share their
# data; a second cache here would only copy them again.
def tally(
    by: str, *, weight: Weight = "voices", split: str | None = None, filters: Filters | None = None
) -> pd.DataFrame:
    """Return :func:`dashboard_core.query.tally` under the filters of this run."""
    here = desk()
    return query.tally(here.store, filters or here.filters, by=by, weight=weight, split=split)


def matrix(rows: str, columns: str, *, weight: Weight = "voices") -> pd.DataFrame:
    """Return :func:`dashboard_core.query.matrix` under the filters of this run."""
    here = desk()
    return query.matrix(here.store, here.filters, rows=rows, columns=columns, weight=weight)


def choices(store: Store, filters: Filters, limit: int) -> Mapping[str, query.Choices]:
    """Return what each filter offers, with counts under all other filters, at most ``limit`` values."""
    return query.choices(store, filters, limit=limit)


def headline(filters: Filters | None = None) -> query.Headline:
    """Return the headline numbers under the filters of this run, or under others."""
    here = desk()
    return query.headline(here.store, filters or here.filters)


def positions(filters: Filters | None = None, *, limit: int | None = None) -> pd.DataFrame:
    """Return the positions that match, newest first, at most ``limit``."""
    here = desk()
    return query.positions(here.store, filters or here.filters, limit=limit)


def claims(*, limit: int | None = None) -> pd.DataFrame:
    """Return the claims that match, newest first, at most ``limit``."""
    here = desk()
    return query.claims(here.store, here.filters, limit=limit)


def article(article_id: str) -> pd.DataFrame:
    """Return one article as a frame of one row; without rows if it is not in the store."""
    return query.article(desk().store, article_id)


def article_claims(article_id: str) -> pd.DataFrame:
    """Return every claim of an article, whatever the filters."""
    return query.article_claims(desk().store, article_id)


def article_positions(article_id: str) -> pd.DataFrame:
    """Return every position of an article, whatever the filters."""
    return actors.article_positions(desk().store, article_id)


def behind(chosen: Filters, by: str, split: str | None = None) -> Behind:
    """Return the claims behind the marks of a chart, and how many voices have a vote in it."""
    return behind_votes(desk().store, chosen, by=by, split=split)


def _voices(by: str, split: str) -> pd.DataFrame:
    """Return the voices of each pair of values; of those whom only a filter on "unclear" finds, who votes."""
    here = desk()
    all_clear = set(here.filters.stances) <= set(STANCES)
    return (actors.voices if all_clear else voices_behind)(here.store, here.filters, by=by, split=split)


def voices_by_tier(by: str = "country") -> dict[str, dict[str, int]]:
    """Return how many different voices of each kind stand behind each value; "" is a missing one."""
    found: dict[str, dict[str, int]] = {}
    rows = _voices(by, "tier")
    for value, tier, count in zip(rows["value"], rows["split"], rows["speakers"], strict=True):
        mix = found.setdefault("" if pd.isna(value) else str(value), {})
        mix["" if pd.isna(tier) else str(tier)] = int(count)
    return found


def voices_of_each_tier() -> dict[str, int]:
    """Return how many different voices of each kind there are; "" is not known."""
    here = desk()
    rows = actors.voices(here.store, here.filters, by="tier", split="tier")
    return {
        "" if pd.isna(tier) else str(tier): int(count)
        for tier, count in zip(rows["value"], rows["speakers"], strict=True)
    }


def countries_by_group(by: str) -> dict[str, str]:
    """Return the countries heard in each group, as a line under the group's name."""
    names = country_names()
    found: dict[str, list[str]] = {}
    rows = _voices(by, "country")
    for value, country in zip(rows["value"], rows["split"], strict=True):
        if not pd.isna(value) and not pd.isna(country):
            found.setdefault(str(value), []).append(names.get(str(country), str(country)))
    return {group: listing(sorted(countries), limit=6) for group, countries in found.items()}


def target_kinds() -> dict[str, str]:
    """Return the kind of every target in the store, by id."""
    return actors.target_kinds(desk().store)


@lru_cache(maxsize=4)
def _country_names(path: str, changed: float) -> dict[str, str]:
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error) as error:
        raise VocabularyError(path, [str(error)], "Save the file as CSV in UTF-8.") from error
    problems = [
        f"line {line}: needs an iso3 code and a name"
        for line, row in enumerate(rows, start=2)
        if not (row.get("iso3") or "").strip() or not (row.get("name") or "").strip()
    ]
    if problems:
        raise VocabularyError(path, problems[:20], "Correct these lines; the other lines stay as they are.")
    return {row["iso3"].strip(): row["name"].strip() for row in rows}


def country_names() -> dict[str, str]:
    """Return display names by ISO code from seeds/countries.csv, not to be changed; else codes are shown."""
    path = seeds_dir() / "countries.csv"
    return _country_names(str(path), path.stat().st_mtime) if path.is_file() else {}


@lru_cache(maxsize=4)
def _catalogue(path: str, changed: float) -> tuple[str, tuple[Target, ...]]:
    # The catalogue's module brings the parser with it, which no page needs: loaded once, when asked.
    from dashboard_core.extract.targets import load_targets

    try:
        return "", tuple(load_targets(Path(path)))
    except VocabularyError as error:
        return str(error), ()


def catalogue() -> tuple[Target, ...]:
    """Return the targets of seeds/targets.csv; none if the file cannot be used."""
    path = seeds_dir() / "targets.csv"
    return _catalogue(str(path), path.stat().st_mtime)[1] if path.is_file() else ()


def catalogue_problem() -> str:
    """Return what is wrong with seeds/targets.csv, in words; empty if nothing is."""
    path = seeds_dir() / "targets.csv"
    if not path.is_file():
        return f"{path} does not exist. Put it back, or set STANCES_SEEDS to the folder that holds it."
    return _catalogue(str(path), path.stat().st_mtime)[0]


def target_names() -> dict[str, str]:
    """Return the names of the targets that are in the store, by id."""
    return query.display_names(desk().store, "target")


def speaker_names() -> dict[str, str]:
    """Return the names of the speakers that are in the store, by id."""
    return query.display_names(desk().store, "speaker")


def display_names(by: str) -> Mapping[str, str]:
    """Return how the values of ``by`` are shown."""
    if by == "country":
        return country_names()
    if by == "target":
        return target_names()
    if by == "speaker":
        return speaker_names()
    return TIER_LABELS if by == "tier" else STANCE_LABELS if by == "stance" else {}


def facts(filters: Filters | None = None, *, described: Sequence[str] = ()) -> Facts:
    """Return what stands under the charts of this run."""
    here = desk()
    chosen = filters or here.filters
    numbers = headline(chosen)
    return Facts(
        voices=numbers.speakers,
        claims=numbers.claims,
        articles=numbers.articles,
        outlets=actors.outlets(here.store, chosen),
        unnamed=numbers.unnamed,
        first_on=numbers.first_on,
        last_on=numbers.last_on,
        undated=numbers.undated,
        filters=tuple(described),
        data_date=day(here.store.data_date) if here.store.data_date else "",
        versions=_versions(),
        labels=labels_counted(chosen),
        reviewed=query.review_counts(here.store, chosen).reviewed_positions,
    )


def _versions() -> str:
    """Return the versions of data and models, as short as they still tell them apart."""
    store = desk().store
    models = ", ".join(name[:7] for name in query.labelled_by(store))
    return f"version {store.data_version[:7]}" + (f", model {models}" if models else "")


def resting(chosen: Filters) -> Resting:
    """Return how much of what is counted rests on the headline or the sentence before alone."""
    return resting_votes(desk().store, chosen)


def labels_counted(chosen: Filters) -> str:
    """Return whose labels count under ``chosen``, how many people have reviewed, how right others are."""
    counts = query.review_counts(desk().store, chosen)
    if chosen.basis == "machine":
        return f"Labels: the program's alone, also where people decided otherwise{trust.measured()}."
    if chosen.basis == "only":
        return f"Labels: only those that people have reviewed ({plural(counts.positions, 'position')})."
    of = f"{amount(counts.reviewed_positions)} of {plural(counts.positions, 'position')} reviewed by a person"
    gone = f", {plural(counts.rejected, 'label')} rejected and left out" if counts.rejected else ""
    if counts.reviewed_positions == counts.positions:
        return f"Labels: {of}{gone}."
    others = "the others are" if counts.reviewed_labels else "all are"
    return f"Labels: {of}{gone}; {others} the program's{trust.measured()}."
