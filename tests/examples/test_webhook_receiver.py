"""`examples/webhook_receiver.py`, run as a shop's developer runs it."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from standardwebhooks import Webhook

from o2c import dispatch
from o2c.gateway import services
from o2c.gateway.models import WebhookDelivery
from o2c.kernel import clock
from tests.examples.served import post, served
from tests.shops import cus, issued, shop_in
from tests.world import World

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "webhook_receiver.py"
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
EVENT = {
    "id": "evt_1",
    "type": "order.confirmed",
    "sequence": 5,
    "document": {"id": "ord_1", "number": "SO-1"},
    "data": {"customer": "cus_1"},
}


@dataclass
class Running:
    """The example's process, and what it is called at."""

    process: subprocess.Popen[str]
    url: str
    inbox: Path

    def printed(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def running(secret: str, inbox: Path, port: int = 0) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLE), str(port)],
        env=os.environ | {"WEBHOOK_SECRET": secret, "WEBHOOK_INBOX": str(inbox)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Running(process, process.stdout.readline().split()[-1], inbox)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(SECRET, tmp_path_factory.mktemp("inbox") / "inbox.sqlite3") as found:
        yield found


def signed(body: bytes, *, message_id: str = "evt_1", secret: str = SECRET, ago: int = 0) -> dict[str, str]:
    at = int(time.time()) - ago
    when = datetime.fromtimestamp(at, UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": Webhook(secret).sign(message_id, when, body.decode()),
    }


def told(example: Running, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(example.url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


BODY = json.dumps(EVENT).encode()


def changed(headers: dict[str, str], **new: str) -> dict[str, str]:
    return headers | {f"webhook-{name}": text for name, text in new.items()}


def test_what_is_not_signed_by_us_and_now_is_refused(example: Running) -> None:
    """M08: each way in which a message can be made up, re-sent later, or changed on its way."""
    good = signed(BODY)
    signature = good["webhook-signature"]
    cases = {
        "no signature": (BODY, {}),
        "only an id": (BODY, {"webhook-id": "evt_1"}),
        "another secret": (BODY, signed(BODY, secret=OTHER)),
        "made up": (BODY, changed(good, signature="v1," + "A" * 44)),
        "a scheme that is no more": (BODY, changed(good, signature=signature.replace("v1,", "v0,"))),
        "an asymmetric scheme": (BODY, changed(good, signature=signature.replace("v1,", "v1a,"))),
        "without its scheme": (BODY, changed(good, signature=signature[3:])),
        "cut off": (BODY, changed(good, signature=signature[:-4])),
        "six minutes old": (BODY, signed(BODY, ago=360)),
        "from the future": (BODY, signed(BODY, ago=-360)),
        "a time that was not signed": (
            BODY,
            changed(good, timestamp=str(int(good["webhook-timestamp"]) + 1)),
        ),
        "an id that was not signed": (BODY, changed(good, id="evt_2")),
        "no time": (BODY, changed(good, timestamp="now")),
        "no time at all": (BODY, changed(good, timestamp="")),
        "another body": (BODY.replace(b"SO-1", b"SO-2"), good),
        "the same body written anew": (json.dumps(EVENT, indent=1).encode(), good),
        "no body": (b"", good),
    }
    for name, (body, headers) in cases.items():
        assert told(example, body, headers)[0] == 401, name
    assert told(example, BODY, good) == (200, "new")


def test_each_message_has_its_effect_once_and_what_is_older_none(example: Running) -> None:
    def event(number: int, **more: object) -> bytes:
        return json.dumps(
            EVENT | {"document": {"id": "ord_7", "number": "SO-7"}, "sequence": number} | more
        ).encode()

    third = event(3)
    for message_id, body, answer in (
        ("evt_13", third, "new"),
        ("evt_13", third, "had before"),
        ("evt_12", event(2), "older than what we know"),
        ("evt_14", event(4), "new"),
        ("evt_15", event(1, document={"id": "ord_8", "number": "SO-8"}), "new"),
        ("evt_16", event(1, type="webhook.test", document=None), "new"),
    ):
        assert told(example, body, signed(body, message_id=message_id)) == (200, answer), message_id


def test_while_a_secret_rotates_either_signature_is_enough(example: Running, tmp_path: Path) -> None:
    headers = signed(BODY, message_id="evt_21", secret=OTHER)
    when = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    second = Webhook(SECRET).sign("evt_21", when, BODY.decode())
    both = changed(headers, signature=f"{headers['webhook-signature']} {second}")
    assert told(example, BODY, headers)[0] == 401
    assert told(example, BODY, both)[0] == 200
    with running(f"{SECRET} {OTHER}", tmp_path / "inbox.sqlite3") as ready_for_both:
        assert told(ready_for_both, BODY, headers) == (200, "new")


@pytest.mark.parametrize("secret", ["", "s3cret", "whsec_%%%"])
def test_without_a_secret_it_does_not_start(secret: str) -> None:
    started = subprocess.run(
        [sys.executable, str(EXAMPLE), "0"],
        env=os.environ | {"WEBHOOK_SECRET": secret},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert started.returncode == 1
    assert "WEBHOOK_SECRET" in started.stderr


@pytest.mark.committed
def test_a_shop_hears_of_its_order_over_http_even_when_its_store_fails_first(
    world: World, tmp_path: Path
) -> None:
    customer, product = world.customer(), world.product(price="10.00")
    key = issued(world, shop_in(world)).secret
    with (
        served() as address,
        override_settings(WEBHOOKS_MAY_LOOP_BACK=True),
        # The secret is known once the address is registered, so a first one only keeps the port.
        running(SECRET, tmp_path / "none.sqlite3") as first,
    ):
        url = first.url
        port = int(url.rstrip("/").rpartition(":")[2])
        first.process.terminate()
        first.process.wait(10)
        endpoint = post(
            address, "webhook-endpoints", {"url": url, "types": ["order.confirmed"]}, key=key, once="hook"
        )
        with running(endpoint["secret"], tmp_path / "inbox.sqlite3", port) as shop:
            tried = post(address, f"webhook-endpoints/{endpoint['id']}/test", {}, key=key, once="test")
            assert (tried["delivered"], tried["answer"]) == (True, "new")
            assert shop.printed().startswith("webhook.test")
            with closing(sqlite3.connect(shop.inbox)) as store, store:
                store.execute("ALTER TABLE arrived RENAME TO gone")
            lines = [{"sku": product.sku, "quantity": "2"}]
            order = post(
                address, "orders", {"customer": cus(customer), "lines": lines}, key=key, once="order"
            )
            dispatch.run_inline(leaving=["invoicing.tasks.render_pdf"])
            services.send_due(now=clock.unmoved)
            waiting = WebhookDelivery.objects.get()
            assert (waiting.state, waiting.log.get().status) == ("pending", 500)
            with closing(sqlite3.connect(shop.inbox)) as store, store:
                store.execute("ALTER TABLE gone RENAME TO arrived")
            services.send_due(now=lambda: waiting.next_try_at)
            assert WebhookDelivery.objects.get().state == "delivered"
            assert (
                shop.printed() == f"order.confirmed {order['number']} {{'customer': '{order['customer']}'}}\n"
            )
