"""Which stance model labels, in words: on the Method page and where people learn a new one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard_core.charts.wording import amount, day, plural
from dashboard_core.errors import ModelError
from dashboard_core.paths import weights_dir
from dashboard_core.store import Store
from dashboard_core.store.models import (
    DECISION,
    StoredModel,
    active_folder,
    active_model,
    adoptions,
    labels_by_version,
    stored_model,
)
from dashboard_core.ui import data, trouble
from dashboard_core.ui.links import plain

__all__ = ["active_version", "comparison", "decision_file", "name", "other_labels", "show_active"]


def show_active() -> bool:
    """Write on the Method page which model labels; say whether it can be used.

    The recorded figures are those of the packaged model: where another one labels, its own comparison on
    reviewed labels is shown and the reader is told which is which.
    """
    store = data.desk().store
    active = active_model(store)
    if not active:
        version = active_version(store)
        if version:
            st.markdown(f"Labels come from the model that this product brings along (version {version}).")
            st.markdown(_others(store, version))
        return True
    try:
        model = stored_model(store, active)
    except ModelError as error:
        trouble.show(error, "The model that people adopted cannot be used: new articles cannot be read.")
        return False
    last = adoptions(store)[-1]
    st.info(
        f"Labels come from {name(model)}, adopted by {plain(last.who)} on {day(last.at)} (version "
        f"{active_version(store)}). **The measured figures further down are those of the model that this "
        "product brings along**; the next table compares the two.",
        icon=":material/model_training:",
    )
    st.markdown(_others(store, active_version(store)))
    comparison(model)
    return True


def comparison(model: StoredModel) -> None:
    """Draw how a model compared with the one that labelled when it was learned."""
    from dashboard_core.learning.report import moved_words, rows, summary

    for line in summary(model.card):
        st.markdown(f"- {line}")
    table = pd.DataFrame(rows(model.card))
    st.dataframe(
        table,
        hide_index=True,
        alt="The new model and the one that labelled before, on the same labels, with intervals.",
    )
    st.caption(
        "In brackets: 95 % interval over articles. Labels as they are shown: unclear is never right. What is "
        "kept back are labels that people chose to review, so neither figure speaks for all labels."
    )
    told = moved_words(model.card)
    if told:
        st.caption("In the store: " + " · ".join(told[:8]) + (" · …" if len(told) > 8 else ""))


def name(model: StoredModel) -> str:
    """Return a model in words: when it was learned and from what."""
    learned = model.card["learned_from"]
    on = pd.Timestamp(str(model.card["made_at"]))
    return (
        f"the model learned on {day(on)}, {on:%H:%M} UTC, from {plural(learned['labels'], 'reviewed label')} "
        f"in {plural(learned['articles'], 'article')}"
    )


def other_labels(store: Store, version: str) -> int:
    """Return how many labels of the machine in the store another model gave."""
    return sum(count for other, count in labels_by_version(store).items() if other != version)


def _others(store: Store, version: str) -> str:
    counts = labels_by_version(store)
    others, whole = other_labels(store, version), sum(counts.values())
    if not others:
        return f"It gave all {amount(whole)} labels of the machine in the store."
    return (
        f"**{amount(others)} of {plural(whole, 'label')} of the machine in the store come from another "
        "model**; `stances update` relabels them, or the Review page under Learning."
    )


def active_version(store: Store) -> str:
    """Return the version of the model that labels, empty if its files cannot be read."""
    try:
        return _version_in(active_folder(store) or weights_dir("stance"))
    except ModelError:  # the page says elsewhere what is wrong with it
        return ""


def decision_file() -> Path:
    """Return the file of the decision that labels now.

    Raises
    ------
    ModelError
        People adopted a model that is damaged.
    """
    return (active_folder(data.desk().store) or weights_dir("stance")) / DECISION


def _version_in(folder: Path) -> str:
    files = (weights_dir("stance") / "encoder.onnx", folder / DECISION)
    try:
        return _version(*map(str, files), tuple(file.stat().st_mtime_ns for file in files))
    except OSError:  # the page says elsewhere what is missing
        return ""


@lru_cache(maxsize=4)
def _version(encoder: str, decision: str, _changed: tuple[int, ...]) -> str:
    from dashboard_core.stance.classifier import version_of
    from dashboard_core.stance.decision import Decision

    return version_of(hashlib.sha256(Path(encoder).read_bytes()).hexdigest(), Decision.load(Path(decision)))
