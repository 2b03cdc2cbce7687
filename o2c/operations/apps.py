"""Commands that compose every stage: the demo company, imports."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from o2c.celery import app as celery_app

__all__ = ["OperationsConfig", "celery_app"]


class OperationsConfig(AppConfig):
    """Composes the apps' services; owns no model. Starts the wiring when all apps are loaded."""

    name = "o2c.operations"
    label = "operations"

    def ready(self) -> None:
        """Say what the apps below may not know: who dispatches, what is in hand of orders, what jobs do.

        And keep the roles' table.
        """
        dispatch = import_module("o2c.dispatch")  # needs the models, so not before now
        roles = import_module("o2c.operations.roles")
        events = import_module("o2c.kernel.events")
        handover = import_module("orders.handover")
        fulfillment = import_module("fulfillment.selectors")
        longwork = import_module("o2c.kernel.longwork")
        sandbox_clock = import_module("o2c.operations.sandbox_clock")
        import_module("reporting.outgoing").known_by(import_module("o2c.gateway.selectors").told_of_events)
        events.on_announcement(dispatch.wake)
        longwork.carried_out_by("sandbox.clock", sandbox_clock.pass_days)
        longer = import_module("o2c.kernel.worklists.longer")
        longwork.carried_out_by("list.action", longer.work_through)
        longwork.carried_out_by("list.export", longer.export)
        longwork.carried_out_by("list.papers", longer.put_together)
        handover.found_by(fulfillment.in_hand)
        # Once, when the permissions of the last app are there: the signal comes for each that has models.
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(roles.apply_roles, sender=last, dispatch_uid="o2c.operations.roles")
