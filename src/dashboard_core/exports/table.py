"""Rows as CSV: opened by a spreadsheet nothing runs, read back by a program nothing is lost.

A text that a spreadsheet would take for a formula gets a leading apostrophe; so does a text that begins
with an apostrophe, which makes the rule reversible: drop one leading apostrophe and the text is as it was.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc

from dashboard_core.vocabulary import STANCE_LABELS, TIER_LABELS

__all__ = ["neutralise", "people_first", "read_csv", "readable", "to_csv", "undo"]

# TAB and CR are skipped by spreadsheets before they look for the sign; the last four are the full-width
# forms that some input methods and Excel itself turn into the plain sign.
_FORMULA = r"^['=+\-@\t\r\n＝＋－＠]"
_OPENING_DASH = r"^-(?=\s*[^\s\d.,\-+])"
_NUMBER = r"^[+\-]?(\d+([.]\d*)?|[.]\d+)([eE][+\-]?\d+)?$"
_BOM = b"\xef\xbb\xbf"
_DIGITS = 4
_LABELLED_BY = {
    "unreviewed": "machine, not reviewed",
    "confirmed": "machine, confirmed by a person",
    "changed": "a person, who changed the machine's",
    "added": "a person, who added it",
    "rejected": "machine, rejected by a person",
}
# What says that the passage is about the target; see records.TargetMention.
_NAMED = {
    "named": "in the passage",
    "resolved": "by words such as “this idea”",
    "context": "in the headline or the sentence before",
}
_FRONT = (
    *("speaker", "role", "organisation", "country", "tier", "target", "stance", "confidence", "text"),
    *("title", "outlet", "also_in", "published_on", "url", "review", "machine_stance", "machine_confidence"),
)


def neutralise(text: str) -> str:
    """Return text that a spreadsheet shows and does not run.

    >>> neutralise("=1+1"), neutralise("- a dash opens this speech"), neutralise("'quoted'")
    ("'=1+1", "'- a dash opens this speech", "''quoted'")
    >>> neutralise("-0.25"), neutralise("plain")
    ('-0.25', 'plain')
    """
    # fullmatch-like: "$" alone would also match before a line break, and "-1\n" is no plain number
    if re.match(_FORMULA, text) and not re.fullmatch(_NUMBER[1:-1], text, flags=re.ASCII):
        return "'" + text
    return text


def undo(text: str) -> str:
    """Return what :func:`neutralise` was given.

    >>> [undo(neutralise(text)) for text in ("=1", "'", "''x", "-5", "")]
    ['=1', "'", "''x", '-5', '']
    """
    return text[1:] if text.startswith("'") else text


def to_csv(
    rows: pd.DataFrame, *, bom: bool = True, marking: str = "", about: Mapping[str, str] | None = None
) -> bytes:
    """Return a frame as CSV (RFC 4180, UTF-8), with the columns and the rows it has.

    Parameters
    ----------
    rows : DataFrame
        What to write. Days are written YYYY-MM-DD, times in UTC; missing values are empty. Numbers are
        rounded to four digits after the point; positions come with :func:`people_first`.
    bom : bool
        Whether to begin with the mark by which Excel knows UTF-8.
    marking : str
        A handling instruction; written into a last column ``handling``.
    about : mapping, optional
        Name and value of further columns that say the same in each row: see :attr:`About.columns`.
    """
    shown = people_first(rows)
    shown = shown.assign(**{name: value for name, value in (about or {}).items() if name not in shown})
    shown = shown.assign(handling=marking) if marking else shown
    columns = {str(name): _arrow(shown[name]) for name in shown.columns}
    out = io.BytesIO()
    if bom:
        out.write(_BOM)
    pc.write_csv(pa.table(columns), out, write_options=pc.WriteOptions(eol="\r\n"))
    return out.getvalue()


def people_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return positions with who says what where at the front, and offsets, shares and ids at the end.

    Other frames stay as they are; no column is renamed or left out.

    Examples
    --------
    >>> rows = pd.DataFrame([["c1", "Ada", "bridge", "opposed"]])
    >>> rows.columns = ["claim_id", "speaker", "target", "stance"]
    >>> people_first(rows).columns.tolist()
    ['speaker', 'target', 'stance', 'claim_id']
    """
    if not {"speaker", "target", "stance"}.issubset(rows.columns):
        return rows
    front = [name for name in _FRONT if name in rows.columns]
    return rows[[*front, *(name for name in rows.columns if name not in front)]]


