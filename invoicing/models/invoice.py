"""The invoice and the credit note: drafts may change, issued ones never."""

from datetime import date
from typing import ClassVar, cast

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from catalog.models import Product
from catalog.rules import TaxTreatment
from customers.models import Customer, owned_by_customers_of
from fulfillment.models import ReturnLine, ShipmentLine
from ledger.models import JournalEntry
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import (
    Company,
    User,
    choices_check,
    currency_check,
    money_field,
    quantity_field,
    rate_field,
    unit_price_field,
)
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field
from orders.models import Order, OrderLine
from receivables.models import Receivable


class InvoiceQuerySet(LockableQuerySet["Invoice"]):
    """Invoices and credit notes."""

    def for_principal(self, principal: Principal) -> "InvoiceQuerySet":
        """Return the issued documents whose customer a caller of the API may know; drafts are ours."""
        return cast("InvoiceQuerySet", owned_by_customers_of(principal, self)).exclude(
            state=Invoice.State.DRAFT
        )

    def drafts(self) -> "InvoiceQuerySet":
        """Return the documents that wait to be issued."""
        return self.filter(state=Invoice.State.DRAFT)


class InvoiceKind(models.TextChoices):
    """Which way the money goes."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceState(models.TextChoices):
    """Whether it is a legal document. Settled is a fact of the receivable, not a state."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")


