"""Lists that read over several stages."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy

from credit.usage import usage_of
from customers import worklists as customers
from customers.models import Customer
from o2c.kernel.figures import money
from o2c.kernel.worklists import Column, Kind, Tag


def overdue(customer: Any) -> Tag | None:
    """Return what they should have paid, or that their credit is blocked."""
    if customer.usage.overdue:
        amount = money(customer.usage.overdue, customer.currency)
        return Tag(_("%(amount)s overdue") % {"amount": amount}, "bad")
    return Tag(_("credit blocked"), "bad") if customer.usage.blocked else None


class CustomerList(customers.CustomerList):
    """Everybody who buys, with what they may owe and owe."""

    columns: ClassVar = [
        *customers.CustomerList.columns,
        Column(name="overdue", label=gettext_lazy("Overdue"), kind=Kind.TAG, value=overdue),
        Column(
            name="exposure",
            label=gettext_lazy("Owes and has on order"),
            kind=Kind.MONEY,
            value=lambda customer: customer.usage.exposure,
            shown=False,
        ),
        Column(
            name="limit",
            label=gettext_lazy("Limit"),
            kind=Kind.MONEY,
            value=lambda customer: customer.usage.limit,
        ),
        Column(
            name="available",
            label=gettext_lazy("Limit left"),
            kind=Kind.MONEY,
            value=lambda customer: customer.usage.available,
        ),
    ]

    def prepared(self, rows: list[Customer]) -> list[Customer]:
        """Return the customers with their credit, one query for the page."""
        usage = usage_of({customer.pk for customer in rows}, on=self.desk.today)
        for customer in rows:
            customer.usage = usage[customer.pk]  # type: ignore[attr-defined]
        return rows
