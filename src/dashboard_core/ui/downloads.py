"""Files of what is on the screen: CSV, workbook and slide, under names that say what, when and which filters.

A large file is made when it is asked for, and saved with a second click.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core import exports, query
from dashboard_core.charts import SYMBOLS, Chart, Drawn
from dashboard_core.charts.wording import amount, listing, plural
from dashboard_core.errors import DashboardCoreError
from dashboard_core.exports import About, Passage, SlideChart
from dashboard_core.query import Filters
from dashboard_core.ui import data, filters
from dashboard_core.ui.links import plain
from dashboard_core.vocabulary import STANCE_LABELS, STANCES

__all__ = ["button", "chart_files", "file_name", "label_line", "marking", "positions_csv"]

# What a workbook and a notes page can hold; the CSV has no such end.
_BOOK_ROWS: Final = 100_001
_NOTED: Final = 200
# Positions whose files are made before anybody asks: a few tenths of a second, and kept.
_FEW: Final = 500
# Letters of a passage on a slide, as far as there is room.
_QUOTED: Final = (260, 190, 130, 90)
# A space at which no line is broken.
_JOINED: Final = "\u00a0"
_TO_READ: Final = "Few columns, to read"
_EVERY: Final = "Every column"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class _File:
    content: bytes

    @property
    def shape(self) -> tuple[int, int]:
        """What keeping it costs, in the cells by which the store reckons."""
        return len(self.content) // 8, 1


def marking() -> str:
    """Return the handling instruction that every export carries, if one was set."""
    return str(st.session_state.get("marking") or "").strip()[:40]


def file_name(kind: str, chosen: Filters, suffix: str = "csv") -> str:
    """Return a file's name: what it holds, the day of its data, its filters, its marking."""
    day, mark = data.desk().store.data_date, marking()
    return data.kept_here(
        ("file name", kind, chosen, suffix, mark),
        lambda: exports.file_name(kind, chosen, day, suffix=suffix, names=filters.names(), marking=mark),
    )


def _about(title: str, chosen: Filters, weight: str) -> About:
    store = data.desk().store
    return About(
        title=title,
        filters=(
            *exports.describe_filters(replace(chosen, basis="reviewed"), filters.names()),
            ("Labels", data.labels_counted(chosen).removeprefix("Labels: ").rstrip(".")),
        ),
        data_date=store.data_date,
        data_version=store.data_version[:12],
        model_versions=query.labelled_by(store),
        weight=weight,
        marking=marking(),
    )


def button(
    text: str,
    content: Any,
    name: str,
    *,
    key: str,
    icon: str = "download",
    mime: str = "text/csv",
    ready: bool = False,
) -> None:
    """Offer one file; clicking it does not run the page again.

    ``content`` may be the way to make it. ``ready``: such a file is made on request first, since only what is
    there can be saved without fail. What goes wrong is said, and the file offered again.
    """
    if ready and callable(content):
        if not st.button(
            text, key=f"make_{key}", icon=f":material/{icon}:", help="Made when it is asked for."
        ):
            return
        try:
            with st.spinner("The file is being made …"):
                content = content()
        except (DashboardCoreError, OSError, MemoryError) as error:
            logging.getLogger(__name__).exception("the file %r could not be made", name)
            st.error(
                f"The file could not be made: {plain(str(error)) or 'too little memory'}. Ask for it again."
            )
            return
        text, icon = f"Save: {text}", "download"
    st.download_button(
        text,
        data=content,
        file_name=name,
        mime=mime,
        on_click="ignore",
        key=key,
        icon=f":material/{icon}:",
    )


def positions_csv(chosen: Filters, *, key: str, text: str, kind: str = "positions") -> None:
    """Offer every position that matches as a CSV, rejected ones last: with few columns to read, or all.

    The button says how many rows the file has.
    """
    store, mark = data.desk().store, marking()
    count, gone = data.headline(chosen).positions, len(query.rejected(store, chosen))
    part = f", {gone:,} of them rejected by people" if gone else ""
    countries = data.country_names()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        place = st.empty()
        columns = st.segmented_control(
            "Columns of the CSV",
            (_TO_READ, _EVERY),
            default=_TO_READ,
            required=True,
            key=f"{key}_columns",
            label_visibility="collapsed",
        )

    about = _about(text, chosen, "")

    def content() -> bytes:
        rows = query.extract(store, chosen)
        shown = exports.readable(rows, countries) if columns != _EVERY else rows
        return exports.to_csv(shown, marking=mark, about=about.columns)

    with place:
        name = file_name(kind if columns == _EVERY else f"{kind}-to-read", chosen)
        # A name is no key: of two choices it may say the same in ASCII.
        made = _made(("positions", columns, chosen, mark), content, count + gone)
        button(f"{text} ({plural(count + gone, 'row')}{part})", made, name, key=key, ready=True)


