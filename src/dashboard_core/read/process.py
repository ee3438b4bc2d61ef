"""The parent's side of the child process that parses files: asks, waits no longer than it may, restarts."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from dashboard_core.read.columns import Header
from dashboard_core.read.formats import suffix_of
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parses, UnreadableError
from dashboard_core.read.tables import Layout

__all__ = ["ParserProcess"]

_PACKAGES = Path(__file__).resolve().parents[2]
_REMEDY = "Save the article as plain text (.txt), and try again."
# Memory that parsers keep is given back by starting anew.
_SERVED_AT_MOST = 1_000
# Starting Python and loading parsers is not the file's doing; on a busy machine it takes long.
_START_SECONDS = 300
# What the child may need of the environment: where programs and libraries are. No secrets.
_PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "HOME")


class ParserProcess:
    """A child process that reads one file after the other; replaced when it crashes or takes too long.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, ParserProcess(Limits()) as parser:
    ...     path = Path(folder) / "a.html"
    ...     _ = path.write_text("<p>The ministers of both lake countries met on Monday in the capital.</p>")
    ...     parser.read(path).articles[0].text
    'The ministers of both lake countries met on Monday in the capital.'
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._served = 0
        self._loaded: set[str] = set()

    def __enter__(self) -> ParserProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                # A request that the dead child did not take is lost with it.
                with contextlib.suppress(OSError):
                    pipe.close()

    def read(self, path: Path, columns: Mapping[str, str] | None = None) -> Parses:
        """Return the articles of a file.

        Raises
        ------
        UnreadableError
            The file cannot be read, or not within the limits.
        """
        self._load(path.name)
        return self._parses({"do": "read", "path": str(path.absolute()), "columns": _plain(columns)})

    def members(self, path: Path) -> list[tuple[int, str]]:
        """Return number and name of each file in an archive.

        Raises
        ------
        UnreadableError
            It is no archive, or one beyond the limits.
        """
        self._load("")
        answer = self._ask({"do": "members", "path": str(path.absolute())}, self.limits.seconds)
        return [(int(number), str(name)) for number, name in answer["members"]]

    def read_member(
        self, path: Path, index: int, name: str, columns: Mapping[str, str] | None = None
    ) -> Parses:
        """Return the articles of one file in an archive; see :meth:`read`."""
        self._load(name)
        request = {"do": "member", "path": str(path.absolute()), "index": index, "columns": _plain(columns)}
        return self._parses(request)

    def member_bytes(self, path: Path, index: int) -> bytes:
        """Return the bytes of one file in an archive; see :meth:`read`."""
        request = {"do": "sidecar", "path": str(path.absolute()), "index": index}
        return str(self._ask(request, self.limits.seconds)["text"]).encode("latin-1")

    def layout(
        self,
        path: Path,
        columns: Mapping[str, str] | None = None,
        *,
        member: int | None = None,
        name: str = "",
    ) -> Layout:
        """Return where a table, or that member of an archive, begins, as ``columns`` says or as it seems.

        See :meth:`read`.
        """
        self._load(name or path.name)
        request: dict[str, Any] = {"do": "layout", "path": str(path.absolute()), "columns": _plain(columns)}
        request |= {"index": member}
        said = self._ask(request, self.limits.seconds)["layout"]
        header = said["header"]
        return Layout(
            Header(tuple(map(str, header["names"])), int(header["first"]), int(header["last"])),
            str(said["sheet"]),
            tuple(map(str, said["sheets"])),
            tuple((int(row), str(shown)) for row, shown in said["top"]),
        )

    def rows(self, path: Path, columns: Mapping[str, str] | None = None) -> int:
        """Return about how many articles a table has; see :meth:`read`."""
        self._load(path.name)
        request = {"do": "rows", "path": str(path.absolute()), "columns": _plain(columns)}
        return int(self._ask(request, self.limits.seconds)["rows"])

    def table(self, path: Path, needed: Sequence[str]) -> list[list[str]]:
        """Return header and rows, as text, of the sheet that has the needed columns; see :meth:`read`.

        Without such a sheet it is the first one that has anything; a file without any gives nothing.
        """
        self._load(path.name)
        request = {"do": "table", "path": str(path.absolute()), "needed": list(needed)}
        return [list(map(str, row)) for row in self._ask(request, self.limits.seconds)["table"]]

    def _parses(self, request: dict[str, Any]) -> Parses:
        answer = self._ask(request, self.limits.seconds)
        try:
            return Parses.from_json(answer)
        except (KeyError, TypeError, AttributeError) as error:
            raise UnreadableError("its parser gave no usable answer", _REMEDY) from error

    def _load(self, name: str) -> None:
        if self._served >= _SERVED_AT_MOST:
            self.close()
        suffix = suffix_of(name)
        if self._child is None or suffix not in self._loaded:
            self._ask({"do": "load", "path": "", "name": name}, _START_SECONDS)
            self._loaded.add(suffix)
        self._served += 1

    def _ask(self, request: dict[str, Any], seconds: int) -> dict[str, Any]:
        child = self._child or self._start()
        assert child.stdin is not None  # a pipe was asked for
        try:
            child.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            child.stdin.flush()
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.close()
            problem = f"takes longer than {seconds:,} seconds to read"
            raise UnreadableError(problem, _REMEDY) from None
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.close()
            problem = "its parser stopped: the file is damaged, or needs too much memory"
            raise UnreadableError(problem, _REMEDY)
        try:
            answer: dict[str, Any] = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.close()
            raise UnreadableError("its parser gave no usable answer", _REMEDY) from error
        if "refused" in answer:
            if answer.get("last"):
                self.close()
            raise UnreadableError(str(answer["refused"])[:500], str(answer.get("remedy", _REMEDY))[:500])
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {
            "PYTHONPATH": str(_PACKAGES),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "dashboard_core.read.worker", json.dumps(asdict(self.limits))]
        child = subprocess.Popen(  # noqa: S603  # this interpreter, no shell, no word of the input
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=_PACKAGES,
        )
        self._child, self._served, self._loaded = child, 0, set()
        self._answers = queue.Queue()
        assert child.stdout is not None  # a pipe was asked for
        # Six bytes a character is what JSON needs at most; the whole answer of a table has many articles.
        most = 6 * max(self.limits.expanded_bytes, self.limits.text_characters)
        listener = threading.Thread(target=_listen, args=(child.stdout, self._answers, most), daemon=True)
        listener.start()
        return child


def _listen(pipe: IO[bytes], answers: queue.Queue[bytes], most: int) -> None:
    """Pass lines on; an answer without an end, and the end of the process, arrive as such."""
    try:
        while line := pipe.readline(most):
            answers.put(line)
            if not line.endswith(b"\n"):
                return
        answers.put(b"")
    except (OSError, ValueError):
        answers.put(b"")  # closed while waiting: the process was ended on purpose


def _plain(columns: Mapping[str, str] | None) -> dict[str, str] | None:
    return dict(columns) if columns else None
