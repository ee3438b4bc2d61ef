"""The relay passes everything on, keeps what a page sent over its WebSocket, and sends it again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from dashboard_core.benchmarks import relay

_OPENING = b"GET /_stcore/stream HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends everything back, in capitals."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                while asked := line.recv(1000):
                    line.sendall(asked.upper())

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def _said(port: int, *words: bytes) -> list[bytes]:
    with socket.create_connection(("127.0.0.1", port)) as line:
        answers = []
        for word in words:
            line.sendall(word)
            answers.append(line.recv(1000))
        return answers


def test_the_relay_keeps_websockets_alone(echo: int) -> None:
    with relay.relayed(echo) as between:
        assert _said(between.port, b"GET /picture.png HTTP/1.1\r\n\r\n") == [
            b"GET /PICTURE.PNG HTTP/1.1\r\n\r\n"
        ]
        assert _said(between.port, _OPENING, b"click", b"again")[1:] == [b"CLICK", b"AGAIN"]
    (line,) = between.lines
    assert [chunk for _, chunk in line.sent] == [_OPENING, b"click", b"again"]
    assert line.place == 3
    assert line.answered_ms(1) >= line.answered_ms(2) > 0


def test_clicks_are_asked_again_and_only_they_are_timed(echo: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_SILENCE", 0.2)
    times = relay.ask_again(echo, [_OPENING, b"first paint", b"click", b"again"], [2, 3])
    assert len(times) == 2
    # Until the answer is there, not until the silence after it has passed.
    assert all(0 < took < 200 for took in times)


def test_what_a_tab_sends_as_it_closes_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server answers the farewell by hanging up; it is no click, and must not end the measuring."""
    monkeypatch.setattr(relay, "_SILENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard: list[bytes] = []

        def listen() -> None:
            line, _ = listening.accept()
            with line:
                while chunk := line.recv(1000):
                    heard.append(chunk)
                    line.sendall(chunk)

        threading.Thread(target=listen, daemon=True).start()
        times = relay.ask_again(listening.getsockname()[1], [_OPENING, b"click", b"farewell"], [1])
    assert len(times) == 1 and b"farewell" not in heard
