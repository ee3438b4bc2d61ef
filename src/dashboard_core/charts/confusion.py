"""How a model's labels stand against those of people: one square per pair, its number in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard_core.charts.layout import FONT, SIZES, SizeName, axis
from dashboard_core.charts.palette import THEMES, ThemeName, contrast, mix
from dashboard_core.vocabulary import STANCE_LABELS, STANCE_STATES

__all__ = ["confusion_figure", "confusion_table"]


def confusion_table(counts: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """Return the counts as a table, one row per label that people gave, in the order of the stances.

    Examples
    --------
    >>> confusion_table({"opposed": {"opposed": 3, "cautious": 1}})["Machine: opposed"].tolist()
    [3]
    """
    rows = [state for state in STANCE_STATES if state in counts]
    columns = [state for state in STANCE_STATES if any(state in given for given in counts.values())]
    table = pd.DataFrame({"People": [STANCE_LABELS[state] for state in rows]})
    for column in columns:
        # The state itself, not its label: "Machine: Unclear" would stand out in the middle of a line.
        table[f"Machine: {column}"] = [int(counts[r].get(column, 0)) for r in rows]
    return table


def confusion_figure(table: pd.DataFrame, *, theme: ThemeName, size: SizeName) -> dict[str, Any]:
    """Return a heat map of :func:`confusion_table`: the darker, the larger the part of its row."""
    look, scale = THEMES[theme], SIZES[size]
    numbers = table.drop(columns="People")
    parts = numbers.div(numbers.sum(axis=1).where(lambda total: total > 0, 1), axis=0)
    # Steps, not a colour scale of Plotly's: numbers in the squares stay legible in both themes.
    shades = [
        [mix(look.stance["supportive"], look.page, 0.08 + 0.84 * part) for part in row]
        for row in parts.to_numpy()
    ]
    rows, columns = table["People"].tolist(), [name.replace(": ", ":<br>") for name in numbers.columns]
    notes = [
        {
            "x": x,
            "y": y,
            "text": f"<b>{count}</b>",
            "showarrow": False,
            "font": {
                "family": FONT,
                "size": scale.body,
                "color": _ink(shades[y][x]),
            },
        }
        for y, row in enumerate(numbers.to_numpy().tolist())
        for x, count in enumerate(row)
    ]
    squares = [
        {
            "type": "rect",
            "layer": "below",
            "x0": x - 0.48,
            "x1": x + 0.48,
            "y0": y - 0.46,
            "y1": y + 0.46,
            "fillcolor": shade,
            "line": {"color": look.line, "width": 1},
        }
        for y, row in enumerate(shades)
        for x, shade in enumerate(row)
    ]
    layout = {
        "annotations": notes,
        "shapes": squares,
        "xaxis": axis(columns, scale.small, look) | {"range": [-0.5, len(columns) - 0.5], "side": "top"},
        "yaxis": axis([f"People: {row.lower()}" for row in rows], scale.body, look)
        | {"range": [len(rows) - 0.5, -0.5], "ticklabelstandoff": 6},
        "margin": {"l": round(scale.body * 9.5), "r": 10, "t": round(scale.body * 3.6), "b": 10, "pad": 0},
        "height": round(scale.body * 4.4 + len(rows) * scale.row * 1.1),
        "paper_bgcolor": look.page,
        "plot_bgcolor": look.page,
        "font": {"family": FONT, "size": scale.body, "color": look.text},
        "showlegend": False,
        "dragmode": False,
    }
    # An invisible trace: axes without one are not drawn.
    points = {"type": "scatter", "mode": "markers", "x": [0], "y": [0], "opacity": 0, "hoverinfo": "skip"}
    return {"data": [points], "layout": layout}


def _ink(shade: str) -> str:
    return "#FFFFFF" if contrast("#FFFFFF", shade) >= contrast("#000000", shade) else "#000000"
