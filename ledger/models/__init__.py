"""The chart of accounts, periods, exchange rates and the journal."""

from ledger.models.account import Account
from ledger.models.journal import JournalEntry, JournalLine
from ledger.models.period import ExchangeRate, Period

__all__ = ["Account", "ExchangeRate", "JournalEntry", "JournalLine", "Period"]
