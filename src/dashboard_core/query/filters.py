"""What a reader has chosen, and the conditions it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard_core.folding import fold
from dashboard_core.query.memberships import membership_case
from dashboard_core.query.sql import Statement
from dashboard_core.vocabulary import STANCE_STATES

__all__ = ["DIMENSIONS", "MISSING", "Dimension", "Filters", "counted_once"]

# In a filter the empty string picks the rows whose value is missing: "no country resolved" is a group
# that can be clicked like any other.
MISSING = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to group and to filter: its column in ``facts``, the column that names it, its filter's field."""

    column: str
    label: str
    field: str


DIMENSIONS = {
    "target": Dimension("target_id", "target", "targets"),
    "country": Dimension("country", "country", "countries"),
    "organisation": Dimension("organisation", "organisation", "organisations"),
    "speaker": Dimension("speaker_id", "speaker", "speakers"),
    "tier": Dimension("tier", "tier", "tiers"),
    "stance": Dimension("stance", "stance", "stances"),
    "outlet": Dimension("outlet", "outlet", "outlets"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is in; an empty tuple restricts nothing, an empty string in a tuple means "missing".

    ``targets`` and ``speakers`` hold ids, ``countries`` ISO 3166-1 alpha-3 codes. ``undated`` says whether
    articles without a date are in. ``text`` is sought in the claims' passages, whatever its case and
    accents. ``memberships`` holds groups such as ``"NATO:member"`` (see :mod:`.memberships`). ``basis`` says
    which labels count: "reviewed" people's where there are any, "machine" the machine's alone, "only"
    positions that a person has reviewed.

    ``apart`` lets in only voices without a clear position: "unclear" those whose claims on a target leave it
    unclear at best, "none" those who only mention it; nobody who is counted with a stance on it.

    ``named_only`` leaves out positions on a target that only the headline or the sentence before names.

    ``articles`` holds ids. Of articles that are copies of each other only the earliest counts, unless
    ``as_published``: then each of them does.

    Examples
    --------
    >>> Filters(countries=("KGZ",)).with_value("stance", "opposed").stances
    ('opposed',)
    """

    targets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    undated: bool = True
    min_confidence: float = 0.0
    text: str = ""
    memberships: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    as_published: bool = False
    basis: str = "reviewed"
    apart: str = ""
    named_only: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return self == Filters()

    @property
    def folded(self) -> str:
        """The sought text as it is compared."""
        return fold(self.text)

    def with_value(self, by: str, value: object) -> Filters:
        """Return these filters narrowed to one mark of a chart: one value of the dimension it groups by.

        ``value`` is what the tally says; a missing one (None, NaN) picks the rows where it is missing.
        """
        text = value if isinstance(value, str) else MISSING
        if by.startswith("membership:"):
            if not text:
                return replace(self, countries=(MISSING,))
            return replace(self, memberships=(*self.memberships, f"{by.removeprefix('membership:')}:{text}"))
        if by not in DIMENSIONS:
            raise ValueError(f"{by!r} is no dimension; use one of {sorted(DIMENSIONS)} or 'membership:NAME'")
        narrowed: dict[str, Any] = {DIMENSIONS[by].field: (text,)}
        return replace(self, **narrowed)


def facet_conditions(filters: Filters, statement: Statement) -> dict[str, str]:
    """Return the conditions on dimensions, by dimension."""
    found: dict[str, str] = {}
    for name, dimension in DIMENSIONS.items():
        wanted: tuple[str, ...] = getattr(filters, dimension.field)
        if not wanted:
            continue
        if name == "stance":
            wanted = tuple(w for w in wanted if w in STANCE_STATES)
            found[name] = statement.is_among("stance", wanted) if wanted else "false"
        else:
            found[name] = statement.is_among(dimension.column, wanted)
    return found


def other_conditions(filters: Filters, statement: Statement) -> list[str]:
    """Return the conditions on dates, confidence, text and memberships."""
    found: list[str] = []
    dated: list[str] = []
    if filters.date_from:
        dated.append(f"published_on >= {statement.bind(filters.date_from)}")
    if filters.date_to:
        dated.append(f"published_on <= {statement.bind(filters.date_to)}")
    if dated:
        within = " AND ".join(dated)
        found.append(f"({within} OR published_on IS NULL)" if filters.undated else f"({within})")
    elif not filters.undated:
        found.append("published_on IS NOT NULL")
    if filters.min_confidence > 0:
        found.append(f"confidence >= {statement.bind(float(filters.min_confidence))}")
    if filters.named_only:
        # What a person added and what older stores hold says nothing of it, and stays.
        found.append("target_basis IS DISTINCT FROM 'context'")
    if filters.folded:
        found.append("claim_no IN (SELECT claim_no FROM hits)")
    if filters.articles:
        wanted = statement.is_among("article_id", filters.articles)
        found.append(f"article_no IN (SELECT article_no FROM article_rows WHERE {wanted})")  # noqa: S608
    if not filters.as_published:
        found.append(counted_once(filters, statement))
    for group in filters.memberships:
        name, _, value = group.rpartition(":")
        found.append(f"({membership_case(name, statement)}) = {statement.bind(value)}")
    return found


def counted_once(filters: Filters, statement: Statement) -> str:
    """Return the condition that leaves out all but the earliest of articles that are copies of each other.

    Under a filter on outlets it is the earliest in these outlets: a report that one of them took over from
    an agency is theirs, too.
    """
    among = f"WHERE {statement.is_among('a.outlet', filters.outlets)} " if filters.outlets else ""
    return (
        "article_no NOT IN (SELECT a.article_no FROM article_rows a "  # noqa: S608  # fixed names only
        f"JOIN main.copy_rows k ON k.article_id = a.article_id {among}"
        "QUALIFY row_number() OVER (PARTITION BY k.copy_of "
        "ORDER BY a.published_on NULLS LAST, a.batch, a.article_no) > 1)"
    )


def all_conditions(filters: Filters, statement: Statement, *without: str) -> list[str]:
    """Return every condition except those on the dimensions named in ``without``."""
    dropped: dict[str, Any] = {DIMENSIONS[name].field: () for name in without}
    bare = replace(filters, **dropped)
    found = [*facet_conditions(bare, statement).values(), *other_conditions(filters, statement)]
    if filters.apart in STANCE_STATES:
        found += _apart(bare, statement)
    return found


def _apart(filters: Filters, statement: Statement) -> list[str]:
    """Return the conditions that leave voices who say nothing clearer on a target than ``filters.apart``."""
    clearer = STANCE_STATES[: STANCE_STATES.index(filters.apart)]
    # Under the same filters: a clear word elsewhere does not take a voice out of this count either.
    whole = all_conditions(replace(filters, apart="", stances=()), statement)
    said = " AND ".join([*whole, statement.is_among("stance", clearer)])
    pair = "(speaker_id, target_id)"
    return [
        statement.is_among("stance", (filters.apart,)),
        f"{pair} NOT IN (SELECT {pair} FROM facts WHERE {said})",  # noqa: S608  # fixed names, bound values
    ]
