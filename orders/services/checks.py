"""What is looked at before an order is submitted: whether it is complete, new, and in the customer's manner.

A person who enters an order is asked at once; what a machine sent is taken and held for a person, because
nobody is there to answer (docs/adr/0012).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Product
from credit.models import CreditAccount
from customers.models import Customer
from customers.selectors import AddressCopies
from o2c.kernel.db import fetch_all
from o2c.kernel.figures import day_words
from orders import errors
from orders.models import Order, OrderLine, OrderPolicy
from orders.screening import SEEN, USUAL_FROM, Facts, hold_reason, screen
from orders.specification import Problem

ASKED_AT_ONCE = {Order.Channel.PHONE, Order.Channel.EMAIL, Order.Channel.WEB, Order.Channel.IN_PERSON}

POLICY = (
    "hold_score",
    "velocity_hours",
    "velocity_orders",
    "velocity_points",
    "amount_factor",
    "amount_points",
    "address_points",
    "country_points",
    "new_customer_days",
    "new_customer_amount",
    "new_customer_points",
    "duplicate_hours",
)

# One look at the customer's latest orders, whatever their history: order_of_customer gives the newest. What
# was captured within hours is near by the clock and by the calendar: an import of a month is no rush.
PAST = f"""
WITH policy AS MATERIALIZED (
    SELECT * FROM orders_orderpolicy WHERE company_id = %(company)s
), hours AS MATERIALIZED (
    SELECT COALESCE(max(velocity_hours), %(velocity_hours)s::int) AS velocity,
           COALESCE(max(duplicate_hours), %(duplicate_hours)s::int) AS duplicate
    FROM policy
), recent AS MATERIALIZED (
    SELECT id, number, state, currency, net, ordered_on, created_at, cancel_code, open_invoices,
           delivery_address - 'name' AS place
    FROM orders_order WHERE customer_id = %(customer)s AND id <> %(order)s ORDER BY id DESC LIMIT {SEEN}
), placed AS MATERIALIZED (
    SELECT * FROM recent WHERE state IN ('submitted', 'on_hold', 'confirmed', 'closed', 'cancelled')
), repeated AS (
    SELECT number, ordered_on FROM placed, hours
    WHERE state <> 'cancelled' AND created_at > now() - make_interval(hours => hours.duplicate)
      AND ordered_on >= %(on)s::date - (hours.duplicate + 23) / 24
      AND (SELECT array_agg(line.product_id ORDER BY line.product_id, line.ordered) = %(products)s::bigint[]
              AND array_agg(line.ordered ORDER BY line.product_id, line.ordered) = %(quantities)s::numeric[]
           FROM orders_orderline line WHERE line.order_id = placed.id)
    ORDER BY id DESC LIMIT 1
), figures AS (
    SELECT count(*) FILTER (WHERE created_at > now() - make_interval(hours => hours.velocity)
                            AND ordered_on >= %(on)s::date - (hours.velocity + 23) / 24) AS at_once,
           count(*) FILTER (WHERE state = 'closed') AS closed,
           count(*) FILTER (WHERE cancel_code = 'fraud') AS frauds,
           CASE WHEN count(*) FILTER (WHERE currency = %(currency)s AND state IN ('confirmed', 'closed'))
                     >= {USUAL_FROM}
                THEN avg(net) FILTER (WHERE currency = %(currency)s AND state IN ('confirmed', 'closed'))
           END AS usual,
           COALESCE(bool_or(place = %(place)s::jsonb AND (state = 'closed' OR open_invoices > 0)), false)
               AS delivered_there
    FROM placed, hours
)
SELECT at_once, closed, frauds, usual, delivered_there, repeated.number, repeated.ordered_on,
       region.name, region.countries, {", ".join(f"policy.{name}" for name in POLICY)}
FROM figures LEFT JOIN repeated ON true LEFT JOIN policy ON true
LEFT JOIN catalog_taxregion region ON region.id = %(region)s
"""  # noqa: S608 - only constants of this page are put in


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of the customer's latest orders, and the policy to judge by."""

    policy: OrderPolicy
    at_once: int
    closed: int
    frauds: int
    usual: Decimal | None
    delivered_there: bool
    repeated: tuple[str, date] | None
    region: str
    region_countries: list[str]


