"""Quotes: prices that hold until a day. They reserve no stock and claim no credit; accepted, one is an order."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from catalog import selectors as catalog
from catalog.models import Product
from customers.rules import tax_evidence
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from orders import errors
from orders.events import (
    OrderQuoteAccepted,
    OrderQuoted,
    OrderQuoteExpired,
    OrderQuoteLost,
    OrderQuoteRenewed,
)
from orders.models import Order, OrderLine
from orders.models.order import CancelCode
from orders.selectors import policy_of
from orders.services.capture import draft, ensure_meant, write
from orders.services.checks import ensure_nothing_wrong
from orders.services.decide import ensure_version, lock_with_credit
from orders.services.inputs import OrderInput
from orders.services.pricing import totals_of_lines
from orders.services.progress import lines_of
from orders.services.promise import promise_days
from orders.services.requests import answer_request
from orders.services.submit import Drafted, submit_order
from orders.specification import Problem
from orders.versions import snapshot, write_version

LONGEST = timedelta(days=366)

SET_TAXES = """
UPDATE orders_orderline line SET tax_code = new.code, tax_rate = new.rate, tax_text = new.legal_text
FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::text[]) AS new(id, code, rate, legal_text)
WHERE line.id = new.id
"""

# Whoever accepts a quote at this moment has it; it is looked at again tomorrow.
EXPIRE = """
UPDATE orders_order quote SET state = 'expired'
FROM (
    SELECT id FROM orders_order WHERE state = 'quoted' AND valid_until < %s
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
) over
WHERE quote.id = over.id RETURNING quote.id, quote.number, quote.customer_id
"""


@verb
def quote_order(*, order: OrderInput, actor: User, valid_until: date | None = None) -> Order:
    """Quote prices for what a customer may order, until *valid_until* or for as long as the policy says.

    :raises InvalidOrder: a line cannot be right, or the quote would end before it begins or after a year.
    :raises UnknownProduct: a SKU is not for sale.
    :raises PriceMissing: a line has no price of its own and the price lists have none.
    :raises TaxRateMissing: no tax rate applies to a product in the customer's region.
    :raises CustomerInactive: the customer was set inactive.
    :raises AddressMissing: neither the input nor the customer has a delivery address.
    :raises DuplicateExternalId: the channel sent the external id before.
    :raises PriceUnusual: a person typed a price far below the price list and does not say that it is meant.
    :raises NotPermitted: *actor* may not quote.
    """
    _ensure_may_quote(actor)
    until = valid_until or _usual_validity(order.company.pk, on=order.ordered_on)
    ensure_nothing_wrong(_validity_problems(until, on=order.ordered_on))
    drafted = draft(order, actor=actor, state=Order.State.QUOTED, valid_until=until)
    ensure_meant(order, drafted)
    promise_days(drafted.order, drafted.lines, on=order.ordered_on)
    write(drafted)
    quote = drafted.order
    announce(OrderQuoted.of(quote, on=order.ordered_on, actor=actor, version=1, valid_until=until))
    answer_request(request_id=order.request_id, order=quote, on=order.ordered_on, actor=actor)
    return quote


@verb
def revise_quote(
    *,
    order_id: int,
    order: OrderInput,
    reason: str,
    expected_version: int,
    actor: User,
    valid_until: date | None = None,
) -> Order:
    """Quote anew in place of an open quote: other lines, prices of the day or another validity.

    *order* is the whole quote as it shall be, priced as of its date; the customer and channel stay.
    The version before is kept with what changed. Without *valid_until* the quote ends when it did.

    :raises QuoteNotOpen: the quote was answered, or is over.
    :raises OrderChanged: somebody else revised it since *expected_version*.
    :raises InvalidOrder: a line cannot be right, the validity is none, the customer is another one, or no
        reason is given.
    :raises NotPermitted: *actor* may not quote.

    Raises besides what `quote_order` raises.
    """
    _ensure_may_quote(actor)
    quote = _lock_open(order_id)
    ensure_version(quote, expected_version)
    until = valid_until or quote.valid_until or order.ordered_on
    ensure_nothing_wrong(
        [*_validity_problems(until, on=order.ordered_on), *_revision_problems(quote, order, reason)]
    )
    drafted = draft(order, actor=actor, state=Order.State.QUOTED, valid_until=until)
    ensure_meant(order, drafted)
    promise_days(drafted.order, drafted.lines, on=order.ordered_on)
    _replace(quote, drafted, reason=reason.strip(), on=order.ordered_on, actor=actor)
    announce(
        OrderQuoted.of(quote, on=order.ordered_on, actor=actor, version=quote.version, valid_until=until)
    )
    return quote


def _replace(quote: Order, drafted: Drafted, *, reason: str, on: date, actor: User) -> None:
    """Put a new draft in the place of a locked quote, and keep what it was."""
    before = snapshot(quote, lines_of(quote))
    for name in REVISED:
        setattr(quote, name, getattr(drafted.order, name))
    OrderLine.objects.filter(order=quote).delete()  # nothing has happened to a quote's lines yet
    for line in drafted.lines:
        line.order = quote
    rows.insert(drafted.lines)
    write_version(order=quote, before=before, lines=drafted.lines, reason=reason, on=on, actor=actor)
    rows.update(quote, "version", *REVISED)


REVISED = (
    "ordered_on",
    "terms_id",
    "currency",
    "valid_until",
    "po_number",
    "requested_on",
    "promised_on",
    "delivery_address",
    "warehouse_id",
    "ships_complete",
    "priority",
    "incoterm",
    "discount_percent",
    "discount_rule",
    "net",
    "tax",
    "gross",
)


@verb
def accept_quote(*, order_id: int, on: date, actor: User, po_number: str = "") -> Order:
    """Make the order that a customer takes a quote for: a draft at the quoted prices, taxed as of *on*.

    *po_number* is the customer's own order number; without one the quote's stays.

    :raises QuoteExpired: the quote's validity was over before *on*.
    :raises QuoteNotOpen: it was answered before, or was never a quote.
    :raises TaxRateMissing: no tax rate applies on that day any more.
    :raises NotPermitted: *actor* may not submit orders.
    """
    return _accept(_lock_open(order_id), on=on, actor=actor, po_number=po_number)


@verb
def accept_and_submit_quote(
    *,
    order_id: int,
    on: date,
    actor: User,
    po_number: str = "",
    acknowledges_duplicate: bool = False,
    expected_version: int | None = None,
) -> Order:
    """Accept a quote and submit the order in one step, as a customer does on the telephone.

    :raises OrderChanged: the quote is at another version than *expected_version*.

    Raises besides what `accept_quote` and `submit_order` raise.
    """
    _account, quote, _lines = lock_with_credit(order_id, expected_version=expected_version)
    _ensure_open(quote)
    _accept(quote, on=on, actor=actor, po_number=po_number)
    return submit_order(order_id=order_id, on=on, actor=actor, acknowledges_duplicate=acknowledges_duplicate)


def _accept(quote: Order, *, on: date, actor: User, po_number: str) -> Order:
    """Turn a locked quote into a draft."""
    ensure_can(quote.mark_accepted, by=actor, otherwise=errors.QuoteNotOpen)
    if quote.valid_until is not None and on > quote.valid_until:
        raise errors.QuoteExpired(
            _("%(quote)s was valid until %(valid_until)s.")
            % {"quote": quote.number, "valid_until": day_words(quote.valid_until)}
        )
    quote.mark_accepted()
    quote.ordered_on = on
    quote.po_number = po_number.strip()[:80] or quote.po_number
    _tax_again(quote, on=on)
    rows.update(quote, "state", "ordered_on", "po_number", "net", "tax", "gross")
    announce(OrderQuoteAccepted.of(quote, on=on, actor=actor))
    return quote


def _tax_again(quote: Order, *, on: date) -> None:
    """Tax a quote's lines as of the day it is accepted: the law does not freeze what prices do."""
    lines, customer = lines_of(quote), quote.customer
    ids = {line.product_id for line in lines}
    categories = dict(Product.objects.filter(pk__in=ids).values_list("pk", "tax_category_id"))
    taxes = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids=set(categories.values()),
        on=on,
        evidence=tax_evidence(customer, on=on),
    )
    for line in lines:
        tax = taxes[categories[line.product_id]]
        line.tax_code, line.tax_rate, line.tax_text = tax.code, tax.rate, tax.legal_text
    codes, rates, texts = zip(*((line.tax_code, line.tax_rate, line.tax_text) for line in lines), strict=True)
    fetch_all(SET_TAXES, [[line.pk for line in lines], list(codes), list(rates), list(texts)])
    totals = totals_of_lines(lines, currency=quote.currency)
    quote.net, quote.tax, quote.gross = totals.net, totals.tax, totals.gross


