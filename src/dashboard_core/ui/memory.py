"""What the server keeps for as long as it runs is not looked at again after every click.

Streamlit collects garbage after each run of a page and looks at every object for it: with the libraries and
the answers kept, a quarter of a second in which nothing is sent. What is there after the first run of a
page stays; set apart, only what came since is looked at.
"""

from __future__ import annotations

import gc
from functools import lru_cache

__all__ = ["settle"]


@lru_cache(maxsize=1)
def settle(version: str) -> None:
    """Set apart what is in memory now, once for each version of the data."""
    # What was set apart for earlier data may be garbage by now.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
