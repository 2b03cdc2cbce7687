"""How documents write figures, dates and places."""

from datetime import date
from decimal import Decimal

import pytest

from o2c.kernel.formats import formats_for, grouped, postal_line


@pytest.mark.parametrize(
    ("language", "country", "money", "day"),
    [
        ("en", "GB", "€1,234.50", "5\u00a0March\u00a02026"),
        ("en", "US", "€1,234.50", "March\u00a05,\u00a02026"),
        ("en", "", "€1,234.50", "5\u00a0March\u00a02026"),
        ("fr", "FR", "1\u202f234,50\u00a0€", "5\u00a0mars\u00a02026"),
        ("nb", "NO", "1\u00a0234,50\u00a0€", "5.\u00a0mars\u00a02026"),
        ("id", "ID", "€1.234,50", "5\u00a0Maret\u00a02026"),
        ("ru", "NO", "1\u00a0234,50\u00a0€", "5\u00a0марта\u00a02026\u202fг."),
    ],
)
def test_money_and_dates_follow_the_language_and_its_country(
    language: str, country: str, money: str, day: str
) -> None:
    formats = formats_for(language, country)
    assert formats.money(Decimal("1234.5"), "EUR") == money
    assert formats.date(date(2026, 3, 5)) == day


def test_letters_of_a_currency_never_touch_its_digits() -> None:
    assert formats_for("en", "GB").money(Decimal(5), "NOK") == "NOK\u00a05.00"
    assert formats_for("id", "ID").money(Decimal(5000), "IDR") == "Rp\u00a05.000,00"


def test_a_column_of_figures_has_the_decimals_of_the_currency_and_no_sign() -> None:
    formats = formats_for("nb", "NO")
    assert formats.amount(Decimal("1234.5"), "NOK") == "1\u00a0234,50"
    assert formats.amount(Decimal("1234.5"), "KWD") == "1\u00a0234,500"
    assert formats.amount(Decimal(1234), "JPY") == "1\u00a0234"


def test_prices_and_quantities_keep_the_decimals_they_need() -> None:
    formats = formats_for("en", "GB")
    assert formats.unit_price(Decimal("17.250000"), "EUR") == "17.25"
    assert formats.unit_price(Decimal("0.001234"), "EUR") == "0.001234"
    assert formats.unit_price(Decimal("21.000000"), "JPY") == "21"
    assert formats.quantity(Decimal("12.0000")) == "12"
    assert formats.quantity(Decimal("7.5000")) == "7.5"
    assert formats.percent(Decimal("5.5000")) == "5.5%"


def test_places_are_written_as_their_post_wants_them() -> None:
    assert postal_line(postal_code="N1 9GU", city="London", country="GB") == "London N1 9GU"
    assert postal_line(postal_code="5003", city="Bergen", country="NO") == "5003 Bergen"
    assert postal_line(postal_code="", city="Doha", country="QA") == "Doha"
    assert formats_for("fr", "FR").country("GB") == "Royaume-Uni"
    assert formats_for("fr", "FR").country("XX") == "XX"
    assert grouped("GB33BUKB20201555555555") == "GB33\u00a0BUKB\u00a02020\u00a01555\u00a05555\u00a055"


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.56", "1234.56"),
        ("en", " -2.5 ", "-2.5"),
        ("en", ".5", "0.5"),
        ("fr", "1 234,56", "1234.56"),
        ("fr", "1\u202f234,56", "1234.56"),
        ("nb", "1\u00a0234,56", "1234.56"),
        ("nb", "12.5", "12.5"),
        ("id", "1.234,5", "1234.5"),
        ("id", "1.234", "1234"),
        ("ru", "\u221212,5", "-12.5"),
    ],
)
def test_a_number_is_read_the_way_the_reader_writes_it(language: str, typed: str, number: str) -> None:
    assert formats_for(language).parse(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "12,5"),
        ("en", ""),
        ("en", "."),
        ("en", "1e3"),
        ("en", "NaN"),
        ("en", "٣"),
        ("id", "12.5"),
        ("fr", "1,2,3"),
        ("en", "9" * 40),
    ],
)
def test_what_could_mean_another_number_is_none(language: str, typed: str) -> None:
    assert formats_for(language).parse(typed) is None


def test_a_field_shows_a_number_as_it_can_be_typed() -> None:
    assert formats_for("fr").entered(Decimal("1234.5000")) == "1234,5"
    assert formats_for("en").entered(Decimal("100.0000")) == "100"
