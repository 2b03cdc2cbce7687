"""Django's migrate, without making the neighbours of each new model anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    """An empty database is made of some ninety models, each of which nearly all the others lead to."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        with new_models_come_alone():
            super().handle(*arguments, **options)


@contextmanager
def new_models_come_alone() -> Iterator[None]:
    """Add a model of the past to those that are there, instead of making all that is related to it again.

    Nothing leads to a model before it is there, so its neighbours stay as they are (docs/adr/0032). Nothing ever
    leads to an index or a constraint: its own model hears of it, which later changes of a field look at.
    """
    add_model, append_option = ProjectState.add_model, ProjectState._append_option  # type: ignore[attr-defined]

    def add_alone(state: ProjectState, model_state: ModelState) -> None:
        made = state.__dict__.pop("apps", None)  # without them nothing is made again
        add_model(state, model_state)
        if made is not None:
            made.render_multiple([model_state])
            state.__dict__["apps"] = made

    def append_alone(state: ProjectState, app: str, name: str, option: str, added: Any) -> None:
        made = state.__dict__.pop("apps", None)
        append_option(state, app, name, option, added)
        if made is not None:
            setattr(made.get_model(app, name)._meta, option, list(state.models[app, name].options[option]))
            state.__dict__["apps"] = made

    ProjectState.add_model = add_alone  # type: ignore[method-assign, assignment]
    ProjectState._append_option = append_alone  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState.add_model = add_model  # type: ignore[method-assign]
        ProjectState._append_option = append_option  # type: ignore[attr-defined]
