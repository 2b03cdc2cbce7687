"""THE page: which event wakes which task. Everything below happens after the commit of its cause,
once per handler (`o2c.kernel.events`), and is caught up by the nightly jobs in `o2c/celery.py`.

    order confirmed ─> shipment planned ─> (warehouse) shipment posted ─> invoice drafted ─> invoice issued ─> PDF
                                                                                                  │
    order closed <─ order told <─ receivable settled <─ (cash desk) payment allocated  <──────────┘
"""

from celery import Task

import credit.tasks
import customers.tasks
import fulfillment.notices
import fulfillment.tasks
import invoicing.tasks
import o2c.gateway.tasks
import o2c.kernel.tasks
import orders.notices
import orders.tasks
from credit.events import CreditLimitChanged, CreditRiskChanged, CreditUnblocked
from customers.events import CustomerRegistered, VatCheckRequested
from fulfillment.events import (
    EntitlementGranted,
    ReturnAuthorised,
    ReturnInspected,
    ShipmentCancelled,
    ShipmentPacked,
    ShipmentPosted,
)
from inventory.events import StockCounted, StockFreed, StockReceived, StockRecounted, StockReturned
from invoicing.events import InvoiceDrafted, InvoiceIssued
from o2c.kernel.events import DomainEvent
from o2c.kernel.jobs.events import JobRunRequested
from o2c.kernel.longwork.events import JobQueued
from orders.events import (
    OrderAmended,
    OrderBackordersReserved,
    OrderCancelled,
    OrderConfirmed,
    OrderDelayed,
    OrderHeld,
    OrderLinesCancelled,
    OrderPlacedWhileOverdue,
    OrderQuoted,
    OrderReallocated,
    OrderRestCancelled,
    OrderUnfulfillable,
)
from receivables.events import CreditAllocated, PaymentAllocated, ReceivableReopened, ReceivableSettled

WIRING: dict[type[DomainEvent], list[Task[..., None]]] = {
    OrderQuoted: [orders.notices.quote_sent],
    OrderConfirmed: [
        fulfillment.tasks.plan_shipments,
        fulfillment.tasks.grant_access,
        orders.notices.order_confirmed,
    ],
    OrderHeld: [orders.notices.order_held],
    OrderBackordersReserved: [fulfillment.tasks.plan_shipments, orders.notices.backorders_reserved],
    OrderCancelled: [fulfillment.tasks.cancel_shipments, orders.notices.order_cancelled],
    OrderRestCancelled: [fulfillment.tasks.cancel_shipments, orders.notices.order_rest_cancelled],
    OrderLinesCancelled: [fulfillment.tasks.replan_shipments, orders.notices.order_rest_cancelled],
    OrderAmended: [
        fulfillment.tasks.replan_shipments,
        fulfillment.tasks.grant_access,
        orders.notices.order_amended,
    ],
    OrderReallocated: [fulfillment.tasks.replan_shipments],
    OrderPlacedWhileOverdue: [orders.notices.late_payer],
    OrderUnfulfillable: [orders.notices.cannot_fulfil],
    OrderDelayed: [orders.notices.order_delayed],
    EntitlementGranted: [fulfillment.notices.access_granted],
    ReturnAuthorised: [fulfillment.notices.return_authorised],
    ReturnInspected: [fulfillment.notices.return_inspected],
    StockReturned: [orders.tasks.serve_waiting_orders],
    StockReceived: [orders.tasks.serve_waiting_orders],
    StockRecounted: [orders.tasks.serve_waiting_orders],
    StockCounted: [orders.tasks.serve_waiting_orders],
    StockFreed: [orders.tasks.serve_waiting_orders],
    ShipmentPacked: [fulfillment.tasks.announce_to_carrier],
    ShipmentCancelled: [fulfillment.tasks.recall_from_carrier],
    ShipmentPosted: [invoicing.tasks.draft_invoice, fulfillment.notices.shipment_sent],
    InvoiceDrafted: [invoicing.tasks.issue_drafted],
    InvoiceIssued: [invoicing.tasks.render_pdf, invoicing.tasks.set_off],
    CustomerRegistered: [credit.tasks.ask_bureau],
    VatCheckRequested: [customers.tasks.check_requested_vat_id],
    CreditLimitChanged: [orders.tasks.retry_held_orders],
    CreditUnblocked: [orders.tasks.retry_held_orders],
    CreditRiskChanged: [orders.tasks.retry_held_orders],
    PaymentAllocated: [orders.tasks.retry_held_orders],
    CreditAllocated: [orders.tasks.retry_held_orders],
    JobQueued: [o2c.gateway.tasks.run_job],
    JobRunRequested: [o2c.kernel.tasks.run_requested],
    ReceivableSettled: [invoicing.tasks.update_settlement],
    ReceivableReopened: [invoicing.tasks.update_settlement],
}

TASKS: dict[str, Task[..., None]] = {task.name: task for tasks in WIRING.values() for task in tasks}
HANDLERS: dict[str, list[str]] = {
    event.kind: [task.name for task in tasks] for event, tasks in WIRING.items()
}
