"""The WSGI application that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings.production")
application = get_wsgi_application()


def settle() -> None:
    """Load what the first request would, and take it out of every later look for garbage.

    It lives as long as the process. Looking it through took 140 ms of one page in a few hundred.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


settle()
