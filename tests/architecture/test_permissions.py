"""Who may do what: every verb tried by every role, cell by cell."""

import inspect
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator

from catalog import services as catalog
from catalog.models import Product, TaxRate
from credit import services as credit
from customers import services as customers
from customers.rules import Place
from customers.vat import check_digits
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory import services as inventory
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger import services as ledger
from o2c import dispatch
from o2c.console import services as console
from o2c.console.services.staff import Person
from o2c.gateway import services as gateway
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import EventDelivery, User
from o2c.operations.roles import AR_CLERK, AUDITOR, FINANCE_MANAGER, ORDER_CLERK, WAREHOUSE_CLERK
from orders import services as orders
from orders.amendment import HeadChange
from orders.models import Order
from receivables import services as receivables
from tests.documents import (
    NOON,
    cart_in,
    invoice_in,
    order_in,
    payment_in,
    period_in,
    release_in,
    request_in,
    shipment_in,
    transfer_in,
    tried,
)
from tests.fulfillment.returns import of_each, return_in
from tests.messages import message_in
from tests.parcels import claimed_by_nobody, pickup_in, ready_for, seen
from tests.shops import NINE, issued, shop_in
from tests.webhooks import delivery_in
from tests.world import World, all_roles, staff

SALES = {ORDER_CLERK}
WHO_WRITES = {ORDER_CLERK, AR_CLERK, FINANCE_MANAGER}
SALES_OR_FINANCE = {ORDER_CLERK, FINANCE_MANAGER}
WAREHOUSE = {WAREHOUSE_CLERK}
BILLING = {AR_CLERK, FINANCE_MANAGER}
FINANCE = {FINANCE_MANAGER}

