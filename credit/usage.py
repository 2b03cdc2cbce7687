"""How much of their limits many customers use, for lists: one statement for all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO

# Open work only: items with something to pay and claims that stand, each by an index on its customer.
USAGE = """
SELECT customer.id, account."limit", COALESCE(owed.open, 0), COALESCE(owed.late, 0), COALESCE(claimed.amount, 0),
    COALESCE(account.blocked, false)
FROM customers_customer customer
LEFT JOIN credit_creditaccount account ON account.customer_id = customer.id
LEFT JOIN LATERAL (
    SELECT sum(open_amount) AS open, sum(open_amount) FILTER (WHERE open_amount > 0 AND due_on < %(on)s) AS late
    FROM receivables_receivable item
    WHERE item.customer_id = customer.id AND item.currency = customer.currency AND item.open_amount <> 0
) owed ON true
LEFT JOIN LATERAL (
    SELECT sum(amount) AS amount FROM credit_commitment claim WHERE claim.account_id = account.id AND amount > 0
) claimed ON true
WHERE customer.id = ANY(%(customers)s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a customer may owe and owes, in their currency; *limit* is None where nobody has given one."""

    limit: Decimal | None
    receivables: Decimal
    overdue: Decimal
    committed: Decimal
    blocked: bool

    @property
    def exposure(self) -> Decimal:
        """Return what they owe and have on order."""
        return self.receivables + self.committed

    @property
    def available(self) -> Decimal:
        """Return what is left of the limit; never below zero."""
        return max((self.limit or ZERO) - self.exposure, ZERO)

    @property
    def share(self) -> Decimal | None:
        """Return how much of the limit is used, in percent; None without a limit."""
        return self.exposure * 100 / self.limit if self.limit else None


def usage_of(customer_ids: Collection[int], *, on: date) -> dict[int, Usage]:
    """Return how much of their limits these customers use on *on*, by primary key; one statement."""
    found = fetch_all(USAGE, {"customers": list(customer_ids), "on": on})
    return {pk: Usage(*figures) for pk, *figures in found}
