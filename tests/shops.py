"""Programs that sell over the API: shops, their keys, and calls as their developers make them."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client

from customers.models import Customer
from o2c.gateway import services as gateway
from o2c.gateway.models import ApiKey, Scope, Shop
from o2c.gateway.services import IssuedKey
from o2c.kernel import public_ids
from o2c.kernel.idempotency import Answer, once
from o2c.kernel.models import Job
from tests.world import World

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
ALL = list(Scope.values)
serial = count(1)


@dataclass
class Caller:
    """A program with a key."""

    secret: str
    shop: Shop
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str | None = "", **headers: str
    ) -> Any:
        """Call ``/api/v1/`` + *path*; a POST gets a fresh Idempotency-Key, unless *key* names one or is None."""
        sent = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or f"test-{next(serial)}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = (
            body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body, default=str)
        )
        return self.client.generic(
            method,
            path if path.startswith("/") else f"/api/v1/{path}",
            data=raw,
            content_type="application/json",
            headers=sent,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("POST", path, body, **options)


def shop_in(world: World, *, sees_all: bool = True) -> Shop:
    """A new shop."""
    return gateway.create_shop(name=f"Shop {next(serial)}", sees_all=sees_all, actor=world.system)


def issued(world: World, shop: Shop, **options: Any) -> IssuedKey:
    """A new live key of a shop, with every scope unless *options* say otherwise."""
    wanted = {"label": "checkout", "mode": "live", "scopes": ALL, "at": NINE, "actor": world.system}
    return gateway.create_key(shop_id=shop.pk, **(wanted | options))


def open_shop(
    world: World, *, scopes: Collection[str] = ALL, customer: Customer | None = None, sees_all: bool = True
) -> Caller:
    """A new shop with a live key, bound to *customer* if one is given."""
    shop = shop_in(world, sees_all=sees_all)
    key = issued(world, shop, scopes=scopes, customer_id=customer.pk if customer else None)
    return Caller(key.secret, shop)


def key_in(world: World) -> ApiKey:
    """A key that was rotated, and a request that was answered with one."""
    key = issued(world, shop_in(world)).key
    gateway.rotate_key(key_id=key.pk, at=NINE, actor=world.system)
    once(scope="live/1 POST", key="k", request="0", effect=lambda: Answer(200, {}, b"{}"))
    return key


def cus(customer: Customer) -> str:
    """A customer's id in the API."""
    customer.refresh_from_db(fields=["public_id"])
    return public_ids.written("cus", customer.public_id)


def public(prefix: str, row: Any) -> str:
    """A row's id in the API."""
    row.refresh_from_db(fields=["public_id"])
    return public_ids.written(prefix, row.public_id)


def job_in(world: World, state: str = "running") -> Job:
    """A job of three steps."""
    job = Job.objects.create(owner=shop_in(world).account, kind=Job.Kind.CLOCK, total=3)
    if state in {"running", "done"}:
        job.mark_running()
        job.save(update_fields=["state"])
    if state == "done":
        job.mark_done(outcome={"days": 3}, at=NINE)
    if state == "failed":
        job.mark_failed(code="test", text="Refused.", at=NINE)
    job.save(update_fields=["state", "outcome", "error_code", "error", "finished_at"])
    return job
