"""Goods in and counted: stock and books together."""

from datetime import date
from decimal import Decimal

from fulfillment import postings
from inventory import services as stock
from inventory.events import StockRecounted
from inventory.models import Reservation, Warehouse
from inventory.rules import Demand, recount_key
from ledger import services as ledger
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User


@verb
def receive_goods(
    *,
    warehouse: Warehouse,
    product_id: int,
    quantity: Decimal,
    unit_cost: Decimal,
    source: str,
    on: date,
    actor: User,
) -> Decimal:
    """Take goods into stock and into the books; return their worth in base currency.

    *source* is the once-only key, such as the supplier's delivery note.

    :raises InvalidQuantity: *quantity* is not above zero.
    :raises NotPermitted: *actor* may not receive goods.
    """
    if not actor.has_perm("inventory.add_stockmove"):
        raise NotPermitted(f"{actor} may not receive goods.")
    currency = warehouse.company.base_currency
    value = stock.receive(
        warehouse=warehouse,
        product_id=product_id,
        quantity=quantity,
        unit_cost=unit_cost,
        source=source,
        on=on,
        currency=currency,
        actor=actor,
    )
    if value:
        ledger.post_entry(
            postings.goods_received(
                company_id=warehouse.company_id,
                source=f"receipt/{warehouse.code}/{source}/{product_id}",
                value=value,
                on=on,
                currency=currency,
                actor_id=actor.pk,
            )
        )
    return value


@verb
def count_stock(
    *, warehouse: Warehouse, product_id: int, counted: Decimal, source: str, on: date, actor: User
) -> Decimal:
    """Set stock to what was counted and book the difference; return its worth in base currency.

    :raises InvalidQuantity: less was counted than is promised to orders, or the product was never received.
    :raises NotPermitted: *actor* may not count stock.
    """
    if not actor.has_perm("inventory.add_stockmove"):
        raise NotPermitted(f"{actor} may not count stock.")
    _end_recount(warehouse=warehouse, product_id=product_id, source=source, on=on, actor=actor)
    currency = warehouse.company.base_currency
    value = stock.count(
        warehouse=warehouse,
        product_id=product_id,
        counted=counted,
        source=source,
        on=on,
        currency=currency,
        actor=actor,
    )
    if value:
        ledger.post_entry(
            postings.stock_counted(
                company_id=warehouse.company_id,
                source=f"count/{warehouse.code}/{source}/{product_id}",
                value=value,
                on=on,
                currency=currency,
                actor_id=actor.pk,
            )
        )
    return value


def _end_recount(*, warehouse: Warehouse, product_id: int, source: str, on: date, actor: User) -> None:
    """Give back what was kept because a picker missed it: the count says how much there is."""
    kept = Reservation.objects.filter(
        demand=recount_key(product_id), level__warehouse=warehouse, quantity__gt=0
    ).first()
    if kept is None:
        return
    stock.release(warehouse_id=warehouse.pk, demands=[Demand(kept.demand, product_id, kept.quantity)])
    announce(
        StockRecounted(
            document_id=product_id, number=source, on=on, actor_id=actor.pk, warehouse=warehouse.code
        )
    )
