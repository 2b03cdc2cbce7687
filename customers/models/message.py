"""A notice to a customer: what was written, to whom, and whether it was sent.

The row is the queue and the record in one. Nothing but its delivery changes once it is written.
"""

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models.customer import Customer
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, Event, choices_check


class MessageQuerySet(LockableQuerySet["Message"]):
    """Notices to customers."""

    def undelivered(self) -> "MessageQuerySet":
        """Return the notices that wait for a person: no address, refused for good, or in doubt."""
        return self.filter(
            state__in=[MessageState.UNDELIVERABLE, MessageState.FAILED, MessageState.UNCERTAIN]
        )


class MessageState(models.TextChoices):
    """How far the notice has come."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")
    UNDELIVERABLE = "undeliverable", _("No address")


# Who got it may still be corrected where nobody got it.
RECIPIENT_STAYS = """
IF OLD.state NOT IN ('undeliverable', 'failed')
   AND (NEW.recipient_name, NEW.recipient_email) IS DISTINCT FROM (OLD.recipient_name, OLD.recipient_email) THEN
    RAISE EXCEPTION 'message % is on its way: its recipient stays', OLD.id USING ERRCODE = 'OC002';
END IF;
RETURN NEW;
"""


class Message(models.Model):
    """One notice about one event to one customer, at most one of its kind: an event read twice writes once.

    *roles* are the contact roles to write to, in order of preference, and decide again when it is resent.
    *retry_at* is when a failed one is tried again by itself; empty, a person decides.
    """

    State = MessageState

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="messages", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=40)
    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    roles = models.JSONField(_("contact roles"))
    recipient_name = models.CharField(_("recipient"), max_length=200, blank=True)
    recipient_email = models.EmailField(_("e-mail"), blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    html = models.TextField("HTML")
    message_id = models.CharField("Message-ID", max_length=200)
    state = FSMField(_("state"), max_length=14, choices=State, default=State.QUEUED, protected=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("queued"), db_default=Now())
    claimed_at = models.DateTimeField(_("taken up"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    retry_at = models.DateTimeField(_("next try"), null=True)
    error = models.TextField(_("last error"), blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a customer")
        verbose_name_plural = _("messages to customers")
        permissions: ClassVar = [("resend_message", _("Can send messages again and settle uncertain ones"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "kind"], name="message_once_per_event"),
            models.CheckConstraint(
                name="message_has_address", condition=Q(state="undeliverable") | ~Q(recipient_email="")
            ),
            models.CheckConstraint(
                name="message_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
            ),
            models.CheckConstraint(
                name="message_one_line_subject", condition=~Q(subject__regex=r"[\r\n]") & ~Q(subject="")
            ),
            choices_check("message_state_known", MessageState),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"], name="message_of_customer"),
            models.Index(fields=["document_type", "document_id"], name="message_of_document"),
            models.Index(fields=["id"], name="message_queued", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="message_sending", condition=Q(state="sending")),
            models.Index(
                fields=["retry_at"],
                name="message_to_retry",
                condition=Q(state="failed", retry_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="message_undelivered",
                condition=Q(state__in=["undeliverable", "failed", "uncertain"]),
            ),
        ]
        triggers: ClassVar = [
            born(MessageState.QUEUED, MessageState.UNDELIVERABLE),
            legal_changes(
                (MessageState.QUEUED, MessageState.SENDING),
                (MessageState.SENDING, MessageState.SENT),
                (MessageState.SENDING, MessageState.FAILED),
                (MessageState.SENDING, MessageState.UNCERTAIN),
                (MessageState.FAILED, MessageState.QUEUED),
                (MessageState.UNCERTAIN, MessageState.SENT),
                (MessageState.UNCERTAIN, MessageState.QUEUED),
                (MessageState.UNDELIVERABLE, MessageState.QUEUED),
            ),
            audit.frozen_but(
                "state",
                "attempts",
                "claimed_at",
                "sent_at",
                "retry_at",
                "error",
                "recipient_name",
                "recipient_email",
            ),
            pgtrigger.Trigger(
                name="recipient_stays",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=RECIPIENT_STAYS,
            ),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def number(self) -> str:
        """Return the number of the document that it is about: a notice has none of its own."""
        return self.document_number

    @transition(field=state, source=State.QUEUED, target=State.SENDING)
    def mark_sending(self, *, at: datetime) -> None:
        """One worker has taken it up; no other will."""
        self.claimed_at = at
        self.attempts += 1
        self.error = ""

    @transition(field=state, source=[State.SENDING, State.UNCERTAIN], target=State.SENT)
    def mark_sent(self, *, at: datetime) -> None:
        """The mail server has taken it: it said so, or a person found out."""
        self.sent_at = at

    @transition(field=state, source=State.SENDING, target=State.FAILED)
    def mark_failed(self, *, error: str, retry_at: datetime | None) -> None:
        """It was certainly not sent, and says why."""
        self.error = error
        self.retry_at = retry_at

    @transition(field=state, source=State.SENDING, target=State.UNCERTAIN)
    def mark_uncertain(self, *, error: str) -> None:
        """Nobody knows whether the mail server took it: only a person may send it again."""
        self.error = error

    @transition(field=state, source=State.FAILED, target=State.QUEUED)
    def mark_due(self) -> None:
        """Its next try has come."""
        self.retry_at = None

    @transition(
        field=state,
        source=[State.FAILED, State.UNCERTAIN, State.UNDELIVERABLE],
        target=State.QUEUED,
        permission="customers.resend_message",
    )
    def mark_queued(self, *, name: str, email: str) -> None:
        """A person sends it again, to whom it should go now."""
        self.recipient_name, self.recipient_email = name, email
        self.retry_at = None
        self.attempts = 0
