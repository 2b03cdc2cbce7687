"""What is posted stays as it is, whoever tries: every column of every frozen table, by SQL."""

from decimal import Decimal

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from credit import services as credit
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from o2c.kernel.db import fetch_all, sqlstate
from orders import services as orders
from receivables import services as receivables
from tests.attached import carried_by
from tests.documents import limit_request_in, order_in, release_in, transfer_in
from tests.fulfillment.returns import return_in
from tests.messages import message_in
from tests.parcels import parcel_handed_over
from tests.shops import key_in
from tests.world import World

# The columns that verbs may still change when a row is posted.
MAY_CHANGE: dict[str, set[str]] = {
    "kernel.Event": {"dispatched_at"},
    "kernel.AuditEntry": set(),
    "kernel.Note": {"text", "edited_at", "withdrawn_at"},
    "kernel.Attachment": {"withdrawn_at"},
    "gateway.ApiKey": {
        "expires_at",
        "revoked_at",
        "last_used_at",
        "replaced_by_id",
        "label",
        "quota",
    },
    "customers.Message": {"state", "attempts", "claimed_at", "sent_at", "retry_at", "error"},
    "ledger.JournalEntry": {"number"},
    "ledger.JournalLine": set(),
    "inventory.StockMove": set(),
    "inventory.Transfer": {"state", "received_on"},
    "inventory.TransferLine": set(),
    "customers.VatCheck": set(),
    "credit.Decision": set(),
    "credit.CreditReport": set(),
    "credit.LimitRequest": {"state", "decided_by_id", "decided_on", "answer"},
    "receivables.Payment": {"unallocated", "base_unallocated", "state"},
    "receivables.Receivable": {"open_amount", "base_open_amount", "settled_on"},
    "receivables.Allocation": {"reversed_on"},
    "fulfillment.Shipment": {
        "state",
        "delivered_on",
        "expected_on",
        "delay_told_on",
        "evidence",
        "pickup_id",
        "tracking_number",
    },
    "fulfillment.ShippingLabel": set(),
    "fulfillment.TrackingEvent": set(),
    "fulfillment.ShipmentLine": {"in_returns"},
    "fulfillment.Return": set(),
    "fulfillment.ReturnLine": {"credited"},
    "fulfillment.Entitlement": {"revoked_on", "revoke_reason"},
    "orders.OrderVersion": set(),
    "orders.Release": {"state", "decided_by_id", "decided_at"},
    "invoicing.Invoice": set(),
    "invoicing.InvoiceLine": set(),
    "invoicing.InvoiceTax": set(),
    "invoicing.PrintedInvoice": set(),
}
OTHER_VALUE = {
    "bigint": "coalesce({c}, 0) + 1",
    "integer": "coalesce({c}, 0) + 1",
    "smallint": "coalesce({c}, 0) + 1",
    "numeric": "coalesce({c}, 0) + 1",
    "date": "coalesce({c}, '2026-01-01') + 1",
    "timestamp with time zone": "coalesce({c}, now()) + interval '1 day'",
    "boolean": "not {c}",
    "jsonb": """'{{"other": 1}}'""",
    "bytea": r"'\x00'",
    "character varying": "left('x' || coalesce({c}, ''), 2)",
    "uuid": "uuidv7()",
    "text": "'x' || coalesce({c}, '')",
}
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s
  AND is_generated = 'NEVER'  -- nobody can write what the database derives
