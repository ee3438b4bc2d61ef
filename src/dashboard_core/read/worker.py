"""The child process that parses files: ``python -m dashboard_core.read.worker LIMITS``.

One request a line on standard input, one answer a line on standard output, both JSON. The process has no
business but reading the file it is told: it caps its own memory, and opens no connection, starts no program
and writes no file, whatever a parser or its input would like.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from dashboard_core.read.archives import member_name, open_archive, read_member
from dashboard_core.read.columns import Header, cell_text, read_header
from dashboard_core.read.fields import clean
from dashboard_core.read.formats import parse_bytes, preload, suffix_of
from dashboard_core.read.jsonl import jsonl_header
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import UnreadableError
from dashboard_core.read.tables import Layout, csv_rows, layout_of, sheet_rows, xlsx_sheets

__all__ = ["main"]

_REMEDY = "Save the article as plain text (.txt), and try again."
_FORBIDDEN = (
    "socket.connect socket.bind socket.getaddrinfo socket.sendto subprocess.Popen os.system os.exec os.fork "
    "os.forkpty os.posix_spawn os.spawn os.startfile os.remove os.rename os.rmdir os.mkdir os.link "
    "os.symlink os.chmod os.chown os.truncate shutil.rmtree urllib.Request ftplib.connect "
    "http.client.connect pty.spawn webbrowser.open"
).split()
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class ForbiddenError(RuntimeError):
    """A parser tried what no parser needs."""


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise ForbiddenError(event)
    if event == "open":
        mode, flags = args[1], args[2]
        writes = any(m in mode for m in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)
        if writes:
            raise ForbiddenError("open for writing")


def _confine(limits: Limits) -> None:
    """Cap memory and forbid writing, where the system has such limits (all but Windows)."""
    try:
        import resource
    except ImportError:
        return  # Windows: the caller's time limit still holds.
    most = limits.memory_megabytes * 1_000_000
    for kind, amount in (("RLIMIT_AS", most), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0), ("RLIMIT_NOFILE", 64)):
        if hasattr(resource, kind):
            # macOS refuses RLIMIT_AS; what the system cannot do, docs/inputs.md says.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(getattr(resource, kind), (amount, amount))


class _Desk:
    """Answers requests; keeps the last archive open, because its members are asked for one by one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._path = ""
        self._archive: ZipFile | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        do, path = request["do"], request["path"]
        if do == "load":
            preload(request["name"])
            return {"loaded": True}
        if do == "read":
            data = _load(path, self.limits)
            return parse_bytes(data, path, self.limits, columns=request.get("columns")).to_json()
        if do == "layout":
            return {"layout": asdict(self._layout(path, request.get("index"), request.get("columns")))}
        if do == "rows":
            return {"rows": _rows(_load(path, self.limits), path, self.limits, request.get("columns"))}
        if do == "table":
            return {"table": _table(_load(path, self.limits), path, self.limits, request["needed"])}
        archive = self._open(path)
        if do == "members":
            members = archive.infolist()
            return {"members": [(n, member_name(m)) for n, m in enumerate(members) if not m.is_dir()]}
        member = archive.infolist()[request["index"]]
        data = read_member(archive, member, self.limits)
        if do == "sidecar":
            return {"text": data.decode("latin-1")}
        return parse_bytes(data, member_name(member), self.limits, columns=request.get("columns")).to_json()

    def _layout(self, path: str, index: int | None, columns: Mapping[str, str] | None) -> Layout:
        """Return where a table, or that member of an archive, begins."""
        data, name = b"", path
        if index is None:
            data = _load(path, self.limits)
        else:
            archive = self._open(path)
            member = archive.infolist()[index]
            data, name = read_member(archive, member, self.limits), member_name(member)
        if suffix_of(name) == ".jsonl":
            return Layout(Header(tuple(jsonl_header(data))))
        return layout_of(data, self.limits, workbook=suffix_of(name) == ".xlsx", columns=columns)

    def _open(self, path: str) -> ZipFile:
        if self._archive is None or self._path != path:
            if self._archive is not None:
                self._archive.close()
            self._archive = open_archive(Path(path).open("rb"), self.limits)  # noqa: SIM115  # kept open
            self._path = path
        return self._archive


def _load(path: str, limits: Limits) -> bytes:
    with Path(path).open("rb") as source:
        return source.read(limits.file_bytes + 1)


def _rows(data: bytes, name: str, limits: Limits, columns: Mapping[str, str] | None) -> int:
    """Return about how many rows stand under the header of the sheet that is read."""
    if suffix_of(name) == ".csv":
        rows: Iterable[Any] = csv_rows(data)
        header = layout_of(data, limits, workbook=False, columns=columns).header
    else:
        header, rows = sheet_rows(data, limits, columns)
    below = islice(rows, header.last, header.last + limits.rows)
    return sum(any(cell not in (None, "") for cell in row) for row in below)


def _table(data: bytes, name: str, limits: Limits, needed: Sequence[str]) -> list[list[str]]:
    """Return header and rows of the first sheet that has the needed columns, else of the first with any."""
    sheets: Iterable[Any] = [csv_rows(data)] if suffix_of(name) == ".csv" else xlsx_sheets(data, limits)
    found: list[list[str]] = []
    for sheet in sheets:
        header = read_header(islice(sheet, 50))
        fits = set(needed) <= set(header)
        if header and (fits or not found):
            found = [header, *([cell_text(cell) for cell in row] for row in sheet)]
        if fits:
            break
    return found


def _reply(desk: _Desk, line: str) -> tuple[dict[str, Any], bool]:
    """Return the answer to a request, and whether the process can go on after it."""
    try:
        return desk.answer(json.loads(line)), True
    except UnreadableError as error:
        return {"refused": error.problem, "remedy": error.remedy}, True
    except MemoryError:
        most = f"{desk.limits.memory_megabytes:,} MB"
        return {
            "refused": f"needs more than {most} of memory to read",
            "remedy": _REMEDY,
            "last": True,
        }, False
    except RecursionError:
        return {"refused": "is nested too deeply", "remedy": _REMEDY}, True
    except Exception as error:
        # Parsers fail in as many ways as files are broken: this is the fence that keeps one bad file from
        # stopping the others. The answer names the failure, so nothing is hidden.
        what = clean(f"{type(error).__name__}: {error}")[:200]
        return {"refused": f"cannot be parsed ({what})", "remedy": _REMEDY}, True


def main() -> None:
    """Answer requests until standard input ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    # Parsers may print; only answers belong on the real standard output.
    out = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _confine(limits)
    sys.addaudithook(_guard)
    desk = _Desk(limits)
    for line in sys.stdin:
        # Should the caller be gone, a parser without end must not stay.
        if hasattr(signal, "alarm"):
            signal.alarm(limits.seconds * 2 + 300)
        answer, goes_on = _reply(desk, line)
        out.write(json.dumps(answer) + "\n")
        out.flush()
        if not goes_on:
            break


if __name__ == "__main__":
    main()
