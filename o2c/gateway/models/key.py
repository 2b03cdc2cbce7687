"""API keys: only their SHA-256 is kept, what they may do and until when."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from customers.models import Customer
from o2c.gateway.models.shop import Shop
from o2c.kernel import audit
from o2c.kernel.models import User, choices_check


class Scope(models.TextChoices):
    """What a key may do."""

    PRODUCTS_READ = "products:read", _("See products, prices and availability")
    JOBS_READ = "jobs:read", _("See jobs that were started over the API")
    QUOTES_WRITE = "quotes:write", pgettext_lazy("verb", "Quote")
    ORDERS_READ = "orders:read", _("See quotes and orders")
    ORDERS_WRITE = "orders:write", _("Place, change and cancel orders")
    CUSTOMERS_READ = "customers:read", _("See customers and addresses")
    CREDIT_READ = "credit:read", _("See customers' credit")
    SHIPMENTS_READ = "shipments:read", _("See shipments")
    RETURNS_READ = "returns:read", _("See returns")
    RETURNS_WRITE = "returns:write", _("Ask for returns")
    INVOICES_READ = "invoices:read", _("See invoices, credit notes and statements")
    PAYMENTS_READ = "payments:read", _("See payments")
    PAYMENTS_WRITE = "payments:write", _("Record payments")
    LEDGER_READ = "ledger:read", _("See journal entries and reports")
    EVENTS_READ = "events:read", _("See events")
    WEBHOOKS_WRITE = "webhooks:write", _("Manage webhooks")
    SANDBOX_WRITE = "sandbox:write", _("Reset the sandbox, move its clock, play the warehouse and the bank")


class KeyMode(models.TextChoices):
    """Whether the key opens the books or the sandbox."""

    LIVE = "live", _("Live")
    TEST = "test", _("Test")


class ApiKey(models.Model):
    """A key of a shop. The key itself was shown once; what is kept cannot open anything."""

    Mode = KeyMode

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="keys", verbose_name=_("shop"))
    label = models.CharField(pgettext_lazy("API key", "label"), max_length=80)
    mode = models.CharField(_("mode"), max_length=4, choices=KeyMode)
    shown = models.CharField(_("key"), max_length=24, editable=False, help_text=_("How it begins and ends."))
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
        help_text=_("If given, the key sees and orders for this customer only."),
    )
    test_customer = models.CharField(
        _("customer of the sandbox"),
        max_length=20,
        blank=True,
        help_text=_("A test key's customer, by their number in the sandbox, such as C-10001."),
    )
    quota = models.PositiveIntegerField(_("requests a minute"), default=600)
    api_version = models.DateField(_("API version"))
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", db_index=False
    )

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        permissions: ClassVar = [("rotate_apikey", _("Can rotate and revoke API keys"))]
        constraints: ClassVar = [
            choices_check("apikey_mode_known", KeyMode, "mode"),
            models.CheckConstraint(
                name="apikey_bound_in_its_books",
                condition=Q(mode=KeyMode.LIVE, test_customer="") | Q(mode=KeyMode.TEST, customer=None),
            ),
            models.CheckConstraint(name="apikey_has_quota", condition=Q(quota__gt=0)),
            models.CheckConstraint(
                name="apikey_digest_is_sha256", condition=Q(digest__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="apikey_not_its_own_successor",
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")),
            ),
        ]
        triggers: ClassVar = [
            audit.never_truncated(),
            audit.frozen_but("expires_at", "revoked_at", "last_used_at", "replaced_by_id", "label", "quota"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.shown})"
