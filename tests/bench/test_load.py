"""Connections side by side: what they count, and what they refuse to count."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat

import pytest

from bench.load import Unexpected, drive, request


@contextmanager
def server(answer: bytes) -> Iterator[tuple[int, list[tuple[str, str | None, bytes]]]]:
    """A server that answers everything alike, in two parts, and what it was asked."""
    asked: list[tuple[str, str | None, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Idempotency-Key"], body))
            self.send_response(201)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[:3])
            self.wfile.flush()
            self.wfile.write(answer[3:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listening.server_port, asked
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_each_connection_calls_again_until_the_time_is_up() -> None:
    with server(b'{"state":"confirmed"}') as (port, asked):
        sent = request("/orders", b"{}", secret="sk_live_x", once="k")
        expected = (b"HTTP/1.1 201 ", b"confirmed")
        load = drive(port, repeat(sent), expected=expected, connections=3, seconds=0.05)
        at_once = drive(port, repeat(sent), expected=expected, connections=3, seconds=0)
    assert len(load.took_ms) + len(at_once.took_ms) == len(asked)
    assert len(at_once.took_ms) == 3
    assert load.per_second == len(load.took_ms) / load.seconds
    assert set(asked) == {("/orders", "k", b"{}")}


@pytest.mark.parametrize("expected", [(b"HTTP/1.1 200 ", b"held"), (b"HTTP/1.1 201 ", b"confirmed")])
def test_another_answer_is_no_measurement(expected: tuple[bytes, bytes]) -> None:
    with server(b'{"state":"on_hold"}') as (port, _asked), pytest.raises(Unexpected, match="on_hold"):
        drive(port, repeat(request("/", b"{}", secret="x")), expected=expected, connections=1, seconds=0)
