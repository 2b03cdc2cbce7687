"""Settings of the test run: fast password hashing, mails kept in memory, tasks sent to no broker."""

from datetime import timedelta

from o2c.settings.base import *  # noqa: F403

SECRET_KEY = "tests-only-" + "x" * 50
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EVENTS_SETTLE_WITHIN = timedelta(0)
MFA_REQUIRED = False  # tests of the second factor switch it on
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
