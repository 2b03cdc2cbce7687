"""Access that a customer has to something digital."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipment import ShipmentLine
from o2c.kernel import audit
from o2c.kernel.public_ids import public_id_field


class Entitlement(models.Model):
    """What one shipped digital line lets the order's customer use, from when, until when: days inclusive."""

    public_id = public_id_field()
    shipment_line = models.OneToOneField(ShipmentLine, on_delete=models.PROTECT, related_name="entitlement")
    key = models.CharField(_("access key"), max_length=64, unique=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked"), null=True, blank=True)
    revoke_reason = models.CharField(_("why it was revoked"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        permissions: ClassVar = [("revoke_entitlement", _("Can revoke access"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="entitlement_forward",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="entitlement_revoked_says_why", condition=Q(revoked_on=None) | ~Q(revoke_reason="")
            ),
        ]
        triggers: ClassVar = [
            audit.frozen_but("revoked_on", "revoke_reason"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return _("access to %(line)s") % {
            "line": self.shipment_line_id
        }  # never the key: whoever reads it could use it
