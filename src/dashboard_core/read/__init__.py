"""Files become articles: the text untouched, its provenance kept, its problems named by file and line."""

from dashboard_core.read.body import find_body, find_title, mask
from dashboard_core.read.columns import (
    ARTICLES,
    COLUMN_FIELDS,
    PLACES,
    SPLIT,
    Header,
    fields_of,
    propose_columns,
)
from dashboard_core.read.digests import SeveralArticles
from dashboard_core.read.duplicates import CopyIndex, CopyRow, find_duplicates
from dashboard_core.read.files import (
    Columns,
    Known,
    ReadResult,
    count_articles,
    iter_articles,
    read_articles,
    read_columns,
    read_layout,
    read_table,
)
from dashboard_core.read.formats import MAPPED, suffix_of
from dashboard_core.read.identities import earlier_names
from dashboard_core.read.language import find_language, is_language
from dashboard_core.read.limits import Limits
from dashboard_core.read.sidecar import SidecarRow, load_sidecar
from dashboard_core.read.tables import Layout
from dashboard_core.read.web import FetchedPage, fetch_page, fetching_is_on

__all__ = [
    "ARTICLES",
    "COLUMN_FIELDS",
    "MAPPED",
    "PLACES",
    "SPLIT",
    "Columns",
    "CopyIndex",
    "CopyRow",
    "FetchedPage",
    "Header",
    "Known",
    "Layout",
    "Limits",
    "ReadResult",
    "SeveralArticles",
    "SidecarRow",
    "count_articles",
    "earlier_names",
    "fetch_page",
    "fetching_is_on",
    "fields_of",
    "find_body",
    "find_duplicates",
    "find_language",
    "find_title",
    "is_language",
    "iter_articles",
    "load_sidecar",
    "mask",
    "propose_columns",
    "read_articles",
    "read_columns",
    "read_layout",
    "read_table",
    "suffix_of",
]
