"""A Chromium of this machine, driven by Playwright, and the sign-in of somebody who has signed in before."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client

from devtools.browser import ADVICE, find_chromium
from o2c.kernel.models import User

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
except ImportError:  # then the tests are skipped, or fail in continuous integration: see conftest.py
    Axe = expect = sync_playwright = None

WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 60_000  # ms: of a machine that does much else
# Nothing is asked of the network: no updates, no accounts, no reports.
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]


def why_none() -> str:
    """Why there can be no browser, empty where there can."""
    if find_chromium() is None:
        return f"no Chromium was found: {ADVICE}"
    if sync_playwright is None:
        return "Playwright is not installed: python3 dev.py test installs it where it finds a browser"
    node = compute_driver_executable()[0]
    if subprocess.run([node, "--version"], capture_output=True, check=False).returncode != 0:
        return "Playwright's driver does not start here (Debian: apt-get install libatomic1)"
    return ""


@contextmanager
def browsing() -> Iterator["Browser"]:
    """The browser while the block runs.

    Playwright runs a loop in the thread that drives it, in which Django would refuse to ask the database.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    try:
        expect.set_options(timeout=PATIENCE)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def open_context(
    browser: "Browser", address: str, *, user: User | None = None, **options: Any
) -> "BrowserContext":
    """A fresh profile at the address; *user* has signed in there."""
    context = browser.new_context(
        base_url=address,
        viewport=options.pop("viewport", WIDE),
        locale="en-GB",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(PATIENCE)
    if user is not None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context
