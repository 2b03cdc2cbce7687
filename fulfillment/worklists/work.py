"""What else the warehouse works on: services to perform, and goods to buy."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from fulfillment import selectors, services
from fulfillment.forms import PerformedForm
from fulfillment.worklists.base import PROMISED, houses
from inventory.rules import days_of_cover, to_buy
from inventory.selectors import DEMAND_DAYS, reorder_rules
from inventory.worklists import product_column
from o2c.kernel.money import ZERO
from o2c.kernel.worklists import BulkAction, Column, Desk, Filters, Kind, Tag, Worklist
from orders.models import OrderLine

YEAR = 365


def perform(*, row: OrderLine, desk: Desk, performed_by: str, evidence: str) -> str:
    """Note that what is left of a service was performed today."""
    shipment = services.perform_services(
        order_id=row.order_id,
        quantities={row.pk: row.to_ship},
        performed_on=desk.today,
        performed_by=performed_by,
        evidence=evidence,
        actor=desk.actor,
    )
    return str(shipment.number)


class ToPerform(Worklist):
    """The services that confirmed orders wait for, the oldest order first."""

    key = "to-perform"
    title = gettext_lazy("Services to perform")
    permission = "fulfillment.view_shipment"
    order = "order_id position"
    nothing = gettext_lazy("No service waits to be performed.")
    search_hint = gettext_lazy("Order, customer or service")
    columns: ClassVar = [
        Column(
            name="order.number",
            label=gettext_lazy("Order"),
            kind=Kind.LINK,
            sort="order_id",
            url=lambda row: reverse("order", args=[row.order.number]),
        ),
        Column(name="order.customer.name", label=gettext_lazy("Customer"), sort="order__customer__name"),
        Column(
            name="description",
            label=gettext_lazy("Service"),
            value=lambda row: row.product.localised(row.description),
            grows=True,
        ),
        Column(name="to_ship", label=gettext_lazy("To perform"), kind=Kind.QUANTITY),
        PROMISED,
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda row: row.order.ordered_on,
            sort="order__ordered_on",
        ),
    ]
    actions: ClassVar = [
        BulkAction(
            name="perform",
            label=gettext_lazy("Performed"),
            permission="fulfillment.post_shipment",
            do=perform,
            form=PerformedForm,
            is_primary=True,
        )
    ]

    def rows(self) -> QuerySet[OrderLine]:
        """Return the service lines with something left."""
        return selectors.services_to_perform()

    def found(self, rows: QuerySet[OrderLine], words: str) -> QuerySet[OrderLine]:
        """Return those of this order, customer or service."""
        return rows.filter(
            Q(order__number__iexact=words)
            | Q(order__customer__name__icontains=words)
            | Q(description__icontains=words)
        )


class RuleFilters(Filters):
    """By what reorder rules are looked for."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"), choices=[("low", gettext_lazy("Below the minimum"))], method="shown"
    )
    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)
    supplier = django_filters.CharFilter(label=gettext_lazy("Supplier"), lookup_expr="icontains")

    def shown(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Return the rules of which less is free and expected than the minimum."""
        return rows.filter(is_low=True)


def lasting(rule: Any) -> Tag:
    """Return for how long what is free lasts at the pace of the last weeks."""
    if rule.days_left is None:
        return Tag(_("nothing leaves"))
    if rule.days_left > YEAR:
        return Tag(_("lasts over a year"), "wait" if rule.is_low else "good")
    tone = "bad" if rule.days_left < rule.lead_days else "wait" if rule.is_low else "good"
    return Tag(_("lasts %(days)d d") % {"days": rule.days_left}, tone)


class ToReorder(Worklist):
    """What is bought when: the rules with what is free, expected and waited for, and how much to buy."""

    key = "to-reorder"
    title = gettext_lazy("To reorder")
    permission = "inventory.view_reorderrule"
    filters = RuleFilters
    order = "-is_low warehouse__code product__sku"
    nothing = gettext_lazy("Nothing has to be bought.")
    search_hint = gettext_lazy("SKU, name or supplier")
    columns: ClassVar = [
        Column(
            name="product.sku",
            label=gettext_lazy("SKU"),
            kind=Kind.LINK,
            sort="product__sku",
            url=lambda rule: reverse("product", args=[rule.product.sku]),
        ),
        product_column(),
        Column(name="lasting", label=gettext_lazy("Lasts"), kind=Kind.TAG, value=lasting),
        Column(name="available", label=gettext_lazy("Free"), kind=Kind.QUANTITY, sort="available"),
        Column(name="expected", label=gettext_lazy("Expected"), kind=Kind.QUANTITY, sort="expected"),
        Column(name="waiting", label=gettext_lazy("Backordered"), kind=Kind.QUANTITY),
        Column(name="minimum", label=gettext_lazy("Minimum"), kind=Kind.QUANTITY, sort="minimum"),
        Column(name="target", label=gettext_lazy("Target"), kind=Kind.QUANTITY, shown=False),
        Column(name="to_buy", label=gettext_lazy("To buy"), kind=Kind.QUANTITY),
        Column(name="supplier", label=gettext_lazy("Supplier"), sort="supplier"),
        Column(name="lead_days", label=gettext_lazy("Lead time in days"), kind=Kind.NUMBER, shown=False),
        Column(name="warehouse.name", label=gettext_lazy("Warehouse"), sort="warehouse__code"),
    ]

    def rows(self) -> QuerySet[Any]:
        """Return the rules of goods that are sold, with their figures."""
        return reorder_rules(today=self.desk.today).filter(product__active=True)

    def found(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """Return those of this SKU, name or supplier."""
        return rows.filter(
            Q(product__sku__istartswith=words)
            | Q(product__name__icontains=words)
            | Q(supplier__icontains=words)
        )

    def prepared(self, rows: list[Any]) -> list[Any]:
        """Return the rules with what orders wait for, how much to buy, and how long it lasts."""
        waiting = selectors.backordered({rule.product_id for rule in rows})
        for rule in rows:
            rule.waiting = waiting.get((rule.warehouse_id, rule.product_id), ZERO)
            rule.to_buy = to_buy(
                position=rule.available + rule.expected - rule.waiting,
                minimum=rule.minimum,
                target=rule.target,
                lot=rule.lot,
            )
            rule.days_left = days_of_cover(available=rule.available, issued=rule.issued, days=DEMAND_DAYS)
        return rows
