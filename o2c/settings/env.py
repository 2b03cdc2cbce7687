"""The one reader of the environment: every setting that differs between machines is asked for here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, default: str | None = None) -> str:
    """Return the variable *name*.

    :raises ImproperlyConfigured: it is not set and there is no default.
    """
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment, see .env.example.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return the comma separated words of the variable *name*."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    """Return the variable *name* as a whole number."""
    return int(text(name, str(default)))


def switch(name: str, *, default: bool) -> bool:
    """Return whether the variable *name* is on: 1, or 0 for off.

    :raises ImproperlyConfigured: it is something else.
    """
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is 1 or 0, not {value!r}.")
    return value == "1"


def database(*, application: str) -> dict[str, Any]:
    """Return Django's settings of the database that DATABASE_URL names."""
    return _database(text("DATABASE_URL", "postgresql:///o2c"), application=application)


def sandbox(books: Mapping[str, Any], *, beside: bool) -> dict[str, dict[str, Any]]:
    """Return the sandbox's database, or nothing when there is none.

    It is the one that SANDBOX_DATABASE_URL names; without that, *beside* says whether it is the database next
    to the company's *books*.
    """
    url = text("SANDBOX_DATABASE_URL", "")
    if url:
        return {"sandbox": _database(url, application=f"{books['OPTIONS']['application_name']} sandbox")}
    return {"sandbox": {**books, "NAME": f"{books['NAME']}_sandbox"}} if beside else {}


def _database(address: str, *, application: str) -> dict[str, Any]:
    """Return Django's settings of the database at *address*.

    A host that is a socket directory is written ``postgresql:///name?host=/run/dir&user=me``.
    """
    url = urlsplit(address)
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or query.get("dbname", "o2c"),
        "USER": unquote(url.username or query.get("user", "")),
        "PASSWORD": unquote(url.password or query.get("password", "")),
        "HOST": unquote(url.hostname or query.get("host", "")),
        "PORT": str(url.port or query.get("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "application_name": application,
            "options": "-c lock_timeout=3s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s",
        },
    }


@dataclass(frozen=True, slots=True)
class RedisUrls:
    """The addresses of one Redis-protocol server, as redis-py and Celery spell them."""

    cache: str
    broker: str


def redis() -> RedisUrls:
    """Return the cache (database 1) and the broker (database 0) of the server that REDIS_URL names."""
    url = text("REDIS_URL", "redis://127.0.0.1:6379")
    scheme, _, rest = url.partition("://")
    if scheme in {"unix", "redis+socket"}:
        path = rest.partition("?")[0]
        return RedisUrls(cache=f"unix://{path}?db=1", broker=f"redis+socket://{path}?virtual_host=0")
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    return RedisUrls(cache=f"{base}/1", broker=f"{base}/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails go, as Django's settings spell it."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def mail_server() -> MailServer:
    """Return the mail server that EMAIL_URL names.

    ``smtp://user:password@host:587`` speaks TLS from STARTTLS on, ``smtps://`` from the beginning;
    ``smtp://host:25?tls=0`` never does, for a relay on the same machine. ``console:`` prints mails to the
    log and sends nothing.

    :raises ImproperlyConfigured: it is not set, or is none of these.
    """
    url = urlsplit(text("EMAIL_URL"))
    if url.scheme == "console":
        return MailServer(backend="django.core.mail.backends.console.EmailBackend")
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured("EMAIL_URL is smtp://..., smtps://... or console:, see .env.example.")
    ssl = url.scheme == "smtps"
    return MailServer(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=url.hostname,
        port=url.port or (465 if ssl else 587),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        tls=not ssl and parse_qs(url.query).get("tls") != ["0"],
        ssl=ssl,
    )
