"""What a shipment is packed in, its labels, and where it was seen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipment import Shipment, ShipmentLine
from o2c.kernel import audit
from o2c.kernel.models import choices_check, quantity_field


class Package(models.Model):
    """One box of a shipment: its weight, its measures and its label."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="packages", db_index=False)
    position = models.PositiveSmallIntegerField(_("box"))
    weight = models.DecimalField(_("weight in kg"), max_digits=9, decimal_places=3)
    length = models.PositiveSmallIntegerField(_("length in cm"), null=True, blank=True)
    width = models.PositiveSmallIntegerField(_("width in cm"), null=True, blank=True)
    height = models.PositiveSmallIntegerField(_("height in cm"), null=True, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "position"], name="package_once"),
            models.CheckConstraint(name="package_weighs_something", condition=Q(weight__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.position}"


class PackageLine(models.Model):
    """How much of a shipment line is in a box."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="lines", db_index=False)
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="packed")
    quantity = quantity_field(verbose_name=_("quantity"))

    class Meta:
        verbose_name = _("package line")
        verbose_name_plural = _("package lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "shipment_line"], name="packageline_once"),
            models.CheckConstraint(name="packageline_positive", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return _("%(quantity)s in %(box)s") % {"quantity": self.quantity, "box": self.package_id}


class ShippingLabel(models.Model):
    """The label of a box as the carrier gave it: PDF bytes that never change."""

    package = models.OneToOneField(Package, on_delete=models.PROTECT, related_name="label")
    content = models.BinaryField(_("PDF"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_at = models.DateTimeField(_("made"), db_default=Now())

    class Meta:
        verbose_name = _("shipping label")
        verbose_name_plural = _("shipping labels")
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return _("label of %(box)s") % {"box": self.package_id}


class TrackingStatus(models.TextChoices):
    """What the carrier says of a shipment."""

    ANNOUNCED = "announced", _("Announced to the carrier")
    COLLECTED = "collected", _("Collected")
    IN_TRANSIT = "in_transit", _("On the road")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Delivery failed")
    DELAYED = "delayed", _("Delayed")


class TrackingEvent(models.Model):
    """One thing the carrier said; never changed, and taken once however often it is sent."""

    Status = TrackingStatus

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="tracking", db_index=False)
    external_id = models.CharField(_("carrier's id"), max_length=80)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        constraints: ClassVar = [
            choices_check("tracking_status_known", TrackingStatus, "status"),
            models.UniqueConstraint(fields=["shipment", "external_id"], name="tracking_once"),
        ]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return f"{self.status} {self.place}"
