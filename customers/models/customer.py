"""The customer, their people and places."""

from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from catalog.models import PriceList, TaxRegion
from customers.models.terms import PaymentTerms
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet, fetch_all
from o2c.kernel.models import choices_check, currency_check
from o2c.kernel.numbering import sequence_number
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field

Owned = TypeVar("Owned", bound=models.Model, covariant=True)


class CustomerQuerySet(LockableQuerySet["Customer"]):
    """The customers."""

    def for_principal(self, principal: Principal) -> "CustomerQuerySet":
        """Return the customers whom a caller of the API may know."""
        if principal.customer_id is not None:
            return self.filter(pk=principal.customer_id)
        return self if principal.sees_all else self.filter(served_by=principal.actor)

    def id_for(self, principal: Principal, public_id: UUID) -> int | None:
        """Return the primary key of the customer with this id, None if it is none of `for_principal`'s.

        Every order over the API begins with it, so its text is constant (docs/adr/0011).
        """
        sees_them = principal.customer_id is not None or principal.sees_all
        asked = [public_id, principal.customer_id, sees_them, principal.actor.pk]
        return next((pk for (pk,) in fetch_all(ID_FOR, asked)), None)


ID_FOR = """
SELECT customer.id FROM customers_customer customer
WHERE customer.public_id = %s AND customer.id = COALESCE(%s::bigint, customer.id)
  AND (%s::boolean OR EXISTS (SELECT FROM customers_customer_served_by served
                              WHERE served.customer_id = customer.id AND served.user_id = %s::bigint))
"""


def owned_by_customers_of(
    principal: Principal, queryset: models.QuerySet[Owned], *, path: str = "customer"
) -> models.QuerySet[Owned]:
    """Return the rows of *queryset* whose customer, at *path*, a caller of the API may know."""
    if principal.customer_id is not None:
        return queryset.filter(**{f"{path}_id": principal.customer_id})
    if principal.sees_all:
        return queryset
    return queryset.filter(**{f"{path}__in": Customer.objects.for_principal(principal)})


# Documents are in the customer's currency, and so are the prices on them.
PRICES_IN_CURRENCY = """
IF EXISTS (
    SELECT FROM catalog_pricelist
    WHERE id IN (NEW.price_list_id, NEW.contract_list_id) AND currency <> NEW.currency
) THEN
    RAISE EXCEPTION 'customer % buys in %, the price list is in another currency', NEW.number, NEW.currency
        USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""
# The parent's lock makes two changes at once wait for each other; who waits sees what the other wrote.
ONE_LEVEL = """
IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN RETURN NEW; END IF;
PERFORM FROM customers_customer WHERE id = NEW.parent_id FOR SHARE;
IF EXISTS (SELECT FROM customers_customer WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
   OR EXISTS (SELECT FROM customers_customer WHERE parent_id = NEW.id) THEN
    RAISE EXCEPTION 'a parent has no parent: customer %', NEW.number USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""
# A check is of one VAT id: another id is unchecked, whoever enters it.
CHECK_LAPSES = """
NEW.vat_checked_on := NULL;
RETURN NEW;
"""
CHECK_ON_FILE = """
IF NOT EXISTS (
    SELECT FROM customers_vatcheck
    WHERE customer_id = NEW.id AND vat_id = NEW.vat_id AND valid AND "on" = NEW.vat_checked_on
) THEN
    RAISE EXCEPTION 'no check of % on % is on file', NEW.vat_id, NEW.vat_checked_on USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""


def before(name: str, operation: Any, func: str, condition: Any = None) -> pgtrigger.Trigger:
    """Return the trigger that looks at a customer before the row is written."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func=func,
    )


