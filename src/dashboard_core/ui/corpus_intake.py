"""Bringing articles in: choose files, text or an address, look at what was found, correct it, save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core.charts.wording import plural
from dashboard_core.errors import DashboardCoreError
from dashboard_core.jobs import (
    Digest,
    Job,
    JobFile,
    Preview,
    Request,
    columns_for,
    preview,
    remember_columns,
    start,
    table_header,
    table_layout,
)
from dashboard_core.read import (
    ARTICLES,
    COLUMN_FIELDS,
    MAPPED,
    PLACES,
    SPLIT,
    Layout,
    Limits,
    fetch_page,
    fetching_is_on,
    fields_of,
    is_language,
    propose_columns,
    suffix_of,
)
from dashboard_core.records import Article
from dashboard_core.store import Store
from dashboard_core.store.arrivals import read_arrivals
from dashboard_core.ui import corpus, trouble
from dashboard_core.ui.links import plain

__all__ = ["bring_in"]

_FIELDS: Final = {
    "text": "Text of the article",
    "title": "Title",
    "outlet": "Outlet",
    "author": "Author",
    "url": "Web address",
    "published_on": "Date",
    "article_id": "Id of the article",
}
_NONE: Final = "(no such column)"
_ONE: Final = "Keep as one article"
_SPLIT: Final = "Split at the headings"
_COLUMNS: Final = {
    "title": "Title",
    "outlet": "Outlet",
    "author": "Author",
    "published_on": "Published",
    "language": "Language",
    "url": "Web address",
}
# What stands in the cell of a fact that is not known, and says so; the others stay empty.
_ABSENT: Final = {"published_on": "undated"}
_DAY: Final = r"^((18|19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|undated)?$"


def bring_in(store: Store) -> None:
    """Draw the ways to bring articles in, and what was found in what was chosen."""
    draft = _draft(store)
    if draft is not None:
        _look_through(store, draft)
        return
    way = st.segmented_control(
        "From where",
        ["Files", "Pasted text", "Web address"],
        default="Files",
        required=True,
        key="way",
        label_visibility="collapsed",
        # Kept while a draft is looked through: whoever pastes texts pastes the next one, too.
        persist_state="session",
    )
    if way == "Pasted text":
        _pasted(store)
    elif way == "Web address":
        _address(store)
    else:
        _files(store)


def _draft(store: Store) -> Job | None:
    named = st.session_state.get("draft_job")
    if not named:
        return None
    try:
        job = Job.of(store, named)
    except DashboardCoreError:
        st.session_state.pop("draft_job")  # discarded in another window
        return None
    return job if job.state().status == "draft" else None


def _begin(store: Store, uploads: list[tuple[str, bytes]]) -> None:
    request = Request(corpus.name_of_reader())
    job = Job.create(store, request, uploads, draft=True)
    files = []
    for file in job.request.files:
        header = table_header(file.path)
        files.append(replace(file, columns=columns_for(store, header) or None) if header else file)
    job.revise(replace(request, files=tuple(files)))
    st.session_state["draft_job"] = job.job_id
    st.session_state.pop("followed_job", None)
    st.rerun()


def _files(store: Store) -> None:
    limits = Limits.from_environment()
    given = st.file_uploader(
        "Articles",
        accept_multiple_files=True,
        key="uploads",
        max_upload_size=limits.file_megabytes,
        help="Text (.txt, .md), saved web pages (.html), PDF, Word (.docx), tables of a media monitoring "
        "service (.csv, .xlsx, .jsonl), and .zip of these.",
    )
    st.caption(
        "Saved web pages, PDF, Word, text; exports of a media monitoring service as CSV, Excel or JSONL; "
        f"zip files of these; each up to {limits.file_megabytes:,} MB. Nothing is saved before you have "
        "looked at what was found."
    )
    if given and st.button("Look at what is in them", type="primary", icon=":material/search:", key="look"):
        with st.spinner("Reading the first articles"):
            _begin(store, [(file.name, file.getvalue()) for file in given])


def _pasted(store: Store) -> None:
    text = st.text_area(
        "Text of one article",
        height=260,
        key="pasted",
        placeholder="Headline\n\nFirst paragraph …",
        help="Headline in the first line, then the text; outlet and date can be filled in next.",
    )
    if st.button("Look at it", type="primary", icon=":material/search:", key="look_pasted"):
        if not (text or "").strip():
            st.warning("Paste the text first.")
            return
        _begin(store, [(corpus.PASTED, str(text).encode("utf-8", "replace"))])


def _address(store: Store) -> None:
    if not fetching_is_on():
        st.info(
            "Fetching pages from the web is switched off. Save the page in your browser (as web page, HTML "
            "only) and bring in the file; or have whoever runs this dashboard set STANCES_FETCH to 1.",
            icon=":material/link_off:",
        )
        return
    with st.form("address"):
        address = st.text_input("Address of an article", key="address_text", placeholder="https://")
        asked = st.form_submit_button("Fetch it", type="primary", icon=":material/download:")
    if not asked:
        return
    try:
        with st.spinner("Fetching the page"):
            page = fetch_page(str(address or "").strip())
    except DashboardCoreError as error:
        trouble.show(error, "This page was not fetched.")
        return
    st.session_state["fetched_from"] = page.url
    _begin(store, [(page.name, page.content)])


@st.cache_data(max_entries=8, show_spinner=False)
def _preview(_job: Job, job_id: str, columns: str) -> Preview:
    return preview(_job)


def _look_through(store: Store, job: Job) -> None:
    """Show what was found in a draft, for correction, before anything is kept."""
    with st.spinner("Looking for the columns of tables"):
        for file in job.request.files:
            if suffix_of(file.path) in MAPPED:
                _layout(file.path, {})
    _mappings(store, job)
    with st.spinner("Reading the first articles"):
        found = _preview(job, job.job_id, str([one.columns for one in job.request.files]))
    _digests(job, found.digests)
    about = ""
    if not found.articles:
        st.warning("No article was found in what you chose.", icon=":material/warning:")
    else:
        # Files that were not opened yet may turn out to be broken, or copies of each other.
        about = "about " if found.more else ""
        st.subheader(f"{about}{plural(found.whole, 'article')} found".capitalize(), anchor=False)
        why = ", for reading them takes long" if found.late else ""
        first = f"The first {len(found.articles)} are shown{why}"
        cut = f"{first}; the others can be corrected once they are saved. "
        st.caption(
            f"{cut if found.more else ''}Correct what is wrong, in the cells. Dates are written 2026-03-01; "
            "the day of saving is never taken for it."
        )
    corrections = _correct(store, found.articles) if found.articles else {}
    corpus.problems(found.problems)
    if found.articles:
        _read_texts(found.articles)
        corpus.ask_name()
    with st.container(horizontal=True):
        if found.articles and st.button(
            f"Bring in {about}{plural(found.whole, 'article')}",
            type="primary",
            icon=":material/check:",
            key="save",
        ):
            who = corpus.name_of_reader()
            job.revise(replace(job.request, who=who, corrections=corrections))
            start(job)
            st.session_state["followed_job"] = st.session_state["brought_in"] = job.job_id
            _forget()
            st.rerun()
        if st.button("Discard", icon=":material/close:", key="discard"):
            job.discard()
            _forget()
            st.rerun()


def _digests(job: Job, digests: Mapping[str, Digest]) -> None:
    """Let the reader say whether what looks like several articles is to be split; by itself nothing is."""
    for file in job.request.files:
        seen = digests.get(file.path)
        if seen is None:
            continue
        inside = f", in {plural(seen.files, 'file')}" if suffix_of(file.path) == ".zip" else ""
        count = plural(seen.articles, "article")
        now = _SPLIT if seen.split else _ONE
        chosen = st.segmented_control(
            f"{plain(file.name)} looks like {count} under headings of their own{inside}",
            [_ONE, _SPLIT],
            default=now,
            required=True,
            key=f"digest_{file.path[-12:]}",
            help="Each heading of one level becomes the title of an article; outlet, date, author and "
            "address are taken from the line below it or at the end of its text.",
        )
        if chosen and chosen != now:
            columns = {name: said for name, said in (file.columns or {}).items() if name != ARTICLES}
            columns |= {ARTICLES: SPLIT} if chosen == _SPLIT else {}
            files = tuple(
                replace(one, columns=columns or None) if one.path == file.path else one
                for one in job.request.files
            )
            job.revise(replace(job.request, files=files))
            # What was corrected in the one article is not meant for the several ones.
            st.session_state.pop("found", None)
            st.rerun()


def _forget() -> None:
    for name in ("draft_job", "fetched_from", "uploads", "found"):
        st.session_state.pop(name, None)


@st.cache_data(max_entries=64, show_spinner=False)
def _layout(path: str, columns: Mapping[str, str]) -> Layout:
    """Return where an uploaded table begins; the file never changes, and each look at it takes a second."""
    return table_layout(path, columns)


def _mappings(store: Store, job: Job) -> None:
    """Let the reader say where a table begins and which column holds what; it is proposed, and remembered."""
    for file in job.request.files:
        if suffix_of(file.path) not in MAPPED:
            continue
        known = dict(file.columns or {})
        header = list(_layout(file.path, {}).header.names)
        layout = _layout(file.path, known)
        if not any(layout.header.names):
            # A sheet or row that was chosen may have none: the choice must stay changeable.
            layout = _layout(file.path, {})
        if not any(layout.header.names):
            continue
        missing = {"text", "title", "outlet", "published_on"} - set(known)
        with st.expander(
            f"Columns of {plain(file.name)}",
            expanded=bool(missing),
            icon=":material/table:",
        ):
            key = file.path[-12:]
            places = _places(layout, known, key)
            if places == {name: known[name] for name in PLACES if name in known}:
                chosen = places | _fields(layout, fields_of(known), key)
            else:
                # Other names stand there: what they seem to hold is proposed anew.
                chosen = places | propose_columns(_layout(file.path, places).header.names)
            st.caption("Remembered for files with the same columns.")
        if chosen != known and ("text" in chosen or places != {n: known[n] for n in PLACES if n in known}):
            if "text" in chosen:
                remember_columns(store, header, chosen)
            request = job.request
            files = tuple(
                JobFile(one.name, one.path, chosen) if one.path == file.path else one for one in request.files
            )
            job.revise(replace(request, files=files))
            st.rerun()


def _places(layout: Layout, known: Mapping[str, str], key: str) -> dict[str, str]:
    """Let the reader choose sheet and header of a table; what is as it was proposed is not said."""
    found = {name: known[name] for name in PLACES if name in known}
    if len(layout.sheets) > 1:
        sheet = st.selectbox(
            "Sheet", layout.sheets, index=layout.sheets.index(layout.sheet), key=f"sheet_{key}"
        )
        if sheet and sheet != layout.sheet:
            return {"sheet": sheet}
    rows = {str(number): f"Row {number}: {plain(shown)}" for number, shown in layout.top}
    if len(rows) < 2:
        return found
    if layout.header.last > layout.header.first:
        joined = plain(" · ".join(name for name in layout.header.names if name))
        rows[layout.header.rows] = f"Rows {layout.header.rows} together: {joined[:160]}"
    options = sorted(rows, key=lambda one: (int(one.split("-")[0]), one))
    row = st.selectbox(
        "Names of the columns stand in",
        options,
        index=options.index(layout.header.rows),
        format_func=lambda one: rows[one],
        # Another sheet has other rows.
        key=f"header_{key}_{layout.sheet}",
    )
    if row and row != layout.header.rows:
        return {name: said for name, said in found.items() if name == "sheet"} | {"header_row": row}
    return found


def _fields(layout: Layout, known: Mapping[str, str], key: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    cells = st.columns(4)
    options = [_NONE, *dict.fromkeys(name for name in layout.header.names if name)]
    for place, field in enumerate(COLUMN_FIELDS):
        current = known.get(field, _NONE)
        with cells[place % 4]:
            picked = st.selectbox(
                _FIELDS[field],
                options,
                index=options.index(current) if current in options else 0,
                key=f"column_{key}_{layout.sheet}_{layout.header.rows}_{field}",
            )
        if picked and picked != _NONE:
            chosen[field] = picked
    return chosen


def _correct(store: Store, articles: Any) -> dict[str, Mapping[str, str | None]]:
    """Draw the table of what was found and return what the reader changed, by article and column."""
    known = read_arrivals(store)
    fetched = str(st.session_state.get("fetched_from") or "")
    rows = pd.DataFrame(
        {
            **{
                title: [_plain_value(getattr(one, name)) or _ABSENT.get(name, "") for one in articles]
                for name, title in _COLUMNS.items()
            },
            "Words": [len(one.text.split()) for one in articles],
            "Remark": [_remark(one, known) for one in articles],
            "File": [one.file for one in articles],
        }
    )
    if fetched:
        rows["Web address"] = rows["Web address"].map(lambda url: url or fetched)
    edited = st.data_editor(
        rows,
        hide_index=True,
        key="found",
        disabled=["Words", "Remark", "File"],
        placeholder="",
        height=min(38 + 35 * max(len(rows), 1), 460),
        column_config={
            # The remarks must be in sight in a window of 1440: what is wrong stands there.
            "Title": st.column_config.TextColumn(width=260),
            "Outlet": st.column_config.TextColumn(width=100),
            "Author": st.column_config.TextColumn(width=100),
            "Web address": st.column_config.TextColumn(width=110),
            "Published": st.column_config.TextColumn(
                help="Year-month-day, such as 2026-03-01, or undated.", validate=_DAY
            ),
            "Language": st.column_config.TextColumn(
                help="Two letters, such as en. Claims are looked for in English (en) only.",
                max_chars=2,
                validate="^[a-z]{2}$",
            ),
            "Remark": st.column_config.TextColumn(width=230),
        },
    )
    changed: dict[str, Mapping[str, str | None]] = {}
    for article, row in zip(articles, edited.to_dict("records"), strict=True):
        said: dict[str, str | None] = {}
        for name, title in _COLUMNS.items():
            value, before = _plain_value(row[title]), _plain_value(getattr(article, name))
            value = "" if value == _ABSENT.get(name) else value
            if name == "published_on" and value and not _is_day(value):
                whose = plain(article.title or article.file)
                st.error(f"{plain(value)} is no day. It was not taken over: {whose}.")
                continue
            if name == "language" and value and not is_language(value):
                whose = plain(article.title or article.file)
                st.error(f"{plain(value)} names no language. It was not taken over: {whose}.")
                continue
            if value != before:
                said[name] = value or None
        if said:
            changed[article.article_id] = said
    return changed


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False  # 2026-02-30
    return True


def _plain_value(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value).strip()


def _remark(article: Article, known: Mapping[str, object]) -> str:
    said = []
    if article.article_id in known:
        said.append("already in the corpus")
    if article.language not in {"", "en"}:
        said.append("not in English: kept, but no claims are looked for")
    if not article.published_on:
        said.append("undated")
    if len(article.text.split()) < 60:
        said.append("very short: is the text complete?")
    return "; ".join(said)


def _read_texts(articles: Any) -> None:
    with st.expander("Read the text as it will be kept", icon=":material/article:"):
        names = {f"{n}. {one.title or one.file}": one for n, one in enumerate(articles, 1)}
        picked = st.selectbox("Article", list(names), key="read_text", label_visibility="collapsed")
        if picked in names:
            with st.container(height=360, border=True):
                # Shown as plain text: nothing of a page becomes markup here.
                st.text(names[picked].text[:100_000])
