"""Meeting view: one chart per screen, large enough to be read from the back of the room."""

from __future__ import annotations

from dashboard_core.ui import furniture, meeting

furniture.stop_if_empty()
meeting.show()
