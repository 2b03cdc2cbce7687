"""Accounts: how people sign in."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from o2c.kernel import clock

BEGAN, SEEN = "began", "seen"


class AccountsConfig(AppConfig):
    """The sign-in; the accounts themselves are the kernel's."""

    name = "o2c.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Let every session know when it began."""
        user_logged_in.connect(session_began, dispatch_uid="o2c.accounts.session")


def session_began(*, request: HttpRequest, **_: Any) -> None:
    """Note on a session that it begins now."""
    began: datetime = clock.now()
    request.session[BEGAN] = request.session[SEEN] = int(began.timestamp())
