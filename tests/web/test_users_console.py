"""Users and roles in the console: let in, given roles, locked out, by whom, and never by themselves."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from o2c.console import errors, services
from o2c.console.services.staff import Person
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import Assignment, Event, User
from o2c.operations.roles import AR_CLERK, AUDITOR, FINANCE_MANAGER, ORDER_CLERK
from tests.world import World, all_roles, staff


def page(name: str, *args: object) -> str:
    return reverse(f"admin:kernel_user_{name}", args=args)


def administrator() -> User:
    return User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)[0]


NEW = {
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@lantern.example",
    "language": "fr",
}


def test_a_colleague_is_let_in_with_roles_and_a_password_that_is_shown_once(world, sign_in) -> None:
    client = sign_in("Finance manager")
    assert client.get(page("add")).status_code == 200
    made = client.post(page("add"), {**NEW, "roles": [AR_CLERK, ORDER_CLERK]})
    ada = User.objects.get(username="ada")
    password = made.context["made"].password
    assert password in made.text
    assert "no-store" in made.headers["Cache-Control"]
    assert Client().login(username="ada", password=password)
    assert (ada.language, ada.is_staff, ada.is_superuser) == ("fr", False, False)
    assert set(ada.groups.values_list("name", flat=True)) == {AR_CLERK, ORDER_CLERK}
    told = Event.objects.get(kind="user.created", document_id=ada.pk)
    assert (told.actor, told.payload["roles"]) == (staff("Finance manager"), [AR_CLERK, ORDER_CLERK])
    assert password not in str(told.payload)
    twice = client.post(page("add"), {**NEW, "username": "ADA", "roles": [AR_CLERK]})
    assert "invalid-user" in twice.text


def test_a_finance_manager_gives_no_role_that_approves_and_touches_no_administrator(world, sign_in) -> None:
    client, on, manager = sign_in("Finance manager"), world.on, staff("Finance manager")
    assert FINANCE_MANAGER not in dict(client.get(page("add")).context["form"].fields["roles"].choices)
    with pytest.raises(errors.AccountOutOfReach):
        services.create_user(person=Person(username="eve"), given=[FINANCE_MANAGER], on=on, actor=manager)
    clerk, peer = staff("AR clerk"), staff("Finance manager", "second-manager")
    for user, given in ((clerk, [FINANCE_MANAGER]), (peer, [AR_CLERK]), (administrator(), [AR_CLERK])):
        with pytest.raises(errors.AccountOutOfReach):
            services.set_roles(user_id=user.pk, given=given, on=on, actor=manager)
    for user in (peer, administrator(), User.system()):
        with pytest.raises(errors.AccountOutOfReach):
            services.renew_password(user_id=user.pk, on=on, actor=manager)
        with pytest.raises(errors.AccountOutOfReach):
            services.disable_user(user_id=user.pk, reason="", on=on, actor=manager)
    services.set_roles(user_id=clerk.pk, given=[FINANCE_MANAGER], on=on, actor=administrator())
    clerk.refresh_from_db()
    assert clerk.is_staff


def test_nobody_changes_their_own_rights_not_even_an_administrator(world: World) -> None:
    for user in (staff("Finance manager"), administrator()):
        with pytest.raises(errors.OwnAccount):
            services.set_roles(user_id=user.pk, given=[AUDITOR], on=world.on, actor=user)
        with pytest.raises(errors.OwnAccount):
            services.disable_user(user_id=user.pk, reason="Leaving", on=world.on, actor=user)
        with pytest.raises(errors.OwnAccount):
            services.renew_password(user_id=user.pk, on=world.on, actor=user)


def test_roles_are_given_and_taken_and_open_the_console(world, sign_in) -> None:
    clerk, client = staff("AR clerk"), sign_in("Finance manager")
    assert AR_CLERK in client.get(page("give_roles", clerk.pk)).text
    client.post(page("give_roles", clerk.pk), {"roles": [AUDITOR]})
    clerk.refresh_from_db()
    assert (clerk.is_staff, list(clerk.groups.values_list("name", flat=True))) == (True, [AUDITOR])
    told = Event.objects.get(kind="user.roles_changed").payload
    assert (told["before"], told["after"]) == ([AR_CLERK], [AUDITOR])
    assert "would have no role" in client.post(page("give_roles", clerk.pk), {}).text


def test_who_is_disabled_is_out_with_the_next_click_and_comes_back_with_a_reason(world, sign_in) -> None:
    clerk, client, theirs = staff("AR clerk"), sign_in("Finance manager"), sign_in("AR clerk")
    assert theirs.get("/").status_code == 200
    client.post(page("disable", clerk.pk), {"reason": "Left us"})
    assert theirs.get("/").status_code == 302
    assert "user-state-unchanged" in client.post(page("disable", clerk.pk), {"reason": "Left"}).text
    shown = client.get(reverse("admin:kernel_user_change", args=[clerk.pk])).text
    offered = {name: page(name, clerk.pk) in shown for name in ("enable", "disable", "reset_second_factor")}
    assert offered == {"enable": True, "disable": False, "reset_second_factor": False}
    client.post(page("enable", clerk.pk), {"reason": "Came back"})
    assert User.objects.get(pk=clerk.pk).is_active
    reasons = (
        Event.objects.filter(kind__startswith="user.")
        .order_by("pk")
        .values_list("payload__reason", flat=True)
    )
    assert list(reasons) == ["Left us", "Came back"]


def test_a_new_password_signs_out_whoever_used_the_old_one(world, sign_in) -> None:
    clerk, client, theirs = staff("AR clerk"), sign_in("Finance manager"), sign_in("AR clerk")
    assert client.get(page("renew_password", clerk.pk)).status_code == 200
    made = client.post(page("renew_password", clerk.pk))
    assert theirs.get("/").status_code == 302
    assert Client().login(username=clerk.username, password=made.context["made"].password)


def test_names_are_corrected_and_the_password_is_nowhere(world, sign_in) -> None:
    clerk, client = staff("AR clerk"), sign_in("Finance manager")
    client.post(page("edit", clerk.pk), {**NEW, "username": clerk.username})
    clerk.refresh_from_db()
    assert (clerk.get_full_name(), clerk.language) == ("Ada Byron", "fr")
    shown = client.get(page("change", clerk.pk)).text
    assert "Ada Byron" not in shown  # two fields
    assert clerk.password not in shown
    assert client.post(page("change", clerk.pk), {"is_superuser": "on"}).status_code == 403
    assert client.post(page("delete", clerk.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", [role for role in all_roles() if role != FINANCE_MANAGER])
def test_other_roles_manage_nobody(world: World, role: str) -> None:
    actor, other, on = staff(role), staff("AR clerk", "other"), world.on
    verbs = [
        lambda: services.create_user(person=Person(username="eve"), given=[AR_CLERK], on=on, actor=actor),
        lambda: services.change_user(user_id=other.pk, person=Person(username="eve"), on=on, actor=actor),
        lambda: services.set_roles(user_id=other.pk, given=[AUDITOR], on=on, actor=actor),
        lambda: services.disable_user(user_id=other.pk, reason="x", on=on, actor=actor),
        lambda: services.enable_user(user_id=other.pk, reason="x", on=on, actor=actor),
        lambda: services.renew_password(user_id=other.pk, on=on, actor=actor),
    ]
    for verb in verbs:
        with pytest.raises(NotPermitted):
            verb()


def test_roles_are_named_in_the_readers_language_and_kept_by_their_own_name(world, sign_in) -> None:
    client, clerk = sign_in("Finance manager"), staff("AR clerk")
    clerk.groups.add(*staff("Order clerk").groups.all(), *staff("Finance manager").groups.all())
    note = {"document_type": "order", "document_id": 1, "title": "Ring them up", "given_by": clerk}
    asked = Assignment.objects.create(**note, role=clerk.groups.get(name=ORDER_CLERK), due_on=world.on)
    User.objects.update(language="fr", first_name="Ada", last_name="Byron")
    places = [
        page("changelist"), page("change", clerk.pk), page("add"), page("give_roles", clerk.pk),
        reverse("console-roles"), reverse("console-duties"), f"{reverse('console-duties')}?export=csv",
        reverse("admin:kernel_assignment_changelist"), reverse("admin:kernel_assignment_change", args=[asked.pk]),
    ]  # fmt: skip
    with translation.override("en"):  # what a request activates ends here
        for place in places:
            text = client.get(place).content.decode()
            assert "Gestionnaire de commandes" in text, place
            assert ">Order clerk<" not in text, place
            assert "Order clerk," not in text, place
        assert "Console financière" in text
        assert "Ajouter\u00a0: mission" in client.get(reverse("console-roles")).text
        refused = client.post(page("give_roles", clerk.pk), {"roles": [ORDER_CLERK]})
    assert "Responsable financier" in refused.text
    assert "Finance manager." not in refused.text


def test_the_matrix_says_what_each_role_may_do_and_what_is_switched_off(world, sign_in) -> None:
    client = sign_in("Finance manager")
    text = client.get(reverse("console-roles")).text
    assert "Must sign in with a second factor (switched off here)" in text
    assert "Can approve credit limits" in text
    assert "sees all" in text
