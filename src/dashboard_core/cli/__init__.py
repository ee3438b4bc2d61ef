"""The command line: ``stances``, the same verbs as the dashboard without a browser.

Exit codes: 0 done; 1 nothing could be done (the message says why); 2 the call itself is wrong; 3 done, but
some of the input was left out (each with its reason on standard error).
"""

from dashboard_core.cli import backup, compare, corpus, jobs, learn, load, models, names, review  # noqa: F401  # importing them adds their commands
from dashboard_core.cli.base import main

__all__ = ["main"]
