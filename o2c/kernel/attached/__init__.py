"""Notes and files beside a document of any kind (docs/adr/0028).

The kernel knows no documents: each app above says at start-up which kinds can carry something, who may see
them and where they are (`carries`). A document's page gets all of it by one line, ``attached_to("order", pk)``.
"""

from o2c.kernel.attached.selectors import Attached, attached_to
from o2c.kernel.attached.subjects import Place, Subject, carries

__all__ = ["Attached", "Place", "Subject", "attached_to", "carries"]
