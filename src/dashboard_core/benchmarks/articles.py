"""Articles to measure with: a file of them, packed with gzip or not."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read.limits import Limits

__all__ = ["unpacked"]

_REMEDY = "Give a .jsonl of articles, plain or packed with gzip (.jsonl.gz)."


def unpacked(file: Path, folder: Path, *, limits: Limits | None = None) -> Path:
    """Return a file as the import reads it: one packed with gzip is expanded into a folder, others stay.

    Collections of articles lie about as ``.jsonl.gz``; the import itself takes ``.zip`` alone.

    Parameters
    ----------
    file : Path
        The file given.
    folder : Path
        Where to expand it.
    limits : Limits, optional
        What one file may take; by default as the environment says.

    Raises
    ------
    ArticleFormatError
        It is no gzip file, is damaged, or expands beyond what one file may have.
    """
    if file.suffix.lower() != ".gz":
        return file
    caps = limits or Limits.from_environment()
    try:
        with gzip.open(file) as packed:
            data = packed.read(caps.file_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        problem = f"cannot be unpacked ({type(error).__name__}: {str(error)[:80]})"
        raise ArticleFormatError(file, [problem], _REMEDY) from error
    if len(data) > caps.file_bytes:
        problem = f"expands beyond {caps.file_megabytes:,} MB, the limit for one file"
        remedy = "Unpack and split it, or raise the limit on files (docs/inputs.md, Limits)."
        raise ArticleFormatError(file, [problem], remedy)
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / file.stem
    plain.write_bytes(data)
    return plain
