"""Products, prices and taxes in the finance console."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Price, PriceList, Product, TaxCategory, TaxRate, TaxRegion
from o2c.kernel.admin import MasterDataAdmin, MasterDataInline


@admin.register(Product)
class ProductAdmin(MasterDataAdmin):
    """What is sold."""

    list_display = ("sku", "name", "kind", "unit", "tax_category", "active")
    list_select_related = ("tax_category",)
    list_filter = ("active", "kind", "tax_category")
    search_fields = ("sku", "name")
    ordering = ("sku",)


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


@admin.register(PriceList)
class PriceListAdmin(MasterDataAdmin):
    """Named sets of prices."""

    list_display = ("code", "name", "currency")
    search_fields = ("code", "name")
    inlines = (PriceInline,)


@admin.register(Price)
class PriceAdmin(MasterDataAdmin):
    """Every price, searchable by product."""

    list_display = ("product", "price_list", "minimum_quantity", "unit_price", "valid_from", "valid_to")
    list_select_related = ("product", "price_list")
    list_filter = ("price_list",)
    search_fields = ("product__sku", "product__name")
    autocomplete_fields = ("product",)


@admin.register(TaxCategory)
class TaxCategoryAdmin(MasterDataAdmin):
    """Kinds of supply."""

    list_display = ("code", "name")


@admin.register(TaxRegion)
class TaxRegionAdmin(MasterDataAdmin):
    """Where customers are for tax."""

    list_display = ("code", "name")


@admin.register(TaxRate)
class TaxRateAdmin(MasterDataAdmin):
    """The rate of a category in a region, from a day on."""

    list_display = ("category", "region", "code", "rate", "valid_from", "valid_to")
    list_select_related = ("category", "region")
    list_filter = ("region", "category")
