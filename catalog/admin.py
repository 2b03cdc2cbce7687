"""Products, prices and taxes in the finance console."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog import services
from catalog.forms import PriceListForm, TaxRegionForm
from catalog.models import OrderDiscount, Price, PriceList, Product, TaxCategory, TaxRate, TaxRegion
from o2c.kernel.admin import MasterDataAdmin, MasterDataInline
from o2c.kernel.requests import actor, today
from o2c.kernel.units import short_name


@admin.register(Product)
class ProductAdmin(MasterDataAdmin):
    """What is sold."""

    list_display = ("sku", "name", "kind", "sold_by", "tax_category", "active")
    desk_page = ("product", "sku")
    list_select_related = ("tax_category",)
    list_filter = ("active", "kind", "tax_category")
    search_fields = ("sku", "name")
    ordering = ("sku",)

    @admin.display(description=_("unit"), ordering="unit")
    def sold_by(self, product: Product) -> str:
        """Return the short name of the unit."""
        return short_name(product.unit)


class PriceInline(MasterDataInline):
    """The list's prices, a page at a time."""

    model = Price
    autocomplete_fields = ("product",)
    ordering = ("product__sku", "minimum_quantity", "valid_from")
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        """Return the prices with their products."""
        prices: QuerySet[Price] = super().get_queryset(request)
        return prices.select_related("product")


class OrderDiscountInline(MasterDataInline):
    """The list's discounts on whole orders."""

    model = OrderDiscount
    ordering = ("from_net", "valid_from")


@admin.register(PriceList)
class PriceListAdmin(MasterDataAdmin):
    """Named sets of prices."""

    list_display = ("code", "name", "currency")
    form = PriceListForm
    search_fields = ("code", "name")
    inlines = (OrderDiscountInline, PriceInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the currency once the list exists: its prices are of it."""
        return ["currency"] if obj else []


@admin.register(Price)
class PriceAdmin(MasterDataAdmin):
    """Every price, searchable by product."""

    list_display = ("product", "price_list", "minimum_quantity", "unit_price", "valid_from", "valid_to")
    list_select_related = ("product", "price_list")
    money_in = "price_list.currency"
    list_filter = ("price_list",)
    search_fields = ("product__sku", "product__name")
    autocomplete_fields = ("product",)
    actions = ("end_today",)

    @admin.action(description=_("End the chosen prices today"), permissions=["change"])
    def end_today(self, request: HttpRequest, prices: QuerySet[Price]) -> None:
        """Let them hold today for the last time; those that have not begun are withdrawn."""
        for price in prices:
            services.end_price(price_id=price.pk, last_on=today(request), actor=actor(request))


@admin.register(OrderDiscount)
class OrderDiscountAdmin(MasterDataAdmin):
    """Discounts on whole orders."""

    list_display = ("name", "price_list", "from_net", "percent", "valid_from", "valid_to")
    list_select_related = ("price_list",)
    money_in = "price_list.currency"
    list_filter = ("price_list",)
    search_fields = ("name",)
    actions = ("end_today",)

    @admin.action(description=_("End the chosen discounts today"), permissions=["change"])
    def end_today(self, request: HttpRequest, discounts: QuerySet[OrderDiscount]) -> None:
        """Let them hold today for the last time; those that have not begun are withdrawn."""
        for discount in discounts:
            services.end_order_discount(discount_id=discount.pk, last_on=today(request), actor=actor(request))


@admin.register(TaxCategory)
class TaxCategoryAdmin(MasterDataAdmin):
    """Kinds of supply."""

    list_display = ("code", "name")


@admin.register(TaxRegion)
class TaxRegionAdmin(MasterDataAdmin):
    """Where customers are for tax, and which evidence that takes."""

    form = TaxRegionForm
    list_display = ("code", "name", "evidence", "without_evidence")
    list_select_related = ("without_evidence",)


@admin.register(TaxRate)
class TaxRateAdmin(MasterDataAdmin):
    """The rate of a category in a region, from a day on."""

    list_display = ("category", "region", "code", "rate", "valid_from", "valid_to")
    list_select_related = ("category", "region")
    list_filter = ("region", "category")
