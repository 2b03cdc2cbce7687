"""The finance console as an app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Shows what the apps below keep, and calls their verbs; owns no model."""

    name = "o2c.console"
    label = "console"
