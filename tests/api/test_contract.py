"""What holds of the API as a whole: programs get problems, people get pages, and both need nothing else."""

import logging
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import get_resolver
from redis.exceptions import ConnectionError as RedisDown
from structlog import get_logger
from structlog.contextvars import bound_contextvars

from o2c import wiring
from o2c.gateway import openapi
from o2c.gateway.catalogue import refusals
from o2c.kernel import events, heartbeat
from o2c.kernel.api import limits
from o2c.kernel.models import Event
from o2c.settings.env import ROOT
from tests.logs import logged_by
from tests.shops import Caller, cus
from tests.world import World

PROBLEM = "application/problem+json"


def broken(*args: object, **kwargs: object) -> object:
    raise ZeroDivisionError("secret of the inside")


@pytest.fixture
def anyone() -> Client:
    """A program without a key."""
    return Client(raise_request_exception=False)


def told(answer) -> tuple[int, str, str]:
    """The status, media type and code of a refusal."""
    return answer.status_code, answer["Content-Type"], answer.json()["code"]


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/nothing/", "/api/v1/orders/", "/api/v2/orders", "/api/v1/"]
)
def test_an_unknown_address_is_a_problem_for_programs(world: World, anyone: Client, path: str) -> None:
    for method in ("get", "post", "delete"):
        answer = getattr(anyone, method)(path)
        assert told(answer) == (404, PROBLEM, "address-unknown")
        assert answer["Request-Id"] == answer.json()["request_id"]
    assert anyone.get("/nothing-for-people")["Content-Type"].startswith("text/html")


