"""Lists page by page: newest first, no totals, the same cost on every page."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from o2c.kernel import public_ids
from o2c.kernel.api.errors import CursorInvalid

M = TypeVar("M", bound=Model)
USUAL, MOST = 25, 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next begin."""

    rows: list[Any]
    next_cursor: str | None

    def body(self, data: list[Any]) -> dict[str, Any]:
        """Return the answer that carries the rows' representations *data*."""
        return {"data": data, "has_more": self.next_cursor is not None, "next_cursor": self.next_cursor}


def page(
    queryset: QuerySet[M], *, prefix: str, limit: int = USUAL, cursor: str = "", oldest_first: bool = False
) -> Page:
    """Return *limit* rows after *cursor*, which is the id of the last row of the page before, in one query.

    Rows are ordered by primary key, which grows as they are made.

    :raises CursorInvalid: the cursor is no id of this kind.
    """
    rows = queryset.order_by("pk" if oldest_first else "-pk")
    if cursor:
        public_id = public_ids.read(prefix, cursor)
        if public_id is None:
            raise CursorInvalid("The cursor is none that this list gave.")
        last = queryset.model._default_manager.filter(public_id=public_id).values("pk")
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": last})
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(shown, public_ids.written(prefix, shown[-1].public_id) if more else None)  # type: ignore[attr-defined]
