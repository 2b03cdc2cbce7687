"""The page of a worklist: the list, its export, its saved views, and its actions on what is ticked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View

from o2c.kernel.models import SavedView
from o2c.kernel.requests import actor, company, today
from o2c.kernel.worklists import saved
from o2c.kernel.worklists.actions import BulkAction, done, ensure_may, looked_at
from o2c.kernel.worklists.exports import as_csv, as_workbook
from o2c.kernel.worklists.worklist import COUNTED, Desk, Worklist

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorklistView(View):
    """Show and work one kind of worklist."""

    worklist: type[Worklist] = Worklist

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whose role may see the list."""
        if not request.user.has_perm(self.worklist.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> Any:
        """Show the list, or give it out as a file."""
        worklist = self._worklist(request)
        match request.GET.get("export"):
            case "csv":
                response = StreamingHttpResponse(as_csv(worklist), content_type="text/csv; charset=utf-8")
                return _as_file(response, worklist, "csv")
            case "xlsx":
                return _as_file(HttpResponse(as_workbook(worklist), content_type=XLSX), worklist, "xlsx")
        is_fragment = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "worklist"
        template = "worklists/_list.html" if is_fragment else "worklists/page.html"
        return render(request, template, self._context(worklist))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Keep or forget a view, or look at and have an action."""
        match request.POST.get("do"):
            case "save-view":
                return self._save_view(request)
            case "forget-view":
                return self._forget_view(request)
        return self._act(request)

    def _worklist(self, request: HttpRequest) -> Worklist:
        query = request.GET.copy()
        query.pop("export", None)
        return self.worklist(Desk(actor(request), today(request), company(request)), query)

    def _context(self, worklist: Worklist) -> dict[str, Any]:
        return {
            "worklist": worklist,
            "counted": worklist.counted,
            "is_more": worklist.counted > COUNTED,
            "previous_address": worklist.address(page=str(worklist.page - 1) if worklist.page > 2 else ""),
            "next_address": worklist.address(page=str(worklist.page + 1)),
            "search": worklist.search,
            "filter_form": worklist.filterset.form,
        }

    def _act(self, request: HttpRequest) -> HttpResponse:
        worklist = self._worklist(request)
        name = request.POST.get("action", "")
        action = next((action for action in worklist.actions if action.name == name), None)
        if action is None:
            return redirect(request.get_full_path())
        ensure_may(action, worklist.desk.actor)
        rows = worklist.ticked(request.POST)
        if not rows:
            messages.warning(request, _("Nothing was ticked."))
            return redirect(request.get_full_path())
        if action.opens is not None:
            return redirect(action.opens(rows))
        chosen = looked_at(action, rows)
        return self._looked_at_or_done(request, worklist, action, chosen)

    def _looked_at_or_done(
        self, request: HttpRequest, worklist: Worklist, action: BulkAction, chosen: list[Any]
    ) -> HttpResponse:
        is_confirmed = request.POST.get("confirmed") == "1"
        form = action.form(request.POST if is_confirmed else None) if action.form else None
        context = {"worklist": worklist, "action": action, "form": form, "back": request.get_full_path()}
        if not is_confirmed or (form is not None and not form.is_valid()):
            free = [one for one in chosen if not one.blocked]
            return render(request, "worklists/preview.html", context | {"chosen": chosen, "free": len(free)})
        arguments = form.cleaned_data if form is not None else {}
        outcomes = done(action, chosen, desk=worklist.desk, **arguments)
        finished = sum(one.done for one in outcomes)
        return render(
            request,
            "worklists/outcome.html",
            context | {"outcomes": outcomes, "finished": finished, "refused": len(outcomes) - finished},
        )

    def _save_view(self, request: HttpRequest) -> HttpResponse:
        worklist = self._worklist(request)
        view = saved.keep_view(
            owner=worklist.desk.actor,
            worklist=worklist.key,
            name=request.POST.get("name", ""),
            query=worklist.state,
            shared=request.POST.get("shared") == "on",
        )
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{request.path}?{view.query}")

    def _forget_view(self, request: HttpRequest) -> HttpResponse:
        view = get_object_or_404(SavedView, pk=request.POST.get("view", "0"), owner_id=request.user.pk)
        saved.forget_view(view_id=view.pk, owner=request.user)
        messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        return redirect(request.path)


def _as_file(response: Any, worklist: Worklist, ending: str) -> Any:
    name = f"{slugify(worklist.key)}-{worklist.desk.today.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def page_of(worklist: type[Worklist]) -> Any:
    """Return the view of a worklist, for an address."""
    return WorklistView.as_view(worklist=worklist)