MAY: dict[str, set[str]] = {
    "o2c.console.create_user": FINANCE,
    "o2c.console.change_user": FINANCE,
    "o2c.console.set_roles": FINANCE,
    "o2c.console.disable_user": FINANCE,
    "o2c.console.enable_user": FINANCE,
    "o2c.console.renew_password": FINANCE,
    "o2c.console.reset_second_factor": FINANCE,
    "o2c.console.request_run": FINANCE,
    "o2c.console.offer_again": FINANCE,
    "o2c.gateway.create_shop": FINANCE,
    "o2c.gateway.create_key": FINANCE,
    "o2c.gateway.rotate_key": FINANCE,
    "o2c.gateway.revoke_key": FINANCE,
    "o2c.gateway.create_webhook": FINANCE,
    "o2c.gateway.change_webhook": FINANCE,
    "o2c.gateway.disable_webhook": FINANCE,
    "o2c.gateway.enable_webhook": FINANCE,
    "o2c.gateway.rotate_webhook_secret": FINANCE,
    "o2c.gateway.delete_webhook": FINANCE,
    "o2c.gateway.redeliver": FINANCE,
    "o2c.gateway.replay_delivery": FINANCE,
    "catalog.add_product": FINANCE,
    "catalog.set_price": FINANCE,
    "catalog.end_price": FINANCE,
    "catalog.set_order_discount": FINANCE,
    "catalog.end_order_discount": FINANCE,
    "catalog.follow_tax_rate": FINANCE,
    "customers.register_customer": SALES,
    "customers.resend_message": WHO_WRITES,
    "customers.settle_uncertain": WHO_WRITES,
    "customers.set_addresses": SALES,
    "customers.set_contacts": SALES,
    "customers.set_contract_prices": FINANCE,
    "customers.use_contract_list": FINANCE,
    "customers.request_vat_check": SALES_OR_FINANCE,
    "customers.check_vat_id": SALES_OR_FINANCE,
    "credit.set_limit": FINANCE,
    "credit.request_limit": {ORDER_CLERK, AR_CLERK, FINANCE_MANAGER},
    "credit.approve_limit_request": FINANCE,
    "credit.reject_limit_request": FINANCE,
    "credit.block_credit": FINANCE,
    "credit.unblock_credit": FINANCE,
    "credit.record_review": FINANCE,
    "credit.record_report": FINANCE,
    "orders.create_order": SALES,
    "orders.place_order": SALES,
    "orders.submit_order": SALES,
    "orders.quote_order": SALES,
    "orders.revise_quote": SALES,
    "orders.accept_quote": SALES,
    "orders.accept_and_submit_quote": SALES,
    "orders.lose_quote": SALES,
    "orders.renew_quote": SALES,
    "orders.retry_order": SALES_OR_FINANCE,
    "orders.release_order": FINANCE,
    "orders.approve_release": FINANCE,
    "orders.reject_release": FINANCE,
    "orders.amend_order": SALES,
    "orders.cancel_lines": SALES_OR_FINANCE,
    "orders.reallocate": SALES,
    "orders.receive_request": SALES,
    "orders.dismiss_request": SALES,
    "orders.reserve_backorders": SALES_OR_FINANCE,
    "orders.cancel_order": SALES_OR_FINANCE,
    "orders.cancel_rest": SALES_OR_FINANCE,
    "orders.declare_unfulfillable": SALES_OR_FINANCE,
    "orders.renew_promise": SALES,
    "fulfillment.plan_shipment": WAREHOUSE,
    "fulfillment.start_picking": WAREHOUSE,
    "fulfillment.pack_shipment": WAREHOUSE,
    "fulfillment.post_shipment": WAREHOUSE,
    "fulfillment.deliver_shipment": WAREHOUSE,
    "fulfillment.cancel_shipment": WAREHOUSE,
    "fulfillment.take_over_picking": WAREHOUSE,
    "fulfillment.scan_pick": WAREHOUSE,
    "fulfillment.confirm_pick": WAREHOUSE,
    "fulfillment.record_tracking": WAREHOUSE,
    "fulfillment.plan_pickup": WAREHOUSE,
    "fulfillment.confirm_pickup": WAREHOUSE,
    "fulfillment.complete_pickup": WAREHOUSE,
    "fulfillment.cancel_pickup": WAREHOUSE,
    "fulfillment.ship_order": WAREHOUSE,
    "fulfillment.perform_services": WAREHOUSE,
    "fulfillment.leave_services": WAREHOUSE,
    "fulfillment.grant_access": WAREHOUSE,
    "fulfillment.revoke_entitlement": SALES_OR_FINANCE,
    "fulfillment.report_late_delivery": WAREHOUSE,
    "fulfillment.authorise_return": SALES_OR_FINANCE,
    "fulfillment.cancel_return": SALES_OR_FINANCE,
    "fulfillment.receive_return": WAREHOUSE,
    "fulfillment.inspect_return": WAREHOUSE,
    "fulfillment.receive_goods": WAREHOUSE,
    "fulfillment.count_stock": WAREHOUSE,
    "fulfillment.count_many": WAREHOUSE,
    "fulfillment.scrap_goods": WAREHOUSE,
    "fulfillment.send_transfer": WAREHOUSE,
    "fulfillment.receive_transfer": WAREHOUSE,
    "inventory.hold_cart": SALES,
    "inventory.drop_cart": SALES,
    "inventory.expect_receipt": WAREHOUSE,
    "inventory.change_expected": WAREHOUSE,
    "inventory.cancel_expected": WAREHOUSE,
    "inventory.set_bin": WAREHOUSE,
    "inventory.set_reorder_rule": {WAREHOUSE_CLERK, FINANCE_MANAGER},
    "invoicing.draft_for_shipment": BILLING,
    "invoicing.draft_credit_note": BILLING,
    "invoicing.credit_invoice": BILLING,
    "invoicing.credit_return": BILLING,
    "invoicing.discard_draft": BILLING,
    "invoicing.issue_invoice": BILLING,
    "invoicing.invoice_shipment": BILLING,
    "receivables.record_payment": BILLING,
    "receivables.receive_payment": BILLING,
    "receivables.allocate_payment": BILLING,
    "receivables.allocate_credit": BILLING,
    "receivables.reverse_allocation": BILLING,
    "receivables.reverse_payment": FINANCE,
    "ledger.post_manual_entry": FINANCE,
    "ledger.reverse_entry": FINANCE,
    "ledger.close_period": FINANCE,
}
# Consequences that only consumers and jobs have, under the account of the system.
BY_THE_SYSTEM = {
    "inventory.expire_carts",
    "inventory.watch_stock",
    "orders.expire_quotes",
    "invoicing.set_off",
    "invoicing.store_printed",
    "invoicing.update_settlement",
    "ledger.seal_entries",
    "fulfillment.cancel_uncovered",
}

