"""The demo company's webshop, and its two keys: made once, and told at every start so that examples run at once."""

from datetime import datetime

from django.utils.crypto import salted_hmac

from o2c.gateway import services as gateway
from o2c.gateway.models import ApiKey, Scope, Shop
from o2c.gateway.services.keys import digest_of, secret_of
from o2c.kernel import partition
from o2c.kernel.models import User
from o2c.kernel.partition import Mode

NAME = "Lantern webshop"


def open_shop(*, at: datetime) -> dict[str, str]:
    """Make the webshop and its keys unless they are there; return the keys by mode.

    They are derived from this installation's SECRET_KEY: nobody else can know them, and nothing keeps them.
    """
    system = User.system()
    shop = Shop.objects.filter(name=NAME).first() or gateway.create_shop(name=NAME, actor=system)
    keys = {}
    for mode in partition.all_modes():
        derived = salted_hmac("o2c.demo.key", mode.value, algorithm="sha256").digest()
        keys[mode.value] = secret_of(mode, derived)
        if not ApiKey.objects.filter(digest=digest_of(keys[mode.value])).exists():
            _make(shop, mode, derived, at=at, actor=system)
    return keys


def _make(shop: Shop, mode: Mode, derived: bytes, *, at: datetime, actor: User) -> None:
    gateway.create_key(
        shop_id=shop.pk,
        label="Demo",
        mode=mode.value,
        scopes=Scope.values,
        randomness=derived,
        at=at,
        actor=actor,
    )
