"""Delegation: who gives, who finishes, what a department has to do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from o2c.kernel.assignments import selectors, services as assignments
from o2c.kernel.assignments.errors import AssignmentDone, InvalidAssignment
from o2c.kernel.assignments.services import About
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import Assignment, Event, User
from tests.world import World, staff

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ORDER = About(type="order", id=17, number="SO-10017")


def given(world: World, **to) -> Assignment:
    """The clerk asks for something until tomorrow."""
    return assignments.give_assignment(
        about=ORDER,
        title="Call the customer",
        due_on=world.on + timedelta(days=1),
        on=world.on,
        actor=staff("Order clerk"),
        **to,
    )


def test_a_colleague_finishes_what_was_given_to_their_department(world: World) -> None:
    assignment = given(world, role=Group.objects.get(name="Warehouse clerk"))
    hand = staff("Warehouse clerk")
    assert list(selectors.assigned_to(hand)) == [assignment]
    assignments.finish_assignment(
        assignment_id=assignment.pk, outcome="They wait until Monday", at=AT, on=world.on, actor=hand
    )
    assert list(selectors.assigned_to(hand)) == []
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True))[-2:] == [
        "assignment.given",
        "assignment.finished",
    ]
    with pytest.raises(AssignmentDone):
        assignments.finish_assignment(
            assignment_id=assignment.pk, outcome="again", at=AT, on=world.on, actor=hand
        )


def test_somebody_who_has_nothing_to_do_with_it_cannot_finish_or_hand_it_on(world: World) -> None:
    assignment = given(world, assignee=staff("Finance manager"))
    stranger = staff("Warehouse clerk")
    with pytest.raises(NotPermitted):
        assignments.finish_assignment(
            assignment_id=assignment.pk, outcome="", at=AT, on=world.on, actor=stranger
        )
    with pytest.raises(NotPermitted):
        assignments.reassign(assignment_id=assignment.pk, actor=stranger, assignee=stranger)
    assignments.reassign(assignment_id=assignment.pk, actor=staff("Finance manager"), assignee=stranger)
    assert [found.pk for found in selectors.assigned_to(stranger)] == [assignment.pk]


def test_an_assignment_needs_words_a_day_to_come_and_somebody_active(world: World) -> None:
    left = staff("Order clerk", "left")
    User.objects.filter(pk=left.pk).update(is_active=False)
    left.refresh_from_db()
    clerk, before = staff("Order clerk"), world.fingerprint()
    good = {
        "about": ORDER,
        "title": "Call",
        "due_on": world.on,
        "on": world.on,
        "actor": clerk,
        "assignee": clerk,
    }
    for wrong in (
        {"title": "  "},
        {"due_on": world.on - timedelta(days=1)},
        {"assignee": None},
        {"assignee": left},
    ):
        with pytest.raises(InvalidAssignment):
            assignments.give_assignment(**(good | wrong))
    with pytest.raises(NotPermitted):
        assignments.give_assignment(**(good | {"actor": staff("Auditor")}))
    assert world.fingerprint() | {"auth_group": 0, "kernel_user": 0} == before | {
        "auth_group": 0,
        "kernel_user": 0,
    }


def test_the_database_refuses_work_for_nobody_and_half_done_work(world: World) -> None:
    assignment = given(world, assignee=staff("Order clerk"))
    for wrong in ({"assignee": None}, {"done_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=assignment.pk).update(**wrong)


def test_the_queues_count_what_is_overdue_in_one_query(world: World, django_assert_num_queries) -> None:
    warehouse, sales = Group.objects.get(name="Warehouse clerk"), Group.objects.get(name="Order clerk")
    for role in (warehouse, warehouse, sales):
        given(world, role=role)
    with django_assert_num_queries(1):
        found = selectors.queues(today=world.on + timedelta(days=2))
    assert [(queue.role, queue.open, queue.overdue) for queue in found] == [
        ("Warehouse clerk", 2, 2),
        ("Order clerk", 1, 1),
    ]
    with django_assert_num_queries(1):
        assert len(list(selectors.open_about(document_type="order", document_id=17))) == 3