APPS = [
    "catalog",
    "customers",
    "credit",
    "orders",
    "fulfillment",
    "invoicing",
    "receivables",
    "ledger",
    "inventory",
    "o2c.gateway",
    "o2c.console",
]


def public_verbs() -> set[str]:
    """Every verb of every app: services decorated with ``verb`` that anybody may call from outside."""
    found = set()
    for app in APPS:
        services = import_module(f"{app}.services")
        for name, function in inspect.getmembers(services, inspect.isfunction):
            source = getattr(function, "__wrapped__", None)
            if source is None or not function.__module__.startswith(f"{app}.services"):
                continue
            if any(line.strip() == "@verb" for line in inspect.getsource(source).splitlines()[:2]):
                found.add(f"{app}.{name}")
    return found


def test_every_verb_has_its_row() -> None:
    assert public_verbs() == MAY.keys() | BY_THE_SYSTEM


def attempts(world: World) -> dict[str, Callable[[User], object]]:
    """For each verb a call that would be legal if the actor may."""
    on, company, warehouse = world.on, world.company, world.basics.warehouse
    product, customer = world.product(), world.customer()
    price, german = product.prices.get(), world.customer(vat_id="DE136695976")
    discount = catalog.set_order_discount(
        price_list=world.basics.prices, name="Summer", percent=Decimal(1), valid_from=on, actor=world.system
    )
    exhausted = delivery_in(world, "exhausted")
    webhook = {"endpoint_id": exhausted.endpoint_id}
    doubtful, key = message_in(world, "uncertain"), issued(world, shop_in(world)).key
    draft, held = order_in(world, "draft"), order_in(world, "on_hold")
    proposal, request = release_in(world, "proposed"), request_in(world, "waiting")
    quote, expired = order_in(world, "quoted"), order_in(world, "expired")
    confirmed, part = order_in(world, "confirmed"), order_in(world, "part_shipped")
    planned, picking, packed, posted = (
        shipment_in(world, state) for state in ("planned", "picking", "packed", "posted")
    )
    invoice, paid, unpaid = (
        invoice_in(world, "draft"),
        payment_in(world, "allocated"),
        payment_in(world, "received"),
    )
    allocation = paid.allocations.get()
    open_item = unpaid.customer.receivables.get()
    note = invoicing.draft_credit_note(
        company=company,
        customer_id=unpaid.customer_id,
        lines=[CreditLineInput(sku=product.sku, quantity=Decimal(1), unit_price=Decimal(1))],
        reason="Scratched",
        on=on,
        actor=world.system,
    )
    note = invoicing.issue_invoice(invoice_id=note.pk, on=on, actor=world.system)
    blocked = world.customer()
    credit.block_credit(customer_id=blocked.pk, reason="Late", on=on, actor=world.system)
    limit_request = credit.request_limit(
        customer_id=blocked.pk, limit=Decimal(5), reason="Growing", on=on, actor=world.system
    )
    coming, back = return_in(world, "authorised"), return_in(world, "received")
    billed, unwanted, to_credit = (
        invoice_in(world, "issued"),
        invoice_in(world, "draft"),
        return_in(world, "inspected"),
    )
    world.invoice(to_credit.shipment)
    mixed = world.order(
        world.customer(), (world.product(kind="service"), "1"), (world.product(kind="digital"), "1")
    )
    bought = world.order(world.customer(), (world.product(kind="digital"), "1"))
    [access] = fulfillment.grant_access(order_id=bought.pk, on=on, actor=world.system)
    overdue = shipment_in(world, "posted")
    with_fitting = fulfillment.plan_shipment(
        order_id=world.order(customer, (product, "1"), (world.product(kind="service"), "1")).pk,
        on=on,
        actor=world.system,
    )
    Shipment.objects.filter(pk=overdue.pk).update(expected_on=on - timedelta(days=1))
    Order.objects.filter(pk=confirmed.pk).update(promised_on=on)
    entry, period = world.manual_entry(), period_in(world, "open")
    sale = world.wanted(customer, (product, "1"))
    money = {"company": company, "customer_id": customer.pk, "amount": Decimal(1), "currency": "GBP"}
    goods = {"warehouse": warehouse, "product_id": product.pk, "source": "test", "on": on}
    share, one = {open_item.pk: Decimal(1)}, Decimal(1)
    basics = world.basics
    unclaimed, pickup = claimed_by_nobody(shipment_in(world, "picking")), pickup_in(world, "planned")
    ready_for(pickup, world)
    in_hand = unclaimed.lines.get()
    visit = {
        "carrier_id": pickup.carrier_id,
        "warehouse_id": warehouse.pk,
        "from_time": time(9),
        "to_time": time(10),
        "today": on,
    }
    new_customer = {
        "name": "New Ltd",
        "currency": "GBP",
        "price_list": basics.prices,
        "tax_region": basics.domestic,
        "terms": basics.net_30,
        "address": {"street": "1 Way", "postal_code": "", "city": "Oslo", "country": "NO"},
    }
    return {
        "catalog.add_product": lambda by: catalog.add_product(
            sku="NEW", name="New", tax_category=basics.standard, actor=by
        ),
        "catalog.set_price": lambda by: catalog.set_price(
            price_list=basics.prices, product=product, unit_price=one, valid_from=on, actor=by
        ),
        "catalog.end_price": lambda by: catalog.end_price(price_id=price.pk, last_on=on, actor=by),
        "catalog.set_order_discount": lambda by: catalog.set_order_discount(
            price_list=basics.prices, name="Autumn", percent=one, valid_from=on, actor=by
        ),
        "catalog.end_order_discount": lambda by: catalog.end_order_discount(
            discount_id=discount.pk, last_on=on, actor=by
        ),
        "catalog.follow_tax_rate": lambda by: catalog.follow_tax_rate(
            rate_id=TaxRate.objects.filter(code="S").latest("pk").pk,
            rate=one,
            legal_text="",
            valid_from=on,
            actor=by,
        ),
        "customers.resend_message": lambda by: customers.resend_message(
            message_id=doubtful.pk, on=on, actor=by
        ),
        "customers.settle_uncertain": lambda by: customers.settle_uncertain(
            message_id=doubtful.pk, on=on, actor=by
        ),
        "customers.register_customer": lambda by: customers.register_customer(
            **new_customer, on=on, actor=by
        ),
        "customers.set_addresses": lambda by: customers.set_addresses(
            customer_id=customer.pk,
            places=[Place(role="billing", street="1 Low Street", city="London", country="GB")],
            on=on,
            actor=by,
        ),
        "customers.set_contacts": lambda by: customers.set_contacts(
            customer_id=customer.pk, people=[], on=on, actor=by
        ),
        "customers.set_contract_prices": lambda by: customers.set_contract_prices(
            customer_id=customer.pk, agreed=[], valid_from=on, on=on, actor=by
        ),
        "customers.use_contract_list": lambda by: customers.use_contract_list(
            customer_id=customer.pk, price_list_id=None, on=on, actor=by
        ),
        "customers.request_vat_check": lambda by: customers.request_vat_check(
            customer_id=german.pk, on=on, actor=by
        ),
        "customers.check_vat_id": lambda by: customers.check_vat_id(
            customer_id=german.pk, answer=check_digits(vat_id=german.vat_id), on=on, actor=by
        ),
        "credit.set_limit": lambda by: credit.set_limit(customer_id=customer.pk, limit=one, on=on, actor=by),
        "credit.request_limit": lambda by: credit.request_limit(
            customer_id=customer.pk, limit=one, reason="Growing", on=on, actor=by
        ),
        "credit.approve_limit_request": lambda by: credit.approve_limit_request(
            request_id=limit_request.pk, on=on, actor=by
        ),
        "credit.reject_limit_request": lambda by: credit.reject_limit_request(
            request_id=limit_request.pk, answer="No", on=on, actor=by
        ),
        "credit.block_credit": lambda by: credit.block_credit(
            customer_id=customer.pk, reason="Late", on=on, actor=by
        ),
        "credit.unblock_credit": lambda by: credit.unblock_credit(
            customer_id=blocked.pk, reason="Paid", on=on, actor=by
        ),
        "credit.record_review": lambda by: credit.record_review(
            customer_id=customer.pk, note="Fine", on=on, actor=by
        ),
        "credit.record_report": lambda by: credit.record_report(
            customer_id=customer.pk, source="Bureau", covered=one, valid_until=on, on=on, actor=by
        ),
        "orders.create_order": lambda by: orders.create_order(order=sale, actor=by),
        "orders.place_order": lambda by: orders.place_order(order=sale, actor=by),
        "orders.submit_order": lambda by: orders.submit_order(order_id=draft.pk, on=on, actor=by),
        "orders.quote_order": lambda by: orders.quote_order(order=sale, actor=by),
        "orders.revise_quote": lambda by: orders.revise_quote(
            order_id=quote.pk,
            order=world.wanted(quote.customer, (product, "1")),
            reason="More",
            expected_version=1,
            actor=by,
        ),
        "orders.accept_quote": lambda by: orders.accept_quote(order_id=quote.pk, on=on, actor=by),
        "orders.accept_and_submit_quote": lambda by: orders.accept_and_submit_quote(
            order_id=quote.pk, on=on, actor=by
        ),
        "orders.lose_quote": lambda by: orders.lose_quote(order_id=quote.pk, code="price", on=on, actor=by),
        "orders.renew_quote": lambda by: orders.renew_quote(order_id=expired.pk, on=on, actor=by),
        "orders.retry_order": lambda by: orders.retry_order(order_id=held.pk, on=on, actor=by),
        "orders.release_order": lambda by: orders.release_order(
            order_id=held.pk, reason="Fine", on=on, actor=by
        ),
        "orders.approve_release": lambda by: orders.approve_release(release_id=proposal.pk, on=on, actor=by),
        "orders.reject_release": lambda by: orders.reject_release(
            release_id=proposal.pk, reason="No", on=on, actor=by
        ),
        "orders.amend_order": lambda by: orders.amend_order(
            order_id=confirmed.pk,
            amendment=orders.Amendment(head=HeadChange(priority=1)),
            expected_version=1,
            reason="They called",
            on=on,
            actor=by,
        ),
        "orders.cancel_lines": lambda by: orders.cancel_lines(
            order_id=part.pk, quantities={part.lines.get().pk: one}, reason="Off", on=on, actor=by
        ),
        "orders.reallocate": lambda by: orders.reallocate(
            product_id=product.pk, warehouse_id=warehouse.pk, reason="Urgent", on=on, actor=by
        ),
        "orders.receive_request": lambda by: orders.receive_request(
            channel="phone", sender="Ada", on=on, at=NOON, actor=by
        ),
        "orders.dismiss_request": lambda by: orders.dismiss_request(
            request_id=request.pk, reason="Spam", on=on, at=NOON, actor=by
        ),
        "orders.reserve_backorders": lambda by: orders.reserve_backorders(order_id=part.pk, on=on, actor=by),
        "orders.cancel_order": lambda by: orders.cancel_order(
            order_id=confirmed.pk, reason="Off", on=on, actor=by
        ),
        "orders.declare_unfulfillable": lambda by: orders.declare_unfulfillable(
            order_id=part.pk, reason="Fire", on=on, actor=by
        ),
        "orders.renew_promise": lambda by: orders.renew_promise(
            order_id=confirmed.pk,
            was=on,
            promised_on=on + timedelta(days=1),
            reason="Flood",
            on=on,
            actor=by,
        ),
        "orders.cancel_rest": lambda by: orders.cancel_rest(order_id=part.pk, reason="Off", on=on, actor=by),
        "fulfillment.plan_shipment": lambda by: fulfillment.plan_shipment(
            order_id=confirmed.pk, on=on, actor=by
        ),
        "fulfillment.ship_order": lambda by: fulfillment.ship_order(order_id=confirmed.pk, on=on, actor=by),
        "fulfillment.start_picking": lambda by: fulfillment.start_picking(shipment_id=planned.pk, actor=by),
        "fulfillment.pack_shipment": lambda by: fulfillment.pack_shipment(shipment_id=picking.pk, actor=by),
        "fulfillment.post_shipment": lambda by: fulfillment.post_shipment(
            shipment_id=packed.pk, on=on, actor=by
        ),
        "fulfillment.deliver_shipment": lambda by: fulfillment.deliver_shipment(
            shipment_id=posted.pk, on=on, actor=by
        ),
        "fulfillment.cancel_shipment": lambda by: fulfillment.cancel_shipment(
            shipment_id=planned.pk, on=on, actor=by
        ),
        "fulfillment.take_over_picking": lambda by: fulfillment.take_over_picking(
            shipment_id=picking.pk, actor=by
        ),
        "fulfillment.scan_pick": lambda by: fulfillment.scan_pick(
            shipment_id=unclaimed.pk, sku=in_hand.order_line.product.sku, quantity=one, actor=by
        ),
        "fulfillment.confirm_pick": lambda by: fulfillment.confirm_pick(
            shipment_id=unclaimed.pk, on=on, actor=by
        ),
        "fulfillment.record_tracking": lambda by: fulfillment.record_tracking(
            shipment_id=posted.pk, sighting=seen(), actor=by
        ),
        "fulfillment.plan_pickup": lambda by: fulfillment.plan_pickup(
            **visit, on=on + timedelta(days=1), actor=by
        ),
        "fulfillment.confirm_pickup": lambda by: fulfillment.confirm_pickup(
            pickup_id=pickup.pk, reference="R1", on=on, actor=by
        ),
        "fulfillment.complete_pickup": lambda by: fulfillment.complete_pickup(
            pickup_id=pickup.pk, on=on, actor=by
        ),
        "fulfillment.cancel_pickup": lambda by: fulfillment.cancel_pickup(
            pickup_id=pickup.pk, on=on, actor=by
        ),
        "fulfillment.perform_services": lambda by: fulfillment.perform_services(
            order_id=mixed.pk,
            quantities={mixed.lines.get(product__kind="service").pk: one},
            performed_on=on,
            performed_by="Ada",
            actor=by,
        ),
        "fulfillment.leave_services": lambda by: fulfillment.leave_services(
            shipment_id=with_fitting.pk,
            line_ids=[with_fitting.lines.get(order_line__is_stocked=False).pk],
            actor=by,
        ),
        "fulfillment.grant_access": lambda by: fulfillment.grant_access(order_id=mixed.pk, on=on, actor=by),
        "fulfillment.revoke_entitlement": lambda by: fulfillment.revoke_entitlement(
            entitlement_id=access.pk, reason="Fraud", on=on, actor=by
        ),
        "fulfillment.report_late_delivery": lambda by: fulfillment.report_late_delivery(
            shipment_id=overdue.pk, on=on, actor=by
        ),
        "fulfillment.authorise_return": lambda by: fulfillment.authorise_return(
            shipment_id=overdue.pk,
            lines={overdue.lines.get().pk: one},
            reason="other",
            valid_until=on,
            on=on,
            actor=by,
        ),
        "fulfillment.cancel_return": lambda by: fulfillment.cancel_return(
            return_id=coming.pk, on=on, actor=by
        ),
        "fulfillment.receive_return": lambda by: fulfillment.receive_return(
            return_id=coming.pk, received=of_each(coming, "1"), on=on, actor=by
        ),
        "fulfillment.inspect_return": lambda by: fulfillment.inspect_return(
            return_id=back.pk, restocked=of_each(back, "2"), scrapped={}, on=on, actor=by
        ),
        "fulfillment.receive_goods": lambda by: fulfillment.receive_goods(
            **goods, quantity=one, unit_cost=one, actor=by
        ),
        "fulfillment.count_stock": lambda by: fulfillment.count_stock(**goods, counted=one, actor=by),
        **stock_attempts(world, product),
        **at_the_console(world),
        "invoicing.draft_for_shipment": lambda by: invoicing.draft_for_shipment(
            shipment_id=posted.pk, on=on, actor=by
        ),
        "invoicing.draft_credit_note": lambda by: invoicing.draft_credit_note(
            company=company,
            customer_id=customer.pk,
            lines=[CreditLineInput(sku=product.sku, quantity=one, unit_price=one)],
            reason="Scratched",
            on=on,
            actor=by,
        ),
        "invoicing.credit_invoice": lambda by: invoicing.credit_invoice(
            invoice_id=billed.pk, quantities={billed.lines.get().pk: one}, reason="Scratched", on=on, actor=by
        ),
        "invoicing.credit_return": lambda by: invoicing.credit_return(
            return_id=to_credit.pk, on=on, actor=by
        ),
        "invoicing.discard_draft": lambda by: invoicing.discard_draft(
            invoice_id=unwanted.pk, on=on, actor=by
        ),
        "invoicing.issue_invoice": lambda by: invoicing.issue_invoice(invoice_id=invoice.pk, on=on, actor=by),
        "invoicing.invoice_shipment": lambda by: invoicing.invoice_shipment(
            shipment_id=posted.pk, on=on, actor=by
        ),
        "receivables.record_payment": lambda by: receivables.record_payment(
            **money, received_on=on, actor=by
        ),
        "receivables.receive_payment": lambda by: receivables.receive_payment(
            **money, received_on=on, shares={}, actor=by
        ),
        "receivables.allocate_payment": lambda by: receivables.allocate_payment(
            payment_id=unpaid.pk, shares=share, on=on, actor=by
        ),
        "receivables.allocate_credit": lambda by: receivables.allocate_credit(
            credit_id=note.receivable_id, shares=share, on=on, actor=by
        ),
        "receivables.reverse_allocation": lambda by: receivables.reverse_allocation(
            allocation_id=allocation.pk, on=on, actor=by
        ),
        "receivables.reverse_payment": lambda by: receivables.reverse_payment(
            payment_id=unpaid.pk, on=on, actor=by
        ),
        "ledger.post_manual_entry": lambda by: ledger.post_manual_entry(
            company=company,
            reference="bank charge",
            description="Bank charge",
            lines=[
                ledger.ManualLine(account="5800", debit=one),
                ledger.ManualLine(account="1800", credit=one),
            ],
            on=on,
            actor=by,
        ),
        "ledger.reverse_entry": lambda by: ledger.reverse_entry(
            entry_id=entry.pk, on=on, reason="Wrong", actor=by
        ),
        "o2c.gateway.create_shop": lambda by: gateway.create_shop(name=f"Shop of {by}", actor=by),
        "o2c.gateway.create_key": lambda by: issued(world, key.shop, actor=by),
        "o2c.gateway.rotate_key": lambda by: gateway.rotate_key(key_id=key.pk, at=NINE, actor=by),
        "o2c.gateway.revoke_key": lambda by: gateway.revoke_key(key_id=key.pk, at=NINE, actor=by),
        "o2c.gateway.create_webhook": lambda by: gateway.create_webhook(
            shop_id=key.shop_id, url="https://shop.example/", at=NINE, actor=by
        ),
        "o2c.gateway.change_webhook": lambda by: gateway.change_webhook(
            **webhook, description="Mine", at=NINE, actor=by
        ),
        "o2c.gateway.disable_webhook": lambda by: gateway.disable_webhook(
            **webhook, reason="Moved", at=NINE, actor=by
        ),
        "o2c.gateway.enable_webhook": lambda by: gateway.enable_webhook(**webhook, actor=by),
        "o2c.gateway.rotate_webhook_secret": lambda by: gateway.rotate_webhook_secret(
            **webhook, at=NINE, actor=by
        ),
        "o2c.gateway.delete_webhook": lambda by: gateway.delete_webhook(**webhook, at=NINE, actor=by),
        "o2c.gateway.redeliver": lambda by: gateway.redeliver(
            **webhook, event_id=exhausted.event_id, at=NINE, actor=by
        ),
        "o2c.gateway.replay_delivery": lambda by: gateway.replay_delivery(
            delivery_id=exhausted.pk, at=NINE, actor=by
        ),
        "ledger.close_period": lambda by: ledger.close_period(period_id=period.pk, on=on, actor=by),
    }


