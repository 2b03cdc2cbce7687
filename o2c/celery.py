"""The Celery application, and what runs when."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings.local")

app = Celery("o2c", task_cls="o2c.kernel.background:PartitionedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["o2c"], related_name="dispatch")

app.conf.task_routes = {
    "invoicing.tasks.render_pdf": {"queue": "documents"},
    "invoicing.tasks.draft_invoice": {"queue": "billing"},
    "invoicing.tasks.issue_drafted": {"queue": "billing"},
}

NIGHTLY = {"expires": 6 * 3600, "queue": "nightly"}

SCHEDULE: dict[str, dict[str, Any]] = {
    "dispatch what a crash left": {"task": "o2c.dispatch_events", "schedule": 60.0, "options": {"expires": 55}},
    "number the journal": {"task": "ledger.tasks.seal", "schedule": 60.0, "options": {"expires": 55}},
    "send messages": {"task": "customers.tasks.send_messages", "schedule": 60.0, "options": {"expires": 55}},
    "send webhooks": {
        "task": "o2c.gateway.tasks.send_webhooks", "schedule": 60.0, "options": {"expires": 55},
    },
    "free expired carts": {
        "task": "inventory.tasks.expire_carts", "schedule": 60.0, "options": {"expires": 55},
    },
    # Each job claims its business date, so a second beat, a retry or a clock change runs nothing twice.
    "expire quotes": {
        "task": "orders.tasks.expire_quotes", "schedule": crontab(hour=0, minute=15), "options": NIGHTLY,
    },
    "assess customers": {
        "task": "credit.tasks.assess_customers", "schedule": crontab(hour=0, minute=30), "options": NIGHTLY,
    },
    "watch stock": {
        "task": "inventory.tasks.watch_stock", "schedule": crontab(hour=0, minute=45), "options": NIGHTLY,
    },
    "serve waiting orders": {
        "task": "orders.tasks.serve_everything_waiting", "schedule": crontab(hour=0, minute=50), "options": NIGHTLY,
    },
    "plan shipments": {
        "task": "fulfillment.tasks.plan_everything_due", "schedule": crontab(hour=1, minute=0), "options": NIGHTLY,
    },
    "grant access": {
        "task": "fulfillment.tasks.grant_everything_due", "schedule": crontab(hour=1, minute=15), "options": NIGHTLY,
    },
    "expire returns": {
        "task": "fulfillment.tasks.expire_returns", "schedule": crontab(hour=0, minute=45), "options": NIGHTLY,
    },
    "detect delays": {
        "task": "fulfillment.tasks.detect_delays", "schedule": crontab(hour=5, minute=30), "options": NIGHTLY,
    },
    "bill shipments": {
        "task": "invoicing.tasks.bill_everything_due", "schedule": crontab(hour=1, minute=30), "options": NIGHTLY,
    },
    "print documents": {
        "task": "invoicing.tasks.print_everything_due", "schedule": crontab(hour=2, minute=0), "options": NIGHTLY,
    },
    "ask carriers": {
        "task": "fulfillment.tasks.ask_carriers", "schedule": crontab(hour=5, minute=0), "options": NIGHTLY,
    },
    "check VAT ids again": {
        "task": "customers.tasks.recheck_vat_ids", "schedule": crontab(hour=2, minute=30), "options": NIGHTLY,
    },
    "forget answers": {
        "task": "o2c.gateway.tasks.forget_answers", "schedule": crontab(hour=2, minute=45), "options": NIGHTLY,
    },
    "prove the books": {
        "task": "reporting.tasks.certify", "schedule": crontab(hour=3, minute=0), "options": NIGHTLY,
    },
}  # fmt: skip


def in_the_sandbox(schedule: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the entries that do the same in the sandbox's books."""
    return {
        f"{name}, in the sandbox": entry | {"options": entry["options"] | {"headers": {"partition": "test"}}}
        for name, entry in schedule.items()
    }


def daily_jobs() -> list[str]:
    """Return the names of the tasks that run once a day, in the order of their hours."""
    daily = [entry for entry in SCHEDULE.values() if isinstance(entry["schedule"], crontab)]
    return [
        entry["task"]
        for entry in sorted(daily, key=lambda one: (min(one["schedule"].hour), min(one["schedule"].minute)))
    ]


app.conf.beat_schedule = SCHEDULE | (in_the_sandbox(SCHEDULE) if "sandbox" in settings.DATABASES else {})
