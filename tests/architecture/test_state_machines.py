"""The database knows every state machine that Python knows, and refuses every other change."""

from itertools import product

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django_fsm import FSMField

from o2c.kernel.db import fetch_all, sqlstate
from tests import documents
from tests.fulfillment.returns import return_in
from tests.messages import message_in
from tests.parcels import pickup_in
from tests.shops import job_in
from tests.webhooks import delivery_in
from tests.world import World

MACHINES = {
    "orders.Order": documents.order_in,
    "orders.Release": documents.release_in,
    "orders.OrderRequest": documents.request_in,
    "fulfillment.Shipment": documents.shipment_in,
    "fulfillment.Pickup": pickup_in,
    "fulfillment.Return": return_in,
    "invoicing.Invoice": documents.invoice_in,
    "receivables.Payment": documents.payment_in,
    "credit.LimitRequest": documents.limit_request_in,
    "ledger.Period": documents.period_in,
    "customers.Message": message_in,
    "gateway.WebhookDelivery": delivery_in,
    "inventory.Transfer": documents.transfer_in,
    "inventory.CartHold": documents.cart_in,
    "kernel.Job": job_in,
}
SOMEBODY = "(SELECT max(id) FROM kernel_user)"
# What else the row must say in the state it changes to, so that only the state machine is asked.
WITH_IT = {
    ("orders.Order", "on_hold"): """, hold_reasons = '["test"]'""",
    ("orders.Release", "approved"): f", decided_by_id = {SOMEBODY}",
    ("orders.Release", "rejected"): f", decided_by_id = {SOMEBODY}",
    ("orders.OrderRequest", "ordered"): ", order_id = (SELECT max(id) FROM orders_order)",
    ("orders.OrderRequest", "dismissed"): ", dismiss_reason = 'Spam'",
    ("fulfillment.Shipment", "posted"): ", posted_on = '2026-11-20'",
    ("fulfillment.Return", "received"): ", received_on = '2026-11-20'",
    ("fulfillment.Return", "inspected"): ", inspected_on = '2026-11-20'",
    ("kernel.Job", "done"): ", finished_at = now()",
    ("kernel.Job", "failed"): ", finished_at = now(), error_code = 'test'",
    ("customers.Message", "sent"): ", sent_at = now()",
    ("customers.Message", "queued"): ", recipient_email = 'olga@buyer.example'",
    ("gateway.WebhookDelivery", "delivered"): ", delivered_at = now()",
    ("gateway.WebhookDelivery", "pending"): ", delivered_at = NULL",
    ("gateway.WebhookDelivery", "exhausted"): ", delivered_at = NULL",
    ("gateway.WebhookDelivery", "cancelled"): ", delivered_at = NULL",
    ("credit.LimitRequest", "approved"): f", decided_on = '2026-11-20', decided_by_id = {SOMEBODY}",
    ("credit.LimitRequest", "rejected"): f", decided_on = '2026-11-20', decided_by_id = {SOMEBODY}",
    ("inventory.Transfer", "received"): ", received_on = '2026-11-20'",
    ("invoicing.Invoice", "issued"): """, number = 'X', year = 2026, sequence = 9, issued_on = '2026-11-20',
        due_on = '2026-11-20', net = 0, tax = 0, gross = 0, base_gross = 0""",
}
REFUSED_BY_A_TRIGGER = {"P0001", "OC002"}


def state_field(model: type[models.Model]) -> FSMField | None:
    return next((field for field in model._meta.get_fields() if isinstance(field, FSMField)), None)


def pairs_in_python(model: type[models.Model]) -> set[tuple[str, str]]:
    field = state_field(model)
    assert field is not None
    return {(str(found.source), str(found.target)) for found in field.get_all_transitions(model)}


def pairs_in_the_database(model: type[models.Model]) -> set[tuple[str, str]]:
    [guard] = [trigger for trigger in model._meta.triggers if isinstance(trigger, pgtrigger.FSM)]
    assert guard.field == "state"
    return set(guard.transitions)


def test_every_model_with_a_state_machine_is_walked_here() -> None:
    assert {model._meta.label for model in apps.get_models() if state_field(model)} == set(MACHINES)


@pytest.mark.parametrize("label", MACHINES)
def test_python_and_the_trigger_allow_the_same_changes(label: str) -> None:
    model = apps.get_model(label)
    assert pairs_in_python(model) == pairs_in_the_database(model)


@pytest.mark.parametrize("label", MACHINES)
def test_no_state_can_be_set_but_by_a_transition(label: str) -> None:
    field = state_field(apps.get_model(label))
    assert field is not None
    assert field.protected


@pytest.mark.parametrize("label", MACHINES)
def test_sql_can_change_a_state_along_the_transitions_only(world: World, label: str) -> None:
    model = apps.get_model(label)
    states = [str(value) for value in model.State.values]
    legal = pairs_in_the_database(model)
    table = model._meta.db_table
    rows = {state: MACHINES[label](world, state).pk for state in states}
    for source, target in product(states, states):
        if source == target:
            continue
        change = f"UPDATE {table} SET state = '{target}'{WITH_IT.get((label, target), '')} WHERE id = %s"
        if (source, target) in legal:
            with documents.tried():
                fetch_all(change, [rows[source]])
        else:
            with pytest.raises(DatabaseError) as refusal, transaction.atomic():
                fetch_all(change, [rows[source]])
            assert sqlstate(refusal.value) in REFUSED_BY_A_TRIGGER, (source, target)
    assert dict(model._default_manager.filter(pk__in=rows.values()).values_list("pk", "state")) == {
        pk: state for state, pk in rows.items()
    }


@pytest.mark.parametrize("label", MACHINES)
def test_a_state_nobody_knows_is_refused(world: World, label: str) -> None:
    model = apps.get_model(label)
    row = MACHINES[label](world, str(model.State.values[0]))
    fetch_all("SET LOCAL session_replication_role = replica", [])  # the trigger would be first
    with (
        pytest.raises(DatabaseError, match=r"_state_known|_is_complete|_decided_by_somebody|_received_dated"),
        transaction.atomic(),
    ):
        fetch_all(f"UPDATE {model._meta.db_table} SET state = 'nowhere' WHERE id = %s", [row.pk])
