"""The page that the dashboard is timed beside: pandas, plotly express and Streamlit, plainly written."""

from __future__ import annotations

__all__ = ["PAGE"]

# A script of its own: Streamlit runs it from a file, and only the dashboard's ui may import Streamlit.
PAGE = """
import os

import pandas as pd
import plotly.express as px
import streamlit as st

STANCES = ["opposed", "cautious", "supportive"]
st.set_page_config(layout="wide")


@st.cache_data
def load():
    return pd.read_parquet(os.environ["PLAIN_TABLE"])


def votes(table, groups):
    keys = list(dict.fromkeys([*groups, "speaker_id", "target_id"]))
    cells = table.groupby([*keys, "stance"], dropna=False, observed=True).size().reset_index(name="positions")
    taken = cells["stance"].isin(STANCES)
    cells["votes"] = 1.0
    cells.loc[taken, "votes"] = 1.0 / cells[taken].groupby(keys, dropna=False)["stance"].transform("size")
    return cells.groupby([*groups, "stance"], dropna=False, observed=True)["votes"].sum().reset_index()


table = load()
with st.sidebar:
    chosen = {
        column: st.multiselect(label, sorted(table[column].dropna().unique()), key=column)
        for label, column in [
            ("Country of the speaker", "country"),
            ("Target", "target"),
            ("Kind of voice", "tier"),
            ("Outlet", "outlet"),
        ]
    }
keep = pd.Series(True, index=table.index)
for column, values in chosen.items():
    if values:
        keep &= table[column].isin(values)
found = table[keep]
st.title("Overview")
st.write(f"{found['speaker_id'].nunique():,} voices, {found['claim_id'].nunique():,} claims")
for place, groups in enumerate((["target"], ["country"], ["tier"])):
    counted = votes(found, groups)
    counted = counted[counted["stance"].isin(STANCES)]
    top = counted.groupby(groups[0])["votes"].sum().nlargest(8).index
    shown = counted[counted[groups[0]].isin(top)]
    title = f"{len(found):,} positions"
    figure = px.bar(shown, x="votes", y=groups[0], color="stance", orientation="h", title=title)
    st.plotly_chart(figure, key=f"chart{place}")
"""
