"""The application as programs meet it: on a port of this machine, over real HTTP."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connections


class Server(ThreadingMixIn, WSGIServer):
    """Each call has a thread and a connection of its own, which end with it."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class Quiet(WSGIRequestHandler):
    """Says nothing of each call."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(through: Callable[[Any], Any] = lambda application: application) -> Iterator[str]:
    """The address of the application while the block runs; calls go *through* what stands before it.

    Use in tests marked ``committed``.
    """
    application = through(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(address: str, path: str, body: dict[str, Any], *, key: str, once: str) -> dict[str, Any]:
    """Call the API as a program does."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": once}
    request = urllib.request.Request(
        f"{address}/api/v1/{path}", json.dumps(body).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())
