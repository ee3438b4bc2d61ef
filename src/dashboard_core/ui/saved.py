"""Saved views: a name for a page as it stands, kept beside the store for everybody who uses it.

A view is the page's address: its filters, and what was chosen for its chart.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir

__all__ = ["SavedView", "read_views", "save_named", "save_view", "views_file"]

_LONGEST_NAME: Final = 60
_MOST: Final = 200
# Stands among the parameters; no page has one of this name.
_PAGE: Final = "_page"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page and the parameters of its address; views of older versions have filters alone, and no page."""

    page: str
    address: Mapping[str, Sequence[str]]


def views_file() -> Path:
    """Return the file that holds the saved views."""
    return store_dir() / "views.json"


def read_views(file: Path) -> dict[str, SavedView]:
    """Return the saved views by name.

    Raises
    ------
    StoreError
        The file is there but cannot be read.
    """
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
        return {str(name): _read(parameters) for name, parameters in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        remedy = "Delete the file to start afresh; the articles are not touched."
        raise StoreError(file, [f"the saved views cannot be read: {error}"], remedy) from error


def _read(parameters: Mapping[str, Sequence[str]]) -> SavedView:
    told = {str(name): [str(value) for value in values] for name, values in parameters.items()}
    return SavedView(next(iter(told.pop(_PAGE, ())), ""), told)


def save_view(file: Path, name: str, view: SavedView | None) -> None:
    """Save a view under a name, replacing one of that name; None removes it.

    The file is written aside and renamed, so that a reader never meets half of it.
    """
    views = read_views(file)
    name = " ".join(name.split())[:_LONGEST_NAME]
    views.pop(name, None)
    if view is not None and name:
        views[name] = view
    kept = {
        known: ({_PAGE: [held.page]} if held.page else {}) | {key: list(v) for key, v in held.address.items()}
        for known, held in list(views.items())[-_MOST:]
    }
    aside = file.with_suffix(f".{os.getpid()}.tmp")
    aside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    aside.replace(file)


def save_named(name: str, view: SavedView | None) -> None:
    """Save or remove a view from a page; a folder that cannot be written is said, not raised."""
    try:
        save_view(views_file(), name, view)
    except OSError as error:
        st.session_state["view_problem"] = f"The view was not saved: {error.strerror or error}."
