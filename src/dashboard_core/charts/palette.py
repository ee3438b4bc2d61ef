"""Colours and symbols of the three stances, for a light and a dark page.

Opposed and supportive are the dark ends on a light page and the light ends on a dark one, with cautious
between them: every colour keeps 3:1 against the page and against its neighbour in the bar, also for
readers who cannot tell orange from blue. Symbols and numbers say the same without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SYMBOLS", "THEMES", "Theme", "ThemeName", "contrast", "mix"]

ThemeName = Literal["light", "dark"]

SYMBOLS: Final = {"opposed": "▼", "cautious": "■", "supportive": "▲", "unclear": "○", "none": "◇"}


@dataclass(frozen=True, slots=True)
class Theme:
    """What a chart needs to know about the page it stands on."""

    page: str
    panel: str
    text: str
    muted: str
    line: str
    stance: dict[str, str]
    on_stance: dict[str, str]


# Light: 9.6 / 3.2 / 12.8 against the page, 3.0 and 4.1 between neighbours. The usual blue-orange pairs
# (Okabe-Ito with grey) reach only 1.4 to 1.8 between neighbours.
THEMES: Final[dict[ThemeName, Theme]] = {
    "light": Theme(
        page="#FFFFFF",
        panel="#F4F6F8",
        text="#1A222C",
        muted="#56616E",
        line="#D5DAE0",
        stance={"opposed": "#7F2704", "cautious": "#919191", "supportive": "#08306B"},
        on_stance={"opposed": "#FFFFFF", "cautious": "#000000", "supportive": "#FFFFFF"},
    ),
    "dark": Theme(
        page="#0F141B",
        panel="#19212B",
        text="#E8ECF1",
        muted="#A3AEBB",
        line="#36414E",
        stance={"opposed": "#FDBE85", "cautious": "#666E78", "supportive": "#A6D1FF"},
        on_stance={"opposed": "#000000", "cautious": "#FFFFFF", "supportive": "#000000"},
    ),
}


def _channels(colour: str) -> tuple[int, int, int]:
    value = colour.lstrip("#")
    return int(value[0:2], 16), int(value[2:4], 16), int(value[4:6], 16)


def _luminance(colour: str) -> float:
    linear = []
    for channel in _channels(colour):
        part = channel / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#FFFFFF")
    21.0

    References
    ----------
    WCAG 2.2, success criteria 1.4.3 and 1.4.11.
    """
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((bright + 0.05) / (dim + 0.05), 2)


def mix(one: str, other: str, share: float) -> str:
    """Return ``share`` of one colour laid over the other.

    >>> mix("#FFFFFF", "#000000", 0.5)
    '#808080'
    """
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)
