"""No event carries what is private: after every test its events are searched (`tests.conftest.database`)."""

from django.db import transaction

from o2c.kernel.models import Event
from tests.privacy import told_in_private
from tests.world import World


def test_what_is_private_is_found_however_deep_it_lies(world: World) -> None:
    with transaction.atomic():
        Event.objects.create(
            kind="lamp.sold",
            document_type="lamp",
            document_id=1,
            on=world.on,
            actor=world.system,
            payload={"access_key": "x", "keys": 1, "lines": [{"to": {"street": "1 Way", "capacity": 2}}]},
        )
        assert sorted(told_in_private()) == [("lamp.sold", "access_key"), ("lamp.sold", "street")]
        transaction.set_rollback(True)
