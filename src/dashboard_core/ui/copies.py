"""Who else published a report: said wherever one article of a group of copies is shown."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from dashboard_core.query.articles import copies_of
from dashboard_core.query.sql import Source
from dashboard_core.ui.links import plain, web_address

__all__ = ["also_published"]


def also_published(store: Source, article_id: str, *, each: bool = False) -> None:
    """Write the other outlets of a report with their days and links; nothing if it stands in one alone.

    ``each`` says that the page counts every copy, as published.
    """
    others = copies_of(store, article_id)
    if others.empty:
        return
    listed = []
    for outlet, day, url in zip(others["outlet"], others["published_on"], others["url"], strict=True):
        name = plain(str(outlet)) if isinstance(outlet, str) and outlet else "unnamed outlet"
        when = f"{day:%Y-%m-%d}" if day == day and day is not None else "undated"
        link = web_address(url) if isinstance(url, str) else ""
        # Quoted: an address from an article must not end the link that it stands in.
        safe = quote(link, safe=":/?#@!$&*+,;=%~-._")
        listed.append(f"[{name}]({safe}) ({when})" if link else f"{name} ({when})")
    counted = "Each of them counts here, as published." if each else "Together they count once."
    st.markdown(f"**Also published by:** {'; '.join(listed)}. {counted}")
