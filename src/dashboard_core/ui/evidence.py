"""The Evidence page: claims in a table, one claim's passport, and its article with every claim marked."""

from __future__ import annotations

from functools import cache
from textwrap import shorten
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_core.charts import MISSING, SYMBOLS, THEMES
from dashboard_core.charts.wording import plural, standing
from dashboard_core.read.body import find_body
from dashboard_core.ui import data, downloads, filters, reader, theme
from dashboard_core.ui.copies import also_published
from dashboard_core.ui.downloads import label_line
from dashboard_core.ui.links import plain, web_address
from dashboard_core.ui.panel import claim_rows
from dashboard_core.vocabulary import STANCE_LABELS, STANCES, TIER_LABELS

__all__ = ["claims_table", "passport", "whole_article"]

# A table of a million rows helps nobody; the CSV has them all and its button says so.
_ROWS: Final = 500
# Letters of an article that is scrolled in a box of its own.
_LONG: Final = 2_000
# What a reader should know of how the passage gives its target; that it is named goes without saying.
_BASIS: Final = {
    "resolved": "The passage does not name it; words such as “this idea” stand for it",
    "context": "The passage does not name it; the headline or the sentence before does",
}
# In pixels: in a window of 1440 no column is cut off; the claim is read whole below the table, and outlet
# and kind of voice stand there, too.
_WIDTHS: Final = {
    "Speaker": 135,
    "Country": 90,
    "Target": 145,
    "Stance": 120,
    "Claim": 375,
    "Published": 92,
}
# The claim for which the reader came here by a link or a button, and the one selected in the table.
_CAME: Final = "_evidence_came"
_PICKED: Final = "_evidence_picked"
_OPEN: Final = """
export default function ({ data }) {
  let tries = 0;
  const open = () => {
    const mark = document.querySelector(".st-key-article mark.dc-focus");
    if (!mark) { if (tries++ < 30) setTimeout(open, 100); return; }
    let box = mark.parentElement;
    const fits = (one) => one.scrollHeight <= one.clientHeight + 8;
    while (box && fits(box) && !box.matches("section")) box = box.parentElement;
    if (!box || box.matches("section") || box.dataset.opened === data.claim) return;
    box.dataset.opened = data.claim;
    box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - 90;
  };
  open();
}
"""
# Three lines of a claim, so that two of one speaker can be told apart.
_ROW: Final = 66
_SHOWN: Final = 150


