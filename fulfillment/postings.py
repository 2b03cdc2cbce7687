"""Goods in and out as journal entries, in base currency; writes nothing."""

from datetime import date
from decimal import Decimal

from fulfillment.models import Return, Shipment
from ledger.entries import EntryDraft, Role, credit, debit


def goods_shipped(shipment: Shipment, *, cost: Decimal, currency: str, actor_id: int) -> EntryDraft:
    """Dr cost of goods; Cr stock, at average cost."""
    assert shipment.posted_on is not None
    return EntryDraft(
        company_id=shipment.company_id,
        source=f"shipment/{shipment.pk}/posted",
        on=shipment.posted_on,
        description=f"Shipment {shipment.number}",
        actor_id=actor_id,
        legs=[
            debit(Role.COST_OF_GOODS, cost, currency=currency),
            credit(Role.STOCK, cost, currency=currency),
        ],
    )


def stock_changed(
    *,
    company_id: int,
    source: str,
    value: Decimal,
    against: Role,
    description: str,
    on: date,
    currency: str,
    actor_id: int,
) -> EntryDraft:
    """Dr stock, Cr *against* for what stock became worth more; the other way round for what it lost.

    *against* is goods received, which the supplier's invoice clears, or stock adjustment for what was found,
    is missing, or was scrapped.
    """
    return EntryDraft(
        company_id=company_id,
        source=source,
        on=on,
        description=description,
        actor_id=actor_id,
        legs=[
            debit(Role.STOCK, value, currency=currency),
            credit(against, value, currency=currency),
        ],
    )


def goods_returned(returned: Return, *, worth: Decimal, currency: str, actor_id: int) -> EntryDraft:
    """Dr stock; Cr cost of goods, for what is sold again, at the cost it left with."""
    assert returned.inspected_on is not None
    return EntryDraft(
        company_id=returned.company_id,
        source=f"return/{returned.pk}/inspected",
        on=returned.inspected_on,
        description=f"Return {returned.number}",
        actor_id=actor_id,
        legs=[
            debit(Role.STOCK, worth, currency=currency),
            credit(Role.COST_OF_GOODS, worth, currency=currency),
        ],
    )