def _made(key: Hashable, make: Callable[[], bytes], rows: int) -> bytes | Callable[[], bytes]:
    """Return a small file as it is; of a large one how to make it when it is asked for.

    ``key`` names everything that the file is made from, besides data, lists and the filters of this run.

    What Streamlit itself makes at the click can get lost on the way: it forgets it when the page is drawn
    again, and a browser that is a run behind then has a button that does nothing. See :func:`button`.
    """
    return data.kept_here(("file", key), lambda: _File(make())).content if rows <= _FEW else make


def chart_files(
    kind: str, chart: Chart, chosen: Filters, *, weight: str, table: Callable[[], pd.DataFrame]
) -> None:
    """Offer a chart as slide and workbook, its ``table`` and all rows behind it as CSV.

    The files are offered when the list is opened: on a page of three charts they would cost a click most.
    """
    # No list over the page: the click that closes one is lost for what it was meant for.
    with st.expander(
        "Download: slide, workbook, CSV",
        icon=":material/download:",
        key=f"files_{kind}",
        on_change="rerun",
    ) as opened:
        if opened.open:
            with st.container(horizontal=True):
                _offer(kind, chart, chosen, weight, table())


def _offer(kind: str, chart: Chart, chosen: Filters, weight: str, table: pd.DataFrame) -> None:
    store, mark = data.desk().store, marking()
    about = _about(chart.title, chosen, weight)
    made: tuple[tuple[str, str, str, str, Callable[[], bytes]], ...] = (
        (
            "Slide (PowerPoint)",
            "pptx",
            "slideshow",
            _SLIDES,
            lambda: _slide(chart, query.extract(store, chosen, limit=_NOTED), about),
        ),
        (
            "Workbook (Excel)",
            "xlsx",
            "table_view",
            _SHEET,
            lambda: _book(
                table,
                query.name_outlets(store, query.positions(store, chosen, limit=_BOOK_ROWS)),
                query.name_outlets(store, query.rejected(store, chosen)),
                about,
            ),
        ),
    )
    count = data.headline(chosen).positions
    drawn = weight, chart.title, chart.subtitle, chart.note, repr(chart.drawn)
    for text, suffix, icon, mime, make in made:
        name = file_name(kind, chosen, suffix)
        content = _made((suffix, kind, chosen, mark, drawn), make, count)
        button(text, content, name, key=f"{suffix}_{kind}", icon=icon, mime=mime, ready=True)
    text = f"CSV of this chart ({plural(len(table), 'row')})"
    name = file_name(f"{kind}-chart", chosen)
    button(text, exports.to_csv(_told(table, about, chosen), marking=mark), name, key=f"csv_{kind}")
    positions_csv(chosen, key=f"csv_all_{kind}", text="CSV of all positions behind it", kind=kind)


def _told(table: pd.DataFrame, about: About, chosen: Filters) -> pd.DataFrame:
    """Return a chart's table with what each row is about, for whoever gets the file alone."""
    names = filters.names()
    if "Target" not in table:
        about_what = ", ".join(names.get(target, target) for target in chosen.targets)
        table = table.assign(Target=about_what or "all targets, added up")
    told = {"Counting": about.weight, **about.columns}
    return table.assign(**{name: value for name, value in told.items() if name not in table})


def _versioned(about: About, rows: pd.DataFrame) -> About:
    return replace(about, model_versions=exports.model_versions(list(rows["model_version"])))


def _book(table: pd.DataFrame, rows: pd.DataFrame, gone: pd.DataFrame, about: About) -> bytes:
    return exports.workbook(rows, _versioned(about, rows), tally=table, rejected=gone)


def _slide(chart: Chart, rows: pd.DataFrame, about: About) -> bytes:
    return exports.brief_pptx([_slide_chart(chart, rows)], _versioned(about, rows))


def _slide_chart(chart: Chart, rows: pd.DataFrame) -> SlideChart:
    drawn = chart.drawn
    return SlideChart(
        title=chart.title,
        subtitle=chart.subtitle,
        note=drawn.note or chart.note,
        source=chart.source,
        categories=[_with_total(drawn, place) for place in range(len(drawn.categories))],
        short=[_with_total(replace(drawn, below=()), place) for place in range(len(drawn.categories))],
        series={name: list(values) for name, values in drawn.series.items()},
        shape=drawn.shape,
        passages=_passages(rows),
        counts={name: list(values) for name, values in drawn.counts.items()} or None,
        shares=drawn.shares,
        apart={name: list(values) for name, values in drawn.apart.items()} or None,
        texts={name: list(values) for name, values in drawn.texts.items()} or None,
        voices=_voices(rows) if len(rows) < _NOTED else (),
    )


