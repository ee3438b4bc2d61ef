"""What the abbreviations on the pages stand for, as the lists of targets and organisations say."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from dashboard_core.errors import VocabularyError
from dashboard_core.paths import seeds_dir
from dashboard_core.records import Target
from dashboard_core.ui import data

__all__ = ["abbreviations"]


def abbreviations() -> dict[str, str]:
    """Return the full names of abbreviations in the lists of targets and of organisations.

    Those of two letters (EU, UN, US) are left out: everybody knows them.
    """
    path = seeds_dir() / "organisations.csv"
    changed = path.stat().st_mtime if path.is_file() else 0.0
    return _abbreviations(str(path.parent), changed, data.catalogue())


@lru_cache(maxsize=4)
def _abbreviations(seeds: str, changed: float, targets: tuple[Target, ...]) -> dict[str, str]:
    from dashboard_core.extract.speaker_lists import organisation_names

    named = [(target.name, (*target.aliases, target.definition)) for target in targets]
    try:
        named += organisation_names(Path(seeds)) if changed else []
    except VocabularyError:
        # Whoever brings articles in is told what is wrong with the list; a chart can do without it.
        named += []
    found: dict[str, str] = {}
    for name, others in named:
        short = name.strip()
        full = next((other.strip() for other in others if _spells(other.strip(), short)), "")
        if full:
            found.setdefault(short, full)
    return found


def _spells(full: str, short: str) -> bool:
    """Return whether a name spells out an abbreviation: its letters in order, the last begins a word.

    >>> _spells("Lake and Tide Forum", "LTF"), _spells("Lake Forum, founded in 1990", "LTF")
    (True, False)
    """
    words = re.findall(r"[^\W\d_]+", full.split(",")[0])
    if not (2 < len(short) <= 6 and short.isupper() and short.isalpha()) or len(words) < 2:
        return False
    if re.search(r"[+*|&]", full) or words[-1][0].upper() != short[-1]:
        return False
    rest = iter("".join(words).upper())
    return words[0][0].upper() == short[0] and all(letter in rest for letter in short)
