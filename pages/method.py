"""Method: what is counted, how well it is found, and where it falls short."""

from __future__ import annotations

from dashboard_core.ui import furniture, method

furniture.heading("Method", "What the numbers mean, how they come about, and how far to trust them.")
method.definitions()
method.corpus()
method.targets()
method.quality()
method.limits()
