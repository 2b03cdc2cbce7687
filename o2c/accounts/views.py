"""A person's own account: the one page about it, and the small things that other pages change of it."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from o2c.accounts import selectors, services
from o2c.accounts.forms import ProfileForm
from o2c.context import THEME_COOKIE, THEMES
from o2c.kernel.models import User
from o2c.kernel.requests import actor

YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show a person's account, and keep what they say about themselves."""
    user = actor(request)
    # The form writes on what it is given; the page around it shows the account as it is.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.change_profile(profile=form.profile(), actor=user)
        messages.success(request, _("Your account is saved."))
        return redirect("my-account")
    shown = {"form": form, "sessions": selectors.sessions_of(user), **_second_factor(user)}
    return render(request, "accounts/account.html", shown, status=422 if form.is_bound else 200)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show what a person proves themselves with, and how to set up more."""
    return render(request, "accounts/second_factor.html", _second_factor(actor(request)))


def _second_factor(user: User) -> dict[str, object]:
    """Return what pages tell of a second factor."""
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    codes = [each for each in found if each.type == Authenticator.Type.RECOVERY_CODES]
    return {
        "app": next((each for each in found if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in found if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "is_due": selectors.needs_second_factor(user) and not any(e.type in selectors.STRONG for e in found),
    }


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one other browser of this person out."""
    session = get_object_or_404(UserSession, pk=pk, user_id=actor(request).pk)
    services.end_sessions(sessions=[session])
    messages.success(request, _("That session is ended."))
    return redirect("my-account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser of this person out."""
    others = UserSession.objects.filter(user_id=actor(request).pk)
    ended = services.end_sessions(sessions=others.exclude(session_key=request.session.session_key))
    told = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", ended)
    messages.success(request, told % {"count": ended})
    return redirect("my-account")


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme that the person chose, and go back to where they were."""
    theme = request.POST.get("theme", "")
    response = _back(request)
    if theme in THEMES:
        _keep(response, request, THEME_COOKIE, theme)
        if request.user.is_authenticated:
            services.prefer(actor=actor(request), theme=theme)
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak the language that the person chose, and go back to where they were."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        _keep(response, request, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            services.prefer(actor=actor(request), language=language)
    return response


@require_POST
def set_keys(request: HttpRequest) -> HttpResponse:
    """Switch single keys on or off (WCAG 2.1.4), and go back to where the person was."""
    are_on = request.POST.get("keys") != "off"
    services.prefer(actor=actor(request), single_keys=are_on)
    if are_on:
        messages.success(request, _("Single keys are on."))
    else:
        messages.success(
            request, _("Single keys are off. To switch them on again, search for “keys” with Ctrl K.")
        )
    return _back(request)


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whoever tries too often."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def _back(request: HttpRequest) -> HttpResponse:
    """Return the way back to the page of ours that a form stands on."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "home")


def _keep(response: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    """Keep a choice in this browser, for the sign-in page and for who has not signed in."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
