"""Settings of the benchmark: an installation's, with a queue and a cache of its own.

Every commit wakes the dispatcher through the real broker, as it does in production. Nobody works on
the benchmark's queue; it is emptied after every slice.
"""

from o2c.settings.local import *  # noqa: F403

DEBUG = False
CELERY_TASK_DEFAULT_QUEUE = "o2c-bench"
CACHES["default"]["KEY_PREFIX"] = "o2c-bench"  # noqa: F405
