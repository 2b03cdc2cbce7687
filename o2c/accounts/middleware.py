"""What holds for whoever is signed in: how long, in which language, and with which proof.

Programs that call the API have no session; nothing of this is asked for them.
"""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from o2c.accounts import selectors
from o2c.accounts.sessions import BEGAN, SEEN, turn_away
from o2c.kernel import clock
from o2c.kernel.api import problems
from o2c.kernel.requests import actor

GetResponse = Callable[[HttpRequest], HttpResponseBase]
NOTED_EVERY = 60  # seconds: a session is not written more often for being used
PROVED = "second-factor"
# What is open to those who are still to set up their second factor: that, and the way out.
OPEN_WITHOUT = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "theme",
    "language",
}


def is_of_a_person(request: HttpRequest) -> bool:
    """Return whether somebody has signed in to ask this."""
    return not request.path_info.startswith(problems.API) and request.user.is_authenticated


class SessionLimitsMiddleware:
    """End a session that was left alone for too long, that has lasted a working day, or that is a program's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; as to somebody who has not signed in, if the session is over."""
        if is_of_a_person(request):
            self._look_at(request, int(clock.now().timestamp()))
        return self.get_response(request)

    def _look_at(self, request: HttpRequest, now: int) -> None:
        began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
        if actor(request).is_program:
            turn_away(request)
        elif now - began >= settings.SESSION_ENDS_AFTER.total_seconds():
            logout(request)
            messages.info(request, _("You were signed in for a long time. Please sign in again."))
        elif now - seen >= settings.SESSION_IDLES_OUT_AFTER.total_seconds():
            logout(request)
            messages.info(request, _("You were away for a while. Please sign in again."))
        elif now - seen >= NOTED_EVERY or BEGAN not in request.session:
            request.session[BEGAN], request.session[SEEN] = began, now
            UserSession.objects.filter(session_key=request.session.session_key).update(
                last_seen_at=clock.now()
            )


class LanguageMiddleware:
    """Speak the language that a person chose; Django's own middleware has looked at the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in it."""
        if is_of_a_person(request) and (language := actor(request).language):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class SecondFactorMiddleware:
    """Lead those whose role needs a second factor to set it up, before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Answer with the way there; None lets the page be shown."""
        if not settings.MFA_REQUIRED or not is_of_a_person(request) or request.session.get(PROVED):
            return None
        assert request.resolver_match
        if request.resolver_match.url_name in OPEN_WITHOUT:
            return None
        user = actor(request)
        if not selectors.needs_second_factor(user):
            return None
        if not selectors.second_factors(user).exists():
            return redirect("mfa_index")
        request.session[PROVED] = True
        return None
