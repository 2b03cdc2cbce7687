"""What orders themselves, and the apps below, have to show with an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from customers.api.serializers import BuyerOut
from customers.models import Customer
from o2c.kernel.api.expansion import Offer
from o2c.kernel.principal import Principal


def _customers(_principal: Principal, orders: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return who ordered."""
    wanted = {order.customer_id for order in orders}
    found = Customer.objects.select_related("price_list", "terms").in_bulk(wanted)
    return {order.pk: [found[order.customer_id]] for order in orders}


OFFERS = (
    Offer(
        resource="orders",
        name="customer",
        scope="customers:read",
        shape=BuyerOut,
        find=_customers,
        many=False,
    ),
)
