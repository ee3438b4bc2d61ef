"""A lock that the system gives back when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["held", "inheritable", "is_held"]

_held: dict[Path, int] = {}

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, *, shared: bool = False) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: int, *, shared: bool = False) -> bool:
        # Those who only look must not take each other for the holder.
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path, *, give_up: Callable[[], bool] = lambda: True, handle: int = -1) -> Iterator[bool]:
    """Hold the lock while the block runs; False inside it if another has it and ``give_up`` says so.

    As long as ``give_up`` returns False it is tried again. ``handle`` is one under which the program that
    ran before in this process held it; see :func:`inheritable`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, held(Path(folder) / "lock") as mine:
    ...     mine, is_held(Path(folder) / "lock")
    (True, True)
    """
    if handle < 0:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    os.set_inheritable(handle, False)
    try:
        mine = _take(handle)
        while not mine and not give_up():
            time.sleep(0.2)
            mine = _take(handle)
        if mine:
            _held[path] = handle
        yield mine
    finally:
        _held.pop(path, None)
        os.close(handle)


def inheritable(path: Path) -> int:
    """Return the handle of a lock held here, so that the program that takes this process over keeps it.

    Nobody else can take it in between: to those who look, the process never let go.
    """
    os.set_inheritable(_held[path], True)
    return _held[path]


def is_held(path: Path) -> bool:
    """Return whether a living process holds the lock."""
    if not path.is_file():
        return False
    handle = os.open(path, os.O_RDWR)
    try:
        return not _take(handle, shared=True)
    finally:
        os.close(handle)
