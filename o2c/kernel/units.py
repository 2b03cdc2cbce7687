"""The short names of units (UN/ECE Recommendation 20), as a line of a document writes them."""

from decimal import Decimal

from django.utils.translation import pgettext_lazy

_SHORT = {
    "C62": pgettext_lazy("unit", "pc"),
    "H87": pgettext_lazy("unit", "pc"),
    "EA": pgettext_lazy("unit", "pc"),
    "PR": pgettext_lazy("unit", "pair"),
    "SET": pgettext_lazy("unit", "set"),
    "BX": pgettext_lazy("unit", "box"),
    "XBX": pgettext_lazy("unit", "box"),
    "PA": pgettext_lazy("unit", "pack"),
    "XPK": pgettext_lazy("unit", "pack"),
    "GRM": pgettext_lazy("unit", "g"),
    "KGM": pgettext_lazy("unit", "kg"),
    "TNE": pgettext_lazy("unit", "t"),
    "MMT": pgettext_lazy("unit", "mm"),
    "CMT": pgettext_lazy("unit", "cm"),
    "MTR": pgettext_lazy("unit", "m"),
    "KMT": pgettext_lazy("unit", "km"),
    "MTK": pgettext_lazy("unit", "m²"),
    "MTQ": pgettext_lazy("unit", "m³"),
    "LTR": pgettext_lazy("unit", "l"),
    "MIN": pgettext_lazy("unit", "min"),
    "HUR": pgettext_lazy("unit", "h"),
    "DAY": pgettext_lazy("unit", "day"),
    "MON": pgettext_lazy("unit", "month"),
    "ANN": pgettext_lazy("unit", "year"),
    "KWH": pgettext_lazy("unit", "kWh"),
}

# What is counted: there is no half of it, where one can weigh, measure or take time in parts.
COUNTED = frozenset({"C62", "H87", "EA", "PR", "SET", "BX", "XBX", "PA", "XPK"})


def fits(quantity: Decimal, code: str) -> bool:
    """Say whether there can be this quantity of a unit: of what is counted only whole numbers."""
    return code not in COUNTED or quantity % 1 == 0


def short_name(code: str) -> str:
    """Return the short name of a unit in the active language; a code that has none stands for itself."""
    return str(_SHORT.get(code, code))
