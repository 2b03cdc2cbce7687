"""Asking for another credit limit, and the answer of a second person."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from credit.models.account import CreditAccount
from o2c.kernel import audit, figures
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import User, choices_check, money_field


class LimitRequestQuerySet(LockableQuerySet["LimitRequest"]):
    """Limit requests, protected by their account's lock."""


class LimitRequestState(models.TextChoices):
    """What became of the request."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class LimitRequest(models.Model):
    """Somebody asks for a customer's new limit; somebody else decides."""

    State = LimitRequestState

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="limit_requests")
    state = FSMField(_("state"), max_length=10, choices=State, default=State.REQUESTED, protected=True)
    old_limit = money_field(verbose_name=_("limit then"))
    limit = money_field(verbose_name=_("limit asked for"))
    reason = models.CharField(_("reason"), max_length=200)
    figures = models.JSONField(_("figures then"), default=dict)
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_on = models.DateField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = LimitRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit request")
        verbose_name_plural = _("limit requests")
        permissions: ClassVar = [
            ("request_limit", _("Can request credit limits")),
            ("approve_limit", _("Can approve credit limits")),
        ]
        constraints: ClassVar = [
            choices_check("limitrequest_state_known", LimitRequestState),
            models.CheckConstraint(name="limitrequest_not_negative", condition=Q(limit__gte=0)),
            models.CheckConstraint(
                name="limitrequest_four_eyes",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="limitrequest_decided_by_somebody",
                condition=Q(state="requested", decided_by=None)
                | (~Q(state="requested") & Q(decided_by__isnull=False, decided_on__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["account"], name="limitrequest_one_open", condition=Q(state="requested")
            ),
        ]
        triggers: ClassVar = [
            born(LimitRequestState.REQUESTED),
            legal_changes(
                (LimitRequestState.REQUESTED, LimitRequestState.APPROVED),
                (LimitRequestState.REQUESTED, LimitRequestState.REJECTED),
            ),
            audit.frozen_but("state", "decided_by_id", "decided_on", "answer"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{figures.quantity(self.limit)} ({self.get_state_display()})"

    @transition(field=state, source=State.REQUESTED, target=State.APPROVED, permission="credit.approve_limit")
    def mark_approved(self, *, by: User) -> None:
        """A second person agrees."""
        self.decided_by = by

    @transition(field=state, source=State.REQUESTED, target=State.REJECTED, permission="credit.approve_limit")
    def mark_rejected(self, *, by: User) -> None:
        """A second person does not."""
        self.decided_by = by
