"""The process that learns or relabels: ``python -m dashboard_core.learning.worker STORE``."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboard_core import pipeline
from dashboard_core.errors import DashboardCoreError
from dashboard_core.jobs.lock import held
from dashboard_core.learning.reviewed import LEAST, Least
from dashboard_core.learning.running import FOLDER, State, state, write_state
from dashboard_core.learning.training import Stopped, Watch, learn
from dashboard_core.store import Store

__all__ = ["main", "work"]

# The state is for people: twice a second is as often as they look.
_SECONDS_BETWEEN = 0.5


def work(store: Store, *, least: Least = LEAST, resources: Any = None) -> State:
    """Do what the state asks for, to its end, its cancelling or its failure; return the last state.

    Parameters
    ----------
    store : Store
        The store.
    least : Least
        How many reviewed labels learning needs.
    resources : Resources or callable, optional
        What relabelling reads with; by default the models of the store.
    """
    patience = time.monotonic() + 5
    with held(store.path / FOLDER / "lock", give_up=lambda: time.monotonic() > patience) as mine:
        if not mine:
            return state(store)
        return _Desk(store).run(least, resources)


class _Desk:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.state = replace(state(store), status="running", process=os.getpid())
        self._written = self._asked = 0.0
        self._stop = False
        write_state(store, self.state)

    def run(self, least: Least, resources: Any) -> State:
        try:
            if self.state.task == "learn":
                files = [Path(name) for name in self.state.files]
                kept = learn(
                    self._store,
                    self.state.who,
                    data=files,
                    least=least,
                    watch=Watch(self.show, self.stopped),
                )
                self._finish("done", model=kept.model_id)
            else:
                self._relabel(resources)
        except Stopped:
            self._finish("cancelled")
        except DashboardCoreError as error:
            self._finish("failed", message=str(error))
        except Exception as error:
            # The kind of the error alone: its words may be words of a passage, and this outlives an erasure.
            self._finish("failed", message=f"The work broke off ({type(error).__name__}).")
        return self.state

    def _relabel(self, resources: Any) -> None:
        self.show("Waiting for an import to end", 0, 0)
        jobs = self._store.path / "jobs"
        jobs.mkdir(exist_ok=True)
        # An import and this would take the processor from each other, and articles from under each other.
        with held(jobs / ".working", give_up=self.stopped) as ours:
            if not ours:
                raise Stopped
            self.show("Loading the models", 0, 0)
            _, lines = pipeline.update(
                self._store,
                resources,
                progress=lambda done, total: self.show("Reading the articles again", done, total),
                watch=pipeline.Watch(stopped=self.stopped),
            )
        self._finish("cancelled" if self._stop else "done", lines=tuple(lines))

    def show(self, stage: str, done: int, total: int) -> None:
        """Say how far it is."""
        urgent = stage != self.state.stage
        self.state = replace(self.state, stage=stage, done=done, total=total)
        now = time.monotonic()
        if urgent or now - self._written >= _SECONDS_BETWEEN:
            self._written = now
            write_state(self._store, self.state)

    def stopped(self) -> bool:
        """Whether somebody has cancelled it."""
        now = time.monotonic()
        if not self._stop and now - self._asked > 0.2:
            self._asked = now
            self._stop = (self._store.path / FOLDER / "cancel").exists()
        return self._stop

    def _finish(self, status: str, **told: Any) -> None:
        self.state = replace(self.state, status=status, stage="", **told)
        write_state(self._store, self.state)


def main() -> None:
    """Work on the store that is named on the command line."""
    if hasattr(os, "nice"):
        os.nice(10)
    work(Store(sys.argv[1]))


if __name__ == "__main__":
    main()
