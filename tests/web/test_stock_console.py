"""Stock in the finance console: figures with a fixed number of statements, and a transfer received."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment import services as fulfillment
from inventory import services as stock
from inventory.models import ReorderRule, Transfer
from tests.documents import NOON, transfer_in
from tests.world import World


def page(client, name: str) -> tuple[str, int]:
    """The text of a list, and how many statements it took."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(reverse(f"admin:inventory_{name}_changelist"))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text), len(captured.captured_queries)


def stocked(world: World, reference: str) -> None:
    """A product of which five are free, ten expected, with a rule and a cart."""
    product = world.product(stock="7")
    stock.set_reorder_rule(
        warehouse=world.basics.warehouse, product_id=product.pk, minimum=Decimal(3), target=Decimal(30),
        actor=world.system,
    )  # fmt: skip
    stock.expect_receipt(
        warehouse=world.basics.warehouse, product_id=product.pk, reference=reference, quantity=Decimal(10),
        expected_on=world.on, actor=world.system,
    )  # fmt: skip
    world.hold(product, "2", at=NOON)


@pytest.mark.parametrize("name", ["stocklevel", "reorderrule", "expectedreceipt", "carthold", "warehouse"])
def test_the_lists_of_stock_take_the_same_statements_however_long(world: World, sign_in, name: str) -> None:
    client = sign_in("Finance manager")
    stocked(world, "PO-1")
    page(client, name)
    _, few = page(client, name)
    for number in range(5):
        stocked(world, f"PO-2{number}")
    _, many = page(client, name)
    assert few == many


def test_a_reorder_rule_shows_the_figures_that_decide_it(world: World, sign_in) -> None:
    stocked(world, "PO-1")
    text, _ = page(sign_in("Finance manager"), "reorderrule")
    for column, value in {"available": "5", "expected": "10", "issued": "0", "lasts": "–"}.items():
        assert re.search(rf"field-{column}[^>]*>\s*{value}\s*<", text), column


def test_a_finance_manager_sets_a_reorder_rule(world: World, sign_in) -> None:
    product = world.product()
    answer = sign_in("Finance manager").post(
        reverse("admin:inventory_reorderrule_add"),
        {
            "warehouse": world.basics.warehouse.pk,
            "product": product.pk,
            "minimum": "5",
            "target": "4",
            "lot": "1",
            "lead_days": "7",
        },
    )
    assert "reorder_sane" in str(answer.context["adminform"].form.errors)
    assert not ReorderRule.objects.exists()


def test_whoever_receives_goods_receives_a_transfer_in_the_console(world: World, sign_in) -> None:
    transfer = transfer_in(world, "sent")
    address = reverse("admin:inventory_transfer_changelist")
    form = {"action": "receive", "_selected_action": [transfer.pk]}
    sign_in("Finance manager").post(address, form)
    assert Transfer.objects.get().state == "sent"
    client = sign_in("Administrator")
    answer = client.post(address, form, follow=True)
    assert f"{transfer.number} is received." in answer.text
    assert Transfer.objects.get().state == "received"
    answer = client.post(address, form, follow=True)
    assert "(transfer-not-receivable)" in answer.text


def test_a_transfer_shows_what_travels(world: World, sign_in) -> None:
    transfer = transfer_in(world, "sent")
    fulfillment.receive_transfer(transfer_id=transfer.pk, on=world.on, actor=world.system)
    answer = sign_in("Finance manager").get(reverse("admin:inventory_transfer_change", args=[transfer.pk]))
    assert answer.status_code == 200
    assert transfer.number in answer.text
