"""The invented store with one person under three ids: by a rule one of them is joined, one waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dashboard_core.store import Store
from dashboard_core.store.identities import settle_speakers
from ui_store import invented_frames


def make_names_store(path: Path) -> Store:
    """Create a store in which Ada Berg stands under two ids in one country and under a third in none."""
    frames = invented_frames()
    claims = frames.claims.copy()
    mine = claims.index[claims["speaker"] == "Ada Berg"]
    claims.loc[mine[0], ["speaker_id", "speaker"]] = ["s_swapped", "Berg Ada"]
    other = claims.index[claims["speaker"] == "Finn Holt"][0]
    claims.loc[other, ["speaker_id", "speaker"]] = ["s_nowhere", "Ada Berg"]
    store = Store.create(path)
    store.append(replace(frames, claims=claims))
    settle_speakers(store)
    return store
