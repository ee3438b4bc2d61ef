"""How far labels can be relied on, in words that stand beside every chart."""

from __future__ import annotations

from functools import lru_cache

from dashboard_core.charts.wording import amount, plural
from dashboard_core.errors import ModelError
from dashboard_core.quality import QUALITY_FILE, load_quality
from dashboard_core.query.reviewed import Resting

__all__ = ["UNNAMED", "measured", "resting"]

UNNAMED = "passages that do not name the target themselves"
_RIGHT = "coded positions that come out right"
_SHOWN = "positions shown for each coded one"


def measured() -> str:
    """Return how often labels were right on articles that people coded, as the end of a sentence.

    Empty where nothing was measured; the Method page says why a record cannot be read.
    """
    return _measured(QUALITY_FILE.stat().st_mtime if QUALITY_FILE.is_file() else 0.0)


@lru_cache(maxsize=2)
def _measured(_changed: float) -> str:
    try:
        sections = load_quality().values()
    except ModelError:
        return ""
    figures = [found.get("figures", {}) for found in sections]
    rows = [(one[_RIGHT]["hits"], one[_SHOWN]["hits"]) for one in figures if _RIGHT in one and _SHOWN in one]
    right, shown = (sum(row[place] for row in rows) for place in range(2))
    if not shown:
        return ""
    return f" (on test articles {100 * right / shown:.0f} % were wholly right)"


def resting(found: Resting, weight: str, single: bool) -> str:
    """Return how many votes rest on the context alone; nothing where none does.

    ``single``: there is one target, so a vote is a voice.

    Examples
    --------
    >>> resting(Resting(2, 1, 5, 1), "voices", single=True)
    '1 of 2 clear voices comes from passages that do not name the target themselves.'
    >>> resting(Resting(2, 0, 5, 1), "voices", single=False), resting(Resting(2, 0, 5, 2), "claims", False)
    ('', '2 of 5 clear labels come from passages that do not name the target themselves.')
    """
    claims = weight == "claims"
    alone = found.context_positions if claims else found.context_votes
    whole = found.positions if claims else found.votes
    if not alone:
        return ""
    noun = "clear label" if claims else "clear voice" if single else "clear vote"
    return f"{amount(alone)} of {plural(whole, noun)} {'comes' if alone == 1 else 'come'} from {UNNAMED}."
