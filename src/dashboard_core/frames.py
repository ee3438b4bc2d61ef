"""Records laid out as dataframes, each with a column contract that is checked in one place.

``articles``, ``claims`` and ``stances`` hold what was read, found and labelled; ``positions`` joins the
three, one row per claim and target, and is what every chart counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard_core import vocabulary as words
from dashboard_core.errors import ColumnError
from dashboard_core.records import Article, Claim, Span, Stance

__all__ = [
    "ARTICLES",
    "CLAIMS",
    "CONTRACTS",
    "EXTRACTS",
    "POSITIONS",
    "REJECTED",
    "REVIEWS",
    "STANCES",
    "Column",
    "Contract",
    "Frames",
    "data_dictionary",
    "format_spans",
    "join_positions",
    "parse_spans",
    "to_frames",
]

STR, INT, FLOAT = "str", "int64", "float64"
DATE, TIME = "datetime64[us]", "datetime64[us, UTC]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column's promise. ``missing`` says what a missing value means; empty: it is never missing."""

    name: str
    dtype: str
    meaning: str
    values: tuple[str, ...] = ()
    missing: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """The columns of one frame, its grain and its key."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in their public order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return a frame of this contract without rows.

        >>> list(STANCES.empty().columns)[:2]
        ['stance_id', 'claim_id']
        """
        return pd.DataFrame({c.name: pd.Series([], dtype=_dtype(c)) for c in self.columns})

    def frame(self, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
        """Return rows as a checked frame; empty strings become missing where the contract allows it."""
        table = pd.DataFrame(list(rows), columns=self.names)
        if table.empty:
            return self.empty()
        return self.cast(table)

    def cast(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return ``table`` with this contract's columns, order and dtypes, checked."""
        absent = [name for name in self.names if name not in table.columns]
        if absent:
            raise ColumnError(self.name, [f"{name}: missing" for name in absent])
        typed: dict[str, pd.Series[Any]] = {}
        problems: list[str] = []
        for column in self.columns:
            values = table[column.name]
            if column.dtype == STR and column.missing:
                values = values.astype("str").replace("", None)
            try:
                typed[column.name] = _as(values, column)
            except (ValueError, TypeError) as error:
                problems.append(f"{column.name}: is {values.dtype}, needs {column.dtype} ({error})")
        if problems:
            raise ColumnError(self.name, problems)
        result = pd.DataFrame(typed).reset_index(drop=True)
        self.check(result)
        return result

    def check(self, table: pd.DataFrame, *only: str) -> None:
        """Raise if ``table`` breaks the contract, naming every breach.

        Parameters
        ----------
        table : DataFrame
            The frame to check; further columns are allowed.
        *only : str
            Columns to check; all when none is named (then the key must be unique, too).

        Raises
        ------
        ColumnError
            A column is missing, has another dtype, a value outside its closed list or range, or a missing
            value that the contract does not allow.
        """
        problems: list[str] = []
        for column in self.columns:
            if only and column.name not in only:
                continue
            if column.name not in table.columns:
                problems.append(f"{column.name}: missing")
                continue
            problems += _breaches(table[column.name], column)
        if not problems and not only:
            repeated = int(table.duplicated(list(self.key)).sum())
            if repeated:
                problems.append(f"{', '.join(self.key)}: {repeated} rows repeat another row's key")
        if problems:
            raise ColumnError(self.name, problems)


def _dtype(column: Column) -> Any:
    return words.STANCE_DTYPE if column.dtype == "category" else column.dtype


def _as(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.dtype == TIME:
        return pd.to_datetime(values, utc=True).astype(TIME)  # type: ignore[call-overload,no-any-return]
    if column.dtype == DATE:
        return pd.to_datetime(values).astype(DATE)  # type: ignore[call-overload,no-any-return]
    if column.dtype == "category":
        unknown = sorted(set(values.dropna().astype(str)) - set(words.STANCE_STATES))
        if unknown:
            raise ValueError(f"unknown values {unknown}")
    return values.astype(_dtype(column))


def _breaches(values: pd.Series[Any], column: Column) -> list[str]:
    found: list[str] = []
    if str(values.dtype) != column.dtype:
        return [f"{column.name}: is {values.dtype}, needs {column.dtype}"]
    absent = int(values.isna().sum())
    if absent and not column.missing:
        found.append(f"{column.name}: {absent} values are missing")
    present = values.dropna()
    if column.values:
        unknown = sorted(set(present.astype(str)) - set(column.values))
        if unknown:
            found.append(f"{column.name}: {unknown[:5]} are not among {list(column.values)}")
    if column.low is not None and len(present) and float(present.min()) < column.low:
        found.append(f"{column.name}: {present.min()} lies below {column.low:g}")
    if column.high is not None and len(present) and float(present.max()) > column.high:
        found.append(f"{column.name}: {present.max()} lies above {column.high:g}")
    return found


def _p(name: str, meaning: str) -> Column:
    return Column(name, FLOAT, meaning, low=0, high=1)


ARTICLES = Contract(
    "articles",
    "one row per article",
    ("article_id",),
    (
        Column("article_id", STR, "Stable id: the one given with the article, else a hash of its text"),
        Column("title", STR, "Headline", missing="no headline was found"),
        Column("outlet", STR, "Who published it", missing="not known"),
        Column("author", STR, "Byline", missing="not known"),
        Column("url", STR, "Link to the outlet's page", missing="no link is known"),
        Column("published_on", DATE, "Day of publication", missing="undated"),
        Column("language", STR, "ISO 639-1 code of the body's language", missing="too little text to tell"),
        Column("text", STR, "Whole text as read; every offset points into it"),
        Column("sha256", STR, "Hash of the text"),
        Column("added_at", TIME, "When it came into the store (UTC)"),
        Column("file", STR, "Name of the file it was read from", missing="not read from a file"),
    ),
)

CLAIMS = Contract(
    "claims",
    "one row per claim: one passage in which one actor is reported to say something",
    ("claim_id",),
    (
        Column("claim_id", STR, "Stable id: hash of article, offsets and speaker"),
        Column("article_id", STR, "The article it stands in"),
        Column("start", INT, "First character in articles.text", low=0),
        Column("end", INT, "Character after the last", low=0),
        Column("text", STR, "articles.text from start to end"),
        Column("kind", STR, "In the speaker's words, reported, or both", values=words.CLAIM_KINDS),
        Column("content_spans", STR, "What is said, without the attribution: s-e;s-e in articles.text"),
        Column("cue", STR, "Words that report the speech", missing="no cue words (the layout tells)"),
        Column("mention", STR, "The speaker as the passage names them", missing="not named in the passage"),
        Column("speaker_id", STR, "Stable id of the speaker"),
        Column("speaker", STR, "Full name as the article first gives it, or the institution"),
        Column("role", STR, "Role as in the text", missing="the text does not say"),
        Column("tier", STR, "Whose voice it is", values=words.TIERS, missing="cannot be told from the text"),
        Column("organisation", STR, "Organisation the speaker belongs to", missing="the text does not say"),
        Column("country", STR, "ISO 3166-1 alpha-3", missing="the text does not say, or none applies"),
        Column("country_evidence", STR, "What the country rests on", missing="no country"),
    ),
)

STANCES = Contract(
    "stances",
    "one row per claim and target",
    ("stance_id",),
    (
        Column("stance_id", STR, "Stable id: hash of claim and target"),
        Column("claim_id", STR, "The claim"),
        Column("article_id", STR, "The article"),
        Column("target_id", STR, "Stable id of the target"),
        Column("target", STR, "Name of the target"),
        Column("target_kind", STR, "What the target is", values=words.TARGET_KINDS),
        Column(
            "stance",
            "category",
            "The position taken; unclear: the model abstains; none: discussed without a position",
            values=words.STANCE_STATES,
        ),
        _p("confidence", "Calibrated probability that the label shown is right; 1 where a person decided"),
        _p(
            "p_stance",
            "How likely the claim takes a position on the target at all; how likely it is about the target "
            "is weighed in",
        ),
        _p(
            "p_opposed",
            "Probability of opposed, given that a position is taken; claims of one speaker on one target in "
            "one article are read together",
        ),
        _p("p_cautious", "Probability of cautious, given that a position is taken"),
        _p("p_supportive", "Probability of supportive, given that a position is taken"),
        Column("evidence", STR, "Words that moved the label most", missing="none stood out"),
        Column("model_version", STR, "Hash of the model that gave the label"),
        Column(
            "target_basis",
            STR,
            "What says that the claim is about the target; named: the passage names it; resolved: words such "
            "as this idea stand for it; context: only the sentence before or the headline names it",
            values=words.TARGET_BASES,
            missing="added by hand, or read by a version that did not keep it",
        ),
    ),
)

_FROM_CLAIM = [
    *("speaker_id", "speaker", "role", "tier", "organisation", "country", "country_evidence"),
    *("kind", "start", "end", "text", "content_spans", "cue", "mention"),
]
_FROM_ARTICLE = ["title", "outlet", "author", "url", "published_on", "language"]


def _pick(contract: Contract, names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(next(c for c in contract.columns if c.name == name) for name in names)


_REVIEW = (
    Column(
        "machine_stance",
        STR,
        "The label the machine gave; a person's decision never overwrites it",
        values=words.STANCE_STATES,
        missing="the machine found no such position",
    ),
    Column(
        "machine_confidence",
        FLOAT,
        "How sure the machine was of its label; a person's decision never overwrites it",
        missing="the machine found no such position",
        low=0,
        high=1,
    ),
    Column(
        "review",
        STR,
        "What a person did with the position; its label then stands in stance. Rejected: there is no such "
        "position, and stance is empty; such rows stand behind the others in files, and in no chart",
        values=words.REVIEW_STATES,
    ),
)

POSITIONS = Contract(
    "positions",
    "claims x stances x articles: one row per claim and target",
    ("stance_id",),
    (*STANCES.columns, *_pick(CLAIMS, _FROM_CLAIM), *_pick(ARTICLES, _FROM_ARTICLE), *_REVIEW),
)
# Positions that people took out: the machine's label is kept, and none takes its place.
REJECTED = Contract(
    "rejected",
    "one row per claim and target that a person rejected",
    POSITIONS.key,
    tuple(
        replace(column, missing="a person rejected the position") if column.name == "stance" else column
        for column in POSITIONS.columns
    ),
)
_ALSO_IN = Column(
    "also_in",
    STR,
    "Other outlets that published the same report, as a copy of it, earliest first: a; b",
    missing="no other outlet is known to have published it",
)
# Positions as files have them: rows that are shared out without the store name every outlet by themselves.
EXTRACTS = Contract(POSITIONS.name, POSITIONS.grain, POSITIONS.key, (*POSITIONS.columns, _ALSO_IN))
# What the joined rows add to the three frames, as the data dictionary lists it.
REVIEWS = Contract(
    "positions", "the three joined, one row per claim and target, and besides", (), (*_REVIEW, _ALSO_IN)
)

CONTRACTS = (ARTICLES, CLAIMS, STANCES, EXTRACTS)


@dataclass(frozen=True, slots=True)
class Frames:
    """The three frames of one batch, each checked against its contract."""

    articles: pd.DataFrame
    claims: pd.DataFrame
    stances: pd.DataFrame


def format_spans(spans: Iterable[Span]) -> str:
    """Return spans as text.

    >>> format_spans([Span(3, 9), Span(12, 20)])
    '3-9;12-20'
    """
    return ";".join(f"{span.start}-{span.end}" for span in spans)


def parse_spans(text: str) -> tuple[Span, ...]:
    """Return the spans written by :func:`format_spans`.

    >>> parse_spans("3-9;12-20")
    (Span(start=3, end=9), Span(start=12, end=20))
    """
    pairs = (part.split("-") for part in text.split(";") if part)
    return tuple(Span(int(start), int(end)) for start, end in pairs)


def to_frames(articles: Iterable[Article], claims: Iterable[Claim], stances: Iterable[Stance]) -> Frames:
    """Return records as the three frames, each checked against its contract.

    Raises
    ------
    ColumnError
        A record breaks a contract (an unknown tier, a probability above 1).
    """
    return Frames(
        ARTICLES.frame({name: getattr(a, name) for name in ARTICLES.names} for a in articles),
        CLAIMS.frame(_claim_row(c) for c in claims),
        STANCES.frame(_stance_row(s) for s in stances),
    )


def _claim_row(claim: Claim) -> dict[str, Any]:
    who = claim.speaker
    return {
        "claim_id": claim.claim_id,
        "article_id": claim.article_id,
        "start": claim.start,
        "end": claim.end,
        "text": claim.text,
        "kind": claim.kind,
        "content_spans": format_spans(claim.content),
        "cue": claim.cue,
        "mention": claim.mention,
        "speaker_id": who.speaker_id,
        "speaker": who.name,
        "role": who.role,
        "tier": who.tier,
        "organisation": who.organisation,
        "country": who.country,
        "country_evidence": who.country_evidence,
    }


def _stance_row(stance: Stance) -> dict[str, Any]:
    own = [n for n in STANCES.names if n not in {"target_id", "target", "target_kind"}]
    row: dict[str, Any] = {name: getattr(stance, name) for name in own}
    target = stance.target
    return row | {"target_id": target.target_id, "target": target.name, "target_kind": target.kind}


def join_positions(frames: Frames) -> pd.DataFrame:
    """Return ``positions``: every stance with its claim and its article.

    Returns
    -------
    DataFrame, one row per (claim_id, target_id), in the order of ``frames.stances``
        The columns of :data:`POSITIONS`.
    """
    claims = frames.claims[["claim_id", *_FROM_CLAIM]]
    articles = frames.articles[["article_id", *_FROM_ARTICLE]]
    joined = frames.stances.merge(claims, on="claim_id", how="inner", validate="many_to_one")
    joined = joined.merge(articles, on="article_id", how="inner", validate="many_to_one")
    joined = joined.assign(
        machine_stance=joined["stance"].astype("str"),
        machine_confidence=joined["confidence"],
        review="unreviewed",
    )
    return POSITIONS.cast(joined)


def data_dictionary(contracts: Sequence[Contract] = (*CONTRACTS[:3], REVIEWS)) -> str:
    """Return the contracts as Markdown tables, as the README prints them."""
    parts: list[str] = []
    for contract in contracts:
        parts += [
            f"**{contract.name}**: {contract.grain}.",
            "",
            "| column | dtype | meaning | missing means |",
        ]
        parts.append("| --- | --- | --- | --- |")
        for column in contract.columns:
            values = f" ({', '.join(column.values)})" if column.values else ""
            missing = column.missing or "never missing"
            parts.append(f"| {column.name} | {column.dtype} | {column.meaning}{values} | {missing} |")
        parts.append("")
    return "\n".join(parts)
