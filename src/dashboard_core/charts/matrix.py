"""A matrix of actors and targets: the colour says where a cell leans, the numbers its voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Final, Literal

import pandas as pd

from dashboard_core.charts import findings, wording
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
from dashboard_core.charts.palette import SYMBOLS, THEMES, Theme, ThemeName, contrast, mix
from dashboard_core.vocabulary import STANCE_LABELS, STANCES

__all__ = ["position_matrix"]

Sort = Literal["votes", "stance", "name"]
_HATCHED: Final = "Hatched: nothing was found."
# "voices from Kazakhstan"; speakers are named as they are.
_PREPOSITIONS: Final = {"country": "from", "organisation": "from", "outlet": "in", "kind of voice": "among"}
# Where a cell leans, in five steps that a legend can name; in between no reader tells shades apart.
_STEPS: Final = (
    (-1.0, "opposed", 1.0, "all opposed"),
    (-0.6, "opposed", 0.55, "most of the clear opposed"),
    (0.0, "cautious", 0.6, "cautious or divided"),
    (0.6, "supportive", 0.5, "most of the clear supportive"),
    (1.0, "supportive", 1.0, "all supportive"),
)


def _score(cell: Mapping[Any, Any]) -> float:
    """Return the step of a cell with votes: a side has it if more than half of them are on it.

    As a chart's title says it (:func:`findings.lean`): of two cautious and one supportive most are cautious.
    """
    row = findings.Row("", cell["opposed"], cell["cautious"], cell["supportive"])
    side = {"supportive": 1.0, "opposed": -1.0}.get(findings.lean(row), 0.0)
    # Two of four are not "all", whatever keeps the other two from being clear.
    return side if max(row.opposed, row.supportive) >= row.votes + without(cell) - 0.005 else 0.6 * side


def _colours(cell: Mapping[Any, Any], look: Theme) -> tuple[str, str]:
    """Return the shade of a cell, and of the line around it: that keeps 3:1 against the page."""
    score = _score(cell)
    _, stance, strength, _ = next(step for step in _STEPS if step[0] == score)
    return mix(look.stance[stance], look.page, strength), look.stance[stance]


def _told(cell: Mapping[Any, Any]) -> str:
    """Return what a cell says of those who take a position: "▲ 3", "■ 2 of 4", or the sides: "▼▲ 2"."""
    n = float(cell["n"])
    whole = n + without(cell)
    if not n:
        return ""
    lean = findings.lean(findings.Row("", cell["opposed"], cell["cautious"], cell["supportive"]))
    if lean == "divided":
        sides = "".join(SYMBOLS[stance] for stance in STANCES if cell[stance])
        return f"{sides} {wording.amount(n)}" + (f" of {wording.amount(whole)}" if without(cell) else "")
    held = float(cell[lean])
    of = "" if held >= whole - 0.005 else f" of {wording.amount(whole)}"
    return f"{SYMBOLS[lean]} {wording.amount(held)}{of}"


def _told_apart(cell: Mapping[Any, Any]) -> str:
    """Return what a cell says of those for whom no clear position was found: "○ 1 ◇ 2"."""
    return " ".join(f"{SYMBOLS[state]} {wording.amount(cell[state])}" for state in APART if cell[state])


def _keys(cells: pd.DataFrame, column: str, names: Mapping[str, str], sort: Sort, limit: int) -> list[str]:
    """Return the actors (or targets) in the order asked for, the most heard ``limit`` of them."""
    known = cells.dropna(subset=[column])
    totals = known.groupby(column)[["opposed", "supportive", "n", "unclear", "none"]].sum()
    totals["all"] = totals["n"] + totals["unclear"] + totals["none"]
    totals = totals.sort_values(["n", "all"], ascending=False, kind="stable").head(limit)
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
    theme: ThemeName = "light",
    size: SizeName = "wide",
    width: int = 0,
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
    width : int
        Pixels that are there to be filled, where that is known.
    """
    look = THEMES[theme]
    row_names, column_names = row_names or {}, column_names or {}
    columns = min(columns, {"narrow": 5, "middle": 7, "meeting": 8}.get(size, columns))
    column_keys = _columns(cells, column_names, sort_columns, columns)
    # Of more rows than can be drawn those with something to see in the columns that are.
    heard = cells.loc[cells["column"].isin(column_keys), "row"]
    several = cells["row"].nunique() > rows
    row_keys = _keys(cells[cells["row"].isin(heard)] if several else cells, "row", row_names, sort_rows, rows)
    held = {
        (str(cell["row"]), str(cell["column"])): cell
        for cell in cells.dropna(subset=["row", "column"]).to_dict("records")
    }
    # The title counts those for whom there is no room, too: the table has them.
    everyone = list(dict.fromkeys([*row_keys, *map(str, heard.dropna().unique())]))
    brief_rows, brief_columns = (
        {key: wording.brief(names.get(key, key)) for key in keys}
        for keys, names in ((everyone, row_names), (column_keys, column_names))
    )
    title = _finding(held, everyone, column_keys, brief_rows, brief_columns, row_noun)
    # In a sentence a name keeps its small letter, at the head of a row or column it stands alone.
    row_names, column_names = (
        {str(key): wording.standing(names.get(str(key), str(key))) for key in cells[side].dropna().unique()}
        for side, names in (("row", row_names), ("column", column_names))
    )
    notes = []
    hidden_rows = cells["row"].nunique() - len(row_keys)
    hidden_columns = cells["column"].nunique() - len(column_keys)
    hidden = ((hidden_rows, row_noun), (hidden_columns, "target"))
    if parts := [wording.plural(count, noun) for count, noun in hidden if count > 0]:
        notes.append(f"Not drawn, but in the table: {' and '.join(parts)}.")
    drawn = [held.get((row, column)) for row in row_keys for column in column_keys]
    hatched = any(cell is None for cell in drawn)
    held_apart = [state for state in APART if any(cell is not None and cell[state] for cell in drawn)]
    if held_apart:
        signs = " and ".join(f"{SYMBOLS[state]} {STANCE_LABELS[state].lower()}" for state in held_apart)
        notes.append(f"Counted in “of”, but for no side: {signs}.")
    if cells["row"].isna().any():
        lacking = f"for whom the text names no {row_noun}"
        notes.append(f"Voices {lacking if row_noun != 'kind of voice' else 'of unknown kind'} have no row.")
    listed = [title, *(row_names.get(key, key) for key in row_keys)]
    listed += [column_names.get(key, key) for key in column_keys]
    notes.append(wording.abbreviations(listed, spelled or {}))
    told = [line for line in notes if line]
    texts = {
        "title": title,
        "subtitle": wording.subtitle(facts, measure="Where most clear voices stand, with their number"),
        "note": wording.note(facts, [_HATCHED, *told] if hatched else told),
        "source": wording.source(facts),
    }
    figure = _figure(
        held, row_keys, column_keys, row_names, column_names, texts, look, fitted(SIZES[size], width)
    )
    return Chart(
        figure=figure,
        alt=f"Matrix. {title}. {wording.plural(len(row_keys), row_noun)} by "
        f"{wording.plural(len(column_keys), 'target')}; the table below has every cell. {texts['subtitle']}.",
        table=_table(cells, row_names, column_names, row_noun),
        shown=tuple(row_keys),
        # On a slide the matrix is a table, with dots where nothing was found; its legend says so.
        drawn=replace(
            _drawn(held, row_keys, column_keys, row_names, column_names), note=wording.note(facts, told)
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
            _score(cell) if cell is not None and n else float("nan")
            for cell, n in zip(cells, votes, strict=True)
        )
        texts[name] = tuple(
            "" if cell is None else f"{_told(cell)}  {_told_apart(cell)}".strip() for cell in cells
        )
        counts[name] = tuple(votes)
        apart[name] = tuple(without(cell) for cell in cells)
    names = tuple(row_names.get(row, row) for row in row_keys)
    return Drawn(names, series, counts, "matrix", apart=apart, texts=texts)


def _finding(
    held: Mapping[tuple[str, str], Mapping[Any, Any]],
    row_keys: Sequence[str],
    column_keys: Sequence[str],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    row_noun: str,
) -> str:
    """Say which target is contested most widely, or that none is."""
    word = _PREPOSITIONS.get(row_noun, "")
    contested: list[tuple[int, str, _Side, _Side]] = []
    for column in column_keys:
        backers, critics = _Side(), _Side()
        for row in row_keys:
            cell = held.get((row, column))
            if cell is None or not cell["n"]:
                continue
            if _score(cell) > 0:
                backers.add(row_names.get(row, row), cell["n"])
            elif _score(cell) < 0:
                critics.add(row_names.get(row, row), cell["n"])
        if backers.names and critics.names:
            size = len(backers.names) + len(critics.names)
            contested.append((size, column_names.get(column, column), backers, critics))
    filled = sum(1 for cell in held.values() if cell["n"])
    if not contested:
        places = wording.plural(len(row_keys), row_noun)
        if not filled:
            return "No clear position was found on any target"
        if len(column_keys) == 1:
            rows = [_row(row_names.get(row, row), held.get((row, column_keys[0]))) for row in row_keys]
            target = column_names.get(column_keys[0], column_keys[0])
            heard = [row for row in rows if row.all_votes]
            return findings.actor_finding(heard, subject=target, targets=1, preposition=word, noun=row_noun)
        if len(row_keys) == 1:
            name = row_names.get(row_keys[0], row_keys[0])
            who = f"voices {word} {name} stand" if word else f"{name} stands"
            return f"Where {who}, target by target"
        shared = sum(
            sum(bool(cell["n"]) for (_, c), cell in held.items() if c == column) > 1 for column in column_keys
        )
        if not shared:
            return f"On no target were clear positions from two of {places} found"
        on = f"the {shared} targets" if shared > 1 else "the one target"
        who = f"Voices {word} no" if word else "No"
        return f"{who} two {wording.several(row_noun)} lean against each other on {on} they share"
    _, target, backers, critics = max(contested, key=lambda entry: (entry[0], entry[1]))
    verb = "leans" if backers.votes <= 1 or (len(backers.names) == 1 and not word) else "lean"
    said = f"{backers.told(word)} {verb} for it, {critics.told(word)} against it"
    if len(target) + len(said) > findings.LONGEST:
        leans = "lean" if len(backers.names) > 1 else "leans"
        said = (
            f"{wording.plural(len(backers.names), row_noun)} {leans} for it, {len(critics.names)} against it"
        )
    return f"{target[0].upper()}{target[1:]}: {said}"


def _row(name: str, cell: Mapping[Any, Any] | None) -> findings.Row:
    if cell is None:
        return findings.Row(name, 0, 0, 0)
    return findings.Row(
        name,
        cell["opposed"],
        cell["cautious"],
        cell["supportive"],
        apart=without(cell),
        none=cell["none"],
    )


@dataclass
class _Side:
    """Who leans one way on a target, and with how many votes: one voice is told as one."""

    names: list[str] = field(default_factory=list)
    votes: float = 0.0

    def add(self, name: str, votes: float) -> None:
        self.names.append(name)
        self.votes += votes

    def told(self, word: str) -> str:
        if not word:
            return wording.listing(self.names)
        who = "the one voice" if self.votes <= 1 else "voices"
        return f"{who} {word} {wording.listing(self.names)}"


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
    lines = 2 if any(_told(cell) and _told_apart(cell) for cell in held.values()) else 1
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
            apart = "" if cell is None else _told_apart(cell)
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
            texts.append(f"{_told(cell)}<br>{apart}" if apart else _told(cell))
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


def without(cell: Mapping[Any, Any] | None) -> float:
    """Return the votes of a cell that take no clear position."""
    return 0.0 if cell is None else float(sum(cell[state] for state in APART))


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
    def shown(value: Any, names: Mapping[str, str]) -> str:
        return "Not stated" if pd.isna(value) else names.get(str(value), str(value))

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
