"""Calling an address that a stranger chose: never inward, never for long, never elsewhere.

A name is resolved once and the connection made to that very address, so that a name which answers differently
the second time (DNS rebinding) leads nowhere. Redirects are not followed, TLS is verified against the name, what
is read of the answer is bounded, and a watchdog ends a call whose time is over, however it drips.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from o2c.gateway.errors import AddressRefused

TIMEOUT = 15  # seconds for everything: the connection, the call and its answer
MOST_READ = 65_536
SHOWN = 500
LONGEST_URL = 500
PLAIN = {"Content-Type": "application/json", "User-Agent": "o2c-webhooks/1", "Connection": "close"}
TOO_LONG = "The answer took too long."
LOWEST_PORT = 1024  # besides 443: no mail servers, no shells
NAT64 = ipaddress.ip_network("64:ff9b::/96")
IP = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or why there is none."""

    milliseconds: int
    status: int | None = None
    error: str = ""
    text: str = ""
    retry_after: str = ""

    @property
    def is_yes(self) -> bool:
        """Say whether the shop has taken it."""
        return self.status is not None and 200 <= self.status < 300


def ensure_callable(url: str) -> SplitResult:
    """Refuse an address that could never be called; where a name leads is looked at with every call.

    :raises AddressRefused: it is not https, has a user or a fragment, an odd port, or leads inward.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused(_("The address must be plain ASCII, of at most 500 characters."))
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise AddressRefused(_("The address cannot be read.")) from error
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise AddressRefused(_("The address must have a host, and neither user nor fragment."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOKS_MAY_LOOP_BACK):
        raise AddressRefused(_("The address must begin with https://."))
    if port is not None and port != 443 and port < LOWEST_PORT:
        raise AddressRefused(_("The port must be 443, or 1024 and above."))
    if parts.hostname == "localhost" and not settings.WEBHOOKS_MAY_LOOP_BACK:
        raise AddressRefused(_("The address leads inward."))
    if (literal := _read(parts.hostname)) is not None:
        _ensure_outside(literal)
    return parts


def call(url: str, *, body: bytes, headers: Mapping[str, str], timeout: int = TIMEOUT) -> Answer:
    """POST *body* and return what came back within *timeout* seconds; nothing that the other side does raises."""
    began = monotonic()
    line = _Line(timeout)
    try:
        status, text, retry_after = line.exchange(ensure_callable(url), body=body, headers=headers)
    except AddressRefused as refusal:
        return Answer(_since(began), error=refusal.message)
    except (OSError, HTTPException, ValueError) as error:
        return Answer(_since(began), error=TOO_LONG if line.cut.is_set() else _said(error))
    if line.cut.is_set():
        return Answer(_since(began), error=TOO_LONG)
    return Answer(_since(began), status, "", text, retry_after)


class _Line:
    """One connection, which a watchdog cuts when its time is over: socket timeouts begin anew with every byte."""

    def __init__(self, timeout: int) -> None:
        self.timeout = timeout
        self.cut = threading.Event()
        self._socket: socket.socket | None = None

    def exchange(
        self, parts: SplitResult, *, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Return status, beginning of the text, and Retry-After of the answer."""
        watchdog = threading.Timer(self.timeout, self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            connection = self._connect(parts)
            with closing(connection):
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", path, body, {**headers, **PLAIN})
                with connection.getresponse() as answer:
                    text = answer.read(MOST_READ).decode("utf-8", "replace").replace("\x00", "")
                    return answer.status, text[:SHOWN], answer.headers.get("Retry-After", "")
        finally:
            watchdog.cancel()

    def _connect(self, parts: SplitResult) -> HTTPConnection:
        """Connect to the very address that the name has just been resolved to."""
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        self._socket = socket.create_connection((str(_resolve(host, port)), port), self.timeout)
        if secure:
            tls = ssl.create_default_context().wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
            self._socket = tls
            tls.do_handshake()
        connection = HTTPConnection(host, port)
        connection.sock = self._socket
        return connection

    def _cut(self) -> None:
        self.cut.set()
        if self._socket is not None:
            with suppress(OSError):  # it has just ended by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _resolve(host: str, port: int) -> IP:
    """Return an address of *host*.

    :raises AddressRefused: one of its addresses leads inward; a name that mixes them is up to no good.
    :raises OSError: it has none.
    """
    found = [_read(str(entry[4][0])) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [address for address in found if address is not None]
    if not addresses:
        raise OSError("The name has no address.")
    for address in addresses:
        _ensure_outside(address)
    return addresses[0]


def _read(text: str) -> IP | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _ensure_outside(address: IP) -> None:
    """Refuse an address that is not a public one, whichever way it is written.

    :raises AddressRefused: it is private, our own machine, of the local link, for many, or reserved.
    """
    real = _unwrapped(address)
    if settings.WEBHOOKS_MAY_LOOP_BACK and real.is_loopback:
        return
    if not real.is_global or real.is_multicast or real.is_reserved:
        raise AddressRefused(_("The address leads inward."))


def _unwrapped(address: IP) -> IP:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
