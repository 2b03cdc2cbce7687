"""Settings of a developer's machine and of the demo that `dev.py run` starts."""

from o2c.settings.base import *  # noqa: F403

DEBUG = env.text("O2C_DEBUG", "0") == "1"
SECRET_KEY = env.text("O2C_SECRET_KEY", "local-only-not-a-secret-" + "x" * 40)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

DATABASES |= env.sandbox(DATABASES["default"], beside=True)
WEBHOOKS_MAY_LOOP_BACK = True

# A developer finds every mail in a file there; nothing leaves the machine.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = ROOT / env.text("O2C_RUN_DIR", ".run") / "mail"
