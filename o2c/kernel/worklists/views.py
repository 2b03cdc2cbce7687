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
from o2c.kernel.worklists import longer, saved
from o2c.kernel.worklists.actions import BulkAction, Chosen, done, ensure_may, looked_at
from o2c.kernel.worklists.exports import TYPES, as_csv, as_workbook
from o2c.kernel.worklists.worklist import Desk, Worklist

LOOKED_AT = 500  # rows of a long action that are looked at before it is had
MOST_OPENED = 1_000


class WorklistView(View):
    """Show and work one kind of worklist."""

    worklist: type[Worklist] = Worklist

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whose role may see the list."""
        if not self.worklist.is_open_to(actor(request)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> Any:
        """Show the list, its default view first, or give it out as a file."""
        worklist = self._worklist(request)
        if (ending := request.GET.get("export", "")) in TYPES:
            return self._export(request, worklist, ending)
        first = worklist.first_view if not request.GET else None
        if first is not None and first.query:
            return redirect(f"{request.path}?{first.query}")
        if worklist.page > 1 and not worklist.shown:
            last = worklist.last_page
            return redirect(request.path + worklist.address(page=str(last) if last > 1 else ""))
        is_fragment = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "worklist"
        template = "worklists/_fragment.html" if is_fragment else "worklists/page.html"
        return render(request, template, self._context(worklist))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Keep or forget a view, or look at and have an action."""
        match request.POST.get("do"):
            case "save-view":
                return self._save_view(request)
            case "forget-view":
                return self._forget_view(request)
            case "open-first":
                return self._open_first(request)
            case "export":
                ending = "xlsx" if request.POST.get("ending") == "xlsx" else "csv"
                return redirect(
                    "job", longer.queue_export(worklist=self._worklist(request), ending=ending).public_id
                )
        return self._act(request)

    def _export(self, request: HttpRequest, worklist: Worklist, ending: str) -> Any:
        """Give out exactly this view; a long one is made in the background, once somebody says so."""
        if worklist.counted > longer.LONG_EXPORT:
            context = {"worklist": worklist, "ending": ending, "back": f"{request.path}?{worklist.state}"}
            return render(request, "worklists/long_export.html", context | self._context(worklist))
        content = as_csv(worklist) if ending == "csv" else as_workbook(worklist)
        kind = StreamingHttpResponse if ending == "csv" else HttpResponse
        return _as_file(kind(content, content_type=TYPES[ending]), worklist, ending)

    def _worklist(self, request: HttpRequest) -> Worklist:
        query = request.GET.copy()
        query.pop("export", None)
        desk = Desk(actor(request), today(request), company(request))
        return self.worklist(desk, query, path=request.path)

    def _context(self, worklist: Worklist) -> dict[str, Any]:
        return {
            "worklist": worklist,
            "counted": worklist.counted,
            "is_more": worklist.is_long,
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
        ids = worklist.chosen_ids(request.POST, most=longer.MOST)
        if not ids:
            messages.warning(request, _("Nothing was ticked."))
            return redirect(request.get_full_path())
        if action.opens is not None:
            return redirect(action.opens(worklist.ticked(ids[:MOST_OPENED])))
        if action.papers is not None:
            return redirect("job", longer.queue_action(worklist=worklist, action=action, ids=ids).public_id)
        return self._looked_at_or_done(request, worklist, action, ids)

    def _looked_at_or_done(
        self, request: HttpRequest, worklist: Worklist, action: BulkAction, ids: list[int]
    ) -> HttpResponse:
        is_confirmed = request.POST.get("confirmed") == "1"
        form = action.form(request.POST if is_confirmed else None) if action.form else None
        context = {"worklist": worklist, "action": action, "form": form, "back": request.get_full_path()}
        is_long = len(ids) > longer.LONG
        if is_confirmed and is_long and (form is None or form.is_valid()):
            return self._queue(request, worklist, action, ids)
        chosen = looked_at(action, worklist.ticked(ids[:LOOKED_AT]))
        if not is_confirmed or (form is not None and not form.is_valid()):
            return self._preview(request, context | {"chosen": chosen, "ids": ids, "is_long": is_long})
        arguments = form.cleaned_data if form is not None else {}
        outcomes = done(action, chosen, desk=worklist.desk, **arguments)
        finished = sum(one.done for one in outcomes)
        return render(
            request,
            "worklists/outcome.html",
            context | {"outcomes": outcomes, "finished": finished, "refused": len(outcomes) - finished},
        )

    def _preview(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Say what would happen; of very many rows, what would happen to the first of them."""
        chosen: list[Chosen] = context["chosen"]
        free = sum(not one.blocked for one in chosen)
        more = {"free": free, "looked_at": len(chosen), "shown": chosen[: longer.CHUNK]}
        if not context["is_long"]:
            more["shown"] = chosen
        return render(request, "worklists/preview.html", context | more)

    def _queue(
        self, request: HttpRequest, worklist: Worklist, action: BulkAction, ids: list[int]
    ) -> HttpResponse:
        fields = request.POST.copy()
        for name in ("csrfmiddlewaretoken", "id", "all", "action", "confirmed"):
            fields.pop(name, None)
        job = longer.queue_action(worklist=worklist, action=action, ids=ids, fields=fields.urlencode())
        return redirect("job", job.public_id)

    def _save_view(self, request: HttpRequest) -> HttpResponse:
        worklist = self._worklist(request)
        view = saved.keep_view(
            owner=worklist.desk.actor,
            worklist=worklist.key,
            name=request.POST.get("name", ""),
            query=worklist.state,
            shared=request.POST.get("shared") == "on",
            opens_first=request.POST.get("opens_first") == "on",
        )
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{request.path}?{view.query}")

    def _forget_view(self, request: HttpRequest) -> HttpResponse:
        view = get_object_or_404(SavedView, pk=request.POST.get("view", "0"), owner_id=request.user.pk)
        saved.forget_view(view_id=view.pk, owner=request.user)
        messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        return redirect(request.path)

    def _open_first(self, request: HttpRequest) -> HttpResponse:
        """Let the list open with a view, or with all of it again."""
        text = request.POST.get("view", "")
        view_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        saved.open_first(owner=actor(request), worklist=self.worklist.key, view_id=view_id)
        messages.success(
            request,
            _("The list opens with this view.") if view_id else _("The list opens with all of it again."),
        )
        return redirect(request.get_full_path() if view_id else f"{request.path}?view=all")


def _as_file(response: Any, worklist: Worklist, ending: str) -> Any:
    name = f"{slugify(worklist.key)}-{worklist.desk.today.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def page_of(worklist: type[Worklist]) -> Any:
    """Return the view of a worklist, for an address."""
    return WorklistView.as_view(worklist=worklist)
