"""The model card on the Method page: whether the model is whole, its thresholds, where it errs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import streamlit as st

from dashboard_core.charts.confusion import confusion_figure, confusion_table
from dashboard_core.charts.wording import plural
from dashboard_core.paths import weights_dir
from dashboard_core.ui import learned, theme
from dashboard_core.ui.panel import Ready
from dashboard_core.vocabulary import STANCE_STATES

__all__ = ["confusion", "model_problems", "show_confusion", "show_model", "thresholds"]

_FILES: Final = {
    "stance": ("encoder.onnx", "tokenizer.json", "decision.npz"),
    "extract": ("attribution.npz", "names.npz", "targets.npz"),
}


def model_problems(stance: Path | None = None, extract: Path | None = None) -> list[str]:
    """Return what is wrong with the packaged weights, without loading a model; nothing if they are whole."""
    folders = {"stance": stance or weights_dir("stance"), "extract": extract or weights_dir("extract")}
    files = [folders[room] / name for room, names in _FILES.items() for name in names]
    problems = [f"{path} is not there" for path in files if not path.is_file()]
    problems += [f"{path} is empty" for path in files if path.is_file() and not path.stat().st_size]
    encoder, decision = (folders["stance"] / name for name in ("encoder.onnx", "decision.npz"))
    if not problems:
        recorded, _ = _decision(str(decision), decision.stat().st_mtime_ns)
        if not recorded:
            problems.append(f"{decision} cannot be read")
        elif recorded != _digest(str(encoder), encoder.stat().st_mtime_ns)[:16]:
            problems.append(f"{encoder} is damaged or of another version than {decision.name}")
    return problems


@lru_cache(maxsize=4)
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@lru_cache(maxsize=4)
def _decision(path: str, _changed: int) -> tuple[str, tuple[float, float] | None]:
    """Return the encoder that a decision belongs to ("": the file cannot be read), and its thresholds."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            position, confidence = (float(value) for value in stored["thresholds"])
            return str(stored["encoder"]) or "unknown", (position, confidence)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return "", None


def thresholds(decision: Path | None = None) -> tuple[float, float] | None:
    """Return below which probability a label is "no position", and below which it is "unclear".

    ``decision`` is the file of another decision than the packaged one.
    """
    path = decision or weights_dir("stance") / "decision.npz"
    return _decision(str(path), path.stat().st_mtime_ns)[1] if path.is_file() else None


def confusion(figures: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return how often each label of people met each label of the machine, as far as it is recorded.

    Examples
    --------
    >>> confusion({"confusion": {"opposed": {"opposed": 3}}})
    {'opposed': {'opposed': 3}}
    >>> confusion({"coded cautious": "25 opposed, 68 cautious"})
    {'cautious': {'opposed': 25, 'cautious': 68}}
    """
    found = figures.get("confusion")
    if isinstance(found, Mapping):
        return {
            str(coded): {str(k): int(v) for k, v in given.items() if k in STANCE_STATES}
            for coded, given in found.items()
            if coded in STANCE_STATES
        }
    told = {state: str(figures.get(f"coded {state}", "")) for state in STANCE_STATES}
    return {
        state: {
            label: int(count) for count, label in re.findall(r"(\d+) (\w+)", text) if label in STANCE_STATES
        }
        for state, text in told.items()
        if text
    }


def show_model() -> None:
    """Write whether the model is whole, which one labels, and its thresholds."""
    problems = model_problems()
    if problems:
        st.error(
            "The model cannot be used: new articles cannot be read. What was read before is not touched.",
            icon=":material/error:",
        )
        remedy = "Put the files back from version control, or install the package anew."
        st.code("\n".join([*problems, remedy]), language=None, wrap_lines=True)
        return
    if not learned.show_active():
        return
    limits = thresholds(learned.decision_file())
    if limits:
        st.markdown(
            f"A label is shown as a stance when the model is at least **{limits[1]:.0%}** sure which one it "
            f"is; below, it is *unclear*. Below **{limits[0]:.0%}** that a position is taken "
            "at all, it is *no position found*. What one speaker says on one target in several places of an "
            "article is read together, since it mostly is one position."
        )


def show_confusion(figures: Mapping[str, Any]) -> None:
    """Draw which labels of people the machine takes for which, with the numbers as a table."""
    counts = confusion(figures)
    if not counts:
        return
    table = confusion_table(counts)
    total = sum(sum(given.values()) for given in counts.values())
    right = sum(given.get(coded, 0) for coded, given in counts.items())
    said = f"Of {plural(total, 'position')} that people coded, {right} get the same label from the machine"
    st.markdown(f"**{said}.**")
    st.plotly_chart(
        Ready(confusion_figure(table, theme=theme.theme_name(), size=theme.screen_size())),
        theme=None,
        key="confusion_of_labels",
        config={"displayModeBar": False},
        alt=f"Heat map. {said}. The table below has every number.",
    )
    st.dataframe(table, hide_index=True, alt=f"Table. {said}.")
