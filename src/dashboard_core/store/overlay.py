"""Decisions laid over what the machine read, article by article.

Rows go in as the machine left them and come out as people decided, with the machine's label kept beside.
An entry finds its claim by its id; else by its passage; else, where the machine no longer sees a claim there
but the passage still stands in the article, the claim is put together again from what the entry remembers.
An entry whose passage is gone is an orphan: it is listed with the reason and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard_core.records import stable_id
from dashboard_core.store.decisions import ARTICLE_FIELDS, CLAIM_FIELDS, Decisions, passage_hash
from dashboard_core.store.ledger import Entry
from dashboard_core.vocabulary import CLAIM_KINDS, STANCE_STATES, STANCES, TARGET_KINDS, TIERS

__all__ = ["BY_HAND", "Laid", "Row", "State", "lay", "lone"]

# What stands in `model_version` of a position that no model found.
BY_HAND = "by hand"
_REVIEWER = "reviewer"
# How much of two passages must be common (of what both cover) to be the same claim with other borders.
_SAME = 0.5

Row = dict[str, Any]


@dataclass(slots=True)
class State:
    """One article as it stands: its row, its claims by id, its positions by (claim, target)."""

    article: Row
    claims: dict[str, Row]
    positions: dict[tuple[str, str], Row]
    removed: bool = False
    edited: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Laid:
    """What came out for one article.

    ``resolved`` says which claim and target each entry is about now; ``orphans`` which entries have lost
    their passage, and why; ``rejected`` are positions that a person took out, ``dropped`` the claims that
    went with them, by id.
    """

    state: State
    resolved: dict[str, tuple[str, str]]
    orphans: tuple[tuple[Entry, str], ...]
    rejected: tuple[Row, ...]
    dropped: dict[str, Row] = field(default_factory=dict)


class _Lost(Exception):
    """The entry cannot be laid over this article; says why."""


def lay(state: State, entries: tuple[Entry, ...], decisions: Decisions, read_text: Callable[[], str]) -> Laid:
    """Return the article's state after the decisions.

    Parameters
    ----------
    state : State
        As the machine left it; it is changed.
    entries : tuple of Entry
        The standing entries of this article, oldest first.
    decisions : Decisions
        All decisions, for merged and hidden targets and merged speakers.
    read_text : callable
        Gives the article's text; called only where a passage has to be looked for.
    """
    work = _Work(state, decisions, read_text)
    orphans: list[tuple[Entry, str]] = []
    for entry in entries:
        try:
            work.do(entry)
        except _Lost as lost:
            orphans.append((entry, str(lost)))
    return Laid(work.finish(), work.resolved, tuple(orphans), tuple(work.rejected), work.dropped)


class _Work:
    def __init__(self, state: State, decisions: Decisions, read_text: Callable[[], str]) -> None:
        self.state = state
        self.resolved: dict[str, tuple[str, str]] = {}
        self.rejected: list[Row] = []
        self.dropped: dict[str, Row] = {}
        self._decisions = decisions
        self._read_text = read_text
        self._text: str | None = None

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = self._read_text()
        return self._text

    def do(self, entry: Entry) -> None:
        if entry.subject == "article":
            self._article(entry)
        elif entry.subject == "claim":
            self._claim(entry)
        else:
            self._stance(entry)

    def finish(self) -> State:
        """Return the article; speakers that people named are merged like all others."""
        merged = self._decisions.speakers
        for claim in (self.state.claims[c] for c in self.state.edited if c in self.state.claims):
            for name, value in merged.get(claim["speaker_id"], {}).items():
                if name in ("speaker_id", "speaker") or not claim[name]:
                    claim[name] = value or None
        return self.state

    def _article(self, entry: Entry) -> None:
        if entry.action in ("remove", "restore"):
            self.state.removed = entry.action == "remove"
        elif entry.action == "change" and entry.field in ARTICLE_FIELDS:
            value = entry.after or None
            if entry.field == "published_on" and value is not None:
                try:
                    value = date.fromisoformat(str(value))
                except ValueError as error:
                    raise _Lost(f"{value!r} is no date") from error
            self.state.article[entry.field] = value
        elif entry.action != "confirm" and entry.field != "text":
            # An edited text came in as a batch; its entry only says who edited it.
            raise _Lost(f"{entry.action} {entry.field} says nothing about an article")
        self.resolved[entry.entry_id] = ("", "")

    # Claims

    def _claim(self, entry: Entry) -> None:
        if entry.action == "add":
            self._add_claim(entry)
            return
        found = self._find(entry)
        if entry.action == "reject":
            if found is not None:
                self._drop_claim(found)
                self.resolved[entry.entry_id] = (found, "")
            else:  # the machine no longer sees a claim there, which is what the person said
                self.resolved[entry.entry_id] = (str(entry.key.get("claim_id")), "")
            return
        claim_id = found or self._rebuild(entry)
        claim = self.state.claims[claim_id]
        # What was confirmed holds against a later reading of the machine, as what was changed does.
        if entry.action == "change" or entry.field:
            self._change_claim(claim, entry)
        self.resolved[entry.entry_id] = (claim_id, "")

    def _change_claim(self, claim: Row, entry: Entry) -> None:
        after = entry.after
        if entry.field not in CLAIM_FIELDS:
            raise _Lost(f"a claim has no field {entry.field!r} that could be changed")
        if entry.field == "borders":
            start, end = _borders(after)
            if after.get("passage"):  # the words, wherever they stand in the article now
                start, end = self._place(after)
            if not 0 <= start < end <= len(self.text):
                raise _Lost(f"{start} to {end} is no part of the article")
            claim |= {"start": start, "end": end, "text": self.text[start:end]}
            # another passage is sought under another number
            claim |= {"content_spans": f"{start}-{end}", "claim_no": None}
        elif entry.field == "speaker":
            claim |= _speaker(after)
        elif entry.field == "tier" and after and after not in TIERS:
            raise _Lost(f"{after!r} is no kind of voice")
        else:
            claim[entry.field] = str(after) if after else None
            if entry.field == "country":
                claim["country_evidence"] = _REVIEWER if after else None
        self.state.edited.add(claim["claim_id"])

    def _add_claim(self, entry: Entry) -> None:
        after = entry.after if isinstance(entry.after, dict) else {}
        start, end = self._place(entry.key)
        claim_id = str(entry.key["claim_id"])
        if claim_id not in self.state.claims:
            self.state.claims[claim_id] = self._new_claim(claim_id, start, end, after)
        self.state.edited.add(claim_id)
        self.resolved[entry.entry_id] = (claim_id, "")

    def _new_claim(self, claim_id: str, start: int, end: int, seen: Mapping[str, Any]) -> Row:
        kind = seen.get("kind")
        tier = seen.get("tier")
        evidence = seen.get("country_evidence") or _REVIEWER
        return {
            "claim_id": claim_id,
            "article_id": self.state.article["article_id"],
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "kind": kind if kind in CLAIM_KINDS else "mixed",
            "content_spans": f"{start}-{end}",
            "cue": seen.get("cue"),
            "mention": seen.get("mention"),
            "role": seen.get("role"),
            "tier": tier if tier in TIERS else None,
            "organisation": seen.get("organisation"),
            "country": seen.get("country"),
            "country_evidence": evidence if seen.get("country") else None,
            "claim_no": None,
        } | _speaker({"speaker": seen.get("speaker"), "speaker_id": seen.get("speaker_id")})

    def _drop_claim(self, claim_id: str) -> None:
        for pair in [pair for pair in self.state.positions if pair[0] == claim_id]:
            self.rejected.append(self.state.positions.pop(pair) | {"review": "rejected"})
        self.dropped[claim_id] = self.state.claims.pop(claim_id)

    def _find(self, entry: Entry) -> str | None:
        """Return the claim that the entry is about; None if its passage stands but no claim covers it."""
        key = entry.key
        claim_id = str(key.get("claim_id"))
        claims = self.state.claims
        same_text = key.get("text") == self.state.article["sha256"]
        if claim_id in claims and (same_text or passage_hash(claims[claim_id]["text"]) == key.get("passage")):
            return claim_id
        if claim_id in self.dropped:
            raise _Lost("the claim was rejected")
        alike = [c for c in claims.values() if passage_hash(c["text"]) == key.get("passage")]
        if alike:
            return str(min(alike, key=lambda c: abs(c["start"] - int(key.get("start") or 0)))["claim_id"])
        start, end = self._place(key)
        best, share = None, 0.0
        for claim in claims.values():
            common = min(end, claim["end"]) - max(start, claim["start"])
            part = common / (max(end, claim["end"]) - min(start, claim["start"]))
            if part > share:
                best, share = str(claim["claim_id"]), part
        return best if share >= _SAME else None

    def _place(self, key: Mapping[str, Any]) -> tuple[int, int]:
        """Return where the passage stands in the article now."""
        try:
            start, end, wanted = int(key["start"]), int(key["end"]), str(key["passage"])
        except (KeyError, TypeError, ValueError) as error:
            raise _Lost("the entry names no passage") from error
        text = self.text
        if 0 <= start < end <= len(text) and passage_hash(text[start:end]) == wanted:
            return start, end
        length = end - start
        if length > 0:
            for at in range(len(text) - length + 1):
                if passage_hash(text[at : at + length]) == wanted:
                    return at, at + length
        raise _Lost("the passage no longer stands in the article")

    def _rebuild(self, entry: Entry) -> str:
        seen = entry.key.get("seen")
        if not isinstance(seen, dict) or not seen.get("speaker"):
            raise _Lost("no claim covers the passage, and the entry does not say who spoke")
        claim_id = str(entry.key["claim_id"])
        start, end = self._place(entry.key)
        self.state.claims[claim_id] = self._new_claim(claim_id, start, end, seen)
        return claim_id

    # Stances

    def _stance(self, entry: Entry) -> None:
        target = self._target_of(entry)
        found = self._find(entry)
        if target is None:
            self.resolved[entry.entry_id] = (found or str(entry.key.get("claim_id")), "")
            return
        target_id = target["target_id"]
        if found is None and entry.action == "reject":
            self.resolved[entry.entry_id] = (str(entry.key.get("claim_id")), target_id)
            return
        if entry.action == "code":
            self.resolved[entry.entry_id] = (found or str(entry.key.get("claim_id")), target_id)
            return
        claim_id = found or self._rebuild(entry)
        pair = (claim_id, target_id)
        self.resolved[entry.entry_id] = pair
        if entry.action == "reject":
            if pair in self.state.positions:
                self.rejected.append(self.state.positions.pop(pair) | {"review": "rejected"})
            return
        if entry.field == "target":
            self._retarget(pair, entry)
            return
        if entry.after not in STANCE_STATES:
            raise _Lost(f"{entry.after!r} is no stance")
        row = self.state.positions.get(pair)
        if row is None:
            row = self._back(pair) or self._new_position(pair, target)
            self.state.positions[pair] = row
        row["stance"] = entry.after
        _note(row)

    def _back(self, pair: tuple[str, str]) -> Row | None:
        """A position that was rejected and is then decided again keeps the machine's label."""
        for place, row in enumerate(self.rejected):
            if (row["claim_id"], row["target_id"]) == pair:
                return self.rejected.pop(place)
        return None

    def _target_of(self, entry: Entry) -> Row | None:
        key = entry.key
        given = {name: str(key.get(name) or "") for name in ("target_id", "target", "target_kind")}
        return self._merged(given)

    def _merged(self, given: Row) -> Row | None:
        """Return the target under which it counts now; None where it is hidden."""
        if not given["target_id"]:
            raise _Lost("the entry names no target")
        known = self._decisions.targets
        if given["target_id"] not in known:
            return given
        columns = known[given["target_id"]]
        return None if columns is None else given | columns

    def _retarget(self, pair: tuple[str, str], entry: Entry) -> None:
        after = entry.after if isinstance(entry.after, dict) else {}
        other = self._merged(
            {name: str(after.get(name) or "") for name in ("target_id", "target", "target_kind")}
        )
        row = self.state.positions.pop(pair, None)
        if row is None:
            raise _Lost("the claim has no position on that target")
        moved = other and (pair[0], other["target_id"])
        if not other or moved in self.state.positions:
            self.rejected.append(row | {"review": "rejected"})
            return
        if other["target_kind"] not in TARGET_KINDS:
            other["target_kind"] = row["target_kind"]
        self.state.positions[pair[0], other["target_id"]] = (
            row | other | {"review": "changed", "moved": True, "target_basis": None}
        )

    def _new_position(self, pair: tuple[str, str], target: Row) -> Row:
        kind = target["target_kind"]
        return {
            "stance_id": stable_id("st", *pair),
            "claim_id": pair[0],
            "article_id": self.state.article["article_id"],
            "target_id": pair[1],
            "target": target["target"] or pair[1],
            "target_kind": kind if kind in TARGET_KINDS else "proposal",
            "stance": None,
            **dict.fromkeys(("confidence", "p_stance", "p_opposed", "p_cautious", "p_supportive"), 0.0),
            "evidence": None,
            "model_version": BY_HAND,
            "target_basis": None,
            "machine_stance": None,
            "machine_confidence": None,
            "review": "added",
            "position_no": None,
        }


