"""Products, prices and taxes in the finance console."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _, gettext_noop, ngettext
from unfold.decorators import action

from catalog import services
from catalog.forms import FollowingPriceForm, FollowingRateForm, PriceListForm, TaxRegionForm
from catalog.models import OrderDiscount, Price, PriceList, Product, TaxCategory, TaxRate, TaxRegion
from o2c.asking import AsksFirst
from o2c.kernel.admin import LastingAdmin, LastingInline, MasterDataAdmin
from o2c.kernel.requests import actor, today
from o2c.kernel.units import short_name

LAST_DAY = gettext_noop("They hold today for the last time; what has not begun yet is withdrawn.")


class EndingAdmin(AsksFirst, LastingAdmin):
    """What the list can end today, once somebody is sure."""

    def _end(
        self, request: HttpRequest, chosen: QuerySet[Any], *, title: str, end: Callable[[int], object]
    ) -> HttpResponse | None:
        """Ask whether, then *end* each and say how many there were."""
        asked = self._unless_sure(request, chosen, title=title, warning=gettext(LAST_DAY))
        if asked is not None:
            return asked
        ended = [row.pk for row in chosen]
        for key in ended:
            end(key)
        text = ngettext(
            "%(count)s holds today for the last time.",
            "%(count)s hold today for the last time.",
            len(ended),
        )
        messages.success(request, text % {"count": len(ended)})
        return None


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


class PriceInline(LastingInline):
    """The list's prices, a page at a time."""

    model = Price
    autocomplete_fields = ("product",)
    ordering = ("product__sku", "minimum_quantity", "valid_from")
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        """Return the prices with their products."""
        prices: QuerySet[Price] = super().get_queryset(request)
        return prices.select_related("product")


class OrderDiscountInline(LastingInline):
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
class PriceAdmin(EndingAdmin):
    """Every price, searchable by product."""

    list_display = ("product", "price_list", "minimum_quantity", "unit_price", "valid_from", "valid_to")
    list_select_related = ("product", "price_list")
    money_in = "price_list.currency"
    list_filter = ("price_list",)
    search_fields = ("product__sku", "product__name")
    autocomplete_fields = ("product",)
    actions = ("end_today",)
    actions_detail = ("follow",)

    @action(description=_("New price from…"), permissions=["change"], icon="event_upcoming")
    def follow(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the next price and its first day."""
        price = self._found(object_id)
        form = FollowingPriceForm(request.POST or None, today=today(request))

        def verb(*, on: Any, **given: Any) -> None:
            services.set_price(
                price_list=price.price_list,
                product=price.product,
                minimum_quantity=price.minimum_quantity,
                **given,
            )

        title, done = gettext("New price from…"), gettext("The new price is set.")
        return self._ask(request, price, form, verb, title=title, done=done)

    @admin.action(description=_("End the chosen prices today"), permissions=["change"])
    def end_today(self, request: HttpRequest, prices: QuerySet[Price]) -> HttpResponse | None:
        """Ask whether, then let them hold today for the last time; those that have not begun are withdrawn."""
        end = partial(services.end_price, last_on=today(request), actor=actor(request))
        title = gettext("End the chosen prices today")
        return self._end(request, prices, title=title, end=lambda key: end(price_id=key))


@admin.register(OrderDiscount)
class OrderDiscountAdmin(EndingAdmin):
    """Discounts on whole orders."""

    list_display = ("name", "price_list", "from_net", "percent", "valid_from", "valid_to")
    list_select_related = ("price_list",)
    money_in = "price_list.currency"
    list_filter = ("price_list",)
    search_fields = ("name",)
    actions = ("end_today",)

    @admin.action(description=_("End the chosen discounts today"), permissions=["change"])
    def end_today(self, request: HttpRequest, discounts: QuerySet[OrderDiscount]) -> HttpResponse | None:
        """Ask whether, then let them hold today for the last time; those that have not begun are withdrawn."""
        end = partial(services.end_order_discount, last_on=today(request), actor=actor(request))
        title = gettext("End the chosen discounts today")
        return self._end(request, discounts, title=title, end=lambda key: end(discount_id=key))


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
class TaxRateAdmin(AsksFirst, LastingAdmin):
    """The rate of a category in a region, from a day on."""

    list_display = ("category", "region", "code", "rate", "valid_from", "valid_to")
    list_select_related = ("category", "region")
    list_filter = ("region", "category")
    actions_detail = ("follow",)

    @action(description=_("New rate from…"), permissions=["change"], icon="event_upcoming")
    def follow(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the next rate and its first day."""
        rate = self._found(object_id)
        form = FollowingRateForm(
            request.POST or None, today=today(request), initial={"legal_text": rate.legal_text}
        )

        def verb(*, on: Any, **given: Any) -> None:
            services.follow_tax_rate(rate_id=rate.pk, **given)

        title, done = gettext("New rate from…"), gettext("The new rate is set.")
        return self._ask(request, rate, form, verb, title=title, done=done)
