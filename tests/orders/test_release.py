"""Releases: scoped, sticky, and by two people where much is at stake."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from credit.models import Commitment, CreditAccount, Decision
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import Event
from orders import errors, services as orders
from orders.amendment import LineChange
from orders.models import Order, OrderPolicy, Release
from orders.services import Amendment
from tests.documents import RELEASE_STATES, cells, release_in, walk
from tests.world import World, staff

TABLE = """
                 proposed   approved            rejected
approve_release  approved   !release-decided    !release-decided
reject_release   rejected   !release-decided    !release-decided
"""


@pytest.mark.parametrize("state", RELEASE_STATES)
def test_every_verb_in_every_state_of_a_release(world: World, state: str) -> None:
    release, third = release_in(world, state), staff("Finance manager", "third-manager")
    extra = {"approve_release": {}, "reject_release": {"reason": "No"}}

    def run(verb: str) -> object:
        return getattr(orders, verb)(release_id=release.pk, on=world.on, actor=third, **extra[verb])

    walk(world, TABLE, state, run=run, state_after=lambda: str(Release.objects.get(pk=release.pk).state))
    assert {cell.state for cell in cells(TABLE)} == set(RELEASE_STATES) == set(Release.State.values)


def test_the_database_refuses_a_second_approval_by_the_proposer(world: World) -> None:
    release = release_in(world, "proposed")
    with pytest.raises(IntegrityError, match="release_second_is_another"), transaction.atomic():
        fetch_all(
            "UPDATE orders_release SET state = 'approved', decided_by_id = proposed_by_id WHERE id = %s",
            [release.pk],
        )


def test_a_large_order_waits_for_a_second_person_who_is_neither_proposer_nor_clerk(world: World) -> None:
    release = release_in(world, "proposed")
    order = Order.objects.get(pk=release.order_id)
    assert (order.state, release.codes, release.up_to) == ("on_hold", ["credit-limit"], Decimal(14400))
    proposal = Event.objects.get(kind="order.release_proposed")
    assert (proposal.payload["codes"], proposal.payload["up_to"]) == (["credit-limit"], "14400.00")

    for person, refused in (
        (release.proposed_by, errors.ReleaseNotPermitted),
        (order.created_by, NotPermitted),
    ):
        with pytest.raises(refused):
            orders.approve_release(release_id=release.pk, on=world.on, actor=person)
    with pytest.raises(errors.ReleaseProposed):
        orders.release_order(order_id=order.pk, reason="Again", on=world.on, actor=world.system)
    assert Order.objects.get(pk=order.pk).state == "on_hold"

    second = staff("Finance manager", "second-manager")
    decided = orders.approve_release(release_id=release.pk, on=world.on, actor=second)
    assert (decided.state, decided.decided_by) == ("approved", second)
    assert Order.objects.get(pk=order.pk).state == "confirmed"
    assert Commitment.objects.get(reference=order.number).amount == Decimal(14400)
    waived = [rule["rule"] for rule in Decision.objects.latest("pk").rules if rule["waived"]]
    assert waived == ["limit"]


def test_a_clerk_with_every_role_releases_and_approves_nothing_of_their_own(world: World) -> None:
    """C33: the creator is refused whatever other roles they have, also as the second person."""
    clerk = staff("Order clerk", "many-roles")
    clerk.groups.add(*staff("Finance manager").groups.all())
    lantern = world.product(price="12000.00")
    order = world.order(world.customer(limit="0"), (lantern, "1"), actor=clerk)
    with pytest.raises(errors.ReleaseNotPermitted):
        orders.release_order(order_id=order.pk, reason="Mine", on=world.on, actor=clerk)
    orders.release_order(order_id=order.pk, reason="Theirs", on=world.on, actor=staff("Finance manager"))
    with pytest.raises(errors.ReleaseNotPermitted):
        orders.approve_release(release_id=Release.objects.get().pk, on=world.on, actor=clerk)
    assert Order.objects.get(pk=order.pk).state == "on_hold"


def test_who_amended_an_order_last_does_not_release_it(world: World) -> None:
    amender = staff("Order clerk", "amender")
    amender.groups.add(*staff("Finance manager").groups.all())
    order = world.order(world.customer(limit="0"), (world.product(), "2"), actor=staff("Order clerk"))
    orders.amend_order(
        order_id=order.pk,
        amendment=Amendment(changed={order.lines.get().pk: LineChange(quantity=Decimal(1))}),
        expected_version=1,
        reason="Less",
        on=world.on,
        actor=amender,
    )
    with pytest.raises(errors.ReleaseNotPermitted, match="amended"):
        orders.release_order(order_id=order.pk, reason="Mine", on=world.on, actor=amender)


def test_a_release_is_sticky_up_to_its_amount_and_until_its_day(world: World) -> None:
    lantern = world.product(price="10.00")
    order = world.order(world.customer(limit="0"), (lantern, "5"), actor=staff("Order clerk"))
    manager, line = staff("Finance manager"), order.lines.get()
    orders.release_order(
        order_id=order.pk, reason="Known", on=world.on, actor=manager, up_to=Decimal(84),
        valid_until=world.on + timedelta(days=3),
    )  # fmt: skip

    def grow(quantity: str, version: int, days: int = 0) -> Order:
        return orders.amend_order(
            order_id=order.pk,
            amendment=Amendment(changed={line.pk: LineChange(quantity=Decimal(quantity))}),
            expected_version=version,
            reason="More",
            on=world.on + timedelta(days=days),
            actor=world.system,
        )

    assert grow("6", 1).state == "confirmed"
    assert Commitment.objects.get(reference=order.number).amount == Decimal("72.00")
    with pytest.raises(errors.AmendmentRefused):
        grow("8", 2)
    with pytest.raises(errors.AmendmentRefused):
        grow("7", 2, days=4)
    assert grow("7", 2, days=3).version == 3


def test_a_reason_that_comes_later_still_holds_a_released_order(world: World) -> None:
    customer = world.customer(limit="0", accepts_backorders=False)
    order = world.order(customer, (world.product(stock="1"), "5"), actor=staff("Order clerk"))
    released = orders.release_order(
        order_id=order.pk, reason="Known", on=world.on, actor=staff("Finance manager")
    )
    assert released.state == "on_hold"
    assert [reason["code"] for reason in released.hold_reasons] == ["stock-short"]
    again = orders.release_order(
        order_id=order.pk, reason="Send what is there", on=world.on, actor=staff("Finance manager")
    )
    assert (again.state, again.lines.get().reserved) == ("confirmed", 1)


def test_a_proposal_that_the_order_or_the_calendar_outgrew_is_not_approved(world: World) -> None:
    release, second = release_in(world, "proposed"), staff("Finance manager", "second-manager")
    with pytest.raises(errors.ReleaseOutdated):
        orders.approve_release(release_id=release.pk, on=world.on + timedelta(days=31), actor=second)
    line = release.order.lines.get()
    orders.amend_order(
        order_id=release.order_id,
        amendment=Amendment(changed={line.pk: LineChange(quantity=Decimal(2))}),
        expected_version=1,
        reason="One more",
        on=world.on,
        actor=staff("Order clerk"),
    )
    with pytest.raises(errors.ReleaseOutdated):
        orders.approve_release(release_id=release.pk, on=world.on, actor=second)
    assert Release.objects.get().state == "proposed"


def test_the_threshold_and_the_days_of_a_release_are_the_policys(world: World) -> None:
    OrderPolicy.objects.update_or_create(
        company=world.company, defaults={"second_release_from": Decimal(50), "release_days": 7}
    )
    manager, clerk = staff("Finance manager"), staff("Order clerk")
    lantern = world.product(price="10.00")
    exact = world.order(world.customer(limit="0"), (lantern, "4"), actor=clerk)
    orders.release_order(order_id=exact.pk, reason="Known", on=world.on, actor=manager)
    above = world.order(world.customer(limit="0"), (lantern, "5"), actor=clerk)
    orders.release_order(order_id=above.pk, reason="Known", on=world.on, actor=manager)
    assert [order.state for order in Order.objects.order_by("pk")] == ["confirmed", "on_hold"]
    assert Release.objects.latest("pk").valid_until == world.on + timedelta(days=7)


def test_a_release_that_cannot_be_right_changes_nothing(world: World) -> None:
    order = world.order(world.customer(limit="0"), (world.product(), "5"), actor=staff("Order clerk"))
    manager = staff("Finance manager")
    before = world.fingerprint()
    for wrong in (
        {"reason": " "},
        {"up_to": Decimal("59.99")},
        {"up_to": Decimal("NaN")},
        {"up_to": Decimal("Infinity")},
        {"up_to": Decimal(10) ** 20},
        {"up_to": Decimal(-1)},
        {"valid_until": world.on - timedelta(days=1)},
        {"valid_until": world.on + timedelta(days=400)},
    ):
        with pytest.raises(errors.InvalidOrder):
            orders.release_order(
                order_id=order.pk, on=world.on, actor=manager, **{"reason": "Known", **wrong}
            )
    assert world.fingerprint() == before


def test_a_recheck_with_the_same_reasons_says_nothing_and_with_others_says_so(world: World) -> None:
    customer = world.customer(limit="0")
    order = world.order(customer, (world.product(), "5"), actor=staff("Order clerk"))
    orders.retry_order(order_id=order.pk, on=world.on, actor=world.system)
    assert Event.objects.filter(kind="order.held").count() == 1
    account = CreditAccount.objects.get(customer=customer)
    CreditAccount.objects.filter(pk=account.pk).update(blocked=True, block_reason="Bailiff")
    orders.retry_order(order_id=order.pk, on=world.on, actor=world.system)
    assert Event.objects.filter(kind="order.held").count() == 2


def test_an_order_placed_while_overdue_is_announced_once_held_or_not(world: World) -> None:
    lantern, customer = world.product(price="10.00"), world.customer()
    world.invoice(world.ship(world.order(customer, (lantern, "1"))))
    late = world.on + timedelta(days=60)
    order = world.order(customer, (lantern, "1"), on=late)
    orders.retry_order(order_id=order.pk, on=late, actor=world.system)
    event = Event.objects.get(kind="order.placed_while_overdue")
    assert event.document_id == order.pk
    assert {**event.payload, "customer_id": 0} == {
        "customer_id": 0, "currency": "GBP", "overdue": "12.0000", "days": 30, "held": True,
    }  # fmt: skip
