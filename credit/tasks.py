"""What the credit desk does when a customer comes, and every night."""

from datetime import date
from typing import Any

from credit import services
from credit.bureau import bureau, subject_of
from customers.models import Customer
from o2c.kernel import clock
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Company, User


@repeatable_consumer
def ask_bureau(*, document_id: int, **_: Any) -> None:
    """Ask the bureau about a new customer, outside any transaction, and keep what it says."""
    on = clock.today(Company.objects.current().time_zone)
    report = bureau().report_on(subject_of(Customer.objects.get(pk=document_id)), on=on)
    if report is None:
        return
    services.record_report(
        customer_id=document_id,
        source=report.source,
        reference=report.reference,
        score=report.score,
        covered=report.covered,
        valid_until=report.valid_until,
        on=on,
        actor=User.system(),
    )


@daily_job
def assess_customers(*, on: date) -> dict[str, int]:
    """Judge every customer by how they paid in the last twelve months."""
    return {"changed": services.assess_customers(on=on, actor=User.system())}
