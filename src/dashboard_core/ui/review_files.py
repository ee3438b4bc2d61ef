"""Coded claims as files on the Review page: out to other tools and offices, in as decisions to be undone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from dashboard_core import exports
from dashboard_core.charts.wording import amount, plural
from dashboard_core.errors import DashboardCoreError
from dashboard_core.exports.coded_files import SUFFIXES, Incoming, coded_file, read_coded_file
from dashboard_core.query import Filters
from dashboard_core.read import Limits
from dashboard_core.ui import data, downloads, filters
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import decide, take_back_all, who
from dashboard_core.vocabulary import BASIS_LABELS

__all__ = ["files_view"]

# (ending, what the button says, its media type)
_KINDS: Final = (
    ("csv", "CSV", "text/csv"),
    ("xlsx", "Workbook (Excel)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("dna", "Discourse Network Analyzer (.dna)", "application/vnd.sqlite3"),
)
_LISTED: Final = 20
_READ: Final = "_coded_read"
_KEPT: Final = "_coded_kept"


def files_view() -> None:
    """Draw both ways: positions with their decisions out, and a file of coded claims in."""
    st.caption(
        "Positions with what people decided about them, to be coded further elsewhere; and coded claims from "
        "elsewhere, as decisions of their own that can be undone. Columns and rules: docs/review.md."
    )
    _out()
    _in()


def _out() -> None:
    st.subheader("Take coded claims out", anchor=False)
    basis = st.selectbox(
        "Labels in the file",
        list(BASIS_LABELS),
        format_func=lambda name: BASIS_LABELS[name],
        key="coded_basis",
        width=320,
    )
    chosen = replace(filters.current(), basis=basis or "reviewed")
    count = data.headline(chosen).positions
    st.markdown(
        f"{plural(count, 'position')} match the filters in the side bar; labels that people rejected "
        "stand last in the CSV and the workbook. In a .dna file stand supportive, cautious and opposed ones."
    )
    with st.container(horizontal=True):
        for suffix, text, mime in _KINDS:
            downloads.button(
                text,
                _maker(chosen, suffix),
                downloads.file_name("coded", chosen, suffix),
                key=f"coded_{suffix}",
                mime=mime,
            )


def _maker(chosen: Filters, suffix: str) -> Callable[[], bytes]:
    store, mark = data.desk().store, downloads.marking()
    return lambda: coded_file(store, chosen, suffix, marking=mark).content


def _in() -> None:
    st.subheader("Bring coded claims in", anchor=False)
    kept = st.session_state.get(_KEPT)
    if kept:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(
                f"{plural(len(kept), 'decision')} kept. They stand in the history of each label.",
                icon=":material/task_alt:",
            )
            st.button("Undo the whole file", icon=":material/undo:", key="coded_undo", on_click=_undo)
    given = st.file_uploader(
        "File of coded claims (CSV, Excel or .dna)",
        type=list(SUFFIXES),
        key="coded_upload",
        max_upload_size=Limits.from_environment().file_megabytes,
        help="A file taken out here and coded further, or a table with the columns article_id, target, "
        "stance and text. A row that nobody reviewed is passed over.",
    )
    if given is None:
        st.session_state.pop(_READ, None)
        return
    before = st.session_state.get(_READ)
    if before and before[0] == given.file_id:
        found = before[1]
    else:
        with st.spinner("Reading the file"):
            found = _read(given.name, given.getvalue())
        st.session_state[_READ] = (given.file_id, found)
    if isinstance(found, str):
        st.error("This file cannot be used; nothing was changed.", icon=":material/error:")
        # As plain text: a name or a line of the file is never read as markup.
        st.code(found, language=None, wrap_lines=True)
        return
    _look_at(found, given.file_id)


def _read(name: str, content: bytes) -> Incoming | str:
    """Return what a file would do, or in words why it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        # The name that somebody gave the file is never a path.
        path = Path(folder) / f"coded{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            return read_coded_file(data.desk().store, path, who())
        except DashboardCoreError as error:
            return str(error).replace(str(path), name)


def _look_at(found: Incoming, file_id: str) -> None:
    st.markdown(
        f"**{plural(len(found.entries), 'decision')}** from {plural(found.coded, 'coded position')}"
        + (f"; {amount(found.known)} more stand here already" if found.known else "")
        + (f"; {plural(found.unreviewed, 'row')} nobody reviewed passed over" if found.unreviewed else "")
        + "."
    )
    if found.problems:
        st.warning(
            f"{plural(len(found.problems), 'row')} cannot be used"
            + ("; the others can." if found.entries else ". Nothing in the file would change a label."),
            icon=":material/warning:",
        )
        more = len(found.problems) - _LISTED
        rest = f"\n… and {amount(more)} more, all of them in the CSV" if more > 0 else ""
        st.code("\n".join(found.problems[:_LISTED]) + rest, language=None, wrap_lines=True)
        told = pd.DataFrame({"problem": list(found.problems)})
        downloads.button(
            "CSV of these problems", exports.to_csv(told), "coded-claims-problems.csv", key="coded_problems"
        )
    if found.entries:
        st.button(
            f"Keep {plural(len(found.entries), 'decision')}",
            key="coded_keep",
            type="primary",
            icon=":material/save:",
            on_click=_keep,
            args=(found, file_id),
            help=f"Under the names in the file, else under yours ({plain(who())}).",
        )


def _keep(found: Incoming, file_id: str) -> None:
    # Read before another person decided: what stands now may differ, the ledger keeps both.
    if decide(*found.entries):
        st.session_state[_KEPT] = tuple(entry.entry_id for entry in found.entries)
        st.session_state[_READ] = (file_id, replace(found, entries=()))


def _undo() -> None:
    st.session_state.pop(_READ, None)
    # These and no others: whoever went on reviewing meanwhile has made later ones.
    take_back_all(st.session_state.pop(_KEPT, ()))
