"""The event log in the finance console: what happened, and who still owes it an effect."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from o2c import wiring
from o2c.console.jobs import name_of
from o2c.kernel.admin import DocumentAdmin, DocumentInline, among
from o2c.kernel.events import DomainEvent
from o2c.kernel.models import Event, EventDelivery


def documents_of_events() -> set[tuple[str, str]]:
    """Return the types of document that events are about, each with its name."""

    def kinds(above: type[DomainEvent]) -> Iterator[str]:
        for below in above.__subclasses__():
            yield from [below.kind] if hasattr(below, "kind") else kinds(below)

    types = {kind.partition(".")[0] for kind in kinds(DomainEvent)}
    return {(one, one.replace("_", " ")) for one in types}


def handlers() -> list[tuple[str, Any]]:
    """Return who is told of events, each with its name."""
    return [(task, name_of(task)) for task in wiring.TASKS]


class DeliveryInline(DocumentInline):
    """Who owes the event an effect."""

    model = EventDelivery


@admin.register(Event)
class EventAdmin(DocumentAdmin):
    """The event log."""

    list_display = ("at", "kind", "document_number", "on", "actor", "dispatched_at")
    list_select_related = ("actor",)
    list_filter = (("document_type", among(documents_of_events)),)
    search_fields = ("document_number",)
    ordering = ("-id",)
    inlines = (DeliveryInline,)


@admin.register(EventDelivery)
class EventDeliveryAdmin(DocumentAdmin):
    """What is owed to events, and what failed."""

    list_display = ("event", "told", "attempts", "next_try_at", "handled_at", "error")
    list_select_related = ("event",)
    list_filter = (("handler", among(handlers)), ("handled_at", admin.EmptyFieldListFilter))
    ordering = ("-id",)

    @admin.display(description=_("handler"), ordering="handler")
    def told(self, delivery: EventDelivery) -> str:
        """Return who is told, in words."""
        return name_of(delivery.handler)
