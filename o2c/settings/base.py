"""Settings that every place shares. What differs between places is asked of `env`."""

from datetime import timedelta

from django.templatetags.static import static

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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "o2c.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "o2c.urls"
WSGI_APPLICATION = "o2c.wsgi.application"
AUTH_USER_MODEL = "kernel.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
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
    "SITE_TITLE": "Finance console",
    "SITE_HEADER": "Finance console",
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
            "500": "#70747d",
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
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "o2c.kernel.api.schema.with_problems",
        "o2c.gateway.openapi.with_guide",
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
