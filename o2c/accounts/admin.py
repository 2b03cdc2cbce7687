"""Staff accounts in the console: their roles, and help for who lost their second factor."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _, ngettext

from o2c.accounts import services
from o2c.kernel.admin import UserAdmin
from o2c.kernel.models import User

# What allauth would show here opens accounts: session keys, and second factors. Nobody needs to read them.
admin.site.unregister([EmailAddress, Authenticator, UserSession, User])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Staff accounts, with their roles."""

    actions = ("reset_second_factor",)

    @admin.action(description=_("Take the second factor away"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people who lost their second factor sign in with the password, and set up another."""
        chosen = list(queryset)
        for user in chosen:
            services.reset_second_factor(user=user)
        told = ngettext(
            "%(count)d account signs in with the password alone and can set up another second factor.",
            "%(count)d accounts sign in with the password alone and can set up another second factor.",
            len(chosen),
        )
        messages.success(request, told % {"count": len(chosen)})