def _voices(rows: pd.DataFrame) -> Sequence[Sequence[str]]:
    """Return who holds what, each with a passage, and shorter without; of several targets names alone."""
    kept = rows[rows["stance"].notna() & (rows["review"] != "rejected")]
    counts = kept.drop_duplicates("claim_id")["speaker"].value_counts()
    named = [f"Speakers: {listing([str(name) for name in counts.index], limit=15)}"] if len(counts) else []
    if kept["target_id"].nunique() != 1:
        return [named]
    full: list[tuple[str, str]] = []
    short: list[str] = []
    left = kept
    for states in (STANCES[::-1], ("unclear",), ("none",)):
        # Who is clear on the target is counted with that alone.
        spoken = []
        for stance in states:
            own = left[left["stance"] == stance]
            # A passage that names the target shows best why its voice stands there.
            named_first = own.assign(bare=own["target_basis"] == "context")
            own = named_first.sort_values(["bare", "confidence"], ascending=[True, False])
            first = own.drop_duplicates("speaker_id")
            spoken += list(first["speaker_id"])
            said = f"{SYMBOLS[stance]} {STANCE_LABELS[stance]}"
            if len(first):
                short.append(f"{said}: {listing([str(name) for name in first['speaker']], limit=12)}")
            for speaker, text, why in zip(first["speaker"], first["text"], first["evidence"], strict=True):
                full.append((f"{said}: {speaker}", _telling(str(text), why)))
        left = left[~left["speaker_id"].isin(spoken)]
    quoted = [
        [f"{who} (“{shorten(words, letters, placeholder=' …')}”)" for who, words in full]
        for letters in _QUOTED
    ]
    return [*quoted, short, named]


def _telling(text: str, evidence: object) -> str:
    """Return a passage from the sentence on that holds the words which weighed most.

    >>> _telling("- It rains. We oppose the bridge, he said.", "oppose the bridge")
    '… We oppose the bridge, he said.'
    """
    place = text.find(evidence) if isinstance(evidence, str) and evidence else 0
    start = max(text.rfind(sign, 0, max(place, 0)) + 2 for sign in (". ", "? ", "! "))
    return f"… {text[start:]}" if start > 1 else text.strip().removeprefix("- ").lstrip('"“')


def _with_total(drawn: Drawn, place: int) -> str:
    """Return a row's name, with its total where the bars do not show all of it."""
    name = drawn.categories[place]
    if drawn.shape != "diverging":
        return name
    if place < len(drawn.below) and drawn.below[place]:
        name = f"{name}: {drawn.below[place]}"
    clear = sum(drawn.series[stance][place] for stance in STANCES)
    apart = [
        f"{amount(drawn.series[state][place])} {word}"
        for state, word in (("unclear", "unclear"), ("none", "no position"))
        if drawn.series[state][place]
    ]
    if not apart:
        return name
    total = clear + sum(drawn.series[state][place] for state in ("unclear", "none"))
    said = [f"{amount(clear)} clear", *apart] if clear else apart
    told = f"({plural(total, drawn.counted)}: {', '.join(said)})"
    # In one piece where a line can hold it; else a number stays with what it counts.
    whole = len(told) <= exports.LABEL_WIDTH
    return f"{name} {told.replace(' ', _JOINED) if whole else re.sub(r'(?<=[0-9½]) ', _JOINED, told)}"


def _passages(rows: pd.DataFrame) -> Sequence[Passage]:
    labels = [
        label_line(target, stance, machine if isinstance(machine, str) else "", review)
        for target, stance, machine, review in zip(
            rows["target"], rows["stance"].astype(str), rows["machine_stance"], rows["review"], strict=True
        )
    ]
    told = pd.Series(labels, index=rows.index, dtype="str").groupby(rows["claim_id"]).agg("; ".join)
    once = rows.drop_duplicates("claim_id")
    names = ("speaker", "text", "outlet", "also_in", "url")
    columns = (once[name].fillna("").astype(str) for name in names)
    return [
        (f"{speaker} ({told[claim]})", text, f"{outlet}; also in {others}" if others else outlet, url)
        for claim, speaker, text, outlet, others, url in zip(once["claim_id"], *columns, strict=True)
    ]


def label_line(target: str, stance: str, machine: str, review: str) -> str:
    """Return one position in words: its label, and where a person decided, what the program had said.

    >>> label_line("River bridge", "opposed", "opposed", "unreviewed")
    'River bridge: opposed, not reviewed'
    >>> label_line("River bridge", "opposed", "cautious", "changed")
    'River bridge: opposed, changed by a person, program: cautious'
    >>> label_line("River bridge", "", "cautious", "rejected")
    'River bridge: rejected by a person, program: cautious'
    """
    said = STANCE_LABELS[machine].lower() if machine else "nothing"
    if review == "rejected":
        return f"{target}: rejected by a person, program: {said}"
    # A person who leaves it open does not speak for the program.
    held = "unclear" if stance == "unclear" and review != "unreviewed" else STANCE_LABELS[stance].lower()
    shown = f"{target}: {held}"
    if review == "unreviewed":
        return f"{shown}, not reviewed"
    return f"{shown}, {review} by a person, program: {said}"
