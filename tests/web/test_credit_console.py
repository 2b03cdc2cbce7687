"""Credit in the finance console: verbs with their reasons, and refusals as messages."""

from django.urls import reverse

from credit.models import CreditAccount, CreditPolicy, Decision, LimitRequest
from o2c.kernel.models import Event
from tests.documents import limit_request_in
from tests.world import World, staff


def page(model, name: str, *args: object) -> str:
    return reverse(f"admin:credit_{model._meta.model_name}_{name}", args=args)


def test_terms_of_an_account_are_edited_and_its_limit_is_not(world: World, sign_in) -> None:
    account = CreditAccount.objects.get(customer=world.customer(limit="100"))
    policy = CreditPolicy.objects.create(code="standard", name="Standard")
    client = sign_in("Finance manager")
    assert client.get(page(CreditAccount, "change", account.pk)).status_code == 200
    entered = {"limit": "2500", "days_overdue_allowed": "5", "policy": policy.pk, "blocked": "on"}
    assert client.post(page(CreditAccount, "change", account.pk), entered).status_code == 302
    account.refresh_from_db()
    assert (account.limit, account.blocked) == (100, False)
    assert (account.days_overdue_allowed, account.policy) == (5, policy)


def test_an_account_is_opened_with_a_limit_of_zero(world: World, sign_in) -> None:
    customer = world.customer()
    CreditAccount.objects.all().delete()
    client = sign_in("Finance manager")
    client.post(
        page(CreditAccount, "add"), {"customer": customer.pk, "days_overdue_allowed": "3", "limit": "9"}
    )
    account = CreditAccount.objects.get(customer=customer)
    assert (account.limit, account.days_overdue_allowed) == (0, 3)


def test_credit_is_blocked_reviewed_and_unblocked_with_a_reason(world: World, sign_in) -> None:
    account = CreditAccount.objects.get(customer=world.customer())
    client = sign_in("Finance manager")
    block, unblock = (page(CreditAccount, name, account.pk) for name in ("block", "unblock"))
    assert client.get(block).status_code == 200
    assert "credit-not-blocked" in client.post(unblock, {"reason": "Paid"}).text
    shown = client.get(page(CreditAccount, "change", account.pk)).text
    assert (block in shown, unblock in shown) == (True, False)
    assert client.post(block, {"reason": ""}).status_code == 200
    assert client.post(block, {"reason": "Rumours"}).status_code == 302
    account.refresh_from_db()
    assert (account.blocked, account.block_reason) == (True, "Rumours")
    client.post(unblock, {"reason": "Paid"})
    client.post(page(CreditAccount, "review", account.pk), {"note": "All well", "review_on": "2027-03-01"})
    account.refresh_from_db()
    assert (account.blocked, str(account.review_on)) == (False, "2027-03-01")
    assert Event.objects.latest("pk").actor == staff("Finance manager")


def test_a_limit_is_requested_by_one_manager_and_decided_by_another(world: World, sign_in) -> None:
    account = CreditAccount.objects.get(customer=world.customer(limit="100"))
    client = sign_in("Finance manager")
    client.post(page(CreditAccount, "ask_for_limit", account.pk), {"limit": "500", "reason": "Growing"})
    request = LimitRequest.objects.get()
    approve = {"action": "approve", "_selected_action": [request.pk]}
    own = client.post(page(LimitRequest, "changelist"), approve, follow=True)
    assert "second-person-needed" in own.text
    other = limit_request_in(world, "requested")  # a clerk's
    client.post(page(LimitRequest, "reject", other.pk), {"reason": "Too new"})
    assert LimitRequest.objects.get(pk=other.pk).state == "rejected"
    third = limit_request_in(world, "requested")
    approve = {"action": "approve", "_selected_action": [third.pk]}
    client.post(page(LimitRequest, "changelist"), approve)
    assert CreditAccount.objects.get(pk=third.account_id).limit == 500


def test_decisions_are_read(world: World, sign_in) -> None:
    world.order(world.customer(limit="0"), (world.product(), "1"))
    decision = Decision.objects.get()
    answer = sign_in("Finance manager").get(page(Decision, "change", decision.pk))
    assert "raise-limit" in answer.text
    assert sign_in("Finance manager").post(page(Decision, "change", decision.pk), {}).status_code == 403
