"""The list of articles: correct what is known of one, edit its text, read it again, remove it, restore it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core.charts.wording import plural
from dashboard_core.jobs import Job, Request, start
from dashboard_core.query.articles import article_list as listed_articles
from dashboard_core.read import is_language
from dashboard_core.records import stable_id
from dashboard_core.store import Store
from dashboard_core.store.arrivals import read_versions
from dashboard_core.store.corrections import CORRECTED, read_corrections
from dashboard_core.store.ledger import Entry, Ledger
from dashboard_core.ui import corpus
from dashboard_core.ui.copies import also_published
from dashboard_core.ui.links import plain, web_address

__all__ = ["article_list"]

_ROWS: Final = 200
_ORDERS: Final = {"Latest added": "added", "Latest published": "published", "Outlet": "outlet"}
_NAMES: Final = {
    "title": "Title",
    "outlet": "Outlet",
    "author": "Author",
    "url": "Web address",
    "published_on": "Published",
    "language": "Language",
    "text": "Text",
    "": "The article",
}
_ACTS: Final = {"change": "corrected", "remove": "removed", "restore": "brought back", "undo": "taken back"}


def article_list(store: Store) -> None:
    """Draw the list and what can be done with the article chosen in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Find", key="find_article", placeholder="words of title, outlet, author or address", width=380
        )
        order = st.selectbox("Order", list(_ORDERS), key="order_articles", width=200)
    rows, whole = listed_articles(
        store, words=str(words or ""), order=_ORDERS[order or "Latest added"], limit=_ROWS
    )
    cut = f", the first {_ROWS} listed" if whole > _ROWS else ""
    st.markdown(f"**{plural(whole, 'article')}{cut}.** Select one to correct, read again or remove it.")
    event = st.dataframe(
        _table(rows),
        hide_index=True,
        height=min(38 + 35 * max(len(rows), 1), 420),
        column_config={
            "Title": st.column_config.TextColumn(width=340),
            "Outlet": st.column_config.TextColumn(width=110),
            "Author": st.column_config.TextColumn(width=130),
            "Added": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "Web address": st.column_config.LinkColumn(display_text="open"),
        },
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        # A choice is a place in the list: in another list, such as after a removal, nothing is chosen.
        key=f"articles_{stable_id('t', *rows['article_id'])}",
        alt=f"Table of {plural(whole, 'article')} with outlet, date and number of claims.",
    )
    picked = event.selection.rows
    if picked and picked[0] < len(rows):
        _article(store, {str(name): value for name, value in rows.iloc[picked[0]].items()})
    _removed(store)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Title": rows["title"].fillna("(no title)"),
            "Outlet": rows["outlet"].fillna(""),
            "Author": rows["author"].fillna(""),
            "Published": [_said(day) or "undated" for day in rows["published_on"]],
            "Language": rows["language"].fillna(""),
            "Claims": rows["claims"].astype("int64"),
            "Web address": rows["url"].map(lambda url: web_address(url) or None, na_action="ignore"),
            "Added": rows["added_at"],
            "File": rows["file"].fillna(""),
        }
    )


def _article(store: Store, row: dict[str, Any]) -> None:
    name = str(row["article_id"])
    st.subheader(plain(_said(row["title"]) or "Article without a title"), anchor=False)
    with st.container(horizontal=True):
        if row["claims"]:
            corpus.evidence_button(
                f"Evidence: {plural(int(row['claims']), 'claim')}", [name], key="evidence_article"
            )
        if st.button(
            "Read again", icon=":material/refresh:", key="reread", help="Look for its claims again."
        ):
            _again(store, name)
    also_published(store, name)
    corpus.ask_name()
    correct, text, remove, history = st.tabs(["Correct", "Text", "Remove", "What was changed"])
    with correct:
        _correct(store, row)
    with text:
        _edit(store, name)
    with remove:
        _remove(store, name)
    with history:
        _history(store, name)


def _said(value: object) -> str:
    if value is None or value != value:
        return ""
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def _again(store: Store, name: str, texts: dict[str, str] | None = None) -> None:
    job = Job.create(store, Request(corpus.name_of_reader(), reread=(name,), texts=texts or {}))
    start(job)
    st.session_state["followed_job"] = job.job_id
    st.rerun()


