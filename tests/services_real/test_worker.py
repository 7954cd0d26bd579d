"""The worker that production runs, on the servers that production uses."""

from collections.abc import Callable

from django.db import connection

from config.celery import app

from .conftest import Worker


def test_a_worker_starts_and_another_takes_over_when_it_is_killed(start_worker: Callable[[], Worker]):
    assert connection.vendor == "postgresql"
    first = start_worker()
    first.kill()
    assert app.control.ping(timeout=1) == []
    start_worker()
    assert len(app.control.ping(timeout=1)) == 1
