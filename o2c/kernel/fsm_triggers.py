"""The database's own copy of every state machine."""

import pgtrigger


def legal_changes(*pairs: tuple[str, str]) -> pgtrigger.FSM:
    """Return the trigger that lets ``state`` change along *pairs* only, whoever writes the row."""
    return pgtrigger.FSM(
        name="legal_state_change",
        field="state",
        transitions=[(str(source), str(target)) for source, target in pairs],
    )


def born(*states: str) -> pgtrigger.Trigger:
    """Return the trigger that lets a row begin in one of *states* only: no document is inserted half done."""
    first = ", ".join(f"'{state}'" for state in states)
    words = " or ".join(str(state) for state in states)
    return pgtrigger.Trigger(
        name="born_in_first_state",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.state NOT IN ({first})"),
        func=f"RAISE EXCEPTION '% begins as {words}', TG_TABLE_NAME USING ERRCODE = 'OC004';",
    )
