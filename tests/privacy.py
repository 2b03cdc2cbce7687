"""What no event may carry: events leave by webhook and are never erased."""

from typing import Any

from o2c.kernel.db import fetch_all

# What opens something, and how people are reached: whoever may know it reads it from its own row.
PRIVATE = "(^|_)(key|secret|token|password|pin|mail|email|phone|street|postal_code|city|iban)($|_)"

NAMES = """
SELECT DISTINCT event.kind, found.name #>> '{}'
FROM kernel_event event,
    LATERAL jsonb_path_query(event.payload, '$.** ? (@.type() == "object").keyvalue().key')
        AS found(name)
WHERE found.name #>> '{}' ~* %s
"""


def told_in_private() -> list[tuple[Any, ...]]:
    """The kinds of event that carry something private, and under which name, however deep."""
    return fetch_all(NAMES, [PRIVATE])
