"""Filters as a web address and back, so that every view can be sent to a colleague.

Addresses hold ids (``country=KGZ``), never labels: a label carries a count that changes with the data, and
a renamed target must not break an old link. An address that a person writes may hold names
(``country=Kyrgyzstan``), which :func:`by_name` turns into ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from dashboard_core.folding import fold
from dashboard_core.query import Filters
from dashboard_core.vocabulary import BASES, STANCE_STATES, STANCES, TIERS

__all__ = [
    "ABSENT",
    "APART",
    "FACETS",
    "PARAMETERS",
    "SWITCHES",
    "by_name",
    "filters_from",
    "parameters_of",
    "plain",
    "uncounted",
    "web_address",
]

# URL parameter -> (field of Filters, heading in the side bar, plural for a placeholder)
FACETS: Final[dict[str, tuple[str, str, str]]] = {
    "target": ("targets", "Target", "all targets"),
    "country": ("countries", "Country of the speaker", "all countries"),
    "organisation": ("organisations", "Organisation of the speaker", "all organisations"),
    "stance": ("stances", "Stance", "all stances"),
    "speaker": ("speakers", "Speaker", "all speakers"),
    "tier": ("tiers", "Kind of voice", "all kinds"),
    "outlet": ("outlets", "Outlet", "all outlets"),
    "membership": ("memberships", "Membership of the speaker's country", "all countries"),
}
# Stands for "the text does not say" in an address; as a filter value that is the empty string.
ABSENT: Final = "-"
PARAMETERS: Final = (
    *FACETS,
    "from",
    "to",
    "undated",
    "confidence",
    "q",
    "labels",
    "copies",
    "article",
    "apart",
    "named",
)
# What the pages choose for their charts -> what it is where an address does not say it.
SWITCHES: Final[dict[str, str | bool | list[str]]] = {
    "view": "Organisations spoken about",
    "blocs": [],
    "kinds": ["Organisation or bloc"],
    "group": "Each country by itself",
    "separate": False,
    "rows": "Countries",
    "sort_rows": "Votes",
    "sort_targets": "Votes",
    "weight": "One vote per voice",
    "measure": "Counts",
    "order": "Stance",
    "shown": "10",
    "picture": "PNG",
}
# What a voice without a clear position on a target can be.
APART: Final = tuple(state for state in STANCE_STATES if state not in STANCES)
_CLOSED: Final = {"stance": STANCE_STATES, "tier": TIERS}


def _day(values: Sequence[str]) -> date | None:
    try:
        return date.fromisoformat(values[-1]) if values else None
    except ValueError:
        return None


def filters_from(parameters: Mapping[str, Sequence[str]]) -> Filters:
    """Return the filters that an address asks for; what cannot be understood is left out.

    Examples
    --------
    >>> filters_from({"country": ["KGZ"], "stance": ["opposed", "angry"], "from": ["yesterday"]}).stances
    ('opposed',)
    """
    chosen: dict[str, Any] = {}
    for name, (field, _, _) in FACETS.items():
        given = ("" if value == ABSENT else value for value in parameters.get(name, ()) if value)
        values = tuple(dict.fromkeys(given))
        if name in _CLOSED:
            values = tuple(value for value in values if value in _CLOSED[name])
        chosen[field] = values
    try:
        confidence = min(max(float(next(iter(parameters.get("confidence", ())), "0")), 0.0), 1.0)
    except ValueError:
        confidence = 0.0
    return replace(
        Filters(),
        **chosen,
        date_from=_day(parameters.get("from", ())),
        date_to=_day(parameters.get("to", ())),
        undated=next(iter(parameters.get("undated", ())), "yes") != "no",
        min_confidence=confidence,
        text=next(iter(parameters.get("q", ())), "")[:200],
        as_published=next(iter(parameters.get("copies", ())), "once") == "all",
        articles=tuple(dict.fromkeys(name[:200] for name in parameters.get("article", ()) if name))[:200],
        apart=next((value for value in parameters.get("apart", ()) if value in APART), ""),
        named_only=next(iter(parameters.get("named", ())), "") == "only",
        basis=next((b for b in parameters.get("labels", ()) if b in BASES), BASES[0]),
    )


def by_name(
    parameters: Mapping[str, Sequence[str]], names_of: Callable[[str], Mapping[str, str]]
) -> dict[str, list[str]]:
    """Return address parameters with ids where names were given, in any case; what nobody knows stays.

    Parameters
    ----------
    parameters : mapping
        As they stand in the address.
    names_of : callable
        The names of one facet's values, by id; asked only for facets that the address has.

    Examples
    --------
    A label of the side bar, which carries a count, is understood, too.

    >>> named = {"country": {"KGZ": "Kyrgyzstan", "TUR": "Türkiye"}}
    >>> by_name({"country": ["kyrgyzstan", "TURKIYE", "KGZ", "Atlantis"], "q": ["TUR"]}, named.__getitem__)
    {'country': ['KGZ', 'TUR', 'KGZ', 'Atlantis'], 'q': ['TUR']}
    >>> by_name({"country": ["Kyrgyzstan · 4"]}, named.__getitem__)
    {'country': ['KGZ']}
    """
    found = {name: list(values) for name, values in parameters.items()}
    for name in FACETS:
        if not any(value != ABSENT for value in found.get(name, ())):
            continue
        names = names_of(name)
        if all(value in names for value in found[name]):
            continue
        ids = {fold(label): key for key, label in names.items()}
        ids |= {fold(key): key for key in names}
        found[name] = [
            value if value in names else ids.get(fold(value)) or ids.get(fold(uncounted(value)), value)
            for value in found[name]
        ]
    return found


def uncounted(label: str) -> str:
    """Return a label of the side bar without its count.

    >>> uncounted("Kyrgyzstan · 1,204"), uncounted("Kenya · none here"), uncounted("Air · Sea")
    ('Kyrgyzstan', 'Kenya', 'Air · Sea')
    """
    return re.sub(r" · (\d[\d,]*|none here)$", "", label)


def parameters_of(filters: Filters) -> dict[str, list[str]]:
    """Return the address parameters of filters; what is not restricted is not written.

    Examples
    --------
    >>> parameters_of(filters_from({"country": ["KGZ", "KAZ"], "undated": ["no"]}))
    {'country': ['KGZ', 'KAZ'], 'undated': ['no']}
    """
    found: dict[str, list[str]] = {}
    for name, (field, _, _) in FACETS.items():
        values = [value or ABSENT for value in getattr(filters, field)]
        if values:
            found[name] = values
    if filters.date_from:
        found["from"] = [filters.date_from.isoformat()]
    if filters.date_to:
        found["to"] = [filters.date_to.isoformat()]
    if not filters.undated:
        found["undated"] = ["no"]
    if filters.min_confidence > 0:
        found["confidence"] = [f"{filters.min_confidence:g}"]
    if filters.text:
        found["q"] = [filters.text]
    if filters.as_published:
        found["copies"] = ["all"]
    if filters.articles:
        found["article"] = list(filters.articles)
    if filters.apart:
        found["apart"] = [filters.apart]
    if filters.named_only:
        found["named"] = ["only"]
    if filters.basis != BASES[0]:
        found["labels"] = [filters.basis]
    return found


def plain(text: str) -> str:
    r"""Return text in which nothing is Markdown any more.

    >>> print(plain("*new* <b>bloc</b>"))
    \*new\* \<b\>bloc\</b\>
    """
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+|~$:" else sign for sign in text)


def web_address(text: str) -> str:
    """Return ``text`` if it is an http(s) address with a host, else nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)"), web_address("https://")
    ('https://example.org/a', '', '')
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in {"http", "https"} and parts.netloc else ""
