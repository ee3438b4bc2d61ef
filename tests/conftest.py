"""Shared fixtures: the models are loaded once, and the seed articles are read once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dashboard_core import pipeline

PROJECT = Path(__file__).parents[1]
# What takes longest begins first: a long file at the end would leave the other workers idle.
LONGEST = (
    "test_floors test_jobs test_review_page test_decisions test_dashboard test_review test_exports test_read_hostile "
    "test_corpus_page test_load test_stance test_learning test_pages test_names test_corpus test_ingest test_store "
    "test_query test_erasure test_query_beside test_learning_page test_comparison test_coded test_seeds test_backup"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by how long they take; within a file nothing moves."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


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
