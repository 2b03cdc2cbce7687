"""Users in the finance console: read here, changed by verbs; nobody edits an account in place."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action, display

from o2c.accounts.selectors import second_factors
from o2c.asking import AsksFirst, ReasonForm
from o2c.console import services
from o2c.console.audit_admin import AuditEntryAdmin
from o2c.console.events_admin import EventAdmin, EventDeliveryAdmin
from o2c.console.forms import NewUserForm, NothingForm, PersonForm, RolesForm
from o2c.console.services import staff
from o2c.console.services.staff import ADMINISTRATOR, Made, Person
from o2c.kernel.admin import ConsoleAdmin, ReadOnly, RoleFilter
from o2c.kernel.errors import DomainError
from o2c.kernel.models import User
from o2c.kernel.requests import actor, today

__all__ = ["AuditEntryAdmin", "EventAdmin", "EventDeliveryAdmin", "UserAdmin"]

admin.site.disable_action(
    "delete_selected"
)  # what is deleted at all is deleted one by one, and looked at before


class PeopleFilter(admin.SimpleListFilter):
    """Leaves out the accounts of programs, unless they are asked for."""

    title = gettext_lazy("kind")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices beside people."""
        return [("programs", gettext_lazy("Programs")), ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Any:
        """Call what is shown without a choice people."""
        for place, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": gettext_lazy("People")} if place == 0 else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Return the chosen kind."""
        if self.value() == "programs":
            return queryset.filter(User.OF_PROGRAMS)
        return queryset if self.value() == "all" else queryset.exclude(User.OF_PROGRAMS)


@admin.register(User)
class UserAdmin(AsksFirst, ReadOnly, ConsoleAdmin):
    """Who works here, with which roles, and when they were last seen."""

    list_display = ("username", "called", "roles", "standing", "last_login")
    list_filter = ("is_active", ("groups", RoleFilter), PeopleFilter)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fields = (
        "username", "first_name", "last_name", "email", "reads_in", "roles", "is_active", "last_login", "date_joined",
    )  # fmt: skip
    readonly_fields = fields
    actions: ClassVar = []
    actions_detail = ("edit", "give_roles", "disable", "enable", "renew_password", "reset_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts with their roles."""
        found: QuerySet[User] = super().get_queryset(request)
        return found.prefetch_related("groups")

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def called(self, user: User) -> str:
        """Return the full name."""
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("language"))
    def reads_in(self, user: User) -> str:
        """Return the name of the language."""
        return dict(settings.LANGUAGES).get(user.language, "–")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        """Return the roles by name."""
        return ", ".join(_(role) for role in staff.roles_of(user)) or "–"

    @display(description=gettext_lazy("state"), label={"active": "success", "disabled": "danger"})
    def standing(self, user: User) -> tuple[str, Any]:
        """Return whether the account lets anybody in."""
        return ("active", _("Active")) if user.is_active else ("disabled", _("Disabled"))

    def refused_of(self, row: User) -> set[str]:
        """Return the switch that is as it would be put, and the loss of a second factor that nobody has."""
        switch = "enable" if row.is_active else "disable"
        return {switch} if second_factors(row).exists() else {switch, "reset_second_factor"}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the role makes accounts."""
        return request.user.has_perm("kernel.add_user")

    def has_manage_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role changes accounts."""
        return request.user.has_perm("kernel.change_user")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask who is let in, then show the first password once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewUserForm(_sent(request), offered=self._offered(request), initial={"language": "en"})
        return self._with_password(
            request,
            form,
            lambda: services.create_user(
                person=form.person(),
                given=form.cleaned_data["roles"],
                on=today(request),
                actor=actor(request),
            ),
            title=_("Let a colleague in"),
        )

    @action(description=gettext_lazy("Change…"), permissions=["manage"], icon="edit")
    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Correct names, address and language."""
        user = self._found(object_id)
        now = {name: getattr(user, name) for name in Person.__dataclass_fields__}
        form = PersonForm(_sent(request), initial=now)

        def verb(*, on: Any, actor: User, **_given: Any) -> None:
            services.change_user(user_id=user.pk, person=form.person(), on=on, actor=actor)

        return self._ask(
            request, user, form, verb, title=_("Change the account"), done=_("The account is changed.")
        )

    @action(description=gettext_lazy("Roles…"), permissions=["manage"], icon="badge")
    def give_roles(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say which roles the person has."""
        user = self._found(object_id)
        held = staff.roles_of(user)
        offered = [*self._offered(request)]
        offered += [(role, _(role)) for role in held if role not in dict(offered)]
        form = RolesForm(_sent(request), offered=offered, initial={"roles": held})

        def verb(*, roles: list[str], on: Any, actor: User) -> None:
            services.set_roles(user_id=user.pk, given=roles, on=on, actor=actor)

        return self._ask(request, user, form, verb, title=_("Give roles"), done=_("The roles are given."))

    @action(description=gettext_lazy("Disable…"), permissions=["manage"], icon="block")
    def disable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then let nobody in under the account."""
        return self._switch(request, object_id, services.disable_user, _("Disable the account"))

    @action(description=gettext_lazy("Enable…"), permissions=["manage"], icon="check_circle")
    def enable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then let the person in again."""
        return self._switch(request, object_id, services.enable_user, _("Enable the account"))

    @action(description=gettext_lazy("New password…"), permissions=["manage"], icon="password")
    def renew_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether, then show a new first password once."""
        user = self._found(object_id)
        return self._with_password(
            request,
            NothingForm(_sent(request)),
            lambda: services.renew_password(user_id=user.pk, on=today(request), actor=actor(request)),
            title=_("A new password for %(user)s") % {"user": user},
            user=user,
        )

    @action(description=gettext_lazy("Second factor lost…"), permissions=["manage"], icon="phonelink_erase")
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then let the person sign in with the password and set up another."""
        return self._switch(
            request, object_id, services.reset_second_factor, _("Take the second factor away")
        )

    def _switch(self, request: HttpRequest, object_id: str, service: Any, title: str) -> HttpResponse:
        user = self._found(object_id)

        def verb(**given: Any) -> None:
            service(user_id=user.pk, **given)

        form = ReasonForm(_sent(request))
        return self._ask(request, user, form, verb, title=title, done=_("Done: %s") % title)

    def _offered(self, request: HttpRequest) -> list[tuple[str, str]]:
        names = staff.roles_to_give(actor(request))
        return [
            (name, _("Administrator (may do everything)") if name == ADMINISTRATOR else _(name))
            for name in names
        ]

    def _with_password(
        self,
        request: HttpRequest,
        form: forms.Form,
        verb: Callable[[], Made],
        *,
        title: str,
        user: User | None = None,
    ) -> HttpResponse:
        """Show *form*; sent, answer with the password itself, which nothing keeps: no message, session or cookie."""
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "title": title}
        if form.is_valid():
            try:
                made = verb()
            except DomainError as refusal:
                form.add_error(None, f"{refusal} ({refusal.code})")
            else:
                shown = context | {"made": made, "title": _("The password, this once")}
                answer = TemplateResponse(request, "console/password.html", shown)
                add_never_cache_headers(answer)
                return answer
        return TemplateResponse(request, "console/user.html", context | {"form": form, "account": user})


def _sent(request: HttpRequest) -> Any:
    """Return what was sent, an empty form too; None where the page was only asked for."""
    return request.POST if request.method == "POST" else None
