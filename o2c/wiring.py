"""THE page: which event wakes which task. Everything below happens after the commit of its cause,
once per handler (`o2c.kernel.events`), and is caught up by the nightly jobs in `o2c/celery.py`.

    order confirmed ─> shipment planned ─> (warehouse) shipment posted ─> invoice drafted ─> invoice issued ─> PDF
                                                                                                  │
    order closed <─ order told <─ receivable settled <─ (cash desk) payment allocated  <──────────┘
"""

from celery import Task

import credit.tasks
import customers.tasks
import fulfillment.tasks
import invoicing.tasks
import orders.tasks
from credit.events import CreditLimitChanged, CreditRiskChanged, CreditUnblocked
from customers.events import CustomerRegistered, VatCheckRequested
from fulfillment.events import ShipmentCancelled, ShipmentPacked, ShipmentPosted
from inventory.events import StockReceived, StockRecounted
from invoicing.events import InvoiceDrafted, InvoiceIssued
from o2c.kernel.events import DomainEvent
from orders.events import (
    OrderBackordersReserved,
    OrderCancelled,
    OrderConfirmed,
    OrderRestCancelled,
)
from receivables.events import CreditAllocated, PaymentAllocated, ReceivableReopened, ReceivableSettled

WIRING: dict[type[DomainEvent], list[Task[..., None]]] = {
    VatCheckRequested: [customers.tasks.check_requested_vat_id],
    OrderConfirmed: [fulfillment.tasks.plan_shipments],
    OrderBackordersReserved: [fulfillment.tasks.plan_shipments],
    OrderCancelled: [fulfillment.tasks.cancel_shipments],
    OrderRestCancelled: [fulfillment.tasks.cancel_shipments],
    StockReceived: [orders.tasks.serve_waiting_orders],
    StockRecounted: [orders.tasks.serve_waiting_orders],
    ShipmentPacked: [fulfillment.tasks.announce_to_carrier],
    ShipmentCancelled: [fulfillment.tasks.recall_from_carrier],
    ShipmentPosted: [invoicing.tasks.draft_invoice],
    InvoiceDrafted: [invoicing.tasks.issue_drafted],
    InvoiceIssued: [invoicing.tasks.render_pdf],
    CustomerRegistered: [credit.tasks.ask_bureau],
    CreditLimitChanged: [orders.tasks.retry_held_orders],
    CreditUnblocked: [orders.tasks.retry_held_orders],
    CreditRiskChanged: [orders.tasks.retry_held_orders],
    PaymentAllocated: [orders.tasks.retry_held_orders],
    CreditAllocated: [orders.tasks.retry_held_orders],
    ReceivableSettled: [invoicing.tasks.update_settlement],
    ReceivableReopened: [invoicing.tasks.update_settlement],
}

TASKS: dict[str, Task[..., None]] = {task.name: task for tasks in WIRING.values() for task in tasks}
HANDLERS: dict[str, list[str]] = {
    event.kind: [task.name for task in tasks] for event, tasks in WIRING.items()
}
