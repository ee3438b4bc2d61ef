"""What a server takes for a click: noted between browser and server, and asked again without a browser.

A browser notes a message when its page has time to look, and a page that draws charts has none: what it
reports of the server is mostly its own drawing. So the traffic goes through a relay that notes when it
passes. What the browser sent is kept, and sent again byte by byte when the browser is gone: the same clicks
in the same order, answered by a server that shares the machine with nobody.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Line", "Relay", "ask_again", "relayed"]

_CHUNK: Final = 1 << 18
# An answer is over when nothing has come for so long; the plain page is silent while it counts.
_SILENCE: Final = 2.5


@dataclass
class Line:
    """One WebSocket between a page and the server: what was sent, and when anything passed."""

    sent: list[tuple[float, bytes]] = field(default_factory=list)
    received: list[tuple[float, int]] = field(default_factory=list)

    @property
    def place(self) -> int:
        """How much the browser has sent so far."""
        return len(self.sent)

    def answered_ms(self, since: int) -> float:
        """Return milliseconds from the first message sent after ``since`` to the last one answered."""
        return 1000 * (self.received[-1][0] - self.sent[since][0])


class Relay:
    """Passes connections on to a server and notes what goes over its WebSockets."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.lines: list[Line] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = Line()
            threading.Thread(target=self._pass_on, args=(near, far, line, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(far, near, line, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, line: Line, asking: bool) -> None:
        # Either end may go at any moment; then the connection is over.
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                at = time.perf_counter()
                if not asking:
                    line.received.append((at, len(chunk)))
                elif line.sent or b"/_stcore/stream" in chunk[:200]:
                    if not line.sent:
                        self.lines.append(line)
                    line.sent.append((at, chunk))
                sink.sendall(chunk)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(port: int) -> Iterator[Relay]:
    """Open a relay before a server."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()


def ask_again(port: int, sent: Sequence[bytes], clicks: Sequence[int]) -> list[float]:
    """Send to a server what a browser had sent; return the milliseconds of each click.

    Parameters
    ----------
    port : int
        The server's own.
    sent : sequence of bytes
        All that went over one WebSocket, from its opening on.
    clicks : sequence of int
        The places in ``sent`` at which a click begins.

    Returns
    -------
    list of float
        From sending a click's message until the last byte of the answer is there.
    """
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(_SILENCE)
        # What came after the last click is the tab's farewell, to which a server answers by hanging up.
        for place, chunk in enumerate(sent[: max(clicks, default=-1) + 1]):
            began = last = time.perf_counter()
            line.sendall(chunk)
            with suppress(TimeoutError):
                while line.recv(_CHUNK):
                    last = time.perf_counter()
            if place in clicks:
                times.append(1000 * (last - began))
    return times
