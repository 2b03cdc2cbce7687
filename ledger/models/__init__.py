"""The chart of accounts, periods, exchange rates and the journal."""

from ledger.models.account import Account
from ledger.models.journal import DailyTurnover, JournalEntry, JournalLine
from ledger.models.period import ExchangeRate, Period

__all__ = ["Account", "DailyTurnover", "ExchangeRate", "JournalEntry", "JournalLine", "Period"]
