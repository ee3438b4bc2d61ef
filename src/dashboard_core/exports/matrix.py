"""A matrix on a slide: a table of who stands where on what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from dashboard_core.exports import drawing
from dashboard_core.exports.drawing import Box

__all__ = ["Cells", "matrix_legend", "matrix_table"]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a matrix, by column: where each leans (-1 to 1), its votes, those apart, what it says."""

    series: Mapping[str, Sequence[float]]
    counts: Mapping[str, Sequence[float]]
    apart: Mapping[str, Sequence[float]]
    texts: Mapping[str, Sequence[str]]


def matrix_table(slide: Any, box: Box, categories: Sequence[str], cells: Cells) -> None:
    """Add who stands where on what as a table: where each cell leans, and how many."""
    shape = slide.shapes.add_table(
        len(categories) + 1, len(cells.series) + 1, box.left, box.top, box.width, Inches(0.3)
    )
    table = shape.table
    each = min(Inches(1.9), int((box.width - drawing.MATRIX_FIRST) / len(cells.series)))
    table.columns[0].width = drawing.MATRIX_FIRST
    for place in range(len(cells.series)):
        table.columns[place + 1].width = each
    letters = int(each / Inches(0.125))
    table.rows[0].height = Inches(
        drawing.row_height(max(drawing.lines_of(name, letters) for name in cells.series))
    )
    _cell(table.cell(0, 0), "", "FFFFFF", drawing.TEXT)
    for column, (name, values) in enumerate(cells.series.items(), start=1):
        _cell(table.cell(0, column), name, "FFFFFF", drawing.TEXT, bold=True, centred=True)
        for row, score in enumerate(values):
            n = cells.counts[name][row] if name in cells.counts else math.nan
            unclear = cells.apart[name][row] if name in cells.apart else 0.0
            said = cells.texts[name][row] if name in cells.texts else ""
            _matrix_cell(table.cell(row + 1, column), score, n, unclear, said)
    for row, label in enumerate(categories, start=1):
        _cell(table.cell(row, 0), label, "FFFFFF", drawing.TEXT)
        table.rows[row].height = Inches(drawing.row_height(drawing.lines_of(label, drawing.MATRIX_LETTERS)))


def matrix_legend(slide: Any, box: Box, shown: str) -> None:
    """Say how a cell of the matrix is read; ``shown`` is what the cells say: nothing else is explained."""
    signs = {
        "▲": "supportive",
        "■": "cautious",
        "▼": "opposed  (dark: all)",
        "○": "unclear",
        "◇": "no position found",
    }
    told = [f"{sign} {meaning}" for sign, meaning in signs.items() if sign in shown or not shown.strip()]
    drawing.text_box(slide, box, ["  ".join([*told, "· nothing found"])], size=14)


def _matrix_cell(cell: Any, score: float, n: float, unclear: float, said: str) -> None:
    told = "" if n != n else drawing.amount(n)
    hollow = f"○ {drawing.amount(unclear)}" if unclear else ""
    if score != score:
        # Nothing that takes a position: grey dots, not white, which would read as balanced.
        text = said or hollow or (f"· {told}" if told not in {"", "0"} else "·")
        _cell(cell, text, "F4F6F8", drawing.MUTED, centred=True)
        return
    # the five steps of the matrix on the screen
    stance = "opposed" if score < -0.2 else "supportive" if score > 0.2 else "cautious"
    strength = 1.0 if abs(score) >= 0.999 else {"opposed": 0.55, "cautious": 0.6, "supportive": 0.5}[stance]
    fill = _faded(drawing.COLOURS[stance], strength)
    text = said or f"{drawing.SYMBOLS[stance]} {told}  {hollow}".strip()
    _cell(cell, text, fill, drawing.readable(fill), bold=True, centred=True)


def _cell(cell: Any, text: str, fill: str, colour: str, *, bold: bool = False, centred: bool = False) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = drawing.rgb(fill)
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = cell.text_frame
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER if centred else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = drawing.clean(text)
    drawing.paint(run.font, 14, colour, bold)


def _faded(colour: str, strength: float) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return "".join(f"{round(part * strength + 255 * (1 - strength)):02X}" for part in parts)
