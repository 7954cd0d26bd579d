"""The settings of the tests. Nothing they write outlives the run, and no installation's data is within their reach.

TEST_DATABASE_URL and TEST_REDIS_URL name the servers that the tests may use (`make test` starts both and sets them).
They are names of their own so that a DATABASE_URL in .env can never send a test to a database in use.
"""

import atexit
import shutil
import tempfile
from pathlib import Path

from .base import *  # noqa: F403  a settings module is its base with differences
from .base import DATABASES, MIDDLEWARE, SQLITE_OPTIONS, STORAGES, env

# A process that a test starts (a worker) is given the folder of the test, and leaves its removal to it.
TEST_DIR = Path(env.str("TEST_DIR", default="") or tempfile.mkdtemp(prefix="recruitment-test-"))
if "TEST_DIR" not in env:
    atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)

# A file for each process, not memory: threads and the live server need connections of their own.
SQLITE_TEST_FILE = TEST_DIR / "test.sqlite3"
DATABASES["default"] = env.db_url("TEST_DATABASE_URL", default=f"sqlite:///{SQLITE_TEST_FILE}")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}

STORAGES["default"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": TEST_DIR / "media"},
}
STORAGES["materials"]["OPTIONS"]["location"] = TEST_DIR / "materials"
STORAGES["documents"]["OPTIONS"]["location"] = TEST_DIR / "documents"
MEDIA_ROOT = TEST_DIR / "media"

MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")  # the live server of the tests serves static files

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
CHANNEL_ALLOW_HTTP = True  # the receivers of the tests stand on this machine
CHANNEL_HOSTS = ["localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A server of the tests alone; each process that pytest-xdist starts has a database of its own on it.
TEST_REDIS_URL = env.str("TEST_REDIS_URL", default="")
CELERY_BROKER_URL = (
    f"{TEST_REDIS_URL}/{env.str('PYTEST_XDIST_WORKER', default='gw0')[2:]}" if TEST_REDIS_URL else "memory://"
)
CELERY_BROKER_TRANSPORT_OPTIONS = {}
