"""The ledger's verbs: post, reverse, close, number. Nothing else writes the journal."""

from ledger.services.manual import ManualLine, post_manual_entry
from ledger.services.periods import close_period, open_periods
from ledger.services.post import post_entry
from ledger.services.reverse import reverse_entry, why_not_reversible
from ledger.services.seal import SEAL_BATCH, seal_entries

__all__ = [
    "SEAL_BATCH",
    "ManualLine",
    "close_period",
    "open_periods",
    "post_entry",
    "post_manual_entry",
    "reverse_entry",
    "seal_entries",
    "why_not_reversible",
]
