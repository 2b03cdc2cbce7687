"""Working days: Monday to Friday. Public holidays differ by town and are not known here."""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


def add_working_days(day: date, days: int) -> date:
    """Return the working day that is *days* working days after *day*; with 0 days, *day* or the next one."""
    found = day
    while found.weekday() >= SATURDAY:
        found += ONE_DAY
    for _ in range(days):
        found += ONE_DAY
        while found.weekday() >= SATURDAY:
            found += ONE_DAY
    return found