def _note(row: Row) -> None:
    """Say what a person's label did to the position; the label then counts as certain."""
    machine, label = row["machine_stance"], row["stance"]
    row["confidence"] = 1.0
    if machine is None:
        row["review"] = "added"
        row["p_stance"] = float(label in STANCES)
        row |= {f"p_{stance}": float(stance == label) for stance in STANCES}
    else:
        row["review"] = "confirmed" if label == machine and not row.get("moved") else "changed"


def _borders(after: Any) -> tuple[int, int]:
    try:
        return int(after["start"]), int(after["end"])
    except (KeyError, TypeError, ValueError) as error:
        raise _Lost("the new borders are not given") from error


def _speaker(after: Any) -> Row:
    given = after if isinstance(after, dict) else {"speaker": after}
    name = str(given.get("speaker") or "").strip()
    if not name:
        raise _Lost("no speaker is named")
    return {"speaker": name, "speaker_id": str(given.get("speaker_id") or "") or stable_id("s", name)}


def lone(positions: Mapping[tuple[str, str], Row]) -> dict[tuple[str, str], bool]:
    """Return which positions are their claim's only one of their stance."""
    counts = Counter((pair[0], row["stance"]) for pair, row in positions.items())
    return {pair: counts[pair[0], row["stance"]] == 1 for pair, row in positions.items()}