class Invoice(models.Model):
    """A demand for money, or a credit note that takes one back. Everything printed is copied here.

    Amounts are positive for both kinds, in the document's currency; the sign is in the postings. *credits* is the
    invoice that a credit note takes back (EN 16931 BT-25); one that stands for itself has none.
    """

    Kind = InvoiceKind

    State = InvoiceState

    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="invoices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    credits = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="credit_notes",
        db_index=False,
        verbose_name=_("preceding invoice"),
    )
    state = FSMField(_("state"), max_length=10, choices=State, default=State.DRAFT, protected=True)
    year = models.PositiveSmallIntegerField(_("year of the number"), null=True)
    sequence = models.PositiveIntegerField(_("place in the year"), null=True)
    number = models.CharField(_("number"), max_length=40, null=True, unique=True)  # noqa: DJ001
    public_id = public_id_field()
    issued_on = models.DateField(_("issued"), null=True)
    delivered_on = models.DateField(_("delivered"), null=True)
    due_on = models.DateField(_("due"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    net = money_field(verbose_name=_("net"))
    tax = money_field(verbose_name=_("tax"))
    gross = money_field(verbose_name=_("gross"))
    base_gross = money_field(verbose_name=_("gross in base currency"), null=True)
    seller = models.JSONField(_("seller"))
    buyer = models.JSONField(_("buyer"))
    delivery_address = models.JSONField(_("delivery address"), null=True)
    language = models.CharField(_("language"), max_length=5)
    terms_text = models.CharField(_("payment terms"), max_length=100)
    net_days = models.PositiveSmallIntegerField(_("days"))
    end_of_month = models.BooleanField(_("from the end of the month"))
    po_number = models.CharField(_("customer's order number"), max_length=80, blank=True)
    order_number = models.CharField(_("order number"), max_length=40, blank=True)
    shipment_number = models.CharField(_("shipment number"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    external_id = models.CharField(_("id at the sender"), max_length=80, null=True, unique=True)  # noqa: DJ001
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, null=True, related_name="+")
    receivable = models.OneToOneField(Receivable, on_delete=models.PROTECT, null=True, related_name="invoice")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        permissions: ClassVar = [("issue_invoice", _("Can issue invoices and credit notes"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind", "year", "sequence"],
                name="invoice_number_once",
            ),
            models.CheckConstraint(
                name="invoice_gross_is_net_plus_tax",
                condition=Q(gross=F("net") + F("tax")),
            ),
            models.CheckConstraint(
                name="invoice_issued_is_complete",
                condition=Q(
                    state="draft",
                    number=None,
                    sequence=None,
                    issued_on=None,
                    entry=None,
                    receivable=None,
                )
                | Q(
                    state="issued",
                    number__isnull=False,
                    year__isnull=False,
                    sequence__isnull=False,
                    issued_on__isnull=False,
                    due_on__isnull=False,
                    base_gross__isnull=False,
                )
                & (Q(gross=0, receivable=None) | Q(receivable__isnull=False)),
            ),
            models.CheckConstraint(
                name="invoice_due_after_issue",
                condition=Q(due_on=None) | Q(due_on__gte=F("issued_on")),
            ),
            models.CheckConstraint(
                name="invoice_only_a_credit_note_credits",
                condition=Q(credits=None) | Q(kind="credit_note"),
            ),
            choices_check("invoice_state_known", InvoiceState),
            choices_check("invoice_kind_known", InvoiceKind, "kind"),
            currency_check("invoice_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="invoice_draft", condition=Q(state="draft")),
            models.Index(fields=["credits"], name="invoice_credited_by", condition=~Q(credits=None)),
        ]
        triggers: ClassVar = [
            born(InvoiceState.DRAFT),
            legal_changes((InvoiceState.DRAFT, InvoiceState.ISSUED)),
            audit.frozen_but(when="OLD.state = 'issued'"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.number or _("draft for %(of)s") % {"of": self.drawn_from}

    @property
    def drawn_from(self) -> str:
        """Return the number of the document that it bills or credits, the nearest one; else that of the customer."""
        if self.credits is not None:
            return str(self.credits.number)
        return self.shipment_number or self.order_number or str((self.buyer or {}).get("number", self.pk))

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.ISSUED,
        permission="invoicing.issue_invoice",
    )
    def mark_issued(self, *, sequence: int, on: date, due_on: date) -> None:
        """Become a legal document: numbered, dated, frozen."""
        prefix = "INV" if self.kind == self.Kind.INVOICE else "CN"
        self.year, self.sequence = on.year, sequence
        self.number = f"{prefix}-{on.year}-{sequence:06d}"
        self.issued_on, self.due_on = on, due_on

    @property
    def sign(self) -> int:
        """Return 1 for an invoice, -1 for a credit note."""
        return 1 if self.kind == self.Kind.INVOICE else -1


# A line belongs to its document: once that is issued, no line comes, changes, goes or moves to another.
# The document is held first, so that what is seen of it is still so when the line commits.
DOCUMENT_IS_DRAFT = """
PERFORM 1 FROM invoicing_invoice WHERE id IN (OLD.invoice_id, NEW.invoice_id) ORDER BY id FOR SHARE;
PERFORM 1 FROM invoicing_invoice WHERE id IN (OLD.invoice_id, NEW.invoice_id) AND state = 'issued';
IF FOUND THEN
    RAISE EXCEPTION 'invoice % is issued: correct it with a credit note', COALESCE(OLD.invoice_id, NEW.invoice_id)
        USING ERRCODE = 'OC002';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def frozen_with_document() -> list[pgtrigger.Trigger]:
    """Return the triggers that freeze a row when its invoice is issued."""
    return [
        pgtrigger.Trigger(
            name="frozen_with_document",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=DOCUMENT_IS_DRAFT,
        ),
        audit.never_truncated(),
    ]


# What was billed is credited once. The invoice is held first, so that what is counted is all there is.
CREDITED_WITHIN = """
PERFORM 1 FROM invoicing_invoice i JOIN invoicing_invoiceline l ON l.invoice_id = i.id
    WHERE l.id = NEW.credits_id FOR NO KEY UPDATE OF i;
IF (SELECT sum(quantity) FROM invoicing_invoiceline WHERE credits_id = NEW.credits_id)
    > (SELECT quantity FROM invoicing_invoiceline WHERE id = NEW.credits_id) THEN
    RAISE EXCEPTION 'more is credited of invoice line % than was billed', NEW.credits_id USING ERRCODE = 'OC006';
END IF;
RETURN NULL;
"""


class InvoiceLine(models.Model):
    """One line of a document. A shipment line is billed by one invoice line, ever.

    A credit note's line says which invoice line it *credits*, and of which return's line the pieces came back.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment_line = models.OneToOneField(
        ShipmentLine, on_delete=models.PROTECT, null=True, related_name="invoice_line"
    )
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.PROTECT,
        null=True,
        related_name="invoice_lines",
        db_index=False,
    )
    credits = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="credited_by", db_index=False
    )
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.PROTECT, null=True, related_name="credited_by", db_index=False
    )
    sku = models.CharField(_("SKU"), max_length=40)
    description = models.CharField(_("description"), max_length=200)
    quantity = quantity_field(verbose_name=_("quantity"))
    unit = models.CharField(_("unit"), max_length=3)
    unit_price = unit_price_field(verbose_name=_("unit price"))
    discount_percent = rate_field(verbose_name=_("discount"), default=0)
    net = money_field(verbose_name=_("net"))
    tax_code = models.CharField(_("tax code"), max_length=2)
    tax_rate = rate_field(verbose_name=_("tax rate"))
    tax_text = models.CharField(_("legal text"), max_length=200, blank=True)
    is_service = models.BooleanField(_("service"))

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoiceline_position_once"),
            models.CheckConstraint(
                name="invoiceline_positive",
                condition=Q(quantity__gt=0, unit_price__gte=0),
            ),
            models.CheckConstraint(
                name="invoiceline_bills_or_credits",
                condition=Q(credits=None, return_line=None) | Q(credits__isnull=False, shipment_line=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["credits"], name="invoiceline_credited_by", condition=~Q(credits=None)),
            models.Index(
                fields=["return_line"], name="invoiceline_gives_back", condition=~Q(return_line=None)
            ),
        ]
        triggers: ClassVar = [
            *frozen_with_document(),
            pgtrigger.Trigger(
                name="credited_within",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__credits__isnull=False),
                func=CREDITED_WITHIN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.description}"

    @property
    def local_name(self) -> str:
        """Return what the line is of for a screen, in the reader's language where it is one of our names."""
        return self.product.localised(self.description)

    @property
    def treatment(self) -> TaxTreatment:
        """Return how the line is taxed."""
        return TaxTreatment(self.tax_code, self.tax_rate, self.tax_text)


class InvoiceTax(models.Model):
    """One tax group of a document: EN 16931 BG-23."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="taxes", db_index=False)
    code = models.CharField(_("tax code"), max_length=2)
    rate = rate_field(verbose_name=_("rate"))
    legal_text = models.CharField(_("legal text"), max_length=200, blank=True)
    base = money_field(verbose_name=_("base"))
    tax = money_field(verbose_name=_("tax"))

    class Meta:
        verbose_name = _("tax group")
        verbose_name_plural = _("tax groups")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "code", "rate"], name="invoicetax_once"),
        ]
        triggers: ClassVar = frozen_with_document()

    def __str__(self) -> str:
        return f"{self.code} {self.rate}: {self.tax}"
