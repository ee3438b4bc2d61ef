"""What every export says of itself: the filters, the dates and the versions it was made from."""

from __future__ import annotations

import hashlib
import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import cast

from anyascii import anyascii

from dashboard_core.query import Filters
from dashboard_core.query.memberships import group_label
from dashboard_core.vocabulary import BASES, BASIS_LABELS, STANCE_LABELS, TIER_LABELS

__all__ = ["About", "clean", "describe_filters", "file_name", "model_versions"]

_FIELD_LABELS = {
    "targets": "Target",
    "countries": "Country",
    "organisations": "Organisation",
    "speakers": "Speaker",
    "tiers": "Voice",
    "stances": "Stance",
    "outlets": "Outlet",
    "memberships": "Membership",
}
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class About:
    """Where an export comes from.

    ``filters`` are the lines of :func:`describe_filters`; ``data_date`` is the day on which data last came
    in; ``marking`` is a handling instruction ("internal") that then stands on every sheet and slide.
    """

    title: str
    filters: tuple[tuple[str, str], ...] = ()
    data_date: date | None = None
    data_version: str = ""
    model_versions: tuple[str, ...] = ()
    weight: str = ""
    marking: str = ""
    made_at: datetime | None = None

    @property
    def made(self) -> datetime:
        """When it was made (UTC): now, unless it was said."""
        return self.made_at or datetime.now(UTC)

    @property
    def filter_line(self) -> str:
        """The filters in one line.

        >>> About("x", (("Country", "KGZ, KAZ"), ("Stance", "Opposed"))).filter_line
        'Country: KGZ, KAZ · Stance: Opposed'
        """
        return " · ".join(f"{name}: {value}" for name, value in self.filters) or "No filter"

    @property
    def stamp(self) -> str:
        """The day of the data, in words, as it stands on slides."""
        return f"Data of {self.data_date.day} {self.data_date:%B %Y}" if self.data_date else "No data yet"

    @property
    def versions(self) -> str:
        """What the file was made from, exactly: for notes and properties, not for a slide."""
        parts = [f"data version {self.data_version}"] if self.data_version else []
        parts += [f"model {', '.join(self.model_versions)}"] if self.model_versions else []
        return " · ".join(parts)

    @property
    def columns(self) -> dict[str, str]:
        """What each row of a CSV says of the file, for whoever gets the file alone.

        As columns, not as lines above: the file stays one table that every program opens.

        >>> About("x", (("Country", "KGZ"), ("Labels", "all")), date(2026, 3, 1), "d1", ("m1",)).columns
        {'Filters': 'Country: KGZ', 'Labels': 'all', 'Data of': '2026-03-01, version d1', 'Model': 'm1'}
        """
        said = [f"{name}: {value}" for name, value in self.filters if name != "Labels"]
        day = self.data_date.isoformat() if self.data_date else "no data yet"
        return {
            "Filters": "; ".join(said) or "none",
            "Labels": dict(self.filters).get("Labels", ""),
            "Data of": f"{day}, version {self.data_version}" if self.data_version else day,
            "Model": ", ".join(self.model_versions),
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return name and value of everything that is known."""
        found = [("Title", self.title)]
        if self.marking:
            found.append(("Handling", self.marking))
        found += [(f"Filter: {name}", value) for name, value in self.filters] or [("Filter", "none")]
        found += [
            ("Counting", self.weight),
            ("Data of", self.data_date.isoformat() if self.data_date else ""),
            ("Data version", self.data_version),
            ("Model version", ", ".join(self.model_versions)),
            ("Made (UTC)", f"{self.made:%Y-%m-%d %H:%M}"),
        ]
        return [(name, value) for name, value in found if value]


def describe_filters(filters: Filters, names: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Return name and value of each filter that leaves something out.

    Parameters
    ----------
    filters : Filters
        What was chosen.
    names : mapping, optional
        Display names of ids and codes (targets, speakers, countries).

    Examples
    --------
    >>> describe_filters(Filters(countries=("KGZ", ""), undated=False), {"KGZ": "Kyrgyzstan"})
    (('Country', 'Kyrgyzstan, not stated'), ('Undated articles', 'left out'))
    >>> describe_filters(Filters(memberships=("CSTO:member",)))
    (('Membership', 'CSTO members'),)
    """
    shown = ChainMap[str, str]({"": "not stated"}, dict(TIER_LABELS), dict(STANCE_LABELS))
    shown.maps.append(cast("dict[str, str]", names or {}))
    found: list[tuple[str, str]] = []
    for field in fields(filters):
        if field.name in _FIELD_LABELS:
            values: tuple[str, ...] = getattr(filters, field.name)
            if field.name == "memberships":
                values = tuple(map(group_label, values))
            if values:
                found.append((_FIELD_LABELS[field.name], ", ".join(shown.get(v, v) for v in values)))
    if filters.date_from or filters.date_to:
        days = (("from", filters.date_from), ("until", filters.date_to))
        said = " ".join(f"{word} {on.day} {on:%B %Y}" for word, on in days if on)
        found.append(("Published", said))
    if not filters.undated:
        found.append(("Undated articles", "left out"))
    if filters.min_confidence > 0:
        found.append(("Confidence", f"at least {filters.min_confidence:.0%}"))
    if filters.named_only:
        found.append(("Passages", "only those that name the target"))
    if filters.text.strip():
        found.append(("Text", f"“{filters.text.strip()}”"))
    if filters.apart:
        found.append(("Only voices with no clear position found", STANCE_LABELS[filters.apart].lower()))
    if filters.articles:
        count = len(filters.articles)
        found.append(("Articles", f"{count:,} chosen" if count > 1 else "one chosen"))
    if filters.as_published:
        found.append(("Copies", "each counted, as published"))
    if filters.basis != BASES[0]:
        found.append(("Labels", BASIS_LABELS.get(filters.basis, filters.basis)))
    return tuple(found)


def file_name(
    kind: str,
    filters: Filters,
    on: date | None,
    *,
    suffix: str = "csv",
    names: Mapping[str, str] | None = None,
    marking: str = "",
) -> str:
    """Return a file name that says what is in the file, safe on every system.

    Letters of any script are written in ASCII. Filters that are too long to name are cut and followed by a
    short hash, so that two different choices never share a name.

    Examples
    --------
    >>> file_name("positions", Filters(countries=("KGZ",), stances=("opposed",)), date(2026, 11, 22))
    'positions_2026-11-22_kgz_opposed.csv'
    >>> file_name("matrix", Filters(text="Тюркский союз / ../x"), None, suffix="xlsx", marking="Internal")
    'matrix_undated_tyurkskiy-soyuz-x_internal.xlsx'
    """
    described = [slug(value) for _, value in describe_filters(filters, names)]
    chosen = "_".join(part for part in described if part)
    unsaid = len(chosen) > _LONGEST_SLUG or any(not part for part in described)
    if unsaid:
        mark = hashlib.sha256(repr(filters).encode()).hexdigest()[:8]
        chosen = "_".join(p for p in (chosen[:_LONGEST_SLUG].strip("-_"), mark) if p)
    parts = [slug(kind) or "export", on.isoformat() if on else "undated", chosen, slug(marking)]
    return "_".join(part for part in parts if part) + f".{slug(suffix)}"


def clean(text: str) -> str:
    """Return text that an XML file can hold.

    >>> clean("a\\x00b\\x0bc\\ud800")
    'a b c?'
    """
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", " ", valid)


def slug(text: str) -> str:
    """Return text as lower-case ASCII words joined by hyphens.

    >>> slug("Şuşa — Әуезов")
    'susa-auezov'
    """
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")


def model_versions(values: Sequence[str]) -> tuple[str, ...]:
    """Return the different model versions among ``values``, in order.

    >>> model_versions(["b", "a", "b"])
    ('a', 'b')
    """
    return tuple(sorted(set(values)))
