"""Giving memory back to the system between two batches of a long import."""

from __future__ import annotations

import ctypes
import gc
import sys

__all__ = ["give_back"]


def give_back() -> None:
    """Free what a finished batch left behind, so that the next one does not stand on top of it.

    Parsed documents refer to each other in circles, and what is freed in small pieces stays with the
    process: without this an import of thousands of articles holds about twice what it needs.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # Not every C library has it; then the collected objects must do.
            trim(0)
