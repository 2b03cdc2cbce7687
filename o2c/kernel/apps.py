"""The kernel: what every stage stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class KernelConfig(AppConfig):
    """Money, numbers, events, audit, jobs; imports no other app."""

    name = "o2c.kernel"
    label = "kernel"
    verbose_name = gettext_lazy("Company and system")
