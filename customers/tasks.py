"""What is done about customers in the background: their notices are sent."""

import logging
import time
from smtplib import SMTPException

from celery import shared_task

from customers import selectors, services
from o2c.kernel import clock

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
