"""Questions to the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from ledger.errors import RateMissing
from ledger.models import Account, ExchangeRate, Period
from o2c.kernel.db import fetch_all
from o2c.kernel.figures import day_words
from o2c.kernel.money import total


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account's turnover and balance, in base currency; *balance* is positive for a debit."""

    account_id: int
    code: str
    name: str
    kind: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Return debit minus credit."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts as of one day, in base currency."""

    company_id: int
    as_of: date
    currency: str
    rows: list[TrialBalanceRow]

    @property
    def debit(self) -> Decimal:
        """Return the sum of all debits."""
        return total(row.debit for row in self.rows)

    @property
    def credit(self) -> Decimal:
        """Return the sum of all credits."""
        return total(row.credit for row in self.rows)

    @property
    def difference(self) -> Decimal:
        """Return debits minus credits: zero, or the books are broken."""
        return self.debit - self.credit

    def balance_of(self, code: str) -> Decimal:
        """Return the balance of the account with *code*, positive for a debit."""
        return total(row.balance for row in self.rows if row.code == code)


# What accounts moved up to and including a day: the turnover of what is numbered, and the lines of what is not yet.
# The sealer moves lines from the one to the other in one commit, so that each counts once, whenever one asks.
MOVED = """
WITH moved AS (
    SELECT account_id, debit, credit FROM ledger_dailyturnover WHERE "on" <= %(on)s
    UNION ALL
    SELECT line.account_id, line.debit, line.credit FROM ledger_journalentry entry
    JOIN ledger_journalline line ON line.entry_id = entry.id
    WHERE entry.number IS NULL AND line."on" <= %(on)s
)
"""

TURNOVERS = """
SELECT account.id, account.code, account.name, account.kind,
    COALESCE(sum(moved.debit), 0), COALESCE(sum(moved.credit), 0)
FROM ledger_account account LEFT JOIN moved ON moved.account_id = account.id
WHERE account.company_id = %(company)s GROUP BY account.id ORDER BY account.code
"""

BALANCES = """
SELECT account.role, COALESCE(sum(moved.debit - moved.credit), 0)
FROM ledger_account account LEFT JOIN moved ON moved.account_id = account.id
WHERE account.company_id = %(company)s AND account.role = ANY(%(roles)s) GROUP BY account.role
"""

BALANCE = "SELECT COALESCE(sum(debit - credit), 0) FROM moved WHERE account_id = %(account)s"


def trial_balance(*, company_id: int, currency: str, as_of: date) -> TrialBalance:
    """Return every account with its turnover up to and including *as_of*. One query, over days and not lines."""
    found = fetch_all(MOVED + TURNOVERS, {"company": company_id, "on": as_of})
    rows = [TrialBalanceRow(*row) for row in found]
    return TrialBalance(company_id=company_id, as_of=as_of, currency=currency, rows=rows)


def balances_of_roles(*, company_id: int, roles: Collection[str], as_of: date) -> dict[str, Decimal]:
    """Return the balance of the accounts of some roles at the end of a day, in base currency, by role.

    Positive for a debit; a role without an account is left out. One query, over days and not lines.
    """
    asked = {"company": company_id, "roles": [str(role) for role in roles], "on": as_of}
    return dict(fetch_all(MOVED + BALANCES, asked))


def balance_of_account(*, account_id: int, as_of: date) -> Decimal:
    """Return an account's balance at the end of a day, in base currency, positive for a debit. One query."""
    [(balance,)] = fetch_all(MOVED + BALANCE, {"account": account_id, "on": as_of})
    return Decimal(balance)


def rate_on(*, company_id: int, base_currency: str, currency: str, on: date) -> Decimal:
    """Return how many units of base currency one unit of *currency* is worth on *on*.

    :raises RateMissing: no rate covers that day.
    """
    if currency == base_currency:
        return Decimal(1)
    rate = (
        ExchangeRate.objects.filter(company_id=company_id, currency=currency, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .values_list("rate", flat=True)
        .first()
    )
    if rate is None:
        raise RateMissing(
            _("There is no exchange rate for %(currency)s on %(on)s.")
            % {"currency": currency, "on": day_words(on)}
        )
    return rate


def names_of_roles(*, company_id: int, roles: Collection[str]) -> dict[str, str]:
    """Return what the chart calls the accounts of some roles: code and name, by role; one query."""
    accounts = Account.objects.filter(company_id=company_id, role__in=roles) if roles else ()
    return {account.role or "": f"{account.code} {account.name}" for account in accounts}


def last_day_by_hand(company_id: int, *, today: date) -> date:
    """Return until when somebody may date an entry: the end of the period after the one of *today*."""
    near = Period.objects.filter(company_id=company_id, ends_on__gte=today).order_by("starts_on")[:2]
    return max((period.ends_on for period in near), default=today)
