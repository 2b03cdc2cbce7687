"""The browser of the browser tests and of `dev.py shots`: one that the machine has, never one that we download."""

import os
import shutil

VARIABLE = "O2C_CHROMIUM"  # names the program when it is called otherwise, or the wrong one is found
NAMES = (
    "chromium",
    "chromium-headless-shell",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ADVICE = f"install Chromium (Debian: apt-get install chromium libatomic1), or name one in {VARIABLE}"


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    wanted = os.environ.get(VARIABLE)
    found = (shutil.which(name) for name in ([wanted] if wanted else NAMES))
    return next((path for path in found if path is not None), None)


def in_ci() -> bool:
    """Return whether this is a run of continuous integration, where nothing may be skipped."""
    return os.environ.get("CI", "").lower() in {"1", "true"}
