"""What stock does by itself."""

from datetime import date
from typing import Any

from celery import shared_task

from inventory import services
from inventory.services.carts import EXPIRY_BATCH
from o2c.kernel import clock
from o2c.kernel.background import daily_job
from o2c.kernel.models import Company, User


@shared_task(name="inventory.tasks.expire_carts")
def expire_carts() -> None:
    """Give back what carts hold whose time is over, batch by batch."""
    on = clock.today(Company.objects.current().time_zone)
    actor = User.system()
    while services.expire_carts(at=clock.now(), on=on, actor=actor) == EXPIRY_BATCH:
        pass


@daily_job
def watch_stock(*, on: date) -> dict[str, Any]:
    """Announce what has become low."""
    return services.watch_stock(on=on, actor=User.system())
