"""The lists of stock: what lies where, what comes in, and what is on its way between houses."""

from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy

from inventory import selectors, services
from inventory.models import ExpectedReceipt, StockLevel, Transfer, Warehouse
from o2c.kernel.worklists import BulkAction, Column, Desk, Filters, Kind, Tag, Worklist


def houses(_request: Any) -> QuerySet[Warehouse]:
    """Return the warehouses that a list can be narrowed to."""
    return Warehouse.objects.order_by("priority", "code")


def product_column() -> Column:
    """Return the column of what a row's product is called in the reader's language."""
    return Column(
        name="product.name",
        label=gettext_lazy("Product"),
        value=lambda row: row.product.local_name,
        sort="product__name",
        grows=True,
    )


class StockFilters(Filters):
    """By what stock is looked for."""

    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)
    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[
            ("low", gettext_lazy("Below the reorder point")),
            ("none", gettext_lazy("Nothing free")),
            ("recount", gettext_lazy("To recount after a short pick")),
            ("uncounted", gettext_lazy("Never counted")),
        ],
        method="shown",
    )
    bin = django_filters.CharFilter(label=gettext_lazy("Bin"), lookup_expr="istartswith")

    def shown(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return one part of the stock."""
        parts = {
            "low": Q(minimum__gt=F("free_quantity") + F("expected")),
            "none": Q(free_quantity__lte=0),
            "recount": Q(missed__gt=0),
            "uncounted": Q(counted_on=None),
        }
        return rows.filter(parts[value])


def enough(level: Any) -> Tag:
    """Return whether there is enough, and why not."""
    if level.missed:
        return Tag(_("to recount"), "bad")
    if level.minimum is not None and level.free_quantity + level.expected < level.minimum:
        return Tag(_("below the reorder point"), "wait")
    if level.free_quantity <= 0:
        return Tag(_("nothing free"), "wait")
    return Tag(_("in stock"), "good")


def sheet(rows: Any) -> str:
    """Return the address of the count sheet of one shelf or one product."""
    house = {"warehouse": rows[0].warehouse_id}
    alone = {"product": rows[0].product_id} if len(rows) == 1 else {"bin": rows[0].bin}
    return f"{reverse('stock-count')}?{urlencode(house | alone)}"


class StockList(Worklist):
    """What lies where, in walking order."""

    key = "stock"
    title = gettext_lazy("Stock")
    permission = "inventory.view_stocklevel"
    filters = StockFilters
    money = "value"
    order = "warehouse__code bin product__sku"
    nothing = gettext_lazy("Nothing has ever come in.")
    search_hint = gettext_lazy("SKU, name or bin")
    columns: ClassVar = [
        Column(
            name="product.sku",
            label=gettext_lazy("SKU"),
            kind=Kind.LINK,
            sort="product__sku",
            url=lambda level: reverse("product", args=[level.product.sku]),
        ),
        product_column(),
        Column(name="enough", label=gettext_lazy("State"), kind=Kind.TAG, value=enough),
        Column(name="bin", label=gettext_lazy("Bin"), sort="bin"),
        Column(name="free_quantity", label=gettext_lazy("Free"), kind=Kind.QUANTITY, sort="free_quantity"),
        Column(name="reserved", label=gettext_lazy("Reserved"), kind=Kind.QUANTITY, sort="reserved"),
        Column(name="on_hand", label=gettext_lazy("On hand"), kind=Kind.QUANTITY, sort="on_hand"),
        Column(name="expected", label=gettext_lazy("Expected"), kind=Kind.QUANTITY, sort="expected"),
        Column(
            name="value",
            label=gettext_lazy("Worth"),
            kind=Kind.MONEY,
            sort="value",
            currency="warehouse.company.base_currency",
        ),
        Column(
            name="counted_on", label=gettext_lazy("Counted"), kind=Kind.DAY, sort="counted_on", shown=False
        ),
        Column(name="warehouse.name", label=gettext_lazy("Warehouse"), sort="warehouse__code", shown=False),
    ]
    actions: ClassVar = [
        BulkAction(
            name="count",
            label=gettext_lazy("Count"),
            permission="inventory.add_stockmove",
            opens=sheet,
            is_primary=True,
        )
    ]

    def rows(self) -> QuerySet[StockLevel]:
        """Return the levels with what is free and expected, the reorder point, and what pickers missed."""
        return selectors.stock_with_supply()

    def found(self, rows: QuerySet[StockLevel], words: str) -> QuerySet[StockLevel]:
        """Return those of this SKU, name or bin."""
        return rows.filter(
            Q(product__sku__istartswith=words) | Q(product__name__icontains=words) | Q(bin__iexact=words)
        )


class ExpectedFilters(Filters):
    """By what expected receipts are looked for."""

    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)
    supplier = django_filters.CharFilter(label=gettext_lazy("Supplier"), lookup_expr="icontains")
    expected_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Expected"))
    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"), choices=[("overdue", gettext_lazy("Overdue"))], method="shown"
    )

    def shown(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Return what should have come."""
        return rows.filter(expected_on__lt=self.today)


def arriving(row: Any) -> Tag:
    """Return whether a supplier is in time."""
    if row.expected_on < row.seen_on:
        return Tag(_("%(days)d d overdue") % {"days": (row.seen_on - row.expected_on).days}, "bad")
    return Tag(_("partly here"), "info") if row.received else Tag(_("to come"))


def give_up(*, row: ExpectedReceipt, desk: Desk) -> None:
    """Note that the rest will not come."""
    services.cancel_expected(expected_id=row.pk, actor=desk.actor)


class ExpectedList(Worklist):
    """What suppliers have promised and not sent yet, what is due first on top."""

    key = "expected"
    title = gettext_lazy("Expected receipts")
    permission = "inventory.view_expectedreceipt"
    filters = ExpectedFilters
    order = "expected_on reference pk"
    nothing = gettext_lazy("Nothing is expected.")
    search_hint = gettext_lazy("Purchase order, SKU or name")
    new = (gettext_lazy("Receive goods"), "stock-receive", "inventory.add_stockmove")
    columns: ClassVar = [
        Column(
            name="reference",
            label=gettext_lazy("Purchase order"),
            kind=Kind.LINK,
            sort="reference",
            url=lambda row: f"{reverse('stock-receive')}?expected={row.pk}",
        ),
        Column(name="product.sku", label=gettext_lazy("SKU"), sort="product__sku"),
        product_column(),
        Column(name="arriving", label=gettext_lazy("State"), kind=Kind.TAG, value=arriving),
        Column(name="open", label=gettext_lazy("To come"), kind=Kind.QUANTITY),
        Column(name="quantity", label=gettext_lazy("Ordered"), kind=Kind.QUANTITY, sort="quantity"),
        Column(name="expected_on", label=gettext_lazy("Expected"), kind=Kind.DAY, sort="expected_on"),
        Column(name="supplier", label=gettext_lazy("Supplier"), sort="supplier"),
        Column(name="warehouse.name", label=gettext_lazy("Warehouse"), sort="warehouse__code", shown=False),
    ]
    actions: ClassVar = [
        BulkAction(
            name="give-up",
            label=gettext_lazy("The rest will not come"),
            permission="inventory.change_expectedreceipt",
            do=give_up,
        )
    ]

    def rows(self) -> QuerySet[ExpectedReceipt]:
        """Return what is still to come."""
        open_ = ExpectedReceipt.objects.filter(received__lt=F("quantity"))
        return open_.select_related("product", "warehouse")

    def found(self, rows: QuerySet[ExpectedReceipt], words: str) -> QuerySet[ExpectedReceipt]:
        """Return those of this purchase order, SKU or name."""
        return rows.filter(
            Q(reference__istartswith=words)
            | Q(product__sku__istartswith=words)
            | Q(product__name__icontains=words)
        )

    def prepared(self, rows: list[ExpectedReceipt]) -> list[ExpectedReceipt]:
        """Return the receipts with the day on which they are looked at."""
        for row in rows:
            row.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows


class TransferFilters(Filters):
    """By what transfers are looked for."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"), choices=[("sent", gettext_lazy("On the way"))], method="shown"
    )
    source = django_filters.ModelChoiceFilter(label=gettext_lazy("From"), queryset=houses)
    target = django_filters.ModelChoiceFilter(label=gettext_lazy("To"), queryset=houses)

    def shown(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Return what has not arrived."""
        return rows.filter(state=Transfer.State.SENT)


def travelling(row: Any) -> Tag:
    """Return where the goods are, and whether they are late."""
    if row.state == Transfer.State.SENT and row.expected_on < row.seen_on:
        return Tag(_("%(days)d d late") % {"days": (row.seen_on - row.expected_on).days}, "bad")
    return Tag(row.get_state_display(), "wait" if row.state == Transfer.State.SENT else "good")


class TransferList(Worklist):
    """What goes from house to house, the newest first."""

    key = "transfers"
    title = gettext_lazy("Transfers")
    permission = "inventory.view_transfer"
    filters = TransferFilters
    nothing = gettext_lazy("Nothing is on its way between the warehouses.")
    search_hint = gettext_lazy("Number")
    new = (gettext_lazy("New transfer"), "transfer-send", "inventory.add_stockmove")
    columns: ClassVar = [
        Column(
            name="number",
            label=gettext_lazy("Transfer"),
            kind=Kind.LINK,
            sort="pk",
            url=lambda row: reverse("transfer", args=[row.number]),
        ),
        Column(name="state", label=gettext_lazy("State"), kind=Kind.TAG, value=travelling),
        Column(name="source.name", label=gettext_lazy("From"), sort="source__code"),
        Column(name="target.name", label=gettext_lazy("To"), sort="target__code", grows=True),
        Column(name="sent_on", label=gettext_lazy("Sent"), kind=Kind.DAY, sort="sent_on"),
        Column(name="expected_on", label=gettext_lazy("Expected"), kind=Kind.DAY, sort="expected_on"),
        Column(name="received_on", label=gettext_lazy("Received"), kind=Kind.DAY, sort="received_on"),
    ]

    def rows(self) -> QuerySet[Transfer]:
        """Return the transfers with their warehouses."""
        return Transfer.objects.select_related("source", "target")

    def found(self, rows: QuerySet[Transfer], words: str) -> QuerySet[Transfer]:
        """Return those of this number."""
        return rows.filter(number__iexact=words)

    def prepared(self, rows: list[Transfer]) -> list[Transfer]:
        """Return the transfers with the day on which they are looked at."""
        for row in rows:
            row.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows
