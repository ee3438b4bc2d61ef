"""Files become articles: the text untouched, its provenance kept, its problems named by file and line."""

from dashboard_core.read.body import find_body, find_title, mask
from dashboard_core.read.files import ReadResult, SidecarRow, load_sidecar, read_articles
from dashboard_core.read.language import find_language

__all__ = [
    "ReadResult",
    "SidecarRow",
    "find_body",
    "find_language",
    "find_title",
    "load_sidecar",
    "mask",
    "read_articles",
]
