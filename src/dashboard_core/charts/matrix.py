"""A matrix of actors and targets: the colour says where a cell leans, the numbers its voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, Final, Literal

import pandas as pd

from dashboard_core.charts import findings, wording
from dashboard_core.charts.bars import MISSING
from dashboard_core.charts.bars_figure import APART
from dashboard_core.charts.layout import (
    FONT,
    SIZES,
    Chart,
    Drawn,
    Size,
    SizeName,
    axis,
    fitted,
    frame,
    label,
    lines_of,
    text_above,
    wrap,
)
from dashboard_core.charts.matrix_words import finding, score, told, told_apart, without
from dashboard_core.charts.palette import SYMBOLS, THEMES, Theme, ThemeName, contrast, mix
from dashboard_core.vocabulary import STANCE_LABELS

__all__ = ["position_matrix"]

Sort = Literal["votes", "stance", "name"]
_HATCHED: Final = "Hatched: nothing was found."
# Where a cell leans, in five steps that a legend can name; in between no reader tells shades apart.
_STEPS: Final = (
    (-1.0, "opposed", 1.0, "all opposed"),
    (-0.6, "opposed", 0.55, "most of the clear opposed"),
    (0.0, "cautious", 0.6, "cautious or divided"),
    (0.6, "supportive", 0.5, "most of the clear supportive"),
    (1.0, "supportive", 1.0, "all supportive"),
)


def _colours(cell: Mapping[Any, Any], look: Theme) -> tuple[str, str]:
    """Return the shade of a cell, and of the line around it: that keeps 3:1 against the page."""
    place = score(cell)
    _, stance, strength, _ = next(step for step in _STEPS if step[0] == place)
    return mix(look.stance[stance], look.page, strength), look.stance[stance]


def _keys(cells: pd.DataFrame, column: str, names: Mapping[str, str], sort: Sort, limit: int) -> list[str]:
    """Return the actors (or targets) in the order asked for, the most heard ``limit`` of them."""
    known = cells.dropna(subset=[column])
    totals = known.groupby(column)[["opposed", "supportive", "n", "unclear", "none"]].sum()
    totals["all"] = totals["n"] + totals["unclear"] + totals["none"]
    totals = totals.sort_values(["n", "all"], ascending=False, kind="stable").head(limit)
    if sort == "votes":
        # Drawn are those with something to see; in order they stand by the votes that their cells count.
        totals = totals.sort_values(["all", "n"], ascending=False, kind="stable")
    totals["name"] = [wording.standing(names.get(str(key), str(key))) for key in totals.index]
    if sort == "name":
        totals = totals.sort_values("name")
    elif sort == "stance":
        held = totals["n"].where(totals["n"] > 0)
        totals["share"] = ((totals["supportive"] - totals["opposed"]) / held).fillna(-2)
        totals = totals.sort_values(["share", "n"], ascending=False, kind="stable")
    return [str(key) for key in totals.index]


def _columns(cells: pd.DataFrame, names: Mapping[str, str], sort: Sort, limit: int) -> list[str]:
    """Return the targets drawn: those most spoken of, and for who speaks of none of these what they speak of.

    Else a row would be hatched from end to end, as if its voices had said nothing.
    """
    first = _keys(cells, "column", names, "votes", limit)
    clear = cells[(cells["n"] > 0) & cells["row"].notna() & cells["column"].notna()]
    rest = clear[~clear["row"].isin(clear.loc[clear["column"].isin(first), "row"])]
    own = rest.sort_values("n", ascending=False, kind="stable").drop_duplicates("row")["column"]
    added = [str(key) for key in own.drop_duplicates().head(limit // 3)]
    kept = [*first[: limit - len(added)], *added] if len(first) == limit else first
    return _keys(cells[cells["column"].isin(kept)], "column", names, sort, limit)


def position_matrix(
    cells: pd.DataFrame,
    *,
    facts: wording.Facts,
    row_noun: str = "country",
    row_names: Mapping[str, str] | None = None,
    column_names: Mapping[str, str] | None = None,
    spelled: Mapping[str, str] | None = None,
    sort_rows: Sort = "votes",
    sort_columns: Sort = "votes",
    rows: int = 20,
    columns: int = 9,
    part: tuple[int, int] | None = None,
    theme: ThemeName = "light",
    size: SizeName = "wide",
    width: int = 0,
    height: int = 0,
) -> Chart:
    """Return a matrix of who stands where on what.

    Parameters
    ----------
    cells : DataFrame, one row per (row, column)
        As :func:`dashboard_core.query.matrix` gives it: ``row`` and ``column`` str, votes ``opposed``,
        ``cautious``, ``supportive``, ``unclear``, ``none``; ``n`` float, votes that take a position.
        Cells that are absent have nothing coded and are hatched.
    spelled : mapping
        Abbreviation -> full name; those that the matrix shows are spelled out in its note.
    rows, columns : int
        How many are drawn; the note counts the others.
    part : (int, int), optional
        Instead of ``rows``: which of them to draw, the first and how many, where a screen holds few; the
        title speaks of these alone.
    width, height : int
        Pixels that are there to be filled, where that is known; see :func:`layout.fitted`.
    """
    look = THEMES[theme]
    row_names, column_names = row_names or {}, column_names or {}
    columns = min(columns, {"narrow": 5, "middle": 7, "meeting": 8}.get(size, columns))
    column_keys = _columns(cells, column_names, sort_columns, columns)
    # Of more rows than can be drawn those with something to see in the columns that are.
    heard = cells.loc[cells["column"].isin(column_keys), "row"]
    count = cells["row"].nunique()
    if part is None:
        among = cells[cells["row"].isin(heard)] if count > rows else cells
        row_keys = _keys(among, "row", row_names, sort_rows, rows)
    else:
        row_keys = _keys(cells, "row", row_names, sort_rows, count)[part[0] : part[0] + part[1]]
    held = {
        (str(cell["row"]), str(cell["column"])): cell
        for cell in cells.dropna(subset=["row", "column"]).to_dict("records")
    }
    # The title counts those for whom there is no room, too: the table has them.
    others = [] if part else map(str, heard.dropna().unique())
    everyone = list(dict.fromkeys([*row_keys, *others]))
    brief_rows, brief_columns = (
        {key: wording.brief(names.get(key, key)) for key in keys}
        for keys, names in ((everyone, row_names), (column_keys, column_names))
    )
    seen = {place: cell for place, cell in held.items() if place[0] in row_keys} if part else held
    title = finding(seen, everyone, column_keys, brief_rows, brief_columns, row_noun)
    title += wording.among(len(row_keys), count, row_noun) if part else ""
    # In a sentence a name keeps its small letter, at the head of a row or column it stands alone.
    row_names, column_names = (
        {str(key): wording.standing(names.get(str(key), str(key))) for key in cells[side].dropna().unique()}
        for side, names in (("row", row_names), ("column", column_names))
    )
    notes = []
    hidden_rows = count - len(row_keys)
    hidden_columns = cells["column"].nunique() - len(column_keys)
    hidden = ((hidden_rows, row_noun), (hidden_columns, "target"))
    if parts := [wording.plural(count, noun) for count, noun in hidden if count > 0]:
        where = "Not on this screen" if part else "Not drawn, but in the table"
        notes.append(f"{where}: {' and '.join(parts)}.")
    drawn = [held.get((row, column)) for row in row_keys for column in column_keys]
    hatched = any(cell is None for cell in drawn)
    held_apart = [state for state in APART if any(cell is not None and cell[state] for cell in drawn)]
    if held_apart:
        signs = " and ".join(f"{SYMBOLS[state]} {STANCE_LABELS[state].lower()}" for state in held_apart)
        notes.append(f"Counted in “of”, but for no side: {signs}.")
    if cells["row"].isna().any():
        notes.append(f"Voices whose {row_noun} is not stated have no row.")
    listed = [title, *(row_names.get(key, key) for key in row_keys)]
    listed += [column_names.get(key, key) for key in column_keys]
    notes.append(wording.abbreviations(listed, spelled or {}))
    said = [line for line in notes if line]
    texts = {
        "title": title,
        "subtitle": wording.subtitle(facts, measure="Where most clear voices stand, with their number"),
        "note": wording.note(facts, [_HATCHED, *said] if hatched else said),
        "source": wording.source(facts),
    }
    figure = _figure(
        held, row_keys, column_keys, row_names, column_names, texts, look, fitted(SIZES[size], width, height)
    )
    return Chart(
        figure=figure,
        alt=f"Matrix. {title}. {wording.plural(len(row_keys), row_noun)} by "
        f"{wording.plural(len(column_keys), 'target')}; the table below has every cell. {texts['subtitle']}.",
        table=_table(cells, row_names, column_names, row_noun),
        shown=tuple(row_keys),
        rows=count,
        # On a slide the matrix is a table, with dots where nothing was found; its legend says so.
        drawn=replace(
            _drawn(held, row_keys, column_keys, row_names, column_names), note=wording.note(facts, said)
        ),
        **texts,
    )


def _drawn(
    held: Mapping[tuple[str, str], Mapping[Any, Any]],
    row_keys: Sequence[str],
    column_keys: Sequence[str],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
) -> Drawn:
    series: dict[str, tuple[float, ...]] = {}
    counts: dict[str, tuple[float, ...]] = {}
    apart: dict[str, tuple[float, ...]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    for column in column_keys:
        cells = [held.get((row, column)) for row in row_keys]
        votes = [float(cell["n"]) if cell is not None else 0.0 for cell in cells]
        name = column_names.get(column, column)
        series[name] = tuple(
            score(cell) if cell is not None and n else float("nan")
            for cell, n in zip(cells, votes, strict=True)
        )
        texts[name] = tuple(
            "" if cell is None else f"{told(cell)}  {told_apart(cell)}".strip() for cell in cells
        )
        counts[name] = tuple(votes)
        apart[name] = tuple(without(cell) for cell in cells)
    names = tuple(row_names.get(row, row) for row in row_keys)
    return Drawn(names, series, counts, "matrix", apart=apart, texts=texts)


def _figure(
    held: Mapping[tuple[str, str], Mapping[Any, Any]],
    row_keys: Sequence[str],
    column_keys: Sequence[str],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    texts: Mapping[str, str],
    look: Theme,
    scale: Size,
) -> dict[str, Any]:
    headings = [
        wrap(column_names.get(key, key), max(round(scale.label * 0.5), 9), lines=4) for key in column_keys
    ]
    tallest = max((heading.count("<br>") + 1 for heading in headings), default=1)
    # Squares are larger than letters and gaps stand between: two lines on a small screen, three on a phone.
    in_lines = min(lines_of(sum(len(text) + 8 for *_, text in _STEPS), scale), 3)
    legend = round(scale.body * (0.7 + 1.5 * in_lines))
    columns_height = round(tallest * scale.small * 1.35 + 10)
    width = max((min(len(row_names.get(key, key)), scale.label) for key in row_keys), default=8)
    left = round(width * scale.body * 0.56 + scale.body * 1.4)
    labels = [label(row_names.get(key, key), "", scale, look) for key in row_keys]
    # Numbers in two lines keep their size only where they have room; so do names of three.
    lines = 2 if any(told(cell) and told_apart(cell) for cell in held.values()) else 1
    each = max(
        scale.row * 0.95,
        (lines * scale.body * 1.3 + 7) / 0.92,
        max((text.count("<br>") + 1 for text in labels), default=1) * scale.body * 1.25 + 4,
    )
    layout = frame(
        texts,
        theme=look,
        size=scale,
        left=left,
        plot_height=max(len(row_keys), 1) * round(each),
        head=legend + columns_height,
    )
    layout["xaxis"] = axis(headings, scale.small, look) | {
        "range": [-0.5, max(len(column_keys), 3) - 0.5],
        "tickangle": 0,
        "side": "top",
    }
    layout["yaxis"] = axis(labels, scale.body, look) | {
        "range": [len(row_keys) - 0.5, -0.5],
        "ticklabelstandoff": 6,
    }
    layout |= {"bargap": 0, "barmode": "overlay"}
    layout["annotations"].append(_legend(look, scale.small, columns_height, left, in_lines))
    trace = _cells(held, row_keys, column_keys, row_names, column_names, look, scale.body)
    return {"data": [trace], "layout": layout}


def _legend(look: Theme, pixels: int, above: int, left: int, in_lines: int) -> dict[str, Any]:
    shades = [
        (mix(look.stance[stance], look.page, strength), f"{SYMBOLS[stance]} {text}")
        for _, stance, strength, text in _STEPS
    ]
    parts = [
        f'<span style="color:{shade};font-size:{pixels + 8}px">■</span> {text}' for shade, text in shades
    ]
    pairs = ([parts], [parts[:3], parts[3:]], [parts[:1], parts[1:3], parts[3:]])[in_lines - 1]
    text = "<br>".join("&nbsp;&nbsp;".join(line) for line in pairs)
    return text_above(text, pixels, look, left=left - 2, above=above + 2)


def _cells(
    held: Mapping[tuple[str, str], Mapping[Any, Any]],
    row_keys: Sequence[str],
    column_keys: Sequence[str],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    look: Theme,
    pixels: int,
) -> dict[str, Any]:
    """One bar per cell: Plotly's heatmaps know neither hatching nor a click that Streamlit passes on."""
    xs: list[int] = []
    bases: list[float] = []
    colours: list[str] = []
    edges: list[str] = []
    hatches: list[str] = []
    texts: list[str] = []
    inks: list[str] = []
    hovers: list[str] = []
    custom: list[list[Any] | None] = []
    for y, row in enumerate(row_keys):
        for x, column in enumerate(column_keys):
            cell = held.get((row, column))
            named = f"{row_names.get(row, row)}: {column_names.get(column, column)}"
            xs.append(x)
            bases.append(y - 0.46)
            hovers.append(_hover(named, cell))
            custom.append(None if cell is None else [row, "", cell["n"] + without(cell), 0, 0, column])
            apart = "" if cell is None else told_apart(cell)
            if cell is None or not cell["n"]:
                # With a list of colours Plotly hatches in the mark's own colour and ignores fgcolor.
                colours.append(mix(look.muted, look.page, 0.5) if cell is None else look.page)
                edges.append(look.line if cell is None else look.muted)
                hatches.append("/" if cell is None else "")
                texts.append(apart)
                inks.append(look.text)
                continue
            shade, edge = _colours(cell, look)
            colours.append(shade)
            edges.append(edge)
            hatches.append("")
            texts.append(f"{told(cell)}<br>{apart}" if apart else told(cell))
            inks.append("#FFFFFF" if contrast("#FFFFFF", shade) >= contrast("#000000", shade) else "#000000")
    return {
        "type": "bar",
        "orientation": "v",
        "x": xs,
        "y": [0.92] * len(xs),
        "base": bases,
        "width": [0.96] * len(xs),
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": inks, "size": pixels, "family": FONT},
        "marker": {
            "color": colours,
            "line": {"color": edges, "width": 1.5},
            "pattern": {
                "shape": hatches,
                "bgcolor": look.page,
                "fillmode": "replace",
                "size": 8,
                "solidity": 0.2,
            },
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0.7}},
        "hovertext": hovers,
        "hoverinfo": "text",
        "customdata": custom,
    }


