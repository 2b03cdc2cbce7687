"""Amounts, quantities and dates as the reader is shown them: in their language, at the currency's precision."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_timedelta
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext as _

from o2c.kernel import clock
from o2c.kernel.formats import Formats, formats_for

DAYS_SHOWN_AS_DAYS = 60


def formats() -> Formats:
    """Return the formats of the reader's language."""
    return formats_for(get_language() or "en")


def known(name: str) -> str:
    """Return a name that the installation gave in the reader's language; what a company typed stays as typed."""
    return _(name) if name else ""


def money(amount: Decimal | None, currency: str) -> str:
    """Return *amount* of *currency* with its decimals and no code: ``4,812.40``; a dash for None."""
    return "–" if amount is None else formats().amount(amount, currency)


def with_code(amount: Decimal | None, currency: str) -> str:
    """Return *amount* with its currency's code beside it, as a table cell wants it."""
    if amount is None:
        return "–"
    return format_html('{}<span class="unit">{}</span>', money(amount, currency), currency)


def opposite(amount: Decimal) -> Decimal:
    """Return the amount with the other sign: a credit balance as a positive figure."""
    return -amount


def unit_price(price: Decimal, currency: str) -> str:
    """Return a price per unit, with up to six decimals where it has them."""
    return formats().unit_price(price, currency)


def percent(rate: Decimal) -> str:
    """Return a rate in percent: 20 means 20 %."""
    return formats().percent(rate)


def side(amount: Decimal, currency: str) -> str:
    """Return a debit or a credit: nothing where it is zero."""
    return money(amount, currency) if amount else ""


def quantity(value: Decimal | None) -> str:
    """Return a quantity without trailing zeros: ``600``, ``2.5``."""
    return "–" if value is None else formats().quantity(value)


def typed(value: Decimal) -> str:
    """Return a number as a form takes it back: no groups."""
    return formats().entered(value)


def day(value: date | None) -> str:
    """Return a date with its machine-readable form: ``22 Nov 2026``."""
    if value is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_words(value))


def day_words(value: date) -> str:
    """Return a date as text: ``22 Nov 2026``."""
    return str(format_date(value, "d MMM y", formats().locale))


def instant(value: datetime) -> str:
    """Return an instant in the active time zone, to the minute."""
    text = format_datetime(localtime(value), "d MMM y HH:mm", locale=formats().locale)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def ago(value: datetime) -> str:
    """Return how long ago an instant was: ``3 hours ago``."""
    passed = value - clock.unmoved()
    return str(format_timedelta(passed, add_direction=True, locale=formats().locale))


def age(since: date | None, today: date) -> str:
    """Return how long ago a day was, in words short enough for a column: ``today``, ``3 d``, ``4 mo``."""
    if since is None:
        return "–"
    days = (today - since).days
    if days <= 0:
        return _("today")
    if days <= DAYS_SHOWN_AS_DAYS:
        return _("%(days)d d") % {"days": days}
    return _("%(months)d mo") % {"months": days // 30}
