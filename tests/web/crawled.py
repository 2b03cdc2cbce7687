"""The seeded world of the crawl: a document of every kind, and what stands for it in an address."""

from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Product
from fulfillment import services as fulfillment
from fulfillment.losses import scrapped
from fulfillment.models import Return, Shipment
from inventory import services as inventory
from inventory.models import StockLevel, Warehouse
from invoicing import services as invoicing
from invoicing.models import Invoice, PrintedInvoice
from ledger.models import Account, JournalEntry
from o2c.kernel import clock
from o2c.kernel.assignments.services import About
from o2c.kernel.attached import services as attached
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Job, JobFile, JobRow, User
from o2c.operations.roles import ORDER_CLERK
from orders.models import Order
from receivables.models import Payment
from tests.attached import PDF
from tests.documents import (
    invoice_in,
    order_in,
    payment_in,
    release_in,
    request_in,
    shipment_in,
    transfer_in,
)
from tests.fulfillment.returns import authorised, received, return_in
from tests.parcels import carrier, claimed_by_nobody, parcel_handed_over
from tests.web.filling import SOMETHING
from tests.world import World, staff


def a_seeded_world(world: World) -> dict[str, dict[str, Any]]:
    """A document of every kind; what stands in an address, by the name of the address or its beginning."""
    fetch_all("SET LOCAL idle_in_transaction_session_timeout = 0", [])  # the first PDF takes its time
    order = order_in(world, "confirmed")
    quote, draft, held = (order_in(world, state) for state in ("quoted", "draft", "on_hold"))
    picking = claimed_by_nobody(shipment_in(world, "picking"))
    picked, packed, posted = (shipment_in(world, state) for state in ("picking", "packed", "posted"))
    claimed_by_nobody(picked).lines.update(picked=5)
    invoice, issued = invoice_in(world, "draft"), invoice_in(world, "issued")
    parcel = parcel_handed_over(world)
    to_be_labelled(world)
    world.order(order.customer, (world.product(kind="service"), "1"))
    PrintedInvoice.objects.create(invoice=issued, content=PDF, sha256="0" * 64)
    payment = payment_in(world, "received")
    level = picking.lines.get().order_line.product.stock_levels.get()
    asked = request_in(world, "waiting")
    inventory.expect_receipt(
        warehouse=level.warehouse, product_id=level.product_id, reference="PO-1", quantity=Decimal(12),
        expected_on=world.on, actor=world.system,
    )  # fmt: skip
    order.customer.vat_id = "GB980780684"
    order.customer.save(update_fields=["vat_id"])
    numbered = {
        "order": order,
        "quote": quote,
        "shipment": picking,
        "return": return_in(world, "authorised"),
        "transfer": transfer_in(world, "sent"),
        "payment": payment,
        "customer": order.customer,
    }
    named = {
        "order-revise": quote,
        "quote-renew": order_in(world, "expired"),
        "order-print": quote,
        "order-release": held,
        "order-retry": held,
        "order-second": release_in(world, "proposed").order,
        "statement": order.customer,
        "shipment-start": shipment_in(world, "planned"),
        "shipment-pack": picked,
        "shipment-ship": packed,
        "shipment-deliver": posted,
        "return-authorise": posted,
        "return-inspect": received(world, authorised(world, posted, "2"), "2"),
        "payment-undo": payment_in(world, "allocated"),
        "invoice-credit": issued,
        "return-credit": came_back(world),
        "credit": note_for(world, issued),
    }
    entry = JournalEntry.objects.get(source=f"invoice/{issued.pk}/issued")
    return (
        {name: {"number": document.number} for name, document in (numbered | named).items()}
        | {
            "order-submit": {"number": draft.number or draft.pk},
            "order-dismiss": {"request_id": asked.pk},
            "product": {"sku": level.product.sku},
            "invoice": {"name": issued.number},
            "invoice-pdf": {"invoice_id": issued.pk},
            "invoice-preview": {"invoice_id": invoice.pk},
            "invoice-issue": {"invoice_id": invoice.pk},
            "invoice-discard": {"invoice_id": invoice.pk},
            "packing-slip": {"shipment_id": picking.pk},
            "customs-invoice": {"shipment_id": to_leave_the_country(world).pk},
            "shipping-label": {"package_id": parcel.packages.get().pk},
            "ageing-items": {"?": "bucket=balance"},
            "reorder-rule": {"warehouse_id": level.warehouse_id, "product_id": level.product_id},
            "stock-bin": {"level_id": level.pk},
            "account": {"account_id": Account.objects.get(code="1200").pk},
            "entry": {"entry_id": entry.pk},
            "session-end": {"pk": 1},
            "mfa_edit_webauthn": {"pk": 1},
            "mfa_remove_webauthn": {"pk": 1},
            "account_reset_password_from_key": {"uidb36": "1", "key": "wrong-key"},
            "api-problem": {"code": "not-permitted"},
        }
        | beside(world, order.pk, entry.pk)
    )


def to_leave_the_country(world: World) -> Shipment:
    """A shipment of which customs may know all that they want."""
    goods = world.product()
    Product.objects.filter(pk=goods.pk).update(customs_code="94055000", origin_country="NO", weight=1)
    order = world.order(world.customer(export=True, country="NO"), (goods, "1"))
    return fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)


def to_be_labelled(world: World) -> None:
    """A packed shipment of which its carrier does not know yet."""
    shipment = shipment_in(world, "picking")
    Product.objects.update(weight=1)
    fulfillment.pack_shipment(shipment_id=shipment.pk, carrier_id=carrier().pk, actor=world.system)


def came_back(world: World) -> Return:
    """An inspected return of what was invoiced."""
    returned = return_in(world, "inspected")
    world.invoice(returned.shipment)
    return returned


