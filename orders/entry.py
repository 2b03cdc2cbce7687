"""A sheet of order entry: what was typed, and what the order would be. It writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy

from catalog.errors import PriceMissing, UnknownProduct
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO
from orders.errors import InvalidOrder
from orders.forms import EntryForm, Row
from orders.models import Order, OrderVersion
from orders.services import AmendmentPreview, OrderInput, Preview, preview_order

NOT_SOLD = gettext_lazy("No such product is for sale.")
SOLD_INSTEAD = gettext_lazy("Not for sale any more; %(sku)s is sold instead.")
NO_PRICE = gettext_lazy("No price for this customer: enter one.")

# Where the words of a problem stand on the page.
FIELDS = {"delivery_address": "delivery", "customer_id": "customer"}


@dataclass(frozen=True, slots=True)
class CreditBar:
    """How much of a customer's limit is used, and how much more the order would take, in percent for the drawing."""

    used: Decimal
    wanted: Decimal
    fits: bool

    @classmethod
    def of(cls, preview: Preview | AmendmentPreview) -> "CreditBar":
        """Return the bar of a looked-up order."""
        outlook, gross = preview.credit, preview.order.gross
        widest = max(outlook.limit, outlook.exposure + gross)
        if not widest:
            return cls(ZERO, ZERO, fits=True)
        return cls(
            max(outlook.exposure, ZERO) * 100 / widest,
            gross * 100 / widest,
            fits=outlook.exposure + gross <= outlook.limit,
        )


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A head and its rows, with what came of them; *refusal* stands against all of it.

    *asks_duplicate* says that the customer ordered the same a short while ago and nobody has said it is meant,
    *versions* are what others made of the quote meanwhile.
    """

    form: EntryForm
    rows: list[Row]
    quote: Order | None = None
    preview: Preview | None = None
    refusal: DomainError | None = None
    asks_duplicate: bool = False
    versions: list[OrderVersion] = field(default_factory=list)

    @property
    def bar(self) -> CreditBar | None:
        """Return the drawing of the customer's credit with this order."""
        return CreditBar.of(self.preview) if self.preview is not None else None

    @property
    def wanted(self) -> list[Row]:
        """Return the rows that say something that can be read."""
        return [row for row in self.rows if row.wanted is not None and not row.problems]

    @property
    def wrong_lines(self) -> int:
        """Return how many rows are to be corrected."""
        return sum(bool(row.problems) for row in self.rows)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing that was typed is wrong in itself."""
        return self.form.is_valid() and self.refusal is None and not any(row.problems for row in self.rows)

    def order_input(self, *, company: Company, on: date) -> OrderInput:
        """Return what the sheet asks for."""
        told = self.form.cleaned_data
        request = told.get("request")
        channel = self.quote.channel if self.quote is not None else told.get("channel", "")
        return OrderInput(
            company=company,
            customer_id=told["customer"].pk,
            lines=[row.wanted for row in self.wanted if row.wanted is not None],
            channel=channel or Order.Channel.PHONE,
            ordered_on=on,
            po_number=told.get("po_number", "").strip(),
            requested_on=told.get("requested_on"),
            delivery_address=self.form.address,
            discount_percent=told.get("discount_percent"),
            discount_reason=told.get("discount_reason", ""),
            incoterm=told.get("incoterm", ""),
            acknowledges_duplicate=told.get("acknowledges_duplicate", False),
            acknowledges_prices=told.get("acknowledges_prices", False),
            request_id=request.pk if request is not None else None,
        )


def look_up(sheet: Sheet, *, company: Company, on: date, actor: User) -> None:
    """Find out what the order would cost, when it would leave and whether it would pass.

    A row that cannot be right gets the words for it, and the others are looked at without it.
    """
    sheet.form.is_valid()
    if "customer" not in sheet.form.cleaned_data:
        return
    while sheet.wanted:
        asked = sheet.wanted
        try:
            sheet.preview = preview_order(order=sheet.order_input(company=company, on=on), actor=actor)
        except DomainError as refusal:
            place(sheet, refusal)
            if sheet.refusal is not None or len(sheet.wanted) == len(asked):
                return
            continue
        for row, line in zip(asked, sheet.preview.lines, strict=True):
            row.line, row.promise = line, sheet.preview.promises.get(line.position)
        sheet.asks_duplicate = sheet.asks_duplicate or sheet.preview.repeats is not None
        return


def place(sheet: Sheet, refusal: DomainError) -> None:
    """Put a refusal where it belongs: beside its rows and fields, or over the whole sheet."""
    rows = sheet.wanted
    at = dict(enumerate(rows, start=1))
    if not place_problems(refusal, form=sheet.form, at=at, rows=rows):
        sheet.refusal = refusal


def place_problems(
    refusal: DomainError, *, form: forms.Form, at: Mapping[int, Row], rows: Sequence[Row]
) -> bool:
    """Put what a refusal names beside its rows and fields; say whether it names any.

    *at* are the rows by the position that the refusal knows them by, *rows* those that may name a product.
    """
    match refusal:
        case UnknownProduct() | PriceMissing():
            _blame(rows, refusal)
        case InvalidOrder() if refusal.details.get("problems"):
            for problem in refusal.details["problems"]:
                _put(form, at, problem)
        case _:
            return False
    return True


def _blame(rows: Sequence[Row], refusal: DomainError) -> None:
    """Tell the rows of the named SKUs what is wrong with them."""
    skus = set(refusal.details["skus"])
    instead: dict[str, str] = refusal.details.get("instead", {})
    for row in rows:
        if row.sku in skus:
            _say(row, _words(refusal, instead.get(row.sku)))


def _words(refusal: DomainError, instead: str | None) -> str:
    if isinstance(refusal, PriceMissing):
        return str(NO_PRICE)
    return str(SOLD_INSTEAD) % {"sku": instead} if instead else str(NOT_SOLD)


def _put(form: forms.Form, at: Mapping[int, Row], problem: dict[str, Any]) -> None:
    """Put one problem beside its row or its field."""
    text = str(problem["text"])
    row = at.get(problem.get("position") or 0)
    if row is not None:
        _say(row, text.partition(": ")[2] or text)
        return
    name = FIELDS.get(problem.get("field", ""), problem.get("field", ""))
    field = name if name in form.fields else None
    if text not in form.errors.get(field or NON_FIELD_ERRORS, []):
        form.add_error(field, text)


def _say(row: Row, text: str) -> None:
    """Put a problem beside its row, once: the verb and the look at it afterwards may both name it."""
    if text not in row.problems:
        row.problems.append(text)
