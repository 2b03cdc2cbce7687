"""A shop that sells on account, in plain Python: ask, order once only, follow it, and settle the invoice.

    O2C_KEY=sk_test_... python3 examples/checkout.py http://127.0.0.1:8000

`python3 dev.py run` prints the demo shop's test key and the address. A test key works in the sandbox: its customers and
products always behave the same, and `sandbox/simulate` plays the warehouse and the billing desk. What a live shop
takes over is the class `Api` and the four steps of `buy`.
"""

import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from typing import Any

ATTEMPTS = 8
LONGEST_WAIT = 30.0  # seconds
# What may succeed if the same request is sent again; of the 409s only those that say so.
AGAIN = {429, 500, 502, 503, 504}
AGAIN_CODES = {"request-in-progress", "document-not-printed", "busy"}


class Problem(Exception):
    """A refusal (RFC 9457): *code* never changes its meaning, *next_step* says what helps."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status, self.code = status, str(body.get("code", "unknown"))
        self.next_step, self.details = str(body.get("next_step", "")), body.get("details", {})
        self.request_id = body.get("request_id", "")
        super().__init__(f"{status} {self.code}: {body.get('detail', '')} {self.next_step}".strip())


class NoAnswer(Exception):
    """Every attempt failed; whether the last had its effect is not known, and sending it again is safe."""


class Api:
    """The API behind one key. Every call is tried again, with the same Idempotency-Key, while that may help."""

    def __init__(self, address: str, key: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.address, self._key, self._sleep = address.rstrip("/"), key, sleep

    def get(self, path: str, **query: str) -> Any:
        """Read something."""
        return json.loads(self._send("GET", path + _query(query)))

    def file(self, path: str) -> bytes:
        """Read a document; one that is still being printed is waited for."""
        return self._send("GET", path, accept="application/pdf")

    def post(self, path: str, body: Mapping[str, Any], *, once: str = "", etag: str = "") -> Any:
        """Create or move something. *once* names the attempt: the same text for each retry, another for another."""
        headers = {"Idempotency-Key": once} | ({"If-Match": etag} if etag else {})
        told = {name: text for name, text in headers.items() if text}
        answer = self._send("POST", path, body=body, headers=told)
        return json.loads(answer or "null")

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str = "application/json",
    ) -> bytes:
        url = self.address + (path if path.startswith("/") else f"/api/v1/{path}")
        sent = {"Authorization": f"Bearer {self._key}", "Accept": accept, **(headers or {})}
        data = None
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        failure = ""
        for attempt in range(ATTEMPTS):
            try:
                request = urllib.request.Request(url, data, sent, method=method)
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as refused:
                with refused:
                    problem = Problem(refused.code, _json(refused.read()))
                    told = refused.headers.get("Retry-After")
                if problem.status not in AGAIN and problem.code not in AGAIN_CODES:
                    raise problem from None
                failure = str(problem)
            except (OSError, http.client.HTTPException) as broken:  # no answer, or half of one
                told, failure = None, f"{type(broken).__name__}: {broken}"
            if attempt + 1 < ATTEMPTS:
                wait = _wait(attempt, told)
                print(f"  … {failure[:100]} - again in {wait:.1f} s", file=sys.stderr)
                self._sleep(wait)
        raise NoAnswer(f"{method} {path}: {ATTEMPTS} attempts, the last: {failure}")


def _wait(attempt: int, told: str | None) -> float:
    """Return how long to wait: as the server says, else longer each time and never in step with others."""
    if told is not None and told.isascii() and told.isdigit():
        return min(float(told), 2 * LONGEST_WAIT)
    return random.uniform(0.5, 1.0) * min(LONGEST_WAIT, 2.0 ** (attempt - 1))


def _json(raw: bytes) -> dict[str, Any]:
    """Return a problem's members; none if something between us and the API answered."""
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _query(members: Mapping[str, str]) -> str:
    return f"?{urllib.parse.urlencode(members)}" if members else ""


def price(money: Mapping[str, str]) -> str:
    """Return an amount as it is shown; amounts are text, so nothing is ever rounded."""
    return f"{money['amount']} {money['currency']}"