def note_for(world: World, invoice: Invoice) -> Invoice:
    """A credit note over a part of an invoice, not used yet."""
    line = invoice.lines.get()
    given = invoicing.CreditLineInput(sku=line.sku, quantity=Decimal(1), unit_price=line.unit_price)
    by: dict[str, Any] = {"on": world.on, "actor": world.system}
    note = invoicing.draft_credit_note(
        company=world.company, customer_id=invoice.customer_id, lines=[given], reason="Broken", **by
    )
    return invoicing.issue_invoice(invoice_id=note.pk, **by)


def said(world: World, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, list[Any]]]:
    """What no page can know of a form that is to be accepted, by the name of the address."""
    quote = Order.objects.get(number=rows["quote"]["number"])
    order = Order.objects.get(number=rows["order"]["number"])
    typed = {"quantity": ["7"], "unit_price": [""], "discount": [""], "reason": ["They want seven"]}
    new = {"customer": [order.customer.number], "channel": ["phone"], "do": ["place"]}
    later = {"valid_until": ["2026-12-20"]}
    return (
        {
            "order-new": new | typed | {"sku": [sku_of(order)]},
            "order-revise": typed | {"do": ["revise"], "sku": [sku_of(quote)]},
            "order-amend": typed | {"do": ["save"], "sku": [sku_of(order)]},
            "order-dismiss": {"reason": ["An advertisement"]},
            "order-release": {"up_to": [""]},
            "quote-renew": later,
            "order-quotes renew": later,
            "note-reword": {"text": ["They called twice."]},
        }
        | said_of_goods(world, rows)
        | said_of_money(rows)
    )


def said_of_goods(world: World, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, list[Any]]]:
    """The same for the warehouse and the stock."""
    level = StockLevel.objects.select_related("product").get(pk=rows["stock-bin"]["level_id"])
    line = Shipment.objects.get(number=rows["shipment"]["number"]).lines.get()
    came = Return.objects.get(number=rows["return-inspect"]["number"]).lines.get()
    sku, house = [level.product.sku], [str(level.warehouse_id)]
    there = Warehouse.objects.exclude(pk=level.warehouse_id)[0]
    held = {f"counted-{level.pk}": ["99"], f"seen-{level.pk}": [str(level.on_hand)]}
    lost = scrapped(level, Decimal(SOMETHING["number"]), currency=world.company.base_currency)
    return {
        "shipment-pick": {
            "line": [str(line.pk)],
            "all": ["1"],
            "sku": [""],
            "quantity": [""],
            "reason": [""],
        },
        "to-pack pack": {"carrier": [""], "by_hand": ["Bicycle"]},
        "return-inspect": {f"restocked-{came.shipment_line_id}": [""]},
        "stock-receive": {"warehouse": house, "product": sku, "reference": ["PO-1"], "bin": [""]},
        "stock-scrap": {
            "warehouse": house,
            "product": sku,
            "confirms_loss": ["on"],
            "seen-loss": [lost.seen],
        },
        "stock-count": {"warehouse": house, "post": ["1"], "source": ["S"], "bin": [""], **held},
        "transfer-send": {"source": house, "target": [str(there.pk)], "product-0": sku, "quantity-0": ["1"]}
        | {f"{name}-{number}": [""] for name in ("product", "quantity") for number in range(1, 5)},
    }


def said_of_money(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, list[Any]]]:
    """The same for billing and cash."""
    allocated = Payment.objects.get(number=rows["payment-undo"]["number"])
    free = Payment.objects.select_related("customer").get(number=rows["payment"]["number"])
    return {
        "payment-new": {
            "customer": [free.customer.number],
            "amount": ["1"],
            "listed": [""],
            "do": ["record"],
        },
        "payment-undo": {"id": [str(one.pk) for one in allocated.allocations.in_force()]},
        "invoice-credit": {"do": ["draft"]},
    }


def sku_of(order: Order) -> str:
    """What the order has on its only line."""
    return str(order.lines.select_related("product").get().product.sku)


def beside(world: World, order_id: int, entry_id: int) -> dict[str, dict[str, Any]]:
    """An order clerk's note, file and job."""
    clerk = staff(ORDER_CLERK)
    about = About(type="order", id=order_id, number="SO-1")
    note = attached.write_note(about=about, text="They called.", on=world.on, actor=clerk)
    file = attached.attach_file(about=about, name="note.pdf", content=PDF, on=world.on, actor=clerk)
    job = a_job_done(owner=clerk, on=world.on)
    subjects = {
        "order": {"kind": "order", "pk": order_id},
        "entry": {"kind": "journal_entry", "pk": entry_id},
    }
    return {
        "note": {"pk": note.pk},
        "file": {"pk": file.pk},
        "note-write": subjects["order"],
        "note-write (entry)": subjects["entry"],
        "file-attach": subjects["order"],
        "file-attach (entry)": subjects["entry"],
        "job": {"public_id": job.public_id},
    }


def a_job_done(*, owner: User, on: date) -> Job:
    """A job that is over: it made a file, and refused a row."""
    asked = {"list": "orders", "query": "", "today": on.isoformat()}
    job = Job.objects.create(owner=owner, kind=Job.Kind.EXPORT, total=1, asked=asked)
    JobFile.objects.create(job=job, name="orders.csv", content_type="text/csv", content=b"SO-1")
    JobRow.objects.create(job=job, row_id=1, label="SO-1", done=False)
    for change in ({"state": Job.State.RUNNING}, {"state": Job.State.DONE, "finished_at": clock.now()}):
        Job.objects.filter(pk=job.pk).update(**change)
    return job
