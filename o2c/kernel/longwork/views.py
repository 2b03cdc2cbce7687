"""The card of a job: how far it is, what came of each row, the file that it made, and the refused ones again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from o2c.kernel import clock
from o2c.kernel.models import Job, JobFile
from o2c.kernel.requests import actor
from o2c.kernel.worklists import longer

SHOWN = 200
SLOWEST = 15  # seconds between two looks


def _own(request: HttpRequest, public_id: UUID) -> Job:
    return get_object_or_404(Job.objects.of(actor(request)), public_id=public_id)


@require_safe
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a job of one's own. The card looks again by itself, at first every second, then less often."""
    job = _own(request, public_id)
    waited = (clock.unmoved() - job.queued_at).total_seconds()
    context = {
        "job": job,
        "share": job.done * 100 // job.total if job.total else (100 if job.is_over else 0),
        "wait": min(max(1, round(waited / 10)), SLOWEST),
        "refused": job.rows.filter(done=False).order_by("pk")[:SHOWN],
        "refused_count": job.rows.filter(done=False).count(),
        "finished": job.rows.filter(done=True).order_by("-pk")[:SHOWN] if job.is_over else [],
        "file": JobFile.objects.filter(job=job).defer("content").first(),
        "back": _list_of(job),
    }
    template = "jobs/_card.html" if request.headers.get("HX-Request") else "jobs/card.html"
    return render(request, template, context)


def _list_of(job: Job) -> str:
    """Return the address of the list that the job works through."""
    query = job.asked.get("query", "")
    path = job.asked.get("path", "")
    return f"{path}?{query}" if path else reverse("jobs")


@require_safe
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give out what a job made."""
    made = JobFile.objects.filter(job=_own(request, public_id)).first()
    if made is None:
        raise Http404
    return HttpResponse(
        bytes(made.content),
        content_type=made.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=made.name),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Try once more what a job refused, as a job of its own."""
    job = longer.queue_again(job=_own(request, public_id))
    if job is None:
        messages.info(request, _("Nothing was refused."))
        return redirect("job", public_id)
    return redirect("job", job.public_id)