def stock_attempts(world: World, product: Product) -> dict[str, Callable[[User], object]]:
    """The same for what moves, keeps and plans stock."""
    on, one, warehouse = world.on, Decimal(1), world.basics.warehouse
    other = world.warehouse()
    sent = transfer_in(world, "sent")
    carts = cart_in(world, "held")
    goods = {"warehouse": warehouse, "product_id": product.pk}
    expected = inventory.expect_receipt(
        **goods, reference="PO-1", quantity=one, expected_on=on, actor=world.system
    )
    return {
        "fulfillment.count_many": lambda by: fulfillment.count_many(
            warehouse=warehouse, counted={product.pk: one}, source="sheet", on=on, actor=by
        ),
        "fulfillment.scrap_goods": lambda by: fulfillment.scrap_goods(
            **goods, quantity=one, reason="Broken", source="note", on=on, actor=by
        ),
        "fulfillment.send_transfer": lambda by: fulfillment.send_transfer(
            source=warehouse, target=other, wanted={product.pk: one}, on=on, expected_on=on, actor=by
        ),
        "fulfillment.receive_transfer": lambda by: fulfillment.receive_transfer(
            transfer_id=sent.pk, on=on, actor=by
        ),
        "inventory.hold_cart": lambda by: inventory.hold_cart(
            company_id=world.company.pk, token="new", wanted={product.sku: one}, minutes=5, at=NOON, actor=by
        ),
        "inventory.drop_cart": lambda by: inventory.drop_cart(token=carts.token, on=on, actor=by),
        "inventory.expect_receipt": lambda by: inventory.expect_receipt(
            **goods, reference="PO-2", quantity=one, expected_on=on, actor=by
        ),
        "inventory.change_expected": lambda by: inventory.change_expected(
            expected_id=expected.pk, quantity=one, actor=by
        ),
        "inventory.cancel_expected": lambda by: inventory.cancel_expected(expected_id=expected.pk, actor=by),
        "inventory.set_bin": lambda by: inventory.set_bin(
            warehouse_id=warehouse.pk, product_id=product.pk, bin="A-01", actor=by
        ),
        "inventory.set_reorder_rule": lambda by: inventory.set_reorder_rule(
            **goods, minimum=one, target=one, actor=by
        ),
    }


