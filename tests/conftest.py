"""Shared fixtures: the models are loaded once, and the seed articles are read once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dashboard_core import pipeline

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def resources() -> pipeline.Resources:
    """The packaged models and the project's lists."""
    return pipeline.Resources.load(PROJECT / "seeds")


@pytest.fixture(scope="session")
def seeds(resources: pipeline.Resources) -> pipeline.Structured:
    """The frames of the two seed articles."""
    return pipeline.structure([PROJECT / "seeds"], resources)


@pytest.fixture(autouse=True)
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page would put into plain words for a reader fails the test with all it has."""
    if "streamlit.testing.v1" not in sys.modules:
        return

    def fail() -> None:
        error = sys.exception()
        assert error is not None
        raise error

    monkeypatch.setattr("dashboard_core.ui.trouble.show_unforeseen", fail)


@pytest.fixture(scope="session")
def gold_dir() -> Path:
    """The folder of coded articles that floors are held on, where there is one."""
    named = os.environ.get("STANCES_GOLD")
    folder = PROJECT / named if named else None
    if folder is None or not folder.is_dir():
        pytest.skip("no coded articles: set STANCES_GOLD to their folder to hold the floors on them")
    return folder
