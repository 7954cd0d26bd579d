"""The settings that need no environment at all: SQLite, a broker of files, and keys of its own, all under var/.

Whatever the environment sets (see .env.example) wins over these defaults.
"""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, env
from .keys import kept_key, new_field_key, new_index_key, new_secret_key, new_travel_key

# -- Places and keys ---------------------------------------------------------------------------------------------------

# Everything that an installation writes. To move or save an installation is to move or save this folder.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
SQLITE_FILE = VAR_DIR / "db.sqlite3"
KEYS_DIR = VAR_DIR / "keys"

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_key(KEYS_DIR / "secret_key", new_secret_key)

# Fernet keys of the encrypted fields. The first one encrypts; the others still decrypt what they once encrypted.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [
    kept_key(KEYS_DIR / "field_key", new_field_key, locks=SQLITE_FILE),
]

# Key of the index by which an identity number is found without being decrypted.
INDEX_KEY = env.str("INDEX_KEY", default="") or kept_key(KEYS_DIR / "index_key", new_index_key, locks=SQLITE_FILE)

# Ed25519 key that signs case files for travel. Nothing stored depends on it; a new one has a new fingerprint.
TRAVEL_KEY = env.str("TRAVEL_KEY", default="") or kept_key(KEYS_DIR / "travel_key", new_travel_key)

# Fingerprints of other installations whose case files are taken in; without one, each import names its key.
TRAVEL_TRUSTED_KEYS = env.list("TRAVEL_TRUSTED_KEYS", default=[])

# -- Core --------------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "recruitment.apps.RecruitmentConfig",
    "branches",
    "audit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recruitment.middleware.SoundAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "recruitment.middleware.SessionAgeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "recruitment.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recruitment.context.page",
            ],
        },
    },
]

# -- Database ----------------------------------------------------------------------------------------------------------

# Web server and worker write the same file. With SQLite's own defaults such writers are told "database is locked";
# a write-ahead log, and transactions that take the write lock at their start, let them wait for one another instead.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{SQLITE_FILE}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# -- Files -------------------------------------------------------------------------------------------------------------

MEDIA_ROOT = VAR_DIR / "media"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns when it is not there, as before a collectstatic
WHITENOISE_USE_FINDERS = True  # serve straight from the sources: no collectstatic before the first start

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Papers of cases. No address leads to this folder: a view hands them out to those who may see the case.
    "materials": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "materials",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Departments' own templates, and papers made for many people at once; handed out by views alone, as well.
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "documents",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

MATERIAL_MAX_BYTES = 20 * 1024 * 1024  # of one file
UPLOAD_PART_BYTES = 256 * 1024  # of a file that is sent in parts: what a lost connection loses at most
UPLOAD_MAX_PAGES = 40  # photographs in one file
UPLOAD_QUOTA_BYTES = 200 * 1024 * 1024  # waiting in the forms of one user
UPLOAD_MAX_WAITING = 200  # files and photographs waiting in the forms of one user
UPLOAD_KEPT_DAYS = 7  # for which an upload waits for its form, counted from its last part
TEMPLATE_MAX_BYTES = 2 * 1024 * 1024  # of a department's own template
DOCUMENT_BATCH_CASES = 1000  # people in one batch of papers
DOCUMENT_BATCH_DAYS = 7  # for which the papers of a batch are kept
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of a form without its files, bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # one sitting may enter many people at once
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# -- Sign-in and sessions ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "branches.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_COOKIE_AGE = 8 * 60 * 60  # seconds; counted from the last page (SessionAgeMiddleware)

# -- What a browser may do with our pages ------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    },
}
SECURE_REFERRER_POLICY = "same-origin"

# -- Language and time -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# -- Worker ------------------------------------------------------------------------------------------------------------

# Without a Redis server the broker is a folder. It may lose a task whose worker is killed, and so may any broker
# once: what must not be lost is a row in the database, and the next sweep finds it.
FOLDER_BROKER = "filesystem://localhost//"
CELERY_BROKER_URL = env.str("REDIS_URL", default="") or FOLDER_BROKER
if CELERY_BROKER_URL == FOLDER_BROKER:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
    }
    for folder in CELERY_BROKER_TRANSPORT_OPTIONS.values():
        Path(folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # A day that begins opens gates and raises flags: at once, and again each hour for what was entered since.
    "sweep at the start of the day": {"task": "recruitment.tasks.sweep", "schedule": crontab(hour=0, minute=5)},
    # What a worker left undone, or what it was never told of.
    "papers that wait": {"task": "recruitment.tasks.pending_documents", "schedule": crontab(minute="*")},
    "papers of everybody": {"task": "recruitment.tasks.make_missing_papers", "schedule": crontab(minute="*/10")},
    "papers that are no longer kept": {"task": "recruitment.tasks.expire_documents", "schedule": crontab(minute=40)},
    "sweep every hour": {"task": "recruitment.tasks.sweep", "schedule": crontab(minute=10)},
    # Whoever left a test open finds it handed in, and the results know of it.
    "hand in tests that ran out": {"task": "recruitment.tasks.close_tests", "schedule": crontab(minute="*/10")},
    # A task that has waited longer than its turn is not worth running: the next one does the same work.
    "make digests": {
        "task": "recruitment.tasks.make_digests",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 300},
    },
    "send what waits": {"task": "recruitment.tasks.send_messages", "schedule": crontab(), "options": {"expires": 50}},
    "old drafts go at night": {"task": "recruitment.tasks.expire_drafts", "schedule": crontab(hour=3, minute=20)},
    "so do uploads nobody sent": {"task": "recruitment.tasks.expire_uploads", "schedule": crontab(hour=3, minute=30)},
}

# -- Notifications to the outside --------------------------------------------------------------------------------------

# Where the product is reached, for the link to the inbox in a message; without it a message has no link.
SITE_URL = env.str("SITE_URL", default="")

# The mail server, as smtp+tls://user:password@host:587. Without one no e-mail leaves, and the outbox says so.
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="recruitment@localhost")

# Hosts that webhooks and the SMS provider may stand on. What administrators type can reach no other machine.
CHANNEL_HOSTS = env.list("CHANNEL_HOSTS", default=["qyapi.weixin.qq.com", "oapi.dingtalk.com"])
CHANNEL_ALLOW_HTTP = DEBUG  # https only; the tests and a developer's machine may do without
CHANNEL_PROXY = env.str("CHANNEL_PROXY", default="")

# -- Log ---------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers stay silent without DEBUG; its messages go to the console like all others.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Both tell every stage of every PDF.
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
