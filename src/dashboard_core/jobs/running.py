"""Starting a job's process, apart from the one that asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dashboard_core.jobs.folder import Job
from dashboard_core.jobs.lock import is_held

__all__ = ["start"]

# Windows: a console and a group of its own, so that closing the dashboard's window does not end it.
_DETACHED = 0x00000208 if os.name == "nt" else 0
_PACKAGES = Path(__file__).resolve().parents[2]


def start(job: Job) -> int:
    """Start a process that works on a job, or goes on with one that was cancelled or interrupted.

    It lives on when this process ends, and gives way to others that want the processor. A job on which a
    process works already is left to it.

    Returns
    -------
    int
        The new process, 0 if none was started.
    """
    if is_held(job.folder / "lock"):
        return 0
    (job.folder / "cancel").unlink(missing_ok=True)
    now = datetime.now(UTC).isoformat()
    job.write_state(replace(job.state(), status="starting", stage="", message="", since=now))
    environment = {**os.environ, "PYTHONPATH": str(_PACKAGES), "PYTHONUTF8": "1"}
    # The dashboard and its readers share the machine: one core is enough for work that nobody waits for.
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with (job.folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # this interpreter, no shell, no word of the input
            [sys.executable, "-m", "dashboard_core.jobs.worker", str(job.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            creationflags=_DETACHED,
            start_new_session=os.name != "nt",
        )
    return process.pid