@verb
def lose_quote(
    *,
    order_id: int,
    code: str,
    on: date,
    actor: User,
    reason: str = "",
    expected_version: int | None = None,
) -> Order:
    """Note that the customer does not take the quote, and why: *code* is a `CancelCode`, *reason* their words.

    :raises OrderChanged: the quote is at another version than *expected_version*.
    :raises QuoteNotOpen: it was answered before, is over, or was never a quote.
    :raises InvalidOrder: the code is none, or says "other" without a reason.
    :raises NotPermitted: *actor* may not quote.
    """
    quote = Order.objects.lock(order_id)
    ensure_version(quote, expected_version)
    ensure_can(quote.mark_lost, by=actor, otherwise=errors.QuoteNotOpen)
    ensure_nothing_wrong(_loss_problems(code, reason))
    quote.mark_lost(code=code, reason=reason.strip()[:200])
    rows.update(quote, "state", "cancel_code", "cancel_reason")
    announce(OrderQuoteLost.of(quote, on=on, actor=actor, code=code, reason=quote.cancel_reason))
    return quote


@verb
def renew_quote(*, order_id: int, on: date, actor: User, valid_until: date | None = None) -> Order:
    """Let an expired quote hold again at its prices, until *valid_until* or for as long as the policy says.

    :raises QuoteNotExpired: it is open, was answered, or was never a quote.
    :raises InvalidOrder: it would end before *on* or after a year.
    :raises NotPermitted: *actor* may not quote.
    """
    quote = Order.objects.lock(order_id)
    ensure_can(quote.mark_renewed, by=actor, otherwise=errors.QuoteNotExpired)
    until = valid_until or _usual_validity(quote.company_id, on=on)
    ensure_nothing_wrong(_validity_problems(until, on=on))
    quote.mark_renewed(valid_until=until)
    rows.update(quote, "state", "valid_until")
    announce(OrderQuoteRenewed.of(quote, on=on, actor=actor, valid_until=until))
    return quote