def claims_table() -> dict[str, Any] | None:
    """Write the claims as a table and return the one selected, or the one a link asks for."""
    numbers = data.headline()
    rows = _asked_first(data.positions(limit=_ROWS))
    said = f"{plural(numbers.claims, 'claim')}, {plural(numbers.positions, 'position')}"
    cut = f", the first {_ROWS} positions listed" if numbers.positions > _ROWS else ""
    st.markdown(f"**{said}{cut}.** Select a row to read it in its article.")
    table = _table(rows)
    event = st.dataframe(
        table,
        hide_index=True,
        height=min(38 + _ROW * max(len(table), 1), 390),
        row_height=_ROW,
        column_config={
            **{name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
            "Sure": st.column_config.NumberColumn(
                format="%d%%", width=55, help="How sure the classifier is of the stance."
            ),
        },
        on_select="rerun",
        selection_mode="single-row",
        # Who comes for one claim finds it ticked, at the top of the table.
        selection_default={"selection": {"rows": [0]}} if _asked(rows) else None,
        key=f"claims_table{st.session_state[_CAME]}",
        alt=f"Table of claims with speaker, target and stance. {said}.",
    )
    downloads.positions_csv(
        filters.current(), key="csv_evidence", text="CSV of everything that matches", kind="evidence"
    )
    picked = event.selection.rows
    if picked and picked[0] < len(rows):
        claim_id = str(rows["claim_id"].iloc[picked[0]])
        st.query_params["claim"] = st.session_state[_PICKED] = claim_id
    else:
        claim_id = st.query_params.get("claim", "")
    chosen = rows[rows["claim_id"] == claim_id]
    if chosen.empty and len(rows):
        chosen = rows[rows["claim_id"] == rows["claim_id"].iloc[0]]
    return claim_rows(chosen)[0] | {"positions": chosen} if len(chosen) else None


def _asked_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with those of the claim first for which the reader came to this page.

    The order then stays, whichever row is selected.
    """
    state = st.session_state
    asked = st.query_params.get("claim", "")
    # What this page wrote itself when a row was selected is no arrival.
    if not asked or asked != state.get(_PICKED):
        state[_CAME] = asked
    came = state.get(_CAME, "")
    first = rows["claim_id"] == came
    return pd.concat([rows[first], rows[~first]], ignore_index=True) if first.any() else rows


def _asked(rows: pd.DataFrame) -> bool:
    came = st.session_state.get(_CAME, "")
    return bool(came) and len(rows) > 0 and rows["claim_id"].iloc[0] == came


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    names = data.country_names()
    return pd.DataFrame(
        {
            "Speaker": rows["speaker"],
            "Country": rows["country"]
            .map(lambda code: names.get(code, code), na_action="ignore")
            .fillna(MISSING["country"]),
            "Target": rows["target"].map(standing),
            "Stance": [f"{SYMBOLS[stance]} {STANCE_LABELS[stance]}" for stance in rows["stance"].astype(str)],
            "Claim": [shorten(str(text), _SHOWN, placeholder=" …") for text in rows["text"]],
            "Published": rows["published_on"].dt.strftime("%Y-%m-%d").fillna("undated"),
            "Sure": (rows["confidence"] * 100).round().astype("int64"),
        }
    )


def passport(claim: dict[str, Any] | None) -> None:
    """Write what is known of one claim: its words, its labels and what each rests on."""
    if claim is None:
        return
    look = THEMES[theme.theme_name()]
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("The claim", anchor=False)
        weighed = [str(words) for words in claim["positions"]["evidence"].dropna()]
        st.html(reader.card_html(claim | {"weighed": weighed}, look, filters.current().text))
        if weighed:
            st.caption("Dotted line: the words that weighed most for a label.")
    with right:
        st.subheader("What the labels rest on", anchor=False)
        for row in claim["positions"].to_dict("records"):
            st.markdown(_label(row))
        facts = {
            "Named in the passage as": str(claim["mention"] or "").strip(" ,;:–—-"),
            "Word that reports the speech": claim["cue"],
            "Kind of speech": {"direct": "in the speaker's words", "indirect": "reported", "mixed": "both"}[
                claim["kind"]
            ],
            "Country rests on": claim["country_evidence"],
            "Kind of voice": TIER_LABELS.get(str(claim["tier"]), ""),
            "Labels by": f"the stance program, version {claim['model_version']}",
        }
        known = [f"{name}: **{plain(str(value))}**" for name, value in facts.items() if not _absent(value)]
        st.markdown("  \n".join(known))
        if st.button("Review or correct this claim", icon=":material/rate_review:", key="to_review"):
            pages = st.session_state["_pages"]
            st.switch_page(pages["review"], query_params={"claim": str(claim["claim_id"])})


def _label(row: dict[str, Any]) -> str:
    """Say one label with its alternatives: "cautious (80 % sure)"."""
    stance = str(row["stance"])
    if row["review"] != "unreviewed":
        machine = row["machine_stance"] if isinstance(row["machine_stance"], str) else ""
        return plain(label_line(standing(str(row["target"])), stance, machine, str(row["review"])))
    shares = {name: float(row[f"p_{name}"]) for name in STANCES}
    others = [
        f"{STANCE_LABELS[name].lower()} {share:.0%}"
        for name, share in sorted(shares.items(), key=lambda entry: -entry[1])
        if name != stance and share >= 0.005
    ]
    lines = [f"**{plain(standing(str(row['target'])))}**: {SYMBOLS[stance]} {STANCE_LABELS[stance].lower()}"]
    if row["target_basis"] in _BASIS:
        lines.append(_BASIS[row["target_basis"]])
    if stance in STANCES:
        # The classifier takes it for granted that the passage is about its target.
        granted = " if it is about that at all" if row["target_basis"] == "context" else ""
        lines[0] += f", {row['confidence']:.0%} sure{granted}"
        lines.append(f"Also possible: {', '.join(others)}" if others else "")
    elif stance == "unclear":
        lines.append(f"Not sure enough to choose: {', '.join(others)}")
    else:
        lines.append(f"Takes a position at all: {row['p_stance']:.0%}")
    if not _absent(row["evidence"]):
        lines.append(f"Words that weighed most: “{plain(_unquoted(str(row['evidence'])))}”")
    return "  \n".join(line for line in lines if line)


def _unquoted(words: str) -> str:
    """Return words without quotation marks around them: they get their own."""
    return words.strip().strip('“”„«»"‘’').strip()


def _absent(value: Any) -> bool:
    return value is None or value != value or value == ""


def whole_article(claim: dict[str, Any] | None) -> None:
    """Write the whole article of a claim, every claim in it marked by stance."""
    if claim is None:
        return
    found = data.article(str(claim["article_id"]))
    if found.empty:
        st.info("This article is no longer in the store.")
        return
    row = found.iloc[0]
    st.subheader("The whole article", anchor=False)
    title = "Untitled article" if _absent(row["title"]) else str(row["title"])
    about = [str(row[name]) for name in ("outlet", "author") if not _absent(row[name])]
    about.append("undated" if _absent(row["published_on"]) else f"{row['published_on']:%d %B %Y}".lstrip("0"))
    st.markdown(f"**{plain(title)}**  \n{plain(' · '.join(about))}")
    also_published(data.desk().store, str(claim["article_id"]), each=filters.current().as_published)
    url = "" if _absent(row["url"]) else web_address(str(row["url"]))
    if url:
        place = "the outlet" if _absent(row["outlet"]) else plain(str(row["outlet"]))
        st.link_button(f"Read at {place}", url, icon=":material/open_in_new:")
    jump = f'<a href="#{claim["claim_id"]}">Jump to the claim in the article</a>'
    st.html(_key() + f'<p class="dc-meta">{jump}</p>')
    height: Any = 640 if len(str(row["text"])) > _LONG else "content"
    with st.container(height=height, border=True, key="article"):
        st.html(
            reader.article_html(
                str(row["text"]),
                _passages(str(claim["article_id"])),
                body=find_body(str(row["text"])),
                needle=filters.current().text,
                focus=str(claim["claim_id"]),
            )
        )
    _opener()(key="article_opener", data={"claim": str(claim["claim_id"])}, height="content")


@cache
def _opener() -> Any:
    """Return what opens the article's box at the claim; a long article would be shown at its head."""
    return st.components.v2.component("stances_passage", js=_OPEN)


def _key() -> str:
    marks = "".join(
        f'<mark class="dc-{stance}">{SYMBOLS[stance]} {STANCE_LABELS[stance]}</mark>&nbsp; '
        for stance in STANCES
    )
    grey = "several stances, unclear or no position"
    if filters.current().targets:
        grey += ", or on another target"
    return (
        f'<div class="dc-article dc-key">{marks}<mark>{grey}</mark>&nbsp; '
        '<mark class="dc-focus">the claim above</mark></div>'
    )


def _passages(article_id: str) -> list[reader.Passage]:
    """Return the claims of an article; under a filter on targets with their stances on these alone."""
    stances: dict[str, list[tuple[str, str]]] = {}
    rows = data.article_positions(article_id)
    wanted = filters.current().targets
    asked = rows["target_id"].isin(wanted)
    # Else a mark in the colour of another target would be read as the answer on the one asked for.
    spoken = set(rows.loc[asked, "claim_id"])
    rows = rows[asked | ~rows["claim_id"].isin(spoken)]
    for claim_id, target, stance in zip(rows["claim_id"], rows["target"], rows["stance"], strict=True):
        stances.setdefault(str(claim_id), []).append((str(target), str(stance)))
    claims = data.article_claims(article_id)
    return [
        reader.Passage(
            *(str(c), int(start), int(end), str(speaker), tuple(stances.get(str(c), ()))),
            beside=bool(wanted) and c not in spoken,
        )
        for c, start, end, speaker in zip(
            claims["claim_id"], claims["start"], claims["end"], claims["speaker"], strict=True
        )
    ]
