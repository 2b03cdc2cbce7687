"""What a document carries, for its page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from o2c.kernel.errors import NotFound
from o2c.kernel.models import AttachedBytes, Attachment, AuditEntry, Note

MOST = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """What a note said before it was reworded, until *until*."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note with its earlier wordings, the oldest first."""

    note: Note
    earlier: Sequence[Wording]


@dataclass(frozen=True, slots=True)
class Attached:
    """What a document carries, the newest first; *type* and *id* name the document."""

    type: str
    id: int
    notes: Sequence[ShownNote]
    files: Sequence[Attachment]


def attached_to(type: str, id: int) -> Attached:
    """Return the notes and files of a document, in three queries."""
    notes = list(
        Note.objects.filter(document_type=type, document_id=id)
        .select_related("author")
        .order_by("-pk")[:MOST]
    )
    files = Attachment.objects.filter(document_type=type, document_id=id).select_related("added_by")
    earlier = _earlier([note.pk for note in notes if note.edited_at])
    return Attached(
        type, id, [ShownNote(note, earlier[note.pk]) for note in notes], list(files.order_by("-pk")[:MOST])
    )


def _earlier(note_ids: Sequence[int]) -> dict[int, list[Wording]]:
    found: dict[int, list[Wording]] = defaultdict(list)
    trail = AuditEntry.objects.filter(
        table_name=Note._meta.db_table, row_id__in=note_ids, operation="UPDATE", after__withdrawn_at=None
    )
    for row_id, before, at in trail.order_by("pk").values_list("row_id", "before__text", "at"):
        found[row_id].append(Wording(before, at))
    return found


def content_of(attachment: Attachment) -> bytes:
    """Return the bytes of a file.

    :raises NotFound: it was withdrawn.
    """
    found = AttachedBytes.objects.filter(attachment=attachment).first()
    if found is None:
        raise NotFound(_("“%(name)s” was withdrawn.") % {"name": attachment.name})
    return bytes(found.content)