def buy(api: Api, *, customer: str, cart: str, lines: list[dict[str, str]]) -> dict[str, Any]:
    """Take a cart through the checkout: what can be had, what it costs, and the order.

    *cart* is the shop's own number of it. It names the order's attempt, too: a program that crashed and begins
    again with the same cart gets the first order, and never a second one.
    """
    wanted = {"customer": customer, "lines": lines}

    # 1. On the product page: what is there, and when more comes.
    asked = {name: ",".join(line[name] for line in lines) for name in ("sku", "quantity")}
    for one in api.get("availability", **asked)["data"]:
        when = (
            "at once"
            if one["is_free"]
            else f"on {one['leaves_on']}"
            if one["leaves_on"]
            else "nobody knows when"
        )
        print(f"{one['sku']}: {one['quantity']} could leave {when}")

    # 2. In the cart: price, promised day and credit in one call. Nothing is kept of it, so it needs no key.
    seen = api.post("previews", wanted)
    print(f"It costs {price(seen['gross'])}, all of it leaves on {seen['promised_on']}", end="; ")
    print(f"on account: {seen['credit']['pay_on_account']}, due on {seen['terms']['due_on']}")
    for problem in seen["problems"]:
        print(f"  would be refused: {problem['detail']}")

    # 3. "Buy": once only, whatever happens on the way.
    try:
        order = api.post("orders", wanted | {"external_id": cart, "po_number": "PO 7"}, once=f"{cart}/order")
    except Problem as problem:
        if problem.code != "duplicate-external-id":
            raise
        order = api.get(problem.details["url"])  # ordered with another key: this is what became of it

    # 4. Confirmed, or on hold with what would help. Either way it is placed.
    print(f"{order['number']} is {order['state'].replace('_', ' ')}")
    for reason in order["hold"]:
        print(f"  it waits: {reason['text']} {reason['next_step']}")
    return dict(order)


def follow(api: Api, order_id: str) -> list[dict[str, Any]]:
    """Tell where an order is, and return its invoices."""
    order = api.get(f"orders/{order_id}", expand="chain")
    print(f"{order['number']} is {order['stage'].replace('_', ' ')}:", end=" ")
    print(", ".join(link["number"] for link in order["expanded"]["chain"]) or "nothing has followed yet")
    for parcel in api.get("shipments", order=order_id)["data"]:
        print(f"  shipment {parcel['number']}: {parcel['state']} {parcel['tracking_url']}".rstrip())
    return list(api.get("invoices", order=order_id)["data"])


def settle(api: Api, invoice: Mapping[str, Any], *, provider_reference: str) -> dict[str, Any]:
    """Record that the shop's payment provider has the money for an invoice; its reference is used once."""
    paid = {
        "customer": invoice["customer"],
        "amount": invoice["open"],
        "provider": "example-psp",
        "provider_reference": provider_reference,
        "invoices": [{"invoice": invoice["id"]}],
    }
    try:
        payment = api.post("payments", paid, once=f"{provider_reference}/payment")
    except Problem as problem:
        if problem.code != "payment-recorded":
            raise
        payment = api.get(problem.details["url"])
    print(f"{payment['number']}: {price(payment['allocated'])} for {invoice['number']}")
    return dict(payment)


def main(address: str, key: str, cart: str) -> None:
    """Sell two lanterns in the sandbox, and see what a customer over their limit is told."""
    if not key.startswith("sk_test_"):
        raise SystemExit("Set O2C_KEY to a test key (sk_test_...): this example plays all the desks.")
    api = Api(address, key)
    sandbox = api.get("sandbox")
    customers = {one["external_id"]: one["id"] for one in sandbox["customers"]}
    lines = [{"sku": sandbox["products"][0]["sku"], "quantity": "2"}]

    order = buy(api, customer=customers["test-always-good"], cart=cart, lines=lines)
    for desk in ("ship", "invoice"):  # on a live key people do this, and webhooks tell of it
        api.post("sandbox/simulate", {"order": order["id"], "do": desk}, once=f"{cart}/{desk}")
    for invoice in follow(api, order["id"]):
        print(f"  invoice {invoice['number']}: {price(invoice['open'])} open, due on {invoice['due_on']}")
        name, document = f"{invoice['number']}.pdf", api.file(f"invoices/{invoice['id']}/pdf")
        with open(name, "wb") as file:
            print(f"  {name}: {file.write(document)} bytes")
        if invoice["settled_on"] is None:
            settle(api, invoice, provider_reference=f"{cart}/{invoice['number']}")
        left = api.get(f"invoices/{invoice['id']}")
        print(f"  invoice {left['number']}: {price(left['open'])} open, settled on {left['settled_on']}")

    print("\nA customer whose credit is used up:")
    buy(api, customer=customers["test-over-limit"], cart=f"{cart}-b", lines=lines)


if __name__ == "__main__":
    try:
        main(
            sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000",
            os.environ.get("O2C_KEY", ""),
            sys.argv[2] if len(sys.argv) > 2 else f"cart-{uuid.uuid4().hex[:12]}",
        )
    except (Problem, NoAnswer) as failed:
        sys.exit(str(failed))
