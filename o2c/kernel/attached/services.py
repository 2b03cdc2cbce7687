"""Writing a note, rewording and withdrawing one's own; adding a file and withdrawing it."""

from datetime import date, datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from o2c.kernel import audit
from o2c.kernel.assignments.services import About
from o2c.kernel.attached import rules
from o2c.kernel.attached.errors import FileRefused, InvalidNote, NotYourOwn, TooManyFiles, Withdrawn
from o2c.kernel.attached.events import (
    FileAttached,
    FileWithdrawn,
    NoteReworded,
    NoteWithdrawn,
    NoteWritten,
)
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import AttachedBytes, Attachment, Note, User

LONGEST = 4000
# One after the other, by document: else two at once would both be the last that fits.
QUEUE_UP = "SELECT pg_advisory_xact_lock(7106, hashtext(%s))"


def _ensure_may(actor: User, permission: str) -> None:
    if not actor.has_perm(permission):
        raise NotPermitted(_("%(person)s may not write beside documents.") % {"person": actor})


def _worded(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not 1 <= len(words) <= LONGEST:
        raise InvalidNote(
            _("This note cannot be kept."), hint=_("Write at least a word, and at most 4,000 characters.")
        )
    return words


@verb
def write_note(*, about: About, text: str, on: date, actor: User) -> Note:
    """Write a note beside a document.

    :raises InvalidNote: it says nothing, or too much.
    :raises NotPermitted: *actor* may not write notes.
    """
    _ensure_may(actor, "kernel.add_note")
    words = _worded(text)
    audit.set_actor(actor.pk)
    note = Note.objects.create(
        document_type=about.type,
        document_id=about.id,
        document_number=about.number,
        text=words,
        author=actor,
    )
    announce(NoteWritten.of(note, on=on, actor=actor, document_type=about.type, about_id=about.id))
    return note


def ensure_own(found: Note | Attachment, *, author_id: int, permission: str, actor: User) -> None:
    """Refuse who may not change this note or file.

    :raises NotYourOwn: somebody else wrote or added it.
    :raises Withdrawn: it was withdrawn.
    """
    _ensure_may(actor, permission)
    if author_id != actor.pk:
        raise NotYourOwn(_("This is somebody else's."), hint=_("Write a note of your own beside it."))
    if found.withdrawn_at is not None:
        raise Withdrawn(_("It was withdrawn."))


@verb
def reword_note(*, note_id: int, text: str, at: datetime, on: date, actor: User) -> Note:
    """Put one's own note in other words; the audit trail keeps the earlier ones.

    :raises InvalidNote: it says nothing, or too much.
    :raises NotYourOwn: somebody else wrote it.
    :raises Withdrawn: it was withdrawn.
    """
    note = Note.objects.lock(note_id)
    ensure_own(note, author_id=note.author_id, permission="kernel.add_note", actor=actor)
    words = _worded(text)
    if words == note.text:
        return note
    audit.set_actor(actor.pk)
    note.text, note.edited_at = words, at
    note.save(update_fields=["text", "edited_at"])
    announce(
        NoteReworded.of(note, on=on, actor=actor, document_type=note.document_type, about_id=note.document_id)
    )
    return note


@verb
def withdraw_note(*, note_id: int, at: datetime, on: date, actor: User) -> Note:
    """Take back one's own note. That there was one stays visible, what it said only in the audit trail.

    :raises NotYourOwn: somebody else wrote it.
    :raises Withdrawn: it was withdrawn before.
    """
    note = Note.objects.lock(note_id)
    ensure_own(note, author_id=note.author_id, permission="kernel.add_note", actor=actor)
    audit.set_actor(actor.pk)
    note.withdrawn_at = at
    note.save(update_fields=["withdrawn_at"])
    announce(
        NoteWithdrawn.of(
            note, on=on, actor=actor, document_type=note.document_type, about_id=note.document_id
        )
    )
    return note


@verb
def attach_file(*, about: About, name: str, content: bytes, on: date, actor: User) -> Attachment:
    """Keep a file beside a document, if its bytes are what its name says.

    :raises FileRefused: it is empty, too large, or of a kind that we do not keep.
    :raises TooManyFiles: the document carries as many as it can.
    :raises NotPermitted: *actor* may not add files.
    """
    _ensure_may(actor, "kernel.add_attachment")
    plain = rules.plain_name(name)
    kind = rules.kind_of(plain, content) if 0 < len(content) <= rules.LARGEST else None
    if kind is None:
        raise FileRefused(
            _("“%(name)s” cannot be kept.") % {"name": plain or name[:60]},
            hint=_(
                "PDF, pictures, Word, Excel, OpenDocument, text and CSV files are kept, up to 10 MB each."
            ),
        )
    fetch_all(QUEUE_UP, [f"{about.type}/{about.id}"])
    there = Attachment.objects.filter(document_type=about.type, document_id=about.id, withdrawn_at=None)
    if there.count() >= rules.MOST:
        raise TooManyFiles(
            _("This document carries %(count)d files.") % {"count": rules.MOST},
            hint=_("Withdraw one that is not needed any more."),
        )
    attachment = Attachment.objects.create(
        document_type=about.type,
        document_id=about.id,
        document_number=about.number,
        name=plain,
        content_type=kind.content_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        added_by=actor,
    )
    AttachedBytes.objects.create(attachment=attachment, content=content)
    announce(FileAttached.of(attachment, on=on, actor=actor, document_type=about.type, about_id=about.id))
    return attachment


@verb
def withdraw_file(*, attachment_id: int, at: datetime, on: date, actor: User) -> Attachment:
    """Take back a file that one added oneself: its bytes go, its name and hash stay on record.

    :raises NotYourOwn: somebody else added it.
    :raises Withdrawn: it was withdrawn before.
    """
    file = Attachment.objects.lock(attachment_id)
    ensure_own(file, author_id=file.added_by_id, permission="kernel.add_attachment", actor=actor)
    AttachedBytes.objects.filter(attachment=file).delete()
    file.withdrawn_at = at
    file.save(update_fields=["withdrawn_at"])
    announce(
        FileWithdrawn.of(
            file, on=on, actor=actor, document_type=file.document_type, about_id=file.document_id
        )
    )
    return file
