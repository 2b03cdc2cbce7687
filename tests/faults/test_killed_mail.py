"""F: a worker is killed at every statement while it sends a notice; the mail leaves once or not at all.

The mail server here is a directory: a mail that was taken is a file in it, whoever died afterwards.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from customers import services
from customers.models import Message
from o2c.kernel import clock
from tests.faults.nursery import Nursery
from tests.messages import message_in
from tests.world import World

pytestmark = pytest.mark.committed


def taken(directory: Path) -> int:
    """How many mails the server has taken."""
    return sum(file.read_text().count("Message-ID: <") for file in directory.glob("*.log"))


def test_a_worker_killed_anywhere_sends_no_notice_twice(
    world: World, nursery: Nursery, tmp_path: Path
) -> None:
    ends, deaths = set(), 0
    while True:
        message = message_in(world, "queued")
        server = tmp_path / str(deaths)
        outcome = nursery.run("send_mails", die_at=deaths + 1, directory=str(server))
        assert outcome.killed or outcome.error == "", outcome.error
        state = Message.objects.get(pk=message.pk).state
        ends.add((outcome.killed, state, taken(server)))
        assert state != "queued" or taken(server) == 0
        later = clock.now() + timedelta(hours=1)
        services.doubt_abandoned(at=later)
        nursery.do("send_mails", directory=str(server))  # whoever comes next
        if state == "sending":
            assert Message.objects.get(pk=message.pk).state == "uncertain"
        else:
            assert Message.objects.get(pk=message.pk).state == "sent"
            assert taken(server) == 1
        assert taken(server) <= 1
        if not outcome.killed:
            break
        deaths += 1
    assert deaths >= 6
    assert ends == {
        (True, "queued", 0),  # before the claim was committed: sent by the next worker
        (True, "sending", 0),  # after the claim, before the mail left: nobody can know
        (True, "sending", 1),  # after the server took it, before that was noted: nobody can know
        (True, "sent", 1),
        (False, "sent", 1),
    }