def _correct(store: Store, row: dict[str, Any]) -> None:
    name = str(row["article_id"])
    with st.form(f"correct_{name}"):
        left, right = st.columns(2)
        given: dict[str, Any] = {
            "title": left.text_input("Title", _said(row["title"]), max_chars=500),
            "outlet": left.text_input("Outlet", _said(row["outlet"]), max_chars=200),
            "author": left.text_input("Author", _said(row["author"]), max_chars=200),
            "published_on": right.date_input(
                "Published (empty: undated)",
                date.fromisoformat(_said(row["published_on"])) if _said(row["published_on"]) else None,
                format="YYYY-MM-DD",
                # A slip such as 1821 has to be there to be corrected.
                min_value=date.min,
                max_value=date.max,
            ),
            "language": right.text_input(
                "Language", _said(row["language"]), max_chars=2, help="Two letters, such as en."
            ),
            "url": right.text_input("Web address", _said(row["url"]), max_chars=2000),
        }
        why = st.text_input("Why (kept with the correction)", max_chars=500, key=f"why_{name}")
        saved = st.form_submit_button("Save the corrections", type="primary", icon=":material/check:")
    if not saved:
        return
    changed = {c: _said(given[c]).strip() for c in CORRECTED if _said(given[c]).strip() != _said(row[c])}
    if changed.get("url") and not web_address(changed["url"]):
        st.error("The web address must begin with http:// or https://. Nothing was changed.")
        return
    if changed.get("language") and not is_language(changed["language"]):
        st.error("These two letters name no language; English is en. Nothing was changed.")
        return
    if not changed:
        st.info("Nothing differs from what was there.")
        return
    who = corpus.name_of_reader()
    Ledger(store.path).append(
        *(
            Entry(
                who,
                "change",
                "article",
                {"article_id": name},
                c,
                _said(row[c]) or None,
                value or None,
                str(why or ""),
            )
            for c, value in changed.items()
        )
    )
    st.toast(f"Corrected: {', '.join(_NAMES[c].lower() for c in changed)}.")
    if {"title", "language"} & set(changed):
        _again(store, name)  # both decide how the text is read
    st.rerun()


def _edit(store: Store, name: str) -> None:
    versions = read_versions(store, name)
    original, now = str(versions[0]["text"]), str(versions[-1]["text"])
    left, right = st.columns(2)
    with left:
        st.markdown("**As it was first read**")
        with st.container(height=420, border=True):
            # As plain text: nothing of an article becomes markup here.
            st.text(original[:200_000])
    with right:
        st.markdown("**As it is kept now**")
        edited = st.text_area(
            "Text", now, height=400, key=f"text_{name}_{len(versions)}", label_visibility="collapsed"
        )
    with st.container(horizontal=True):
        if st.button(
            "Save the text and read it again", type="primary", icon=":material/check:", key="save_text"
        ):
            if not str(edited or "").strip():
                st.error("An article needs a text. To take it out, remove it.")
            elif edited == now:
                st.info("The text is as it was.")
            else:
                _again(store, name, {name: str(edited)})
        if original != now and st.button("Back to the first text", icon=":material/undo:", key="first_text"):
            _again(store, name, {name: original})


def _remove(store: Store, name: str) -> None:
    st.write(
        "It leaves every page and count. The act is kept with your name, and it can be brought back below."
    )
    with st.form(f"remove_{name}"):
        why = st.text_input("Why", max_chars=500)
        if st.form_submit_button("Remove this article", icon=":material/delete:"):
            key = {"article_id": name}
            Ledger(store.path).append(
                Entry(corpus.name_of_reader(), "remove", "article", key, why=str(why or ""))
            )
            st.rerun()


def _removed(store: Store) -> None:
    corrections = read_corrections(store)
    removed = corrections.removed
    if not removed:
        return
    title = f"Removed: {plural(len(removed), 'article')}"
    with st.expander(title, icon=":material/delete:", expanded=len(removed) <= 5, key="removed"):
        for name, entry in list(removed.items())[:50]:
            versions = read_versions(store, name)
            read = _said(versions[-1]["title"]) if versions else ""
            title = _said(corrections.facts.get(name, {}).get("title", read))
            why = f": {entry.why}" if entry.why else ""
            with st.container(horizontal=True, vertical_alignment="center"):
                by = f"removed by {plain(entry.who)}, {entry.at:%Y-%m-%d}"
                st.markdown(f"**{plain(title or name)}** · {by}{plain(why)}")
                if st.button("Bring it back", key=f"restore_{name}", icon=":material/undo:"):
                    key = {"article_id": name}
                    Ledger(store.path).append(Entry(corpus.name_of_reader(), "restore", "article", key))
                    st.rerun()


def _history(store: Store, name: str) -> None:
    entries = [
        entry
        for entry in Ledger(store.path).entries()
        if entry.subject == "article" and entry.key.get("article_id") == name
    ]
    if not entries:
        st.write("Nothing was changed since it came in.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "When (UTC)": [f"{entry.at:%Y-%m-%d %H:%M}" for entry in entries],
                "Who": [entry.who for entry in entries],
                "What": [
                    f"{_NAMES.get(entry.field, entry.field)} {_ACTS.get(entry.action, entry.action)}"
                    for entry in entries
                ],
                "Before": ["" if e.field == "text" else _said(e.before) for e in entries],
                "After": ["" if e.field == "text" else _said(e.after) for e in entries],
                "Why": [entry.why for entry in entries],
            }
        ),
        hide_index=True,
    )