def test_a_failure_says_its_request_id_and_nothing_of_the_inside(
    shop: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("orders.api.views.OrdersView.get", broken)
    answer = shop.get("orders", X_Request_ID="web-7.a")
    assert told(answer) == (500, PROBLEM, "internal-failure")
    assert answer["Request-Id"] == answer.json()["request_id"] == "web-7.a"
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content
    assert "ZeroDivisionError" in caplog.text


def test_a_failure_outside_the_endpoints_is_a_problem_too(
    anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("o2c.gateway.views.refusals", broken)
    answer = anyone.get("/api/problems")
    assert told(answer) == (500, PROBLEM, "internal-failure")
    assert b"secret" not in answer.content
    assert answer["Request-Id"] == answer.json()["request_id"]


def test_a_host_that_is_not_ours_is_a_problem(anyone: Client) -> None:
    answer = anyone.get("/api/v1/orders", headers={"Host": "elsewhere.example"})
    assert told(answer) == (400, PROBLEM, "request-malformed")
    assert answer.json()["type"] == "/api/problems/request-malformed"


def test_methods_that_a_resource_does_not_have(world: World, shop: Caller) -> None:
    refused = shop("DELETE", "orders")
    assert told(refused) == (405, PROBLEM, "method-not-allowed")
    assert refused["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert told(shop("BREW", "orders")) == (405, PROBLEM, "method-not-allowed")
    assert told(shop("POST", "/api/docs")) == (405, PROBLEM, "method-not-allowed")
    asked = shop("OPTIONS", "orders")
    assert (asked.status_code, asked.content, asked["Allow"]) == (204, b"", "GET, POST, HEAD, OPTIONS")
    head = shop("HEAD", "orders")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == "application/json"


def test_bodies_that_cannot_be_read(world: World, shop: Caller) -> None:
    assert told(shop.post("orders", b'{"po_number": "' + b"x" * 1_048_576 + b'"}')) == (
        413,
        PROBLEM,
        "body-too-large",
    )
    for body in (
        "{",
        "[1,",
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"\\udfff": 1}',
        "[" * 30 + "]" * 30,
        "[" * 100_000,
        b"\xff\xfe",
        "1" * 5000,
    ):
        assert told(shop.post("orders", body)) == (400, PROBLEM, "not-json")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        sent = shop.client.generic(
            "POST",
            "/api/v1/orders",
            data="a=b",
            content_type=kind,
            headers={"Authorization": f"Bearer {shop.secret}", "Idempotency-Key": "k"},
        )
        assert told(sent) == (415, PROBLEM, "unsupported-media-type")
    chunked = shop("POST", "orders", None, Transfer_Encoding="chunked", Content_Length="")
    assert told(chunked) == (411, PROBLEM, "length-required")
    assert told(shop("GET", "orders", Accept="text/html")) == (406, PROBLEM, "not-acceptable")


def test_every_problem_has_a_page(world: World, anyone: Client) -> None:
    listed = anyone.get("/api/problems").content.decode()
    assert len(refusals()) > 40
    for code, refusal in refusals().items():
        assert f'href="/api/problems/{code}"' in listed
        page = anyone.get(f"/api/problems/{code}")
        assert page.status_code == 200
        assert code in page.content.decode()
        assert refusal.title
    assert told(anyone.get("/api/problems/none-such")) == (404, PROBLEM, "address-unknown")


def test_the_type_of_a_problem_leads_to_its_page(world: World, anyone: Client) -> None:
    refused = anyone.get("/api/v1/orders").json()
    assert refused["type"] == "http://testserver/api/problems/key-missing"
    page = anyone.get(refused["type"].removeprefix("http://testserver"))
    assert "Authorization: Bearer" in page.content.decode()


class Assets(HTMLParser):
    """What a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        loaded = told.get("href") if tag == "link" else told.get("src")
        self.found += [loaded] if loaded else []
        assert tag != "style"
        assert tag != "script" or loaded
        assert "style" not in told


@pytest.mark.parametrize("path", ["/api/docs", "/api/problems", "/api/problems/key-missing"])
def test_pages_load_nothing_from_elsewhere_under_the_strict_policy(
    world: World, anyone: Client, path: str
) -> None:
    page = anyone.get(path)
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assets = Assets()
    assets.feed(page.content.decode())
    assert len(assets.found) > 5
    for asset in assets.found:
        assert asset.startswith("/static/")
        assert anyone.get(asset).status_code == 200, asset


def test_the_start_leads_to_the_documentation(anyone: Client) -> None:
    assert anyone.get("/api/")["Location"] == "/api/docs"


def test_the_document_is_the_one_in_the_repository(anyone: Client) -> None:
    served = anyone.get("/api/schema")
    assert served["Content-Type"] == "application/yaml"
    assert served.content == (ROOT / "openapi.yaml").read_bytes()
    assert anyone.get("/api/schema?format=json").json() == openapi._document()
    assert (
        anyone.get("/api/schema", headers={"Accept": "application/json"})["Content-Type"]
        == "application/json"
    )


def test_every_address_of_the_api_is_in_the_document(world: World) -> None:
    served = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        for route in routes(get_resolver())
        if route.startswith("api/v1/")
    }
    assert served == set(openapi._document()["paths"])


def routes(resolver, start: str = ""):
    """Every address below a resolver, as it is written in the URL map."""
    for pattern in resolver.url_patterns:
        here = start + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, here)
        else:
            yield here


def test_health_tells_what_works(
    world: World, anyone: Client, noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Event.objects.update(dispatched_at=world_time())
    answer = anyone.get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "broker": "ok",
        "worker_seen_at": None,
        "outbox_lag_seconds": 0,
    }
    heartbeat.beat(at=world_time())
    well = anyone.get("/api/v1/health").json()
    assert (well["status"], well["worker_seen_at"]) == ("ok", "2026-11-20T12:00:00Z")
    heartbeat.beat(at=world_time() - timedelta(minutes=4))
    assert anyone.get("/api/v1/health").json()["status"] == "degraded"


def world_time() -> datetime:
    return datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_health_tells_what_waits_and_that_redis_is_silent(
    world: World, anyone: Client, noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat.beat(at=world_time())
    Event.objects.update(dispatched_at=world_time())
    Event.objects.create(
        kind="order.confirmed",
        document_type="order",
        document_id=1,
        on=world.on,
        at=Now() - timedelta(minutes=10),
        actor=world.system,
    )
    waiting = anyone.get("/api/v1/health").json()
    assert waiting["status"] == "degraded"
    assert 600 <= waiting["outbox_lag_seconds"] < 660
    monkeypatch.setattr(heartbeat.cache, "get", down, raising=False)
    assert anyone.get("/api/v1/health").json()["broker"] == "no answer"


def down(*args: object, **kwargs: object) -> object:
    raise RedisDown("refused")


def test_without_redis_calls_are_let_through_and_it_is_logged_once(
    world: World, shop: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "_paused_until", [0.0])
    monkeypatch.setattr(limits.cache, "add", down, raising=False)
    for _ in range(3):
        answer = shop.get("orders")
        assert answer.status_code == 200
        assert answer["RateLimit"].startswith('"minute";r=600')
    assert caplog.text.count("rate limits are not counted") == 1


@pytest.mark.parametrize("told", ["web-7.a", "0198f2c4-7d5e-7a3c-9b1d-2e3f4a5b6c7d"])
def test_a_plain_request_id_is_kept(anyone: Client, told: str) -> None:
    assert anyone.get("/api/v1/nothing", headers={"X-Request-ID": told}).json()["request_id"] == told


@pytest.mark.parametrize("told", ["", "a b", "a\tb", "x" * 65, "ü", "id;drop", "<b>"])
def test_any_other_request_id_is_replaced(anyone: Client, told: str) -> None:
    answer = anyone.get("/api/v1/nothing", headers={"X-Request-ID": told})
    assert re.fullmatch("[0-9a-f]{32}", answer["Request-Id"])
    assert answer.json()["request_id"] == answer["Request-Id"]


def test_a_consumer_logs_under_the_id_of_the_request_that_caused_it(
    world: World, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    product, customer = world.product(), world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "1"}]}
    assert shop.post("orders", body, X_Request_ID="checkout-42").status_code == 201
    assert Event.objects.get(kind="order.confirmed").request_id == "checkout-42"
    due = [
        one
        for one in events.owed(wiring=wiring.HANDLERS)
        if one.handler == "fulfillment.tasks.plan_shipments"
    ]
    [line] = logged_by(lambda: wiring.TASKS[due[0].handler](**due[0].arguments()))
    assert "fulfillment.tasks.plan_shipments" in line
    assert "[o2c.events]" in line
    assert "request_id=checkout-42" in line


def test_the_log_reads_the_same_from_whichever_library() -> None:
    with bound_contextvars(request_id="r-1"):
        lines = logged_by(
            lambda: (logging.getLogger("o2c.x").warning("one %s", 1), get_logger("o2c.x").warning("two", n=2))
        )
    assert [line.partition(" ")[2] for line in lines] == [
        "[warning  ] one 1 [o2c.x] request_id=r-1",
        "[warning  ] two [o2c.x] n=2 request_id=r-1",
    ]


def test_a_failed_request_is_logged_once_with_its_traceback(
    anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("o2c.gateway.views.refusals", broken)
    lines = "\n".join(logged_by(lambda: anyone.get("/api/problems", headers={"X-Request-ID": "r-2"})))
    assert lines.count("ZeroDivisionError: secret of the inside") == 1
    assert lines.count("request_id=r-2") == 1
