"""Returns and access in the finance console: cancelled and revoked there, and refusals as messages."""

from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Entitlement, Return
from o2c.kernel.models import Event
from tests.fulfillment.returns import return_in
from tests.world import World, staff


def page(model, name: str, *args: object) -> str:
    return reverse(f"admin:fulfillment_{model._meta.model_name}_{name}", args=args)


def test_a_manager_cancels_a_return_of_which_nothing_came(world: World, sign_in) -> None:
    one, came = return_in(world, "authorised"), return_in(world, "received")
    client = sign_in("Finance manager")
    chosen = {"action": "cancel", "_selected_action": [one.pk]}
    answer = client.post(page(Return, "changelist"), chosen, follow=True)
    assert f"{one.number} is cancelled." in answer.text
    assert Return.objects.get(pk=one.pk).state == "cancelled"
    assert Event.objects.get(kind="return.cancelled").actor == staff("Finance manager")
    chosen["_selected_action"] = [came.pk]
    assert "return-not-cancellable" in client.post(page(Return, "changelist"), chosen, follow=True).text
    assert client.get(page(Return, "change", one.pk)).status_code == 200


def test_a_manager_revokes_access_with_a_reason_and_never_sees_the_key(world: World, sign_in) -> None:
    order = world.order(world.customer(), (world.product(kind="digital"), "1"))
    [access] = fulfillment.grant_access(order_id=order.pk, on=world.on, actor=world.system)
    client = sign_in("Finance manager")
    revoke = page(Entitlement, "revoke", access.pk)
    assert client.post(revoke, {"reason": ""}).status_code == 200
    assert client.post(revoke, {"reason": "Card was stolen"}).status_code == 302
    access.refresh_from_db()
    assert access.revoke_reason == "Card was stolen"
    assert "entitlement-not-revocable" in client.post(revoke, {"reason": "Again"}).text
    for name, args in (("changelist", []), ("change", [access.pk]), ("revoke", [access.pk])):
        assert access.key not in client.get(page(Entitlement, name, *args)).text
