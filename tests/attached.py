"""Notes and files beside documents."""

from o2c.kernel import clock
from o2c.kernel.assignments.services import About
from o2c.kernel.attached import services as attached
from tests.world import World

PDF = b"%PDF-1.7\n% a delivery note"


def carried_by(world: World, kind: str = "order", pk: int = 1) -> None:
    """A note and a file of each kind: kept, and withdrawn."""
    about = About(type=kind, id=pk, number="SO-1")
    by = {"on": world.on, "actor": world.system}
    for text in ("Kept", "Taken back"):
        note = attached.write_note(about=about, text=text, **by)
        file = attached.attach_file(about=about, name="note.pdf", content=PDF, **by)
    attached.withdraw_note(note_id=note.pk, at=clock.now(), **by)
    attached.withdraw_file(attachment_id=file.pk, at=clock.now(), **by)
