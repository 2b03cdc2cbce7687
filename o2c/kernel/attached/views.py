"""The pages of notes and files: plain forms, which lead back to the document that they are about."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from o2c.kernel import clock
from o2c.kernel.assignments.services import About
from o2c.kernel.attached import selectors, services
from o2c.kernel.attached.forms import FileForm, NoteForm
from o2c.kernel.attached.rules import LARGEST
from o2c.kernel.attached.subjects import Place, place_of
from o2c.kernel.deskform import posted
from o2c.kernel.models import Attachment, Note
from o2c.kernel.requests import actor, today


def _back(place: Place) -> HttpResponse:
    return redirect(f"{place.url}#history")


@require_http_methods(["GET", "POST"])
@permission_required("kernel.add_note", raise_exception=True)
def write(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Write a note; what is refused stands there again as it was typed."""
    place = place_of(type=kind, id=pk, reader=actor(request))
    form = NoteForm(posted(request))
    if form.is_bound and form.is_valid():
        about = About(type=kind, id=pk, number=place.number)
        note = form.hears(
            services.write_note,
            about=about,
            text=form.cleaned_data["text"],
            on=today(request),
            actor=actor(request),
        )
        if note is not None:
            messages.success(request, _("The note is kept."))
            return _back(place)
    return render(request, "attached/note.html", {"form": form, "place": place}, status=form.status)


@require_http_methods(["GET", "POST"])
def reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own note in other words."""
    note = get_object_or_404(Note, pk=pk)
    place = place_of(type=note.document_type, id=note.document_id, reader=actor(request))
    form = NoteForm(posted(request), initial={"text": note.text})
    if not form.is_bound:  # what was sent is refused by the verb, and stands there again
        services.ensure_own(
            note, author_id=note.author_id, permission="kernel.add_note", actor=actor(request)
        )
    if form.is_bound and form.is_valid():
        reworded = form.hears(
            services.reword_note,
            note_id=pk,
            text=form.cleaned_data["text"],
            at=clock.now(),
            on=today(request),
            actor=actor(request),
        )
        if reworded is not None:
            messages.success(request, _("The note is reworded."))
            return _back(place)
    context = {"form": form, "place": place, "note": note}
    return render(request, "attached/note.html", context, status=form.status)


@require_POST
def withdraw_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own note."""
    note = get_object_or_404(Note, pk=pk)
    place = place_of(type=note.document_type, id=note.document_id, reader=actor(request))
    services.withdraw_note(note_id=pk, at=clock.now(), on=today(request), actor=actor(request))
    messages.success(request, _("The note is withdrawn."))
    return _back(place)


@require_http_methods(["GET", "POST"])
@permission_required("kernel.add_attachment", raise_exception=True)
def attach(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Add a file."""
    place = place_of(type=kind, id=pk, reader=actor(request))
    form = FileForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        attachment = form.hears(
            services.attach_file,
            about=About(type=kind, id=pk, number=place.number),
            name=file.name,
            content=file.read(LARGEST + 1),
            on=today(request),
            actor=actor(request),
        )
        if attachment is not None:
            messages.success(request, _("“%(name)s” is kept.") % {"name": attachment.name})
            return _back(place)
    return render(request, "attached/file.html", {"form": form, "place": place}, status=form.status)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out a file to whoever may see its document; no browser shows it as a page of ours.

    :raises NotFound: it was withdrawn.
    """
    attachment = get_object_or_404(Attachment, pk=pk)
    place_of(type=attachment.document_type, id=attachment.document_id, reader=actor(request))
    return HttpResponse(
        selectors.content_of(attachment),
        content_type=attachment.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=attachment.name),
            "Cache-Control": "private, no-store",
            "ETag": f'"{attachment.sha256}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_POST
def withdraw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a file that one added oneself."""
    file = get_object_or_404(Attachment, pk=pk)
    place = place_of(type=file.document_type, id=file.document_id, reader=actor(request))
    services.withdraw_file(attachment_id=pk, at=clock.now(), on=today(request), actor=actor(request))
    messages.success(request, _("“%(name)s” is withdrawn.") % {"name": file.name})
    return _back(place)
