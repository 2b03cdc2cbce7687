"""What the warehouse's pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from fulfillment.models import Carrier, Return
from fulfillment.rules import HEAVIEST
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import DayField, LocalDecimalField

SCAN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "enterkeyhint": "go"}
SHORT = [
    ("", gettext_lazy("Why?")),
    ("not in the bin", gettext_lazy("Not in the bin")),
    ("damaged", gettext_lazy("Damaged")),
    ("expired", gettext_lazy("Expired")),
    ("wrong goods in the bin", gettext_lazy("Wrong goods in the bin")),
]


@dataclass(slots=True)
class Row:
    """A line of a table whose cells are typed in; *detail* and *of* say more.

    *start* is what its fields begin with.
    """

    pk: int
    label: str
    detail: str = ""
    of: Any = None
    start: Mapping[str, Decimal | None] = field(default_factory=dict)
    cells: list[Any] = field(default_factory=list)


class GridForm(DeskForm):
    """A table with a quantity in each cell of some columns, each named ``column-row``."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Sequence[Row],
        columns: Mapping[str, Any],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.rows, self.columns = rows, columns
        for row in rows:
            for column, label in columns.items():
                number = LocalDecimalField(required=False, min_value=0, initial=row.start.get(column))
                number.widget.attrs["aria-label"] = f"{label}: {row.label}"
                number.column = label  # type: ignore[attr-defined]
                self.fields[f"{column}-{row.pk}"] = number
            row.cells = [self[f"{column}-{row.pk}"] for column in columns]

    def column(self, name: str) -> dict[int, Decimal]:
        """Return what was entered in a column, by row; an empty cell is left out."""
        found = {row.pk: self.cleaned_data.get(f"{name}-{row.pk}") for row in self.rows}
        return {pk: quantity for pk, quantity in found.items() if quantity is not None}

    def some(self, name: str) -> dict[int, Decimal]:
        """Return what was entered in a column above zero."""
        return {pk: quantity for pk, quantity in self.column(name).items() if quantity}


class PickForm(DeskForm):
    """One stop of the walk: what was scanned, or how much of the line was found."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    sku = forms.CharField(
        label=gettext_lazy("Scan or type the SKU"),
        max_length=60,
        required=False,
        widget=forms.TextInput(SCAN),
    )
    quantity = LocalDecimalField(label=gettext_lazy("Found"), required=False, min_value=0)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=SHORT, required=False)


class PickedForm(DeskForm):
    """What is said at the end of the walk when something is missing."""

    reason = forms.CharField(
        label=gettext_lazy("Why is something missing?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It stays in the history, and the bin is put on the list to recount."),
    )


class CarrierForm(DeskForm):
    """Who carries it; without a choice by free text, for a carrier that nobody talks to."""

    carrier = forms.ModelChoiceField(
        label=gettext_lazy("Carrier"),
        queryset=Carrier.objects.none(),
        required=False,
        empty_label=gettext_lazy("Another way"),
    )
    by_hand = forms.CharField(label=gettext_lazy("Which way"), max_length=60, required=False)
    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=80, required=False, widget=forms.TextInput(SCAN)
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        carriers: QuerySet[Carrier] = Carrier.objects.filter(active=True).order_by("name")
        self.fields["carrier"].queryset = carriers  # type: ignore[attr-defined]

    @property
    def by(self) -> int | None:
        """Return the id of the carrier that was chosen; None for another way, which is named by hand."""
        carrier: Carrier | None = self.cleaned_data["carrier"]
        return None if carrier is None or self.cleaned_data["by_hand"] else carrier.pk


class PackForm(GridForm):
    """The boxes: for each its weight, its measures, and how much of each line is in it."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, rows: Sequence[Row], boxes: int) -> None:
        self.boxes = range(1, boxes + 1)
        columns = {f"box{box}": _("Box %(box)d") % {"box": box} for box in self.boxes}
        super().__init__(data, rows=rows, columns=columns)
        for box in self.boxes:
            self.fields[f"weight-{box}"] = LocalDecimalField(
                label=_("Weight in kg"),
                required=False,
                max_value=HEAVIEST,
                help_text=_("Empty: computed from the products."),
            )
            for side, label in (("length", _("Length")), ("width", _("Width")), ("height", _("Height"))):
                self.fields[f"{side}-{box}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=1,
                    max_value=32767,
                    widget=forms.TextInput({"inputmode": "numeric", "class": "num"}),
                )

    @property
    def cartons(self) -> list[dict[str, Any]]:
        """Return the fields of each box."""
        return [
            {
                "position": box,
                "weight": self[f"weight-{box}"],
                "sides": [self[f"{side}-{box}"] for side in ("length", "width", "height")],
                "lines": [(row, self[f"box{box}-{row.pk}"]) for row in self.rows],
            }
            for box in self.boxes
        ]


class EvidenceForm(DeskForm):
    """How it is known that the customer has the goods."""

    evidence = forms.CharField(label=gettext_lazy("Who signed for it"), max_length=200, required=False)


class ConfirmForm(DeskForm):
    """Nothing to fill in: a person says yes."""


class ReturnForm(GridForm):
    """What a customer may send back, why, and until when."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Return.Reason.choices)
    valid_until = DayField(label=gettext_lazy("To be sent until"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class PerformedForm(forms.Form):
    """Who performed a service, and what proves it."""

    performed_by = forms.CharField(label=gettext_lazy("Performed by"), max_length=100)
    evidence = forms.CharField(label=gettext_lazy("Evidence"), max_length=200, required=False)


class BulkCarrierForm(CarrierForm):
    """One box each, all with the same carrier."""

    tracking_number = None  # type: ignore[assignment]
