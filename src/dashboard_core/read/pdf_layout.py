"""Lines of a PDF become paragraphs: running heads leave, columns follow each other, broken words join.

A PDF knows where letters stand, not what a paragraph is. A gap, an indented first line, or a short last
line with an end mark starts a new one; so does a change of letter size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

__all__ = ["Line", "body_size", "join_lines", "order_columns", "paragraphs", "running_lines"]

_END = re.compile(r"""[.!?…:]["'”’»)\]]*$|["”»]$""")
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|p\.|seite|стр\.)?\s*\d{1,4}(?:\s*(?:/|of|von|из)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_HYPHEN = re.compile(r"(\w+)[-\u2010]$")
_NEXT_WORD = re.compile(r"^(\w+)")
# Halves of compounds that keep their hyphen when a line ends in it ("long-" + "term").
_FIRST_HALVES = frozenset(
    "self ex non vice well ill long short high low so all cross full half mid near anti pro state world "
    "second first third two three four five six seven eight nine ten decision policy oil gas export "
    "import".split()
)
_SECOND_HALVES = frozenset(
    "led owned based backed called term wide old year range scale level made run off up in out held speaking "
    "funded sponsored controlled related making maker makers elect general operated".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print: ``x`` and ``y`` are where it starts, in points from the lower left corner."""

    page: int
    x: float
    y: float
    size: float
    text: str