@verb
def expire_quotes(*, on: date, actor: User) -> int:
    """Close the quotes whose validity ended before *on*, in one statement however many; return their number."""
    expired = fetch_all(EXPIRE, [on])
    for order_id, number, customer_id in expired:
        announce(
            OrderQuoteExpired(
                document_id=order_id, number=number, on=on, actor_id=actor.pk, customer_id=customer_id
            )
        )
    return len(expired)


def _ensure_may_quote(actor: User) -> None:
    if not actor.has_perm("orders.quote_order"):
        raise NotPermitted(_("%(actor)s may not quote.") % {"actor": actor})


def _lock_open(order_id: int) -> Order:
    quote = Order.objects.lock(order_id)
    _ensure_open(quote)
    return quote


def _ensure_open(quote: Order) -> None:
    """Refuse what is no open quote, and say what to do with one that is over."""
    if quote.state == Order.State.EXPIRED:
        assert quote.valid_until is not None  # the database demands it of a quote
        raise errors.QuoteExpired(
            _("%(quote)s was valid until %(valid_until)s.")
            % {"quote": quote.number, "valid_until": day_words(quote.valid_until)}
        )
    if quote.state != Order.State.QUOTED:
        raise errors.QuoteNotOpen(
            _("%(quote)s is %(state)s, no open quote.")
            % {"quote": quote.number, "state": quote.get_state_display().lower()}
        )


def _usual_validity(company_id: int, *, on: date) -> date:
    return on + timedelta(days=policy_of(company_id).quote_days)


def _validity_problems(until: date, *, on: date) -> list[Problem]:
    if on <= until <= on + LONGEST:
        return []
    text = _("A quote of %(on)s cannot be valid until %(until)s: it holds from today for a year at most.") % {
        "on": day_words(on),
        "until": day_words(until),
    }
    return [Problem(where="valid_until", code="valid-until", text=text)]


def _revision_problems(quote: Order, order: OrderInput, reason: str) -> list[Problem]:
    found = []
    if order.customer_id != quote.customer_id:
        text = _("A quote stays its customer's; quote the other customer anew.")
        found.append(Problem(where="customer_id", code="customer", text=text))
    if not reason.strip():
        text = _("A revision needs a reason.")
        found.append(Problem(where="reason", code="reason", text=text))
    return found


def _loss_problems(code: str, reason: str) -> list[Problem]:
    if code not in CancelCode.values:
        return [
            Problem(
                where="code",
                code="loss-code",
                text=_("“%(code)s” is no reason to lose a quote.") % {"code": code[:20]},
            )
        ]
    if code == CancelCode.OTHER and not reason.strip():
        text = _("Say in words why the quote was lost.")
        return [Problem(where="reason", code="loss-reason", text=text)]
    return []
