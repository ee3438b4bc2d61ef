"""Clear words on the page when an input cannot be read: what, where, what to do; never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

import streamlit as st

from dashboard_core.errors import DashboardCoreError, VocabularyError
from dashboard_core.ui import data

__all__ = ["PageEnd", "end_page", "show", "show_empty_store", "show_list_problems", "show_unforeseen"]


class PageEnd(Exception):
    """A page ends early; what stands beside it is still drawn, as it is not after Streamlit's own stop."""


def end_page() -> NoReturn:
    """End the page here."""
    raise PageEnd


def show(error: DashboardCoreError, lead: str) -> None:
    """Write an error as a reader can act on it."""
    st.error(lead, icon=":material/error:")
    # As plain text: a file name or a line of a broken file is never read as markup.
    st.code(str(error), language=None, wrap_lines=True)


def show_unforeseen() -> None:
    """Say that something went wrong that nobody foresaw, and what to do; the log has the rest."""
    st.error("This page could not be finished.", icon=":material/error:")
    st.markdown(
        "Reload the page. If that does not help, open **Overview** in the menu and clear all filters. If it "
        "happens again, tell whoever runs the dashboard what you clicked last and the time, "
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC: the log of the server says what went wrong."
    )


def show_empty_store() -> None:
    """Say that there are no articles yet, how to add some, and end the page."""
    st.title("No articles yet", anchor=False)
    st.info("The store is there, but it holds no articles.", icon=":material/inbox:")
    st.page_link(
        st.session_state["_pages"]["corpus"], label="Bring articles in", icon=":material/library_books:"
    )
    st.write("Or add articles on the command line, then reload this page:")
    st.code("stances ingest seeds/*.txt", language=None)
    st.stop()


def show_list_problems() -> None:
    """Warn when an editable list cannot be used; what is stored can still be read."""
    problem = data.catalogue_problem()
    if problem:
        st.warning(
            "The list of targets cannot be used. What was read before is shown below; "
            "new articles cannot be read until the list is mended.",
            icon=":material/warning:",
        )
        st.code(problem, language=None, wrap_lines=True)
    try:
        data.country_names()
    except VocabularyError as error:
        show(error, "The list of country names cannot be used.")
        st.stop()
