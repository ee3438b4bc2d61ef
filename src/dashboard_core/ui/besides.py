"""What the voices behind a mark say besides on its target, no clear position found: it adds to no vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dashboard_core.charts import WITHOUT_VOTE
from dashboard_core.charts.wording import plural
from dashboard_core.query import Filters
from dashboard_core.ui import data
from dashboard_core.vocabulary import STANCE_STATES, STANCES

__all__ = ["EXPLAINED", "MOST_VOICES", "said_besides", "told"]

# Of more voices nobody reads all; the table of the chart has the number.
MOST_VOICES: Final = 200
EXPLAINED: Final = (
    "“Claims” are those that the parts of a row open. "
    f"In “{WITHOUT_VOTE}” no clear position was found, and their voices are counted with another stance on "
    "the same target; they are listed with the claims of these voices."
)


def said_besides(rows: pd.DataFrame, mark: Sequence[Any], chosen: Filters) -> pd.DataFrame:
    """Return the positions of a mark's voices on its targets that add nothing to their votes.

    Parameters
    ----------
    rows : DataFrame, one row per (claim_id, target_id)
        The positions behind the mark.
    mark : sequence
        The mark's custom data.
    chosen : Filters
        What leads to ``rows``.

    Returns
    -------
    DataFrame, one row per (claim_id, target_id)
        None for more than :data:`MOST_VOICES` voices.
    """
    stance = str(mark[1])
    clearest = len(STANCES) if stance in STANCES else STANCE_STATES.index(stance) + 1
    voices = tuple(rows["speaker_id"].unique())
    if clearest == len(STANCE_STATES) or not 0 < len(voices) <= MOST_VOICES:
        return rows.iloc[:0]
    found = data.positions(replace(chosen, apart="", stances=STANCE_STATES[clearest:], speakers=voices))
    pairs = set(zip(rows["speaker_id"], rows["target_id"], strict=True))
    same = [pair in pairs for pair in zip(found["speaker_id"], found["target_id"], strict=True)]
    # As a series: of no rows at all a bare list would be read as a choice of no columns.
    return found[pd.Series(same, index=found.index, dtype="bool")]


def told(more: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Say how many claims there are besides those of the mark; nothing if there is none."""
    count = len(set(more["claim_id"]) - set(rows["claim_id"]))
    if not count:
        return ""
    who = "the same voice" if rows["speaker_id"].nunique() == 1 else "these voices"
    what = "it adds" if count == 1 else "they add"
    return f"{plural(count, 'further claim')} of {who}, no clear position found: {what} no vote"
