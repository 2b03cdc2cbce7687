"""What is done about customers in the background: their notices are sent, their VAT ids are checked."""

import logging
import time
from contextlib import suppress
from datetime import date
from smtplib import SMTPException
from typing import Any

from celery import shared_task

from customers import selectors, services
from customers.errors import VatCheckNotAnswered, VatIdChanged, VatIdMissing
from o2c.kernel import clock
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Company, User

log = logging.getLogger("o2c.mail")

LONGEST = 45.0  # seconds; the next call, a minute later, goes on


@shared_task(name="customers.tasks.send_messages")
def send_messages() -> None:
    """Send what waits, the oldest first. Runs every minute: the row is the queue, no event repeats it.

    A mail server that does not answer costs nobody a try: what waits stays queued until it does.
    """
    until = time.monotonic() + LONGEST
    services.doubt_abandoned(at=clock.now())
    services.queue_retries(at=clock.now())
    try:
        while selectors.due_messages().exists() and time.monotonic() < until:
            services.send_next(at=clock.now())
    except (SMTPException, OSError) as error:
        log.warning("The mail server can't be used (%s); %d wait.", error, selectors.due_messages().count())


@repeatable_consumer
def check_requested_vat_id(*, document_id: int, **_: Any) -> None:
    """Find out whether a VAT id is valid; when nobody answers, it stays owed and is asked again later."""
    on = clock.today(Company.objects.current().time_zone)
    with suppress(VatIdChanged, VatIdMissing):  # somebody corrected it meanwhile
        services.ask_about_vat_id(customer_id=document_id, on=on, actor=User.system())


IN_VAIN = 20  # questions in a row without an answer; then the rest waits for the next night


@daily_job
def recheck_vat_ids(*, on: date) -> dict[str, int]:
    """Ask again about the VAT ids that tax depends on and that nobody answered for lately."""
    figures = {"valid": 0, "not_valid": 0, "not_answered": 0}
    in_vain = 0
    for customer_id in list(selectors.vat_ids_to_check(on=on).values_list("pk", flat=True)):
        try:
            check = services.ask_about_vat_id(customer_id=customer_id, on=on, actor=User.system())
        except (VatIdChanged, VatIdMissing):
            continue
        except VatCheckNotAnswered as error:
            log.warning("%s", error)
            figures["not_answered"] += 1
            in_vain += 1
            if in_vain == IN_VAIN:
                break
            continue
        in_vain = 0
        figures["valid" if check.valid else "not_valid"] += 1
    return figures
