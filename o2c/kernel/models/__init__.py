"""The ground floor's tables."""

from o2c.kernel.models.attached import AttachedBytes, Attachment, Note
from o2c.kernel.models.base import (
    CURRENCY_CODE,
    Assignment,
    AuditEntry,
    Company,
    DocumentCounter,
    Event,
    EventDelivery,
    IdempotencyKey,
    JobRun,
    Sandbox,
    User,
    choices_check,
    currency_check,
    money_field,
    quantity_field,
    rate_field,
    unit_price_field,
)
from o2c.kernel.models.lists import SavedView
from o2c.kernel.models.work import Job, JobFile, JobRow

__all__ = [
    "CURRENCY_CODE",
    "Assignment",
    "AttachedBytes",
    "Attachment",
    "AuditEntry",
    "Company",
    "DocumentCounter",
    "Event",
    "EventDelivery",
    "IdempotencyKey",
    "Job",
    "JobFile",
    "JobRow",
    "JobRun",
    "Note",
    "Sandbox",
    "SavedView",
    "User",
    "choices_check",
    "currency_check",
    "money_field",
    "quantity_field",
    "rate_field",
    "unit_price_field",
]
