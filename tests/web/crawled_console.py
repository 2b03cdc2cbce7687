"""What the console's own pages and verbs are tried on, and what is said there."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from credit import services as credit
from fulfillment import services as fulfillment
from o2c.kernel import clock
from o2c.kernel.models import Event, EventDelivery, User
from o2c.operations.roles import ORDER_CLERK, WAREHOUSE_CLERK
from orders.models import Order
from reporting import services as reporting
from reporting.checks import run_checks
from reporting.models import Certificate
from tests.documents import cart_in, limit_request_in, order_in
from tests.shops import key_in
from tests.webhooks import endpoint_in
from tests.world import World

Rows = dict[str, dict[str, Any]]


def a_full_house(world: World, rows: Rows) -> Rows:
    """What stands in an address of the console besides, by its name; made of what the site's *rows* name, and more."""
    wish = limit_request_in(world, "requested")
    cart_in(world, "held")
    key_in(world)
    held = Order.objects.get(number=rows["order-release"]["number"])
    order = Order.objects.get(number=rows["order"]["number"])
    blocked = world.customer()
    credit.block_credit(customer_id=blocked.pk, reason="Pays late", on=world.on, actor=world.system)
    digital = world.order(order.customer, (world.product(kind="digital"), "1"))
    world.rate("EUR", "0.85", world.on)
    [access] = fulfillment.grant_access(order_id=digital.pk, on=world.on, actor=world.system)
    return {
        "console-decide": {"kind": "limit", "pk": wish.pk},
        "console-certificate": {"pk": a_certificate(world).pk},
        "ledger_journalentry_reverse": {"object_id": world.manual_entry().pk},
        "credit_creditaccount_unblock": {"object_id": blocked.credit_account.pk},
        "orders_order_release": {"object_id": held.pk},
        "orders_order_cancel": {"object_id": order.pk},
        "orders_order_cancel_rest": {"object_id": order_in(world, "part_shipped").pk},
        "fulfillment_entitlement_revoke": {"object_id": access.pk},
        "gateway_webhookendpoint": {"object_id": endpoint_in(world).pk},
        "kernel_user_enable": {"object_id": a_colleague("gone", is_active=False).pk},
        "kernel_user": {"object_id": a_colleague("there").pk},
        "app_list": {"app_label": "orders"},
        "autocomplete": {"?": "term=a&app_label=catalog&model_name=price&field_name=product"},
    }


def a_certificate(world: World) -> Certificate:
    """What was proved of the books last night."""
    return reporting.certify(report=run_checks(now=clock.now()), on=world.on)


def a_colleague(name: str, *, is_active: bool = True) -> User:
    """An order clerk with a second factor."""
    user = User.objects.create(username=name, is_active=is_active)
    user.groups.add(Group.objects.get(name=ORDER_CLERK))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def said_in_the_console() -> dict[str, dict[str, list[Any]]]:
    """What no page can know of a form that is to be accepted there, by the name of the address."""
    owed = EventDelivery.objects.create(
        event=Event.objects.latest("pk"), handler="invoicing.tasks.render_pdf"
    )
    of_a_product = ("alternative", "customs_code", "origin_country", "access_days")
    return {
        "catalog_product_change": {field: [""] for field in of_a_product},
        "catalog_taxrate_follow": {"rate": ["0"]},
        "inventory_warehouse_change": {"country": ["GB"]},
        "console-decide": {"approve": ["1"], "answer": ["They grow"]},
        "credit_creditaccount_review": {"review_on": [""]},
        "orders_order_release": {"up_to": [""]},
        "kernel_user_give_roles": {"roles": [WAREHOUSE_CLERK]},
        "console-run": {"job": ["reporting.tasks.certify"]},
        "console-deliver": {"delivery": [str(owed.pk)]},
        "console-post": {
            "form-0-account": ["5800"],
            "form-0-debit": ["1"],
            "form-0-credit": [""],
            "form-1-account": ["1800"],
            "form-1-debit": [""],
            "form-1-credit": ["1"],
        }
        | {f"form-{line}-{field}": [""] for line in range(2, 6) for field in ("account", "debit", "credit")},
    }
