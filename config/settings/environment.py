"""The environment that the settings read: the process's own, completed by a file `.env` beside manage.py."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
env.read_env(BASE_DIR / ".env")
