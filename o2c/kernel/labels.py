"""What foreign keys are called in the reader's language.

Django makes their labels of their names, which no catalog sees; a `verbose_name` of each would be written in
many models for the same few words. What is not named here is called as the table that it leads to.
"""

from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Any] = {
    "actor": _("actor"),
    "answered by": _("answered by"),
    "assignee": _("assignee"),
    "carried by": _("carried by"),
    "category": _("tax category"),
    "created by": _("created by"),
    "decided by": _("decided by"),
    "delivery": _("webhook delivery"),
    "done by": _("done by"),
    "endpoint": _("webhook endpoint"),
    "entry": _("journal entry"),
    "given by": _("given by"),
    "level": _("stock level"),
    "parent": _("parent"),
    "picker": _("picker"),
    "policy": _("credit policy"),
    "proposed by": _("proposed by"),
    "region": _("tax region"),
    "replaced by": _("replaced by"),
    "requested by": _("requested by"),
    "returned": _("return"),
    "reverses": _("reverses"),
    "source": _("from warehouse"),
    "target": _("to warehouse"),
    "terms": _("payment terms"),
}


def label_relations(*, sender: type[models.Model], **_given: Any) -> None:
    """Give the foreign keys of a new model their labels, where it has none of its own."""
    for field in sender._meta.local_fields:
        if isinstance(field, models.ForeignKey) and not isinstance(field.verbose_name, Promise):
            field.verbose_name = LABELS.get(field.verbose_name, _(field.verbose_name))
