"""Accounts: how people sign in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The sign-in; the accounts themselves are the kernel's."""

    name = "o2c.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
