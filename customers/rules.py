"""Due dates and VAT ids."""

import calendar
from datetime import date, timedelta

from stdnum import exceptions
from stdnum.eu import vat
from stdnum.gb import vat as gb_vat
from stdnum.no import mva


def due_on(*, issued_on: date, net_days: int, end_of_month: bool) -> date:
    """Return the due date: *net_days* after the invoice, or after the end of its month."""
    start = issued_on
    if end_of_month:
        start = issued_on.replace(day=calendar.monthrange(issued_on.year, issued_on.month)[1])
    return start + timedelta(days=net_days)


def is_valid_vat_id(vat_id: str) -> bool:
    """Say whether *vat_id*, with its country prefix, passes its country's check digits.

    EU states, Great Britain and Norway are checked; another country's id is taken as it is.
    """
    compact = vat_id.replace(" ", "").upper()
    country = compact[:2]
    if not country.isalpha():
        return compact.endswith("MVA") and bool(mva.is_valid(compact))
    try:
        if country == "GB":
            return bool(gb_vat.is_valid(compact))
        if country == "NO":
            return bool(mva.is_valid(compact[2:]))
        if country == "EL" or country.lower() in vat.MEMBER_STATES:
            return bool(vat.is_valid(compact))
    except exceptions.ValidationError:
        return False
    return len(compact) >= 4
