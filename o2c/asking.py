"""Pages of the console that ask before a verb: for a reason, or whether it is meant."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminTextInputWidget

from o2c.kernel.errors import DomainError, NotFound
from o2c.kernel.requests import actor, today

NAMED = 10  # rows that a question names


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget()
    )


class AsksFirst:
    """An admin class whose pages ask before a verb."""

    admin_site: Any
    model: type[Model]

    def _ask(
        self,
        request: HttpRequest,
        document: Model,
        form: Any,
        verb: Any,
        *,
        title: str,
        done: str,
        warning: str = "",
    ) -> HttpResponse:
        """Show *form*; with what it says call *verb*, whose refusal is shown on the form."""
        if form.is_valid():
            try:
                verb(**form.cleaned_data, on=today(request), actor=actor(request))
            except DomainError as refusal:
                form.add_error(None, f"{refusal} ({refusal.code})")
            else:
                messages.success(request, done)
                meta = self.model._meta
                return redirect(f"admin:{meta.app_label}_{meta.model_name}_change", document.pk)
        return self._asks(request, title=title, document=document, form=form, warning=warning)

    def _unless_sure(
        self, request: HttpRequest, chosen: QuerySet[Any], *, title: str, warning: str
    ) -> HttpResponse | None:
        """Return the page that asks whether a verb of a list on the *chosen* rows is meant; None once it is said."""
        if "sure" in request.POST:
            return None
        names = [str(row) for row in chosen[: NAMED + 1]]
        more = chosen.count() - NAMED
        if more > 0:
            text = ngettext("and %(count)s more", "and %(count)s more", more)
            names[NAMED:] = [text % {"count": more}]
        sent = [("sure", "yes")]
        for name in ("action", "select_across", ACTION_CHECKBOX_NAME):
            sent += [(name, value) for value in request.POST.getlist(name)]
        return self._asks(request, document=", ".join(names), title=title, warning=warning, sent=sent)

    def _asks(self, request: HttpRequest, **about: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, **about}
        return TemplateResponse(request, "admin/ask_first.html", context)

    def _found(self, object_id: str) -> Any:
        rows: QuerySet[Any] = self.model._default_manager.all()
        document = rows.filter(pk=object_id).first() if object_id.isdigit() else None
        if document is None:
            raise NotFound(_("There is no such document."))
        return document
