"""What a job's process takes of the machine, and how it is halted, let go on and killed, from outside."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard_core.benchmarks.browser import memory_mb

__all__ = ["can_halt", "cpu_seconds", "family_mb", "halted", "kill"]

can_halt = hasattr(os, "killpg")


def cpu_seconds(process: int) -> float:
    """Return the processor time of a process and its children, living and gone; 0 where nobody tells.

    >>> cpu_seconds(os.getpid()) >= 0
    True
    """
    return sum(_own_cpu(one) for one in (process, *_children(process)))


def family_mb(process: int) -> float:
    """Return the memory (RSS) of the children of a process; 0 where nobody tells."""
    return sum(memory_mb(one) for one in _children(process))


@contextmanager
def halted(process: int) -> Iterator[None]:
    """Halt a job's process with its children while the block runs.

    The other measurements of that minute are then those of an idle machine: what else goes on there is the
    same with and without the job.
    """
    group = os.getpgid(process)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def kill(process: int) -> None:
    """Kill a job's process with its children, so that none of them can finish anything."""
    os.killpg(os.getpgid(process), signal.SIGKILL)


def _own_cpu(process: int) -> float:
    try:
        said = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return 0.0
    # The name in brackets may hold spaces; what follows does not. 14 to 17 are user, system, and of children.
    ticks = [int(part) for part in said[said.rindex(")") + 2 :].split()[11:15]]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    try:
        said = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    except OSError:
        return []
    return [int(name) for name in said.split()]
