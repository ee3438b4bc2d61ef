"""Work that goes on when the page is left: a process of its own, its state in files of the store."""

from __future__ import annotations

from dashboard_core.jobs.folder import Job, JobFile, Request, State
from dashboard_core.jobs.running import start

__all__ = ["Job", "JobFile", "Request", "State", "start"]
