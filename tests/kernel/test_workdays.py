"""Working days leave out Saturdays and Sundays."""

from datetime import date

import pytest

from o2c.kernel.workdays import add_working_days


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        ("2026-11-20", 0, "2026-11-20"),  # a Friday
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 2, "2026-11-24"),
        ("2026-11-20", 6, "2026-11-30"),
        ("2026-11-21", 0, "2026-11-23"),  # a Saturday
        ("2026-11-22", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-12-30", 2, "2027-01-01"),  # public holidays are not known
    ],
)
def test_working_days_leave_out_saturdays_and_sundays(start: str, days: int, day: str) -> None:
    assert add_working_days(date.fromisoformat(start), days) == date.fromisoformat(day)