def readable(rows: pd.DataFrame, countries: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return positions as people read them: few columns, names for codes, who gave the label.

    Parameters
    ----------
    rows : DataFrame, one row per (claim_id, target_id)
        Positions, with those that people rejected (stance missing).
    countries : mapping, optional
        ISO 3166-1 alpha-3 code -> name.

    Returns
    -------
    DataFrame, the same rows in the same order
        Speaker, Role, Organisation, Country, Kind of voice, Target, Target named, Stance, Label by,
        Confidence, Passage, Article, Outlet, Published, Link. Confidence is in per cent, as on the page; an
        article without a day is "undated", a missing country "Country not stated" as in the charts; any other
        missing value stays missing. A hyphen that opens a
        passage is written as a dash, which no spreadsheet takes for a formula.

    Examples
    --------
    >>> rows = pd.DataFrame({name: ["-"] for name in (*_FRONT, "target_basis", "claim_id")})
    >>> rows = rows.assign(confidence=0.8149, text="- We want it.", published_on=pd.NaT)
    >>> readable(rows)[["Confidence", "Passage", "Published"]].iloc[0].tolist()
    ['81%', '– We want it.', 'undated']
    """
    stances = rows["stance"].astype("str").map(STANCE_LABELS)
    columns = {
        "Speaker": rows["speaker"],
        "Role": rows["role"],
        "Organisation": rows["organisation"],
        "Country": rows["country"]
        .map(lambda code: (countries or {}).get(code, code), na_action="ignore")
        .fillna("Country not stated"),
        "Kind of voice": rows["tier"].astype("str").map(TIER_LABELS),
        "Target": rows["target"],
        "Target named": rows["target_basis"].astype("str").map(_NAMED),
        "Stance": stances.where(rows["review"].astype("str") != "rejected", "Rejected"),
        "Label by": rows["review"].astype("str").map(_LABELLED_BY),
        "Confidence": rows["confidence"].map("{:.0%}".format, na_action="ignore").astype("str"),
        # A hyphen before a number is a sign, before anything else a dash.
        "Passage": rows["text"].str.replace(_OPENING_DASH, "–", regex=True),
        "Article": rows["title"],
        "Outlet": rows["outlet"],
        "Published": pd.to_datetime(rows["published_on"]).dt.strftime("%Y-%m-%d").fillna("undated"),
        "Link": rows["url"],
    }
    return pd.DataFrame(columns)


def read_csv(content: bytes) -> pd.DataFrame:
    """Return the rows of a CSV written by :func:`to_csv`, every column as text, apostrophes undone."""
    rows = pd.read_csv(
        io.BytesIO(content), dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""]
    )
    undone: pd.DataFrame = rows.apply(lambda column: column.map(undo, na_action="ignore"))
    return undone


def _arrow(values: pd.Series) -> pa.Array:
    kind = str(values.dtype)
    if kind == "datetime64[us]":
        return pa.array(values, type=pa.timestamp("us"), from_pandas=True).cast(pa.date32())
    if kind == "datetime64[us, UTC]":
        texts = values.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        return pa.array(texts, type=pa.string(), from_pandas=True)
    if pd.api.types.is_float_dtype(values):
        values = values.round(_DIGITS)
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return pa.array(values, from_pandas=True)
    return pa.array(_safe(values.astype("str")), type=pa.string(), from_pandas=True)


def _safe(values: pd.Series) -> Iterable[str | None]:
    suspect = values.str.contains(_FORMULA, regex=True, na=False)
    if not suspect.any():
        return values
    return values.where(~suspect, values[suspect].map(neutralise, na_action="ignore").reindex(values.index))
