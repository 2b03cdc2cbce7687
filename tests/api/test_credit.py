"""Whether customers may buy on account, over HTTP."""

from datetime import timedelta

from credit import services as credit
from credit.models import CreditAccount
from tests.api.counting import cost_of
from tests.shops import Caller, cus, open_shop
from tests.world import World


def test_credit_tells_limit_exposure_and_that_they_may_pay_on_account(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(limit="100.00"), world.product(price="10.00")
    world.invoice(world.ship(world.order(customer, (lantern, "2"))))
    world.order(customer, (lantern, "1"))
    told = shop.get(f"customers/{cus(customer)}/credit?amount=64.00").json()
    assert {name: told[name]["amount"] for name in told if isinstance(told[name], dict)} == {
        "limit": "100.00",
        "receivables": "24.00",
        "committed": "12.00",
        "exposure": "36.00",
        "available": "64.00",
        "overdue": "0.00",
        "on_account": "0.00",
    }
    assert (told["pay_on_account"], told["reasons"], told["next_step"]) == ("allowed", [], "")
    over = shop.get(f"customers/{cus(customer)}/credit?amount=64.01").json()
    assert over["pay_on_account"] == "prepay"
    assert over["reasons"][0]["code"] == "credit-limit"
    assert over["reasons"][0]["cure"]["code"] == "pay"
    assert over["next_step"] == "Have 0.01 GBP paid first."


def test_who_is_late_or_blocked_is_refused_with_the_next_step(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(), world.product(price="10.00")
    issued = world.on - timedelta(days=60)
    world.invoice(world.ship(world.order(customer, (lantern, "2"), on=issued), on=issued), on=issued)
    late = shop.get(f"customers/{cus(customer)}/credit").json()
    assert (late["pay_on_account"], late["days_overdue"]) == ("refused", 30)
    assert late["overdue"] == {"amount": "24.00", "currency": "GBP"}
    assert late["next_step"] == "Have 24.00 GBP paid first."
    credit.block_credit(customer_id=customer.pk, reason="Insolvent", on=world.on, actor=world.system)
    blocked = shop.get(f"customers/{cus(customer)}/credit").json()
    assert [reason["code"] for reason in blocked["reasons"]] == ["credit-blocked", "credit-overdue"]
    assert blocked["next_step"].startswith("Ask the credit desk")
    assert "Insolvent" not in str(blocked), "why we blocked it is ours to know"


def test_who_has_no_limit_or_pays_in_advance_prepays(world: World, shop: Caller) -> None:
    nobody, advance = world.customer(limit="0"), world.customer()
    CreditAccount.objects.filter(customer=nobody).delete()
    told = shop.get(f"customers/{cus(nobody)}/credit").json()
    assert (told["pay_on_account"], told["available"]["amount"]) == ("prepay", "0.00")
    advance.terms.is_prepayment = True
    advance.terms.save()
    told = shop.get(f"customers/{cus(advance)}/credit?amount=10").json()
    assert (told["pay_on_account"], told["next_step"]) == ("prepay", "Have 10.00 GBP paid first.")


def test_credit_of_others_and_amounts_that_cannot_be_are_refused(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    bound = open_shop(world, customer=mine)
    assert bound.get(f"customers/{cus(other)}/credit").json()["code"] == "not-found-here"
    assert shop.get("customers/cus_x/credit").json()["code"] == "not-found-here"
    for query in ("amount=0", "amount=-1", "amount=1e3", "limit=9"):
        assert shop.get(f"customers/{cus(mine)}/credit?{query}").json()["code"] == "validation-failed"
    blind = open_shop(world, scopes=["customers:read"])
    assert blind.get(f"customers/{cus(mine)}/credit").json()["code"] == "scope-missing"


def test_credit_takes_the_same_statements_whatever_the_history(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(), world.product()

    def more() -> None:
        for place in range(3):
            world.invoice(world.ship(world.order(customer, (lantern, str(place + 1)))))

    assert cost_of(shop, f"customers/{cus(customer)}/credit", more) == 6
