"""What must be right before a document is issued, and what of an invoice is left to credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.rules import TaxTreatment, is_quantity
from o2c.kernel import units
from o2c.kernel.figures import typed
from o2c.kernel.words import gettext as _, gettext_lazy


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing or wrong, where, and who can fix it."""

    field: str
    text: str
    fixed_by: str


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the pre-flight looks at."""

    seller: dict[str, str]
    buyer: dict[str, str]
    treatments: Sequence[TaxTreatment]
    po_number: str
    requires_po_number: bool


# EN 16931: the reverse charge and intra-community codes need the buyer's VAT id (BR-AE-02, BR-IC-02);
# every code but the standard and zero rates needs its reason in words (BR-AE-10, BR-IC-10, BR-E-10 ...).
NEEDS_BUYER_VAT_ID = {"AE", "K"}
NEEDS_REASON = {"AE", "K", "E", "G", "O"}

OF_COMPANY = {
    "name": gettext_lazy("The company's name is missing."),
    "street": gettext_lazy("The company's street is missing."),
    "city": gettext_lazy("The company's city is missing."),
    "country": gettext_lazy("The company's country is missing."),
}
OF_CUSTOMER = {
    "name": gettext_lazy("The customer's name is missing."),
    "street": gettext_lazy("The customer's street is missing."),
    "city": gettext_lazy("The customer's city is missing."),
    "country": gettext_lazy("The customer's country is missing."),
}


def problems(facts: Preflight) -> list[Problem]:
    """Return everything that keeps the document from being issued; nothing means go."""
    found = [
        Problem(
            f"seller.{field}",
            str(words),
            _("finance manager"),
        )
        for field, words in OF_COMPANY.items()
        if not facts.seller.get(field)
    ]
    found += [
        Problem(
            f"buyer.{field}",
            str(words),
            _("order clerk"),
        )
        for field, words in OF_CUSTOMER.items()
        if not facts.buyer.get(field)
    ]
    codes = {treatment.code for treatment in facts.treatments}
    if codes & {"S", "Z", "E", "AE", "K", "G"} and not facts.seller.get("vat_id"):
        found.append(Problem("seller.vat_id", _("The company's VAT id is missing."), _("finance manager")))
    if codes & NEEDS_BUYER_VAT_ID and not facts.buyer.get("vat_id"):
        found.append(
            Problem(
                "buyer.vat_id",
                _("Without the customer's VAT id, tax must be charged."),
                _("order clerk"),
            )
        )
    if any(t.code in NEEDS_REASON and not t.legal_text for t in facts.treatments):
        found.append(
            Problem(
                "tax.legal_text",
                _("The tax rate's legal text is missing."),
                _("finance manager"),
            )
        )
    if facts.requires_po_number and not facts.po_number:
        found.append(
            Problem(
                "po_number",
                _("The customer demands a purchase order number."),
                _("order clerk"),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditable:
    """An invoice line as far as it can be credited; *credited* counts the credit notes issued and drafted."""

    sku: str
    unit: str
    invoiced: Decimal
    credited: Decimal

    @property
    def left(self) -> Decimal:
        """Return how much of it no credit note gives back."""
        return self.invoiced - self.credited

    def is_beyond(self, quantity: Decimal) -> bool:
        """Say whether *quantity* is more than is left."""
        return quantity.is_finite() and quantity > self.left


def wrong_credit(line: Creditable, quantity: Decimal) -> str:
    """Return why *quantity* of an invoice line cannot be credited, and what can be; nothing where it can."""
    figures = {
        "sku": line.sku,
        "quantity": typed(quantity) if quantity.is_finite() else quantity,
        "left": typed(line.left),
        "invoiced": typed(line.invoiced),
    }
    if not is_quantity(quantity):
        return _("%(sku)s: %(quantity)s is no quantity.") % figures
    if not units.fits(quantity, line.unit):
        return _("%(sku)s: %(quantity)s is no whole number of pieces.") % figures
    if not line.left:
        return _("%(sku)s: all %(invoiced)s are credited already.") % figures
    if line.is_beyond(quantity):
        return _("%(sku)s: %(left)s of %(invoiced)s are left to credit.") % figures
    return ""
