"""Setting, requesting, blocking: who may raise a limit, and how a wrong wish is refused."""

from decimal import Decimal

import pytest

from credit import services as credit
from credit.models import CreditAccount, CreditPolicy, LimitRequest
from o2c.kernel.errors import DomainError
from o2c.kernel.models import AuditEntry, Event
from tests.world import World, staff

WRONG = ("-0.01", "99999999999999999999", "NaN", "sNaN", "Infinity", "-Infinity")
GONE = 999_999_999


def account_of(customer) -> CreditAccount:
    return CreditAccount.objects.get(customer=customer)


def code_of(call) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def test_one_person_may_lower_a_limit_or_set_what_the_policy_leaves_to_one(world: World) -> None:
    customer, manager = world.customer(limit="1000"), staff("Finance manager")

    def set_to(limit: int):
        return credit.set_limit(customer_id=customer.pk, limit=Decimal(limit), on=world.on, actor=manager)

    assert set_to(300).limit == 300
    assert code_of(lambda: set_to(301)) == "limit-needs-approval"
    policy = CreditPolicy.objects.create(code="small", name="Small", limit_without_request=500)
    CreditAccount.objects.filter(customer=customer).update(policy=policy)
    assert set_to(500).limit == 500
    assert code_of(lambda: set_to(501)) == "limit-needs-approval"
    assert account_of(customer).limit == 500


def test_a_raise_takes_two_people_and_keeps_the_figures_of_the_day(world: World) -> None:
    customer = world.customer(limit="100")
    world.order(customer, (world.product(price="50.00"), "1"))
    request = credit.request_limit(
        customer_id=customer.pk,
        limit=Decimal(500),
        reason=" They doubled their orders ",
        on=world.on,
        actor=staff("Order clerk"),
    )
    assert (request.old_limit, request.reason) == (100, "They doubled their orders")
    assert (request.figures["committed"], request.figures["risk_class"]) == ("60.0000", "new")
    assert account_of(customer).limit == 100
    credit.approve_limit_request(request_id=request.pk, on=world.on, actor=staff("Finance manager"))
    assert account_of(customer).limit == 500
    kinds = (
        Event.objects.filter(document_number=customer.number).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds)[-3:] == [
        "limit_request.requested",
        "limit_request.approved",
        "credit_account.limit_changed",
    ]
    audited = AuditEntry.objects.filter(table_name="credit_creditaccount").latest("pk")
    assert audited.actor == staff("Finance manager")


def test_a_rejected_request_changes_no_limit_and_makes_room_for_another(world: World) -> None:
    customer, clerk, manager = world.customer(limit="100"), staff("AR clerk"), staff("Finance manager")

    def ask(limit: str = "500", reason: str = "Growing"):
        return credit.request_limit(
            customer_id=customer.pk, limit=Decimal(limit), reason=reason, on=world.on, actor=clerk
        )

    first = ask()
    assert code_of(ask) == "limit-request-open"
    credit.reject_limit_request(request_id=first.pk, answer="Too new", on=world.on, actor=manager)
    assert account_of(customer).limit == 100
    assert ask("200").state == "requested"
    assert LimitRequest.objects.get(pk=first.pk).answer == "Too new"


def test_a_blocked_customer_waits_with_the_reason_until_somebody_unblocks(world: World) -> None:
    customer, manager = world.customer(), staff("Finance manager")
    by = {"customer_id": customer.pk, "on": world.on, "actor": manager}
    credit.block_credit(reason="Insolvency rumoured", **by)
    assert code_of(lambda: credit.block_credit(reason="Again", **by)) == "credit-already-blocked"
    order = world.order(customer, (world.product(), "1"))
    assert order.hold_reasons[0] == {
        "code": "credit-blocked",
        "text": "The customer's credit is blocked. Insolvency rumoured",
        "figures": {"reason": "Insolvency rumoured"},
        "cure": {"code": "unblock"},
    }
    credit.unblock_credit(reason="Rumour was wrong", **by)
    assert code_of(lambda: credit.unblock_credit(reason="Again", **by)) == "credit-not-blocked"
    world.let_the_desks_work()
    order = type(order).objects.get(pk=order.pk)
    assert order.state == "confirmed"


def test_bad_input_gets_a_name_and_changes_nothing(world: World) -> None:
    customer = world.customer(limit="100")
    by = {"on": world.on, "actor": world.system}

    def ask(limit: str = "500", reason: str = "Growing", who: int = customer.pk):
        return lambda: credit.request_limit(customer_id=who, limit=Decimal(limit), reason=reason, **by)

    def report(**given):
        fields = {"source": "Bureau", "covered": Decimal(1), "valid_until": world.on, **given}
        return lambda: credit.record_report(**{"customer_id": customer.pk, **fields, **by})

    def review(note: str = "Fine", review_on=None, who: int = customer.pk):
        return lambda: credit.record_review(customer_id=who, note=note, review_on=review_on, **by)

    before = world.fingerprint()
    for code, call in [
        *(("invalid-limit", ask(limit)) for limit in (*WRONG, "100")),
        *(("reason-missing", ask(reason=text)) for text in ("", "  ")),
        ("not-found", ask(who=GONE)),
        ("not-found", lambda: credit.approve_limit_request(request_id=GONE, **by)),
        ("not-found", lambda: credit.reject_limit_request(request_id=GONE, answer="No", **by)),
        ("reason-missing", lambda: credit.block_credit(customer_id=customer.pk, reason=" ", **by)),
        ("not-found", lambda: credit.block_credit(customer_id=GONE, reason="Late", **by)),
        ("not-found", lambda: credit.unblock_credit(customer_id=GONE, reason="Paid", **by)),
        *(("invalid-report", report(covered=Decimal(amount))) for amount in WRONG),
        *(("invalid-report", report(score=score)) for score in (-1, 101)),
        ("invalid-report", report(source="  ")),
        ("invalid-report", report(valid_until=world.on.replace(day=1))),
        ("not-found", report(customer_id=GONE)),
        ("reason-missing", review(note="")),
        ("invalid-review", review(review_on=world.on)),
        ("not-found", review(who=GONE)),
    ]:
        assert code_of(call) == code
    assert world.fingerprint() == before
