"""The database's own copy of every state machine."""

import pgtrigger


def legal_changes(*pairs: tuple[str, str]) -> pgtrigger.FSM:
    """Return the trigger that lets ``state`` change along *pairs* only, whoever writes the row."""
    return pgtrigger.FSM(
        name="legal_state_change",
        field="state",
        transitions=[(str(source), str(target)) for source, target in pairs],
    )
