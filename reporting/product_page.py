"""One product as its page shows it: prices, stock with moves and promises, what comes in, and when more is bought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Price, Product
from inventory.models import ExpectedReceipt, ReorderRule, StockLevel, StockMove, TransferLine, Warehouse
from inventory.selectors import newest_moves, stock_list
from o2c.kernel.attached import attached_to
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from o2c.kernel.worklists import Tag
from orders.models import Order, OrderLine
from reporting.document import DocumentPage, Head
from reporting.move_causes import name_causes
from reporting.order_actions import Action
from reporting.selectors import document_history

MOVES = 50
CLAIMS = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product in one warehouse: its level, if it was ever there, and its reorder rule, if it has one."""

    warehouse: Warehouse
    level: StockLevel | None
    rule: ReorderRule | None
    expected: Decimal

    @property
    def is_low(self) -> bool:
        """Say whether less is free and expected than the rule's minimum."""
        return self.rule is not None and self.free + self.expected < self.rule.minimum

    @property
    def free(self) -> Decimal:
        """Return what is on hand and promised to nobody."""
        return self.level.free if self.level else ZERO


@dataclass(frozen=True, slots=True)
class ProductOwn:
    """What only a product's page shows; *older* is the id before which the next moves stand, None at the end."""

    product: Product
    replaces: list[Product]
    prices: list[Price]
    shelves: list[Shelf]
    claims: list[OrderLine]
    elsewhere: Decimal
    expected: list[ExpectedReceipt]
    transfers: list[TransferLine]
    moves: Sequence[StockMove]
    older: int | None
    newest: bool
    currency: str


def product_page(*, sku: str, today: date, reader: User, before: int | None) -> DocumentPage | None:
    """Return the page of a product by its SKU, None where there is none; as many queries for any product."""
    product = Product.objects.select_related("alternative", "tax_category").filter(sku=sku).first()
    if product is None:
        return None
    shelves = _shelves(product)
    levels = [shelf.level for shelf in shelves if shelf.level]
    moves = newest_moves(level_ids=[level.pk for level in levels], before=before, limit=MOVES + 1)
    name_causes(moves)
    claims = list(_claims(product)[:CLAIMS])
    reserved = total(level.reserved for level in levels)
    return DocumentPage(
        head=_head(product, shelves),
        actions=list(_actions(product, reader)),
        history=document_history([("product", product.pk)], most=30),
        attached=attached_to("product", product.pk),
        own=ProductOwn(
            product=product,
            replaces=list(Product.objects.filter(alternative=product).order_by("sku")[:20]),
            prices=list(_prices(product, today)),
            shelves=shelves,
            claims=claims,
            elsewhere=reserved - total(line.reserved for line in claims) if len(claims) < CLAIMS else ZERO,
            expected=list(_expected(product)),
            transfers=list(_transfers(product)),
            moves=moves[:MOVES],
            older=moves[MOVES - 1].pk if len(moves) > MOVES else None,
            newest=before is None,
            currency=shelves[0].warehouse.company.base_currency if shelves else "",
        ),
    )


def _shelves(product: Product) -> list[Shelf]:
    """Return the product in each warehouse that is in use, or that still has some."""
    levels = {level.warehouse_id: level for level in stock_list().filter(product=product)}
    rules = {rule.warehouse_id: rule for rule in ReorderRule.objects.filter(product=product)}
    coming: dict[int, Decimal] = {}
    open_ = ExpectedReceipt.objects.filter(product=product, received__lt=F("quantity"))
    for warehouse_id, quantity in open_.values_list("warehouse_id", F("quantity") - F("received")):
        coming[warehouse_id] = coming.get(warehouse_id, ZERO) + quantity
    sent = TransferLine.objects.filter(product=product, transfer__state="sent")
    for warehouse_id, quantity in sent.values_list("transfer__target_id", "quantity"):
        coming[warehouse_id] = coming.get(warehouse_id, ZERO) + quantity
    warehouses = Warehouse.objects.filter(Q(active=True) | Q(pk__in=list(levels)))
    return [
        Shelf(house, levels.get(house.pk), rules.get(house.pk), coming.get(house.pk, ZERO))
        for house in warehouses.select_related("company").order_by("priority", "code")
    ]


def _prices(product: Product, today: date) -> Iterator[Price]:
    valid = Q(valid_to=None) | Q(valid_to__gte=today)
    prices = Price.objects.filter(valid, product=product).select_related("price_list")
    yield from prices.order_by("price_list__name", "valid_from", "minimum_quantity")[:100]


def _claims(product: Product) -> QuerySet[OrderLine]:
    """Return what confirmed and held orders still want of it, those promised first on top."""
    return (
        OrderLine.objects.filter(
            product=product,
            is_stocked=True,
            order__state__in=[Order.State.CONFIRMED, Order.State.ON_HOLD],
            ordered__gt=F("cancelled") + F("shipped"),
        )
        .select_related("order__customer", "order__warehouse")
        .order_by(F("order__promised_on").asc(nulls_last=True), "-order__priority", "pk")
    )


def _expected(product: Product) -> Iterator[ExpectedReceipt]:
    open_ = ExpectedReceipt.objects.filter(product=product, received__lt=F("quantity"))
    yield from open_.select_related("warehouse").order_by("expected_on", "reference")[:50]


def _transfers(product: Product) -> Iterator[TransferLine]:
    sent = TransferLine.objects.filter(product=product, transfer__state="sent")
    yield from sent.select_related("transfer__source", "transfer__target").order_by("transfer_id")[:50]


def _head(product: Product, shelves: Sequence[Shelf]) -> Head:
    facts = [product.get_kind_display(), product.tax_category.name]
    if product.weight:
        facts.append(f"{product.weight.normalize():f} kg")
    if product.customs_code:
        facts.append(_("tariff %(code)s") % {"code": product.customs_code})
    return Head(title=product.sku, tag=_tag(product, shelves), party=product.local_name, facts=facts)


def _tag(product: Product, shelves: Sequence[Shelf]) -> Tag:
    if not product.active:
        return Tag(_("not sold any more"))
    if not product.is_stocked:
        return Tag(_("not kept in stock"), "info")
    if any(shelf.is_low for shelf in shelves):
        return Tag(_("below the reorder point"), "wait")
    if not total(shelf.free for shelf in shelves):
        return Tag(_("nothing free"), "bad")
    return Tag(_("in stock"), "good")


def _actions(product: Product, reader: User) -> Iterator[Action]:
    if not product.is_stocked or not reader.has_perm("inventory.add_stockmove"):
        return
    yield Action(_("Scrap"), f"{reverse('stock-scrap')}?sku={product.sku}")
    yield Action(_("Count"), f"{reverse('stock-count')}?product={product.pk}")
    yield Action(_("Receive"), f"{reverse('stock-receive')}?sku={product.sku}", is_primary=True)
