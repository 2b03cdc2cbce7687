"""Entries by hand: balanced, once, and never on an account that documents move."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledger import errors, services
from ledger.models import JournalEntry
from ledger.services import ManualLine
from tests.world import World


def post(world: World, *lines: ManualLine, reference: str = "R-1") -> JournalEntry:
    return services.post_manual_entry(
        company=world.company,
        reference=reference,
        description="Bank charge",
        lines=lines,
        on=world.on,
        actor=world.system,
    )


def debit(account: str, amount: str) -> ManualLine:
    return ManualLine(account=account, debit=Decimal(amount))


def credit(account: str, amount: str) -> ManualLine:
    return ManualLine(account=account, credit=Decimal(amount))


def test_an_entry_by_hand_moves_the_accounts_it_names(world: World) -> None:
    entry = post(world, debit("5800", "12.50"), credit("1800", "12.50"))
    assert entry.source == "manual/R-1"
    assert (world.balance("5800"), world.balance("1800")) == (Decimal("12.50"), Decimal("-12.50"))
    assert world.trial_balance().difference == 0


def test_a_reference_is_used_once(world: World) -> None:
    post(world, debit("5800", "1"), credit("1800", "1"))
    with pytest.raises(errors.SourceReused):
        post(world, debit("5800", "1"), credit("1800", "1"))
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("account", ["1200", "1400", "2100", "2200"])
def test_control_accounts_take_no_entry_by_hand(world: World, account: str) -> None:
    with pytest.raises(errors.ControlAccountEntry):
        post(world, debit(account, "1"), credit("1800", "1"))
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [debit("5800", "1")],
        [debit("5800", "1"), credit("1800", "2")],
        [debit("5800", "0"), credit("1800", "0")],
        [debit("5800", "-1"), credit("1800", "-1")],
        [debit("5800", "0.001"), credit("1800", "0.001")],
        [debit("5800", "NaN"), credit("1800", "NaN")],
        [debit("9999", "1"), credit("1800", "1")],
        [debit("5800", "1"), credit("5800", "1")],
        [
            ManualLine(account="5800", debit=Decimal(1), credit=Decimal(1)),
            credit("1800", "1"),
            debit("1800", "1"),
        ],
    ],
)
def test_what_is_no_entry_is_refused(world: World, lines: list[ManualLine]) -> None:
    with pytest.raises(errors.InvalidEntry):
        post(world, *lines)
    assert not JournalEntry.objects.exists()


def test_a_reversal_is_not_dated_before_its_entry(world: World) -> None:
    entry = post(world, debit("5800", "1"), credit("1800", "1"))

    def reverse(on: date) -> JournalEntry:
        return services.reverse_entry(entry_id=entry.pk, on=on, reason="Twice", actor=world.system)

    with pytest.raises(errors.ReversalTooEarly, match="20 Nov 2026"):
        reverse(world.on - timedelta(days=1))
    assert reverse(world.on).reverses == entry


def test_what_a_person_dates_far_ahead_is_refused_and_an_accrual_of_the_next_month_is_not(
    world: World,
) -> None:
    """A mistyped year lies in an open period too."""

    def post(on, reference: str) -> JournalEntry:
        lines = [ManualLine(account="5800", debit=Decimal(1)), ManualLine(account="1800", credit=Decimal(1))]
        return services.post_manual_entry(
            company=world.company,
            reference=reference,
            description="Rent",
            lines=lines,
            on=on,
            today=world.on,
            actor=world.system,
        )

    entry = post(date(2026, 12, 31), "accrual")
    for on in (date(2027, 1, 1), date(2027, 12, 20)):
        with pytest.raises(errors.EntryTooFarAhead, match="are dated until 31 Dec 2026"):
            post(on, "year")
        with pytest.raises(errors.EntryTooFarAhead):
            services.reverse_entry(entry_id=entry.pk, on=on, today=world.on, reason="x", actor=world.system)


def test_an_entry_is_called_by_its_text_until_it_has_a_number(world: World) -> None:
    entry = world.manual_entry()
    assert str(entry) == "Bank charge"
    while services.seal_entries(company_id=world.company.pk):
        pass
    entry.refresh_from_db()
    assert str(entry) == f"{entry.number} Bank charge"
