"""What a payment was used for."""

from orders.models import Order
from receivables.models import Allocation


def orders_paid_by(payment_id: int) -> list[Order]:
    """Return the orders whose invoices a payment was used for, also where that was taken back, the first use first."""
    used = (
        Allocation.objects.filter(payment=payment_id, receivable__invoice__order__isnull=False)
        .order_by("pk")
        .values_list("receivable__invoice__order_id", flat=True)
    )
    ids = list(dict.fromkeys(used))
    found = Order.objects.only("number").in_bulk(ids)
    return [found[pk] for pk in ids]
