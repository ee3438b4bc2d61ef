"""The Method page: definitions, what was read, measured quality, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core.charts import SYMBOLS
from dashboard_core.charts.wording import amount, day, plural, standing
from dashboard_core.errors import ModelError
from dashboard_core.quality import load_quality
from dashboard_core.query import Filters
from dashboard_core.ui import data, filters, model_card, trouble
from dashboard_core.ui.links import plain
from dashboard_core.ui.words import STANCE_MEANINGS, TERMS
from dashboard_core.vocabulary import STANCE_LABELS, STANCES, TARGET_KIND_LABELS

__all__ = ["corpus", "definitions", "limits", "quality", "targets"]

_LIMITS: Final = (
    "Positions are what outlets report, not what people think. Outlets choose whom they quote, and the same "
    "voice may say something else elsewhere.",
    "Labels are given by a classifier and are sometimes wrong. Read the claims behind a number first.",
    "A handful of voices is not a country. Below five votes, counts are shown and shares are not.",
    "Who is quoted, and on what, follows the articles that were put in. A target nobody asked about has no "
    "bar; that is no sign of indifference.",
    "Irony, and positions that only follow from a whole article, are easily missed.",
    "Other languages than English are recognised and left alone, not translated.",
    "On the screen: by keyboard, the claims behind a part of a chart open from the list below the chart, "
    "not from the chart itself.",
)


def definitions() -> None:
    """Write what the words on the pages mean."""
    st.header("What is counted", anchor=False)
    for term, meaning in TERMS:
        st.markdown(f"**{term}.** {meaning}")
    st.header("The stances", anchor=False)
    for stance, meaning in STANCE_MEANINGS.items():
        st.markdown(f"**{SYMBOLS[stance]} {STANCE_LABELS[stance]}.** {meaning}")
    st.header("How votes are counted", anchor=False)
    st.markdown(
        "Each voice has **one vote on each target**, however often it is quoted. A voice that takes "
        "different stances on one target gives each an equal part of its vote. “Every claim” counts each "
        "claim instead. A voice with a clear position on a target is counted with it alone, whatever else it "
        "says; one without is counted as unclear, or as no position found. So the numbers of "
        "a row add up to its voices."
    )


def corpus() -> None:
    """Write how much was read, all filters aside."""
    st.header("What was read", anchor=False)
    everything = data.headline(Filters())
    facts = data.facts(Filters())
    span = ""
    if everything.first_on and everything.last_on:
        span = f", published {day(everything.first_on)} to {day(everything.last_on)}"
        if everything.first_on == everything.last_on:
            span = f", dated {day(everything.first_on)}"
    undated = f"; {plural(everything.undated, 'article')} undated" if everything.undated else ""
    if everything.unnamed:
        undated += f"; {plural(everything.unnamed, 'article')} without a named outlet"
    st.markdown(
        f"{plural(everything.articles, 'article')} from {plural(everything.outlets, 'outlet')}"
        f"{span}{undated}. They hold {plural(everything.claims, 'claim')} by "
        f"{plural(everything.speakers, 'voice')} from "
        f"{plural(everything.countries, 'country')}, and {plural(everything.positions, 'position')}: "
        f"for {amount(everything.unclear)} the program could not tell the stance, for "
        f"{amount(everything.none)} it found none."
    )
    if everything.without_country:
        st.markdown(
            f"For {amount(everything.without_country)} of {plural(everything.claims, 'claim')} the text does "
            "not say which country the voice comes from."
        )
    if facts.data_date:
        st.caption(f"Data of {facts.data_date} · data version {data.desk().version[:12]}")


def targets() -> None:
    """List every target that is looked for or was found, with its definition and how often it occurs."""
    st.header("The targets", anchor=False)
    st.markdown(
        "Select a target to see who stands where on it. To add one, add a line to `seeds/targets.csv`."
    )
    listed = [(t.target_id, t.name, t.kind, t.definition) for t in data.catalogue()]
    table = _target_table(listed)
    event = st.dataframe(
        table.drop(columns="target_id"),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="targets_table",
        height=min(38 + 35 * max(len(table), 1), 420),
        column_config={"Definition": st.column_config.TextColumn(width="large")},
        alt="Targets with their kind, definition and numbers of positions.",
    )
    if event.selection.rows:
        chosen = str(table["target_id"].iloc[event.selection.rows[0]])
        if st.button("Show this target by country", type="primary", key="show_target"):
            filters.jump(Filters(targets=(chosen,)), "countries")


def _target_table(listed: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    counted = data.tally("target", weight="claims", filters=Filters())
    taken = counted[counted["stance"].isin(STANCES)].groupby("value")["votes"].sum()
    every = counted.groupby("value")["votes"].sum()
    names, kinds = data.target_names(), data.target_kinds()
    known = {target_id: (name, kind, meaning) for target_id, name, kind, meaning in listed}
    found = {
        str(value): (names.get(str(value), str(value)), kinds.get(str(value), ""), "")
        for value in every.index
    }
    rows = []
    for target_id, (name, kind, meaning) in {**found, **known}.items():
        positions, mentions = int(taken.get(target_id, 0)), int(every.get(target_id, 0))
        if not mentions and "{" in name:
            continue  # a pattern that makes one target for each country it meets
        state = "position taken" if positions else "discussed, no position found" if mentions else "not found"
        rows.append(
            {
                "target_id": target_id,
                "Target": standing(name),
                "Kind": TARGET_KIND_LABELS.get(kind, kind),
                "Definition": meaning,
                "Positions": positions,
                "Mentions": mentions,
                "State": state,
            }
        )
    columns = ["target_id", "Target", "Kind", "Definition", "Positions", "Mentions", "State"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(
        ["Positions", "Mentions", "Target"], ascending=[False, False, True], ignore_index=True
    )


def quality() -> None:
    """Write the measured quality, or that nothing has been measured yet."""
    st.header("How well it works", anchor=False)
    model_card.show_model()
    try:
        measured = load_quality()
    except ModelError as error:
        trouble.show(error, "The record of measured quality cannot be read.")
        return
    if not measured:
        st.info(
            "Not measured yet on this installation. `stances evaluate --record` measures it.",
            icon=":material/straighten:",
        )
        return
    st.markdown("Measured on articles coded by people. The interval says how far the figure may be off.")
    said = whole_path(measured)
    if said:
        st.markdown(said)
    for section, record in measured.items():
        with st.container(border=True):
            st.subheader(plain(_readable(section)), anchor=False)
            figures = record.get("figures", {})
            rows = _figures(
                {n: v for n, v in figures.items() if n not in _DRAWN and not n.startswith("coded ")}
                if model_card.confusion(figures)
                else figures
            )
            st.dataframe(pd.DataFrame(rows), hide_index=True, alt=f"Measured quality: {_readable(section)}")
            model_card.show_confusion(figures)
            where = [f"On {_in_words(str(record['data']))}" if record.get("data") else ""]
            where.append(f"measured on {record['measured_on']}" if record.get("measured_on") else "")
            st.caption(plain(", ".join(part for part in where if part)))


def whole_path(measured: Mapping[str, Any]) -> str:
    """Return in plain words how much comes out right from the article alone; "" where it was not measured.

    The share of right stances on given passages is three times as high: a reader has to know which of the
    two speaks of the charts.

    Examples
    --------
    >>> figures = {"coded positions that come out right": {"hits": 3, "of": 10},
    ...     "coded positions whose target is found": {"hits": 4, "of": 10}}
    >>> whole_path({"claims, speakers and targets in x": {"figures": figures}})[:73]
    '**From the article alone, 30 % of 10 positions that people coded come out'
    >>> whole_path({})
    ''
    """
    names = ("coded positions that come out right", "coded positions whose target is found")
    rows = [
        [record["figures"][name] for name in names]
        for record in measured.values()
        if all(name in record.get("figures", {}) for name in names)
    ]
    total = sum(right["of"] for right, _ in rows)
    if not total:
        return ""
    right, found = (sum(row[i]["hits"] for row in rows) / total for i in range(2))
    return (
        f"**From the article alone, {right:.0%} of {plural(total, 'position')} that people coded come out "
        f"wholly right**: the passage found, the right speaker, target and stance. The target is found for "
        f"{found:.0%}; most of the rest is missing rather than reversed. The far higher figures on stances "
        "below are for passages and targets that are given. Review labels before you show them."
    ).replace("%", " %")


# Names of data sets and figures in words that need no course in statistics.
_SETS: Final = {
    "dev_news": "US and British security news",
    "dev_region": "articles on Eurasian trade, energy and corridors",
    "polnear_dev": "political news of the PolNeAR corpus",
}
_SAID: Final = {
    "macro-F1": "agreement with the coders (macro-F1, best 1)",
    "F1 of": "agreement (F1) on",
    "calibration error": "how far the stated certainty is off (calibration error, best 0)",
    "content_f1": "words of the claim found (F1)",
    "whole_f1": "speaker, cue and claim all right (F1)",
    "none share": "part shown as no position found",
    "unclear share": "part shown as unclear",
    "shown accuracy": "labels shown that are right",
    "shown share": "part shown with a stance",
    "position: position recall": "positions that are recognised as positions",
    "for comparison, VADER": "for comparison: the word list VADER",
    "for comparison, TextBlob": "for comparison: the word list TextBlob",
    "for comparison, most frequent label": "for comparison: always the most frequent label",
}
_DRAWN: Final = ("confusion", "thresholds")


def _in_words(text: str) -> str:
    for name, words in _SETS.items():
        text = text.replace(f"{name}.jsonl", name).replace(name, words)
    return text


def _readable(name: str) -> str:
    for short, words in _SAID.items():
        name = name.replace(short, words)
    words = _in_words(name).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _figures(figures: Any, prefix: str = "") -> list[dict[str, str]]:
    """Flatten nested figures into rows; a dict with low and high is one figure with its interval."""
    rows: list[dict[str, str]] = []
    for name, value in figures.items():
        title = f"{prefix}{_readable(str(name))}"
        if isinstance(value, dict) and "value" in value:
            low, high = value.get("low"), value.get("high")
            spread = f"{low:.2f} to {high:.2f}" if low is not None and high is not None else ""
            rows.append({"Figure": title, "Value": _number(value["value"]), "Interval": spread})
        elif isinstance(value, dict):
            rows += _figures(value, f"{title}: ")
        elif isinstance(value, list) and len(value) == 3 and all(isinstance(v, int | float) for v in value):
            rows.append(
                {"Figure": title, "Value": _number(value[0]), "Interval": f"{value[1]:.2f} to {value[2]:.2f}"}
            )
        elif isinstance(value, int | float | str):
            rows.append({"Figure": title, "Value": _number(value), "Interval": ""})
    return rows


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}"


def limits() -> None:
    """Write where the product falls short."""
    st.header("Limits", anchor=False)
    for limit in _LIMITS:
        st.markdown(f"- {limit}")
    st.header("Sources of the method", anchor=False)
    st.markdown(
        "Claims are found with a model trained on PolNeAR 1.0 (Newell, Margolin and Ruths, 2018), a corpus "
        "of attributions in political news. Third-party models and data, with their terms, are listed in the "
        "file NOTICE of the project."
    )
