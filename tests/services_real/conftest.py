"""A real Celery worker, on the real Redis and the real PostgreSQL that `make test` starts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from django.db import connection

from config.celery import app

ROOT = Path(__file__).parents[2]
START = 30  # seconds that a worker may take to answer


@dataclass
class Worker:
    """A worker in a process group of its own, which a test may kill as a power cut would."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the worker and its children at once, with no chance to finish or to give anything back."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the worker in order, after the task in its hands."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture
def broker(settings) -> Iterator[redis.Redis]:
    """The Redis database of this test process, empty."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def start_worker(transactional_db, broker: redis.Redis, settings) -> Iterator[Callable[[], Worker]]:
    """Start a worker on this test's database and broker; it answers when the call returns."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "TEST_DIR": str(settings.TEST_DIR),
        "TEST_DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={database['OPTIONS']['host']}",
    }
    started: list[Worker] = []

    def start() -> Worker:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "warning"],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        worker = Worker(process)
        started.append(worker)
        _wait_until_it_answers(process)
        return worker

    yield start
    for worker in started:
        worker.stop()


def _wait_until_it_answers(process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the worker ended by itself with code {process.returncode}")
        if app.control.ping(timeout=0.5):
            return
    pytest.fail(f"the worker did not answer within {START} seconds")
