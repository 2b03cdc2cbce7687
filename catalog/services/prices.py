"""What things cost: prices with their breaks, discounts on whole orders, from a day on and to a day."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog import errors
from catalog.models import OrderDiscount, Price, PriceList, Product
from catalog.rules import is_percent, is_price, is_quantity
from catalog.services.validity import make_room
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, round_money


@verb
def set_price(
    *,
    price_list: PriceList,
    product: Product,
    unit_price: Decimal,
    valid_from: date,
    actor: User,
    minimum_quantity: Decimal = Decimal(1),
    valid_to: date | None = None,
) -> Price:
    """Set the net unit price, in the list's currency, from *valid_from* to *valid_to*, or until the next one.

    The price that held until then ends the day before, and holds again after *valid_to*.

    :raises InvalidPrice: *unit_price* or *minimum_quantity* cannot be right.
    :raises InvalidValidity: the price would end before it begins.
    :raises NotPermitted: *actor* may not set prices.
    """
    if not actor.has_perm("catalog.add_price"):
        raise NotPermitted(_("%(actor)s may not set prices.") % {"actor": actor})
    if not is_price(unit_price) or not is_quantity(minimum_quantity):
        raise errors.InvalidPrice(
            _("%(unit_price)s from %(minimum_quantity)s is no price.")
            % {"unit_price": unit_price, "minimum_quantity": minimum_quantity}
        )
    audit.set_actor(actor.pk)
    PriceList.objects.lock(price_list.pk)
    same = Price.objects.filter(price_list=price_list, product=product, minimum_quantity=minimum_quantity)
    return Price.objects.create(
        price_list=price_list,
        product=product,
        unit_price=unit_price,
        minimum_quantity=minimum_quantity,
        valid_from=valid_from,
        valid_to=make_room(same, valid_from=valid_from, valid_to=valid_to),
    )


@verb
def set_order_discount(
    *,
    price_list: PriceList,
    name: str,
    percent: Decimal,
    valid_from: date,
    actor: User,
    from_net: Decimal = ZERO,
    valid_to: date | None = None,
) -> OrderDiscount:
    """Set the discount in percent on orders of *from_net* (in the list's currency) and more.

    It holds from *valid_from* to *valid_to*, or until the next one from the same amount. The one that held
    until then ends the day before, and holds again after *valid_to*.

    :raises InvalidOrderDiscount: *name* is empty, or *percent* or *from_net* cannot be right.
    :raises InvalidValidity: the discount would end before it begins.
    :raises NotPermitted: *actor* may not set discounts.
    """
    if not actor.has_perm("catalog.add_orderdiscount"):
        raise NotPermitted(_("%(actor)s may not set discounts.") % {"actor": actor})
    is_amount = is_price(from_net) and from_net == round_money(from_net, price_list.currency)
    if not name.strip() or not is_percent(percent) or percent == 0 or not is_amount:
        raise errors.InvalidOrderDiscount(
            _("%(percent)s %% from %(from_net)s named '%(name)s' is no discount.")
            % {"percent": percent, "from_net": from_net, "name": name}
        )
    audit.set_actor(actor.pk)
    PriceList.objects.lock(price_list.pk)
    same = OrderDiscount.objects.filter(price_list=price_list, from_net=from_net)
    return OrderDiscount.objects.create(
        price_list=price_list,
        name=name.strip()[:60],
        from_net=from_net,
        percent=percent,
        valid_from=valid_from,
        valid_to=make_room(same, valid_from=valid_from, valid_to=valid_to),
    )


@verb
def end_price(*, price_id: int, last_on: date, actor: User) -> None:
    """Let a price hold until *last_on* and no longer; one that has not begun by then is withdrawn.

    :raises NotFound: there is no such price.
    :raises NotPermitted: *actor* may not change prices.
    """
    if not actor.has_perm("catalog.change_price"):
        raise NotPermitted(_("%(actor)s may not end prices.") % {"actor": actor})
    _end(Price.objects.filter(pk=price_id), last_on=last_on, actor=actor)


@verb
def end_order_discount(*, discount_id: int, last_on: date, actor: User) -> None:
    """Let an order discount hold until *last_on* and no longer; one that has not begun by then is withdrawn.

    :raises NotFound: there is no such discount.
    :raises NotPermitted: *actor* may not change discounts.
    """
    if not actor.has_perm("catalog.change_orderdiscount"):
        raise NotPermitted(_("%(actor)s may not end discounts.") % {"actor": actor})
    _end(OrderDiscount.objects.filter(pk=discount_id), last_on=last_on, actor=actor)


def _end(rows: QuerySet[Any], *, last_on: date, actor: User) -> None:
    """End the row, if it does not end before anyway."""
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound(_("There is no such %(kind)s.") % {"kind": rows.model._meta.verbose_name})
    audit.set_actor(actor.pk)
    if last_on < row.valid_from:
        row.delete()
    elif row.valid_to is None or last_on < row.valid_to:
        row.valid_to = last_on
        row.save(update_fields=["valid_to"])
