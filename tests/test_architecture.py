"""Imports go one way, floor to roof, and rooms on one floor never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "dashboard_core"
PROJECT = SRC.parents[1]

# Each floor may import what stands on lower floors, and its own room.
FLOORS = [
    {"errors"},
    {"vocabulary", "records", "paths", "spelling"},
    {"read", "extract", "stance", "frames", "folding"},
    {"store"},
    {"query", "synthetic"},
    {"exports", "charts", "pipeline", "quality", "scoring"},
    {"jobs"},
    {"benchmarks", "learning"},
    {"ui", "cli"},
]
LEVEL = {room: level for level, floor in enumerate(FLOORS) for room in floor}
FILES = sorted(SRC.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Return the rooms that a file imports, at the top or inside functions."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dashboard_core"):
            parts = node.module.split(".")[1:]
            rooms |= {parts[0]} if parts else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            rooms |= {a.name.split(".")[1] for a in node.names if a.name.startswith("dashboard_core.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in LEVEL, f"{room} has no floor yet: add it to FLOORS"
    wrong = [
        other for other in imports_of(path) if other != room and LEVEL.get(other, len(FLOORS)) >= LEVEL[room]
    ]
    assert not wrong, f"{path.relative_to(SRC)} imports {wrong}, which stand on its own floor or above"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_only_the_ui_imports_streamlit(path: Path) -> None:
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    if room_of(path) != "ui":
        assert not any(name.split(".")[0] == "streamlit" for name in names)


def test_no_module_grows_beyond_500_lines() -> None:
    long = {str(p.relative_to(SRC)): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > 500}
    assert long == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    text = (PROJECT / name).read_text("utf-8")
    assert "://" not in text and "index-url" not in text
    pinned = [line for line in text.splitlines() if "==" in line]
    assert len(pinned) > 50
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_seed_articles_are_not_quoted_in_the_code() -> None:
    """A rule that knows the seeds by heart would look good on them and on nothing else."""
    names = [
        "Aliyev",
        "Qurmetuly",
        "Tillakhujaev",
        "Sariyev",
        "Shestakov",
        "Kreck",
        "Osmonaliyev",
        "Oiy Ordo",
    ]
    for path in FILES:
        text = path.read_text("utf-8")
        assert not [name for name in names if name in text], path
