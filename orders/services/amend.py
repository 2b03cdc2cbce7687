"""Amending an order: other quantities, lines, prices or terms, in a new version that says what changed.

A held order is decided again; what is confirmed stays confirmed only if credit and stock hold what it becomes,
else nothing changes. Locks: credit account, order, stock.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.rules import combined_discount
from credit import services as credit
from credit.models import CreditAccount
from customers import selectors as customers
from inventory import services as stock
from inventory.rules import Demand
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors, handover
from orders.amendment import LineChange, amendment_problems, problem_of
from orders.diff import to_announce
from orders.events import OrderAmended
from orders.models import Order, OrderLine
from orders.models.line import ENTERED
from orders.reasons import sentence
from orders.rules import AMENDABLE, desk_reasons, uninvoiced_gross
from orders.selectors import with_list_prices
from orders.services.cancel import ensure_not_in_hand
from orders.services.checks import check_past, ensure_nothing_wrong
from orders.services.decide import (
    authorize,
    confirm_or_hold,
    credit_reasons,
    ensure_version,
    lock_with_credit,
    reserve,
    save_quantities,
    waived_reasons,
)
from orders.services.inputs import Amendment
from orders.services.pricing import ensure_prices_meant, price_lines, restate
from orders.services.progress import close_if_settled
from orders.services.promise import promise_days
from orders.specification import Problem, submission_problems
from orders.versions import HEAD, snapshot, write_version

State = Order.State
UNDECIDED = {State.SUBMITTED, State.ON_HOLD}
UNCHANGED = LineChange()

SET_LINES = """
UPDATE orders_orderline line
SET ordered = new.ordered, cancelled = new.cancelled, reserved = new.reserved, unit_price = new.unit_price,
    price_rule = new.price_rule, entered_discount = new.entered_discount,
    discount_percent = new.discount_percent, net = new.net
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::text[],
            %s::numeric[], %s::numeric[], %s::numeric[])
    AS new(id, ordered, cancelled, reserved, unit_price, price_rule, entered_discount, discount_percent, net)
WHERE line.id = new.id
"""
SET = (
    "pk",
    "ordered",
    "cancelled",
    "reserved",
    "unit_price",
    "price_rule",
    "entered_discount",
    "discount_percent",
    "net",
)


@verb
def amend_order(
    *, order_id: int, amendment: Amendment, expected_version: int, reason: str, on: date, actor: User
) -> Order:
    """Change what was agreed: lines by id, lines that come, lines that go, and the order's own terms.

    Lines that come are priced and taxed as of *on*, the others keep their price unless one is given. A line
    that goes is cancelled; only a draft forgets it. The sums become those of what stands. Shipments that are
    only planned follow by themselves.

    :raises OrderChanged: somebody else changed the order since *expected_version*.
    :raises OrderNotAmendable: it is a quote (revise it), closed or cancelled.
    :raises InvalidOrder: something cannot be right; the details name all of it. Never below what has shipped.
    :raises GoodsInHand: the warehouse is picking or has packed what would change.
    :raises AmendmentRefused: credit or stock do not hold what a confirmed order would become.
    :raises PriceMissing: a line that comes has no price of its own and the price lists have none.
    :raises PriceUnusual: a price is typed far below the price list, and nobody says that it is meant.
    :raises TaxRateMissing: no tax rate applies to a product that comes.
    :raises NotPermitted: *actor* may not amend orders.
    """
    account, order, lines = lock_with_credit(order_id)
    ensure_amendable(order, by=actor, expected_version=expected_version)
    ensure_nothing_wrong(problems_of(order, lines, amendment, reason, on=on))
    _ensure_free_to_change(order, lines, amendment)
    before, claimed = snapshot(order, lines), uninvoiced_gross(lines, currency=order.currency)
    for name, value in amendment.head.given().items():
        setattr(order, name, value)
    lines = _amended(order, lines, amendment, on=on)
    if order.state == State.CONFIRMED:
        reasons = _screened(order, lines, amendment, account=account, on=on)
        reasons += _commit(order, lines, claimed=claimed, account=account, on=on, actor=actor)
        _ensure_holds(order, lines, reasons, on=on)
    version = write_version(
        order=order, before=before, lines=lines, reason=reason.strip(), on=on, actor=actor
    )
    rows.update(order, "version", *HEAD)
    announce(
        OrderAmended.of(
            order,
            on=on,
            actor=actor,
            version=version.version,
            changes=to_announce(version.changes),
            reason=version.reason,
        )
    )
    if order.state in UNDECIDED:
        _screen_again(order, lines, account)
        return confirm_or_hold(order, lines, account=account, on=on, actor=actor)
    close_if_settled(order, lines, on=on, actor=actor)
    return order


def ensure_amendable(order: Order, *, by: User, expected_version: int | None = None) -> None:
    """Refuse who may not amend, and an order that cannot be amended (any more) or is at another version.

    :raises NotPermitted: *by* may not.
    :raises OrderNotAmendable: it is a quote, closed or cancelled.
    :raises OrderChanged: it is at another version than *expected_version*, if one is given.
    """
    if not by.has_perm("orders.amend_order"):
        raise NotPermitted(_("%(by)s may not amend orders.") % {"by": by})
    if order.state not in AMENDABLE:
        is_quote = order.state in {State.QUOTED, State.EXPIRED}
        raise errors.OrderNotAmendable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()},
            hint=_("Revise the quote instead.") if is_quote else _("Enter a new order instead."),
        )
    ensure_version(order, expected_version)


def problems_of(
    order: Order, lines: Sequence[OrderLine], amendment: Amendment, reason: str, *, on: date
) -> list[Problem]:
    """Return what cannot be right; of the order's terms only those that change, and not while it is a draft."""
    problems = amendment_problems(
        lines=lines,
        changed=amendment.changed,
        added=amendment.added,
        removed=amendment.removed,
        head=amendment.head,
    )
    if not reason.strip():
        problems.append(Problem(where="reason", code="reason", text=_("An amendment needs a reason.")))
    given = amendment.head.given()
    if order.state == State.DRAFT or not given:
        return problems
    terms: dict[str, Any] = {
        name: given.get(name, getattr(order, name))
        for name in ("po_number", "requested_on", "delivery_address")
    }
    found = submission_problems(**terms, demands=order.customer, on=on)
    return [*problems, *(problem for problem in found if problem.where in given)]


