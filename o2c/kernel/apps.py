"""The kernel: what every stage stands on."""

from django.apps import AppConfig
from django.db.models.signals import class_prepared
from django.utils.translation import gettext_lazy

from o2c.kernel.labels import label_relations

class_prepared.connect(label_relations)  # here, since models are made before any app is ready


class KernelConfig(AppConfig):
    """Money, numbers, events, audit, jobs; imports no other app."""

    name = "o2c.kernel"
    label = "kernel"
    verbose_name = gettext_lazy("Company and system")
