"""The countries of the format ``uci-retail``, by the names that the file uses."""

from typing import NamedTuple


class Country(NamedTuple):
    """ISO 3166-1 code, and whether it was in the European Union, the United Kingdom included, in 2010-11."""

    code: str
    in_eu: bool


_EU = {
    "Austria": "AT",
    "Belgium": "BE",
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "European Community": "EU",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Italy": "IT",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Poland": "PL",
    "Portugal": "PT",
    "Spain": "ES",
    "Sweden": "SE",
    "United Kingdom": "GB",
}
_ELSEWHERE = {
    "Australia": "AU",
    "Bahrain": "BH",
    "Brazil": "BR",
    "Canada": "CA",
    "Channel Islands": "JE",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Japan": "JP",
    "Lebanon": "LB",
    "Norway": "NO",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Switzerland": "CH",
    "USA": "US",
    "United Arab Emirates": "AE",
}

COUNTRIES = {name: Country(code, in_eu=True) for name, code in _EU.items()} | {
    name: Country(code, in_eu=False) for name, code in _ELSEWHERE.items()
}
