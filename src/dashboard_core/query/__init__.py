"""Questions to the store: filters in, frames out; the engine and arrays of numbers filter and count."""

from __future__ import annotations

from dashboard_core.query.articles import name_outlets
from dashboard_core.query.counts import Choices, Headline, choices, facets, headline
from dashboard_core.query.extracts import extract, labelled_by
from dashboard_core.query.filters import DIMENSIONS, MISSING, Filters
from dashboard_core.query.memberships import load_memberships, membership_groups
from dashboard_core.query.reviewed import (
    ReviewCounts,
    article_hash,
    claim_positions,
    review_counts,
    review_queue,
)
from dashboard_core.query.rows import article, article_claims, claims, positions, rejected
from dashboard_core.query.tallies import WEIGHTS, display_names, matrix, tally, values

__all__ = [
    "DIMENSIONS",
    "MISSING",
    "WEIGHTS",
    "Choices",
    "Filters",
    "Headline",
    "ReviewCounts",
    "article",
    "article_claims",
    "article_hash",
    "choices",
    "claim_positions",
    "claims",
    "display_names",
    "extract",
    "facets",
    "headline",
    "labelled_by",
    "load_memberships",
    "matrix",
    "membership_groups",
    "name_outlets",
    "positions",
    "rejected",
    "review_counts",
    "review_queue",
    "tally",
    "values",
]
