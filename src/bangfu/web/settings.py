"""Settings of the site, read from the environment and the home folder.

``BANGFU_HOME`` is the folder that holds everything of one installation: the embedded database,
the secrets, attachments, backups. ``DATABASE_URL`` names a PostgreSQL instead of the embedded
SQLite. Defaults are the safe ones: no debugging, cookies for this site alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bangfu.web.home import Home

HOME = Home(Path(os.environ.get("BANGFU_HOME", "bangfu-home")).absolute())
PACKAGE = Path(__file__).resolve().parent

DEBUG = os.environ.get("BANGFU_DEBUG") == "1"
SECRET_KEY = HOME.secret_key()
ALLOWED_HOSTS = os.environ.get("BANGFU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("BANGFU_ORIGINS", "").split(",") if origin
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bangfu.records.audit",
    "bangfu.records.access",
    "bangfu.records.places",
    "bangfu.records.organisations",
    "bangfu.records.vault",
    "bangfu.records.accounts",
    "bangfu.records.jobs",
    "bangfu.records.catalogue",
    "bangfu.records.attachments",
    "bangfu.records.figures",
    "bangfu.records.registers",
    "bangfu.records.exports",
    "bangfu.records.returns",
    "bangfu.records.imports",
    "bangfu.records.operations",
    "bangfu.web",
    "bangfu.web.desk",
    "bangfu.web.places",
    "bangfu.web.figures",
    "bangfu.web.registers",
    "bangfu.web.imports",
    "bangfu.web.accounts",
    "bangfu.web.audit",
    "bangfu.web.schemes",
    "bangfu.web.help",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangfu.web.middleware.RequestNames",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bangfu.web.sessions.IdleSessions",
    "bangfu.web.sessions.InWhoseName",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bangfu.web.middleware.Gatekeeper",
    "bangfu.web.middleware.Refusals",
]
ROOT_URLCONF = "bangfu.web.urls"
WSGI_APPLICATION = "bangfu.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.web.menu.menu",
            ],
        },
    }
]

_SQLITE_OPTIONS = {
    # One writer at a time: take the lock when the transaction begins, and wait for it.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
        "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
    ),
}
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{HOME.database}"), conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["bangfu.web.sessions.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in_name", "display_name")},
    },
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "sign_in"

SESSION_COOKIE_AGE = 8 * 3600
#: A session nobody uses for so long ends.
IDLE_MINUTES = int(os.environ.get("BANGFU_IDLE_MINUTES", "30"))
#: ``required`` asks a second factor of administrators, for approvals at county level and above
#: and for personal data; ``offered`` asks those who set one up; ``off`` never asks.
SECOND_FACTOR = os.environ.get("BANGFU_SECOND_FACTOR", "required")
if SECOND_FACTOR not in ("required", "offered", "off"):
    raise ImproperlyConfigured("BANGFU_SECOND_FACTOR: required | offered | off")
#: The government portal (OpenID Connect); without these three there is no such sign-in.
OIDC_METADATA_URL = os.environ.get("BANGFU_OIDC_METADATA_URL", "")
OIDC_CLIENT_ID = os.environ.get("BANGFU_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("BANGFU_OIDC_CLIENT_SECRET", "")
#: What the button says, such as 浙政钉.
OIDC_LABEL = os.environ.get("BANGFU_OIDC_LABEL", "")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
#: Behind HTTPS (the usual case) set BANGFU_HTTPS=1: cookies then travel over HTTPS alone.
HTTPS = os.environ.get("BANGFU_HTTPS") == "1"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = os.environ.get("BANGFU_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
#: Served straight from the package; there is nothing to collect after an installation.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
#: The build puts a digest of the content into these names, so a browser may keep them for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/bangfu/assets/[^/]+-[\w-]{8}\.(?:js|css)$"

#: Whose installation it is: shown beside the name.
OFFICE_NAME = os.environ.get("BANGFU_OFFICE", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "bangfu.web.log_lines.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BANGFU_LOG_LEVEL", "WARNING")},
}
