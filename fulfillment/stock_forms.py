"""What the pages of goods in, counts, scrap and transfers ask for."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _, gettext_lazy

from catalog.models import Product
from catalog.selectors import spelt
from fulfillment.forms import SCAN
from inventory.errors import ImplausibleCost
from inventory.models import Warehouse
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import DayField, LocalDecimalField
from o2c.kernel.masterform import ReplacingForm

LINES = 5  # of a new transfer, and by how many more are added


class ProductInput(forms.TextInput):
    """A field for a SKU, which proposes goods while somebody types or scans."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        asked = {
            **SCAN,
            "list": "goods",
            "hx-get": reverse_lazy("goods-options"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#goods",
        }
        super().__init__({**asked, **(attrs or {})})


class GoodsField(forms.CharField):
    """Goods by their SKU."""

    def __init__(self, **options: Any) -> None:
        known = {"label": gettext_lazy("SKU"), "max_length": 60, "widget": ProductInput()}
        super().__init__(**{**known, **options})

    def clean(self, value: Any) -> Any:
        """Return the product; None where nothing was asked for and nothing was typed.

        :raises ValidationError: there are no goods with this SKU.
        """
        sku = super().clean(value)
        if not sku:
            return None
        found = Product.objects.filter(sku=spelt([sku])[sku], kind=Product.Kind.GOODS).first()
        if found is None:
            raise ValidationError(_("There are no goods %(sku)s."), params={"sku": sku[:40]})
        return found


class WarehouseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the warehouses in use."""

    def __init__(self, **options: Any) -> None:
        houses = Warehouse.objects.filter(active=True).select_related("company").order_by("priority", "code")
        known = {"label": gettext_lazy("Warehouse"), "empty_label": None}
        super().__init__(**{"queryset": houses, **known, **options})


class ReceiveForm(DeskForm):
    """Goods that came: where, what, how many, at what cost, with which papers, and where they are put."""

    warehouse = WarehouseField()
    source = forms.CharField(
        label=gettext_lazy("Delivery note"),
        max_length=60,
        help_text=gettext_lazy("The supplier's number: the same goods are never booked twice with it."),
    )
    reference = forms.CharField(label=gettext_lazy("Purchase order"), max_length=60, required=False)
    product = GoodsField()
    quantity = LocalDecimalField(label=gettext_lazy("Quantity"))
    unit_cost = LocalDecimalField(label=gettext_lazy("Cost of one"), decimal_places=6)
    bin = forms.CharField(label=gettext_lazy("Bin"), max_length=20, required=False)
    more_than_expected = forms.BooleanField(
        label=gettext_lazy("Keep what is more than expected"), required=False
    )
    confirms_implausible = forms.BooleanField(
        label=gettext_lazy("The cost is right: receive it"), required=False
    )

    @property
    def asks_twice(self) -> bool:
        """Say whether the cost was doubted: then there is a tick that says that it is right."""
        doubted = self.refusal is not None and self.refusal.code == ImplausibleCost.code
        return doubted or bool(self["confirms_implausible"].value())


class ScrapForm(DeskForm):
    """Goods that are thrown away."""

    warehouse = WarehouseField()
    product = GoodsField()
    quantity = LocalDecimalField(label=gettext_lazy("Quantity"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    source = forms.CharField(
        label=gettext_lazy("Number of the note"),
        max_length=60,
        help_text=gettext_lazy("The same note scraps the same goods once."),
    )


class SheetForm(forms.Form):
    """Which shelf is counted, and whether the sheet says what the books expect there."""

    warehouse = WarehouseField()
    bin = forms.CharField(label=gettext_lazy("Bins that begin with"), max_length=20, required=False)
    hidden = forms.BooleanField(label=gettext_lazy("Count blind: hide what is expected"), required=False)


class TransferForm(DeskForm):
    """Goods that go from one warehouse to another."""

    source = WarehouseField(label=gettext_lazy("From"))
    target = WarehouseField(label=gettext_lazy("To"))
    expected_on = DayField(label=gettext_lazy("Arrives on"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, lines: int = LINES, **options: Any) -> None:
        super().__init__(data, **options)
        if data is None:  # browsers choose the first warehouse in both fields
            houses: Any = self.fields["target"]
            self.initial = {"target": next(iter(houses.queryset[1:2]), None), **self.initial}
        self.lines = range(lines)
        for line in self.lines:
            where = {"number": line + 1}
            product = GoodsField(required=False)
            product.widget.attrs["aria-label"] = _("SKU of line %(number)d") % where
            number = LocalDecimalField(required=False)
            number.widget.attrs["aria-label"] = _("Quantity of line %(number)d") % where
            self.fields[f"product-{line}"], self.fields[f"quantity-{line}"] = product, number

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Return the fields of each line."""
        return [(self[f"product-{line}"], self[f"quantity-{line}"]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        """Refuse to send goods where they are, a line of which half is missing, and goods named twice."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("source") is not None and cleaned["source"] == cleaned.get("target"):
            self.add_error("target", _("Choose another warehouse: the goods are in this one."))
        wanted: dict[int, Decimal] = {}
        for line in self.lines:
            product, quantity = cleaned.get(f"product-{line}"), cleaned.get(f"quantity-{line}")
            if f"product-{line}" in self.errors or f"quantity-{line}" in self.errors:
                continue
            if (product is None) != (quantity is None):
                field = "product" if product is None else "quantity"
                self.add_error(f"{field}-{line}", _("Say what, and how many."))
            elif product is not None and product.pk in wanted:
                self.add_error(f"product-{line}", _("It is in another line already."))
            elif product is not None and quantity is not None:
                wanted[product.pk] = quantity
        cleaned["wanted"] = wanted
        return cleaned


class BinForm(ReplacingForm):
    """Where something lies."""

    bin = forms.CharField(
        label=gettext_lazy("Bin"),
        max_length=20,
        required=False,
        widget=forms.TextInput(SCAN),
        help_text=gettext_lazy("Such as A-03-2; empty for nowhere in particular."),
    )


class RuleForm(ReplacingForm):
    """When more is bought, and how much."""

    minimum = LocalDecimalField(
        label=gettext_lazy("Minimum"), help_text=gettext_lazy("Below it more is ordered.")
    )
    target = LocalDecimalField(label=gettext_lazy("Target"), help_text=gettext_lazy("Up to it."))
    lot = LocalDecimalField(label=gettext_lazy("Lot"), help_text=gettext_lazy("Bought in multiples of it."))
    lead_days = forms.IntegerField(
        label=gettext_lazy("Lead time in days"),
        widget=forms.TextInput({"inputmode": "numeric", "class": "num"}),
    )
    supplier = forms.CharField(label=gettext_lazy("Supplier"), max_length=100, required=False)
