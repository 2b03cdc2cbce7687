"""Pages of the console that make a secret: asked for once, shown once, kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from o2c.gateway.forms import OnceForm
from o2c.kernel.errors import DomainError

SLIPS = "key_desk_slips"
SLIPS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Secret:
    """The only sight of a secret, and whose it is in words."""

    value: str
    about: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say: on the button, before it is made, over the secret, when it is lost, when it is sent twice."""

    make: Any
    before: Any
    title: Any
    lost: Any
    twice: Any


class ShowsOnce:
    """An admin class with forms that make a secret."""

    admin_site: Any
    model: type[Model]
    words: Words

    def _issuing(
        self,
        request: HttpRequest,
        form: OnceForm,
        issue: Callable[[], Secret],
        *,
        title: str,
        verb: Any = None,
        row: Any = None,
    ) -> HttpResponse:
        """Show *form*; sent, answer with the secret itself, which nothing keeps: no message, session or cookie."""
        if form.is_valid():
            if not _is_fresh(request, form.cleaned_data["slip"]):
                messages.warning(request, self.words.twice)
                meta = self.model._meta
                return redirect(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            try:
                secret = issue()
            except DomainError as refusal:
                form.add_error(None, f"{refusal} ({refusal.code})")
            else:
                _use_up(request, form.cleaned_data["slip"])
                answer = self._page(request, "admin/secret_made.html", title=self.words.title, secret=secret)
                add_never_cache_headers(answer)
                return answer
        asked = {"title": title, "verb": verb or self.words.make, "form": form, "original": row}
        return self._page(request, "admin/secret_form.html", **asked)

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        everywhere = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "words": self.words,
        }
        return TemplateResponse(request, template, everywhere | context)


def _is_fresh(request: HttpRequest, slip: str) -> bool:
    return slip not in request.session.get(SLIPS, [])


def _use_up(request: HttpRequest, slip: str) -> None:
    request.session[SLIPS] = [*request.session.get(SLIPS, []), slip][-SLIPS_KEPT:]
