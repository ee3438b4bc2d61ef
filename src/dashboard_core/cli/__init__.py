"""The command line: ``stances``, the same verbs as the dashboard without a browser.

Exit codes: 0 done; 1 nothing could be done (the message says why); 2 the call itself is wrong; 3 done, but
some of the input was left out (each with its reason on standard error).
"""

import os

# Before numpy is imported: the matrices here are small, so a second BLAS thread only waits beside the first
# and its waiting counts as processor time.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

from dashboard_core.cli import articles, backup, compare, corpus, jobs, learn, load, models, names, review  # noqa: E402, F401  # importing them adds their commands
from dashboard_core.cli.base import main  # noqa: E402

__all__ = ["main"]
