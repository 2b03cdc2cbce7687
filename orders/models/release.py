"""Letting a held order pass: proposed, approved, how far it reaches."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import User, choices_check, money_field
from orders.models.order import Order


class ReleaseQuerySet(LockableQuerySet["Release"]):
    """Releases, protected by their order's lock."""


class ReleaseState(models.TextChoices):
    """Whether the second pair of eyes has looked."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class Release(models.Model):
    """A person's word that an order may pass in spite of the named reasons, up to an amount and a day.

    It is sticky: as long as it reaches, a later check (an amendment, a retry) passes those reasons too.
    """

    State = ReleaseState

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="releases")
    state = FSMField(_("state"), max_length=10, choices=State, default=State.PROPOSED, protected=True)
    codes = models.JSONField(_("hold reasons waived"), help_text=_('Such as ["credit-limit"].'))
    up_to = money_field(verbose_name=_("up to"), help_text=_("Gross, in the order's currency."))
    valid_until = models.DateField(_("valid until"))
    reason = models.CharField(_("reason"), max_length=200)
    needs_two = models.BooleanField(_("needs two people"), default=False)
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints: ClassVar = [
            choices_check("release_state_known", ReleaseState),
            models.CheckConstraint(name="release_reaches_somewhere", condition=Q(up_to__gt=0)),
            models.CheckConstraint(
                name="release_decided_by_somebody",
                condition=Q(state="proposed", decided_by=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="release_second_is_another",
                condition=~Q(state="approved", needs_two=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="release_not_over_before_it_begins", condition=Q(valid_until__gte=F("on"))
            ),
            models.UniqueConstraint(
                fields=["order"], name="release_one_proposal", condition=Q(state="proposed")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="release_to_decide", condition=Q(state="proposed")),
        ]
        triggers: ClassVar = [
            born(ReleaseState.PROPOSED, ReleaseState.APPROVED),
            legal_changes(
                (ReleaseState.PROPOSED, ReleaseState.APPROVED),
                (ReleaseState.PROPOSED, ReleaseState.REJECTED),
            ),
            audit.frozen_but("state", "decided_by_id", "decided_at"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {', '.join(self.codes)}"

    @transition(field=state, source=State.PROPOSED, target=State.APPROVED, permission="orders.release_order")
    def mark_approved(self, *, by: User) -> None:
        """A second person agrees."""
        self.decided_by = by

    @transition(field=state, source=State.PROPOSED, target=State.REJECTED, permission="orders.release_order")
    def mark_rejected(self, *, by: User) -> None:
        """A second person does not."""
        self.decided_by = by