def _hover(named: str, cell: Mapping[Any, Any] | None) -> str:
    head = f"<b>{escape(named, quote=False)}</b><br>"
    if cell is None:
        return f"{head}Nothing found"
    row = findings.Row(named, cell["opposed"], cell["cautious"], cell["supportive"])
    parts = [findings.counts_of(row) or "no clear position found"]
    for state in APART:
        if cell[state]:
            parts.append(f"{wording.amount(cell[state])} {STANCE_LABELS[state].lower()}")
    return head + "<br>".join(parts)


def _table(
    cells: pd.DataFrame, row_names: Mapping[str, str], column_names: Mapping[str, str], row_noun: str
) -> pd.DataFrame:
    by = {"kind of voice": "tier"}.get(row_noun, row_noun)

    def shown(value: Any, names: Mapping[str, str]) -> str:
        return MISSING.get(by, "Not stated") if pd.isna(value) else names.get(str(value), str(value))

    return pd.DataFrame(
        {
            row_noun.capitalize(): [shown(value, row_names) for value in cells["row"]],
            "Target": [shown(value, column_names) for value in cells["column"]],
            "Opposed": cells["opposed"].to_numpy(),
            "Cautious": cells["cautious"].to_numpy(),
            "Supportive": cells["supportive"].to_numpy(),
            STANCE_LABELS["unclear"]: cells["unclear"].to_numpy(),
            STANCE_LABELS["none"]: cells["none"].to_numpy(),
            "Total": (cells["n"] + cells["unclear"] + cells["none"]).to_numpy(),
        }
    ).sort_values("Total", ascending=False, ignore_index=True)