def _ensure_free_to_change(order: Order, lines: Sequence[OrderLine], amendment: Amendment) -> None:
    """Refuse to take what the warehouse has in hand, or to send it elsewhere.

    :raises GoodsInHand: see above; it names the shipment.
    """
    keeps = {line.pk: ZERO for line in lines if line.pk in amendment.removed}
    for line in lines:
        quantity = amendment.changed.get(line.pk, UNCHANGED).quantity
        if quantity is not None:
            keeps[line.pk] = quantity - line.shipped
    ensure_not_in_hand(order, lines, keeps=keeps)
    in_hand = handover.in_hand(order_ids=[order.pk])
    if amendment.head.delivery_address is not None and in_hand:
        documents = sorted({document for held in in_hand.values() for document in held.documents})
        raise errors.GoodsInHand(
            _("%(documents)s is being picked or packed for the address as it is.")
            % {"documents": ", ".join(documents)},
            shipments=documents,
        )


def _amended(order: Order, lines: Sequence[OrderLine], amendment: Amendment, *, on: date) -> list[OrderLine]:
    """Write the lines as they shall be, with the stock that they need no more given back; return those that stay.

    The order gets the sums of what stands.
    """
    if order.state == State.DRAFT:  # nothing has happened to a draft's lines yet
        OrderLine.objects.filter(order=order, pk__in=amendment.removed).delete()
        lines = [line for line in lines if line.pk not in amendment.removed]
    came = priced_additions(order, lines, amendment, on=on)
    change_lines(lines, amendment, order=order)
    ensure_prices_meant(
        priced_anew(lines, came, amendment), order=order, acknowledged=amendment.acknowledges_prices
    )
    standing = [*lines, *came]
    restate(order, standing)
    _free_surplus(order, lines)
    fetch_all(SET_LINES, [[getattr(line, name) for line in lines] for name in SET])
    rows.insert(came)
    return standing


def priced_additions(
    order: Order, lines: Sequence[OrderLine], amendment: Amendment, *, on: date
) -> list[OrderLine]:
    """Return the lines that come, priced and taxed as of *on*, with the order's discount."""
    if not amendment.added:
        return []
    priced = price_lines(
        amendment.added,
        customer=customers.customer_for_order(order.customer_id),
        on=on,
        discount_percent=order.discount_percent,
        discount_reason=order.discount_rule,
    )
    last = max((line.position for line in lines), default=0)
    for position, line in enumerate(priced.lines, start=last + 1):
        line.order, line.position = order, position
    return priced.lines


