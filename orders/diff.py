"""What changed between two states of an order: field by field and line by line, ready to be read. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

Snapshot = Mapping[str, Any]  # "head": field to value; "lines": position (as text) to field to value


def changes(before: Snapshot, after: Snapshot) -> list[dict[str, Any]]:
    """Return what differs: ``{"field" or "position", "what", "was", "is"}``, the head first, then lines in order.

    A line that came has ``was`` None for the whole line, one that went has ``is`` None.
    """
    found = [{"field": name, "what": name, **pair} for name, pair in _pairs(before["head"], after["head"])]
    positions = {*before["lines"], *after["lines"]}
    for position in sorted(positions, key=int):
        was, now = before["lines"].get(position), after["lines"].get(position)
        if was is None or now is None:
            found.append({"position": int(position), "what": "line", "was": was, "is": now})
            continue
        found += [{"position": int(position), "what": name, **pair} for name, pair in _pairs(was, now)]
    return found


def to_announce(changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *changes* as an event may tell them: of an address only that it is another, not where people live."""
    return [
        {name: value for name, value in change.items() if name not in {"was", "is"}}
        if change["what"] == "delivery_address"
        else change
        for change in changes
    ]


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, {"was": before.get(name), "is": after.get(name)})
        for name in {**before, **after}  # a dict keeps the order of the fields
        if before.get(name) != after.get(name)
    ]
