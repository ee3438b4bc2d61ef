"""Saved views: a name for a set of filters, kept beside the store for everybody who uses it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard_core.errors import StoreError
from dashboard_core.paths import store_dir
from dashboard_core.query import Filters
from dashboard_core.ui.links import filters_from, parameters_of

__all__ = ["read_views", "save_view", "views_file"]

_LONGEST_NAME: Final = 60
_MOST: Final = 200


def views_file() -> Path:
    """Return the file that holds the saved views."""
    return store_dir() / "views.json"


def read_views(file: Path) -> dict[str, Filters]:
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
        return {str(name): filters_from(parameters) for name, parameters in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        remedy = "Delete the file to start afresh; the articles are not touched."
        raise StoreError(file, [f"the saved views cannot be read: {error}"], remedy) from error


def save_view(file: Path, name: str, filters: Filters | None) -> None:
    """Save filters under a name, replacing a view of that name; None removes it.

    The file is written aside and renamed, so that a reader never meets half of it.
    """
    views = {known: parameters_of(held) for known, held in read_views(file).items()}
    name = " ".join(name.split())[:_LONGEST_NAME]
    views.pop(name, None)
    if filters is not None and name:
        views[name] = parameters_of(filters)
    kept = dict(list(views.items())[-_MOST:])
    aside = file.with_suffix(f".{os.getpid()}.tmp")
    aside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    aside.replace(file)


def save_named(name: str, filters: Filters | None) -> None:
    """Save or remove a view from a page; a folder that cannot be written is said, not raised."""
    try:
        save_view(views_file(), name, filters)
    except OSError as error:
        st.session_state["view_problem"] = f"The view was not saved: {error.strerror or error}."