def change_lines(lines: Sequence[OrderLine], amendment: Amendment, *, order: Order) -> None:
    """Let each line be what it shall be; the sums follow with `restate`.

    :raises InvalidOrder: a line shall have the list price again, and the price lists of its day have none.
    """
    for line in lines:
        _change_quantity(line, amendment)
    if any(change.changes_price for change in amendment.changed.values()):
        with_list_prices(lines, customer=order.customer, on=order.ordered_on)
    ensure_nothing_wrong(
        [
            problem_of(line, "price", _("The price list has no price for it: enter one."))
            for line in lines
            if amendment.changed.get(line.pk, UNCHANGED).relists and line.listed is None
        ]
    )
    for line in lines:
        _change_price(line, amendment.changed.get(line.pk, UNCHANGED), order=order)


def _change_quantity(line: OrderLine, amendment: Amendment) -> None:
    change = amendment.changed.get(line.pk, UNCHANGED)
    if line.pk in amendment.removed:
        line.cancelled = line.ordered
    elif change.quantity is not None:
        line.ordered = change.quantity + line.cancelled


def _change_price(line: OrderLine, change: LineChange, *, order: Order) -> None:
    if change.unit_price is not None:
        line.unit_price, line.price_rule = change.unit_price, ENTERED
    elif change.relists and line.listed is not None:
        line.unit_price, line.price_rule = line.listed.unit_price, line.listed.rule
    if change.discount_percent is not None:
        line.entered_discount = change.discount_percent
        line.discount_percent = combined_discount(line.entered_discount, order.discount_percent)


def priced_anew(
    lines: Sequence[OrderLine], came: Sequence[OrderLine], amendment: Amendment
) -> list[OrderLine]:
    """Return the lines whose price somebody decides with this amendment."""
    changed = [line for line in lines if amendment.changed.get(line.pk, UNCHANGED).changes_price]
    return [*changed, *came]


def _free_surplus(order: Order, lines: Sequence[OrderLine]) -> None:
    """Give back the stock that lines have reserved beyond what is left to ship."""
    freed = []
    for line in lines:
        surplus = max(line.reserved - line.to_ship, ZERO)
        line.reserved -= surplus
        freed.append(Demand(line.demand_key, line.product_id, surplus))
    stock.release(warehouse_id=order.warehouse_id, demands=freed)


def _screened(
    order: Order, lines: list[OrderLine], amendment: Amendment, *, account: CreditAccount, on: date
) -> list[dict[str, Any]]:
    """Return what a person would have to look at before a confirmed order goes to another address."""
    if amendment.head.delivery_address is None:
        return []
    _screen_again(order, lines, account)
    found, order.hold_reasons = desk_reasons(order.hold_reasons), []
    waived = waived_reasons(order, lines, on=on)
    return [reason for reason in found if reason["code"] not in waived]


def _commit(
    order: Order,
    lines: list[OrderLine],
    *,
    claimed: Decimal,
    account: CreditAccount,
    on: date,
    actor: User,
) -> list[dict[str, Any]]:
    """Claim the credit that a confirmed order takes now; return why its growth is refused. Less needs nobody's word."""
    amount = uninvoiced_gross(lines, currency=order.currency)
    if amount <= claimed:
        credit.commit(account=account, reference=order.number, amount=amount)
        return []
    waived = waived_reasons(order, lines, on=on)
    return credit_reasons(authorize(order, lines, account=account, waived=waived, on=on, actor=actor))


def _ensure_holds(order: Order, lines: list[OrderLine], reasons: list[dict[str, Any]], *, on: date) -> None:
    """Reserve stock for what a confirmed order becomes, and promise it anew.

    :raises AmendmentRefused: stock does not hold it, or there are *reasons* against it already.
    """
    reasons = reasons or reserve(order, lines, waived=waived_reasons(order, lines, on=on), on=on)
    if reasons:
        raise errors.AmendmentRefused(
            _("%(order)s stays as it was. %(reasons)s")
            % {
                "order": order.number,
                "reasons": " ".join(sentence(reason, order.currency) for reason in reasons),
            },
            reasons=reasons,
        )
    promise_days(order, lines, on=on)
    save_quantities(lines)


def _screen_again(order: Order, lines: Sequence[OrderLine], account: CreditAccount) -> None:
    """Compare what the order has become with its customer's past; who meant a duplicate still means it."""
    others = [reason for reason in order.hold_reasons if reason not in desk_reasons(order.hold_reasons)]
    customer = order.customer
    check_past(
        order,
        lines,
        customer=customer,
        addresses=customers.address_copies(customer=customer),
        account=account,
        acknowledges_duplicate=all(reason["code"] != "duplicate" for reason in order.hold_reasons),
    )
    order.hold_reasons = [*others, *order.hold_reasons]
    rows.update(order, "screening_score", "screening")
