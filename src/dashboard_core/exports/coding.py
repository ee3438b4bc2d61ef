"""Coded claims in and out: a table that other tools and other offices can fill in, and this store can read.

Out: every position under a filter with the machine's label, the label that counts, the state and who decided
it when and why, rejected ones too. In: the same columns, or the few that are needed; what a row says becomes
an entry of the ledger, so that it can be undone like any other decision. Rows nobody reviewed are no
decisions and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard_core import query
from dashboard_core.errors import ArticleFormatError
from dashboard_core.exports.table import undo
from dashboard_core.folding import find_folded, fold
from dashboard_core.query import Filters
from dashboard_core.read import read_table
from dashboard_core.records import stable_id
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import claim_key, passage_hash, stance_key
from dashboard_core.vocabulary import STANCE_STATES, TARGET_KINDS, TIERS

__all__ = ["Coded", "coded_rows", "coded_table", "entries_of", "read_coded"]

NEEDED = ("article_id", "target", "stance")


@dataclass(frozen=True, slots=True)
class Coded:
    """One position as a person coded it; ``row`` is its line in the file, "" a stance that was rejected."""

    row: int
    article_id: str
    target: str
    stance: str
    text: str = ""
    start: int = -1
    end: int = -1
    target_kind: str = ""
    speaker: str = ""
    organisation: str = ""
    country: str = ""
    tier: str = ""
    role: str = ""
    who: str = ""
    why: str = ""
    at: datetime | None = None


def coded_table(store: Store, filters: Filters) -> pd.DataFrame:
    """Return the positions under ``filters`` with what people decided about them.

    Returns
    -------
    DataFrame, one row per position, rejected ones last
        The columns of :data:`frames.EXTRACTS`, then ``reviewer``, ``reviewed_at`` (ISO, UTC) and ``why``.
        Of a rejected position ``stance`` is missing and ``review`` "rejected".
    """
    rows = query.extract(store, filters)
    snapshot = store.snapshot()
    last: dict[tuple[str, str], Entry] = {}
    whole: dict[str, Entry] = {}
    for entry in store.ledger.standing():
        place = snapshot.resolved.get(entry.entry_id)
        if entry.subject == "stance" and entry.action != "code" and place:
            last[place[1], place[2]] = entry
        elif (entry.subject, entry.action) == ("claim", "reject") and place:
            whole[place[1]] = entry
    found = [
        (whole.get(claim) if review == "rejected" else None) or last.get((claim, target))
        for claim, target, review in zip(rows["claim_id"], rows["target_id"], rows["review"], strict=True)
    ]
    said = {
        "reviewer": [entry.who if entry else None for entry in found],
        "reviewed_at": [entry.at.isoformat() if entry else None for entry in found],
        "why": [(entry.why or None) if entry else None for entry in found],
    }
    return rows.assign(
        **{name: pd.Series(values, index=rows.index, dtype="str") for name, values in said.items()}
    )


def read_coded(path: Path) -> pd.DataFrame:
    """Return the rows of a CSV or XLSX file of coded claims, every column as text.

    Raises
    ------
    ArticleFormatError
        It is neither, cannot be read, or lacks a needed column.
    """
    remedy = f"Needed are the columns {', '.join(NEEDED)} and text, or start and end; docs/review.md has all."
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise ArticleFormatError(path, [f"{path.suffix} is neither .csv nor .xlsx"], remedy)
    header, *lines = read_table(path, NEEDED) or [[]]
    rows = pd.DataFrame([(*line, *[""] * len(header))[: len(header)] for line in lines], columns=header)
    rows = rows.loc[:, [bool(name) for name in header]]  # a sheet may end in columns without a name
    # What to_csv put before a cell that looks like a formula is no part of it.
    rows = rows.map(undo).astype("str").replace("", None)
    absent = [name for name in NEEDED if name not in rows.columns]
    if not ("text" in rows.columns or {"start", "end"} <= set(rows.columns)):
        absent.append("text")
    if absent:
        raise ArticleFormatError(path, [f"there is no column {name}" for name in absent], remedy)
    return rows


def coded_rows(rows: pd.DataFrame) -> tuple[list[Coded], int, list[str]]:
    """Return what the rows say, how many nobody reviewed, and what is wrong with the others, by line."""
    found: list[Coded] = []
    problems: list[str] = []
    passed = 0
    for number, row in enumerate(rows.to_dict("records"), start=2):
        given = {str(k): str(v).strip() for k, v in row.items() if isinstance(v, str) and v.strip()}
        if not given:
            continue
        if given.get("review") == "unreviewed":
            passed += 1
            continue
        try:
            found.append(_coded(number, given))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    return found, passed, problems


def _coded(number: int, given: Mapping[str, str]) -> Coded:
    gone = given.get("review") == "rejected"
    empty = [name for name in NEEDED if not given.get(name) and not (gone and name == "stance")]
    if empty:
        raise ValueError(f"{', '.join(empty)} is empty")
    stance = "" if gone else given["stance"].casefold()
    if stance and stance not in STANCE_STATES:
        raise ValueError(f"stance {given['stance']!r} is not one of {', '.join(STANCE_STATES)}")
    if given.get("tier") and given["tier"] not in TIERS:
        raise ValueError(f"tier {given['tier']!r} is not one of {', '.join(TIERS)}")
    at = datetime.fromisoformat(given["reviewed_at"]) if given.get("reviewed_at") else None
    return Coded(
        number,
        given["article_id"],
        given["target"],
        stance,
        given.get("text", ""),
        int(float(given.get("start", -1))),
        int(float(given.get("end", -1))),
        given.get("target_kind", ""),
        given.get("speaker", ""),
        given.get("organisation", ""),
        given.get("country", ""),
        given.get("tier", ""),
        given.get("role", ""),
        given.get("reviewer", ""),
        given.get("why", ""),
        at.replace(tzinfo=UTC) if at and at.tzinfo is None else at,
    )


def entries_of(store: Store, rows: Iterable[Coded], who: str) -> tuple[list[Entry], list[str]]:
    """Return the ledger entries that coded rows mean in this store, and the rows that mean nothing here.

    A row is about the claim that covers its passage (half of what both cover is enough, or a part of the
    claim unless another speaker is named); where there is none, a claim is added, which needs a speaker.
    Targets are found by name; a new one is made where none has it.

    Parameters
    ----------
    store : Store
        Where the articles are.
    rows : iterable of Coded
        What was coded.
    who : str
        Who coded rows that name nobody.
    """
    work = _Import(store, who)
    for row in rows:
        work.add(row)
    return work.entries, work.problems


class _Import:
    def __init__(self, store: Store, who: str) -> None:
        self.entries: list[Entry] = []
        self.problems: list[str] = []
        self._store, self._who = store, who
        facts = store.connect().execute("SELECT DISTINCT target_id, target, target_kind FROM stances")
        self._targets = {fold(name): (ident, name, kind) for ident, name, kind in facts.fetchall()}

    def add(self, row: Coded) -> None:
        article = query.article(self._store, row.article_id)
        if article.empty:
            self.problems.append(f"line {row.row}: no article {row.article_id} is in the store")
            return
        text, digest = str(article["text"].iloc[0]), str(article["sha256"].iloc[0])
        place = _place(text, row)
        if place is None:
            self.problems.append(f"line {row.row}: the passage does not stand in article {row.article_id}")
            return
        claim = self._claim(row, place)
        target = self._target(row)
        made: dict[str, Any] = {"who": row.who or self._who, "why": row.why, "origin": "import"}
        made |= {"at": row.at} if row.at else {}
        if claim is None:
            if not row.stance:
                return  # rejected, and nothing is there: so be it
            if not row.speaker:
                self.problems.append(f"line {row.row}: no claim covers the passage, and no speaker is named")
                return
            key = _new_key(row, place, text, digest)
            voice = {n: getattr(row, n) for n in ("speaker", "organisation", "country", "tier", "role")}
            self.entries.append(Entry(action="add", subject="claim", key=key, after=voice, **made))
            key = key | target | {"seen": voice}
            self.entries.append(
                Entry(action="add", subject="stance", key=key, field="stance", after=row.stance, **made)
            )
            return
        held = query.claim_positions(self._store, claim["claim_id"])
        same = held[held["target_id"] == target["target_id"]]
        position: dict[str, Any] = claim | target | {"machine_stance": None}
        position |= {str(name): value for name, value in same.iloc[0].to_dict().items()} if len(same) else {}
        before = str(position["stance"]) if len(same) else None
        machine = position["machine_stance"]
        action = "reject" if not row.stance else "confirm" if row.stance == machine else "change"
        action = "add" if not len(same) and row.stance else action
        key = stance_key(position, digest)
        after = row.stance or None
        self.entries.append(
            Entry(
                action=action, subject="stance", key=key, field="stance", before=before, after=after, **made
            )
        )
        self._voice(row, claim, digest, made)

    def _voice(self, row: Coded, claim: Mapping[str, Any], digest: str, made: Mapping[str, Any]) -> None:
        """A speaker or country that the row gives otherwise is a correction."""
        key = claim_key(claim, digest)
        for name in ("speaker", "organisation", "country", "tier", "role"):
            given, here = getattr(row, name), claim[name] if isinstance(claim[name], str) else ""
            if given and fold(given) != fold(here):
                after = {"speaker": given} if name == "speaker" else given
                self.entries.append(
                    Entry(
                        action="change",
                        subject="claim",
                        key=key,
                        field=name,
                        before=here or None,
                        after=after,
                        **made,
                    )
                )

    def _claim(self, row: Coded, place: tuple[int, int]) -> dict[str, Any] | None:
        start, end = place
        best, share = None, 0.0
        for claim in query.article_claims(self._store, row.article_id).to_dict("records"):
            common = min(end, claim["end"]) - max(start, claim["start"])
            part = common / (max(end, claim["end"]) - min(start, claim["start"]))
            same = fold(str(claim["speaker"])) == fold(row.speaker)
            if (same or not row.speaker) and common >= 0.9 * (end - start):
                part = max(part, 0.5)  # the words of a claim without "she said"
            # Two claims can share a passage: then the speaker tells which.
            part += 0.01 * same
            if part > share:
                best, share = claim, part
        return {str(k): v for k, v in best.items()} if best and share >= 0.5 else None

    def _target(self, row: Coded) -> dict[str, str]:
        known = self._targets.get(fold(row.target))
        if known is None:
            kind = row.target_kind if row.target_kind in TARGET_KINDS else "proposal"
            known = (stable_id("t", row.target.casefold()), row.target, kind)
            self._targets[fold(row.target)] = known
        return dict(zip(("target_id", "target", "target_kind"), known, strict=True))


def _place(text: str, row: Coded) -> tuple[int, int] | None:
    if 0 <= row.start < row.end <= len(text) and (
        not row.text or fold(text[row.start : row.end]) == fold(row.text)
    ):
        return row.start, row.end
    spans = find_folded(text, row.text) if row.text else []
    if not spans:
        return None
    span = min(spans, key=lambda found: abs(found.start - max(row.start, 0)))
    return span.start, span.end


def _new_key(row: Coded, place: tuple[int, int], text: str, digest: str) -> dict[str, Any]:
    start, end = place
    return {
        "article_id": row.article_id,
        "claim_id": stable_id("c", row.article_id, start, end, row.speaker),
        "start": start,
        "end": end,
        "passage": passage_hash(text[start:end]),
        "text": digest,
    }
