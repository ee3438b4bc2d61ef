"""What a reader chose for the charts of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard_core.charts import SizeName

__all__ = ["MatrixOptions", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How the reader wants the charts of a page drawn."""

    weight: Literal["voices", "claims"] = "voices"
    shares: bool = False
    order: Literal["stance", "votes", "name"] = "stance"
    separate: bool = False
    group: str = ""
    picture: Literal["png", "svg"] = "png"
    size: SizeName | None = None
    top: int = 10
    part: tuple[int, int] | None = None
    row_height: int = 0
    width: int = 0
    height: int = 0
    blocs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixOptions:
    """How the reader wants the matrix drawn."""

    rows: str = "country"
    sort_rows: Literal["votes", "stance", "name"] = "votes"
    sort_columns: Literal["votes", "stance", "name"] = "votes"
    weight: Literal["voices", "claims"] = "voices"
    picture: Literal["png", "svg"] = "png"
    size: SizeName | None = None
    top: int = 20
    part: tuple[int, int] | None = None
    width: int = 0
    height: int = 0
