"""The Corpus page: what was asked for, how far it is, and what became of each file and article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from dashboard_core import exports, pipeline
from dashboard_core.charts.wording import plural
from dashboard_core.errors import DashboardCoreError
from dashboard_core.jobs import Job, State, start
from dashboard_core.paths import store_dir
from dashboard_core.pipeline import RESULTS, Outcome
from dashboard_core.query import Filters
from dashboard_core.store import Store
from dashboard_core.ui import filters, review_people
from dashboard_core.ui.links import plain

__all__ = [
    "PASTED",
    "ask_name",
    "earlier",
    "evidence_button",
    "follow",
    "name_of_reader",
    "open_corpus",
    "problems",
    "stays_in_sight",
    "summary",
    "views",
]

_VIEWS: Final = {"bring": "Bring articles in", "list": "Articles", "earlier": "What came in before"}
_STATUS: Final = {
    "starting": "Starting",
    "waiting": "Waiting for another import to end",
    "running": "Working",
    "done": "Done",
    "cancelled": "Cancelled",
    "failed": "Stopped by an error",
    "interrupted": "Interrupted",
}
PASTED: Final = "pasted text.txt"
_UNNAMED: Final = "unnamed reader"
_LISTED: Final = 500
# So many reasons are written out in full.
_SPELLED: Final = 8
_FRESH: Final = 900.0
# A link with more articles than this is too long for a browser; the list of articles has them all.
_LINKED: Final = 60


def open_corpus() -> Store:
    """Return the store, made new if there is none yet: this page is where a corpus begins.

    Raises
    ------
    StoreError
        It cannot be made, or is damaged.
    """
    return Store.create(store_dir())


def name_of_reader() -> str:
    """Return under which name corrections are kept: the one given here or on the Review page, else none."""
    given = st.session_state.get("reader_name", review_people.who())
    return str(given or "").strip()[:80] or _UNNAMED


def ask_name() -> None:
    """Ask under which name corrections are kept; whoever reviews under a name finds it here."""
    if "reader_name" not in st.session_state:
        st.session_state["reader_name"] = review_people.who()
    st.text_input(
        "Your name, kept with what you correct",
        key="reader_name",
        max_chars=80,
        persist_state="session",
        width=360,
    )


def views(store: Store) -> str:
    """Draw the switch between the parts of the page and return which is chosen."""
    names = [_VIEWS[name] for name in ("bring", "list", "earlier")]
    working = any(not job.state().over for job in Job.every(store))
    if store.is_empty and not working:
        st.info(
            "**No articles yet.** Bring in saved web pages, PDF or Word files, exports of a media monitoring "
            "service, pasted text or links: their claims then appear on all pages.",
            icon=":material/inbox:",
        )
    if store.is_empty:
        names = names[:1] + names[2:] if Job.every(store) else names[:1]
    if len(names) == 1:
        return "bring"
    chosen = st.segmented_control(
        "Part of the page",
        names,
        default=names[0],
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
    return next((key for key, name in _VIEWS.items() if name == chosen), "bring")


def follow(store: Store) -> bool:
    """Show what came of the import asked for here and how far others are; return whether there is anything.

    Several people may bring articles in at once: their imports are worked on one after the other, and each is
    shown with its own progress.
    """
    every = Job.every(store)
    working = [job for job in reversed(every) if not job.state().over]
    # Whoever looks through the next files is done with what came of the last ones.
    ended = None if st.session_state.get("draft_job") else _ended(every, working)
    if ended is not None:
        summary(ended)
        if st.button("Close this report", icon=":material/close:", key="close_report", type="tertiary"):
            st.session_state["closed_job"] = ended.job_id
            st.session_state.pop("brought_in", None)
            st.session_state.pop("followed_job", None)
            st.rerun()
    if working:
        _progress(store, tuple(job.job_id for job in working))
    if working and not st.session_state.get("followed_job"):
        # Whoever opened the page meanwhile learns what comes of it, too.
        st.session_state["followed_job"] = working[0].job_id
    return ended is not None or bool(working)


def _ended(every: Sequence[Job], working: Sequence[Job]) -> Job | None:
    """Return the import that was asked for here and has ended, else the last one if nothing is worked on."""
    named, closed = st.session_state.get("followed_job"), st.session_state.get("closed_job")
    asked = [job for job in every if job.job_id == named and job not in working]
    # Whoever left the page meanwhile, or opened it elsewhere, still learns what came of it.
    fresh = [job for job in every[:1] if not working and job.ended_seconds_ago < _FRESH]
    return next((job for job in asked + fresh if job.job_id != closed), None)


def stays_in_sight() -> bool:
    """Whether only the way to more articles is offered, so that what came of the last ones stays in sight.

    That is so for whoever has just brought articles in, until they ask for more.
    """
    if not st.session_state.get("brought_in"):
        return False
    if st.button("Bring in more articles", icon=":material/add:", key="more", type="primary"):
        st.session_state.pop("brought_in")
        st.rerun()
    return True


@st.fragment(run_every="2s")
def _progress(store: Store, shown: tuple[str, ...]) -> None:
    """Show how far each import is; where one begins or ends meanwhile, the page says so by itself."""
    working = [job for job in reversed(Job.every(store)) if not job.state().over]
    if not set(shown) <= {job.job_id for job in working}:
        st.rerun()  # one has ended: what came of it is shown outside
    for job in working:
        _how_it_goes(job)


def _how_it_goes(job: Job) -> None:
    state = job.state()
    with st.container(border=True):
        st.markdown(f"**{_what(job)}**{_for_whom(job)} · {_STATUS[state.status].lower()}")
        whole = max(state.total, state.done)
        st.progress(state.done / whole if whole else 0.0, text=_how_far(state))
        st.caption(
            f"{plain(state.stage)}. This goes on when you leave the page; the other pages show new articles "
            "as they are saved."
            if state.stage
            else "This goes on when you leave the page."
        )
        if st.button("Cancel", icon=":material/stop_circle:", key=f"cancel_{job.job_id}"):
            job.cancel()
            st.toast("It ends after the articles in hand. What is saved stays.")


def _for_whom(job: Job) -> str:
    """Return whose import it is, where that is known and not the reader."""
    who = job.request.who
    return "" if who in {name_of_reader(), _UNNAMED} else f" · for {plain(who)}"


def _what(job: Job) -> str:
    request = job.request
    if request.reread:
        return f"Looking again for claims in {plural(len(request.reread), 'article')}"
    first = plain(request.files[0].name) if request.files else "nothing"
    first = "a pasted text" if first == PASTED else first
    more = len(request.files) - 1
    return f"Bringing in {first}" + (f" and {plural(more, 'more file')}" if more else "")


def _how_far(state: State) -> str:
    parts = [f"{state.done:,} of {state.total:,}" if state.total else "counting the articles"]
    if state.pace:
        parts.append(f"{state.pace:,.0f} a minute" if state.pace >= 1 else "less than one a minute")
    if state.remaining is not None:
        parts.append(_time(state.remaining))
    if state.counts.get("failed"):
        parts.append(f"{state.counts['failed']:,} not read")
    return " · ".join(parts)


def _time(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute left"
    if seconds < 90 * 60:
        return f"about {plural(round(seconds / 60), 'minute')} left"
    return f"about {plural(round(seconds / 3600), 'hour')} left"


def summary(job: Job, *, open_list: bool = True) -> None:
    """Say what came in, what was left out and why, with the list as CSV and the way to the evidence."""
    state = job.state()
    counts = state.counts
    with st.container(border=True):
        st.markdown(f"**{_what(job)}**{_for_whom(job)} · {_STATUS[state.status].lower()}")
        told = {name: words for name, words in RESULTS.items() if name != "remark"}  # on what is counted
        said = [f"{counts[name]:,} {words}" for name, words in told.items() if counts.get(name)]
        if state.copies:
            copies = "1 of them a copy" if state.copies == 1 else f"{state.copies:,} of them copies"
            said.append(f"{copies} of other articles, which count once")
        said.append(f"{plural(state.claims, 'claim')} and {plural(state.positions, 'position')} found")
        st.markdown("; ".join(said) + ".")
        if state.message:
            st.code(state.message, language=None, wrap_lines=True)
        outcomes = list(job.outcomes())
        with st.container(horizontal=True):
            _evidence_link(outcomes, job)
            if state.status != "done" and st.button(
                "Go on", icon=":material/play_arrow:", key=f"resume_{job.job_id}", type="primary"
            ):
                start(job)
                st.session_state["followed_job"] = job.job_id
                st.rerun()
            if outcomes:
                st.download_button(
                    "CSV of every file and article",
                    data=lambda: exports.to_csv(pipeline.outcome_table(job.outcomes())),
                    file_name=f"import-{job.job_id}.csv",
                    mime="text/csv",
                    on_click="ignore",
                    icon=":material/download:",
                    key=f"outcomes_{job.job_id}",
                )
        problems(outcomes)
        if open_list and outcomes:
            with st.expander(f"File by file ({plural(len(outcomes), 'line')})"):
                _table(outcomes[:_LISTED])


def problems(outcomes: Sequence[Outcome]) -> None:
    """Write what could not be read, and what came in without something, each with what to do."""
    for result, title in (("failed", "Not read"), ("remark", "Read, with a remark")):
        found = [one for one in outcomes if one.result == result]
        if found:
            st.markdown(f"**{title}: {len(found):,}.** Each with the reason and what to do:")
            _reasons(found)


def _reasons(failed: Sequence[Outcome]) -> None:
    if len(failed) <= _SPELLED:
        st.markdown("\n".join(f"- **{plain(one.file)}**: {plain(one.reason)}" for one in failed))
        return
    shown = failed[:_LISTED]
    st.dataframe(
        pd.DataFrame({"File": [one.file for one in shown], "Why, and what to do": [o.reason for o in shown]}),
        hide_index=True,
        height=min(38 + 35 * len(shown), 300),
        column_config={
            "File": st.column_config.TextColumn(width="medium"),
            "Why, and what to do": st.column_config.TextColumn(width="large"),
        },
    )


def _table(outcomes: list[Outcome]) -> None:
    titles = {one.article_id: one.title or one.file for one in outcomes}
    st.dataframe(
        pd.DataFrame(
            {
                "File": [one.file for one in outcomes],
                "What became of it": [RESULTS[one.result] for one in outcomes],
                "Title": [one.title for one in outcomes],
                "Outlet": [one.outlet for one in outcomes],
                "Published": [
                    one.published_on.isoformat() if one.published_on else "undated" if one.article_id else ""
                    for one in outcomes
                ],
                "Claims": [one.claims for one in outcomes],
                "Copy of": [
                    titles.get(one.copy_of, "an earlier article") if one.copy_of else "" for one in outcomes
                ],
                "Remark": [one.reason for one in outcomes],
            }
        ),
        hide_index=True,
        height=min(38 + 35 * len(outcomes), 420),
    )
    if len(outcomes) == _LISTED:
        st.caption(f"The first {_LISTED} are listed; the CSV has all.")


def _evidence_link(outcomes: list[Outcome], job: Job) -> None:
    """Offer the way to the claims of the articles that came in."""
    new = [one.article_id for one in outcomes if one.claims and one.result in {"added", "changed"}]
    if not new:
        return
    # A report that came in as a copy is shown, too.
    first = new[:_LINKED]
    what = "article" if job.request.reread else "new article"
    which = what if len(first) == len(new) else f"of the {len(new):,} {what}"
    evidence_button(f"Evidence in {plural(len(first), which)}", first, key=f"evidence_{job.job_id}")


def evidence_button(text: str, articles: list[str], *, key: str) -> None:
    """Offer the way to the claims of some articles."""
    if st.button(text, icon=":material/format_quote:", key=key):
        # Said on the page that opens, with the way back: no list of the side bar shows these articles.
        filters.jump(Filters(articles=tuple(articles), as_published=True), "evidence", since=text)


def earlier(store: Store) -> None:
    """List earlier imports, newest first, each with its summary."""
    every = [job for job in Job.every(store) if job.state().over]
    if not every:
        st.info("Nothing was brought in on this page yet.", icon=":material/history:")
        return
    for number, job in enumerate(every[:20]):
        when = (
            f"{job.job_id[:4]}-{job.job_id[4:6]}-{job.job_id[6:8]} {job.job_id[9:11]}:{job.job_id[11:13]} UTC"
        )
        state = job.state()
        with st.expander(
            f"{when} · {_what(job)} · {_STATUS[state.status].lower()}",
            expanded=number == 0 and len(every) == 1,
        ):
            try:
                summary(job, open_list=False)
            except DashboardCoreError as error:
                st.code(str(error), language=None, wrap_lines=True)
