"""Where the pages are served, and whether they are."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.cli.web import HIGHEST_PORT, answers, free_port, url_of
from warehouse.errors import Unavailable


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[int]:
    """The port of a server that says it is well."""
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_pages_are_asked_directly_whatever_proxy_there_is(
    served: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert answers("127.0.0.1", served)
    assert answers("0.0.0.0", served)


def test_a_taken_port_is_refused_or_another_one_is_found(served: int) -> None:
    with pytest.raises(Unavailable, match="is taken"):
        free_port("127.0.0.1", served, search=False)
    assert served < free_port("127.0.0.1", served, search=True)


def test_the_search_ends_at_the_last_port() -> None:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", HIGHEST_PORT))
        except OSError:
            pytest.skip("somebody else has the last port")
        with pytest.raises(Unavailable, match="is taken"):
            free_port("127.0.0.1", HIGHEST_PORT, search=True)


@pytest.mark.parametrize("address", ["203.0.113.7", "256.1.1.1", "a..b"])
def test_an_address_of_no_use_is_not_called_a_taken_port(address: str) -> None:
    with pytest.raises(Unavailable, match="nothing can listen on") as caught:
        free_port(address, 8501, search=True)
    assert "taken" not in str(caught.value)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_address_of_ipv6_has_ports_too() -> None:
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")
        taken = other.getsockname()[1]
        assert taken < free_port("::1", taken, search=True)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("::", "http://[::1]:80"),
        ("phones.example", "http://phones.example:80"),
    ],
)
def test_the_address_as_a_browser_wants_it(address: str, url: str) -> None:
    assert url == url_of(address, 80)
