"""Balances are read from a row a day and account, and never miss or double what is numbered in between."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import selectors, services
from ledger.models import Account, DailyTurnover
from ledger.services import ManualLine
from tests.world import World


def charge(world: World, reference: str, amount: str, days_ago: int = 0) -> None:
    """Post a bank charge."""
    services.post_manual_entry(
        company=world.company,
        reference=reference,
        description="Bank charge",
        lines=[
            ManualLine(account="5800", debit=Decimal(amount)),
            ManualLine(account="1800", credit=Decimal(amount)),
        ],
        on=world.on - timedelta(days=days_ago),
        actor=world.system,
    )


def turnover(world: World) -> list[tuple[str, int, Decimal, Decimal]]:
    """Every row: the account, how many days ago, debit and credit."""
    rows = DailyTurnover.objects.order_by("account__code", "on").select_related("account")
    return [(row.account.code, (world.on - row.on).days, row.debit, row.credit) for row in rows]


def balances(world: World, days_ago: int = 0) -> tuple[Decimal, Decimal]:
    """The bank and its charges at the end of a day."""
    on = world.on - timedelta(days=days_ago)
    found = selectors.trial_balance(company_id=world.company.pk, currency="GBP", as_of=on)
    bank = Account.objects.get(code="1800")
    assert selectors.balance_of_account(account_id=bank.pk, as_of=on) == found.balance_of("1800")
    assert selectors.balances_of_roles(company_id=world.company.pk, roles=["bank"], as_of=on) == {
        "bank": found.balance_of("1800")
    }
    return found.balance_of("1800"), found.balance_of("5800")


def test_numbering_moves_lines_into_the_turnover_and_changes_no_balance(world: World) -> None:
    seal = partial(services.seal_entries, company_id=world.company.pk)
    charge(world, "R-1", "10", days_ago=2)
    charge(world, "R-2", "5")
    assert (balances(world), balances(world, 1), balances(world, 3)) == ((-15, 15), (-10, 10), (0, 0))
    assert turnover(world) == []
    assert seal() == 2
    assert turnover(world) == [("1800", 2, 0, 10), ("1800", 0, 0, 5), ("5800", 2, 10, 0), ("5800", 0, 5, 0)]
    charge(world, "R-3", "0.25", days_ago=2)
    assert (balances(world), balances(world, 1), balances(world, 3)) == (
        (Decimal("-15.25"), Decimal("15.25")),
        (Decimal("-10.25"), Decimal("10.25")),
        (0, 0),
    )
    assert seal() == 1
    assert seal() == 0
    assert turnover(world)[0] == ("1800", 2, 0, Decimal("10.25"))
    assert balances(world) == (Decimal("-15.25"), Decimal("15.25"))


def test_a_trial_balance_reads_days_and_what_is_not_numbered_yet(world: World) -> None:
    for number in range(30):
        charge(world, f"R-{number}", "1")
    services.seal_entries(company_id=world.company.pk)
    with CaptureQueriesContext(connection) as captured:
        assert balances(world) == (-30, 30)
    assert len(captured) == 4, "the account, and one statement for each of the three answers"


def test_a_turnover_of_nothing_or_of_a_day_twice_is_refused(world: World) -> None:
    charge(world, "R-1", "10")
    services.seal_entries(company_id=world.company.pk)
    row = DailyTurnover.objects.first()
    assert row is not None
    twice = DailyTurnover(account=row.account, on=row.on, debit=1, credit=0)
    nothing = DailyTurnover(account=row.account, on=row.on - timedelta(days=1), debit=0, credit=0)
    for wrong in (twice, nothing):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()