def past_of(order: Order, lines: Sequence[OrderLine], *, customer: Customer) -> Past:
    """Return what an order is compared with, one statement of flat cost."""
    defaults = OrderPolicy()
    same = sorted((line.product_id, line.ordered) for line in lines)
    place = {name: value for name, value in order.delivery_address.items() if name != "name"}
    [found] = fetch_all(
        PAST,
        {
            "company": order.company_id,
            "customer": customer.pk,
            "order": order.pk or 0,
            "region": customer.tax_region_id,
            "on": order.ordered_on,
            "currency": order.currency,
            "products": [product_id for product_id, __ in same],
            "quantities": [quantity for __, quantity in same],
            "place": json.dumps(place),
            "velocity_hours": defaults.velocity_hours,
            "duplicate_hours": defaults.duplicate_hours,
        },
    )
    at_once, closed, frauds, usual, delivered_there, number, on, region, countries, *figures = found
    known = {name: figure for name, figure in zip(POLICY, figures, strict=True) if figure is not None}
    return Past(
        policy=OrderPolicy(**known),
        at_once=at_once + 1,
        closed=closed,
        frauds=frauds,
        usual=usual,
        delivered_there=delivered_there,
        repeated=None if number is None else (number, on),
        region=region,
        region_countries=json.loads(countries),
    )


def repeated_by(order: Order, lines: Sequence[OrderLine], *, customer: Customer) -> tuple[str, date] | None:
    """Return the number and day of the order that this one repeats within a short while, or None."""
    return past_of(order, lines, customer=customer).repeated


def check_past(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    customer: Customer,
    addresses: AddressCopies,
    account: CreditAccount,
    acknowledges_duplicate: bool,
) -> None:
    """Compare an order that is about to be submitted with what is known of its customer.

    What a person must look at becomes a hold reason on the order, which the caller writes, as the score is.

    :raises DuplicateSuspected: a person enters what the customer ordered a short while ago.
    """
    past = past_of(order, lines, customer=customer)
    screening = screen(_facts(order, past, customer, addresses, account), policy=past.policy)
    order.screening_score, order.screening = screening.score, screening.as_json()
    reasons = [
        None if acknowledges_duplicate else _duplicate(order, past),
        hold_reason(screening, policy=past.policy),
        _tax_region(order, past),
    ]
    order.hold_reasons = [reason for reason in reasons if reason is not None]


def _facts(
    order: Order, past: Past, customer: Customer, addresses: AddressCopies, account: CreditAccount
) -> Facts:
    since, address = customer.registered_on, order.delivery_address
    country = str(address.get("country", ""))
    return Facts(
        net=order.net,
        at_once=past.at_once,
        usual=past.usual,
        closed=past.closed,
        settled_invoices=account.settled_invoices,
        frauds=past.frauds,
        days_known=None if since is None else (order.ordered_on - since).days,
        address_known=past.delivered_there or addresses.knows(address),
        country=country,
        country_known=past.delivered_there or country in addresses.countries,
    )


def _duplicate(order: Order, past: Past) -> dict[str, Any] | None:
    """Return why a machine's order waits; ask a person at once."""
    if past.repeated is None:
        return None
    number, on = past.repeated
    if order.channel in ASKED_AT_ONCE:
        text = _("The same lines were ordered on %(on)s with %(order)s.") % {
            "on": day_words(on),
            "order": number,
        }
        raise errors.DuplicateSuspected(text, order=number, ordered_on=on.isoformat())
    return {
        "code": "duplicate",
        "text": f"The same lines were ordered on {on} with {number}.",
        "figures": {"order": number, "ordered_on": on.isoformat()},
    }


def _tax_region(order: Order, past: Past) -> dict[str, Any] | None:
    """Return why an order waits whose goods go where the customer's tax region does not reach."""
    country = order.delivery_address.get("country", "")
    if not past.region_countries or country in past.region_countries:
        return None
    return {
        "code": "tax-region",
        "text": f"The goods go to {country}, but the customer is taxed as “{past.region}”.",
        "figures": {"country": country, "region": past.region},
    }


def ensure_nothing_wrong(problems: Sequence[Problem]) -> None:
    """Refuse an order with problems, naming all of them.

    :raises InvalidOrder: there is a problem.
    """
    if not problems:
        return
    words = " ".join(dict.fromkeys(problem.text for problem in problems[:20]))
    raise errors.InvalidOrder(words, problems=[problem.as_json() for problem in problems])


def products_off_sale(lines: Sequence[OrderLine]) -> list[Problem]:
    """Return a problem for each line whose product is not sold any more, with what is sold instead."""
    ids = {line.product_id for line in lines}
    gone = {
        product.pk: product
        for product in Product.objects.filter(pk__in=ids, active=False).select_related("alternative")
    }
    return [_off_sale(line, gone[line.product_id]) for line in lines if line.product_id in gone]


def _off_sale(line: OrderLine, product: Product) -> Problem:
    other = product.alternative
    if other is not None and other.active:
        words = _("Line %(position)s: %(sku)s is not sold any more; %(other)s is sold instead.")
    else:
        words = _("Line %(position)s: %(sku)s is not sold any more.")
    text = words % {"position": line.position, "sku": product.sku, "other": other.sku if other else ""}
    return Problem(where=line.position, code="product-inactive", text=text)
