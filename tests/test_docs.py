"""The documentation is true: commands, settings and files that it names exist, and existing ones are named."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dashboard_core.cli import main

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text("utf-8")


def commands(group: click.Group, before: str = "stances") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        full = f"{before} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


@pytest.mark.parametrize("command", commands(main))
def test_each_command_is_in_the_readme_and_has_an_example(command: str) -> None:
    *parents, name = command.split()
    named = f"{command}" in README or (f"`{name}`" in README and " ".join(parents) in README)
    assert named, f"{command} is not in README.md"
    result = CliRunner().invoke(main, [*command.split()[1:], "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output, f"{command} --help shows no example"


def test_each_setting_is_in_the_readme() -> None:
    files = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "tests").rglob("*.py")]
    used = {name for p in files for name in re.findall(r"\bSTANCES_[A-Z_]+\b", p.read_text("utf-8"))}
    assert {name for name in used if name not in README} == set()


def test_each_local_link_leads_somewhere() -> None:
    pages = [PROJECT / "README.md", PROJECT / "seeds/README.md", *sorted((PROJECT / "docs").glob("*.md"))]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("path", sorted((PROJECT / "seeds").glob("*.csv")), ids=lambda p: p.name)
def test_each_list_is_explained(path: Path) -> None:
    explained = (PROJECT / "seeds/README.md").read_text("utf-8")
    assert path.name in explained
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines))
    section = explained[explained.index(path.name) :]
    assert [name for name in header if name not in section] == []


def test_the_project_names_no_machine_path() -> None:
    patterns = re.compile(r"/(?:home|root)/\w|file:/{3}|/lib/python3\.")
    texts = [p for p in PROJECT.glob("*") if p.is_file() and p.suffix in {".md", ".toml", ".lock", ""}]
    texts += [*(PROJECT / "docs").glob("*.md"), *(PROJECT / "src").rglob("*.py")]
    assert [str(p) for p in texts if patterns.search(p.read_text("utf-8", "ignore"))] == []
