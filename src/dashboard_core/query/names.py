# ruff: noqa: S608  (statements name fixed columns only; every value is bound)
"""What is spoken of in the whole store, with counts, and a passage of each speaker."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard_core.query.sql import Snapshot, Source, Statement, answer, fetch

__all__ = ["passages_of_speakers", "targets_named"]


def targets_named(store: Source) -> pd.DataFrame:
    """Return every target of the store, those with most positions first.

    Returns
    -------
    DataFrame, one row per target
        ``target_id``, ``target``, ``target_kind``, ``positions`` (with a stance), ``claims`` (that speak of
        it), ``speakers``.
    """

    def ask(snapshot: Snapshot) -> pd.DataFrame:
        text = (
            "SELECT target_id::VARCHAR AS target_id, any_value(target)::VARCHAR AS target, "
            "any_value(target_kind)::VARCHAR AS target_kind, "
            "count(*) FILTER (stance IN ('opposed', 'cautious', 'supportive')) AS positions, "
            "count(DISTINCT claim_no) AS claims, count(DISTINCT speaker_id) AS speakers "
            "FROM facts GROUP BY target_id ORDER BY positions DESC, claims DESC, target"
        )
        return fetch(snapshot, text, Statement())

    return answer(store, ("targets_named",), ask)


def passages_of_speakers(store: Source, speaker_ids: Sequence[str]) -> pd.DataFrame:
    """Return one passage of each speaker, the shortest of at least forty characters.

    Returns
    -------
    DataFrame, one row per speaker that is there
        ``speaker_id``, ``text``, ``title``, ``outlet``, ``published_on``.
    """

    def ask(snapshot: Snapshot) -> pd.DataFrame:
        statement = Statement()
        text = (
            "SELECT c.speaker_id::VARCHAR AS speaker_id, c.text, a.title, a.outlet::VARCHAR AS outlet, "
            "a.published_on FROM claims c JOIN article_rows a ON a.article_id = c.article_id "
            f"WHERE {statement.is_among('c.speaker_id::VARCHAR', speaker_ids)} "
            "QUALIFY row_number() OVER (PARTITION BY c.speaker_id "
            "ORDER BY length(c.text) < 40, length(c.text), c.claim_id) = 1"
        )
        return fetch(snapshot, text, statement)

    return answer(store, ("passages_of_speakers", tuple(speaker_ids)), ask)
