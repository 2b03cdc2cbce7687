"""Keys over their lives: noted when used, valid beside their successor, and what they carry over to it."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.core.cache import cache

from o2c.gateway import services as gateway
from o2c.gateway.models import ApiKey
from o2c.gateway.services.keys import OVERLAP
from tests.shops import Caller, issued, shop_in
from tests.world import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(moment: datetime, caller: Caller) -> int:
    """The status that a key gets at some time."""
    cache.clear()
    with time_machine.travel(moment, tick=False):
        return caller.get("orders?limit=1").status_code


def test_the_last_use_of_a_key_is_noted_to_the_minute(world: World, noon: None) -> None:
    key = issued(world, shop := shop_in(world))
    caller = Caller(key.secret, shop)

    def noted() -> datetime | None:
        return ApiKey.objects.get(pk=key.key.pk).last_used_at

    assert noted() is None
    assert Caller(key.secret[:-1], shop).get("orders").status_code == 401
    assert noted() is None
    for seconds, known in ((0, 0), (59, 0), (60, 60), (119, 60), (7200, 7200)):
        assert at(NOON + timedelta(seconds=seconds), caller) == 200
        assert noted() == NOON + timedelta(seconds=known)


def test_a_rotated_key_works_beside_its_successor_for_seven_days(world: World, noon: None) -> None:
    old = issued(world, shop := shop_in(world), scopes=["orders:read"], quota=7)
    new = gateway.rotate_key(key_id=old.key.pk, at=NOON, actor=world.system)
    before, after = Caller(old.secret, shop), Caller(new.secret, shop)
    week = NOON + OVERLAP
    assert [at(moment, before) for moment in (NOON, week - timedelta(seconds=1), week)] == [200, 200, 401]
    assert [at(moment, after) for moment in (NOON, week, week + timedelta(days=365))] == [200, 200, 200]
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        answer = after.get("orders?limit=1")
        assert answer["RateLimit-Policy"] == '"minute";q=7;w=60'
        assert after.get("products").json()["code"] == "scope-missing"
        gateway.revoke_key(key_id=new.key.pk, at=NOON, actor=world.system)
        assert after.get("orders?limit=1").json()["code"] == "key-unknown"
