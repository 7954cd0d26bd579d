"""What all tests share: what a test needs by the place where it lies, and a flush that the audit triggers allow."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from audit import triggers
from recruitment.models import Holiday

TESTS = Path(__file__).parent
HOLIDAYS = TESTS.parent / "recruitment" / "data" / "holidays.csv"

# A test is marked by its place, so that nobody has to remember it.
PLACES = {
    "audit": ["both_engines"],
    "branches": ["both_engines"],
    "recruitment/models": ["both_engines"],
    "recruitment/services": ["both_engines"],
    "rehearsal": ["both_engines"],
    "journeys": ["both_engines"],
    "browser": ["browser"],
    "office": ["office"],
    "services_real": ["postgres", "redis"],
}

# Plain `pytest` runs what the machine has and skips the rest with this reason; `make test` brings everything.
NEEDS = {
    "postgres": ("TEST_DATABASE_URL", "needs a PostgreSQL: `make test` starts one"),
    "redis": ("TEST_REDIS_URL", "needs a Redis: `make test` starts one"),
    "browser": ("CHROMIUM", "needs Chromium: `make test` finds it, or CHROMIUM=/usr/bin/chromium pytest ..."),
    "office": ("SOFFICE", "needs LibreOffice and pdftoppm: `make test` finds them"),
    "soak": ("SOAK", "a long run: `make soak`"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(TESTS).as_posix()
        for folder, marks in PLACES.items():
            if place.startswith(f"{folder}/"):
                for mark in marks:
                    item.add_marker(mark)
        for mark, (variable, reason) in NEEDS.items():
            if item.get_closest_marker(mark) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _flush_in_spite_of_append_only() -> Iterator[None]:
    """Let tests with real transactions or a live server empty the tables behind them.

    They end with a flush (DELETE or TRUNCATE), which the triggers of the audit refuse, as they should. The triggers
    are dropped for the flush alone: a test never runs without them, and no setting of the product can switch them off.
    """
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self: TransactionTestCase) -> None:
        databases = [connections[alias] for alias in self._databases_names(include_mirrors=False)]
        for connection in databases:
            triggers.drop(connection)
        try:
            flush(self)
            _enter_holidays()
        finally:
            for connection in databases:
                triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield


@pytest.fixture(scope="module")
def shared_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DjangoDbBlocker]:
    """What the fixtures of a module need that make rows once for several tests, each of which takes back its own.

    Such a fixture has the module's scope and makes its rows within ``shared_rows.unblock()``; a test reads them anew,
    because what it does to an object in memory would stay.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as Django marks its own, so that durable blocks may stand within
    with django_db_blocker.unblock():
        around.__enter__()
    yield django_db_blocker
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def _enter_holidays() -> None:
    """The statutory calendar, as the migration entered it: a flush takes it away, and the next test counts on it."""
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        Holiday.objects.bulk_create(
            Holiday(day=row["day"], is_workday=row["is_workday"] == "1", name=row["name"])
            for row in csv.DictReader(file)
        )
