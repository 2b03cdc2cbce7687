"""Connections that call a server side by side, each as soon as it has its answer; one thread, hardly any work."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

PATIENCE = 60.0


class Unexpected(RuntimeError):
    """The server answered something else, or nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """How long each call took, and how long all of them; milliseconds and seconds."""

    took_ms: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        """Return the calls per second of all connections together."""
        return len(self.took_ms) / self.seconds


class Line:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        """Connect to a port of this machine."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        """Send a request."""
        self._received, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the answer, or None while some of it is still to come.

        :raises Unexpected: the server hung up.
        """
        part = self.socket.recv(65_536)
        if not part:
            raise Unexpected(f"The server hung up: {self._received[:300].decode(errors='replace')}")
        self._received += part
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        return self._received if len(body) >= length else None


def request(path: str, body: bytes, *, secret: str, once: str = "") -> bytes:
    """Return a POST as it goes over the wire."""
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {secret}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    head += [f"Idempotency-Key: {once}"] if once else []
    return "\r\n".join([*head, "", ""]).encode() + body


def drive(
    port: int,
    requests: Iterator[bytes],
    *,
    expected: tuple[bytes, bytes],
    connections: int,
    seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> Load:
    """Send *requests* for so many *seconds*; each answer begins with and has in it what is *expected*.

    :raises Unexpected: one does not.
    """
    took: list[float] = []
    with ExitStack() as ending, selectors.DefaultSelector() as waiting:
        started = time.perf_counter()
        for _ in range(connections):
            line = Line(port)
            ending.enter_context(closing(line.socket))
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.send(next(requests))
        while waiting.get_map():
            meanwhile()
            ready = waiting.select(PATIENCE)
            if not ready:
                raise Unexpected("The server does not answer.")
            for key, _events in ready:
                answer = key.data.receive()
                if answer is None:
                    continue
                took.append(1000 * (time.perf_counter() - key.data.sent_at))
                if not (answer.startswith(expected[0]) and expected[1] in answer):
                    raise Unexpected(answer[:2000].decode(errors="replace"))
                if time.perf_counter() - started < seconds:
                    key.data.send(next(requests))
                else:
                    waiting.unregister(key.fileobj)
        return Load(took, time.perf_counter() - started)
