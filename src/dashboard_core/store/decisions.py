"""What the ledger's entries say, sorted by what they touch; and how a decision names its passage.

A decision about a claim or a stance is tied to its passage, not to a row: its key carries the article, the
offsets, a hash of the passage and a hash of the article's text, and what stood there (``seen``). So it finds
its passage again after the article was read anew, by another model or with other borders.

The entries, by subject (``key`` as made by :func:`claim_key` and :func:`stance_key`):

* stance: ``confirm``, ``change`` and ``code`` (``after``: the label), ``change`` of field ``target``
  (``after``: target_id, target, target_kind), ``reject``, ``add`` (``after``: the label);
* claim: ``confirm``, ``reject``, ``add`` (``after``: start, end and the speaker's columns), ``change`` of
  field ``speaker``, ``country``, ``organisation``, ``role``, ``tier`` or ``borders`` (``after``: start, end,
  passage); ``confirm`` of such a field keeps it against later readings;
* article (key: article_id): ``change`` of field title, outlet, author, url, published_on (YYYY-MM-DD) or
  language; ``remove``, ``restore``;
* target (key: target_id): ``merge`` (``after``: target_id, target, target_kind of the one that stays),
  ``hide``, ``restore``, ``promote``, ``change`` of field ``target`` or ``target_kind``;
* speaker (key: speaker_id): ``merge`` (``after``: speaker_id, speaker), ``change`` of field ``speaker``,
  ``country``, ``organisation`` or ``tier``, for all claims of that speaker, ``reject`` (key: also other_id):
  these two are not one person;
* model (key: model): ``adopt`` (``after``: model, version, figures), see :mod:`.models`; it touches no row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard_core.store.ledger import Entry

__all__ = ["ARTICLE_FIELDS", "CLAIM_FIELDS", "Decisions", "claim_key", "passage_hash", "stance_key"]

ARTICLE_FIELDS = ("title", "outlet", "author", "url", "published_on", "language")
CLAIM_FIELDS = ("speaker", "country", "organisation", "role", "tier", "borders")
_SPEAKER_FIELDS = ("speaker", "country", "organisation", "tier")
_SEEN = (
    *("speaker_id", "speaker", "role", "tier", "organisation", "country", "country_evidence"),
    *("kind", "content_spans", "cue", "mention"),
)


def passage_hash(text: str) -> str:
    """Return the short hash by which a passage is recognised."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def claim_key(claim: Mapping[str, Any], article_hash: str) -> dict[str, Any]:
    """Return the key of a decision about a claim.

    Parameters
    ----------
    claim : mapping
        A row of ``claims`` or of ``positions``.
    article_hash : str
        ``sha256`` of its article.
    """
    return {
        "article_id": str(claim["article_id"]),
        "claim_id": str(claim["claim_id"]),
        "start": int(claim["start"]),
        "end": int(claim["end"]),
        "passage": passage_hash(str(claim["text"])),
        "text": article_hash,
        "seen": {name: str(claim[name]) for name in _SEEN if not _missing(claim.get(name))},
    }


def stance_key(position: Mapping[str, Any], article_hash: str) -> dict[str, Any]:
    """Return the key of a decision about a stance: the claim's key, the target, and the machine's label."""
    seen = {n: str(position[n]) for n in ("machine_stance", "model_version") if not _missing(position.get(n))}
    key = claim_key(position, article_hash)
    return key | {
        "target_id": str(position["target_id"]),
        "target": str(position["target"]),
        "target_kind": str(position["target_kind"]),
        "seen": key["seen"] | seen,
    }


def _missing(value: Any) -> bool:
    return value is None or value != value or value == ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Standing entries sorted by what they touch.

    ``targets`` maps a target to the columns that take its place, or to None when it is hidden;
    ``speakers`` maps a speaker to new columns; ``articles`` holds everything else, by article.
    ``unusable`` are entries that say nothing this version understands, with the reason.
    """

    targets: dict[str, dict[str, str] | None] = field(default_factory=dict)
    speakers: dict[str, dict[str, str]] = field(default_factory=dict)
    articles: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    unusable: tuple[tuple[Entry, str], ...] = ()

    @property
    def everywhere(self) -> str:
        """What touches rows of any article, as text: equal as long as these decisions are."""
        if not self.targets and not self.speakers:
            return ""
        return json.dumps([self.targets, self.speakers], sort_keys=True)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Decisions:
        """Return standing entries sorted; of several on the same thing, the last one counts."""
        targets: dict[str, dict[str, str] | None] = {}
        speakers: dict[str, dict[str, str]] = {}
        articles: dict[str, list[Entry]] = {}
        unusable: list[tuple[Entry, str]] = []
        for entry in entries:
            if entry.subject == "model" or entry.action == "erase":
                continue
            problem = ""
            if entry.subject == "target":
                problem = _sort_target(entry, targets)
            elif entry.subject == "speaker":
                problem = _sort_speaker(entry, speakers)
            elif isinstance(entry.key.get("article_id"), str):
                articles.setdefault(entry.key["article_id"], []).append(entry)
            else:
                problem = "it names no article"
            if problem:
                unusable.append((entry, problem))
        return cls(
            _followed(targets),
            {k: v for k, v in _followed(speakers).items() if v},
            {article: tuple(found) for article, found in articles.items()},
            tuple(unusable),
        )


def _sort_target(entry: Entry, targets: dict[str, dict[str, str] | None]) -> str:
    target = entry.key.get("target_id")
    if not isinstance(target, str):
        return "it names no target"
    if entry.action == "hide":
        targets[target] = None
    elif entry.action == "restore":
        targets.pop(target, None)
    elif entry.action == "merge":
        return _merged(targets, target, entry.after, ("target_id", "target", "target_kind"))
    elif entry.action == "change" and entry.field in ("target", "target_kind") and entry.after:
        targets[target] = (targets.get(target) or {}) | {entry.field: str(entry.after)}
    elif entry.action != "promote":
        return f"{entry.action} says nothing about a target"
    return ""


def _sort_speaker(entry: Entry, speakers: dict[str, dict[str, str]]) -> str:
    speaker = entry.key.get("speaker_id")
    if not isinstance(speaker, str):
        return "it names no speaker"
    if entry.action == "merge":
        return _merged(speakers, speaker, entry.after, ("speaker_id", "speaker"))
    if entry.action == "reject" and isinstance(entry.key.get("other_id"), str):
        return ""  # two people: nothing changes, and nobody is asked again
    if entry.action == "change" and entry.field in _SPEAKER_FIELDS:
        speakers[speaker] = speakers.get(speaker, {}) | {entry.field: str(entry.after or "")}
        return ""
    return f"{entry.action} {entry.field} says nothing about a speaker"


def _merged(found: dict[str, Any], old: str, after: Any, needed: Sequence[str]) -> str:
    if not isinstance(after, dict) or not all(after.get(name) for name in needed):
        return f"it does not say into what: needs {', '.join(needed)}"
    if after[needed[0]] != old:
        found[old] = {name: str(after[name]) for name in needed}
    return ""


def _followed(found: dict[str, Any]) -> dict[str, Any]:
    """Merges in a row lead to the last one; a circle ends where it would close."""
    ended: dict[str, Any] = {}
    for start in found:
        columns, passed = found[start], {start}
        while columns:
            following = columns.get("target_id") or columns.get("speaker_id")
            if following not in found or following in passed:
                break
            passed.add(following)
            # a name or a country set for the one that stays is laid over; where that was hidden, so is this
            further = found[following]
            columns = columns | further if further is not None else None
        ended[start] = columns
    return ended
