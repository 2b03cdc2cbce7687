"""What shops are owed, and how it gets there."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from o2c.gateway import services, signing
from o2c.gateway.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from o2c.kernel import public_ids
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import Event
from o2c.kernel.tracing import on_behalf_of
from tests.documents import cells, walk
from tests.logs import logged_by
from tests.shops import shop_in
from tests.webhooks import (
    DELIVERY_STATES,
    NOON,
    arrives,
    delivery_in,
    desks_work,
    endpoint_in,
    happens,
    receiver,
    send,
)
from tests.world import World, staff

TABLE = """
                  pending                    delivered  exhausted  cancelled
replay_delivery   !webhook-delivery-pending  pending    pending    pending
redeliver         pending                    pending    pending    pending
"""


@pytest.mark.parametrize("state", DELIVERY_STATES)
def test_every_verb_in_every_state_of_a_delivery(world: World, state: str) -> None:
    delivery = delivery_in(world, state)

    def run(verb: str) -> object:
        which: dict[str, Any] = {"delivery_id": delivery.pk}
        if verb == "redeliver":
            which = {"event_id": delivery.event_id, "endpoint_id": delivery.endpoint_id}
        return getattr(services, verb)(**which, at=NOON, actor=world.system)

    walk(
        world,
        TABLE,
        state,
        run=run,
        state_after=lambda: str(WebhookDelivery.objects.get(pk=delivery.pk).state),
    )


def test_the_table_names_every_state_of_a_delivery() -> None:
    assert set(DELIVERY_STATES) == set(WebhookDelivery.State.values) == {cell.state for cell in cells(TABLE)}


def test_an_event_reaches_the_shop_signed_and_thin(world: World) -> None:
    customer, product = world.customer(), world.product(price="10.00")
    with receiver() as shop:
        endpoint = endpoint_in(world, url=shop.url, types=["order.confirmed"])
        with on_behalf_of("checkout-42"):
            order = world.order(customer, (product, "2"))
        desks_work()
        [line] = logged_by(lambda: send() == 1)
        [said] = shop.said
    assert line.endswith(
        f"{said.told['id']} to {endpoint.pk}: 200, delivered [o2c.webhooks] request_id=checkout-42"
    )
    order.refresh_from_db(fields=["public_id"])
    customer.refresh_from_db(fields=["public_id"])
    ord_, cus = public_ids.written("ord", order.public_id), public_ids.written("cus", customer.public_id)
    event = Event.objects.get(kind="order.confirmed")
    assert said.told == {
        "id": public_ids.written("evt", event.public_id),
        "type": "order.confirmed",
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "sequence": Event.objects.filter(document_type="order", pk__lte=event.pk).count(),
        "document": {"type": "order", "id": ord_, "number": order.number, "url": f"/api/v1/orders/{ord_}"},
        "data": {"customer": cus},
        "api_version": "2026-11-20",
        "mode": "live",
    }
    assert said.headers["webhook-id"] == said.told["id"]
    signed = Webhook(signing.secret_of(endpoint)).sign(said.told["id"], NOON, said.body.decode())
    assert said.headers["webhook-signature"] == signed
    delivery = endpoint.deliveries.get()
    assert (delivery.state, delivery.attempts, delivery.delivered_at) == ("delivered", 1, NOON)
    tried = WebhookAttempt.objects.get()
    assert (tried.status, tried.error, tried.answer) == (200, "", "ok")
    assert send() == 0


def test_the_whole_case_is_told_in_the_words_of_the_api(world: World) -> None:
    with receiver() as shop:
        endpoint_in(world, url=shop.url, types=[])
        invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1"))))
        world.pay(invoice)
        bought = world.order(world.customer(), (world.product(kind="digital"), "1"))
        desks_work(leaving=["invoicing.tasks.render_pdf"])
        while send():
            pass
        said = {one.told["type"]: one.told for one in shop.said}
    told = "order.created order.confirmed order.closed shipment.posted invoice.issued payment.received"
    told += " payment.allocated credit.limit_changed entitlement.granted"
    assert set(told.split()) <= said.keys()
    assert said["invoice.issued"]["data"]["gross"] == {"amount": str(invoice.gross), "currency": "GBP"}
    assert said["invoice.issued"]["document"]["id"].startswith("inv_")
    assert said["shipment.posted"]["data"]["order"].startswith("ord_")
    assert said["credit.limit_changed"]["document"]["url"].endswith("/credit")
    assert said["entitlement.granted"]["document"]["id"].startswith("ent_")
    assert said["entitlement.granted"]["data"].keys() == {"customer", "order"}
    assert bought.pk
    for one in said.values():
        assert None not in one["document"].values() or one["document"]["type"] == "entitlement"


def test_who_is_told_what(world: World) -> None:
    mine, other = world.customer(), world.customer()
    partner = shop_in(world, sees_all=False)
    mine.served_by.add(partner.account)
    at = {"at": NOON, "actor": world.system, "url": "https://shop.example/", "types": ["order.closed"]}
    endpoints = {
        "all": endpoint_in(world),
        "bound": endpoint_in(world, customer_id=mine.pk),
        "served": services.create_webhook(shop_id=partner.pk, **at),
        "strange": endpoint_in(world, sees_all=False),
        "shipments": endpoint_in(world, types=["shipment.posted"]),
        "disabled": endpoint_in(world),
    }
    services.disable_webhook(
        endpoint_id=endpoints["disabled"].pk, reason="Moved", at=NOON, actor=world.system
    )
    WebhookDelivery.objects.all().delete()
    for customer in (mine, other):
        happens(world, customer)
    got = {name: one.deliveries.count() for name, one in endpoints.items()}
    assert got == {"all": 2, "bound": 1, "served": 1, "strange": 0, "shipments": 0, "disabled": 0}


def test_an_event_costs_the_same_statements_with_no_address_and_with_many(world: World) -> None:
    customer = world.customer()
    desks_work()
    used = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            happens(world, customer)
        used.append(len(captured))
        for _ in range(3):
            endpoint_in(world)
    assert used[0] == used[1]
    assert WebhookDelivery.objects.count() == 3


def test_what_fails_is_tried_again_under_the_same_id_with_the_same_bytes(world: World) -> None:
    with receiver(500, 301) as shop:
        endpoint = endpoint_in(world, url=shop.url)
        happens(world, world.customer(), number="SO-9")
        send()
        delivery = WebhookDelivery.objects.get(endpoint=endpoint)
        assert timedelta(seconds=5) <= delivery.next_try_at - NOON <= timedelta(seconds=6)
        assert send() == 0
        send(delivery.next_try_at)
        delivery = WebhookDelivery.objects.get(pk=delivery.pk)
        assert (delivery.state, delivery.attempts) == ("pending", 2)
        send(delivery.next_try_at)
        first, second, third = [one for one in shop.said if one.told["document"]["number"] == "SO-9"]
    assert first.body == second.body == third.body
    assert first.headers["webhook-id"] == third.headers["webhook-id"]
    assert first.headers["webhook-signature"] != third.headers["webhook-signature"]
    delivery = WebhookDelivery.objects.get(pk=delivery.pk)
    assert (delivery.state, [one.status for one in delivery.log.order_by("pk")]) == (
        "delivered",
        [500, 301, 200],
    )


def test_after_ten_tries_it_is_given_up_and_waits_for_a_person(world: World) -> None:
    delivery = delivery_in(world, "exhausted")
    assert delivery.attempts == 10
    assert list(WebhookDelivery.objects.exhausted()) == [delivery]
    services.replay_delivery(delivery_id=delivery.pk, at=NOON, actor=world.system)
    delivery = WebhookDelivery.objects.get(pk=delivery.pk)
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == ("pending", 0, NOON)


def busy(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(503)
    handler.send_header("Retry-After", "3600")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_a_shop_that_asks_for_time_gets_it(world: World) -> None:
    with receiver(busy) as shop:
        endpoint = endpoint_in(world, url=shop.url)
        happens(world, world.customer())
        send()
    assert endpoint.deliveries.order_by("pk").first().next_try_at == NOON + timedelta(hours=1)


def test_an_address_that_is_gone_is_disabled_and_what_waits_cancelled(world: World) -> None:
    with receiver(410) as shop:
        endpoint = endpoint_in(world, url=shop.url)
        customer = world.customer()
        happens(world, customer, document=7)
        happens(world, customer, document=7)
        send()
        endpoint.refresh_from_db()
        assert (endpoint.active, endpoint.disabled_reason) == (
            False,
            "The address answered that it is gone (410).",
        )
        assert set(endpoint.deliveries.values_list("state", flat=True)) == {"cancelled"}
        happens(world, customer)
        assert send(NOON + timedelta(days=1)) == 0
        said = len(shop.said)
        services.enable_webhook(endpoint_id=endpoint.pk, actor=world.system)
        happens(world, customer)
        send()
        assert len(shop.said) == said + 1


def test_events_of_one_document_arrive_in_order_and_wait_for_each_other(world: World) -> None:
    with receiver(500) as shop:
        endpoint = endpoint_in(world, url=shop.url)
        customer = world.customer()
        for number in ("1st", "2nd", "3rd"):
            happens(world, customer, document=7, number=number)
        assert send() == 1
        arrives(world, customer, document=7, number="other")
        assert send(NOON + timedelta(seconds=1)) == 1
        assert [one.told["document"]["number"] for one in shop.said] == ["1st", "other"]
        first = endpoint.deliveries.order_by("event_id").first()
        assert send(NOON + timedelta(seconds=4)) == 0
        sent = send(first.next_try_at + timedelta(seconds=2))
        assert sent == 3
    numbers = [one.told["document"]["number"] for one in shop.said if one.told["type"] == "order.closed"]
    assert numbers == ["1st", "1st", "2nd", "3rd"]
    sequences = [one.told["sequence"] for one in shop.said if one.told["type"] == "order.closed"]
    assert sequences == [1, 1, 2, 3]


def test_what_was_given_up_lets_the_next_go(world: World) -> None:
    with receiver(500) as shop:
        endpoint = endpoint_in(world, url=shop.url)
        customer = world.customer()
        happens(world, customer, document=7, number="1st")
        endpoint.deliveries.update(attempts=9)
        happens(world, customer, document=7, number="2nd")
        assert send() == 2
    assert [one.told["document"]["number"] for one in shop.said] == ["1st", "2nd"]
    assert list(endpoint.deliveries.order_by("pk").values_list("state", flat=True)) == [
        "exhausted",
        "delivered",
    ]


def test_a_later_event_waits_for_an_earlier_one_that_is_not_dispatched_yet(world: World) -> None:
    """Two dispatchers at once: the second event of a document is written down before the first."""
    with receiver() as shop:
        endpoint_in(world, url=shop.url)
        customer = world.customer()
        first = happens(world, customer, document=7)
        WebhookDelivery.objects.all().delete()
        Event.objects.filter(pk=first.pk).update(dispatched_at=None)
        other = Event.objects.filter(pk=first.pk)
        services.fan_out([], at=NOON)
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO kernel_event (kind, document_type, document_id, document_number, "on", actor_id, payload,'
                ' dispatched_at) SELECT kind, document_type, document_id, document_number, "on", actor_id, payload,'
                " now() FROM kernel_event WHERE id = %s RETURNING id",
                [first.pk],
            )
            [(second,)] = cursor.fetchall()
        services.fan_out([second], at=NOON)
        assert send() == 0
        other.update(dispatched_at=NOON)
        assert send(NOON + timedelta(seconds=1)) == 1
        assert len(shop.said) == 1


def test_nothing_is_sent_inside_a_transaction(world: World) -> None:
    delivery = delivery_in(world, "pending")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send()
    delivery = WebhookDelivery.objects.get(pk=delivery.pk)
    assert (delivery.state, delivery.attempts) == ("pending", 0)


def test_what_was_over_a_month_ago_is_forgotten_with_its_log(world: World) -> None:
    gone, waits = delivery_in(world, "delivered"), delivery_in(world, "pending")
    assert services.forget_deliveries(before=gone.created_at) == 0
    assert services.forget_deliveries(before=waits.created_at + timedelta(seconds=1)) == 1
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"pending"}
    assert not WebhookAttempt.objects.exists()
    assert Event.objects.filter(pk=gone.event_id).exists()


def test_who_may_not_deliver_again_changes_nothing(world: World) -> None:
    delivery = delivery_in(world, "exhausted")
    with pytest.raises(NotPermitted):
        services.replay_delivery(delivery_id=delivery.pk, at=NOON, actor=staff("AR clerk"))
    delivery = WebhookDelivery.objects.get(pk=delivery.pk)
    assert delivery.state == "exhausted"


def test_a_deleted_address_is_told_nothing(world: World) -> None:
    delivery = delivery_in(world, "pending")
    services.delete_webhook(endpoint_id=delivery.endpoint_id, at=NOON, actor=world.system)
    delivery = WebhookDelivery.objects.get(pk=delivery.pk)
    assert delivery.state == "cancelled"
    assert WebhookEndpoint.objects.get().deleted_at == NOON
    happens(world, world.customer())
    assert WebhookDelivery.objects.get().pk == delivery.pk