ORDER BY ordinal_position
"""


def freezes(model: type[models.Model]) -> bool:
    """Whether a trigger of the model is one of those that freeze rows."""
    names = [trigger.name for trigger in getattr(model._meta, "triggers", [])]
    return any(name.startswith("frozen") for name in names)


def test_every_frozen_table_is_walked_here() -> None:
    frozen = {model._meta.label for model in apps.get_models() if freezes(model)}
    assert {label for label in frozen if not label.startswith("reporting.")} == set(MAY_CHANGE)


def test_no_frozen_table_can_be_changed_emptied_or_deleted_from(world: World) -> None:
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "2"))))
    invoicing.store_printed(invoice_id=invoice.pk, content=b"%PDF", on=world.on, actor=world.system)
    parcel_handed_over(world)
    payment = world.pay(invoice)
    receivables.reverse_allocation(
        allocation_id=payment.allocations.get().pk, on=world.on, actor=world.system
    )
    return_in(world, "inspected")
    bought = world.order(world.customer(), (world.product(kind="digital"), "1"))
    fulfillment.grant_access(order_id=bought.pk, on=world.on, actor=world.system)
    quote = order_in(world, "quoted")
    orders.revise_quote(
        order_id=quote.pk,
        order=world.wanted(quote.customer, (world.product(), "1")),
        reason="Other",
        expected_version=1,
        actor=world.system,
    )
    message_in(world, "sent")
    key_in(world)
    carried_by(world)
    release_in(world, "approved")
    limit_request_in(world, "approved")
    transfer_in(world, "received")
    customer = world.customer(vat_id="GB980780684")
    world.check_vat_id(customer)
    credit.record_report(
        customer_id=customer.pk,
        source="bureau",
        covered=Decimal(500),
        valid_until=world.on,
        on=world.on,
        actor=world.system,
    )
    fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
    for label, may_change in MAY_CHANGE.items():
        table = apps.get_model(label)._meta.db_table
        [(row,)] = fetch_all(f"SELECT min(id) FROM {table}", [])
        assert row is not None, f"the test leaves {table} empty"
        changes = [
            _update(table, name, kind, row)
            for name, kind in fetch_all(COLUMNS, [table])
            if name not in may_change
        ]
        for statement in [*changes, f"DELETE FROM {table} WHERE id = {row}", f"TRUNCATE {table} CASCADE"]:
            with pytest.raises(DatabaseError) as refusal, transaction.atomic():
                fetch_all(statement, [])
            assert sqlstate(refusal.value) == "OC002", statement


def _update(table: str, column: str, kind: str, row: int) -> str:
    quoted = f'"{column}"'
    return f"UPDATE {table} SET {quoted} = {OTHER_VALUE[kind].format(c=quoted)} WHERE id = {row}"


def test_a_number_given_to_an_entry_and_a_day_given_to_a_reversal_stay(world: World) -> None:
    payment = world.pay(world.invoice(world.ship(world.order(world.customer(), (world.product(), "2")))))
    allocation = payment.allocations.get()
    receivables.reverse_allocation(allocation_id=allocation.pk, on=world.on, actor=world.system)
    fetch_all("UPDATE ledger_journalentry SET number = id", [])
    for statement in (
        "UPDATE ledger_journalentry SET number = number + 1000",
        "UPDATE ledger_journalentry SET number = NULL",
        "UPDATE receivables_allocation SET reversed_on = NULL",
        "UPDATE receivables_allocation SET reversed_on = reversed_on + 1",
    ):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            fetch_all(statement, [])


def test_a_line_cannot_move_from_an_issued_invoice_to_a_draft(world: World) -> None:
    customer, product = world.customer(), world.product()
    issued = world.invoice(world.ship(world.order(customer, (product, "1"))))
    shipment = world.ship(world.order(customer, (product, "1")))
    draft = invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    move = "UPDATE invoicing_invoiceline SET invoice_id = %s, position = 9 WHERE invoice_id = %s"
    for target, source in ((draft.pk, issued.pk), (issued.pk, draft.pk)):
        with pytest.raises(DatabaseError, match="is issued"), transaction.atomic():
            fetch_all(move, [target, source])


def test_no_line_joins_an_issued_invoice(world: World) -> None:
    line = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1")))).lines.get()
    line.pk, line.position, line.shipment_line_id = None, 2, None
    with pytest.raises(DatabaseError, match="is issued"), transaction.atomic():
        line.save(force_insert=True)


def test_every_change_of_master_data_is_kept_with_who_made_it(world: World) -> None:
    product = world.product(price="10.00")
    fetch_all("SELECT set_config('o2c.actor', %s, true)", [str(world.system.pk)])
    product.name = "Storm lantern"
    product.save()
    audit = apps.get_model("kernel.AuditEntry").objects.filter(
        table_name="catalog_product", row_id=product.pk
    )
    assert list(audit.order_by("pk").values_list("operation", flat=True)) == ["INSERT", "UPDATE"]
    change = audit.latest("pk")
    assert change.actor == world.system
    assert (change.before["name"], change.after["name"]) == (f"Lantern {product.sku}", "Storm lantern")
    assert change.before | {"name": "Storm lantern"} == change.after


def test_every_master_data_table_is_audited() -> None:
    audited = {
        model._meta.label
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
        if isinstance(trigger, pgtrigger.Trigger) and trigger.name == "audited"
    }
    assert audited >= {
        "kernel.Company",
        "catalog.Product",
        "catalog.Price",
        "catalog.PriceList",
        "catalog.TaxRate",
        "customers.Address",
        "customers.Customer",
        "customers.PaymentTerms",
        "inventory.Warehouse",
        "ledger.Account",
        "ledger.Period",
        "ledger.ExchangeRate",
        "credit.CreditAccount",
    }
