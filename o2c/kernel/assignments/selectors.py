"""What waits for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from o2c.kernel.db import fetch_all
from o2c.kernel.models import Assignment, User


def assigned_to(user: User) -> QuerySet[Assignment]:
    """Return what waits for *user*, by name or by department, the most urgent first: their own due list."""
    return (
        Assignment.objects.filter(Q(assignee=user) | Q(role__in=user.groups.all()), done_at=None)
        .select_related("given_by", "role", "assignee")
        .order_by("due_on", "pk")
    )


def open_about(*, document_type: str, document_id: int) -> QuerySet[Assignment]:
    """Return what is open about one document, the most urgent first."""
    return (
        Assignment.objects.filter(document_type=document_type, document_id=document_id, done_at=None)
        .select_related("given_by", "role", "assignee")
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How much waits for a department: the clock of its service level."""

    role: str
    open: int
    overdue: int
    oldest_due_on: date


QUEUES = """
SELECT g.name, count(*), count(*) FILTER (WHERE a.due_on < %s), min(a.due_on)
FROM kernel_assignment a JOIN auth_group g ON g.id = a.role_id
WHERE a.done_at IS NULL GROUP BY g.name ORDER BY 3 DESC, 2 DESC, 1
"""


def queues(*, today: date) -> list[QueueFigures]:
    """Return each department's open assignments, the most overdue first; one query over open work."""
    return [QueueFigures(*row) for row in fetch_all(QUEUES, [today])]
