"""Names: who is one person under two names, and which targets are shown, merged or hidden."""

from __future__ import annotations

from dashboard_core.ui import furniture, names

furniture.heading(
    "Names",
    "One person is one speaker, one matter one target: say what belongs together. Everything can be undone.",
)
names.screen()
