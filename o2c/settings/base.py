"""Settings that every place shares. What differs between places is asked of `env`."""

from datetime import timedelta

from django.templatetags.static import static
from django.utils.translation import gettext_lazy

from o2c.settings import env, logs

ROOT = env.ROOT

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "o2c.kernel",
    "catalog",
    "customers",
    "inventory",
    "ledger",
    "receivables",
    "credit",
    "orders",
    "fulfillment",
    "invoicing",
    "reporting",
    "o2c.gateway",
    "o2c.accounts",
    "o2c.operations",
    "o2c.console",
]

MIDDLEWARE = [
    "o2c.middleware.RequestIdMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "o2c.middleware.ConsolePolicyMiddleware",
    "o2c.middleware.PlanningMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "o2c.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "o2c.accounts.middleware.LanguageMiddleware",
    "o2c.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "o2c.middleware.NamesInAddressesMiddleware",
    "o2c.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "o2c.urls"
WSGI_APPLICATION = "o2c.wsgi.application"
AUTH_USER_MODEL = "kernel.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["o2c.kernel.permissions.PermissionBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The sign-in (allauth, docs/adr/0022). Accounts are made in the finance console, nobody registers.
ACCOUNT_ADAPTER = "o2c.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, whether or not the browser is closed meanwhile
ACCOUNT_FORMS = {
    "login": "o2c.accounts.forms.SignInForm",
    "reauthenticate": "o2c.accounts.forms.PasswordAgainForm",
    "change_password": "o2c.accounts.forms.NewPasswordForm",
    "reset_password": "o2c.accounts.forms.ForgottenForm",
    "reset_password_from_key": "o2c.accounts.forms.ResetForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",  # the key is the account as tried from one address
    "reset_password": "10/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "o2c.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "o2c.accounts.forms.AppForm",
    "authenticate": "o2c.accounts.forms.CodeForm",
    "reauthenticate": "o2c.accounts.forms.CodeAgainForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gave the address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
# Whether those whose role says so must have a second factor. Off only where nothing is real.
MFA_REQUIRED = env.switch("O2C_MFA_REQUIRED", default=True)
# How many proxies stand before us and name the caller in X-Forwarded-For; with 0 that header is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("O2C_TRUSTED_PROXIES", 0)

SESSION_COOKIE_AGE = 12 * 3600
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENDS_AFTER = timedelta(hours=12)  # whatever happens
SESSION_IDLES_OUT_AFTER = timedelta(minutes=env.number("O2C_IDLE_MINUTES", 30))

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "o2c.context.site",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our own widgets' templates stand with the others

DATABASES = {"default": env.database(application="o2c")}
_redis = env.redis()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis.cache,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("nb", "Norsk bokmål"),
    ("id", "Bahasa Indonesia"),
    ("ru", "Русский"),
]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["o2c.formats"]
USE_I18N = True
FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("Any")
USE_TZ = True
TIME_ZONE = "UTC"  # instants are stored and compared in UTC; business dates come from the company's zone

# Mails to customers. Whoever waits for a mail server waits so many seconds and no longer.
EMAIL_TIMEOUT = 20
# The address that mails come from; the company's own one is where answers go. Its domain must allow our
# mail server to send for it (SPF, DKIM), and names the Message-IDs.
DEFAULT_FROM_EMAIL = env.text("O2C_MAIL_FROM", "no-reply@localhost")

# Who says whether a customer's VAT id is valid: its check_digits, or vies, the Commission's service.
VAT_CHECKER = env.text("O2C_VAT_CHECKER", "check_digits")
VIES_URL = env.text("O2C_VIES_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api")

# Webhooks: whether they may go to this very machine and without TLS, for who develops a shop on it.
WEBHOOKS_MAY_LOOP_BACK = False
# How long a commit may take after its events were written: GET events leaves younger ones for the next call.
EVENTS_SETTLE_WITHIN = timedelta(seconds=10)

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / "staticfiles"

# One page of the site needs nothing from elsewhere; the finance console's theme evaluates expressions,
# so o2c.middleware relaxes script-src under admin/ only.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    },
}

# The finance console wears the colours of static/css/tokens.css.
UNFOLD = {
    "SITE_TITLE": gettext_lazy("Finance console"),
    "SITE_HEADER": gettext_lazy("Finance console"),
    "SITE_SYMBOL": "account_balance",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")},
    ],
    "SHOW_HISTORY": False,  # the audit trail is the database's, see o2c.kernel.audit
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "base": {
            "50": "#f8f8f6",
            "100": "#f1f1ee",
            "200": "#e8e7e3",
            "300": "#cdcbc4",
            "400": "#a0a4ab",
            "500": "#6a6e77",
            "600": "#5d6167",
            "700": "#3a3d44",
            "800": "#26282d",
            "900": "#16171a",
            "950": "#0f1012",
        },
        "primary": {
            "50": "#eaf0fe",
            "100": "#d6e2fd",
            "200": "#b4caff",
            "300": "#8ab0ff",
            "400": "#5f8ff7",
            "500": "#3a6cea",
            "600": "#1f4fd8",
            "700": "#173fb2",
            "800": "#16368f",
            "900": "#1a2540",
            "950": "#0d1730",
        },
    },
    "STYLES": [lambda request: static("css/tokens.css"), lambda request: static("css/console.css")],
    "SCRIPTS": [lambda request: static("js/console.js")],
    "DASHBOARD_CALLBACK": "o2c.console.home.dashboard",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "o2c.console.navigation.sidebar",
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["o2c.gateway.authentication.ApiKeyAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["o2c.kernel.api.parsing.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "o2c.kernel.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "o2c.kernel.api.schema.EndpointSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Order to cash",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # what a PATCH takes is a shape of its own
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "o2c.kernel.api.schema.with_problems",
        "o2c.gateway.openapi.with_guide",
        "o2c.gateway.links.with_links",
    ],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {  # for members of one name that mean different things
        "CustomerKindEnum": ["company", "person"],
        "MovementType": "reporting.api.accounts.PREFIXES",
        "ShipmentKind": "fulfillment.models.shipment.ShipmentKind.values",
        "ShipmentState": "fulfillment.models.shipment.ShipmentState.values",
        "EventType": "o2c.gateway.event_catalogue.TYPES",
        "EventDocumentType": "o2c.gateway.event_catalogue.DOCUMENT_TYPES",
        "WebhookState": "o2c.gateway.models.webhook.WEBHOOK_STATES",
        "WebhookDeliveryState": "o2c.gateway.models.webhook.DeliveryState.values",
    },
}

# Who is asked about new customers: the path of an adapter as in credit/bureau.py.
CREDIT_BUREAU = "credit.bureau.NoBureau"

# Celery (reliability.md 1): at least once, never a long ETA (work is scheduled in the database),
# hard time limit below half the visibility timeout, results off.
CELERY_BROKER_URL = _redis.broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
CELERY_VISIBILITY_TIMEOUT = 3600
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"

# An id that came with the request was looked at by RequestIdMiddleware; addresses of people stay out of the log.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
logs.configure()
LOGGING = logs.settings()
