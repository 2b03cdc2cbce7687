"""Goods in, counted, scrapped and sent from house to house: stock and books together.

Every verb has the same shape: who may, what happens to stock, and its worth into the journal.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from fulfillment import postings
from fulfillment.selectors import a_cart, order_numbers
from inventory import services as stock
from inventory.errors import REUSED, CountBelowReserved, StockSourceReused
from inventory.models import Transfer, Warehouse
from inventory.selectors import used_sources
from ledger import services as ledger
from ledger.entries import Role
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import User


def _ensure_may(actor: User, otherwise: str) -> None:
    if not actor.has_perm("inventory.add_stockmove"):
        raise NotPermitted(otherwise % {"actor": actor})


def _book(
    warehouse: Warehouse,
    value: Decimal,
    *,
    against: Role,
    source: str,
    description: str,
    on: date,
    actor: User,
) -> None:
    """Book what stock became worth more, or less where *value* is negative, in base currency."""
    if not value:
        return
    ledger.post_entry(
        postings.stock_changed(
            company_id=warehouse.company_id,
            source=source,
            value=value,
            against=against,
            description=description,
            on=on,
            currency=warehouse.company.base_currency,
            actor_id=actor.pk,
        )
    )


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
    reference: str = "",
    more_than_expected: bool = False,
    confirms_implausible: bool = False,
) -> Decimal:
    """Take goods into stock and into the books; return their worth in base currency.

    *source* is the once-only key, such as the supplier's delivery note. With the *reference* of a purchase
    order, what has come of it is counted up; *more_than_expected* keeps also what the supplier sent too much.
    *confirms_implausible* says that somebody has looked twice at a cost that is far from what the goods cost now.

    :raises InvalidQuantity: *quantity* is not above zero.
    :raises InvalidCost: *unit_cost* is negative.
    :raises ImplausibleCost: it is far from what the goods cost now, and nobody has confirmed it.
    :raises NotFound: there is no such product, or it is not expected with this *reference*.
    :raises WarehouseInactive: nothing comes into this warehouse any more.
    :raises MoreThanExpected: more came than was still expected.
    :raises StockSourceReused: *source* was booked for this product before.
    :raises NotPermitted: *actor* may not receive goods.
    """
    _ensure_may(actor, _("%(actor)s may not receive goods."))
    value = stock.receive(
        warehouse=warehouse,
        product_id=product_id,
        quantity=quantity,
        unit_cost=unit_cost,
        source=source,
        on=on,
        currency=warehouse.company.base_currency,
        actor=actor,
        reference=reference,
        more_than_expected=more_than_expected,
        confirms_implausible=confirms_implausible,
    )
    _book(
        warehouse,
        value,
        against=Role.GOODS_RECEIVED,
        source=f"receipt/{warehouse.code}/{source}/{product_id}",
        description="Goods received",
        on=on,
        actor=actor,
    )
    return value


@verb
def count_stock(
    *,
    warehouse: Warehouse,
    product_id: int,
    counted: Decimal,
    source: str,
    on: date,
    actor: User,
    confirms_implausible: bool = False,
) -> Decimal:
    """Set stock to what was counted and book the difference; return its worth in base currency.

    *confirms_implausible* says that somebody has looked twice at what is far more than the books say.

    :raises InvalidQuantity: *counted* is no quantity, or the product was never received.
    :raises CountBelowReserved: less was counted than is promised; it says whose goods they are.
    :raises ImplausibleCount: far more was counted than the books say, and nobody has confirmed it.
    :raises StockSourceReused: *source* was booked for this product before.
    :raises NotPermitted: *actor* may not count stock.
    """
    return _count(
        warehouse,
        {product_id: counted},
        source=source,
        entry=f"{source}/{product_id}",
        on=on,
        actor=actor,
        confirms_implausible=confirms_implausible,
    )


@verb
def count_many(
    *,
    warehouse: Warehouse,
    counted: Mapping[int, Decimal],
    source: str,
    on: date,
    actor: User,
    confirms_implausible: bool = False,
) -> Decimal:
    """Do the same for a whole count sheet, by product, in one journal entry; *source* names the sheet.

    One line that cannot be right refuses the sheet, which can then be sent again.

    :raises InvalidQuantity: a line is no quantity, or a product was never received.
    :raises CountBelowReserved: as for `count_stock`; all lines of which less was counted are named.
    :raises ImplausibleCount: as for `count_stock`; all lines of which far more was counted are named.
    :raises StockSourceReused: a sheet of this name was booked in the warehouse before.
    :raises NotPermitted: *actor* may not count stock.
    """
    if used_sources(warehouse_id=warehouse.pk, sources=[source]):
        raise StockSourceReused(
            _("The count sheet %(source)s was posted before.") % {"source": source},
            source=source,
            hint=REUSED["count"],
        )
    return _count(
        warehouse,
        counted,
        source=source,
        entry=source,
        on=on,
        actor=actor,
        confirms_implausible=confirms_implausible,
    )


def _count(
    warehouse: Warehouse,
    counted: Mapping[int, Decimal],
    *,
    source: str,
    entry: str,
    on: date,
    actor: User,
    confirms_implausible: bool,
) -> Decimal:
    _ensure_may(actor, _("%(actor)s may not count stock."))
    try:
        value = stock.count(
            warehouse=warehouse,
            counted=counted,
            source=source,
            on=on,
            currency=warehouse.company.base_currency,
            actor=actor,
            confirms_implausible=confirms_implausible,
        )
    except CountBelowReserved as refusal:
        raise _with_order_numbers(refusal) from refusal
    _book(
        warehouse,
        value,
        against=Role.STOCK_ADJUSTMENT,
        source=f"count/{warehouse.code}/{entry}",
        description="Stock count",
        on=on,
        actor=actor,
    )
    return value


def _with_order_numbers(refusal: CountBelowReserved) -> CountBelowReserved:
    """Return the refusal in the words of the desk: whose goods they are."""
    demands: dict[str, str] = refusal.details["demands"]
    numbers = order_numbers(demands)
    whose = ", ".join(f"{numbers.get(key, a_cart())}: {demands[key]}" for key in demands)
    return CountBelowReserved(
        _("%(message)s They are for %(whose)s.") % {"message": refusal.message, "whose": whose},
        **refusal.details,
    )


@verb
def scrap_goods(
    *,
    warehouse: Warehouse,
    product_id: int,
    quantity: Decimal,
    reason: str,
    source: str,
    on: date,
    actor: User,
) -> Decimal:
    """Throw goods away that are promised to nobody, and book the loss; return it, in base currency.

    *source* is the once-only key, such as the number of the note about the damage.

    :raises InvalidQuantity: *quantity* is not above zero.
    :raises ScrapWithoutReason: nobody says why.
    :raises InsufficientStock: less is free.
    :raises StockSourceReused: *source* was booked for this product before.
    :raises NotPermitted: *actor* may not scrap goods.
    """
    _ensure_may(actor, _("%(actor)s may not scrap goods."))
    lost = stock.scrap(
        warehouse=warehouse,
        product_id=product_id,
        quantity=quantity,
        reason=reason,
        source=source,
        on=on,
        currency=warehouse.company.base_currency,
        actor=actor,
    )
    _book(
        warehouse,
        -lost,
        against=Role.STOCK_ADJUSTMENT,
        source=f"scrap/{warehouse.code}/{source}/{product_id}",
        description=f"Scrapped: {reason.strip()}",
        on=on,
        actor=actor,
    )
    return lost


@verb
def send_transfer(
    *,
    source: Warehouse,
    target: Warehouse,
    wanted: Mapping[int, Decimal],
    on: date,
    expected_on: date,
    actor: User,
) -> Transfer:
    """Send goods that are promised to nobody, *wanted* by product, to another warehouse of the company.

    The books stay as they are: on the way the goods are still our stock.

    :raises InvalidTransfer: the warehouses are one, or of two companies, or the goods would arrive before *on*.
    :raises WarehouseInactive: nothing comes into *target* any more.
    :raises InvalidQuantity: nothing is sent, or a quantity is not above zero.
    :raises InsufficientStock: less is free of a product.
    :raises NotPermitted: *actor* may not send goods.
    """
    _ensure_may(actor, _("%(actor)s may not send goods."))
    return stock.send_transfer(
        source=source,
        target=target,
        wanted=wanted,
        on=on,
        expected_on=expected_on,
        currency=source.company.base_currency,
        actor=actor,
    )


@verb
def receive_transfer(
    *, transfer_id: int, on: date, actor: User, arrived: Mapping[int, Decimal] | None = None
) -> Transfer:
    """Take a transfer into its warehouse; what did not arrive is booked as a loss.

    *arrived* is how much came of each product; what it does not name came whole.

    :raises NotFound: there is no such transfer.
    :raises TransferNotReceivable: it has arrived already.
    :raises InvalidQuantity: a quantity is negative, above what was sent, or of another product.
    :raises NotPermitted: *actor* may not receive goods.
    """
    _ensure_may(actor, _("%(actor)s may not receive goods."))
    target = Warehouse.objects.select_related("company").filter(
        pk__in=Transfer.objects.filter(pk=transfer_id).values("target")
    )
    warehouse = target.first()
    if warehouse is None:
        raise NotFound(_("There is no transfer %(transfer_id)s.") % {"transfer_id": transfer_id})
    transfer, lost = stock.receive_transfer(
        transfer_id=transfer_id,
        target=warehouse,
        arrived=arrived,
        on=on,
        currency=warehouse.company.base_currency,
        actor=actor,
    )
    _book(
        warehouse,
        -lost,
        against=Role.STOCK_ADJUSTMENT,
        source=f"transfer/{transfer.pk}/received",
        description=f"Lost on the way: {transfer.number}",
        on=on,
        actor=actor,
    )
    return transfer
