"""`examples/checkout.py`, run as a shop's developer runs it: in the sandbox, over a network that fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from invoicing import selectors
from o2c import dispatch
from o2c.kernel.models import Event
from o2c.kernel.partition import Mode, entered
from orders.models import Order
from receivables.models import Payment
from tests.examples.served import served
from tests.shops import Caller, issued, shop_in
from tests.world import World

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "checkout.py"


class BadNetwork:
    """Stands before the application; the first attempts to order fail, each in another way."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.failures = iter([self.cut_off, self.bad_gateway, self.too_often])
        self.attempts: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/api/v1/orders"):
            return self.application(environ, start_response)
        failure = next(self.failures, None)
        self.attempts.append(
            (environ["HTTP_IDEMPOTENCY_KEY"], failure.__name__ if failure else "went through")
        )
        return (failure or self.application)(environ, start_response)

    def cut_off(self, environ: dict[str, Any], start_response: Any) -> Any:
        """The order is placed, and the answer breaks off."""

        def longer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            promised = [(name, "99999" if name == "Content-Length" else text) for name, text in headers]
            return start_response(status, promised, *rest)

        return self.application(environ, longer)

    def bad_gateway(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        """A proxy between us has no connection."""
        start_response("502 Bad Gateway", [("Content-Type", "text/html")])
        yield b"<h1>Bad gateway</h1>"

    def too_often(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        """The minute is used up."""
        start_response("429 Too Many Requests", [("Retry-After", "0")])
        yield b"{}"


def run(address: str, key: str, *more: str, at: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(EXAMPLE), address, *more],
        env=os.environ | {"O2C_KEY": key},
        cwd=at,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def while_the_workers_work(process: subprocess.Popen[str]) -> tuple[list[str], str]:
    """What a process printed, with the sandbox's workers beside it."""
    while process.poll() is None:
        with entered(Mode.TEST):
            dispatch.run_inline()
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return out.splitlines(), err


@pytest.mark.committed
def test_a_shop_sells_on_account_once_over_a_network_that_fails(
    world: World, sandbox: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PRINTED_WITHIN", 1)
    caller = Caller(issued(world, shop := shop_in(world), mode="test").secret, shop)
    assert caller.get("sandbox").status_code == 200
    with entered(Mode.TEST):
        dispatch.run_inline()
    networks: list[BadNetwork] = []
    with served(lambda application: networks.append(BadNetwork(application)) or networks[0]) as address:
        out, err = while_the_workers_work(run(address, caller.secret, "cart-7", at=tmp_path))
        [network] = networks
        assert network.attempts == [
            ("cart-7/order", "cut_off"),
            ("cart-7/order", "bad_gateway"),
            ("cart-7/order", "too_often"),
            ("cart-7/order", "went through"),
            ("cart-7-b/order", "went through"),
        ]
        for told in ("IncompleteRead", "502 unknown", "429 unknown"):
            assert told in err
        again, _err = while_the_workers_work(run(address, caller.secret, "cart-7", at=tmp_path))
    assert out[0] == "TEST-PLENTY: 2 could leave at once"
    assert out[1].startswith("It costs 24.00 GBP, all of it leaves on ")
    assert "on account: allowed" in out[1]
    number = out[2].partition(" ")[0]
    assert out[2] == f"{number} is confirmed"
    assert any(line.startswith(f"{number} is invoiced: ") for line in out)
    [document] = tmp_path.glob("*.pdf")
    assert document.read_bytes().startswith(b"%PDF-")
    assert f"24.00 GBP for {document.stem}" in "\n".join(out)
    assert any(line.startswith(f"  invoice {document.stem}: 0.00 GBP open, settled on ") for line in out)
    held = out[out.index("A customer whose credit is used up:") :]
    assert "on account: refused" in held[2] or "on account: prepay" in held[2]
    assert held[3].endswith("is on hold")
    assert held[4].startswith("  it waits: ")
    assert again[2] == f"{number} is confirmed"
    with entered(Mode.TEST):
        assert Order.objects.filter(external_id="cart-7").count() == 1
        assert Payment.objects.filter(provider="example-psp").count() == 1
    assert not Event.objects.filter(kind="order.confirmed").exists()


def test_it_plays_with_test_keys_only(tmp_path: Path) -> None:
    started = run("http://127.0.0.1:9", "sk_live_x", at=tmp_path)
    _out, err = started.communicate(timeout=20)
    assert started.returncode == 1
    assert "sk_test_" in err
