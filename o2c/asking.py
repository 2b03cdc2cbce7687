"""Pages of the console that ask for a reason before a verb."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from o2c.kernel.errors import DomainError, NotFound
from o2c.kernel.requests import actor, today


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget()
    )


class AsksFirst:
    """An admin class whose pages ask for a reason before a verb."""

    admin_site: Any
    model: type[Model]

    def _ask(
        self, request: HttpRequest, document: Model, form: Any, verb: Any, *, title: str, done: str
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
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.model._meta,
            "document": document,
            "form": form,
        }
        return TemplateResponse(request, "admin/ask_first.html", context)

    def _found(self, object_id: str) -> Any:
        rows: QuerySet[Any] = self.model._default_manager.all()
        document = rows.filter(pk=object_id).first() if object_id.isdigit() else None
        if document is None:
            raise NotFound(_("There is no such document."))
        return document
