"""The application as gunicorn loads it, but that a worker dies after the commit for which there is a warrant."""

import os
import signal
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

served = get_wsgi_application()
warrant = Path(os.environ["O2C_TEST_DEATH_WARRANT"])


def application(environ: Any, start_response: Any) -> Any:
    """Serve, on a connection that kills."""
    if not hasattr(connection, "_lawful_commit"):  # each thread has its own
        connection._lawful_commit = connection._commit  # type: ignore[attr-defined]
        connection._commit = commit_and_die  # type: ignore[method-assign]
    return served(environ, start_response)


def commit_and_die() -> None:
    """Commit, and die if there is a warrant."""
    connection._lawful_commit()  # type: ignore[attr-defined]
    if warrant.exists():
        warrant.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
