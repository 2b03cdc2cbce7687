"""One browser and one demo company for all tests of a process; each test gets profiles of its own.

The company is committed, because the browser asks over HTTP. The tests share it, and each makes the
documents that it changes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from devtools.browser import in_ci
from ledger.services import seal_entries
from o2c import dispatch
from o2c.kernel import clock
from o2c.kernel.models import Company, User
from o2c.operations.management.commands.seed_demo import PRINTED
from reporting.checks import run_checks
from reporting.services import certify
from tests.browser.chromium import PHONE, browsing, open_context, why_none
from tests.examples.served import served
from tests.privacy import told_in_private
from tests.world import wipe


@dataclass(frozen=True)
class Site:
    """The demo company, served."""

    address: str

    @staticmethod
    def let_the_workers_work() -> None:
        """Have everything that is owed now, as the workers do a moment later, and number the journal's entries."""
        dispatch.run_inline(leaving=PRINTED)
        seal_entries(company_id=Company.objects.current().pk)

    @staticmethod
    def user(username: str) -> User:
        return User.objects.get(username=username)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """The browser. Where there is none the tests are skipped, except in continuous integration."""
    if reason := why_none():
        pytest.fail(reason) if in_ci() else pytest.skip(reason)
    with browsing() as found:
        yield found


@pytest.fixture(scope="package")
def site(browser, django_db_setup, django_db_blocker) -> Iterator[Site]:
    """The demo company on a port of this machine."""
    with django_db_blocker.unblock():
        try:
            call_command("seed_demo", stdout=StringIO())
            company = Company.objects.current()
            certify(report=run_checks(now=clock.unmoved()), on=clock.today(company.time_zone))
            with served() as address:
                yield Site(address)
            assert told_in_private() == []
        finally:
            connections.close_all()
            wipe()
            connections.close_all()


@pytest.fixture
def desk(site: Site, browser) -> Iterator[Callable[..., Any]]:
    """Opens a desk: a page in a fresh profile, in which a person of the demo has signed in."""
    contexts = []

    def open_desk(username: str = "", *, phone: bool = False, **options: Any) -> Any:
        if phone:
            options |= {"viewport": PHONE, "has_touch": True, "is_mobile": True}
        user = site.user(username) if username else None
        contexts.append(open_context(browser, site.address, user=user, **options))
        return contexts[-1].new_page()

    yield open_desk
    for context in contexts:
        context.close()
