"""The state machines as drawings, made from the transitions that the models declare."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django_fsm import FSMField

HEAD = """# State machines

Made by `python3 dev.py manage draw_state_machines`; a test fails when it is out of date. Each arrow is a
method of the model, guarded by the permission in brackets, called by one service only, and known to the
database too: its `legal_state_change` trigger refuses every other change, whoever writes the row.
"""


def machines() -> Iterator[tuple[type[models.Model], FSMField]]:
    """Yield every model with a state machine and its state field, by the model's name."""
    for model in sorted(apps.get_models(), key=lambda model: model.__name__):
        for field in model._meta.get_fields():
            if isinstance(field, FSMField):
                yield model, field


def edges(model: type[models.Model], field: FSMField) -> list[tuple[str, str, str, str]]:
    """Return the transitions of a machine as (source, target, verb, permission), sorted."""
    return sorted(
        (
            str(transition.source),
            str(transition.target),
            transition.name.removeprefix("mark_"),
            transition.permission if isinstance(transition.permission, str) else "",
        )
        for transition in field.get_all_transitions(model)
    )


def drawing() -> str:
    """Return the page: a diagram for each machine, in Mermaid's words."""
    return HEAD + "".join(_diagram(model, field) for model, field in machines())


def _diagram(model: type[models.Model], field: FSMField) -> str:
    name = str(model._meta.verbose_name)
    lines = [f"\n## {name[0].upper()}{name[1:]}\n", "```mermaid", "stateDiagram-v2"]
    lines.append(f"    [*] --> {field.get_default()}")
    for source, target, verb, permission in edges(model, field):
        right = f" ({permission.partition('.')[2]})" if permission else ""
        lines.append(f"    {source} --> {target}: {verb}{right}")
    return "\n".join([*lines, "```", ""])
