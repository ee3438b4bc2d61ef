"""Fetching a page: only when switched on, only from public addresses, within limits. No network is used."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
import requests_hardened.ip_filter_adapter as adapter
from requests_hardened.ip_filter import filter_host

from dashboard_core.errors import ArticleFormatError
from dashboard_core.read import Limits, web

BOMB = gzip.compress(bytes(30_000_000))
PAGE = b"<html><body><p>The ferry sailed.</p></body></html>"


@dataclass
class Site:
    """A local server that stands for a public one under the name paper.example."""

    port: int
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://paper.example:{self.port}{path}"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            here.headers.append(dict(self.headers))
            if self.path.startswith("/to?"):
                self.send_response(302)
                self.send_header("Location", unquote(self.path[4:]))
                self.end_headers()
                return
            if self.path == "/absent":
                self.send_error(404)
                return
            kind = {"/picture": "image/png", "/cyrillic": "text/html; charset=windows-1251"}.get(
                self.path, "text/html"
            )
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if self.path == "/bomb":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            if self.path == "/large":
                for _ in range(40):
                    self.wfile.write(b"x" * 100_000)
            elif self.path == "/bomb":
                self.wfile.write(BOMB)
            elif self.path == "/slow":
                for _ in range(100):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            elif self.path == "/cyrillic":
                self.wfile.write("<p>Паром отплыл</p>".encode("cp1251"))
            else:
                self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients here hang up on purpose
    here = Site(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def public(hostname: str, port: int, *, allow_loopback: bool) -> str:
        # One name stands for a public server; every other goes through the library's own check.
        if hostname == "paper.example":
            return "127.0.0.1"
        return str(filter_host(hostname, port, allow_loopback=allow_loopback))

    monkeypatch.setattr(adapter, "filter_host", public)
    monkeypatch.setattr(web, "_PORTS", {80, 443, here.port})
    monkeypatch.setenv("STANCES_FETCH", "1")
    yield here
    server.shutdown()
    server.server_close()


def refused(url: str, **limits: int) -> str:
    with pytest.raises(ArticleFormatError) as error:
        web.fetch_page(url, limits=Limits(**limits))
    return str(error.value)


def test_nothing_is_fetched_unless_switched_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "0", "yes"):
        monkeypatch.setenv("STANCES_FETCH", value)
        assert "switched off" in refused(site.url("/a"))
    assert site.asked == []


def test_a_page_comes_with_its_name_and_place(site: Site) -> None:
    page = web.fetch_page(site.url("/to?/news/ferry.html"))
    assert (page.name, page.content, page.url) == (
        "paper.example ferry.html",
        PAGE,
        site.url("/news/ferry.html"),
    )
    assert "Cookie" not in site.headers[-1] and "Authorization" not in site.headers[-1]


def test_the_servers_word_on_the_encoding_is_kept(site: Site) -> None:
    assert "Паром отплыл" in web.fetch_page(site.url("/cyrillic")).content.decode("utf-8-sig")


LOCAL = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://0.0.0.0/",
    "http://[::]/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/",
    "http://100.64.0.1/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[64:ff9b::7f00:1]/", "http://224.0.0.1/",
    "http://[2002:7f00:1::]/", "http://①②⑦.0.0.1/", "http://255.255.255.255/",
]  # fmt: skip


@pytest.mark.parametrize("url", LOCAL)
def test_addresses_that_are_not_public(site: Site, url: str) -> None:
    said = refused(url)
    assert "not public" in said or "cannot be reached" in said
    assert site.asked == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://0x7f.1/", "http://[::1]/", "http://169.254.169.254/"]
)
def test_redirects_to_such_addresses(site: Site, url: str) -> None:
    assert "not public" in refused(site.url(f"/to?{url}"))


@pytest.mark.parametrize("answer", ["10.0.0.7", "127.0.0.1", "::1", "169.254.169.254", "::ffff:192.168.0.1"])
def test_names_that_resolve_to_such_addresses(
    site: Site, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    family = socket.AF_INET6 if ":" in answer else socket.AF_INET
    asked = socket.getaddrinfo

    def answers(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "inside.example":
            return [(family, socket.SOCK_STREAM, 6, "", (answer, 80))]
        return asked(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert "not public" in refused("http://inside.example/")
    assert "not public" in refused(site.url("/to?http://inside.example/"))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("file:///etc/passwd", "no web address"),
        ("ftp://paper.example/a", "no web address"),
        ("gopher://paper.example/", "no web address"),
        ("javascript:alert(1)", "no web address"),
        ("//paper.example/a", "no web address"),
        ("http://reader:secret@paper.example/", "user name"),
        ("http://paper.example:22/", "port 22"),
        ("http://paper.example:99999/", "no web address"),
        ("http://[::1", "no web address"),
        ("", "no web address"),
    ],
)
def test_what_is_no_web_address(site: Site, url: str, problem: str) -> None:
    assert problem in refused(url)
    if url and url != "//paper.example/a":
        said = refused(site.url(f"/to?{url}"))
        assert problem in said or "cannot be reached (ValueError)" in said


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/large", "larger than 1 MB"),
        ("/bomb", "larger than 1 MB"),
        ("/slow", "longer than 3 seconds"),
        ("/picture", "no page with text (image/png)"),
        ("/absent", "answers 404"),
        ("/to?/to?/to?/to?/to?/to?/to?/a", "redirects more than 5 times"),
    ],
)
def test_limits(site: Site, path: str, problem: str) -> None:
    began = time.monotonic()
    assert problem in refused(site.url(path), fetch_megabytes=1, fetch_seconds=3)
    assert time.monotonic() - began < 9


def test_a_proxy_of_the_machine_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert web.fetch_page(site.url("/a")).content == PAGE
