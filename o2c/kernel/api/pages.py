"""Lists page by page: newest first, no totals, the same cost on every page."""

import base64
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.utils.translation import gettext as _

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
            raise CursorInvalid(_("The cursor is none that this list gave."))
        last = queryset.model._default_manager.filter(public_id=public_id).values("pk")
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": last})
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(shown, public_ids.written(prefix, shown[-1].public_id) if more else None)  # type: ignore[attr-defined]


def page_by(queryset: QuerySet[M], *, column: str, limit: int = USUAL, cursor: str = "") -> Page:
    """Return *limit* rows after *cursor* in the order of a unique *column*, in one query.

    For rows that people know by something else than an id: products by SKU, entries by number.

    :raises CursorInvalid: the cursor is none that such a list gives.
    """
    rows = queryset.order_by(column)
    if cursor:
        rows = rows.filter(**{f"{column}__gt": _opened(cursor, _column(queryset, column))})
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(shown, _sealed(f"{column}:{getattr(shown[-1], column)}") if more else None)


def _column(queryset: QuerySet[M], name: str) -> "Field[Any, Any]":
    field = queryset.model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _sealed(text: str) -> str:
    """Return what callers hand back and need not understand."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str, field: "Field[Any, Any]") -> Any:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        column, _colon, value = text.partition(":")
        if column == field.name and value and "\0" not in value:
            return field.to_python(value)
    except (ValueError, ValidationError):  # no Base64, no UTF-8, no value of the column
        pass
    raise CursorInvalid(_("The cursor is none that this list gave."))
