"""How a call with a test key enters the sandbox: filled on first use, and with the shop's own row there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from customers.models import Customer
from o2c.gateway.errors import UnknownTestCustomer
from o2c.gateway.models import ApiKey, Shop
from o2c.gateway.sandbox import emptying, filling
from o2c.kernel import audit, clock, longwork, partition
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.models import Company, Sandbox, User
from o2c.kernel.partition import Mode
from o2c.kernel.principal import Principal

ROLE = "Shop"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7105, 0)"


@contextmanager
def entered_with(key: ApiKey) -> Iterator[Principal]:
    """Be in the sandbox until the block ends, as the one who calls with *key*.

    :raises SandboxNotReady: its database does not answer.
    :raises NotSetUp: the books have no company yet, so there is nothing to fill it with.
    :raises UnknownTestCustomer: the key's customer is not there.
    """
    with partition.entered(Mode.TEST):
        ensure_filled(at=clock.unmoved())
        shop = _mirrored(key.shop)
        yield Principal(
            shop_id=shop.pk,
            key_id=key.pk,
            mode=Mode.TEST,
            scopes=frozenset(key.scopes),
            actor=shop.account,
            quota=key.quota,
            api_version=key.api_version,
            customer_id=customer_id_of(key.test_customer) if key.test_customer else None,
            sees_all=shop.sees_all,
        )


def customer_id_of(number: str) -> int:
    """Return the customer of the sandbox with this number.

    :raises UnknownTestCustomer: there is none.
    """
    found = Customer.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownTestCustomer(_("The sandbox has no customer %(number)s.") % {"number": number})
    return found


def ensure_filled(*, at: datetime) -> None:
    """Fill the sandbox that we are in, unless it is filled."""
    if not Sandbox.objects.exists():
        _fill_once(at)


@verb
def _fill_once(at: datetime) -> None:
    fetch_all(ONE_AT_A_TIME, [])
    if not Sandbox.objects.exists():
        filling.fill(on=_today(at))


def _today(at: datetime) -> date:
    with partition.entered(Mode.LIVE):
        zone = Company.objects.current().time_zone
    return clock.day_of(at, zone)


@verb
def reset(*, at: datetime) -> None:
    """Empty the sandbox that we are in and fill it anew, as of *at*; its clock is the real one again."""
    fetch_all(ONE_AT_A_TIME, [])
    longwork.end_all(at=at)
    emptying.empty()
    filling.fill(on=_today(at))


def _mirrored(shop: Shop) -> Shop:
    """Return the sandbox's row of a shop of the books: the same keys, name, reach and account."""
    known = Shop.objects.select_related("account").filter(pk=shop.pk).first()
    if known is None or (known.name, known.sees_all) != (shop.name, shop.sees_all):
        known = _mirror(shop)
    return known


@verb
def _mirror(shop: Shop) -> Shop:
    audit.set_actor(User.system().pk)
    account, _made = User.objects.update_or_create(
        pk=shop.account_id,
        defaults={
            "username": shop.account.username,
            "first_name": shop.account.first_name,
            "password": shop.account.password,  # which nobody can sign in with
        },
    )
    account.groups.add(Group.objects.get(name=ROLE))
    made, _made = Shop.objects.update_or_create(
        pk=shop.pk, defaults={"name": shop.name, "sees_all": shop.sees_all, "account": account}
    )
    return made
