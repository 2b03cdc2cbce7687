"""Settings of a real installation: every secret comes from the environment, cookies travel over TLS only."""

from o2c.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.text("O2C_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("O2C_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("O2C_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("O2C_TRUSTED_ORIGINS")

DATABASES |= env.sandbox(DATABASES["default"], beside=False)

# Only to try an installation on one's own machine; `check --deploy` refuses it.
TLS = env.text("O2C_INSECURE_HTTP", "0") != "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the container's own health check speaks plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("O2C_TRUSTED_PROXIES", 1)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

_mail = env.mail_server()
EMAIL_BACKEND = _mail.backend
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.tls
EMAIL_USE_SSL = _mail.ssl
DEFAULT_FROM_EMAIL = env.text("O2C_MAIL_FROM")
