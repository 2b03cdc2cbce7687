"""The kernel: what every stage stands on."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Money, numbers, events, audit, jobs; imports no other app."""

    name = "o2c.kernel"
    label = "kernel"
    verbose_name = "Company and system"
