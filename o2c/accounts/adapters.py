"""What allauth asks of us: nobody registers, nobody can lock a colleague out, secrets are not stored in the clear."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from o2c.accounts import selectors
from o2c.accounts.sessions import BEGAN, begin, turn_away
from o2c.kernel import clock
from o2c.kernel.models import User
from o2c.kernel.requests import company


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a user name and a password."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Please enter a correct username and password."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your password."),
        "invalid_password_reset": _("This link is used up or too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made in the finance console."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the failures of an account for each address apart, so that nobody locks its owner out."""
        return f"{credentials.get('username', '').lower()}@{self.get_client_ip(request)}"

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Turn the account of a program away, however it proved itself."""
        if not user.is_program:
            turned_away: HttpResponse | None = super().pre_login(request, user, **options)
            return turned_away
        turn_away(request)
        return redirect("account_login")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign somebody in who has proved everything; the session begins."""
        super().login(request, user)
        begin(request)

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Ask for the proof again unless it was given in these minutes, at the sign-in or since."""
        since_sign_in = clock.now().timestamp() - context.request.session.get(BEGAN, 0)
        return bool(since_sign_in >= app_settings.REAUTHENTICATION_TIMEOUT)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where to go on from a changed password."""
        return reverse("my-account")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, recovery codes and passkeys."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Take the one that is shown now."),
        "cannot_delete_authenticator": _(
            "Your role signs in with a second factor. Set up another one before you remove this."
        ),
    }

    def get_totp_issuer(self) -> str:
        """Return the name that the account has in an authenticator app."""
        return company(context.request).name

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to let go of the last second factor of those who need one."""
        user = authenticator.user
        if not selectors.needs_second_factor(user):
            return True
        return selectors.second_factors(user).exclude(pk=authenticator.pk).exists()


@lru_cache(maxsize=1)
def _box() -> MultiFernet:
    """Return what locks and unlocks secrets: with the installation's key, and those that were before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(urlsafe_b64encode(sha256(b"second factors" + key.encode()).digest()))
            for key in map(str, keys)
        ]
    )
