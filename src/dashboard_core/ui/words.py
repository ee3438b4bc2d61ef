"""What the words on the pages mean, said once: in a box on every page with charts, and on the Method page."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_core.charts import SYMBOLS
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["STANCE_MEANINGS", "TERMS", "box"]

TERMS: Final = (
    (
        "Claim",
        "A passage in which one person or institution is reported to say something, in their words or "
        "in the journalist's. What two people say is two claims.",
    ),
    (
        "Voice",
        "Whoever speaks in a claim: a person, an institution, or a capital that stands for its "
        "government. Vague groups such as “analysts” are nobody.",
    ),
    (
        "Target",
        "What a claim is about: an organisation, an agreement, a country, a proposal, a policy or an "
        "activity.",
    ),
    (
        "Position",
        "What one claim holds on one target: supportive, cautious or opposed, or that no clear stance was "
        "found. A claim can hold several, also opposite ones: against a new alliance, for joint exercises.",
    ),
    (
        "Vote",
        "What bars count: each voice has one vote on each target, however often it is quoted. Two stances on "
        "one target share it.",
    ),
    (
        "Kind of voice",
        "Whether a head of government, an official, an expert, an academic or someone else "
        "speaks. Four experts are not their government, so charts say whose voices they are.",
    ),
    (
        "Country",
        "The country that the voice comes from or speaks for, if the text says so. It is never "
        "guessed from a name.",
    ),
)
STANCE_MEANINGS: Final = {
    "supportive": "Endorses, welcomes, defends, joins or calls for the target, or expects good from it.",
    "cautious": "Attaches conditions, hedges, weighs both sides, wants to go slowly, or points to costs and "
    "obstacles without rejecting the target.",
    "opposed": "Rejects, refuses, condemns, leaves or blocks the target, or calls it useless or harmful.",
    "unclear": "The program could not tell. That is the program's doubt, not the speaker's: not the same as "
    "cautious.",
    "none": "The program found no position: the claim mentions or describes the target, no more.",
}


def box() -> None:
    """Offer the words with their meanings; closed, they cost a click nothing."""
    found = st.popover(
        "What the words mean", icon=":material/help:", type="tertiary", key="words", on_change="rerun"
    )
    with found:
        if found.open:
            lines = [f"**{term}.** {meaning}" for term, meaning in TERMS]
            lines += [f"**{SYMBOLS[s]} {STANCE_LABELS[s]}.** {told}" for s, told in STANCE_MEANINGS.items()]
            st.markdown("\n\n".join(lines))
