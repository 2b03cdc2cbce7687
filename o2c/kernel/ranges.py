"""Expressions for EXCLUDE constraints: only core PostgreSQL, because btree_gist may not be installed.

An equality is written as an overlap of one-value ranges, which GiST knows without an extension.
"""

from django.db.models import F, Func, Value


def same_id(field: str) -> Func:
    """Return the expression whose overlap means that two rows have the same foreign key *field*."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


def same_number(field: str) -> Func:
    """Return the expression whose overlap means that two rows have the same decimal *field*."""
    return Func(F(field), F(field), Value("[]"), function="numrange")


def days(first: str = "valid_from", last: str = "valid_to") -> Func:
    """Return the days from *first* to *last* inclusive; an empty *last* means without end."""
    return Func(F(first), F(last), Value("[]"), function="daterange")


def same_text(field: str) -> Func:
    """Return the expression whose overlap means that two rows have the same text *field*.

    By its 64-bit hash: two of a few hundred codes that collide would only refuse a legal row.
    """
    hashed = Func(F(field), Value(0), function="hashtextextended")
    return Func(hashed, hashed, Value("[]"), function="int8range")
