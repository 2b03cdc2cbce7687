"""Orders in the finance console: released by one or two people, and cancelled, with the verbs' own answers."""

from django.urls import reverse

from orders.models import Order, Release
from tests.documents import release_in, request_in
from tests.world import World, staff


def page(model, name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def test_a_held_order_is_released_and_a_confirmed_one_is_not(world: World, sign_in) -> None:
    order = world.order(world.customer(limit="0"), (world.product(), "5"), actor=staff("Order clerk"))
    client = sign_in("Finance manager")
    client.post(
        page(Order, "release", order.pk), {"reason": "Known for years", "up_to": "", "valid_until": ""}
    )
    assert Order.objects.get(pk=order.pk).state == "confirmed"
    again = client.post(page(Order, "release", order.pk), {"reason": "Once more"})
    assert "order-not-held" in again.text


def test_an_order_is_cancelled_with_a_code(world: World, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "5"), actor=staff("Order clerk"))
    client = sign_in("Finance manager")
    client.post(page(Order, "cancel", order.pk), {"code": "fraud", "reason": "Stolen card"})
    cancelled = Order.objects.get(pk=order.pk)
    assert (cancelled.state, cancelled.cancel_code) == ("cancelled", "fraud")
    assert (
        "order-not-cancellable"
        in client.post(page(Order, "cancel_rest", order.pk), {"code": "fraud", "reason": "x"}).text
    )


def test_a_proposed_release_is_approved_or_rejected_by_a_second_person(world: World, sign_in) -> None:
    client = sign_in("Finance manager")
    release = release_in(world, "proposed")
    approve = {"action": "approve", "_selected_action": [release.pk]}
    client.post(page(Release, "changelist"), approve)
    assert Release.objects.get(pk=release.pk).state == "approved"
    assert Order.objects.get(pk=release.order_id).state == "confirmed"
    other = release_in(world, "proposed")
    client.post(page(Release, "reject", other.pk), {"reason": "Too much"})
    assert Release.objects.get(pk=other.pk).state == "rejected"
    own = world.order(world.customer(limit="0"), (world.product(price="12000.00"), "1"))
    client.post(page(Order, "release", own.pk), {"reason": "Mine to propose"})
    refused = client.post(
        page(Release, "changelist"),
        {"action": "approve", "_selected_action": [Release.objects.latest("pk").pk]},
        follow=True,
    )
    assert "four-eyes" in refused.text


def test_what_came_in_is_read(world: World, sign_in) -> None:
    request = request_in(world, "waiting")
    client = sign_in("Finance manager")
    assert "Five lanterns" in client.get(page(type(request), "changelist")).text
