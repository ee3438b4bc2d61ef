"""The filters that are needed less often, and whose labels count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from dashboard_core import query
from dashboard_core.charts.wording import amount, standing
from dashboard_core.query import Filters
from dashboard_core.query.memberships import group_label
from dashboard_core.ui import data
from dashboard_core.ui.links import FACETS
from dashboard_core.vocabulary import BASES, BASIS_LABELS

__all__ = ["basis", "confidence", "copies", "dates", "membership", "named_only"]


def membership(filters: Filters) -> None:
    """Offer memberships of the speakers' countries."""
    field, heading, everything = FACETS["membership"]
    chosen = list(getattr(filters, field))
    groups = query.membership_groups()
    options = [f"{name}:{kind}" for name in groups for kind in ("member", "non-member")]
    st.session_state["membership"] = chosen
    st.multiselect(
        heading,
        options + [value for value in chosen if value not in options],
        key="membership",
        format_func=lambda group: standing(group_label(group)),
        placeholder=everything[0].upper() + everything[1:],
        filter_mode="contains",
        select_all=False,
    )


def basis(filters: Filters) -> None:
    """Offer whose labels count."""
    if "labels" not in st.session_state:
        st.session_state["labels"] = filters.basis
    st.selectbox(
        "Labels that count",
        BASES,
        key="labels",
        format_func=lambda basis: BASIS_LABELS[basis],
        help="People review labels on the Review page. The machine's own label is always kept beside theirs.",
    )


def dates(filters: Filters) -> None:
    """Offer the first and the last day, and whether undated articles are in."""
    state = st.session_state
    for name, heading, value in (
        ("from", "Published from", filters.date_from),
        ("to", "Published until", filters.date_to),
    ):
        if name not in state:
            state[name] = value
        # Any day may stand in an address.
        st.date_input(
            heading, key=name, value=None, format="YYYY-MM-DD", min_value=date.min, max_value=date.max
        )
    # Asked so that an empty box, which a browser shows of itself, leaves nothing out.
    state["undated_out"] = not filters.undated
    # Without the days: these numbers were mostly counted before the reader chose them.
    count = data.headline(replace(filters, date_from=None, date_to=None, undated=True)).undated
    told = f"{amount(count)} {'kept' if filters.undated else 'left out'}" if count else "there are none"
    st.checkbox(
        f"Leave out undated articles ({told})",
        key="undated_out",
        help="Choosing a day leaves them out; untick to keep them.",
    )


def confidence(filters: Filters) -> None:
    """Offer the least confidence."""
    if "confidence" not in st.session_state:
        st.session_state["confidence"] = round(filters.min_confidence * 100)
    st.slider(
        "Least confidence of a label",
        0,
        100,
        step=5,
        key="confidence",
        format="%d%%",
        help="How sure the machine has to be of a label before it is counted. A label that a person decided "
        "always counts; under “Machine labels” the machine's own figure decides everywhere.",
    )


def named_only(filters: Filters) -> None:
    """Offer to leave out passages that do not name their target."""
    if "named_only" not in st.session_state:
        st.session_state["named_only"] = filters.named_only
    st.checkbox(
        "Only passages that name the target",
        key="named_only",
        help="Some passages are read as being about what only the headline or the sentence before them "
        "names. Their labels are right less often.",
    )


def copies(filters: Filters) -> None:
    """Offer to count every copy of a report."""
    if "copies" not in st.session_state:
        st.session_state["copies"] = filters.as_published
    st.checkbox(
        "Count every copy, as published",
        key="copies",
        help="One report in several outlets counts once, as in the earliest of them. With this, it counts "
        "in each.",
    )
