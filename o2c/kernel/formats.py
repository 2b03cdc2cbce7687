"""How a document writes money, quantities and dates: the customer's language, as their country writes it."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import (
    NumberPattern,
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    parse_pattern,
)

HUNDRED = Decimal(100)
NO_BREAK_SPACE = "\u00a0"
_NUMBER = re.compile(r"-?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_SPACES = re.compile("[\u0020\u00a0\u2009\u202f]")

# English beyond the countries that CLDR knows of is not American: days come before months.
_WORLD = {"en": "en_001"}

# Where the postal code follows the town; everywhere else it comes first.
_CODE_AFTER_CITY = frozenset("AE AU CA GB HK ID IE IN JP KR MY NZ PH SA SG TH TW US VN ZA".split())  # noqa: SIM905

# What CLDR has two letters for and ISO 3166-1 does not assign: unions, islands of others, test values.
_NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905


def is_country(code: str) -> bool:
    """Say whether *code* is a country's (ISO 3166-1 alpha-2, and XK for Kosovo)."""
    return len(code) == 2 and code not in _NO_COUNTRIES and code in Locale("en").territories


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one CLDR locale. Amounts are rounded to nothing coarser than they are stored in."""

    locale: Locale

    def money(self, amount: Decimal, currency: str) -> str:
        """Return *amount* with the sign of its *currency* (ISO 4217): 1,234.50 as €1,234.50 or 1 234,50 €."""
        pattern = self.locale.currency_formats["standard"].pattern
        if get_currency_symbol(currency, self.locale)[-1].isalpha():
            # Letters never touch digits (CLDR's alphaNextToNumber, which Babel leaves out).
            pattern = pattern.replace("¤#", f"¤{NO_BREAK_SPACE}#")
        return str(format_currency(amount, currency, format=pattern, locale=self.locale))

    def amount(self, amount: Decimal, currency: str) -> str:
        """Return *amount* in the decimals of *currency*, without its sign: for columns of figures."""
        digits = get_currency_precision(currency)
        return self._number(amount, digits, digits)

    def unit_price(self, price: Decimal, currency: str) -> str:
        """Return a price per unit: at least the decimals of *currency*, at most the six that are stored."""
        return self._number(price, get_currency_precision(currency), 6)

    def quantity(self, quantity: Decimal) -> str:
        """Return a quantity with as many of its four decimals as it needs."""
        return self._number(quantity, 0, 4)

    def percent(self, rate: Decimal) -> str:
        """Return a rate in percent, where 20 means 20 %, with as many decimals as it needs."""
        pattern = _with_decimals(self.locale.percent_formats[None].pattern, 0, 4)
        return str(pattern.apply(rate / HUNDRED, self.locale))

    def date(self, day: date) -> str:
        """Return a date with the name of its month, which nobody can misread; it stays on one line."""
        return str(format_date(day, "long", self.locale)).replace(" ", NO_BREAK_SPACE)

    def country(self, code: str) -> str:
        """Return the name of a country (ISO 3166-1), the code itself where CLDR has none."""
        return str(self.locale.territories.get(code, code))

    def countries(self) -> list[tuple[str, str]]:
        """Return every country's code and name, by name: what a person chooses from."""
        known = map(str, Locale("en").territories)
        named = [(code, self.country(code)) for code in known if is_country(code)]
        return sorted(named, key=lambda one: one[1].casefold())

    def parse(self, text: str) -> Decimal | None:
        """Return the number that somebody typed the local way, None where it is none: ``1 234,56``, ``-2.5``.

        Groups stand in threes or not at all, so that ``12,5`` is never read as 125. A point is a decimal
        point too wherever it cannot be a group: keypads and scanners know no other.
        """
        group, decimal = get_group_symbol(self.locale), get_decimal_symbol(self.locale)
        if group.isspace():
            group = " "
        plain = _SPACES.sub(" ", text.strip()).replace("\N{MINUS SIGN}", "-")
        whole, mark, rest = plain.partition(decimal)
        if not mark and group != "." and decimal != ".":
            whole, mark, rest = plain.partition(".")
        if group in whole and re.fullmatch(rf"-?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+", whole):
            whole = whole.replace(group, "")
        number = f"{whole}.{rest}" if mark else whole
        return Decimal(number) if "." not in whole and _NUMBER.fullmatch(number) else None

    def entered(self, value: Decimal) -> str:
        """Return a number as a field shows it, to be typed over: no groups, no zeros that say nothing."""
        plain = f"{value.normalize():f}"
        return plain.replace(".", get_decimal_symbol(self.locale))

    def _number(self, value: Decimal, least: int, most: int) -> str:
        pattern = _with_decimals(self.locale.decimal_formats[None].pattern, least, most)
        return str(pattern.apply(value, self.locale))


@lru_cache(maxsize=64)
def formats_for(language: str, country: str = "") -> Formats:
    """Return the formats of *language* (ISO 639-1) as *country* (ISO 3166-1) uses it.

    Where CLDR has no such pair, such as Russian in Norway, the language decides alone.
    """
    for tag in (f"{language}_{country}", _WORLD.get(language, language)):
        try:
            return Formats(Locale.parse(tag))
        except (UnknownLocaleError, ValueError):
            continue
    return Formats(Locale.parse(_WORLD["en"]))


@lru_cache(maxsize=256)
def _with_decimals(pattern: str, least: int, most: int) -> NumberPattern:
    parsed = parse_pattern(pattern)
    parsed.frac_prec = (least, most)
    return parsed


def postal_line(*, postal_code: str, city: str, country: str) -> str:
    """Return the line of an address that names the town, in the order of *country* (ISO 3166-1)."""
    parts = (city, postal_code) if country in _CODE_AFTER_CITY else (postal_code, city)
    return " ".join(filter(None, parts))


def grouped(account: str) -> str:
    """Return an IBAN in groups of four, as banks print it."""
    compact = account.replace(" ", "")
    return NO_BREAK_SPACE.join(compact[start : start + 4] for start in range(0, len(compact), 4))