class CustomerKind(models.TextChoices):
    """Who they are in law."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Customer(models.Model):
    """A company or a person that buys on our terms."""

    Kind = CustomerKind

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("C", "customers_customer_number"),
    )
    public_id = public_id_field()
    name = models.CharField(_("legal name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    language = models.CharField(
        _("language of documents"),
        max_length=5,
        choices=settings.LANGUAGES,
        default="en",
    )
    currency = models.CharField(_("currency"), max_length=3)
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT)
    contract_list = models.ForeignKey(
        PriceList,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contract prices"),
        help_text=_("Agreed with this customer; they come before the price list's."),
    )
    tax_region = models.ForeignKey(TaxRegion, on_delete=models.PROTECT)
    vat_checked_on = models.DateField(
        _("VAT id checked"), null=True, blank=True, help_text=_("When it was last found valid.")
    )
    exemption_number = models.CharField(_("tax exemption certificate"), max_length=60, blank=True)
    exemption_until = models.DateField(_("exempt until"), null=True, blank=True)
    terms = models.ForeignKey(PaymentTerms, on_delete=models.PROTECT)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    segment = models.CharField(_("segment"), max_length=30, blank=True)
    external_id = models.CharField(
        _("id in the shop or CRM"), max_length=80, null=True, blank=True, unique=True
    )
    accepts_backorders = models.BooleanField(_("accepts backorders"), default=True)
    ships_complete = models.BooleanField(_("ships complete only"), default=False)
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Higher gets scarce stock first.")
    )
    requires_po_number = models.BooleanField(_("demands a purchase order number"), default=False)
    requires_delivery_date = models.BooleanField(_("demands a delivery date"), default=False)
    delivery_weekdays = models.JSONField(
        _("delivery weekdays"), default=list, blank=True, help_text=_("1 is Monday; none means every day.")
    )
    delivery_notice_days = models.PositiveSmallIntegerField(_("days of notice for a delivery"), default=0)
    served_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        limit_choices_to={"username__startswith": "shop:"},
        verbose_name=_("served by"),
        help_text=_("Shops that may sell to this customer, beside those that serve every customer."),
    )
    registered_on = models.DateField(_("customer since"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar = [
            choices_check("customer_kind_known", CustomerKind, "kind"),
            currency_check("customer_currency_iso"),
            models.CheckConstraint(
                name="customer_vat_checked_has_id",
                condition=models.Q(vat_checked_on=None) | ~models.Q(vat_id=""),
            ),
            models.CheckConstraint(
                name="customer_exemption_has_number",
                condition=Q(exemption_until=None) | ~Q(exemption_number=""),
            ),
            models.CheckConstraint(
                name="customer_weekdays_real",
                condition=Q(delivery_weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
            ),
            models.CheckConstraint(
                name="customer_not_its_own_parent",
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["vat_id"], name="customer_vat_id", condition=~Q(vat_id="")),
            models.Index(
                Func(
                    Lower("name"),
                    Value("[[:space:][:punct:]]"),
                    Value(""),
                    Value("g"),
                    function="regexp_replace",
                ),
                name="customer_name_spelt_alike",
            ),
        ]
        triggers: ClassVar = [
            audit.audited(),
            before(
                "prices_in_currency",
                pgtrigger.Insert | pgtrigger.Update,
                PRICES_IN_CURRENCY,
            ),
            before(
                "one_level_of_parents",
                pgtrigger.Insert | pgtrigger.Update,
                ONE_LEVEL,
                pgtrigger.Q(new__parent__isnull=False),
            ),
            before(
                "vat_check_lapses",
                pgtrigger.Update,
                CHECK_LAPSES,
                pgtrigger.Q(old__vat_id__df=pgtrigger.F("new__vat_id")),
            ),
            before(
                "vat_check_on_file",
                pgtrigger.Insert | pgtrigger.Update,
                CHECK_ON_FILE,
                pgtrigger.Q(new__vat_checked_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def price_list_ids(self) -> list[int]:
        """Return the lists at whose prices they buy, the one that decides first."""
        return [pk for pk in (self.contract_list_id, self.price_list_id) if pk is not None]


class AddressRole(models.TextChoices):
    """What the address is for."""

    BILLING = "billing", _("Billing")
    DELIVERY = "delivery", _("Delivery")


class Address(models.Model):
    """Where a customer is billed or delivered. Documents copy what they print."""

    Role = AddressRole

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.BILLING)
    name = models.CharField(_("addressee"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100)
    country = models.CharField(_("country"), max_length=2)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints: ClassVar = [
            choices_check("address_role_known", AddressRole, "role"),
            models.CheckConstraint(
                name="address_country_iso",
                condition=models.Q(country__regex=r"^[A-Z]{2}$"),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.street}, {self.postal_code} {self.city}, {self.country}"

    def as_copy(self) -> dict[str, str]:
        """Return the copy that a document keeps; without an addressee of its own it has an empty name."""
        return {
            "name": self.name,
            "street": self.street,
            "postal_code": self.postal_code,
            "city": self.city,
            "country": self.country,
        }


class ContactRole(models.TextChoices):
    """What we write to them about."""

    ORDERING = "ordering", _("Ordering")
    BILLING = "billing", _("Billing")
    DUNNING = "dunning", _("Dunning")
    DELIVERY = "delivery", _("Delivery")


class Contact(models.Model):
    """A person at the customer, by what we write to them about."""

    Role = ContactRole

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.ORDERING)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints: ClassVar = [choices_check("contact_role_known", ContactRole, "role")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"
