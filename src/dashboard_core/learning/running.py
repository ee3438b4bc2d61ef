"""Learning and relabelling in the background: one at a time for a store, in a process that outlives the page.

The store's folder ``learning/`` holds ``state.json`` (replaced whole), ``cancel`` (its being there ends the
work) and ``lock`` (held by the process that works, released by the system when it dies).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dashboard_core.errors import ModelError, StoreError
from dashboard_core.jobs.folder import write_whole
from dashboard_core.jobs.lock import held, is_held
from dashboard_core.learning.reviewed import LEAST, shortfall, supply
from dashboard_core.store import Store

__all__ = ["FOLDER", "TASKS", "State", "cancel", "is_busy", "start", "state", "write_state"]

FOLDER = "learning"
TASKS = {"learn": "learn from the reviewed labels", "relabel": "read the store again"}
# A process that was started and has not taken its lock after so many seconds never will.
_START_SECONDS = 120
# Windows: a console and a group of its own, so that closing the dashboard's window does not end it.
_DETACHED = 0x00000208 if os.name == "nt" else 0
_PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class State:
    """What is being done, or was done last, and how far it is.

    ``task`` is one of :data:`TASKS`; ``status`` one of none, starting, running, done, cancelled, failed, or
    interrupted: its process is gone and nothing was kept. ``model`` is what was learned, ``lines`` say what
    relabelling changed; ``files`` are further files to learn from.
    """

    task: str = "learn"
    status: str = "none"
    stage: str = ""
    done: int = 0
    total: int = 0
    who: str = ""
    since: str = ""
    message: str = ""
    model: str = ""
    lines: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    process: int = 0

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self.status in {"starting", "running"}


def state(store: Store) -> State:
    """Return what is being done or was done last; a process that died is seen as such at once."""
    found = _load(store)
    if not found.busy or is_held(store.path / FOLDER / "lock"):
        return found
    # The process may have ended between the two looks.
    found = _load(store)
    waited = (datetime.now(UTC) - datetime.fromisoformat(found.since)).total_seconds() if found.since else 0
    if not found.busy or (found.status == "starting" and waited < _START_SECONDS):
        return found
    return replace(found, status="interrupted", stage="")


def is_busy(store: Store) -> bool:
    """Return whether somebody's learning or relabelling is under way."""
    return state(store).busy


def start(store: Store, task: str, who: str, *, files: Sequence[Path] = ()) -> tuple[State, bool]:
    """Start a process that learns or relabels; what is under way already is left to go on.

    Returns
    -------
    State, bool
        What is under way now, and whether this call began it: of two people who ask at once, one does.

    Raises
    ------
    ModelError
        There are too few reviewed labels to learn from; the message says how many are needed.
    StoreError
        The store's folder cannot be written.
    """
    if task == "learn" and (lacking := shortfall(supply(store), LEAST)):
        raise ModelError(
            store.path / "models",
            lacking,
            "Review more labels, in further articles, then learn again. Which articles are kept back for "
            "comparing is fixed by their id. The model that labels now was not touched.",
        )
    folder = store.path / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        patience = time.monotonic() + 10
        with held(folder / "start.lock", give_up=lambda: time.monotonic() > patience):
            now = state(store)
            if now.busy:
                return now, False
            (folder / "cancel").unlink(missing_ok=True)
            since = datetime.now(UTC).isoformat()
            named = tuple(str(path.absolute()) for path in files)
            asked = State(task, "starting", who=who, since=since, files=named)
            write_state(store, asked)
            _spawn(store)
            return asked, True
    except OSError as error:
        raise StoreError(
            folder, [f"could not be written ({error.strerror or error})"], "Make room or allow writing there."
        ) from error


def cancel(store: Store) -> None:
    """Ask the process to end; a model that is not finished is not kept, what was relabelled stays."""
    if (store.path / FOLDER).is_dir():
        (store.path / FOLDER / "cancel").touch()


def write_state(store: Store, new: State) -> None:
    """Replace the state."""
    write_whole(store.path / FOLDER / "state.json", json.dumps(asdict(new)))


def _load(store: Store) -> State:
    path = store.path / FOLDER / "state.json"
    try:
        row = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return State()
    except (OSError, ValueError) as error:
        raise StoreError(
            path, [f"cannot be read ({error})"], "Remove it; models and labels are kept elsewhere."
        ) from error
    return State(**row | {"lines": tuple(row["lines"]), "files": tuple(row["files"])})


def _spawn(store: Store) -> None:
    environment = {**os.environ, "PYTHONPATH": str(_PACKAGES), "PYTHONUTF8": "1"}
    # The dashboard and its readers share the machine: one core is enough for work that nobody waits for.
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    subprocess.Popen(  # noqa: S603  # this interpreter, no shell, no word of the input
        [sys.executable, "-m", "dashboard_core.learning.worker", str(store.path)],
        stdin=subprocess.DEVNULL,
        # No log: a traceback could carry words of a passage, and what is said here outlives an erasure.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_DETACHED,
        start_new_session=os.name != "nt",
    )
