"""What people attach to a document of any kind: notes in their own words, and files."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models.base import User


class NoteQuerySet(LockableQuerySet["Note"]):
    """Notes."""


class Note(models.Model):
    """What somebody wrote beside a document. Its author may reword or withdraw it; every wording is kept."""

    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document number"), max_length=64, blank=True)
    text = models.TextField(_("note"), max_length=4000)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("author")
    )
    written_at = models.DateTimeField(_("written"), db_default=Now())
    edited_at = models.DateTimeField(_("reworded"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints: ClassVar = [models.CheckConstraint(name="note_says_something", condition=~Q(text=""))]
        indexes: ClassVar = [models.Index(fields=["document_type", "document_id"], name="note_document")]
        triggers: ClassVar = [
            audit.frozen_but("text", "edited_at", "withdrawn_at"),
            audit.frozen_but(name="withdrawn", when="OLD.withdrawn_at IS NOT NULL"),
            audit.never_truncated(),
            audit.audited(),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def number(self) -> str:
        """Return what its events call it: the document it is about."""
        return self.document_number


class AttachmentQuerySet(LockableQuerySet["Attachment"]):
    """Attachments."""


class Attachment(models.Model):
    """A file beside a document. Withdrawn, its bytes are gone; that it was there, and its hash, stay on record."""

    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document number"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), db_default=Now())
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints: ClassVar = [
            models.CheckConstraint(name="attachment_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="attachment_not_empty", condition=Q(size__gt=0)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document_type", "document_id"], name="attachment_document")
        ]
        triggers: ClassVar = [
            audit.frozen_but("withdrawn_at"),
            audit.frozen_but(name="withdrawn", when="OLD.withdrawn_at IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        """Return what its events call it: the document it is about."""
        return self.document_number


class AttachedBytes(models.Model):
    """The bytes of an attachment (docs/adr/0028): no list reads them, and nobody changes them."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, primary_key=True, related_name="bytes"
    )
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("bytes of an attachment")
        verbose_name_plural = _("bytes of attachments")
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id}"
