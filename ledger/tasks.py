"""What the ledger does by itself."""

from celery import shared_task

from ledger import services
from o2c.kernel.models import Company


@shared_task(name="ledger.tasks.seal")
def seal() -> None:
    """Number the journal entries that have committed since the last time."""
    for company_id in Company.objects.values_list("pk", flat=True):
        while services.seal_entries(company_id=company_id) == services.SEAL_BATCH:
            pass
