"""What notes and files announce: that they are there, never what they say."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _About(DomainEvent):
    document_type: str
    about_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(_About):
    """Somebody wrote a note. The document is the note."""

    kind = "note.written"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReworded(_About):
    """Its author put it in other words."""

    kind = "note.reworded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWithdrawn(_About):
    """Its author withdrew it."""

    kind = "note.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached(_About):
    """Somebody added a file. The document is the attachment."""

    kind = "attachment.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWithdrawn(_About):
    """Who added it withdrew it; its bytes are gone."""

    kind = "attachment.withdrawn"
