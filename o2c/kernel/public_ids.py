"""Ids for people outside: a prefix that says what it is, and a UUID that says nothing.

Primary keys would tell how much we sell, and could be guessed. UUIDs of version 7 grow with time, so their
index stays as compact as a counter's. Document numbers are for reading; they open nothing.
"""

from uuid import UUID

from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _


class Uuid7(Func):
    """PostgreSQL's own ``uuidv7()``, in core since version 18."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


def public_id_field() -> "models.UUIDField[UUID, UUID]":
    """Return the column that the API knows a row by; the database fills it."""
    return models.UUIDField(_("id in the API"), unique=True, editable=False, db_default=Uuid7())


def written(prefix: str, public_id: UUID) -> str:
    """Return an id as the API writes it, such as ``ord_0198f2c47d5e7a3c9b1d2e3f4a5b6c7d``."""
    return f"{prefix}_{public_id.hex}"


def read(prefix: str, text: str) -> UUID | None:
    """Return the id that *text* spells with this prefix, or None."""
    kind, _separator, digits = text.partition("_")
    if kind != prefix or len(digits) != 32 or not set(digits) <= HEX:
        return None
    return UUID(hex=digits)


HEX = frozenset("0123456789abcdef")
NOBODY = UUID(int=0)  # no row has it
