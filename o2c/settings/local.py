"""Settings of a developer's machine and of the demo that `dev.py run` starts."""

from o2c.settings.base import *  # noqa: F403

DEBUG = env.text("O2C_DEBUG", "0") == "1"
SECRET_KEY = env.text("O2C_SECRET_KEY", "local-only-not-a-secret-" + "x" * 40)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

DATABASES |= env.sandbox(DATABASES["default"], beside=True)
WEBHOOKS_MAY_LOOP_BACK = True

# The demo's people sign in with the password alone, and a developer is not sent away after lunch.
MFA_REQUIRED = env.switch("O2C_MFA_REQUIRED", default=False)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
SESSION_IDLES_OUT_AFTER = timedelta(minutes=env.number("O2C_IDLE_MINUTES", 12 * 60))

# A developer finds every mail in a file there; nothing leaves the machine.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = ROOT / env.text("O2C_RUN_DIR", ".run") / "mail"