def at_the_console(world: World) -> dict[str, Callable[[User], object]]:
    """The verbs on accounts and on the machinery."""
    on, clerk, gone = world.on, staff(AR_CLERK, "a clerk"), staff(AR_CLERK, "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    world.order(world.customer(), (world.product(), "1"))
    dispatch._owed()
    owed = EventDelivery.objects.filter(handled_at=None).first()
    Authenticator.objects.create(user=clerk, type=Authenticator.Type.TOTP, data={})
    about, person = {"user_id": clerk.pk, "on": on}, Person(username="ada")
    return {
        "o2c.console.create_user": lambda by: console.create_user(
            person=person, given=[AR_CLERK], on=on, actor=by
        ),
        "o2c.console.change_user": lambda by: console.change_user(**about, person=person, actor=by),
        "o2c.console.set_roles": lambda by: console.set_roles(**about, given=[AUDITOR], actor=by),
        "o2c.console.disable_user": lambda by: console.disable_user(**about, reason="Left", actor=by),
        "o2c.console.enable_user": lambda by: console.enable_user(
            user_id=gone.pk, reason="Back", on=on, actor=by
        ),
        "o2c.console.renew_password": lambda by: console.renew_password(**about, actor=by),
        "o2c.console.reset_second_factor": lambda by: console.reset_second_factor(
            **about, reason="Lost", actor=by
        ),
        "o2c.console.request_run": lambda by: console.request_run(
            job="reporting.tasks.certify", at=NOON, on=on, actor=by
        ),
        "o2c.console.offer_again": lambda by: console.offer_again(
            delivery_id=owed.pk, at=NOON, on=on, actor=by
        ),
    }


def test_each_role_may_do_what_the_table_says_and_nothing_else(world: World) -> None:
    calls = attempts(world)
    assert calls.keys() == MAY.keys()
    left = staff(FINANCE_MANAGER, "left-the-company")
    User.objects.filter(pk=left.pk).update(is_active=False)
    people = {role: staff(role, f"another {role}") for role in all_roles()}
    people |= {"no role": User.objects.create(username="new"), "left": User.objects.get(pk=left.pk)}
    before = world.fingerprint()
    for role, person in people.items():
        for verb, attempt in calls.items():
            if role in MAY[verb]:
                with tried():
                    attempt(person)
                continue
            try:
                attempt(person)
            except NotPermitted:
                continue
            pytest.fail(f"{role} may {verb}")
        assert world.fingerprint() == before, role


def test_an_auditor_changes_nothing_at_all() -> None:
    assert not any(AUDITOR in roles for roles in MAY.values())
