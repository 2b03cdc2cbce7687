"""Gapless document numbers: one counter row per company, kind and year, taken last in the transaction.

Numbers that may have gaps (orders, shipments, payments) come from sequences instead, see
``sequence_number``.
"""

from datetime import date
from typing import Any

from django.db.models import CharField, Func, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.errors import DomainError
from o2c.kernel.figures import day_words

NEXT = """
INSERT INTO kernel_documentcounter (company_id, kind, year, last, last_on) VALUES (%s, %s, %s, 1, %s)
ON CONFLICT (company_id, kind, year) DO UPDATE
SET last = kernel_documentcounter.last + 1, last_on = excluded.last_on
WHERE kernel_documentcounter.last_on IS NULL OR kernel_documentcounter.last_on <= excluded.last_on
RETURNING last
"""


class DateBeforeLastNumber(DomainError):
    """A number was given to a later date already, and numbers follow the dates."""

    code = "date-before-last-number"
    hint = gettext_lazy("Use that date or a later one.")


@requires_transaction
def next_gapless(*, company_id: int, kind: str, on: date) -> int:
    """Take the next number of *kind* in the year of *on*; its counter stays locked until the transaction ends.

    A rollback gives the number back. Take it as the last lock of the transaction: everybody who
    issues the same kind of document waits behind it.

    :raises DateBeforeLastNumber: the last number of that year was given to a later date.
    """
    rows = fetch_all(NEXT, [company_id, kind, on.year, on])
    if not rows:
        raise DateBeforeLastNumber(
            _("The last number of this series in %(year)s has a date after %(on)s.")
            % {"year": on.year, "on": day_words(on)}
        )
    return int(rows[0][0])


def sequence_number(prefix: str, sequence: str) -> Any:
    """Return the database default of a number with gaps, such as ``SO-10001``."""
    nextval = Func(Value(sequence), function="nextval")
    return Concat(Value(f"{prefix}-"), Cast(nextval, CharField()))
