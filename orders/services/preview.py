"""What an order would be if it were placed now: price, promise and credit in one look. Writes and locks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from credit import selectors as credit
from credit.rules import PayOnAccount, evaluate, is_approved, pay_on_account
from inventory.rules import Promise
from o2c.kernel.models import User
from orders.models import Order, OrderLine
from orders.selectors import low_priced
from orders.services.capture import draft, ensure_may_enter
from orders.services.checks import products_off_sale, repeated_by
from orders.services.decide import reasons_of
from orders.services.inputs import OrderInput
from orders.services.promise import promise_days
from orders.specification import Problem, submission_problems, warnings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOutlook:
    """What credit would say now; amounts in the customer's currency. Without an account nothing is left."""

    is_approved: bool
    pay_on_account: PayOnAccount
    limit: Decimal
    exposure: Decimal
    available: Decimal
    reasons: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An order that is not there: nothing has a number or a key, and nobody stands by it yet.

    *problems* would refuse it on submission, *warnings* would not. *promises* say by line position when the
    goods can leave and why then. *repeats* is the number and day of an order that it would repeat, *low* are the
    lines whose typed price somebody must mean.
    """

    order: Order
    lines: Sequence[OrderLine]
    promises: dict[int, Promise]
    credit: CreditOutlook
    problems: list[Problem]
    warnings: list[Problem]
    repeats: tuple[str, date] | None
    low: Sequence[OrderLine] = ()


def preview_order(*, order: OrderInput, actor: User) -> Preview:
    """Return what *order* would cost, when it would leave, and whether it would pass; a fixed number of queries.

    :raises InvalidOrder: a quantity, price or discount cannot be right, or there are no lines.
    :raises UnknownProduct: a SKU is not for sale.
    :raises PriceMissing: a line has no price of its own and the price lists have none.
    :raises TaxRateMissing: no tax rate applies to a product in the customer's region.
    :raises CustomerInactive: the customer was set inactive.
    :raises AddressMissing: neither the input nor the customer has a delivery address.
    :raises NotPermitted: *actor* may not enter orders.
    """
    ensure_may_enter(actor)
    drafted = draft(order, actor=actor)
    seen = _looked_at(drafted.order, drafted.lines, on=order.ordered_on)
    return replace(seen, low=low_priced(drafted.lines, order=drafted.order))


def preview_quote(*, quote: Order, lines: Sequence[OrderLine], on: date) -> Preview:
    """Return what a *quote* with its *lines* would be if it were accepted on the day *on*; writes and locks nothing.

    Promises and credit are those of that day, prices and taxes those that were quoted.
    """
    seen = _looked_at(quote, lines, on=on)
    return replace(seen, problems=[*seen.problems, *products_off_sale(lines)])


def _looked_at(wanted: Order, lines: Sequence[OrderLine], *, on: date) -> Preview:
    customer = wanted.customer
    promises = promise_days(wanted, lines, on=on)
    problems = submission_problems(
        po_number=wanted.po_number,
        requested_on=wanted.requested_on,
        delivery_address=wanted.delivery_address,
        demands=customer,
        on=on,
    )
    return Preview(
        order=wanted,
        lines=lines,
        promises=promises,
        credit=outlook_of(wanted, requested=wanted.gross, on=on),
        problems=problems,
        warnings=warnings_of(
            requested_on=wanted.requested_on,
            promised_on=wanted.promised_on,
            incoterm=wanted.incoterm,
            leaves_country=wanted.delivery_address.get("country") != wanted.company.country,
        ),
        repeats=repeated_by(wanted, lines, customer=customer),
    )


def outlook_of(order: Order, *, requested: Decimal, on: date) -> CreditOutlook:
    """Return what credit would say if *order* asked for *requested* now, gross; what it has claimed does not count."""
    account = credit.account_of(order.customer_id)
    if account is None:
        nothing = Decimal(0)
        return CreditOutlook(
            is_approved=requested == 0,
            pay_on_account=PayOnAccount.PREPAY if requested else PayOnAccount.ALLOWED,
            limit=nothing,
            exposure=nothing,
            available=nothing,
            reasons=[],
        )
    facts = credit.facts(
        account=account,
        currency=order.currency,
        requested=requested,
        on=on,
        reference=order.number if order.pk else "",
    )
    outcomes = evaluate(facts)
    return CreditOutlook(
        is_approved=is_approved(outcomes),
        pay_on_account=pay_on_account(outcomes, is_prepayment=facts.is_prepayment),
        limit=facts.limit,
        exposure=facts.exposure,
        available=facts.available,
        reasons=reasons_of(outcomes),
    )
