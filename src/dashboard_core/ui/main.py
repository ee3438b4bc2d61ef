"""The script behind app.py: pages, shared filters, and a clear word when something cannot be read."""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from pathlib import Path

import streamlit as st

from dashboard_core.errors import DashboardCoreError, StoreError
from dashboard_core.query import Filters
from dashboard_core.ui import data, filters, history, memory, screen, theme, trouble

PAGES = Path(__file__).resolve().parents[3] / "pages"

# Drawn here: a named icon would be fetched from a font server.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="6" width="9" height="8" '
    'fill="#7F2704"/><rect x="12" y="6" width="8" height="8" fill="#919191"/><rect x="21" y="6" width="9" '
    'height="8" fill="#08306B"/><rect x="12" y="18" width="8" height="8" fill="#919191"/><rect x="21" y="18" '
    'width="9" height="8" fill="#08306B"/></svg>'
)


def _pages() -> dict[str, st.Page]:
    listed = (
        ("overview", "Overview", ":material/home:"),
        ("countries", "Countries", ":material/public:"),
        ("organisations", "Organisations", ":material/account_balance:"),
        ("matrix", "Matrix", ":material/grid_on:"),
        ("evidence", "Evidence", ":material/format_quote:"),
        ("corpus", "Corpus", ":material/library_books:"),
        ("review", "Review", ":material/rate_review:"),
        ("names", "Names", ":material/badge:"),
        ("method", "Method", ":material/fact_check:"),
        ("meeting", "Meeting view", ":material/slideshow:"),
    )
    return {
        name: st.Page(PAGES / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "overview")
        for name, title, icon in listed
    }


def main() -> None:
    """Draw the page that the address asks for."""
    st.set_page_config(page_title="Positions in the news", page_icon=ICON, layout="wide")
    # Made once a session: a page looks for its file on the disk each time it is made.
    if "_pages" not in st.session_state:
        st.session_state["_pages"] = _pages()
    pages = st.session_state["_pages"]
    page = st.navigation(list(pages.values()))
    shown = page.url_path or "overview"  # the page that opens first has no path of its own
    theme.apply_style(meeting=shown == "meeting")
    screen.measure(exact=shown == "meeting")
    try:
        trouble.show_list_problems()
        if shown == "corpus":
            history.note_controls(shown)
            page.run()  # on all articles, whatever the filters; it is there before there is any article
            return
        store = data.moment(data.open_store())
        if store.is_empty:
            trouble.show_empty_store()
        if shown == "names":
            history.note_controls(shown)
            data.open_desk(store, Filters())
            with suppress(trouble.PageEnd):
                page.run()  # names count for the whole store, whatever the filters
            return
        data.open_desk(store, filters.choose(shown, store))
        with ExitStack() as afterwards:
            # From last to first, also where the page ends early.
            afterwards.callback(memory.settle, store.data_version)
            afterwards.callback(history.note_controls, shown)
            afterwards.callback(filters.draw, shown, store)
            afterwards.enter_context(suppress(trouble.PageEnd))
            page.run()
    except StoreError as error:  # what is known to go wrong has its own words
        trouble.show(error, "The store of articles cannot be read. Nothing was changed.")
    except DashboardCoreError as error:
        trouble.show(error, "Something this page needs cannot be read.")
    except Exception:
        # Streamlit's own box speaks of redacted messages and clouds.
        logging.getLogger(__name__).exception("the page %r broke off", shown)
        trouble.show_unforeseen()


main()
