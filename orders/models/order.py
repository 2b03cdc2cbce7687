"""The order: its state machine, and what was agreed."""

from datetime import date
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import Customer, PaymentTerms, owned_by_customers_of
from inventory.models import Warehouse
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, User, choices_check, currency_check, money_field, rate_field
from o2c.kernel.numbering import sequence_number
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field


class OrderQuerySet(LockableQuerySet["Order"]):
    """Orders."""

    def for_principal(self, principal: Principal) -> "OrderQuerySet":
        """Return the orders whose customer a caller of the API may know."""
        return cast("OrderQuerySet", owned_by_customers_of(principal, self))


class OrderState(models.TextChoices):
    """Where the order stands commercially; how far it is carried out is `orders.rules.stage`."""

    QUOTED = "quoted", _("Quoted")
    EXPIRED = "expired", _("Expired")
    LOST = "lost", _("Lost")
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ON_HOLD = "on_hold", _("On hold")
    CONFIRMED = "confirmed", _("Confirmed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class OrderChannel(models.TextChoices):
    """How the order came in."""

    API = "api", _("Checkout")
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web form")
    IN_PERSON = "in_person", _("In person")
    PORTAL = "portal", _("Portal")
    IMPORT = "import", _("Import")


class CancelCode(models.TextChoices):
    """Why an order, or the rest of it, was cancelled or a quote lost."""

    CUSTOMER = "customer", _("The customer changed their mind")
    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("Bought elsewhere")
    DELIVERY_TIME = "delivery_time", _("Delivery takes too long")
    UNFULFILLABLE = "unfulfillable", _("We cannot deliver")
    CREDIT = "credit", _("Credit refused")
    FRAUD = "fraud", _("Suspected fraud")
    DUPLICATE = "duplicate", _("Entered twice")
    MISTAKE = "mistake", _("Entered by mistake")
    OTHER = "other", _("Other")


class Incoterm(models.TextChoices):
    """Who bears cost and risk of the transport (Incoterms 2020)."""

    EXW = "EXW", _("Ex works")
    FCA = "FCA", _("Free carrier")
    CPT = "CPT", _("Carriage paid to")
    CIP = "CIP", _("Carriage and insurance paid to")
    DAP = "DAP", _("Delivered at place")
    DPU = "DPU", _("Delivered at place unloaded")
    DDP = "DDP", _("Delivered duty paid")
    FAS = "FAS", _("Free alongside ship")
    FOB = "FOB", _("Free on board")
    CFR = "CFR", _("Cost and freight")
    CIF = "CIF", _("Cost, insurance and freight")


def may_confirm(_order: models.Model, user: Any) -> bool:
    """Say whether *user* may confirm: by submitting an order that passes, or by releasing one that does not."""
    return bool(user.has_perm("orders.submit_order") or user.has_perm("orders.release_order"))


class Order(models.Model):
    """What a customer wants, at which prices and terms. Progress is derived from the lines' quantities."""

    State = OrderState

    Channel = OrderChannel

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("SO", "orders_order_number"),
    )
    public_id = public_id_field()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    terms = models.ForeignKey(PaymentTerms, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.DRAFT, protected=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    external_id = models.CharField(_("id at the sender"), max_length=80, null=True, blank=True)  # noqa: DJ001
    po_number = models.CharField(_("customer's order number"), max_length=80, blank=True)
    ordered_on = models.DateField(_("ordered"))
    requested_on = models.DateField(_("wanted by"), null=True, blank=True)
    promised_on = models.DateField(
        _("promised"), null=True, blank=True, help_text=_("When everything leaves, as the customer was told.")
    )
    valid_until = models.DateField(_("quote valid until"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    delivery_address = models.JSONField(_("delivery address"))
    accepts_backorders = models.BooleanField(_("accepts backorders"), default=True)
    ships_complete = models.BooleanField(_("ships complete"), default=False)
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Higher gets scarce stock first; the customer's, or set here.")
    )
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm, blank=True)
    discount_percent = rate_field(
        verbose_name=_("discount on the order"),
        default=0,
        help_text=_("Percent; part of each line's discount."),
    )
    discount_rule = models.CharField(_("why the discount"), max_length=80, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    net = money_field(verbose_name=_("net"))
    tax = money_field(verbose_name=_("tax"))
    gross = money_field(verbose_name=_("gross"))
    hold_reasons = models.JSONField(_("why it is on hold"), default=list, blank=True)
    screening_score = models.PositiveSmallIntegerField(_("fraud score"), default=0)
    screening = models.JSONField(
        _("fraud rules"),
        default=list,
        blank=True,
        help_text=_("The rules that spoke, with points and figures."),
    )
    cancel_code = models.CharField(_("cancellation code"), max_length=20, choices=CancelCode, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled or lost"), max_length=200, blank=True)
    answered_at = models.DateTimeField(
        _("answered"), null=True, blank=True, help_text=_("When the customer was first told where it stands.")
    )
    delay_told_on = models.DateField(
        _("promise whose delay was told"),
        null=True,
        blank=True,
        help_text=_("One delay mail for each promise."),
    )
    open_invoices = models.PositiveSmallIntegerField(_("invoices not settled"), default=0)
    due_on = models.DateField(_("first due date of what is not settled"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions: ClassVar = [
            ("quote_order", _("Can quote")),
            ("submit_order", _("Can submit orders")),
            ("amend_order", _("Can amend orders")),
            ("release_order", _("Can release orders from hold")),
            ("cancel_order", _("Can cancel orders")),
            ("allocate_order", _("Can give one order's scarce stock to another")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["created_by", "channel", "external_id"], name="order_once_per_sender"
            ),
            models.CheckConstraint(
                name="order_gross_is_net_plus_tax",
                condition=Q(gross=F("net") + F("tax")),
            ),
            models.CheckConstraint(name="order_not_negative", condition=Q(net__gte=0, tax__gte=0)),
            models.CheckConstraint(
                name="order_hold_has_reason",
                condition=~Q(state="on_hold") | ~Q(hold_reasons=[]),
            ),
            models.CheckConstraint(
                name="order_due_while_open",
                condition=Q(open_invoices=0, due_on=None) | Q(open_invoices__gt=0, due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="order_quote_has_validity",
                condition=~Q(state__in=["quoted", "expired", "lost"]) | Q(valid_until__isnull=False),
            ),
            models.CheckConstraint(
                name="order_discount_sane",
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
            ),
            choices_check("order_state_known", OrderState),
            choices_check("order_channel_known", OrderChannel, "channel"),
            models.CheckConstraint(
                name="order_cancel_code_known", condition=Q(cancel_code__in=["", *CancelCode.values])
            ),
            models.CheckConstraint(
                name="order_incoterm_known", condition=Q(incoterm__in=["", *Incoterm.values])
            ),
            currency_check("order_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-ordered_on", "-id"], name="order_newest"),
            models.Index(fields=["customer", "-id"], name="order_of_customer"),
            models.Index(fields=["po_number"], name="order_po_number"),
            models.Index(
                fields=["external_id"], name="order_external_id", condition=Q(external_id__isnull=False)
            ),
            models.Index(fields=["id"], name="order_on_hold", condition=Q(state="on_hold")),
            models.Index(fields=["valid_until"], name="order_quoted", condition=Q(state="quoted")),
            models.Index(
                fields=["valid_until", "id"],
                name="order_still_a_quote",
                condition=Q(state__in=["quoted", "expired"]),
            ),
            models.Index(fields=["id"], name="order_draft", condition=Q(state="draft")),
            models.Index(
                fields=["channel", "id"],
                name="order_unanswered",
                condition=Q(answered_at=None, state__in=["draft", "submitted", "on_hold", "confirmed"]),
            ),
            models.Index(fields=["promised_on"], name="order_promised", condition=Q(state="confirmed")),
            models.Index(
                fields=["warehouse", "id"],
                name="order_confirmed",
                condition=Q(state="confirmed"),
            ),
        ]
        triggers: ClassVar = [
            born(OrderState.QUOTED, OrderState.DRAFT, OrderState.SUBMITTED),
            legal_changes(
                (OrderState.QUOTED, OrderState.DRAFT),
                (OrderState.QUOTED, OrderState.EXPIRED),
                (OrderState.QUOTED, OrderState.LOST),
                (OrderState.EXPIRED, OrderState.QUOTED),
                (OrderState.DRAFT, OrderState.SUBMITTED),
                (OrderState.DRAFT, OrderState.CANCELLED),
                (OrderState.SUBMITTED, OrderState.CONFIRMED),
                (OrderState.SUBMITTED, OrderState.ON_HOLD),
                (OrderState.SUBMITTED, OrderState.CANCELLED),
                (OrderState.ON_HOLD, OrderState.CONFIRMED),
                (OrderState.ON_HOLD, OrderState.CANCELLED),
                (OrderState.CONFIRMED, OrderState.CANCELLED),
                (OrderState.CONFIRMED, OrderState.CLOSED),
                (OrderState.CLOSED, OrderState.CONFIRMED),
            ),
        ]

    def __str__(self) -> str:
        return self.number or _("order %(id)s") % {"id": self.pk}

    @transition(field=state, source=State.QUOTED, target=State.DRAFT, permission="orders.submit_order")
    def mark_accepted(self) -> None:
        """The customer takes the quote; it goes on as an order at the quoted prices."""

    @transition(field=state, source=State.QUOTED, target=State.EXPIRED)
    def mark_expired(self) -> None:
        """Its validity is over, and nobody accepted it."""

    @transition(field=state, source=State.QUOTED, target=State.LOST, permission="orders.quote_order")
    def mark_lost(self, *, code: str, reason: str) -> None:
        """The customer does not want it, and said why."""
        self.cancel_code, self.cancel_reason = code, reason

    @transition(field=state, source=State.EXPIRED, target=State.QUOTED, permission="orders.quote_order")
    def mark_renewed(self, *, valid_until: date) -> None:
        """It holds again, until *valid_until*."""
        self.valid_until = valid_until

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.SUBMITTED,
        permission="orders.submit_order",
    )
    def mark_submitted(self) -> None:
        """The customer stands by it: prices, taxes and terms are frozen."""

    @transition(
        field=state,
        source=[State.SUBMITTED, State.ON_HOLD],
        target=State.CONFIRMED,
        permission=may_confirm,
    )
    def mark_confirmed(self) -> None:
        """We stand by it: stock is reserved and credit committed."""
        self.hold_reasons = []

    @transition(
        field=state,
        source=State.SUBMITTED,
        target=State.ON_HOLD,
        permission="orders.submit_order",
    )
    def mark_on_hold(self, *, reasons: list[dict[str, Any]]) -> None:
        """It waits, and says for what."""
        self.hold_reasons = reasons

    @transition(
        field=state,
        source=[State.DRAFT, State.SUBMITTED, State.ON_HOLD, State.CONFIRMED],
        target=State.CANCELLED,
        permission="orders.cancel_order",
    )
    def mark_cancelled(self, *, reason: str) -> None:
        """It will not be carried out."""
        self.cancel_reason = reason

    @transition(field=state, source=State.CONFIRMED, target=State.CLOSED)
    def mark_closed(self) -> None:
        """Everything shipped is invoiced and every invoice is settled."""

    @transition(field=state, source=State.CLOSED, target=State.CONFIRMED)
    def mark_reopened(self) -> None:
        """An invoice of it is open again: money or a credit was taken back."""

    def is_overdue(self, today: date) -> bool:
        """Say whether an invoice of it should have been paid before *today*."""
        return self.due_on is not None and self.due_on < today
