"""The installation: settings, keys, lock files, scripts."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django.test import Client

from config.settings.keys import kept_key, new_field_key, new_index_key, new_secret_key, new_travel_key

ROOT = Path(__file__).parents[1]
PRODUCTION = {
    "DATABASE_URL": "postgres://user:word@localhost:5432/name",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": new_secret_key(),
    "FIELD_KEYS": f"{new_field_key()},{new_field_key()}",
    "INDEX_KEY": new_index_key(),
    "TRAVEL_KEY": new_travel_key(),
    "ALLOWED_HOSTS": "party.example.cn",
}


def manage(*arguments: str, settings_module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, with nothing of our environment but what is needed to find Python."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings_module} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


class TestProduction:
    @pytest.fixture(autouse=True)
    def _without_env_file(self) -> None:
        if (ROOT / ".env").exists():
            pytest.skip("a file .env completes the environment here, so that nothing is missing")

    def test_names_all_that_is_missing_at_once(self, tmp_path):
        refused = manage("check", settings_module="config.settings.production", VAR_DIR=str(tmp_path))
        assert refused.returncode != 0
        assert [name for name in PRODUCTION if f"{name} is missing" not in refused.stderr] == []
        assert list(tmp_path.iterdir()) == [], "it must not make keys of its own"

    @pytest.mark.parametrize("name", PRODUCTION)
    def test_refuses_one_gap(self, name, tmp_path):
        environment = PRODUCTION | {name: "", "VAR_DIR": str(tmp_path)}
        refused = manage("check", settings_module="config.settings.production", **environment)
        assert refused.returncode != 0
        assert re.findall(r"(\w+) is missing", refused.stderr) == [name]

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("DATABASE_URL", "sqlite:///db.sqlite3", "must name a PostgreSQL database"),
            ("REDIS_URL", "filesystem://", "must name a Redis server"),
            ("FIELD_KEYS", "short", "key 1 is not a Fernet key"),
            ("INDEX_KEY", "short", "shorter than 32"),
            ("TRAVEL_KEY", "zz" * 32, "not 64 hexadecimal digits"),
        ],
    )
    def test_refuses_what_cannot_serve(self, name, value, reason, tmp_path):
        environment = PRODUCTION | {name: value, "VAR_DIR": str(tmp_path)}
        refused = manage("check", settings_module="config.settings.production", **environment)
        assert refused.returncode != 0
        assert reason in refused.stderr

    def test_complete_environment_passes_the_deployment_check(self, tmp_path):
        environment = PRODUCTION | {"VAR_DIR": str(tmp_path)}
        checked = manage(
            "check", "--deploy", "--fail-level", "WARNING", settings_module="config.settings.production", **environment
        )
        assert checked.returncode == 0, checked.stderr

    def test_static_files_of_a_release_are_complete(self, tmp_path):
        """Production names each file by its content and refuses a style sheet that points to a missing one."""
        environment = PRODUCTION | {"VAR_DIR": str(tmp_path)}
        collected = manage("collectstatic", "--noinput", settings_module="config.settings.production", **environment)
        assert collected.returncode == 0, collected.stderr
        assert (tmp_path / "static" / "staticfiles.json").exists()


class TestBase:
    def test_works_with_no_environment_and_keeps_its_keys(self, tmp_path):
        first = manage("check", settings_module="config.settings.base", VAR_DIR=str(tmp_path))
        assert first.returncode == 0, first.stderr
        keys = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
        assert set(keys) == {"secret_key", "field_key", "index_key", "travel_key"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
        assert manage("check", settings_module="config.settings.base", VAR_DIR=str(tmp_path)).returncode == 0
        assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == keys

    def test_refuses_new_keys_over_an_old_database(self, tmp_path):
        (tmp_path / "db.sqlite3").touch()
        refused = manage("check", settings_module="config.settings.base", VAR_DIR=str(tmp_path))
        assert refused.returncode != 0
        assert "Put the key back" in refused.stderr

    def test_keys_lie_outside_the_repository(self):
        ignored = subprocess.run(["git", "check-ignore", "var/keys/field_key", ".env"], cwd=ROOT, capture_output=True)
        if ignored.returncode == 128:
            pytest.skip("not a git work tree")
        assert ignored.stdout.split() == [b"var/keys/field_key", b".env"]


class TestKeys:
    def test_first_of_two_writers_wins(self, tmp_path):
        path = tmp_path / "keys" / "key"

        def make_while_another_does() -> str:
            path.write_text("theirs\n")
            return "ours"

        assert kept_key(path, make_while_another_does) == "theirs"
        assert [file.name for file in path.parent.iterdir()] == ["key"]

    def test_lost_key_is_not_made_again(self, tmp_path):
        database = tmp_path / "db"
        database.touch()
        with pytest.raises(ImproperlyConfigured, match="cannot be read without it"):
            kept_key(tmp_path / "key", new_field_key, locks=database)

    def test_new_keys_differ_and_serve(self):
        assert Fernet(new_field_key())
        assert len(bytes.fromhex(new_index_key())) == 32
        assert len({make() for make in (new_secret_key, new_index_key, new_field_key) for _ in range(2)}) == 6


def test_the_driver_is_psycopg2():
    assert not is_psycopg3


def test_the_state_machine_is_the_maintained_one():
    lock = (ROOT / "requirements.txt").read_text()
    assert re.search(r"^django-fsm-2==", lock, re.M)
    assert not re.search(r"^django-fsm==", lock, re.M)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
class TestLocks:
    def test_each_direct_dependency_is_pinned_and_has_its_reason(self, name):
        lines = (ROOT / f"{name}.in").read_text().splitlines()
        direct = [line for line in lines if line and not line.startswith(("#", "-c "))]
        assert direct
        assert [line for line in direct if not re.fullmatch(r"[\w.-]+==[\w.]+ +# .{10,}", line)] == []

    def test_each_package_is_locked_by_hash_at_the_pinned_version(self, name):
        lock = (ROOT / f"{name}.txt").read_text()
        entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)[1:]
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
        locked = {entry.split(" ")[0] for entry in entries}
        pins = re.findall(r"^([\w.-]+==[\w.]+) ", (ROOT / f"{name}.in").read_text(), re.M)
        assert {pin.lower() for pin in pins} - locked == set()


@pytest.mark.both_engines
@pytest.mark.django_db
def test_two_writers_of_the_embedded_database_wait_for_one_another():
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 20_000}
    assert connection.transaction_mode == "IMMEDIATE"


def test_pages_carry_the_strict_policy(client: Client, db):
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_sweep_is_due_at_the_start_of_the_day_and_each_hour_in_shanghai():
    schedule = {
        entry["schedule"]._orig_hour: entry
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"].endswith("sweep")
    }
    assert settings.CELERY_TIMEZONE == "Asia/Shanghai"
    assert {entry["task"] for entry in schedule.values()} == {"recruitment.tasks.sweep"}
    assert schedule[0]["schedule"]._orig_minute == 5
    assert schedule["*"]["schedule"]._orig_minute == 10


class TestPort:
    def ask(self, port: int | str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "scripts/port.py", "127.0.0.1", str(port)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def test_busy_port_gets_a_clear_word(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            refused = self.ask(port)
        assert refused.returncode == 1
        assert f"Port {port} cannot be used" in refused.stderr
        assert "PORT=9000 make run" in refused.stderr
        assert self.ask(port).returncode == 0

    @pytest.mark.parametrize("port", ["", "web", "0", "65536", "-1"])
    def test_nonsense_is_no_port(self, port):
        refused = self.ask(port)
        assert refused.returncode == 1
        assert "is no port" in refused.stderr


def test_every_make_target_is_explained():
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "run", "test", "soak", "lint", "format", "messages", "lock"):
        assert f"make {target} " in helped
