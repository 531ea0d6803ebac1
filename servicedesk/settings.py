"""One settings file; the environment decides, and it works right after checkout without any service."""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .schema_names import ENUM_NAMES

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("KULANZ_VAR", default=str(BASE_DIR / "var")))

VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
# No default secret: bin/run keeps one in var/. Without one, each process makes its own and sessions end with it.
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.token_urlsafe(50)
# What is kept to sign in elsewhere is sealed with the first of these and opened by any; empty: with SECRET_KEY. How to
# change them: manage.py reseal --help.
SEALING_KEYS = env.list("SEALING_KEYS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "accounts",
    "tickets",
    "policies",
    "servicedesk",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
]

MIDDLEWARE = [
    "servicedesk.headers.HeadersMiddleware",
    "servicedesk.compressed.CompressedMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.company.lasting.LastingMiddleware",
    "accounts.preferences.PreferencesMiddleware",
    "accounts.signed_out.SignedOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "servicedesk.busy.BusyMiddleware",
]

ROOT_URLCONF = "servicedesk.urls"
ASGI_APPLICATION = "servicedesk.asgi.application"
WSGI_APPLICATION = "servicedesk.wsgi.application"

# "lucide" in place of the package's own tag, which draws each icon anew: a tenth of a page's time.
_TAGS = {"lists": "tickets.desk.row", "lucide": "accounts.icons", "onward": "tickets.desk.onward"}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "servicedesk.context.desk",
                "servicedesk.context.studio",
            ],
            "libraries": _TAGS,
            "builtins": ["accounts.dates"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ---- database: SQLite by default, PostgreSQL by DATABASE_URL; the same code on both -------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'kulanz.sqlite3'}")}
DATABASES["default"].setdefault("OPTIONS", {})
# For how long a statement waits for a row, or on SQLite for the file, that somebody else holds.
LOCK_SECONDS = env.int(
    "DATABASE_LOCK_SECONDS", default=20 if "sqlite" in DATABASES["default"]["ENGINE"] else 10
)
# Whether a connection is ours alone and may keep plans; not behind a pooler, which knows nothing of them.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE, or a transaction that reads first and writes later fails at once under a second writer;
    # FULL, because the file holds money and NORMAL may drop the last commits at a power cut.
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # Tests use a file too: in memory, threads would lock whole tables and a second process would see nothing.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"] |= {
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=6), "timeout": 20},
        "options": f"-c lock_timeout={LOCK_SECONDS}s -c idle_in_transaction_session_timeout=30s"
        f"{' -c plan_cache_mode=force_generic_plan' if DATABASE_PREPARES else ''}",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Redis: broker and live wire. It only wakes; every promise is a row --------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6399/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "quick"

# Rate limits must hold with Redis away, so the cache is a table.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}

# ---- who ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: strangers have no row
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "accounts.signin.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.signin.SignupForm", "login": "accounts.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # a mail may take its minutes
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"

# By a company's own service: who is let in says accounts/company/entrance.py. Its keys are used once and not kept.
ACCOUNT_RATE_LIMITS = {"company_sign_in": "240/m/ip"}  # a whole company may stand behind one address
SOCIALACCOUNT_ADAPTER = "accounts.company.entrance.CompanyAdapter"
SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# A passkey is a way in beside the code; what it must be able to do says accounts/passkeys.py.
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "accounts.passkeys.PasskeyAdapter"
MFA_FORMS = {"add_webauthn": "accounts.passkeys.AddPasskeyForm"}
MFA_FORMS |= {"edit_webauthn": "accounts.passkeys.NamePasskeyForm"}
MFA_FORMS |= {"login_webauthn": "accounts.passkeys.UsePasskeyForm"}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-kulanz" if HTTPS else "kulanz"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-kulanz-csrf" if HTTPS else "kulanz-csrf"
CSRF_FAILURE_VIEW = "servicedesk.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY, X_FRAME_OPTIONS = "same-origin", "DENY"
_OURS_ALONE = ("script-src", "style-src", "font-src", "connect-src", "form-action", "manifest-src")
_NOBODYS = ("default-src", "frame-ancestors", "base-uri", "object-src")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {name: [SELF] for name in _OURS_ALONE}
    | {name: [NONE] for name in _NOBODYS}
    | {"img-src": [SELF, "data:"]}
}

# ---- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "kulanz-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = ["servicedesk.formats"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")
CURRENCY, DIAL_LINK = env.str("CURRENCY", default="EUR"), env.str("DIAL_LINK", default="tel:{number}")

# ---- files and mail ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=15 * 1024 * 1024)
ATTACHMENTS_PER_MESSAGE = 10
# How long a reply of the desk can be taken back before it goes; 0 sends at once.
UNDO_SECONDS = min(max(env.int("KULANZ_UNDO_SECONDS", default=10), 0), 30)

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Kulanz <service@kulanz.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:  # without a mail server every mail is a file one can open: var/mail/
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 20
# A mail server that delivers service+anything@… to service@… brings answers back to their ticket by their address.
MAIL_REPLY_EXTENSIONS = env.bool("MAIL_REPLY_EXTENSIONS", default=True)
# The name our own mail server signs its Authentication-Results with; empty: nobody's words about a sender count.
MAIL_AUTHENTICATION_SERVER = env.str("MAIL_AUTHENTICATION_SERVER", default="")
# Providers hand mails over at /mail/in/mailgun/, …/postmark/, …/sendgrid/ or, as the bare mail, …/raw/. Mailgun signs
# with the key; the others are given an address with this “name:password” in it. Empty: the door is shut.
MAIL_WEBHOOK_SIGNING_KEY = env.str("MAIL_WEBHOOK_SIGNING_KEY", default="")
MAIL_WEBHOOK_PASSWORD = env.str("MAIL_WEBHOOK_PASSWORD", default="")
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", default=40 * 1024 * 1024)

# ---- the API -----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["servicedesk.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "tickets.api.paging.ByNumber",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "servicedesk.errors.api_exception",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kulanz",
    "DESCRIPTION": "Tickets, messages, gestures and asks of a service desk for existing customers.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
