"""A receiver of webhooks in plain Python: it verifies, answers at once, and has each effect once and in order.

    WEBHOOK_SECRET=whsec_... python3 examples/webhook_receiver.py 8001

The secret is what `POST /api/v1/webhook-endpoints` answered with. While you rotate it, give both, separated by a
space. What is done with an event here is to print it; put your own work into `have_effect`.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE = 300  # seconds: an old message may be a replay, one from the future has a wrong clock
LARGEST = 1_048_576


class Refused(Exception):
    """The message is not from whom it says, or not from now."""


def verify(secrets: list[bytes], headers: Mapping[str, str], body: bytes, *, now: float) -> str:
    """Return the id of a message that was signed with one of *secrets* less than five minutes ago.

    Standard Webhooks: the signature is over id, time and the body's very bytes, so verify before you parse.

    :raises Refused: it was not.
    """
    headers = {name.lower(): text for name, text in headers.items()}
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "").split()
    if not (message_id and timestamp.isascii() and timestamp.isdigit() and signatures):
        raise Refused("The message is not signed.")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise Refused("The message is not from now.")
    signed = f"{message_id}.{timestamp}.".encode() + body
    for secret in secrets:
        expected = b"v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
        if any(hmac.compare_digest(expected, one.encode()) for one in signatures):
            return message_id
    raise Refused("No signature fits.")


def read_secrets(text: str) -> list[bytes]:
    """Return the keys that *text* spells; without one nothing can be verified, so nothing starts."""
    words = text.split()
    if not words or not all(word.startswith("whsec_") for word in words):
        raise SystemExit("Set WEBHOOK_SECRET to the secret of your webhook endpoint: whsec_...")
    try:
        return [base64.b64decode(word.removeprefix("whsec_"), validate=True) for word in words]
    except binascii.Error:
        raise SystemExit("WEBHOOK_SECRET is cut off: it is whsec_ and 44 characters.") from None


NEWER = """
INSERT INTO known VALUES (?, ?) ON CONFLICT (document) DO UPDATE SET sequence = excluded.sequence
WHERE excluded.sequence > known.sequence
"""


class Inbox:
    """What has arrived: messages come at least once, so each id is remembered with its effect in one transaction."""

    def __init__(self, path: str) -> None:
        self._path = path
        with closing(self._open()) as database:
            database.execute("CREATE TABLE IF NOT EXISTS arrived (id TEXT PRIMARY KEY)")
            database.execute("CREATE TABLE IF NOT EXISTS known (document TEXT PRIMARY KEY, sequence INTEGER)")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level="IMMEDIATE")

    def take(self, message_id: str, event: dict[str, Any]) -> str:
        """Have the effect of an event unless it was had, or a newer one of the document is known; say which."""
        document = event.get("document") or {"id": message_id}
        with closing(self._open()) as database, database:
            if not database.execute("INSERT OR IGNORE INTO arrived VALUES (?)", [message_id]).rowcount:
                return "had before"
            if not database.execute(NEWER, [document["id"], event["sequence"]]).rowcount:
                return "older than what we know"
            have_effect(event)
            return "new"


def have_effect(event: dict[str, Any]) -> None:
    """Do your work here. The message is thin: GET the address in ``document.url`` for how it stands by now."""
    document = event.get("document") or {}
    print(event["type"], document.get("number", ""), event["data"], flush=True)


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 for what was taken, 401 for what is not signed, 500 for what should come again.

    410 would end it: the address is disabled then.
    """

    secrets: list[bytes]
    inbox: Inbox
    timeout = 10

    def do_POST(self) -> None:
        """Verify, take, answer."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self._answer(413, "A message has a length, and at most a megabyte.")
            return
        body = self.rfile.read(int(length))
        try:
            message_id = verify(self.secrets, dict(self.headers), body, now=time.time())
        except Refused as refusal:
            self._answer(401, str(refusal))
            return
        try:
            self._answer(200, self.inbox.take(message_id, json.loads(body)))
        except sqlite3.Error as error:
            self._answer(500, f"Not taken, so send it again: {error}")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each call; what matters is printed."""


def serve(*, secrets: list[bytes], inbox: Inbox, port: int) -> ThreadingHTTPServer:
    """Return a server on this machine; a real one stands behind TLS."""
    handler = type("Handler", (Receiver,), {"secrets": secrets, "inbox": inbox})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    """Serve until interrupted."""
    secrets = read_secrets(os.environ.get("WEBHOOK_SECRET", ""))
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8001
    server = serve(
        secrets=secrets, inbox=Inbox(os.environ.get("WEBHOOK_INBOX", "webhooks.sqlite3")), port=port
    )
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
