"""The settings of a real installation. It starts with everything it needs, or not at all.

PostgreSQL through psycopg2, Redis as the broker, HTTPS in front. TLS ends at a reverse proxy that sets
X-Forwarded-Proto; gunicorn believes that header from the addresses in FORWARDED_ALLOW_IPS (this machine, unless set).
"""

import re

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from .environment import env

REQUIRED = {
    "DATABASE_URL": "the PostgreSQL database, as postgres://user:password@host:5432/name",
    "REDIS_URL": "the Redis server that carries the worker's tasks, as redis://host:6379/0",
    "SECRET_KEY": "50 or more random characters",
    "FIELD_KEYS": "the Fernet keys of the encrypted fields, the current one first, separated by commas",
    "INDEX_KEY": "32 or more random characters, for the index over identity numbers",
    "TRAVEL_KEY": "64 hexadecimal digits, the Ed25519 key that signs case files for travel",
    "ALLOWED_HOSTS": "the host names under which the product is reached, separated by commas",
}


def _refuse_gaps() -> None:
    """Raise ImproperlyConfigured with every gap in one message, before base would fill it with a default."""
    gaps = [f"{name} is missing: {meaning}" for name, meaning in REQUIRED.items() if not env.str(name, default="")]
    gaps += _misfits()
    if gaps:
        raise ImproperlyConfigured("Production cannot start:\n  " + "\n  ".join(gaps))


def _misfits() -> list[str]:
    """What is set, but cannot serve."""
    found = []
    if not env.str("DATABASE_URL", default="postgres:").startswith(("postgres:", "postgresql:")):
        found.append("DATABASE_URL must name a PostgreSQL database (postgres://...)")
    if not env.str("REDIS_URL", default="redis:").startswith(("redis:", "rediss:", "unix:")):
        found.append("REDIS_URL must name a Redis server (redis://...)")
    for number, key in enumerate(env.list("FIELD_KEYS", default=[]), start=1):
        try:
            Fernet(key)
        except ValueError:
            found.append(f"FIELD_KEYS: key {number} is not a Fernet key (32 bytes in URL-safe base64)")
    if 0 < len(env.str("INDEX_KEY", default="")) < 32:
        found.append("INDEX_KEY is shorter than 32 characters")
    if not re.fullmatch(r"(?:[0-9a-fA-F]{64})?", env.str("TRAVEL_KEY", default="")):
        found.append("TRAVEL_KEY is not 64 hexadecimal digits")
    return found


_refuse_gaps()

from .base import *  # noqa: E402,F403  only after the check: base makes keys of its own where none are given
from .base import ALLOWED_HOSTS, DATABASES, STORAGES  # noqa: E402  named again so that their use below is checked

DEBUG = False

# An empty variable counts as missing above; here each value is the environment's own.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# Names with a content hash in them, compressed: `manage.py collectstatic` writes them at each release.
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
WHITENOISE_USE_FINDERS = False

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS",
    default=[f"https://{host.replace('.', '*.', 1) if host.startswith('.') else host}" for host in ALLOWED_HOSTS],
)
