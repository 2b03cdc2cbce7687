"""What an account's balance is made of, page by page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from ledger import selectors as ledger
from ledger.models import Account, JournalLine
from o2c.kernel.errors import NotFound
from o2c.kernel.figures import known
from o2c.kernel.money import ZERO
from o2c.kernel.workdays import ONE_DAY

PAGE = 50
MOVED = Sum(F("debit") - F("credit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line of an account; amounts in base currency, *balance* after it, positive for a debit.

    *amount* is the same in the document's *currency*; *party_id* is the customer on control accounts.
    """

    id: int
    on: date
    entry_id: int
    entry_number: int | None
    source: str
    description: str
    party_id: int | None
    debit: Decimal
    credit: Decimal
    balance: Decimal
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Lines of one account in the order of their dates; *next_after* asks for the page that follows."""

    account_id: int
    code: str
    name: str
    base_currency: str
    opening: Decimal
    lines: tuple[AccountLine, ...]
    next_after: tuple[date, int] | None

    @property
    def closing(self) -> Decimal:
        """Return the balance after the last line of the page."""
        return self.lines[-1].balance if self.lines else self.opening


def account_page(
    *,
    account_id: int,
    since: date | None = None,
    until: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = PAGE,
) -> AccountPage:
    """Return a page of an account's lines with the running balance, in four queries at most.

    *since* and *until* are days, both included; *after* is the key (date, line id) of the last line
    seen, so a page costs the same wherever it is. The balance counts everything before the page.

    :raises NotFound: there is no such account.
    """
    account = Account.objects.select_related("company").filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("There is no account %(account_id)s.") % {"account_id": account_id})
    lines = JournalLine.objects.filter(account=account)
    opening, wanted = ZERO, Q()
    if after is not None:
        day, seen = after
        opening = _before(account.pk, day)
        opening += lines.filter(on=day, pk__lte=seen).aggregate(balance=MOVED)["balance"] or ZERO
        wanted = Q(on__gt=day) | Q(on=day, pk__gt=seen)
    elif since is not None:
        opening, wanted = _before(account.pk, since), Q(on__gte=since)
    if until is not None:
        wanted &= Q(on__lte=until)
    rows = list(lines.filter(wanted).select_related("entry").order_by("on", "pk")[: limit + 1])
    found = _running(rows[:limit], opening)
    return AccountPage(
        account_id=account.pk,
        code=account.code,
        name=known(account.name),
        base_currency=account.company.base_currency,
        opening=opening,
        lines=found,
        next_after=(found[-1].on, found[-1].id) if len(rows) > limit else None,
    )


def _before(account_id: int, day: date) -> Decimal:
    """Return an account's balance at the start of a day; the first day that there can be has none before it."""
    if day == date.min:
        return ZERO
    return ledger.balance_of_account(account_id=account_id, as_of=day - ONE_DAY)


def _running(rows: list[JournalLine], balance: Decimal) -> tuple[AccountLine, ...]:
    found = []
    for row in rows:
        balance += row.debit - row.credit
        found.append(
            AccountLine(
                id=row.pk,
                on=row.on,
                entry_id=row.entry_id,
                entry_number=row.entry.number,
                source=row.entry.source,
                description=row.entry.description,
                party_id=row.party_id,
                debit=row.debit,
                credit=row.credit,
                balance=balance,
                currency=row.currency,
                amount=row.amount,
            )
        )
    return tuple(found)