def body_size(lines: Sequence[Line]) -> float:
    """Return the letter size that most of the text is set in."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def running_lines(lines: Sequence[Line], pages: int) -> set[Line]:
    """Return the headers and footers: at the edge of a page, and the same on most pages but for numbers."""
    edges: list[Line] = []
    for page in {line.page for line in lines}:
        on_page = sorted((line for line in lines if line.page == page), key=lambda line: -line.y)
        heights = sorted({round(line.y) for line in on_page})
        outer = {*heights[:3], *heights[-3:]}
        edges += [line for line in on_page if round(line.y) in outer]
    shapes: dict[str, set[int]] = {}
    for line in edges:
        shapes.setdefault(_shape(line), set()).add(line.page)
    # Left and right pages may have different heads, and the first page none.
    often = max(2, pages // 3)
    return {
        line
        for line in edges
        if len(shapes[_shape(line)]) >= often or (_PAGE_NUMBER.match(line.text) and _outermost(line, lines))
    }


def _shape(line: Line) -> str:
    return f"{round(line.y / 6)} " + re.sub(r"\d+", "0", line.text.casefold())[:80]


def _outermost(line: Line, lines: Sequence[Line]) -> bool:
    heights = [other.y for other in lines if other.page == line.page]
    return line.y <= min(heights) + line.size * 3 or line.y >= max(heights) - line.size * 3


def order_columns(lines: Sequence[Line]) -> list[Line]:
    """Return the lines column by column where a file holds them row by row across two columns."""
    ordered: list[Line] = []
    for page in sorted({line.page for line in lines}):
        on_page = [line for line in lines if line.page == page]
        rights = [b for a, b in pairwise(on_page) if abs(a.y - b.y) < 1 and b.x > a.x + 100]
        starts = Counter(round(line.x / 4) for line in rights)
        common = starts.most_common(1)[0] if starts else (0, 0)
        if common[1] < 5 or common[1] < len(on_page) / 5:
            ordered += on_page
            continue
        gutter = common[0] * 4 - 6
        top = max(line.y for line in rights if abs(round(line.x / 4) - common[0]) <= 1)
        above = [line for line in on_page if line.y > top + 1]
        below = [line for line in on_page if line.y <= top + 1]
        ordered += above + [b for b in below if b.x < gutter] + [b for b in below if b.x >= gutter]
    return ordered


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each paragraph, in order."""
    if not lines:
        return []
    runs = _runs(lines)
    steps = [a.y - b.y for run in runs for a, b in pairwise(run) if a.y - b.y > 1]
    # Where paragraphs are short, the gaps between them outnumber the leading: it is the smallest step that
    # is taken often.
    rounded = Counter(round(step, 1) for step in steps)
    often = [step for step, times in rounded.items() if times >= len(steps) / 8]
    leading = min(often) if often else median(steps) if steps else 12.0
    found: list[list[Line]] = []
    indents = _indented(runs)
    uses_indents = len(indents) >= max(2, len(lines) / 40)
    widths = {id(run): _usual_length(run) for run in runs}
    # Where gaps or indents mark the paragraphs, a short line alone seldom does.
    last_lines = [
        a.y - b.y > 1.3 * leading
        for run in runs
        for a, b in pairwise(run)
        if _END.search(a.text) and _room(a, b, widths[id(run)]) < 0.92
    ]
    marked = uses_indents or sum(last_lines) >= len(last_lines) / 2
    before: Line | None = None
    before_width = 1.0
    for run in runs:
        width = widths[id(run)]
        for n, line in enumerate(run):
            if before is None or abs(line.size - before.size) > 0.12 * max(line.size, before.size):
                starts = True
            elif n == 0:
                starts = _starts_after_break(before, before_width, line in indents, uses_indents)
            else:
                starts = _starts(before, line, leading, width, indents, marked)
            if starts:
                found.append([line])
            else:
                found[-1].append(line)
            before, before_width = line, width
    return found


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Return stretches of lines that go down one column."""
    runs: list[list[Line]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is None or line.page != last.page or line.y > last.y + 1 or last.y - line.y > 12 * line.size:
            runs.append([line])
        else:
            runs[-1].append(line)
    return runs


def _indented(runs: Sequence[Sequence[Line]]) -> set[Line]:
    found: set[Line] = set()
    for run in runs:
        if len(run) < 3:
            continue
        starts = Counter(round(line.x) for line in run)
        # The left edge is the leftmost place where at least a sixth of the lines start.
        left = min(x for x, times in starts.items() if times >= len(run) / 6 or times == max(starts.values()))
        found |= {line for line in run if 0.5 * line.size <= line.x - left <= 4.5 * line.size}
    return found


def _usual_length(run: Sequence[Line]) -> float:
    lengths = sorted(len(line.text) for line in run)
    return float(lengths[int(len(lengths) * 0.8)]) if lengths else 1.0


def _starts_after_break(before: Line, width: float, indented: bool, uses_indents: bool) -> bool:
    """Tell whether the first line of a column or page starts a paragraph."""
    if not _END.search(before.text):
        return False
    return indented if uses_indents else len(before.text) < 0.93 * width


def _starts(before: Line, line: Line, leading: float, width: float, indents: set[Line], marked: bool) -> bool:
    if before.y - line.y > 1.3 * leading:
        return True
    ended = bool(_END.search(before.text))
    if line in indents:
        # Inside an indented quotation every line is indented, and the one before goes on.
        return ended or before not in indents
    # Had the next word still fitted, the line was broken on purpose.
    room = _room(before, line, width)
    if room < 0.6 and not line.text[0].islower():
        return True  # a byline, a heading
    return ended and room < (0.7 if marked else 0.92)


def _room(before: Line, line: Line, width: float) -> float:
    """Return how much of a usual line the one before would fill with the next word added."""
    return (len(before.text) + 1 + len(line.text.split()[0])) / width


def join_lines(lines: Iterable[str], known: Counter[str] | None = None) -> str:
    """Return a paragraph's lines as one, with words joined that were broken at a line's end.

    Parameters
    ----------
    lines : iterable of str
        The lines.
    known : Counter, optional
        Words of the whole text in small letters: a compound that stands there keeps its hyphen.

    Examples
    --------
    >>> join_lines(["The long-", "term agree-", "ment holds."])
    'The long-term agreement holds.'
    """
    text = ""
    for line in lines:
        line = " ".join(line.split())
        if not text:
            text = line
            continue
        if text.endswith("\u00ad"):
            text = text[:-1] + line
            continue
        first, second = _HYPHEN.search(text), _NEXT_WORD.search(line)
        if first and second and second[1][0].islower():
            text = (text if _is_compound(first[1], second[1], known) else text[:-1]) + line
        elif first and second and first[1].isalpha():
            text += line  # "Trans-" + "Caspian"
        else:
            text = f"{text} {line}"
    return text.replace("\u00ad", "")


def _is_compound(first: str, second: str, known: Counter[str] | None) -> bool:
    first, second = first.casefold(), second.casefold()
    if known is not None:
        apart, together = known[f"{first}-{second}"], known[first + second]
        if apart != together:
            return apart > together
    return first in _FIRST_HALVES or second in _SECOND_HALVES
