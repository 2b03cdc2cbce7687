"""An order that is entered and submitted in one step, as a checkout does."""

import pytest
from django.contrib.auth.models import Permission

from catalog.errors import UnknownProduct
from customers.models import PaymentTerms
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import User
from orders import services as orders
from tests.world import World


def test_who_may_enter_orders_but_not_submit_them_places_none(world: World) -> None:
    temp = User.objects.create(username="temp")
    temp.user_permissions.add(Permission.objects.get(codename="add_order"))
    wanted = world.wanted(world.customer(), (world.product(), "1"))
    before = world.fingerprint()

    with pytest.raises(NotPermitted, match="temp may not make the new order submitted"):
        orders.place_order(order=wanted, actor=temp)
    assert world.fingerprint() == before
    assert orders.create_order(order=wanted, actor=temp).state == "draft"


def test_who_orders_what_is_withdrawn_is_told_what_is_sold_instead(world: World) -> None:
    lamp, lantern, gone, torch = (world.product() for _ in range(4))
    customer = world.customer()
    wanted = world.wanted(customer, (lamp, "1"), (lantern, "1"), (gone, "1"), (torch, "1"))
    torch.active = False
    lantern.active, lantern.alternative = False, lamp
    gone.active, gone.alternative = False, torch  # which is not sold any more either
    for product in (torch, lantern, gone):
        product.save()

    with pytest.raises(UnknownProduct) as refusal:
        orders.place_order(order=wanted, actor=world.system)
    assert refusal.value.details == {
        "skus": sorted([lantern.sku, gone.sku, torch.sku]),
        "instead": {lantern.sku: lamp.sku},
    }
    assert f"{lamp.sku} is sold instead of {lantern.sku}." in refusal.value.message
    assert gone.sku in refusal.value.message


def test_the_terms_of_the_order_hold_whatever_the_customer_gets_later(world: World) -> None:
    customer = world.customer()
    order = world.order(customer, (world.product(), "1"))
    customer.terms = PaymentTerms.objects.create(code="N7", name="7 days", net_days=7)
    customer.save()

    invoice = world.invoice(world.ship(order))
    assert (invoice.net_days, (invoice.due_on - invoice.issued_on).days) == (30, 30)
