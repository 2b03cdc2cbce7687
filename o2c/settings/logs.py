"""How the log reads: one line for each message, from whichever library, under the id of its request."""

from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

# What every line gets, whether it was logged through structlog or through the standard library.
SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> None:
    """Send what is logged through structlog the way of the standard library's records."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def settings() -> dict[str, Any]:
    """Return Django's LOGGING.

    A request that fails is told once, by django_structlog with its traceback; Django's own two lines about
    it are left out.
    """
    readable = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [ProcessorFormatter.remove_processors_meta, readable],
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "o2c": {"level": "INFO"},
            "django.request": {"level": "CRITICAL"},
            "django_structlog": {"level": "WARNING"},
        },
    }
