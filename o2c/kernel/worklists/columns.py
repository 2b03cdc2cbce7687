"""The columns of a worklist: what each shows of a row, and how it is sorted and exported."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How a value is written, aligned and exported."""

    TEXT = "text"
    LINK = "link"
    MONEY = "money"
    QUANTITY = "quantity"
    NUMBER = "number"
    DAY = "day"
    AGE = "age"
    INSTANT = "instant"
    TAG = "tag"


RIGHT = {Kind.MONEY, Kind.QUANTITY, Kind.NUMBER, Kind.AGE}


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with the colour of its meaning: good, wait, bad, info, or none."""

    text: str
    tone: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    *value* returns what it shows of a row; by default the attribute at *name*, with dots for what is under it.
    *sort* is the database expression that orders by it, empty when it cannot. *currency* is the path to the
    currency of a money column, *url* what a link leads to. A column that is not *shown* can be chosen.
    """

    name: str
    label: Any
    kind: Kind = Kind.TEXT
    value: Callable[[Any], Any] | None = None
    sort: str = ""
    currency: str = "currency"
    url: Callable[[Any], str] | None = None
    shown: bool = True
    grows: bool = False

    @property
    def is_right(self) -> bool:
        """Say whether figures stand under each other."""
        return self.kind in RIGHT

    def of(self, row: Any) -> Any:
        """Return what the column shows of *row*."""
        return self.value(row) if self.value is not None else at(row, self.name)


def at(row: Any, path: str) -> Any:
    """Return the attribute of *row* at a dotted path; None as soon as there is nothing."""
    for name in path.split("."):
        if row is None:
            return None
        row = getattr(row, name)
    return row
