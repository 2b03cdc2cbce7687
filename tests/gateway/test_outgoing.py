"""S11: addresses that strangers choose are called outward, briefly, and nowhere else."""

import socket
import ssl
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings

from o2c.gateway import outgoing
from o2c.gateway.errors import AddressRefused
from tests.webhooks import receiver

INWARD = [
    "127.0.0.1", "10.0.0.5", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.5", "64:ff9b::a00:5", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:5ef5:79fd:0:59d:f5ff:fffe",
]  # fmt: skip


def named(*addresses: str, port: int = 443) -> Any:
    """A name server that gives these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
    return mock.patch.object(socket, "getaddrinfo", return_value=found)


def call(url: str, timeout: int = 5) -> outgoing.Answer:
    return outgoing.call(url, body=b"{}", headers={}, timeout=timeout)


@pytest.mark.parametrize("address", INWARD)
def test_a_name_that_leads_inward_is_not_called(address: str) -> None:
    with named(address), mock.patch.object(socket, "create_connection") as connect:
        answer = call("https://shop.example/hook")
    assert (answer.status, answer.error) == (None, "The address leads inward.")
    connect.assert_not_called()


def test_a_name_with_one_address_inside_is_not_called() -> None:
    with named("93.184.216.34", "10.0.0.5"), mock.patch.object(socket, "create_connection") as connect:
        assert call("https://shop.example/hook").error == "The address leads inward."
    connect.assert_not_called()


def test_a_name_that_answers_differently_the_second_time_leads_nowhere() -> None:
    """DNS rebinding: what was looked at is what is connected to; nobody asks again."""
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    with (
        mock.patch.object(socket, "getaddrinfo", side_effect=[outside, inside]) as asked,
        mock.patch.object(socket, "create_connection", side_effect=ConnectionRefusedError("no")) as connect,
    ):
        assert call("https://shop.example/hook").error == "ConnectionRefusedError: no"
    assert asked.call_count == 1
    assert connect.call_args.args[0] == ("93.184.216.34", 443)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "ftp://shop.example/",
        "https://user@shop.example/",
        "https://user:word@shop.example/",
        "https://@shop.example/",
        "https:///hook",
        "https://shop.example/#part",
        "https://shop.example:22/",
        "https://shop.example:99999/",
        "https://shop.example:x/",
        "https://[::1/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "https://10.0.0.5:8443/",
        "https://localhost/",
        "https://shop.example/\r\nX-Evil: 1",
        "https://shop.example/a b",
        "https://shöp.example/",
        "https://shop.example/" + "x" * 500,
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_when_it_is_given(url: str) -> None:
    with pytest.raises(AddressRefused):
        outgoing.ensure_callable(url)


def test_addresses_that_can_be_right() -> None:
    for url in ("https://shop.example/hook?a=b", "https://shop.example:8443/", "https://93.184.216.34/"):
        assert outgoing.ensure_callable(url).scheme == "https"
    with override_settings(WEBHOOKS_MAY_LOOP_BACK=True):
        assert outgoing.ensure_callable("http://127.0.0.1:8000/").hostname == "127.0.0.1"
        with pytest.raises(AddressRefused):
            outgoing.ensure_callable("http://10.0.0.5:8000/")


def test_what_is_said_arrives_with_the_name_that_was_called() -> None:
    with receiver() as shop:
        answer = outgoing.call(shop.url + "?a=b", body=b'{"x":1}', headers={"webhook-id": "evt_1"})
        said = shop.said[0]
    assert (answer.status, answer.text, answer.is_yes) == (200, "ok", True)
    assert said.body == b'{"x":1}'
    assert said.headers["webhook-id"] == "evt_1"
    assert said.headers["content-type"] == "application/json"
    assert said.headers["host"] == shop.url.split("/")[2]


def test_tls_is_spoken_to_the_name_and_its_certificate_verified() -> None:
    """The server has no certificate that anybody vouches for: nothing is said to it."""
    told: list[Any] = []

    def refuse(tls: Any) -> None:
        told.append((tls.server_hostname, tls.context.verify_mode, tls.context.check_hostname))
        raise ssl.SSLCertVerificationError("nobody vouches for it")

    with socket.create_server(("127.0.0.1", 0)) as server, override_settings(WEBHOOKS_MAY_LOOP_BACK=True):
        port = server.getsockname()[1]
        with (
            mock.patch.object(ssl.SSLSocket, "do_handshake", autospec=True) as shake,
            named("127.0.0.1", port=port),
        ):
            shake.side_effect = refuse
            answer = call(f"https://shop.example:{port}/hook")
    assert answer.status is None
    assert "SSLCertVerificationError" in answer.error
    assert told == [("shop.example", ssl.CERT_REQUIRED, True)]


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", "/other")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with receiver(elsewhere) as shop:
        answer = call(shop.url)
        assert len(shop.said) == 1
    assert (answer.status, answer.is_yes) == (307, False)


def test_of_a_huge_answer_the_beginning_is_read() -> None:
    def talkative(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"a\x00" * 65_536)
        except OSError:
            return

    with receiver(talkative) as shop:
        answer = call(shop.url)
    assert (answer.status, answer.text) == (200, "a" * 500)
    assert answer.milliseconds < 4000


def dripping(first: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(first)
            while True:
                handler.wfile.write(b"a")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    return drip


@pytest.mark.parametrize(
    "first",
    [b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
)
def test_an_answer_that_drips_is_cut_off(first: bytes) -> None:
    with receiver(dripping(first)) as shop:
        answer = call(shop.url, timeout=1)
    assert (answer.status, answer.error) == (None, "The answer took too long.")
    assert 900 < answer.milliseconds < 3000


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00\x01", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"],
)
def test_an_answer_that_is_no_http_is_told_as_an_error(answer: bytes) -> None:
    with receiver(lambda handler: handler.wfile.write(answer) and None) as shop:
        got = call(shop.url)
    assert got.status is None
    assert got.error
