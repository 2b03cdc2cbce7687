"""An empty database is made quickly, and no differently than by Django's own migrate."""

from collections.abc import Iterator

import pytest
from django.apps.registry import Apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from o2c.operations.management.commands.migrate import new_models_come_alone


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the models of the past, each time that one is made."""
    names: list[str] = []
    render = ModelState.render

    def told(state: ModelState, apps: Apps) -> object:
        names.append(f"{state.app_label}.{state.name_lower}")
        return render(state, apps)

    monkeypatch.setattr(ModelState, "render", told)
    return names


def step_by_step() -> ProjectState:
    """Apply every migration to no models, as `migrate` does, but to no database."""
    loader = MigrationLoader(None)
    state = ProjectState()
    assert state.apps  # made already, so every step keeps them up to date
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        state = loader.graph.nodes[key].mutate_state(state, preserve=False)
    return state


def what_models_know(apps: Apps) -> dict[str, set[str]]:
    """Each model's fields, who points to it, and its indexes and constraints."""
    return {
        model._meta.label: {
            f"{field.name} {type(field).__name__} {field.related_model and field.related_model._meta.label}"
            for field in model._meta.get_fields(include_hidden=True)
        }
        | {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
        for model in apps.get_models(include_auto_created=True)
    }


def test_models_added_one_by_one_know_each_other_as_if_made_at_once() -> None:
    with new_models_come_alone():
        state = step_by_step()
    assert what_models_know(state.apps) == what_models_know(ProjectState(dict(state.models)).apps)


def test_an_empty_database_makes_each_model_a_few_times_only(made: list[str]) -> None:
    with new_models_come_alone():
        step_by_step()
    assert len(made) < 10 * len(set(made)), "each operation that adds to a model makes its neighbours again"
