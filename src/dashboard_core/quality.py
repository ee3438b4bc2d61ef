"""Measured quality: figures with their data, interval, commit and date, beside the code that earned them.

``quality.json`` is written by ``stances evaluate ... --record`` and read by the Method page, so that what the
page claims is what was measured.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard_core.errors import ModelError

__all__ = ["QUALITY_FILE", "load_quality", "record_quality"]

QUALITY_FILE = Path(__file__).with_name("quality.json")


def load_quality(path: Path | None = None) -> dict[str, Any]:
    """Return the recorded figures by section; empty when nothing has been measured yet.

    Each section holds ``command``, ``data``, ``commit``, ``measured_on`` and ``figures``.

    Raises
    ------
    ModelError
        The file is there but cannot be read.
    """
    file = path or QUALITY_FILE
    if not file.is_file():
        return {}
    try:
        read = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        remedy = "Restore it from version control, or measure anew with `stances evaluate --record`."
        raise ModelError(file, [f"cannot be read: {error}"], remedy) from error
    return dict(read)


def record_quality(
    section: str, figures: Mapping[str, Any], *, command: str, data: str, path: Path | None = None
) -> None:
    """Write one section's figures, leaving the others as they are."""
    file = path or QUALITY_FILE
    whole = load_quality(file)
    whole[section] = {
        "command": command,
        "data": data,
        "commit": _commit(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "figures": dict(figures),
    }
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def _commit() -> str:
    """Return the short id of the commit that was measured, "" outside a checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607  # the user's own git
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
