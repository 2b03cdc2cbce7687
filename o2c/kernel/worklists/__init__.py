"""Worklists: one component for every list that somebody works through (docs/making-a-page.md).

An app declares what its list shows, filters and can do in ``worklists.py``; the address of a list is its
whole state, so a link, a saved view and the Back button all mean the same.
"""

from o2c.kernel.worklists.actions import BulkAction, Chosen
from o2c.kernel.worklists.columns import Column, Kind, Tag
from o2c.kernel.worklists.filters import Currency, Filters, any_of, between, whether
from o2c.kernel.worklists.worklist import Desk, Worklist

__all__ = [
    "BulkAction",
    "Chosen",
    "Column",
    "Currency",
    "Desk",
    "Filters",
    "Kind",
    "Tag",
    "Worklist",
    "any_of",
    "between",
    "whether",
]
